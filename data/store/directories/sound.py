"""Holding stored lines against their definition before they are published: a copy may be older."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from data.importers.directories.cells import as_field
from data.importers.directories.lines import missing
from projects.directories.model import MEASURED, CellFault, Column, ColumnType, Definition, Entry
from projects.fields import JsonValue

_WHOLE = (ColumnType.INTEGER, ColumnType.YEAR)


def unsound(definition: Definition, entries: Sequence[Entry]) -> list[CellFault]:
    """Return what breaks the definition in lines as they are stored, with the number of each line."""
    found = []
    for number, entry in enumerate(entries, start=1):
        found += [_empty(number, column) for column in missing(definition, entry.cells)]
        for column in definition.columns:
            value = entry.cells.get(column.name)
            if value is not None and not _fits(column, value):
                found.append(_misfit(number, column, value))
    return found


def _fits(column: Column, value: JsonValue) -> bool:
    if column.type in MEASURED:
        return _number_fits(column, value)
    if column.type is ColumnType.BOOLEAN:
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if column.type is ColumnType.CHOICE:
        return value in column.choices
    if column.type is ColumnType.DATE:
        return _is_day(value)
    return len(value) <= as_field(column).longest


def _number_fits(column: Column, value: JsonValue) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return False
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    within = (column.lowest is None or number >= column.lowest) and (
        column.highest is None or number <= column.highest
    )
    return number.is_finite() and within and (column.type not in _WHOLE or number == int(number))


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _empty(number: int, column: Column) -> CellFault:
    return CellFault(number, column.name, "", f"“{column.zh}”必须填写", f"{column.en!r} has to be filled in")


def _misfit(number: int, column: Column, value: JsonValue) -> CellFault:
    raw = str(value)[:80]
    return CellFault(
        number,
        column.name,
        raw,
        f"“{raw}”不合现在的定义，请改正",
        f"{raw!r} does not fit the definition of today, mend it",
    )
