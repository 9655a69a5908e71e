"""The Monday list (周一清单): a workbook per unit, what it asks for, who was sent what, what came back."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol, Self

KIND: Final = "monday"
"""The kind of job that makes a round."""
DUE_SOON_DAYS: Final = 30
"""A step planned within so many days stands on the list as due."""
LONGEST_NOTE: Final = 500
LONGEST_SENT_TO: Final = 200


class SheetState(StrEnum):
    """Where one unit's workbook of a round stands."""

    MADE = "made"
    SENT = "sent"
    RETURNED = "returned"
    """At least one workbook of the round came back through the import."""


@dataclass(frozen=True, slots=True)
class Wanting:
    """What the cover sheet of a unit says: counts that its lists add up to."""

    records: int
    missing: Mapping[str, int]
    """Field path → records in which it is unknown."""
    overdue_steps: int
    due_steps: int
    """Due within 30 days."""
    never_reported: int
    stale: int
    clashes: int
    """Records that contradict themselves."""
    matters_overdue: int
    matters_open: int
    """Of which the unit is responsible and an answer is awaited; the overdue ones are among them."""
    indicators_open: int

    @property
    def asks(self) -> bool:
        """Whether there is anything to do: the list of a unit that owes nothing says so."""
        counts = (
            *self.missing.values(),
            *(self.overdue_steps, self.due_steps, self.never_reported, self.stale, self.clashes),
            *(self.matters_open, self.indicators_open),
        )
        return any(counts)

    def stored(self) -> dict[str, Any]:
        """Return the counts as JSON."""
        return asdict(self) | {"missing": dict(self.missing)}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """Return counts from JSON; a count that an older program did not keep is 0.

        >>> Wanting.read({"records": 3, "missing": {"stage": 2}}).missing["stage"]
        2
        """
        counts = {name: int(stored.get(name) or 0) for name in _COUNTS}
        return cls(missing={str(k): int(v) for k, v in (stored.get("missing") or {}).items()}, **counts)


_COUNTS: Final = (
    *("records", "overdue_steps", "due_steps", "never_reported", "stale", "clashes"),
    *("matters_overdue", "matters_open", "indicators_open"),
)


@dataclass(frozen=True, slots=True)
class RoundHead:
    """One round: a workbook per unit, made on a day."""

    id: int
    made_on: date
    made_at: datetime
    made_by: str
    due_on: date | None
    note: str
    sheets: int
    sent: int
    returned: int
    failed: Mapping[str, str]
    """Unit → why no workbook could be made for it; they are counted beside ``sheets``."""
    scheduled_for: date | None = None
    """The day the schedule asked for; None when a person ordered the round."""


@dataclass(frozen=True, slots=True)
class RoundSheet:
    """One unit's workbook of a round."""

    id: int
    round_id: int
    unit_id: str
    unit_name: str
    state: SheetState
    wanting: Wanting
    file_name: str
    size_bytes: int
    sha256: str
    sent_at: datetime | None
    sent_by: str
    sent_to: str
    """To whom and how, as the sender typed it: 王科长，粤政易."""
    returned_at: datetime | None
    returned_by: str
    returned_job: int | None
    rows_back: int
    """Rows of the workbook that came back, of the last one when several did."""
    changes_back: int
    """Rows that were filed as new or changed, and figures, over all workbooks that came back."""
    times_back: int = 0
    kept: bool = True
    """Whether the workbook is still on the disk; the record stays when it is cleared away."""


class Rounds(Protocol):
    """Rounds as one person sees them: administrators all, reviewers their subtree, editors their unit's."""

    def rounds(self, *, limit: int = 20, offset: int = 0) -> tuple[RoundHead, ...]:
        """Return the rounds, newest first; counts are of the sheets one may see."""
        ...

    def head(self, key: int) -> RoundHead:
        """Return one round, however old; ``UnknownRecord``."""
        ...

    def sheets(self, key: int) -> tuple[RoundSheet, ...]:
        """Return the sheets of a round that one may see, those not returned first; ``UnknownRecord``."""
        ...

    def latest_of(self, unit_id: str) -> RoundSheet | None:
        """Return the unit's sheet of the newest round, None when there is none."""
        ...

    def mark_sent(self, sheet_ids: tuple[int, ...], sent_to: str) -> int:
        """Note that workbooks were sent; return how many. What was sent before keeps its first day."""
        ...

    def opened(self, sheet_id: int) -> tuple[RoundSheet, Path]:
        """Return a sheet and where its workbook lies; ``UnknownRecord``."""
        ...

    def order(self, *, unit_ids: tuple[str, ...] = (), due_on: date | None = None, note: str = "") -> int:
        """Order a new round as a job (all units one may order for when none are given); return its id.

        ``NotAllowed`` for whoever reviews nothing or for a unit of others, ``BadValue`` for a note that is
        too long or with twenty jobs waiting.
        """
        ...


# ---- the weekly schedule ----

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKLY: Final = re.compile(rf"({'|'.join(_DAYS)}) (\d\d?):(\d\d)")


@dataclass(frozen=True, slots=True)
class Weekly:
    """A day of the week (0 is Monday) and a time of day, by the clock of the office."""

    weekday: int
    at: time

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read ``mon 07:00``; raises ``ValueError`` that says how to write it.

        >>> Weekly.parse("Mon 7:00")
        Weekly(weekday=0, at=datetime.time(7, 0))
        """
        match = _WEEKLY.fullmatch(" ".join(written.lower().split()))
        if match is None or int(match[2]) > 23 or int(match[3]) > 59:
            raise ValueError(f"must be a day and a time, {'|'.join(_DAYS)} HH:MM, such as mon 07:00")
        return cls(_DAYS.index(match[1]), time(int(match[2]), int(match[3])))

    def last(self, now: datetime) -> date:
        """Return the day of the last such moment, this one included.

        >>> weekly = Weekly(0, time(7))
        >>> weekly.last(datetime(2026, 11, 23, 6, 59)), weekly.last(datetime(2026, 11, 23, 7))
        (datetime.date(2026, 11, 16), datetime.date(2026, 11, 23))
        """
        back = (now.weekday() - self.weekday) % 7
        day = now.date() - timedelta(days=back)
        return day - timedelta(days=7) if back == 0 and now.time() < self.at else day
