"""Writing lines of a draft: rows as they are checked → rows as the database takes them."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, text

from projects.directories.model import ColumnType, Definition, Entry

CHUNK = 5_000


def put(connection: Connection, key: int, definition: Definition, entries: Sequence[Entry]) -> list[int]:
    """Put lines into a draft, those of key 0 as new ones; return their keys in order."""
    keys: list[int] = []
    for start in range(0, len(entries), CHUNK):
        lines = [_line(definition, entry) for entry in entries[start : start + CHUNK]]
        keys += connection.execute(
            text("SELECT directory_put(:key, CAST(:lines AS jsonb))"),
            {"key": key, "lines": json.dumps(lines, ensure_ascii=False)},
        ).scalar_one()
    return keys


def remove(connection: Connection, key: int, keys: Sequence[int]) -> int:
    """Take lines out of a draft and return how many there were."""
    done = connection.execute(
        text("SELECT directory_remove(:key, CAST(:keys AS integer[]))"), {"key": key, "keys": list(keys)}
    )
    return int(done.scalar_one())


def _line(definition: Definition, entry: Entry) -> dict[str, Any]:
    contacts = {column.name for column in definition.columns if column.contact}
    cells = {name: value for name, value in entry.cells.items() if value is not None}
    place = entry.place
    return {
        "key": entry.key or None,
        "cells": {name: value for name, value in cells.items() if name not in contacts},
        "contacts": {name: value for name, value in cells.items() if name in contacts},
        "lon": place.lon,
        "lat": place.lat,
        "precision": place.precision,
        "datum_entered": place.datum_entered,
        "coordinates_entered": place.coordinates_entered,
        "county_code": place.county_code if definition.mapped else _county(definition, entry),
        "doubt": place.doubt,
        "project_ids": _projects(definition, entry),
    }


def _county(definition: Definition, entry: Entry) -> str:
    """Return the first county that a line names, by which it is filtered."""
    found = [entry.cells.get(one.name) for one in definition.columns if one.type is ColumnType.COUNTY]
    return next((str(code) for code in found if code), "")


def _projects(definition: Definition, entry: Entry) -> list[str]:
    named = [entry.cells.get(one.name) for one in definition.columns if one.type is ColumnType.PROJECT]
    return sorted({str(key) for key in named if key})
