"""An edition as a workbook: what it is, its projects, what left, and what changed against another edition.

Text stays text (no formula or link is ever made of it), a blank is unknown. A year's cell is blank when the
project is not in the plan that year, 未知 when it is and nobody knows the amount.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from data.exports.request import ExportRequest
from data.exports.xlsx import Mended, new_book
from projects.fields import JsonValue
from projects.plans import words
from projects.plans.editions import (
    CHANGE_ZH,
    Change,
    Comparison,
    Difference,
    Edition,
    EditionKind,
    EditionState,
    Measure,
    PlanEntry,
    Totals,
)
from projects.plans.ports import Editions, Lines, Wanted, Window
from projects.plans.words import Say

Cell = str | int | Decimal | None
Row = Sequence[Cell]
Fact = tuple[str, Cell]
SLICE: Final = 5000
"""Entries that are read at a time."""

_FACTS: Final[Mapping[EditionKind, tuple[str, ...]]] = {
    EditionKind.ROLLING_PLAN: (
        "name",
        "category",
        "prefecture",
        "county",
        "township",
        "stage",
        "delivery_mode",
        "total_investment",
        "start_planned",
        "end_planned",
        "beds",
        "funding_status",
        "lead_units",
        "owner_unit",
        "project_code",
        "basis",
    ),
    EditionKind.CATALOGUE: (
        "name",
        "category",
        "prefecture",
        "county",
        "township",
        "address",
        "promotion_stage",
        "delivery_mode",
        "total_investment",
        "committed",
        "capital_sought",
        "land_status",
        "land_mu",
        "beds",
        "cooperation",
        "owner_unit",
        "basis",
    ),
}
_NUMBERS: Final = frozenset(("total_investment", "committed", "capital_sought", "land_mu", "beds"))
_WIDTHS: Final = {"id": 11, "name": 34, "cooperation": 40, "lead_units": 26, "reason": 24, "moves": 70}


@dataclass(frozen=True, slots=True)
class EditionExport:
    """Which edition is written, against which other one, under the name of which area, in whose words."""

    edition: Edition
    area: str
    say: Say
    against: Edition | None = None
    conditions: str = ""
    """The filter that it was chosen with, in the reader's words; empty when it was picked by hand."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    title: str
    columns: Sequence[tuple[str, str]]
    """Name and heading."""
    rows: Iterable[Row]


def file_name(request: ExportRequest, edition: Edition) -> str:
    """Return the name of an edition's workbook: kind, area, first year and number of the edition."""
    return request.file_name(f"{edition.kind}-{edition.area_code}-{edition.year}-{edition.id}.xlsx")


def edition_book(ask: Editions, request: ExportRequest, asked: EditionExport) -> bytes:
    """Return the workbook; every entry of the edition is in it, whatever the page lists."""
    zh = request.language == "zh"
    edition = asked.edition
    members = _Sheet("项目" if zh else "Projects", _columns(edition, request), _members(ask, asked))
    left = _Sheet(
        "退出" if zh else "Left", _columns(edition, request), _entries(ask, asked, Wanted((Change.LEFT,)))
    )
    sheets = [members, left]
    about = _about(request, asked, ask.totals(edition.id))
    if asked.against is not None:
        about += _comparison_facts(ask.compare(asked.against.id, edition.id), zh)
        titles = _comparison_titles(zh)
        sheets.append(
            _Sheet("与前版比较" if zh else "Differences", titles, _differences(ask, asked, request))
        )
    return _book(request, about, sheets)


# ---- rows ----


def _columns(edition: Edition, request: ExportRequest) -> list[tuple[str, str]]:
    zh = request.language == "zh"
    years = [(f"plan/{y}", words.title(f"plan/{y}", request.language)) for y in edition.years]
    return [
        ("id", words.title("id", request.language)),
        ("change", "变化" if zh else "Change"),
        ("reason", "理由" if zh else "Reason"),
        *((name, words.title(name, request.language)) for name in _FACTS[edition.kind]),
        *years,
        *([("undated", "年度" if zh else "Years")] if edition.years else []),
    ]


def _members(ask: Editions, asked: EditionExport) -> Iterator[Row]:
    return _entries(ask, asked, Wanted())


def _entries(ask: Editions, asked: EditionExport, wanted: Wanted) -> Iterator[Row]:
    start, matched = 0, 1
    while start < matched:
        page = ask.entries(asked.edition.id, wanted, Window(SLICE, start))
        matched, start = page.matched, start + SLICE
        yield from (_entry(entry, asked) for entry in page.rows)


def _entry(entry: PlanEntry, asked: EditionExport) -> Row:
    edition, say = asked.edition, asked.say
    facts = [_fact(name, entry, say) for name in _FACTS[edition.kind]]
    years = [_planned(entry, year, say) for year in edition.years]
    undated = edition.years and not entry.plan and entry.change is not Change.LEFT
    return [
        entry.project_id,
        say(CHANGE_ZH[entry.change]),
        entry.reason or None,
        *facts,
        *years,
        *([say("年度未明确") if undated else None] if edition.years else []),
    ]


def _fact(name: str, entry: PlanEntry, say: Say) -> Cell:
    held = entry.snapshot.get(name)
    if held is None:
        return None
    return Decimal(str(held)) if name in _NUMBERS else words.value(name, held, say)


def _planned(entry: PlanEntry, year: int, say: Say) -> Cell:
    if year not in entry.plan:
        return None
    amount = entry.plan[year]
    return say("未知") if amount is None else amount


def _differences(ask: Editions, asked: EditionExport, request: ExportRequest) -> Iterator[Row]:
    old = asked.against.id if asked.against else asked.edition.id
    start, matched = 0, 1
    while start < matched:
        page = ask.differences(old, asked.edition.id, Lines(), Window(SLICE, start))
        matched, start = page.matched, start + SLICE
        yield from (_difference(line, asked.say, request.language) for line in page.rows)


def _difference(line: Difference, say: Say, language: str) -> Row:
    return [
        line.entry.project_id,
        line.entry.name,
        say(CHANGE_ZH[line.change]),
        line.reason or None,
        moves_in_words(line, say, language) or None,
    ]


def moves_in_words(line: Difference, say: Say, language: str) -> str:
    """Return what moved in a project as one text: field, old → new."""

    def held(path: str, value: JsonValue) -> str:
        return words.value(path, value, say)

    return "；".join(
        f"{words.title(m.path, language)}：{held(m.path, m.old)} → {held(m.path, m.new)}" for m in line.moves
    )


def _comparison_titles(zh: bool) -> list[tuple[str, str]]:
    names = (
        ("编号", "名称", "变化", "理由", "变动的内容")
        if zh
        else ("ID", "Name", "Change", "Reason", "What moved")
    )
    return list(zip(("id", "name", "change", "reason", "moves"), names, strict=True))


# ---- what the file says about itself ----


def _about(request: ExportRequest, asked: EditionExport, totals: Totals) -> list[Fact]:
    zh, edition = request.language == "zh", asked.edition
    number = edition.number if edition.number is not None else ("尚未编号" if zh else "none yet")
    years = f"{edition.years[0]}–{edition.years[-1]}" if edition.years else str(edition.year)
    facts: list[Fact] = [
        *request.mark,
        ("标题" if zh else "Title", edition.title),
        ("地区" if zh else "Area", f"{asked.area}（{edition.area_code}）"),
        ("年度" if zh else "Years", years),
        ("版次" if zh else "Edition", number),
        ("状态" if zh else "State", asked.say(STATE_ZH[edition.state])),
        ("资料截至" if zh else "Data as of", _moment(edition.proposed_at, request)),
        (
            "公布时间" if zh else "Decided at",
            _moment(edition.decided_at, request),
        ),
        ("选取条件" if zh else "Chosen with", asked.conditions or ("逐项选取" if zh else "picked by hand")),
        ("生成时间" if zh else "Generated at", str(request.generated_at)),
        ("署名" if zh else "Credit", request.credit_line),
        ("项目数" if zh else "Projects", totals.members),
        ("其中新进" if zh else "of these entered", edition.entered),
        ("退出（不计入项目数）" if zh else "Left (not counted)", edition.left),
    ]
    for year, measure in totals.years.items():
        facts += _measure_facts(
            f"{year} 年计划投资（万元）" if zh else f"Planned for {year} (10,000 CNY)", measure, zh
        )
    if edition.years:
        facts.append(("年度未明确的项目" if zh else "Projects of unknown years", totals.undated))
    facts += _measure_facts(
        "总投资（万元）" if zh else "Total investment (10,000 CNY)", totals.investment, zh
    )
    return facts + [("使用须知" if zh else "Please note", pair[not zh]) for pair in _CAVEATS]


def _moment(moment: datetime | None, request: ExportRequest) -> str | None:
    """Return a moment in the office's time, to the minute."""
    return f"{moment.astimezone(request.generated_at.tzinfo):%Y-%m-%d %H:%M}" if moment else None


def _measure_facts(title: str, measure: Measure, zh: bool) -> list[Fact]:
    """Return the sum of what is known, over how many, and how many are left out."""
    return [
        (title, measure.amount if measure.known else None),
        (f"　{'已知' if zh else 'known'}", measure.known),
        (f"　{'未知，不在合计内' if zh else 'unknown, not in the sum'}", measure.unknown),
    ]


def _comparison_facts(found: Comparison, zh: bool) -> list[Fact]:
    counts = {
        "新进": found.new.get(Change.ENTERED),
        "退出": found.old.get(Change.LEFT),
        "保留": found.new.get(Change.KEPT),
    }
    english = {"新进": "Entered", "退出": "Left", "保留": "Kept"}
    facts: list[Fact] = [
        (f"比较：{name}" if zh else f"Compared: {english[name]}", side.count if side else 0)
        for name, side in counts.items()
    ]
    return [*facts, ("　其中内容有变动" if zh else "　of these changed", found.changed)]


STATE_ZH: Final = {
    EditionState.PROPOSED: "待审定",
    EditionState.PUBLISHED: "已公布",
    EditionState.REJECTED: "已退回",
    EditionState.WITHDRAWN: "已撤回",
}
_CAVEATS: Final = (
    (
        "本版内容是编制时的公开资料，公布后不再改动；项目现在的情况请看地图和列表。",
        "An edition holds what was public when it was proposed and never changes; the map shows the present.",
    ),
    (
        "空白为未知或不在该年度，不是零；“未知”表示该年度在列但没有填报金额。",
        "A blank is unknown, or not in the plan that year, never zero; 未知 is in the plan, amount unknown.",
    ),
    (
        "依据为“演示”或“模拟”的内容不是实际项目。",
        "Rows with basis demo or modelled are not real projects.",
    ),
)


# ---- the file ----


def _book(request: ExportRequest, about: Sequence[Fact], sheets: Sequence[_Sheet]) -> bytes:
    file, mended = io.BytesIO(), Mended()
    with new_book(file, request) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EDEFF2"})
        text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "#,##0.######"})
        first = book.add_worksheet("说明" if request.language == "zh" else "About")
        first.set_column(0, 0, 30)
        first.set_column(1, 1, 90)
        for number, (heading, held) in enumerate(about):
            _write(first, (number, 0), heading, head, mended)
            _write(first, (number, 1), held, text, mended)
        for sheet in sheets:
            _fill(book.add_worksheet(sheet.title), sheet, (head, text), mended)
    return file.getvalue()


def _fill(target: Any, sheet: _Sheet, styles: tuple[Any, Any], mended: Mended) -> None:
    """Write one sheet; it prints on A4, one page across."""
    target.set_paper(9)
    target.set_landscape()
    target.fit_to_pages(1, 0)
    target.repeat_rows(0)
    target.freeze_panes(1, 2)
    for column, (name, heading) in enumerate(sheet.columns):
        target.set_column(column, column, _WIDTHS.get(name, 13))
        _write(target, (0, column), heading, styles[0], mended)
    for number, row in enumerate(sheet.rows, start=1):
        for column, held in enumerate(row):
            _write(target, (number, column), held, styles[1], mended)


def _write(target: Any, place: tuple[int, int], held: Cell, style: Any, mended: Mended) -> None:
    if held is None:
        target.write_blank(*place, None, style)
    elif isinstance(held, str):
        target.write_string(*place, mended.text(held), style)
    else:
        target.write_number(*place, held, style)
