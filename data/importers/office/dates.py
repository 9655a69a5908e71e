"""Days as people write them → ISO dates; what leaves the day or the order open is refused."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from data.importers.office.grid import Cell, as_text
from projects.values import DATE_YEARS

YEARS: Final = DATE_YEARS
_YMD: Final = re.compile(
    r"(\d{4,5})[年./\-](\d{1,2})[月./\-](\d{1,2})[日号]?(?:t?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH: Final = re.compile(r"(\d{4})(?:[年./\-](\d{1,2})月?(?:份)?|年)?")
_COMPACT_MONTH: Final = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])")
_PARTIAL_WORD: Final = re.compile(
    r"\d{4}年?.*(?:季度|年底|年初|上半年|下半年|年中|年末|月底|月初|上旬|中旬|下旬)"
)
_SHORT: Final = re.compile(r"\d{1,2}[./\-]\d{1,2}(?:[./\-]\d{1,4})?|\d{1,2}月\d{1,2}[日号]?")
_SERIALS: Final = range(10_000, 80_000)


class Day(NamedTuple):
    """A day read (``YYYY-MM-DD``), or the key of why it is none and an example of what would do."""

    value: str = ""
    problem: str = ""
    example: str = ""


def read_day(cell: Cell) -> Day:
    """Return the day of a cell.

    >>> read_day("2026年3月5日").value, read_day("2026.3").problem, read_day("3/5/2026").problem
    ('2026-03-05', 'partial_date', 'ambiguous_date')
    """
    if isinstance(cell, datetime):
        return _day(cell.year, cell.month, cell.day)
    if isinstance(cell, date):
        return _day(cell.year, cell.month, cell.day)
    if isinstance(cell, bool | time | timedelta):
        return Day(problem="not_a_date")
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", as_text(cell))).lower()
    if isinstance(cell, float | int) and not _COMPACT.fullmatch(text):
        return _number(text)
    return _text(text)


def _number(text: str) -> Day:
    if text.isdecimal() and int(text) in YEARS:
        return Day(problem="partial_date", example=f"{text}-03-05")
    if _COMPACT_MONTH.fullmatch(text):
        return Day(problem="partial_date", example=f"{text[:4]}-{text[4:]}-05")
    return Day(problem="date_is_number" if text.partition(".")[0].lstrip("-").isdecimal() else "not_a_date")


def _text(text: str) -> Day:
    match = _YMD.fullmatch(text) or _COMPACT.fullmatch(text)
    if match:
        return _day(int(match[1]), int(match[2]), int(match[3]))
    month = _MONTH.fullmatch(text) or _COMPACT_MONTH.fullmatch(text)
    if month and int(month[1]) in YEARS:
        number = int(month[2] or 3)
        return Day(problem="partial_date", example=f"{month[1]}-{number:02}-05") if number <= 12 else _NONE
    if _PARTIAL_WORD.fullmatch(text):
        return Day(problem="partial_date", example=f"{text[:4]}-03-05")
    if text.isdecimal() and int(text) in _SERIALS:
        return Day(problem="date_is_number")
    return Day(problem="ambiguous_date") if _SHORT.fullmatch(text) else _NONE


_NONE: Final = Day(problem="not_a_date")


def _day(year: int, month: int, day: int) -> Day:
    if year not in YEARS:
        return Day(problem="date_range")
    try:
        return Day(date(year, month, day).isoformat())
    except ValueError:
        return _NONE
