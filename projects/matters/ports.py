"""What the pages of matters and meetings need from storage; ``data.wiring.matters(token)`` is the adapter.

Nobody who has not signed in sees a matter: ``SignInNeeded``. Everything else the database decides: a matter
is read by the units concerned (raising, responsible, supporting, the owner of its record), those above them,
administrators, and evaluators within their scope.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from projects.filters import ProjectFilter
from projects.matters.meetings import Meeting, MeetingDraft, MeetingHead
from projects.matters.model import Matter, MatterDraft, MatterEntry, MatterKind, MatterState, Timing, UnitName


@dataclass(frozen=True, slots=True)
class Asked:
    """Which matters; an empty condition restricts nothing. Of ``chosen`` areas and the basket count."""

    chosen: ProjectFilter = field(default_factory=ProjectFilter)
    kinds: tuple[MatterKind, ...] = ()
    states: tuple[MatterState, ...] = ()
    timings: tuple[Timing, ...] = ()
    unit_id: str = ""
    """Raised, answered or supported by this unit."""
    lead_only: bool = False
    """Of ``unit_id``: only what it is responsible for."""
    project_id: str = ""
    meeting_id: int | None = None
    open_days: int = 0
    """Not closed for more than so many days; 0 for any."""
    words: str = ""
    """Characters of title or number."""


@dataclass(frozen=True, slots=True)
class MatterCounts:
    """How many matters; the timings add up to ``matched``."""

    matched: int
    by_timing: dict[Timing, int]
    by_kind: dict[MatterKind, int]
    long_open: int
    """Not closed after ``LONG_OPEN_DAYS`` days."""


@dataclass(frozen=True, slots=True)
class MatterPage:
    """One page, the most overdue first, then by due date, undated ones, answered, closed."""

    items: tuple[Matter, ...]
    counts: MatterCounts


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """What one unit is responsible for."""

    unit: UnitName
    counts: MatterCounts


class Matters(Protocol):
    """Matters and meetings as one person may see and do them."""

    def page(self, asked: Asked, today: date, *, limit: int = 30, offset: int = 0) -> MatterPage:
        """Return one page of matters and the counts of all that match."""
        ...

    def counts(self, asked: Asked, today: date) -> MatterCounts:
        """Return the counts alone."""
        ...

    def by_unit(self, asked: Asked, today: date) -> tuple[UnitLoad, ...]:
        """Return the counts by responsible unit, the most overdue first."""
        ...

    def get(self, key: int, today: date) -> tuple[Matter, tuple[MatterEntry, ...]]:
        """Return a matter and its history, oldest first; ``UnknownRecord`` for one that one may not see."""
        ...

    def raise_matter(self, draft: MatterDraft) -> int:
        """Store a new matter and return its number; ``BadValue``, ``UnknownRecord``, ``NotAllowed``."""
        ...

    def change(self, key: int, version: int, draft: MatterDraft, reason: str) -> None:
        """Change what a matter says (title, units, due date …); ``Conflict`` when somebody was faster."""
        ...

    def reply(self, key: int, text: str, new_state: MatterState | None = None) -> int:
        """Add an answer and, if asked, move the state; return the entry's number.

        ``BadValue`` for a closed matter: it has to be reopened first, nothing typed is lost by asking.
        Whoever may settle it reopens and answers in one step with ``MatterState.REOPENED``.
        """
        ...

    def move(self, key: int, new_state: MatterState, reason: str) -> None:
        """Close or reopen, with a reason; ``BadValue`` for a step that ``STEPS`` does not hold."""
        ...

    def units(self, words: str, *, within: str = "", limit: int = 20) -> tuple[UnitName, ...]:
        """Return owner units by a part of the name, old names included: 卫计局 finds 卫健局.

        ``within`` is an area code; its units, those below and those right above come first.
        """
        ...

    def raising_units(self) -> tuple[UnitName, ...]:
        """Return the units that one may raise matters for."""
        ...

    # ---- joint meetings ----

    def meetings(self, *, limit: int = 50, offset: int = 0) -> tuple[MeetingHead, ...]:
        """Return the meetings one may see, latest first."""
        ...

    def meeting(self, key: int, today: date) -> Meeting:
        """Return a meeting with its agenda; ``UnknownRecord``."""
        ...

    def call_meeting(self, draft: MeetingDraft) -> int:
        """Store a meeting and return its number."""
        ...

    def change_meeting(self, key: int, version: int, draft: MeetingDraft) -> None:
        """Change a meeting that has not been closed; ``Conflict``, ``NotAllowed``."""
        ...

    def put_on_agenda(self, key: int, matter_ids: Sequence[int]) -> None:
        """Add matters to the end of the agenda; those on it already stay where they are."""
        ...

    def take_off_agenda(self, key: int, matter_id: int) -> None:
        """Take a matter off; not when something was decided on it."""
        ...

    def decide(self, key: int, matter_id: int, decision: str, follow_up: MatterDraft | None) -> int | None:
        """Write down what was decided on an item; return the number of the matter that follows from it."""
        ...

    def close_meeting(self, key: int) -> None:
        """Close a meeting: its minutes stand. Items without a decision go back as they were."""
        ...
