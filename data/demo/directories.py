"""Directories of a practice library: an edition of each list, two of those on the map, and an open draft."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import Connection, text

from data.demo.ground import scatter
from data.demo.people import COUNTY, PREFECTURE
from data.demo.words import BRANDS, MARK, SOURCE, firm
from data.importers.directories.definitions import read_definitions
from projects.codes import Datum, Precision
from projects.directories.frozen import freeze
from projects.directories.model import Column, ColumnType, Definition
from projects.fields import JsonValue

LINES: Final = 18
"""Of each list; the second edition has three fewer and four more."""
SEED: Final = 2026
CARRIER, CARRIERS = "carrier", "健康产业载体名录"
"""A tenant names its carrier by the name that it has in the directory of carriers."""


@dataclass(frozen=True, slots=True)
class _Ground:
    """What lines may name: counties with points in them, records."""

    counties: Sequence[str]
    spots: dict[str, list[tuple[float, float]]]
    records: Sequence[str]
    today: date


def add_directories(connection: Connection, today: date) -> int:
    """Publish the built-in directories for the practice prefecture; return how many editions there are.

    All lines are invented and say so in their names. Without counties of the prefecture there are none.
    """
    counties = list(connection.scalars(_COUNTIES, {"area": PREFECTURE}))
    if not counties:
        return 0
    points = scatter(connection, dict.fromkeys(counties, 12), SEED)
    spots = {code: [(one.lon, one.lat) for one in found] for code, found in points.items()}
    records = list(connection.scalars(_RECORDS, {"area": PREFECTURE}))
    ground = _Ground(counties, spots, records, today)
    return sum(_of(connection, definition, ground) for definition in read_definitions().usable)


def _of(connection: Connection, definition: Definition, ground: _Ground) -> int:
    lines = [_line(definition, number, ground) for number in range(1, LINES + 1)]
    began = ground.today - timedelta(days=400)
    first = _edition(connection, definition, PREFECTURE, began)
    _write(connection, first, lines)
    _publish(connection, first, 1, began)
    if not definition.mapped:
        return 1
    second = _edition(connection, definition, PREFECTURE, ground.today - timedelta(days=20), first)
    more = [_line(definition, number, ground) for number in range(LINES + 1, LINES + 5)]
    _write(connection, second, [*_renewed(connection, first, definition), *more])
    _publish(connection, second, 2, ground.today - timedelta(days=10))
    if COUNTY in ground.counties:
        draft = _edition(connection, definition, COUNTY, ground.today)
        own = _Ground([COUNTY], ground.spots, ground.records, ground.today)
        _write(connection, draft, [_line(definition, number, own) for number in range(41, 46)])
        return 3
    return 2


def _renewed(connection: Connection, base: int, definition: Definition) -> list[dict[str, Any]]:
    """Return the lines of an edition but the first three, one of them changed."""
    rows = [dict(row) for row in connection.execute(_LINES, {"key": base}).mappings()]
    kept = rows[3:]
    number = next((one.name for one in definition.columns if one.type is ColumnType.AREA_M2), "")
    if kept and number:
        kept[0]["cells"] = kept[0]["cells"] | {number: "3600"}
    return kept


# ---- inventing ----


def _line(definition: Definition, number: int, ground: _Ground) -> dict[str, Any]:
    """Return an invented line; the same definition and number give the same one."""
    draw = Random(f"{definition.key}-{number}")  # noqa: S311 - invented data, no secret
    county = ground.counties[number % len(ground.counties)]
    cells = {column.name: _cell(column, number, draw, ground) for column in definition.columns}
    cells |= {one.name: county for one in definition.columns if one.type is ColumnType.COUNTY}
    cells[definition.title_column] = _name(definition.zh, number)
    if CARRIER in cells:
        cells[CARRIER] = _name(CARRIERS, 5 + number % 10)  # those that stand in both editions
    placed = definition.mapped and draw.random() < 0.8
    lon, lat = ground.spots[county][number % len(ground.spots[county])] if placed else (None, None)
    return {
        "key": None,
        "cells": {name: value for name, value in cells.items() if value is not None},
        "lon": lon,
        "lat": lat,
        "precision": int(Precision.BUILDING) if placed else 0,
        "datum_entered": str(Datum.WGS84) if placed else "",
        "coordinates_entered": f"{lon}, {lat}" if placed else "",
        "county_code": county,
        "project_ids": [str(cells[one.name]) for one in _linked(definition) if cells.get(one.name)],
    }


def _name(directory: str, number: int) -> str:
    return f"{BRANDS[number % len(BRANDS)]}{directory[:4]}（{MARK}{number:04d}）"


def _linked(definition: Definition) -> list[Column]:
    return [one for one in definition.columns if one.type is ColumnType.PROJECT]


def _cell(column: Column, number: int, draw: Random, ground: _Ground) -> JsonValue:
    """Return an invented cell; every fifth that may be open is, and contacts always are."""
    if column.contact or (not column.required and draw.random() < 0.2):
        return None
    if column.type is ColumnType.CHOICE:
        return draw.choice(column.choices)
    if column.type is ColumnType.PROJECT:
        return draw.choice(ground.records) if ground.records and number % 3 == 0 else None
    if column.type is ColumnType.DATE:
        return (ground.today - timedelta(days=draw.randrange(30, 900))).isoformat()
    return _plain(column, number, draw, ground)


def _plain(column: Column, number: int, draw: Random, ground: _Ground) -> JsonValue:
    found: dict[ColumnType, JsonValue] = {
        ColumnType.BOOLEAN: draw.random() < 0.5,
        ColumnType.INTEGER: draw.randrange(1, 200),
        ColumnType.DECIMAL: str(draw.randrange(10, 90)),
        ColumnType.MONEY: str(draw.randrange(50, 9_000)),
        ColumnType.AREA_M2: str(draw.randrange(5, 60) * 100),
        ColumnType.YEAR: ground.today.year,
        ColumnType.URL: f"https://demo-{number}.example.invalid/",
        ColumnType.UNIT: firm(number % 24 + 1)[1],
    }
    return found.get(column.type, f"{MARK}内容{number}")


# ---- writing ----


def _edition(
    connection: Connection, definition: Definition, area: str, day: date, base: int | None = None
) -> int:
    given = {
        "definition": definition.key,
        "made_with": freeze(definition),
        "area": area,
        "title": f"{definition.zh}（{MARK}）",
        "day": day,
        "base": base,
        "who": SOURCE,
    }
    return int(connection.execute(_EDITION, given).scalar_one())


def _write(connection: Connection, edition: int, lines: Sequence[dict[str, Any]]) -> None:
    rows = [
        line | {"edition": edition, "position": at, "cells": json.dumps(line["cells"]), "who": SOURCE}
        for at, line in enumerate(lines, start=1)
    ]
    connection.execute(_ENTRY, rows)
    connection.execute(_COUNT, {"key": edition, "count": len(rows)})


def _publish(connection: Connection, edition: int, number: int, day: date) -> None:
    connection.execute(_PUBLISH, {"key": edition, "number": number, "day": day, "who": SOURCE})


_COUNTIES: Final = text(
    "SELECT code FROM area WHERE level = 'county' AND prefecture_code = :area ORDER BY code"
)
_RECORDS: Final = text(
    "SELECT id FROM project WHERE prefecture_code = :area AND published ORDER BY id LIMIT 200"
)
_LINES: Final = text(
    "SELECT key, cells, lon, lat, precision, datum_entered, coordinates_entered, county_code, project_ids"
    " FROM directory_entry WHERE directory_id = :key ORDER BY position"
)
_EDITION: Final = text(
    "INSERT INTO directory"
    " (definition, made_with, area_code, unit_id, title, valid_on, copy_of_id, created_by)"
    " VALUES (:definition, CAST(:made_with AS jsonb), :area, :area, :title, :day, :base, :who) RETURNING id"
)
_ENTRY: Final = text(
    "INSERT INTO directory_entry (directory_id, key, position, cells, lon, lat, precision, datum_entered,"
    " coordinates_entered, county_code, project_ids, changed_by) VALUES (:edition,"
    " coalesce(:key, nextval('directory_entry_key')), :position, CAST(:cells AS jsonb), :lon, :lat,"
    " :precision, :datum_entered, :coordinates_entered, :county_code, :project_ids, :who)"
)
_COUNT: Final = text("UPDATE directory SET entries = :count WHERE id = :key")
_PUBLISH: Final = text(
    "UPDATE directory SET state = 'published', number = :number, published_by = :who, published_at = :day"
    " WHERE id = :key"
)
