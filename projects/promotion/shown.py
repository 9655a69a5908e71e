"""Projects shown at a 推介会, and what came of each: said anew as often as it changes, never overwritten.

The unit of the meeting says which projects were shown; what came of one is said by that unit or by the unit
that owns the project. An amount is what was signed or intended in 万元; None is unknown and never 0.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from projects.fields import BY_NAME
from projects.values import check

LONGEST_NOTE: Final = 500
MOST_SHOWN: Final = 300
"""So many projects one meeting may show."""


class Outcome(StrEnum):
    """What came of a project that was shown."""

    NONE_YET = "none_yet"
    INTENT = "intent"
    NEGOTIATING = "negotiating"
    SIGNED = "signed"
    FAILED = "failed"


OUTCOME_ZH: Final = MappingProxyType(
    {
        Outcome.NONE_YET: "尚无结果",
        Outcome.INTENT: "意向",
        Outcome.NEGOTIATING: "在谈",
        Outcome.SIGNED: "签约",
        Outcome.FAILED: "落空",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came of it as somebody says it; ``withdrawn`` takes the project off the list."""

    outcome: Outcome = Outcome.NONE_YET
    amount: Decimal | None = None
    note: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One project of one meeting in one version; ``number`` is that of the meeting's entry."""

    number: int
    project_id: str
    project_name: str
    """Today's name."""
    version: int
    came: Came
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """A meeting at which a project was shown, as its card names it.

    ``counterpart`` is empty also for whoever may not read the entry itself.
    """

    shown: Shown
    happened_on: date | None
    unit_name: str
    counterpart: str


class Fault(StrEnum):
    """What can be wrong with what somebody says came of it."""

    NO_AMOUNT = "no_amount"
    NOTE_TOO_LONG = "note_too_long"


def amount_typed(text: str) -> tuple[Decimal | None, Fault | None]:
    """Return an amount in 万元 as typed (empty is unknown), by the rules of all amounts.

    >>> amount_typed(" 1200.5 "), amount_typed(""), amount_typed("约3亿")
    ((Decimal('1200.5'), None), (None, None), (None, <Fault.NO_AMOUNT: 'no_amount'>))
    """
    bare = text.strip().replace(",", "").replace("，", "")
    if not bare:
        return None, None
    found, wrong = check(_AMOUNT, bare)
    return (Decimal(str(found)), None) if wrong is None and found is not None else (None, Fault.NO_AMOUNT)


def note_fault(note: str) -> Fault | None:
    """Return what is wrong with a note."""
    return Fault.NOTE_TOO_LONG if len(note) > LONGEST_NOTE else None


_AMOUNT: Final = BY_NAME["capital_sought"]
