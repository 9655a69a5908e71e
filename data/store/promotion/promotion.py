"""``Promotion`` answered from PostGIS, for one session."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from data.database import Database
from data.store.answers import answers
from data.store.desk import told
from data.store.promotion import events, funnel, opportunities, shown, sites
from data.store.promotion.events import Version
from projects.errors import BadValue, SignInNeeded
from projects.filters import ProjectFilter
from projects.promotion.comparing import Site, picked
from projects.promotion.events import LONGEST_NAME, Entry, Event, problems, tidy
from projects.promotion.funnel import Ask, Funnel
from projects.promotion.opportunities import OpportunityPage, Sort, UnitDuty
from projects.promotion.ports import EventPage, EventsAsked
from projects.promotion.shown import LONGEST_NOTE, Came, Showing, Shown
from projects.values import RECORD_ID

T = TypeVar("T")

_OFFICE = ZoneInfo("Asia/Shanghai")
MOST_WAN: Final = Decimal(10) ** 8
"""As for every amount of a record."""


class PostgisPromotion:
    """``Promotion`` over one database for one session token; an empty token is nobody's."""

    def __init__(self, database: Database, token: str) -> None:
        self._database = database
        self._token = token

    def opportunities(
        self, chosen: ProjectFilter, *, sort: Sort = Sort.ID, limit: int = 50, offset: int = 0
    ) -> OpportunityPage:
        """Return a page of the records open to capital under a filter, and the totals of all."""
        totals = self._kept(("totals", chosen), lambda connection: opportunities.totals(connection, chosen))
        with self._database.reading(self._token) as connection:
            items = opportunities.page(connection, chosen, sort, (limit, offset), contacts=bool(self._token))
        return OpportunityPage(items, totals)

    def duties(self, chosen: ProjectFilter) -> tuple[UnitDuty, ...]:
        """Return what each owner unit has to report under a filter, the most first."""
        return self._kept(("duties", chosen), lambda connection: opportunities.duties(connection, chosen))

    def sites(self, ids: Sequence[str]) -> tuple[Site, ...]:
        """Return published records for a comparison, in the order asked; unknown ids are left out."""
        with self._database.reading(self._token) as connection:
            return sites.sites(connection, picked(ids), bool(self._token))

    def funnel(self, chosen: ProjectFilter, ask: Ask) -> Funnel:
        """Return the funnel of a period under a filter; ``BadValue`` for days out of order."""
        return self._kept(("funnel", chosen, ask), lambda connection: funnel.funnel(connection, chosen, ask))

    def events(
        self, chosen: ProjectFilter, asked: EventsAsked, *, limit: int = 50, offset: int = 0
    ) -> EventPage:
        """Return entries in their latest versions; of the filter, areas and the basket count alone."""
        with self._signed_in() as connection:
            return events.page(connection, chosen, asked, limit, offset)

    def versions(self, number: int) -> tuple[Event, ...]:
        """Return all versions of an entry, newest first; ``UnknownRecord`` for one that one may not see."""
        with self._signed_in() as connection:
            return events.versions(connection, number)

    def note(self, entry: Entry) -> int:
        """Store a new entry and return its number; an entry about a record goes to the record's unit."""
        given = tidy(entry)
        with told(), self._database.writing(self._token) as connection:
            if given.project_id:
                given = replace(given, unit_id=events.unit_of_record(connection, given.project_id))
            _sound(given)
            return events.add(connection, given)

    def correct(self, number: int, version: int, entry: Entry, reason: str) -> None:
        """Store a further version of an entry that was read in ``version``; what it is about stays."""
        about = self.versions(number)[0].entry
        given = replace(
            tidy(entry), unit_id=about.unit_id, project_id=about.project_id, area_code=about.area_code
        )
        _sound(given)
        self._add_version(number, version, Version(given, _reason(reason)))

    def withdraw(self, number: int, version: int, reason: str) -> None:
        """Take an entry back; it stays in the history, and a further version brings it back."""
        entry = self.versions(number)[0].entry
        self._add_version(number, version, Version(entry, _reason(reason), withdrawn=True))

    def shown(self, numbers: Sequence[int]) -> Mapping[int, tuple[Shown, ...]]:
        """Return meeting → the projects on its list with the latest word on each; none when not seen."""
        with self._signed_in() as connection:
            return shown.of_meetings(connection, numbers)

    def shown_versions(self, number: int, project_id: str) -> tuple[Shown, ...]:
        """Return all that was said of one project of one meeting, newest first."""
        with self._signed_in() as connection:
            return shown.versions(connection, number, project_id)

    def showings(self, project_id: str) -> tuple[Showing, ...]:
        """Return the meetings at which a project was shown, the latest first; none for outsiders."""
        with self._signed_in() as connection:
            return shown.of_project(connection, project_id)

    def show(self, number: int, project_id: str, version: int, came: Came) -> None:
        """Put a project on a meeting's list (``version`` 0), or say what came of it since ``version``."""
        note = came.note.replace("\0", "").strip()
        if not RECORD_ID.fullmatch(project_id):
            raise BadValue(f"“{project_id[:40]}”不是项目编号，编号形如 SG-0001")
        if len(note) > LONGEST_NOTE:
            raise BadValue(f"说明有 {len(note)} 个字，最多 {LONGEST_NOTE} 个：请写短一些")
        if came.amount is not None and not 0 <= came.amount <= MOST_WAN:
            raise BadValue(f"金额应在 0 到 {MOST_WAN} 万元之间：{came.amount}")
        with told(), self._database.writing(self._token) as connection:
            shown.add(connection, number, project_id, version, replace(came, note=note))

    def _add_version(self, number: int, read: int, further: Version) -> None:
        with told(), self._database.writing(self._token) as connection:
            events.add_version(connection, number, read, further)

    def _kept(self, question: Hashable, ask: Callable[[Connection], T]) -> T:
        """Return sums over the published records, kept until something changes."""
        return answers(self._database).of(self._database, self._token, ("promotion", question), ask)

    @contextmanager
    def _signed_in(self) -> Iterator[Connection]:
        if not self._token:
            raise SignInNeeded("请先登录：考察与线索只给有关单位看")
        with self._database.reading(self._token) as connection:
            yield connection


def _reason(text: str) -> str:
    why = text.replace("\0", "").strip()
    if len(why) > LONGEST_NAME:
        raise BadValue(f"更正原因有 {len(why)} 个字，最多 {LONGEST_NAME} 个：请写短一些")
    return why


def _sound(entry: Entry) -> None:
    """Raise ``BadValue`` for the first fault; a page tells all of them before it comes to this."""
    for problem in problems(entry, today()):
        raise BadValue(f"“{problem.field}”不能这样填（{problem.fault}）：{problem.value}")


def today() -> date:
    """Return the office's date."""
    return datetime.now(_OFFICE).date()
