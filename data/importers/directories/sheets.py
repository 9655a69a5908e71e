"""An xlsx or csv file → typed lines of a directory: which sheet, which heading row, which column is which.

Headings are compared as those of an office's files are: width, case, blanks and brackets do not count, and a
unit in brackets becomes a factor. What no column is called is told, never guessed at.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from data.importers.directories.cells import UNIT_OF, as_column
from data.importers.directories.lines import HEADINGS, Typed
from data.importers.office.cells import is_blank, stripped
from data.importers.office.csv_file import read_csv
from data.importers.office.formats import Format, detect
from data.importers.office.grid import Book, Cell, Grid, as_text
from data.importers.office.guard import Limits
from data.importers.office.headings import NOT_DATA
from data.importers.office.headings import Column as HeadingColumn
from data.importers.office.words import bare, factors, folded
from data.importers.office.workbook import read_workbook
from projects.directories.model import MOST_ENTRIES, Column, Definition
from projects.errors import BadValue
from projects.intake.importing import EXAMPLE

SEARCHED_ROWS: Final = 20
_LIMITS: Final = Limits(file_bytes=20_000_000, unpacked_bytes=100_000_000, sheet_cells=1_500_000)
_BRACKETS: Final = re.compile(r"[（(]([^（()）]*)[)）]")
_TOTAL: Final = re.compile(r"[总共小累]?\s*[合总小共累]\s*计.{0,12}")
_WGS84: Final = ("经度WGS84", "纬度WGS84", "Longitude WGS84", "Latitude WGS84")
"""Columns that an export adds for reading; what counts is what was entered."""


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a file, which of them are none, and what was not understood."""

    lines: Sequence[Typed]
    totals: Sequence[int] = ()
    """Rows that sum others up."""
    headings: Mapping[str, HeadingColumn] = field(default_factory=dict)
    ignored: Sequence[str] = ()
    """Headings that no column has."""


def read_table(definition: Definition, content: bytes) -> Table:
    """Return the lines of a file.

    ``FileRefused`` for a file that cannot be read, ``BadValue`` for one without the table or too long.
    """
    if len(content) > _LIMITS.file_bytes:
        raise BadValue(
            f"文件有 {len(content) / 1_000_000:.0f} MB，超过 {_LIMITS.file_bytes // 1_000_000} MB："
            "请拆成几个文件"
        )
    grid, at = _table_of(definition, _book(content))
    known, ignored = _columns(definition, grid.rows[at])
    flags = {bare(title) for one in definition.computed for title in (one.zh, one.en, one.name)}
    return _lines(definition, grid, at, known, [text for text in ignored if bare(text) not in flags])


def _book(content: bytes) -> Book:
    kind = detect(content, _LIMITS)
    if kind is Format.CSV:
        return read_csv(content, _LIMITS)
    if kind in (Format.XLSX, Format.XLSM, Format.XLS):
        return read_workbook(content, kind, _LIMITS)
    raise BadValue("这是地图或数据交换文件：名录请用 xlsx 或 csv 上传")


def _table_of(definition: Definition, book: Book) -> tuple[Grid, int]:
    """Return the sheet and row of the heading: the row that names most columns, the title among them."""
    found: list[tuple[int, Grid, int]] = []
    for grid in book.grids:
        if bare(grid.name) in NOT_DATA:
            continue
        for at, row in enumerate(grid.rows[:SEARCHED_ROWS]):
            known, _ = _columns(definition, row)
            if definition.title_column in known:
                found.append((len(known), grid, at))
    if found:
        best = max(found, key=lambda one: one[0])
        return best[1], best[2]
    wanted = "、".join(column.zh for column in definition.columns[:12])
    title = next(column.zh for column in definition.columns if column.name == definition.title_column)
    raise BadValue(
        f"前 {SEARCHED_ROWS} 行里没有找到表头：至少要有“{title}”一列。本名录的列：{wanted}。"
        "可先下载空白表，按它的表头填写"
    )


def _columns(definition: Definition, row: Sequence[Cell]) -> tuple[dict[str, HeadingColumn], list[str]]:
    """Return which column each known heading is (the first of several), and the headings nobody knows."""
    known: dict[str, HeadingColumn] = {}
    ignored: list[str] = []
    for index, cell in enumerate(row):
        text = "" if is_blank(cell) else stripped(cell)
        if not text:
            continue
        meant = _meaning(definition, text, index)
        if meant is None or meant[0] in known:
            ignored.append(text[:60])
        elif meant[0]:
            known[meant[0]] = meant[1]
    return known, ignored


def _meaning(definition: Definition, text: str, index: int) -> tuple[str, HeadingColumn] | None:
    """Return the column that a heading names, None for none; an empty name for what is only to be read."""
    if bare(text) in {bare(one) for one in _WGS84}:
        return "", HeadingColumn(index, text, "")
    for name, titles in HEADINGS.items():
        if (name == "key" or definition.mapped) and bare(text) in (bare(name), *map(bare, titles)):
            return name, HeadingColumn(index, text, "")
    for column in definition.columns:
        unit = _unit(column, text)
        if unit is not None:
            return column.name, as_column(column, index, text, unit)
    return None


def _unit(column: Column, text: str) -> str | None:
    """Return the unit that a heading names for a column ("" for none); None when it is another column's."""
    titles = (column.zh, column.en, column.name)
    if bare(text) in map(bare, titles):
        return ""
    outside = bare(_BRACKETS.sub("", text))
    if outside not in [bare(_BRACKETS.sub("", title)) for title in titles]:
        return None
    inside = folded(" ".join(_BRACKETS.findall(text))).removeprefix("单位:").removeprefix("单位")
    known = factors(UNIT_OF[column.type]) if column.type in UNIT_OF else {}
    if not inside:
        return ""
    return inside if inside in known else None


def _lines(
    definition: Definition, grid: Grid, at: int, known: Mapping[str, HeadingColumn], ignored: Sequence[str]
) -> Table:
    lines: list[Typed] = []
    totals: list[int] = []
    for number, row in enumerate(grid.rows[at + 1 :], start=at + 2):
        cells = {name: row[column.index] if column.index < len(row) else "" for name, column in known.items()}
        if all(is_blank(cell) for cell in cells.values()):
            continue
        title = as_text(cells[definition.title_column]).strip()
        numbered = not is_blank(cells.get("key", ""))
        if title.startswith(EXAMPLE) and not numbered:
            continue
        if _TOTAL.fullmatch(title) and not numbered:
            totals.append(number)
        else:
            lines.append(Typed(number, cells))
    if len(lines) > MOST_ENTRIES:
        raise BadValue(f"表中有 {len(lines)} 行，一份名录最多 {MOST_ENTRIES} 行：请按地区分开")
    return Table(lines, tuple(totals), known, tuple(ignored))
