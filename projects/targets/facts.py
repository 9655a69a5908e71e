"""What the library, the census and the reports say, gathered for measuring; no database here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from projects.codes import PromotionStage, Stage
from projects.targets.model import Indicator, Report, Target

FINISHED: Final = frozenset({Stage.COMPLETED, Stage.OPERATING})
STARTED: Final = FINISHED | {Stage.NEW_START, Stage.CONSTRUCTION}
LANDED: Final = frozenset({PromotionStage.LANDED, PromotionStage.STARTED, PromotionStage.OPERATING})
GONE: Final = Stage.WITHDRAWN
"""A record taken out of the library counts nowhere."""


@dataclass(frozen=True, slots=True)
class Place:
    """An area of the split: ``level`` is county, zone, prefecture or province; ``census`` its census code."""

    code: str
    name: str
    level: str
    prefecture_code: str | None
    province_code: str | None
    census: str = ""

    def inside(self, code: str) -> bool:
        """Whether this is an area, or lies in it."""
        return code in (self.code, self.prefecture_code, self.province_code)


@dataclass(frozen=True, slots=True)
class Group:
    """Records that are alike: how many, of how many the beds are known, and these beds.

    ``place`` is the finest area known of them (county, else zone, prefecture, province; empty for none), so
    that each record counts once. ``ids`` names them where they are few.
    """

    place: str
    stage: str
    count: int
    beds_known: int = 0
    beds: int = 0
    parent: str = ""
    kind: str = ""
    category: str = ""
    ownership: str = ""
    """公办, 民办, 混合; empty when nobody said."""
    promotion: str = ""
    ids: tuple[str, ...] = ()
    prefecture_code: str | None = None
    province_code: str | None = None
    demo: bool = False

    def inside(self, code: str) -> bool:
        """Whether the records lie in an area."""
        return code in (self.place, self.prefecture_code, self.province_code)


@dataclass(frozen=True, slots=True)
class SlotCount:
    """Slots of a programme in one state, of one county (empty: nobody's)."""

    programme: str
    county: str
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Census:
    """Permanent residents of 2020-11-01 of one unit."""

    code: str
    name: str
    level: str
    population: int
    aged_60: int
    aged_65: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that measuring asks."""

    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    places: Sequence[Place] = ()
    """Prefectures, counties, and zones that the census counts by themselves."""
    groups: Sequence[Group] = ()
    """Records below programmes and named ones, grouped."""
    beds: Sequence[Group] = ()
    """Records of the categories that have beds, grouped."""
    slots: Sequence[SlotCount] = ()
    reports: Sequence[Report] = ()
    """Accepted ones."""
    census: Mapping[str, Census] = field(default_factory=dict)
    overlaps: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Census zone → the counties it overlaps, whose rates may be overstated for that."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Area or zone → name, of all that occur."""
    done: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """Programme → year → how many of its units were confirmed or put into use in it, where a date says so."""

    def below(self, code: str) -> list[Place]:
        """Return the parts whose reports make up an area's: a province's prefectures, else ``within``."""
        if code.endswith("0000"):
            return [p for p in self.places if p.level == "prefecture" and p.province_code == code]
        return self.within(code)

    def within(self, code: str) -> list[Place]:
        """Return the counties and census zones of an area, in code order, counties first."""
        lower = ("county", "zone")
        found = [p for p in self.places if p.level in lower and p.inside(code) and p.code != code]
        return sorted(found, key=lambda place: (place.level == "zone", place.code))

    def population(self, code: str) -> Census | None:
        """Return the residents of a county, zone, prefecture or province, None where none is known.

        A prefecture has its own total; a province is the sum of its prefectures' totals, never of levels.
        """
        own = self.census.get(code)
        if own is not None or not code.endswith("0000"):
            return own
        parts = [c for c in self.census.values() if c.level == "prefecture_total" and c.code[:2] == code[:2]]
        return _added(code, parts) if parts else None

    def overstated(self, code: str) -> bool:
        """Whether people of a zone without a polygon are missing from a county's residents."""
        return any(code in counties for counties in self.overlaps.values())


def _added(code: str, parts: Sequence[Census]) -> Census:
    return Census(
        code,
        "",
        "province",
        sum(part.population for part in parts),
        sum(part.aged_60 for part in parts),
        sum(part.aged_65 for part in parts),
    )


def counted(group: Group, rule: str) -> bool | None:
    """Whether the records of a group count by a rule of the recipes; None when their stage is not known.

    >>> counted(Group("", Stage.OPERATING, 1), "finished"), counted(Group("", Stage.UNKNOWN, 1), "finished")
    (True, None)
    """
    wanted = FINISHED if rule == "finished" else STARTED
    if group.stage in wanted or (rule == "settled" and group.promotion in LANDED):
        return True
    silent = group.stage == Stage.UNKNOWN
    if rule == "settled":
        silent = silent and group.promotion in ("", PromotionStage.UNKNOWN)
    return None if silent else False


def reports_of(facts: Facts, indicator: str, areas: Iterable[str]) -> list[Report]:
    """Return the accepted reports of an indicator for some areas, oldest period first."""
    wanted = set(areas)
    found = [r for r in facts.reports if r.indicator == indicator and r.area_code in wanted]
    return sorted(found, key=lambda report: (report.period_to, report.id))


def chosen(reports: Sequence[Report], target: Target) -> Report | None:
    """Return the report that a target is judged by: the promised year's, else the last one before it.

    Without a promised year the latest. What was reported for later years belongs to the trajectory only.
    """
    fitting = [r for r in reports if target.year is None or r.period_to.year <= target.year]
    return fitting[-1] if fitting else None


def current(report: Report, target: Target) -> bool:
    """Whether a report speaks of the promised year itself."""
    return target.year is None or report.period_to.year == target.year
