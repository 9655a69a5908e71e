"""The worker as a process: settings, log, signals."""

import logging
import signal
import threading
from functools import partial
from types import FrameType

from data import logs, settings, wiring
from data.jobs import worker
from data.rounds.weekly import Clock
from projects.errors import StorageUnavailable

_log = logging.getLogger(__name__)


def serve() -> None:
    """Work until SIGTERM or Ctrl+C; the step under way is finished first.

    Raises ``SettingsError``, ``ClusterError`` or ``StorageUnavailable`` when it cannot begin.
    """
    chosen = settings.load()
    logs.set_up(chosen, "worker")
    logs.surprises()
    stop = _until_signalled()
    database = wiring.open_database(chosen)
    worker.run(database, chosen, stop, revive=partial(revived, chosen))
    database.dispose()


def revived(chosen: settings.Settings) -> bool:
    """Start the private database again that fell over; one that cannot be started is tried again later."""
    try:
        done = wiring.revive(chosen)
    except (wiring.ClusterError, StorageUnavailable) as error:
        _log.warning("the database fell over and cannot be started yet: %s", error)
        return False
    if done:
        _log.warning("the database had fallen over and was started again")
    return done


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
