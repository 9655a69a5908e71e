"""The computed flags of a definition's file: conditions on columns, each on what its type can be held to."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from projects.directories.model import MEASURED, Column, ColumnType, Computed, Condition, Test
from projects.directories.pieces import (
    Reading,
    Table,
    known_keys,
    name_of,
    no_column,
    number_of,
    tables_of,
    text_of,
)

MOST_COMPUTED: Final = 10
MOST_CONDITIONS: Final = 10
_COMPUTED_KEYS: Final = ("name", "zh", "en", "source", "conditions")
_CONDITION_KEYS: Final = ("column", "test", "value")
_LISTED_TESTS: Final = "、".join(Test)


def computed_flags(reading: Reading, value: Any, named: Mapping[str, Column]) -> tuple[Computed, ...]:
    """Return the flags of a file; ``named`` are its columns."""
    found: list[Computed] = []
    for number, table in enumerate(tables_of(reading, value, "computed", MOST_COMPUTED), start=1):
        where = f"第 {number} 个 [[computed]]"
        known_keys(reading, where, table, _COMPUTED_KEYS)
        name = name_of(reading, f"{where} · name", table)
        if name in named or name in [one.name for one in found]:
            reading.wrong(
                f"{where} · name",
                f"name“{name}”已经用过",
                f"the name {name!r} is taken already",
            )
        found.append(
            Computed(
                name=name,
                zh=text_of(reading, f"{where} · zh", table, "zh", 60, needed=True),
                en=text_of(reading, f"{where} · en", table, "en", 120) or name,
                source=text_of(reading, f"{where} · source", table, "source", 800, needed=True),
                conditions=_conditions(reading, where, table, named),
            )
        )
    return tuple(found)


def _conditions(
    reading: Reading, where: str, table: Table, named: Mapping[str, Column]
) -> tuple[Condition, ...]:
    given = tables_of(reading, table.get("conditions"), "conditions", MOST_CONDITIONS)
    if not given:
        reading.wrong(f"{where} · conditions", "至少写一个条件", "write at least one condition")
    found = [
        _condition(reading, f"{where} · 条件 {number}", one, named)
        for number, one in enumerate(given, start=1)
    ]
    return tuple(one for one in found if one is not None)


def _condition(reading: Reading, where: str, table: Table, named: Mapping[str, Column]) -> Condition | None:
    known_keys(reading, where, table, _CONDITION_KEYS)
    name = text_of(reading, where, table, "column", 40, needed=True)
    test = text_of(reading, where, table, "test", 40)
    if test not in set(Test):
        reading.wrong(
            where,
            f"没有“{test or '（空）'}”这种比较；可用：{_LISTED_TESTS}",
            f"there is no test {test!r}; known are {', '.join(Test)}",
        )
        return None
    if name not in named:
        if name:
            no_column(reading, where, name, named)
        return None
    value = _compared(reading, where, (named[name], Test(test)), table)
    return None if value is None else Condition(name, Test(test), value)


def _compared(
    reading: Reading, where: str, of: tuple[Column, Test], table: Table
) -> str | Decimal | tuple[str, ...] | None:
    """Return what a column is compared with, in the form of its type; None with the mistake."""
    column, test = of
    value = table.get("value")
    if column.type in MEASURED and test is not Test.ONE_OF:
        if value is None:
            reading.wrong(where, "缺少“value”", "'value' is missing")
        return number_of(reading, where, table, "value")
    if column.type is ColumnType.BOOLEAN and test is Test.EQUALS and isinstance(value, bool):
        return "true" if value else "false"
    if column.type in _COMPARABLE and test is Test.EQUALS and isinstance(value, str):
        return _of_choices(reading, where, column, (value,))[0]
    if column.type in _COMPARABLE and test is Test.ONE_OF and _is_texts(value):
        return _of_choices(reading, where, column, tuple(value or ()))
    reading.wrong(
        where,
        f"列“{column.name}”（{column.type}）不能这样比较：数字列用 at_least、at_most、equals 加数字，"
        "是否列用 equals 加 true 或 false，文字和选项列用 equals 加文字、one_of 加一列文字",
        f"column {column.name!r} ({column.type}) cannot be compared so: numbers take at_least, at_most or"
        " equals with a number, yes/no takes equals with true or false, texts and choices take equals with a"
        " text or one_of with a list of texts",
    )
    return None


_COMPARABLE: Final = (ColumnType.TEXT, ColumnType.CHOICE, ColumnType.COUNTY, ColumnType.UNIT)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _of_choices(reading: Reading, where: str, column: Column, values: tuple[str, ...]) -> tuple[str, ...]:
    strange = [one for one in values if column.choices and one not in column.choices]
    if strange:
        reading.wrong(
            where,
            f"“{strange[0][:40]}”不是列“{column.name}”的选项",
            f"{strange[0][:40]!r} is no choice of column {column.name!r}",
        )
    return values
