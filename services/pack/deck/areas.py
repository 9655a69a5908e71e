"""The slides on areas: a table and chart of all of them, then each county with its map and its projects."""

from collections.abc import Iterator, Sequence
from typing import Final

from data.exports.pieces import batches
from projects.codes import PRECISION_ZH, Category, Level, Precision
from projects.errors import SetupIncomplete
from services.pack.bench import Bench
from services.pack.deck.content import Area, Content, Row, marked
from services.pack.deck.paper import MARGIN, ROOM, ROW, TOP, Box, Deck, Slide, cut
from services.pack.words import category_name, number

MAP_PX: Final = 1100
"""Width of a county's map: sharp on a wall, and a hundred of them stay below 20 MB."""
_MAP: Final = Box(MARGIN, 1.75, 5.7, 4.95)
_LIST: Final = Box(6.4, 1.75, 6.43, 5)
BESIDE, WHOLE = 13, 14
"""Rows of a list beside a map, and of one over a whole slide."""
_BARS, _COLUMN, _MOST_LISTED = 12, 14, 140
Line = tuple[str, str, int]
"""An area's name, level and number of records."""


def areas(deck: Deck, content: Content) -> None:
    """Add the table of areas and the slides of each."""
    _table(deck, content)
    for area in content.with_slides:
        bench = deck.bench
        bench.step(bench.pick(f"汇报：{area.name or '未定位'}", f"Slides: {area.name or 'not located'}"))
        _area(deck, area)


def _table(deck: Deck, content: Content) -> None:
    """List the areas with their numbers, the biggest as a chart; they add up to all records."""
    bench = deck.bench
    slide = deck.slide(bench.pick("在哪里：按地区", "Where: by area"))
    biggest = sorted(content.areas, key=lambda area: -area.total)[:_BARS]
    biggest = [area for area in biggest if area.total]
    slide.bars(
        Box(MARGIN, TOP, 6.6, 5.4),
        [name_of(bench, area) for area in biggest],
        [area.total for area in biggest],
        bench.pick("项目最多的地区", "Areas with most projects"),
    )
    columns = list(batches(_area_rows(bench, content), _COLUMN))
    _columns(bench, slide, columns[:1], 7.4)
    for pair in batches(columns[1:], 2):
        more = deck.slide(bench.pick("在哪里：按地区（续）", "Where: by area (continued)"))
        _columns(bench, more, pair, MARGIN)


def _columns(bench: Bench, slide: Slide, columns: Sequence[Sequence[Line]], left: float) -> None:
    heads = bench.pick("地区|级别|项目", "Area|Level|Projects").split("|")
    for k, rows in enumerate(columns):
        slide.table(Box(left + k * 6.3, TOP, 5.4, 5), heads, rows, (3.3, 1.5, 1))


def _area_rows(bench: Bench, content: Content) -> Iterator[Line]:
    """Yield name, level and number of each area, of very many those with most, and the whole."""
    by_size = sorted(content.areas, key=lambda area: -area.total)
    named = {area.code for area in by_size[:_MOST_LISTED]}
    for area in content.areas:
        if area.code in named:
            yield name_of(bench, area), _level(bench, area), area.total
    rest = by_size[_MOST_LISTED:]
    if rest:
        words = bench.pick(f"其余 {len(rest)} 个地区", f"{len(rest)} other areas")
        yield words, "", sum(area.total for area in rest)
    yield bench.pick("合计", "Total"), "", content.matched


def name_of(bench: Bench, area: Area) -> str:
    """Return what an area is called on a slide."""
    return area.name or bench.pick("未定位", "Not located")


def _level(bench: Bench, area: Area) -> str:
    words = {
        "county": bench.pick("县", "county"),
        "zone": bench.pick("功能区", "zone"),
        "prefecture": bench.pick("只知到市", "prefecture only"),
        "province": bench.pick("只知到省", "province only"),
    }
    return words.get(area.level, "—")


def _area(deck: Deck, area: Area) -> None:
    """Add the slide of an area, a county with its map, and as many more as its list needs."""
    slide = deck.slide(_title(deck.bench, area))
    slide.text(Box(MARGIN, 1.1, ROOM, 0.5), [cut(_summary(deck.bench, area), ROOM - 0.3, 12, 2)], size=12)
    mapped = area.level == Level.COUNTY and _draw_map(deck, slide, area)
    first = BESIDE if mapped else WHOLE - 1
    _list(deck, slide, area.rows[:first], beside=mapped)
    pages = list(batches(area.rows[first:], WHOLE))
    for page, rows in enumerate(pages, start=2):
        place = f"{page}/{len(pages) + 1}"
        more = deck.slide(_title(deck.bench, area) + deck.bench.pick(f"（{place}）", f" ({place})"))
        _list(deck, more, rows, beside=False, top=TOP)


def _title(bench: Bench, area: Area) -> str:
    name = name_of(bench, area)
    if area.level == "prefecture":
        return bench.pick(f"{name}（只知到市）", f"{name} (known to the prefecture only)")
    if area.level == "province":
        return bench.pick(f"{name}（只知到省）", f"{name} (known to the province only)")
    return f"{area.above} · {name}" if area.above and area.above != name else name


def _summary(bench: Bench, area: Area) -> str:
    """Return an area's numbers in one line; a county that nobody named is no county without services."""
    if not area.total:
        text = bench.pick(
            "没有符合条件的项目。这里统计的是文件点名的项目，不代表没有现有服务。",
            "No matching project. Projects named in plans are counted, not services in existence.",
        )
    else:
        parts = [
            f"{category_name(bench, code)} {area.by_category[code]}"
            for code in Category
            if area.by_category[code]
        ]
        shown = bench.pick("、", ", ").join(parts)
        records = "record" if area.total == 1 else "records"
        text = bench.pick(f"{area.total:,} 条：{shown}", f"{area.total:,} {records}: {shown}")
    if area.touching:
        text += bench.pick(
            f"；另有 {area.touching} 条别处的记录涉及本县，不计入",
            f"; {area.touching} records of other areas touch this county and are not counted here",
        )
    left = area.total - len(area.rows)
    if left:
        text += bench.pick(
            f"；列出 {len(area.rows)} 条，其余 {left:,} 条见项目表", f"; {left:,} are not listed"
        )
    return text


def _draw_map(deck: Deck, slide: Slide, area: Area) -> bool:
    """Put the county's map on the slide; without a Chinese font a sentence stands there instead."""
    from services.pack.maps.maps import county_map_png

    bench = deck.bench
    words = bench.pick(f"{area.name}地图，{area.total} 条记录", f"Map of {area.name}, {area.total} records")
    try:
        slide.picture(_MAP, county_map_png(bench, area.code, MAP_PX), words)
    except SetupIncomplete as error:
        slide.text(_MAP, [str(error)], size=12, colour=deck.colour("warning"))
    return True


def _list(deck: Deck, slide: Slide, rows: Sequence[Row], *, beside: bool, top: float = _LIST.top) -> None:
    """Write a list of records: beside a map the main columns, over a whole slide more."""
    if not rows:
        return
    bench = deck.bench
    if beside:
        heads = bench.pick("编号|名称|类别|阶段", "ID|Name|Category|Stage").split("|")
        slide.table(_LIST, heads, [_cells(bench, row)[:4] for row in rows], (1, 3.4, 1.5, 0.9), 10.5)
        return
    heads = bench.pick(
        "编号|名称|类别|阶段|总投资（万元）|资金|定位精度",
        "ID|Name|Category|Stage|Total, 10k CNY|Funding|Place known to",
    ).split("|")
    box = Box(MARGIN, top, ROOM, ROW * (len(rows) + 1))
    slide.table(box, heads, [_cells(bench, row) for row in rows], (1, 4.6, 1.6, 1, 1.5, 1, 1.7), 10.5)


def _cells(bench: Bench, row: Row) -> tuple[str, ...]:
    """Return a record's cells; unknown is written, modelled and practice records are marked."""
    return (
        row.id,
        marked(bench, row.basis, row.name),
        category_name(bench, row.category),
        bench.words(row.stage),
        number(row.total) if row.total is not None else bench.pick("未知", "unknown"),
        bench.words(row.funding),
        bench.words(PRECISION_ZH[Precision(row.precision)]),
    )
