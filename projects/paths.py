"""Checking any path of a document: single fields, rows of lists, places, and the state of the record itself.

``check_path`` answers the value in its stored form, in which two documents are compared: rows have all their
keys (None is unknown), amounts are plain decimal text, geometry is bare GeoJSON rounded to a tenth of a
millimetre.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from projects.codes import Datum, Method, MilestoneCode
from projects.fields import (
    APPROVAL_FIELDS,
    FINANCE_FIELDS,
    MILESTONE_FIELDS,
    STATE_PATHS,
    Field,
    FieldType,
    JsonValue,
    field_of,
)
from projects.intake.issues import IssueCode
from projects.lifecycle.approvals import ApprovalCode
from projects.values import RECORD_ID, check, cleaned

DEGREE_DECIMALS: Final = 9
"""A tenth of a millimetre; in this form places are stored, read back and compared."""
UNKNOWN_DATUM: Final = "unknown"
PLACE_KEYS: Final = (
    "geometry",
    "precision",
    "method",
    "datum_entered",
    "coordinates_entered",
    "address",
    "source",
    "label",
    "note",
)
SHAPES: Final = MappingProxyType(
    {"Point": 0, "LineString": 1, "MultiPoint": 1, "Polygon": 2, "MultiLineString": 2, "MultiPolygon": 3}
)
"""GeoJSON types a place may have → how deep their positions are nested."""
LAST_POSITION: Final = 99
_YEARS: Final = (Decimal(1990), Decimal(2100))


class Wrong(NamedTuple):
    """What is wrong, and in which part of a row (empty for a single value)."""

    part: str
    code: IssueCode


def check_path(path: str, value: JsonValue) -> tuple[JsonValue, Wrong | None]:
    """Return the value of any path of a document in its stored form, and what is wrong with it.

    None takes a value or a row away and is right everywhere but in a required field.

    >>> check_path("annual_plan/2026", "10")
    ('10', None)
    >>> check_path("finance/new-1", {"source": "专项债", "status": "批复"})[1]
    Wrong(part='amount', code=<IssueCode.MISSING_VALUE: 'missing_value'>)
    """
    field = field_of(path)
    if value is None and field is not None and not field.required:
        return None, None
    kind, _, rest = path.partition("/")
    if field is not None and not (field.type is FieldType.NAMES and kind in ("aliases", "areas")):
        found, code = check(field, value)
        return found, Wrong("", code) if code else None
    if kind not in _ROWS or (not rest and kind not in STATE_PATHS):
        return None, Wrong("", IssueCode.UNKNOWN_HEADING)
    return (None, None) if value is None else _ROWS[kind](rest, value)


RowChecked = tuple[JsonValue, Wrong | None]


def _row(fields: Sequence[Field], value: Any) -> RowChecked:
    """Check a row key by key; the stored form has every key, None for unknown."""
    if not isinstance(value, Mapping):
        return None, Wrong("", IssueCode.NOT_IN_LIST)
    known = {field.name for field in fields}
    for name in value:
        if name not in known:
            return None, Wrong(str(name), IssueCode.UNKNOWN_HEADING)
    row: dict[str, JsonValue] = {}
    for field in fields:
        row[field.name], code = check(field, value.get(field.name))
        if code:
            return None, Wrong(field.name, code)
    return row, None


def _finance(rest: str, value: Any) -> RowChecked:
    if not re.fullmatch(r"[0-9]{1,9}|new-[0-9]{1,6}", rest):
        return None, Wrong("", IssueCode.UNKNOWN_HEADING)
    # 未明确 is a source of its own here: the money is known, where it comes from is not.
    row, wrong = _row(FINANCE_FIELDS, value)
    if isinstance(row, dict):
        row["subsidy"] = bool(row["subsidy"])
    return row, wrong


def _step(codes: Sequence[str], fields: Sequence[Field], rest: str, value: Any) -> RowChecked:
    """Check a dated step; a row that says nothing is no row."""
    if rest not in codes:
        return None, Wrong("", IssueCode.NOT_IN_LIST)
    row, wrong = _row(fields[1:], value)
    return (
        (row, wrong) if isinstance(row, dict) and any(v is not None for v in row.values()) else (None, wrong)
    )


def _milestone(rest: str, value: Any) -> RowChecked:
    return _step(tuple(MilestoneCode), MILESTONE_FIELDS, rest, value)


def _approval(rest: str, value: Any) -> RowChecked:
    return _step(tuple(ApprovalCode), APPROVAL_FIELDS, rest, value)


def _annual_plan(rest: str, value: Any) -> RowChecked:
    if not re.fullmatch(r"[0-9]{4}", rest) or not _YEARS[0] <= int(rest) <= _YEARS[1]:
        return None, Wrong("", IssueCode.OUT_OF_RANGE)
    amount = next(field for field in FINANCE_FIELDS if field.name == "amount")
    found, code = check(amount, value)
    return found, Wrong("", code) if code else None


def _alias(rest: str, value: Any) -> RowChecked:
    if rest != cleaned(rest) or len(rest) > 200:
        return None, Wrong("", IssueCode.TEXT_TOO_LONG)
    return (True, None) if value is True else (None, Wrong("", IssueCode.NOT_IN_LIST))


def _area(rest: str, value: Any) -> RowChecked:
    if not re.fullmatch("[0-9]{6}", rest):
        return None, Wrong("", IssueCode.UNKNOWN_COUNTY)
    return (True, None) if value is True else (None, Wrong("", IssueCode.NOT_IN_LIST))


def _deleted(rest: str, value: Any) -> RowChecked:
    return (True, None) if value is True and not rest else (None, Wrong("", IssueCode.NOT_IN_LIST))


def _merged(rest: str, value: Any) -> RowChecked:
    right = not rest and isinstance(value, str) and RECORD_ID.fullmatch(value)
    return (value, None) if right else (None, Wrong("", IssueCode.NOT_IN_LIST))


def _place(rest: str, value: Any) -> RowChecked:
    if not re.fullmatch("[0-9]{1,2}", rest) or str(int(rest)) != rest:
        return None, Wrong("", IssueCode.OUT_OF_RANGE)
    if not isinstance(value, Mapping) or "geometry" not in value:
        return None, Wrong("geometry", IssueCode.MISSING_VALUE)
    shape = geometry(value["geometry"])
    if shape is None:
        return None, Wrong("geometry", IssueCode.COORDINATES_OUTSIDE_COUNTRY)
    row, wrong = _row(_PLACE_FIELDS, {key: held for key, held in value.items() if key != "geometry"})
    if not isinstance(row, dict):
        return None, wrong
    if row["datum_entered"] == UNKNOWN_DATUM and int(str(row["precision"])) < 3:
        return None, Wrong("precision", IssueCode.CRS_SUSPECT)
    return {"geometry": shape, **row}, None


def geometry(value: Any) -> dict[str, JsonValue] | None:
    """Return a GeoJSON geometry (WGS84, lon lat) bare, two-dimensional and rounded, None for no geometry.

    >>> geometry({"type": "Point", "coordinates": [113, 24.5, 80.0], "crs": None})
    {'type': 'Point', 'coordinates': [113.0, 24.5]}
    """
    kind = value.get("type") if isinstance(value, Mapping) else None
    if not isinstance(kind, str) or kind not in SHAPES:
        return None
    try:
        coordinates = _positions(value.get("coordinates"), SHAPES[kind])
    except (TypeError, ValueError, OverflowError):
        return None
    return {"type": kind, "coordinates": coordinates}


def _positions(value: Any, depth: int) -> list[JsonValue]:
    if isinstance(value, str | Mapping) or not value:
        raise ValueError("no positions")
    if depth:
        return [_positions(part, depth - 1) for part in value]
    lon, lat = (round(float(number), DEGREE_DECIMALS) for number in value[:2])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # also what is not a number
        raise ValueError("no degrees")
    return [lon, lat]


def _same(values: Sequence[str]) -> Mapping[str, str]:
    return MappingProxyType({value: value for value in values})


def _of_place(name: str, kind: FieldType, **more: Any) -> Field:
    return Field(name, _GROUP, kind, name, name, **more)


_GROUP: Final = FINANCE_FIELDS[0].group
_PLACE_FIELDS: Final = (
    _of_place("precision", FieldType.INTEGER, lowest=Decimal(1), highest=Decimal(5), required=True),
    _of_place("method", FieldType.CHOICE, choices=_same([*Method]), required=True),
    _of_place("datum_entered", FieldType.CHOICE, choices=_same([*Datum, UNKNOWN_DATUM]), required=True),
    _of_place("coordinates_entered", FieldType.TEXT),
    _of_place("address", FieldType.TEXT),
    _of_place("source", FieldType.TEXT, longest=2000),
    _of_place("label", FieldType.TEXT, longest=100),
    _of_place("note", FieldType.TEXT, longest=2000),
)

_ROWS: Final[Mapping[str, Callable[[str, Any], RowChecked]]] = MappingProxyType(
    {
        "finance": _finance,
        "milestone": _milestone,
        "approval": _approval,
        "annual_plan": _annual_plan,
        "alias": _alias,
        "area": _area,
        "place": _place,
        "deleted": _deleted,
        "merged_into_id": _merged,
    }
)
