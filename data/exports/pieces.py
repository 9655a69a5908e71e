"""Small tools for streams: cutting into pieces, letting go of a source, a file that is whole or not there."""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

T = TypeVar("T")
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


def write_whole(pieces: Iterator[bytes], path: Path) -> int:
    """Write pieces to a file that appears under its name only when all of it is on the disk; return its size.

    The draft lies in the same folder, so that the last step is a rename. An existing file stays as it was
    until then, and after any failure (a full disk, a lost database, an interrupt) no draft is left.
    Raises ``OSError``.
    """
    draft = path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}.part")
    try:
        with released(pieces), draft.open("xb") as file:
            size = sum(file.write(piece) for piece in pieces)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    return size
