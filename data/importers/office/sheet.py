"""What is said of a sheet as a whole, and which of its rows are data.

Rows of totals, section titles, notes and repeated headings are set aside, each with its reason; blank rows
are no rows. The example row of our template is passed over.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from data.importers.office.cells import Finding, is_blank, notice, stripped
from data.importers.office.draft import issue
from data.importers.office.grid import Cell, Grid, address, column_name
from data.importers.office.headings import Column, Layout, quantity_of, unit_name
from data.importers.office.words import PROJECT
from projects.fields import FieldType
from projects.intake.cells import CellIssue, SourceCell
from projects.intake.importing import EXAMPLE, LeftOut
from projects.intake.issues import IssueCode, Severity
from projects.values import RECORD_ID, plain

_TOTAL: Final = re.compile(r"(?:总|共|小|累|本页|全[市县区省]|以上)?\s*[合总小共累]\s*计.{0,12}|total", re.I)
_NUMERAL: Final = r"[一二三四五六七八九十]{1,3}"
_SECTION: Final = re.compile(rf"{_NUMERAL}[、.．].*|[（(]{_NUMERAL}[)）].*")
_SECTION_NUMBER: Final = re.compile(rf"[（(]?{_NUMERAL}[)）]?[、.]?")
_NOTE: Final = re.compile(
    r"(?:注|备注|说明|填表说明|填表人|填报人|填报单位|审核人|审核|制表|联系电话|单位负责人)\d?\s*[:：].*"
)
_REPEATED_TYPES: Final = (
    FieldType.CHOICE, FieldType.COUNTY, FieldType.TOWNSHIP, FieldType.ZONE, FieldType.UNIT, FieldType.NAMES,
    FieldType.BOOLEAN,
)  # fmt: skip
_REPEATED_PATHS: Final = ("prefecture", "province", "address", "datum")
_REFERENCES: Final = ("id", "name", "project_code")
_ADVICE: Final[Mapping[str, tuple[str, str]]] = {
    "advice/finance": (
        "资金的来源、状态和金额请填在“资金”表，一笔一行",
        "Put each sum with its source and status into a row of the sheet 资金",
    ),
    "advice/start": (
        "请写明是计划还是实际，如“计划开工时间”“实际竣工时间”，或填在“里程碑”表",
        "Say whether planned or actual (计划开工时间, 实际竣工时间), or use the sheet 里程碑",
    ),
    "advice/year": (
        "请写明年份，如“2026年计划投资（万元）”",
        "Say which year, such as 2026年计划投资（万元）",
    ),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with its layout and what each path's first column is."""

    grid: Grid
    layout: Layout

    def column(self, path: str) -> int:
        """Return the first column of a path, -1 for none."""
        return self.layout.paths().get(path, -1)


def unknown_columns(sheet: Sheet) -> tuple[list[CellIssue], list[SourceCell], list[Column]]:
    """Return what to say of the headings, the headings nobody knows, and the columns that are read."""
    issues, unknown, used = [], [], []
    seen: set[str] = set()
    for column in sheet.layout.columns:
        cell = SourceCell(
            sheet.grid.name, address(sheet.layout.heading_row, column.index), column.heading, column.heading
        )
        finding = _about_heading(column, seen)
        if finding is None and column.path != "ignore":
            used.append(column)
            seen.add(column.path)
        elif finding is not None:
            issues.append(issue(finding, cell, column.path if finding.key == "repeated_column" else ""))
            unknown.append(cell)
        issues.extend(issue(f, cell, column.path) for f in _about_unit(column) if column in used)
    return issues, unknown, used


def _about_heading(column: Column, seen: set[str]) -> Finding | None:
    if column.path.startswith("advice/"):
        return notice("advice", IssueCode.UNKNOWN_HEADING, *_ADVICE[column.path])
    if not column.path:
        return notice("unknown_heading", IssueCode.UNKNOWN_HEADING, column.heading)
    if column.path in seen:
        return notice("repeated_column", IssueCode.UNKNOWN_HEADING, column.heading)
    return None


def _about_unit(column: Column) -> Iterator[Finding]:
    quantity = quantity_of(column.path)
    if quantity == "money" and not column.unit:
        yield notice("unit_unstated", IssueCode.UNIT_SUSPECT, column.heading, unit_name(quantity))
    elif quantity not in ("", "count") and column.factor != 1:
        values = column.heading, column.unit, f"{unit_name(quantity)}（×{plain(column.factor)}）"
        yield Finding("unit_converted", IssueCode.UNIT_SUSPECT, Severity.INFO, values)


def dress(sheet: Sheet) -> list[CellIssue]:
    """Return notices of hidden sheets, rows and columns; all of them are read."""
    grid, found = sheet.grid, []
    cell = SourceCell(grid.name, "", "", "")
    rows = [row for row in grid.hidden_rows if row >= sheet.layout.first_row and _filled(grid, row)]
    columns = [c.index for c in sheet.layout.columns if c.index in set(grid.hidden_columns)]
    if grid.hidden:
        found.append(notice("hidden_sheet", IssueCode.HIDDEN_CONTENT, grid.name))
    if rows:
        found.append(notice("hidden_rows", IssueCode.HIDDEN_CONTENT, str(len(rows)), str(rows[0] + 1)))
    if columns:
        letters = "、".join(column_name(column) for column in columns)
        found.append(notice("hidden_columns", IssueCode.HIDDEN_CONTENT, letters))
    return [issue(finding, cell, "") for finding in found]


def _filled(grid: Grid, row: int) -> bool:
    return row < len(grid.rows) and not all(is_blank(cell) for cell in grid.rows[row])


def fill_merges(sheet: Sheet) -> list[CellIssue]:
    """Repeat the text of cells merged over several rows; amounts, dates, names and ids stay in the first.

    A county over ten rows means all ten, a sum over ten rows means nobody knows what: told once per merge.
    """
    issues = []
    by_index = {column.index: column for column in sheet.layout.columns}
    for (top, left), (bottom, right) in sorted(sheet.grid.merges):
        column = by_index.get(left)
        if bottom == top or top < sheet.layout.first_row or column is None or not column.path:
            continue
        value = sheet.grid.rows[top][left] if top < len(sheet.grid.rows) else ""
        if is_blank(value) or column.path == "ignore":
            continue
        filled = _may_repeat(column, sheet.layout.sheet)
        if filled:
            _repeat(sheet.grid, left, range(top + 1, bottom + 1), value)
        span = f"{address(top, left)}:{address(bottom, right)}"
        finding = notice("merged_filled" if filled else "merged_first", IssueCode.MERGED_CELLS, span)
        issues.append(issue(finding, sheet.grid.cell(top, left, column.heading), column.path))
    return issues


def _may_repeat(column: Column, sheet: str) -> bool:
    if sheet != PROJECT and column.path in _REFERENCES:
        return True
    field = column.field
    return column.path in _REPEATED_PATHS or (field is not None and field.type in _REPEATED_TYPES)


def _repeat(grid: Grid, column: int, rows: range, value: Cell) -> None:
    changed = [*grid.rows]
    for row in rows:
        if row < len(changed) and column < len(changed[row]) and not all(map(is_blank, changed[row])):
            changed[row] = [*changed[row][:column], value, *changed[row][column + 1 :]]
    grid.rows = changed


class Rows:
    """The data rows of a sheet; what is set aside is collected in ``left_out``."""

    def __init__(self, sheet: Sheet) -> None:
        self.left_out: list[LeftOut] = []
        self._sheet = sheet
        self._name, self._id = sheet.column("name"), sheet.column("id")
        self._keys = [i for i in (self._name, self._id, sheet.column("project_code")) if i >= 0]
        self._numbers = [c.index for c in sheet.layout.columns if c.path == "ignore"]
        self._heading = {c.index: c.heading.rpartition("／")[2] for c in sheet.layout.columns}
        self._used = sorted(c.index for c in sheet.layout.columns if c.path not in ("", "ignore"))

    def __iter__(self) -> Iterator[int]:
        """Yield the rows that are read (counted from 0)."""
        rows = self._sheet.grid.rows
        for number in range(self._sheet.layout.first_row, len(rows)):
            row = rows[number]
            if not any(row) and not any(cell == 0 for cell in row):
                continue
            reason = self._reason(row)
            if reason == "":
                yield number
            elif reason not in ("blank", "example"):
                self._set_aside(number, reason)

    def _reason(self, row: Sequence[Cell]) -> str:
        """Return why a row is no data, empty for data."""
        first = self._first_text(row)
        if first is None:
            return "blank" if all(map(is_blank, row)) else self._lone(row)
        name = self._text(row, self._name)
        if self._text(row, self._id) == EXAMPLE and name.startswith(EXAMPLE):
            return "example"
        if len(first) <= 16 and (_TOTAL.fullmatch(first) or _TOTAL.fullmatch(name)):
            return "total_row"
        if name and name == self._heading.get(self._name):
            return "repeated_heading"
        if _SECTION.fullmatch(first) or _NOTE.fullmatch(first) or not name:
            return self._lone(row)
        return (
            "section_row" if any(_SECTION_NUMBER.fullmatch(self._text(row, i)) for i in self._numbers) else ""
        )

    def _lone(self, row: Sequence[Cell]) -> str:
        """Tell a title or note, which stands alone in its row, from data."""
        texts = [(index, stripped(cell)) for index, cell in enumerate(row) if not is_blank(cell)]
        index, text = texts[0]
        if _NOTE.fullmatch(text) and len(texts) <= 2:
            return "note_row"
        if len(texts) > 2 or (len(texts) == 2 and index not in self._numbers):
            return ""
        if _SECTION.fullmatch(text) or _SECTION_NUMBER.fullmatch(text):
            return "section_row"
        if _TOTAL.fullmatch(text):
            return "total_row"
        known = RECORD_ID.fullmatch(text) or index in self._keys
        return "" if known or len(texts) > 1 else "note_row"

    def _first_text(self, row: Sequence[Cell]) -> str | None:
        """Return the first text of a row, None when nothing stands under a known heading."""
        if all(i >= len(row) or is_blank(row[i]) for i in self._used):
            return None
        return next(stripped(cell) for cell in row if not is_blank(cell))

    def _text(self, row: Sequence[Cell], index: int) -> str:
        return stripped(row[index]) if 0 <= index < len(row) else ""

    def _set_aside(self, number: int, reason: str) -> None:
        grid = self._sheet.grid
        cells = tuple(
            grid.cell(number, index, self._heading.get(index, ""))
            for index, cell in enumerate(grid.rows[number])
            if not is_blank(cell)
        )
        finding = Finding(reason, IssueCode.NOT_A_PROJECT, Severity.INFO)
        self.left_out.append(LeftOut(grid.name, number + 1, issue(finding, cells[0], ""), cells))
