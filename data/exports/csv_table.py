"""CSV that opens by a double click: UTF-8 with BOM, and no cell that could run as a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from io import StringIO
from typing import Final

from data.exports.pieces import batches, released
from data.exports.request import ExportRequest
from data.exports.source import ExportSource
from data.exports.table import Cell, headings, row
from projects.values import plain

CHUNK: Final = 500
BOM: Final = b"\xef\xbb\xbf"
_FORMULA: Final = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
_GUARDED: Final = re.compile(r"'+(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")


def csv_table(library: ExportSource, request: ExportRequest) -> Iterator[bytes]:
    """Yield a table of all matching records, headings first, lines ended by CR LF."""
    with released(library.stream(request.chosen)) as records:
        first = next(records, None)
        yield BOM + _lines((headings(request.language),))
        if first is not None:
            yield _lines((row(first, request.language),))
        for batch in batches(records, CHUNK):
            yield _lines(row(record, request.language) for record in batch)


def guarded(text: str) -> str:
    """Return text with an apostrophe before what a spreadsheet would take for a formula.

    Text that already reads like guarded text gets one more, so that ``unguarded`` gives the original back.

    >>> guarded("=1+1"), guarded("'=1+1"), guarded("'普通"), guarded("－1")
    ("'=1+1", "''=1+1", "'普通", "'－1")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that ``guarded`` was given.

    >>> unguarded("'=1+1"), unguarded("''=1+1"), unguarded("'普通")
    ('=1+1', "'=1+1", "'普通")
    """
    return text[1:] if _GUARDED.match(text) else text


def _lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return rows as CSV bytes."""
    target = StringIO()
    csv.writer(target).writerows(map(written, rows))
    return target.getvalue().encode()


def written(cells: Sequence[Cell]) -> list[Cell]:
    """Return cells as they stand in a text table: text guarded, numbers plain, without an exponent.

    >>> written(["=1", 0.000001, 3, None])
    ["'=1", '0.000001', 3, None]
    """
    return [
        guarded(cell)
        if isinstance(cell, str)
        else plain(Decimal(repr(cell)))
        if isinstance(cell, float)
        else cell
        for cell in cells
    ]
