"""What the dispatch asks of the library, as a protocol; ``data.wiring.schedule(token)`` is the adapter.

Published records only, as on the map; who is told contacts is the database's to say. Everything is counted in
the database. Raises ``SignInNeeded`` when the session has ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from projects.codes import MilestoneCode
from projects.filters import ProjectFilter
from projects.lifecycle.approval_steps import Approval
from projects.lifecycle.contradictions import Code, Contradiction
from projects.lifecycle.dispatch import Light, Reference, light_of_unit
from projects.lifecycle.key_lists import KeyList
from projects.lifecycle.steps import Milestones
from projects.lifecycle.yearly import YearlyClass


class By(StrEnum):
    """What the dispatch is gathered by."""

    UNIT = "unit"
    """The owner unit, which has to report."""
    COUNTY = "county"
    """The county the record lies in, else its zone, prefecture or province: once each."""
    LEAD = "lead"
    """The lead departments of its tasks: a record with two counts under both."""


class Kind(StrEnum):
    """What a list of details is about."""

    OVERDUE = "overdue"
    DUE_30 = "due30"
    DUE_60 = "due60"
    DUE_90 = "due90"
    STALE = "stale"
    """Not updated since the last dispatch day, though an office filed it before."""
    MISSED = "missed"
    """Not updated for the last dispatch, though an office filed it before."""
    NEVER_FILED = "never_filed"
    NEVER_REPORTED = "never_reported"


STEP_KINDS = (Kind.OVERDUE, Kind.DUE_30, Kind.DUE_60, Kind.DUE_90)
"""Lists of steps; the others are lists of records."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one unit, county or department, or of all; finished projects stand in ``projects`` alone.

    ``over + never_reported + reported == projects``, and so do the lights.
    """

    key: str
    """The unit's or area's id; "" for records that have none, and for the sum of all."""
    name: str
    projects: int
    over: int
    reported: int
    never_reported: int
    never_filed: int
    stale: int
    missed: int
    overdue_projects: int
    overdue_steps: int
    worst_days: int
    """Days of the most overdue step, 0 when none is."""
    due: tuple[int, int, int]
    """Steps due within 30, 60, 90 days."""
    lights: Mapping[Light, int]

    @property
    def light(self) -> Light:
        """The light of the whole."""
        return light_of_unit(self.lights)


@dataclass(frozen=True, slots=True)
class Summary:
    """The dispatch of a filter: a row per unit (county, department), and the sum over the records."""

    rows: tuple[Tally, ...]
    total: Tally


@dataclass(frozen=True, slots=True)
class Item:
    """One step that is overdue or due, or one record without a step in question."""

    project_id: str
    name: str
    unit_id: str
    unit: str
    county: str
    stage: str
    step: MilestoneCode | None
    title: str
    """The office's own name of the step, "" for none."""
    planned_on: date | None
    days_late: int
    """Days since the planned day; negative for a day that is yet to come, 0 without a day."""
    filed_at: datetime | None
    contact: str = field(repr=False)
    """Name and telephone; "" for whoever has not signed in, and where nobody gave one."""
    basis: str


@dataclass(frozen=True, slots=True)
class Clash:
    """A record with its contradictions."""

    project_id: str
    name: str
    unit_id: str
    unit: str
    county: str
    found: tuple[Contradiction, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Clashes:
    """How many records each rule finds, how many clash at all, and a page of them."""

    by_code: Mapping[Code, int]
    records: int
    items: tuple[Clash, ...]


class ClassCount(NamedTuple):
    """How many records are of a class in a year; None is unknown."""

    yearly: YearlyClass | None
    records: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One record of a yearly list."""

    project_id: str
    name: str
    unit: str
    county: str
    stage: str
    yearly: YearlyClass | None
    start: date | None
    """Actual, else planned."""
    end: date | None
    lists: tuple[KeyList, ...]
    unread: tuple[str, ...]
    """Parts of the text of key lists that nobody understands."""
    basis: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the one-page document of a unit says; lists are cut, the tally counts all."""

    tally: Tally
    overdue: tuple[Item, ...]
    due: tuple[Item, ...]
    unreported: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The life cycle of one record, for its card."""

    project_id: str
    stage: str
    milestones: Milestones
    key_lists: str
    filed_at: datetime | None
    approvals: tuple[Approval, ...] = ()
    approval_type: str | None = None
    """None is unknown."""


class Schedule(Protocol):
    """Dispatch, yearly classes, lists of key projects and contradictions under a filter."""

    def summary(self, chosen: ProjectFilter, when: Reference, by: By) -> Summary:
        """Return the counts by unit, county or department, in the order of their keys."""
        ...

    def details(  # noqa: PLR0913 - a question with a page
        self,
        chosen: ProjectFilter,
        when: Reference,
        kind: Kind,
        *,
        within: tuple[By, str] | None = None,
        limit: int | None = 50,
        offset: int = 0,
    ) -> tuple[Item, ...]:
        """Return a page of steps or records, the earliest planned first; ``within`` one row of a summary."""
        ...

    def contradictions(
        self,
        chosen: ProjectFilter,
        when: Reference,
        *,
        code: Code | None = None,
        limit: int | None = 50,
        offset: int = 0,
    ) -> Clashes:
        """Return counts by rule and a page of records that clash, in id order; ``code`` narrows the page."""
        ...

    def classes(self, chosen: ProjectFilter, year: int) -> tuple[ClassCount, ...]:
        """Return how the records divide by yearly class; they add up to all matches."""
        ...

    def of_class(
        self,
        chosen: ProjectFilter,
        year: int,
        yearly: YearlyClass | None,
        *,
        limit: int | None = 50,
        offset: int = 0,
    ) -> tuple[Listed, ...]:
        """Return a page of the records of a class in a year (None: unknown), in id order."""
        ...

    def key_projects(self, chosen: ProjectFilter, year: int) -> tuple[Listed, ...]:
        """Return all records that name a list of key projects, in id order, with their class in a year."""
        ...

    def sheets(self, chosen: ProjectFilter, when: Reference, *, shown: int = 8) -> tuple[Sheet, ...]:
        """Return the page of every owner unit that has records under the filter, in id order."""
        ...

    def timelines(self, project_ids: Sequence[str]) -> Mapping[str, Timeline]:
        """Return the life cycle of records; what one may not see is not among them."""
        ...
