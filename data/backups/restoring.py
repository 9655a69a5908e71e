"""A backup put back in place of the library, its files with it.

All is checked before anything is touched. The files are laid ready beside the present ones, then the
database changes hands in its own way (``data.backup``), then the folders are exchanged by renaming. A
restoration that is cut off between the two is finished by ``settle`` at the next start: the restored
database carries the mark of the files that belong to it.
"""

import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from data import backup
from data.backups import files, keeping, making, manifest, proving
from data.backups.files import SHARED
from data.backups.manifest import DUMP, FILES, Manifest, SavedFile
from data.database import Database
from data.migrate import known
from data.rounds.weekly import office_now
from data.settings import Settings
from data.store import loaded
from projects.errors import BadValue, Busy

STAGE: Final = ".restoring"
MARK: Final = "mark"
ASIDE: Final = "before-restore"
"""Folder that keeps the files which a restoration took the place of."""
KEY: Final = "secret_key"


def put_back(database: Database, settings: Settings, folder: Path) -> Path | None:
    """Replace the library and its files by a backup; return where the files that were there are now.

    On any error the present library and its files stay as they are. Raises ``BadValue`` for a backup that
    is damaged, comes from a newer version, or is practice data in place of a real library (or the other
    way round).
    """
    made = manifest.read(folder)
    _refuse(folder, made)
    with making.alone(database):
        _settled(database, settings)
        mark = f"{folder.name} {secrets.token_hex(8)}"
        stage = _laid_ready(settings, folder / FILES, made.files, mark)
        try:
            backup.put_back(database, folder / DUMP, mark)
        except BaseException:
            if _mark(database) != mark:
                shutil.rmtree(stage, ignore_errors=True)
            raise
        return _settled(database, settings)


def settle(database: Database, settings: Settings) -> Path | None:
    """Finish or forget, at a start, a restoration that was cut off; one that is under way is left alone."""
    if not (settings.files_dir / STAGE).is_dir():
        return None
    try:
        with making.alone(database):
            return _settled(database, settings)
    except Busy:
        return None


def _settled(database: Database, settings: Settings) -> Path | None:
    """Finish the exchange of files of a restoration that was cut off, or forget one that never took place.

    Returns where the files that were there before are now, None where there was nothing to exchange.
    """
    stage = settings.files_dir / STAGE
    if not stage.is_dir():
        return None
    note = stage / MARK
    wanted = note.read_text(encoding="utf-8").strip() if note.is_file() else ""
    aside = None
    if wanted and wanted == _mark(database):
        aside = _exchanged(settings, stage)
    shutil.rmtree(stage)
    return aside


def _mark(database: Database) -> str:
    """Return the mark of the restoration that the library came from, if it came from one."""
    with database.owning() as connection:
        return loaded.version_of(connection, "restored") if loaded.stands(connection) else ""


def _refuse(folder: Path, made: Manifest) -> None:
    """Refuse a newer or damaged backup before anything is touched."""
    if made.schema not in known():
        raise BadValue(
            f"{folder} comes from version {made.program} (schema {made.schema}), which is newer than this"
            " program: update the program first. Nothing was changed"
        )
    if wrong := proving.damage(folder, made, lambda: None):
        raise BadValue(
            f"{folder} is damaged: {'; '.join(wrong[:3])}. Nothing was changed; take another backup"
        )


def _laid_ready(settings: Settings, source: Path, saved: Mapping[str, SavedFile], mark: str) -> Path:
    """Copy the files of a backup beside the present ones, the mark last; a failure leaves nothing."""
    stage = settings.files_dir / STAGE
    settings.files_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if short := files.room_for(saved, settings.files_dir):
        raise BadValue(
            f"the disk of {settings.files_dir} lacks {short // 1_000_000 + 1} MB for the files of the backup:"
            " make room first. Nothing was changed"
        )
    try:
        stage.mkdir(mode=0o700)
        for path in saved:
            target = stage / FILES / path
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy2(source / path, target)
        manifest.write_safely(stage / MARK, mark)
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise
    return stage


def _exchanged(settings: Settings, stage: Path) -> Path:
    """Put the laid-out folders in the place of the present ones, which step aside; may be repeated."""
    aside = settings.files_dir / ASIDE / f"{office_now():%Y-%m-%dT%H%M%S}"
    aside.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, place in files.places(settings).items():
        ready = stage / FILES / name
        if name == KEY and place.exists():
            continue  # the key of this machine stays: links signed with it are good for minutes only
        if name in SHARED and not ready.exists():
            continue  # a backup of practice, or of an office without own definitions
        if (stage / f"done-{name}").exists():
            continue
        if place.exists():
            place.rename(aside / name)
        if ready.exists():
            ready.rename(place)
        (stage / f"done-{name}").touch()
    return aside


def fetch_attached(database: Database, settings: Settings) -> list[str]:
    """Fetch from the backups the attached files that rows name and the folder lacks; return what was done.

    After a return to a moment the rows may name files that were removed since. A file goes by its
    SHA-256: it is the right one in whichever backup it lies.
    """
    told: list[str] = []
    with database.owning() as connection:
        wanted = proving.attached(connection)
    for path, name in wanted.items():
        target = settings.files_dir / path
        if not target.is_file():
            found = _found(settings, path)
            told.append(f"attached file {name}: {'fetched from a backup' if found else 'in no backup'}")
            if found:
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                shutil.copyfile(found, target)
    return told


def _found(settings: Settings, path: str) -> Path | None:
    """Return an undamaged copy of an attached file, whose name is its SHA-256."""
    copies = (one.folder / FILES / path for one in keeping.listed(settings.backups_dir))
    return next((c for c in copies if c.is_file() and files.digest(c) == c.name), None)
