"""Databases to try a backup in: made empty beside the library, dropped when the trial is over."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from data.cluster import Cluster
from data.cluster.bootstrap import EXTENSIONS
from data.database import Database, first_line
from data.settings import Settings
from projects.errors import StorageUnavailable

PREFIX: Final = "atlas_proof_"
Scratch = Callable[[], AbstractContextManager[Database]]
"""Makes an empty database with the extensions, and drops it at the end."""


def beside(settings: Settings) -> Scratch:
    """Return what makes scratch databases on the server of an installation.

    Making one raises ``StorageUnavailable`` where the role of ``DATABASE_URL`` may not create databases.
    """
    return lambda: _own(settings) if not settings.database_url else _given(make_url(settings.database_url))


@contextmanager
def _own(settings: Settings) -> Iterator[Database]:
    """Make one in the private server; what a killed trial left there is dropped first."""
    cluster = Cluster(settings.data_dir)
    for left in _left(make_url(cluster.superuser_url("postgres"))):
        cluster.drop_database(left)
    name = PREFIX + secrets.token_hex(6)
    urls = cluster.create_database(name)
    database = Database(urls.app, urls.owner)
    try:
        yield database
    finally:
        database.dispose()
        cluster.drop_database(name)


@contextmanager
def _given(url: URL) -> Iterator[Database]:
    """Make one on the server of an address, as far as its role may."""
    for left in _left(url):
        _say(url, f'DROP DATABASE IF EXISTS "{left}" WITH (FORCE)')
    name = PREFIX + secrets.token_hex(6)
    _say(url, f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    try:
        for extension in EXTENSIONS:
            _say(url.set(database=name), f"CREATE EXTENSION IF NOT EXISTS {extension}")
        database = Database(url.set(database=name).render_as_string(hide_password=False))
        try:
            yield database
        finally:
            database.dispose()
    finally:
        _say(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _left(url: URL) -> list[str]:
    """Return the scratch databases of our own that nobody is connected to."""
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            return list(connection.scalars(_LEFT, {"prefix": PREFIX}))
    except SQLAlchemyError as error:
        raise StorageUnavailable(f"no scratch database could be made: {first_line(error)}") from error
    finally:
        engine.dispose()


def _say(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
    except SQLAlchemyError as error:
        raise StorageUnavailable(
            f"no scratch database could be made on the server of DATABASE_URL: {first_line(error)}. The proof"
            " of a backup needs a role that may create databases, and the extensions"
        ) from error
    finally:
        engine.dispose()


_LEFT: Final = text(
    "SELECT datname FROM pg_database d WHERE starts_with(datname, :prefix) AND pg_has_role(datdba, 'MEMBER')"
    " AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)"
)
