"""What the slides show, gathered in one pass: the records by area, each record in exactly one of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from data.exports.pieces import released
from data.exports.tally import Tally
from projects.codes import Level
from projects.ports import AreaName
from projects.summary import Summary
from services.pack.bench import Bench

LIST_ALL: Final = 500
"""Up to so many records each is listed; of more each area lists its first ``FIRST`` and counts the rest."""
FIRST: Final = 12
MOST_COUNTIES: Final = 100
"""Counties with a slide of their own: those with most records; the others stand in the table of areas."""
_LEVELS: Final = ("county", "zone", "prefecture", "province", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a list; ``total`` in 万元, None unknown."""

    id: str
    name: str
    category: str
    stage: str
    precision: int
    total: Decimal | None
    funding: str
    basis: str


@dataclass(slots=True)
class Area:
    """The records known to lie in one area and in none finer; ``level`` "" for those that lie nowhere."""

    code: str
    level: str
    name: str
    above: str = ""
    """The prefecture it lies in, "" where it is one or has none."""
    total: int = 0
    by_category: Counter[str] = field(default_factory=Counter)
    rows: list[Row] = field(default_factory=list)
    touching: int = 0
    """Records of other areas that touch this county; in no total."""
    order: tuple[str, int, str] = ("", 0, "")


@dataclass(frozen=True, slots=True)
class Content:
    """All of it: areas in print order, what passed, and how many records are listed one by one."""

    areas: tuple[Area, ...]
    tally: Tally
    by_category: Counter[str]
    listed: int
    modelled: int
    demo: int

    @property
    def matched(self) -> int:
        """All records."""
        return self.tally.count.matched

    @property
    def with_slides(self) -> tuple[Area, ...]:
        """The areas that get slides: all but the counties beyond ``MOST_COUNTIES``, those with fewest."""
        counties = sorted((a for a in self.areas if a.level == Level.COUNTY), key=lambda a: -a.total)
        beyond = {area.code for area in counties[MOST_COUNTIES:]}
        return tuple(area for area in self.areas if area.level != Level.COUNTY or area.code not in beyond)


def gather(bench: Bench) -> Content:
    """Read the records of the filter, each county of the filter included even when nothing lies in it."""
    chosen, library = bench.request.chosen, bench.library
    most = None if library.count(chosen).matched <= LIST_ALL else FIRST
    areas: dict[str, Area] = {}
    tally, bases = Tally(), Counter[str]()
    by_category: Counter[str] = Counter()
    with released(library.stream(chosen)) as stream:
        for one in tally.watch(stream):
            area = _area_of(areas, one)
            _count(area, one, most)
            by_category[one.category] += 1
            bases[one.basis] += 1
    known = {area.code: area for area in library.areas(Level.COUNTY)}
    _add_empty(areas, chosen.county, known)
    _add_touching(areas, library.touching_counts(chosen))
    ordered = tuple(sorted(areas.values(), key=lambda area: area.order))
    listed = sum(len(area.rows) for area in ordered)
    return Content(ordered, tally, by_category, listed, bases["modelled"], bases["demo"])


def _area_of(areas: dict[str, Area], one: Summary) -> Area:
    """Return the finest area of a record, made when it is the first there."""
    finest = (
        (one.county_code, one.county),
        (one.zone_id, one.zone),
        (one.prefecture_code, one.prefecture),
        (one.province_code, one.province),
        ("", ""),
    )
    level, (code, name) = next(
        (lv, pair) for lv, pair in zip(_LEVELS, finest, strict=True) if pair[0] or not lv
    )
    key = code or ""
    if key not in areas:
        above = (one.prefecture or one.province or "") if level in ("county", "zone") else ""
        group = one.prefecture_code or one.province_code or "~"
        areas[key] = Area(key, level, name or key, above, order=(group, _LEVELS.index(level), key))
    return areas[key]


def _count(area: Area, one: Summary, most: int | None) -> None:
    area.total += 1
    area.by_category[one.category] += 1
    if most is None or len(area.rows) < most:
        area.rows.append(
            Row(
                id=one.id,
                name=one.name,
                category=one.category,
                stage=one.stage,
                precision=one.precision,
                total=one.total_investment_wan,
                funding=one.funding_status,
                basis=one.basis,
            )
        )


def _add_empty(areas: dict[str, Area], asked: Iterable[str], known: Mapping[str, AreaName]) -> None:
    """Add the counties that were asked for and hold nothing: that they are empty is an answer."""
    for code in asked:
        area = known.get(code)
        if code not in areas and area:
            group = area.prefecture_code or area.province_code or "~"
            areas[code] = Area(code, "county", area.name, order=(group, 0, code))


def _add_touching(areas: Mapping[str, Area], touching: Mapping[str, Mapping[str, int]]) -> None:
    for code, area in areas.items():
        if area.level == Level.COUNTY:
            area.touching = max(sum(touching.get(code, {}).values()) - area.total, 0)


def marked(bench: Bench, basis: str, name: str) -> str:
    """Return a record's name, marked where it is modelled or invented."""
    marks = {"modelled": bench.pick("【模拟】", "[modelled] "), "demo": bench.pick("【演示】", "[practice] ")}
    return marks.get(basis, "") + name
