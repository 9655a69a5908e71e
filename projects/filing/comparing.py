"""When two values of a field are the same, and what a row of a file would change in a record.

Values are the plain JSON of ``projects.fields``; amounts compare as decimals, never as text or floats.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from projects.fields import BY_NAME, Document, FieldType, JsonValue
from projects.intake.importing import TypedRow
from projects.names import normalised
from projects.ordering import order

Change = tuple[str, JsonValue, JsonValue]
"""Field path, old, new."""

UNSTATED: Final = frozenset({"stage", "promotion_stage", "delivery_mode"})
"""Fields whose code 未明确 says the same as a blank."""
PLACE_DECIMALS: Final = 6
"""Degrees that differ by less than one of the last of these (about 0.1 m) are the same: a workbook shows no
more of a coordinate."""
Part = tuple[str, list[Any]]
"""One shape of a geometry: ``Point``, ``LineString`` or ``Polygon``, and its lines of positions."""
_NUMBERS: Final = frozenset({FieldType.MONEY, FieldType.DECIMAL, FieldType.INTEGER, FieldType.YEAR})
_NUMERIC: Final = frozenset(name for name, field in BY_NAME.items() if field.type in _NUMBERS)
_LINES: Final = ("finance/", "milestone/", "approval/")
_STEPS: Final = ("milestone", "approval")
_CELL_LISTS: Final[Mapping[str, str]] = {"alias": "aliases", "area": "areas"}
"""Lists that one cell of 项目 gives whole."""


def same(path: str, old: JsonValue, new: JsonValue) -> bool:
    """Whether two values of a path say the same.

    >>> same("total_investment", "12000.50", "12000.5"), same("stage", None, "未明确"), same("beds", None, 0)
    (True, True, False)
    """
    if old == new:
        return True
    if _blank(path, old) or _blank(path, new):
        return _blank(path, old) and _blank(path, new)
    if path in _NUMERIC or path.startswith("annual_plan/"):
        return _number(old) == _number(new)
    if isinstance(old, dict) and isinstance(new, dict):
        return _same_rows(path.partition("/")[0], old, new)
    if isinstance(old, list) and isinstance(new, list):
        return sorted(map(str, old)) == sorted(map(str, new))
    return _plain(old) == _plain(new)


def changes_of(row: TypedRow, held: Document, *, keep_existing: bool = False) -> tuple[Change, ...]:
    """Return what a row changes in a record's document, in the form's order.

    A blank cell changes nothing; a cleared one empties. A list in a cell of 项目 replaces the record's, a
    line of 资金, 里程碑 or 审批手续 adds or changes only itself. With ``keep_existing`` only what is unknown
    is filled.
    """
    found = [change for change in _wanted(row, held) if not same(*change)]
    if keep_existing:
        found = [kept for change in found if (kept := _filling(*change)) is not None]
    return tuple(sorted(found, key=lambda change: order(change[0])))


def _wanted(row: TypedRow, held: Document) -> Iterator[Change]:
    for path, value in row.document.items():
        if not path.startswith(_LINES) and not (path == "place/0" and _all_places(held, value)):
            yield path, held.get(path), value
    yield from _replaced_lists(row, held)
    yield from _lines(row, held)
    yield from _cleared(row, held)


def _replaced_lists(row: TypedRow, held: Document) -> Iterator[Change]:
    """Yield what a list given in one cell leaves out of the record's list."""
    for kind in _CELL_LISTS:
        prefix = f"{kind}/"
        if any(path.startswith(prefix) for path in row.document):
            gone = (path for path in held if path.startswith(prefix) and path not in row.document)
            yield from ((path, held[path], None) for path in gone)


def _lines(row: TypedRow, held: Document) -> Iterator[Change]:
    """Yield the lines of the other sheets: known ones merged cell by cell, others that the record lacks."""
    spare = _spare_lines(row, held)
    for path, value in row.document.items():
        kind, _, key = path.partition("/")
        if kind in _STEPS or (kind == "finance" and not key.startswith("new-")):
            yield path, held.get(path), _merged(held.get(path), value, _emptied(row, path))
        elif kind == "finance" and not _taken(spare, value):
            yield path, None, value


def _spare_lines(row: TypedRow, held: Document) -> dict[tuple[Any, ...], int]:
    """Count the record's finance lines that no line of the row names by id, by what they say."""
    spare: dict[tuple[Any, ...], int] = defaultdict(int)
    for path, value in held.items():
        if path.startswith("finance/") and path not in row.document and isinstance(value, dict):
            spare[_line_key(value)] += 1
    return spare


def _taken(spare: dict[tuple[Any, ...], int], value: JsonValue) -> bool:
    """Take an equal line away and say whether there was one."""
    key = _line_key(value) if isinstance(value, dict) else ()
    if not spare.get(key):
        return False
    spare[key] -= 1
    return True


def _line_key(line: Mapping[str, JsonValue]) -> tuple[Any, ...]:
    return line.get("source"), line.get("status"), _number(line.get("amount")), line.get("year")


def _cleared(row: TypedRow, held: Document) -> Iterator[Change]:
    for name in row.cleared:
        if name in ("aliases", "areas"):
            prefix = "alias/" if name == "aliases" else "area/"
            yield from ((path, old, None) for path, old in held.items() if path.startswith(prefix))
        elif name.count("/") > 1:
            yield from _cleared_cell(row, held, name)
        else:
            yield name, held.get(name), None


def _cleared_cell(row: TypedRow, held: Document, name: str) -> Iterator[Change]:
    """Yield a line with one of its cells emptied: ``milestone/commencement/actual_on``."""
    path = name.rpartition("/")[0]
    old = held.get(path)
    if isinstance(old, dict) and path not in row.document:
        yield path, old, _merged(old, {}, _emptied(row, path))


def _emptied(row: TypedRow, path: str) -> dict[str, JsonValue]:
    """Return the cells of a line that the row clears, each as None."""
    return {name.rpartition("/")[2]: None for name in row.cleared if name.rpartition("/")[0] == path}


def _merged(old: JsonValue, new: JsonValue, emptied: Mapping[str, JsonValue]) -> JsonValue:
    """Return a line with the cells that it states taken over (None: cleared), the others left as they are."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return {**old, **new, **emptied}


def _filling(path: str, old: JsonValue, new: JsonValue) -> Change | None:
    """Return a change reduced to what fills a gap, None when it would overwrite or empty."""
    if _blank(path, old):
        return None if _blank(path, new) else (path, old, new)
    if not (isinstance(old, dict) and isinstance(new, dict)) or path.startswith("place/"):
        return None
    filled: JsonValue = {**new, **{key: value for key, value in old.items() if value not in (None, "")}}
    return None if same(path, old, filled) else (path, old, filled)


def _blank(path: str, value: JsonValue) -> bool:
    return value is None or value in ("", [], {}) or (value == "未明确" and path in UNSTATED)


def _same_rows(kind: str, old: Mapping[str, JsonValue], new: Mapping[str, JsonValue]) -> bool:
    if kind == "place":
        return _same_place(old, new)
    keys = {*old, *new} - {"subsidy", "amount"}
    return (
        all(_plain(old.get(key)) == _plain(new.get(key)) for key in keys)
        and bool(old.get("subsidy")) == bool(new.get("subsidy"))
        and _number(old.get("amount")) == _number(new.get("amount"))
    )


def _same_place(old: Mapping[str, JsonValue], new: Mapping[str, JsonValue]) -> bool:
    """Whether two places are one shape; how it is known is not what a file's coordinates say."""
    if old.get("geometry") == new.get("geometry"):
        return True
    shapes = [_parts(place.get("geometry")) for place in (old, new)]
    return shapes[0] != [] and _same_parts(shapes[0], shapes[1])


def _all_places(held: Document, new: JsonValue) -> bool:
    """Whether a file's geometry is that of all places of a record together, as every export shows them."""
    places = [value for path, value in held.items() if path.startswith("place/") and isinstance(value, dict)]
    if len(places) < 2 or not isinstance(new, dict):
        return False
    given = _parts(new.get("geometry"))
    known = [part for place in places for part in _parts(place.get("geometry"))]
    return len(given) > 1 and all(any(_same_shape(part, other) for other in known) for part in given)


def _same_parts(one: list[Part], other: list[Part]) -> bool:
    pairs = zip(one, other, strict=False)
    return len(one) == len(other) and all(_same_shape(first, second) for first, second in pairs)


def _parts(geometry: Any) -> list[Part]:
    """Return the single shapes of a GeoJSON geometry: kind and lines of positions."""
    if not isinstance(geometry, dict):
        return []
    if geometry.get("type") == "GeometryCollection":
        return [part for inner in geometry["geometries"] for part in _parts(inner)]
    kind, held = str(geometry["type"]), geometry["coordinates"]
    single = kind.removeprefix("Multi")
    return [(single, _lines_of(single, part)) for part in (held if single != kind else [held])]


def _lines_of(kind: str, held: Any) -> list[Any]:
    return [[held]] if kind == "Point" else [held] if kind == "LineString" else list(held)


def _same_shape(one: Part, other: Part) -> bool:
    """Whether two shapes agree position by position; a ring written the other way round is the same ring."""
    if one[0] != other[0] or len(one[1]) != len(other[1]):
        return False
    return all(
        _near(first, second) or _near(first, second[::-1])
        for first, second in zip(one[1], other[1], strict=True)
    )


def _near(one: list[Any], other: list[Any]) -> bool:
    """Whether two lines of positions differ by less than a workbook or a GeoJSON shows."""
    return len(one) == len(other) and all(
        abs(float(a) - float(b)) < 10**-PLACE_DECIMALS
        for first, second in zip(one, other, strict=True)
        for a, b in zip(first[:2], second[:2], strict=True)
    )


def _number(value: JsonValue) -> Decimal | None:
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None


def _plain(value: JsonValue) -> JsonValue:
    """Return text without outer blanks and with one kind of line end, an empty one as None."""
    if not isinstance(value, str):
        return value
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() or None


def shown(path: str, value: JsonValue) -> str:
    """Return a value as a reason quotes it: codes by their labels, a place by the numbers as entered.

    >>> shown("beds", None), shown("kind", "site"), shown("place/0", {"coordinates_entered": "113.5, 24.8"})
    ('空白', '「项目点」', '「113.5, 24.8」')
    """
    if value is None:
        return "空白"
    if isinstance(value, dict):
        parts = [value["coordinates_entered"]] if value.get("coordinates_entered") else value.values()
        value = [part for part in parts if isinstance(part, str | int)]
    if isinstance(value, list):
        return f"「{'、'.join(map(str, value))[:60]}」"
    field = BY_NAME.get(path)
    return f"「{(field.choices.get(str(value)) if field else None) or str(value)[:60]}」"


def same_name(one: str, other: str) -> bool:
    """Whether two names differ in width, spacing and punctuation at most."""
    return one == other or normalised(one) == normalised(other)
