"""Money that cannot be right, in a file: told with its cell, and nothing of the row is taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from projects.intake.issues import IssueCode, Severity
from tests.unit.data.importers.office.test_lines import MONEY, finance
from tests.unit.data.importers.office.world import keys, read, xlsx

LINE = ["SG-0001", "", "", "", "专项债", "批复", 100, 2026, "", ""]


def with_(column: str, value: Any) -> list[Any]:
    return [value if name == column else held for name, held in zip(MONEY, LINE, strict=True)]


@pytest.mark.parametrize(
    ("column", "value", "key"),
    [
        ("金额（万元）", -100, "negative"),
        ("金额（万元）", "-0.5亿", "negative"),
        ("金额（万元）", "500 USD", "foreign_currency"),
        ("金额（万元）", "€5m", "foreign_currency"),
        ("金额（万元）", "$3,000", "foreign_currency"),
        ("金额（万元）", "£300", "foreign_currency"),
        ("金额（万元）", "3000万韩元", "foreign_currency"),
        ("金额（万元）", "50 GBP", "foreign_currency"),
        ("金额（万元）", "120%", "unknown_unit"),
        ("金额（万元）", "占30%", "not_a_number"),
        ("金额（万元）", 2 * 10**8, "out_of_range_unit"),
        ("年度", 20217, "out_of_range"),
        ("年度", "20217年", "out_of_range"),
        ("资金状态", "差不多到了", "not_in_list"),
        ("资金来源", "PPP", "not_in_list"),
    ],
)
def test_one_wrong_cell_keeps_the_whole_row_out(tmp_path: Path, column: str, value: Any, key: str) -> None:
    found = finance(tmp_path, LINE, with_(column, value))
    row = found.rows[0]
    said = [issue for issue in row.issues if issue.severity is Severity.ERROR]
    assert row.rejected, "the row goes back whole: nothing of it is stored half"
    assert len(said) == 1 and (said[0].key == key or said[0].key.startswith("not_in_list"))
    assert (said[0].cell.sheet, said[0].cell.address) == ("资金", f"{'ABCDEFGHIJ'[MONEY.index(column)]}3")
    assert found.accounted == found.rows_in


def test_the_sentence_names_the_currency_that_is_wanted(tmp_path: Path) -> None:
    (issue,) = finance(tmp_path, with_("金额（万元）", "500 USD")).rows[0].issues
    assert "500 USD" in issue.remedy and "人民币" in issue.remedy and "万元" in issue.remedy


def test_yi_written_as_wan_is_suspected_not_corrected(tmp_path: Path) -> None:
    found = finance(tmp_path, with_("金额（万元）", "0.5"))
    assert keys(found.rows[0].issues) == ["unit_too_small", "money_sum"]
    assert {issue.code for issue in found.rows[0].issues} == {IssueCode.UNIT_SUSPECT}
    assert found.rows[0].document["finance/new-1"]["amount"] == "0.5"  # type: ignore[index,call-overload]


def test_more_promised_than_the_project_costs_is_told(tmp_path: Path) -> None:
    found = finance(tmp_path, with_("金额（万元）", 5000.5))
    assert keys(found.rows[0].issues) == ["money_over"] and not found.rows[0].rejected


def test_a_line_without_a_project_is_given_back_and_the_rest_is_taken(tmp_path: Path) -> None:
    nobody = with_("项目编号", "SG-0404")
    found = finance(tmp_path, LINE, nobody)
    (left,) = found.left_out
    assert left.issue.code is IssueCode.ORPHANED_LINE and left.issue.severity is Severity.ERROR
    assert [cell.raw for cell in left.cells if cell.heading == "金额（万元）"] == ["100"]
    assert "finance/new-1" in found.rows[0].document and "finance/new-2" not in found.rows[0].document


def test_a_total_in_another_currency_is_refused_in_the_first_sheet_too(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path, [["项目名称", "县", "总投资（万元）"], ["甲", "乐昌市", "300万美元"]]))
    assert found.rows[0].rejected and keys(found.rows[0].issues) == ["foreign_currency"]
