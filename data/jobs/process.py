"""The worker as a process: settings, log, signals."""

import logging
import signal
import sys
import threading
from types import FrameType

from data import settings, wiring
from data.jobs import worker
from data.rounds.weekly import Clock


def serve() -> None:
    """Work until SIGTERM or Ctrl+C; the step under way is finished first.

    Raises ``SettingsError``, ``ClusterError`` or ``StorageUnavailable`` when it cannot begin.
    """
    chosen = settings.load()
    logging.basicConfig(
        stream=sys.stderr, level=chosen.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    stop = _until_signalled()
    database = wiring.open_database(chosen)
    worker.run(database, chosen, stop)
    database.dispose()


def work_off() -> int:
    """Do what waits now, the Monday list that is due included, and return how many jobs that was."""
    chosen = settings.load()
    database = wiring.open_database(chosen)
    Clock(database, chosen).look()
    return worker.run_waiting(database, chosen)


def _until_signalled() -> threading.Event:
    """Return an event that SIGTERM and Ctrl+C set."""
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop
