"""Saving the library to one file and putting it back, whole or not at all, with PostgreSQL's own tools."""

import os
import subprocess
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Engine, text

from data import migrate
from data.cluster.binaries import choose, installed
from data.database import SCHEMA, Database
from projects.errors import BadValue, StorageUnavailable

MAGIC: Final = b"PGDMP"


def save(database: Database, path: Path) -> int:
    """Write a backup (PostgreSQL custom format) and return its size in bytes; a failure leaves no half file."""
    partial = path.with_name(path.name + ".part")
    try:
        _run("pg_dump", ["--format=custom", f"--schema={SCHEMA}", "--no-owner", f"--file={partial}"], database.owner)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path.stat().st_size


def put_back(database: Database, path: Path) -> None:
    """Replace the present library by a backup; on any error the present one stays as it was.

    The backup is first restored beside the present schema under its own name in one transaction, then brought to
    the present version by the migrations. Raises ``BadValue`` for a file that is no backup.
    """
    if not path.is_file():
        raise BadValue(f"{path} is not a file")
    with path.open("rb") as handle:
        if handle.read(len(MAGIC)) != MAGIC:
            raise BadValue(f"{path} is no backup of this program (made by `python -m data backup --out FILE`)")
    aside = f"{SCHEMA}_before_restore"
    _rename(database, SCHEMA, aside)
    try:
        _run("pg_restore", ["--no-owner", "--single-transaction", "--exit-on-error", f"--dbname={_name(database)}",
                            str(path)], database.owner)
        migrate.upgrade(database.owner)
    except Exception:
        _drop(database, SCHEMA)
        _rename(database, aside, SCHEMA)
        raise
    _drop(database, aside)


def _rename(database: Database, old: str, new: str) -> None:
    with database.owning() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {new} CASCADE"))
        connection.execute(text(f"ALTER SCHEMA {old} RENAME TO {new}"))


def _drop(database: Database, schema: str) -> None:
    with database.owning() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))


def _name(database: Database) -> str:
    return str(database.owner.url.database)


def _run(program: str, arguments: list[str], engine: Engine) -> None:
    """Run a PostgreSQL program against the database of an engine; its last line becomes the error."""
    done = subprocess.run([choose(installed(), None, Path())[program], *arguments], env=_environment(engine.url),  # noqa: S603
                          capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise StorageUnavailable(f"{program} failed: {last}. Nothing was changed; check the disk and the server")


def _environment(url: URL) -> dict[str, str]:
    """Return the environment in which libpq reaches the same database; a password never stands in arguments."""
    given = {"PGHOST": url.host or str(url.query.get("host", "")), "PGPORT": str(url.port or ""),
             "PGUSER": url.username or "", "PGPASSWORD": str(url.password or ""), "PGDATABASE": url.database or ""}
    return {**os.environ, **{name: value for name, value in given.items() if value}}
