"""Text tables: encoding by their bytes, separator by what makes the rows of one width, nothing computed."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Final

from data.exports.csv_table import unguarded
from data.exports.table import headings
from data.importers.office.grid import Book, Grid, address
from data.importers.office.guard import Limits
from projects.intake.importing import FileRefused

SHEET: Final = "项目"
"""A text table has one sheet without a name; it is called as that of the template."""

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS: Final = (",", "\t", ";", "，", "|")
_SAMPLE_LINES: Final = 30
_WIDEST: Final = 16_384
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
_ENOUGH: Final = 8
"""So many Chinese characters in a row by chance from another encoding: hardly ever."""
_OWN_HEADINGS: Final = tuple(frozenset(headings(language)) for language in ("zh", "en"))
"""Headings of the table that this program exports, in which an apostrophe keeps formulas from running."""
_BLANK: Final[tuple[str, ...]] = ()


def read_csv(data: bytes, limits: Limits) -> Book:
    """Return a text table as one grid; raises ``FileRefused``."""
    encoding, text = decoded(data)
    text = text.lstrip("\ufeff")
    separator = "\t"
    if text[:4].lower() == "sep=":
        separator, text = text[4:5], text.partition("\n")[2]
    else:
        separator = _separator(text)
    rows = list(_rows(text, separator, limits))
    while rows and not rows[-1]:
        rows.pop()
    if rows and any({*rows[0]} >= own for own in _OWN_HEADINGS):
        rows = [[unguarded(cell) for cell in row] for row in rows]
    return Book([Grid(SHEET, rows, ragged=True)], encoding)


def decoded(data: bytes) -> tuple[str, str]:
    """Return the encoding of some bytes (as people call it) and their text; raises ``FileRefused``.

    >>> decoded("县".encode("gbk")), decoded("县".encode())
    (('GBK', '县'), ('UTF-8', '县'))
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name.removesuffix("-sig").upper(), _strict(data, name)
    if b"\x00" in data[:2000]:
        return _without_mark(data)
    try:
        text = data.decode("utf-8")
        if text.isascii() or _CHINESE.search(text):
            return "UTF-8", text
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        if error.start >= len(data) - 3 and len(_CHINESE.findall(before)) >= _ENOUGH:
            raise FileRefused("truncated") from error
    for name in ("gbk", "gb18030"):
        try:
            return name.upper(), data.decode(name)
        except UnicodeDecodeError:
            continue
    raise FileRefused("no_encoding")


def _strict(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise FileRefused("truncated" if error.start >= len(data) - 3 else "no_encoding") from error


def _without_mark(data: bytes) -> tuple[str, str]:
    """Return UTF-16 text that says nothing of itself: line ends have their zero on one known side."""
    for name, line_end in (("utf-16-le", b"\n\x00"), ("utf-16-be", b"\x00\n")):
        if line_end in data[:20_000]:
            return "UTF-16", _strict(data, name)
    raise FileRefused("not_supported", "未知格式的数据")


def _separator(text: str) -> str:
    """Return the separator that gives the most rows of one width above one; a comma when none does."""
    sample = "\n".join(text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES])

    def worth(separator: str) -> int:
        try:
            widths = Counter(len(row) for row in csv.reader(StringIO(sample), delimiter=separator))
        except csv.Error:
            return 0
        return max((count * min(width, 20) for width, count in widths.items() if width > 1), default=0)

    return max(_SEPARATORS, key=worth)


def _rows(text: str, separator: str, limits: Limits) -> Iterator[Sequence[str]]:
    cells, number = 0, 0
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise FileRefused("cell_too_large", address(number, 0), str(limits.cell_chars)) from error
        if row is None:
            return
        cells += len(row) if any(row) else 0
        if cells > limits.sheet_cells or len(row) > _WIDEST:
            raise FileRefused("area_too_large", SHEET, address(number, len(row) - 1))
        if any(len(cell) > limits.cell_chars for cell in row):
            raise FileRefused("cell_too_large", address(number, 0), str(limits.cell_chars))
        yield [cell.strip("\t") for cell in row] if any(row) else _BLANK
        number += 1
