"""Bring a database to the current schema, as its owner, all migrations in one transaction."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from data.database import SCHEMA, first_line
from data.tables import Base
from projects.errors import StorageUnavailable

MIGRATIONS: Final = Path(__file__).parent / "migrations"
LOCK: Final = 7_305_116
"""Advisory lock key, so that two programs starting at once migrate one after the other."""


def upgrade(engine: Engine) -> str:
    """Apply all missing migrations and return the revision the database now has.

    Runs in one transaction under an advisory lock: a migration that fails half-way leaves nothing behind.
    Raises ``StorageUnavailable`` when the server refuses, or when the database is newer than this program.
    """
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            _make_schema(connection)
            command.upgrade(_config(connection), "head")
            return current(connection)
    except DBAPIError as error:
        raise StorageUnavailable(
            f"the database could not be brought to schema {head()}: {first_line(error)}. Nothing was changed"
        ) from error


def _make_schema(connection: Connection) -> None:
    """Make our schema where it is missing; refuse one that this program does not know."""
    if not connection.scalar(text("SELECT to_regnamespace(:name) IS NOT NULL"), {"name": SCHEMA}):
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
    present = current(connection)
    if present and present not in known():
        raise StorageUnavailable(
            f"the database has schema {present}, which is newer than this program ({head()}):"
            " update the program. Nothing was changed"
        )


def current(connection: Connection) -> str:
    """Return the revision a database is at, empty for a fresh one."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def head() -> str:
    """Return the newest revision this program knows."""
    return ScriptDirectory.from_config(_config(None)).get_current_head() or ""


def known() -> set[str]:
    """Return every revision this program knows."""
    return {script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()}


def new_revision(engine: Engine, message: str, revision: str) -> None:
    """Write a migration for what differs between the tables and a database (a developer's tool)."""
    with engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def differences(connection: Connection) -> list[object]:
    """Return what the tables declare and the database lacks, or the other way round (for a test)."""
    context = MigrationContext.configure(connection, opts={"include_object": _ours})
    return list(compare_metadata(context, Base.metadata))


def _ours(thing: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Leave out what PostGIS itself keeps in the database."""
    del thing, compare_to
    return not (kind == "table" and reflected and name in {"spatial_ref_sys", "alembic_version"})


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
