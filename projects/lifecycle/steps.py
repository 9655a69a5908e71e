"""Dated steps of one project: what is done, planned, overdue or unknown, and how ready it is to start.

A step is *overdue* when its planned day has passed without an actual date. A date that nobody gave is
unknown: a project without any date is neither on time nor late.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from projects.codes import MilestoneCode, Stage
from projects.fields import Document, JsonValue


class Dates(NamedTuple):
    """The planned and the actual day of one step; None is unknown."""

    planned: date | None = None
    actual: date | None = None

    @property
    def day(self) -> date | None:
        """The actual day, else the planned one."""
        return self.actual or self.planned


Milestones = Mapping[MilestoneCode, Dates]
"""Step → its days; a step that is absent is unknown."""
NO_DATES: Final = Dates()


class StepState(StrEnum):
    """Where one step stands on a day."""

    DONE = "done"
    PLANNED = "planned"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"


PRELIMINARY: Final = (
    MilestoneCode.PROJECT_APPROVAL,
    MilestoneCode.SITE_SELECTION,
    MilestoneCode.LAND_APPROVAL,
    MilestoneCode.ENVIRONMENTAL_APPROVAL,
    MilestoneCode.PLANNING_PERMIT,
    MilestoneCode.FINANCIAL_CLOSE,
    MilestoneCode.CONSTRUCTION_PERMIT,
)
"""The steps before the start of construction (前期工作), in the order in which they usually come."""


def state_of(dates: Dates, today: date) -> StepState:
    """Return where a step stands; an actual day in the future is not done yet.

    >>> [state_of(Dates(date(2026, 3, 1)), date(2026, 3, day)).value for day in (1, 2)]
    ['planned', 'overdue']
    """
    if dates.actual is not None:
        return StepState.DONE if dates.actual <= today else StepState.PLANNED
    if dates.planned is None:
        return StepState.UNKNOWN
    return StepState.OVERDUE if dates.planned < today else StepState.PLANNED


def is_over(stage: str, milestones: Milestones, today: date) -> bool:
    """Return whether a project is out of the dispatch: withdrawn (退库), or in operation by its date."""
    operating = milestones.get(MilestoneCode.COMMISSIONING, NO_DATES).actual
    return stage == Stage.WITHDRAWN or (operating is not None and operating <= today)


def overdue(milestones: Milestones, today: date) -> dict[MilestoneCode, int]:
    """Return the steps whose planned day has passed without an actual date, with the days gone by since."""
    late = {
        code: (today - dates.planned).days
        for code, dates in milestones.items()
        if dates.planned is not None and dates.actual is None
    }
    return {code: days for code, days in late.items() if days > 0}


def milestones_of(document: Document) -> dict[MilestoneCode, Dates]:
    """Return the steps of a document; a step that is not in the list of codes, or holds no date, is left out.

    >>> milestones_of({"milestone/commencement": {"planned_on": "2026-05-01", "actual_on": None}})
    {<MilestoneCode.COMMENCEMENT: 'commencement'>: Dates(planned=datetime.date(2026, 5, 1), actual=None)}
    """
    rows = {code: document.get(f"milestone/{code}") for code in MilestoneCode}
    found = {
        code: Dates(_day(row.get("planned_on")), _day(row.get("actual_on")))
        for code, row in rows.items()
        if isinstance(row, Mapping)
    }
    return {code: dates for code, dates in found.items() if dates != NO_DATES}


def milestones_in_order(
    planned: Sequence[date | None], actual: Sequence[date | None]
) -> dict[MilestoneCode, Dates]:
    """Return the steps from two rows of days in the order of ``MilestoneCode``."""
    pairs = zip(MilestoneCode, planned, actual, strict=True)
    return {code: Dates(p, a) for code, p, a in pairs if p is not None or a is not None}


def _day(value: JsonValue) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


# ---- readiness ----

WEIGHTS: Final[Mapping[MilestoneCode, int]] = MappingProxyType(
    {
        MilestoneCode.PROJECT_APPROVAL: 20,
        MilestoneCode.SITE_SELECTION: 15,
        MilestoneCode.LAND_APPROVAL: 20,
        MilestoneCode.ENVIRONMENTAL_APPROVAL: 10,
        MilestoneCode.PLANNING_PERMIT: 10,
        MilestoneCode.FINANCIAL_CLOSE: 15,
        MilestoneCode.CONSTRUCTION_PERMIT: 10,
    }
)
"""Points of each preliminary step, 100 together: approval and land weigh most, for the rest waits on them."""


class Readiness(NamedTuple):
    """How ready a project is to start, with its parts; ``done + planned + overdue + unknown`` is 100."""

    parts: Mapping[MilestoneCode, StepState]
    done: int
    """Points of the steps that are done: the readiness (成熟度)."""
    planned: int
    overdue: int
    unknown: int
    """Points of the steps of which nobody has reported anything: the readiness may be higher by as much."""
    steps_done: int
    steps_unknown: int
    started: bool
    """Construction has begun: the preliminary work is behind it, whatever was reported of it."""


def readiness(milestones: Milestones, today: date) -> Readiness:
    """Return the readiness of a project by the points of ``WEIGHTS``.

    Unknown steps count neither for nor against: they are counted apart.

    >>> ready = readiness({MilestoneCode.PROJECT_APPROVAL: Dates(None, date(2026, 1, 5))}, date(2026, 3, 1))
    >>> ready.done, ready.unknown, ready.steps_done, ready.steps_unknown
    (20, 80, 1, 6)
    """
    parts = {code: state_of(milestones.get(code, NO_DATES), today) for code in PRELIMINARY}
    points = {
        state: sum(WEIGHTS[code] for code, found in parts.items() if found is state) for state in StepState
    }
    begun = milestones.get(MilestoneCode.COMMENCEMENT, NO_DATES).actual
    states = list(parts.values())
    return Readiness(
        parts,
        points[StepState.DONE],
        points[StepState.PLANNED],
        points[StepState.OVERDUE],
        points[StepState.UNKNOWN],
        states.count(StepState.DONE),
        states.count(StepState.UNKNOWN),
        begun is not None and begun <= today,
    )
