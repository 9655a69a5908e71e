"""What the page of investment promotion needs from storage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from projects.filters import ProjectFilter
from projects.promotion.comparing import Site
from projects.promotion.events import Entry, Event, EventKind
from projects.promotion.funnel import Ask, Funnel
from projects.promotion.opportunities import OpportunityPage, Sort, UnitDuty
from projects.promotion.shown import Came, Showing, Shown


@dataclass(frozen=True, slots=True)
class EventPage:
    """One page of entries, newest first; how many there are, wait for a next step, and are late with it."""

    items: tuple[Event, ...]
    matched: int
    waiting: int
    late: int


@dataclass(frozen=True, slots=True)
class EventsAsked:
    """Which entries: of these kinds (all when empty), about this record, with an open next step only."""

    kinds: tuple[EventKind, ...] = ()
    project_id: str = ""
    open_only: bool = False
    withdrawn: bool = False
    """Entries that have been taken back, instead of those that stand."""


class Promotion(Protocol):
    """Investment promotion as one person may see it."""

    def opportunities(
        self, chosen: ProjectFilter, *, sort: Sort = Sort.ID, limit: int = 50, offset: int = 0
    ) -> OpportunityPage:
        """Return a page of the records open to capital under a filter, and the totals of all."""
        ...

    def duties(self, chosen: ProjectFilter) -> tuple[UnitDuty, ...]:
        """Return what each owner unit has to report under a filter, the most first."""
        ...

    def sites(self, ids: Sequence[str]) -> tuple[Site, ...]:
        """Return published records for a comparison, in the order asked; unknown ids are left out."""
        ...

    def funnel(self, chosen: ProjectFilter, ask: Ask) -> Funnel:
        """Return the funnel of a period under a filter; ``BadValue`` for days out of order."""
        ...

    def events(
        self, chosen: ProjectFilter, asked: EventsAsked, *, limit: int = 50, offset: int = 0
    ) -> EventPage:
        """Return entries in their latest versions; of the filter, areas and the basket count alone.

        ``SignInNeeded`` without a session; what one may not see is not among them.
        """
        ...

    def versions(self, number: int) -> tuple[Event, ...]:
        """Return all versions of an entry, newest first; ``UnknownRecord`` for one that one may not see."""
        ...

    def note(self, entry: Entry) -> int:
        """Store a new entry and return its number; an entry about a record goes to the record's unit.

        ``BadValue``, ``UnknownRecord``, ``NotAllowed`` for another unit's.
        """
        ...

    def correct(self, number: int, version: int, entry: Entry, reason: str) -> None:
        """Store a further version of an entry that was read in ``version``; what it is about stays.

        ``Conflict`` when somebody else corrected it meanwhile, ``NotAllowed``.
        """
        ...

    def withdraw(self, number: int, version: int, reason: str) -> None:
        """Take an entry back; it stays in the history, and a further version brings it back."""
        ...

    def shown(self, numbers: Sequence[int]) -> Mapping[int, tuple[Shown, ...]]:
        """Return meeting → the projects on its list with the latest word on each; none when not seen."""
        ...

    def shown_versions(self, number: int, project_id: str) -> tuple[Shown, ...]:
        """Return all that was said of one project of one meeting, newest first."""
        ...

    def showings(self, project_id: str) -> tuple[Showing, ...]:
        """Return the meetings at which a project was shown, the latest first; none for outsiders."""
        ...

    def show(self, number: int, project_id: str, version: int, came: Came) -> None:
        """Put a project on a meeting's list (``version`` 0), or say what came of it since ``version``.

        ``Conflict``, ``UnknownRecord``, ``BadValue``, ``NotAllowed`` for another unit's.
        """
        ...
