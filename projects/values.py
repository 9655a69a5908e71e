"""Checking one value against its field: one rule for a form, a cell of a file and a change under review.

``check`` answers the value in the one form in which it is stored and compared (amounts as plain decimal text,
a list's code for its Chinese label), and what is wrong with it. ``projects.paths`` does it for whole rows.
Nothing here asks a database: whether a county, zone or record exists is the desk's to say.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final

from projects.fields import Field, FieldType, JsonValue
from projects.intake.issues import IssueCode
from projects.lifecycle import key_lists

Checked = tuple[JsonValue, IssueCode | None]

DATE_YEARS: Final = range(1949, 2101)
"""Years in which a step of a project may lie; 20217 and 1017 are slips of the pen."""
DECIMALS: Final = 6
"""Digits after the point that an amount keeps; more would be lost in the table, so more is an issue."""
UNSTATED: Final = "未明确"
"""The label that stands for unknown in the lists of stages and modes; in a document the path is absent."""
PROJECT_CODE: Final = re.compile(r"[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}(-[0-9]{3})?")
RECORD_ID: Final = re.compile(r"[A-Z]{1,8}-[0-9]{4,9}")
CUT_MARKS: Final = ("…[CUT]", "…（单元格已满，全文见 GeoJSON 或 CSV）")
"""At the end of a text that a Shapefile or a workbook could not hold whole; never taken back in."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
SEPARATOR: Final = "；"
"""Between the names of a list in one cell."""
_SEPARATORS: Final = re.compile(r"[；;、\n]")
_QUOTED: Final = re.compile(r'\s*"((?:[^"]|"")*)"\s*(?=[；;、\n]|$)')


def check(field: Field, value: Any) -> Checked:
    """Return a value in its stored form, and the issue with it (then the value is None).

    An empty text and the label 未明确 of a stage or mode are unknown, which is no issue unless the field is
    required.

    >>> from projects.fields import BY_NAME
    >>> check(BY_NAME["total_investment"], "0012000.50")
    ('12000.5', None)
    >>> check(BY_NAME["category"], "健康养老")[0], check(BY_NAME["beds"], "3.5")[1].value
    ('elderly_care', 'invalid_number')
    """
    if isinstance(value, str):
        value = cleaned(value, keep_lines=field.type in (FieldType.LONG_TEXT, FieldType.NAMES))
    if value is None or value == "" or (value == UNSTATED and not field.required):
        return None, IssueCode.MISSING_VALUE if field.required else None
    return _CHECKS[field.type](field, value)


def cleaned(text: str, *, keep_lines: bool = False) -> str:
    r"""Return text composed, without control characters and outer spaces; inner line ends only where wanted.

    >>> cleaned(" 一\x01期\n二期 ")
    '一期 二期'
    """
    bare = _CONTROL.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n")))
    return (bare if keep_lines else re.sub(r"\s*\n\s*", " ", bare)).strip()


def plain(number: Decimal) -> str:
    """Return a decimal as plain text without trailing zeros or an exponent.

    >>> plain(Decimal("120.500")), plain(Decimal("1E+3")), plain(Decimal("-0.0"))
    ('120.5', '1000', '0')
    """
    if not number:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def names_of(value: str | Sequence[Any]) -> list[str]:
    """Return the names of a list, or of one text that separates them by ；, 、 or a line end, each once.

    A name that holds a separator itself stands in quotation marks, as ``joined`` writes it.

    >>> names_of("甲公司；乙公司、甲公司")
    ['甲公司', '乙公司']
    >>> names_of('"东盟、中南质子中心"；"健康中国"示范基地')
    ['东盟、中南质子中心', '"健康中国"示范基地']
    """
    parts = _split(value) if isinstance(value, str) else [str(part) for part in value]
    return list(dict.fromkeys(name for name in (cleaned(part) for part in parts) if name))


def joined(names: Iterable[str]) -> str:
    """Return names as the text of one cell that ``names_of`` takes apart again.

    >>> joined(["东盟、中南质子中心", "乙"])
    '"东盟、中南质子中心"；乙'
    """
    return SEPARATOR.join(_quoted(name) for name in names)


def _quoted(name: str) -> str:
    if name.startswith('"') or _SEPARATORS.search(name):
        return '"' + name.replace('"', '""') + '"'
    return name


def _unquoted(text: str) -> str | None:
    """Return what a quoted name says, None for text that merely has quotation marks: ``"健康中国"``."""
    match = _QUOTED.fullmatch(text)
    if match is None or not ('""' in match[1] or _SEPARATORS.search(match[1])):
        return None
    return match[1].replace('""', '"')


def _split(text: str) -> list[str]:
    """Split a text at its separators, but not inside of quoted names."""
    if '"' not in text:
        return _SEPARATORS.split(text)
    names, at = [], 0
    while at <= len(text):
        match = _QUOTED.match(text, at)
        inner = _unquoted(match[0]) if match else None
        if match is None or inner is None:
            match = _UP_TO_SEPARATOR.match(text, at)
            inner = match[0] if match else ""
        names.append(inner)
        at = (match.end() if match else at) + 1
    return names


_UP_TO_SEPARATOR: Final = re.compile(r"[^；;、\n]*")


def _text(field: Field, value: Any) -> Checked:
    if not isinstance(value, str):
        return None, IssueCode.NOT_IN_LIST
    if len(value) > field.longest:
        return None, IssueCode.TEXT_TOO_LONG
    if field.name == "project_code" and not PROJECT_CODE.fullmatch(value):
        return None, IssueCode.INVALID_NUMBER
    return _key_lists(value) if field.name == "key_lists" else (value, None)


def _key_lists(value: str) -> Checked:
    """Return lists of key projects in their one form; what is not understood is no list."""
    found = key_lists.normalised(value)
    return found, None if found is not None else IssueCode.NOT_IN_LIST


def _choice(field: Field, value: Any) -> Checked:
    if isinstance(value, str) and value in field.choices:
        return value, None
    for code, label in field.choices.items():
        if value == label:
            return code, None
    return None, IssueCode.NOT_IN_LIST


def _number(value: Any) -> Decimal | None:
    """Return a finite number; a float goes by its shortest decimal form, True is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(unicodedata.normalize("NFKC", str(value)))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 30 else None


def _whole_within(field: Field, number: Decimal | None, decimals: int) -> IssueCode | None:
    if number is None or _finer(number, decimals):
        return IssueCode.INVALID_NUMBER
    too_small = field.lowest is not None and number < field.lowest
    too_large = field.highest is not None and number > field.highest
    return IssueCode.OUT_OF_RANGE if too_small or too_large else None


def _finer(number: Decimal, decimals: int) -> bool:
    """Return whether a number has more decimals than it may; one too large to be rounded has none too many.

    >>> _finer(Decimal("0.10"), 1), _finer(Decimal("0.11"), 1), _finer(Decimal("1e22"), 6)
    (False, True, False)
    """
    exponent = number.normalize().as_tuple().exponent
    return bool(number) and isinstance(exponent, int) and exponent < -decimals


def _decimal(field: Field, value: Any) -> Checked:
    number = _number(value)
    issue = _whole_within(field, number, DECIMALS)
    return (None, issue) if issue or number is None else (plain(number), None)


def _integer(field: Field, value: Any) -> Checked:
    number = _number(value)
    issue = _whole_within(field, number, 0)
    return (None, issue) if issue or number is None else (int(number), None)


def _date(field: Field, value: Any) -> Checked:  # noqa: ARG001 - all checks take the same
    try:
        found = value.date() if isinstance(value, datetime) else value
        day = found if isinstance(found, date) else date.fromisoformat(str(found))
    except ValueError:
        return None, IssueCode.INVALID_DATE
    if isinstance(value, str) and value != day.isoformat():
        return None, IssueCode.INVALID_DATE
    return (day.isoformat(), None) if day.year in DATE_YEARS else (None, IssueCode.OUT_OF_RANGE)


def _boolean(field: Field, value: Any) -> Checked:  # noqa: ARG001
    found = {True: True, False: False, "是": True, "否": False}.get(value) if value in _TRUTHS else None
    return found, None if found is not None else IssueCode.NOT_IN_LIST


_TRUTHS: Final = (True, False, "是", "否")


def _coded(pattern: str, code: IssueCode) -> Callable[[Field, Any], Checked]:
    form = re.compile(pattern)

    def checked(field: Field, value: Any) -> Checked:  # noqa: ARG001
        text = unicodedata.normalize("NFKC", str(value))
        return (text, None) if form.fullmatch(text) else (None, code)

    return checked


def _names(field: Field, value: Any) -> Checked:
    if not isinstance(value, str | list | tuple):
        return None, IssueCode.NOT_IN_LIST
    names = names_of(value)
    if any(len(name) > field.longest for name in names):
        return None, IssueCode.TEXT_TOO_LONG
    return [*names] or None, None


_CHECKS: Final[Mapping[FieldType, Callable[[Field, Any], Checked]]] = MappingProxyType(
    {
        FieldType.TEXT: _text,
        FieldType.LONG_TEXT: _text,
        FieldType.CHOICE: _choice,
        FieldType.MONEY: _decimal,
        FieldType.DECIMAL: _decimal,
        FieldType.INTEGER: _integer,
        FieldType.YEAR: _integer,
        FieldType.DATE: _date,
        FieldType.BOOLEAN: _boolean,
        FieldType.RECORD: _coded(RECORD_ID.pattern, IssueCode.NOT_IN_LIST),
        FieldType.COUNTY: _coded("[0-9]{6}", IssueCode.UNKNOWN_COUNTY),
        FieldType.TOWNSHIP: _coded("[0-9]{9}([0-9]{3})?", IssueCode.NOT_IN_LIST),
        FieldType.ZONE: _coded("[a-z0-9-]{1,60}", IssueCode.NOT_IN_LIST),
        FieldType.UNIT: _coded("[A-Za-z0-9-]{1,60}", IssueCode.NOT_IN_LIST),
        FieldType.NAMES: _names,
    }
)
