"""What stands in a JSON package → the text of a cell; whatever is of another kind says nothing."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from projects.lifecycle.dispatch import OFFICE_TIME
from projects.open_standards import CURRENCY, EXTENSION, YUAN_PER_WAN
from projects.values import joined, plain

Part = Mapping[str, Any]
_DIGITS: Final = 30
"""A number with more digits is no amount; written out it could fill the memory."""


def members(value: Any) -> Part:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def items(value: Any) -> list[Any]:
    """Return a list, an empty one for anything else."""
    return value if isinstance(value, list) else []


def objects(value: Any) -> list[Part]:
    """Return a list of objects; what is none of them is empty."""
    return [members(item) for item in items(value)]


def text_of(value: Any) -> str:
    """Return a text or number as a cell; anything else says nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""


def list_of(value: Any) -> str:
    """Return a list of names as one cell."""
    return joined(text for item in items(value) if (text := text_of(item)))


def number_of(value: Any) -> str:
    """Return a number as plain text, text as it is (whoever reads the cell judges it)."""
    return plain(Decimal(value)) if _is_number(value) else text_of(value)


def _is_number(value: Any) -> bool:
    """Return whether a value is a number of a size that can be written out."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    return value == 0 or abs(Decimal(value).adjusted()) <= _DIGITS


def wan_of(value: Any) -> str:
    """Return an amount in 万元; another currency stays as it is written, so that it is asked about.

    >>> wan_of({"amount": Decimal("120005000.01"), "currency": "CNY"})
    '12000.500001'
    >>> wan_of({"amount": 5, "currency": "USD"})
    '5 USD'
    """
    part = members(value)
    exact, amount = text_of(members(part.get(EXTENSION)).get("wan")), part.get("amount")
    if exact or amount is None:
        return exact
    if part.get("currency") != CURRENCY or not _is_number(amount):
        return f"{text_of(amount)} {text_of(part.get('currency'))}".strip()
    return plain(Decimal(amount) / YUAN_PER_WAN)


def day_of(value: Any) -> str:
    """Return the day of a date-time in the office's time; what is none stays as it is written.

    >>> day_of("2026-03-04T16:00:00Z"), day_of("2026-03-05"), day_of("soon")
    ('2026-03-05', '2026-03-05', 'soon')
    """
    text = text_of(value)
    try:
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(OFFICE_TIME) if moment.tzinfo else moment).date().isoformat()
    except (ValueError, OverflowError):
        return text


def as_float(value: Any) -> float:
    """Return a decimal of a coordinate as a double."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is no number")


def as_json(value: Any) -> str:
    """Return anything as it stood in the package."""
    return json.dumps(value, ensure_ascii=False, default=str)
