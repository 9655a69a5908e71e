"""What was asked of the siting page: a question, where sites could stand, whom they are for; one link each.

Distances are kilometres, money is 万元, room is people. ``read`` never raises: what it cannot use falls back
to the usual value and is named.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final, TypeVar

from projects.analysis.demand import Weight
from projects.codes import Category
from projects.filters import ParamIssue

T = TypeVar("T")

TOWNSHIPS: Final = "townships"
GRID: Final = "grid"
MOST_SITES: Final = 200
DETOURS: Final = (1.0, 1.2, 1.4, 2.0)
"""What straight lines are multiplied with; roads need none."""
_LAYER: Final = re.compile(r"[1-9][0-9]{0,8}")


class Question(StrEnum):
    """What is to be best."""

    COVERAGE = "coverage"
    """Most people within the distance, with a number of sites."""
    BUDGET = "budget"
    """Most people within the distance, for a sum of money."""
    CAPACITY = "capacity"
    """Most people within the distance who find room."""
    MEDIAN = "median"
    """The shortest way on average."""
    CENTER = "center"
    """The shortest longest way."""
    COVER = "cover"
    """The fewest sites that leave nobody out."""


class Kept(StrEnum):
    """Which existing facilities serve people already and stay."""

    OPERATING = "operating"
    """Records that are completed or in operation."""
    ALL = "all"
    """Every record, planned ones too."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one run; layers are given by number, "" for none."""

    ask: Question = Question.COVERAGE
    build: Category = Category.ELDERLY_CARE
    """What is to be built; existing facilities are those of this category."""
    n: int = 3
    """New sites."""
    km: float = 5.0
    """Farthest way that counts as served."""
    sites: str = TOWNSHIPS
    """Where sites could stand: townships' seats, a grid, or a loaded layer's number."""
    grid: float = 5.0
    """Kilometres between the points of the grid."""
    apart: float = 0.0
    """Least kilometres between two sites."""
    ban: str = ""
    """Layer of polygons in which nothing is built."""
    kept: Kept = Kept.OPERATING
    room: int = 0
    """People that a site takes where its list does not say; 0: not said."""
    money: Decimal = Decimal(0)
    """What may be spent, 万元."""
    each: Decimal = Decimal(0)
    """What a site costs where its list does not say, 万元; 0: not said."""
    people: str = TOWNSHIPS
    """Whom sites are for: townships' seats, or a loaded layer's number."""
    count: Weight = Weight.PEOPLE
    roads: str = ""
    """Layer of roads; "" for straight lines."""
    detour: float = 1.0

    @property
    def radius_m(self) -> float:
        """The farthest way in metres."""
        return self.km * 1000.0

    def params(self) -> dict[str, str]:
        """Return the link parameters that give these settings again; usual values are left out.

        >>> Settings(n=4, money=Decimal("800.50")).params()
        {'n': '4', 'money': '800.5'}
        """
        usual = Settings()
        return {
            one.name: text_of(getattr(self, one.name))
            for one in fields(self)
            if getattr(self, one.name) != getattr(usual, one.name)
        }

    def layers(self) -> tuple[int, ...]:
        """Return the numbers of the layers that are asked for."""
        return tuple(int(one) for one in (self.people, self.sites, self.ban, self.roads) if one.isdecimal())


def text_of(value: object) -> str:
    """Return a value as it stands in a link: numbers without trailing zeros.

    >>> text_of(5.0), text_of(Decimal("1E+2")), text_of(Question.COVER)
    ('5', '100', 'cover')
    """
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def usual() -> dict[str, str]:
    """Return every parameter with its usual value."""
    return {one.name: text_of(getattr(Settings(), one.name)) for one in fields(Settings)}


def read(given: Mapping[str, str]) -> tuple[Settings, list[ParamIssue]]:
    """Return the settings of link parameters, and those that could not be used.

    >>> read({"n": "x", "km": "2.5"})[0].km, [one.name for one in read({"n": "x"})[1]]
    (2.5, ['n'])
    """
    values: dict[str, object] = {}
    issues: list[ParamIssue] = []
    for name, parse in _PARSED.items():
        text = given.get(name, "").strip()
        if not text:
            continue
        try:
            values[name] = parse(text)
        except (ValueError, InvalidOperation, OverflowError):
            issues.append(ParamIssue(name, text[:40], "invalid"))
    return Settings(**values), issues  # type: ignore[arg-type]  # each parser returns its field's type


def _number(lowest: float, highest: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = float(text)
        if not lowest <= value <= highest:
            raise ValueError(text)
        return value

    return parse


def _whole(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdecimal() or not lowest <= int(text) <= highest:
            raise ValueError(text)
        return int(text)

    return parse


def _money(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite() or not 0 <= value <= 100_000_000:
        raise ValueError(text)
    return round(value, 6)


def _detour(text: str) -> float:
    value = float(text)
    if value not in DETOURS:
        raise ValueError(text)
    return value


def _layer_or(*names: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in names and not _LAYER.fullmatch(text):
            raise ValueError(text)
        return text

    return parse


_PARSED: Final[Mapping[str, Callable[[str], object]]] = {
    "ask": Question,
    "build": Category,
    "n": _whole(1, MOST_SITES),
    "km": _number(0.1, 500),
    "sites": _layer_or(TOWNSHIPS, GRID),
    "grid": _number(0.2, 100),
    "apart": _number(0, 100),
    "ban": _layer_or(),
    "kept": Kept,
    "room": _whole(0, 100_000_000),
    "money": _money,
    "each": _money,
    "people": _layer_or(TOWNSHIPS),
    "count": Weight,
    "roads": _layer_or(),
    "detour": _detour,
}
