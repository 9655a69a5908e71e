"""Ways between places of demand and sites, straight or by road, for one question.

Columns are the existing facilities first, then the candidates, so that a column number means the same
everywhere; rows are the places of demand with anybody, in their order. Costs are metres.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from gis.errors import BadInput
from gis.geodesy import distance_m
from gis.nearest import nearest, pairs_within
from projects.analysis.inputs import FloatArray, IntArray, ShapeLayer
from projects.analysis.siting.inputs import Inputs
from projects.analysis.siting.settings import Question

LARGEST_TABLE: Final = 20_000_000
"""Pairs of place and site of a question that needs them all (160 MB)."""
MOST_PAIRS: Final = 60_000_000
"""Pairs within the distance that are held at once (700 MB)."""
_SAMPLE: Final = 500
WIDEST: Final = 1.2
"""Coverage is also asked at a distance a fifth longer."""
TO_A_ROAD_M: Final = 2000.0
"""A place farther from every road than this has none."""
ALL_PAIRS: Final = (Question.MEDIAN, Question.CENTER)


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """``cost`` demand × site in metres; ``people``, ``rows`` (row in the demand) and ``where`` per row."""

    cost: Any
    people: FloatArray
    rows: IntArray
    where: FloatArray
    sites: FloatArray
    """Positions of the columns."""
    factor: float
    network: Any = None
    no_road: int = 0
    components: int = 0

    def to_nearest(self, columns: IntArray) -> tuple[IntArray, FloatArray]:
        """Return for each row the place in ``columns`` of the nearest of them (-1: none), and the metres."""
        if not len(columns):
            return np.full(len(self.rows), -1), np.full(len(self.rows), np.inf)
        if self.network is None:
            found = nearest(self.where, self.sites[columns])
            return found.index, found.metres * self.factor
        return _by_road(self.network, self.where, self.sites[columns])


def ways_of(inputs: Inputs) -> Ways:
    """Return the ways that the question needs: all of them, or those within the distance and a fifth more.

    Raises BadInput ``siting_nobody`` when nobody is anywhere, ``siting_one_place`` when all are at one
    position, ``siting_too_large``, and what the road network raises.
    """
    rows = np.flatnonzero(inputs.demand.people > 0)
    _check(inputs, rows)
    where = inputs.demand.lonlat[rows]
    sites = np.concatenate([inputs.kept.lonlat.reshape(-1, 2), inputs.candidates.lonlat])
    people, settings = inputs.demand.people[rows], inputs.settings
    every = settings.ask in ALL_PAIRS
    if every and len(rows) * len(sites) > LARGEST_TABLE:
        raise too_large(len(rows), len(sites), LARGEST_TABLE)
    limit = np.inf if every else settings.radius_m * WIDEST
    if not every:
        _check_pairs(where, sites, limit / settings.detour)
    if inputs.roads is not None:
        return _road_ways(inputs.roads, rows, (where, sites, people), limit)
    if every:
        cost: Any = distance_m(where[:, None, :], sites[None, :, :]) * settings.detour
    else:
        cost = pairs_within(where, sites, limit / settings.detour)
        cost.data *= settings.detour
    return Ways(cost, people, rows, where, sites, settings.detour)


def _check(inputs: Inputs, rows: IntArray) -> None:
    if not len(rows):
        raise BadInput("nobody lives at any place of demand", code="siting_nobody")
    if len(np.unique(inputs.demand.lonlat[rows].round(6), axis=0)) < 2:
        raise BadInput(
            "all demand is at one position: any site there serves it", code="siting_one_place", rows=len(rows)
        )


def _check_pairs(where: FloatArray, sites: FloatArray, limit: float) -> None:
    """Raise BadInput ``siting_too_large`` when there would be too many pairs, by a sample of places."""
    sample = where[:: max(1, len(where) // _SAMPLE)]
    if len(where) * len(sites) <= MOST_PAIRS:
        return
    near = sum(int((distance_m(one, sites) <= limit).sum()) for one in sample)
    if near / len(sample) * len(where) > MOST_PAIRS:
        raise too_large(len(where), len(sites), MOST_PAIRS)


def too_large(places: int, sites: int, most: int) -> BadInput:
    """Return what is said of a question with too many ways between places and sites."""
    return BadInput(
        f"{places} places × {sites} sites are too many; ask of a smaller area", code="siting_too_large",
        places=places, sites=sites, most=most,
    )  # fmt: skip


def _road_ways(
    roads: ShapeLayer, rows: IntArray, columns: tuple[FloatArray, FloatArray, FloatArray], limit: float
) -> Ways:
    from gis.network import road_costs, road_network

    where, sites, people = columns
    network = road_network(roads.geometries)
    found = road_costs(network, where, sites, limit, TO_A_ROAD_M)
    no_road = int((~found.demand.joined).sum() + (~found.facilities.joined).sum())
    return Ways(found.metres, people, rows, where, sites, 1.0, network, no_road, len(network.components))


def _by_road(network: Any, where: FloatArray, sites: FloatArray) -> tuple[IntArray, FloatArray]:
    from gis.network import road_costs, snap
    from gis.siting import nearest_chosen

    if not snap(network, sites, TO_A_ROAD_M).joined.any():
        # Existing facilities away from every road of the file serve nobody by road; new ones still may.
        return np.full(len(where), -1), np.full(len(where), np.inf)
    metres = road_costs(network, where, sites, np.inf, TO_A_ROAD_M).metres
    return nearest_chosen(metres, np.arange(len(sites)))
