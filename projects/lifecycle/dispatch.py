"""Monthly dispatch (月调度): the day it is held against, the lights of projects and units by written rule.

The rule is ``RULE_ZH`` / ``RULE_EN``: the page, the workbook and the one-page document print it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from projects.codes import MilestoneCode, Stage

OFFICE_TIME: Final = ZoneInfo("Asia/Shanghai")
LATE_DAYS: Final = 30
"""A step so many days overdue is yellow; longer is red."""
AHEAD: Final = (30, 60, 90)
"""How far ahead the dispatch looks, in days; each span holds those before it."""


class Light(StrEnum):
    """How a project or a unit stands; a colour never stands alone, the word goes with it."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    GREY = "grey"
    """Nothing reported: unknown, not on time."""
    OVER = "over"
    """In operation or withdrawn: out of the dispatch."""


class Doubt(StrEnum):
    """Why an overdue step may not be what it seems; it counts all the same."""

    UNFILLED = "unfilled"
    """The stage is past the step: its actual date was probably never filled in."""
    SUSPENDED = "suspended"
    """The project is suspended and held against the plan that was reported."""


LIGHT_ZH: Final[Mapping[Light, str]] = MappingProxyType(
    {Light.RED: "红", Light.YELLOW: "黄", Light.GREEN: "绿", Light.GREY: "灰", Light.OVER: "已结束"}
)
LIGHT_EN: Final[Mapping[Light, str]] = MappingProxyType(
    {
        Light.RED: "red",
        Light.YELLOW: "yellow",
        Light.GREEN: "green",
        Light.GREY: "grey",
        Light.OVER: "finished",
    }
)
LIGHT_SIGN: Final[Mapping[Light, str]] = MappingProxyType(
    {Light.RED: "●", Light.YELLOW: "▲", Light.GREEN: "■", Light.GREY: "○", Light.OVER: "—"}
)
"""A shape per light, for a print without colours and for eyes that do not tell them apart."""

RULE_ZH: Final = (
    f"红灯：有步骤的计划日期已过 {LATE_DAYS} 天以上，仍没有实际日期。",
    f"黄灯：有步骤逾期 {LATE_DAYS} 天以内；或从上一个调度期起单位没有更新过这条记录（漏报）。",
    "绿灯：报过日期，没有逾期，也没有漏报。",
    "灰灯：一个日期也没有报过。灰灯是未知，不是按期。",
    "已结束：阶段为退库，或已有投产（投用）的实际日期；不再调度，单独计数。",
    "单位和县的灯：有红即红；没有红而有黄，或一部分项目是灰，即黄；全部报过且都是绿，才绿；全部是灰即灰。",
    "逾期：计划日期早于参照日，且没有实际日期。即将到期：计划日期在参照日起 30、60、90 天内（后含前）。",
    "更新：单位填报、导入或审核通过的修改；随文件入库、单位从未动过的记录算“从未填报”，单独计数。",
    "阶段已是竣工、投产而此前的步骤仍算逾期的，多半是漏填实际日期；停缓建的项目仍按所报计划算逾期。"
    "两种都照样计数、亮灯，在逾期步骤的名单里逐行标明。",
)
RULE_EN: Final = (
    f"Red: a step was planned more than {LATE_DAYS} days ago and has no actual date.",
    f"Yellow: a step is overdue by up to {LATE_DAYS} days; or no office has updated the record since the last"
    " but one dispatch day (dispatch missed).",
    "Green: dates are reported, none is overdue, no dispatch was missed.",
    "Grey: no date was ever reported. Grey is unknown, not on time.",
    "Finished: withdrawn, or with an actual date of operation; no longer dispatched and counted apart.",
    "A unit or county: red when any project is red; otherwise yellow when any is yellow or some, not all, are"
    " grey; green when all have reported and are green; grey when all are grey.",
    "Overdue: planned before the reference day, no actual date. Due: planned within 30, 60, 90 days from the"
    " reference day (each span holds the one before).",
    "Update: what an office filed, imported or had accepted. Records that came with a document and that no"
    " office ever touched are “never filed” and counted apart.",
    "Where the stage is completed or in operation and an earlier step is still overdue, its actual date was"
    " probably never filled in; suspended projects are held against the plan that was reported. Both count"
    " all the same and are marked row by row in the list of overdue steps.",
)


@dataclass(frozen=True, slots=True)
class Reference:
    """The day that everything is held against, and the day of the month of the dispatch (1–28)."""

    today: date
    dispatch_day: int = 25

    @property
    def last(self) -> date:
        """The last dispatch day that is over; on a dispatch day itself there is still time.

        >>> Reference(date(2026, 3, 25), 25).last, Reference(date(2026, 3, 26), 25).last
        (datetime.date(2026, 2, 25), datetime.date(2026, 3, 25))
        """
        day = self.today.replace(day=self.dispatch_day)
        return day if day < self.today else _month_before(day)

    @property
    def before_last(self) -> date:
        """The dispatch day before: from there on a record had to be updated for the last dispatch."""
        return _month_before(self.last)

    @property
    def last_at(self) -> datetime:
        """The beginning of the last dispatch day, in the offices' time."""
        return datetime.combine(self.last, time(), OFFICE_TIME)

    @property
    def before_last_at(self) -> datetime:
        """The beginning of the dispatch day before, in the offices' time."""
        return datetime.combine(self.before_last, time(), OFFICE_TIME)

    @property
    def next(self) -> date:
        """The dispatch day that comes, which may be today.

        >>> Reference(date(2026, 12, 26), 25).next
        datetime.date(2027, 1, 25)
        """
        return (self.last.replace(day=1) + timedelta(days=32)).replace(day=self.dispatch_day)


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=day.day)


def light(*, over: bool, reported: bool, days_late: int, missed: bool) -> Light:
    """Return the light of a project; ``days_late`` of its most overdue step, 0 when none is.

    >>> light(over=False, reported=True, days_late=31, missed=False).value
    'red'
    """
    if over:
        return Light.OVER
    if not reported:
        return Light.GREY
    if days_late > LATE_DAYS:
        return Light.RED
    return Light.YELLOW if days_late > 0 or missed else Light.GREEN


def doubt(stage: str, step: MilestoneCode | None, days_late: int) -> Doubt | None:
    """Return why a step that is ``days_late`` days overdue may not be what it seems; None for no doubt.

    >>> doubt("竣工", MilestoneCode.PROJECT_APPROVAL, 1844).value
    'unfilled'
    >>> doubt("竣工", MilestoneCode.COMMISSIONING, 12), doubt("在建", MilestoneCode.COMPLETION, 12)
    (None, None)
    """
    if step is None or days_late <= 0:
        return None
    if stage == Stage.SUSPENDED:
        return Doubt.SUSPENDED
    past = stage == Stage.OPERATING or (stage == Stage.COMPLETED and step is not MilestoneCode.COMMISSIONING)
    return Doubt.UNFILLED if past else None


def light_of_unit(counts: Mapping[Light, int]) -> Light:
    """Return the light of a unit or county from how many of its projects have which.

    >>> light_of_unit({Light.GREEN: 5, Light.GREY: 1}).value, light_of_unit({Light.GREY: 7}).value
    ('yellow', 'grey')
    """
    if counts.get(Light.RED):
        return Light.RED
    if counts.get(Light.YELLOW) or (counts.get(Light.GREEN) and counts.get(Light.GREY)):
        return Light.YELLOW
    if counts.get(Light.GREEN):
        return Light.GREEN
    return Light.GREY if counts.get(Light.GREY) else Light.OVER


def rule(language: str) -> tuple[str, ...]:
    """Return the sentences of the rule."""
    return RULE_EN if language == "en" else RULE_ZH


def light_words(one: Light, language: str) -> str:
    """Return the word of a light.

    >>> light_words(Light.GREY, "zh"), light_words(Light.GREY, "en")
    ('灰', 'grey')
    """
    return (LIGHT_EN if language == "en" else LIGHT_ZH)[one]
