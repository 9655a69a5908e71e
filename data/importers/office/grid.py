"""A sheet as a grid of cells, whatever file it came from, and how a cell is quoted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

from projects.intake.cells import SourceCell

Cell = object
"""Text, number, bool, ``date``, ``datetime``, ``time`` or ``timedelta``; an empty cell is ``''``."""

Merge = tuple[tuple[int, int], tuple[int, int]]
"""First and last (row, column) of merged cells, counted from 0."""

_MIDNIGHT: Final = time(0)
_EXACT: Final = 1e15  # integers up to here are exact in a double and are written without a point


@dataclass(slots=True)
class Grid:
    """One sheet: rows of cells from A1 on and what is known of their dress."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merges: Sequence[Merge] = ()
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: Sequence[int] = ()
    """Counted from 0."""
    hidden_columns: Sequence[int] = ()
    shapes: Sequence[Any] | None = None
    """For map files: the geometry of each row, counted like ``rows``; the first row is the heading."""
    entered: Sequence[str] = ()
    """For projected map files: the numbers of each point as they stand in the file, counted like ``rows``."""
    crs: str = ""
    """For map files: the coordinate system as the file names it."""
    datum: str | None = ""
    """For map files: the datum that the label proves, None for one that cannot be converted."""
    ragged: bool = False
    """For text tables: a row wider than its heading has a separator inside a value, and all moves along."""

    def cell(self, row: int, column: int, heading: str) -> SourceCell:
        """Return a cell (counted from 0) as it is quoted."""
        value = as_text(self.rows[row][column])
        return SourceCell(
            self.name, address(row, column), heading, value, self.formulas.get((row, column), "")
        )


@dataclass(slots=True)
class Book:
    """A file as read: its sheets, its encoding (empty for workbooks) and the keys of notices about it."""

    grids: Sequence[Grid]
    encoding: str = ""
    notices: Sequence[str] = ()


def address(row: int, column: int) -> str:
    """Return the name of a cell counted from 0.

    >>> address(6, 2), address(0, 26), address(0, 16383)
    ('C7', 'AA1', 'XFD1')
    """
    return f"{column_name(column)}{row + 1}"


def column_name(column: int) -> str:
    """Return the letters of a column counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the column of its letters, counted from 0.

    >>> column_number("A"), column_number("XFD")
    (0, 16383)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def as_text(value: Cell) -> str:
    """Return a cell as text: numbers without separators or a needless point, days as ISO dates.

    >>> as_text(12000.0), as_text(0.1), as_text(datetime(2026, 3, 5)), as_text(True)
    ('12000', '0.1', '2026-03-05', '是')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, datetime):
        return (value.date() if value.time() == _MIDNIGHT else value).isoformat(*_SPACE[: _has_time(value)])
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


_SPACE: Final = (" ",)


def _has_time(value: datetime) -> int:
    return int(value.time() != _MIDNIGHT)
