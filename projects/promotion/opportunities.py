"""What is open to capital: what an investor asks, which of it nobody has filled in, and who should."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from projects.codes import DeliveryMode, PromotionStage, Stage


class Sort(StrEnum):
    """Orders of the list; what is unknown comes last, equal ones in id order."""

    ID = "id"
    GAP = "gap"
    SOUGHT = "sought"


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom an investor calls; seen by signed-in people only."""

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)

    @property
    def known(self) -> bool:
        """Whether there is a name or a number."""
        return bool(self.name or self.phone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """One record with what an investor asks; ``None`` is unknown, amounts in 万元.

    ``place`` is the name of the finest area known (county, else zone, prefecture, province), ``precision``
    the location precision 0–5. ``committed`` is Σ(批复 + 到位 + 支付) over ``lines`` finance lines.
    ``contact`` is None for somebody who may not see it.
    """

    id: str
    name: str
    category: str
    county_code: str | None
    place: str | None
    zone: str | None
    precision: int
    stage: str
    promotion_stage: str
    delivery_mode: str
    open_to_capital: str | None
    total: Decimal | None
    committed: Decimal
    lines: int
    funding_status: str
    capital_sought: Decimal | None
    land_status: str | None
    land_mu: Decimal | None
    cooperation: str | None
    beds: int | None
    floor_area_m2: Decimal | None
    owner_unit_id: str | None
    owner_unit: str | None
    basis: str
    contact: Contact | None = None

    @property
    def gap(self) -> Decimal | None:
        """Known total − Σ(批复 + 到位 + 支付) in 万元; below zero when the lines exceed the total."""
        return None if self.total is None else self.total - self.committed

    @property
    def made_up(self) -> bool:
        """Whether the record is a modelled or a demo one."""
        return self.basis in ("modelled", "demo")


ASKED: Final = MappingProxyType(
    {
        "total_investment": "资金缺口（总投资未报）",
        "capital_sought": "拟引资额",
        "delivery_mode": "合作方式",
        "land_status": "用地情况",
        "cooperation": "招商内容与合作条件",
        "contact": "联系人",
    }
)
"""What an investor asks first, by field; a missing contact is told to those who may see contacts."""


def missing(one: Opportunity) -> tuple[str, ...]:
    """Return which of ``ASKED`` nobody has filled in."""
    held = {
        "total_investment": one.total is not None,
        "capital_sought": one.capital_sought is not None,
        "delivery_mode": one.delivery_mode != DeliveryMode.UNKNOWN,
        "land_status": one.land_status is not None,
        "cooperation": bool(one.cooperation),
        "contact": one.contact is None or one.contact.known,
    }
    return tuple(name for name, filled in held.items() if not filled)


@dataclass(frozen=True, slots=True)
class UnitDuty:
    """What one owner unit has to report: its open records, those that lack something, and the unsaid.

    ``unsaid`` counts records of which nobody has said whether they are open to capital. Without a unit, the
    id is "".
    """

    unit_id: str
    name: str
    open: int
    lacking: int
    unsaid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityTotals:
    """Sums over all records under the filter, in 万元; every sum says over how many it goes.

    ``open + closed + unsaid`` is all that matches. ``gap`` sums the gaps above zero of the ``gap_known`` open
    records whose total is known; in ``over`` of them the lines exceed the total. ``sought`` sums the
    capital sought (of ``sought_known``). ``lacking`` counts open records without one of total, capital
    sought, mode, land or terms.
    """

    open: int = 0
    closed: int = 0
    unsaid: int = 0
    gap: Decimal = Decimal(0)
    gap_known: int = 0
    over: int = 0
    sought: Decimal = Decimal(0)
    sought_known: int = 0
    lacking: int = 0
    made_up: int = 0


@dataclass(frozen=True, slots=True)
class OpportunityPage:
    """One page of open records, and the totals of all of them."""

    items: tuple[Opportunity, ...]
    totals: OpportunityTotals


UNKNOWN_STAGES: Final = frozenset(
    {str(Stage.UNKNOWN), str(PromotionStage.UNKNOWN), str(DeliveryMode.UNKNOWN)}
)
"""The code that stands for unknown in stages and modes."""
