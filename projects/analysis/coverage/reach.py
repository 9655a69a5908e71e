"""Who reaches care: places against facilities, aligned row by row, as one plain result.

``ways`` holds the distances of exactly these places and facilities; everything is counted from it once, so
bands, counties and facilities cannot disagree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from scipy import sparse

from gis.access import CoverageBands, circle_minutes, coverage_bands, two_step_floating_catchment
from gis.costs import within
from gis.errors import BadInput
from gis.nearest import nearest
from projects.analysis.coverage.choosing import By, CoverageSettings, Decay, Supply
from projects.analysis.coverage.results import Access, Band, Circle, CountyRow, FacilityRow, PlaceRow, Reach
from projects.analysis.coverage.ways import Measure, Roads, Ways, by_road, roads_of, straight
from projects.analysis.demand import Demand, Weight
from projects.analysis.inputs import BoolArray, FloatArray, IntArray, Placed, ShapeLayer

MOST_ROWS: Final = 3_000
"""Places that a result holds one by one; the others are in its sums."""
WIDER: Final = 1.5
"""Access is shown for a second catchment so much wider: it depends on the choice."""
COMPONENTS: Final = 10
CURVE_STEPS: Final = 40
MODES: Final = ("walk", "bicycle", "car")
_BANDS: Final = (Band.SURE, Band.DEPENDS, Band.GAP, Band.NO_WAY)

Step = Callable[[int, int], None] | None


@dataclass(frozen=True, slots=True)
class Limits:
    """Limit and catchments in the unit of the distance: metres or minutes."""

    limit: float
    catch: float

    @property
    def wide(self) -> float:
        """The second catchment."""
        return self.catch * WIDER


def limits(settings: CoverageSettings) -> Limits:
    """Return the limits that the settings mean."""
    if settings.roads and settings.by is By.MINUTES:
        return Limits(settings.minutes, 2.0 * settings.minutes)
    return Limits(settings.limit * 1000.0, settings.catch * 1000.0)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Who has to reach what, under which settings; ``names`` are those of the counties by code.

    ``core`` marks the places that are asked about: the others, a ring of neighbours, only compete for the
    supply. None means all.
    """

    settings: CoverageSettings
    demand: Demand
    facilities: Placed
    names: Mapping[str, str]
    core: BoolArray | None = None


def reach(question: Question, roads: ShapeLayer | None = None, step: Step = None) -> Reach:
    """Return the coverage of places by facilities, along ``roads`` when they are given, else straight.

    ``step(done, of)`` is called along roads and may raise to stop.

    Raises BadInput: ``no_facilities``, ``too_many_pairs``, and as the road network does.
    """
    settings, bounds = question.settings, limits(question.settings)
    demand, facilities = question.demand.lonlat, question.facilities.lonlat
    if not len(facilities):
        raise BadInput("there are no facilities: give at least one", code="no_facilities")
    if roads is None:
        return compose(question, straight(demand, facilities, bounds.wide))
    graph = roads_of(roads, minutes=settings.by is By.MINUTES, pace_kmh=settings.pace)
    return compose(question, by_road(graph, demand, facilities, bounds.wide, step), graph)


def compose(question: Question, ways: Ways, roads: Roads | None = None) -> Reach:
    """Return the result of ``ways`` between exactly these places and facilities.

    Raises ``ValueError`` when they do not belong together.
    """
    settings, demand, facilities = question.settings, question.demand, question.facilities
    if len(ways.cost) != len(demand) or ways.pairs.shape != (len(demand), len(facilities)):
        raise ValueError("the distances are not those of these places and facilities")
    bounds = limits(settings)
    shares = _access(question, ways, bounds)
    if question.core is not None:
        demand, ways, shares = (
            demand.only(question.core),
            ways.only(question.core),
            shares.only(question.core),
        )
    bands = coverage_bands(ways.cost, demand.people, bounds.limit, ways.factors)
    band = _band(bands, ways.cost)
    order = _worst_first(demand, ways)[:MOST_ROWS]
    ranked = _reached(demand, ways)
    return Reach(
        kind=demand.kind,
        weight=demand.weight,
        basis=demand.basis,
        source=demand.source,
        measure=ways.measure,
        limit=bounds.limit,
        factors=ways.factors,
        people=demand.total,
        places=len(demand),
        covered=bands.covered,
        uncovered=bands.uncovered,
        bands=_by_band(band, demand.people),
        counties=_counties(demand, ways, bands, band, question.names),
        facilities=_facilities(demand, facilities, ways, bounds),
        rows=tuple(_row(demand, ways, band, shares, row) for row in order.tolist()),
        circles=_circles(settings, demand, facilities),
        curve=_curve(demand, ways, bounds.limit),
        median=ranked[0],
        farthest=ranked[1],
        spots=len(np.unique(facilities.lonlat, axis=0)),
        missing=dict(demand.missing),
        missing_people=demand.missing_people,
        missing_named=demand.missing_named,
        counties_without=demand.counties_without,
        no_road=len(ways.no_road),
        apart=len(ways.apart),
        without_speed=roads.without_speed if roads else 0,
        components=roads.components[:COMPONENTS] if roads else (),
        access=shares.access,
        no_access=shares.refused,
    )


def _band(bands: CoverageBands, cost: FloatArray) -> IntArray:
    """Return the position in ``_BANDS`` of each place."""
    band = np.where(bands.sure, 0, np.where(bands.depends, 1, 2))
    return np.where(np.isfinite(cost), band, 3)


def _by_band(band: IntArray, people: FloatArray) -> dict[Band, tuple[float, int]]:
    sums = np.bincount(band, people, len(_BANDS)).tolist()
    counts = np.bincount(band, minlength=len(_BANDS)).tolist()
    return {one: (sums[n], counts[n]) for n, one in enumerate(_BANDS) if counts[n]}


def _worst_first(demand: Demand, ways: Ways) -> IntArray:
    """Return rows by distance, the farthest first, among equals the most people, then id order."""
    return np.lexsort((np.arange(len(demand)), -demand.people, -ways.cost))


def _reached(demand: Demand, ways: Ways) -> tuple[float | None, float | None]:
    """Return the weighted median and the largest cost; None where it is infinite or nobody is there."""
    people = demand.people if demand.total > 0 else np.ones(len(demand))
    order = np.argsort(ways.cost, kind="stable")
    grown = np.cumsum(people[order])
    middle = float(ways.cost[order][np.searchsorted(grown, grown[-1] / 2.0)])
    finite = ways.cost[np.isfinite(ways.cost)]
    return _finite(middle), float(finite.max()) if len(finite) else None


def _curve(demand: Demand, ways: Ways, limit: float) -> tuple[tuple[float, tuple[float, ...]], ...]:
    """Return people covered at limits from nothing to twice the chosen one, per factor."""
    at = np.linspace(0.0, 2.0 * limit, CURVE_STEPS + 1)
    order = np.argsort(ways.cost, kind="stable")
    grown = np.concatenate([[0.0], np.cumsum(demand.people[order])])
    reached = ways.cost[order]
    by_factor = [grown[np.searchsorted(reached * factor, at, side="right")] for factor in ways.factors]
    return tuple((float(one), tuple(float(covered[n]) for covered in by_factor)) for n, one in enumerate(at))


def _counties(
    demand: Demand, ways: Ways, bands: CoverageBands, band: IntArray, names: Mapping[str, str]
) -> tuple[CountyRow, ...]:
    """Return one row per county that holds a place, in code order; places in no known county come last."""
    codes = sorted({one for one in demand.county if one is not None})
    at = {code: row for row, code in enumerate(codes)}
    owner = np.array([len(codes) if one is None else at[one] for one in demand.county], dtype=np.int64)
    count = len(codes) + 1
    places = np.bincount(owner, minlength=count)
    people = np.bincount(owner, demand.people, count)
    inside = [ways.cost * factor <= bands.limit_m for factor in bands.factors]
    covered = [np.bincount(owner[one], demand.people[one], count) for one in inside]
    lost = band >= _BANDS.index(Band.GAP)
    gap = np.bincount(owner[lost], demand.people[lost], count)
    gap_places = np.bincount(owner[lost], minlength=count)
    return tuple(
        CountyRow(
            code,
            names.get(code or "", code or ""),
            int(places[n]),
            float(people[n]),
            tuple(float(one[n]) for one in covered),
            float(gap[n]),
            int(gap_places[n]),
        )
        for n, code in enumerate([*codes, None])
        if places[n]
    )


def _facilities(demand: Demand, facilities: Placed, ways: Ways, bounds: Limits) -> tuple[FacilityRow, ...]:
    """Return each facility with the places within the limit that are nearest to it."""
    count = len(facilities)
    near = (ways.facility >= 0) & (ways.cost <= bounds.limit)
    people = np.bincount(ways.facility[near], demand.people[near], count).tolist()
    places = np.bincount(ways.facility[near], minlength=count).tolist()
    off = set(ways.facilities_no_road.tolist())
    return tuple(
        FacilityRow(
            facilities.ids[row],
            facilities.names[row],
            facilities.category[row],
            facilities.county[row],
            float(facilities.lonlat[row, 0]),
            float(facilities.lonlat[row, 1]),
            None if np.isnan(facilities.beds[row]) else int(facilities.beds[row]),
            people[row],
            places[row],
            row not in off,
            facilities.basis[row] == "demo",
        )
        for row in range(count)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Shares:
    """Access per place in both catchments (NaN: all beds in reach are unknown), or why there is none."""

    near: FloatArray | None
    wide: FloatArray | None
    access: Access | None
    refused: str = ""

    def only(self, rows: BoolArray) -> "_Shares":
        """Return the shares of some of the places; the sums are those of all."""
        near = None if self.near is None else self.near[rows]
        return replace(self, near=near, wide=None if self.wide is None else self.wide[rows])


def _access(question: Question, ways: Ways, bounds: Limits) -> _Shares:
    """Return the two-step floating catchment; beds that nobody reported supply nothing and are counted."""
    settings, demand, facilities = question.settings, question.demand, question.facilities
    known = np.isfinite(facilities.beds)
    if settings.supply is Supply.BEDS and not known.any():
        return _Shares(None, None, None, "no_beds_known")
    if not demand.total > 0:
        return _Shares(None, None, None, "nobody_lives_there")
    beds = settings.supply is Supply.BEDS
    supply = np.where(known, facilities.beds, 0.0) if beds else np.ones(len(facilities))
    decay: Literal["gaussian"] | None = "gaussian" if settings.decay is Decay.GAUSSIAN else None
    near, wide = (
        two_step_floating_catchment(demand.people, supply, ways.pairs, one, decay)
        for one in (bounds.catch, bounds.wide)
    )
    silent = ~known if beds else np.zeros(len(facilities), dtype=bool)
    unclear = (near == 0) & _reaches(ways.pairs, silent, bounds.catch)
    anybody = _anybody(ways.pairs, demand.people, bounds.catch, open_end=decay is not None)
    core = _core(question)
    return _Shares(
        np.where(unclear, np.nan, near),
        np.where((wide == 0) & _reaches(ways.pairs, silent, bounds.wide), np.nan, wide),
        Access(
            catchment=bounds.catch,
            wide=bounds.wide,
            supply=float(supply.sum()),
            reached=float(supply[anybody].sum()),
            given=float(near @ demand.people),
            unknown_supply=int(silent.sum()),
            nobody=float(demand.people[(near == 0) & ~unclear & core].sum()),
            unclear=float(demand.people[unclear & core].sum()),
        ),
    )


def _reaches(pairs: Any, facilities: BoolArray, catchment: float) -> BoolArray:
    """Return which places have one of some facilities in the catchment."""
    close = within(pairs, catchment)
    ones = sparse.csr_array((np.ones(len(close.data)), close.indices, close.indptr), shape=close.shape)
    return np.asarray(ones @ facilities.astype(np.float64) > 0)


def _core(question: Question) -> BoolArray:
    return np.ones(len(question.demand), dtype=bool) if question.core is None else question.core


def _anybody(pairs: Any, people: FloatArray, catchment: float, *, open_end: bool) -> BoolArray:
    """Return which facilities have people in their catchment; at its very end a Gaussian counts nobody."""
    close = within(pairs, catchment)
    counts = (close.data < catchment if open_end else close.data <= catchment).astype(np.float64)
    weights = sparse.csr_array((counts, close.indices, close.indptr), shape=close.shape)
    return np.asarray(weights.T @ people > 0)


def _circles(settings: CoverageSettings, demand: Demand, facilities: Placed) -> tuple[Circle, ...]:
    """Return who lives within the circles of each way to travel: always straight lines."""
    metres = nearest(demand.lonlat, facilities.lonlat).metres
    found = []
    for mode in MODES:
        radius = circle_minutes(settings.minutes, getattr(settings, mode), settings.detour)
        inside = metres <= radius
        found.append(Circle(mode, radius, float(demand.people[inside].sum()), int(inside.sum())))
    return tuple(found)


def _row(demand: Demand, ways: Ways, band: IntArray, shares: _Shares, row: int) -> PlaceRow:
    facility = int(ways.facility[row])
    return PlaceRow(
        demand.ids[row],
        demand.names[row],
        demand.county[row],
        float(demand.lonlat[row, 0]),
        float(demand.lonlat[row, 1]),
        float(demand.people[row]),
        _finite(float(ways.cost[row])),
        facility if facility >= 0 else None,
        _BANDS[int(band[row])],
        None if shares.near is None else _finite(float(shares.near[row])),
        None if shares.wide is None else _finite(float(shares.wide[row])),
    )


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def per(weight: Weight) -> float:
    """Return what access is multiplied with for a table: per 1,000 people, per one village or place."""
    return 1000.0 if weight is Weight.PEOPLE else 1.0


def is_road(measure: Measure) -> bool:
    """Return whether a distance goes along roads."""
    return measure is not Measure.STRAIGHT
