"""Road files as columns: OpenStreetMap extracts (.pbf, .osm) and GeoPackages through GDAL, other map files.

Only what a road needs is read: its line, class, name, speed and access.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from data.importers.layers.files import is_markup, read_book
from data.importers.layers.road_words import tags_of
from data.importers.layers.systems import SHIFTED, check_crs, check_system, label_of, shapes_in_wgs84
from data.importers.office.formats import Format, detect
from data.importers.office.grid import Grid
from data.importers.office.guard import Limits
from gis.boundaries import object_array
from gis.datum import transform_geometry
from projects.analysis.layer_reading import LayerOrder, LayerRefused
from projects.codes import DATUM_ZH

MOST_LINES: Final = 3_000_000
_PBF: Final = b"OSMHeader"
_NAMES: Final = {
    "class": ("highway", "fclass", "道路等级", "道路类型"),
    "name": ("name", "名称", "道路名称", "路名"),
    "speed": ("maxspeed", "限速", "设计速度", "设计时速", "speed"),
    "access": ("access",),
    "tags": ("other_tags",),
}
_LINE_WORDS: Final = ("LineString", "Unknown", "Geometry", "Curve")


class Roads(NamedTuple):
    """The rows of a road file in WGS84, with what each column says; a missing column says nothing."""

    shapes: NDArray[np.object_]
    columns: dict[str, Sequence[Any]]
    format: str
    crs: str
    layer: str = ""
    other_layers: tuple[str, ...] = ()

    def column(self, name: str) -> Sequence[Any]:
        """Return a column, ``None`` in each row where the file has none."""
        return self.columns.get(name, [None] * len(self.shapes))


def read_road_file(data: bytes, order: LayerOrder, limits: Limits) -> Roads:
    """Return the rows of a road file; raises ``LayerRefused``, ``FileRefused``."""
    pbf = _PBF in data[:64]
    if pbf or is_markup(data, "osm", order.file_name):
        return _osm(data, order, "osm.pbf" if pbf else "osm")
    if detect(data, limits) is Format.GPKG:
        return _gpkg(data, order)
    return _other(data, order, limits)


def _osm(data: bytes, order: LayerOrder, ending: str) -> Roads:
    if "OSM" not in pyogrio.list_drivers(read=True):
        raise LayerRefused("no_osm_driver")
    if order.datum in SHIFTED:
        raise LayerRefused("osm_datum", DATUM_ZH[order.datum])
    # The driver keeps the places of nodes in a file beside where the program was started, unless told.
    pyogrio.set_gdal_config_options({"CPL_TMPDIR": tempfile.gettempdir()})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"roads.{ending}"
        path.write_bytes(data)
        wanted = ["name", "highway", "other_tags"]
        shapes, columns, crs = _read(path, "lines", wanted, order, "highway IS NOT NULL")
    roads = Roads(shapes, columns, ending, label_of(crs), "lines")
    tags = [tags_of(text) for text in roads.column("tags")]
    columns["speed"] = [one.get("maxspeed") for one in tags]
    columns["access"] = [
        one.get("motor_vehicle" if order.travel == "car" else "foot") or one.get("access") for one in tags
    ]
    return roads


def _gpkg(data: bytes, order: LayerOrder) -> Roads:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roads.gpkg"
        path.write_bytes(data)
        layers = _line_layers(path, order)
        chosen = order.sheet or max(layers, key=lambda name: layers[name])
        if chosen not in layers:
            raise LayerRefused("no_such_sheet", order.file_name, chosen)
        fields = [str(name) for name in pyogrio.read_info(path, layer=chosen)["fields"]]
        wanted = [name for names in _NAMES.values() if (name := _among(fields, names))]
        shapes, columns, crs = _read(path, chosen, wanted, order)
    check_crs(order.file_name, crs, order.datum)
    others = tuple(name for name in layers if name != chosen)
    placed = shapes_in_wgs84(shapes, crs, order.datum)
    return Roads(placed, columns, "gpkg", label_of(crs), chosen, others)


def _line_layers(path: Path, order: LayerOrder) -> dict[str, int]:
    """Return the layers that may hold lines with their rows."""
    try:
        layers = {
            str(name): int(pyogrio.read_info(path, layer=name, force_feature_count=True)["features"])
            for name, kind in pyogrio.list_layers(path)
            if kind and any(word in kind for word in _LINE_WORDS)
        }
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise LayerRefused("file_unreadable", order.file_name, str(error)[:120]) from error
    if not any(layers.values()):
        raise LayerRefused("no_roads", order.file_name)
    if max(layers.values()) > MOST_LINES:
        raise LayerRefused("too_many_rows", order.file_name, f"{max(layers.values()):,}", f"{MOST_LINES:,}")
    return layers


def _among(fields: Sequence[str], names: Sequence[str]) -> str:
    """Return the field that is one of the names, whatever its case; empty for none."""
    known = {field.lower(): field for field in fields}
    return next((known[name] for name in names if name in known), "")


def _read(
    path: Path, layer: str, wanted: Sequence[str], order: LayerOrder, where: str | None = None
) -> tuple[NDArray[np.object_], dict[str, Sequence[Any]], str]:
    try:
        meta, _, wkb, values = pyogrio.raw.read(
            path, layer=layer, columns=list(wanted), where=where, force_2d=True
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise LayerRefused("file_unreadable", order.file_name, str(error)[:120]) from error
    if wkb is None or not len(wkb):
        raise LayerRefused("no_roads", order.file_name)
    given = dict(zip([str(name) for name in meta["fields"]], values, strict=True))
    columns = {
        role: given[found].tolist() for role, names in _NAMES.items() if (found := _among(list(given), names))
    }
    return shapely.from_wkb(wkb, on_invalid="ignore"), columns, str(meta.get("crs") or "")


def _other(data: bytes, order: LayerOrder, limits: Limits) -> Roads:
    """Read a zipped Shapefile, GeoJSON or KML by the reader of office files."""
    book, kind = read_book(data, order.file_name, limits)
    grids = [grid for grid in book.grids if grid.shapes is not None and len(grid.rows) > 1]
    if order.sheet:
        grids = [grid for grid in grids if grid.name == order.sheet]
    if not grids:
        raise LayerRefused("no_roads", order.file_name)
    grid = max(grids, key=lambda one: len(one.rows))
    check_system(order.file_name, grid.crs, grid.datum, order.datum)
    fields = [str(text) for text in grid.rows[0]]
    columns: dict[str, Sequence[Any]] = {
        role: [row[fields.index(found)] for row in grid.rows[1:]]
        for role, names in _NAMES.items()
        if (found := _among(fields, names))
    }
    shapes = transform_geometry(_shapes(grid), str(order.datum))
    others = tuple(one.name for one in book.grids if one.name != grid.name)
    return Roads(shapes, columns, kind, grid.crs, grid.name, others)


def _shapes(grid: Grid) -> NDArray[np.object_]:
    return object_array(list(grid.shapes or ())[1:])
