"""Where the practice database stands: beside the real one, never in its place.

In the private server it is ``atlas_demo``; with a ``DATABASE_URL`` a sibling on the same server, whose name
ends in ``_demo`` (or the named database itself, when that is one of practice). The library of the nation's
size has a place of the same kind, ``atlas_synth`` or ``…_synth`` (``DEMO_LIBRARY``). Whether a database is
one of practice is said by the database (``is_practice()``), never by its name.
"""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from data.cluster import Cluster
from data.cluster.bootstrap import EXTENSIONS
from data.database import Database, first_line
from data.settings import Settings
from projects.errors import BadValue, StorageUnavailable

Report = Callable[[str], None]

SUFFIXES: Final[Mapping[str, str]] = {"practice": "_demo", "synth": "_synth"}
"""Which fictional library (``DEMO_LIBRARY``) → how the name of its database ends."""
MAKING: Final[Mapping[str, str]] = {"practice": "make demo", "synth": "python -m data synth"}
PRIVATE: Final = "atlas"
"""What the names begin with in the private server."""
LONGEST: Final = 63
"""Bytes of a database's name in PostgreSQL."""


def opened(settings: Settings, report: Report | None = None) -> Database:
    """Return the practice database; raises ``StorageUnavailable`` where none has been made yet."""
    database = find(settings, report)
    if database is None or not is_practice(database):
        command = MAKING[settings.demo_library]
        raise StorageUnavailable(
            f"DEMO 已打开，但还没有练习数据库：请先运行 {command}。"
            f" DEMO is on, but there is no practice database yet: run `{command}` first"
        )
    return database


def refuse_practice(database: Database) -> Database:
    """Return a database that is served as the real one; raises ``StorageUnavailable`` for one of practice."""
    if is_practice(database):
        raise StorageUnavailable(
            "这是练习数据库，内容全部虚构：请设置 DEMO=true 后再启动，或改正 DATABASE_URL。"
            " This database holds practice data: set DEMO=true to serve it, or correct DATABASE_URL"
        )
    return database


def is_practice(database: Database) -> bool:
    """Return whether a database says of itself that it holds practice data."""
    with database.owning() as connection:
        known = connection.scalar(text("SELECT to_regclass('installation') IS NOT NULL"))
        return bool(known and connection.scalar(text("SELECT is_practice()")))


def marked(database: Database) -> bool:
    """Return, as anybody may ask, whether the pages are served from a practice database."""
    with database.reading() as connection:
        return bool(connection.scalar(text("SELECT is_practice()")))


def find(settings: Settings, report: Report | None = None) -> Database | None:
    """Return the database in the practice database's place, whatever it holds; None when there is none."""
    if not settings.database_url:
        cluster = Cluster(settings.data_dir, report=report, archive=settings.wal_archive)
        main = cluster.ensure()
        name = PRIVATE + SUFFIXES[settings.demo_library]
        if not _exists(make_url(main.owner), name):
            return None
        urls = cluster.urls(name)
        return Database(urls.app, urls.owner)
    url = make_url(settings.database_url)
    named = Database(settings.database_url)
    if is_practice(named):
        return named
    named.dispose()
    sibling = _sibling(url, SUFFIXES[settings.demo_library])
    return Database(_text(sibling)) if _exists(url, str(sibling.database)) else None


def create(settings: Settings, report: Report | None = None) -> Database:
    """Return the practice database, made empty when there is none.

    Raises ``BadValue`` when something else stands in its place, or the server does not let us make one.
    """
    database = find(settings, report)
    if database is None:
        database = _make(settings)
    elif not is_practice(database) and _holds_something(database):
        raise BadValue(f"{_refusal(database)}: nothing was changed. Rename that database, then try again")
    return database


def remove(settings: Settings) -> str | None:
    """Drop the practice database and return its name, None when there is none.

    Raises ``BadValue`` for a database that does not say of itself that it is one of practice.
    """
    database = find(settings)
    if database is None:
        return None
    name = str(database.owner.url.database)
    practice = is_practice(database)
    database.dispose()
    if not practice:
        raise BadValue(f"{_refusal(database)}: it was not removed")
    if not settings.database_url:
        Cluster(settings.data_dir).drop_database(name)
    elif make_url(settings.database_url).database == name:
        raise BadValue(
            f"DATABASE_URL names the practice database {name} itself: name another database of that server"
            " (such as postgres), then run this again; a connection cannot drop its own database"
        )
    else:
        _outside(settings.database_url, f'DROP DATABASE "{name}" WITH (FORCE)', name)
    return name


def _make(settings: Settings) -> Database:
    if not settings.database_url:
        urls = Cluster(settings.data_dir).create_database(PRIVATE + SUFFIXES[settings.demo_library])
        return Database(urls.app, urls.owner)
    url = _sibling(make_url(settings.database_url), SUFFIXES[settings.demo_library])
    name = str(url.database)
    _outside(settings.database_url, f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'", name)
    for extension in EXTENSIONS:
        _outside(_text(url), f"CREATE EXTENSION IF NOT EXISTS {extension}", name)
    return Database(_text(url))


def _sibling(url: URL, suffix: str) -> URL:
    """Return the address of the practice database beside the one of an address."""
    name = f"{url.database}{suffix}"
    if len(name.encode()) > LONGEST or '"' in name:
        raise BadValue(f"no practice database can stand beside {url.database!r}: its name is too long or odd")
    return url.set(database=name)


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _exists(url: URL, name: str) -> bool:
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            query = text("SELECT EXISTS (SELECT FROM pg_database WHERE datname = :name)")
            return bool(connection.scalar(query, {"name": name}))
    except SQLAlchemyError as error:
        raise StorageUnavailable(f"DATABASE_URL cannot be used: {first_line(error)}") from error
    finally:
        engine.dispose()


def _outside(url: str, statement: str, name: str) -> None:
    """Run a statement that may not stand in a transaction; what the server objects to becomes a sentence."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
    except SQLAlchemyError as error:
        raise BadValue(
            f"the database server refuses: {first_line(error)}. Ask its administrator to run"
            f' CREATE DATABASE "{name}" OWNER … with the extensions {", ".join(EXTENSIONS)}, then try again'
        ) from error
    finally:
        engine.dispose()


def _holds_something(database: Database) -> bool:
    with database.owning() as connection:
        return bool(connection.scalar(text("SELECT to_regclass('project') IS NOT NULL")))


def _refusal(database: Database) -> str:
    return f"database {database.owner.url.database} does not say that it holds practice data"
