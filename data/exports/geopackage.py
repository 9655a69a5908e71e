"""GeoPackage: one file for QGIS with the records, the counties, what the file is and what each column means.

Layers ``projects`` (every record, those without a place with an empty geometry), ``counties`` (polygons with
counts), and the tables ``about`` and ``fields``. WGS84 (EPSG:4326), longitude first. QGIS opens the layers in
the colours of the categories (``layer_styles``).
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from data.exports.about import Line, about_lines
from data.exports.columns import DATUM, Columns, Rounded, columns, kind_of
from data.exports.counties import PROPERTY_NAMES, counties
from data.exports.map_layer import MEMORY, append, counted, failing_as_oserror
from data.exports.pieces import batches, chunks_of, released
from data.exports.qgis_style import category_style, county_style
from data.exports.request import ExportRequest, caveats
from data.exports.source import ExportSource
from data.exports.tally import Tally
from data.exports.words import head
from projects.feature import NAMES
from projects.summary import COLUMNS, DICTIONARY, Summary

MEDIA_TYPE: Final = "application/geopackage+sqlite3"
PROJECTS, COUNTIES, ABOUT, FIELDS = "projects", "counties", "about", "fields"
"""Names of the layers and tables: fixed, so that a QGIS project finds them in the next file again."""
IDENTIFIERS: Final = {
    "zh": {PROJECTS: "健康产业项目", COUNTIES: "分县统计", ABOUT: "说明", FIELDS: "字段"},
    "en": {PROJECTS: "Health projects", COUNTIES: "Counts by county", ABOUT: "About", FIELDS: "Fields"},
}
_ABOUT_HEADINGS: Final = {"zh": ("条目", "内容"), "en": ("Item", "Content")}
_ROUNDED: Final = {
    "zh": ("未能精确保存的金额", "{id} {name}：准确值 {value}（GeoPackage 的数值只有十五六位）"),
    "en": ("Amount not held exactly", "{id} {name}: exactly {value} (a GeoPackage number has 15 digits)"),
}


def geopackage(library: ExportSource, request: ExportRequest) -> Iterator[bytes]:
    """Yield the file. Raises ``OSError`` when it cannot be written, as on a full disk."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        _build(library, request, path)
        yield from chunks_of(path)


def _build(library: ExportSource, request: ExportRequest, path: Path) -> None:
    facts = head(library, request)
    tally, rounded = Tally(), Rounded()
    with released(library.stream(request.chosen)) as records:
        kinds = _write_records(path, _watched(tally.watch(records), rounded))
    _write_counties(path, library, request)
    lines = about_lines(library, request, tally, facts) + _losses(rounded, request)
    counted(path, PROJECTS, tally.count.matched)
    with failing_as_oserror(), closing(sqlite3.connect(path)) as base, base:
        _write_table(base, ABOUT, _ABOUT_HEADINGS[request.language], lines)
        _write_table(base, FIELDS, DICTIONARY[request.language], COLUMNS)
        _write_styles(base, _moment(request))
        _describe(base, request, kinds)


def _watched(records: Iterator[Summary], rounded: Rounded) -> Iterator[Summary]:
    for record in records:
        rounded.watch(record)
        yield record


def _write_records(path: Path, records: Iterator[Summary]) -> set[str]:
    """Write the layer of records; return the kinds of geometry that occur."""
    kinds: set[str] = set()
    for number, batch in enumerate(chain(batches(records, MEMORY), ((),))):
        if batch or not number:
            kinds |= {kind_of(record) for record in batch if record.geometry}
            append(path, PROJECTS, columns(batch), [*NAMES, DATUM], driver="GPKG", new=not number)
    return kinds


def _write_counties(path: Path, library: ExportSource, request: ExportRequest) -> None:
    """Write the counties as they stand in the GeoJSON of counties, so that the two say the same."""
    import numpy as np
    import shapely

    features = json.loads(b"".join(counties(library, request)))["features"]
    rows = [feature["properties"] for feature in features]
    values = [np.array([row[name] for row in rows], dtype=_kind(name)) for name in PROPERTY_NAMES]
    unknown = [np.array([row[name] is None for row in rows], dtype=bool) for name in PROPERTY_NAMES]
    shapes = [json.dumps(f["geometry"]) if f["geometry"] else None for f in features]
    wkb = shapely.to_wkb(shapely.from_geojson(shapes))
    made = Columns(values, unknown, wkb)
    append(path, COUNTIES, made, list(PROPERTY_NAMES), driver="GPKG", kind="MultiPolygon")


def _kind(name: str) -> Any:
    return object if name in ("code", "name", "prefecture_code", "province_code") else "int64"


def _losses(rounded: Rounded, request: ExportRequest) -> list[Line]:
    heading, sentence = _ROUNDED[request.language]
    return [(heading, sentence.format(id=i, name=n, value=v)) for i, n, v in rounded.amounts]


def _write_table(
    base: sqlite3.Connection, name: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Write a table without geometry and enter it in the list of contents."""
    listed = ", ".join(f'"{heading}" TEXT' for heading in headings)
    base.execute(f"CREATE TABLE {name} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {listed})")
    places = ", ".join("?" for _ in headings)
    quoted = ", ".join(f'"{heading}"' for heading in headings)
    query = f"INSERT INTO {name} ({quoted}) VALUES ({places})"  # noqa: S608 - names of our own
    base.executemany(query, [[str(cell) for cell in row] for row in rows])
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, 'attributes', ?)",
        (name, name),
    )


def _write_styles(base: sqlite3.Connection, made_at: str) -> None:
    """Write how QGIS shall draw the layers when it opens the file."""
    base.execute(_STYLES)
    for layer, style in ((PROJECTS, category_style()), (COUNTIES, county_style())):
        base.execute(
            "INSERT INTO layer_styles (f_table_name, f_geometry_column, styleName, styleQML, useAsDefault,"
            " update_time) VALUES (?, 'geom', ?, ?, 1, ?)",
            (layer, layer, style, made_at),
        )
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier)"
        " VALUES ('layer_styles', 'attributes', 'layer_styles')"
    )


def _describe(base: sqlite3.Connection, request: ExportRequest, kinds: set[str]) -> None:
    """Name the layers for people, marked where everything is invented; say so when all places are points."""
    zh = request.language
    for layer, name in IDENTIFIERS[zh].items():
        words = (f"{name} · {request.heading}", " ".join([request.credit_line, *caveats(zh)]))
        base.execute(
            "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?", (*words, layer)
        )
    base.execute("UPDATE gpkg_contents SET last_change = ?", (_moment(request),))
    if kinds <= {"Point"}:
        base.execute(
            "UPDATE gpkg_geometry_columns SET geometry_type_name = 'POINT' WHERE table_name = ?", (PROJECTS,)
        )


def _moment(request: ExportRequest) -> str:
    """Return when the file was made as a GeoPackage writes it: UTC."""
    return f"{request.generated_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"


_STYLES: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256) DEFAULT '',
    f_table_schema TEXT(256) DEFAULT '', f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT DEFAULT '', useAsDefault BOOLEAN,
    description TEXT DEFAULT '', owner TEXT(30) DEFAULT '', ui TEXT(30),
    update_time DATETIME)"""
