"""``projects.matters.ports.Matters`` answered from PostGIS, for one session."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from data.database import Database
from data.store.matters import listing, meetings, units, writing
from data.store.matters.refusals import said_plainly
from projects.errors import BadValue, SignInNeeded
from projects.matters import checking
from projects.matters.checking import Problem, plain
from projects.matters.meetings import Meeting, MeetingDraft, MeetingHead
from projects.matters.model import Matter, MatterDraft, MatterEntry, MatterState, UnitName
from projects.matters.ports import Asked, MatterCounts, MatterPage, UnitLoad

_OFFICE = ZoneInfo("Asia/Shanghai")


class PostgisMatters:
    """``Matters`` over one database for one session token; an empty token is nobody's."""

    def __init__(self, database: Database, token: str) -> None:
        self._database = database
        self._token = token

    def page(self, asked: Asked, today: date, *, limit: int = 30, offset: int = 0) -> MatterPage:
        """Return one page of matters and the counts of all that match."""
        with self._reading() as connection:
            return listing.page(connection, asked, today, limit, offset)

    def counts(self, asked: Asked, today: date) -> MatterCounts:
        """Return the counts alone."""
        with self._reading() as connection:
            return listing.counts(connection, asked, today)

    def by_unit(self, asked: Asked, today: date) -> tuple[UnitLoad, ...]:
        """Return the counts by responsible unit, the most overdue first."""
        with self._reading() as connection:
            return listing.by_unit(connection, asked, today)

    def get(self, key: int, today: date) -> tuple[Matter, tuple[MatterEntry, ...]]:
        """Return a matter and its history, oldest first; ``UnknownRecord`` for one that one may not see."""
        with self._reading() as connection:
            return listing.get(connection, key, today), listing.entries(connection, key)

    def raise_matter(self, draft: MatterDraft) -> int:
        """Store a new matter and return its number; ``BadValue``, ``NotAllowed``."""
        given = _sound(draft, new=True)
        with self._writing("事项：提出") as connection:
            return writing.store(connection, given)

    def change(self, key: int, version: int, draft: MatterDraft, reason: str) -> None:
        """Change what a matter says (title, units, due date …); ``Conflict`` when somebody was faster."""
        given = _sound(draft, new=False)
        _refuse(checking.said_problems(reason, needed=False))
        with self._writing("事项：修改") as connection:
            listing.get(connection, key, today())
            writing.change(connection, key, version, given, plain(reason))

    def reply(self, key: int, text: str, new_state: MatterState | None = None) -> int:
        """Add an answer and, if asked, move the state; return the entry's number.

        ``BadValue`` for a closed matter, unless ``new_state`` reopens it in the same step.
        """
        _refuse(checking.said_problems(text))
        with self._writing("事项：答复") as connection:
            listing.get(connection, key, today())
            return writing.answer(connection, key, plain(text), new_state)

    def move(self, key: int, new_state: MatterState, reason: str) -> None:
        """Move the state, with a reason; ``BadValue`` for a step that ``STEPS`` does not hold."""
        _refuse(checking.said_problems(reason, needed=checking.needs_reason(new_state)))
        with self._writing("事项：变更状态") as connection:
            listing.get(connection, key, today())
            writing.move(connection, key, new_state, plain(reason))

    def units(self, words: str, *, within: str = "", limit: int = 20) -> tuple[UnitName, ...]:
        """Return owner units by a part of any of their names; those of ``within`` and around it first."""
        with self._reading() as connection:
            return units.search(connection, words, within, limit)

    def raising_units(self) -> tuple[UnitName, ...]:
        """Return the units that one may raise matters and call meetings for."""
        with self._reading() as connection:
            return units.raising(connection)

    # ---- joint meetings ----

    def meetings(self, *, limit: int = 50, offset: int = 0) -> tuple[MeetingHead, ...]:
        """Return the meetings one may see, latest first."""
        with self._reading() as connection:
            return meetings.heads(connection, limit, offset)

    def meeting(self, key: int, today: date) -> Meeting:
        """Return a meeting with its agenda; ``UnknownRecord``."""
        with self._reading() as connection:
            return meetings.meeting(connection, key, today)

    def call_meeting(self, draft: MeetingDraft) -> int:
        """Store a meeting and return its number."""
        given = _sound_meeting(draft)
        with self._writing("联席会议：召集") as connection:
            return meetings.call(connection, given)

    def change_meeting(self, key: int, version: int, draft: MeetingDraft) -> None:
        """Change a meeting that has not been closed; ``Conflict``, ``NotAllowed``."""
        given = _sound_meeting(draft)
        with self._writing("联席会议：修改") as connection:
            meetings.change(connection, key, version, given)

    def put_on_agenda(self, key: int, matter_ids: Sequence[int]) -> None:
        """Add matters to the end of the agenda; those on it already stay where they are."""
        with self._writing("联席会议：列入议程") as connection:
            known = listing.by_ids(connection, list(matter_ids), today())
            for missing in set(matter_ids) - set(known):
                raise listing.unknown(missing)
            meetings.put(connection, key, matter_ids)

    def take_off_agenda(self, key: int, matter_id: int) -> None:
        """Take a matter off; not when something was decided on it."""
        with self._writing("联席会议：撤下议程") as connection:
            meetings.take_off(connection, key, matter_id)

    def decide(self, key: int, matter_id: int, decision: str, follow_up: MatterDraft | None) -> int | None:
        """Write down what was decided on an item; return the number of the matter that follows from it."""
        _refuse(checking.said_problems(decision))
        given = _sound(replace(follow_up, parent_id=matter_id), new=True) if follow_up else None
        with self._writing("联席会议：议定") as connection:
            return meetings.decide(connection, key, matter_id, plain(decision), given)

    def close_meeting(self, key: int) -> None:
        """Close a meeting: its minutes stand. Items without a decision go back as they were."""
        with self._writing("联席会议：结束") as connection:
            meetings.close(connection, key)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        self._signed_in()
        with self._database.reading(self._token) as connection:
            yield connection

    @contextmanager
    def _writing(self, reason: str) -> Iterator[Connection]:
        self._signed_in()
        with self._database.writing(self._token, reason) as connection, said_plainly():
            yield connection

    def _signed_in(self) -> None:
        if not self._token:
            raise SignInNeeded("请先登录：事项和会议只给有关单位看")


def _sound(draft: MatterDraft, *, new: bool) -> MatterDraft:
    """Return a tidied draft; ``BadValue`` with all its faults."""
    given = checking.tidy(draft)
    _refuse(checking.problems(given, today() if new else None))
    return given


def _sound_meeting(draft: MeetingDraft) -> MeetingDraft:
    given = checking.tidy_meeting(draft)
    _refuse(checking.meeting_problems(given))
    return given


def _refuse(found: Collection[Problem]) -> None:
    if found:
        raise BadValue(checking.sentences(found))


def today() -> date:
    """Return the office's date."""
    return datetime.now(_OFFICE).date()
