"""Editions of a three-year rolling plan (三年滚动计划) or an investment catalogue (招商目录).

An edition holds *entries*: members (kept from the edition before, or entered) and those that left, each
with a snapshot of what everybody could see of the record then. A plan of base year T covers T, T+1, T+2; an
entry names the years it is in, each with the investment planned for it, ``None`` where nobody knows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from projects.fields import JsonValue

SPAN: Final = 3
"""Years that a rolling plan covers."""
LONGEST_TITLE: Final = 120
LONGEST_REASON: Final = 200

Plan = Mapping[int, Decimal | None]
"""Year → planned investment in 万元; a year with ``None`` is planned, its amount unknown."""


class EditionKind(StrEnum):
    """What is frozen."""

    ROLLING_PLAN = "rolling_plan"
    CATALOGUE = "catalogue"


class EditionState(StrEnum):
    """Where an edition stands; all but ``PROPOSED`` are final."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Change(StrEnum):
    """What happened to a project from one edition to another.

    ``MERGED`` occurs in comparisons alone: the record has become part of another one that is listed too.
    """

    ENTERED = "entered"
    LEFT = "left"
    KEPT = "kept"
    MERGED = "merged"


CHANGE_ZH: Final = MappingProxyType(
    {Change.ENTERED: "新进", Change.LEFT: "退出", Change.KEPT: "保留", Change.MERGED: "已并入他项"}
)


def years_of(first: int) -> tuple[int, ...]:
    """Return the years that a rolling plan of base year ``first`` covers.

    >>> years_of(2026)
    (2026, 2027, 2028)
    """
    return tuple(range(first, first + SPAN))


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition without its entries; who proposed and decided is empty for somebody not signed in."""

    id: int
    kind: EditionKind
    area_code: str
    year: int
    title: str
    state: EditionState
    proposed_at: datetime
    number: int | None = None
    """Counts the published editions of one kind and area from 1."""
    base_id: int | None = None
    """The edition that was the newest when this one was proposed; entries say what changed against it."""
    unit_id: str = ""
    unit: str = ""
    """The name of the unit that proposed it."""
    conditions: str = ""
    """Parameters of the filter that the projects were chosen with, as in an address."""
    note: str = ""
    proposed_by: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    remark: str = ""
    kept: int = 0
    entered: int = 0
    left: int = 0

    @property
    def members(self) -> int:
        """How many projects are in it."""
        return self.kept + self.entered

    @property
    def years(self) -> tuple[int, ...]:
        """The years it covers; a catalogue is of its year alone."""
        return years_of(self.year) if self.kind is EditionKind.ROLLING_PLAN else ()


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One project of an edition as it was frozen; ``snapshot`` has no key for what was unknown."""

    project_id: str
    change: Change
    plan: Plan
    snapshot: Mapping[str, JsonValue]
    version: int = 1
    reason: str = ""

    @property
    def name(self) -> str:
        """The name it had."""
        return str(self.snapshot.get("name", self.project_id))


@dataclass(frozen=True, slots=True)
class Measure:
    """A sum that says over how many it goes: ``known`` of ``count`` have an amount (万元)."""

    count: int
    known: int
    amount: Decimal

    @property
    def unknown(self) -> int:
        """How many have no amount; they are not in the sum."""
        return self.count - self.known

    def __add__(self, other: "Measure") -> "Measure":
        """Return both together."""
        return Measure(self.count + other.count, self.known + other.known, self.amount + other.amount)


NOTHING: Final = Measure(0, 0, Decimal(0))


@dataclass(frozen=True, slots=True)
class Totals:
    """What an edition (or a part of it) adds up to."""

    members: int
    undated: int
    """Members of a rolling plan of which nobody knows the year."""
    years: Mapping[int, Measure]
    investment: Measure
    """Total investment of the members."""

    @property
    def all_years(self) -> Measure:
        """All years together; ``count`` is of project-years."""
        return sum(self.years.values(), NOTHING)


@dataclass(frozen=True, slots=True)
class FieldMove:
    """One value that differs between two editions; ``None`` is unknown, or not in the plan that year."""

    path: str
    old: JsonValue
    new: JsonValue


@dataclass(frozen=True, slots=True)
class Difference:
    """One project in a comparison: how it stood in the old edition, how in the new one."""

    change: Change
    old: PlanEntry | None
    new: PlanEntry | None
    reason: str = ""
    moves: tuple[FieldMove, ...] = ()

    @property
    def entry(self) -> PlanEntry:
        """The newer of both."""
        found = self.new or self.old
        if found is None:
            raise ValueError("a difference is about something")
        return found


@dataclass(frozen=True, slots=True)
class Side:
    """The entries of one edition that met the same fate."""

    count: int
    years: Mapping[int, Measure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two editions side by side; every member of either is in exactly one group.

    ``old[KEPT] + old[LEFT] + old[MERGED]`` are the members of the old edition, ``new[KEPT] + new[ENTERED]
    + new[MERGED]`` those of the new one; ``old[KEPT].count == new[KEPT].count``.
    """

    old: Mapping[Change, Side]
    new: Mapping[Change, Side]
    changed: int
    """How many of the kept ones have a value that moved."""
    years: tuple[int, ...]
    """All years that either edition covers."""

    def total(self, side: Mapping[Change, Side], year: int) -> Measure:
        """Return what a side plans for a year, over all its members."""
        return sum((part.years.get(year, NOTHING) for part in side.values()), NOTHING)

    @property
    def listed(self) -> int:
        """How many lines the list of differences has."""
        alone = sum(part.count for change, part in self.new.items() if change is not Change.KEPT)
        return alone + sum(part.count for part in self.old.values())
