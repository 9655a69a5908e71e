"""Files as planners bring them, made on the spot: tables, map files, rasters, roads. Nothing is real."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
import xlsxwriter
from rasterio.transform import Affine, from_origin

from data.importers.layers.ground import Ground
from data.importers.layers.reading import read_layer
from projects.analysis.inputs import Areas, LayerKind
from projects.analysis.layer_reading import LayerOrder, LayerReading
from projects.codes import Datum

VILLAGES: list[tuple[Any, ...]] = [
    ("V1", "上村", 113.50, 24.80, 320),
    ("V2", "下村", 113.51, 24.81, 180),
    ("V3", "石塘", 113.52, 24.82, 0),
]


class Steps:
    """Progress that is remembered."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def step(self, done: int, of: int | None = None, message: str = "") -> None:
        self.told.append(message)


def order(kind: LayerKind = LayerKind.SETTLEMENTS, **values: Any) -> LayerOrder:
    plain: dict[str, Any] = {
        "kind": kind, "name": "试验图层", "file_name": "文件", "source": "试验", "datum": Datum.WGS84,
    }  # fmt: skip
    return LayerOrder(**(plain | values))


def read(
    path: Path, kind: LayerKind = LayerKind.SETTLEMENTS, where: Ground | None = None, **values: Any
) -> LayerReading:
    """Read a file as a page would have it read."""
    asked = order(kind, **({"file_name": path.name} | values))
    return read_layer(path, asked, Steps(), lambda: where)


def ground(*, population: Sequence[float] = (1000.0, np.nan), chosen: bool = True) -> Ground:
    """Two counties of a tenth of a degree side by side at 113.0 E, 24.0 N; the second without a census."""
    polygons = np.array([shapely.box(113.0, 24.0, 113.1, 24.1), shapely.box(113.1, 24.0, 113.2, 24.1)])
    people = np.array(population)
    areas = Areas(
        codes=("440232", "440281"), names=("乳源", "乐昌"), prefectures=("440200",) * 2, polygons=polygons,
        label=np.array([[113.05, 24.05], [113.15, 24.05]]), population=people, aged_60_plus=people * 0.2,
        aged_65_plus=people * 0.15, inside=np.array([True, True]), census_year=2020,
    )  # fmt: skip
    return Ground(areas, chosen)


def csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def xlsx(path: Path, rows: Sequence[Sequence[Any]], sheet: str = "村庄") -> Path:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, tuple):  # a formula with the result that the program saved
                    page.write_formula(at, column, cell[0], value=cell[1])
                else:
                    page.write(at, column, cell)
    return path


def frame(
    shapes: Sequence[Any], columns: Mapping[str, Sequence[Any]] | None = None, crs: Any = "EPSG:4326"
) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(dict(columns or {}), geometry=list(shapes), crs=crs)


def zipped_shapefile(folder: Path, data: gpd.GeoDataFrame, *, drop: Sequence[str] = (".cpg",)) -> Path:
    """Pack a Shapefile as offices do: GBK table, no .cpg."""
    raw = folder / "raw"
    raw.mkdir()
    data.to_file(raw / "村庄.shp", encoding="GBK")
    archive = folder / "村庄.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for part in sorted(raw.iterdir()):
            if part.suffix not in drop:
                out.write(part, part.name)
    return archive


def raster(
    path: Path,
    values: Any,
    *,
    crs: Any = "EPSG:4326",
    transform: Affine | None = None,
    nodata: float | None = None,
    bands: int = 1,
) -> Path:
    """Write a GeoTIFF; by default cells of a hundredth of a degree from 113.0 E, 24.1 N."""
    array = np.asarray(values)
    where = from_origin(113.0, 24.1, 0.01, 0.01) if transform is None else transform
    with rasterio.open(
        path, "w", driver="GTiff", height=array.shape[0], width=array.shape[1], count=bands,
        dtype=array.dtype, crs=crs, transform=where, nodata=nodata, compress="deflate",
    ) as out:  # fmt: skip
        for band in range(bands):
            out.write(array, band + 1)
    return path


OSM_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">'


def osm(
    path: Path,
    nodes: Mapping[int, tuple[float, float]],
    ways: Sequence[tuple[Sequence[int], Mapping[str, str]]],
) -> Path:
    """Write an OSM file by hand: nodes (lon, lat), ways of nodes with their tags."""
    lines = [OSM_HEAD, *(f'<node id="{n}" lon="{x}" lat="{y}" version="1"/>' for n, (x, y) in nodes.items())]
    for key, (refs, tags) in enumerate(ways, 1):
        inside = "".join(f'<nd ref="{r}"/>' for r in refs)
        inside += "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
        lines.append(f'<way id="{key}" version="1">{inside}</way>')
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


NODES_OF_SHAOGUAN = {1: (113.5, 24.8), 2: (113.6, 24.8), 3: (113.6, 24.9), 4: (116.0, 30.0), 5: (116.1, 30.0)}
"""Three places within the prefecture, two far away."""


# ---- a .pbf by hand: https://wiki.openstreetmap.org/wiki/PBF_Format ----


def _varint(number: int) -> bytes:
    out = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _deltas(values: Sequence[int]) -> bytes:
    """Return packed differences, signed numbers folded (zigzag)."""
    steps = np.diff([0, *values]).tolist()
    return b"".join(_varint((int(d) << 1) ^ (int(d) >> 63)) for d in steps)


def _blob(kind: bytes, content: bytes) -> bytes:
    blob = _number(2, len(content)) + _bytes(3, zlib.compress(content))
    header = _bytes(1, kind) + _number(3, len(blob))
    return struct.pack(">I", len(header)) + header + blob


def pbf(
    path: Path,
    nodes: Mapping[int, tuple[float, float]],
    ways: Sequence[tuple[Sequence[int], Mapping[str, str]]],
) -> Path:
    """Write the same as ``osm`` in the binary form."""
    words = ["", *dict.fromkeys(word for _, tags in ways for pair in tags.items() for word in pair)]
    ids = list(nodes)
    lat, lon = ([round(nodes[n][axis] * 1e7) for n in ids] for axis in (1, 0))
    dense = _bytes(1, _deltas(ids)) + _bytes(8, _deltas(lat)) + _bytes(9, _deltas(lon))
    drawn = b""
    for key, (refs, tags) in enumerate(ways, 1):
        keys = b"".join(_varint(words.index(word)) for word in tags)
        values = b"".join(_varint(words.index(word)) for word in tags.values())
        way = _number(1, key) + _bytes(2, keys) + _bytes(3, values) + _bytes(8, _deltas(list(refs)))
        drawn += _bytes(3, way)
    table = b"".join(_bytes(1, word.encode()) for word in words)
    block = _bytes(1, table) + _bytes(2, _bytes(2, dense)) + _bytes(2, drawn)
    features = _bytes(4, b"OsmSchema-V0.6") + _bytes(4, b"DenseNodes")
    path.write_bytes(_blob(b"OSMHeader", features) + _blob(b"OSMData", block))
    return path
