"""The returned workbook: what an import did not take over, ready to mend and upload again.

From an Excel workbook: the same one (sheets, styles, widths, order of columns, other sheets), with the rows
that were taken over left out, a column 原因, coloured cells and notes. From other files: a plain workbook
with the same columns. Formulas become the values they had, macros and links go, no text can become a formula.
"""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from data.exports.request import PRACTICE
from data.exports.returned_plain import plain
from data.exports.workbook_columns import RISKY
from data.exports.xlsx import PRACTICE_TAB
from projects.intake.importing import ImportPlan
from projects.intake.mending import REASON, Mark, SheetMarks, marks_of

AUTHOR: Final = "健康产业一张图"
REASON_WIDTH: Final = 60
_FILLS: Final = {
    mark: PatternFill("solid", start_color=colour)
    for mark, colour in ((Mark.ERROR, "FFC7CE"), (Mark.HELD, "BDD7EE"), (Mark.WARNING, "FFEB9C"))
}
_WORKBOOKS: Final = ("xlsx", "xlsm")
_UNREADABLE: Final = (
    InvalidFileException, BadZipFile, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError,
)  # fmt: skip
"""What openpyxl raises over a workbook that another program reads; such a one comes back plain."""


def returned(path: Path, plan: ImportPlan, language: str = "zh", *, practice: bool = False) -> bytes | None:
    """Return the workbook to mend, None when every row was taken over; one of ``practice`` is marked."""
    marks = marks_of(plan, language)
    if not marks:
        return None
    if plan.reading.format in _WORKBOOKS:
        try:
            return _same(path, marks, PRACTICE["en" if language == "en" else "zh"] if practice else "")
        except _UNREADABLE:
            pass
    return plain(plan, marks, language, practice=practice)


def _same(path: Path, marks: Mapping[str, SheetMarks], practice: str) -> bytes:
    with path.open("rb") as file:  # by content: the name may say anything
        book = openpyxl.load_workbook(file, data_only=True, keep_links=False)
    for name, sheet_marks in marks.items():
        _mend(book[name], sheet_marks)
    for sheet in book.worksheets:
        _harmless(sheet)
        if practice:
            sheet.sheet_properties.tabColor = PRACTICE_TAB
            sheet.oddHeader.center.text = practice
    file_out = io.BytesIO()
    book.save(file_out)
    return file_out.getvalue()


def _mend(sheet: Any, marks: SheetMarks) -> None:
    """Leave only the marked data rows, and mark them."""
    _unmerge(sheet, marks.first)
    heading_row = _heading_row(sheet, marks)
    column = _reason_column(sheet, heading_row)
    for row, cells in marks.values.items():
        if row in marks.reasons:
            _fill_in(sheet, row, {letters: cell.raw for letters, cell in cells.items()})
    for address, (mark, note) in marks.cells.items():
        _mark(sheet[address], mark, note)
    for row, reason in marks.reasons.items():
        _write_reason(sheet, row, column, reason, marks.row_marks.get(row))
    _close_up(sheet, marks)


def _unmerge(sheet: Any, first: int) -> None:
    """Undo merged cells that reach into the data: a row of theirs may go."""
    for merged in list(sheet.merged_cells.ranges):
        if merged.max_row >= first:
            sheet.unmerge_cells(str(merged))


def _fill_in(sheet: Any, row: int, values: Mapping[str, str]) -> None:
    """Write what was read where the workbook holds nothing: cells that were merged with one above."""
    for letters, value in values.items():
        cell = sheet.cell(row, column_index_from_string(letters))
        if cell.value is None and value:
            cell.value = value
            cell.data_type = "s"


def _heading_row(sheet: Any, marks: SheetMarks) -> int:
    """Return the row above the data that holds a heading as it was read."""
    known = {
        (column_index_from_string(letters), cell.heading.strip())
        for cells in marks.values.values()
        for letters, cell in cells.items()
        if cell.heading
    }
    for row in range(marks.first - 1, 0, -1):
        if any(str(sheet.cell(row, column).value or "").strip() == heading for column, heading in known):
            return row
    return max(marks.first - 1, 1)


def _reason_column(sheet: Any, heading_row: int) -> int:
    """Return the column 原因: the one that is there from the last time, or a new one behind the last."""
    used = [cell.column for cell in sheet[heading_row] if cell.value not in (None, "")]
    for column in used:
        if str(sheet.cell(heading_row, column).value).strip() == REASON:
            return int(column)
    column = max(used, default=0) + 1
    heading = sheet.cell(heading_row, column, REASON)
    heading.font, heading.fill = Font(bold=True), _FILLS[Mark.ERROR]
    sheet.column_dimensions[get_column_letter(column)].width = REASON_WIDTH
    return column


def _mark(cell: Any, mark: Mark, note: str) -> None:
    cell.fill = _FILLS[mark]
    if note:
        cell.comment = Comment(note[:2000], AUTHOR, width=320, height=120)


def _write_reason(sheet: Any, row: int, column: int, reason: str, mark: Mark | None) -> None:
    cell = sheet.cell(row, column)
    cell.value, cell.data_type = reason or None, "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if mark:
        cell.fill = _FILLS[mark]


def _close_up(sheet: Any, marks: SheetMarks) -> None:
    """Move the rows that stay up below the heading, all in one pass, and drop the others.

    ``delete_rows`` moves every cell below for every gap; with thousands of gaps that takes hours.
    """
    kept = {row: marks.first + n for n, row in enumerate(sorted(marks.reasons))}
    cells = {}
    for (row, column), cell in sheet._cells.items():
        target = row if row < marks.first else kept.get(row)
        if target is not None:
            cell.row = target
            cells[target, column] = cell
    sheet._cells = cells
    for row in [row for row in sheet.row_dimensions if row >= marks.first]:
        del sheet.row_dimensions[row]  # heights, and rows that a filter had hidden
    if sheet.auto_filter.ref:
        sheet.auto_filter.filterColumn = []


def _harmless(sheet: Any) -> None:
    """Drop links, and see to it that no text is or becomes a formula."""
    sheet._hyperlinks = []
    for cell in _texts(sheet):
        cell.data_type = "s"
        if cell.value.startswith(RISKY):
            cell.quotePrefix = True


def _texts(sheet: Any) -> Iterator[Any]:
    for cell in sheet._cells.values():
        if getattr(cell, "_hyperlink", None) is not None:
            cell._hyperlink = None
        if isinstance(cell.value, str):
            yield cell
