"""One program at a time: a lock between processes that the system releases when its holder dies."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.cluster.model import ClusterError, Report

PATIENCE = 300.0
"""Seconds to wait for another program; first set-up on an old disk takes under a minute."""


@contextmanager
def locked(path: Path, report: Report, seconds: float = PATIENCE) -> Iterator[None]:
    """Hold the lock file while inside; ClusterError when another program holds it for too long."""
    with path.open("a") as handle:
        _acquire(handle.fileno(), path, report, seconds)
        yield  # closing the file releases the lock


def _acquire(number: int, path: Path, report: Report, seconds: float) -> None:
    end = time.monotonic() + seconds
    told = False
    while not _try(number):
        if time.monotonic() > end:
            msg = f"another program has held {path} for {seconds:.0f} s: close it and try again"
            raise ClusterError(msg)
        if not told:
            report("another program is preparing the database, waiting for it")
        told = True
        time.sleep(0.05)


def _try(number: int) -> bool:
    import fcntl

    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
