"""An office's own boundary file: zipped Shapefile, Shapefile, GeoPackage or GeoJSON, in any Chinese datum.

The file is untrusted: archives are read member by member under a size limit into names of our own choosing,
and every refusal is a BoundaryError that says what was found and what to do. Rows come back in WGS84,
EPSG:4326.
"""

import re
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray

from data.importers.boundary_rows import (
    AreaRow,
    BoundaryError,
    BoundarySet,
    BoundarySource,
    Level,
    is_stand_in,
)
from data.importers.boundary_text import dbf_encoding, mend_field_names
from gis import boundaries as tiles
from gis.datum import DATUMS, to_wgs84

MAX_UNPACKED_BYTES: Final = 500_000_000
MAX_MEMBERS: Final = 200
CODE_FIELDS: Final = (
    "code", "adcode", "ad_code", "areacode", "area_code", "countycode", "county_code", "xzqdm", "xzqhdm",
    "xzqh", "xzdm", "xjdm", "qhdm", "pac", "gb", "gbcode", "区划代码", "行政区代码", "行政区划代码",
    "行政区划", "行政区划代", "行政区", "行政代码", "县级代码", "县代码", "区县代码", "代码", "编码",
)  # fmt: skip
NAME_FIELDS: Final = (
    "name", "fullname", "full_name", "countyname", "county_name", "xzqmc", "xzqhmc", "xzmc", "xjmc", "mc",
    "qhmc", "名称", "行政区名称", "行政区划名称", "区划名称", "县级名称", "县名称", "县名", "区县名称",
    "区县",
)  # fmt: skip
_CHINA_4326 = (73.0, 3.0, 136.0, 54.5)
_SUFFIXES = (".shp", ".gpkg", ".geojson", ".json")
_SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_MODERN_DATUM = re.compile(
    r"world geodetic system 1984|wgs.?(19)?84|china.?(geodetic.*)?2000|cgcs.?2000", re.I
)
_CHUNK = 1 << 20


def read_office_file(
    path: Path,
    datum: str | None,
    level: Level = "county",
    code_field: str | None = None,
    name_field: str | None = None,
) -> BoundarySet:
    """Read an office's county-level polygons and bring them to WGS84.

    ``datum`` says what the *numbers* in the file are (a file labelled EPSG:4326 may well hold GCJ-02):
    ``wgs84``, ``cgcs2000``, ``gcj02`` or ``bd09``; it is never guessed. The fields with code and name are
    found through CODE_FIELDS and NAME_FIELDS unless given. Several rows with one code are one unit. Display
    copies are drawn for these units alone; ``replace_units`` draws them anew together with their
    neighbours. Raises BoundaryError.
    """
    _check_request(datum, level)
    with tempfile.TemporaryDirectory() as folder:
        frame = _read(_unpacked(Path(path), Path(folder)), Path(path).name)
    codes = _codes(frame, code_field)
    names = _names(frame, name_field)
    geoms = _wgs84(_polygons(frame, codes), frame.crs, str(datum))
    return _as_set(*_one_per_code(codes, names, geoms), source=_source(Path(path).name, str(datum)))


def _check_request(datum: str | None, level: str) -> None:
    if datum not in DATUMS:
        raise BoundaryError(
            f"say which datum the coordinates are in (got {datum!r}): --datum wgs84|cgcs2000|gcj02|bd09."
            " Survey data is cgcs2000, Amap and Tencent are gcj02, Baidu is bd09; whoever made the file knows"
        )
    if level != "county":
        raise BoundaryError(
            f"level {level!r} cannot be loaded: give county-level polygons; prefecture, province and national"
            " outlines are dissolved from them"
        )


def _unpacked(path: Path, folder: Path) -> Path:
    """Return a file that GDAL can open: the path itself, or what an archive holds, copied into ``folder``."""
    if not path.is_file():
        raise BoundaryError(f"{path.name}: no such file")
    if path.stat().st_size > MAX_UNPACKED_BYTES:
        raise BoundaryError(f"{path.name}: larger than {MAX_UNPACKED_BYTES // 1_000_000} MB")
    suffix = path.suffix.lower()
    if suffix == ".shp":
        return _copied(path, folder)
    if suffix in _SUFFIXES:
        return path
    if suffix != ".zip":
        raise BoundaryError(
            f"{path.name}: give a zipped Shapefile, a GeoPackage (.gpkg) or GeoJSON (.geojson)"
        )
    try:
        with zipfile.ZipFile(path) as archive:
            return _extract(archive, folder, path.name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise BoundaryError(f"{path.name}: the archive cannot be opened ({error}): pack it again") from error


def _copied(shapefile: Path, folder: Path) -> Path:
    """Copy the parts of a Shapefile lying unpacked: the table may need mending."""
    for part in shapefile.parent.iterdir():
        if part.stem == shapefile.stem and part.suffix.lower() in _SHAPE_PARTS:
            shutil.copyfile(part, folder / f"layer{part.suffix.lower()}")
    return folder / "layer.shp"


def _extract(archive: zipfile.ZipFile, folder: Path, name: str) -> Path:
    """Copy the one layer of an archive to ``folder/layer.*``; the archive's names never become paths."""
    members = [m for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
    _check_members(members, name)
    mains = [m for m in members if PurePosixPath(m.filename).suffix.lower() in _SUFFIXES]
    if len(mains) != 1:
        found = ", ".join(m.filename for m in mains) or "none"
        raise BoundaryError(f"{name}: needs exactly one .shp, .gpkg or .geojson inside, found: {found}")
    main = PurePosixPath(mains[0].filename)
    wanted = _SHAPE_PARTS if main.suffix.lower() == ".shp" else (main.suffix.lower(),)
    budget = MAX_UNPACKED_BYTES
    for member in members:
        part = PurePosixPath(member.filename)
        if part.with_suffix("") == main.with_suffix("") and part.suffix.lower() in wanted:
            budget -= _copy(archive, member, folder / f"layer{part.suffix.lower()}", budget)
    return folder / f"layer{main.suffix.lower()}"


def _check_members(members: Sequence[zipfile.ZipInfo], name: str) -> None:
    if len(members) > MAX_MEMBERS:
        raise BoundaryError(
            f"{name}: {len(members)} files inside, at most {MAX_MEMBERS}: pack one layer only"
        )
    for member in members:
        inner = member.filename.replace("\\", "/")
        if inner.startswith("/") or ".." in inner.split("/") or ":" in inner:
            raise BoundaryError(
                f"{name}: refused, it holds a path that leaves the archive: {member.filename!r}"
            )
    total = sum(m.file_size for m in members)
    if total > MAX_UNPACKED_BYTES:
        raise BoundaryError(
            f"{name}: {total // 1_000_000} MB unpacked, at most {MAX_UNPACKED_BYTES // 1_000_000}"
        )


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, budget: int) -> int:
    """Copy one member, counting real bytes because the sizes an archive declares may lie."""
    size = 0
    with archive.open(member) as source, target.open("wb") as sink:
        while block := source.read(_CHUNK):
            size += len(block)
            if size > budget:
                raise BoundaryError(
                    f"{member.filename}: unpacks to more than {MAX_UNPACKED_BYTES // 1_000_000} MB"
                )
            sink.write(block)
    return size


def _read(path: Path, name: str) -> Any:
    """Read the only polygon layer as a GeoDataFrame with two-dimensional geometries."""
    encoding = dbf_encoding(path) if path.suffix.lower() == ".shp" else None
    if encoding == "UTF-8":
        mend_field_names(path)
    try:
        frame = pyogrio.read_dataframe(path, layer=_layer(path, name), encoding=encoding, force_2d=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise BoundaryError(f"{name}: cannot be read ({error})") from error
    if "geometry" not in frame.columns or len(frame) == 0:
        raise BoundaryError(f"{name}: holds no polygon")
    if frame.crs is None:
        raise BoundaryError(
            f"{name}: no coordinate system; add the .prj file (or save as GeoPackage with its CRS)"
        )
    return frame


def _layer(path: Path, name: str) -> str:
    """Return the name of the only layer with polygons."""
    try:
        layers = pyogrio.list_layers(path)
    except pyogrio.errors.DataSourceError as error:
        raise BoundaryError(f"{name}: cannot be opened ({error})") from error
    polygons = [str(n) for n, kind in layers if kind and ("Polygon" in kind or kind.startswith("Unknown"))]
    if len(polygons) == 1:
        return polygons[0]
    found = ", ".join(f"{n} ({kind})" for n, kind in layers) or "none"
    raise BoundaryError(f"{name}: needs exactly one layer of polygons, found: {found}")


def _field(frame: Any, wanted: str | None, aliases: Sequence[str]) -> str | None:
    """Return the column asked for, or the first alias present whatever its case; None when there is none."""
    columns = {str(c).strip().lower(): str(c) for c in frame.columns if c != "geometry"}
    if wanted is not None and wanted.strip().lower() not in columns:
        raise BoundaryError(
            f"no field {wanted!r}; the file has: {', '.join(columns.values()) or 'no fields'}"
        )
    names = (wanted.strip().lower(),) if wanted is not None else aliases
    return next((columns[n] for n in names if n in columns), None)


def _codes(frame: Any, wanted: str | None) -> list[str]:
    field = _field(frame, wanted, CODE_FIELDS)
    if field is None:
        found = ", ".join(str(c) for c in frame.columns if c != "geometry") or "no fields"
        raise BoundaryError(f"no field with county codes; the file has: {found}. Name it with --code-field")
    codes = [county_code(value) for value in frame[field]]
    wrong = [str(v) for v, c in zip(frame[field], codes, strict=True) if c is None]
    if wrong:
        shown = ", ".join(repr(w) for w in wrong[:5])
        raise BoundaryError(
            f"{len(wrong)} of {len(codes)} values of {field!r} are no six-digit county codes ({shown}):"
            " correct them, or name another field with --code-field"
        )
    return [c for c in codes if c is not None]


def county_code(value: Any) -> str | None:
    """Return the six-digit code in a cell, without a country prefix or zeros of lower levels; else None.

    >>> county_code("156440232"), county_code(440232.0), county_code("440232000"), county_code("44")
    ('440232', '440232', '440232', None)
    """
    text = re.sub(r"\.0+$", "", str(value).strip())
    match = re.fullmatch(r"(?:156)?([1-8]\d{5})|([1-8]\d{5})(?:0{3}|0{6})", text)
    return (match.group(1) or match.group(2)) if match else None


def _names(frame: Any, wanted: str | None) -> list[str]:
    field = _field(frame, wanted, NAME_FIELDS)
    if field is None:
        return [""] * len(frame)
    return ["" if pd.isna(value) else str(value).strip() for value in frame[field]]


def _polygons(frame: Any, codes: Sequence[str]) -> tiles.Geometries:
    """Return valid MultiPolygons; refuse rows of which no area can be kept."""
    raw = tiles.object_array(list(frame.geometry))
    usable = [g is not None and bool(np.isfinite(shapely.get_coordinates(g)).all()) for g in raw]
    fixed = tiles.repair([g if ok else shapely.Polygon() for g, ok in zip(raw, usable, strict=True)])
    empty = sorted({c for c, g in zip(codes, fixed, strict=True) if g.is_empty})
    if empty:
        raise BoundaryError(
            f"no usable polygon for {', '.join(empty[:10])}: empty, a line or point, or not a number"
        )
    return fixed


def _wgs84(geoms: tiles.Geometries, crs: Any, datum: str) -> tiles.Geometries:
    """Unproject within the file's own datum, then shift the stated datum to WGS84; rounded once."""
    degrees = _unprojector(pyproj.CRS.from_user_input(crs))
    moved = tiles.repair(tiles.move_vertices(geoms, lambda xy: to_wgs84(_in_china(degrees(xy)), datum)))
    if shapely.is_empty(moved).any():
        raise BoundaryError("a polygon has no area after conversion: is the coordinate system right?")
    return moved


def _unprojector(crs: pyproj.CRS) -> tiles.Mover:
    geodetic = crs.geodetic_crs
    name = f"{geodetic.datum.name} {geodetic.name}" if geodetic is not None and geodetic.datum else crs.name
    if geodetic is None or not _MODERN_DATUM.search(name):
        raise BoundaryError(
            f"the coordinate system {crs.name!r} rests on another datum ({name}); have the survey office"
            " convert it to CGCS2000 first: an unofficial conversion is off by up to 100 m"
        )
    target = "EPSG:4490" if "2000" in name else "EPSG:4326"
    transformer = pyproj.Transformer.from_crs(crs, target, always_xy=True)
    return lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))


def _in_china(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pass degrees through; refuse coordinates that cannot be a Chinese county."""
    west, south, east, north = _CHINA_4326
    low, high = lonlat.min(axis=0), lonlat.max(axis=0)
    if west <= low[0] and high[0] <= east and south <= low[1] and high[1] <= north:
        return lonlat
    swapped = west <= low[1] and high[1] <= east and south <= low[0] and high[0] <= north
    cause = "longitude and latitude are swapped" if swapped else "the coordinate system of the file is wrong"
    raise BoundaryError(
        f"the polygons lie outside China (longitude {low[0]:.4f} to {high[0]:.4f}, latitude {low[1]:.4f} to"
        f" {high[1]:.4f}): {cause}"
    )


def _one_per_code(
    codes: Sequence[str], names: Sequence[str], geoms: tiles.Geometries
) -> tuple[list[str], list[str], tiles.Geometries]:
    """Join the rows of each code, in order of code."""
    wanted = sorted(set(codes))
    labels = np.asarray(codes)
    merged = [shapely.union_all(geoms[labels == code], grid_size=tiles.GRID_DEG) for code in wanted]
    first = dict(reversed(list(zip(codes, names, strict=True))))
    return wanted, [first[code] for code in wanted], tiles.as_multipolygons(merged)


def _source(name: str, datum: str) -> BoundarySource:
    return BoundarySource(name=name, version="", datum=datum, vintage="", credit=f"行政区划界线：{name}")


def _as_set(
    codes: Sequence[str], names: Sequence[str], geoms: tiles.Geometries, source: BoundarySource
) -> BoundarySet:
    """Build county rows without parents; their own display copies serve as a preview only."""
    tiled = geoms if shapely.coverage_is_valid(geoms) else tiles.retile(geoms)
    lost = [c for c, g in zip(codes, tiled, strict=True) if g.is_empty]
    if lost:
        raise BoundaryError(f"the polygons of {', '.join(lost)} lie wholly inside others: check the codes")
    display = tiles.simplify_together(tiled, tiles.DISPLAY_TOLERANCE_M)
    overview = tiles.simplify_together(tiled, tiles.OVERVIEW_TOLERANCE_M)
    columns = (
        codes,
        names,
        geoms,
        display,
        overview,
        tiles.label_points(geoms, display),
        tiles.area_km2(geoms),
    )
    rows = (
        AreaRow(c, "county", n, None, is_stand_in(c, "county"), g, d, o, label, float(size))
        for c, n, g, d, o, label, size in zip(*columns, strict=True)
    )
    return BoundarySet(tuple(rows), (), source)
