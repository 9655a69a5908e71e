"""One backup, whole or not at all: a dump and the rows it holds in one snapshot, then the files beside it."""

import errno
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from data import backup, migrate
from data.backups import contents, files, keeping, manifest, proving
from data.backups.contents import TableSum
from data.backups.files import Go
from data.backups.manifest import DUMP, FILES, Manifest, Proof, SavedFile
from data.backups.scratch import Scratch
from data.database import Database, first_line
from data.practice import is_practice
from data.rounds.weekly import office_now
from data.settings import Settings
from data.store import upkeep_runs
from data.version import version
from projects.errors import AtlasError, Busy, StorageUnavailable
from projects.work import JobStopped

_log = logging.getLogger(__name__)

LOCK: Final = 7_305_128
"""Advisory lock of whoever makes, proves or removes backups of a library."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is complete, and what came of proving it."""

    folder: Path
    manifest: Manifest
    proof: Proof | None


def make(
    database: Database,
    settings: Settings,
    scratch: Scratch | None,
    go: Go,
    due_at: datetime | None = None,
) -> Made | None:
    """Make a backup, prove it in a ``scratch`` database, and remove what is beyond ``BACKUP_KEEP``.

    None when ``due_at`` was answered by somebody else meanwhile. Raises ``Busy`` while another backup of
    this library is under way, ``StorageUnavailable`` and ``OSError`` when the server or the disk refuses;
    nothing of a failed one is left but its line in ``upkeep_run``.
    """
    place = settings.backups_dir
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone(database):
        keeping.clear_drafts(place)
        with database.owning() as connection:
            upkeep_runs.give_up_lost(connection, upkeep_runs.BACKUP)
            before = upkeep_runs.last_for(connection, upkeep_runs.BACKUP, due_at) if due_at else None
            if before and before.outcome == "done":
                return None
            key = upkeep_runs.begin(connection, upkeep_runs.BACKUP, due_at)
        folder, made = _recorded(database, settings, place, key, go)
        proof = proving.prove(folder, made, scratch, go) if scratch else None
        if proof:
            _note_proof(database, folder.name, proof)
        keeping.clear_away(place, settings.backup_keep)
        return Made(folder, made, proof)


def prove(database: Database, folder: Path, scratch: Scratch, go: Go) -> Proof:
    """Prove a backup anew and note what came of it; raises ``BadValue`` for a folder that is none."""
    made = manifest.read(folder)
    with alone(database):
        proof = proving.prove(folder, made, scratch, go)
        _note_proof(database, folder.name, proof)
    return proof


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """Keep others from making, proving or removing backups of this library; ``Busy`` when somebody does.

    The lock is held by a connection of its own and gone with it, whatever ends this program.
    """
    try:
        with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}):
                raise Busy("another backup of this library is under way: try again when it is done")
            try:
                yield
            finally:
                with suppress(SQLAlchemyError):
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
    except SQLAlchemyError as error:
        raise StorageUnavailable(f"the backup broke off: {first_line(error)}") from error


def _recorded(database: Database, settings: Settings, place: Path, key: int, go: Go) -> tuple[Path, Manifest]:
    """Make a backup and note in ``upkeep_run`` how that ended."""
    try:
        folder, made = _make(database, settings, place, go)
    except BaseException as error:
        ended = "lost" if isinstance(error, JobStopped | KeyboardInterrupt) else "failed"
        with suppress(StorageUnavailable), database.owning() as connection:
            upkeep_runs.finish(connection, key, ended, words=in_words(error))
        raise
    with database.owning() as connection:
        upkeep_runs.finish(connection, key, "done", name=folder.name, size_bytes=made.size_bytes)
    return folder, made


def in_words(error: BaseException) -> str:
    """Return why a backup failed, in one line."""
    if isinstance(error, OSError):
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        what = "the disk of the backups is full: make room" if full else str(error)
        return f"{what} ({error.filename})" if error.filename and full else what
    return str(error) if isinstance(error, AtlasError) else f"{type(error).__name__}: {error}"


def _make(database: Database, settings: Settings, place: Path, go: Go) -> tuple[Path, Manifest]:
    """Fill a draft beside the place and move it there in one step, its manifest written last."""
    draft = place / f"{keeping.MAKING}{office_now():%Y-%m-%dT%H%M%S}"
    try:
        draft.mkdir(mode=0o700)
        made = _filled(database, settings, draft, _previous(place), go)
        manifest.write(draft, made)
        folder = _free_name(place, draft.name.removeprefix(keeping.MAKING))
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    manifest.sync_folder(place)
    return folder, made


def _previous(place: Path) -> keeping.Backup | None:
    return next((one for one in keeping.listed(place) if one.manifest), None)


def _free_name(place: Path, name: str) -> Path:
    """Return a name that sorts behind all others, whatever the clock says."""
    newest = max((one.folder.name for one in keeping.listed(place)), default="")
    if name > newest:
        return place / name
    head, _, number = newest.partition("+")
    return place / f"{head}+{int(number or 0) + 1:03}"


def _filled(
    database: Database, settings: Settings, draft: Path, before: keeping.Backup | None, go: Go
) -> Manifest:
    practice = is_practice(database)
    made_at, schema, server, tables, dump = _dumped(database, draft / DUMP, go)
    known = before.manifest.files if before and before.manifest else {}
    old = before.folder / FILES if before else None
    saved = files.save(settings, draft / FILES, old, known, go)
    return Manifest(
        made_at=made_at, program=version(), schema=schema, server=server, practice=practice, dump=dump,
        tables=tables, files=saved,
    )  # fmt: skip


def _dumped(
    database: Database, path: Path, go: Go
) -> tuple[datetime, str, str, dict[str, TableSum], SavedFile]:
    """Write the dump, and sum up in the same snapshot what it holds."""
    with database.owning() as connection:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        made_at, server, snapshot = connection.execute(_BEGIN).one()
        backup.save(database, path, snapshot, go)
        tables = contents.sums(connection)
        schema = migrate.current(connection)
    state = path.stat()
    dump = SavedFile(state.st_size, state.st_mtime_ns, files.digest(path))
    return made_at, schema, server, tables, dump


def _note_proof(database: Database, name: str, proof: Proof) -> None:
    with database.owning() as connection:
        upkeep_runs.prove(connection, name, "" if proof.sound else proof.words)
    log = _log.info if proof.sound else _log.warning
    log("backup %s: %s", name, proof.words)


_BEGIN: Final = text("SELECT now(), current_setting('server_version'), pg_export_snapshot()")


def is_running(connection: Connection) -> bool:
    """Return whether somebody makes, proves or removes backups right now."""
    return not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": LOCK})
