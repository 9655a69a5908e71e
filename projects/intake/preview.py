"""What an import would do, as it travels from the worker to the page: a head and one line per row.

The worker plans (``projects.intake.importing.ImportPlan``), puts ``head_of`` into the job's result and writes
one JSON text per row (``line_of``) into a file; the page reads the lines back (``row_of``).
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from projects.filing.changes import FieldChange
from projects.filing.desk import Lookalike
from projects.intake.cells import CellIssue, Outcome, SourceCell
from projects.intake.importing import ImportPlan, LeftOut, PlannedRow
from projects.intake.indicator_sheet import PlannedFigure
from projects.intake.indicator_sheet import counts as figure_counts
from projects.intake.issues import IssueCode, Severity

NEW_RECORD: Final = "new"
"""The choice for a held row that is really another thing; any other choice is the id of the record it is."""
LEAVE_OUT: Final = ""
"""A held row nobody has decided stays out of the change set and comes back in the returned workbook."""

MOST_LEFT_OUT: Final = 200
"""So many rows that are no projects are named one by one; the others are counted."""

JsonText = str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row of the file with its one outcome; ``candidates`` are the records a held row may be."""

    sheet: str
    number: int
    name: str
    county_code: str | None
    outcome: Outcome
    project_id: str
    matched_by: str
    changes: tuple[FieldChange, ...]
    issues: tuple[CellIssue, ...]
    candidates: tuple[Lookalike, ...] = ()

    @property
    def key(self) -> str:
        """The row's address in its file, ``项目!12``: what choices go by."""
        return f"{self.sheet}!{self.number}"

    @property
    def warned(self) -> bool:
        """Whether something beside the outcome wants a look."""
        return any(issue.severity in (Severity.WARNING, Severity.NOTICE) for issue in self.issues)


def head_of(plan: ImportPlan) -> dict[str, Any]:
    """Return what the job's result says of a plan; ``counts`` add up to ``rows_in``.

    ``file_rows`` is every data row of the file: ``rows_in`` + ``lines`` (资金, 里程碑) + ``left_out`` + the
    rows of 指标, whose outcomes are ``figures``.
    """
    reading = plan.reading
    return {
        "file_name": reading.file_name,
        "sha256": reading.sha256,
        "format": reading.format,
        "encoding": reading.encoding,
        "mode": str(plan.mode),
        "keep_existing": plan.keep_existing,
        "counts": plan.counts,
        "rows_in": len(plan.rows),
        "lines_in": dict(reading.lines_in),
        "file_rows": reading.rows_in,
        "lines": sum(len(row.lines) for row in reading.rows),
        "left_out": len(reading.left_out),
        "left_out_rows": [[r.sheet, r.number, issue_of(r.issue)] for r in _worst_first(reading.left_out)],
        "warned": sum(any(i.severity is Severity.WARNING for i in row.reasons) for row in plan.rows),
        "codes": dict(Counter(str(issue.code) for row in plan.rows for issue in row.reasons)),
        "unknown_headings": [list(cell) for cell in reading.unknown_headings],
        "issues": [issue_of(issue) for issue in reading.issues],
        "figures": figure_counts(plan.figures),
        "figure_rows": [_figure(figure) for figure in plan.figures],
    }


def _figure(figure: PlannedFigure) -> list[Any]:
    """Return a row of 指标: sheet, number, what it is, value as written, outcome, findings."""
    row = figure.row
    issues = [issue_of(issue) for issue in figure.issues]
    return [row.sheet, row.number, figure.title, row.texts.get("value", ""), str(figure.outcome), issues]


def _worst_first(rows: Sequence[LeftOut]) -> Sequence[LeftOut]:
    """Return the rows to name: lines without a project before totals and titles."""
    return sorted(rows, key=lambda row: row.issue.severity is not Severity.ERROR)[:MOST_LEFT_OUT]


def line_of(row: PlannedRow) -> JsonText:
    """Return one planned row as one line of JSON."""
    typed = row.row
    return json.dumps(
        {
            "sheet": typed.sheet,
            "number": typed.number,
            "name": typed.name,
            "county": typed.county_code,
            "outcome": str(row.outcome),
            "id": row.project_id,
            "by": row.matched_by,
            "changes": _changes(row),
            "issues": [issue_of(issue) for issue in row.reasons],
            "candidates": [
                [c.project_id, c.name, c.county_code, c.reason, c.similarity] for c in row.candidates
            ],
        },
        ensure_ascii=False,
        separators=(",", ":"),
        default=str,
    )


def _changes(row: PlannedRow) -> list[list[Any]]:
    """Return old → new with the cell; of a row that changes nothing yet (held), what it says."""
    said = row.changes
    if row.outcome is Outcome.HELD and not said:
        said = tuple((path, None, value) for path, value in row.row.document.items())
    return [[path, old, new, row.row.locator(path)] for path, old, new in said]


def row_of(line: JsonText) -> PreviewRow:
    """Read a line back.

    >>> row_of('{"sheet":"项目","number":7,"name":"甲","county":null,"outcome":"new","id":"","by":"",'
    ...        '"changes":[["beds",null,12,"项目!F7"]],"issues":[],"candidates":[]}').changes[0].new
    12
    """
    data: Mapping[str, Any] = json.loads(line)
    return PreviewRow(
        data["sheet"],
        data["number"],
        data["name"],
        data["county"],
        Outcome(data["outcome"]),
        data["id"],
        data["by"],
        tuple(FieldChange(*change) for change in data["changes"]),
        tuple(read_issue(issue) for issue in data["issues"]),
        tuple(Lookalike(*candidate) for candidate in data["candidates"]),
    )


def rows_of(lines: Iterable[JsonText]) -> tuple[PreviewRow, ...]:
    """Read all lines of a preview, in file order."""
    return tuple(row_of(line) for line in lines if line.strip())


def issue_of(issue: CellIssue) -> list[Any]:
    """Return an issue as plain JSON."""
    return [
        str(issue.code),
        str(issue.severity),
        list(issue.cell),
        issue.field,
        issue.action,
        issue.remedy,
        issue.mended_by,
        issue.key,
        list(issue.values),
    ]


def read_issue(data: Sequence[Any]) -> CellIssue:
    """Read an issue back."""
    code, severity, cell, field, action, remedy, mended_by, key, values = data
    return CellIssue(
        IssueCode(code),
        Severity(severity),
        SourceCell(*cell),
        field,
        action,
        remedy,
        mended_by,
        key,
        tuple(values),
    )
