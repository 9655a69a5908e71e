"""Keep the programs of the app running: the server, and beside it the worker for long work.

The supervisor ends when the server ends, starts the worker again when it dies (waiting longer each time),
and passes signals on, the worker first: it puts its job back. The programs watch who started them, so that
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


class Supervisor:
    """Runs a server to its end with a worker beside it; commands are argument lists without a shell."""

    def __init__(self, server: Sequence[str], worker: Sequence[str], pauses: tuple[float, float] = PAUSES_S):
        self._commands = (list(server), list(worker))
        self._pauses = pauses
        self._stopping = threading.Event()

    def run(self) -> int:
        """Run until the server ends or a signal comes; return the server's exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask)
        server = _start(self._commands[0])
        worker, started, pause, due = _start(self._commands[1]), time.monotonic(), self._pauses[0], 0.0
        while server.poll() is None and not self._stopping.wait(WATCH_EVERY_S):
            now = time.monotonic()
            if worker.poll() is None:
                continue
            if not due:
                pause = self._pauses[0] if now - started > HEALTHY_S else pause
                _say(f"the worker ended ({worker.returncode}); starting it again in {pause:.0f} s")
                due, pause = now + pause, min(2 * pause, self._pauses[1])
            elif now >= due:
                worker, started, due = _start(self._commands[1]), now, 0.0
        _end(worker)
        return _end(server)

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
