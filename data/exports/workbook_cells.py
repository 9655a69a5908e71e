"""What a record shows in the cells of the office workbook, written so that it reads back as the same values.

A value that a cell cannot give back exactly (a list whose names hold separators, a line or area as the
place) is left blank, which on import changes nothing, and a note on the cell says where to change it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from data.exports.workbook_columns import Column
from data.exports.workbook_lists import Lists
from projects.codes import DATUM_ZH, Datum, Precision
from projects.fields import Document, Field, FieldType, JsonValue
from projects.filing.comparing import PLACE_DECIMALS
from projects.filing.desk import Held
from projects.values import names_of

Value = str | int | float | date | None
SEPARATOR: Final = "；"
_NOT_IN_A_CELL: Final = "这一项的名称里有顿号或分号，表格不便填写：{}。请在网页的填报表单中修改。"
_SHAPE: Final = "库中的位置是一条线、一片区域或乡镇一级的位置，不是这个项目的点；知道准确坐标的请填写。"
_PLACES: Final = frozenset({FieldType.COUNTY, FieldType.TOWNSHIP, FieldType.ZONE})
_EXACT: Final = (Precision.BUILDING, Precision.VILLAGE)


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell's value and the note on it, either empty."""

    value: Value = None
    note: str = ""


def project_row(held: Held, columns: Sequence[Column], lists: Lists) -> dict[str, Shown]:
    """Return the row of a record in 项目."""
    document = held.document
    single = {
        column.name: Shown(cell(column.field, document[column.name], lists))
        for column in columns
        if column.field and column.name in document
    }
    marks = {"project_id": Shown(held.project_id), "version": Shown(held.version)}
    return marks | single | _lists(document, lists) | _coordinates(document.get("place/0"))


def cell(field: Field, value: JsonValue, lists: Lists) -> Value:
    """Return one value as a cell holds it: words for codes, numbers as numbers, dates as dates."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.type in _PLACES:
        return lists.shown(field.type, str(value))
    read = _READ.get(field.type)
    return read(str(value)) if read else field.choices.get(str(value), str(value))


def line_rows(held: Held, kind: str, columns: Sequence[Column], lists: Lists) -> Iterator[dict[str, Shown]]:
    """Yield the rows of a record in 资金, 里程碑 or 审批手续 (``finance`` …), in path order."""
    for path in sorted(held.document, key=_in_order):
        value = held.document[path]
        if path.startswith(f"{kind}/") and isinstance(value, dict):
            yield _line(held, path.partition("/")[2], value, columns, lists)


def _line(
    held: Held, key: str, value: Mapping[str, JsonValue], columns: Sequence[Column], lists: Lists
) -> dict[str, Shown]:
    values = {**value, "code": key}
    marks: dict[str, Any] = {
        "project_id": held.project_id,
        "owner_name": str(held.document.get("name", "")),
        "line_id": int(key) if key.isdigit() else key,
    }
    return {
        column.name: Shown(
            cell(column.field, values.get(column.name), lists) if column.field else marks[column.name]
        )
        for column in columns
    }


def _lists(document: Document, lists: Lists) -> dict[str, Shown]:
    """Return the columns that hold several names."""
    aliases = [path.partition("/")[2] for path in sorted(document) if path.startswith("alias/")]
    codes = [path.partition("/")[2] for path in sorted(document) if path.startswith("area/")]
    parties = {path: value for path, value in document.items() if path.startswith("party/")}
    found: dict[str, list[str]] = {
        "aliases": aliases,
        "areas": [lists.shown(FieldType.COUNTY, code) for code in codes],
        **{path: [str(name) for name in value] for path, value in parties.items() if isinstance(value, list)},
    }
    return {name: _names(names) for name, names in found.items() if names}


def _names(names: list[str]) -> Shown:
    joined = SEPARATOR.join(names)
    if names_of(joined) != names:
        return Shown(None, _NOT_IN_A_CELL.format(" / ".join(names)))
    return Shown(joined)


def _coordinates(place: JsonValue) -> dict[str, Shown]:
    """Return longitude, latitude and datum of an exact point; a township's seat is not the project's."""
    if not isinstance(place, dict):
        return {}
    geometry: Any = place.get("geometry")
    if (
        not isinstance(geometry, dict)
        or geometry.get("type") != "Point"
        or place.get("precision") not in _EXACT
    ):
        return {"lon": Shown(None, _SHAPE)}
    lon, lat = (round(float(degrees), PLACE_DECIMALS) for degrees in geometry["coordinates"][:2])
    return {"lon": Shown(lon), "lat": Shown(lat), "datum": Shown(DATUM_ZH[Datum.WGS84])}


def _number(value: str) -> float | int:
    """Return a decimal as the number a cell holds; fifteen digits are exact."""
    number = float(value)
    return int(number) if number.is_integer() else number


_READ: Final[Mapping[FieldType, Callable[[str], Value]]] = MappingProxyType(
    {
        FieldType.MONEY: _number,
        FieldType.DECIMAL: _number,
        FieldType.INTEGER: int,
        FieldType.YEAR: int,
        FieldType.DATE: date.fromisoformat,
    }
)


def _in_order(path: str) -> tuple[str, int, str]:
    """Sort lines by kind and number, so that line 10 comes after line 9."""
    kind, _, key = path.partition("/")
    return kind, int(key) if key.isdigit() else 0, key
