"""An import's plan in the words of ``expected.json``: outcome, values and findings, each with its cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from projects.intake.cells import CellIssue
from projects.intake.importing import FileReading, ImportPlan, PlannedRow


def finding(issue: CellIssue) -> str:
    """Return ``code cell``, such as ``approximate H7``; a finding about a whole sheet has no cell.

    Columns and rows are counted as the program shows them.
    """
    return f"{issue.code} {issue.cell.address}".strip()


def _findings(issues: Iterable[CellIssue]) -> list[str]:
    return sorted(map(finding, issues))


def row_of(row: PlannedRow) -> dict[str, Any]:
    """Return one row: its name and outcome, what is filed of it, and its findings."""
    found: dict[str, Any] = {"name": row.row.name, "outcome": str(row.outcome)}
    if row.project_id:
        found["record"], found["matched_by"] = row.project_id, row.matched_by
    if row.candidates:
        found["candidates"] = [one.project_id for one in row.candidates]
    if row.changes:
        found["changes"] = {path: _short(new) for path, _, new in row.changes}
    found["issues"] = _findings(row.reasons)
    return found


def _short(value: Any) -> Any:
    """Return a value; a place as its kind, middle, precision, datum and the numbers as entered."""
    if not isinstance(value, dict) or "geometry" not in value:
        return value
    shape = value["geometry"]
    corner = shape["coordinates"]
    while isinstance(corner[0], list):
        corner = corner[0]
    return {
        "shape": shape["type"],
        "lonlat": [round(number, 4) for number in corner],
        "precision": value["precision"],
        "datum": value["datum_entered"],
        "entered": value["coordinates_entered"],
    }


def of_file(reading: FileReading) -> dict[str, Any]:
    """Return what is said of the file as a whole."""
    return {
        "format": reading.format,
        "encoding": reading.encoding,
        "lines_in": dict(reading.lines_in),
        "unknown_headings": [cell.heading for cell in reading.unknown_headings],
        "file_issues": _by_sheet(reading.issues),
        "left_out": [
            f"{one.sheet}!{one.number} {one.issue.code} {one.issue.key}" for one in reading.left_out
        ],
    }


def _by_sheet(issues: Iterable[CellIssue]) -> list[str]:
    return sorted(f"{issue.cell.sheet}: {finding(issue)}" for issue in issues)


def of_plan(plan: ImportPlan) -> dict[str, Any]:
    """Return everything that ``expected.json`` says of an example."""
    rows: Mapping[str, Any] = {f"{row.row.sheet}!{row.row.number}": row_of(row) for row in plan.rows}
    return {**of_file(plan.reading), "counts": plan.counts, "rows": rows}
