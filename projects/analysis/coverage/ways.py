"""How far it is from each place to each facility: by straight line, along loaded roads, or in minutes there.

A way along roads is never mixed with a straight line: what no road joins is out of reach and listed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

import numpy as np
from scipy import sparse

from gis.access import DETOURS
from gis.errors import BadInput
from gis.nearest import nearest, pairs_within
from gis.network import Network, road_costs, road_network, snap
from projects.analysis.inputs import BoolArray, FloatArray, IntArray, ShapeLayer

NEAR_ROAD_M: Final = 1000.0
"""A place farther than this from every road has none."""
MOST_PAIRS: Final = 30_000_000
"""Pairs of place and facility within the catchment that are held at once: 12 bytes each."""
CELLS: Final = 4_000_000
"""Pairs of place and facility that are searched along roads between two reports of progress."""
_SAMPLE: Final = 2_000


class Measure(StrEnum):
    """What the distance is."""

    STRAIGHT = "straight"
    ROAD = "road"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """The nearest facility of each place and all pairs within the catchment, in metres or minutes.

    ``facility`` is -1 and ``cost`` infinite where no facility can be reached. ``no_road`` and ``apart`` are
    rows of places: without a road near, and with one that leads to no facility.
    """

    measure: Measure
    facility: IntArray
    cost: FloatArray
    pairs: Any
    """CSR, place × facility; a stored zero is a cost of zero."""
    no_road: IntArray
    apart: IntArray
    facilities_no_road: IntArray

    def only(self, rows: BoolArray) -> "Ways":
        """Return the ways of some of the places."""
        at = np.full(len(self.cost), -1, dtype=np.int64)
        at[rows] = np.arange(int(rows.sum()))
        return replace(
            self,
            facility=self.facility[rows],
            cost=self.cost[rows],
            pairs=self.pairs[np.flatnonzero(rows)],
            no_road=at[self.no_road[rows[self.no_road]]],
            apart=at[self.apart[rows[self.apart]]],
        )

    @property
    def factors(self) -> tuple[float, ...]:
        """What the cost is multiplied with: detours for a straight line, nothing for a road."""
        return DETOURS if self.measure is Measure.STRAIGHT else (1.0,)


def straight(demand: FloatArray, facilities: FloatArray, widest_m: float) -> Ways:
    """Return great-circle metres; raises BadInput ``no_facilities``, ``too_many_pairs``."""
    found = nearest(demand, facilities)
    _check_pairs(demand, facilities, widest_m)
    none = np.empty(0, dtype=np.int64)
    pairs = pairs_within(demand, facilities, widest_m)
    return Ways(Measure.STRAIGHT, found.index, found.metres, pairs, none, none, none)


def _check_pairs(demand: FloatArray, facilities: FloatArray, widest_m: float) -> None:
    """Refuse a catchment that would need more memory than an old PC has, by a sample."""
    step = max(1, len(demand) // _SAMPLE)
    sample = pairs_within(demand[::step], facilities, widest_m)
    guess = int(sample.nnz * step)
    if guess > MOST_PAIRS:
        raise BadInput(
            f"about {guess} pairs lie within the catchment, at most {MOST_PAIRS} can be held; choose less",
            code="too_many_pairs",
            pairs=guess,
            most=MOST_PAIRS,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """A road graph; with ``speeds`` its edges are metres at ``pace``: as long as they take at that speed."""

    network: Network
    pace_kmh: float
    timed: bool
    without_speed: int
    """Lines whose speed nobody wrote down; they take ``pace``."""

    @property
    def components(self) -> tuple[int, ...]:
        """Nodes of each connected part, the largest first."""
        return tuple(int(one) for one in self.network.components)


def roads_of(layer: ShapeLayer, *, minutes: bool, pace_kmh: float) -> Roads:
    """Return the graph of a loaded layer of roads.

    For minutes each line is stretched to the metres that its time takes at ``pace_kmh``, the speed of the
    stretch between a place and its road: so both parts of a way add up in one unit.

    Raises BadInput ``no_speeds`` when minutes are wanted and no line has a speed, and as ``road_network``.
    """
    unknown = ~(np.isfinite(layer.speed_kmh) & (layer.speed_kmh > 0))
    if not minutes:
        return Roads(road_network(layer.geometries), pace_kmh, timed=False, without_speed=0)
    if unknown.all():
        raise BadInput("no road of this layer has a speed; use metres instead", code="no_speeds")
    speed = np.where(unknown, pace_kmh, layer.speed_kmh)
    network = road_network(layer.geometries, pace_kmh / speed)
    return Roads(network, pace_kmh, timed=True, without_speed=int(unknown.sum()))


def by_road(
    roads: Roads,
    demand: FloatArray,
    facilities: FloatArray,
    widest: float,
    step: Callable[[int, int], None] | None = None,
) -> Ways:
    """Return metres (or minutes) along roads; ``widest`` is the catchment in that unit.

    ``step(done, of)`` is called between groups of facilities and may raise to stop. Raises BadInput
    ``no_facilities`` and ``no_road_near``.
    """
    if not len(facilities):
        raise BadInput("there are no facilities: give at least one", code="no_facilities")
    there = snap(roads.network, facilities, NEAR_ROAD_M).joined
    here = snap(roads.network, demand, NEAR_ROAD_M)
    if not there.any():
        raise BadInput(
            f"no facility lies within {NEAR_ROAD_M:g} m of a road; check the road file",
            code="no_road_near",
            metres=NEAR_ROAD_M,
        )
    joined = np.flatnonzero(there)
    unit = roads.pace_kmh * 1000.0 / 60.0 if roads.timed else 1.0
    search = _Search(len(demand), len(facilities), widest * unit)
    size = max(1, CELLS // max(1, len(demand), len(roads.network.nodes)))
    for first in range(0, len(joined), size):
        if step is not None:
            step(first, len(joined))
        part = joined[first : first + size]
        search.add(part, road_costs(roads.network, demand, facilities[part], np.inf, NEAR_ROAD_M))
    measure = Measure.MINUTES if roads.timed else Measure.ROAD
    return search.ways(measure, unit, here.joined, np.flatnonzero(~there))


class _Search:
    """The nearest facility and the pairs within the catchment, gathered from groups of facilities."""

    def __init__(self, places: int, facilities: int, widest: float) -> None:
        self._shape, self._widest = (places, facilities), widest
        self._cost = np.full(places, np.inf)
        self._facility = np.full(places, -1, dtype=np.int64)
        self._parts: list[tuple[IntArray, IntArray, FloatArray]] = []
        self._apart = np.ones(places, dtype=bool)

    def add(self, part: IntArray, found: Any) -> None:
        """Take over what one group of facilities reaches."""
        pairs = sparse.coo_array(found.metres)
        order = np.lexsort((pairs.coords[1], pairs.data))[::-1]
        row, column, cost = pairs.coords[0][order], pairs.coords[1][order], pairs.data[order]
        best, at = np.full(self._shape[0], np.inf), np.full(self._shape[0], -1, dtype=np.int64)
        # Written from the dearest to the cheapest: what stands last is the nearest.
        best[row], at[row] = cost, part[column]
        nearer = best < self._cost
        self._cost[nearer], self._facility[nearer] = best[nearer], at[nearer]
        near = cost <= self._widest
        self._parts.append((row[near], part[column[near]], cost[near]))
        mask = np.zeros(self._shape[0], dtype=bool)
        mask[found.other_component] = True
        self._apart &= mask

    def ways(self, measure: Measure, unit: float, joined: BoolArray, no_road: IntArray) -> Ways:
        """Return everything in the unit of the measure."""
        row, column, cost = (np.concatenate(one) for one in zip(*self._parts, strict=True))
        pairs = sparse.csr_array((cost / unit, (row, column)), shape=self._shape)
        pairs.sort_indices()
        apart = np.flatnonzero(self._apart & joined)
        return Ways(
            measure, self._facility, self._cost / unit, pairs, np.flatnonzero(~joined), apart, no_road
        )
