"""Where the heading is, and which rows are data."""

from pathlib import Path

import pytest

from data.exports.request import ExportRequest, Language
from data.exports.table import TABLE_COLUMNS
from data.exports.xlsx import xlsx as export
from data.importers.office.grid import Grid
from data.importers.office.headings import find_layout
from projects.filters import ProjectFilter
from projects.intake.issues import IssueCode
from tests.unit.data.exports_fake import FakeLibrary, record
from tests.unit.data.importers.office.world import codes, keys, read, text, xlsx


def paths(grid: Grid) -> tuple[int, list[str]]:
    layout = find_layout(grid)
    assert layout is not None
    return layout.first_row, [column.path for column in layout.columns]


def test_a_heading_below_titles_and_notes() -> None:
    grid = Grid(
        "Sheet1",
        [
            ["某某市健康产业项目表", "", ""],
            ["填报单位：卫健局", "", ""],
            ["项目名称", "类别", "阶段"],
            ["医院", "医院", "在建"],
        ],
    )
    assert paths(grid) == (3, ["name", "category", "stage"])


def test_a_heading_over_two_rows_with_merged_groups() -> None:
    rows = [
        ["健康项目表", "", "", "", "", ""],
        ["序号", "项目名称", "坐标", "", "计划投资（亿元）", ""],
        ["", "", "经度", "纬度", "2026年", "2027年"],
        ["1", "县人民医院", "113.2", "25.1", "1", "2"],
    ]
    merges = [((0, 0), (0, 5)), ((1, 2), (1, 3)), ((1, 4), (1, 5)), ((1, 0), (2, 0)), ((1, 1), (2, 1))]
    grid = Grid("项目", rows, merges=merges)
    assert paths(grid) == (3, ["ignore", "name", "lon", "lat", "annual_plan/2026", "annual_plan/2027"])
    layout = find_layout(grid)
    assert layout is not None and [int(c.factor) for c in layout.columns][-2:] == [10000, 10000]
    assert paths(Grid("项目", rows))[1] == paths(grid)[1]  # a csv says nothing of merged cells


def test_a_data_row_is_not_taken_for_a_second_heading() -> None:
    grid = Grid("项目", [["项目名称", "阶段", "备注一"], ["县医院", "投产", "开工"], ["乙", "在建", "竣工"]])
    assert paths(grid) == (1, ["name", "stage", ""])


def test_a_unit_above_the_heading_holds_for_amounts_without_one(tmp_path: Path) -> None:
    rows = [["项目汇总表", "", "单位：亿元"], ["项目名称", "总投资", "床位（张）"], ["医院", 1.2, 200]]
    row = read(xlsx(tmp_path, rows)).rows[0]
    assert (row.document["total_investment"], row.document["beds"]) == ("12000", 200)


def test_an_amount_without_a_unit_is_taken_as_wan_and_said_so(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path, [["项目名称", "总投资"], ["医院", 3000]]))
    assert keys(found.issues) == ["unit_unstated"]
    assert found.rows[0].document["total_investment"] == "3000"


def test_a_foreign_currency_column_is_left_out_and_kept(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path, [["项目名称", "总投资（万美元）"], ["医院", 3000]]))
    assert "total_investment" not in found.rows[0].document
    assert [cell.raw for cell in found.rows[0].extra] == ["3000"]


def test_unknown_columns_are_reported_and_their_values_kept(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path, [["项目名称", "领导批示", "资金来源"], ["医院", "同意", "自筹"]]))
    assert keys(found.issues) == ["unknown_heading", "advice"]
    assert [cell.heading for cell in found.unknown_headings] == ["领导批示", "资金来源"]
    assert [(cell.address, cell.raw) for cell in found.rows[0].extra] == [("B2", "同意"), ("C2", "自筹")]
    assert "资金" in found.issues[1].remedy and "sheet 资金" in found.issues[1].words("en")[1]


def test_the_second_of_two_equal_columns_is_reported(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path, [["项目名称", "总投资（万元）", "投资额（万元）"], ["医院", 3000, 4000]]))
    assert keys(found.issues) == ["repeated_column"]
    assert found.rows[0].document["total_investment"] == "3000"


def test_a_file_without_a_name_column_is_one_error_that_lists_what_was_found(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path, [["甲", "乙", "丙"], [1, 2, 3]]))
    assert found.rows == () and found.rows_in == 0
    assert [issue.code.value for issue in found.issues] == ["not_read", "missing_value"]
    assert "甲、乙、丙" in found.issues[1].remedy


def test_totals_titles_notes_and_repeated_headings_are_set_aside_and_accounted_for(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目名称", "类别", "总投资（万元）"],
        ["一", "医疗服务", "", 3000],
        ["1", "县医院", "医院", 3000],
        ["", "", "", ""],
        ["（二）养老", "", "", ""],
        ["序号", "项目名称", "类别", "总投资（万元）"],
        ["2", "养老院", "养老", 400],
        ["", "小计", "", 400],
        ["合计", "", "", 3400],
        ["注：投资额含设备", "", "", ""],
    ]
    for path in (xlsx(tmp_path, rows), text(tmp_path, rows)):
        found = read(path)
        assert [row.name for row in found.rows] == ["县医院", "养老院"]
        assert [(left.number, left.issue.key) for left in found.left_out] == [
            (2, "section_row"),
            (5, "section_row"),
            (6, "repeated_heading"),
            (8, "total_row"),
            (9, "total_row"),
            (10, "note_row"),
        ]
        assert found.rows_in == 8
        assert found.lines_in == {"项目": 8}


def test_a_project_whose_name_only_begins_like_a_total_is_a_project(tmp_path: Path) -> None:
    found = read(
        xlsx(tmp_path, [["项目名称", "类别"], ["合计医院管理有限公司医疗中心项目", "医院"], ["合计", ""]])
    )
    assert [row.name for row in found.rows] == ["合计医院管理有限公司医疗中心项目"]


def test_a_name_that_is_missing_does_not_make_a_row_vanish(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path, [["项目名称", "类别", "阶段", "地址"], ["", "医院", "在建", "人民路"]]))
    assert [(row.name, row.number) for row in found.rows] == [("", 2)]


def test_the_example_row_is_passed_over_until_somebody_types_over_it(tmp_path: Path) -> None:
    rows = [["项目编号", "项目名称", "类别"], ["示例", "示例：县人民医院", "医院"], ["", "真医院", "医院"]]
    found = read(xlsx(tmp_path, rows))
    assert [row.name for row in found.rows] == ["真医院"] and found.rows_in == 1
    rows[1][1] = "乐昌市第二人民医院"
    found = read(xlsx(tmp_path, rows))
    assert [(row.name, row.project_id) for row in found.rows] == [("乐昌市第二人民医院", ""), ("真医院", "")]
    assert keys(found.rows[0].issues) == ["example_used"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_our_own_export_reads_back_without_the_sheet_that_explains_its_columns(
    tmp_path: Path, language: Language
) -> None:
    known = record(1, name="乐昌市人民医院", county="乐昌市", county_code="440281", open_to_capital="是")
    library, asked = FakeLibrary([known]), ExportRequest(chosen=ProjectFilter(), language=language)
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"".join(export(library, asked)))
    found = read(path)
    assert [(row.project_id, row.document["open_to_capital"]) for row in found.rows] == [("SG-0001", "是")]
    told = [one for one in found.issues if one.code is IssueCode.NOT_READ]
    explained = str(len(TABLE_COLUMNS) + 1)
    assert [(one.key, one.values[1]) for one in told] == [("own_dictionary", explained)]
    assert found.lines_in == {("项目" if language == "zh" else "Projects"): 1} and not found.left_out


def test_a_sheet_of_projects_that_happens_to_be_called_fields_is_read(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path, [["项目名称"], ["甲院"]], 字段=[["项目名称", "类别"], ["乙院", "医院"]]))
    assert [row.name for row in found.rows] == ["甲院", "乙院"] and "own_dictionary" not in keys(found.issues)


def test_several_sheets_of_projects_are_all_read(tmp_path: Path) -> None:
    head = ["项目名称", "类别"]
    found = read(
        xlsx(
            tmp_path,
            [head, ["甲院", "医院"]],
            养老=[head, ["乙院", "养老"]],
            说明=[["怎么填"]],
            其他=[["a"], ["b"]],
        )
    )
    assert [(row.sheet, row.name) for row in found.rows] == [("项目", "甲院"), ("养老", "乙院")]
    assert keys(found.issues) == ["sheet_ignored"] and found.issues[0].values == ("其他", "2")
    assert codes(found.issues) == ["not_read"]
