"""``read_file``: an office's file → ``FileReading``. Every data row ends in it; a refused file raises.

The bytes decide what a file is. A file that can be read never raises for what it holds: bad data is data.
"""

import gc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from data.importers.office.cells import error, is_blank, notice
from data.importers.office.context import CheckContext
from data.importers.office.coordinates import place_all
from data.importers.office.csv_file import read_csv
from data.importers.office.draft import Draft, issue
from data.importers.office.formats import Format, detect
from data.importers.office.grid import Book, Grid
from data.importers.office.guard import Limits
from data.importers.office.headings import (
    NOT_DATA,
    Column,
    find_layout,
    is_county_table,
    is_dictionary,
    printed,
)
from data.importers.office.indicator_rows import is_indicator_sheet, read_rows
from data.importers.office.lines import LineRows, Register, check_lines
from data.importers.office.rows import ProjectRows
from data.importers.office.sheet import Rows, Sheet, dress, fill_merges, unknown_columns
from data.importers.office.words import PROJECT, bare
from data.importers.office.workbook import read_workbook
from projects.intake import cover_sheet
from projects.intake.cells import CellIssue, SourceCell
from projects.intake.importing import FileReading, FileRefused, LeftOut
from projects.intake.indicator_sheet import IndicatorRow
from projects.intake.issues import IssueCode
from projects.work import Progress

__all__ = ["Limits", "read_file"]

_EVERY = 500
_NOTES = "说明"
"""The sheet that tells how to fill in our own workbooks."""


class _Silent:
    def step(self, done: int, of: int | None = None, message: str = "") -> None:
        """Report to nobody."""


@dataclass(slots=True)
class _Reading:
    """What is gathered on the way."""

    issues: list[CellIssue] = field(default_factory=list)
    unknown: list[SourceCell] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    lines_in: dict[str, int] = field(default_factory=dict)
    indicators: list[IndicatorRow] = field(default_factory=list)


def read_file(
    path: Path,
    name: str,
    context: CheckContext,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> FileReading:
    """Read and check a file that an office sent, ``name`` as they call it.

    Raises ``FileRefused`` with one sentence for a file that cannot be read at all. ``rows_in`` of the answer
    equals its ``accounted``. Progress is stepped by rows and may raise to stop.
    """
    limits, steps = limits or Limits(), progress or _Silent()
    size = path.stat().st_size
    if size > limits.file_bytes:
        millions = f"{size / 1_000_000:.0f}", f"{limits.file_bytes / 1_000_000:.0f}"
        raise FileRefused("too_large", *millions)
    data = path.read_bytes()
    kind = detect(data, limits)
    steps.step(0, None, "读取")
    with _no_collecting():
        book = _book(data, kind, limits)
        gathered = _gathered(book, context, steps)
        return _finished(gathered, book, name, data, kind)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Keep the collector of cycles still: a reading makes a million objects and no cycle among them.

    It would walk all of them again and again, for a fifth of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _book(data: bytes, kind: Format, limits: Limits) -> Book:
    if kind is Format.CSV:
        return read_csv(data, limits)
    if kind in (Format.XLSX, Format.XLSM, Format.XLS):
        return read_workbook(data, kind, limits)
    if kind is Format.OC4IDS:
        from data.importers.office.oc4ids_file import read_oc4ids

        return read_oc4ids(data, limits)
    from data.importers.office.map_file import read_map  # a hundred megabytes that a table does not need

    return read_map(data, kind, limits)


def _gathered(book: Book, context: CheckContext, steps: Progress) -> _Reading:
    """Read all sheets: the projects first, then the lines that belong to them, then where they stand."""
    reading = _Reading()
    for key in book.notices:
        cell = SourceCell("", "", "", "")
        reading.issues.append(issue(notice(key, IssueCode.ACTIVE_CONTENT), cell, ""))
    sheets = [sheet for grid in book.grids if (sheet := _sheet(grid, reading)) is not None]
    projects = [sheet for sheet in sheets if sheet.layout.sheet == PROJECT]
    whole = sum(len(sheet.grid.rows) for sheet in sheets)
    for sheet in projects:
        _read_projects(sheet, reading, context, steps, whole)
    register = Register(reading.drafts)
    for sheet in sheets:
        if sheet.layout.sheet != PROJECT:
            _read_lines(sheet, reading, register)
    _place(reading.drafts, context)
    for draft in reading.drafts:
        check_lines(draft, context.today)
    steps.step(whole, whole, "检查")
    if not projects and not reading.indicators:
        reading.issues.append(_no_projects(book))
    return reading


def _sheet(grid: Grid, reading: _Reading) -> Sheet | None:
    """Return a sheet whose heading is understood; another one is told of, unless it is no data at all."""
    if bare(grid.name) in NOT_DATA or not any(any(row) for row in grid.rows):
        return None
    if is_indicator_sheet(grid):
        figures = read_rows(grid)
        reading.indicators += figures
        reading.lines_in[grid.name] = reading.lines_in.get(grid.name, 0) + len(figures)
        return None
    own = _own_table(grid)
    layout = None if own else find_layout(grid)
    if layout is not None:
        return Sheet(grid, layout)
    rows = sum(not all(map(is_blank, row)) for row in grid.rows)
    finding = notice(own or "sheet_ignored", IssueCode.NOT_READ, grid.name, str(rows))
    reading.issues.append(issue(finding, SourceCell(grid.name, "", "", ""), ""))
    return None


def _own_table(grid: Grid) -> str:
    """Return what is said of a table that our own exports add to the records, empty for any other."""
    if is_dictionary(grid):
        return "own_dictionary"
    return "own_counties" if is_county_table(grid) else ""


def _mark(book: Book) -> str:
    """Return the number of the Monday list, which stands on its first sheet and below the notes."""
    asked = (bare(cover_sheet.SHEET), bare(_NOTES))
    found = (cover_sheet.mark_in(grid.rows) for grid in book.grids if bare(grid.name) in asked)
    return next(filter(None, found), "")


def _no_projects(book: Book) -> CellIssue:
    grid = max(book.grids, key=lambda g: len(g.rows), default=Grid("", []))
    found = "、".join(text[:20] for text in printed(grid)[:40]) or "（无）"
    finding = error("no_heading", IssueCode.MISSING_VALUE, found)
    return issue(finding, SourceCell(grid.name, "", "", ""), "name")


def _prepared(sheet: Sheet, reading: _Reading) -> Sequence[Column]:
    issues, unknown, columns = unknown_columns(sheet)
    reading.issues += [*issues, *dress(sheet), *fill_merges(sheet)]
    reading.unknown += unknown
    return columns


def _read_projects(
    sheet: Sheet, reading: _Reading, context: CheckContext, steps: Progress, whole: int
) -> None:
    columns = _prepared(sheet, reading)
    rows = ProjectRows(sheet, columns, context)
    before = len(reading.drafts)
    for draft in rows:
        reading.drafts.append(draft)
        if len(reading.drafts) % _EVERY == 0:
            steps.step(len(reading.drafts), whole, "检查")
    _account(sheet, rows.rows, len(reading.drafts) - before, reading)


def _read_lines(sheet: Sheet, reading: _Reading, register: Register) -> None:
    lines = LineRows(sheet, _prepared(sheet, reading), register)
    left_out = lines.read()
    reading.left_out += left_out[: len(left_out) - len(lines.rows.left_out)]  # lines without a project
    _account(sheet, lines.rows, lines.count, reading)


def _account(sheet: Sheet, rows: Rows, read: int, reading: _Reading) -> None:
    reading.left_out += rows.left_out
    name = sheet.grid.name
    reading.lines_in[name] = reading.lines_in.get(name, 0) + read + len(rows.left_out)


def _place(drafts: Sequence[Draft], context: CheckContext) -> None:
    placed = [draft for draft in drafts if draft.position is not None]
    place_all([draft.position for draft in placed if draft.position is not None], context)
    for draft in placed:
        position = draft.position
        if position is None:
            continue
        if position.place is not None:
            draft.document["place/0"] = position.place
        for cell, finding in position.findings:
            draft.say(finding, cell, "place/0")


def _finished(reading: _Reading, book: Book, name: str, data: bytes, kind: Format) -> FileReading:
    found = FileReading(
        file_name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        format=str(kind),
        encoding=book.encoding,
        rows=tuple(draft.finished() for draft in reading.drafts),
        issues=tuple(reading.issues),
        unknown_headings=tuple(reading.unknown),
        rows_in=sum(reading.lines_in.values()),
        lines_in=reading.lines_in,
        left_out=tuple(reading.left_out),
        indicators=tuple(reading.indicators),
        mark=_mark(book),
    )
    if found.accounted != found.rows_in:
        raise AssertionError(f"{found.rows_in} rows read, {found.accounted} accounted for")
    return found
