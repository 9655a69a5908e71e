"""Answers about the whole library, kept for everybody until something changes.

At the nation's size a sum over all published records takes the database seconds. The first visitor of a
version of the library waits for it; those who ask the same meanwhile wait with him, and those after take what
he was told. What is kept says the same to all who may read at all: sums over published records, never
contacts, and never what only one office sees. Whether somebody may read is asked every time.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, text

from data.database import Database
from data.store.names import version

T = TypeVar("T")

MOST: Final = 32
"""Answers kept at a time; the largest hold some thousand areas."""
WORTH_S: Final = 0.2
"""What is told faster than this (seconds) is asked anew: narrow questions push no wide ones out."""
_UNKNOWN: Final = object()
_OPEN: Final = text("SELECT anonymous_reads()")
_WRITES: Final = text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")


class Answers:
    """Answers of one database, by question and version of the library; safe to share between threads."""

    def __init__(self, most: int = MOST, worth_s: float = WORTH_S) -> None:
        self._most, self._worth_s = most, worth_s
        self._held: OrderedDict[Hashable, tuple[str, Any]] = OrderedDict()
        self._turns: dict[Hashable, tuple[Lock, int]] = {}
        self._lock = Lock()

    def of(self, database: Database, token: str, question: Hashable, ask: Callable[[Connection], T]) -> T:
        """Return the answer of this version of the library, asked now unless it is known.

        Question and answer are of one snapshot. Of several who ask the same at once one asks, and the others
        wait without holding a connection. Raises what ``ask`` raises, and ``SignInNeeded``.
        """
        with database.reading(token) as connection:
            found = self._known(_mark(connection, token), question)
        if found is not _UNKNOWN:
            return cast(T, found)
        with self._turn(question), database.reading(token) as connection:
            mark = _mark(connection, token)
            found = self._known(mark, question)
            if found is not _UNKNOWN:
                return cast(T, found)
            began = time.perf_counter()
            answer = ask(connection)
            if mark and time.perf_counter() - began >= self._worth_s:
                self._keep(question, mark, answer)
            return answer

    def _keep(self, question: Hashable, mark: str, answer: Any) -> None:
        with self._lock:
            self._held[question] = mark, answer
            self._held.move_to_end(question)
            while len(self._held) > self._most:
                self._held.popitem(last=False)

    def _known(self, mark: str, question: Hashable) -> Any:
        with self._lock:
            held = self._held.get(question)
            if not mark or held is None or held[0] != mark:
                return _UNKNOWN
            self._held.move_to_end(question)
            return held[1]

    def _turn(self, question: Hashable) -> "_Turn":
        return _Turn(self._turns, self._lock, question)


def _mark(connection: Connection, token: str) -> str:
    """Return the version of the library; "" where nothing may be kept or told from what is kept.

    That is for nobody in particular where nobody may read without signing in (he is shown nothing, not what
    others were told), and inside a transaction that has itself written something.
    """
    if connection.scalar(_WRITES) or not (token or connection.scalar(_OPEN)):
        return ""
    return version(connection)


class _Turn:
    """One after the other for the same question; forgotten when nobody waits any more."""

    def __init__(self, turns: dict[Hashable, tuple[Lock, int]], lock: Lock, question: Hashable) -> None:
        self._turns, self._lock, self._question = turns, lock, question

    def __enter__(self) -> None:
        with self._lock:
            turn, waiting = self._turns.get(self._question, (Lock(), 0))
            self._turns[self._question] = turn, waiting + 1
        turn.acquire()

    def __exit__(self, *given: object) -> None:
        with self._lock:
            turn, waiting = self._turns.pop(self._question)
            if waiting > 1:
                self._turns[self._question] = turn, waiting - 1
        turn.release()


_ANSWERS: Final[WeakKeyDictionary[Database, Answers]] = WeakKeyDictionary()


def answers(database: Database) -> Answers:
    """Return what is known of a database in this process."""
    return _ANSWERS.setdefault(database, Answers())
