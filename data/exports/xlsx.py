"""An xlsx workbook of three sheets: the records, what this file is, what each column means.

Rows go to disk as they come (``constant_memory``), text stays text (no formula or link is ever made of it),
and what a workbook cannot hold is replaced visibly and reported on the second sheet.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any, Final

import xlsxwriter

from data.exports.about import Line, about_lines
from data.exports.pieces import released
from data.exports.request import PRACTICE, ExportRequest, Language
from data.exports.source import ExportSource
from data.exports.symbols import visible
from data.exports.table import TABLE_COLUMNS, headings, row
from data.exports.tally import Tally
from data.exports.words import head
from projects.errors import BadValue
from projects.summary import DICTIONARY
from projects.values import CUT_MARKS

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""Of every workbook that is sent."""
CHUNK: Final = 1 << 16
MAX_ROWS: Final = 1_048_575
MAX_TEXT: Final = 32_767
"""UTF-16 units that a cell holds: an emoji counts twice."""
_SURELY_SHORT: Final = MAX_TEXT // 2
SHEETS: Final = {"zh": ("项目", "说明", "字段"), "en": ("Projects", "About", "Fields")}
PRACTICE_TAB: Final = "B53A3A"
"""The red of the tabs of a practice database's workbooks."""
_CUT: Final = CUT_MARKS[1]
_TEXT_STAYS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDE: Final = {
    "name": 36,
    "note": 40,
    "aliases": 24,
    "place_source": 28,
    "documents": 22,
    "lead_units": 28,
    "support_units": 28,
    "duty_units": 28,
    "reported": 20,
    "stage_words": 16,
    "address": 24,
    "cooperation": 30,
}


@dataclass(slots=True)
class Mended:
    """How many cells were changed because a workbook cannot hold their text as it is."""

    control: int = 0
    cut: int = 0

    def text(self, value: str) -> str:
        """Return text a cell can hold: a control character as its symbol (U+0001 → ␁), too long text cut."""
        shown = visible(value)
        self.control += shown != value
        units = shown.encode("utf-16-le")
        if len(units) <= MAX_TEXT * 2:
            return shown
        self.cut += 1
        return units[: (MAX_TEXT - len(_CUT)) * 2].decode("utf-16-le", errors="ignore") + _CUT


def xlsx(library: ExportSource, request: ExportRequest) -> Iterator[bytes]:
    """Yield the workbook. Raises ``BadValue`` when there are more records than a sheet has rows."""
    with TemporaryFile() as file:
        _build(library, request, file)
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece


def _build(library: ExportSource, request: ExportRequest, file: IO[bytes]) -> None:
    facts = head(library, request)
    tally, mended = Tally(), Mended()
    with new_book(file, request, to_disk=True) as book:
        records, about, fields = (book.add_worksheet(name) for name in SHEETS[request.language])
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EDEFF2"})
        with released(library.stream(request.chosen)) as stream:
            _write_records(records, tally.watch(stream), request.language, bold, mended)
        lines = about_lines(library, request, tally, facts)
        _write_about(about, lines + _mended_lines(mended, request.language == "zh"), book)
        _write_fields(fields, request.language, bold)


def mark_practice(sheets: Iterable[Any], language: Language) -> None:
    """Mark sheets of a practice database: a red tab, and the words on top of every printed page."""
    for sheet in sheets:
        sheet.set_tab_color(f"#{PRACTICE_TAB}")
        sheet.set_header(f"&C{PRACTICE[language]}")


@contextmanager
def new_book(file: IO[bytes], request: ExportRequest, *, to_disk: bool = False) -> Iterator[Any]:
    """Open the workbook of a request: text stays text, title and credit are its properties.

    Every sheet of a practice database is marked. ``to_disk`` writes rows away as they come. The file is
    finished only when nothing went wrong; temporary files go in any case.
    """
    book = xlsxwriter.Workbook(file, _TEXT_STAYS | {"constant_memory" if to_disk else "in_memory": True})
    made = request.generated_at.replace(tzinfo=None)
    book.set_properties({"title": request.heading, "comments": request.credit_line, "created": made})
    try:
        yield book
    except BaseException:
        for sheet in book.worksheets() if to_disk else ():
            sheet._opt_close()
        raise
    if request.practice:
        mark_practice(book.worksheets(), request.language)
    book.close()


def _write_records(sheet: Any, records: Iterator[Any], language: Language, bold: Any, mended: Mended) -> None:
    sheet.freeze_panes(1, 2)
    for number, column in enumerate(TABLE_COLUMNS):
        sheet.set_column(number, number, _WIDE.get(column.name, 13))
    _write_row(sheet, 0, headings(language), mended, bold)
    last = 0
    for last, record in enumerate(records, start=1):
        if last > MAX_ROWS:
            raise BadValue(
                f"more than {MAX_ROWS:,} records do not fit on a sheet: narrow the filter or take CSV"
                f"（超过 {MAX_ROWS} 条，工作表放不下：请缩小筛选范围或导出 CSV）"
            )
        _write_row(sheet, last, row(record, language), mended)
    sheet.autofilter(0, 0, last, len(TABLE_COLUMNS) - 1)


def _write_row(sheet: Any, number: int, cells: list[Any], mended: Mended, style: Any = None) -> None:
    """Write one row, past the look for names such as ``A1``: a tenth of the time of a long sheet."""
    write_text, write_number = sheet._write_string, sheet._write_number
    for column, cell in enumerate(cells):
        if cell is None:
            continue
        if isinstance(cell, str):
            plain = cell.isprintable() and len(cell) <= _SURELY_SHORT
            write_text(number, column, cell if plain else mended.text(cell), style)
        else:
            write_number(number, column, cell, style)


def _mended_lines(mended: Mended, zh: bool) -> list[Line]:
    lines: list[Line] = []
    if mended.control:
        lines.append(_noted(_REPLACED[not zh], mended.control))
    if mended.cut:
        lines.append(_noted(_CUT_CELLS[not zh], mended.cut))
    return lines


_REPLACED: Final = (
    ("已替换字符", "{} 个单元格含工作表不能保存的控制字符，已换成可见符号（如 ␁、�）；原文见 GeoJSON。"),
    (
        "Replaced characters",
        "{} cells held control characters that a workbook cannot keep; they are shown as symbols"
        " (␁, �). The GeoJSON has the original.",
    ),
)
_CUT_CELLS: Final = (
    ("已截断单元格", "{} 个单元格超过工作表的长度上限，已截断；全文见 GeoJSON 或 CSV。"),
    ("Shortened cells", "{} cells were longer than a cell can be; GeoJSON and CSV have all of it."),
)


def _noted(words: tuple[str, str], n: int) -> Line:
    return words[0], words[1].format(n)


def _write_about(sheet: Any, lines: list[Line], book: Any) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 100)
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top", "align": "left"})
    mended = Mended()
    for number, (heading, value) in enumerate(lines):
        sheet.write_string(number, 0, heading, bold)
        if isinstance(value, str):
            sheet.write_string(number, 1, mended.text(value), wrap)
        else:
            sheet.write_number(number, 1, value, wrap)


def _write_fields(sheet: Any, language: Language, bold: Any) -> None:
    """Write the dictionary: field name, both headings, meaning."""
    sheet.freeze_panes(1, 0)
    for number, width in enumerate((22, 22, 30, 80)):
        sheet.set_column(number, number, width)
    for number, cells in enumerate((DICTIONARY[language], *TABLE_COLUMNS)):
        _write_row(sheet, number, list(cells), Mended(), bold if number == 0 else None)
