"""The connection to PostGIS: pools, the app role in every transaction, plain words when the server is away."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from psycopg.errors import UndefinedTable
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from projects.errors import StorageUnavailable

APP_ROLE: Final = "atlas_app"
STATEMENT_TIMEOUT: Final = "30s"
SCHEMA: Final = "atlas"
"""Everything of ours lives in one schema, so that it can share a database, be backed up and be put back whole."""


class Database:
    """Two doors to one database: ``reading`` as the app role, ``owning`` for set-up and the command line."""

    def __init__(self, app_url: str, owner_url: str | None = None) -> None:
        self._app = open_engine(app_url)
        self.owner: Final[Engine] = open_engine(owner_url or app_url)
        event.listen(self._app, "begin", _become_app)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a read-only transaction as the app role; failures of the server become ``StorageUnavailable``."""
        with _in_plain_words(), self._app.begin() as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
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
    """Return an engine that looks into our schema first and checks a pooled connection before use, so a restarted server costs no error."""
    return create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=10, pool_timeout=10,
                         connect_args={"connect_timeout": 5, "options": f"-c search_path={SCHEMA},public"})


def _become_app(connection: Connection) -> None:
    """Take the app role for this transaction only: nothing of it can leak through the pool."""
    connection.exec_driver_sql(f"SET LOCAL ROLE {APP_ROLE}")
    connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'")


@contextmanager
def _in_plain_words() -> Iterator[None]:
    try:
        yield
    except (OperationalError, PoolTimeout) as error:
        raise StorageUnavailable(
            "the database does not answer; it may be restarting. Try again in a moment, or run "
            "`python -m data status` on the server"
        ) from error
    except DBAPIError as error:
        if isinstance(error.orig, UndefinedTable):
            raise StorageUnavailable("this database is not set up: run `python -m data init`") from error
        if error.connection_invalidated:
            raise StorageUnavailable("the database connection was cut; try again") from error
        raise


Row = Any
"""A row of a textual query; its columns are named where the query stands."""
