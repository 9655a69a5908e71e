"""A plan on its way from the worker to the page and back: nothing of it changes, the counts add up."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.clinics import CountySlots
from projects.filing.desk import Lookalike
from projects.intake.cells import CellIssue, Outcome, SourceCell
from projects.intake.importing import FileReading, ImportPlan, LeftOut, Mode, PlannedRow, TypedRow
from projects.intake.issues import IssueCode, Severity
from projects.intake.preview import head_of, issue_of, line_of, read_issue, row_of, rows_of

CELL = SourceCell("项目", "F7", "床位（张）", "１２", "=A1*2")
ISSUE = CellIssue(
    IssueCode.UNIT_SUSPECT, Severity.WARNING, CELL, "beds", "已采用", "请核对", "reviewer", "", ("a", "b")
)
TYPED = TypedRow(
    "项目", 7, "SG-0001", "", "医院", "440232", {"beds": 12, "name": "医院"}, (), {"beds": CELL}, (ISSUE,)
)
ROW = PlannedRow(TYPED, Outcome.UPDATED, "SG-0001", "id", (("beds", 10, 12),), (ISSUE,))


def plan(*rows: PlannedRow, **values: Any) -> ImportPlan:
    reading = FileReading("a.xlsx", "0" * 64, "xlsx", "", (TYPED,), (), (CELL,), len(rows), {"项目": 1})
    return ImportPlan(replace(reading, **values), Mode.UPSERT, False, rows)


def test_a_row_comes_back_as_it_went() -> None:
    found = row_of(line_of(ROW))
    assert (found.key, found.outcome, found.project_id, found.matched_by) == (
        "项目!7",
        Outcome.UPDATED,
        "SG-0001",
        "id",
    )
    (change,) = found.changes
    assert (change.path, change.old, change.new, change.locator) == ("beds", 10, 12, "项目!F7")
    assert found.issues == (ISSUE,)
    assert found.warned


def test_a_held_row_carries_what_it_says_and_whom_it_may_be() -> None:
    other = Lookalike("SG-0009", "医院二", None, "similar_name", 0.8)
    held = replace(ROW, outcome=Outcome.HELD, changes=(), candidates=(other,))
    found = row_of(line_of(held))
    assert {c.path: c.new for c in found.changes} == {"beds": 12, "name": "医院"}
    assert all(c.old is None for c in found.changes)
    assert found.candidates == (other,)


@pytest.mark.parametrize("text", ["\n换行", "\u2028", '"引号\\', "\x00", "\ud800"])
def test_hostile_text_stays_one_line(text: str) -> None:
    line = line_of(replace(ROW, row=replace(TYPED, name=text), changes=(("name", None, text),)))
    assert "\n" not in line
    encoded = line.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")
    assert rows_of([encoded, ""])[0].name == text


@given(st.lists(st.sampled_from(list(Outcome)), max_size=30))
def test_the_head_adds_up(outcomes: list[Outcome]) -> None:
    head = head_of(plan(*(replace(ROW, outcome=outcome) for outcome in outcomes)))
    assert sum(head["counts"].values()) == head["rows_in"] == len(outcomes)
    assert set(head["counts"]) == {str(o) for o in Outcome}


def test_the_head_names_what_is_no_project() -> None:
    total = LeftOut("项目", 9, ISSUE, ())
    head = head_of(plan(ROW, left_out=(total,) * 300))
    assert head["left_out"] == 300
    assert len(head["left_out_rows"]) == 200
    assert read_issue(head["left_out_rows"][0][2]) == ISSUE
    assert read_issue(issue_of(ISSUE)) == ISSUE
    assert head["unknown_headings"] == [list(CELL)]


def test_slots_that_do_not_add_up_are_refused() -> None:
    assert CountySlots("SG-0028", "x", 831, 800, 20, 10, 1).total == 831
    with pytest.raises(ValueError, match="do not add up"):
        CountySlots("SG-0028", "x", 831, 800, 20, 10, 2)


def test_lines_without_a_project_are_named_before_totals_and_once() -> None:
    total = CellIssue(IssueCode.NOT_A_PROJECT, Severity.INFO, CELL, "", "未采用", "")
    orphan = CellIssue(IssueCode.ORPHANED_LINE, Severity.ERROR, CELL, "", "未采用", "请核对")
    rows = (*(LeftOut("项目", n, total, ()) for n in range(300)), LeftOut("资金", 4, orphan, ()))
    head = head_of(plan(ROW, left_out=rows))
    assert head["left_out"] == 301 and len(head["left_out_rows"]) == 200
    assert head["left_out_rows"][0][:2] == ["资金", 4] and head["issues"] == []
