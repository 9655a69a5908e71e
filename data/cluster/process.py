"""The server's processes: which are ours, which files a dead one left, how to end one.

A process number alone proves nothing: after a restart of the computer it belongs to another program. So a
process counts as the server only if its command line names this data folder.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data.cluster.config import server_title
from data.cluster.model import ClusterError
from data.cluster.sockets import SOCKET

SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}


@dataclass(frozen=True)
class Postmaster:
    """The server's main process: its number and the folder of its socket (None until it has one)."""

    pid: int
    socket: Path | None


def running(data: Path) -> Postmaster | None:
    """Return the living server of this data folder, by its pid file and its command line."""
    lines = _pid_lines(data)
    if not lines or not lines[0].strip().isdigit() or not is_server(int(lines[0]), data):
        return None
    socket = lines[4].strip() if len(lines) > 4 else ""
    return Postmaster(int(lines[0]), Path(socket) if socket else None)


def is_server(pid: int, data: Path) -> bool:
    """Whether that process is the server of this data folder; a dead one waiting for its parent is not."""
    words = _command(pid)
    if not words or Path(words[0].split(" ")[0]).name not in {"postgres", "postmaster"}:
        return False
    if str(data) in words or f"-D {data}" in " ".join(words):
        return True
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == data
    except OSError:
        return False


def clear_remains(data: Path, socket_folder: Path) -> None:
    """Prepare the files of a dead server for the next one; only call while no server runs there.

    PostgreSQL takes the old number for alive when any other process of the same user has it now. The pid file
    is kept, with this program's number in it (a number the new server knows to be its parent's), because its
    other lines let the new server see whether children of the old one are still at work.
    """
    for name in (SOCKET, f"{SOCKET}.lock"):
        (socket_folder / name).unlink(missing_ok=True)
    path = data / "postmaster.pid"
    lines = _pid_lines(data)
    if lines and lines[0].strip().isdigit():
        with path.open("r+", encoding="utf-8") as handle:
            handle.write("\n".join([str(os.getpid()), *lines[1:], ""]))
            handle.truncate()
    else:
        path.unlink(missing_ok=True)


def end_orphans(data: Path) -> int:
    """Ask the children of a killed server to end, since a long query would not notice; return how many."""
    title = f"postgres: {server_title(data)}: "
    owner = data.stat().st_uid
    found = [pid for pid, command, uid in _processes() if command.startswith(title) and uid == owner]
    for pid in found:
        _signal(pid, signal.SIGTERM)
    return len(found)


def end_makers(draft: Path) -> None:
    """Kill what a dead program left running to make this data folder; only call while holding the lock."""
    for pid, command, _ in _processes():
        if f"-D {draft} " in f"{command} ":
            _signal(pid, signal.SIGKILL)


def end(server: Postmaster, data: Path, mode: str, seconds: float) -> None:
    """Stop the server and wait until it is gone; ClusterError when it does not go."""
    if mode not in SIGNALS:
        raise ClusterError(f"stop mode {mode!r} is unknown: use one of {', '.join(SIGNALS)}")
    _signal(server.pid, SIGNALS[mode])
    limit = time.monotonic() + seconds
    while is_server(server.pid, data):
        if time.monotonic() > limit:
            who = f"the database (process {server.pid})"
            msg = f"{who} did not stop in {seconds:.0f} s: close the programs using it"
            raise ClusterError(msg)
        time.sleep(0.02)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
    except PermissionError:
        msg = f"process {pid} of the database belongs to another user: run as that user"
        raise ClusterError(msg) from None


def _pid_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _command(pid: int) -> list[str]:
    """Words of a process's command line; empty when it is gone."""
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        try:
            return [word for word in proc.read_bytes().decode(errors="replace").split("\0") if word]
        except OSError:
            return []
    return _ps("-ww", "-o", "command=", "-p", str(pid)).strip().split(" ", 1)


def _processes() -> Iterator[tuple[int, str, int]]:
    """Yield number, command line and user id of every process that can be seen."""
    if Path("/proc/self/cmdline").exists():
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and (words := _command(int(entry.name))):
                try:
                    yield int(entry.name), " ".join(words), entry.stat().st_uid
                except OSError:
                    continue  # ended meanwhile
        return
    for line in _ps("-axww", "-o", "pid=,uid=,command=").splitlines():
        pid, uid, command = line.split(None, 2)
        yield int(pid), command, int(uid)


def _ps(*arguments: str) -> str:
    done = subprocess.run(["/bin/ps", *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout
