"""Joint meetings (联席会议): who called them, what was on the agenda, what was decided."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from projects.matters.model import Matter, UnitName

LONGEST_LINE: Final = 120
"""Characters of a meeting's place and chair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDraft:
    """A meeting as typed."""

    title: str
    unit_id: str
    """The owner unit that calls it."""
    area_code: str = ""
    held_on: date | None = None
    place: str = ""
    chair: str = ""
    attendees: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingHead:
    """A meeting in a list."""

    id: int
    title: str
    unit: UnitName
    held_on: date | None
    items: int
    decided: int
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One matter on the agenda; ``follow_up_id`` is the matter that the decision became."""

    position: int
    matter: Matter
    decision: str
    follow_up_id: int | None
    follow_up: Matter | None
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting with its agenda in order; matters on it that one may not see are only counted."""

    id: int
    draft: MeetingDraft
    unit: UnitName
    agenda: tuple[AgendaItem, ...]
    hidden: int
    version: int
    may_change: bool
    closed_at: datetime | None
    closed_by: str
