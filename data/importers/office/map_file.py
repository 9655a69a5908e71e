"""Map files: GeoJSON, GeoPackage and zipped Shapefile become grids whose rows carry a geometry.

The layer's own projection is undone here; which datum the degrees are in is judged with all the others. A
label EPSG:4326 proves nothing (numbers read off a web map carry it as well), EPSG:4490 was chosen on purpose.
"""

import json
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np
import pyogrio
import pyproj
import shapely

from data.importers.boundary_text import dbf_encoding, mend_field_names
from data.importers.office.formats import Format
from data.importers.office.grid import Book, Cell, Grid, as_text
from data.importers.office.guard import Limits, open_zip, pieces
from data.importers.office.map_guard import check_file, check_tables
from projects.feature import NAMES
from projects.intake.importing import FileRefused
from projects.values import joined

_SHAPE_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_MAINS: Final = (".shp", ".gpkg", ".geojson", ".json")
_MAX_LAYERS: Final = 20
_PUBLISHED: Final = frozenset(NAMES)
"""Attributes of a file that this program has written itself: its coordinates always are WGS84."""
_NATIONAL: Final = re.compile(r"china.?(?:geodetic.*)?2000|cgcs.?2000", re.I)
_WORLD: Final = re.compile(r"world geodetic system 1984|wgs.?(?:19)?84", re.I)


def read_map(data: bytes, kind: str, limits: Limits) -> Book:
    """Return the layers of a map file as grids; raises ``FileRefused``.

    ``kind`` is a ``Format``, or the ending of another single file that GDAL reads (``kml``).
    """
    with tempfile.TemporaryDirectory() as folder:
        encoding, grids = "", []
        for name, path in _files(data, kind, Path(folder), limits):
            check_file(path)
            encoding = _mended(path) or encoding
            grids += _layers(name, path, limits)
    return Book(grids, encoding)


def _files(data: bytes, kind: str, folder: Path, limits: Limits) -> Iterator[tuple[str, Path]]:
    """Yield the layers' names and files of our own naming; an archive's names never become paths."""
    if kind is not Format.ZIPPED_MAP:
        path = folder / f"layer.{kind}"
        path.write_bytes(data)
        yield "项目", path
        return
    archive = open_zip(data, limits)
    members = {_name(m): m for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename}
    mains = [name for name in members if PurePosixPath(name).suffix.lower() in _MAINS][:_MAX_LAYERS]
    for number, main in enumerate(mains):
        stem, suffix = PurePosixPath(main).with_suffix(""), PurePosixPath(main).suffix.lower()
        for name, member in members.items():
            part = PurePosixPath(name)
            own = suffix == ".shp" and part.suffix.lower() in _SHAPE_PARTS and part.with_suffix("") == stem
            if name == main or own:
                with (folder / f"layer{number}{part.suffix.lower()}").open("wb") as sink:
                    sink.writelines(pieces(data, member))
        yield stem.name, folder / f"layer{number}{suffix}"


def _name(member: zipfile.ZipInfo) -> str:
    """Return a member's name; archives made in China write GBK without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gbk")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def _mended(path: Path) -> str:
    """Return the encoding of a Shapefile's table, empty for other files; half characters are cut off."""
    if path.suffix != ".shp":
        return ""
    code_page = path.with_suffix(".cpg")
    if code_page.is_file():
        return code_page.read_bytes()[:40].decode("ascii", errors="replace").strip()
    encoding = dbf_encoding(path) or ""
    if encoding == "UTF-8":
        mend_field_names(path)
    return encoding


def _layers(name: str, path: Path, limits: Limits) -> list[Grid]:
    encoding = dbf_encoding(path) if path.suffix == ".shp" else None
    try:
        layers = [str(layer) for layer, _ in pyogrio.list_layers(path)][:_MAX_LAYERS]
        check_tables(path, layers)
        grids = []
        for layer in layers:
            count = pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"]
            if count > limits.features:
                raise FileRefused("too_many_records", str(count), str(limits.features))
            found = pyogrio.raw.read(path, layer=layer, encoding=encoding, force_2d=True)
            grids.append(_grid(layer if len(layers) > 1 else name, *found))
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        ValueError,
        UnboundLocalError,  # of pyogrio itself, over a .prj that GDAL cannot say in words
    ) as error:
        raise FileRefused("map_unreadable", str(error)[:120]) from error
    return grids


def _grid(name: str, meta: dict[str, Any], _: Any, geometry: Any, columns: Sequence[Any]) -> Grid:
    headings = [str(field) for field in meta["fields"]]
    values = [[_plain(value) for value in column.tolist()] for column in columns]
    count = len(geometry) if geometry is not None else len(values[0]) if values else 0
    shapes = [None] * count if geometry is None else shapely.from_wkb(geometry, on_invalid="ignore").tolist()
    crs = str(meta.get("crs") or "")
    rows: list[list[Cell]] = [[*headings], *([column[i] for column in values] for i in range(count))]
    degrees = _degrees(shapes, crs)
    said = "wgs84" if set(headings) >= _PUBLISHED else datum_of(crs)
    entered = () if degrees is shapes else ("", *map(_numbers, shapes))
    return Grid(name, rows, shapes=[None, *degrees], entered=entered, crs=_label(crs), datum=said)


def _numbers(shape: Any) -> str:
    """Return a point's own numbers, ``521269.4, 2751468.2``; empty for another shape."""
    if shape is None or shape.geom_type != "Point" or shape.is_empty:
        return ""
    return f"{shape.x!r}, {shape.y!r}"


def _plain(value: Any) -> Cell:
    """Return an attribute as a cell; what is missing is empty, a list (GeoJSON has them) one text.

    >>> _plain(None), _plain(["甲", "乙"]), _plain(3)
    ('', '甲；乙', 3.0)
    """
    if isinstance(value, str):
        value = _items(value)
    if isinstance(value, list | np.ndarray):
        return joined(text for item in value if (text := as_text(_plain(item))))
    if value is None or value != value:  # noqa: PLR0124 - NaN and NaT
        return ""
    if isinstance(value, str | bool | float | date | datetime):
        return value
    return float(value) if isinstance(value, int) else str(value)


def _items(text: str) -> str | list[str]:
    """Return a list that GDAL gives as JSON text, as it does when the first feature's list is empty.

    >>> _items('[ "甲", "乙" ]'), _items("[ ]"), _items("[甲]")
    (['甲', '乙'], [], '[甲]')
    """
    if not (text.startswith("[ ") and text.endswith("]")):
        return text
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, list) and all(isinstance(item, str) for item in found) else text


def _label(crs: str) -> str:
    """Return the name of a coordinate system as it is quoted: ``EPSG:4490``, or what the file calls it."""
    if not crs:
        return ""
    found = pyproj.CRS.from_user_input(crs)
    code = found.to_authority()
    return ":".join(code) if code else str(found.name)


def datum_of(crs: str) -> str | None:
    """Return the datum a label proves: ``cgcs2000``, empty when it proves none, None for an old datum.

    Beijing 1954 and Xi'an 1980 cannot be converted without the survey office's own parameters.

    >>> datum_of("EPSG:4490"), datum_of("EPSG:4326"), datum_of("EPSG:4214")
    ('cgcs2000', '', None)
    """
    if not crs:
        return ""
    try:
        base = pyproj.CRS.from_user_input(crs).geodetic_crs
    except pyproj.exceptions.CRSError:
        return None
    name = f"{base.name} {base.datum.name if base.datum else ''}" if base is not None else ""
    if _NATIONAL.search(name):
        return "cgcs2000"
    return "" if _WORLD.search(name) else None


def _degrees(shapes: Sequence[Any], crs: str) -> Sequence[Any]:
    """Undo a projection within its own datum; degrees and unlabelled numbers stay as they are."""
    found = pyproj.CRS.from_user_input(crs) if crs else None
    if found is None or found.is_geographic or found.geodetic_crs is None:
        return shapes
    turn = pyproj.Transformer.from_crs(found, found.geodetic_crs, always_xy=True)
    moved = shapely.transform(
        np.array(shapes, dtype=object), lambda c: np.column_stack(turn.transform(c[:, 0], c[:, 1]))
    )
    result: Sequence[Any] = moved.tolist()
    return result
