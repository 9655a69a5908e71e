"""One cell → one value in its stored form, and what there is to say about it.

A reader is made once per column and remembers what it has read: a column repeats its values, and most of the
work is done once for each. Findings carry no cell; whoever reads the row adds it.
"""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, NamedTuple

from data.importers.office.dates import read_day
from data.importers.office.grid import Cell, as_text
from data.importers.office.headings import Column, quantity_of, unit_name
from data.importers.office.numbers import Amount, larger_unit, read_amount, smaller_unit
from data.importers.office.words import bare, factors, folded, labels, thresholds, words
from projects.fields import MILESTONE_FIELDS, Field, FieldType, Group, JsonValue
from projects.intake.importing import CLEAR
from projects.intake.issues import IssueCode, Severity
from projects.values import CUT_MARKS, PROJECT_CODE, RECORD_ID, check, names_of, plain

_REMEMBERED: Final = 4_000
_DIGITS: Final = frozenset("0123456789")
_LONGEST_UNKNOWN: Final = 12
"""No word for "unknown" has more characters, blanks between them included."""
_ERRORS: Final = ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NULL!", "#NUM!")
_AROUND: Final = " \t\r\n\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"
_SEVERAL: Final = re.compile("[；;、]")
_BRACKETED: Final = re.compile(r"[（(\[【].*?[)）\]】]")
_ANNUAL: Final = Field(
    "annual_plan",
    Group.MONEY,
    FieldType.MONEY,
    "年度计划投资",
    "Annual plan",
    lowest=Decimal(0),
    highest=Decimal(10**8),
)
_DAY: Final = next(field for field in MILESTONE_FIELDS if field.name == "planned_on")


class Finding(NamedTuple):
    """Something to say about a cell: its words' key, what they quote, the issue's code and severity."""

    key: str
    code: IssueCode
    severity: Severity
    values: tuple[str, ...] = ()


class Typed(NamedTuple):
    """A cell as read: its stored value (None: nothing said), whether it empties the field, what to say."""

    value: JsonValue = None
    findings: tuple[Finding, ...] = ()
    cleared: bool = False


Reader = Callable[[Cell], Typed]
NOTHING: Final = Typed()
CLEARED: Final = Typed(cleared=True)


def error(key: str, code: IssueCode, *values: str) -> Finding:
    """Return a finding that keeps the row out."""
    return Finding(key, code, Severity.ERROR, values)


def warning(key: str, code: IssueCode, *values: str) -> Finding:
    """Return a finding that is taken along."""
    return Finding(key, code, Severity.WARNING, values)


def notice(key: str, code: IssueCode, *values: str) -> Finding:
    """Return a finding worth a look."""
    return Finding(key, code, Severity.NOTICE, values)


def stripped(cell: Cell) -> str:
    """Return a cell's text without blanks of any kind around it."""
    return (cell if isinstance(cell, str) else as_text(cell)).strip(_AROUND)


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell says nothing: empty, or nothing but blanks."""
    return cell == "" or cell is None or (isinstance(cell, str) and not cell.strip(_AROUND))


def is_unknown(text: str) -> bool:
    """Tell whether a text says that nobody knows: 待定, /, 无 and the like."""
    return len(text) <= _LONGEST_UNKNOWN and text[:1] not in _DIGITS and _says_unknown(text)


@lru_cache(8192)
def _says_unknown(text: str) -> bool:
    return folded(text) in words("unknown")


def field_of_column(column: Column) -> Field | None:
    """Return the field a column fills, also for years' plans and the dates of milestones."""
    if column.path.startswith("annual_plan/"):
        return _ANNUAL
    return _DAY if column.path.startswith("milestone/") else column.field


def reader(column: Column) -> Reader:
    """Return what reads the cells of a column, remembering."""
    field = field_of_column(column)
    known: dict[object, Typed] = {}

    def remembering(cell: Cell) -> Typed:
        if cell == "" or cell is None:
            return NOTHING
        key = cell if isinstance(cell, str) else (type(cell), cell)
        found = known.get(key)
        if found is None:
            found = _read(cell, field, column)
            if len(known) < _REMEMBERED:
                known[key] = found
        return found

    return remembering


def _read(cell: Cell, field: Field | None, column: Column) -> Typed:
    text = stripped(cell)
    if not text:
        return NOTHING
    if text == CLEAR:
        return CLEARED
    if text in _ERRORS:
        return Typed(None, (error("cell_error", IssueCode.FORMULA_CELL, text),))
    if field is None:
        return Typed(_half(text) if column.path in _HALF_WIDTH else text)
    found = _READERS[field.type](cell, text, field, column)
    if found.findings and found.value is None and is_unknown(text):
        return _unknown(text, field)
    return found


_HALF_WIDTH: Final = ("id", "line", "version", "project_code", "contact_phone")
_FORMED: Final = (*_HALF_WIDTH, "key_lists")
"""Texts that are stored in one form."""
_WORDY: Final = (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.NAMES)


def _half(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _unknown(text: str, field: Field) -> Typed:
    severity = Severity.INFO if field.type in _WORDY else Severity.NOTICE
    return Typed(None, (Finding("unknown_word", IssueCode.UNKNOWN_VALUE, severity, (text,)),))


def _text(cell: Cell, text: str, field: Field, column: Column) -> Typed:  # noqa: ARG001 - readers look alike
    if is_unknown(text):
        return _unknown(text, field)
    if text.endswith(CUT_MARKS):
        return Typed(None, (warning("cut_text", IssueCode.NOT_READ, text[-20:]),))
    if text.isprintable() and len(text) <= field.longest and field.name not in _FORMED:
        return Typed(unicodedata.normalize("NFC", text))  # nothing left that a closer look could change
    if field.name in _HALF_WIDTH:
        text = _half(text)
    if field.name == "project_code":
        written, text = text, re.sub(r"[—–－‑]", "-", re.sub(r"\s+", "", text))
        if not PROJECT_CODE.fullmatch(text):
            return Typed(None, (error("bad_code", IssueCode.INVALID_NUMBER, written),))
    value, code = check(field, text)
    if code is IssueCode.NOT_IN_LIST:
        return Typed(None, (warning("key_lists_unread", code, text),))
    return Typed(value) if code is None else Typed(None, (_too_long(text, field),))


def _too_long(text: str, field: Field) -> Finding:
    return error("too_long", IssueCode.TEXT_TOO_LONG, str(len(text)), str(field.longest))


def _names(cell: Cell, text: str, field: Field, column: Column) -> Typed:  # noqa: ARG001
    if (
        text.isprintable()
        and len(text) <= field.longest
        and not _SEVERAL.search(text)
        and text[:1] != '"'
        and not text.endswith(CUT_MARKS)
        and not is_unknown(text)
    ):
        return Typed([unicodedata.normalize("NFC", text)])
    if text.endswith(CUT_MARKS):
        return Typed(None, (warning("cut_text", IssueCode.NOT_READ, text[-20:]),))
    names: list[JsonValue] = [name for name in names_of(text) if not is_unknown(name)]
    if not names:
        return _unknown(text, field)
    long = next((name for name in names if len(str(name)) > field.longest), None)
    return Typed(names) if long is None else Typed(None, (_too_long(str(long), field),))


def _record(cell: Cell, text: str, field: Field, column: Column) -> Typed:  # noqa: ARG001
    key = _half(text).upper()
    if RECORD_ID.fullmatch(key):
        return Typed(key)
    return Typed(None, (error("bad_id", IssueCode.NOT_IN_LIST, text),))


def _later(cell: Cell, text: str, field: Field, column: Column) -> Typed:  # noqa: ARG001
    """Leave counties, townships, zones and units to the row, which knows the rest of it."""
    return _unknown(text, field) if is_unknown(text) else Typed(_half(text))


def _choice(cell: Cell, text: str, field: Field, column: Column) -> Typed:  # noqa: ARG001
    for written in (text, _BRACKETED.sub("", text)):
        code = _code(written, field)
        if code:
            return Typed(check(field, code)[0])
    near = _nearest(text, field)
    if near:
        return Typed(None, (error("not_in_list_near", IssueCode.NOT_IN_LIST, text, near),))
    listed = "、".join(field.choices.values())
    return Typed(None, (error("not_in_list", IssueCode.NOT_IN_LIST, text, listed),))


def _code(text: str, field: Field) -> str:
    """Return the code a text stands for: by code, label, or a word of the table; empty for none."""
    form = bare(text)
    for code, label in field.choices.items():
        if form in (bare(code), bare(label)):
            return code
    return labels(field.name).get(form, "") if form else ""


def _nearest(text: str, field: Field) -> str:
    known = {label: label for label in field.choices.values()}
    known |= {word: field.choices.get(code, code) for word, code in labels(field.name).items()}
    return next((known[word] for word in get_close_matches(bare(text), known, 1, 0.5)), "")


def _yes_no(cell: Cell, text: str, field: Field, column: Column) -> Typed:  # noqa: ARG001
    form = folded(text)
    if form in words("yes") or form in words("no"):
        return Typed(form in words("yes"))
    return Typed(None, (error("not_in_list", IssueCode.NOT_IN_LIST, text, "是、否"),))


def _day(cell: Cell, text: str, field: Field, column: Column) -> Typed:  # noqa: ARG001
    day = read_day(cell)
    if day.value:
        return Typed(day.value)
    code = {
        "partial_date": IssueCode.PARTIAL_DATE,
        "ambiguous_date": IssueCode.AMBIGUOUS_DATE,
        "date_range": IssueCode.OUT_OF_RANGE,
    }.get(day.problem, IssueCode.INVALID_DATE)
    return Typed(None, (error(day.problem, code, text, day.example),))


def _number(cell: Cell, text: str, field: Field, column: Column) -> Typed:
    if field.type is FieldType.YEAR and isinstance(cell, str):
        cell = _half(cell).removesuffix("度").removesuffix("年")
    quantity = quantity_of(column.path)
    amount = read_amount(cell, quantity, column.factor)
    if amount.value is None:
        return Typed(None, (_no_number(text, amount, quantity),))
    value, code = check(field, amount.value)
    if code is not None:
        return Typed(None, (_refused(text, code, amount, field, column),))
    return Typed(value, tuple(_remarks(text, amount, amount.value, field, column)))


def _no_number(text: str, amount: Amount, quantity: str) -> Finding:
    wanted = unit_name(quantity)
    if amount.problem == "unknown_unit" and not wanted:
        return error("not_a_number", IssueCode.INVALID_NUMBER, text)
    return error(amount.problem, IssueCode.INVALID_NUMBER, text, amount.detail, wanted)


def _refused(text: str, code: IssueCode, amount: Amount, field: Field, column: Column) -> Finding:
    """Say why a number is refused; limits are quoted in the unit in which it was read."""
    if code is not IssueCode.OUT_OF_RANGE or amount.value is None:
        return error("not_whole", code, text)
    if amount.value < 0:
        return error("negative", code, text)
    unit, factor = _read_in(amount, column)
    limits = [plain((limit or Decimal(0)) / factor) for limit in (field.lowest, field.highest)]
    if not unit:
        return error("out_of_range", code, text, *limits)
    return error("out_of_range_unit", code, text, *limits, unit)


def _read_in(amount: Amount, column: Column) -> tuple[str, Decimal]:
    """Return the unit in which a number was read (cell's, heading's, library's) with its factor."""
    quantity = quantity_of(column.path)
    unit = amount.unit or column.unit
    factor = factors(quantity).get(folded(unit)) if unit and quantity else None
    return (unit_name(quantity), Decimal(1)) if factor is None else (unit, factor)


def _remarks(text: str, amount: Amount, value: Decimal, field: Field, column: Column) -> list[Finding]:
    """Return what to say of a number that is taken."""
    found, shown, quantity = [], plain(value), quantity_of(column.path)
    unit = f"{shown} {unit_name(quantity)}".strip()
    if amount.about:
        found.append(notice("about", IssueCode.APPROXIMATE, text, unit))
    elif amount.unit and quantity != "count" and amount.unit != column.unit and not _same(amount, column):
        found.append(notice("unit_in_cell", IssueCode.UNIT_SUSPECT, text, unit))
    if amount.rounded:
        found.append(notice("rounded", IssueCode.INVALID_NUMBER, text, shown))
    if field.type is FieldType.MONEY:
        found.extend(_implausible(text, amount, value, field, column))
    return found


def _same(amount: Amount, column: Column) -> bool:
    """Tell whether the unit in the cell is the one its heading has."""
    return labels("money").get(bare(amount.unit)) == plain(column.factor)


def _implausible(text: str, amount: Amount, value: Decimal, field: Field, column: Column) -> list[Finding]:
    """Doubt an amount that is too large or too small, and name the unit that it was likelier meant in."""
    if value == 0:
        return [notice("zero_amount", IssueCode.ZERO_VALUE, text)]
    low, high = thresholds(field.name)
    if low <= value <= high:
        return []
    unit, factor = _read_in(amount, column)
    shown = f"{plain(value / factor)} {unit}"
    likely = smaller_unit(factor) if value > high else larger_unit(factor)
    key = "unit_too_large" if value > high else "unit_too_small"
    if not likely:
        return [warning("implausible", IssueCode.UNIT_SUSPECT, text, shown)]
    return [warning(key, IssueCode.UNIT_SUSPECT, text, shown, likely, unit)]


_READERS: Final[dict[FieldType, Callable[[Cell, str, Field, Column], Typed]]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.CHOICE: _choice,
    FieldType.MONEY: _number,
    FieldType.DECIMAL: _number,
    FieldType.INTEGER: _number,
    FieldType.YEAR: _number,
    FieldType.DATE: _day,
    FieldType.BOOLEAN: _yes_no,
    FieldType.RECORD: _record,
    FieldType.COUNTY: _later,
    FieldType.TOWNSHIP: _later,
    FieldType.ZONE: _later,
    FieldType.UNIT: _later,
    FieldType.NAMES: _names,
}
