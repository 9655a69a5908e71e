"""Which sheet or layer of a file is read, and what is told of the file itself."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from data.importers.layers.columns import Columns, check_chosen, find_columns, printed_headings
from data.importers.layers.tally import Tally
from data.importers.office.cells import is_blank
from data.importers.office.grid import Book, Grid
from projects.analysis.layer_reading import LayerOrder, LayerRefused

HEADINGS: Final = 300
"""Headings that a person may choose from."""


def chosen_sheet(
    book: Book, order: LayerOrder, roles: Sequence[str], fits: Callable[[Grid, Columns], bool]
) -> tuple[Grid, Columns]:
    """Return the sheet asked for, else the longest one that fits, with its columns.

    Raises ``LayerRefused`` when there is none, or when a chosen sheet or column is not there.
    """
    grids = [grid for grid in book.grids if grid.shapes or any(not all(map(is_blank, r)) for r in grid.rows)]
    if order.sheet:
        grids = [grid for grid in grids if grid.name == order.sheet]
        if not grids:
            raise LayerRefused("no_such_sheet", order.file_name, order.sheet)
    found = [(grid, columns) for grid in grids if (columns := find_columns(grid, order, roles)) is not None]
    fitting = [pair for pair in found if fits(*pair)]
    if not fitting:
        raise _without(order, grids)
    grid, columns = max(fitting, key=lambda pair: len(pair[0].rows))
    check_chosen(columns, order, roles)
    return grid, columns


def _without(order: LayerOrder, grids: Sequence[Grid]) -> LayerRefused:
    if not grids:
        return LayerRefused("no_rows", order.file_name)
    texts = printed_headings(max(grids, key=lambda grid: len(grid.rows)))
    listed = "、".join(text[:20] for text in texts[:30]) or "（无）"
    return LayerRefused("no_columns", order.file_name, listed)


def told(book: Book, kind: str, grid: Grid, columns: Columns, order: LayerOrder) -> dict[str, Any]:
    """Return what a report says of a file: format, sheets (rows each), columns and headings."""
    rows = {one.name: sum(not all(map(is_blank, row)) for row in one.rows) - 1 for one in book.grids}
    return {
        "file": order.file_name,
        "format": kind,
        "encoding": book.encoding,
        "crs": grid.crs,
        "sheet": grid.name if len(book.grids) > 1 else "",
        "other_sheets": [[name, n] for name, n in rows.items() if name != grid.name and n > 0],
        "columns": {role: used.heading for role, used in columns.roles.items()},
        "headings": [text for text in dict.fromkeys(columns.headings) if text][:HEADINGS],
    }


def account(tally: Tally) -> dict[str, Any]:
    """Return what a report says of rows: the remarks, and examples of those left out."""
    return {
        "notes": dict(tally.notes),
        "examples": {reason: [list(pair) for pair in rows] for reason, rows in tally.examples.items()},
    }
