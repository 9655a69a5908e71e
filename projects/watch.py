"""What an administrator watches: how the installation stands, who signed in, what went wrong.

``data.wiring.watch(token)`` is the adapter; the database shows all of it to administrators only, and to
everybody their own sign-ins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Way(StrEnum):
    """How somebody came to the door."""

    PASSWORD = "password"  # noqa: S105 - the name of a way
    PROVIDER = "provider"
    OFFICE = "office"
    TOKEN = "token"  # noqa: S105


class Event(StrEnum):
    """What happened at the door."""

    IN = "in"
    UNKNOWN = "unknown"
    """Nobody has the name that was tried."""
    WRONG = "wrong"
    LOCKED = "locked"
    LOCKED_OUT = "locked_out"
    """The wrong password that locked the account."""
    CLOSED = "closed"
    OUT = "out"
    ENDED = "ended"
    """Sessions ended from elsewhere: by the account itself on another device, or by an administrator."""
    CHANGED = "changed"
    """The password was changed."""
    WRONG_CURRENT = "wrong_current"
    RESET = "reset"
    """An administrator gave a one-time password."""
    USED = "used"
    """A token of the open interface; noted every ten minutes."""


REFUSED = frozenset((Event.UNKNOWN, Event.WRONG, Event.LOCKED, Event.LOCKED_OUT, Event.CLOSED))
"""Attempts that opened nothing."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One line of the record of sign-ins."""

    at: datetime
    event: Event
    way: Way
    account: int | None
    """Number of the account; negative: of a token; None: the name belonged to nobody."""
    name: str
    """Sign-in name or the token's purpose, as it is now; of an unknown name the beginning of its hash."""
    address: str
    request: str


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that opens the pages now; ``key`` names it without opening anything."""

    key: str
    account: str
    display_name: str
    kind: str
    since: datetime
    until: datetime
    own: bool
    """Whether it is the very session that asks."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the database: rows as the server estimates them, bytes with indexes."""

    name: str
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class Kept:
    """The last backup and the last one that was proved by restoring it."""

    made: datetime | None = None
    proved: datetime | None = None
    failed: str = ""
    """Why the newest attempt failed, empty when it did not."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The jobs: how many in each state, how long the oldest waits, whether a worker is there."""

    states: Mapping[str, int] = field(default_factory=dict)
    oldest_s: float = 0.0
    worker: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How an installation stands."""

    server: str
    postgis: str
    schema: str
    newest_schema: str
    size: int
    tables: Sequence[Table]
    queue: Queue
    kept: Kept
    disk_free: int
    disk_all: int
    sessions: int
    program: str

    @property
    def current(self) -> bool:
        """Whether the database is at the schema of this program."""
        return self.schema == self.newest_schema


class Watch(Protocol):
    """What the holder of a session may watch; all but ``mine`` raises ``NotAllowed`` to the others."""

    def standing(self) -> Standing:
        """Return how the installation stands."""
        ...

    def sessions(self) -> Sequence[OpenSession]:
        """Return the open sessions, the newest first."""
        ...

    def end(self, key: str) -> bool:
        """End a session at once; return whether there was one."""
        ...

    def sign_ins(self, limit: int = 200, *, refused: bool = False) -> Sequence[SignIn]:
        """Return the newest lines of the record, only refused attempts when asked."""
        ...

    def mine(self, limit: int = 20) -> Sequence[SignIn]:
        """Return the newest lines about this account."""
        ...

    def lines(self) -> Sequence[Mapping[str, Any]]:
        """Return the warnings, errors and slow queries of the last day, the newest first."""
        ...
