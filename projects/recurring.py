"""A time that comes back every day or every week, by the clock of the office."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Self

from projects.rounds import Weekly

DAILY: Final = "daily"
_DAILY: Final = re.compile(rf"{DAILY} ([0-9]{{1,2}}):([0-9]{{2}})")


@dataclass(frozen=True, slots=True)
class Recurring:
    """A time of day, of every day or (0 is Monday) of one day of the week."""

    at: time
    weekday: int | None = None

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read ``daily 02:00`` or ``sun 02:00``; raises ``ValueError`` that says how to write it.

        >>> Recurring.parse("Daily 2:00"), Recurring.parse("sun 02:00").weekday
        (Recurring(at=datetime.time(2, 0), weekday=None), 6)
        """
        words = " ".join(written.lower().split())
        match = _DAILY.fullmatch(words)
        if match and int(match[1]) < 24 and int(match[2]) < 60:
            return cls(time(int(match[1]), int(match[2])))
        try:
            weekly = Weekly.parse(words)
        except ValueError:
            raise ValueError(
                f"must be {DAILY} HH:MM or a day of the week and a time, such as sun 02:00"
            ) from None
        return cls(weekly.at, weekly.weekday)

    def last(self, now: datetime) -> datetime:
        """Return the last such moment, this one included, in the time zone of ``now``.

        >>> night = Recurring(time(2))
        >>> night.last(datetime(2026, 11, 22, 1, 59)), night.last(datetime(2026, 11, 22, 2, 0))
        (datetime.datetime(2026, 11, 21, 2, 0), datetime.datetime(2026, 11, 22, 2, 0))
        """
        if self.weekday is not None:
            day = Weekly(self.weekday, self.at).last(now)
        else:
            day = now.date() if now.time() >= self.at else now.date() - timedelta(days=1)
        return datetime.combine(day, self.at, now.tzinfo)
