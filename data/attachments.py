"""Attached files on disk and in the table: known by content, kept once per SHA-256, off the web.

A row is written before its bytes and both stand or fall together: the bytes are moved into place whole, and a
failure on the way undoes the row. Nothing is ever served from the folder but by ``services.attachments``.
"""

import hashlib
import re
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageFile
from sqlalchemy import Connection, text

from data import office_documents
from data.database import Database
from data.exports.pieces import sync_folder, write_whole
from projects.attachments import MOST_PER_RECORD, TYPES, AttachedFile, SubjectKind
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

_OFFICE_SUBJECT: Final = re.compile(rf"({'|'.join(SubjectKind)})/([1-9][0-9]{{0,8}})")


@dataclass(frozen=True, slots=True)
class _Rows:
    """Where files of one sort of subject are described: table, columns of the subject, their values."""

    table: str
    subject: str
    is_subject: str
    columns: str
    values: str

    @property
    def read(self) -> str:
        """What is read of a file, in the order of ``AttachedFile``."""
        return f"id, {self.subject}, file_name, media_type, size_bytes, sha256, uploaded_by, uploaded_at"


RECORDS: Final = _Rows("attachment", "project_id", "project_id = :subject", "project_id", ":subject")
"""Files of records, by the record's id."""
OFFICE: Final = _Rows(
    "office_file",
    "subject_kind || '/' || subject_id",
    "subject_kind = :kind AND subject_id = :key",
    "subject_kind, subject_id",
    ":kind, :key",
)
"""Files of matters, directories and evaluations, by ``matter/12``."""


def _named(rows: _Rows, subject: str) -> dict[str, object]:
    """Return the values that name a subject; ``UnknownRecord`` for a name of another form."""
    if rows is RECORDS:
        return {"subject": subject}
    match = _OFFICE_SUBJECT.fullmatch(subject)
    if match is None:
        raise UnknownRecord(f"no such subject of files: {subject[:60]}")
    return {"subject": subject, "kind": match[1], "key": int(match[2])}


def media_type(content: bytes) -> str:
    """Return what the bytes are: a PDF, picture or Office document and nothing besides; else ``BadValue``."""
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith((_PNG, b"\xff\xd8\xff")):
        return _picture(content)
    if content.startswith(office_documents.ZIP):
        return office_documents.media_type(content)
    if content.startswith(office_documents.OLD):
        raise BadValue("这是旧格式（.doc、.xls）或加了密码的文档。请去掉密码，另存为 .docx、.xlsx 或 PDF。")
    raise BadValue(
        "只能附 PDF、Word（.docx）、Excel（.xlsx）、PNG 或 JPEG 文件（按内容判断，不看扩展名）。"
        "请另存为其中一种后再上传。"
    )


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
    """``projects.attachments.Attachments`` over one of the tables and a private folder."""

    def __init__(
        self, database: Database, token: str, folder: Path, most_mb: int, rows: _Rows = RECORDS
    ) -> None:
        self._database, self._token = database, token
        self._folder, self._most_bytes = folder, most_mb * 1024 * 1024
        self._rows = rows

    def listed(self, subject: str) -> tuple[AttachedFile, ...]:
        """Return the files of a subject, newest first; nobody who is not signed in sees any."""
        if not self._token:
            return ()
        rows = self._rows
        with self._database.reading(self._token) as connection:
            found = connection.execute(
                text(
                    f"SELECT {rows.read} FROM {rows.table} WHERE {rows.is_subject}"  # noqa: S608
                    " AND removed_at IS NULL ORDER BY id DESC"
                ),
                _named(rows, subject),
            )
            return tuple(_file(row) for row in found)

    def add(self, subject: str, file_name: str, content: bytes) -> AttachedFile:
        """Keep a file of a subject one may file for.

        Raises ``BadValue`` for a file that is refused, ``NotAllowed``, ``SignInNeeded``.
        """
        self._weigh(content)
        rows, kind = self._rows, media_type(content)
        values = _named(rows, subject) | {
            "name": clean_name(file_name, kind),
            "media": kind,
            "size": len(content),
            "digest": hashlib.sha256(content).hexdigest(),
        }
        with self._database.writing(self._token, reason="附件") as connection:
            _refuse_more(connection, rows, values)
            row = connection.execute(
                text(
                    f"INSERT INTO {rows.table}"  # noqa: S608
                    f" ({rows.columns}, file_name, media_type, size_bytes, sha256, uploaded_by)"
                    f" VALUES ({rows.values}, :name, :media, :size, :digest, acting_name())"
                    f" RETURNING {rows.read}"
                ),
                values,
            ).one()
            self._keep(str(values["digest"]), content)
        return _file(row)

    def remove(self, key: int) -> None:
        """Take a file off its subject; raises ``NotAllowed`` when the database does not let this person."""
        with self._database.writing(self._token, reason="移除附件") as connection:
            done = connection.execute(
                text(
                    f"UPDATE {self._rows.table} SET removed_at = now()"  # noqa: S608
                    " WHERE id = :key AND removed_at IS NULL"
                ),
                {"key": key},
            )
            if done.rowcount == 0:
                raise NotAllowed("这个附件不是您的单位的，或已经移除。请刷新页面。")

    def opened(self, key: int) -> tuple[AttachedFile, Path]:
        """Return a file and the path of its bytes; ``UnknownRecord`` for none that this person may see."""
        if not self._token:
            raise SignInNeeded("请先登录，再打开附件。")
        rows = self._rows
        with self._database.reading(self._token) as connection:
            row = connection.execute(
                text(f"SELECT {rows.read} FROM {rows.table} WHERE id = :key AND removed_at IS NULL"),  # noqa: S608
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
        write_whole(iter((content,)), place, private=True)
        sync_folder(self._folder)  # the folder of the first two digits may be new


def _refuse_more(connection: Connection, rows: _Rows, values: dict[str, object]) -> None:
    """Refuse a twenty-first file, and the same one twice; uploads to one subject wait for each other."""
    lock = {"key": f"attach:{values['subject']}"}
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), lock)
    held = connection.execute(
        text(
            f"SELECT file_name, sha256 FROM {rows.table}"  # noqa: S608
            f" WHERE {rows.is_subject} AND removed_at IS NULL"
        ),
        values,
    ).all()
    same = next((row.file_name for row in held if row.sha256 == values["digest"]), None)
    if same is not None:
        raise BadValue(f"这个文件已经附过了：{same}。")
    if len(held) >= MOST_PER_RECORD:
        raise BadValue(f"一条记录最多附 {MOST_PER_RECORD} 个文件。请先移除不需要的。")


def _file(row: Any) -> AttachedFile:
    return AttachedFile(*row)
