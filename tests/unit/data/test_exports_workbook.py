"""The office workbook, opened with another library than the one that wrote it."""

import io
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data.exports.workbook import SPARE_ROWS, Content, workbook
from data.exports.workbook_columns import APPROVALS, FINANCE, HOW_TO, LISTS, MILESTONES, PROJECTS, SHEETS
from data.exports.workbook_lists import Lists
from projects.fields import FIELDS, JsonValue
from projects.filing.desk import Held
from projects.intake.importing import EXAMPLE
from tests.unit.data.importers.office.world import read
from tests.unit.projects.importing_rows import COUNTY

MADE = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)
PLACES = Lists(
    {"440203": "武江区"},
    {"440203001": "新华街道", "440203002": "城关镇"},
    {"z-1": "莞韶园"},
    {"440203": "武江区", "440204": "浈江区"},
)
PLACE: JsonValue = {
    "geometry": {"type": "Point", "coordinates": [113.12345678, 24.7]},
    "precision": 1,
    "datum_entered": "gcj02",
}
DOCUMENT: dict[str, JsonValue] = {
    "name": '=HYPERLINK("http://x")',
    "kind": "site",
    "category": "tcm",
    "county_code": "440203",
    "township_code": "440203001",
    "zone_id": "z-1",
    "project_code": "2020-440203-83-01-012345",
    "total_investment": "99999999.123456",
    "beds": 0,
    "published": True,
    "note": "一\n二",
    "stage": "在建",
    "alias/甲": True,
    "alias/乙": True,
    "area/440204": True,
    "party/owner": ["甲公司", "乙、丙中心"],
    "place/0": PLACE,
    "finance/12": {
        "source": "专项债",
        "status": "到位",
        "amount": "100.5",
        "year": 2024,
        "subsidy": False,
        "note": "@x",
    },
    "finance/9": {"source": "其他", "status": "批复", "amount": "0", "year": None, "subsidy": True},
    "milestone/commencement": {"planned_on": "2024-03-01", "actual_on": None, "title": None, "note": None},
}
RECORD = Held("SG-0001", DOCUMENT, 4, "440203", {})


def opened(*held: Held, language: str = "zh") -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook(Content(COUNTY, PLACES, MADE, held, language))))


def row(book: Any, sheet: str, number: int = 2) -> dict[str, Any]:
    headings = [cell.value for cell in book[sheet][1]]
    return {h: c.value for h, c in zip(headings, book[sheet][number], strict=True) if c.value is not None}


@pytest.fixture(scope="module")
def filled() -> Any:
    return opened(RECORD)


def test_the_sheets_and_the_headings_of_all_fields(filled: Any) -> None:
    assert filled.sheetnames == [PROJECTS, FINANCE, MILESTONES, APPROVALS, HOW_TO, LISTS]
    headings = [cell.value for cell in filled[PROJECTS][1]]
    assert {f.zh for f in FIELDS} - {"归属单位"} <= set(headings) and len(set(headings)) == len(headings)
    assert headings[:3] == ["项目编号", "版本", "项目名称"]
    for name in SHEETS:
        assert filled[name].freeze_panes == "D2" and filled[name].sheet_state == "visible"
        assert not any(d.hidden for d in filled[name].column_dimensions.values())


def test_a_record_shows_words_numbers_and_dates(filled: Any) -> None:
    shown = row(filled, PROJECTS)
    expected = {
        "项目编号": "SG-0001",
        "版本": 4,
        "类别": "中医药",
        "县（市、区）": "武江区",
        "床位（张）": 0,
        "乡镇（街道）": "新华街道",
        "功能区": "莞韶园",
        "总投资（万元）": 99999999.123456,
        "公开发布": "是",
        "别名": "乙；甲",
        "涉及其他县": "浈江区",
        "经度": 113.123457,
        "纬度": 24.7,
        "备注": "一\n二",
        "坐标系": "WGS84（GPS、手机定位）",
        "阶段": "在建",
    }
    assert {key: shown.get(key) for key in expected} == expected
    assert "招商阶段" not in shown and "地址" not in shown


def test_what_a_cell_cannot_give_back_is_blank_with_a_note(filled: Any) -> None:
    headings = [cell.value for cell in filled[PROJECTS][1]]
    owner = filled[PROJECTS].cell(2, headings.index("项目单位") + 1)
    assert owner.value is None and "乙、丙中心" in owner.comment.text
    assert isinstance(PLACE, dict)
    township = {**DOCUMENT, "place/0": {**PLACE, "precision": 3}}
    assert "经度" not in row(opened(Held("SG-0001", township, 1, "440203", {})), PROJECTS)


def test_the_lines_carry_their_ids_in_order(filled: Any) -> None:
    assert [cell.value for cell in filled[FINANCE]["C"]] == ["明细编号", 9, 12]
    line = row(filled, FINANCE, 3)
    assert line["项目编号"] == "SG-0001" and line["资金来源"] == "专项债" and line["是否补助"] == "否"
    assert line["金额（万元）"] == 100.5 and row(filled, FINANCE)["金额（万元）"] == 0
    step = row(filled, MILESTONES)
    assert step["里程碑"] == "开工" and f"{step['计划日期']:%F}" == "2024-03-01" and "实际日期" not in step


def test_text_never_is_a_formula_nor_becomes_one(filled: Any) -> None:
    for cell in (filled[PROJECTS]["C2"], filled[FINANCE]["I3"]):
        assert cell.data_type == "s" and cell.quotePrefix


def test_a_blank_workbook_has_an_example_in_every_sheet_that_says_so() -> None:
    blank = opened()
    for name in SHEETS:
        assert blank[name]["A2"].value == EXAMPLE and blank[name].max_row == 2
    assert EXAMPLE not in [cell.value for cell in opened(RECORD)[PROJECTS]["A"]]


def test_drop_downs_offer_the_codes_and_the_units_own_places(filled: Any) -> None:
    sheet, lists = filled[PROJECTS], filled[LISTS]
    headings = [cell.value for cell in sheet[1]]
    letter = sheet.cell(1, headings.index("乡镇（街道）") + 1).column_letter
    rule = next(r for r in sheet.data_validations.dataValidation if f"{letter}2" in str(r.sqref))
    assert str(rule.sqref) == f"{letter}2:{letter}{SPARE_ROWS + 2}" and rule.errorStyle == "warning"
    column = rule.formula1.split("$")[1]
    assert [cell.value for cell in lists[column] if cell.value] == ["乡镇（街道）", "新华街道", "城关镇"]
    kinds = {r.type for r in sheet.data_validations.dataValidation}
    assert kinds == {"list", "decimal", "whole"}
    assert "清除" in next(r.error for r in sheet.data_validations.dataValidation if r.type == "decimal")


def test_notes_explain_the_headings_in_the_readers_language(filled: Any) -> None:
    headings = [cell.value for cell in filled[PROJECTS][1]]
    number = headings.index("总投资（万元）") + 1
    assert "单位：万元" in filled[PROJECTS].cell(1, number).comment.text
    english = opened(RECORD, language="en")
    assert "Total investment" in english[PROJECTS].cell(1, number).comment.text
    assert english[HOW_TO]["A3"].value == "Blank"


def test_the_how_to_says_whose_it_is_and_how_many(filled: Any) -> None:
    assert "武江区" in filled[HOW_TO]["B1"].value and "1 条" in filled[HOW_TO]["B1"].value
    assert Content(COUNTY, PLACES, MADE, (RECORD,)).file_name == "武江区_健康产业项目填报表_20260506.xlsx"


PLANS: dict[str, JsonValue] = {"annual_plan/2025": "7", "annual_plan/2026": "1500.5", "annual_plan/2028": "0"}


def test_the_plans_of_this_year_and_the_next_two_stand_behind_the_total_and_read_back(tmp_path: Path) -> None:
    name = {"name": "乐昌市人民医院"}
    content = workbook(Content(COUNTY, PLACES, MADE, (Held("SG-0001", {**name, **PLANS}, 4, "440203", {}),)))
    headings = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(content))[PROJECTS][1]]
    behind = headings.index("总投资（万元）") + 1
    assert headings[behind : behind + 3] == [f"{year}年计划投资（万元）" for year in (2026, 2027, 2028)]
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    found = read(path)
    assert not found.unknown_headings
    # The plan of an earlier year has no column: a file that does not give it leaves it alone.
    assert found.rows[0].document == {**name, "annual_plan/2026": "1500.5", "annual_plan/2028": "0"}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_another_office_program_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook(Content(COUNTY, PLACES, MADE, (RECORD,))))
    command = ["soffice", "--headless", "--convert-to", "csv", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert "SG-0001" in (tmp_path / "book.csv").read_text("utf-8", errors="replace")
