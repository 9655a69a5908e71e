"""Small tools for streams: cutting into pieces, letting go of a source, a file that is whole or not there."""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

T = TypeVar("T")
PART: Final = ".part"
"""Ending of a file that is not whole yet."""
CHUNK: Final = 1 << 15
"""Bytes of one piece of a finished file."""


def batches(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """Yield the items in tuples of ``size``, the last one shorter.

    >>> list(batches("abc", 2))
    [('a', 'b'), ('c',)]
    """
    source = iter(items)
    while batch := tuple(islice(source, size)):
        yield batch


@contextmanager
def released(items: Iterator[T]) -> Iterator[Iterator[T]]:
    """Close a generator at the end, whatever happens, so that its connection goes back to the pool."""
    try:
        yield items
    finally:
        close = getattr(items, "close", None)
        if close is not None:
            close()


def chunks_of(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a finished file."""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def write_whole(pieces: Iterator[bytes], path: Path, *, private: bool = False) -> int:
    """Write pieces to a file that appears under its name only when all of it is on the disk; return its size.

    The draft lies in the same folder, so that the last step is a rename. An existing file stays as it was
    until then, and after any failure (a full disk, a lost database, an interrupt) no draft is left; what a
    killed program leaves ends in ``PART``. It outlives a power cut from here on; ``private``: nobody but this
    user reads it. Raises ``OSError``.
    """
    draft = path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}{PART}")
    try:
        with released(pieces), open(draft, "xb", opener=_private if private else None) as file:
            size = sum(file.write(piece) for piece in pieces)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    return size


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def sync_folder(folder: Path) -> None:
    """Put a folder's names on the disk: a file moved there is then found again after a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clear_drafts(place: Path, oldest: float) -> int:
    """Remove the drafts below a folder that killed programs left before ``oldest`` (seconds since 1970)."""
    gone = [file for file in place.rglob(f".*{PART}") if file.stat().st_mtime < oldest]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)
