"""What goes back to the office: the rows that were not taken over, marked where the trouble is."""

from dataclasses import replace

from projects.filing.desk import Lookalike
from projects.intake.cells import CellIssue, Outcome, SourceCell
from projects.intake.importing import LeftOut, Line, PlannedRow
from projects.intake.issues import IssueCode, Severity
from projects.intake.mending import Mark, marks_of
from tests.unit.projects.importing_rows import file_of, new_row, planned, typed

BEDS = SourceCell("项目", "F3", "床位（张）", "约三百")
ERROR = CellIssue(IssueCode.INVALID_NUMBER, Severity.ERROR, BEDS, "beds", "没有导入", "请填整数")
WARNING = ERROR._replace(severity=Severity.WARNING, action="已采用", remedy="请核对")


def test_nothing_goes_back_when_everything_was_taken_over() -> None:
    assert marks_of(planned([new_row(2), new_row(3, name="乙")])) == {}


def test_rejected_rows_stay_with_their_lines_and_reasons() -> None:
    lines = (Line("资金", 7, "finance/new-1"), Line("资金", 9, ""))
    made = planned([new_row(2), new_row(3, name="乙", issues=(WARNING, ERROR), lines=lines)])
    marks = marks_of(replace(made, reading=file_of([row.row for row in made.rows])))
    assert sorted(marks["项目"].reasons) == [3] and marks["项目"].first == 2
    assert marks["项目"].reasons[3].splitlines()[0] == "【床位（张）】没有导入。请填整数"
    assert marks["项目"].row_marks[3] is Mark.ERROR
    assert sorted(marks["资金"].reasons) == [7, 9] and marks["资金"].first == 7
    mark, note = marks["项目"].cells["F3"]
    assert mark is Mark.ERROR and "没有导入" in note and "已采用" in note


def test_held_rows_name_the_records_they_may_be() -> None:
    looks = (Lookalike("SG-0001", "甲医院", "440203", "similar_name", 0.9),)
    made = planned([new_row(2)])
    held = PlannedRow(made.rows[0].row, Outcome.HELD, "", "", (), (WARNING,), looks)
    marks = marks_of(replace(made, rows=(held,)))["项目"]
    assert "SG-0001「甲医院」" in marks.reasons[2] and marks.row_marks[2] is Mark.HELD
    assert marks.cells["F3"][0] is Mark.HELD


def test_lines_that_belong_to_no_project_go_back_but_totals_do_not() -> None:
    cells = (SourceCell("资金", "A5", "项目编号", "SG-9"),)
    orphan = LeftOut("资金", 5, WARNING, cells)
    total = LeftOut("项目", 9, WARNING._replace(severity=Severity.INFO), ())
    made = planned([typed(project_id="SG-9")])
    reading = replace(made.reading, left_out=(orphan, total))
    marks = marks_of(replace(made, reading=reading))
    assert sorted(marks["资金"].reasons) == [5] and sorted(marks["项目"].reasons) == [2]
    assert marks["资金"].values[5]["A"].raw == "SG-9"
