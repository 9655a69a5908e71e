"""An edition of a directory as a workbook that can be filled in and read back, and as GeoJSON.

The workbook shows coordinates as they were entered, with their datum, so that reading it back changes
nothing; beside them WGS84. GeoJSON is WGS84, longitude first; a line without a place has null geometry.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from data.exports.book import Cell, Sheet, book
from data.exports.geojson import closing, encode, opening
from data.exports.request import ExportRequest, Language
from data.importers.directories.lines import HEADINGS
from projects.directories.flags import NUMBER
from projects.directories.model import MEASURED, Column, Definition, EditionHead, Entry, Verdict
from projects.fields import JsonValue

EXACT_DIGITS: Final = 15
"""A cell's number is a double; what has more digits is written as text, which is read back whole."""
_NO_NAME: Final = re.compile(r"[^\w\-.（）]+")
_VERDICTS: Final = {
    "zh": {Verdict.YES: "是", Verdict.NO: "否", Verdict.UNKNOWN: "未知"},
    "en": {Verdict.YES: "yes", Verdict.NO: "no", Verdict.UNKNOWN: "unknown"},
}
_WGS84: Final = (("经度WGS84", "Longitude WGS84"), ("纬度WGS84", "Latitude WGS84"))


def file_name(definition: Definition, head: EditionHead | None, request: ExportRequest, suffix: str) -> str:
    """Return the name of a file: the list, its area and edition; marked in a practice database."""
    zh = request.language == "zh"
    if head is None:
        stem = f"{definition.zh}-空白表" if zh else f"{definition.key}-blank"
    else:
        number = _edition(head, request.language)
        stem = (
            f"{definition.zh}-{head.area_name}-{number}"
            if zh
            else f"{definition.key}-{head.area_code}-{number}"
        )
    return request.file_name(f"{_NO_NAME.sub('_', stem)[:80]}.{suffix}")


def directory_book(
    definition: Definition, head: EditionHead | None, entries: Sequence[Entry], request: ExportRequest
) -> bytes:
    """Return an edition as xlsx, or a blank one to fill in (``head`` None)."""
    zh = request.language == "zh"
    headings = [*_headings(definition, request.language)]
    rows = [_row(definition, entry, request.language) for entry in entries]
    title = (definition.zh if zh else definition.en)[:28]
    sheet = Sheet(re.sub(r"[\[\]:*?/\\']", " ", title).strip() or "1", headings, rows, (8, 30, 18))
    return book(request, [*_facts(definition, head, request.language)], [sheet])


def directory_geojson(
    definition: Definition, head: EditionHead, entries: Sequence[Entry], request: ExportRequest
) -> bytes:
    """Return an edition as a feature collection (RFC 7946), every line a feature."""
    facts = {
        "title": f"{request.heading} · {head.title}",
        "directory": definition.key,
        "directory_zh": definition.zh,
        "area_code": head.area_code,
        "area": head.area_name,
        "edition": head.number,
        "state": str(head.state),
        "valid_on": head.valid_on.isoformat(),
        "credit": request.credit_line,
        "practice": request.practice,
        "columns": [{"name": one.name, "zh": one.zh, "en": one.en} for one in definition.columns],
        "computed": [
            {"name": one.name, "zh": one.zh, "en": one.en, "source": one.source}
            for one in definition.computed
        ],
    }
    body = ",\n".join(encode(_feature(definition, entry)) for entry in entries)
    located = sum(entry.place.lon is not None for entry in entries)
    tail = {"counts": {"lines": len(entries), "located": located, "unlocated": len(entries) - located}}
    return opening(definition.key, facts) + f"\n{body}".encode() + closing(tail)


# ---- the workbook ----


def _headings(definition: Definition, language: Language) -> Iterator[str]:
    at = language != "zh"
    yield HEADINGS["key"][at]
    for column in definition.columns:
        yield (column.zh, column.en)[at]
    if definition.mapped:
        yield from (HEADINGS[name][at] for name in ("county", "lon", "lat", "datum"))
        yield from (pair[at] for pair in _WGS84)
    for one in definition.computed:
        yield (one.zh, one.en)[at]


def _row(definition: Definition, entry: Entry, language: Language) -> list[Cell]:
    cells: list[Cell] = [entry.key or None]
    cells += [_cell(column, entry.cells.get(column.name)) for column in definition.columns]
    if definition.mapped:
        cells += _place(entry)
    return cells + [
        _VERDICTS[language][entry.flags.get(one.name, Verdict.UNKNOWN)] for one in definition.computed
    ]


def _cell(column: Column, value: JsonValue) -> Cell:
    """Return a cell that reads back as the same value: numbers as numbers where a double holds them."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if column.type in MEASURED and NUMBER.fullmatch(str(value)):
        number = Decimal(str(value))
        return number if len(number.as_tuple().digits) <= EXACT_DIGITS else str(value)
    return str(value)


def _place(entry: Entry) -> list[Cell]:
    place = entry.place
    lon, _, lat = place.coordinates_entered.partition(", ")
    shown = [
        None if degrees is None else Decimal(repr(round(degrees, 7))) for degrees in (place.lon, place.lat)
    ]
    entered: list[Cell] = [place.county_code or None, lon or None, lat or None, place.datum_entered or None]
    return [*entered, *shown]


def _facts(
    definition: Definition, head: EditionHead | None, language: Language
) -> Iterator[tuple[str, Cell]]:
    zh = language == "zh"
    yield ("名录" if zh else "Directory"), definition.zh if zh else definition.en
    if head is not None:
        yield ("标题" if zh else "Title"), head.title
        yield ("地区" if zh else "Area"), f"{head.area_name} {head.area_code}"
        yield ("编制单位" if zh else "Unit"), head.unit_name
        yield ("版次" if zh else "Edition"), _edition(head, language)
        yield ("截至" if zh else "As of"), head.valid_on.isoformat()
    if definition.source:
        yield ("依据" if zh else "Source"), definition.source
    for one in definition.computed:
        yield (one.zh if zh else one.en), one.source
    yield ("填写" if zh else "How to fill in"), _HOW[language]
    for column in definition.columns:
        yield (column.zh if zh else column.en), _explained(column, language)


def _explained(column: Column, language: Language) -> str:
    """Return what a column takes, in one line."""
    zh = language == "zh"
    parts = [column.help_zh if zh else column.help_en, "、".join(column.choices)]
    if column.required:
        parts.insert(0, "必填" if zh else "required")
    if column.contact:
        parts.append("登录后可见" if zh else "for people who signed in")
    return "；".join(part for part in parts if part) or "—"


_HOW: Final = {
    "zh": "编号由程序给出，新的一行留空；空白不改动已有内容，要清空请写“清除”；坐标请同时写明坐标系。"
    "WGS84 两列和计算列只供阅读。",
    "en": "The program gives the numbers; leave them empty for new lines. A blank cell changes nothing, write"
    " 清除 to empty one. Name the datum of coordinates. The WGS84 columns and computed ones are for reading.",
}


def _edition(head: EditionHead, language: Language) -> str:
    if head.number is None:
        return "草稿" if language == "zh" else "draft"
    return f"第{head.number}版" if language == "zh" else f"edition-{head.number}"


# ---- GeoJSON ----


def _feature(definition: Definition, entry: Entry) -> dict[str, Any]:
    place = entry.place
    geometry = None
    if place.lon is not None and place.lat is not None:
        geometry = {"type": "Point", "coordinates": [round(place.lon, 7), round(place.lat, 7)]}
    properties: dict[str, Any] = {column.name: entry.cells.get(column.name) for column in definition.columns}
    properties |= {name: str(verdict) for name, verdict in entry.flags.items()}
    if definition.mapped:
        properties |= {
            "county_code": place.county_code or None,
            "precision": place.precision,
            "coordinates_entered": place.coordinates_entered or None,
            "datum_entered": place.datum_entered or None,
            "place_doubt": place.doubt or None,
        }
    return {"type": "Feature", "id": entry.key, "geometry": geometry, "properties": properties}
