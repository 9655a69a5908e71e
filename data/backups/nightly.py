"""The schedule of the backups: one for every hour that has come, however many workers look.

The database keeps which hours were answered; an hour that passed while no worker ran is made up at the
next look, the last one only. A backup that failed is tried again an hour later.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from data.backups import instant, making
from data.backups.making import Made
from data.backups.scratch import Scratch, beside
from data.cluster import ClusterError
from data.database import Database
from data.rounds.weekly import office_now
from data.settings import Settings
from data.store import upkeep_runs
from projects.errors import AtlasError, Busy
from projects.recurring import Recurring
from projects.work import JobStopped

_log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 30.0
AGAIN_AFTER: Final = timedelta(hours=1)
"""A backup that failed is tried again so long after its end."""


class Nights:
    """Looks at the schedule for one worker."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        stop: threading.Event,
        now: Callable[[], datetime] = office_now,
        scratch: Scratch | None = None,
    ) -> None:
        self._database, self._settings, self._stop, self._now = database, settings, stop, now
        self._scratch = scratch or beside(settings)
        self._recurring = Recurring.parse(settings.backup_at) if settings.backup_at else None
        self._settled: datetime | None = None
        """The moment of the schedule that is known to need nothing more."""

    def run(self) -> None:
        """Look again and again until the worker stops; what goes wrong is a line of the log."""
        if self._recurring is None:
            return
        while not self._stop.is_set():
            try:
                self.look()
            except JobStopped:
                return
            except Exception:  # noqa: BLE001 - a fault here must not end the worker's other work
                _log.exception("the backup broke off by a fault of this program")
            self._stop.wait(LOOK_EVERY_S)

    def look(self) -> Made | None:
        """Make the backup that is due; None when none is, when it failed, or when somebody else makes it."""
        if self._recurring is None:
            return None
        due = self._recurring.last(self._now())
        if due == self._settled:
            return None
        try:
            return self._answer(due)
        except Busy:
            return None  # another worker is at it; the next look sees what came of it
        except (AtlasError, ClusterError, OSError) as error:
            _log.warning("the backup of %s was not made: %s", due, making.in_words(error))
            return None

    def _answer(self, due: datetime) -> Made | None:
        with self._database.owning() as connection:
            last = upkeep_runs.last_for(connection, upkeep_runs.BACKUP, due)
        if last and last.outcome == "done":
            self._settled = due
            return None
        if last and last.outcome == "failed" and last.finished_at and self._soon(last.finished_at):
            return None
        made = making.make(self._database, self._settings, self._scratch, self._go, due)
        self._settled = due
        if self._settings.wal_archive:
            instant.keep_base(self._database, self._settings, self._go)
        return made

    def _soon(self, ended: datetime) -> bool:
        """Whether an attempt ended too recently to try again; a clock that was put back waits for nothing."""
        return abs(self._now() - ended) < AGAIN_AFTER

    def _go(self) -> None:
        if self._stop.is_set():
            raise JobStopped("the worker is being shut down")
