"""From signing to operation (签约 → 履约 → 落地 → 开工 → 投产): who counts, what is reached, which rates.

*Cohort*: published records whose 签约 has an actual date within the period, first and last day included, and
not after the reference day. *Step reached*: the step, or a later one, has an actual date on or before the
reference day: whoever builds has landed, whoever operates has built. What only ``promotion_stage`` says,
without a date, reaches no step; it is counted apart. *Rates* are over the cohort: 履约率 = 履约 ÷ 签约, and
so on. 资金到位率 = Σ(到位 + 支付) ÷ Σ known totals, both over the records of the cohort whose total is known.
Records that their promotion stage calls signed or later, without a date of signing, belong to no period:
``undated``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from projects.codes import MilestoneCode, PromotionStage

SIGNING: Final = MilestoneCode.COMMERCIAL_CLOSE
LATER: Final = (
    MilestoneCode.CONTRACT_PERFORMED,
    MilestoneCode.LANDED,
    MilestoneCode.COMMENCEMENT,
    MilestoneCode.COMMISSIONING,
)
"""The steps after signing, in their order."""
STAGE_OF: Final[Mapping[MilestoneCode, PromotionStage]] = MappingProxyType(
    {
        SIGNING: PromotionStage.SIGNED,
        MilestoneCode.CONTRACT_PERFORMED: PromotionStage.PERFORMED,
        MilestoneCode.LANDED: PromotionStage.LANDED,
        MilestoneCode.COMMENCEMENT: PromotionStage.STARTED,
        MilestoneCode.COMMISSIONING: PromotionStage.OPERATING,
    }
)
"""The promotion stage that says the same as a dated step."""
FEW: Final = 10
"""Below so many records a rate is said to be of few."""
EARLIEST: Final = date(1990, 1, 1)
LATEST: Final = date(2100, 12, 31)
MONTHS_SHOWN: Final = 120


class Grain(StrEnum):
    """Length of the periods that a funnel is split into."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Ask:
    """Signed from ``first`` to ``last`` (both included), steps reached by ``as_of``, split by ``grain``."""

    first: date
    last: date
    as_of: date
    grain: Grain = Grain.YEAR

    @property
    def sensible(self) -> bool:
        """Whether the days are in order and within the years a project can have."""
        return EARLIEST <= self.first <= self.last <= LATEST and EARLIEST <= self.as_of <= LATEST


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of the cohort; ``percent`` is None over nothing."""

    part: Decimal
    whole: Decimal
    few: bool = False

    @property
    def percent(self) -> Decimal | None:
        """The share in per cent, to one decimal."""
        return round(100 * self.part / self.whole, 1) if self.whole else None


Four = tuple[int, int, int, int]
"""One count per step of ``LATER``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The signed records of one area, one period, or of all; amounts in 万元.

    ``implied`` counts those of ``reached`` whose own step has no date but a later one has; ``stage_only``
    those not reached by date that their promotion stage puts at that step or later; ``ended`` 终止. ``total``
    and ``received`` go over the ``known`` records whose total is known; ``silent`` of them have no finance
    line: what they received is unknown and counts as not received. ``made_up`` are modelled or demo.
    """

    key: str = ""
    name: str = ""
    level: str = ""
    signed: int = 0
    reached: Four = (0, 0, 0, 0)
    implied: Four = (0, 0, 0, 0)
    stage_only: Four = (0, 0, 0, 0)
    ended: int = 0
    known: int = 0
    silent: int = 0
    total: Decimal = Decimal(0)
    received: Decimal = Decimal(0)
    made_up: int = 0
    undated: int = 0
    """Signed or later by stage without a date of signing: outside every period and every rate."""

    @property
    def rates(self) -> tuple[Rate, Rate, Rate, Rate]:
        """履约率, 落地率, 开工率, 投产率."""
        a, b, c, d = (Rate(Decimal(n), Decimal(self.signed), self.few) for n in self.reached)
        return a, b, c, d

    @property
    def money(self) -> Rate:
        """资金到位率 over the records whose total is known; unknown when none of them reports its money."""
        reported = self.known > self.silent
        return Rate(self.received, self.total if reported else Decimal(0), self.known < FEW)

    @property
    def left_out(self) -> int:
        """Records of the cohort that are not in the 资金到位率: their total is unknown."""
        return self.signed - self.known

    @property
    def few(self) -> bool:
        """Whether the rates rest on few records."""
        return self.signed < FEW


@dataclass(frozen=True, slots=True)
class Funnel:
    """The cohort of a period: as a whole, by the finest area of each record, by period of signing.

    The areas and the periods each add up to the whole; a record without any area stands under the key "".
    ``by_area`` also names areas that have undated records alone.
    """

    ask: Ask
    whole: Cohort
    by_area: tuple[Cohort, ...]
    by_period: tuple[Cohort, ...]


def period_name(day: date, grain: Grain) -> str:
    """Return the name of the period that begins on a day.

    >>> period_name(date(2026, 4, 1), Grain.QUARTER), period_name(date(2026, 4, 1), Grain.MONTH)
    ('2026Q2', '2026-04')
    """
    if grain is Grain.YEAR:
        return f"{day:%Y}"
    return f"{day.year}Q{(day.month + 2) // 3}" if grain is Grain.QUARTER else f"{day:%Y-%m}"
