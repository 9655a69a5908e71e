"""Turning what the system and the server say into one plain line."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.cluster.model import ClusterError

FULL_BYTES = 2 * 1024 * 1024
"""With less free space a server that died is taken to have died of it: its log could not grow either."""

_KNOWN = {
    "pre-existing shared memory block": "processes of an earlier server still hold the data folder",
    "incompatible with server": "the data folder was made by another PostgreSQL version",
    "Cannot allocate memory": "the computer is out of memory: close other programs and start again",
    "could not create shared memory": "no shared memory left: close other programs and start again",
}


def existing(path: Path) -> Path:
    """Return the path, or its nearest parent that exists."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def free_bytes(path: Path) -> int:
    """Bytes an ordinary user may still write on the disk that holds path."""
    return shutil.disk_usage(existing(path)).free


def disk_full(path: Path) -> ClusterError:
    """Return the error that says that the disk is full."""
    free = free_bytes(path) // 1_000_000
    return ClusterError(
        f"the disk that holds {path} is full ({free} MB free): free some space and start again; "
        "what was saved before is kept"
    )


def explain_exit(log: Path, said: str, data: Path) -> ClusterError:
    """Explain why the server ended while starting, from what it wrote to its log just now."""
    if "No space left on device" in said or free_bytes(data) < FULL_BYTES:
        return disk_full(data)
    for pattern, meaning in _KNOWN.items():
        if pattern in said:
            return ClusterError(f"the database did not start: {meaning} ({data}); details in {log}")
    return ClusterError(f"the database did not start: {_last_word(said)}; details in {log}")


def _last_word(said: str) -> str:
    """Return the last line of a log that names a fatal error, else its last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    fatal = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "error:" in line]
    return (fatal or lines or ["it said nothing"])[-1]


@contextmanager
def plain_errors(folder: Path) -> Iterator[None]:
    """Raise ClusterError in place of an OSError met while working on folder."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise disk_full(folder) from error
        where = error.filename or folder
        msg = (
            f"cannot use {where} for the database: {error.strerror or error}; run as the user that owns it, "
            "choose another data folder, or set DATABASE_URL"
        )
        raise ClusterError(msg) from error
