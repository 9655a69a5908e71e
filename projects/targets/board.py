"""The board: every target with its actual value, status, distance, split by county and trajectory.

For every recipe the library is asked first, for what it lists can be looked at one by one; where that does
not prove the target met, a report is taken, for the library need not know everything there is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from projects.targets import counting, reported
from projects.targets.facts import Facts, Place, reports_of
from projects.targets.judging import NOTHING, Actual, Need, NeedKind, distance, judge, overall, past_due
from projects.targets.model import Direction, Method, Report, Status, Target

COUNTED: Final = (Method.CHILDREN, Method.CHILDREN_BEDS, Method.NAMED)


@dataclass(frozen=True, slots=True)
class Part:
    """One area of a target's split; ``status`` is None where the number is not each area's to reach."""

    code: str
    name: str
    level: str
    actual: Actual
    status: Status | None = None
    readings: tuple[Actual, ...] = ()
    overstated: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a trajectory."""

    when: date
    value: Decimal
    source: str
    basis: str = "reported"


@dataclass(frozen=True, slots=True)
class Row:
    """One target on the board."""

    target: Target
    status: Status
    actual: Actual
    overdue: bool = False
    missing: Decimal | None = None
    """How much is still to go, an upper bound where the actual value is known from below only."""
    parts: tuple[Part, ...] = ()
    series: tuple[Point, ...] = ()
    readings: tuple[Actual, ...] = ()
    """The actual value by each reading of the text: 60+, 65+."""
    other: Actual | None = None
    """What the second source says, where there are two (library and report)."""
    area_name: str = ""

    @property
    def tally(self) -> Mapping[Status, int]:
        """How many areas have which status, for a number that each must reach."""
        return Counter(part.status for part in self.parts if part.status is not None)


@dataclass(frozen=True, slots=True)
class Case:
    """A target, what is known, and the day on which it is judged."""

    target: Target
    facts: Facts
    today: date

    @property
    def direction(self) -> Direction:
        """Whether more or less is better."""
        found = self.facts.indicators.get(self.target.recipe.indicator)
        return found.direction if found else Direction.UP

    def judged(self, actual: Actual) -> Status:
        """Return what can be said of an actual value."""
        return judge(self.target, actual, self.direction)


def board(targets: Sequence[Target], facts: Facts, today: date) -> tuple[Row, ...]:
    """Return all targets, measured and judged, in their order."""
    return tuple(row_of(target, facts, today) for target in targets)


def row_of(target: Target, facts: Facts, today: date) -> Row:
    """Return one target, measured and judged."""
    name = facts.names.get(target.area_code, target.area_code)
    if target.recipe.method is Method.RULE:
        return Row(target, Status.RULE, NOTHING, area_name=name)
    case = Case(target, facts, today)
    return replace(_each(case) if target.each else _whole(case), area_name=name)


def _whole(case: Case) -> Row:
    """Return a target that its area has to reach as a whole."""
    target = case.target
    actual, readings, other = _measured(case, target.area_code)
    status = case.judged(actual)
    return Row(
        target,
        status,
        actual,
        past_due(target, status, case.today),
        distance(target, actual, case.direction),
        _split(case),
        series(target, case.facts),
        readings,
        other,
    )


def _each(case: Case) -> Row:
    """Return a target that every county has to reach."""
    target = case.target
    places = [p for p in case.facts.within(target.area_code) if p.level == "county"]
    parts = tuple(_part(case, place, judged=True) for place in places)
    status = overall([part.status for part in parts if part.status is not None])
    dates = [part.actual.as_of for part in parts if part.actual.as_of and not part.actual.nothing]
    actual = Actual(
        basis=next((part.actual.basis for part in parts if part.status is not Status.UNKNOWN), ""),
        as_of=max(dates, default=None),
        known=sum(part.status in (Status.MET, Status.NOT_MET) for part in parts),
        of=len(parts),
        covers="areas",
        needs=tuple(n for part in parts if part.status is Status.UNKNOWN for n in part.actual.needs),
    )
    overdue = past_due(target, status, case.today)
    return Row(target, status, actual, overdue, None, parts, series(target, case.facts))


def _part(case: Case, place: Place, *, judged: bool) -> Part:
    actual, readings, _ = _measured(case, place.code, place)
    over = case.target.recipe.method is Method.RATE and case.facts.overstated(place.code)
    status = case.judged(actual) if judged else None
    return Part(place.code, place.name, place.level, actual, status, readings, over)


Found = tuple[Actual, tuple[Actual, ...], Actual | None]


def _measured(case: Case, area: str, place: Place | None = None) -> Found:
    """Return the actual value in an area, its readings, and what the second source says."""
    target, facts, today = case.target, case.facts, case.today
    method = target.recipe.method
    if method is Method.SLOTS:
        return counting.slots(facts, target, today, place.code if place else ""), (), None
    if method in COUNTED:
        count = counting.beds if method is Method.CHILDREN_BEDS else counting.records
        return _better(case, area, count(facts, target, area, today))
    if method is Method.RATE:
        return _rate(case, area, place)
    if place is None and method in _SPANNING:
        return _SPANNING[method](facts, target, today), (), None
    whole = reported.reported if place is None else reported.one
    return whole(facts, target, target.recipe.indicator, area, today), (), None


_SPANNING: Final[Mapping[Method, Callable[[Facts, Target, date], Actual]]] = {
    Method.GROWTH: reported.growth,
    Method.INCREASE: reported.increase,
}


def _better(case: Case, area: str, listed: Actual) -> Found:
    """Return what the library lists where that proves the target met, else what was reported, if anything."""
    told = reported.reported(case.facts, case.target, case.target.recipe.indicator, area, case.today)
    if told.nothing:
        return _asking(listed, told), (), None
    if case.judged(listed) is Status.MET:
        return listed, (), told
    return told, (), None if listed.nothing else listed


def _asking(listed: Actual, told: Actual) -> Actual:
    """Return what the library lists, with the report that would say more."""
    return replace(listed, needs=(*listed.needs, *told.needs)) if listed.needs else listed


def _rate(case: Case, area: str, place: Place | None) -> Found:
    """Return a number per 1,000 people: reported or counted above, the census below."""
    facts, target, recipe = case.facts, case.target, case.target.recipe
    people = facts.population(place.census if place and place.census else area)
    above = counting.beds(facts, target, area, case.today)
    told = reported.reported(facts, target, recipe.base, area, case.today)
    listed, readings = counting.rate(above, people, recipe.population)
    if told.nothing:
        return _asking(listed, told), readings, None
    said, said_readings = counting.rate(told, people, recipe.population)
    if not said.needs and case.judged(said) is Status.UNKNOWN:
        said = replace(said, needs=(Need(NeedKind.READING, recipe.indicator, (area,)),))
    return said, said_readings, None if listed.nothing else listed


def _split(case: Case) -> tuple[Part, ...]:
    """Return the areas of a whole: a city's counties, a province's prefectures, and what lies in none.

    Only where a part can be said by itself; nothing is shared out.
    """
    method = case.target.recipe.method
    if method is Method.NAMED:
        return ()
    parts = tuple(_part(case, p, judged=False) for p in case.facts.below(case.target.area_code))
    if not parts or method not in (*COUNTED, Method.SLOTS):
        return parts
    return (*parts, _rest(case))


def _rest(case: Case) -> Part:
    """Return what the library counts in the area and in none of its parts."""
    facts, target = case.facts, case.target
    inside = {place.code for place in facts.below(target.area_code)}
    if target.recipe.method is Method.SLOTS:
        free = tuple(s for s in facts.slots if s.county not in inside)
        actual = counting.slots(replace(facts, slots=free), target, case.today)
    else:
        loose = tuple(g for g in facts.groups if not any(g.inside(code) for code in inside))
        count = counting.beds if target.recipe.method is Method.CHILDREN_BEDS else counting.records
        actual = count(replace(facts, groups=loose), target, target.area_code, case.today)
    return Part("", "", "none", actual)


def series(target: Target, facts: Facts) -> tuple[Point, ...]:
    """Return the trajectory: own reports, else sums of complete parts, else the library by year."""
    code = target.recipe.base if target.recipe.method is Method.RATE else target.recipe.indicator
    own = reports_of(facts, code, [target.area_code])
    points = [Point(r.period_to, r.value, r.source_note, r.basis) for r in own]
    points = points or list(_summed(target, facts, code))
    per = _per(target, facts)
    points = [replace(point, value=point.value * per) for point in points]
    return tuple(points or _cumulated(facts.done.get(target.recipe.programme, {})))


def _summed(target: Target, facts: Facts, code: str) -> Iterable[Point]:
    """Yield the sums of those periods in which every part reported."""
    if target.each or not facts.indicators[code].adds_up:
        return
    parts = {place.code for place in facts.below(target.area_code)}
    by_period: dict[date, list[Report]] = {}
    for report in reports_of(facts, code, parts):
        by_period.setdefault(report.period_to, []).append(report)
    for when, reports in sorted(by_period.items()):
        if {report.area_code for report in reports} == parts:
            value = sum((report.value for report in reports), Decimal(0))
            yield Point(when, value, "", reports[0].basis)


def _per(target: Target, facts: Facts) -> Decimal:
    """Return what a stock is multiplied with for the unit of the target (1,000 ÷ people, of 60+)."""
    people = facts.population(target.area_code) if target.recipe.method is Method.RATE else None
    if people is None:
        return Decimal(1)
    return counting.THOUSAND / (
        people.aged_60 if target.recipe.population == "elderly" else people.population
    )


def _cumulated(by_year: Mapping[int, int]) -> Iterable[Point]:
    done = 0
    for year in sorted(by_year):
        done += by_year[year]
        yield Point(date(year, 12, 31), Decimal(done), "", "library")


def counts(rows: Iterable[Row]) -> dict[Status, int]:
    """Return how many targets have which status, zeros included; they add up to all."""
    seen = Counter(row.status for row in rows)
    return {status: seen[status] for status in Status}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of the board are wanted; an empty field does not restrict, the fields are joined with *and*.

    ``year`` holds years as text and ``none`` for targets without one, ``status`` also ``overdue``.
    """

    document: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()

    def keeps(self, row: Row) -> bool:
        """Whether a row fits every field that is set."""
        said = {
            "document": {row.target.document_id},
            "area": {row.target.area_code, *(part.code for part in row.parts)},
            "year": {str(row.target.year or "none")},
            "status": {str(row.status), *(("overdue",) if row.overdue else ())},
            "unit": {key for key, _ in row.target.leads},
        }
        return all(not (wanted := getattr(self, name)) or said[name] & set(wanted) for name in said)
