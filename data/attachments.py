"""Attached files on disk and in the table: known by content, kept once per SHA-256, off the web.

A row is written before its bytes and both stand or fall together: the bytes are moved into place whole, and a
failure on the way undoes the row. Nothing is ever served from the folder but by ``services.attachments``.
"""

import hashlib
import os
import re
import tempfile
import unicodedata
import warnings
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageFile
from sqlalchemy import Connection, text

from data.database import Database
from projects.attachments import MOST_PER_RECORD, TYPES, AttachedFile
from projects.errors import BadValue, NotAllowed, SignInNeeded, UnknownRecord

MOST_PIXELS: Final = 80_000_000
"""A picture of more is refused before it is unpacked; a good phone takes 50 million."""
LONGEST_NAME: Final = 120
_PICTURES: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg"}
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_END: Final = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_MARKUP: Final = re.compile(rb"<(?:!doctype|html|svg|script|\?xml|\?php|body|iframe)", re.IGNORECASE)
_LOOKED_AT: Final = 2048
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]')

_COLUMNS: Final = "id, project_id, file_name, media_type, size_bytes, sha256, uploaded_by, uploaded_at"


def media_type(content: bytes) -> str:
    """Return what the bytes are: a PDF, PNG or JPEG that is nothing else besides; ``BadValue`` otherwise."""
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith((_PNG, b"\xff\xd8\xff")):
        return _picture(content)
    raise BadValue("只能附 PDF、PNG 或 JPEG 文件（按内容判断，不看扩展名）。请另存为 PDF 或图片后再上传。")


def _pdf(content: bytes) -> str:
    """Check header and trailer; what is also a page or an archive is refused."""
    end = content.rstrip(b"\x00\r\n\t ")[-_LOOKED_AT:]
    if b"%%EOF" not in end or b"startxref" not in content[-_LOOKED_AT - 1024 :]:
        raise BadValue("这个 PDF 不完整（没有结尾），可能没有传完。请重新导出后再上传。")
    _refuse_polyglot(content[:_LOOKED_AT], end.rpartition(b"%%EOF")[2], content)
    return "application/pdf"


def _picture(content: bytes) -> str:
    """Unpack the whole picture; a broken, huge or double-faced one is refused."""
    try:
        found = _PICTURES[_unpacked(content)]
    except BadValue:
        raise
    except Exception as error:
        raise BadValue("图片打不开，可能损坏或没有传完。请用看图软件另存后再上传。") from error
    if found == "image/png" and not content.endswith(_PNG_END):
        raise BadValue("图片后面还附着别的内容。请用看图软件另存后再上传。")
    after = content.rpartition(b"\xff\xd9")[2] if found == "image/jpeg" else b""
    _refuse_polyglot(content[:256], after, content)
    return found


def _unpacked(content: bytes) -> str:
    """Return the format of a picture that can be unpacked whole and is not too large to be."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint switches this on for the whole process
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise BadValue(f"图片有 {picture.width} × {picture.height} 像素，超过上限。请缩小后再上传。")
            picture.verify()
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as picture:
            picture.load()
            return str(picture.format)


def _refuse_polyglot(head: bytes, after: bytes, content: bytes) -> None:
    """Refuse a file that other programs would take for a page or an archive."""
    if _MARKUP.search(head) or _MARKUP.search(after) or zipfile.is_zipfile(BytesIO(content)):
        raise BadValue("文件里夹带了网页或压缩包，不能作为附件。请重新导出一份干净的 PDF 或图片。")


def clean_name(name: str, kind: str) -> str:
    r"""Return a file name without folders, control characters and tricks, with the suffix of its kind.

    >>> clean_name("..\\..\\批复\x00.pdf.exe", "application/pdf"), clean_name("", "image/png")
    ('批复.pdf.exe.pdf', '附件.png')
    """
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = re.sub(r"\s+", " ", _FORBIDDEN.sub("", plain)).strip(" .")
    suffix = TYPES[kind]
    stem, dot, ending = plain.rpartition(".")
    fits = dot and f".{ending.lower()}" in ({".jpg", ".jpeg"} if suffix == ".jpg" else {suffix})
    bare = (stem if fits else plain).strip(" .") or "附件"
    return bare[: LONGEST_NAME - len(suffix)] + suffix


class StoredAttachments:
    """``projects.attachments.Attachments`` over the table and a private folder."""

    def __init__(self, database: Database, token: str, folder: Path, most_mb: int) -> None:
        self._database, self._token = database, token
        self._folder, self._most_bytes = folder, most_mb * 1024 * 1024

    def listed(self, project_id: str) -> tuple[AttachedFile, ...]:
        """Return the files of a record, newest first; nobody who is not signed in sees any."""
        if not self._token:
            return ()
        with self._database.reading(self._token) as connection:
            rows = connection.execute(
                text(
                    f"SELECT {_COLUMNS} FROM attachment WHERE project_id = :project"  # noqa: S608
                    " AND removed_at IS NULL ORDER BY id DESC"
                ),
                {"project": project_id},
            )
            return tuple(_file(row) for row in rows)

    def add(self, project_id: str, file_name: str, content: bytes) -> AttachedFile:
        """Keep a file of a record one may file for.

        Raises ``BadValue`` for a file that is refused, ``NotAllowed``, ``SignInNeeded``.
        """
        self._weigh(content)
        kind = media_type(content)
        digest = hashlib.sha256(content).hexdigest()
        values = {
            "project": project_id,
            "name": clean_name(file_name, kind),
            "kind": kind,
            "size": len(content),
            "digest": digest,
        }
        with self._database.writing(self._token, reason="附件") as connection:
            _refuse_more(connection, project_id, digest)
            row = connection.execute(
                text(
                    "INSERT INTO attachment"  # noqa: S608
                    " (project_id, file_name, media_type, size_bytes, sha256, uploaded_by)"
                    f" VALUES (:project, :name, :kind, :size, :digest, acting_name()) RETURNING {_COLUMNS}"
                ),
                values,
            ).one()
            self._keep(digest, content)
        return _file(row)

    def remove(self, key: int) -> None:
        """Take a file off its record; raises ``NotAllowed`` when the database does not let this person."""
        with self._database.writing(self._token, reason="移除附件") as connection:
            done = connection.execute(
                text("UPDATE attachment SET removed_at = now() WHERE id = :key AND removed_at IS NULL"),
                {"key": key},
            )
            if done.rowcount == 0:
                raise NotAllowed("这个附件不是您的单位的，或已经移除。请刷新页面。")

    def opened(self, key: int) -> tuple[AttachedFile, Path]:
        """Return a file and the path of its bytes; ``UnknownRecord`` for none that this person may see."""
        if not self._token:
            raise SignInNeeded("请先登录，再打开附件。")
        with self._database.reading(self._token) as connection:
            row = connection.execute(
                text(f"SELECT {_COLUMNS} FROM attachment WHERE id = :key AND removed_at IS NULL"),  # noqa: S608
                {"key": key},
            ).first()
        if row is None:
            raise UnknownRecord(f"attachment {key}")
        path = self._path(row.sha256)
        if not path.is_file():
            raise UnknownRecord(f"attachment {key}: its bytes are not in {self._folder}")
        return _file(row), path

    def _weigh(self, content: bytes) -> None:
        if not content:
            raise BadValue("文件是空的，请检查后重新上传。")
        if len(content) > self._most_bytes:
            raise BadValue(
                f"文件有 {len(content) / 1048576:.1f} MB，超过上限 {self._most_bytes // 1048576} MB。"
                "请压缩或拆成几个文件。"
            )

    def _path(self, digest: str) -> Path:
        if not _SHA256.fullmatch(digest):
            raise UnknownRecord("a checksum that is none")
        return self._folder / digest[:2] / digest

    def _keep(self, digest: str, content: bytes) -> None:
        """Move the bytes into place in one step; what is there already is the same."""
        place = self._path(digest)
        if place.is_file() and place.stat().st_size == len(content):
            return
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            Path(name).replace(place)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise


def _refuse_more(connection: Connection, project_id: str, digest: str) -> None:
    """Refuse a twenty-first file, and the same one twice; uploads to one record wait for each other."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": f"attach:{project_id}"})
    held = connection.execute(
        text("SELECT file_name, sha256 FROM attachment WHERE project_id = :project AND removed_at IS NULL"),
        {"project": project_id},
    ).all()
    same = next((row.file_name for row in held if row.sha256 == digest), None)
    if same is not None:
        raise BadValue(f"这个文件已经附过了：{same}。")
    if len(held) >= MOST_PER_RECORD:
        raise BadValue(f"一条记录最多附 {MOST_PER_RECORD} 个文件。请先移除不需要的。")


def _file(row: Any) -> AttachedFile:
    return AttachedFile(*row)
