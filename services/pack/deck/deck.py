"""The slide deck of a pack: what there is, the money, what is late, each county with its map, the sources.

Which sections and in what order is the office's to say (``pack.toml``). Tables and charts are PowerPoint's
own and can be edited. Records that are not listed one by one are counted in the table of areas, and every
list that is cut says how many it leaves out.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from data.exports.request import caveats
from data.exports.words import filter_in_words
from projects.codes import Category
from services.pack.bench import Bench, Held
from services.pack.deck.areas import areas
from services.pack.deck.content import Content, gather
from services.pack.deck.late import late
from services.pack.deck.money import money
from services.pack.deck.paper import MARGIN, ROOM, TOP, Box, Deck, cut
from services.pack.words import category_name

Section = Callable[[Deck, Content], None]
PICTURES: Final = (".png", ".jpg", ".jpeg")
"""Logos that PowerPoint takes; an SVG stands in the PDF files alone."""


def deck_pptx(bench: Bench, path: Path) -> Held:
    """Write the deck of the bench's filter."""
    bench.step(bench.pick("汇报：读取记录", "Slides: reading records"))
    content = gather(bench)
    deck = Deck(bench, heading(bench))
    for name in bench.template.sections("deck"):
        _SECTIONS[name](deck, content)
    deck.write(path)
    return Held(content.matched, {"slides": deck.slides, "listed": content.listed})


def heading(bench: Bench) -> str:
    """Return the title of the deck: the one given, else the template's, marked where all is invented."""
    request = bench.request
    title = request.title or bench.template.word("deck_title", request.language)
    return replace(request, title=title).heading


def _title(deck: Deck, content: Content) -> None:
    """Add the first slide: what this is, of what, when, whose."""
    bench, request = deck.bench, deck.bench.request
    slide = deck.slide(heading(bench), first=True)
    if bench.template.logo and bench.template.logo.suffix.lower() in PICTURES:
        high = bench.template.value("logo", "height_mm") / 25.4
        slide.picture(Box(MARGIN, 5.6, 4, high), bench.template.logo.read_bytes(), bench.pick("标志", "Logo"))
    approval = request.approval_number or bench.pick(
        "无审图号，仅供内部使用", "no map approval number: for internal use only"
    )
    scope = filter_in_words(bench.library, request.chosen, request.language)
    slide.text(
        Box(MARGIN, 2.9, ROOM, 3),
        [
            bench.pick(f"{content.matched:,} 条项目记录", f"{content.matched:,} project records"),
            bench.pick("范围：", "Scope: ") + cut(scope, ROOM, 18, lines=3),
            bench.pick("按库中数据制作于：", "Made from the library on: ")
            + f"{request.generated_at:%Y-%m-%d %H:%M}",
            bench.pick("审图号：", "Map approval number: ") + approval,
            *_marks(bench, content),
        ],
        size=18,
    )


def _marks(bench: Bench, content: Content) -> list[str]:
    """Return the sentences about modelled and practice values among the records."""
    found = []
    if content.modelled:
        zh = f"其中 {content.modelled} 条是模拟测算的，名称前标“模拟”，不是已定的项目。"
        en = f"{content.modelled} of them are modelled, marked “modelled”: no decided projects."
        found.append(bench.pick(zh, en))
    if content.demo:
        zh = f"其中 {content.demo} 条是演示数据，全部虚构。"
        found.append(bench.pick(zh, f"{content.demo} of them are practice data, invented."))
    return found


def _overview(deck: Deck, content: Content) -> None:
    """Add what there is by category, as table and chart, and how well the places are known."""
    bench = deck.bench
    slide = deck.slide(bench.pick("有什么：按类别", "What there is: by category"))
    counts = [
        (category_name(bench, code), content.by_category[code])
        for code in Category
        if content.by_category[code]
    ]
    total = (bench.pick("合计", "Total"), content.matched)
    heads = (bench.pick("类别", "Category"), bench.pick("项目", "Projects"))
    slide.table(Box(MARGIN, TOP, 4.6, 5.5), heads, [*counts, total], (3, 1))
    most_first = sorted(counts, key=lambda pair: -pair[1])
    slide.bars(
        Box(5.4, TOP, 7.4, 4.9),
        [name for name, _ in most_first],
        [n for _, n in most_first],
        bench.pick("按类别的项目数", "Projects by category"),
    )
    slide.text(Box(5.4, 6.15, 7.4, 0.7), [_precision(bench, content)], size=12)


def _precision(bench: Bench, content: Content) -> str:
    n = content.tally.count
    return bench.pick(
        f"位置：有点位 {n.points}，乡镇级 {n.township}，只知县 {n.county}，"
        f"只知市、功能区或省 {n.region}，未定位 {n.unlocated}。数量是文件点名的项目数，不是已有服务。",
        f"Places: points {n.points}, township {n.township}, county only {n.county}, prefecture, zone or"
        f" province only {n.region}, not located {n.unlocated}. Projects named in plans, not services in"
        " existence.",
    )


def _sources(deck: Deck, content: Content) -> None:
    """Add the documents behind the records and what one must know before using the numbers."""
    bench, shown = deck.bench, 8
    slide = deck.slide(bench.pick("来源与使用须知", "Sources and notes"))
    found = content.tally.sources(bench.library)
    rows = [
        (one["document"], one["title"] if one["title"] != one["document"] else "—", one["as_of_year"] or "—")
        for one in found[:shown]
    ]
    cells = [(number, title, str(year), found[k]["records"]) for k, (number, title, year) in enumerate(rows)]
    heads = bench.pick("文号|文件|年份|记录", "Number|Document|Year|Records").split("|")
    slide.table(Box(MARGIN, TOP, ROOM, 1), heads, cells, (3, 7, 1, 1))
    rest = len(found) - len(cells)
    more = [bench.pick(f"另有 {rest} 个文件，见项目表。", f"{rest} more: see the table.")] if rest > 0 else []
    top = TOP + 0.34 * (len(cells) + 1) + 0.15
    lines = [*more, *caveats(bench.request.language)]
    slide.text(Box(MARGIN, top, ROOM, 6.8 - top), lines, size=11)


_SECTIONS: Final[Mapping[str, Section]] = {
    "title": _title,
    "overview": _overview,
    "money": money,
    "late": late,
    "counties": areas,
    "sources": _sources,
}
"""Sections of ``pack.toml`` → what adds their slides."""
