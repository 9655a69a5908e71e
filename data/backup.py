"""Saving the library to one file and putting it back, whole or not at all, with PostgreSQL's own tools."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from sqlalchemy import URL, Connection, Engine, text

from data import migrate
from data.cluster.binaries import Binaries, choose, installed
from data.database import SCHEMA, Database
from data.practice import is_practice
from data.store import loaded, packs, tokens, upkeep_runs
from projects.errors import BadValue, StorageUnavailable

MAGIC: Final = b"PGDMP"
ASIDE: Final = f"{SCHEMA}_before_restore"
APP_ROLE_SQL: Final = migrate.MIGRATIONS / "sql" / "app_role.sql"
CHUNK: Final = 1 << 20
LOOK_EVERY_S: Final = 0.2
"""How soon a program that runs long is ended when this one is asked to stop."""

Go = Callable[[], None]
"""Called again and again; raises to end the work."""


def _on() -> None:
    """Let the work go on."""


def save(database: Database, path: Path, snapshot: str = "", go: Go = _on) -> int:
    """Write a backup (PostgreSQL custom format) and return its size in bytes; a failure leaves no half file.

    ``snapshot``: one that another connection has exported, so that both see the same rows. Raises
    ``BadValue`` for a folder that is not there, ``StorageUnavailable`` when the server or disk refuses.
    """
    if not path.parent.is_dir():
        raise BadValue(
            f"{path.parent} is not a folder: make it first, or choose another place for the backup"
        )
    programs = _programs(database)
    partial = path.with_name(path.name + ".part")
    try:
        command = [programs["pg_dump"], "--format=custom", f"--schema={SCHEMA}", "--no-owner"]
        command += [f"--snapshot={snapshot}"] if snapshot else []
        if failure := _run([*command, f"--file={partial}"], database.owner, go):
            raise StorageUnavailable(f"pg_dump failed: {failure}. No backup was written")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path.stat().st_size


def put_back(database: Database, path: Path, mark: str = "") -> None:
    """Replace the present library by a backup; on any error the present one stays as it was.

    ``mark`` is kept in the restored library and says which restoring it came from (else the file's name).

    In one transaction the present schema steps aside and the backup takes its place; then the migrations
    bring it to this version, and only then is the old one dropped. Works on an empty database too. Raises
    ``BadValue`` for a file that is no backup, is damaged or comes from a newer version, and for practice data
    that would take the place of a real library, or the other way round.
    """
    _check(path)
    programs = _programs(database)
    with database.owning() as connection:
        connection.exec_driver_sql(APP_ROLE_SQL.read_text(encoding="utf-8").replace("%", "%%"))
        stands = bool(connection.scalar(text("SELECT to_regnamespace(:name) IS NOT NULL"), {"name": SCHEMA}))
    practised = is_practice(database)
    _replay(programs, database.owner, path, stands)
    try:
        migrate.upgrade(database.owner)
        if stands and is_practice(database) is not practised:
            raise BadValue(f"{path}: {_KINDS[practised]}. The present library is as it was")
    except BaseException:
        _undo(database, stands)
        raise
    with database.owning() as connection:
        _begin_anew(connection, mark or path.name)
        _drop(connection, ASIDE)


def begin_anew(database: Database, mark: str) -> None:
    """Close what was open at the moment to which a library was put back."""
    with database.owning() as connection:
        _begin_anew(connection, mark)


def fill(database: Database, path: Path) -> None:
    """Put a dump as it is, of whatever version, into a database that holds nothing of ours.

    Raises ``BadValue`` for a file that is no backup or is damaged.
    """
    _check(path)
    _replay(_programs(database), database.owner, path, stands=False)


_KINDS: Final = {
    True: "a real library does not go into the practice database: restore it without DEMO",
    False: "this backup holds practice data and does not take the place of a real library: set DEMO=true",
}
"""Why a backup is refused, by whether the database is one of practice."""


def _begin_anew(connection: Connection, name: str) -> None:
    """Close what was open when the backup was made.

    Nobody's old session, token or link to a pack lives again: the backup does not know which were revoked
    since. Caches see another library: marks of edits are numbers of transactions, which another server counts
    differently, so they go and the restoring itself is the mark.
    """
    connection.execute(text("UPDATE account_session SET revoked_at = now() WHERE revoked_at IS NULL"))
    connection.execute(text("DELETE FROM edit_mark"))
    packs.end_links(connection)
    tokens.end_all(connection)
    upkeep_runs.take_over(connection, ASIDE)
    for kind in (upkeep_runs.BACKUP, upkeep_runs.BASE):
        upkeep_runs.give_up_lost(connection, kind)
    loaded.mark(connection, "restored", name, {})


CLOSING: Final = f"""
DO $$ BEGIN
    IF to_regclass('{SCHEMA}.account_session') IS NOT NULL THEN
        UPDATE {SCHEMA}.account_session SET revoked_at = now() WHERE revoked_at IS NULL;
    END IF;
END $$;
COMMIT;
"""  # noqa: S608 - the name of our own schema
"""The end of a restoration's transaction: nobody's old session lives again, even when all ends right here."""


def _check(path: Path) -> None:
    if not path.is_file():
        raise BadValue(f"{path} is not a file")
    with path.open("rb") as handle:
        if handle.read(len(MAGIC)) != MAGIC:
            raise BadValue(
                f"{path} is no backup of this program (made by `python -m data backup --out FILE`)"
            )


def _replay(programs: Binaries, engine: Engine, path: Path, stands: bool) -> None:
    """Run the backup as one transaction; the server undoes it all when the last word, COMMIT, never comes."""
    before = f"BEGIN;\nDROP SCHEMA IF EXISTS {ASIDE} CASCADE;\n"
    before += f"ALTER SCHEMA {SCHEMA} RENAME TO {ASIDE};\n" if stands else ""
    psql = [
        programs["psql"],
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        "--file=-",
        f"--dbname={_dsn(engine)}",
    ]
    with tempfile.TemporaryFile() as said, _child(psql, engine, said) as client:
        damage = _feed(client, [programs["pg_restore"], "--no-owner", "--file=-", str(path)], before)
        if damage:
            client.kill()
        elif client.wait():
            damage = _told(said)
    if damage:
        raise BadValue(f"{path} could not be restored: {damage}. The present library is as it was")


def _feed(client: subprocess.Popen[bytes], restore: list[str], before: str) -> str:
    """Send the backup's script to the client and end its transaction.

    Return what is wrong with the file, if so.
    """
    assert client.stdin is not None  # noqa: S101 - opened as a pipe
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(restore, stdout=subprocess.PIPE, stderr=said) as script,  # noqa: S603
    ):
        assert script.stdout is not None  # noqa: S101
        try:
            client.stdin.write(before.encode())
            while piece := script.stdout.read(CHUNK):
                client.stdin.write(piece)
        except BrokenPipeError:  # the client has stopped at an error and says so itself
            script.kill()
            return ""
        if script.wait():
            return _told(said)
    try:
        client.stdin.write(CLOSING.encode())
        client.stdin.close()
    except BrokenPipeError:
        return ""
    return ""


@contextmanager
def _child(command: list[str], engine: Engine, said: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program that is fed through a pipe and never outlives its use."""
    child = subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=said,
        env=_environment(engine.url),
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        if child.stdin:
            with suppress(BrokenPipeError):
                child.stdin.close()


def _undo(database: Database, stands: bool) -> None:
    with database.owning() as connection:
        _drop(connection, SCHEMA)
        if stands:
            connection.execute(text(f"ALTER SCHEMA {ASIDE} RENAME TO {SCHEMA}"))


def _drop(connection: Connection, schema: str) -> None:
    connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))


def _programs(database: Database) -> Binaries:
    """Return PostgreSQL's programs, in the server's own version where that is installed, else the newest."""
    with database.owning() as connection:
        major = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10000
    found = installed()
    return next((b for b in found if b.major == major), None) or choose(found, None, Path())


def _run(command: list[str], engine: Engine, go: Go) -> str:
    """Run a program to its end, or until ``go`` raises; return its complaint, empty when it is done."""
    with (
        tempfile.TemporaryFile() as said,
        _child([*command, f"--dbname={_dsn(engine)}"], engine, said) as child,
    ):
        while True:
            go()
            with suppress(subprocess.TimeoutExpired):
                return _told(said) if child.wait(LOOK_EVERY_S) else ""


def _told(said: IO[bytes]) -> str:
    said.seek(0)
    return _complaint(said.read().decode(errors="replace"))


def _complaint(said: str) -> str:
    """Return the first line in which a program names an error."""
    lines = said.strip().splitlines() or ["no message"]
    return next((line for line in lines if "error" in line.lower()), lines[0])


def _dsn(engine: Engine) -> str:
    """Return the same address for libpq.

    The password goes another way, arguments can be read by everybody.
    """
    url = engine.url
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return bare.render_as_string(hide_password=False)


def _environment(url: URL) -> dict[str, str]:
    return {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
