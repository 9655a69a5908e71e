"""A small country for boundary tests: six square counties, two prefectures, files an office might send."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry import box

from data.importers.boundaries import assemble
from data.importers.boundary_rows import AreaRow, Unit
from gis import boundaries as tiles

NAMES = {
    "440203": "武江区", "440204": "浈江区", "440232": "乳源瑶族自治县",
    "440103": "荔湾区", "440104": "越秀区", "450127": "横州市",
}  # fmt: skip
UPPERS = [
    Unit("100000", "nation", "中华人民共和国", None),
    Unit("440000", "province", "广东省", "100000"),
    Unit("440100", "prefecture", "广州市", "440000"),
    Unit("440200", "prefecture", "韶关市", "440000"),
]


def square(column: float, row: float, width: float = 1, height: float = 1) -> Any:
    """A box of 0.2 degree cells at 113 E, 24 N, with vertices every 0.01 degrees on the storage grid."""
    west, south = 113 + 0.2 * column, 24 + 0.2 * row
    cell = shapely.segmentize(box(west, south, west + 0.2 * width, south + 0.2 * height), 0.0101)
    return tiles.move_vertices(tiles.as_multipolygons([cell]), lambda xy: xy)[0]


def base() -> tuple[AreaRow, ...]:
    """Counties 440203 440204 440232 (south), 440103 440104 450127 (north) and all upper levels."""
    cells = {code: square(i % 3, i // 3) for i, code in enumerate(NAMES)}
    parents = {code: "440200" if i < 3 else "440100" for i, code in enumerate(NAMES)}
    counties = [Unit(code, "county", NAMES[code], parents[code], cell) for code, cell in cells.items()]
    return assemble(counties, UPPERS)


def frame(
    columns: Mapping[str, Sequence[Any]], shapes: Sequence[Any], crs: Any = "EPSG:4490"
) -> gpd.GeoDataFrame:
    """A GeoDataFrame with the given fields and polygons."""
    return gpd.GeoDataFrame(dict(columns), geometry=list(shapes), crs=crs)


def shapefile_zip(
    folder: Path, data: gpd.GeoDataFrame, encoding: str = "GBK", *, drop: Sequence[str] = ()
) -> Path:
    """Pack a Shapefile as offices do: GBK table, no .cpg file, a folder with a Chinese name inside."""
    target = folder / "raw"
    target.mkdir()
    data.to_file(target / "县界.shp", encoding=encoding)
    archive = folder / "office.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for part in sorted(target.iterdir()):
            if part.suffix not in {".cpg", *drop}:
                out.write(part, f"成果数据/{part.name}")
    return archive
