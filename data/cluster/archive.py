"""The archive of the private server's log: each finished piece is kept, so that any moment can come back.

A piece is packed, written through to the disk under another name and moved into place; one that is there
already is never written over: the same content counts as kept, another is refused, and the server keeps
the piece and tries again.

Layout: ``wal/`` the pieces, ``bases/<time>/`` the base copies with ``base.json`` written last.
"""

import gzip
import json
import os
import re
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from data.cluster.account import Account, may_enter, run_as
from data.cluster.binaries import Binaries
from data.cluster.connect import Address
from data.cluster.model import ADMIN, PORT, ClusterError

PIECES: Final = "wal"
BASES: Final = "bases"
NOTE: Final = "base.json"
DRAFT: Final = ".making-"
TIMEOUT_S: Final = 600
"""A piece that has anything in it is finished and kept after so long at the latest."""
BASE_SECONDS: Final = 6 * 3600.0
_PIECE: Final = re.compile(r"([0-9A-F]{8})([0-9A-F]{16})(?:\..*)?\.gz")


@dataclass(frozen=True, slots=True)
class BaseCopy:
    """A copy of the whole server; every moment after ``finished_at`` is reached from it with the log."""

    folder: Path
    finished_at: datetime
    major: int
    first_piece: str
    """The piece of the log that the copy begins in."""
    size_bytes: int


def settings_for(archive: Path) -> dict[str, str]:
    """Return the server's settings that keep its log in the archive."""
    return {
        "wal_level": "replica",
        "archive_mode": "on",
        "archive_timeout": str(TIMEOUT_S),
        "archive_command": archive_command(archive),
    }


def archive_command(archive: Path) -> str:
    """Return the shell command that keeps a piece (``%p`` its path, ``%f`` its name); 0 when it is safe."""
    place = shlex.quote(str(archive / PIECES))
    kept, draft = f"{place}/%f.gz", f"{place}/.%f.part"
    return (
        f"if [ -e {kept} ]; then gzip -dc {kept} | cmp -s - %p;"
        f" else gzip -nc %p > {draft} && sync {draft} && mv -n {draft} {kept} && [ ! -e {draft} ]"
        f" && sync {place}; fi"
    )


def restore_command(archive: Path, old: Path) -> str:
    """Return the shell command that fetches a piece, if need be from the former server's own log."""
    kept, left = shlex.quote(str(archive / PIECES)), shlex.quote(str(old / "pg_wal"))
    return f"if [ -e {kept}/%f.gz ]; then gzip -dc {kept}/%f.gz > %p; else cp {left}/%f %p; fi"


def prepare(archive: Path, account: Account) -> None:
    """Make the folders of the archive, closed to others; ClusterError when the server cannot enter."""
    archive.mkdir(parents=True, exist_ok=True, mode=0o755)
    for name in (PIECES, BASES):
        folder = archive / name
        if not folder.exists():
            folder.mkdir(mode=0o700)
            account.give(folder)
    if not may_enter(account, archive / PIECES):
        raise ClusterError(
            f"user {account.name} cannot reach {archive / PIECES}: chmod o+x its parent folders, or choose"
            " another WAL_ARCHIVE"
        )


def copies(archive: Path) -> list[BaseCopy]:
    """Return the base copies, the oldest first; one that is not complete is none."""
    found = []
    for folder in (archive / BASES).glob("[0-9]*"):
        try:
            stored: dict[str, Any] = json.loads((folder / NOTE).read_text(encoding="utf-8"))
            stored["finished_at"] = datetime.fromisoformat(stored["finished_at"])
            found.append(BaseCopy(folder, **stored))
        except (OSError, ValueError, TypeError, KeyError):
            continue
    return sorted(found, key=lambda one: one.finished_at)


def make_copy(archive: Path, address: Address, binaries: Binaries, account: Account) -> BaseCopy:
    """Copy the whole running server into the archive; a failure leaves nothing but the error."""
    for left in (archive / BASES).glob(f"{DRAFT}*"):
        shutil.rmtree(left)
    first, began = _row(address, "SELECT pg_walfile_name(pg_current_wal_lsn()), clock_timestamp()")
    folder = archive / BASES / f"{began:%Y-%m-%dT%H%M%S%f}"
    draft = folder.with_name(DRAFT + folder.name)
    command = [binaries["pg_basebackup"], f"--pgdata={draft}", "--format=tar", "--gzip", "--wal-method=fetch"]
    reach = [f"--host={address.socket}", f"--port={PORT}", f"--username={ADMIN}", "--no-password"]
    try:
        done = run_as(account, [*command, *reach, "--checkpoint=fast"], BASE_SECONDS)
        if done.returncode:
            raise ClusterError(f"no base copy could be made: {done.stdout.strip().splitlines()[-1:]}")
        (finished,) = _row(address, "SELECT clock_timestamp()")
        size = sum(file.stat().st_size for file in draft.iterdir())
        made = BaseCopy(folder, finished, binaries.major, str(first), size)
        _write_note(draft / NOTE, made)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return made


def forget(archive: Path, keep: int) -> int:
    """Remove all but the newest copies, and the pieces that none of these needs; return how many went."""
    found = copies(archive)
    kept = found[-keep:]
    for copy in found[:-keep]:
        aside = copy.folder.with_name(DRAFT + copy.folder.name)
        copy.folder.rename(aside)
        shutil.rmtree(aside)
    if not kept:
        return 0
    oldest = min(copy.first_piece[8:24] for copy in kept)
    gone = [p for p in (archive / PIECES).iterdir() if (m := _PIECE.fullmatch(p.name)) and m[2] < oldest]
    for piece in gone:
        piece.unlink()
    return len(gone) + len(found) - len(kept)


def keep_histories(archive: Path, data: Path, account: Account) -> None:
    """Keep the notes of a recovered server on which line of time it is; later recoveries need them."""
    for history in (data / "pg_wal").glob("*.history"):
        kept = archive / PIECES / f"{history.name}.gz"
        if not kept.exists():
            draft = kept.with_name(f".{history.name}.part")
            with gzip.open(draft, "wb") as packed:
                packed.write(history.read_bytes())
            account.give(draft)
            draft.replace(kept)


def _write_note(path: Path, made: BaseCopy) -> None:
    stored: Mapping[str, Any] = asdict(made) | {"finished_at": made.finished_at.isoformat()}
    with path.open("w", encoding="utf-8") as handle:
        json.dump({name: value for name, value in stored.items() if name != "folder"}, handle)
        handle.flush()
        os.fsync(handle.fileno())


def _row(address: Address, query: str) -> tuple[Any, ...]:
    with address.connect() as connection:
        row = connection.execute(query.encode()).fetchone()
    if row is None:
        raise ClusterError("the database gave no answer: try again")
    return row
