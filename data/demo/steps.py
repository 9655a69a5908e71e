"""Milestones of a fictional project: in order, late, missing, and now and then contradicting its stage."""

from datetime import date, timedelta
from random import Random
from typing import Final, NamedTuple

from projects.codes import MilestoneCode, Stage

Code = MilestoneCode

OFFSETS: Final = {
    Code.PROJECT_APPROVAL: -420,
    Code.SITE_SELECTION: -380,
    Code.LAND_APPROVAL: -300,
    Code.ENVIRONMENTAL_APPROVAL: -260,
    Code.PLANNING_PERMIT: -200,
    Code.COMMERCIAL_CLOSE: -340,
    Code.CONTRACT_PERFORMED: -250,
    Code.LANDED: -220,
    Code.FINANCIAL_CLOSE: -120,
    Code.CONSTRUCTION_PERMIT: -30,
    Code.COMMENCEMENT: 0,
}
"""Days from the start of construction; completion and commissioning come a building time later."""

_STARTS: Final = {
    Stage.RESERVE: (150, 900),
    Stage.PREPARATION: (20, 400),
    Stage.NEW_START: (-180, -5),
    Stage.CONSTRUCTION: (-900, -180),
    Stage.COMPLETED: (-1500, -700),
    Stage.OPERATING: (-2400, -1000),
    Stage.SUSPENDED: (-1500, -300),
    Stage.WITHDRAWN: (-1500, -300),
    Stage.UNKNOWN: (-900, 500),
}
_STARTED: Final = (Stage.NEW_START, Stage.CONSTRUCTION, Stage.COMPLETED, Stage.OPERATING)
_DONE: Final = (Stage.COMPLETED, Stage.OPERATING)

FIRST: Final = (Code.COMMENCEMENT, Code.COMPLETION, Code.PROJECT_APPROVAL, Code.COMMISSIONING)
"""What an office reports first."""


class Step(NamedTuple):
    """One milestone; an empty date is unknown."""

    code: MilestoneCode
    planned_on: date | None
    actual_on: date | None


def steps(rng: Random, stage: Stage, today: date, wanted: int) -> list[Step]:
    """Return ``wanted`` milestones (13 at most) as seen on ``today``, no code twice."""
    others = [code for code in Code if code not in FIRST]
    rng.shuffle(others)
    chosen = set([*FIRST, *others][:wanted])
    low, high = _STARTS[stage]
    if stage is Stage.RESERVE and rng.random() < 0.06:
        low, high = -200, -20  # the planned start has passed, the stage still says 储备
    start = today + timedelta(days=rng.randint(low, high))
    building = rng.randint(240, 900)
    if stage in _DONE:
        building = min(building, (today - start).days - 60)
    planned = _planned(rng, start, building)
    found = [_step(rng, code, stage, planned[code], today) for code in Code if code in chosen]
    return _out_of_order(found) if rng.random() < 0.02 else found


def _planned(rng: Random, start: date, building: int) -> dict[MilestoneCode, date]:
    """Return the planned day of every step, from the start of construction and its length in days."""
    offsets = OFFSETS | {Code.COMPLETION: building, Code.COMMISSIONING: building + 90}
    return {code: start + timedelta(days=days + rng.randint(-15, 15)) for code, days in offsets.items()}


def _step(rng: Random, code: MilestoneCode, stage: Stage, planned: date, today: date) -> Step:
    done = _is_done(rng, code, stage, planned, today)
    actual = min(planned + timedelta(days=rng.randint(-20, 75)), today) if done else None
    unplanned = actual is not None and rng.random() < 0.08
    return Step(code, None if unplanned else planned, actual)


def _is_done(rng: Random, code: MilestoneCode, stage: Stage, planned: date, today: date) -> bool:
    """Return whether a step is reported as done; a few reports contradict the stage, as in life."""
    if code is Code.COMMISSIONING:
        return stage is Stage.OPERATING
    if code is Code.COMPLETION:
        return stage in _DONE and rng.random() < 0.96
    if code is Code.COMMENCEMENT:
        return stage in _STARTED and rng.random() < 0.97
    return planned < today and rng.random() < 0.82


def _out_of_order(found: list[Step]) -> list[Step]:
    """Exchange the actual dates of the first and the last step that is done."""
    done = [i for i, step in enumerate(found) if step.actual_on]
    if len(done) < 2:
        return found
    first, last = done[0], done[-1]
    swapped = list(found)
    swapped[first] = found[first]._replace(actual_on=found[last].actual_on)
    swapped[last] = found[last]._replace(actual_on=found[first].actual_on)
    return swapped
