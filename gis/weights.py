"""Who is whose neighbour: spatial weights as SciPy CSR matrices, in the order of the areas.

Row i holds the neighbours of area i. Contiguity and nearest neighbours give weights of 1;
``row_standardised`` makes each row sum to one, and nothing else here changes weights unasked. An *island* is
an area with no neighbour but perhaps itself.
"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, diags_array, issparse
from scipy.spatial import cKDTree

from gis.errors import BadInput
from gis.positions import checked_positions, unit_vectors

IntArray = NDArray[np.int64]

_AREAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def queen(polygons: Any) -> Any:
    """Return contiguity weights: 1 where two areas share at least one point, as the queen moves.

    ``polygons``: sequence of n shapely polygons or multipolygons, any CRS that all of them share. Areas that
    overlap are neighbours too. Raises BadInput for what is no area, is empty, or has
    broken coordinates.
    """
    areas = np.asarray(polygons, dtype=object).ravel()
    _check_areas(areas)
    if not len(areas):
        return csr_array((0, 0), dtype=np.float64)
    try:
        one, other = shapely.STRtree(areas).query(areas, predicate="intersects")
    except shapely.errors.GEOSException as error:
        raise BadInput(f"a boundary is broken, repair it first: {error}", code="areas") from error
    different = one != other
    return _binary(one[different], other[different], len(areas))


def nearest_neighbours(points: ArrayLike, k: int) -> Any:
    """Return weights of 1 for the k nearest others of each point, by great-circle distance.

    ``points``: WGS84 degrees, shape (n, 2), lon first. Not symmetric in general. Of equally distant points
    any may be taken. Raises BadInput for k below 1 or not below n.
    """
    lonlat = checked_positions(points)
    if not 1 <= k < len(lonlat):
        raise BadInput(
            f"{k} nearest neighbours cannot be had among {len(lonlat)} points: take 1 to {len(lonlat) - 1}",
            code="neighbours",
            k=k,
            n=len(lonlat),
        )
    one, other = _nearest(lonlat, np.arange(len(lonlat)), k)
    return _binary(one, other, len(lonlat))


def attach_islands(weights: Any, points: ArrayLike, k: int = 1) -> Any:
    """Return weights in which islands have their k nearest neighbours, and those have the island.

    ``weights``: sparse (n, n), not yet row-standardised; ``points``: a position per area (WGS84 degrees, lon
    first). Raises BadInput when the two differ in length.
    """
    matrix, lonlat = checked_weights(weights), checked_positions(points)
    if matrix.shape[0] != len(lonlat):
        raise BadInput(
            f"weights for {matrix.shape[0]} areas but {len(lonlat)} positions: join them by id first",
            code="length",
            areas=matrix.shape[0],
            points=len(lonlat),
        )
    alone = islands(matrix)
    if not len(alone) or len(lonlat) < 2:
        return matrix
    one, other = _nearest(lonlat, alone, min(k, len(lonlat) - 1))
    links = _binary(np.append(one, other), np.append(other, one), len(lonlat))
    return csr_array(matrix + links)


def row_standardised(weights: Any) -> Any:
    """Return weights with each row divided by its sum; empty rows stay empty."""
    matrix = checked_weights(weights)
    sums = matrix.sum(axis=1)
    return csr_array(diags_array(1.0 / np.where(sums > 0, sums, 1.0)) @ matrix)


def islands(weights: Any) -> IntArray:
    """Return the indices of areas with no neighbour but perhaps themselves."""
    matrix = csr_array(weights)
    others = np.diff(matrix.indptr) - (matrix.diagonal() != 0)
    return np.flatnonzero(others == 0)


def ring(weights: Any, chosen: ArrayLike, order: int = 1) -> IntArray:
    """Return the indices of areas that are not ``chosen`` but within ``order`` steps of one that is.

    Areas at the edge of a prefecture have neighbours beyond it: local statistics are computed with this ring
    and shown without it. Raises BadInput for indices that name no area.
    """
    matrix = checked_weights(weights)
    start = np.asarray(chosen, dtype=np.int64).ravel()
    if len(start) and (start.min() < 0 or start.max() >= matrix.shape[0]):
        raise BadInput(f"there are {matrix.shape[0]} areas, numbered from 0", code="index")
    reached = np.zeros(matrix.shape[0])
    reached[start] = 1.0
    inside = reached > 0
    for _ in range(order):
        reached = reached + matrix @ reached + matrix.T @ reached > 0
        reached = reached.astype(np.float64)
    return np.flatnonzero((reached > 0) & ~inside)


def checked_weights(weights: Any) -> Any:
    """Return a float64 CSR copy without stored zeros, columns in order; the matrix given is left alone.

    Raises BadInput for what is not sparse and square, and for weights that are negative or not finite.
    """
    if not issparse(weights):
        raise BadInput("weights must be a SciPy sparse matrix", code="weights")
    matrix = csr_array(weights, dtype=np.float64, copy=True)
    if matrix.shape[0] != matrix.shape[1]:
        raise BadInput(f"weights must be square, one row per area; these are {matrix.shape}", code="weights")
    if not np.isfinite(matrix.data).all():
        raise BadInput("some weights are missing or infinite: rebuild the weights", code="weights")
    if (matrix.data < 0).any():
        raise BadInput(
            "some weights are negative: a neighbour counts for nothing or for more", code="weights"
        )
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return matrix


def _check_areas(areas: NDArray[np.object_]) -> None:
    wrong = ~np.isin(shapely.get_type_id(areas), _AREAL) | shapely.is_empty(areas)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise BadInput(
            f"{int(wrong.sum())} of {len(areas)} boundaries are empty or no polygons (the first is number "
            f"{first}): leave these areas out",
            code="areas",
            count=int(wrong.sum()),
            first=first,
        )


def _nearest(lonlat: NDArray[np.float64], wanted: IntArray, k: int) -> tuple[IntArray, IntArray]:
    """Return pairs (point, neighbour): the k nearest others, also among points on one spot."""
    vectors = unit_vectors(lonlat)
    found = cKDTree(vectors, balanced_tree=False).query(vectors[wanted], k=np.arange(1, k + 2))[1]
    other = found != wanted[:, None]
    other[other.all(axis=1), -1] = False  # so many on one spot that the point itself was not among them
    return np.repeat(wanted, k), found[other]


def _binary(one: IntArray, other: IntArray, n: int) -> Any:
    matrix = csr_array((np.ones(len(one)), (one, other)), shape=(n, n))
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    matrix.sort_indices()
    return matrix
