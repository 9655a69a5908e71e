"""Putting the private server back to a moment: a base copy, the log up to then, and only then the exchange.

The recovered server is brought up beside the present one, which goes on unharmed until the new one has
reached the moment. The exchange is two renamings with a note before them, so that one cut off between the
two is finished at the next start; the former data stay in ``pgdata.before-…``.
"""

import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import psycopg

from data.cluster import archive, process, sockets
from data.cluster.account import Account, run_as, server_account
from data.cluster.archive import BaseCopy
from data.cluster.binaries import choose, installed
from data.cluster.connect import Address
from data.cluster.errors import free_bytes
from data.cluster.model import ClusterError, Report
from data.cluster.places import FALLBACK, NOTE, Place, choose_place, short_hash
from data.cluster.server import STOP_SECONDS, Server

EXCHANGE: Final = "pgdata.exchange"
DRAFT: Final = "recover-"
BEFORE: Final = "pgdata.before-"
REPLAY_SECONDS: Final = 12 * 3600.0
UNPACK_SECONDS: Final = 6 * 3600.0
_LAST: Final = re.compile(r"last completed transaction was at log time (\S+ \S+)")


@dataclass(frozen=True)
class _Plan:
    """What one recovery works with."""

    place: Place
    account: Account
    base: BaseCopy
    archive: Path
    at: datetime
    extra: Mapping[str, str]
    report: Report

    @property
    def draft(self) -> Place:
        """Where the recovered server comes up."""
        folder = self.place.base / f"{DRAFT}{self.base.folder.name}"
        return Place(folder, folder)


def recover(folder: Path, kept: Path, at: datetime, extra: Mapping[str, str], report: Report) -> Path:
    """Bring the server's data back to a moment and return where the former data are; holding the lock.

    Raises ClusterError when no base copy is older than the moment, when the archived log does not reach
    it, or when the disk is too small; then the present data are as they were.
    """
    place = choose_place(folder)
    account = server_account(place.data)
    plan = _Plan(place, account, _base(kept, at), kept, at, extra, report)
    _clear(plan)
    _mark_the_end(plan)
    try:
        _unpack(plan)
        _replay(plan)
        return _exchange(plan)
    finally:
        shutil.rmtree(plan.draft.folder, ignore_errors=True)


def finish_exchange(folder: Path) -> None:
    """Finish an exchange that was cut off between its two steps; call it holding the lock, before a start."""
    noted = folder / NOTE
    bases = [folder, FALLBACK / short_hash(folder)]
    bases += [Path(noted.read_text(encoding="utf-8").strip())] if noted.exists() else []
    for base in bases:
        note = base / EXCHANGE
        if note.is_file():
            draft = base / note.read_text(encoding="utf-8").strip()
            if not (base / "pgdata").exists() and (draft / "PG_VERSION").is_file():
                draft.rename(base / "pgdata")
            note.unlink()


def _base(kept: Path, at: datetime) -> BaseCopy:
    found = archive.copies(kept)
    fit = [copy for copy in found if copy.finished_at <= at]
    if fit:
        return fit[-1]
    earliest = (
        f"the earliest moment is {found[0].finished_at:%Y-%m-%d %H:%M:%S %z}" if found else "there is none"
    )
    raise ClusterError(f"no base copy in {kept} is older than {at:%Y-%m-%d %H:%M:%S %z}: {earliest}")


def _clear(plan: _Plan) -> None:
    for left in plan.place.base.glob(f"{DRAFT}*"):
        if living := process.running(left / "pgdata"):
            process.end(living, left / "pgdata", "immediate", STOP_SECONDS)
        shutil.rmtree(left)
    needed = 4 * plan.base.size_bytes
    if free_bytes(plan.place.base) < needed:
        raise ClusterError(
            f"the disk of {plan.place.base} needs about {needed // 1_000_000} MB for the recovery: make room"
            " first. Nothing was changed"
        )


def _mark_the_end(plan: _Plan) -> None:
    """Let the log of the living server go past the moment, so that it is known to be complete up to it."""
    living = process.running(plan.place.data)
    if living and living.socket:
        address = Address(living.socket, plan.account.name)
        with suppress(psycopg.Error), address.connect() as connection:
            connection.execute("SELECT pg_current_xact_id()")
            connection.execute("SELECT pg_switch_wal()")


def _unpack(plan: _Plan) -> None:
    plan.report(f"unpacking the copy of {plan.base.finished_at:%Y-%m-%d %H:%M:%S %z}")
    data = plan.draft.data
    data.parent.mkdir(mode=0o755)
    plan.draft.folder.chmod(0o755)
    data.mkdir(mode=0o700)
    plan.account.give(data)
    packed = plan.base.folder / "base.tar.gz"
    done = run_as(plan.account, ["tar", "-xzf", str(packed), "-C", str(data)], UNPACK_SECONDS)
    if done.returncode:
        raise ClusterError(
            f"{packed} could not be unpacked: {done.stdout.strip()[:200]}. Nothing was changed"
        )
    signal = data / "recovery.signal"
    signal.touch(mode=0o600)
    plan.account.give(signal)


def _replay(plan: _Plan) -> None:
    """Start the copy, wait until it has reached the moment and stands by itself, and stop it cleanly."""
    plan.report(f"replaying the log up to {plan.at:%Y-%m-%d %H:%M:%S %z}")
    settings = {
        **plan.extra,
        "archive_mode": "off",
        "hot_standby": "off",
        "restore_command": archive.restore_command(plan.archive, plan.place.data),
        "recovery_target_time": plan.at.isoformat(sep=" "),
        "recovery_target_action": "promote",
    }
    binaries = choose(installed(), plan.base.major, plan.draft.data)
    server = Server(plan.draft, binaries, plan.account, settings, plan.report, patience=REPLAY_SECONDS)
    try:
        server.ensure_running()
    except ClusterError as error:
        raise _short(plan) or error from error
    finally:
        if living := process.running(plan.draft.data):
            process.end(living, plan.draft.data, "fast", STOP_SECONDS)
            if living.socket:
                (living.socket / sockets.SOCKET).unlink(missing_ok=True)
                with suppress(OSError):
                    living.socket.rmdir()


def _short(plan: _Plan) -> ClusterError | None:
    """Return the error for a log that ends before the moment, None when something else is wrong."""
    said = plan.draft.log.read_text(encoding="utf-8", errors="replace") if plan.draft.log.exists() else ""
    if "recovery ended before configured recovery target was reached" not in said:
        return None
    last = _LAST.findall(said)
    until = (
        f"its last transaction is of {last[-1]}" if last else "it holds no transaction after the base copy"
    )
    return ClusterError(
        f"the archived log does not reach {plan.at:%Y-%m-%d %H:%M:%S %z}: {until}. Ask for a moment before"
        " that. Nothing was changed"
    )


def _exchange(plan: _Plan) -> Path:
    """Put the recovered data in the place of the present ones."""
    place, data = plan.place, plan.draft.data
    if living := process.running(place.data):
        process.end(living, place.data, "fast", STOP_SECONDS)
    ready, before = place.base / f"pgdata.{plan.draft.folder.name}", _free(place.base, plan.at)
    shutil.rmtree(ready, ignore_errors=True)
    data.rename(ready)
    archive.keep_histories(plan.archive, ready, plan.account)
    note = place.base / EXCHANGE
    note.write_text(f"{ready.name}\n", encoding="utf-8")
    if place.data.exists():
        place.data.rename(before)
    ready.rename(place.data)
    note.unlink()
    plan.report(f"the former data are in {before}: remove them when they are not needed any more")
    return before


def _free(base: Path, at: datetime) -> Path:
    """Return a name that is not taken."""
    name, number = f"{BEFORE}{at:%Y%m%dT%H%M%S}", 0
    while (base / (name + (f"-{number}" if number else ""))).exists():
        number += 1
    return base / (name + (f"-{number}" if number else ""))
