"""Files of the log: the rotating one when wished, and always a small one of what an administrator must see.

``notable.jsonl`` holds warnings, errors and slow queries of every process on this data folder; the status
page reads the last day from it, also when it was the database that failed. Two files of two megabytes.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final

FOLDER: Final = "logs"
NOTABLE: Final = "notable.jsonl"
OLDER: Final = "notable.1.jsonl"
LARGEST: Final = 2_000_000
"""Bytes after which the file of notable lines becomes the older one."""
KEPT_FILES, FILE_SIZE = 5, 10_000_000
PROCESSES: Final = 64


class Notable(logging.Handler):
    """Appends warnings and errors to one file that all processes share; a full disk costs the line only."""

    def __init__(self, folder: Path) -> None:
        super().__init__(logging.WARNING)
        self._folder = folder

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line."""
        try:
            line = self.format(record).encode("utf-8", "replace") + b"\n"
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _held(self._folder / NOTABLE) as file:
                os.write(file, line)
        except (OSError, ValueError):
            return


@contextmanager
def _held(path: Path) -> Iterator[int]:
    """Open the file for appending, alone; one that has grown large steps aside first."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file).st_size > LARGEST:
            with suppress(OSError):
                # Another process may have moved it between the opening and the lock.
                if path.stat().st_ino == os.fstat(file).st_ino:
                    path.replace(path.with_name(OLDER))
        yield file
    finally:
        os.close(file)


def notable(data_dir: Path, since: datetime, limit: int = 500) -> list[dict[str, Any]]:
    """Return the notable lines since a time, the newest first; a line that is damaged is passed over."""
    found: list[dict[str, Any]] = []
    for name in (NOTABLE, OLDER):
        try:
            lines = (data_dir / FOLDER / name).read_bytes().splitlines()
        except OSError:
            continue
        for line in reversed(lines):
            entry = _read(line)
            if entry is None:
                continue
            if len(found) >= limit or entry["time"] < since:
                return found
            found.append(entry)
    return found


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
        entry["time"] = datetime.fromisoformat(entry["time"])
    except (ValueError, TypeError, KeyError):
        return None
    return entry if isinstance(entry, dict) else None


def rotating(folder: Path, program: str) -> logging.Handler:
    """Return the handler of this process's own file, ``app-1.log`` for the first app; raises ``OSError``.

    Two processes never rotate one file: each holds the lock of its number while it lives.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in range(1, PROCESSES + 1):
        lock = os.open(folder / f"{program}-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        return _Own(folder / f"{program}-{number}.log", lock)
    raise OSError(f"{PROCESSES} processes write logs in {folder} already")


class _Own(RotatingFileHandler):
    """A rotating file with the lock that keeps others off it."""

    def __init__(self, path: Path, lock: int) -> None:
        super().__init__(path, maxBytes=FILE_SIZE, backupCount=KEPT_FILES, encoding="utf-8", delay=True)
        self._lock_file = lock

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is the library's
        """Lose the line, not the request, when the disk is full."""

    def close(self) -> None:
        """Close the file and let the number go."""
        super().close()
        if self._lock_file >= 0:
            os.close(self._lock_file)
            self._lock_file = -1
