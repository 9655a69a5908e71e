"""Files of an analysis: GeoJSON and workbook, written from the one exhibit that the page draws.

Both hold every row of every table, whatever the page lists, with settings, sentences, caveats, data date and
sources inside, so that a file that has left the building still says what it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, Literal

from data.exports import xlsx
from data.exports.book import ABOUT, Cell, Sheet, about, book
from data.exports.exhibit_words import conditions
from data.exports.funding import exact
from data.exports.geojson import closing, encode, opening
from data.exports.request import ExportRequest
from data.exports.source import ExportSource
from data.exports.words import head
from projects.analysis import showing
from projects.analysis.exhibit import Curve, Exhibit, GeoJson, Table
from projects.codes import BASIS_ZH, Basis
from projects.errors import BadValue

Kind = Literal["geojson", "xlsx", "png"]

MEDIA_TYPES: Final[Mapping[Kind, str]] = {
    "geojson": "application/geo+json",
    "xlsx": xlsx.MEDIA_TYPE,
    "png": "image/png",
}
LONGEST_NAME: Final = 60
"""Characters of a file's name before day and ending."""
LONGEST_SHEET: Final = 31
_NO_NAME: Final = re.compile(r"[^\w\-（）()·、]+")
_NO_SHEET: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LAYER: Final = "layer"
_SAFE_INTEGER: Final = 2**53


def file_name(request: ExportRequest, exhibit: Exhibit, kind: Kind) -> str:
    """Return the name of a file: what it is, and of which day; marked in a practice database."""
    title = exhibit.title if request.language == "zh" else exhibit.key
    stem = _NO_NAME.sub("_", title).strip("_.")[:LONGEST_NAME] or "analysis"
    return request.file_name(f"{stem}-{request.generated_at:%Y%m%d}.{kind}")


def titled(request: ExportRequest, exhibit: Exhibit) -> ExportRequest:
    """Return the request under the title of the exhibit, which is what files and picture say they are."""
    return replace(request, title=exhibit.title)


# ---- GeoJSON ----


def exhibit_geojson(library: ExportSource, request: ExportRequest, exhibit: Exhibit) -> bytes:
    """Return every row of every table as a feature (RFC 7946); without a place its geometry is null.

    ``layer`` is the key of the row's table, ``basis`` how its numbers are known, the others are its columns
    by their keys. Raises ``ValueError`` for a geometry that is none or lies outside ±180, ±90 degrees.
    """
    facts = head(library, titled(request, exhibit)) | _facts(request, exhibit)
    features = (encode(feature) for table in exhibit.tables for feature in _features(request, exhibit, table))
    body = ",\n".join(features)
    return opening(exhibit.key, facts) + f"\n{body}".encode() + closing({"tables": _tables(exhibit)})


def _facts(request: ExportRequest, exhibit: Exhibit) -> dict[str, Any]:
    """Return what the collection says of the whole result."""
    return {
        "key": exhibit.key,
        "modelled": exhibit.modelled,
        "basis": str(Basis.DEMO if request.practice else exhibit.basis),
        "sentences": list(exhibit.says),
        "parameters": [{"key": p.key, "title": p.title, "value": p.value} for p in exhibit.parameters],
        "caveats": list(exhibit.caveats),
        "data_date": exhibit.data_date.isoformat() if exhibit.data_date else None,
        "sources": list(exhibit.sources),
        "link": dict(exhibit.link),
        "curves": [_curve_facts(curve) for curve in exhibit.curves],
    }


def _curve_facts(curve: Curve) -> dict[str, Any]:
    """Return a curve's numbers under its own words; a number that is none is null."""
    lines = {name: [showing.known(v) for v in values] for name, values in _lines(curve).items()}
    return {
        "key": curve.key,
        "title": curve.title,
        "x_title": curve.x_title,
        "y_title": curve.y_title,
    } | lines


def _tables(exhibit: Exhibit) -> list[dict[str, Any]]:
    """Return how the features divide and what their properties mean."""
    return [
        {
            "layer": table.key,
            "title": table.title,
            "rows": len(table.rows),
            "note": table.note,
            "columns": [
                {
                    "key": _property(column.key),
                    "title": column.title,
                    "unit": column.unit,
                    "basis": str(column.basis) if column.basis else None,
                }
                for column in table.columns
            ],
        }
        for table in exhibit.tables
    ]


def _features(request: ExportRequest, exhibit: Exhibit, table: Table) -> Iterator[dict[str, Any]]:
    keys = [_property(column.key) for column in table.columns]
    basis = {"basis": str(basis_of(request, exhibit, table))}
    geometries = table.geometries or (None,) * len(table.rows)
    for row, geometry in zip(table.rows, geometries, strict=True):
        held = dict(zip(keys, map(_plain, row), strict=True))
        yield {
            "type": "Feature",
            "geometry": _geometry(geometry),
            "properties": {_LAYER: table.key} | basis | held,
        }


def _property(key: str) -> str:
    """Return the name of a column's property; the words of the file itself stay the file's."""
    return f"{key}_" if key in (_LAYER, "basis") else key


def basis_of(request: ExportRequest, exhibit: Exhibit, table: Table) -> Basis:
    """Return how the rows of a table are known: invented in practice, modelled when any column is."""
    held = {column.basis for column in table.columns} | {exhibit.basis}
    if request.practice or Basis.DEMO in held:
        return Basis.DEMO
    modelled = Basis.MODELLED in held or (table.look is not None and table.look.modelled)
    return Basis.MODELLED if modelled else exhibit.basis


def _plain(cell: object) -> Any:
    """Return a cell as JSON holds it; digits that a number would lose stay text."""
    value = showing.known(cell)
    return exact(value) if isinstance(value, Decimal) else value


def _geometry(geometry: GeoJson | None) -> Any:
    """Return a geometry with seven decimals and rings by the right-hand rule."""
    from gis.geojson import geometry_member, geometry_of

    return geometry_member(geometry_of(dict(geometry))) if geometry else None


# ---- workbook ----


def exhibit_book(library: ExportSource, request: ExportRequest, exhibit: Exhibit) -> bytes:
    """Return a workbook: what it is and what it says, then a sheet for each table and each curve.

    Raises ``BadValue`` when a table has more rows than a sheet.
    """
    asked = titled(request, exhibit)
    names = sheet_names(
        [*(table.title for table in exhibit.tables), *(curve.title for curve in exhibit.curves)],
        ABOUT[request.language],
    )
    sheets = [_table_sheet(request, table, next(names)) for table in exhibit.tables]
    sheets += [_curve_sheet(request, curve, next(names)) for curve in exhibit.curves]
    lines = [
        *about(library, asked),
        *conditions(request, exhibit),
        *_contents(exhibit, sheets, request.language == "zh"),
    ]
    return book(asked, lines, sheets)


def sheet_names(titles: list[str], *taken: str) -> Iterator[str]:
    """Yield a name for each sheet: at most 31 characters, none that Excel forbids, none twice.

    >>> list(sheet_names(["各县", "各县", "a/b", "'", "说明"], "说明"))
    ['各县', '各县 2', 'a b', '3', '说明 2']
    """
    used = {name.casefold() for name in (*taken, "history")}
    for number, title in enumerate(titles):
        bare = " ".join(_NO_SHEET.sub(" ", title).split()).strip("'")[:LONGEST_SHEET].strip("' ")
        name, again = bare or str(number), 1
        while name.casefold() in used:
            again += 1
            name = f"{bare[: LONGEST_SHEET - len(str(again)) - 1]} {again}"
        used.add(name.casefold())
        yield name


def _contents(exhibit: Exhibit, sheets: list[Sheet], zh: bool) -> Iterator[tuple[str, Cell]]:
    """Yield a line for each sheet: its title, its rows, its note."""
    heading = "工作表：" if zh else "Sheet: "
    notes = [
        *((table.title, table.note) for table in exhibit.tables),
        *((c.title, "") for c in exhibit.curves),
    ]
    for sheet, (title, note) in zip(sheets, notes, strict=True):
        rows = f"{len(sheet.rows)} 行" if zh else f"{len(sheet.rows)} rows"
        yield heading + sheet.title, " · ".join(part for part in (title, rows, note) if part)


def _table_sheet(request: ExportRequest, table: Table, name: str) -> Sheet:
    """Return a table as a sheet; rows that stand at a point get its position at the end."""
    if len(table.rows) > xlsx.MAX_ROWS:
        raise BadValue(
            f"more than {xlsx.MAX_ROWS:,} rows do not fit on a sheet: take GeoJSON"
            f"（超过 {xlsx.MAX_ROWS} 行，工作表放不下：请导出 GeoJSON）"
        )
    zh = request.language == "zh"
    marks = {
        Basis.MODELLED: BASIS_ZH[Basis.MODELLED] if zh else "modelled",
        Basis.DEMO: BASIS_ZH[Basis.DEMO] if zh else "practice",
    }
    headings = [
        showing.heading(column) + (f" · {marks[column.basis]}" if column.basis in marks else "")
        for column in table.columns
    ]
    points = [_point(geometry) for geometry in table.geometries]
    placed = any(one != (None, None) for one in points)
    if placed:
        headings += ["经度（WGS84）", "纬度（WGS84）"] if zh else ["Longitude (WGS84)", "Latitude (WGS84)"]
    where: list[tuple[Cell, Cell]] | list[tuple[()]] = points if placed else [()] * len(table.rows)
    rows = [[*map(_held, row), *more] for row, more in zip(table.rows, where, strict=True)]
    return Sheet(name, headings, rows, (22, 16))


def _point(geometry: GeoJson | None) -> tuple[Cell, Cell]:
    """Return longitude and latitude of a point to seven decimals, nothing for other shapes."""
    if not geometry or geometry.get("type") != "Point":
        return None, None
    lon, lat = geometry["coordinates"][:2]
    return _held(round(float(lon), 7)), _held(round(float(lat), 7))


def _held(cell: object) -> Cell:
    """Return a cell as a workbook holds it; digits that it would lose stay text."""
    value = showing.known(cell)
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Decimal):
        kept = exact(value)
        return kept if isinstance(kept, str) else value
    return str(value) if isinstance(value, int) and abs(value) > _SAFE_INTEGER else value


def _lines(curve: Curve) -> dict[str, tuple[float, ...]]:
    """Return the columns of numbers of a curve that it has, by their keys."""
    held = {"x": curve.x, "y": curve.y, "low": curve.low, "high": curve.high, "other": curve.other}
    return {name: values for name, values in held.items() if values or name in ("x", "y")}


def _curve_sheet(request: ExportRequest, curve: Curve, name: str) -> Sheet:
    """Return a curve as a sheet, one row for each number on its axis."""
    band = curve.band or curve.title
    low, high = ("（下限）", "（上限）") if request.language == "zh" else (" (low)", " (high)")
    titles = {
        "x": curve.x_title,
        "y": curve.name or curve.y_title,
        "low": band + low,
        "high": band + high,
        "other": curve.other_name or "—",
    }
    lines = _lines(curve)
    rows = [[_held(value) for value in row] for row in zip(*lines.values(), strict=True)]
    return Sheet(name, [titles[key] for key in lines], rows, (18,))
