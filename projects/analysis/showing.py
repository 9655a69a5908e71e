"""Cells of an exhibit as people read them: one way for page, map and picture, with unknown as a dash.

Nothing is computed here, and nothing translated: numbers and words come out as they went in.
"""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from numbers import Integral, Real
from typing import Final

from projects.analysis.exhibit import Cell, Column, Table

UNKNOWN: Final = "—"
PROJECT_ID: Final = "project_id"
"""Key of a column whose cells are record ids (``SG-0001``, several with commas between); pages link them."""


def known(cell: object) -> Cell:
    """Return a cell as files hold it: a plain number or text, None for unknown and for what is no number.

    >>> known(float("nan")), known(2.5), known("甲"), known(None)
    (None, 2.5, '甲', None)
    """
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, Decimal):
        return cell if cell.is_finite() else None
    if isinstance(cell, Integral):
        return int(cell)
    if isinstance(cell, Real):
        return float(cell) if math.isfinite(float(cell)) else None
    return str(cell)


def text(column: Column, cell: object) -> str:
    """Return a cell with thousands separators and the decimals of its column, a dash for unknown.

    A number that is not nought but would be shown as nought keeps a sign that it is there.

    >>> share = Column("share", "份额", "%", digits=1)
    >>> text(share, 1234.56), text(share, None), text(share, 0.0), text(share, 0.004)
    ('1,234.6', '—', '0.0', '<0.1')
    >>> text(Column("n", "项目"), 12000), text(Column("n", "名"), "甲")
    ('12,000', '甲')
    """
    value = known(cell)
    if value is None:
        return UNKNOWN
    if isinstance(value, str):
        return value
    return _number(value, column.digits)


def _number(value: int | float | Decimal, digits: int | None) -> str:
    if digits is None:
        return f"{value:,}" if isinstance(value, int) else _as_it_is(value)
    exact = Decimal(str(value))
    step = Decimal(1).scaleb(-digits)
    rounded = exact.quantize(step, ROUND_HALF_UP) if abs(exact) < Decimal(10) ** 20 else exact
    if exact and not rounded:
        return f"<{step:f}" if exact > 0 else f">-{step:f}"
    return f"{rounded or abs(rounded):,f}"


def _as_it_is(value: float | Decimal) -> str:
    """Return all digits of an amount, ten of a measured number."""
    if isinstance(value, float):
        return f"{value:,.10g}"
    whole = f"{value:,f}"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole


def heading(column: Column) -> str:
    """Return a column's heading with its unit, in the brackets of its language.

    >>> heading(Column("area", "面积", "km²")), heading(Column("name", "名称"))
    ('面积（km²）', '名称')
    >>> heading(Column("rate", "Rate", "%"))
    'Rate (%)'
    """
    if not column.unit:
        return column.title
    wide = not (column.title.isascii() and column.unit.isascii())
    return f"{column.title}（{column.unit}）" if wide else f"{column.title} ({column.unit})"


def numeric(table: Table, number: int) -> bool:
    """Return whether a column holds numbers only (and at least one): then it stands to the right."""
    cells = [value for row in table.rows if (value := known(row[number])) is not None]
    return bool(cells) and not any(isinstance(cell, str) for cell in cells)


def index(table: Table, key: str) -> int | None:
    """Return the position of a column, None when the table has none of that key."""
    return next((n for n, column in enumerate(table.columns) if column.key == key), None)


def portions(ids: Sequence[str], size: int) -> list[tuple[str, tuple[str, ...]]]:
    """Return ids in portions of at most ``size``, each with its place among all of them ("" for a whole).

    >>> portions(["A-1", "A-2", "A-3"], 2)
    [('1–2', ('A-1', 'A-2')), ('3', ('A-3',))]
    >>> portions(["A-1"], 2)
    [('', ('A-1',))]
    """
    if len(ids) <= size:
        return [("", tuple(ids))]
    parts = [(start, tuple(ids[start : start + size])) for start in range(0, len(ids), size)]
    return [
        (f"{start + 1:,}" + (f"–{start + len(part):,}" if len(part) > 1 else ""), part)
        for start, part in parts
    ]


def ids_of(cell: object) -> tuple[str, ...]:
    """Return the record ids of a cell.

    >>> ids_of("SG-0001, SG-0002"), ids_of(None)
    (('SG-0001', 'SG-0002'), ())
    """
    return tuple(part.strip() for part in str(cell or "").split(",") if part.strip())
