"""A returned workbook for files that are not Excel workbooks: the same columns, as text, on plain sheets."""

import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

import xlsxwriter
from openpyxl.utils import column_index_from_string

from data.exports.xlsx import Mended, mark_practice
from projects.codes import DATUM_ZH, Datum
from projects.fields import COORDINATE_FIELDS
from projects.intake.cells import SourceCell
from projects.intake.importing import ImportPlan
from projects.intake.mending import REASON, Mark, SheetMarks

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_COLOURS: Final[dict[Mark | None, str]] = {
    None: "#FFFFFF",
    Mark.ERROR: "#FFC7CE",
    Mark.HELD: "#BDD7EE",
    Mark.WARNING: "#FFEB9C",
}
_POINT: Final = tuple(field.zh for field in COORDINATE_FIELDS)


def plain(
    plan: ImportPlan, marks: Mapping[str, SheetMarks], language: str = "zh", *, practice: bool = False
) -> bytes:
    """Return a workbook with the rows that stay: the file's columns, and points as 经度, 纬度, 坐标系."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, _OPTIONS)
    try:
        styles = _styles(book)
        for name, sheet_marks in marks.items():
            _write(
                book.add_worksheet(_sheet_name(name)),
                sheet_marks,
                _headings(plan, name),
                _points(plan, name),
                styles,
            )
        if practice:
            mark_practice(book.worksheets(), "en" if language == "en" else "zh")
    finally:
        book.close()
    return file.getvalue()


def _styles(book: Any) -> dict[Mark | None, Any]:
    base = {"valign": "top", "text_wrap": True, "quote_prefix": True}
    return {mark: book.add_format({**base, "bg_color": colour}) for mark, colour in _COLOURS.items()}


def _sheet_name(name: str) -> str:
    return name[:31] or "项目"


def _headings(plan: ImportPlan, sheet: str) -> dict[str, str]:
    """Return the column letters of a sheet with their headings, in order."""
    found = {
        "".join(filter(str.isalpha, cell.address)): cell.heading
        for cell in _cells(plan)
        if cell.sheet == sheet and cell.heading
    }
    return {letters: found[letters] for letters in sorted(found, key=column_index_from_string)}


def _cells(plan: ImportPlan) -> Iterator[SourceCell]:
    yield from plan.reading.unknown_headings
    for planned in plan.rows:
        yield from planned.row.cells.values()
        yield from planned.row.extra
    for left in plan.reading.left_out:
        yield from left.cells
    for figure in plan.figures:
        yield from figure.row.cells.values()


def _points(plan: ImportPlan, sheet: str) -> dict[int, tuple[str, str, str]]:
    """Return row → longitude, latitude (WGS84) and datum for rows whose point stands in no column."""
    found = {}
    for planned in plan.rows:
        row = planned.row
        place = row.document.get("place/0")
        geometry: Any = place.get("geometry") if isinstance(place, dict) else None
        if row.sheet == sheet and "lon" not in row.cells and geometry and geometry.get("type") == "Point":
            lon, lat = geometry["coordinates"][:2]
            found[row.number] = str(lon), str(lat), DATUM_ZH[Datum.WGS84]
    return found


def _write(
    sheet: Any,
    marks: SheetMarks,
    headings: Mapping[str, str],
    points: Mapping[int, tuple[str, str, str]],
    styles: Mapping[Mark | None, Any],
) -> None:
    mended = Mended()
    extra = _POINT if any(row in points for row in marks.reasons) else ()
    columns = {letters: number for number, letters in enumerate(headings)}
    for number, heading in enumerate((*headings.values(), *extra, REASON)):
        sheet.write_string(0, number, mended.text(heading))
        sheet.set_column(number, number, 60 if heading == REASON else 16)
    for line, row in enumerate(sorted(marks.reasons), start=1):
        held = marks.values.get(row, {})
        for letters, cell in ((key, held[key]) for key in columns if key in held):
            mark, note = marks.cells.get(cell.address, (None, ""))
            sheet.write_string(line, columns[letters], mended.text(cell.raw), styles[mark])
            if note:
                sheet.write_comment(line, columns[letters], mended.text(note))
        for number, value in enumerate(points.get(row, ()) if extra else (), start=len(columns)):
            sheet.write_string(line, number, value)
        reason = mended.text(marks.reasons[row])
        sheet.write_string(line, len(columns) + len(extra), reason, styles[marks.row_marks.get(row)])
    sheet.freeze_panes(1, 0)
