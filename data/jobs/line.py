"""A worker lane's own connection to the job table.

While it is open, its locks say that the lane lives and which job it runs; the server drops them with the
connection, so a killed worker's job is free at once, without waiting for a time-out. After an interruption of
the connection the lane takes its job up again if nobody else has.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import errors
from psycopg.rows import dict_row
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from data.jobs import locks
from data.jobs.queue import storable
from projects.errors import StorageUnavailable
from projects.work import JobEnded, JobState

_log = logging.getLogger(__name__)

CHANNEL: Final = "atlas_job"
MAX_ATTEMPTS: Final = 3
"""How often a job is begun: a job under which the worker dies every time must come to an end."""

_DIED_ZH: Final = "这项工作开始了 {n} 次，每次都中途中断，不再重试。请联系管理员查看服务器日志后重新提交。"
_UNREADY: Final = "this database is not set up for this version of the program: run `python -m data init`"
_AWAY: Final = "the database went away while a job was running; the job is taken up again when it is back"


class JobLost(JobEnded):
    """Another worker has taken this job meanwhile: this run must not write anything more."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this lane runs; ``attempt`` tells this run from an earlier or later one of the same job."""

    id: int
    kind: str
    account_id: int
    arguments: Mapping[str, Any]
    attempt: int


class Line:
    """One connection, opened when needed; every method raises ``StorageUnavailable`` when it cannot be."""

    def __init__(self, owner: Engine) -> None:
        self._owner = owner
        self._connection: psycopg.Connection[dict[str, Any]] | None = None
        self._running: Claimed | None = None

    def claim(self, kinds: Sequence[str]) -> Claimed | None:
        """Take the oldest job that waits, or whose worker is gone; None when there is none."""
        self._let_go()
        rows = self._run(
            "SELECT * FROM job_claim(%s, %s, %s)",
            (list(kinds), MAX_ATTEMPTS, _DIED_ZH.format(n=MAX_ATTEMPTS)),
        )
        if not rows:
            return None
        self._running = Claimed(**rows[0])
        return self._running

    def report(self, done: int, of: int | None, message: str) -> bool:
        """Write how far the job is and return whether somebody asked it to stop; raises ``JobLost``."""
        rows = self._run(_REPORT, {**self._mine(), "done": done, "of": of, "message": storable(message)})
        if not rows:
            raise JobLost(f"job {self._mine()['id']} is no longer run here")
        return bool(rows[0]["cancel_asked"])

    def finish(self, state: JobState, message: str, result: Mapping[str, Any] | None = None) -> None:
        """Write the end of the job; nothing when another run of it has begun."""
        values = {"state": str(state), "message": storable(message), "result": _json(result)}
        self._run(_FINISH, {**self._mine(), **values})

    def put_back(self, *, counted: bool) -> None:
        """Let the job wait again; a run that was merely interrupted does not count as an attempt."""
        self._run(_PUT_BACK, {**self._mine(), "less": 0 if counted else 1})

    def wait(self, seconds: float) -> bool:
        """Wait until a job is submitted, at most so long; return whether one was."""
        try:
            return any(True for _ in self._open().notifies(timeout=seconds, stop_after=1))
        except psycopg.OperationalError as error:
            self.close()
            raise StorageUnavailable(_AWAY) from error

    def _let_go(self) -> None:
        """Drop the lock of the last job; without a connection it is gone already."""
        last, self._running = self._running, None
        if last is not None and self._connection is not None:
            self._run("SELECT pg_advisory_unlock(%s, %s)", (locks.JOB, last.id))

    def close(self) -> None:
        """Let go of the connection and of everything it holds."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                connection.close()

    def _mine(self) -> dict[str, int]:
        if self._running is None:
            raise JobLost("no job is running on this line")
        return {"id": self._running.id, "attempt": self._running.attempt}

    def _run(self, query: str, values: Any = None) -> list[dict[str, Any]]:
        """Run one statement, once more over a new connection when the old one has broken."""
        for last in (False, True):
            try:
                cursor = self._open().execute(query, values)
                return cursor.fetchall() if cursor.description else []
            except (errors.UndefinedFunction, errors.UndefinedTable) as error:
                raise StorageUnavailable(_UNREADY) from error
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                self.close()
                if last:
                    raise StorageUnavailable(_AWAY) from error
        raise AssertionError

    def _open(self) -> psycopg.Connection[dict[str, Any]]:
        if self._connection is None or self._connection.closed:
            self._connection = _connect(self._owner)
            self._hold_again()
        return self._connection

    def _hold_again(self) -> None:
        """After a break: take the lock of the running job again, or know that it is lost."""
        if self._connection is None or self._running is None:
            return
        row = self._connection.execute(_HOLD_AGAIN, {**self._mine(), "class": locks.JOB}).fetchone()
        if row is None or not row["held"]:
            raise JobLost(f"job {self._running.id} was taken by another worker")


def _connect(owner: Engine) -> psycopg.Connection[dict[str, Any]]:
    """Open a connection outside the pool; the server notices within a minute when this computer is gone."""
    try:
        pooled = owner.raw_connection()
        connection: psycopg.Connection[dict[str, Any]] = pooled.driver_connection  # type: ignore[assignment]
        pooled.detach()
    except (SQLAlchemyError, psycopg.Error) as error:
        raise StorageUnavailable(_AWAY) from error
    connection.autocommit = True
    connection.row_factory = dict_row
    for setting, value in (("idle", 30), ("interval", 10), ("count", 3)):
        connection.execute(f"SET tcp_keepalives_{setting} = {value}")
    connection.execute("SELECT pg_advisory_lock_shared(%s, 0)", (locks.WORKER,))
    connection.execute(f"LISTEN {CHANNEL}")
    return connection


def _json(result: Mapping[str, Any] | None) -> str | None:
    return None if result is None else json.dumps(storable(dict(result)), ensure_ascii=False)


_REPORT: Final = """
UPDATE job SET done_steps = %(done)s, all_steps = coalesce(%(of)s, all_steps), heartbeat_at = now(),
       message = coalesce(nullif(%(message)s, ''), message)
 WHERE id = %(id)s AND attempts = %(attempt)s AND state = 'running' RETURNING cancel_asked"""
_FINISH: Final = """
UPDATE job SET state = %(state)s, message = %(message)s, result = %(result)s, finished_at = now(),
       heartbeat_at = now(),
       done_steps = CASE WHEN %(state)s = 'done' THEN coalesce(all_steps, done_steps) ELSE done_steps END
 WHERE id = %(id)s AND attempts = %(attempt)s AND state = 'running'"""
_PUT_BACK: Final = """
UPDATE job SET state = 'waiting', attempts = attempts - %(less)s
 WHERE id = %(id)s AND attempts = %(attempt)s AND state = 'running'"""
_HOLD_AGAIN: Final = """
SELECT pg_try_advisory_lock(%(class)s, id) AS held FROM job
 WHERE id = %(id)s AND attempts = %(attempt)s AND state = 'running'"""
