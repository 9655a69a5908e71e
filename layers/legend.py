"""The legend as HTML, from the palette table; the same text for both engines and for the page.

Only what the scene shows is listed, always in the order of the table, with its number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

from layers.html import element, escape
from layers.labels import Labels
from layers.palette import (
    BLUE,
    BORDER,
    CATEGORIES,
    FUNDING,
    INK,
    NO_DATA,
    PALE_ALPHA,
    SHADE_ALPHA,
    SHAPES,
    SLOT,
    Sign,
    sign_of,
)
from layers.scene import MODELLED, Choropleth, Counts, Scene

_GLYPH_SINK = {"triangle": 0.28, "drop": 0.2, "pentagon": 0.08}


def _svg(*children: str, size: int = 20) -> str:
    """Return an inline SVG over the box of the palette's shapes."""
    box, side = "-1.35 -1.35 2.7 2.7", str(size)
    return element("svg", *children, viewBox=box, width=side, height=side, aria_hidden="true")


def sign_svg(sign: Sign, size: int = 20, pale: bool = False, modelled: bool = False) -> str:
    """Return the sign of a category as an inline SVG of ``size`` pixels."""
    edge = INK if modelled else sign.colour
    shape = element(
        "path",
        d=SHAPES[sign.shape],
        fill=sign.colour,
        fill_opacity=str(PALE_ALPHA if pale else 1),
        stroke=edge if pale or modelled else "none",
        stroke_width="0.14",
        stroke_dasharray="0.3 0.22" if modelled else "none",
    )
    glyph = element(
        "text",
        escape(sign.glyph),
        x="0",
        y=f"{0.4 + _GLYPH_SINK.get(sign.shape, 0):.2f}",
        font_size="1.1",
        font_weight="700",
        text_anchor="middle",
        fill=INK if pale else sign.ink,
    )
    return _svg(shape, glyph, size=size)


def _row(picture: str, text: str, number: int | None = None) -> str:
    """Return one legend line: picture, words, number at the right."""
    tail = element("span", f"{number:,}", class_="lg-n") if number is not None else ""
    return element("div", picture, element("span", escape(text)), tail, class_="lg-row")


def _swatch(colour: str, hatched: bool = False) -> str:
    """Return a little coloured box, as strong as the shading on the map."""
    lines = f"repeating-linear-gradient(135deg,{colour} 0 3px,#9AA3AE 3px 4px)"
    ground = f"width:100%;height:100%;opacity:{SHADE_ALPHA};background:{lines if hatched else colour}"
    inner = element("span", style=f"display:block;{ground}")
    return element("span", inner, class_="lg-box", style=f"width:20px;height:13px;border:1px solid {BORDER}")


def _number(value: float) -> str:
    """Write a class limit without needless decimals."""
    return f"{value:g}"


def _whole(choropleth: Choropleth) -> bool:
    """Tell whether breaks and values are all whole numbers: then “1–4” says it better than “1 – <5”."""
    known = [v for v in choropleth.values.values() if v is not None]
    return all(float(v).is_integer() for v in (*known, *choropleth.breaks))


def _whole_ranges(breaks: tuple[float, ...]) -> list[str]:
    """Return the classes below the last break as ranges of whole numbers from 0."""
    ranges = [(int(a), int(b) - 1) for a, b in pairwise((0, *breaks))]
    return [f"{low}" if low == high else f"{low}–{high}" for low, high in ranges]


def class_texts(choropleth: Choropleth, labels: Labels) -> list[str]:
    """Return the words of each class, light to dark: “小于 1”, “1–5”, “20 及以上”."""
    breaks = [_number(b) for b in choropleth.breaks]
    if not breaks:
        return [""]
    if _whole(choropleth):
        return [*_whole_ranges(choropleth.breaks), f"{breaks[-1]} {labels.words['and_more']}"]
    middle = [f"{a} – <{b}" for a, b in pairwise(breaks)]
    return [f"{labels.words['below']} {breaks[0]}", *middle, f"{breaks[-1]} {labels.words['and_more']}"]


def _choropleth(scene: Scene) -> list[str]:
    """Return the lines of the shading, with a hatched line for unknown."""
    shading = scene.choropleth
    if shading is None:
        return []
    title = f"{shading.title}（{shading.unit}）" if shading.unit else shading.title
    pairs = zip(shading.colours, class_texts(shading, scene.labels), strict=True)
    rows = [_row(_swatch(colour), text) for colour, text in pairs]
    note = [element("div", escape(shading.note), class_="lg-note")] if shading.note else []
    hatch = _row(_swatch(NO_DATA, hatched=True), scene.labels.words["no_data"])
    return [*_titled(title, rows), hatch, *note]


def _all_counts(scene: Scene) -> Iterable[Counts]:
    """Yield the category counts of everything that stands for records, none of them twice."""
    yield Counter(p.category for p in scene.points)
    yield from (mark.by_category for mark in scene.stacks)
    yield from (mark.by_category for mark in scene.clusters)


def category_totals(scene: Scene) -> dict[str, int]:
    """Return category → records drawn as points, stacks and clusters (badges repeat them: not counted)."""
    totals: Counter[str] = Counter()
    for counts in _all_counts(scene):
        totals.update(counts)
    return dict(totals)


def _signs(scene: Scene, table: Mapping[str, Sign]) -> list[str]:
    """Return one line per sign on the map; numbered without badges only, which repeat the marks."""
    totals = Counter(category_totals(scene))
    for badge in scene.badges:
        for code in badge.by_category:
            totals.setdefault(code, 0)
    names, exact = scene.labels.signs, not scene.badges
    return [
        _row(sign_svg(sign), names.get(code, code), totals[code] if exact else None)
        for code, sign in table.items()
        if code in totals
    ]


def _ring(dash: str, colour: str) -> str:
    """Return a small ring, whole or dashed."""
    circle = element(
        "circle", r="0.95", fill="#FFFFFF", stroke=colour, stroke_width="0.3", stroke_dasharray=dash
    )
    return _svg(circle)


def _badge_picture() -> str:
    """Return the small picture of an area badge."""
    edge = f"border:1px solid {BORDER};border-bottom:3px solid {BLUE};border-radius:3px"
    style = "width:18px;height:11px;" + edge
    return element("span", class_="lg-box", style=style)


def _reading(scene: Scene) -> list[str]:
    """Return how to read fill, dashes and counts, only for what occurs."""
    words, sign = scene.labels.words, sign_of("hospital")
    bases = {m.basis for m in scene.points} | {m.basis for m in scene.lines} | {m.basis for m in scene.shapes}
    lines = [
        (any(p.precision < 3 for p in scene.points), sign_svg(sign), words["exact"]),
        (any(p.precision == 3 for p in scene.points), sign_svg(sign, pale=True), words["township"]),
        (bool(scene.stacks), _ring("none", "#64748B"), words["stack"]),
        (bool(scene.clusters), _ring("none", "#0072B2"), words["cluster"]),
        (bool(scene.badges), _badge_picture(), words["badge"]),
        (MODELLED in bases, sign_svg(sign, pale=True, modelled=True), words["modelled"]),
        (bool(scene.slots), _ring("0.5 0.35", SLOT), words["slot_title"]),
    ]
    return [_row(picture, text) for shown, picture, text in lines if shown]


def _titled(title: str, rows: list[str]) -> list[str]:
    """Put a heading over lines, nothing over none."""
    return [element("div", escape(title), class_="lg-title"), *rows] if rows else []


def legend_body(scene: Scene) -> str:
    """Return the legend without frame, for a page that places it itself (class ``lg``)."""
    words = scene.labels.words
    parts = [
        *_choropleth(scene),
        *_titled(words["signs"], _reading(scene)),
        *_titled(words["category"], _signs(scene, CATEGORIES)),
        *_titled(words["funding"], _signs(scene, FUNDING)),
    ]
    return element("div", *parts, class_="lg")


def legend_html(scene: Scene) -> str:
    """Return the legend as the content of a ``<details>``; the engines put it on the map."""
    return element("summary", escape(scene.labels.words["legend"])) + legend_body(scene)
