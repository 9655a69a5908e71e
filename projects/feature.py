"""The one mapping between a record and a GeoJSON feature (RFC 7946), used by the map and by every export.

Coordinates are WGS84, longitude then latitude, seven decimals, polygons by the right-hand rule; a record
without a place has a ``null`` geometry and is there all the same. There is no ``crs`` member.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from json.encoder import encode_basestring as _text
from typing import Any, Final

from projects.summary import COLUMNS, Summary

NAMES: Final = tuple(column.name for column in COLUMNS)
_HEADS: Final = tuple(f'"{name}":' for name in NAMES)
_UNKNOWN: Final = tuple(f"{head}null" for head in _HEADS)
_OWN: Final = frozenset(
    {
        "id",
        "name",
        "aliases",
        "address",
        "place_source",
        "quantity",
        "total_investment_wan",
        "beds",
        "floor_area_m2",
    }
    | {"land_mu", "capital_sought_wan", "cooperation", "jobs", "annual_output_wan", "tasks", "note"}
    | {"land_quota_mu", "planning_note"}
)
"""Fields that differ from record to record, so that remembering their text would only fill the memory.

``quantity`` is one because 1 and 1.0 are equal and yet different JSON."""
_RUNS: Final = tuple(
    (slice(run[0], run[-1] + 1), own == "")
    for own, group in groupby(range(len(NAMES)), lambda position: position if NAMES[position] in _OWN else "")
    for run in [list(group)]
)
"""Runs of neighbouring fields whose values repeat together, and each of the other fields by itself."""

_LISTS: Final = frozenset(
    {"aliases", "touches", "documents", "tasks", "lead_units", "support_units", "duty_units", "reported"}
)
_DECIMALS: Final = frozenset(
    {"total_investment_wan", "capital_sought_wan", "annual_output_wan", "floor_area_m2", "land_mu"}
    | {"land_quota_mu"}
)


def properties(record: Summary) -> dict[str, Any]:
    """Return a record's properties, every published field in print order; unknown values are ``None``.

    An amount becomes a JSON number when a double holds it to the last digit, else text: no digit is ever
    lost.
    """
    return {name: _plain(getattr(record, name)) for name in NAMES}


def feature(record: Summary) -> dict[str, Any]:
    """Return a record as a GeoJSON feature."""
    geometry = json.loads(record.geometry) if record.geometry else None
    return {"type": "Feature", "id": record.id, "geometry": geometry, "properties": properties(record)}


def feature_text(record: Summary) -> str:
    """Return ``feature`` as JSON text without parsing the geometry again (for long streams).

    Neighbouring fields whose values repeat from record to record (codes and their names, units, documents)
    are encoded once per combination and remembered.
    """
    parts = [
        _remembered(run.start, record[run]) if repeats else _member(run.start, record[run.start])
        for run, repeats in _RUNS
    ]
    return (
        f'{{"type":"Feature","id":{_text(record.id)},"geometry":{record.geometry or "null"},'
        f'"properties":{{{",".join(parts)}}}}}'
    )


@lru_cache(maxsize=8192)
def _remembered(start: int, values: tuple[Any, ...]) -> str:
    """Return the fields from position ``start`` on as JSON members, without the braces."""
    return ",".join([_member(start + number, value) for number, value in enumerate(values)])


def _member(position: int, value: Any) -> str:
    """Return one field as a JSON member, the frequent kinds first."""
    if value is None:
        return _UNKNOWN[position]
    kind = type(value)
    if kind is str:
        return _HEADS[position] + _text(value)
    if kind is tuple:
        return f"{_HEADS[position]}[{','.join(map(_text, value))}]"
    return _HEADS[position] + _encode(_plain(value))


def from_feature(data: Mapping[str, Any]) -> Summary:
    """Return the record that a feature made by ``feature`` stands for.

    Raises ``KeyError`` for a feature without the published properties.
    """
    values = {name: _typed(name, data["properties"][name]) for name in NAMES}
    geometry = data["geometry"]
    return Summary(**values, geometry=_encode(geometry) if geometry else None)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return plain_number(value) if isinstance(value, Decimal) else value


def plain_number(value: Decimal) -> int | float | str:
    """Return an amount as a JSON number where that is exact, else as text.

    >>> [plain_number(Decimal(text)) for text in ("12000.000000", "0.1", "12345678901234.567891")]
    [12000, 0.1, '12345678901234.567891']
    """
    if value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else str(value)


def _typed(name: str, value: Any) -> Any:
    if name in _LISTS:
        return tuple(value)
    return Decimal(str(value)) if name in _DECIMALS and value is not None else value


def _encode(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
