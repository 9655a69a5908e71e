"""What the legend says, as data: the HTML legend and the printed one are both written from it.

Only what the scene shows is listed, always in the order of the palette table, with its number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from layers.labels import Labels
from layers.palette import CATEGORIES, FUNDING, HEAT, NO_DATA, SLOT, Sign
from layers.scene import MODELLED, Choropleth, Counts, Overlay, Scene

SymbolKind = Literal["shade", "sign", "ring", "badge", "fill", "outline", "point", "site", "line", "heat"]

RING, CLUSTER_RING = "#64748B", "#0072B2"


@dataclass(frozen=True, slots=True)
class Symbol:
    """The picture of a legend line; ``code`` names the sign of a ``sign``, ``colours`` are a ``heat``."""

    kind: SymbolKind
    colour: str = ""
    hatched: bool = False
    dashed: bool = False
    pale: bool = False
    code: str = ""
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line: picture, words, number at the right when there is one."""

    symbol: Symbol
    text: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading over lines, and the sentence under them."""

    title: str
    rows: tuple[Row, ...]
    note: str = ""


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


def _shading(scene: Scene) -> list[Section]:
    """Return the lines of the shading, with a hatched line for unknown."""
    shading = scene.choropleth
    if shading is None:
        return []
    title = f"{shading.title}（{shading.unit}）" if shading.unit else shading.title
    pairs = zip(shading.colours, class_texts(shading, scene.labels), strict=True)
    rows = [Row(Symbol("shade", colour), text) for colour, text in pairs]
    rows.append(Row(Symbol("shade", NO_DATA, hatched=True), scene.labels.words["no_data"]))
    return [Section(title, tuple(rows), shading.note)]


def heat_colours(overlay: Overlay) -> tuple[str, ...]:
    """Return the colours of a heat overlay from weak to strong: its classes', or the table's."""
    given = tuple(colour for _, colour in overlay.classes)
    return given if len(given) > 1 else HEAT


def _heat_row(overlay: Overlay, labels: Labels) -> Row:
    """Return the bar of a heat overlay with the words of its ends."""
    words = [text for text, _ in overlay.classes]
    weak, strong = (words[0], words[-1]) if len(words) > 1 else (labels.words["weak"], labels.words["strong"])
    return Row(Symbol("heat", colours=heat_colours(overlay)), f"{weak} → {strong}", len(overlay.items))


def _class_rows(overlay: Overlay, labels: Labels) -> list[Row]:
    """Return one line per class, and one for what is unknown or not judged, with how many things each has."""
    counts = Counter(item.of_class for item in overlay.items)
    rows = [
        Row(Symbol(overlay.kind, colour, dashed=overlay.modelled), text, counts[k])
        for k, (text, colour) in enumerate(overlay.classes)
    ]
    if counts[None]:
        grey = Symbol(overlay.kind, NO_DATA, hatched=True, dashed=overlay.modelled)
        rows.append(Row(grey, overlay.unknown or labels.words["no_data"], counts[None]))
    return rows


def _overlay(overlay: Overlay, labels: Labels) -> Section:
    """Return the section of an overlay; under a modelled one stands that it is."""
    rows = [_heat_row(overlay, labels)] if overlay.kind == "heat" else _class_rows(overlay, labels)
    return Section(overlay.title, tuple(rows), labels.words["modelled"] if overlay.modelled else "")


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


def _signs(scene: Scene, title: str, table: Mapping[str, Sign], known: Counts | None) -> Section:
    """Return one line per sign on the map; numbered without badges only, which repeat the marks.

    ``known``: the records by sign, where they have been counted elsewhere.
    """
    if known is not None:
        return _counted_signs(scene, title, table, known)
    totals = Counter(category_totals(scene))
    for badge in scene.badges:
        for code in badge.by_category:
            totals.setdefault(code, 0)
    names, exact = scene.labels.signs, not scene.badges
    rows = [
        Row(Symbol("sign", code=code), names.get(code, code), totals[code] if exact else None)
        for code in table
        if code in totals
    ]
    return Section(title, tuple(rows))


def _counted_signs(scene: Scene, title: str, table: Mapping[str, Sign], known: Counts) -> Section:
    """Return one line per sign that has records, with their number."""
    names = scene.labels.signs
    rows = (
        Row(Symbol("sign", code=code), names.get(code, code), known[code])
        for code in table
        if known.get(code)
    )
    return Section(title, tuple(rows))


def _reading(scene: Scene, paper: bool) -> Section:
    """Return how to read fill, dashes and counts, only for what occurs."""
    words, sign, on = scene.labels.words, "hospital", "_paper" if paper else ""
    precisions = {p.precision for p in scene.points}
    bases = {m.basis for m in scene.points} | {m.basis for m in scene.lines} | {m.basis for m in scene.shapes}
    lines = [
        (bool(precisions & {1, 2} or scene.cells), Symbol("sign", code=sign), words["exact"]),
        (3 in precisions, Symbol("sign", code=sign, pale=True), words["township"]),
        (bool(scene.stacks), Symbol("ring", RING), words["stack"]),
        (bool(scene.clusters or scene.cells), Symbol("ring", CLUSTER_RING), words["cluster" + on]),
        (bool(scene.badges), Symbol("badge"), words["badge" + on]),
        (MODELLED in bases, Symbol("sign", code=sign, pale=True, dashed=True), words["modelled"]),
        (bool(scene.slots), Symbol("ring", SLOT, dashed=True), words["slot_title"]),
    ]
    return Section(words["signs"], tuple(Row(symbol, text) for shown, symbol, text in lines if shown))


def sections(scene: Scene, *, paper: bool = False, known: Counts | None = None) -> list[Section]:
    """Return the legend of a scene from top to bottom; a section without lines is left out.

    ``paper``: nothing can be clicked. ``known``: the records by sign, where they have been counted elsewhere.
    """
    words = scene.labels.words
    found = [
        *_shading(scene),
        *(_overlay(one, scene.labels) for one in scene.overlays),
        _reading(scene, paper),
        _signs(scene, words["category"], CATEGORIES, known),
        _signs(scene, words["funding"], FUNDING, known),
    ]
    return [section for section in found if section.rows]
