"""When a target is met: the written rules, over what is known between bounds.

    >= value     at least                      = value      at least: more than was promised breaks no promise
    <= value     at most                       approx       from 95 % of the value on (down: up to 105 %)
    range a–b    at least the lower end a      increase_by  the increase since the base is at least the value

Of an actual value known between ``low`` and ``high`` a target is *met* when every value between them meets
it, *not met* when none does, else it *cannot be computed*. Where less is better, the bounds change places.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from projects.targets.model import Direction, Status, Target

APPROX_TOLERANCE: Final = Decimal("0.05")
"""By how much of the value 左右 (about) may be missed; this project's own rule, no document says it."""


class NeedKind(StrEnum):
    """What is missing before a target can be judged."""

    REPORT = "report"
    """A figure of the indicator for the area (and the year)."""
    BASE = "base"
    """The base: the text names none, or nobody reported it."""
    SLOTS = "slots"
    """Counties that claim and confirm the planned units."""
    RECORDS = "records"
    """Records below the programme."""
    STAGE = "stage"
    """The stage of records that are there."""
    BEDS = "beds"
    """The beds of records that are there."""
    READING = "reading"
    """Which of two readings the text means: they come to different answers."""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is missing: of which indicator and areas, in which year, of which records."""

    kind: NeedKind
    indicator: str = ""
    areas: tuple[str, ...] = ()
    year: int | None = None
    programme: str = ""
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Actual:
    """What is known of a value: bounds (None: not known), as of when, from what, over how much."""

    low: Decimal | None = None
    high: Decimal | None = None
    basis: str = ""
    """``reported`` · ``library`` (counted) · either with ``+census`` · ``demo``; or empty."""
    as_of: date | None = None
    known: int = 0
    of: int = 0
    covers: str = ""
    """What coverage counts: ``records`` · ``beds`` · ``slots`` · ``areas``."""
    source: str = ""
    needs: tuple[Need, ...] = ()
    planned: Decimal | None = None
    """What is under way and does not count yet."""

    @property
    def exact(self) -> bool:
        """Whether the value itself is known."""
        return self.low is not None and self.low == self.high

    @property
    def nothing(self) -> bool:
        """Whether nothing at all is known."""
        return self.low is None and self.high is None


NOTHING: Final = Actual()


def threshold(target: Target, direction: Direction) -> Decimal:
    """Return the value that decides, by the rules above."""
    if target.operator == "approx":
        return target.value * (1 - APPROX_TOLERANCE if direction is Direction.UP else 1 + APPROX_TOLERANCE)
    if target.operator == "range" and direction is Direction.DOWN:
        return target.value_high or target.value
    return target.value


def judge(target: Target, actual: Actual, direction: Direction = Direction.UP) -> Status:
    """Return what holds for every value between the bounds.

    A bound that is not known says nothing. "=" and "range" go by the direction, as told above.
    """
    limit = threshold(target, direction)
    if direction is Direction.DOWN:
        if actual.high is not None and actual.high <= limit:
            return Status.MET
        return Status.NOT_MET if actual.low is not None and actual.low > limit else Status.UNKNOWN
    if actual.low is not None and actual.low >= limit:
        return Status.MET
    return Status.NOT_MET if actual.high is not None and actual.high < limit else Status.UNKNOWN


def distance(target: Target, actual: Actual, direction: Direction) -> Decimal | None:
    """Return how much is still to go at most (0 when nothing is), None while nothing is known.

    For an actual value known only from below this is an upper bound of what is missing.
    """
    known = actual.high if direction is Direction.DOWN else actual.low
    if known is None:
        return None
    gone = (
        known - threshold(target, direction)
        if direction is Direction.DOWN
        else threshold(target, direction) - known
    )
    return max(Decimal(0), gone)


def overall(parts: Sequence[Status]) -> Status:
    """Return the status of a number that every area must reach, from those of the areas.

    >>> overall([Status.MET, Status.UNKNOWN]).value, overall([Status.MET, Status.NOT_MET]).value
    ('cannot_compute', 'not_met')
    """
    if not parts:
        return Status.UNKNOWN
    if Status.NOT_MET in parts:
        return Status.NOT_MET
    return Status.MET if all(part is Status.MET for part in parts) else Status.UNKNOWN


def past_due(target: Target, status: Status, today: date) -> bool:
    """Whether the promised year is over and the target is not known to be met."""
    return target.year is not None and today.year > target.year and status in (Status.NOT_MET, Status.UNKNOWN)


def total(values: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of bounds, None when one of them is not known."""
    found = list(values)
    return (
        None
        if any(value is None for value in found)
        else sum((v for v in found if v is not None), Decimal(0))
    )
