"""Keep the programs of the app running: the server, and beside it the worker for long work.

The supervisor ends when its only server ends; of several, one that dies is started again while the others
go on, as the worker always is (waiting longer each time). It passes signals on, the worker first: it puts
its job back. The programs watch who started them, so that
none is left behind when the supervisor is killed outright, on every system.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from types import FrameType
from typing import Final

GRACE_S: Final = 15.0
"""How long a program may take to end; `docker stop` waits ten seconds, then the jobs' own rules take over."""
PAUSES_S: Final = (1.0, 60.0)
HEALTHY_S: Final = 60.0
"""A worker that has run so long is started again at once."""
WATCH_EVERY_S: Final = 0.5


class Kept:
    """A program that is started again when it ends, after a pause that grows while it does not live long."""

    def __init__(self, name: str, command: Sequence[str], pauses: tuple[float, float]) -> None:
        self._name, self._command, self._pauses = name, list(command), pauses
        self._pause, self._due = pauses[0], 0.0
        self._start()

    def look(self) -> None:
        """Start it again if it has ended and its pause is over."""
        now = time.monotonic()
        if self._process.poll() is None:
            return
        if not self._due:
            self._pause = self._pauses[0] if now - self._started > HEALTHY_S else self._pause
            ended = f"{self._name} ended ({self._process.returncode})"
            _say(f"{ended}; starting it again in {self._pause:.0f} s")
            self._due, self._pause = now + self._pause, min(2 * self._pause, self._pauses[1])
        elif now >= self._due:
            self._start()

    def ask(self) -> None:
        """Ask it to end, without waiting."""
        if self._process.poll() is None:
            self._process.terminate()

    def end(self) -> None:
        """End it with its grace."""
        _end(self._process)

    def _start(self) -> None:
        self._process, self._started, self._due = _start(self._command), time.monotonic(), 0.0


class Supervisor:
    """Runs servers with a worker beside them; commands are argument lists without a shell."""

    def __init__(
        self,
        server: Sequence[str],
        worker: Sequence[str],
        pauses: tuple[float, float] = PAUSES_S,
        more: Sequence[Sequence[str]] = (),
    ) -> None:
        """``more`` are further servers; with one server alone, all ends when it does."""
        self._server, self._worker, self._more = list(server), list(worker), [list(one) for one in more]
        self._pauses = pauses
        self._stopping = threading.Event()

    def run(self) -> int:
        """Run until the only server ends or a signal comes; return the server's exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask)
        return self._run_several() if self._more else self._run_one()

    def _run_one(self) -> int:
        server = _start(self._server)
        worker = Kept("the worker", self._worker, self._pauses)
        while server.poll() is None and not self._stopping.wait(WATCH_EVERY_S):
            worker.look()
        worker.end()
        return _end(server)

    def _run_several(self) -> int:
        servers = [
            Kept(f"server {number}", command, self._pauses)
            for number, command in enumerate((self._server, *self._more), 1)
        ]
        worker = Kept("the worker", self._worker, self._pauses)
        while not self._stopping.wait(WATCH_EVERY_S):
            for program in (*servers, worker):
                program.look()
        worker.end()
        for server in servers:
            server.ask()
        for server in servers:
            server.end()
        return 0

    def _ask(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._stopping.set()


def end_with(parent: int) -> None:
    """End this process, gently, when the process that started it is gone; checked twice a second."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_EVERY_S)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_S)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="end with parent", daemon=True).start()


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl+C reaches the supervisor alone, which ends its programs in order.
    return subprocess.Popen(command, start_new_session=True)


def _end(process: subprocess.Popen[bytes]) -> int:
    """End a program with its grace; return its exit code, 0 for one that ended because it was asked to."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return 0
    return process.returncode


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
