"""What would become of the rows of 指标: checked, held against what stands, one outcome each."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection

from data.importers.office.cells import Finding
from data.importers.office.draft import issue
from data.store.targets import reading, reports
from projects.identity import OwnerUnit
from projects.intake.cells import CellIssue, Outcome, SourceCell
from projects.intake.indicator_sheet import IndicatorRow, PlannedFigure
from projects.intake.issues import IssueCode, Severity
from projects.targets.checking import Problem, Rules, check, error, find
from projects.targets.model import Filing, Report, ReportState

Key = tuple[str, str, str]
STANDING: Final = ("accepted", "submitted")


def planned(
    connection: Connection, rows: Sequence[IndicatorRow], unit: OwnerUnit
) -> tuple[PlannedFigure, ...]:
    """Return every row with its outcome, in file order."""
    if not rows:
        return ()
    rules = reports.rules(connection, reading.targets(connection), unit.id)
    own = next(iter(rules.areas), "")
    held = _held(connection, rules)
    seen: dict[Key, int] = {}
    return tuple(_one(row, rules, own, held, seen) for row in rows)


def _one(
    row: IndicatorRow, rules: Rules, own: str, held: Mapping[Key, Sequence[Report]], seen: dict[Key, int]
) -> PlannedFigure:
    typed = row.typed(own)
    known = find(typed.indicator, rules)
    names = (
        known.zh if known else typed.indicator,
        rules.areas.get(typed.area, (typed.area, ""))[0],
        typed.end,
    )
    title = " · ".join(name for name in names if name)
    if not row.filled:
        return PlannedFigure(row, Outcome.UNCHANGED, title)
    checked = check(typed, rules)
    problems = [*checked.problems, *_unit_problem(row, known.unit if known else "")]
    filing = checked.filing
    if filing is not None:
        key = filing.indicator, filing.area_code, str(filing.period_to)
        if key in seen:
            problems.append(error("indicator", IssueCode.DUPLICATE_IN_FILE, "ind_twice", str(seen[key])))
        seen.setdefault(key, row.number)
    issues = tuple(_issue(row, problem) for problem in problems)
    if filing is None or any(problem.severity is Severity.ERROR for problem in problems):
        return PlannedFigure(row, Outcome.REJECTED, title, None, issues)
    standing = held.get((filing.indicator, filing.area_code, str(filing.period_to)), ())
    return PlannedFigure(row, _outcome(filing, standing), title, filing, issues)


def _unit_problem(row: IndicatorRow, unit: str) -> list[Problem]:
    """Return a problem when the unit column was changed: the value is in another unit then."""
    said = row.texts.get("unit", "")
    if not said or not unit or said == unit:
        return []
    return [error("unit", IssueCode.UNIT_SUSPECT, "ind_unit", said, unit)]


def _outcome(filing: Filing, standing: Sequence[Report]) -> Outcome:
    """Return whether a figure is new, corrects one, or stands (or waits) already as it is."""
    if not standing:
        return Outcome.NEW
    newest = max(standing, key=lambda report: report.id)
    return Outcome.UNCHANGED if _same(filing, newest) else Outcome.UPDATED


def _same(filing: Filing, report: Report) -> bool:
    return (
        filing.value,
        filing.numerator,
        filing.denominator,
        filing.source_note,
        filing.period_from,
    ) == (report.value, report.numerator, report.denominator, report.source_note, report.period_from)


def _held(connection: Connection, rules: Rules) -> dict[Key, list[Report]]:
    """Return what stands or waits for the areas of the unit."""
    wanted = {"state": list(STANDING), "area_code": list(rules.areas)}
    found: dict[Key, list[Report]] = {}
    for report in reports.listed(connection, reading.FIELDS, wanted, 100_000):
        if report.state in (ReportState.ACCEPTED, ReportState.SUBMITTED):
            found.setdefault((report.indicator, report.area_code, str(report.period_to)), []).append(report)
    return found


def _issue(row: IndicatorRow, problem: Problem) -> CellIssue:
    cell = row.cells.get(problem.field) or SourceCell(row.sheet, f"A{row.number}", "", "")
    finding = Finding(problem.key, problem.code, problem.severity, problem.values)
    return issue(finding, cell, problem.field)
