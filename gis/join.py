"""Which polygon holds which point: the bulk join.

``within`` of a point on a shared border is false for both neighbours and ``intersects`` is true for both, so
joins either lose such points or double them. Here the rule is: a point on a border belongs to every polygon
that touches it, and of all polygons that hold a point the one with the lowest index wins.

GEOS answers "on the line" by robust predicates, so the rule holds for the exact float64 coordinates given.
Points are sorted by x once; each polygon then looks only at those within its box that no earlier polygon
took.
Because owners are found in index order, no second pass is needed to settle ties.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

UNMATCHED: Final = -1

_PREPARE_FROM = 20  # an index over a polygon's edges pays off from about this many points
_POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def assign(points: Any, polygons: Any) -> IntArray:
    """Return for each point the index of the polygon that holds it, -1 where none does.

    ``points``: array of shape (n, 2), x (longitude) first, or shapely points (array, list, GeoSeries).
    ``polygons``: shapely polygons or multipolygons (array, list, GeoSeries), in the same CRS as the points.
    A point on an outline is held; of several polygons the lowest index wins. Missing, empty and NaN points
    get -1; missing and empty polygons hold nothing. Positions in ``polygons`` are counted from 0, whatever
    labels a GeoSeries carries.

    Raises ValueError when shapes, geometry types or known CRS do not fit.
    """
    _refuse_mixed_crs(points, polygons)
    positions = _as_positions(points)
    shapes = _as_polygons(polygons)
    order = np.argsort(positions[:, 0], kind="stable")  # NaN sorts to the end, beyond every box
    owners = _assign_sorted(positions[order, 0], positions[order, 1], shapes)
    result = np.empty(len(positions), dtype=np.int64)
    result[order] = owners
    return result


def _assign_sorted(x: FloatArray, y: FloatArray, polygons: NDArray[np.object_]) -> IntArray:
    owners = np.full(len(x), UNMATCHED, dtype=np.int64)
    boxes = shapely.bounds(polygons).reshape(-1, 4)
    first = np.searchsorted(x, boxes[:, 0], side="left")
    last = np.searchsorted(x, boxes[:, 2], side="right")
    for index in np.flatnonzero(first < last):
        strip = slice(first[index], last[index])
        candidates = _free_between(y[strip], owners[strip], boxes[index]) + first[index]
        if candidates.size:
            held = _held(polygons[index], x[candidates], y[candidates])
            owners[candidates[held]] = index
    return owners


def _free_between(y: FloatArray, owners: IntArray, box: FloatArray) -> IntArray:
    """Return the places of points that nobody owns yet and whose y lies in the box (closed)."""
    return np.flatnonzero((y >= box[1]) & (y <= box[3]) & (owners == UNMATCHED))


def _held(polygon: Any, x: FloatArray, y: FloatArray) -> NDArray[np.bool_]:
    """Tell which points the closed polygon holds.

    The edge index is built on a copy: it would otherwise stay in memory with the caller's polygon, and
    dropping it from there could pull it from under another thread.
    """
    if x.size >= _PREPARE_FROM:
        polygon = shapely.force_2d(polygon)
        shapely.prepare(polygon)
    held: NDArray[np.bool_] = shapely.intersects_xy(polygon, x, y)
    return held


def _as_positions(points: Any) -> FloatArray:
    array = np.asarray(points)
    if array.size == 0:
        return np.empty((0, 2), dtype=np.float64)
    if array.dtype == object and array.ndim == 1 and _is_geometry_array(array):
        return _positions_of(array)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"points must have shape (n, 2) or be shapely points; this array has {array.shape}")
    return array.astype(np.float64)


def _positions_of(points: NDArray[np.object_]) -> FloatArray:
    _refuse_other_types(points, (shapely.GeometryType.POINT,), "points")
    positions = np.full((len(points), 2), np.nan)
    present = ~shapely.is_missing(points) & ~shapely.is_empty(points)  # GEOS refuses the x of an empty point
    positions[present] = shapely.get_coordinates(points[present])
    return positions


def _as_polygons(polygons: Any) -> NDArray[np.object_]:
    if isinstance(polygons, shapely.Geometry):
        raise ValueError(f"polygons must be a sequence; this is one {polygons.geom_type}: put it in a list")
    array = np.asarray(polygons, dtype=object)
    if array.ndim != 1 or not _is_geometry_array(array):
        raise ValueError("polygons must be a flat sequence of shapely polygons")
    _refuse_other_types(array, _POLYGONAL, "polygons")
    return array


def _is_geometry_array(array: NDArray[np.object_]) -> bool:
    return bool(np.all(shapely.is_valid_input(array)))


def _refuse_other_types(geometries: NDArray[np.object_], allowed: Sequence[int], what: str) -> None:
    kinds = shapely.get_type_id(geometries)
    wrong = np.flatnonzero(~np.isin(kinds, [*allowed, -1]) & ~shapely.is_empty(geometries))
    if wrong.size:
        found = geometries[wrong[0]].geom_type
        raise ValueError(f"{what} hold a {found} at position {wrong[0]}; that type cannot be joined")


def _refuse_mixed_crs(points: Any, polygons: Any) -> None:
    ours, theirs = getattr(points, "crs", None), getattr(polygons, "crs", None)
    if ours is not None and theirs is not None and ours != theirs:
        raise ValueError(f"points are in {ours}, polygons in {theirs}: bring both to one CRS first")
