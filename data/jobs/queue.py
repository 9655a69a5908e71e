"""Asking for long work, as the pages do it: ``projects.work.Jobs`` over the job table.

Every call acts with the session token it was opened with; the database shows an account its own jobs and an
administrator all, and submits and cancels through functions of its own (``0005_jobs.sql``).
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB

from data.database import Database, Row
from data.jobs.tasks import TASKS, Entry, check_kind
from data.tables.change import Job as JobRow
from projects.errors import BadValue, UnknownRecord
from projects.work import Job, JobState

LARGEST: Final = 2**31 - 1
"""Jobs are counted in four bytes; an address may name any number."""
_SELECT: Final = select(
    *(JobRow.id, JobRow.kind, JobRow.title, JobRow.state, JobRow.done_steps, JobRow.all_steps),
    *(JobRow.message, JobRow.result, JobRow.created_at, JobRow.finished_at),
)


class PostgisJobs:
    """The jobs of one session."""

    def __init__(self, database: Database, token: str, tasks: Mapping[str, Entry] = TASKS) -> None:
        self._database = database
        self._token = token
        self._tasks = tasks

    def submit(self, kind: str, title: str, arguments: Mapping[str, Any]) -> int:
        """Put a job into the queue and return its number.

        Raises ``BadValue`` for an unknown kind or too many jobs waiting, ``SignInNeeded`` without a session.
        """
        check_kind(kind, self._tasks)
        with self._database.writing(self._token) as connection:
            key = connection.scalar(
                _SUBMIT, {"kind": kind, "title": storable(title)[:200], "arguments": storable(arguments)}
            )
        if key is None:
            raise BadValue("您已有 20 项工作在排队或进行中，请等其中一些完成，或取消不需要的，再提交新的")
        return int(key)

    def job(self, key: int) -> Job:
        """Return a job; raises ``UnknownRecord`` for one that does not exist or is not this session's."""
        with self._database.reading(self._token) as connection:
            found = _SELECT.where(JobRow.id == key)
            row = connection.execute(found).one_or_none() if key <= LARGEST else None
        if row is None:
            raise UnknownRecord(f"there is no job {key} that this account may see")
        return _job(row)

    def mine(self, kind: str = "", limit: int = 20) -> tuple[Job, ...]:
        """Return the newest jobs of this account, newest first, of one kind or all."""
        own = _SELECT.where(JobRow.account_id == func.acting_account())
        chosen = own.where(JobRow.kind == kind) if kind else own
        with self._database.reading(self._token) as connection:
            rows = connection.execute(chosen.order_by(JobRow.id.desc()).limit(limit)).all()
        return tuple(_job(row) for row in rows)

    def cancel(self, key: int) -> None:
        """Ask a job to stop: at once when it waits, at its next step when it runs; nothing once it is over.

        Raises ``UnknownRecord`` for a job that is not this session's to cancel.
        """
        with self._database.writing(self._token) as connection:
            if key > LARGEST or not connection.scalar(text("SELECT job_cancel(:key)"), {"key": key}):
                raise UnknownRecord(f"there is no job {key} that this account may cancel")

    def worker_alive(self) -> bool:
        """Whether a worker process is there: it holds a lock as long as it lives, however it ends."""
        with self._database.reading(self._token) as connection:
            return bool(connection.scalar(text("SELECT worker_alive()")))


def overview(connection: Connection) -> dict[str, Any]:
    """Return whether a worker is there and how many jobs are in which state, for ``status`` (as owner)."""
    rows = connection.execute(select(JobRow.state, func.count()).group_by(JobRow.state)).all()
    counted = {str(state): int(number) for state, number in rows}
    alive = connection.scalar(text("SELECT worker_alive()"))
    return {"worker_alive": bool(alive), **{str(state): counted.get(state, 0) for state in JobState}}


_SUBMIT: Final = text("SELECT job_submit(:kind, :title, :arguments)").bindparams(
    bindparam("arguments", type_=JSONB)
)


def storable(value: Any) -> Any:
    """Return a value as PostgreSQL can keep it: plain JSON, without the NUL character that it refuses.

    Raises ``ValueError`` or ``TypeError`` for what is no JSON (NaN, objects).
    """
    return _without_nul(json.loads(json.dumps(value, allow_nan=False)))


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(inner) for key, inner in value.items()}
    return [_without_nul(inner) for inner in value] if isinstance(value, list) else value


def _job(row: Row) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        title=row.title,
        state=JobState(row.state),
        done_steps=row.done_steps,
        all_steps=row.all_steps,
        message=row.message or "",
        result=row.result or {},
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
