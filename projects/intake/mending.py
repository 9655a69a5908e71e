"""What goes back to the office after an import: the rows that were not taken over, and why, cell by cell.

Pure: from a plan to marks by sheet, row and cell; ``data.exports.returned`` writes them into a workbook.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from projects.intake.cells import CellIssue, Outcome, SourceCell
from projects.intake.importing import ImportPlan, LeftOut, PlannedRow
from projects.intake.indicator_sheet import PlannedFigure
from projects.intake.issues import Severity

REASON: Final = "原因"
"""Heading of the column that says why a row came back; the reader of office files passes over it."""
RETURNED: Final = (Outcome.HELD, Outcome.REJECTED)
_ADDRESS: Final = re.compile(r"([A-Z]+)([0-9]+)")


class Mark(StrEnum):
    """How a cell is coloured; the first of several wins."""

    ERROR = "error"
    HELD = "held"
    WARNING = "warning"


@dataclass(slots=True)
class SheetMarks:
    """One sheet: which rows stay, what they say and how their cells are marked; rows counted from 1."""

    first: int
    """The first data row; what stands above it is heading and stays."""
    reasons: dict[int, str] = field(default_factory=dict)
    """Row → what is written into 原因; exactly the rows that stay."""
    row_marks: dict[int, Mark] = field(default_factory=dict)
    cells: dict[str, tuple[Mark, str]] = field(default_factory=dict)
    """Address → mark and note."""
    values: dict[int, dict[str, SourceCell]] = field(default_factory=dict)
    """Row → column letters → cell as read (merged cells filled in)."""


def marks_of(plan: ImportPlan, language: str = "zh") -> dict[str, SheetMarks]:
    """Return the marks by sheet; empty when every row was taken over."""
    back = [row for row in plan.rows if row.outcome in RETURNED]
    lost = [row for row in plan.reading.left_out if row.issue.severity in (Severity.WARNING, Severity.ERROR)]
    figures = [one for one in plan.figures if one.outcome is Outcome.REJECTED]
    if not back and not lost and not figures:
        return {}
    sheets = {name: SheetMarks(first) for name, first in _first_rows(plan).items()}
    for row in back:
        _mark_row(sheets, row, language)
    for left in lost:
        _mark_left_out(sheets, left, language)
    for figure in figures:
        _mark_figure(sheets, figure, language)
    return sheets


def _first_rows(plan: ImportPlan) -> dict[str, int]:
    """Return the first data row of every sheet that has one."""
    rows: dict[str, list[int]] = defaultdict(list)
    for sheet, number in _all_rows(plan):
        rows[sheet].append(number)
    return {sheet: min(numbers) for sheet, numbers in rows.items()}


def _all_rows(plan: ImportPlan) -> Iterator[tuple[str, int]]:
    for planned in plan.rows:
        yield planned.row.sheet, planned.row.number
        yield from ((line.sheet, line.number) for line in planned.row.lines)
    yield from ((left.sheet, left.number) for left in plan.reading.left_out)
    if any(one.outcome is Outcome.REJECTED for one in plan.figures):
        yield from ((one.row.sheet, one.row.number) for one in plan.figures)


def _mark_row(sheets: Mapping[str, SheetMarks], planned: PlannedRow, language: str) -> None:
    row = planned.row
    own = sheets[row.sheet]
    own.reasons[row.number] = _reason(planned, language)
    own.row_marks[row.number] = Mark.ERROR if planned.outcome is Outcome.REJECTED else Mark.HELD
    for line in row.lines:
        sheets[line.sheet].reasons.setdefault(line.number, "")
    for cell in (*row.cells.values(), *row.extra):
        _keep(sheets, cell)
    for issue in planned.reasons:
        _mark_cell(sheets, issue, planned.outcome, language)


def _mark_left_out(sheets: Mapping[str, SheetMarks], left: LeftOut, language: str) -> None:
    sheet = sheets[left.sheet]
    sheet.reasons[left.number] = _said(left.issue, language)
    sheet.row_marks[left.number] = Mark.ERROR
    for cell in left.cells:
        _keep(sheets, cell)


def _mark_figure(sheets: Mapping[str, SheetMarks], figure: PlannedFigure, language: str) -> None:
    sheet = sheets[figure.row.sheet]
    sheet.reasons[figure.row.number] = "\n".join(_said(issue, language) for issue in figure.issues)
    sheet.row_marks[figure.row.number] = Mark.ERROR
    for cell in figure.row.cells.values():
        _keep(sheets, cell)
    for issue in figure.issues:
        _mark_cell(sheets, issue, figure.outcome, language)


def _keep(sheets: Mapping[str, SheetMarks], cell: SourceCell) -> None:
    parts = _ADDRESS.fullmatch(cell.address)
    if parts and cell.sheet in sheets:
        sheets[cell.sheet].values.setdefault(int(parts[2]), {})[parts[1]] = cell


def _mark_cell(sheets: Mapping[str, SheetMarks], issue: CellIssue, outcome: Outcome, language: str) -> None:
    mark = _mark(issue.severity, outcome)
    sheet = sheets.get(issue.cell.sheet)
    if mark is None or sheet is None:
        return
    before, note = sheet.cells.get(issue.cell.address, (mark, ""))
    stronger = min(before, mark, key=list(Mark).index)
    sheet.cells[issue.cell.address] = stronger, "\n".join(filter(None, (note, _said(issue, language))))


def _mark(severity: Severity, outcome: Outcome) -> Mark | None:
    if severity is Severity.ERROR:
        return Mark.ERROR
    if severity is not Severity.WARNING:
        return None
    return Mark.HELD if outcome is Outcome.HELD else Mark.WARNING


def _reason(planned: PlannedRow, language: str) -> str:
    """Return everything that keeps a row back, worst first, and the records it may be."""
    told = (Severity.ERROR, Severity.WARNING)
    issues = sorted(
        (i for i in planned.reasons if i.severity in told), key=lambda issue: told.index(issue.severity)
    )
    lines = list(dict.fromkeys(_said(issue, language) for issue in issues))
    if planned.candidates:
        names = "；".join(f"{c.project_id}「{c.name}」" for c in planned.candidates[:5])
        lines.append(f"{'Perhaps' if language == 'en' else '可能是'}：{names}")
    return "\n".join(lines)


def _said(issue: CellIssue, language: str) -> str:
    action, remedy = issue.words(language)
    heading = f"【{issue.cell.heading}】" if issue.cell.heading else ""
    return f"{heading}{action}。{remedy}" if language != "en" else f"{heading}{action}. {remedy}"
