"""What changed since a day: new records, stages that moved, money that came in, records that went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from projects.codes import FinanceStatus
from projects.filters import ProjectFilter

RECEIVED: Final = (FinanceStatus.RECEIVED, FinanceStatus.PAID)
"""The statuses of money that has come in."""
MOVED_SHOWN: Final = 10
DAYS: Final = 7
LONGEST: Final = 366
"""So many days back at most: further back it is no longer a week's report."""


def begin(today: date, since: date | None = None) -> date:
    """Return the first day of a report: the one asked for where it can be, else a week ago.

    >>> begin(date(2026, 3, 13)), begin(date(2026, 3, 13), date(2026, 3, 2))
    (datetime.date(2026, 3, 6), datetime.date(2026, 3, 2))
    """
    if since is None or not 0 <= (today - since).days <= LONGEST:
        return today - timedelta(days=DAYS)
    return since


@dataclass(frozen=True, slots=True)
class Moved:
    """One published record whose stage moved within the period."""

    project_id: str
    name: str
    unit: str
    old: str
    new: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """Counts of published records of a filter between two days; a record counts once in each figure."""

    since: date
    until: date
    fresh: int
    """Records that appeared."""
    gone: int
    """Records that were deleted or merged."""
    updated: int
    """Records that an office changed, new ones not among them."""
    fields: int
    """Values changed in them."""
    moved: tuple[Moved, ...]
    """Stages that moved, latest first, at most ``MOVED_SHOWN``."""
    moved_count: int
    received: Mapping[str, str]
    """Finance status (到位, 支付) → sum of lines that reached it in the period, decimal text in 万元."""
    by_unit: Mapping[str, int]
    """Owner unit's id → records it changed."""


class Week(Protocol):
    """What changed, as one person may see it; published records only."""

    def changes(self, chosen: ProjectFilter, since: date, until: date) -> Changes:
        """Return the changes from the beginning of ``since`` to the end of ``until`` (Asia/Shanghai).

        ``SignInNeeded`` for nobody: the history of records is not for visitors.
        """
        ...
