"""Amounts as people write them → exact decimals; what is only roughly or not a number is said to be so.

Money is decimal text in 万元 to six places. A double from a workbook goes by its shortest decimal form, so
that 0.1 + 0.2 is 0.3 and nothing else is rounded.
"""

import re
import unicodedata
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple

from data.importers.office.grid import Cell, as_text
from data.importers.office.words import factors, words

PLACES: Final = Decimal("0.000001")
_NUMBER: Final = r"\d+(?:\.\d+)?|\.\d+"
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PART: Final = re.compile(rf"((?:{_NUMBER})(?:e[+-]?\d{{1,2}})?)([^\d.]*)")
_RANGE: Final = re.compile(rf"(?:{_NUMBER})[^\d.]*[-~～—–至到](?:{_NUMBER}).*")
_ROUGH: Final = re.compile(r"(?<=[\d千万亿])[余多](?=[^\d]*$)")
_SQUARES: Final = (("hm2", "公顷"), ("km2", "平方公里"), ("m2", "平方米"))
_LARGEST: Final = Decimal("1e24")
_YUAN, _YI = Decimal("0.0001"), Decimal(10_000)


class Amount(NamedTuple):
    """A number read, in the library's unit, or the key of why it is none."""

    value: Decimal | None
    problem: str = ""
    detail: str = ""
    """For an unknown unit: the unit."""
    about: bool = False
    unit: str = ""
    """The unit that stood in the cell."""
    rounded: bool = False


def read_amount(value: Cell, quantity: str, factor: Decimal) -> Amount:
    """Return the number of a cell; ``factor`` is that of its heading and yields to a unit in the cell.

    >>> read_amount("约3亿", "money", Decimal(1)).value, read_amount(0.1 + 0.2, "money", Decimal(1)).value
    (Decimal('30000'), Decimal('0.300000'))
    """
    if isinstance(value, bool | date | time | timedelta):
        return Amount(None, "not_a_number" if isinstance(value, bool) else "number_is_date")
    if isinstance(value, float | int):
        return _from_number(value, factor)
    return _from_text(_plain(as_text(value)), quantity, factor)


def _from_number(value: float, factor: Decimal) -> Amount:
    number = Decimal(repr(value))
    if not number.is_finite():
        return Amount(None, "not_a_number")
    return Amount(_six(number * factor))


def _six(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    return number.quantize(PLACES) if isinstance(exponent, int) and exponent < -6 else number


def _plain(text: str) -> str:
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
    for mark in ("人民币", "rmb", "cny", "¥"):
        plain = plain.removeprefix(mark)
    for written, unit in _SQUARES:  # a digit that belongs to the unit
        plain = plain.replace(written, unit)
    return plain


@cache
def _longest_first(kind: str) -> tuple[str, ...]:
    return tuple(sorted(words(kind), key=len, reverse=True))


def _from_text(text: str, quantity: str, factor: Decimal) -> Amount:
    text, about = _without_about(text)
    if any(word in text for word in words("foreign")):
        return Amount(None, "foreign_currency")
    if any(text.startswith(word) or text.endswith(word) for word in words("bound")):
        return Amount(None, "number_bound")
    sign, digits = (-1, text[1:]) if text[:1] in ("-", "−") else (1, text.removeprefix("+"))
    if _RANGE.fullmatch(digits):
        return Amount(None, "number_range")
    found = _parts(digits, quantity, factor)
    if found.value is None or not about:
        return found if sign > 0 or found.value is None else found._replace(value=-found.value)
    return found._replace(value=sign * found.value, about=True)


def _without_about(text: str) -> tuple[str, bool]:
    bare = _ROUGH.sub("", text)
    changed = True
    while changed:
        changed = False
        for word in _longest_first("about"):
            if bare.startswith(word) or bare.endswith(word):
                bare, changed = bare.removeprefix(word).removesuffix(word), True
    return bare, bare != text


def _parts(digits: str, quantity: str, factor: Decimal) -> Amount:
    """Return the sum of numbers with falling units (``3亿5000万``), of one number with or without a unit."""
    if "," in digits:
        grouped = _GROUPED.match(digits)
        if grouped is None:
            return Amount(None, "not_a_number")
        digits = grouped[0].replace(",", "") + digits[grouped.end() :]
    parts = _PART.findall(digits)
    if not parts or "".join(number + unit for number, unit in parts) != digits:
        return Amount(None, "not_a_number")
    return _sum(parts, quantity, factor)


def _sum(parts: list[tuple[str, str]], quantity: str, factor: Decimal) -> Amount:
    known, total, last = factors(quantity) if quantity else {}, Decimal(0), None
    for number, unit in parts:
        unit = unit.rstrip("整")  # noqa: PLW2901 - 元整 is 元
        if unit and unit not in known:
            return Amount(None, "unknown_unit" if len(unit) <= 6 else "not_a_number", unit)
        size = known[unit] if unit else (factor if len(parts) == 1 else None)
        if size is None or (last is not None and size >= last):
            return Amount(None, "not_a_number")
        total, last = total + Decimal(number) * size, size
    if total > _LARGEST:
        return Amount(None, "not_a_number")
    exact = _six(total)
    unit = parts[-1][1].rstrip("整")
    return Amount(exact, unit=unit, rounded=exact != total)


def smaller_unit(factor: Decimal) -> str:
    """Return the usual unit of money below a unit: 万元 below 亿元, 元 below 万元; empty for none."""
    return "万元" if factor > 1 else "元" if factor > _YUAN else ""


def larger_unit(factor: Decimal) -> str:
    """Return the usual unit of money above a unit, empty for none."""
    return "万元" if factor < 1 else "亿元" if factor < _YI else ""
