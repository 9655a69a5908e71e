"""What the program's own upkeep did, kept in ``upkeep_run``: who asks how the backups stand, asks here.

latest(connection)              → how the backups stand, for the status page and the figures
begin / finish / give_up_lost   → for whoever runs them, as the owner
take_over(connection, schema)   → the rows of the library that a restored backup takes the place of
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text

BACKUP: Final = "backup"
"""A dump with the files beside it."""
BASE: Final = "base"
"""A copy of the whole server, from which a point in time is reached."""
LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class UpkeepRun:
    """One run and what came of it."""

    id: int
    kind: str
    due_at: datetime | None
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    """``running``, ``done``, ``failed``, ``lost`` (its process ended on the way)."""
    name: str
    size_bytes: int
    proved_at: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class BackupState:
    """How the runs of one kind stand; each is None where there was none."""

    last: UpkeepRun | None
    """The newest run, however it ended."""
    done: UpkeepRun | None
    """The newest that made a backup."""
    proved: UpkeepRun | None
    """The newest whose backup was put back into a scratch database and held the same rows."""
    now: datetime
    """The clock of the database, for the age."""

    @property
    def age_seconds(self) -> float | None:
        """Seconds since the newest backup was complete, None where there is none."""
        return _since(self.done.finished_at if self.done else None, self.now)

    @property
    def proved_age_seconds(self) -> float | None:
        """Seconds since a backup was last proved, None where none was."""
        return _since(self.proved.proved_at if self.proved else None, self.now)


def latest(connection: Connection, kind: str = BACKUP) -> BackupState:
    """Return how the backups stand; to others than the owner and administrators there seem to be none."""
    found = {
        name: _run(connection, f"{_SELECT} WHERE kind = :kind {rule} LIMIT 1", kind)
        for name, rule in _RULES.items()
    }
    now = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return BackupState(found["last"], found["done"], found["proved"], now)


def begin(connection: Connection, kind: str, due_at: datetime | None = None) -> int:
    """Note that a run begins and return its id."""
    values = {"kind": kind, "due": due_at, "mark": secrets.token_hex(16)}
    return int(connection.execute(_BEGIN, values).scalar_one())


def finish(  # noqa: PLR0913 - what a row says
    connection: Connection, key: int, outcome: str, *, name: str = "", size_bytes: int = 0, words: str = ""
) -> None:
    """Note how a run ended."""
    values = {"key": key, "outcome": outcome, "name": name, "size": size_bytes, "words": words[:LONGEST]}
    connection.execute(_FINISH, values)


def prove(connection: Connection, name: str, words: str = "") -> None:
    """Note what became of proving a backup: an empty sentence says that it holds what it should."""
    connection.execute(_PROVE, {"name": name, "words": words[:LONGEST]})


def give_up_lost(connection: Connection, kind: str) -> int:
    """Mark the runs whose process is gone, and return how many; call it holding the lock of the kind."""
    return connection.execute(_LOST, {"kind": kind}).rowcount


def last_for(connection: Connection, kind: str, due_at: datetime) -> UpkeepRun | None:
    """Return the newest run for a moment of the schedule, or a later one that makes it needless."""
    return _run(
        connection,
        f"{_SELECT} WHERE kind = :kind AND (due_at >= :due OR"
        " (outcome = 'done' AND started_at >= :due)) ORDER BY (outcome = 'done') DESC, id DESC LIMIT 1",
        kind,
        due=due_at,
    )


def take_over(connection: Connection, schema: str) -> None:
    """Take over the runs that another schema of the same database knows; one that has no such table is none.

    What ran while the other was put in this one's place has ended.
    """
    name = f"{schema}.upkeep_run"
    if connection.scalar(text("SELECT to_regclass(:name) IS NOT NULL"), {"name": name}):
        connection.execute(
            text(
                f"INSERT INTO upkeep_run ({_KEPT}) SELECT {_KEPT} FROM {name} ORDER BY started_at"  # noqa: S608
                " ON CONFLICT (mark) DO UPDATE SET finished_at = excluded.finished_at,"
                " outcome = excluded.outcome, name = excluded.name, size_bytes = excluded.size_bytes,"
                " proved_at = excluded.proved_at, words = excluded.words"
            )
        )


def _run(connection: Connection, query: str, kind: str, **values: datetime) -> UpkeepRun | None:
    row = connection.execute(text(query), {"kind": kind, **values}).one_or_none()
    return UpkeepRun(*row) if row else None


def _since(then: datetime | None, now: datetime) -> float | None:
    """Return the seconds since; a clock that was put back makes nothing younger than just made."""
    return max((now - then).total_seconds(), 0.0) if then else None


_KEPT: Final = "kind, mark, due_at, started_at, finished_at, outcome, name, size_bytes, proved_at, words"
_COLUMNS: Final = "id, kind, due_at, started_at, finished_at, outcome, name, size_bytes, proved_at, words"
_SELECT: Final = f"SELECT {_COLUMNS} FROM upkeep_run"  # noqa: S608
_RULES: Final = {
    "last": "ORDER BY id DESC",
    "done": "AND outcome = 'done' ORDER BY finished_at DESC, id DESC",
    "proved": "AND proved_at IS NOT NULL ORDER BY proved_at DESC, id DESC",
}
_BEGIN: Final = text("INSERT INTO upkeep_run (kind, mark, due_at) VALUES (:kind, :mark, :due) RETURNING id")
_FINISH: Final = text(
    "UPDATE upkeep_run SET outcome = :outcome, finished_at = clock_timestamp(), name = :name,"
    " size_bytes = :size, words = :words WHERE id = :key"
)
_PROVE: Final = text(
    "UPDATE upkeep_run SET proved_at = CASE WHEN :words = '' THEN clock_timestamp() END, words = :words"
    " WHERE name = :name AND name <> '' AND outcome = 'done'"
)
_LOST: Final = text(
    "UPDATE upkeep_run SET outcome = 'lost', finished_at = clock_timestamp()"
    " WHERE kind = :kind AND outcome = 'running'"
)
