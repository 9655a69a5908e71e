"""Population rasters: a GeoTIFF of people per cell → its populated cells as points, held against the census.

Cell centres are taken to degrees one by one; the raster itself is never resampled. ``rasterio`` and
``exactextract`` are imported when a raster is read.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from data.importers.layers.files import LIMITS, content_of
from data.importers.layers.ground import Ground, compared, doubtful
from data.importers.layers.sheets import account
from data.importers.layers.systems import SHIFTED, check_crs, from_degrees, label_of, to_degrees
from data.importers.layers.tally import EXAMPLES, Tally, unknown_numbers
from data.importers.layers.zonal import Grid, people_by_county
from data.importers.office.guard import Limits
from gis.coordinates import COUNTRY_BOX
from gis.geodesy import distance_m, round_degrees
from gis.join import assign
from projects.analysis.inputs import BoolArray, FloatArray, IntArray, PointLayer
from projects.analysis.layer_reading import LayerOrder, LayerReading, LayerRefused, Reason
from projects.codes import DATUM_ZH
from projects.work import Progress

MOST_CELLS: Final = 64_000_000
"""Cells within the area that are looked at: 100 m over a province."""
MOST_POPULATED: Final = 5_000_000
DENSEST_KM2: Final = 300_000.0
"""People per km² beyond which a cell is hardly people: the densest quarters of the world have 150,000."""
_TIFF: Final = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")


def read_raster(
    path: Path, order: LayerOrder, steps: Progress, ground: Ground, limits: Limits = LIMITS
) -> LayerReading:
    """Return the populated cells of a raster within the area; every cell is used or left out with its reason.

    Raises ``LayerRefused`` for what is no raster of people with a known coordinate system.
    """
    if content_of(path, order.file_name, limits)[:4] not in _TIFF:
        raise LayerRefused("not_raster", order.file_name)
    if order.datum in SHIFTED:
        raise LayerRefused("raster_datum", order.file_name, DATUM_ZH[order.datum])
    steps.step(0, 4, "读取栅格")
    with _opened(path, order.file_name) as source:
        grid = _grid(source, _checked(source, order), order, ground)
    return _reading(grid, order, steps, ground)


@contextmanager
def _opened(path: Path, file_name: str) -> Iterator[Any]:
    """Open a GeoTIFF and nothing else: other formats may name further files."""
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            with rasterio.open(path, driver="GTiff") as source:
                yield source
        except (RasterioError, RasterioIOError) as error:
            raise LayerRefused("raster_unreadable", file_name, str(error)[:120]) from error


def _checked(source: Any, order: LayerOrder) -> str:
    """Return the system of a raster as WKT; raises ``LayerRefused`` for a raster that cannot be placed."""
    crs = source.crs.to_wkt() if source.crs else ""
    check_crs(order.file_name, crs, order.datum)
    if source.transform.is_identity:
        raise LayerRefused("raster_unplaced", order.file_name)
    if source.count != 1:
        raise LayerRefused("raster_bands", order.file_name, str(source.count))
    if np.dtype(source.dtypes[0]).kind not in "iuf":
        raise LayerRefused("raster_unreadable", order.file_name, str(source.dtypes[0]))
    block = int(np.prod(source.block_shapes[0]))
    if block > MOST_CELLS:  # one block is unpacked as a whole, however little of it is asked for
        raise LayerRefused("raster_too_large", order.file_name, f"{block:,}", f"{MOST_CELLS:,}")
    return str(crs)


def _grid(source: Any, crs: str, order: LayerOrder, ground: Ground) -> Grid:
    rows, columns = _extent(source, crs, order, ground)
    cells = (rows[1] - rows[0]) * (columns[1] - columns[0])
    if cells > MOST_CELLS:
        raise LayerRefused("raster_too_large", order.file_name, f"{cells:,}", f"{MOST_CELLS:,}")
    band = source.read(1, window=(rows, columns), masked=True)
    values, missing = np.ma.getdata(band), np.ma.getmaskarray(band)
    scale, offset = source.scales[0], source.offsets[0]
    if (scale, offset) != (1.0, 0.0):
        values = values * scale + offset
    return Grid(values, missing, rows[0], columns[0], source.height * source.width, source.transform, crs)


def _extent(
    source: Any, crs: str, order: LayerOrder, ground: Ground
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the rows and columns (first, behind the last) that the area can touch."""
    if not ground.chosen:
        return (0, source.height), (0, source.width)
    west, south, east, north = from_degrees(crs).transform_bounds(*ground.bounds, densify_pts=51)
    corners = ((west, south), (west, north), (east, south), (east, north))
    x, y = np.array(corners, dtype=np.float64).T
    across, down = turned(~source.transform, x, y)
    rows, columns = _within(down, source.height), _within(across, source.width)
    if rows[0] >= rows[1] or columns[0] >= columns[1]:
        raise LayerRefused("raster_elsewhere", order.file_name)
    return rows, columns


def _within(places: FloatArray, size: int) -> tuple[int, int]:
    return max(0, int(np.floor(places.min()))), min(size, int(np.ceil(places.max())))


def _reading(grid: Grid, order: LayerOrder, steps: Progress, ground: Ground) -> LayerReading:
    tally = Tally()
    good = _people_cells(grid, tally)
    if int(good.sum()) > 4 * MOST_POPULATED:
        raise _too_many(order, int(good.sum()))
    steps.step(1, 4, "换算坐标")
    rows, columns = np.nonzero(good)
    lonlat = centres(grid, rows, columns)
    people = grid.values[rows, columns].astype(np.float64)
    steps.step(2, 4, "按县归属")
    county = assign(lonlat, ground.areas.polygons)
    kept = _in_area(lonlat, county, ground, tally)
    if int(kept.sum()) > MOST_POPULATED:
        raise _too_many(order, int(kept.sum()))
    steps.step(3, 4, "与普查比较")
    sums = people_by_county(grid, good, ground)
    if sums is None:  # a turned raster does not lie along the axes: the centres of its cells speak for it
        held = county >= 0
        sums = np.bincount(county[held], people[held], len(ground.areas.codes)).astype(np.float64)
    content = _content(rows[kept] + grid.row, columns[kept] + grid.column, lonlat[kept], people[kept])
    if not content.ids:
        raise LayerRefused("nothing_left", order.file_name, f"{grid.whole:,}", tally.words())
    size = cell_metres(grid)
    detail = _detail(order, grid, size, compared(ground, sums)) | account(tally)
    detail["warnings"] = _warnings(detail["census"], float(content.people.max()), size)
    return _account(content, grid.whole, tally, detail)


def _too_many(order: LayerOrder, count: int) -> LayerRefused:
    return LayerRefused("raster_too_many", order.file_name, f"{count:,}", f"{MOST_POPULATED:,}")


def _people_cells(grid: Grid, tally: Tally) -> BoolArray:
    """Return which cells hold people; the others are counted, each under its first reason."""
    values = grid.values
    known = ~grid.missing
    finite = np.isfinite(values)
    below, good = known & finite & (values < 0), known & finite & (values > 0)
    tally.leave_many(Reason.BEYOND, grid.whole - values.size)
    tally.leave_many(Reason.NODATA, int(grid.missing.sum()))
    tally.leave_many(Reason.NOT_A_NUMBER, int((known & ~finite).sum()), _named(grid, known & ~finite))
    tally.leave_many(Reason.NEGATIVE, int(below.sum()), _named(grid, below))
    tally.leave_many(Reason.NOBODY, int((known & finite & (values == 0)).sum()))
    return np.asarray(good)


def _named(grid: Grid, cells: BoolArray) -> Iterator[tuple[str, str]]:
    """Yield row and column (from 1, of the whole raster) and the value of the first cells."""
    for flat in np.flatnonzero(cells)[:EXAMPLES]:
        row, column = divmod(int(flat), cells.shape[1])
        place = f"{row + grid.row + 1}, {column + grid.column + 1}"
        yield place, f"{float(grid.values[row, column]):g}"


def centres(grid: Grid, rows: IntArray, columns: IntArray) -> FloatArray:
    """Return the centres of cells of the part, WGS84 degrees (n, 2), longitude first."""
    across, down = (
        (columns + grid.column + 0.5).astype(np.float64),
        (rows + grid.row + 0.5).astype(np.float64),
    )
    x, y = turned(grid.transform, across, down)
    return np.column_stack(to_degrees(grid.crs).transform(x, y))


def turned(transform: Any, across: FloatArray, down: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return numbers under an affine transform: (column, row) → (x, y) of a raster's system, or back."""
    x = transform.a * across + transform.b * down + transform.c
    return x, transform.d * across + transform.e * down + transform.f


def _in_area(lonlat: FloatArray, county: IntArray, ground: Ground, tally: Tally) -> BoolArray:
    """Return which cells are used: in the chosen counties, or anywhere in the box around China."""
    west, south, east, north = COUNTRY_BOX
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    box = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    if not ground.chosen:
        tally.leave_many(Reason.OUTSIDE, int((~box).sum()))
        return np.asarray(box)
    kept = (county >= 0) & ground.inside[np.maximum(county, 0)]
    tally.leave_many(Reason.BEYOND, int((~kept).sum()))
    return np.asarray(kept)


def cell_metres(grid: Grid) -> tuple[float, float]:
    """Return width and height of the cell in the middle of the part, in metres."""
    height, width = grid.values.shape
    row, column = height // 2, width // 2
    spots = centres(grid, np.array([row, row, row + 1]), np.array([column, column + 1, column]))
    across, down = distance_m(spots[0], spots[1:]).tolist()
    return float(across), float(down)


def _content(rows: IntArray, columns: IntArray, lonlat: FloatArray, people: FloatArray) -> PointLayer:
    """Return cells as points; ids are row-column of the whole raster, counted from 1."""
    ids = tuple(
        f"{row}-{column}" for row, column in zip((rows + 1).tolist(), (columns + 1).tolist(), strict=True)
    )
    unknown = unknown_numbers(len(ids))
    return PointLayer(ids, ("",) * len(ids), round_degrees(lonlat), people, unknown, unknown)


def _detail(
    order: LayerOrder, grid: Grid, size: tuple[float, float], census: dict[str, Any]
) -> dict[str, Any]:
    return {
        "file": order.file_name,
        "format": "GeoTIFF",
        "crs": label_of(grid.crs),
        "cell_m": [round(metres, 2) for metres in size],
        "census": census,
    }


def _warnings(census: dict[str, Any], most: float, size: tuple[float, float]) -> list[dict[str, Any]]:
    """Return what makes a raster doubtful: far from the census, or denser than any town."""
    found: list[dict[str, Any]] = []
    if doubtful(census["ratio"]):
        found.append({"code": "census_ratio", "ratio": census["ratio"]})
    dense = most / (size[0] * size[1] / 1e6)
    if dense > DENSEST_KM2:
        found.append({"code": "dense_cell", "per_km2": dense, "people": most})
    return found


def _account(content: PointLayer, cells: int, tally: Tally, detail: dict[str, Any]) -> LayerReading:
    (west, south), (east, north) = content.lonlat.min(axis=0).tolist(), content.lonlat.max(axis=0).tolist()
    return LayerReading(
        content=content,
        rows=cells,
        used=len(content.ids),
        left_out=dict(tally.left_out),
        people=float(content.people.sum()),
        bounds=(west, south, east, north),
        detail=detail,
    )
