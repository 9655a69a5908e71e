"""Many records in one table: which cells were changed, what is wrong with them, what is to be filed.

A *cell* is one single field of one record; it is kept as it was typed. Only cells that differ from the
library are kept, so that a table of two thousand rows files the five values that somebody changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from projects import values
from projects.fields import BY_NAME, JsonValue
from projects.filing.changes import Entry, FieldChange, Operation
from projects.filing.desk import Held
from projects.filing.form import SINGLE, Clash, Problem, as_typed, clashes, ungrouped

Cell = tuple[str, str]
"""Record id, field path."""
Cells = Mapping[Cell, JsonValue]
"""Changed cells as they were typed."""

COLUMNS: Final = tuple(
    f
    for f in SINGLE
    if f.name not in ("parent_id", "county_code", "township_code", "zone_id", "owner_unit_id")
)
"""Fields that can be edited in a table; places and owners need the form."""
FIRST_COLUMNS: Final = ("name", "category", "stage", "total_investment", "beds", "address")


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One cell that breaks a rule."""

    project_id: str
    name: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table files: one entry per changed record, and what must be mended first."""

    entries: tuple[Entry, ...]
    problems: tuple[CellProblem, ...]


def start(held: Held, path: str) -> JsonValue:
    """Return a cell as the library has it, in the form in which it is typed.

    >>> start(Held("SG-0001", {"beds": 10}, 1, "440232", {}), "beds")
    '10'
    """
    return as_typed(BY_NAME[path], held.document.get(path))


def noted(cells: Cells, held: Mapping[str, Held], typed: Cells) -> dict[Cell, JsonValue]:
    """Return the changed cells after some were typed; one typed back to the library's value is none."""
    found = dict(cells)
    for (key, path), raw in typed.items():
        if key in held and raw != start(held[key], path):
            found[key, path] = raw
        else:
            found.pop((key, path), None)
    return found


def plan(held: Mapping[str, Held], cells: Cells) -> Plan:
    """Return what the changed cells file, in the order of the records."""
    problems: list[CellProblem] = []
    changes: dict[str, list[FieldChange]] = {}
    for (key, path), raw in sorted(cells.items()):
        record, field = held[key], BY_NAME[path]
        value, code = values.check(field, ungrouped(field, raw))
        if code is not None:
            wrong = Problem(field, "" if raw is None else str(raw), code)
            problems.append(CellProblem(key, _name(record), wrong))
        elif value != record.document.get(path):
            changes.setdefault(key, []).append(FieldChange(path, record.document.get(path), value))
    entries = (
        Entry(Operation.UPDATE, key, held[key].version, tuple(found), label=_name(held[key]))
        for key, found in changes.items()
    )
    return Plan(tuple(entries), tuple(problems))


def clashing(
    before: Mapping[str, Held], now: Mapping[str, Held], entries: Iterable[Entry]
) -> dict[str, Sequence[Clash]]:
    """Return, by record, what both sides changed; records that are gone are not among them."""
    found: dict[str, Sequence[Clash]] = {}
    for entry in entries:
        key = entry.project_id
        if key in now and now[key].version != before[key].version:
            base = before[key].document
            mine = {**base, **{c.path: c.new for c in entry.changes}}
            both = clashes(base, mine, now[key].document)
            if both:
                found[key] = both
    return found


def as_it_was(held: Held, version: int, old: Mapping[str, JsonValue]) -> Held:
    """Return a record as somebody saw it when they typed: its version, and the old values of the cells."""
    document = {**held.document, **old}
    return replace(
        held, version=version, document={path: value for path, value in document.items() if value is not None}
    )


def _name(held: Held) -> str:
    return str(held.document.get("name") or held.project_id)
