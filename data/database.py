"""The connection to PostGIS.

Pools, the app role in every transaction, plain words when the server is away.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from psycopg import errors
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from projects.errors import StorageUnavailable

APP_ROLE: Final = "atlas_app"
STATEMENT_TIMEOUT: Final = "30s"
SCHEMA: Final = "atlas"
"""Everything of ours lives in one schema: it can share a database, be backed up and be put back whole."""


class Database:
    """Two doors to one database: ``reading`` as the app role, ``owning`` for set-up and the command line."""

    def __init__(self, app_url: str, owner_url: str | None = None) -> None:
        self._app = open_engine(app_url)
        self.owner: Final[Engine] = open_engine(owner_url or app_url)
        event.listen(self._app, "begin", _become_app)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a read-only transaction as the app role.

        Failures of the server become ``StorageUnavailable``.
        """
        with _in_plain_words(), self._app.begin() as connection:
            yield connection

    @contextmanager
    def owning(self) -> Iterator[Connection]:
        """Open a transaction as the owner (migrations, imports, the command line)."""
        with _in_plain_words(), self.owner.begin() as connection:
            yield connection

    def dispose(self) -> None:
        """Close all pooled connections."""
        self._app.dispose()
        self.owner.dispose()


def open_engine(url: str) -> Engine:
    """Return an engine that looks into our schema first.

    A pooled connection is checked before use, so that a restarted server costs no error.
    """
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=10,
        pool_timeout=10,
        connect_args={"connect_timeout": 5, "options": f"-c search_path={SCHEMA},public"},
    )


def _become_app(connection: Connection) -> None:
    """Take the app role for this transaction only: nothing of it can leak through the pool.

    One snapshot for the whole transaction, so that the counts of an answer fit its rows.
    """
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    connection.exec_driver_sql(f"SET LOCAL ROLE {APP_ROLE}")
    connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'")


@contextmanager
def _in_plain_words() -> Iterator[None]:
    """Turn what the server objects to into ``StorageUnavailable``, in a sentence that says what to do.

    An error that only a fault of this program can cause is left as it is.
    """
    try:
        yield
    except PoolTimeout as error:
        raise StorageUnavailable(_AWAY) from error
    except DBAPIError as error:
        sentence = _sentence(error)
        if sentence:
            raise StorageUnavailable(sentence) from error
        raise


def first_line(error: BaseException) -> str:
    """Return the first line of what the server said."""
    return (str(getattr(error, "orig", error)).strip().splitlines() or [type(error).__name__])[0]


_AWAY: Final = (
    "the database does not answer; it may be restarting. Try again in a moment, or run "
    "`python -m data status` on the server"
)
_UNREADY: Final = "this database is not set up for this version of the program: run `python -m data init`"
_SENTENCES: Final[tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...]] = (
    (
        errors.QueryCanceled,
        f"the database took longer than {STATEMENT_TIMEOUT} over this question: narrow the filter",
    ),
    (errors.DiskFull, "the disk of the database is full: make room, then try again; nothing was changed"),
    (
        (errors.DeadlockDetected, errors.LockNotAvailable),
        "somebody else is changing the same records: try again",
    ),
    ((errors.UndefinedTable, errors.UndefinedColumn, errors.UndefinedFunction), _UNREADY),
)


def _sentence(error: DBAPIError) -> str:
    """Return what to tell about an error of the server; empty for one that is a fault of this program."""
    for kind, sentence in _SENTENCES:
        if isinstance(error.orig, kind):
            return sentence
    if f'role "{APP_ROLE}"' in str(error.orig) and isinstance(
        error.orig, errors.InvalidParameterValue | errors.InsufficientPrivilege
    ):
        return _UNREADY
    return _AWAY if isinstance(error, OperationalError) or error.connection_invalidated else ""


Row = Any
"""A row of a textual query; its columns are named where the query stands."""
