"""A matter (事项) and what happens to it: kinds, states, the steps between them, what counts as late.

A matter is about a record or an area, was raised by one owner unit and is answered by another. What was
said about it is never overwritten: each step is an entry of its own. A matter without a due date is neither
on time nor late; it is counted apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

LONGEST_TITLE: Final = 120
LONGEST_TEXT: Final = 4000
MOST_SUPPORTS: Final = 20
FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)
LONG_OPEN_DAYS: Final = 30
"""A matter that is not closed after as many days stands on the leaders' page."""


class MatterKind(StrEnum):
    """What sort of matter it is."""

    APPROVAL = "approval"
    LAND = "land"
    ENERGY = "energy"
    FINANCING = "financing"
    AGENCY = "agency"
    SUPERVISION = "supervision"
    MEETING_ITEM = "meeting_item"
    JOINT_OVERSIGHT = "joint_oversight"
    EVALUATION = "evaluation"


MATTER_ZH: Final[Mapping[MatterKind, str]] = MappingProxyType(
    {
        MatterKind.APPROVAL: "审批",
        MatterKind.LAND: "用地",
        MatterKind.ENERGY: "用能",
        MatterKind.FINANCING: "融资",
        MatterKind.AGENCY: "代办",
        MatterKind.SUPERVISION: "督办",
        MatterKind.MEETING_ITEM: "联席会议议题",
        MatterKind.JOINT_OVERSIGHT: "联合监管",
        MatterKind.EVALUATION: "第三方评价",
    }
)


class MatterState(StrEnum):
    """Where a matter stands."""

    OPEN = "open"
    IN_HAND = "in_hand"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"


STATE_ZH: Final[Mapping[MatterState, str]] = MappingProxyType(
    {
        MatterState.OPEN: "待接收",
        MatterState.IN_HAND: "办理中",
        MatterState.ANSWERED: "已答复",
        MatterState.CLOSED: "已办结",
        MatterState.REOPENED: "重新办理",
    }
)

STEPS: Final[Mapping[MatterState, frozenset[MatterState]]] = MappingProxyType(
    {
        MatterState.OPEN: frozenset((MatterState.IN_HAND, MatterState.ANSWERED, MatterState.CLOSED)),
        MatterState.IN_HAND: frozenset((MatterState.ANSWERED, MatterState.CLOSED)),
        MatterState.ANSWERED: frozenset((MatterState.IN_HAND, MatterState.CLOSED)),
        MatterState.CLOSED: frozenset((MatterState.REOPENED,)),
        MatterState.REOPENED: frozenset((MatterState.IN_HAND, MatterState.ANSWERED, MatterState.CLOSED)),
    }
)
"""State → the states that may follow. The units that answer set in hand and answered; closing and reopening
is for the unit that raised it and those above it."""
BY_RAISER: Final = frozenset((MatterState.CLOSED, MatterState.REOPENED))
WAITING: Final = frozenset((MatterState.OPEN, MatterState.IN_HAND, MatterState.REOPENED))
"""States in which an answer is awaited: only these can be overdue."""


class Timing(StrEnum):
    """How a matter stands against its due date."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    """Due within seven days."""
    IN_TIME = "in_time"
    UNDATED = "undated"
    """Awaited without a due date: neither on time nor late."""
    ANSWERED = "answered"
    """Answered and not yet closed: it waits for whoever raised it."""
    CLOSED = "closed"


TIMING_ZH: Final[Mapping[Timing, str]] = MappingProxyType(
    {
        Timing.OVERDUE: "已逾期",
        Timing.DUE_SOON: "七日内到期",
        Timing.IN_TIME: "未到期",
        Timing.UNDATED: "未定期限",
        Timing.ANSWERED: "已答复，待办结",
        Timing.CLOSED: "已办结",
    }
)
DUE_SOON_DAYS: Final = 7


def timing(state: MatterState, due_on: date | None, today: date) -> Timing:
    """Return how a matter stands on a day; the due date itself is still in time.

    >>> timing(MatterState.IN_HAND, date(2026, 3, 1), date(2026, 3, 1)).value
    'due_soon'
    >>> timing(MatterState.ANSWERED, date(2026, 3, 1), date(2026, 3, 9)).value
    'answered'
    """
    if state is MatterState.CLOSED:
        return Timing.CLOSED
    if state is MatterState.ANSWERED:
        return Timing.ANSWERED
    if due_on is None:
        return Timing.UNDATED
    left = (due_on - today).days
    if left < 0:
        return Timing.OVERDUE
    return Timing.DUE_SOON if left <= DUE_SOON_DAYS else Timing.IN_TIME


@dataclass(frozen=True, slots=True)
class UnitName:
    """An owner unit as it is called today, and what it was called when it was written down."""

    id: str
    name: str
    was: str = ""
    """The name at the time when it differs: 卫计局 for what is 卫健局 today; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterDraft:
    """A matter as typed; an empty text and a missing date are unknown.

    ``project_id`` or ``area_code`` says what it is about, units are owner units by id.
    """

    kind: MatterKind
    title: str
    detail: str = ""
    project_id: str = ""
    area_code: str = ""
    raised_unit: str
    lead_unit: str
    support_units: tuple[str, ...] = ()
    due_on: date | None = None
    parent_id: int | None = None
    """The matter from which a meeting's decision made this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A matter as it stands; ``days_open`` counts to the day it was closed, else to today."""

    id: int
    kind: MatterKind
    title: str
    detail: str
    state: MatterState
    timing: Timing
    project_id: str
    project_name: str
    area_code: str
    area_name: str
    raised_unit: UnitName
    raised_by: str
    raised_on: date
    lead_unit: UnitName
    support_units: tuple[UnitName, ...]
    due_on: date | None
    days_open: int
    replies: int
    files: int
    version: int
    parent_id: int | None
    may_answer: bool
    """Whether whoever reads this may reply and add files while it is not closed."""
    may_settle: bool
    """Whether whoever reads this may close, reopen and change it."""
    may_handle: bool = False
    """Whether whoever reads this may set it in hand or answered: the responsible and supporting units."""


class EntryKind(StrEnum):
    """What sort of step an entry of the history is."""

    RAISED = "raised"
    REPLY = "reply"
    STATE = "state"
    CHANGED = "changed"
    DECIDED = "decided"
    """What a joint meeting decided on it; ``changed["meeting"]`` names the meeting."""


ENTRY_ZH: Final[Mapping[EntryKind, str]] = MappingProxyType(
    {
        EntryKind.RAISED: "提出",
        EntryKind.REPLY: "答复",
        EntryKind.STATE: "变更状态",
        EntryKind.CHANGED: "修改",
        EntryKind.DECIDED: "会议议定",
    }
)

CHANGED_ZH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "kind": "类型",
        "title": "标题",
        "detail": "内容",
        "project_id": "项目",
        "area_code": "地区",
        "lead_unit": "责任单位",
        "support_units": "配合单位",
        "due_on": "办理期限",
        "agenda": "列入会议",
        "meeting": "会议",
    }
)
"""Names of what ``MatterEntry.changed`` maps; ``agenda`` goes from or to the title of a meeting."""


@dataclass(frozen=True, slots=True)
class MatterEntry:
    """One step of a matter: who did what and when; ``changed`` maps a field to (old, new) as text."""

    id: int
    kind: EntryKind
    text: str
    old_state: MatterState | None
    new_state: MatterState | None
    changed: Mapping[str, tuple[str, str]]
    written_by: str
    unit: UnitName
    written_at: datetime
