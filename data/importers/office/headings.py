"""Finding the heading row of a sheet and what each column means.

A heading is compared after width, case, blanks, brackets and punctuation are gone; a unit in brackets or at
its end is taken off and becomes a factor. Titles above it, headings over two or three rows and headings over
merged cells are understood; whatever is not known is kept and reported.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from data.importers.office.grid import Cell, Grid, as_text
from data.importers.office.words import (
    APPROVAL,
    FINANCE,
    LINE_FIELDS,
    MILESTONE,
    PROJECT,
    SHEETS,
    bare,
    factors,
    folded,
    headings,
    words,
    year_headings,
)
from projects.fields import Field, FieldType
from projects.intake.cover_sheet import SHEET as COVER
from projects.summary import DICTIONARY

SEARCHED_ROWS: Final = 40
MAX_DEPTH: Final = 3
_PLENTY: Final = 0.6
"""A row of which so many columns are understood is the heading; rows below it are not looked at."""
NOT_DATA: Final = frozenset(
    bare(n)
    for n in (
        COVER,
        "说明",
        "填写说明",
        "填表说明",
        "字典",
        "选项",
        "README",
        "Notes",
        "About",
        "layer_styles",
    )
)
_NEEDED: Final[Mapping[str, tuple[frozenset[str], ...]]] = {
    PROJECT: (frozenset({"name", "id", "project_code"}),),
    FINANCE: (frozenset({"name", "id", "project_code"}), frozenset({"amount"})),
    MILESTONE: (
        frozenset({"name", "id", "project_code"}),
        frozenset({"code"}),
        frozenset({"planned_on", "actual_on"}),
    ),
    APPROVAL: (
        frozenset({"name", "id", "project_code"}),
        frozenset({"code"}),
        frozenset({"planned_on", "actual_on", "number", "authority"}),
    ),
}
_BRACKETS: Final = re.compile(r"[（(\[【〔]([^（()）\[\]【】〔〕]*)[)）\]】〕]")
_UNIT_NOTE: Final = re.compile(r"单位[:：]?\s*(?:人民币)?\s*(亿元|万元|千元|元)")
_SIZES: Final = {"floor_area_m2": "area", "land_mu": "land", "land_quota_mu": "land"}
_NAMED_UNIT: Final = {"money": "万元", "area": "平方米", "land": "亩"}
_PREFIX_BYTES: Final = range(8, 12)


class Meaning(NamedTuple):
    """What a heading says: the path, the unit as written, and the datum a coordinate heading names."""

    path: str
    unit: str = ""
    datum: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet (counted from 0), its heading as printed, what it means and its factor."""

    index: int
    heading: str
    path: str
    """Empty for a heading nobody knows."""
    field: Field | None = None
    unit: str = ""
    """The unit as the heading or the sheet writes it, empty for none."""
    factor: Decimal = Decimal(1)
    datum: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a sheet is laid out: which of the sheets it is, its columns and its first data row (from 0)."""

    sheet: str
    first_row: int
    heading_row: int
    columns: tuple[Column, ...]

    def paths(self) -> Mapping[str, int]:
        """Return the first column of each known path."""
        found: dict[str, int] = {}
        for column in self.columns:
            if column.path:
                found.setdefault(column.path, column.index)
        return found


@lru_cache(8192)
def meaning(text: str, sheet: str, *, cut: bool = False) -> Meaning | None:
    """Return what a heading means on a sheet, None when nobody knows it.

    ``cut`` allows the ten-byte field names of Shapefiles: the beginning of one heading only.

    >>> meaning("总投资（亿元）", "项目"), meaning("2026年计划投资", "项目").path
    (Meaning(path='total_investment', unit='亿元', datum=''), 'annual_plan/2026')
    """
    outside = _BRACKETS.sub("", text)
    inside = " ".join(_BRACKETS.findall(text))
    path = _path(bare(text), sheet) or _path(bare(outside), sheet)
    if path and _foreign(inside, path):
        return None
    if path:
        unit = _unit(inside, path) or _unit_behind(bare(outside), quantity_of(path))
        return Meaning(path, unit, _datum(inside, path))
    return _with_unit_behind(bare(outside), sheet) or (_beginning(text, sheet) if cut else None)


def _path(heading: str, sheet: str) -> str:
    known = headings(sheet).get(heading, "")
    if known or sheet != PROJECT:
        return known
    for pattern, path in year_headings():
        match = pattern.fullmatch(heading)
        if match:
            return path.format(year=match[1])
    return ""


def _with_unit_behind(heading: str, sheet: str) -> Meaning | None:
    """Return the meaning of ``总投资万元``: a heading with its unit behind it and no brackets."""
    for kind in _NAMED_UNIT:
        unit = _unit_behind(heading, kind)
        path = _path(heading.removesuffix(unit), sheet) if unit else ""
        if path and quantity_of(path) == kind:
            return Meaning(path, unit)
    return None


def _unit_behind(heading: str, quantity: str) -> str:
    """Return the unit a heading ends with, empty for none."""
    if quantity not in _NAMED_UNIT:
        return ""
    return next((u for u in sorted(factors(quantity), key=len, reverse=True) if heading.endswith(u)), "")


def _foreign(inside: str, path: str) -> bool:
    """Tell whether brackets name a currency or unit of money that cannot be converted."""
    written = folded(inside)
    if quantity_of(path) != "money" or not written or _unit(inside, path):
        return False
    return "元" in written or any(word in written for word in words("foreign"))


def _beginning(text: str, sheet: str) -> Meaning | None:
    if not any(len(text.encode(code, "ignore")) in _PREFIX_BYTES for code in ("utf-8", "gbk")):
        return None
    start = bare(text)
    paths = {path for heading, path in headings(sheet).items() if heading.startswith(start)}
    return Meaning(paths.pop()) if start and len(paths) == 1 else None


@lru_cache(1024)
def quantity_of(path: str) -> str:
    """Return which units a path is measured in: ``money``, ``area``, ``land``, ``count`` or nothing."""
    field = _field(path, PROJECT) or _field(path, FINANCE)
    if path.startswith("annual_plan/") or (field and field.type is FieldType.MONEY):
        return "money"
    if path in _SIZES:
        return _SIZES[path]
    return "count" if field and field.type in (FieldType.INTEGER, FieldType.DECIMAL) else ""


def unit_name(quantity: str) -> str:
    """Return the library's own unit of a quantity in words, empty for a count."""
    return _NAMED_UNIT.get(quantity, "")


def _unit(inside: str, path: str) -> str:
    """Return the known unit that stands in brackets, empty for none."""
    quantity = quantity_of(path)
    written = folded(inside).removeprefix("单位").lstrip(":")
    return written if quantity and written in factors(quantity) else ""


def _datum(inside: str, path: str) -> str:
    return words("datum").get(folded(inside), "") if path in ("lon", "lat", "lonlat") else ""


def _field(path: str, sheet: str) -> Field | None:
    return next((field for field in LINE_FIELDS[sheet] if field.name == path), None)


def find_layout(grid: Grid) -> Layout | None:
    """Return how a sheet is laid out, None when no row of it reads as the heading of a known sheet."""
    best: tuple[float, Layout] | None = None
    for row, depth, texts in _candidates(grid):
        if best and row > best[1].heading_row and best[0] > _PLENTY * len(best[1].columns):
            break
        for sheet in SHEETS:
            hint = 2 if bare(sheet) in bare(grid.name) and sheet != PROJECT else 0
            layout = _layout(grid, sheet, row, depth, texts)
            worth = _worth(layout) + hint - 0.02 * (depth - 1)
            if worth > hint and (best is None or worth > best[0]):
                best = worth, layout
    return best[1] if best else None


def is_dictionary(grid: Grid) -> bool:
    """Whether a sheet is the one that our own exports explain their columns with."""
    first = tuple(as_text(cell).strip() for cell in grid.rows[0][:4]) if grid.rows else ()
    return first in DICTIONARY.values()


def is_county_table(grid: Grid) -> bool:
    """Whether a layer is the one of counties with counts that our own exports carry: no projects."""
    first = {as_text(cell).strip() for cell in grid.rows[0]} if grid.rows else set()
    return {"code", "name", "total", "touching_total"} <= first


def printed(grid: Grid) -> list[str]:
    """Return the texts of the row that looks most like a heading, for a sheet in which none was found."""
    rows = [[as_text(c).strip() for c in row if as_text(c).strip()] for row in grid.rows[:SEARCHED_ROWS]]
    return max(rows, key=lambda texts: len(set(texts)), default=[])


def _worth(layout: Layout) -> float:
    """Return how many columns are understood, 0 when one that is needed is not there."""
    paths = {column.path for column in layout.columns if column.path and column.path != "ignore"}
    if not all(paths & group for group in _NEEDED[layout.sheet]):
        return 0
    return len({p for p in paths if not p.startswith("advice/")}) - 0.01 * layout.first_row


def _candidates(grid: Grid) -> Iterator[tuple[int, int, list[str]]]:
    """Yield heading rows worth trying: first row, how many rows, and the text of each column."""
    texts = [[_heading_text(cell) for cell in row] for row in grid.rows[: SEARCHED_ROWS + MAX_DEPTH]]
    for row in range(min(SEARCHED_ROWS, len(texts))):
        if sum(bool(text) for text in texts[row]) == 0:
            continue
        filled = [_filled(grid, number, texts) for number in range(row, min(row + MAX_DEPTH, len(texts)))]
        for depth in range(1, len(filled) + 1):
            if depth > 1 and len({text for text in filled[0] if text}) < 2:
                break  # a title above the heading, not a part of it
            if depth == 1 or _may_stand_below(texts[row], texts[row + depth - 1], filled[depth - 2]):
                yield row, depth, _stacked(filled[:depth])


def _heading_text(cell: Cell) -> str:
    return re.sub(r"\s*\n\s*", "", as_text(cell)).strip()


def _filled(grid: Grid, row: int, texts: Sequence[Sequence[str]]) -> list[str]:
    """Return a row with the text of merged cells in each of their columns."""
    cells = list(texts[row])
    for (top, left), (bottom, right) in grid.merges:
        if top <= row <= bottom and right > left and left < len(cells):
            cells[left : right + 1] = [texts[top][left]] * (min(right, len(cells) - 1) - left + 1)
    return cells


def _may_stand_below(top: Sequence[str], below: Sequence[str], above: Sequence[str]) -> bool:
    """Tell whether a row can be the lower part of a heading: it fills only what the rows above divide.

    Below a heading of its own a column stays blank; a data row is not.
    """
    divided = [bool(text) for text in below]
    if not any(divided):
        return False
    for column, filled in enumerate(divided):
        group = column < len(above) and above[column] != ""
        alone = group and list(above).count(above[column]) == 1 and not _neighbour_blank(top, column)
        if filled and alone:
            return False
    return True


def _neighbour_blank(top: Sequence[str], column: int) -> bool:
    """Tell whether a heading has room to its right, as one over several columns has."""
    return column + 1 < len(top) and top[column + 1] == ""


def _stacked(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return for each column its headings from above to below, joined by a line end; repeats once."""
    width = max(len(row) for row in rows)
    stacked = []
    group = ""
    for column in range(width):
        parts = [row[column] if column < len(row) else "" for row in rows]
        if len(rows) > 1:
            group = parts[0] or (group if parts[-1] else "")
            parts[0] = group
        stacked.append("\n".join(dict.fromkeys(part for part in parts if part)))
    return stacked


def _layout(grid: Grid, sheet: str, row: int, depth: int, texts: Sequence[str]) -> Layout:
    default = _unit_above(grid, row)
    columns = [
        _column(index, text, sheet, default, cut=grid.shapes is not None)
        for index, text in enumerate(texts)
        if text
    ]
    return Layout(sheet, row + depth, row, tuple(columns))


def _column(index: int, text: str, sheet: str, default: str, *, cut: bool) -> Column:
    found = _of_stack(text.split("\n"), sheet, cut=cut)
    heading = text.replace("\n", "／")
    if found is None:
        return Column(index, heading, "")
    quantity = quantity_of(found.path)
    unit = found.unit or (default if quantity == "money" else "")
    factor = factors(quantity)[unit] if unit and quantity else Decimal(1)
    return Column(index, heading, found.path, _field(found.path, sheet), unit, factor, found.datum)


def _of_stack(parts: Sequence[str], sheet: str, *, cut: bool) -> Meaning | None:
    """Return the meaning of a heading of one or more rows: as a whole in either order, its last, its first.

    ``计划投资 / 2026年`` is a year's plan, ``坐标 / 经度`` a longitude; a unit above holds below.
    """
    ways = ["".join(parts), "".join(reversed(parts)), parts[-1]] if len(parts) > 1 else [parts[0]]
    for way in ways:
        found = meaning(way, sheet, cut=cut)
        if found:
            above = _unit(" ".join(_BRACKETS.findall("".join(parts))), found.path)
            return found if found.unit or not above else found._replace(unit=above)
    return None


def _unit_above(grid: Grid, row: int) -> str:
    """Return the unit of money that a note above the heading states: ``单位：亿元``."""
    for cells in grid.rows[: row + 1]:
        for cell in cells:
            match = _UNIT_NOTE.search(cell) if isinstance(cell, str) and len(cell) < 200 else None
            if match:
                return match[1]
    return ""
