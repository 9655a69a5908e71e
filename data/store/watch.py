"""How an installation stands, read from the database: for the status page and for ``/metrics``."""

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, text

from data import log_files, migrate
from data.database import Database
from data.store import sign_ins, upkeep_runs
from data.store.sessions import digest, live
from data.version import version
from projects.errors import NotAllowed, SignInNeeded
from projects.identity import Role
from projects.watch import Event, Kept, OpenSession, Queue, SignIn, Standing, Table, Way

TABLES: Final = 15
"""Tables that are listed: the largest."""
KEY: Final = 16
"""Characters of a session's hash that name it."""


class PostgisWatch:
    """The ``Watch`` of one session."""

    def __init__(self, database: Database, token: str, data_dir: Path) -> None:
        self._database, self._token, self._data_dir = database, token, data_dir

    def standing(self) -> Standing:
        """Return how the installation stands."""
        with self._as_administrator():
            pass
        disk = shutil.disk_usage(self._data_dir)
        with self._database.owning() as connection:
            row = connection.execute(_SERVER).one()
            return Standing(
                server=row.server,
                postgis=row.postgis,
                schema=migrate.current(connection),
                newest_schema=newest(),
                size=row.size,
                tables=tuple(Table(*r) for r in connection.execute(_TABLES, {"limit": TABLES})),
                queue=queue(connection),
                kept=kept(connection),
                disk_free=disk.free,
                disk_all=disk.total,
                sessions=int(connection.scalar(_OPEN) or 0),
                program=version(),
            )

    def sessions(self) -> Sequence[OpenSession]:
        """Return the open sessions of people, the newest first."""
        own = digest(self._token)
        with self._as_administrator() as connection:
            return tuple(
                OpenSession(
                    row.key,
                    row.name,
                    row.display_name or row.name,
                    row.kind,
                    row.created_at,
                    row.expires_at,
                    own.hex().startswith(row.key),
                )
                for row in connection.execute(_SESSIONS, {"long": KEY})
            )

    def end(self, key: str) -> bool:
        """End a session at once and write it down; return whether there was one."""
        with self._as_administrator() as connection:
            found = connection.execute(_END, {"key": key, "long": KEY}).scalar()
            if found is not None:
                sign_ins.note_session(connection, Event.ENDED, bytes(found))
            return found is not None

    def sign_ins(self, limit: int = 200, *, refused: bool = False) -> Sequence[SignIn]:
        """Return the newest lines of the record of sign-ins."""
        with self._as_administrator():
            pass
        with self._database.reading(self._token) as connection:
            found = sign_ins.read(connection, limit, refused=refused)
        with self._as_administrator() as connection:
            # The pages' role reads no names of other accounts
            rows = connection.execute(_NAMES, {"ids": [line.account for line in found]})
            names = {key: name for key, name in rows}  # noqa: C416
        return tuple(replace(line, name=names.get(line.account, line.name)) for line in found)

    def mine(self, limit: int = 20) -> Sequence[SignIn]:
        """Return the newest lines about this account."""
        if not self._token:
            raise SignInNeeded("请先登录")
        with self._database.reading(self._token) as connection:
            return sign_ins.read(connection, limit, mine=True)

    def lines(self) -> Sequence[Mapping[str, Any]]:
        """Return the warnings, errors and slow queries of the last day, the newest first."""
        with self._as_administrator():
            pass
        return log_files.notable(self._data_dir, datetime.now(UTC) - timedelta(days=1))

    @contextmanager
    def _as_administrator(self) -> Iterator[Connection]:
        """Open a transaction of the door for an administrator, or raise before anything is read."""
        with self._database.door() as connection:
            account = live(connection, self._token)
            if account is None:
                raise SignInNeeded("登录已过期，请重新登录")
            row = connection.execute(_ACTING, {"id": account}).one()
            if row.role != Role.ADMINISTRATOR or row.must_change_password:
                raise NotAllowed("只有管理员可以查看运行状况")
            yield connection


@cache
def newest() -> str:
    """Return the schema of this program."""
    return migrate.head()


def queue(connection: Connection) -> Queue:
    """Return how the jobs stand (as owner)."""
    row = connection.execute(_QUEUE).one()
    return Queue(dict(row.states or {}), max(float(row.oldest or 0), 0.0), bool(row.worker))


def kept(connection: Connection) -> Kept:
    """Return how the backups stand (as owner)."""
    found = upkeep_runs.latest(connection)
    last = found.last
    return Kept(
        found.done.finished_at if found.done else None,
        found.proved.proved_at if found.proved else None,
        last.words or last.outcome if last and last.outcome in ("failed", "lost") else "",
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """What ``/metrics`` tells of the database, for all processes the same."""

    schema: str
    newest_schema: str
    size: int
    sessions: int
    queue: Queue
    imported: Mapping[str, int]
    """Rows of imports that were filed, by outcome."""
    sign_ins: Mapping[tuple[Way, Event], int]
    """Lines of the record of sign-ins in the last day."""
    backup_age_s: float | None
    proof_age_s: float | None


def figures(database: Database) -> Figures:
    """Return the figures; raises ``StorageUnavailable``."""
    with database.owning() as connection:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{LONGEST}'")
        backups = upkeep_runs.latest(connection)
        done = connection.execute(_DONE).all()
        return Figures(
            migrate.current(connection),
            newest(),
            int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0),
            int(connection.scalar(_OPEN) or 0),
            queue(connection),
            {str(key): int(number) for key, number in connection.execute(_IMPORTED)},
            {(Way(row.way), Event(row.outcome)): int(row.number) for row in done},
            backups.age_seconds,
            backups.proved_age_seconds,
        )


LONGEST: Final = "2s"


def schema_of(database: Database) -> tuple[str, str]:
    """Return the schema of the database and of this program; raises ``StorageUnavailable``."""
    with database.owning() as connection:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{LONGEST}'")
        return migrate.current(connection), newest()


def fingerprint(text_: str) -> str:
    """Return a short hash of what must be told apart in the log and not be read in it."""
    return hashlib.sha256(text_.encode()).hexdigest()[:12]


_ACTING: Final = text("SELECT role, must_change_password FROM account WHERE id = :id")
_NAMES: Final = text("SELECT id, name FROM account WHERE id = ANY (:ids)")
_SERVER: Final = text("""
SELECT current_setting('server_version') AS server, postgis_lib_version() AS postgis,
  pg_database_size(current_database()) AS size
""")
_TABLES: Final = text("""
SELECT relname, greatest(reltuples, 0)::bigint, pg_total_relation_size(oid) FROM pg_class
WHERE relnamespace = 'atlas'::regnamespace AND relkind = 'r' ORDER BY 3 DESC, 1 LIMIT :limit
""")
_OPEN: Final = text("""
SELECT count(*) FROM account_session WHERE revoked_at IS NULL AND expires_at > now() AND kind <> 'job'
""")
_SESSIONS: Final = text("""
SELECT left(encode(opened.token_sha256, 'hex'), :long) AS key, account.name, account.display_name,
  opened.kind, opened.created_at, opened.expires_at
FROM account_session opened JOIN account ON account.id = opened.account_id
WHERE opened.revoked_at IS NULL AND opened.expires_at > now() AND opened.kind <> 'job'
  AND account.disabled_at IS NULL
ORDER BY opened.created_at DESC LIMIT 500
""")
_END: Final = text("""
UPDATE account_session SET revoked_at = now()
WHERE left(encode(token_sha256, 'hex'), :long) = :key AND revoked_at IS NULL AND kind <> 'job'
RETURNING token_sha256
""")
_QUEUE: Final = text("""
SELECT (SELECT jsonb_object_agg(state, number)
          FROM (SELECT state, count(*) AS number FROM job GROUP BY state) AS counted) AS states,
  (SELECT extract(epoch FROM clock_timestamp() - min(created_at)) FROM job WHERE state = 'waiting') AS oldest,
  worker_alive() AS worker
""")
_IMPORTED: Final = text("""
SELECT told.key, sum(told.value::bigint) FROM job,
  LATERAL jsonb_each_text(CASE jsonb_typeof(result -> 'counts') WHEN 'object' THEN result -> 'counts' END)
    AS told (key, value)
WHERE kind = 'import_commit' AND state = 'done' AND coalesce(result ->> 'changed', '') <> 'true'
  AND told.value ~ '^[0-9]+$' GROUP BY told.key
""")
_DONE: Final = text(
    "SELECT way, outcome, count(*) AS number FROM sign_in"
    " WHERE at > now() - interval '1 day' GROUP BY way, outcome"
)
