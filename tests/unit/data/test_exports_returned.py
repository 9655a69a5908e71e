"""The returned workbook, opened again: the same book, only what is to be mended, nothing dangerous."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from data.exports.returned import returned
from projects.fields import JsonValue
from projects.intake.cells import CellIssue, Outcome, SourceCell
from projects.intake.importing import FileReading, ImportPlan, Line, Mode, PlannedRow, TypedRow
from projects.intake.issues import IssueCode, Severity
from projects.intake.mending import REASON

HEADINGS = ("项目名称", "县", "床位（张）", "网址")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """An office's own workbook: a title, merged cells, a formula, a link, a filter, another sheet."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "表一"
    sheet.append(["某县项目表"])
    sheet.merge_cells("A1:D1")
    sheet.append(HEADINGS)
    sheet["A2"].font = Font(bold=True)
    for number in range(3, 9):
        sheet.append([f"项目{number}", "武江区" if number == 3 else None, number, "x"])
    sheet.merge_cells("B3:B8")
    sheet["C5"] = "=1+1"
    sheet["D5"] = "@SUM(1)"
    sheet["D7"].hyperlink = "http://example.invalid/"
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["A"].width = 33
    sheet.auto_filter.ref = "A2:D8"
    made.create_sheet("说明")["A1"] = "请保留"
    lines = made.create_sheet("资金")
    lines.append(["项目名称", "金额（万元）"])
    for number in (5, 6, 5):
        lines.append([f"项目{number}", number])
    path = tmp_path / "upload"
    made.save(path)
    return path


def row(number: int, lines: tuple[Line, ...] = ()) -> TypedRow:
    values = (f"项目{number}", "武江区", str(number), "@SUM(1)" if number == 5 else "x")
    cells = {
        path: SourceCell("表一", f"{get_column_letter(n)}{number}", heading, value)
        for n, (path, heading, value) in enumerate(
            zip(("name", "county_code", "beds"), HEADINGS, values, strict=False), start=1
        )
    }
    extra = (SourceCell("表一", f"D{number}", "网址", values[3]),)
    return TypedRow("表一", number, "", "", f"项目{number}", "440203", {}, (), cells, (), lines, extra)


def plan(kind: str = "xlsx", back: tuple[int, ...] = (5, 7)) -> ImportPlan:
    lines = {
        5: (Line("资金", 2, "finance/new-1"), Line("资金", 4, "finance/new-2")),
        6: (Line("资金", 3, "x"),),
    }
    rows = tuple(row(n, lines.get(n, ())) for n in range(3, 9))
    reading = FileReading("表.xlsx", "ab", kind, "", rows, (), (), 9, {"表一": 6, "资金": 3})
    issue = CellIssue(
        IssueCode.INVALID_NUMBER, Severity.ERROR, rows[2].cells["beds"], "beds", "退回", "请填整数"
    )
    made = []
    for typed in rows:
        outcome = {5: Outcome.REJECTED, 7: Outcome.HELD}.get(typed.number) if typed.number in back else None
        reasons = (issue,) if typed.number == 5 else ()
        made.append(PlannedRow(typed, outcome or Outcome.NEW, "", "", (), reasons))
    return ImportPlan(reading, Mode.UPSERT, False, tuple(made))


def opened(content: bytes | None) -> Any:
    assert content is not None
    return openpyxl.load_workbook(io.BytesIO(content))


def test_nothing_comes_back_when_nothing_was_left(book: Path) -> None:
    assert returned(book, plan(back=())) is None


def test_the_same_workbook_with_only_the_rows_to_mend(book: Path) -> None:
    made = opened(returned(book, plan()))
    assert made.sheetnames == ["表一", "说明", "资金"] and made["说明"]["A1"].value == "请保留"
    sheet = made["表一"]
    assert [[c.value for c in r[:3]] for r in sheet.iter_rows()] == [
        ["某县项目表", None, None],
        list(HEADINGS[:3]),
        ["项目5", "武江区", "5"],
        ["项目7", "武江区", 7],
    ]
    assert sheet["A2"].font.bold and sheet.column_dimensions["A"].width == 33
    assert "A1:D1" in [str(m) for m in sheet.merged_cells.ranges] and not sheet.row_dimensions[3].hidden
    assert [[c.value for c in r[:2]] for r in made["资金"].iter_rows()] == [
        ["项目名称", "金额（万元）"],
        ["项目5", 5],
        ["项目5", 5],
    ]


def test_the_reason_stands_in_a_column_and_at_the_cell(book: Path) -> None:
    sheet = opened(returned(book, plan()))["表一"]
    assert sheet["E2"].value == REASON and sheet["E3"].value == "【床位（张）】退回。请填整数"
    assert sheet["C3"].fill.start_color.rgb.endswith("FFC7CE") and "请填整数" in sheet["C3"].comment.text
    assert sheet["E4"].fill.start_color.rgb.endswith("BDD7EE")


def test_a_second_return_uses_the_same_column(book: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    content = openpyxl.load_workbook(io.BytesIO(book.read_bytes()))
    content["表一"]["E2"], content["表一"]["E5"] = REASON, "旧原因"
    content.save(again)
    sheet = opened(returned(again, plan()))["表一"]
    assert [c.value for c in sheet[2]].count(REASON) == 1 and "旧原因" not in str(sheet["E3"].value)


def test_formulas_links_and_risky_texts_are_harmless(book: Path) -> None:
    sheet = opened(returned(book, plan()))["表一"]
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    assert sheet["D3"].value == "@SUM(1)" and sheet["D3"].quotePrefix


@pytest.mark.parametrize("kind", ["csv", "xls", "geojson", "xlsx"])
def test_other_files_come_back_plain_with_their_columns(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(b"PK not a workbook" if kind == "xlsx" else "甲,乙".encode("gbk"))
    sheet = opened(returned(path, plan(kind)))["表一"]
    assert [c.value for c in sheet[1]] == [*HEADINGS, REASON]
    assert [c.value for c in sheet[2]][:4] == ["项目5", "武江区", "5", "@SUM(1)"] and sheet[
        "D2"
    ].data_type == "s"
    assert "请填整数" in sheet["E2"].value and sheet.max_row == 3


def test_points_of_a_map_file_come_back_as_numbers(tmp_path: Path) -> None:
    made = plan("geojson")
    place: JsonValue = {"geometry": {"type": "Point", "coordinates": [113.5, 24.8]}, "precision": 2}
    rows = tuple(replace(r, row=replace(r.row, document={"place/0": place})) for r in made.rows)
    sheet = opened(returned(tmp_path / "x", replace(made, rows=rows)))["表一"]
    assert [c.value for c in sheet[1]][4:7] == ["经度", "纬度", "坐标系"]
    assert [c.value for c in sheet[2]][4:7] == ["113.5", "24.8", "WGS84（GPS、手机定位）"]


def test_thousands_of_gaps_take_a_moment(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.title = "表一"
    rows, path = [], tmp_path / "big"
    made.active.append(HEADINGS)
    for number in range(2, 6002):
        made.active.append([f"项目{number}", "武江区", number, "x"])
        rows.append(PlannedRow(row(number), Outcome.HELD if number % 2 else Outcome.NEW, "", "", (), ()))
    made.save(path)
    reading = FileReading("", "", "xlsx", "", tuple(r.row for r in rows), (), (), 6000, {})
    sheet = opened(returned(path, ImportPlan(reading, Mode.UPSERT, False, tuple(rows))))["表一"]
    assert sheet.max_row == 3001 and sheet["A3001"].value == "项目6001"
