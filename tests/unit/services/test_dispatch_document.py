"""One page per unit: what it says, that it is cut to a page, its fonts, and the zip of all."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from docx import Document

from data.exports.request import ExportRequest
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import Reference
from services import dispatch_document
from tests.fake_schedule import FakeSchedule, Kept
from tests.unit.projects.lifecycle.dates import END, START, TODAY, days

WHEN = Reference(TODAY, 25)
NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def late(number: int, name: str = "院") -> Kept:
    planned = (TODAY - timedelta(days=number)).isoformat()
    ahead = (TODAY + timedelta(days=number)).isoformat()
    return Kept(f"SG-{number:04}", f"{name}{number}", "储备", {START: days(planned), END: days(ahead)})


def made(*records: Kept, language: str = "zh", **values: Any) -> Any:
    request = ExportRequest(chosen=ProjectFilter(), language=language, **values)  # type: ignore[arg-type]
    sheet = FakeSchedule(*records).sheets(ProjectFilter(), WHEN)[0]
    return Document(io.BytesIO(dispatch_document.document(sheet, WHEN, request)))


def text_of(document: Any) -> str:
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines)


def test_the_page_says_whose_it_is_and_how_it_stands() -> None:
    records = (late(40), Kept("SG-0099", "没报院", contact="李四 139"))
    document = made(*records)
    text = text_of(document)
    assert document.paragraphs[0].text == "乳源瑶族自治县月调度单"
    assert "参照日 2026-06-10 · 上次调度日 2026-05-25 · 请在 2026-06-25 前更新" in text
    assert "● 红" in text and "没有报过 1（未知，不是按期）" in text
    assert "院40" in text and "2026-05-01" in text and "逾期 40" in text and "还有 40" in text
    assert "没报院（SG-0099）" in text and "联系人：李四 139" in text
    assert "灰灯是未知，不是按期" in text
    assert "内部使用" in document.sections[0].footer.paragraphs[0].text


def test_the_lists_are_cut_to_the_page_and_what_is_left_out_is_counted() -> None:
    document = made(*(late(number, "很长的名字" * 12) for number in range(1, 31)))
    overdue, due = document.tables
    assert len(overdue.rows) == len(due.rows) == dispatch_document.SHOWN + 1
    text = text_of(document)
    assert "逾期（30 步）" in text and text.count("另有 22 步，见工作簿。") == 2
    longest = max(len(cell.text) for row in overdue.rows for cell in row.cells)
    assert longest <= 26, "a name takes one line"
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert _height_cm(document) < section.page_height.cm - 2 * section.top_margin.cm


def _height_cm(document: Any) -> float:
    """Return a cautious estimate of the height: wrapped lines at 1.35 of their size, rows with margins."""
    width = 17.0
    height = 0.0
    for paragraph in document.paragraphs:
        size = max((run.font.size.pt for run in paragraph.runs), default=9.0)
        letters = sum(1.0 if ord(c) > 255 else 0.55 for c in paragraph.text)
        lines = max(1, -(-letters * size * 0.0353 // width))
        height += lines * size * 1.35 * 0.0353 + 0.11
    rows = sum(len(table.rows) for table in document.tables)
    return height + rows * (8.5 * 1.35 * 0.0353 + 0.11 + 0.05) * 1.1


def test_a_unit_with_nothing_to_tell_is_told_so() -> None:
    document = made(Kept("SG-0001", "退库院", "退库"))
    assert text_of(document).count("没有。") == 3 and not document.tables


def test_every_run_names_a_chinese_font() -> None:
    document = made(late(3))
    runs = [run for part in (document.element.body,) for run in part.iter(f"{NAMESPACE}r")]
    fonts = {run.find(f"{NAMESPACE}rPr/{NAMESPACE}rFonts").get(f"{NAMESPACE}eastAsia") for run in runs}
    assert fonts == {"宋体", "黑体"}


def test_hostile_names_are_only_text() -> None:
    document = made(Kept("SG-0001", "<w:b/>&\x01\x0b{{x}}", milestones={START: days("2026-06-01")}))
    assert "<w:b/>&\ufffd\ufffd{{x}}" in text_of(document)


def test_practice_data_says_so_in_title_and_foot() -> None:
    document = made(late(1), practice=True)
    assert "虚构" in document.paragraphs[1].text
    assert "虚构" in document.sections[0].footer.paragraphs[0].text


def test_in_english() -> None:
    text = text_of(made(late(40), language="en"))
    assert "Monthly dispatch: 乳源瑶族自治县" in text and "Overdue (1 steps)" in text and "40 late" in text


def test_the_zip_has_a_page_for_every_unit() -> None:
    records = (late(1), Kept("SG-0007", unit="440281"), Kept("SG-0008", unit=""))
    request = ExportRequest(chosen=ProjectFilter())
    sheets = FakeSchedule(*records).sheets(ProjectFilter(), WHEN)
    packed = zipfile.ZipFile(io.BytesIO(dispatch_document.bundle(sheets, WHEN, request)))
    assert packed.testzip() is None
    assert packed.namelist() == [
        "月调度_-_没有归属单位_20260610.docx",
        "月调度_440232_乳源瑶族自治县_20260610.docx",
        "月调度_440281_乐昌市_20260610.docx",
    ]
    for name in packed.namelist():
        assert re.search("月调度单", text_of(Document(io.BytesIO(packed.read(name)))))


@pytest.mark.parametrize("day", [date(2026, 6, 10)])
def test_names_of_files_hold_no_path(day: date) -> None:
    sheet = FakeSchedule(Kept("SG-0001")).sheets(ProjectFilter(), Reference(day))[0]
    object.__setattr__(sheet.tally, "name", "../甲/乙:丙")
    name = dispatch_document.file_name(
        sheet, Reference(day), ExportRequest(chosen=ProjectFilter(), practice=True)
    )
    assert "/" not in name and ":" not in name and name.startswith("演示_")
