"""From a reading and its matches to a plan in which every row has one outcome, and on to a change set.

    reading → matches (projects.intake.matching) → documents of the matched records → plan → changes.Request

Pure: what the library holds comes in as arguments.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from projects.fields import BY_NAME, Document, JsonValue, title
from projects.filing.changes import Entry, FieldChange, Kind, Operation, Request, SourceFile
from projects.filing.comparing import Change, changes_of, same, shown
from projects.filing.desk import Held, Lookalike
from projects.intake.cells import CellIssue, Outcome
from projects.intake.importing import FileReading, ImportPlan, Mode, PlannedRow, TypedRow
from projects.intake.issues import IssueCode
from projects.intake.matching import BY_DECISION, Known, Match, Rules, Why, issue, owner_of_new
from projects.ordering import order

Since = Mapping[str, Mapping[str, JsonValue]]
"""Record → path → the value it had at the version of the row's workbook, for paths changed after it."""

REQUIRED: Final = tuple(field.name for field in BY_NAME.values() if field.required)


def stale(matches: Sequence[Match], held: Mapping[str, Held]) -> dict[str, int]:
    """Return the records whose rows come from an older version: id → that version."""
    return {
        m.known.project_id: m.row.version
        for m in matches
        if m.known and m.row.version is not None and m.row.version < held[m.known.project_id].version
    }


def plan(
    reading: FileReading, matches: Sequence[Match], held: Mapping[str, Held], since: Since, rules: Rules
) -> ImportPlan:
    """Give every row its outcome; ``held`` has the document of every matched record.

    Raises ``AssertionError`` when rows got lost: that is a fault of this program, and nothing may be filed.
    """
    rows = tuple(_planned(m, held, since, rules) for m in matches)
    made = ImportPlan(reading, rules.mode, rules.keep_existing, rows)
    _account(made)
    return made


def request_of(
    made: ImportPlan, rules: Rules, reason: str, source: SourceFile | None = None, job_id: int | None = None
) -> Request:
    """Return the change set of a plan: its new and updated rows; empty entries when there are none."""
    entries = tuple(_entry(row) for row in made.rows if row.outcome in (Outcome.NEW, Outcome.UPDATED))
    counts = {**made.counts, "rows_in": len(made.rows)}
    return Request(
        Kind.IMPORT,
        made.reading.file_name,
        rules.unit.id,
        reason,
        entries,
        job_id=job_id,
        counts=counts,
        source=source,
    )


def fingerprint(made: ImportPlan) -> str:
    """Return a mark that is equal for plans that would do the same: commit holds it against the preview's."""
    digest = hashlib.sha256(made.reading.sha256.encode())
    for row in made.rows:
        line = (row.row.sheet, row.row.number, row.outcome, row.project_id, row.changes)
        digest.update(json.dumps(line, ensure_ascii=False, sort_keys=True, default=str).encode())
    for figure in made.figures:
        digest.update(f"{figure.row.sheet}/{figure.row.number}/{figure.outcome}/{figure.filing}".encode())
    return digest.hexdigest()


def _planned(found: Match, held: Mapping[str, Held], since: Since, rules: Rules) -> PlannedRow:
    row = found.row
    if found.outcome is not None:
        issues = (*row.issues, *found.issues)
        return PlannedRow(row, found.outcome, "", "", (), issues, found.candidates)
    if found.known is None:
        return _new(found, rules)
    return _existing(found, held[found.known.project_id], since, rules)


def _new(found: Match, rules: Rules) -> PlannedRow:
    """Plan a new record: refused when the file may only update, or when what a record needs is missing."""
    row = found.row
    if rules.mode is Mode.UPDATE:
        return _refused(row, issue(row, _NOT_THERE, error=True))
    missing = [name for name in REQUIRED if row.document.get(name) in (None, "")]
    wrong = [*(_missing(row, name) for name in missing), *_strange_lines(row, {})]
    if wrong:
        return _refused(row, *wrong)
    document: dict[str, JsonValue] = {**row.document, "owner_unit_id": owner_of_new(row, rules)}
    changes = tuple((p, None, document[p]) for p in sorted(document, key=order) if document[p] is not None)
    return PlannedRow(row, Outcome.NEW, "", found.by, changes, row.issues)


def _existing(found: Match, record: Held, since: Since, rules: Rules) -> PlannedRow:
    """Plan a record that is there: old → new per field, what others changed meanwhile left to a person."""
    row = found.row
    strangers = _strange_lines(row, record.document)
    if strangers:
        return _refused(row, *strangers)
    changes = changes_of(row, record.document, keep_existing=rules.keep_existing)
    changes, kept = _without_coarser_place(row, changes)
    if row.exported and found.known:
        changes = _without_derived(changes, found.known)
    if found.by == "name":  # the name was the key: its spelling is no change
        changes = tuple(change for change in changes if change[0] != "name")
    changes, clashes = _three_way(changes, since.get(record.project_id, {}), found.by == BY_DECISION)
    reasons = (*row.issues, *kept, *(_clash(row, change) for change in clashes))
    outcome = _outcome(changes, clashes)
    if changes and rules.mode is Mode.NEW:
        return _refused(row, _already(row, record))
    itself = (Lookalike(*found.known[:3], "same_name", 1.0),) if clashes and found.known else ()
    return PlannedRow(row, outcome, record.project_id, found.by, changes, reasons, itself, record.version)


def _strange_lines(row: TypedRow, held: Document) -> list[CellIssue]:
    """Return an issue for every line number that is none of the record's: it may be another record's."""
    return [
        issue(row, Why(IssueCode.UNKNOWN_RECORD, path, "plan_strange_line", (path[8:],)), error=True)
        for path in row.document
        if path.startswith("finance/") and not path.startswith("finance/new-") and path not in held
    ]


def _without_coarser_place(
    row: TypedRow, changes: Sequence[Change]
) -> tuple[tuple[Change, ...], tuple[CellIssue, ...]]:
    """Leave an exact place where the row gives one that is less exact, and say so."""
    coarser = [
        change
        for change in changes
        if change[0] == "place/0" and change[2] is not None and _precision(change[1]) < _precision(change[2])
    ]
    if not coarser:
        return tuple(changes), ()
    why = Why(IssueCode.DATUM_UNKNOWN, "place/0", "plan_place_kept")
    return tuple(change for change in changes if change not in coarser), (issue(row, why),)


def _without_derived(changes: Sequence[Change], known: Known) -> tuple[Change, ...]:
    """Leave out the counties that the library itself derives from a place: an export shows them, unsaid."""
    derived = {f"area/{code}": True for code in known.touches} | {"county_code": known.lies_in}
    return tuple(c for c in changes if c[1] is not None or c[2] is None or derived.get(c[0]) != c[2])


def _precision(place: JsonValue) -> int:
    """Return how exact a place is, 1 the best; what is no place counts as none."""
    found = place.get("precision") if isinstance(place, dict) else None
    return found if isinstance(found, int) else 9


def _outcome(changes: Sequence[Change], clashes: Sequence[Change]) -> Outcome:
    if clashes:
        return Outcome.HELD
    return Outcome.UPDATED if changes else Outcome.UNCHANGED


def _three_way(
    changes: Sequence[Change], before: Mapping[str, JsonValue], decided: bool
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """Split changes into those to make and those that clash with what the library did meanwhile.

    ``before`` has the value at the workbook's version of every path changed since. A cell still holding it
    was not touched by the office: the newer value stays. A cell with a third value clashes, unless a person
    has decided for the file.
    """
    untouched = {path for path, _, new in changes if path in before and same(path, before[path], new)}
    going = tuple(change for change in changes if change[0] not in untouched)
    clashes = () if decided else tuple(change for change in going if change[0] in before)
    return going, clashes


def _entry(row: PlannedRow) -> Entry:
    changes = tuple(FieldChange(path, old, new, row.row.locator(path)) for path, old, new in row.changes)
    if row.outcome is Outcome.NEW:
        return Entry(Operation.INSERT, "", None, changes, row.row.name)
    return Entry(Operation.UPDATE, row.project_id, row.version, changes, row.row.name or row.project_id)


def _refused(row: TypedRow, *reasons: CellIssue) -> PlannedRow:
    return PlannedRow(row, Outcome.REJECTED, "", "", (), (*row.issues, *reasons))


def _missing(row: TypedRow, name: str) -> CellIssue:
    field = BY_NAME[name]
    choices = f"，可选：{'、'.join(field.choices.values())}" if field.choices else ""
    why = Why(IssueCode.MISSING_VALUE, name, "plan_missing", (field.zh, choices))
    return issue(row, why, error=True)


_NOT_THERE: Final = Why(IssueCode.UNKNOWN_RECORD, "name", "plan_not_there")


def _already(row: TypedRow, record: Held) -> CellIssue:
    why = Why(IssueCode.DUPLICATE_IN_LIBRARY, "name", "plan_already", (record.project_id,))
    return issue(row, why, error=True)


def _clash(row: TypedRow, change: Change) -> CellIssue:
    path, now, new = change
    values = (title(path), shown(path, now), shown(path, new))
    return issue(row, Why(IssueCode.CHANGED_MEANWHILE, path, "plan_clash", values))


def _account(made: ImportPlan) -> None:
    """See to it that every row of the file ended somewhere, and every row of 项目 in exactly one outcome."""
    reading = made.reading
    planned = Counter(row.row.sheet for row in made.rows)
    given = Counter(row.sheet for row in reading.rows)
    if (
        planned != given
        or sum(made.counts.values()) != len(reading.rows)
        or reading.accounted != reading.rows_in
    ):
        raise AssertionError(
            f"rows in {reading.rows_in}, accounted for {reading.accounted};"
            f" rows read {dict(given)}, rows planned {dict(planned)}"
        )


def documents_needed(matches: Sequence[Match]) -> tuple[str, ...]:
    """Return the ids of the records whose documents the plan needs, each once."""
    return tuple(dict.fromkeys(m.known.project_id for m in matches if m.known and m.outcome is None))
