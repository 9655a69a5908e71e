"""The folder of the server's Unix socket: short, private, and never one that somebody else prepared.

A socket's path may have 107 bytes at most (104 on macOS), so it cannot lie in the data folder.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from data.cluster.account import Account, is_root, user_name
from data.cluster.model import PORT, ClusterError
from data.cluster.places import short_hash

LONGEST = 103
SOCKET = f".s.PGSQL.{PORT}"


def socket_folder(data: Path, account: Account) -> Path:
    """Return the folder for the socket of this data folder, created and verified; ClusterError if unsafe."""
    name = f"atlas-{account.uid}-{short_hash(data)}"
    for parent in _parents(account):
        folder = parent / name
        if len(os.fsencode(folder / SOCKET)) <= LONGEST:
            _create(folder, account)
            return verified(folder, account)
    raise ClusterError("no folder for the database's socket: set XDG_RUNTIME_DIR to a short private folder")


def verified(folder: Path, account: Account) -> Path:
    """Return the folder, or raise ClusterError unless it is the server user's own and closed to others."""
    found = folder.lstat()
    safe = stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid and not found.st_mode & 0o077
    if safe:
        return folder
    msg = (
        f"{folder} is not safe for the database's socket (owner {user_name(found.st_uid)}, "
        f"mode {stat.filemode(found.st_mode)}; needed {account.name}, drwx------): "
        "somebody else may have made it; remove it, or set XDG_RUNTIME_DIR to a private folder"
    )
    raise ClusterError(msg)


def _parents(account: Account) -> Iterator[Path]:
    """Folders nobody else can rename our folder in: root's own, the user's own, and the sticky /tmp."""
    if is_root():
        own = [Path("/run")]
    else:
        told = os.environ.get("XDG_RUNTIME_DIR", "")
        own = [path for path in (Path(told), Path(f"/run/user/{account.uid}")) if path.is_absolute()]
    for path in own:
        if path.is_dir() and path.stat().st_uid == os.geteuid() and os.access(path, os.W_OK | os.X_OK):
            yield path
    yield Path("/tmp")  # noqa: S108 - sticky, and what is made there is verified


def _create(folder: Path, account: Account) -> None:
    """Make the folder for the server's user; an existing one is left for `verified` to judge."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        # Root may have been killed between making the folder and giving it away; nobody else makes such.
        if not (is_root() and folder.lstat().st_uid == 0 and not folder.is_symlink()):
            return
    account.give(folder)
