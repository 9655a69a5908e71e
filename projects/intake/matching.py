"""Which record of the library a row of a file is: by id, by 项目代码, by name and county, in this order.

What is doubtful is held for a person: a row whose marks name two records, one that occurs twice in the file,
one that looks like a record without being named the same. Nothing here reads a database: ``wanted`` says
which records to fetch, ``Known`` is what matching needs of each.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from projects.fields import title
from projects.filing.comparing import same, same_name, shown
from projects.filing.desk import Lookalike
from projects.identity import OwnerUnit, UnitKind
from projects.intake.cells import CellIssue, Outcome, SourceCell
from projects.intake.import_words import said
from projects.intake.importing import Mode, TypedRow
from projects.intake.issues import IssueCode, Severity
from projects.intake.preview import NEW_RECORD
from projects.names import invented, normalised
from projects.ordering import order

BY_DECISION: Final = "decision"


class Known(NamedTuple):
    """A record of the library as far as matching goes."""

    project_id: str
    name: str
    county_code: str | None
    project_code: str | None
    owner_unit_id: str | None
    lies_in: str | None = None
    """The county that the library shows for it: the one it names, else the one its place lies in."""
    touches: tuple[str, ...] = ()
    """The further counties that the library shows for it: those it names and those its places touch."""


class Wanted(NamedTuple):
    """The marks by which to look records up, all of a file at once; names are normalised."""

    ids: frozenset[str]
    codes: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """How a file is taken in: for whom, what it may do, and what people decided of its held rows."""

    unit: OwnerUnit
    """The owner unit that files."""
    allowed: Mapping[str, OwnerUnit]
    """The units whose records this identity may file for, by id."""
    mode: Mode = Mode.UPSERT
    keep_existing: bool = False
    decisions: Mapping[str, str] = field(default_factory=dict)
    """Row key (``项目!12``) → ``new`` or the id of the record it is."""
    practice: bool = False
    """Whether the library is one of practice, the only one that takes invented projects."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a row belongs: to a record, to none (new), or nowhere yet (held, rejected)."""

    row: TypedRow
    known: Known | None = None
    by: str = ""
    outcome: Outcome | None = None
    """``HELD`` or ``REJECTED``, None while the row goes on."""
    issues: tuple[CellIssue, ...] = ()
    candidates: tuple[Lookalike, ...] = ()

    @property
    def is_new(self) -> bool:
        """Whether the row goes on as a record that the library does not have."""
        return self.known is None and self.outcome is None


class Index:
    """Records by each of their marks."""

    def __init__(self, records: Iterable[Known] = (), merged: Mapping[str, str] | None = None) -> None:
        self.merged = merged or {}
        """Id of a record that was merged away → the record it went into."""
        self.by_id: dict[str, Known] = {}
        self.by_code: dict[str, Known] = {}
        self.by_name: dict[tuple[str, str | None], list[Known]] = defaultdict(list)
        for known in records:
            self.by_id[known.project_id] = known
            if known.project_code:
                self.by_code[known.project_code] = known
            self.by_name[normalised(known.name), known.county_code].append(known)

    def named(self, row: TypedRow) -> Sequence[Known]:
        """Return the records with the row's name in the row's county."""
        return self.by_name.get((normalised(row.name), row.county_code), ()) if row.name else ()


def key_of(row: TypedRow) -> str:
    """Return the address of a row in its file, ``项目!12``: what decisions go by."""
    return f"{row.sheet}!{row.number}"


def wanted(rows: Iterable[TypedRow], rules: Rules) -> Wanted:
    """Return the marks of the rows that are not rejected, and the records people chose."""
    going = [row for row in rows if not row.rejected]
    chosen = {key for key in rules.decisions.values() if key and key != NEW_RECORD}
    return Wanted(
        frozenset({row.project_id for row in going if row.project_id} | chosen),
        frozenset(row.project_code for row in going if row.project_code),
        frozenset(normalised(row.name) for row in going if row.name),
    )


def match(rows: Sequence[TypedRow], index: Index, rules: Rules) -> list[Match]:
    """Match every row, in file order; doubles within the file are held together."""
    return _without_doubles([_match(row, index, rules) for row in rows], rules)


def with_lookalikes(
    matches: Sequence[Match], found: Mapping[str, Sequence[Lookalike]], rules: Rules
) -> list[Match]:
    """Hold the new rows for which similar records were found, unless a person called them new."""
    return [
        _held(m, tuple(found[key]), _SIMILAR)
        if m.is_new and found.get(key := key_of(m.row)) and rules.decisions.get(key) != NEW_RECORD
        else m
        for m in matches
    ]


def owner_of_new(row: TypedRow, rules: Rules) -> str:
    """Return the unit that will own a new record.

    The one the row names; a zone or department that files keeps what it files; else the county, the zone,
    or whoever files.
    """
    named = row.document.get("owner_unit_id")
    if isinstance(named, str) and named:
        return named
    if rules.unit.kind in (UnitKind.ZONE, UnitKind.DEPARTMENT):
        return rules.unit.id
    zone = row.document.get("zone_id")
    return row.county_code or (zone if isinstance(zone, str) and zone in rules.allowed else rules.unit.id)


class Why(NamedTuple):
    """Why a row is held or rejected: code, field path, key and values of the words."""

    code: IssueCode
    field: str
    key: str
    values: tuple[str, ...] = ()


def issue(row: TypedRow, why: Why, *, error: bool = False) -> CellIssue:
    """Return an issue about a row, at the cell that says the field or at the row's beginning."""
    cell = row.cell_of(why.field) or SourceCell(row.sheet, f"A{row.number}", "", "")
    severity = Severity.ERROR if error else Severity.WARNING
    action, remedy = said(why.key, why.values)
    return CellIssue(why.code, severity, cell, why.field, action, remedy, key=why.key, values=why.values)


def _match(row: TypedRow, index: Index, rules: Rules) -> Match:
    """Match one row by its marks, then ask whether it may touch what it found."""
    if row.rejected:
        return Match(row, outcome=Outcome.REJECTED)
    if invented(row.name) and not rules.practice:
        return _rejected(row, _INVENTED)
    decision = rules.decisions.get(key_of(row), "")
    if decision:
        return _allowed(_decided(row, decision, index), rules)
    if not (row.project_id or row.project_code or row.name):
        return _rejected(row, _NAMELESS)
    return _allowed(_by_marks(row, index), rules)


def _decided(row: TypedRow, decision: str, index: Index) -> Match:
    """Follow a person, but for a 项目代码 that is another record's already: it cannot be two things'."""
    known = index.by_id.get(decision)
    if known is None and decision != NEW_RECORD:
        return _unknown(row, decision, index)
    other = index.by_code.get(row.project_code)
    if other is None or other == known:
        return Match(row, known, BY_DECISION)
    values = (row.project_code, other.project_id, other.name)
    return _rejected(row, Why(_LIBRARY, "project_code", "plan_code_taken", values))


def _by_marks(row: TypedRow, index: Index) -> Match:
    """Follow id, then code, then name and county; marks that contradict each other are held."""
    named = index.named(row)
    if row.project_id:
        known = index.by_id.get(row.project_id)
        if known is None:
            return _unknown(row, row.project_id, index)
        others = _others(row, known, named, index)
        if others:
            return _held(Match(row), _looks([known, *others], "same_name"), _CONTRADICTION)
        return Match(row, known, "id")
    known = index.by_code.get(row.project_code)
    if known is not None:
        return Match(row, known, "project_code")
    return _by_name(row, named)


def _others(row: TypedRow, known: Known, named: Sequence[Known], index: Index) -> list[Known]:
    """Return the other records a row with an id speaks of: by its code, or by a name not its own."""
    owner = index.by_code.get(row.project_code)
    by_code = [owner] if owner not in (None, known) else []
    return by_code if same_name(row.name, known.name) else [*by_code, *(k for k in named if k != known)]


def _by_name(row: TypedRow, named: Sequence[Known]) -> Match:
    if len(named) > 1:
        return _held(Match(row), _looks(named, "same_name"), _SEVERAL)
    if not named:
        return Match(row)
    if row.project_code and named[0].project_code:  # they differ, or the code had matched
        return _held(Match(row), _looks(named, "same_name"), _OTHER_CODE)
    return Match(row, named[0], "name")


def _allowed(found: Match, rules: Rules) -> Match:
    """Turn away a row whose record, or whose place as a new one, is another unit's."""
    if found.outcome is not None:
        return found
    row, known = found.row, found.known
    owner = known.owner_unit_id if known else owner_of_new(row, rules)
    if owner in rules.allowed:
        return found
    what = f"{known.project_id}「{known.name}」" if known else str(owner)
    field_path = "project_id" if row.project_id else "county_code"
    why = Why(IssueCode.NOT_YOUR_COUNTY, field_path, "plan_not_yours", (what, rules.unit.name))
    return _rejected(row, why)


Mark = tuple[str, ...]
"""What two rows of one file must not share: ``("id", …)``, ``("code", …)`` or ``("name", …, county)``."""


def _without_doubles(matches: list[Match], rules: Rules) -> list[Match]:
    """Hold all rows that are one record or carry one name, unless a person has decided on a row."""
    groups: dict[Mark, list[int]] = defaultdict(list)
    for number, found in enumerate(matches):
        if found.outcome is None:
            for mark in _marks(found):
                groups[mark].append(number)
    held = list(matches)
    for mark, numbers in groups.items():
        if len(numbers) > 1:
            for number in _undecided(mark, numbers, matches, rules):
                held[number] = _double(matches[number], [matches[n].row for n in numbers[:6] if n != number])
    return held


def _marks(found: Match) -> list[Mark]:
    row, known = found.row, found.known
    marks: list[Mark] = [("code", row.project_code)] if row.project_code else []
    if known is not None:
        marks.append(("id", known.project_id))
    elif row.name:
        marks.append(("name", normalised(row.name), row.county_code or ""))
    return marks


def _undecided(mark: Mark, numbers: list[int], matches: Sequence[Match], rules: Rules) -> list[int]:
    """Return the rows of a group to hold: all, but for decided ones that can stand beside each other."""
    decided = {n for n in numbers if rules.decisions.get(key_of(matches[n].row))}
    if mark[0] != "name" and len(decided) > 1:
        return numbers
    return [n for n in numbers if n not in decided]


def _double(found: Match, others: Sequence[TypedRow]) -> Match:
    places = "、".join(str(row.number) for row in others[:5])
    candidates = _looks([found.known], "same_name") if found.known else ()
    differing = next((words for row in others if (words := _differing(found.row, row))), "")
    key = "plan_twice_differing" if differing else "plan_twice"
    why = Why(IssueCode.DUPLICATE_IN_FILE, "name", key, (places, differing) if differing else (places,))
    return _held(found, candidates, why)


def _differing(one: TypedRow, other: TypedRow) -> str:
    """Return in which fields two rows differ, ``总投资（万元） 1500（第 4 行：1800）``; empty for none."""
    paths = [
        path
        for path in sorted({*one.document, *other.document}, key=order)
        if not same(path, one.document.get(path), other.document.get(path))
    ]
    told = [
        f"{title(path)} {shown(path, one.document.get(path))}"
        f"（第 {other.number} 行：{shown(path, other.document.get(path))}）"
        for path in paths[:_DIFFERENCES]
    ]
    return "、".join(told) + (" …" if len(paths) > _DIFFERENCES else "")


_DIFFERENCES: Final = 4
"""So many differing fields of a row that occurs twice are quoted."""


def _unknown(row: TypedRow, key: str, index: Index) -> Match:
    """Turn away an id that names no record, or one that was merged: where it went, people need to know."""
    into = index.merged.get(key)
    if into:
        return _rejected(row, Why(IssueCode.UNKNOWN_RECORD, "project_id", "plan_merged_id", (key, into)))
    return _rejected(row, Why(IssueCode.UNKNOWN_RECORD, "project_id", "plan_unknown_id", (key,)))


def _rejected(row: TypedRow, why: Why) -> Match:
    return Match(row, outcome=Outcome.REJECTED, issues=(issue(row, why, error=True),))


_LIBRARY: Final = IssueCode.DUPLICATE_IN_LIBRARY
_NAMELESS: Final = Why(IssueCode.MISSING_VALUE, "name", "plan_nameless")
_INVENTED: Final = Why(IssueCode.NOT_A_PROJECT, "name", "plan_practice")
_SIMILAR: Final = Why(_LIBRARY, "name", "plan_similar")
_SEVERAL: Final = Why(_LIBRARY, "name", "plan_several")
_OTHER_CODE: Final = Why(_LIBRARY, "project_code", "plan_other_code")
_CONTRADICTION: Final = Why(_LIBRARY, "project_id", "plan_contradiction")


def _held(found: Match, candidates: tuple[Lookalike, ...], why: Why) -> Match:
    return Match(found.row, outcome=Outcome.HELD, issues=(issue(found.row, why),), candidates=candidates)


def _looks(records: Iterable[Known], reason: str) -> tuple[Lookalike, ...]:
    return tuple(Lookalike(k.project_id, k.name, k.county_code, reason, 1.0) for k in records)
