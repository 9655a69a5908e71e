"""Ways along roads instead of straight lines: a graph from line geometries, and shortest ways in it.

Lines are shapely LineStrings or MultiLineStrings in WGS84 degrees, lon first. Every vertex is a node, and
vertices at the same place (seven decimals, a centimetre) are one: roads join where they share a vertex, and a
bridge over a road does not. All roads are used in both directions. A place goes straight to the nearest node,
and that stretch counts; with a node every 50 m a way is at most 100 m too long by that. What no road connects
is out of reach: it is never bridged by a straight line.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from gis.costs import BoolArray, FloatArray, IntArray, check_limit
from gis.errors import BadInput
from gis.geodesy import DECIMALS, distance_m, round_degrees
from gis.positions import checked_positions, unit_vectors

LONGEST_PIECE_M: Final = 50.0
"""Longer stretches between two vertices get nodes in between, so that places join a road where they are."""
_CHUNK_CELLS: Final = 20_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A road graph: node positions, symmetric CSR of metres, component of each node (0 the largest)."""

    nodes: FloatArray
    graph: Any
    component: IntArray

    @property
    def components(self) -> IntArray:
        """Nodes of each component, the largest first: more than one means that parts are not connected."""
        return np.bincount(self.component)


@dataclass(frozen=True, slots=True, eq=False)
class Snapped:
    """The node of each place, -1 where none is near enough, and the straight metres to the nearest node."""

    node: IntArray
    metres: FloatArray

    @property
    def joined(self) -> BoolArray:
        """Whether each place has a road near enough."""
        return np.asarray(self.node >= 0)


@dataclass(frozen=True, slots=True, eq=False)
class RoadCosts:
    """Metres by road of all pairs within a limit (CSR, demand × facility), and how both sides were joined.

    ``demand`` and ``facilities`` tell who has no road; ``other_component`` are demand rows with a road that
    is not connected to the road of any facility.
    """

    metres: Any
    demand: Snapped
    facilities: Snapped
    other_component: IntArray


def road_network(lines: ArrayLike, minutes_per_metre: ArrayLike | None = None) -> Network:
    """Return the graph of the lines; edges are metres, or minutes with one factor per line.

    Of parallel edges the cheapest counts. Raises BadInput when there is no line, a line has an impossible
    position, or factors are missing, negative or of another number.
    """
    roads = np.asarray(lines, dtype=object).reshape(-1)
    kept = np.array([one is not None and not shapely.is_empty(one) for one in roads], dtype=bool)
    if not kept.any():
        raise BadInput("the road file holds no lines; choose the layer with the roads", code="no_roads")
    parts, owner = shapely.get_parts(roads[kept], return_index=True)
    if not np.isin(shapely.get_type_id(parts), (1, 2)).all():
        raise BadInput("roads must be lines; this layer holds points or areas", code="roads_not_lines")
    factor = _factors(minutes_per_metre, len(roads))[np.flatnonzero(kept)[owner]]
    points, line = shapely.get_coordinates(parts, return_index=True)
    ends = np.flatnonzero(line[1:] == line[:-1])
    where = checked_positions(points, "road vertices")
    start, end, rate = _cut(where[ends], where[ends + 1], factor[line[ends]])
    return _joined(start, end, rate)


def snap(network: Network, places: ArrayLike, farthest_m: float) -> Snapped:
    """Return the nearest node of each place within ``farthest_m`` straight metres."""
    check_limit(farthest_m, "the distance to a road")
    where = checked_positions(places, "places")
    tree = cKDTree(unit_vectors(network.nodes))
    _, node = tree.query(unit_vectors(where), distance_upper_bound=np.inf)
    metres = distance_m(where, network.nodes[node])
    return Snapped(np.where(metres <= farthest_m, node, -1), metres)


def road_costs(
    network: Network, demand: ArrayLike, facilities: ArrayLike, limit_m: float, farthest_m: float = 1000.0
) -> RoadCosts:
    """Return the metres by road of all pairs at most ``limit_m`` apart, the stretches to the road included.

    For a network in metres. Two places at one node are as far apart as their stretches add up to. Raises
    BadInput when there are no facilities or none has a road within ``farthest_m``.
    """
    check_limit(limit_m)
    targets = checked_positions(facilities, "facilities")
    if not len(targets):
        raise BadInput("there are no facilities: give at least one", code="no_facilities")
    here, there = snap(network, demand, farthest_m), snap(network, targets, farthest_m)
    if not there.joined.any():
        raise BadInput(
            f"no facility lies within {farthest_m:g} m of a road; check the road file or allow more",
            code="no_road_near", metres=farthest_m,
        )  # fmt: skip
    metres = _pairs(network, here, there, limit_m)
    reachable = np.unique(network.component[there.node[there.joined]])
    apart = here.joined & ~np.isin(network.component[here.node], reachable)
    return RoadCosts(metres, here, there, np.flatnonzero(apart))


def _factors(factors: ArrayLike | None, count: int) -> FloatArray:
    if factors is None:
        return np.ones(count)
    array = np.asarray(factors, dtype=np.float64)
    if array.shape != (count,) or not (np.isfinite(array) & (array >= 0)).all():
        raise BadInput(f"give one factor of at least 0 for each of the {count} roads", code="values")
    return array


def _cut(start: FloatArray, end: FloatArray, rate: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Cut stretches into pieces of at most ``LONGEST_PIECE_M``; return their starts, ends and rates."""
    count = np.maximum(np.ceil(distance_m(start, end) / LONGEST_PIECE_M), 1).astype(np.int64)
    owner = np.repeat(np.arange(len(start)), count)
    piece = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    step = (end - start) / count[:, None]
    first = start[owner] + step[owner] * piece[:, None]
    last = np.where((piece + 1 == count[owner])[:, None], end[owner], first + step[owner])
    return first, last, rate[owner]


def _joined(start: FloatArray, end: FloatArray, rate: FloatArray) -> Network:
    count = len(start)
    rounded = round_degrees(np.concatenate([start, end]))
    # Whole numbers of the last decimal: equal places are equal numbers.
    keys = np.rint(rounded * 10**DECIMALS).astype(np.int64)
    unique, node = np.unique(keys, axis=0, return_inverse=True)
    node = node.reshape(-1)
    cost = distance_m(start, end) * rate
    graph = _cheapest(node[:count], node[count:], cost, len(unique))
    _, label = csgraph.connected_components(graph, directed=False)
    order = np.argsort(-np.bincount(label), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return Network(unique / 10.0**DECIMALS, graph, rank[label])


def _cheapest(one: IntArray, other: IntArray, cost: FloatArray, nodes: int) -> Any:
    """Return the symmetric graph with the cheapest of parallel edges; loops are dropped."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((cost, high, low))
    low, high, cost = low[order], high[order], cost[order]
    first = np.ones(len(low), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    kept = first & (low != high)
    low, high, cost = low[kept], high[kept], cost[kept]
    ends = np.concatenate([low, high]), np.concatenate([high, low])
    return sparse.csr_array((np.concatenate([cost, cost]), ends), shape=(nodes, nodes))


def _pairs(network: Network, here: Snapped, there: Snapped, limit_m: float) -> Any:
    """Search from the facilities' nodes, some at a time, and keep the demand within the limit."""
    joined, places = np.flatnonzero(there.joined), np.flatnonzero(here.joined)
    rows: list[NDArray[np.int64]] = []
    columns: list[NDArray[np.int64]] = []
    lengths: list[FloatArray] = []
    step = max(1, _CHUNK_CELLS // max(len(network.nodes), 1))
    for first in range(0, len(joined), step):
        part = joined[first : first + step]
        ways = csgraph.dijkstra(network.graph, directed=False, indices=there.node[part], limit=limit_m)
        total = ways[:, here.node[places]] + there.metres[part][:, None] + here.metres[places][None]
        facility, place = np.nonzero(total <= limit_m)
        rows.append(places[place])
        columns.append(part[facility])
        lengths.append(total[facility, place])
    found = np.concatenate(lengths), (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_array(found, shape=(len(here.node), len(there.node)))
