"""Workbooks of investment promotion: first what the file is and how to read it, then the rows.

Text stays text (no formula or link is ever made of it), a blank is unknown. ``say`` gives the word of a code
in the language of the request.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from data.exports.promotion_columns import (
    CAVEATS,
    EVENT,
    FUNNEL,
    OPPORTUNITY,
    SHOWN,
    Cell,
    Say,
    area_name,
    basis,
    cohort,
    label,
    shown,
)
from data.exports.request import ExportRequest
from data.exports.source import ExportSource
from data.exports.words import head
from data.exports.xlsx import Mended, new_book
from projects.promotion import comparing
from projects.promotion.comparing import Site
from projects.promotion.events import Event
from projects.promotion.funnel import Funnel
from projects.promotion.opportunities import OpportunityPage
from projects.promotion.shown import Shown

NUMBER_FORMAT: Final = "#,##0.######"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of rows: its name, headings, rows and widths of its columns (the last width repeats)."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int] = (14,)
    landscape: bool = False
    marked: frozenset[int] = field(default_factory=frozenset)
    """Rows (counted from 0) on a coloured ground."""


def opportunities_book(
    library: ExportSource, request: ExportRequest, page: OpportunityPage, say: Say
) -> bytes:
    """Return the open records as a workbook; contacts are not in it."""
    zh = request.language == "zh"
    totals = page.totals
    sums: list[tuple[str, Cell]] = [
        ("对外招商（条）" if zh else "Open to capital", totals.open),
        ("不对外招商（条）" if zh else "Closed", totals.closed),
        ("未说明是否招商（条）" if zh else "Not said", totals.unsaid),
        ("已知缺口合计（万元）" if zh else "Known gaps (10,000 CNY)", totals.gap),
        ("缺口已知（条）" if zh else "Records with a known gap", totals.gap_known),
        ("拟引资额合计（万元）" if zh else "Capital sought (10,000 CNY)", totals.sought),
        ("拟引资额已知（条）" if zh else "Records with a known amount", totals.sought_known),
        ("本文件列出（条）" if zh else "Listed here", len(page.items)),
    ]
    headings = [pair[not zh] for pair, _ in OPPORTUNITY]
    rows = [[read(one, say) for _, read in OPPORTUNITY] for one in page.items]
    sheet = Sheet("招商机会" if zh else "Opportunities", headings, rows, (12, 34, 14))
    return _book(request, _about(library, request, "opportunities", sums), [sheet])


def comparison_book(library: ExportSource, request: ExportRequest, sites: Sequence[Site], say: Say) -> bytes:
    """Return a comparison as a workbook that prints on one A4 page across."""
    zh = request.language == "zh"
    rows = comparing.rows(sites)
    headings = [
        "",
        *(f"{s.facts.name}（{s.facts.id}）" for s in sites),
        "差异" if zh else "Differs",
    ]
    cells = [[label(r.attribute, zh), *(shown(v, r.attribute.type, say) for v in r.values)] for r in rows]
    for row, line in zip(rows, cells, strict=True):
        line.append("●" if row.differs else None)
    known: list[Cell] = ["依据" if zh else "Basis", *(basis(s.facts, say) for s in sites), None]
    marked = frozenset(n for n, row in enumerate(rows) if row.differs)
    sheet = Sheet("比选" if zh else "Comparison", headings, [*cells, known], (30, 26), True, marked)
    return _book(request, _about(library, request, "comparison", ()), [sheet])


def funnel_book(library: ExportSource, request: ExportRequest, found: Funnel) -> bytes:
    """Return a funnel as a workbook: whole and areas, periods."""
    zh = request.language == "zh"
    ask = found.ask
    facts: list[tuple[str, Cell]] = [
        ("签约时间" if zh else "Signed from – to", f"{ask.first} – {ask.last}"),
        ("截至日" if zh else "Steps reached by", str(ask.as_of)),
        ("无签约日期（条，未计入）" if zh else "Without a date of signing (left out)", found.whole.undated),
    ]
    headings = [pair[not zh] for pair, _ in FUNNEL]
    whole = ["合计" if zh else "All", *cohort(found.whole)]
    areas = [[area_name(one, zh), *cohort(one)] for one in found.by_area]
    periods = [[one.name, *cohort(one)] for one in found.by_period]
    first = ["地区" if zh else "Area", *headings]
    return _book(
        request,
        _about(library, request, "funnel", facts),
        [
            Sheet("分地区" if zh else "By area", first, [whole, *areas], (22, 11), True, frozenset({0})),
            Sheet(
                "分时间" if zh else "By period",
                ["签约时间" if zh else "Signed in", *headings],
                [whole, *periods],
                (14, 11),
                True,
                frozenset({0}),
            ),
        ],
    )


def events_book(
    library: ExportSource,
    request: ExportRequest,
    events: Iterable[Event],
    say: Say,
    projects: Iterable[Shown] = (),
) -> bytes:
    """Return visits and leads that the reader may see as a workbook, marked confidential.

    ``projects``, shown at the meetings among them, have a sheet of their own, with what came of each.
    """
    zh = request.language == "zh"
    rows = [[read(one, say) for _, read in EVENT] for one in events]
    headings = [pair[not zh] for pair, _ in EVENT]
    sheet = Sheet("考察与线索" if zh else "Visits and leads", headings, rows, (8, 10, 12, 12, 24))
    lines = [[read(one, say) for _, read in SHOWN] for one in projects]
    titles = [pair[not zh] for pair, _ in SHOWN]
    second = Sheet("推介的项目" if zh else "Projects shown", titles, lines, (8, 12, 34, 10, 14, 30))
    return _book(request, _about(library, request, "events", ()), [sheet, second] if lines else [sheet])


# ---- the file ----


def _about(
    library: ExportSource, request: ExportRequest, kind: str, facts: Iterable[tuple[str, Cell]]
) -> list[tuple[str, Cell]]:
    """Return the lines of the first sheet: heading and value."""
    zh = request.language == "zh"
    known = head(library, request)
    parameters = "&".join(f"{k}={v}" for k, v in known["filter"].items())
    return [
        *request.mark,
        ("内容" if zh else "Title", known["title"]),
        ("生成时间" if zh else "Generated at", known["generated_at"]),
        ("数据版本" if zh else "Data version", known["data_version"]),
        ("署名" if zh else "Credit", known["credit"]),
        ("筛选条件" if zh else "Filter", known["filter_in_words"]),
        ("筛选参数" if zh else "Filter parameters", parameters or "—"),
        *facts,
        *(("使用须知" if zh else "Please note", pair[not zh]) for pair in CAVEATS[kind]),
    ]


def _book(request: ExportRequest, about: Sequence[tuple[str, Cell]], sheets: Sequence[Sheet]) -> bytes:
    file, mended = io.BytesIO(), Mended()
    with new_book(file, request) as book:
        styles = {
            "head": book.add_format(
                {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EDEFF2"}
            ),
            "text": book.add_format({"text_wrap": True, "valign": "top", "num_format": NUMBER_FORMAT}),
            "marked": book.add_format(
                {"text_wrap": True, "valign": "top", "bg_color": "#FBF1D9", "num_format": NUMBER_FORMAT}
            ),
        }
        first = book.add_worksheet("说明" if request.language == "zh" else "About")
        first.set_column(0, 0, 30)
        first.set_column(1, 1, 100)
        for number, (heading, value) in enumerate(about):
            _write(first, (number, 0), heading, styles["head"], mended)
            _write(first, (number, 1), value, styles["text"], mended)
        for sheet in sheets:
            _fill(book.add_worksheet(sheet.title), sheet, styles, mended)
    return file.getvalue()


def _fill(target: Any, sheet: Sheet, styles: Mapping[str, Any], mended: Mended) -> None:
    """Write one sheet and how it prints: A4, one page across."""
    target.set_paper(9)
    target.fit_to_pages(1, 1 if sheet.landscape and len(sheet.rows) < 60 else 0)
    target.repeat_rows(0)
    target.freeze_panes(1, 1)
    if sheet.landscape:
        target.set_landscape()
    for column in range(len(sheet.headings)):
        target.set_column(column, column, sheet.widths[min(column, len(sheet.widths) - 1)])
        _write(target, (0, column), sheet.headings[column], styles["head"], mended)
    for number, row in enumerate(sheet.rows):
        style = styles["marked" if number in sheet.marked else "text"]
        for column, value in enumerate(row):
            _write(target, (number + 1, column), value, style, mended)


def _write(target: Any, place: tuple[int, int], value: Cell, style: Any, mended: Mended) -> None:
    if value is None:
        target.write_blank(*place, None, style)
    elif isinstance(value, str):
        target.write_string(*place, mended.text(value), style)
    else:
        target.write_number(*place, value, style)
