"""Counts that belong to an answer: how a filter's records divide by precision, area and category."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from projects.codes import Precision
from projects.summary import Summary


@dataclass(frozen=True, slots=True)
class PrecisionCount:
    """n matched = points + township + county + region + unlocated; the parts always add up."""

    points: int
    township: int
    county: int
    region: int
    unlocated: int

    @property
    def matched(self) -> int:
        """All matching records."""
        return self.points + self.township + self.county + self.region + self.unlocated

    @classmethod
    def of(cls, by_precision: Mapping[int, int]) -> "PrecisionCount":
        """Build from a count by precision 0–5.

        >>> PrecisionCount.of({1: 2, 2: 1, 4: 7, 0: 1}).matched
        11
        """
        count = Counter(by_precision)
        return cls(
            points=count[Precision.BUILDING] + count[Precision.VILLAGE],
            township=count[Precision.TOWNSHIP],
            county=count[Precision.COUNTY],
            region=count[Precision.REGION],
            unlocated=count[Precision.UNLOCATED],
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts of one unit's records; ``missing`` is (path, records that lack it), most first."""

    precision: PrecisionCount
    money_reported: int
    missing: tuple[tuple[str, int], ...]

    @property
    def records(self) -> int:
        """All records of the unit."""
        return self.precision.matched


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an answer: its items, how many matched, how many are returned, how the matches divide."""

    items: tuple[Summary, ...]
    count: PrecisionCount

    @property
    def matched(self) -> int:
        """How many records match the filter."""
        return self.count.matched

    @property
    def returned(self) -> int:
        """How many records this page carries."""
        return len(self.items)


@dataclass(frozen=True, slots=True)
class AreaCount:
    """Records of one area by category; ``level`` is province, prefecture, county or zone.

    Of ``area_only`` no more is known than an area: they are drawn nowhere but in its badge.
    """

    code: str
    level: str
    name: str
    by_category: Mapping[str, int] = field(default_factory=dict)
    area_only: int = 0

    @property
    def total(self) -> int:
        """All records of the area."""
        return sum(self.by_category.values())


def by_area(rows: Iterable[tuple[str, str, str, str, int]]) -> tuple[AreaCount, ...]:
    """Gather rows of (code, level, name, category, count) into one count per area, in order of appearance."""
    gathered: dict[tuple[str, str, str], dict[str, int]] = {}
    for code, level, name, category, count in rows:
        gathered.setdefault((code, level, name), {})[category] = count
    return tuple(AreaCount(*key, by_category=value) for key, value in gathered.items())
