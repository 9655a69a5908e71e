"""Hexagons (H3) for browsing: how many points, and how much of something, lie in which cell.

The library ``h3`` numbers the cells of a fixed global grid, 122 at resolution 0, each about a seventh of the
one above; twelve cells of every resolution are pentagons, all of them at sea. Cells are a way to look at
points and test nothing: another resolution shows another picture. Positions are WGS84 degrees, lon first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from gis.errors import BadInput
from gis.geodesy import EARTH_RADIUS_M
from gis.positions import checked_positions

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FINEST: Final = 15
MOST_CELLS: Final = 1_000_000
"""More cells than this in one area are refused before they are made."""
_HALF_TURN: Final = 180.0


@dataclass(frozen=True, slots=True, eq=False)
class Hexagons:
    """The cells that hold a point, in order of their ids.

    ``of_point`` is each point's row among the cells (so that anything else can be gathered by cell), ``sums``
    adds up the weights that are known (NaN where none is), ``unknown`` counts the points of the cell whose
    weight is not. Without weights all of them are unknown.
    """

    cells: tuple[str, ...]
    counts: IntArray
    sums: FloatArray
    unknown: IntArray
    of_point: IntArray
    resolution: int


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """Cells whose centre lies in an area, in order of their ids; ``centres`` (n, 2) lon lat."""

    cells: tuple[str, ...]
    centres: FloatArray
    resolution: int


def hexagons(points: ArrayLike, resolution: int, weights: ArrayLike | None = None) -> Hexagons:
    """Count points (n, 2) by cell and add up their weights (n, NaN: unknown).

    No points give no cells. Raises ``BadInput`` for positions that are none (``gis.positions``), weights of
    another length (``length``) and a resolution outside 0–15 (``resolution``).

    >>> found = hexagons([(113.6, 24.8), (113.6, 24.8), (114.6, 24.8)], 6, weights=[1.5, float("nan"), 2])
    >>> found.counts.tolist(), found.sums.tolist(), found.unknown.tolist(), found.of_point.tolist()
    ([2, 1], [1.5, 2.0], [1, 0], [0, 0, 1])
    """
    from h3.api import basic_int

    _check_resolution(resolution)
    lonlat = checked_positions(points)
    weight = _weights(weights, len(lonlat))
    at = (basic_int.latlng_to_cell(lat, lon, resolution) for lon, lat in lonlat.tolist())
    numbers, of_point = np.unique(np.fromiter(at, dtype=np.uint64, count=len(lonlat)), return_inverse=True)
    counts = np.bincount(of_point, minlength=len(numbers))
    unknown = np.bincount(of_point[np.isnan(weight)], minlength=len(numbers))
    sums = np.bincount(of_point, weights=np.nan_to_num(weight, nan=0.0), minlength=len(numbers))
    return Hexagons(
        cells=tuple(map(basic_int.int_to_str, numbers.tolist())),
        counts=counts.astype(np.int64),
        sums=np.where(unknown < counts, sums, np.nan),
        unknown=unknown.astype(np.int64),
        of_point=of_point.astype(np.int64),
        resolution=resolution,
    )


def fill(area: shapely.Geometry, resolution: int) -> Filled:
    """Return the cells whose centre lies in a polygon or multipolygon (WGS84): a regular grid of places.

    Raises ``BadInput`` for an area that is empty or no polygon (``empty_area``), a resolution outside 0–15
    and for more than a million cells (``too_many_cells``).
    """
    import h3

    _check_resolution(resolution)
    if area.is_empty or area.geom_type not in ("Polygon", "MultiPolygon"):
        raise BadInput(
            f"an area of cells has to be a polygon with an inside, not a {area.geom_type}", code="empty_area"
        )
    _check_size(area, resolution)
    cells = tuple(sorted(h3.geo_to_cells(area, resolution)))
    centres = np.array([h3.cell_to_latlng(cell) for cell in cells], dtype=np.float64).reshape(-1, 2)
    return Filled(cells, centres[:, ::-1].copy(), resolution)


def polygons(cells: Iterable[str]) -> tuple[Mapping[str, Any], ...]:
    """Return each cell as a GeoJSON polygon (right-hand rule); one across 180° goes on beyond +180.

    >>> polygons(["8641a0007ffffff"])[0]["type"]
    'Polygon'
    """
    import h3

    return tuple(_polygon(h3.cell_to_boundary(cell)) for cell in cells)


def edge_km(resolution: int) -> float:
    """Return the average length of a cell's edge in km.

    >>> round(edge_km(6), 2)
    3.72
    """
    import h3

    _check_resolution(resolution)
    return float(h3.average_hexagon_edge_length(resolution, unit="km"))


def resolution_for(edge: float) -> int:
    """Return the resolution whose average edge comes nearest to ``edge`` km, in proportion.

    Raises ``BadInput`` (``edge``) unless it is above 0.

    >>> resolution_for(4), resolution_for(10), resolution_for(1e9)
    (6, 5, 0)
    """
    if not 0 < edge < np.inf:
        raise BadInput(f"an edge of {edge} km is none: it has to be more than 0", code="edge", edge=edge)
    edges = np.array([edge_km(resolution) for resolution in range(FINEST + 1)])
    return int(np.abs(np.log(edges / edge)).argmin())


def _polygon(boundary: Sequence[tuple[float, float]]) -> Mapping[str, Any]:
    ring = [(lon, lat) for lat, lon in boundary]
    east = max(lon for lon, _ in ring)
    if east - min(lon for lon, _ in ring) > _HALF_TURN:
        ring = [(lon + 360 if lon < 0 else lon, lat) for lon, lat in ring]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _weights(weights: ArrayLike | None, count: int) -> FloatArray:
    found = np.full(count, np.nan) if weights is None else np.asarray(weights, dtype=np.float64)
    if found.shape != (count,):
        raise BadInput(
            f"{count} points need {count} weights, one each, and got {found.size}",
            code="length",
            points=count,
            weights=int(found.size),
        )
    return found


def _check_resolution(resolution: int) -> None:
    if not 0 <= resolution <= FINEST:
        raise BadInput(
            f"hexagons have resolutions 0 to {FINEST}, not {resolution}",
            code="resolution",
            resolution=resolution,
        )


def _check_size(area: shapely.Geometry, resolution: int) -> None:
    """Refuse an area of too many cells, judged by its extent on the ground."""
    import h3

    west, south, east, north = area.bounds
    high = np.sin(np.radians(north)) - np.sin(np.radians(south))
    box = np.radians(east - west) * high * (EARTH_RADIUS_M / 1000) ** 2
    share = area.area / max((east - west) * (north - south), 1e-18)
    cells = int(box * share / h3.average_hexagon_area(resolution, unit="km^2"))
    if cells > MOST_CELLS:
        raise BadInput(
            f"about {cells} cells of resolution {resolution} lie in this area, more than {MOST_CELLS}:"
            " choose larger cells or a smaller area",
            code="too_many_cells",
            cells=cells,
            most=MOST_CELLS,
        )
