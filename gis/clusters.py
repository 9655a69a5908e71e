"""Density clusters (DBSCAN) by great-circle distance, their hulls, and what another ε would have given.

DBSCAN (Ester, Kriegel, Sander, Xu 1996): a point with at least ``min_points`` points within ε, itself
included, is a core point; core points within ε of each other share a cluster; any other point within ε of a
core point is on the border of its cluster; the rest is noise. That describes density and tests nothing: a
result belongs together with its ε, its minimum size, its share of noise and ``sensitivity``.

How it stays small in memory: coincident points become one spot; spots are put into cubes whose diagonal is ε,
so that all core spots of a cube belong together; links to the nearest neighbours join most cubes; and only
cubes that still belong to different clusters are compared, point by point, in portions. No list of all pairs
is ever made.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gis.errors import BadInput
from gis.positions import checked_positions, chord, unit_vectors

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

NOISE: Final = -1

_ROUNDING = 1e-15  # of the unit sphere, six nanometres: a distance equal to ε counts as within
_ONE_BY_ONE = 64  # to this minimum size neighbours are fetched; beyond it they are only counted
_NEAREST = 6  # links to so many neighbours join nearly all cubes that belong together
_CUBES = 5_000  # cubes whose surroundings are listed in one go
_BY_TREE = 2_000  # from so many pairs between two cubes a k-d tree is faster than comparing all
_PORTION = 1_000_000  # pairs looked at in one go: some 50 MB


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """What ε × 0.5, ε and × 2 give: arrays of length 3 in this order."""

    eps_m: FloatArray
    clusters: IntArray
    noise_share: FloatArray
    largest: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class ClusterOutlines:
    """Clusters 0, 1, …: points in each, and its convex hull in degrees (lon, lat).

    The hull of one spot is a point, that of spots in a line is a line. Hulls are drawn in the plane of
    degrees; a cluster across 180° gets one around the wrong side of the earth.
    """

    counts: IntArray
    hulls: NDArray[np.object_]


def density_clusters(points: ArrayLike, eps_m: float, min_points: int) -> IntArray:
    """Return a cluster number for each point, -1 for noise.

    ``points``: WGS84 degrees, shape (n, 2), longitude first. ``eps_m``: great-circle metres on the sphere of
    radius 6,371,008.8 m. ``min_points``: points within ε that make a core point, itself included.

    The labels are those of scikit-learn's DBSCAN with haversine distance: clusters are numbered by their
    first core point in row order, and a border point that reaches several clusters belongs to the one with
    the lowest number. Only distances equal to ε up to rounding (some nanometres) may be judged differently.

    Raises BadInput for positions that are none, eps_m that is not a positive number, and min_points below 1.

    >>> density_clusters([(113.60, 24.80), (113.60, 24.81), (113.61, 24.80), (114, 25)], 2000, 3)
    array([ 0,  0,  0, -1])
    """
    lonlat = checked_positions(points)
    _check(eps_m, min_points)
    if len(lonlat) < min_points:
        return np.full(len(lonlat), NOISE, dtype=np.int64)
    reach, min_points = float(chord(eps_m)) + _ROUNDING, int(min_points)
    spots = _spots(lonlat, reach)
    core = _core(spots, reach, min_points)
    labels = np.full(len(core), NOISE, dtype=np.int64)
    labels[core] = _clusters_of_core(spots.vectors[core], spots.cube[core], spots.first_row[core], reach)
    _label_borders(labels, spots.vectors, reach, min_points)
    return labels[spots.of_row]


def noise_share(labels: IntArray) -> float:
    """Return the share of points that belong to no cluster; NaN where there are no points."""
    return float(np.mean(labels == NOISE)) if len(labels) else float("nan")


def sensitivity(points: ArrayLike, eps_m: float, min_points: int) -> Sensitivity:
    """Return what half the ε, ε, and double the ε give; raises as ``density_clusters`` does."""
    eps = np.array([0.5, 1.0, 2.0]) * eps_m
    runs = [density_clusters(points, float(e), min_points) for e in eps]
    sizes = [np.bincount(labels[labels != NOISE]) for labels in runs]
    return Sensitivity(
        eps_m=eps,
        clusters=np.array([len(size) for size in sizes], dtype=np.int64),
        noise_share=np.array([noise_share(labels) for labels in runs]),
        largest=np.array([size.max(initial=0) for size in sizes], dtype=np.int64),
    )


def outlines(points: ArrayLike, labels: IntArray) -> ClusterOutlines:
    """Return count and convex hull of each cluster, in the order of their numbers.

    ``points``: WGS84 degrees, shape (n, 2), lon first; ``labels``: of ``density_clusters`` for these points.
    Raises BadInput when the two differ in length.
    """
    lonlat = checked_positions(points)
    if len(lonlat) != len(labels):
        raise BadInput(
            f"{len(lonlat)} points but {len(labels)} labels: pass the labels of these points",
            code="length",
            points=len(lonlat),
            labels=len(labels),
        )
    order = np.argsort(labels, kind="stable")
    order = order[labels[order] != NOISE]
    grouped: Any = shapely.multipoints(shapely.points(lonlat[order]), indices=labels[order])
    return ClusterOutlines(np.bincount(labels[order]), np.asarray(shapely.convex_hull(grouped), dtype=object))


class _Spots(NamedTuple):
    """Distinct positions, sorted by their cube."""

    vectors: FloatArray  # (s, 3) on the unit sphere
    points: IntArray  # how many points lie on the spot
    first_row: IntArray  # the first of them
    cube: IntArray  # number of the cube, ascending
    of_row: IntArray  # (n,) spot of each point


def _check(eps_m: float, min_points: int) -> None:
    if not (np.isfinite(eps_m) and eps_m > 0):
        raise BadInput(
            f"the distance must be a positive number of metres, not {eps_m!r}", code="eps", eps_m=eps_m
        )
    if min_points < 1 or min_points != int(min_points):
        raise BadInput(
            f"the minimum size must be a whole number from 1, not {min_points!r}",
            code="min_points",
            min_points=min_points,
        )


def _spots(lonlat: FloatArray, reach: float) -> _Spots:
    _, first, of_row, points = np.unique(
        _paired(lonlat[:, 0], lonlat[:, 1]), return_index=True, return_inverse=True, return_counts=True
    )
    vectors = unit_vectors(lonlat[first])
    cube = _cubes(vectors, reach / np.sqrt(3.0) * (1.0 - 1e-9))
    order = np.argsort(cube, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return _Spots(vectors[order], points[order], first[order], cube[order], place[of_row])


def _cubes(vectors: FloatArray, side: float) -> IntArray:
    """Return the number of each vector's cube; exact for any side, since cubes are compared as floats."""
    x, y, z = np.floor(vectors / side).T
    column = np.unique(_paired(x, y), return_inverse=True)[1]
    return np.asarray(np.unique(_paired(column, z), return_inverse=True)[1], dtype=np.int64)


def _paired(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.complex128]:
    """Two columns as one that sorts by both: many times faster than unique rows."""
    pair = np.empty(len(first), dtype=np.complex128)
    pair.real, pair.imag = first, second
    return pair


def _core(spots: _Spots, reach: float, min_points: int) -> BoolArray:
    """Which spots are core: those of full cubes at once, the others by their neighbours."""
    core = np.bincount(spots.cube, weights=spots.points)[spots.cube] >= min_points
    rest = np.flatnonzero(~core)
    if not len(rest):
        return core
    if min_points > _ONE_BY_ONE:
        every = _tree(np.repeat(spots.vectors, spots.points, axis=0))
        found = every.query_ball_point(spots.vectors[rest], reach, return_length=True)
        core[rest] = found >= min_points
        return core
    tree, points = _tree(spots.vectors), np.append(spots.points, 0)
    for part, near in _nearest(tree, spots.vectors, rest, min_points, reach):
        core[part] = points[near].sum(axis=1) >= min_points
    return core


def _tree(vectors: FloatArray) -> Any:
    return cKDTree(vectors, balanced_tree=False)  # a balanced tree is slow where points pile up


def _nearest(
    tree: Any, vectors: FloatArray, wanted: IntArray, count: int, reach: float
) -> Iterator[tuple[IntArray, IntArray]]:
    """Yield portions of ``wanted`` and their nearest places in the tree within reach; its size means none."""
    ranks = np.arange(1, min(count, tree.n) + 1)
    step = max(1, _PORTION // len(ranks))
    for start in range(0, len(wanted), step):
        part = wanted[start : start + step]
        yield part, tree.query(vectors[part], k=ranks, distance_upper_bound=reach)[1]


def _clusters_of_core(vectors: FloatArray, cube: IntArray, first_row: IntArray, reach: float) -> IntArray:
    """Return the cluster of each core spot (sorted by cube), numbered by first row."""
    if not len(vectors):
        return np.empty(0, dtype=np.int64)
    starts = np.flatnonzero(np.diff(cube, prepend=-1))
    cube = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(cube)))
    links = _near_links(vectors, cube, reach)
    links = np.concatenate((links, *_far_links(vectors, starts, _components(links, len(starts)), reach)))
    cluster = _components(links, len(starts))[cube]
    first = np.full(cluster.max() + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, cluster, first_row)
    return np.argsort(np.argsort(first))[cluster]


def _components(links: IntArray, count: int) -> IntArray:
    graph = coo_array((np.ones(len(links), dtype=np.int8), (links[:, 0], links[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _near_links(vectors: FloatArray, cube: IntArray, reach: float) -> IntArray:
    """Pairs of cubes joined by some spot's nearest neighbours."""
    known, found = np.append(cube, -1), []
    for part, near in _nearest(_tree(vectors), vectors, np.arange(len(cube)), _NEAREST, reach):
        ends = known[near]
        at, rank = np.nonzero((ends >= 0) & (ends != cube[part][:, None]))
        found.append(np.column_stack((cube[part[at]], ends[at, rank])))
    return np.concatenate(found)


def _far_links(
    vectors: FloatArray, starts: IntArray, component: IntArray, reach: float
) -> Iterator[IntArray]:
    """Yield pairs of cubes within reach of each other that the nearest neighbours did not join."""
    if component.max() == 0:
        return
    stops = np.append(starts[1:], len(vectors))
    middles = vectors[starts]  # any spot of a cube is within reach of all others there
    tree = _tree(middles)
    for start in range(0, len(starts), _CUBES):
        near = _tree(middles[start : start + _CUBES]).sparse_distance_matrix(
            tree, 3.0 * reach, output_type="ndarray"
        )
        pairs = np.column_stack((near["i"] + start, near["j"]))
        pairs = pairs[pairs[:, 0] < pairs[:, 1]]
        pairs = pairs[component[pairs[:, 0]] != component[pairs[:, 1]]]
        yield from _touching(vectors, starts, stops, pairs, reach)


def _touching(
    vectors: FloatArray, starts: IntArray, stops: IntArray, pairs: IntArray, reach: float
) -> Iterator[IntArray]:
    """Yield those pairs of cubes of which some two spots are within reach."""
    work = np.prod((stops - starts)[pairs], axis=1)
    for one, other in pairs[work > _BY_TREE]:
        near = _tree(vectors[starts[one] : stops[one]]).query(
            vectors[starts[other] : stops[other]], distance_upper_bound=reach
        )[0]
        if np.isfinite(near).any():
            yield np.array([[one, other]])
    small = pairs[work <= _BY_TREE]
    portion = np.cumsum(work[work <= _BY_TREE]) // _PORTION
    for part in np.split(small, np.flatnonzero(np.diff(portion)) + 1):
        yield part[_any_within(vectors, starts[part], stops[part], reach)]


def _any_within(vectors: FloatArray, starts: IntArray, stops: IntArray, reach: float) -> BoolArray:
    """Whether any two spots of each pair of cubes (rows of starts and stops) are within reach."""
    if not len(starts):
        return np.zeros(0, dtype=np.bool_)
    first, second = (stops - starts).T
    work = first * second
    begin = np.cumsum(work) - work
    step = np.arange(work.sum()) - np.repeat(begin, work)
    row, column = np.divmod(step, np.repeat(second, work))
    apart = vectors[row + np.repeat(starts[:, 0], work)] - vectors[column + np.repeat(starts[:, 1], work)]
    within = np.einsum("ij,ij->i", apart, apart) <= reach * reach
    return np.asarray(np.logical_or.reduceat(within, begin), dtype=np.bool_)


def _label_borders(labels: IntArray, vectors: FloatArray, reach: float, min_points: int) -> None:
    """Give spots that are not core, in place, the lowest cluster number among the core spots within reach."""
    core, rest = np.flatnonzero(labels != NOISE), np.flatnonzero(labels == NOISE)
    if not len(core) or not len(rest):
        return
    none = np.iinfo(np.int64).max
    number = np.append(labels[core], none)
    for part, near in _nearest(_tree(vectors[core]), vectors, rest, min_points, reach):
        lowest = number[near].min(axis=1)
        labels[part] = np.where(lowest == none, NOISE, lowest)
