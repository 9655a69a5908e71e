"""Office documents as attachments: a .docx or .xlsx that does nothing but show itself.

A document is a zip of parts. What runs (macros, controls, DDE), reaches out (templates, pictures and data
from elsewhere) or carries another file inside (OLE, embedded workbooks, web pages) is refused, each with its
reason; links that somebody has to click stay. Sizes are counted before anything is unpacked (``guard``).

Formats: ECMA-376 part 2 (packages, relationships), part 1 (WordprocessingML, SpreadsheetML).
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from data.importers.office.guard import Limits, open_zip, pieces
from data.office_fields import acts
from projects.attachments import DOCX, XLSX
from projects.errors import BadValue
from projects.intake.importing import FileRefused

ZIP: Final = b"PK\x03\x04"
OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Beginning of what Office wrote before 2007, and of documents with a password."""
_LIMITS: Final = Limits(unpacked_bytes=100_000_000, parts=2_000)
_END: Final = b"PK\x05\x06"
_END_LENGTH: Final = 22

_MAIN: Final = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": XLSX,
}
_ACTIVE_TYPE: Final = re.compile(r"macro|vba|activex|webextension")
_RUNS: Final = frozenset(
    (
        "vbaproject",
        "wordvbadata",
        "control",
        "activexcontrolbinary",
        "xlmacrosheet",
        "extensibility",
        "webextension",
        "webextensiontaskpanes",
        "keymapcustomizations",
    )
)
_REACHES_OUT: Final = frozenset(
    (
        "attachedtemplate",
        "externallink",
        "externallinkpath",
        "connections",
        "querytable",
        "subdocument",
        "frame",
    )
)
_CARRIES: Final = frozenset(("oleobject", "package", "afchunk"))
_PICTURES: Final = ("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "svg", "wdp")
_SHOWN: Final = frozenset(("xml", "rels", "vml", "odttf", *_PICTURES))
"""Suffixes of parts: text, pictures, fonts."""
_PRINTER: Final = re.compile(r"(xl|word)/printersettings/[^/]+\.bin")
_CLICKED: Final = re.compile(r"(https?|mailto):|#", re.IGNORECASE)
_XML: Final = (".xml", ".rels", ".vml")
_DTD: Final = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)

_BROKEN: Final = (
    "这个文档打不开，可能损坏、加了密码或没有传完。请用 Word 或 Excel 另存为 .docx、.xlsx 后再上传。"
)
_MIXED: Final = "文件里夹带了别的东西（{what}），不能作为附件。请用 Word 或 Excel 另存一份干净的再上传。"
_MACRO: Final = (
    "文档里有会自动运行的内容（宏、控件、DDE 或联网公式）。请另存为不含宏的 .docx 或 .xlsx 后再上传。"
)
_OUTSIDE: Final = (
    "文档引用了外部文件或网址（{what}），打开时会去取。请断开链接、把内容粘贴为值或图片后再上传。"
)
_INSIDE: Final = "文档里嵌入了别的文件（{what}）。请把它粘贴为图片，或单独上传后再上传本文档。"


def media_type(content: bytes) -> str:
    """Return the media type of a document that begins as a zip; ``BadValue`` with the reason otherwise."""
    try:
        archive = open_zip(content, _LIMITS)
        _whole(content, archive)
        parts = {member.filename.lower(): member for member in archive.infolist()}
        _names(archive)
        types = _content_types(content, parts)
        for name, kind in _relationships(content, parts):
            _refuse_relation(name, kind)
        _read_all(content, parts)
        return _main(content, parts, types)
    except (
        FileRefused,
        ElementTree.ParseError,
        zipfile.BadZipFile,
        KeyError,
        UnicodeError,
        ExpatError,
    ) as error:
        raise BadValue(_BROKEN) from error


def _whole(content: bytes, archive: zipfile.ZipFile) -> None:
    """Refuse an archive that stands behind or before something else, or whose parts lie over one another."""
    end = content[-_END_LENGTH:]
    members = sorted(archive.infolist(), key=lambda member: member.header_offset)
    if not end.startswith(_END) or archive.comment or not members or members[0].header_offset != 0:
        raise BadValue(_MIXED.format(what="压缩包前后的内容"))
    ends = 0
    for member in members:
        if member.header_offset < ends:
            raise BadValue(_BROKEN)
        ends = member.header_offset + 30 + len(member.filename) + member.compress_size
    if ends > archive.start_dir:
        raise BadValue(_BROKEN)


def _names(archive: zipfile.ZipFile) -> None:
    """Refuse parts that no document has: other files, folders above, two of one name."""
    names = [name.lower() for name in archive.namelist()]
    if len(set(names)) != len(names):
        raise BadValue(_BROKEN)
    for name in names:
        if name.endswith("/"):
            continue
        if "vbaproject" in name or "/activex/" in name:
            raise BadValue(_MACRO)
        if "/embeddings/" in name:
            raise BadValue(_INSIDE.format(what=name.rpartition("/")[2][:60]))
        suffix = name.rpartition(".")[2]
        safe = suffix in _SHOWN or _PRINTER.fullmatch(name)
        if not safe or ".." in name or "\\" in name or name.startswith("/") or ":" in name:
            raise BadValue(_MIXED.format(what=name[:60]))


def _part(content: bytes, member: zipfile.ZipInfo) -> bytes:
    """Return an unpacked part; its checksum has to fit."""
    unpacked = b"".join(pieces(content, member))
    if len(unpacked) != member.file_size or zlib.crc32(unpacked) != member.CRC:
        raise BadValue(_BROKEN)
    return unpacked


def _tree(content: bytes, member: zipfile.ZipInfo) -> ElementTree.Element:
    """Return a part as XML; one in another encoding than UTF-8, or with a DTD, is refused unread."""
    text = _part(content, member)
    if b"\0" in text or _DTD.search(text):
        raise BadValue(_BROKEN)
    return ElementTree.fromstring(text)  # noqa: S314 - without a DTD nothing is expanded or fetched


def _content_types(content: bytes, parts: Mapping[str, zipfile.ZipInfo]) -> dict[str, str]:
    """Return part → content type for the parts that say their own; what runs is refused by its type."""
    found: dict[str, str] = {}
    for node in _tree(content, parts["[content_types].xml"]):
        kind = node.get("ContentType", "")
        if _ACTIVE_TYPE.search(kind.lower()):
            raise BadValue(_MACRO)
        name = node.get("PartName", f".{node.get('Extension', '')}").lstrip("/").lower()
        # Under the name of a picture a page of text would not be looked into.
        if kind.lower().endswith("xml") and not name.endswith((*_XML, ".svg")):
            raise BadValue(_MIXED.format(what=name[:60]))
        if node.tag.endswith("}Override"):
            found[name] = kind
    return found


def _relationships(
    content: bytes, parts: Mapping[str, zipfile.ZipInfo]
) -> Iterator[tuple[str, ElementTree.Element]]:
    """Yield the last word of every relationship's type, in small letters, and the relationship."""
    for name, member in parts.items():
        if name.endswith(".rels"):
            for node in _tree(content, member):
                yield node.get("Type", "").rpartition("/")[2].lower(), node


def _refuse_relation(kind: str, node: ElementTree.Element) -> None:
    target = node.get("Target", "")
    if kind in _RUNS:
        raise BadValue(_MACRO)
    if kind in _CARRIES:
        raise BadValue(_INSIDE.format(what=target.rpartition("/")[2][:60]))
    outside = node.get("TargetMode", "").lower() == "external"
    if kind in _REACHES_OUT or (outside and not (kind == "hyperlink" and _CLICKED.match(target))):
        raise BadValue(_OUTSIDE.format(what=target[:80]))


def _read_all(content: bytes, parts: Mapping[str, zipfile.ZipInfo]) -> None:
    """Unpack every part once: each has to be whole, and no text field may fetch or run anything."""
    for name, member in parts.items():
        unpacked = _part(content, member)
        if not name.endswith(_XML):
            continue
        if b"\0" in unpacked or _DTD.search(unpacked):
            raise BadValue(_BROKEN)
        if acts(unpacked):
            raise BadValue(_MACRO)


def _main(content: bytes, parts: Mapping[str, zipfile.ZipInfo], types: Mapping[str, str]) -> str:
    """Return what the part is that the package calls its document."""
    for node in _tree(content, parts["_rels/.rels"]):
        if node.get("Type", "").endswith("/officeDocument"):
            name = node.get("Target", "").lstrip("/").lower()
            if name in parts and types.get(name) in _MAIN:
                return _MAIN[types[name]]
    raise BadValue("压缩包不是 Word 或 Excel 文档，不能作为附件。请上传 .docx、.xlsx、PDF 或图片。")
