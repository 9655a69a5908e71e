"""Two to six hand-picked sites side by side; what differs is marked, what is unknown stays unknown."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from projects.promotion.opportunities import UNKNOWN_STAGES, Opportunity

FEWEST: Final = 2
MOST: Final = 6
"""How many sites stand side by side: more do not fit an A4 page."""


@dataclass(frozen=True, slots=True)
class Step:
    """A dated step that lies ahead: its milestone code and planned day."""

    code: str
    planned_on: date


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest other record of a category with an exact position: its name and metres, straight line."""

    name: str
    metres: float


Value = str | int | Decimal | Step | Near | None
"""One cell of a comparison; None is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyContext:
    """What is known of the county around a site: permanent residents (census), and records in the library.

    ``hospitals`` and ``elderly_care`` count what plans name in that county, not services in existence.
    """

    name: str
    census_year: int | None = None
    residents: int | None = None
    residents_60: int | None = None
    residents_65: int | None = None
    hospitals: int = 0
    elderly_care: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site of a comparison. ``near_…`` is None where no distance can be told.

    A distance is told between positions of precision 1–2 alone: a township's seat is nobody's address.
    """

    facts: Opportunity
    ahead: tuple[Step, ...] = ()
    context: CountyContext | None = None
    near_hospital: Near | None = None
    near_elderly_care: Near | None = None


class Type(StrEnum):
    """How the values of a row are written."""

    TEXT = "text"
    CATEGORY = "category"
    CODE = "code"
    PRECISION = "precision"
    MONEY = "money"
    NUMBER = "number"
    STEP = "step"
    NEAR = "near"


class Attribute(NamedTuple):
    """One row of the table: its key, headings, how it is written, and where its value comes from."""

    key: str
    zh: str
    en: str
    type: Type
    read: Callable[[Site], Value]


class Row(NamedTuple):
    """One row filled in: a value per site in their order, None for unknown."""

    attribute: Attribute
    values: tuple[Value, ...]

    @property
    def differs(self) -> bool:
        """Whether the sites do not all say the same; unknown is unlike any value."""
        return len(set(self.values)) > 1


def _said(code: str) -> str | None:
    return None if code in UNKNOWN_STAGES else code


def _context(name: str) -> Callable[[Site], Value]:
    def read(site: Site) -> Value:
        value: Value = getattr(site.context, name) if site.context else None
        return value

    return read


def _step(position: int) -> Callable[[Site], Value]:
    def read(site: Site) -> Value:
        return site.ahead[position] if len(site.ahead) > position else None

    return read


def _near(name: str) -> Callable[[Site], Value]:
    def read(site: Site) -> Value:
        found: Near | None = getattr(site, name)
        return found

    return read


ATTRIBUTES: Final = (
    Attribute("category", "类别", "Category", Type.CATEGORY, lambda s: s.facts.category),
    Attribute("place", "所在地", "Area", Type.TEXT, lambda s: s.facts.place),
    Attribute("zone", "功能区", "Functional zone", Type.TEXT, lambda s: s.facts.zone),
    Attribute("precision", "定位精度", "Location precision", Type.PRECISION, lambda s: s.facts.precision),
    Attribute("stage", "阶段", "Stage", Type.CODE, lambda s: _said(s.facts.stage)),
    Attribute(
        "promotion_stage", "招商阶段", "Promotion stage", Type.CODE, lambda s: _said(s.facts.promotion_stage)
    ),
    Attribute("open", "对外招商", "Open to capital", Type.CODE, lambda s: s.facts.open_to_capital),
    Attribute("mode", "建设运营方式", "Delivery mode", Type.CODE, lambda s: _said(s.facts.delivery_mode)),
    Attribute("land_status", "用地情况", "Land", Type.CODE, lambda s: s.facts.land_status),
    Attribute("land_mu", "用地（亩）", "Land (mu)", Type.NUMBER, lambda s: s.facts.land_mu),
    Attribute(
        "total", "总投资（万元）", "Total investment (10,000 CNY)", Type.MONEY, lambda s: s.facts.total
    ),
    Attribute("gap", "资金缺口（万元）", "Funding gap (10,000 CNY)", Type.MONEY, lambda s: s.facts.gap),
    Attribute(
        "sought",
        "拟引资额（万元）",
        "Capital sought (10,000 CNY)",
        Type.MONEY,
        lambda s: s.facts.capital_sought,
    ),
    Attribute("beds", "床位（张）", "Beds", Type.NUMBER, lambda s: s.facts.beds),
    Attribute(
        "floor_area_m2", "建筑面积（平方米）", "Floor area (m²)", Type.NUMBER, lambda s: s.facts.floor_area_m2
    ),
    Attribute("ahead", "下一里程碑", "Next milestone", Type.STEP, _step(0)),
    Attribute("ahead_2", "再下一里程碑", "Milestone after that", Type.STEP, _step(1)),
    Attribute("residents", "本县常住人口（人）", "County residents", Type.NUMBER, _context("residents")),
    Attribute(
        "residents_60", "其中60岁以上（人）", "of these 60 and over", Type.NUMBER, _context("residents_60")
    ),
    Attribute(
        "residents_65", "其中65岁以上（人）", "of these 65 and over", Type.NUMBER, _context("residents_65")
    ),
    Attribute(
        "hospitals",
        "本县库内医疗服务机构（条）",
        "Medical records in the county",
        Type.NUMBER,
        _context("hospitals"),
    ),
    Attribute(
        "elderly_care",
        "本县库内健康养老（条）",
        "Elderly-care records in the county",
        Type.NUMBER,
        _context("elderly_care"),
    ),
    Attribute(
        "near_hospital",
        "最近的库内医疗服务机构（直线）",
        "Nearest medical record (straight line)",
        Type.NEAR,
        _near("near_hospital"),
    ),
    Attribute(
        "near_elderly_care",
        "最近的库内健康养老（直线）",
        "Nearest elderly-care record (straight line)",
        Type.NEAR,
        _near("near_elderly_care"),
    ),
    Attribute(
        "cooperation",
        "招商内容与合作条件",
        "What is offered and on what terms",
        Type.TEXT,
        lambda s: s.facts.cooperation or None,
    ),
    Attribute("owner_unit", "归属单位", "Owner unit", Type.TEXT, lambda s: s.facts.owner_unit),
)
"""The rows, in print order."""


def rows(sites: Sequence[Site]) -> tuple[Row, ...]:
    """Return the table of a comparison, a row per attribute and a value per site."""
    return tuple(Row(one, tuple(one.read(site) for site in sites)) for one in ATTRIBUTES)


def picked(ids: Iterable[str]) -> tuple[str, ...]:
    """Return the sites to compare: each once, in the order given, no more than fit.

    >>> picked(["SG-0002", "SG-0001", "SG-0002"])
    ('SG-0002', 'SG-0001')
    """
    return tuple(dict.fromkeys(ids))[:MOST]
