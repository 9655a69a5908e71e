"""The files outside the database: copied into a backup, checked there, and put back.

A file that is as it was in the backup before (size, time and, read anew, SHA-256) is linked to that copy
and takes no room; a copy that went bad on the disk is not carried on. Nothing follows a symbolic link.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from data.backups.manifest import SavedFile
from data.settings import Settings

SHARED: Final = ("directories", "templates", "secret_key")
"""In the data folder, of the real library: own definitions, templates, the signing key."""
OWN: Final = ("attachments", "packs", "layers", "rounds", "uploads", "jobs")
"""In the folder of the library's files."""
LEFT_OUT: Final = ("practice", "backups", "before-restore")
"""Also there, and not part of a backup of the library."""
CHUNK: Final = 1 << 20

Go = Callable[[], None]
"""Called between files; raises to end the work."""


def places(settings: Settings) -> dict[str, Path]:
    """Return the first part of the path in a backup → where it lies; practice takes nothing shared along."""
    shared = {} if settings.demo else {name: settings.data_dir / name for name in SHARED}
    return shared | {name: settings.files_dir / name for name in OWN}


def save(
    settings: Settings, target: Path, before: Path | None, known: Mapping[str, SavedFile], go: Go
) -> dict[str, SavedFile]:
    """Copy every file into ``target``, return them by path; ``before`` and ``known`` are the last backup's.

    A file that is deleted meanwhile is left out: the rows of the dump are older than the files, and what
    the dump names but the folder lacks is told by the proof.
    """
    saved: dict[str, SavedFile] = {}
    for path, source in _all(places(settings)):
        go()
        old = before / path if before else None
        found = _save_one(source, target / path, old, known.get(path))
        if found:
            saved[path] = found
    return saved


def damage(folder: Path, files: Mapping[str, SavedFile], go: Go) -> list[str]:
    """Return what is wrong with the files of a backup, each read whole."""
    told: list[str] = []
    for path, expected in files.items():
        go()
        copy = folder / path
        if not copy.is_file():
            told.append(f"{path}: missing")
        elif digest(copy) != expected.sha256:
            told.append(f"{path}: damaged")
    return told


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def safe_path(path: str) -> bool:
    """Whether a path of a manifest stays in the folder: a backup may come from anywhere.

    >>> safe_path("attachments/ab/c.pdf"), safe_path("../x"), safe_path("/etc/x"), safe_path("other/x")
    (True, False, False, False)
    """
    parts = path.split("/")
    return parts[0] in (*SHARED, *OWN) and not any(p in ("", ".", "..") or "\0" in p for p in parts)


def _all(named: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    """Yield path in the backup and source of every plain file, in a steady order."""
    for name, place in named.items():
        if place.is_file() and not place.is_symlink():
            yield name, place
        elif place.is_dir():
            for folder, folders, inside in os.walk(place):
                folders.sort()
                for file in sorted(inside):
                    source = Path(folder, file)
                    if not source.is_symlink() and source.is_file():
                        yield f"{name}/{source.relative_to(place).as_posix()}", source


def _save_one(source: Path, target: Path, old: Path | None, known: SavedFile | None) -> SavedFile | None:
    """Link or copy one file; None when it is gone meanwhile."""
    try:
        state = source.stat()
    except FileNotFoundError:
        return None
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    same = known is not None and (known.size, known.modified_ns) == (state.st_size, state.st_mtime_ns)
    if same and known and old and old.is_file() and digest(old) == known.sha256 and _linked(old, target):
        return known
    return _copied(source, target)


def _linked(old: Path, target: Path) -> bool:
    """Link to the copy of the backup before; a disk without links gets a copy instead."""
    try:
        os.link(old, target)
    except OSError:
        return False
    return True


def _copied(source: Path, target: Path) -> SavedFile | None:
    """Copy a file through to the disk and return what was copied; None when it is gone meanwhile."""
    checksum, size = hashlib.sha256(), 0
    try:
        reading = source.open("rb")
    except FileNotFoundError:
        return None
    with reading, target.open("xb") as writing:
        modified = os.fstat(reading.fileno()).st_mtime_ns
        while piece := reading.read(CHUNK):
            checksum.update(piece)
            writing.write(piece)
            size += len(piece)
        writing.flush()
        os.fsync(writing.fileno())
    target.chmod(0o600)
    os.utime(target, ns=(modified, modified))
    return SavedFile(size, modified, checksum.hexdigest())


def room_for(files: Mapping[str, SavedFile], place: Path) -> int:
    """Return the bytes that are missing on the disk of ``place`` to hold the files; 0 when they fit."""
    needed = sum(file.size for file in files.values())
    return max(needed - shutil.disk_usage(place).free, 0)
