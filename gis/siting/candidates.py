"""Where a site could stand: grids over an area, polygons that exclude, and spacing between sites.

Positions are WGS84 degrees, shape (n, 2), lon first; polygons are shapely geometries in the same degrees.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from gis.costs import BoolArray, FloatArray, check_limit
from gis.errors import BadInput
from gis.geodesy import EARTH_RADIUS_M
from gis.positions import checked_positions, chord, unit_vectors

LARGEST_GRID: Final = 1_000_000
MOST_CONFLICTS: Final = 5_000_000
"""Pairs of candidates too near to each other that are held at once (some 500 MB)."""
_SLACK: Final = 1e-12
_COUNTED: Final = 256


def grid_candidates(area: Any, spacing_m: float) -> FloatArray:
    """Return the points of a square grid with ``spacing_m`` metres between neighbours that lie in an area.

    ``area`` is one polygon or multipolygon. Rows lie ``spacing_m`` apart along the meridian; in each row the
    step in longitude is widened by 1 / cos(latitude), so that each point stands for the same area. Rows and
    columns are counted from latitude 0 and the middle meridian of the area: a smaller part of the same area
    cut along its middle keeps its points. Raises BadInput for an empty area, no spacing, more than a million
    points or none.
    """
    if not spacing_m > 0 or not np.isfinite(spacing_m):
        raise BadInput(f"the grid spacing is {spacing_m} m; give more than 0", code="spacing")
    if area is None or shapely.is_empty(area) or not shapely.area(area) > 0:
        raise BadInput("the area of the grid is empty; give a polygon", code="empty_area")
    west, south, east, north = shapely.bounds(area)
    step = np.degrees(spacing_m / EARTH_RADIUS_M)
    check_grid((north - south) / step, spacing_m)  # before so many rows are counted out
    rows = np.arange(np.ceil(south / step), np.floor(north / step) + 1) * step
    widths = step / np.maximum(np.cos(np.radians(rows)), 1e-6)
    check_grid(((east - west) / widths + 1).sum(), spacing_m)
    middle = (west + east) / 2.0
    points = [_row(lat, width, middle, west, east) for lat, width in zip(rows, widths, strict=True)]
    every = np.concatenate(points) if points else np.empty((0, 2))
    shapely.prepare(area)
    inside = every[shapely.intersects_xy(area, every[:, 0], every[:, 1])]
    if not len(inside):
        raise BadInput(
            f"no point of a {spacing_m:g} m grid lies in the area; choose a narrower one",
            code="grid_too_wide",
        )
    return np.asarray(inside)


def check_grid(points: float, spacing_m: float) -> None:
    """Refuse a grid of too many points (about so many, around the area too): BadInput ``grid_too_fine``."""
    if points > 2 * LARGEST_GRID:
        raise BadInput(
            f"a grid of {spacing_m:g} m over this area has over {LARGEST_GRID:,} points; choose a wider one",
            code="grid_too_fine", spacing=spacing_m,
        )  # fmt: skip


def excluded(points: ArrayLike, polygons: Sequence[Any]) -> BoolArray:
    """Flag the points that lie in one of the polygons or on its edge; empty polygons exclude nothing."""
    where = checked_positions(points, "candidates")
    flags = np.zeros(len(where), dtype=bool)
    kept = [one for one in polygons if one is not None and not shapely.is_empty(one)]
    if kept and len(where):
        # Polygons ask for points, not points for polygons: GEOS prepares what asks, and a polygon of a
        # million corners is walked once instead of once for each point.
        found: NDArray[np.int64] = shapely.STRtree(shapely.points(where)).query(kept, predicate="intersects")
        flags[found[1]] = True
    return flags


def spacing_conflicts(points: ArrayLike, spacing_m: float) -> Any:
    """Return the pairs of candidates nearer than ``spacing_m`` metres as a symmetric CSR array of ones.

    Pass it as ``conflicts``: of each pair at most one is chosen. Exactly ``spacing_m`` apart is far enough.
    Raises BadInput ``spacing_pairs`` for more than ``MOST_CONFLICTS`` pairs.
    """
    check_limit(spacing_m, "the spacing")
    where = checked_positions(points, "candidates")
    tree = cKDTree(unit_vectors(where))
    reach = float(chord(spacing_m)) * (1.0 - _SLACK)
    if spacing_m > 0:
        _check_conflicts(tree, reach, spacing_m)
    pairs = (
        tree.query_pairs(reach, output_type="ndarray") if spacing_m > 0 else np.empty((0, 2), dtype=np.int64)
    )
    both = np.concatenate([pairs, pairs[:, ::-1]])
    return sparse.csr_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(len(where), len(where)))


def _row(lat: float, width: float, middle: float, west: float, east: float) -> FloatArray:
    lons = middle + np.arange(np.ceil((west - middle) / width), np.floor((east - middle) / width) + 1) * width
    return np.column_stack([lons, np.full(len(lons), lat)])


def _check_conflicts(tree: cKDTree, reach: float, spacing_m: float) -> None:
    """Count the pairs before any is written down, and stop as soon as there are too many."""
    found, most = 0, 2 * MOST_CONFLICTS
    for first in range(0, tree.n, _COUNTED):
        part = tree.data[first : first + _COUNTED]
        found += int(tree.query_ball_point(part, reach, return_length=True).sum()) - len(part)
        if found > most:
            raise BadInput(
                f"more than {MOST_CONFLICTS:,} pairs of {tree.n} candidates are nearer than {spacing_m:g} m;"
                " choose fewer candidates or a smaller spacing",
                code="spacing_pairs", candidates=int(tree.n), km=spacing_m / 1000.0,
            )  # fmt: skip
