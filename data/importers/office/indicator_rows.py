"""Reading the sheet 指标: rows of reported figures, each with the cells it came from."""

from collections.abc import Sequence
from typing import Final

from data.importers.office.cells import stripped
from data.importers.office.grid import Cell, Grid
from data.importers.office.words import bare
from projects.intake.cells import SourceCell
from projects.intake.importing import EXAMPLE
from projects.intake.indicator_sheet import COLUMNS, SHEET, IndicatorRow

SEARCHED_ROWS: Final = 20
_HEADINGS: Final = {bare(text): c.name for c in COLUMNS for text in (c.heading, *c.others)}
_NEEDED: Final = frozenset({"value", "end"})


def is_indicator_sheet(grid: Grid) -> bool:
    """Whether a sheet holds figures: by its name and by headings for value and period."""
    return bare(grid.name).startswith(bare(SHEET)) and _heading(grid) >= 0


def read_rows(grid: Grid) -> list[IndicatorRow]:
    """Return the data rows of the sheet; blank rows and the example are no rows."""
    top = _heading(grid)
    columns = _columns(grid.rows[top])
    found = []
    for number in range(top + 1, len(grid.rows)):
        row = grid.rows[number]
        texts = {name: stripped(row[i]) for name, i in columns.items() if i < len(row)}
        if any(texts.values()) and texts.get("indicator") != EXAMPLE:
            found.append(IndicatorRow(grid.name, number + 1, texts, _cells(grid, top, number, columns)))
    return found


def _heading(grid: Grid) -> int:
    """Return the row (from 0) that holds the headings, -1 for none."""
    for number, row in enumerate(grid.rows[:SEARCHED_ROWS]):
        names = set(_columns(row))
        if names >= _NEEDED and names & {"indicator", "name"}:
            return number
    return -1


def _columns(row: Sequence[Cell]) -> dict[str, int]:
    """Return the first column of each known heading."""
    found: dict[str, int] = {}
    for index, cell in enumerate(row):
        name = _HEADINGS.get(bare(stripped(cell)), "")
        if name:
            found.setdefault(name, index)
    return found


def _cells(grid: Grid, top: int, number: int, columns: dict[str, int]) -> dict[str, SourceCell]:
    row = grid.rows[number]
    return {
        name: grid.cell(number, index, stripped(grid.rows[top][index]))
        for name, index in columns.items()
        if index < len(row)
    }
