"""What in a project's stage and dates cannot both be right, by rule, each with the two values that clash.

Nothing is mended by guess: an office decides which of the two is wrong. Dates that nobody gave contradict
nothing, except where the stage says that they must exist.
"""

from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from projects.codes import MILESTONE_ZH, MilestoneCode, Stage
from projects.intake.issues import Severity
from projects.lifecycle.steps import NO_DATES, Dates, Milestones
from projects.lifecycle.yearly import UNDER_WAY, WAITING

START, END, OPERATION = (
    MilestoneCode.COMMENCEMENT,
    MilestoneCode.COMPLETION,
    MilestoneCode.COMMISSIONING,
)
ENDED: Final = (Stage.COMPLETED, Stage.OPERATING)

ORDER: Final = (
    (MilestoneCode.SITE_SELECTION, MilestoneCode.LAND_APPROVAL),
    (MilestoneCode.PLANNING_PERMIT, MilestoneCode.CONSTRUCTION_PERMIT),
    (MilestoneCode.PROJECT_APPROVAL, START),
    (MilestoneCode.CONSTRUCTION_PERMIT, START),
    (START, END),
    (END, OPERATION),
    (START, OPERATION),
    (MilestoneCode.COMMERCIAL_CLOSE, MilestoneCode.CONTRACT_PERFORMED),
    (MilestoneCode.CONTRACT_PERFORMED, MilestoneCode.LANDED),
)
"""Pairs of steps of which the second never comes before the first; the same day is in order."""


class Code(StrEnum):
    """The rules, in the order in which they are told."""

    ACTUAL_ORDER = "actual_order"
    ACTUAL_FUTURE = "actual_future"
    ENDS_BEFORE_START = "ends_before_start"
    PLANNED_ORDER = "planned_order"
    START_PASSED = "start_passed"
    STARTED_IN_RESERVE = "started_in_reserve"
    STAGE_BEHIND = "stage_behind"
    COMPLETION_MISSING = "completion_missing"
    COMMENCEMENT_MISSING = "commencement_missing"
    WITHDRAWN_PLANNED = "withdrawn_planned"


SEVERITY: Final = {
    Code.ACTUAL_ORDER: Severity.ERROR,
    Code.ACTUAL_FUTURE: Severity.ERROR,
    Code.ENDS_BEFORE_START: Severity.WARNING,
    Code.PLANNED_ORDER: Severity.WARNING,
    Code.START_PASSED: Severity.WARNING,
    Code.STARTED_IN_RESERVE: Severity.WARNING,
    Code.STAGE_BEHIND: Severity.WARNING,
    Code.COMPLETION_MISSING: Severity.NOTICE,
    Code.COMMENCEMENT_MISSING: Severity.NOTICE,
    Code.WITHDRAWN_PLANNED: Severity.NOTICE,
}


class Contradiction(NamedTuple):
    """One clash: the rule, the steps it is about, and the two values as they stand (a day, a stage, "")."""

    code: Code
    steps: tuple[MilestoneCode, ...]
    values: tuple[str, str]

    @property
    def severity(self) -> Severity:
        """How much it matters: an error cannot be, a warning is unlikely, a notice lacks a date."""
        return SEVERITY[self.code]


def find(stage: str, milestones: Milestones, today: date) -> tuple[Contradiction, ...]:
    """Return everything that clashes, by rule and step in a fixed order.

    >>> found = find("储备", {START: Dates(date(2025, 3, 1))}, date(2026, 1, 1))
    >>> found[0].code.value, found[0].values
    ('start_passed', ('2025-03-01', '储备'))
    """
    return (
        *_actual_order(milestones),
        *_future(milestones, today),
        *_against_the_plan(milestones),
        *_planned_order(milestones),
        *_by_stage(stage, milestones, today),
        *_missing(stage, milestones),
        *_withdrawn(stage, milestones, today),
    )


def _of(milestones: Milestones, code: MilestoneCode) -> Dates:
    return milestones.get(code, NO_DATES)


def _actual_order(milestones: Milestones) -> Iterator[Contradiction]:
    for first, second in ORDER:
        early, late = _of(milestones, first).actual, _of(milestones, second).actual
        if early is not None and late is not None and late < early:
            yield Contradiction(Code.ACTUAL_ORDER, (first, second), (early.isoformat(), late.isoformat()))


def _planned_order(milestones: Milestones) -> Iterator[Contradiction]:
    for first, second in ORDER:
        early, late = _of(milestones, first).planned, _of(milestones, second).planned
        if early is not None and late is not None and late < early:
            yield Contradiction(Code.PLANNED_ORDER, (first, second), (early.isoformat(), late.isoformat()))


def _future(milestones: Milestones, today: date) -> Iterator[Contradiction]:
    for code in MilestoneCode:
        actual = _of(milestones, code).actual
        if actual is not None and actual > today:
            yield Contradiction(Code.ACTUAL_FUTURE, (code,), (actual.isoformat(), today.isoformat()))


def _against_the_plan(milestones: Milestones) -> Iterator[Contradiction]:
    begun, end = _of(milestones, START).actual, _of(milestones, END)
    if begun is not None and end.actual is None and end.planned is not None and end.planned < begun:
        values = begun.isoformat(), end.planned.isoformat()
        yield Contradiction(Code.ENDS_BEFORE_START, (START, END), values)


def _by_stage(stage: str, milestones: Milestones, today: date) -> Iterator[Contradiction]:
    start, end = _of(milestones, START), _of(milestones, END)
    if stage in WAITING and start.actual is None and start.planned is not None and start.planned < today:
        yield Contradiction(Code.START_PASSED, (START,), (start.planned.isoformat(), str(stage)))
    if stage in WAITING and start.actual is not None:
        yield Contradiction(Code.STARTED_IN_RESERVE, (START,), (start.actual.isoformat(), str(stage)))
    if stage in UNDER_WAY and end.actual is not None:
        yield Contradiction(Code.STAGE_BEHIND, (END,), (end.actual.isoformat(), str(stage)))


def _missing(stage: str, milestones: Milestones) -> Iterator[Contradiction]:
    operating = _of(milestones, OPERATION).actual
    if _of(milestones, END).actual is None and (stage == Stage.OPERATING or operating is not None):
        said = operating.isoformat() if operating else str(stage)
        yield Contradiction(Code.COMPLETION_MISSING, (END,), (said, ""))
    if stage in ENDED and _of(milestones, START).actual is None:
        yield Contradiction(Code.COMMENCEMENT_MISSING, (START,), (str(stage), ""))


def _withdrawn(stage: str, milestones: Milestones, today: date) -> Iterator[Contradiction]:
    if stage != Stage.WITHDRAWN:
        return
    for code in MilestoneCode:
        dates = _of(milestones, code)
        if dates.actual is None and dates.planned is not None and dates.planned >= today:
            yield Contradiction(Code.WITHDRAWN_PLANNED, (code,), (str(stage), dates.planned.isoformat()))


# ---- words ----

TITLES: Final = {
    Code.ACTUAL_ORDER: ("实际日期先后颠倒", "Actual dates out of order"),
    Code.ACTUAL_FUTURE: ("实际日期在将来", "Actual date in the future"),
    Code.ENDS_BEFORE_START: ("计划竣工早于实际开工", "Planned to end before it began"),
    Code.PLANNED_ORDER: ("计划日期先后颠倒", "Planned dates out of order"),
    Code.START_PASSED: (
        "计划开工日已过，阶段仍在开工之前",
        "Planned start has passed, stage still before it",
    ),
    Code.STARTED_IN_RESERVE: ("已有开工日期，阶段仍在开工之前", "Begun by its date, stage still before it"),
    Code.STAGE_BEHIND: ("已有竣工日期，阶段仍是建设中", "Completed by its date, stage still under way"),
    Code.COMPLETION_MISSING: ("已投产，没有竣工日期", "In operation without a completion date"),
    Code.COMMENCEMENT_MISSING: ("已竣工或投产，没有开工日期", "Finished without a date of commencement"),
    Code.WITHDRAWN_PLANNED: ("已退库，仍有以后的计划", "Withdrawn, yet planned ahead"),
}
_SENTENCES: Final = {
    Code.ACTUAL_ORDER: (
        "“{second}”的实际日期 {b} 早于“{first}”的 {a}：请核对哪一个写错了。",
        "“{second}” ({b}) happened before “{first}” ({a}): check which of the two is wrong.",
    ),
    Code.ACTUAL_FUTURE: (
        "“{first}”的实际日期 {a} 晚于参照日 {b}：还没有发生的请填到计划日期。",
        "The actual date of “{first}”, {a}, is after {b}: what has not happened yet is a planned date.",
    ),
    Code.ENDS_BEFORE_START: (
        "“{second}”的计划日期 {b} 早于实际“{first}”的 {a}：请更新计划。",
        "“{second}” is planned for {b}, before “{first}” happened ({a}): bring the plan up to date.",
    ),
    Code.PLANNED_ORDER: (
        "“{second}”的计划日期 {b} 早于“{first}”的 {a}：请核对计划。",
        "“{second}” is planned for {b}, before “{first}” ({a}): check the plan.",
    ),
    Code.START_PASSED: (
        "计划 {a} 开工，日期已过，阶段仍是“{b}”：已开工请填实际日期和阶段，未开工请改计划。",
        "It was to begin on {a}, yet the stage is “{b}”: fill in the actual date, or change the plan.",
    ),
    Code.STARTED_IN_RESERVE: (
        "{a} 已实际开工，阶段仍是“{b}”：请更新阶段，或核对日期。",
        "It began on {a}, yet the stage is “{b}”: update the stage, or check the date.",
    ),
    Code.STAGE_BEHIND: (
        "{a} 已实际竣工，阶段仍是“{b}”：请更新阶段，或核对日期。",
        "It was completed on {a}, yet the stage is “{b}”: update the stage, or check the date.",
    ),
    Code.COMPLETION_MISSING: (
        "已经投产（{a}），却没有竣工的实际日期：请补填。",
        "It is in operation ({a}) without an actual date of completion: fill it in.",
    ),
    Code.COMMENCEMENT_MISSING: (
        "阶段是“{a}”，却没有开工的实际日期：请补填。",
        "The stage is “{a}” without an actual date of commencement: fill it in.",
    ),
    Code.WITHDRAWN_PLANNED: (
        "阶段是“{a}”，“{first}”却仍计划在 {b}：请删去计划，或改阶段。",
        "The stage is “{a}”, yet “{first}” is planned for {b}: drop the plan, or change the stage.",
    ),
}

Words = Callable[[str], str]
"""Puts a Chinese word of a code list into the reader's language."""


def title(code: Code, language: str) -> str:
    """Return what a rule is called."""
    return TITLES[code][language == "en"]


def sentence(found: Contradiction, language: str, words: Words = str) -> str:
    """Return what clashes and what to do; ``words`` translates stages and steps.

    >>> clash = Contradiction(Code.START_PASSED, (START,), ("2025-03-01", "储备"))
    >>> sentence(clash, "zh")
    '计划 2025-03-01 开工，日期已过，阶段仍是“储备”：已开工请填实际日期和阶段，未开工请改计划。'
    """
    steps = [words(MILESTONE_ZH[code]) for code in found.steps]
    a, b = (words(value) if value in set(Stage) else value for value in found.values)
    return _SENTENCES[found.code][language == "en"].format(first=steps[0], second=steps[-1], a=a, b=b)
