"""The sheets 资金 and 里程碑: lines go to their project, are set aside, or keep it out."""

from pathlib import Path
from typing import Any

from projects.intake.importing import FileReading
from projects.intake.issues import IssueCode
from projects.paths import check_path
from tests.unit.data.importers.office.world import keys, read, xlsx

PROJECTS = [
    ["项目编号", "项目代码", "项目名称", "总投资（万元）"],
    ["SG-0001", "", "甲院", 5000],
    ["", "2020-440281-83-01-012345", "乙院", 8000],
    ["", "", "丙院（二期）", ""],
]
MONEY = [
    "项目编号",
    "项目代码",
    "项目名称",
    "明细编号",
    "资金来源",
    "资金状态",
    "金额（万元）",
    "年度",
    "是否补助",
    "说明",
]
STEPS = ["项目编号", "项目名称", "里程碑", "计划日期", "实际日期", "说明"]


def finance(folder: Path, *lines: list[Any]) -> FileReading:
    return read(xlsx(folder, PROJECTS, 资金=[MONEY, *lines]))


def milestones(folder: Path, *lines: list[Any]) -> FileReading:
    return read(xlsx(folder, PROJECTS, 里程碑=[STEPS, *lines]))


def test_lines_find_their_project_by_id_code_or_name(tmp_path: Path) -> None:
    found = finance(
        tmp_path,
        ["SG-0001", "", "", "", "专项债券", "已到位", 1000, "2026年", "否", ""],
        ["", "2020-440281-83-01-012345", "", "", "省级资金", "批复", "2亿", 2026, "是", "首批"],
        ["", "", "丙院(二期)", "", "自筹", "申请", 300, "", "", ""],
        ["SG-0001", "", "甲院", "17", "", "支付", "", "", "", ""],
    )
    first, second, third = found.rows
    assert first.document["finance/new-1"] == {
        "source": "专项债",
        "status": "到位",
        "amount": "1000",
        "year": 2026,
        "subsidy": False,
    }
    assert first.document["finance/17"] == {"status": "支付"}
    assert second.document["finance/new-1"] == {
        "source": "省级财政",
        "status": "批复",
        "amount": "20000",
        "year": 2026,
        "subsidy": True,
        "note": "首批",
    }
    assert third.document["finance/new-1"] == {"source": "企业自筹", "status": "申请", "amount": "300"}
    assert check_path("finance/new-1", first.document["finance/new-1"])[1] is None
    assert [line.path for line in first.lines] == ["finance/new-1", "finance/17"]
    assert first.cells["finance/new-1/amount"].address == "G2" and first.locator("finance/17") == "资金!A5"
    assert found.lines_in == {"项目": 3, "资金": 4} and found.rows_in == 7


def test_a_line_of_nobody_is_set_aside_told_and_counted(tmp_path: Path) -> None:
    found = finance(
        tmp_path,
        ["SG-0099", "", "甲院", "", "专项债", "到位", 1, "", "", ""],
        ["", "", "", "", "专项债", "到位", 1, "", "", ""],
    )
    assert [(left.sheet, left.number, left.issue.key) for left in found.left_out] == [
        ("资金", 2, "orphan"),
        ("资金", 3, "orphan_unnamed"),
    ]
    assert [left.issue.code for left in found.left_out] == [IssueCode.ORPHANED_LINE] * 2
    assert "SG-0099" in found.left_out[0].issue.remedy
    assert found.issues == (), "said once, with the row"
    assert not any(row.rejected for row in found.rows)


def test_a_name_that_two_projects_share_is_not_decided_by_chance(tmp_path: Path) -> None:
    rows = [["项目名称", "县"], ["敬老院", "乐昌市"], ["敬老院", "武江区"]]
    found = read(
        xlsx(
            tmp_path,
            rows,
            资金=[["项目名称", "资金来源", "资金状态", "金额（万元）"], ["敬老院", "专项债", "到位", 5]],
        )
    )
    assert keys(left.issue for left in found.left_out) == ["ambiguous_project"] and found.accounted == 3


def test_an_error_in_a_line_keeps_its_project_out_and_names_the_cell(tmp_path: Path) -> None:
    found = finance(
        tmp_path,
        ["SG-0001", "", "", "", "专项债", "到位", "很多", "", "", ""],
        ["", "", "丙院（二期）", "", "", "到位", 5, "", "", ""],
    )
    first, _, third = found.rows
    assert first.rejected and keys(first.issues) == ["not_a_number"]
    assert (first.issues[0].cell.sheet, first.issues[0].cell.address) == ("资金", "G2")
    assert (
        third.rejected and keys(third.issues) == ["line_missing"] and third.issues[0].values == ("资金来源",)
    )
    assert first.lines[0].path == "" and not any("finance" in path for path in first.document)


def test_a_sum_that_is_not_known_yet_is_left_out_and_rejects_nothing(tmp_path: Path) -> None:
    found = finance(tmp_path, ["SG-0001", "", "", "", "专项债", "拟申请", "待定", "", "", ""])
    assert not found.rows[0].rejected and keys(found.rows[0].issues) == ["unknown_word", "line_unknown"]
    assert "finance/new-1" not in found.rows[0].document


def test_a_line_is_taken_away_by_the_word_for_clearing(tmp_path: Path) -> None:
    found = finance(
        tmp_path,
        ["SG-0001", "", "", "17", "", "", "清除", "", "", ""],
        ["SG-0001", "", "", "18", "", "", "", "清除", "", ""],
    )
    assert found.rows[0].cleared == ("finance/17",)
    assert found.rows[0].document["finance/18"] == {"year": None}


def test_lines_are_held_against_the_total(tmp_path: Path) -> None:
    mixed = finance(tmp_path, ["SG-0001", "", "", "", "专项债", "到位", 0.5, "", "", ""])
    assert "money_sum" in keys(mixed.rows[0].issues)
    over = finance(tmp_path, ["SG-0001", "", "", "", "专项债", "到位", 6000, "", "", ""])
    assert keys(over.rows[0].issues) == ["money_over"]
    asked = finance(tmp_path, ["SG-0001", "", "", "", "专项债", "申请", 6000, "", "", ""])
    assert asked.rows[0].issues == ()


def test_milestones(tmp_path: Path) -> None:
    found = milestones(
        tmp_path,
        ["SG-0001", "", "开工", "2026-01-01", "", ""],
        ["SG-0001", "", "竣工验收", "2025.12.1", "清除", "x"],
    )
    row = found.rows[0]
    assert row.document["milestone/commencement"] == {"planned_on": "2026-01-01"}
    assert row.document["milestone/completion"] == {
        "planned_on": "2025-12-01",
        "actual_on": None,
        "note": "x",
    }
    assert keys(row.issues) == ["date_order"] and row.issues[0].cell.address == "D3"


def test_every_step_is_held_against_the_one_it_waits_for(tmp_path: Path) -> None:
    found = milestones(
        tmp_path,
        ["SG-0001", "", "施工许可", "", "2024-06-01", ""],
        ["SG-0001", "", "开工", "", "2024-05-01", ""],
        ["SG-0001", "", "竣工", "", "2024-07-01", ""],
        ["SG-0001", "", "投产（投用）", "", "2024-04-01", ""],
    )
    assert keys(found.rows[0].issues) == ["date_order", "date_order"] and not found.rows[0].rejected
    assert [issue.field for issue in found.rows[0].issues] == [
        "milestone/commencement",
        "milestone/commissioning",
    ]


def test_one_milestone_twice_is_an_error(tmp_path: Path) -> None:
    found = milestones(
        tmp_path,
        ["SG-0001", "", "开工", "2026-01-01", "", ""],
        ["SG-0001", "", "开工", "", "2026-02-01", ""],
        ["SG-0001", "", "", "2026-01-01", "", ""],
    )
    assert keys(found.rows[0].issues) == ["line_twice", "line_missing"] and found.rows[0].rejected
    assert found.accounted == 6


def test_merged_references_hold_for_each_line(tmp_path: Path) -> None:
    import openpyxl

    path = xlsx(
        tmp_path,
        PROJECTS,
        资金=[
            MONEY,
            ["", "", "甲院", "", "专项债", "到位", 1, "", "", ""],
            ["", "", None, "", "银行贷款", "申请", 2, "", "", ""],
        ],
    )
    book = openpyxl.load_workbook(path)
    book["资金"].merge_cells("C2:C3")
    book.save(path)
    assert [line.path for line in read(path).rows[0].lines] == ["finance/new-1", "finance/new-2"]
