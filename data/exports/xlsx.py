"""An xlsx workbook of three sheets: the records, what this file is, what each column means.

Rows go to disk as they come (``constant_memory``), text stays text (no formula or link is ever made of it),
and what a workbook cannot hold is replaced visibly and reported on the second sheet.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any, Final

import xlsxwriter

from data.exports.pieces import released
from data.exports.request import PRACTICE, ExportRequest, Language, caveats
from data.exports.source import ExportSource
from data.exports.table import TABLE_COLUMNS, Cell, headings, row
from data.exports.tally import Tally, counts
from data.exports.words import head
from projects.errors import BadValue
from projects.summary import DICTIONARY

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""Of every workbook that is sent."""
CHUNK: Final = 1 << 16
MAX_ROWS: Final = 1_048_575
MAX_TEXT: Final = 32_767
SHEETS: Final = {"zh": ("项目", "说明", "字段"), "en": ("Projects", "About", "Fields")}
PRACTICE_TAB: Final = "B53A3A"
"""The red of the tabs of a practice database's workbooks."""
_CUT: Final = "…（单元格已满，全文见 GeoJSON 或 CSV）"
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
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
        shown = _ILLEGAL.sub(_symbol, value)
        self.control += shown != value
        if len(shown) <= MAX_TEXT:
            return shown
        self.cut += 1
        return shown[: MAX_TEXT - len(_CUT)] + _CUT


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
        _write_about(about, _about(facts, request, tally, library, mended), book)
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
    for column, cell in enumerate(cells):
        if isinstance(cell, str):
            sheet.write_string(number, column, mended.text(cell), style)
        elif cell is not None:
            sheet.write_number(number, column, cell, style)


def _about(
    facts: dict[str, Any], request: ExportRequest, tally: Tally, library: ExportSource, mended: Mended
) -> list[tuple[str, Cell]]:
    """Return the lines of the second sheet: heading and value."""
    zh = request.language == "zh"
    parts = counts(tally.count)
    lines: list[tuple[str, Cell]] = [
        *request.mark,
        ("内容" if zh else "Title", facts["title"]),
        ("生成时间" if zh else "Generated at", facts["generated_at"]),
        ("数据版本" if zh else "Data version", facts["data_version"]),
        ("署名" if zh else "Credit", facts["credit"]),
        (
            "审图号" if zh else "Map approval number",
            facts["map_approval_number"] or ("未提供" if zh else "none given"),
        ),
        ("筛选条件" if zh else "Filter", facts["filter_in_words"]),
        (
            "筛选参数" if zh else "Filter parameters",
            "&".join(f"{k}={v}" for k, v in facts["filter"].items()) or "—",
        ),
        *((_COUNTS[name][not zh], n) for name, n in parts.items()),
    ]
    for source in tally.sources(library):
        lines.append(("来源文件" if zh else "Source", _source_line(source, zh)))
    lines += [("使用须知" if zh else "Please note", sentence) for sentence in caveats(request.language)]
    return lines + _mended_lines(mended, zh)


_COUNTS: Final = {
    "matched": ("记录总数", "Records"),
    "points": ("其中：有点位（精度 1–2）", "of these: points (precision 1–2)"),
    "township": ("其中：乡镇级（3）", "of these: township (3)"),
    "county": ("其中：县级（4）", "of these: county (4)"),
    "region": ("其中：地市、功能区或省级（5）", "of these: prefecture, zone or province (5)"),
    "unlocated": ("其中：未定位（0）", "of these: not located (0)"),
}


def _source_line(source: dict[str, Any], zh: bool) -> str:
    title = source["title"] if source["title"] != source["document"] else ""
    n = f"{source['records']} 条" if zh else f"{source['records']} records"
    return f"{source['document']} {title}（{source['as_of_year'] or '—'}）：{n}"


def _mended_lines(mended: Mended, zh: bool) -> list[tuple[str, Cell]]:
    lines: list[tuple[str, Cell]] = []
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


def _noted(words: tuple[str, str], n: int) -> tuple[str, Cell]:
    return words[0], words[1].format(n)


def _write_about(sheet: Any, lines: list[tuple[str, Cell]], book: Any) -> None:
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
            sheet.write_number(number, 1, value or 0, wrap)


def _write_fields(sheet: Any, language: Language, bold: Any) -> None:
    """Write the dictionary: field name, both headings, meaning."""
    sheet.freeze_panes(1, 0)
    for number, width in enumerate((22, 22, 30, 80)):
        sheet.set_column(number, number, width)
    for number, cells in enumerate((DICTIONARY[language], *TABLE_COLUMNS)):
        _write_row(sheet, number, list(cells), Mended(), bold if number == 0 else None)


def _symbol(match: re.Match[str]) -> str:
    """Return the visible stand-in of a character that a workbook cannot hold."""
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"
