"""What is wrong with a matter or a meeting as typed, before anybody asks the database."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from projects.matters.meetings import LONGEST_LINE, MeetingDraft
from projects.matters.model import (
    FIRST_DAY,
    LAST_DAY,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_SUPPORTS,
    MatterDraft,
    MatterState,
)


class Fault(StrEnum):
    """What can be wrong with a draft."""

    EMPTY = "empty"
    TEXT_TOO_LONG = "text_too_long"
    ABOUT_NOTHING = "about_nothing"
    NO_UNIT = "no_unit"
    TOO_MANY = "too_many"
    INVALID_DATE = "invalid_date"
    DUE_PAST = "due_past"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the field of the draft, what is wrong, the value as given, and the limit if there is one."""

    field: str
    fault: Fault
    value: str = ""
    limit: int = 0


_TEXTS: Final = {"title": LONGEST_TITLE, "detail": LONGEST_TEXT}
_MEETING_TEXTS: Final = {
    "title": LONGEST_TITLE,
    "place": LONGEST_LINE,
    "chair": LONGEST_LINE,
    "attendees": LONGEST_TEXT,
    "note": LONGEST_TEXT,
}


def plain(text: str) -> str:
    """Return a text without spaces around it and without the character that no text can hold."""
    return text.replace("\0", "").strip()


def tidy(draft: MatterDraft) -> MatterDraft:
    """Return a draft with plain texts; the responsible unit does not also support, no unit does so twice."""
    supports = (unit.strip() for unit in draft.support_units)
    return replace(
        draft,
        title=" ".join(plain(draft.title).split()),
        detail=plain(draft.detail),
        project_id=plain(draft.project_id),
        area_code=plain(draft.area_code),
        support_units=tuple(dict.fromkeys(unit for unit in supports if unit and unit != draft.lead_unit)),
    )


def tidy_meeting(draft: MeetingDraft) -> MeetingDraft:
    """Return a draft with plain texts; the title is one line."""
    return replace(
        draft,
        title=" ".join(plain(draft.title).split()),
        area_code=plain(draft.area_code),
        place=plain(draft.place),
        chair=plain(draft.chair),
        attendees=plain(draft.attendees),
        note=plain(draft.note),
    )


def problems(draft: MatterDraft, today: date | None = None) -> tuple[Problem, ...]:
    """Return what is wrong with a tidied draft; with ``today``, also a due date that has passed.

    A new matter cannot have been due already; an old one may stay late when its wording is mended.

    >>> from projects.matters.model import MatterKind
    >>> draft = MatterDraft(kind=MatterKind.LAND, title="", raised_unit="440232", lead_unit="440281")
    >>> [(one.field, one.fault.value) for one in problems(draft)]
    [('title', 'empty'), ('project_id', 'about_nothing')]
    """
    found = [] if draft.title else [Problem("title", Fault.EMPTY)]
    found += _long(_TEXTS, draft)
    if not draft.project_id and not draft.area_code:
        found.append(Problem("project_id", Fault.ABOUT_NOTHING))
    found += [
        Problem(name, Fault.NO_UNIT) for name in ("raised_unit", "lead_unit") if not getattr(draft, name)
    ]
    if len(draft.support_units) > MOST_SUPPORTS:
        found.append(
            Problem("support_units", Fault.TOO_MANY, str(len(draft.support_units)), limit=MOST_SUPPORTS)
        )
    found += _day("due_on", draft.due_on)
    if today is not None and draft.due_on is not None and FIRST_DAY <= draft.due_on < today:
        found.append(Problem("due_on", Fault.DUE_PAST, str(draft.due_on)))
    return tuple(found)


def meeting_problems(draft: MeetingDraft) -> tuple[Problem, ...]:
    """Return what is wrong with a tidied meeting."""
    found = [] if draft.title else [Problem("title", Fault.EMPTY)]
    if not draft.unit_id:
        found.append(Problem("unit_id", Fault.NO_UNIT))
    return (*found, *_long(_MEETING_TEXTS, draft), *_day("held_on", draft.held_on))


def said_problems(text: str, *, needed: bool = True) -> tuple[Problem, ...]:
    """Return what is wrong with a reply, a reason or a decision.

    >>> [one.fault.value for one in said_problems("  ")]
    ['empty']
    """
    said = plain(text)
    if needed and not said:
        return (Problem("text", Fault.EMPTY),)
    if len(said) > LONGEST_TEXT:
        return (Problem("text", Fault.TEXT_TOO_LONG, str(len(said)), LONGEST_TEXT),)
    return ()


def needs_reason(new_state: MatterState) -> bool:
    """Whether a move has to say why: everything but taking a matter in hand.

    >>> needs_reason(MatterState.IN_HAND), needs_reason(MatterState.CLOSED)
    (False, True)
    """
    return new_state is not MatterState.IN_HAND


def _long(texts: dict[str, int], draft: MatterDraft | MeetingDraft) -> list[Problem]:
    return [
        Problem(name, Fault.TEXT_TOO_LONG, str(len(getattr(draft, name))), most)
        for name, most in texts.items()
        if len(getattr(draft, name)) > most
    ]


def _day(name: str, day: date | None) -> list[Problem]:
    sensible = day is None or FIRST_DAY <= day <= LAST_DAY
    return [] if sensible else [Problem(name, Fault.INVALID_DATE, str(day))]


FIELD_ZH: Final = {
    "title": "标题",
    "detail": "内容",
    "project_id": "项目或地区",
    "raised_unit": "提出单位",
    "lead_unit": "责任单位",
    "support_units": "配合单位",
    "due_on": "办理期限",
    "unit_id": "召集单位",
    "held_on": "召开日期",
    "place": "地点",
    "chair": "主持人",
    "attendees": "参加单位和人员",
    "note": "说明",
    "text": "文字",
}
_FAULT_ZH: Final = {
    Fault.EMPTY: "请填写{field}。",
    Fault.TEXT_TOO_LONG: "{field}有 {value} 个字，最多 {limit} 个：请写短一些，或作为附件上传。",
    Fault.ABOUT_NOTHING: "请写明这件事项关于哪个项目或哪个地区。",
    Fault.NO_UNIT: "请选择{field}。",
    Fault.TOO_MANY: "{field}有 {value} 个，最多 {limit} 个。",
    Fault.INVALID_DATE: "{field}“{value}”不成立：年份应在 1990–2100 之间。",
    Fault.DUE_PAST: "{field} {value} 已经过去：请填今天或以后的日期，或留空。",
}


def sentence(problem: Problem) -> str:
    """Return a fault in plain Chinese.

    >>> sentence(Problem("lead_unit", Fault.NO_UNIT))
    '请选择责任单位。'
    """
    field = FIELD_ZH.get(problem.field, problem.field)
    return _FAULT_ZH[problem.fault].format(field=field, value=problem.value, limit=problem.limit)


def sentences(found: Collection[Problem]) -> str:
    """Return all faults as one text."""
    return "".join(map(sentence, found))
