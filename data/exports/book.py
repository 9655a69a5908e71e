"""Small workbooks: first what the file is and how to read it, then sheets of rows.

Text stays text (no formula or link is ever made of it), None is a blank cell and means unknown.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from data.exports.request import ExportRequest
from data.exports.source import ExportSource
from data.exports.words import head
from data.exports.xlsx import Mended, new_book

Cell = str | int | Decimal | None
ABOUT: Final = {"zh": "说明", "en": "About"}
_STYLES: Final[dict[str, dict[str, Any]]] = {
    "heading": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EDEFF2"},
    "text": {"valign": "top"},
    "long": {"valign": "top", "text_wrap": True},
    "number": {"valign": "top", "num_format": "#,##0.######"},
    "whole": {"valign": "top", "num_format": "#,##0"},
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, headings, rows, and widths of its columns (the last one repeats)."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int] = (14,)


def about(library: ExportSource, request: ExportRequest) -> list[tuple[str, Cell]]:
    """Return the lines every file begins with: title, when, data version, credit, filter."""
    zh = request.language == "zh"
    facts = head(library, request)
    names = {
        "title": ("内容", "Title"),
        "generated_at": ("生成时间", "Generated at"),
        "data_version": ("数据版本", "Data version"),
        "credit": ("署名", "Credit"),
        "map_approval_number": ("审图号", "Map approval number"),
        "filter_in_words": ("筛选条件", "Filter"),
    }
    return [(pair[not zh], facts[name]) for name, pair in names.items() if facts[name]]


def book(request: ExportRequest, lines: Iterable[tuple[str, Cell]], sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook: the sheet of facts, then the others."""
    file, mended = io.BytesIO(), Mended()
    with new_book(file, request) as made:
        styles = {name: made.add_format(style) for name, style in _STYLES.items()}
        first = made.add_worksheet(ABOUT[request.language])
        _write_facts(first, (*request.mark, *lines), styles, mended)
        for sheet in sheets:
            _write(made.add_worksheet(sheet.title), sheet, styles, mended)
    return file.getvalue()


def _write_facts(
    sheet: Any, lines: Iterable[tuple[str, Cell]], styles: dict[str, Any], mended: Mended
) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 110)
    for number, (heading, value) in enumerate(lines):
        sheet.write_string(number, 0, mended.text(heading), styles["heading"])
        _cell(sheet, (number, 1), value, styles["long"], mended)


def _write(sheet: Any, wanted: Sheet, styles: dict[str, Any], mended: Mended) -> None:
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for number, heading in enumerate(wanted.headings):
        width = wanted.widths[min(number, len(wanted.widths) - 1)]
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, mended.text(heading), styles["heading"])
    for row, cells in enumerate(wanted.rows, start=1):
        for column, value in enumerate(cells):
            _cell(sheet, (row, column), value, styles[_style(value)], mended)


def _style(value: Cell) -> str:
    """Return the style of a cell; a whole number has none of the decimal point that Excel would leave it.

    >>> _style("440200"), _style(12), _style(Decimal("5.0")), _style(Decimal("0.5")), _style(None)
    ('text', 'whole', 'whole', 'number', 'number')
    """
    if isinstance(value, str):
        return "text"
    return "whole" if value is not None and value == int(value) else "number"


def _cell(sheet: Any, at: tuple[int, int], value: Cell, style: Any, mended: Mended) -> None:
    if isinstance(value, str):
        sheet.write_string(*at, mended.text(value), style)
    elif value is not None:
        sheet.write_number(*at, value, style)
