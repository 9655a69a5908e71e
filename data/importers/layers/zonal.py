"""People of a raster within county polygons: each cell counts by the share of it that a county covers."""

from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from data.importers.layers.ground import Ground
from data.importers.layers.systems import from_degrees, moved
from projects.analysis.inputs import BoolArray, FloatArray


class Grid(NamedTuple):
    """The part of a raster that is read, and how its rows and columns lie on the earth."""

    values: NDArray[Any]
    missing: BoolArray
    row: int
    """First row and column of the part."""
    column: int
    whole: int
    """Cells of the whole raster."""
    transform: Any
    """Affine: (column, row) of a cell's upper left corner → numbers of the system."""
    crs: str


def people_by_county(grid: "Grid", good: BoolArray, ground: Ground) -> FloatArray | None:
    """Return Σ people per county, aligned with the ground; None for a raster turned against its axes.

    Cells that are not ``good`` (no data, negative, NaN, nobody) count nothing.
    """
    if grid.transform.b or grid.transform.d:
        return None
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    values, bounds = _north_up(grid, good)
    polygons = moved(ground.areas.polygons, from_degrees(grid.crs))
    touched = np.flatnonzero(shapely.intersects(polygons, shapely.box(*bounds)))
    sums = np.zeros(len(polygons))
    if not len(touched):
        return sums
    features = [
        {"type": "Feature", "properties": {"at": int(i)}, "geometry": polygons[i].__geo_interface__}
        for i in touched
    ]
    for found in exact_extract(NumPyRasterSource(values, *bounds), features, ["sum"], include_cols=["at"]):
        sums[found["properties"]["at"]] = found["properties"]["sum"] or 0.0
    return sums


def _north_up(grid: "Grid", good: BoolArray) -> tuple[Any, tuple[float, float, float, float]]:
    """Return the values (NaN: nobody) with north above and west left, and the bounds of the part."""
    small = grid.values.dtype.itemsize < 4 or grid.values.dtype == np.float32
    values = np.where(good, grid.values, np.nan).astype(np.float32 if small else np.float64)
    height, width = values.shape
    place = grid.transform
    x0, x1 = (place.a * column + place.c for column in (grid.column, grid.column + width))
    y0, y1 = (place.e * row + place.f for row in (grid.row, grid.row + height))
    values = values if y1 < y0 else values[::-1]
    values = values if x1 > x0 else values[:, ::-1]
    return np.ascontiguousarray(values), (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
