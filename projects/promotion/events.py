"""What happens with investors: visits, leads, 推介会, negotiations; what is wrong with an entry as typed.

An entry is about a record or an area and belongs to an owner unit. It is confidential: only people of that
unit, those above it, and the unit that owns the record read it. Nothing is overwritten: a correction is a
further version, and an entry that is taken back stays in the history.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

LONGEST_NAME: Final = 200
"""Characters of a counterpart, a next step or a reason."""
LONGEST_TEXT: Final = 2000
"""Characters of a result or of the details."""
FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)


class EventKind(StrEnum):
    """What sort of meeting or message it was."""

    VISIT = "visit"
    LEAD = "lead"
    ROADSHOW = "roadshow"
    NEGOTIATION = "negotiation"
    OTHER = "other"


EVENT_ZH: Final = MappingProxyType(
    {
        EventKind.VISIT: "考察",
        EventKind.LEAD: "线索",
        EventKind.ROADSHOW: "推介会",
        EventKind.NEGOTIATION: "洽谈",
        EventKind.OTHER: "其他",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as typed; an empty text and a missing date are unknown.

    ``project_id`` or ``area_code`` says what it is about, ``unit_id`` whose it is.
    """

    kind: EventKind
    unit_id: str
    project_id: str = ""
    area_code: str = ""
    happened_on: date | None = None
    counterpart: str = ""
    result: str = ""
    next_step: str = ""
    next_due: date | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One version of an entry as stored.

    ``number`` names the entry, ``version`` counts its corrections; ``project_name`` is its record's
    name today.
    """

    number: int
    version: int
    entry: Entry
    unit_name: str
    project_name: str
    withdrawn: bool
    reason: str
    created_by: str
    created_at: datetime


class Fault(StrEnum):
    """What can be wrong with an entry."""

    ABOUT_NOTHING = "about_nothing"
    NO_UNIT = "no_unit"
    IN_THE_FUTURE = "in_the_future"
    INVALID_DATE = "invalid_date"
    DATE_ORDER = "date_order"
    TEXT_TOO_LONG = "text_too_long"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the field, what is wrong, and the value as given (shortened)."""

    field: str
    fault: Fault
    value: str


_TEXTS: Final = MappingProxyType(
    {
        "counterpart": LONGEST_NAME,
        "result": LONGEST_TEXT,
        "next_step": LONGEST_NAME,
        "detail": LONGEST_TEXT,
    }
)


def longest(field: str) -> int:
    """Return how many characters a text of an entry may have.

    >>> longest("counterpart"), longest("detail")
    (200, 2000)
    """
    return _TEXTS[field]


def tidy(entry: Entry) -> Entry:
    """Return an entry without spaces around its texts and without characters that no text can hold."""
    texts = {name: getattr(entry, name).replace("\0", "").strip() for name in _TEXTS}
    return replace(entry, **texts, project_id=entry.project_id.strip(), area_code=entry.area_code.strip())


def problems(entry: Entry, today: date) -> tuple[Problem, ...]:
    """Return what is wrong with an entry; ``today`` is the office's date.

    What has happened lies not in the future; what is to come is a next step with its own date.
    """
    return (*_subject(entry), *_dates(entry, today), *_lengths(entry))


def _subject(entry: Entry) -> list[Problem]:
    found = []
    if not entry.project_id and not entry.area_code:
        found.append(Problem("project_id", Fault.ABOUT_NOTHING, ""))
    if not entry.unit_id:
        found.append(Problem("unit_id", Fault.NO_UNIT, ""))
    if entry.happened_on is None and not any(getattr(entry, name) for name in _TEXTS):
        found.append(Problem("happened_on", Fault.EMPTY, ""))
    return found


def _dates(entry: Entry, today: date) -> list[Problem]:
    found = [
        Problem(name, Fault.INVALID_DATE, str(value))
        for name, value in (("happened_on", entry.happened_on), ("next_due", entry.next_due))
        if value is not None and not FIRST_DAY <= value <= LAST_DAY
    ]
    if found or entry.happened_on is None:
        return found
    if entry.happened_on > today:
        return [Problem("happened_on", Fault.IN_THE_FUTURE, str(entry.happened_on))]
    if entry.next_due is not None and entry.next_due < entry.happened_on:
        return [Problem("next_due", Fault.DATE_ORDER, str(entry.next_due))]
    return []


def _lengths(entry: Entry) -> list[Problem]:
    return [
        Problem(name, Fault.TEXT_TOO_LONG, str(len(getattr(entry, name))))
        for name, most in _TEXTS.items()
        if len(getattr(entry, name)) > most
    ]
