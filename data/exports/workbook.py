"""The office workbook: sheets 项目, 资金, 里程碑, 审批手续 to fill in, 说明 how to, 字典 with the lists.

Blank (with one example row per sheet) or filled with what the library holds of one owner unit. Text stays
text: nothing an office wrote becomes a formula, here or after it is typed over.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from data.exports import cover, workbook_indicators
from data.exports.cover import Cover
from data.exports.request import PRACTICE, PRACTICE_PREFIX
from data.exports.workbook_cells import Shown, line_rows, project_row
from data.exports.workbook_columns import (
    APPROVALS,
    EXAMPLES,
    FINANCE,
    HOW_TO,
    LISTS,
    MILESTONES,
    PROJECTS,
    RISKY,
    Column,
    sheets_of,
)
from data.exports.workbook_indicators import Figures
from data.exports.workbook_lists import Lists
from data.exports.workbook_words import how_to
from data.exports.xlsx import Mended, mark_practice
from projects.fields import FieldType
from projects.filing.desk import Held
from projects.identity import OwnerUnit
from projects.intake.cover_sheet import MARK
from projects.intake.importing import CLEAR

Language = str
_LINES: Final = {FINANCE: "finance", MILESTONES: "milestone", APPROVALS: "approval"}
"""Sheet → the list whose rows it holds."""
SPARE_ROWS: Final = 2000
"""Empty rows below the last one that have drop-downs too."""
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
_MEASURES: Final = frozenset({FieldType.MONEY, FieldType.DECIMAL, FieldType.INTEGER, FieldType.YEAR})
_STYLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "heading": {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#DCE6F1", "border": 1},
    "needed": {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#F8CBAD", "border": 1},
    "program": {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#D9D9D9", "border": 1},
    "text": {"valign": "top"},
    "long": {"valign": "top", "text_wrap": True},
    "bold": {"valign": "top", "bold": True},
    "risky": {"valign": "top", "quote_prefix": True},
    "date": {"valign": "top", "num_format": "yyyy-mm-dd"},
    "degrees": {"valign": "top", "num_format": "0.000000"},
    "grey": {"valign": "top", "font_color": "#7F7F7F", "bg_color": "#F2F2F2"},
    "example": {"valign": "top", "font_color": "#7F7F7F", "italic": True, "bg_color": "#FFF9E5"},
    "code": {"valign": "top", "num_format": "@"},
}


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into a workbook; without records it is a blank one with examples."""

    unit: OwnerUnit
    lists: Lists
    made_at: datetime
    held: Sequence[Held] = ()
    language: Language = "zh"
    practice: bool = False
    figures: Figures | None = None
    """What goes into the sheet 指标; there is none when nothing is needed of the unit."""
    cover: Cover | None = None
    """The first sheet of a Monday list."""

    @property
    def file_name(self) -> str:
        """Return the Chinese name of the file."""
        kind = "填报表" if self.held else "空白填报表"
        mark = PRACTICE_PREFIX["zh"] if self.practice else ""
        what = "周一清单" if self.cover else f"健康产业项目{kind}"
        return f"{mark}{self.unit.name}_{what}_{self.made_at:%Y%m%d}.xlsx"


def workbook(content: Content) -> bytes:
    """Return the workbook as bytes."""
    file = io.BytesIO()
    with _open(file) as book:
        styles = {name: book.add_format(dict(style)) for name, style in _STYLES.items()}
        data = sheets_of(content.made_at.year)
        needed = content.figures if content.figures and content.figures.needed else None
        first = (cover.SHEET,) if content.cover else ()
        more = (workbook_indicators.SHEET,) if needed else ()
        sheets = {name: book.add_worksheet(name) for name in (*first, *data, *more, HOW_TO, LISTS)}
        ranges = _write_lists(sheets[LISTS], data, content.lists, styles)
        for name, columns in data.items():
            writer = _Sheet(sheets[name], columns, styles, content.language)
            writer.write(_rows(name, columns, content), name)
            writer.offer(ranges[name])
        if needed:
            workbook_indicators.write(sheets[workbook_indicators.SHEET], needed, styles, content.language)
        _write_how_to(sheets[HOW_TO], content, styles)
        if content.cover:
            written = sheets[cover.SHEET], content.cover, styles, content.language
            cover.write(*written, practice=content.practice)
        if content.practice:
            mark_practice(sheets.values(), "en" if content.language == "en" else "zh")
        sheets[cover.SHEET if content.cover else PROJECTS].activate()
    return file.getvalue()


@contextmanager
def _open(file: io.BytesIO) -> Iterator[Any]:
    book = xlsxwriter.Workbook(file, _OPTIONS)
    try:
        yield book
    finally:
        book.close()


def _rows(name: str, columns: Sequence[Column], content: Content) -> Iterator[Mapping[str, Shown]]:
    """Yield the rows of a data sheet."""
    kind = _LINES.get(name, "")
    for held in content.held:
        if kind:
            yield from line_rows(held, kind, columns, content.lists)
        else:
            yield project_row(held, columns, content.lists)


class _Sheet:
    """One data sheet under way."""

    def __init__(
        self, sheet: Any, columns: Sequence[Column], styles: Mapping[str, Any], language: str
    ) -> None:
        self._sheet, self._columns, self._styles, self._language = sheet, columns, styles, language
        self._mended = Mended()
        self._last = 0

    def write(self, rows: Iterable[Mapping[str, Shown]], name: str) -> None:
        """Write headings and rows; an example stands where there is no row."""
        self._headings()
        for row in rows:
            self._last += 1
            for number, column in enumerate(self._columns):
                shown = row.get(column.name)
                if shown is not None:
                    self._cell(number, column, shown)
        if not self._last:
            self._example(EXAMPLES[name])
        self._sheet.freeze_panes(1, 3)
        self._sheet.autofilter(0, 0, max(self._last, 1), len(self._columns) - 1)

    def offer(self, ranges: Mapping[str, str]) -> None:
        """Add drop-downs and limits, to the rows there are and to spare ones."""
        for number, column in enumerate(self._columns):
            rule = _rule(column, ranges.get(column.name, ""))
            if rule:
                self._sheet.data_validation(1, number, self._last + SPARE_ROWS, number, rule)

    def _headings(self) -> None:
        self._sheet.set_row(0, 34)
        for number, column in enumerate(self._columns):
            self._sheet.set_column(number, number, column.width)
            self._sheet.write_string(0, number, column.heading, self._styles[_heading_style(column)])
            note = _note(column, self._language)
            if note:
                self._sheet.write_comment(0, number, note, {"x_scale": 2, "y_scale": 1.4})

    def _cell(self, number: int, column: Column, shown: Shown) -> None:
        value, row = shown.value, self._last
        if isinstance(value, str):
            self._sheet.write_string(
                row, number, self._mended.text(value), self._styles[_style(column, value)]
            )
        elif isinstance(value, date):
            self._sheet.write_datetime(
                row, number, datetime.combine(value, datetime.min.time()), self._styles["date"]
            )
        elif value is not None:
            self._sheet.write_number(row, number, value, self._styles[_style(column, "")])
        if shown.note:
            self._sheet.write_comment(row, number, shown.note)

    def _example(self, values: Mapping[str, str | int | float]) -> None:
        self._last = 1
        for number, column in enumerate(self._columns):
            self._sheet.write(1, number, values.get(column.name, ""), self._styles["example"])


def _heading_style(column: Column) -> str:
    if column.field is None:
        return "program"
    return "needed" if column.field.required else "heading"


def _style(column: Column, value: str) -> str:
    if column.field is None and column.name != "owner_name":
        return "grey"
    if value.startswith(RISKY):
        return "risky"
    if column.name in ("lon", "lat"):
        return "degrees"
    if column.name in ("project_code", "contact_phone"):
        return "code"
    return "long" if column.field and column.field.type is FieldType.LONG_TEXT else "text"


def _note(column: Column, language: str) -> str:
    """Return the note on a heading: help, unit, limits, whether it is needed."""
    english = language == "en"
    field = column.field
    parts = [column.help_en if english else column.help_zh]
    if field is not None:
        if english:
            parts.insert(0, field.en)
        if field.required:
            parts.append("needed for a new row" if english else "新增一行时必填")
        if field.unit_zh:
            parts.append(f"unit {field.unit_zh}" if english else f"单位：{field.unit_zh}")
        if field.type is FieldType.NAMES:
            parts.append("separate names by ；" if english else "多个名称用；分开")
        if field.type is FieldType.DATE:
            parts.append("2026-03-01")
    return "\n".join(part for part in parts if part)


def _rule(column: Column, source: str) -> dict[str, Any] | None:
    """Return the validation of a column: a warning, never a bar, for 清除 may stand in any cell."""
    field = column.field
    said = {"error_type": "warning", "error_title": "请核对", "ignore_blank": True}
    if source:
        message = f"不在「字典」的选项中。要清空原值请填「{CLEAR}」。"
        return {"validate": "list", "source": source, "error_message": message, **said}
    if field is None or field.type not in _MEASURES or field.lowest is None or field.highest is None:
        return None
    kind = "decimal" if field.type in (FieldType.MONEY, FieldType.DECIMAL) else "integer"
    limits = {"minimum": float(field.lowest), "maximum": float(field.highest)}
    message = f"应是 {field.lowest}–{field.highest} 之间的数。未知请留空；要清空原值请填「{CLEAR}」。"
    return {"validate": kind, "criteria": "between", "error_message": message, **limits, **said}


def _write_lists(
    sheet: Any, data: Mapping[str, Sequence[Column]], lists: Lists, styles: Mapping[str, Any]
) -> dict[str, dict[str, str]]:
    """Write every list into a column of its own; return sheet name → column name → its range."""
    ranges: dict[str, dict[str, str]] = {name: {} for name in data}
    written: dict[tuple[str, ...], str] = {}
    for name, columns in data.items():
        for column in columns:
            options = tuple(lists.options(column.field)) if column.field else ()
            if options:
                if options not in written:
                    written[options] = _write_list(sheet, len(written), column.heading, options, styles)
                ranges[name][column.name] = written[options]
    sheet.freeze_panes(1, 0)
    return ranges


def _write_list(
    sheet: Any, number: int, heading: str, options: Sequence[str], styles: Mapping[str, Any]
) -> str:
    sheet.set_column(number, number, max(14, *(2 * len(option) for option in options)))
    sheet.write_string(0, number, heading, styles["heading"])
    for row, option in enumerate(options, start=1):
        sheet.write_string(row, number, option)
    letter = xl_col_to_name(number)
    return f"={LISTS}!${letter}$2:${letter}${len(options) + 1}"


def _write_how_to(sheet: Any, content: Content, styles: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 110)
    lines = how_to(content.unit.name, content.made_at, len(content.held), content.language)
    marked = [("演示", f"{PRACTICE['zh']} · {PRACTICE['en']}")] if content.practice else []
    listed = [(MARK, content.cover.mark)] if content.cover else []
    for number, (heading, sentence) in enumerate((*marked, *lines, *listed)):
        sheet.write_string(number, 0, heading, styles["needed"] if not number else styles["heading"])
        sheet.write_string(number, 1, sentence, styles["long"])


__all__ = ["Content", "workbook"]
