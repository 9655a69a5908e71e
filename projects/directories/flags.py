"""Computed flags: said of a line by a rule, never typed; what nobody filled in leaves them unknown."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from projects.directories.model import Computed, Condition, Definition, Test, Verdict
from projects.fields import JsonValue

NUMBER: Final = re.compile(r"-?[0-9]{1,30}([.][0-9]{1,30})?")
"""A number as it is stored; what is none is unknown here and in the database's own asking."""


def flags(definition: Definition, cells: Mapping[str, JsonValue]) -> dict[str, Verdict]:
    """Return what every computed flag of a definition says of a line's cells."""
    return {one.name: verdict(one, cells) for one in definition.computed}


def verdict(computed: Computed, cells: Mapping[str, JsonValue]) -> Verdict:
    """Return yes when all conditions hold, no when one fails, else unknown.

    >>> rule = Computed("x", "", "", (Condition("area", Test.AT_LEAST, Decimal(2000)),), "")
    >>> [verdict(rule, cells).value for cells in ({"area": "2000"}, {"area": "1999.9"}, {})]
    ['yes', 'no', 'unknown']
    """
    held = [holds(one, cells.get(one.column)) for one in computed.conditions]
    if False in held:
        return Verdict.NO
    return Verdict.UNKNOWN if None in held else Verdict.YES


def holds(condition: Condition, value: JsonValue) -> bool | None:
    """Return whether a stored value meets a condition; None when it is not known."""
    if value is None or value == "":
        return None
    if isinstance(condition.value, Decimal):
        number = _number(value)
        return None if number is None else _compared(condition.test, number, condition.value)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text in condition.value if condition.test is Test.ONE_OF else text == condition.value


def _number(value: JsonValue) -> Decimal | None:
    text = str(value)
    return Decimal(text) if NUMBER.fullmatch(text) else None


def _compared(test: Test, number: Decimal, limit: Decimal) -> bool:
    if test is Test.AT_LEAST:
        return number >= limit
    return number <= limit if test is Test.AT_MOST else number == limit
