"""The schedule of the Monday list: orders a round when its hour has come, once, however many workers look.

The database keeps which days were ordered; a look costs nothing more once the day is known to be ordered.
An hour that passed while no worker ran is made up at the next look, the last one only. Where no list was ever
ordered the first waits for its day: switching the schedule on in the middle of a week sends nothing.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from sqlalchemy import text

from data.database import Database
from data.settings import Settings
from projects.errors import StorageUnavailable
from projects.lifecycle.dispatch import OFFICE_TIME
from projects.rounds import Weekly

_log = logging.getLogger(__name__)


def office_now() -> datetime:
    """Return the time by the clock of the offices."""
    return datetime.now(OFFICE_TIME)


class Clock:
    """Looks at the schedule for one worker."""

    def __init__(
        self, database: Database, settings: Settings, now: Callable[[], datetime] = office_now
    ) -> None:
        self._database, self._now = database, now
        self._weekly = Weekly.parse(settings.monday_list) if settings.monday_list else None
        self._settled: date | None = None
        """The scheduled day that is known to need nothing more."""
        self._alone = False
        """Whether it was said that there is no administrator to act as."""

    def look(self) -> int | None:
        """Order the round that is due and return its job, None when none is due or the database is away."""
        if self._weekly is None:
            return None
        now = self._now()
        day = self._weekly.last(now)
        if day == self._settled:
            return None
        try:
            return self._order(day, today=now.date())
        except StorageUnavailable as error:
            _log.warning("the Monday list of %s is not ordered yet: %s", day, error)
            return None

    def _order(self, day: date, today: date) -> int | None:
        with self._database.owning() as connection:
            if day != today and not connection.scalar(_EVER):
                self._settled = day
                return None
            job = connection.scalar(_ORDER, {"day": day, "title": f"周一清单 {day}"})
            if job is None and not connection.scalar(_ORDERED, {"day": day}):
                self._say_alone(day)
                return None
        self._settled, self._alone = day, False
        if job is not None:
            _log.info("Monday list of %s ordered, job %d", day, job)
        return int(job) if job else None

    def _say_alone(self, day: date) -> None:
        """Say once that nobody is there to act as."""
        if not self._alone:
            _log.warning("the Monday list of %s waits: no administrator can sign in", day)
        self._alone = True


_EVER: Final = text(
    "SELECT EXISTS (SELECT FROM monday_round WHERE scheduled_for IS NOT NULL)"
    " OR EXISTS (SELECT FROM job WHERE kind = 'monday' AND arguments ? 'scheduled_for')"
)
_ORDERED: Final = text(
    "SELECT EXISTS (SELECT FROM monday_round WHERE scheduled_for >= :day) OR EXISTS (SELECT FROM job"
    " WHERE kind = 'monday' AND CAST(arguments ->> 'scheduled_for' AS date) >= :day)"
)
_ORDER: Final = text("SELECT monday_order(:day, :title)")
