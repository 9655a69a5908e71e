"""A random key kept in a file that only its owner can read."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

MINIMUM_LENGTH = 32
"""Characters of a key; shorter ones are refused."""


def read_or_create(path: Path) -> str:
    """Return the key in `path`, making it (mode 0600) when there is none.

    Two processes that start at once end with the same key: the file is written whole under another name
    and linked into place, which only the first one can do. Raises `OSError` when the folder is not writable
    or the file holds no usable key: signing with an empty one would let anybody sign.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _place(path, secrets.token_hex(32))
    key = path.read_text("utf-8").strip()
    if len(key) < MINIMUM_LENGTH:
        raise OSError(f"{path} holds no usable key; delete the file and start again, a new one is made")
    return key


def _place(path: Path, key: str) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
