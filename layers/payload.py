"""A scene as the compact JSON that both engines send to the browser.

Points travel as columns (ids, lon, lat, category index …) and repeated words as indexes into a table:
about 60 bytes a point. Boundaries are inserted as the text made once by :func:`layers.scene.area_layer`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from layers import palette
from layers.assets import HEAT_JS, LEAFLET_CSS, LEAFLET_JS, url
from layers.html import to_json
from layers.labels import Labels
from layers.legend import class_texts, legend_html
from layers.overlay_rows import overlay_rows
from layers.popup import BASES, category_index, count_pairs, sentence_tables
from layers.scene import MODELLED, Bounds, Choropleth, PointMark, Scene

_DIGITS = 5
"""Decimals of a degree sent to the browser: about a metre, below a pixel at zoom 17."""

_AREAS_SLOT = '"areas":null'


class _Words:
    """Distinct words in the order of first use; ``index`` numbers them."""

    def __init__(self) -> None:
        self.table: dict[str, int] = {"": 0}

    def index(self, word: str) -> int:
        """Return the number of a word, a new one when it is new."""
        return self.table.setdefault(word, len(self.table))


def _basis_index(basis: str) -> int:
    """Return the index of a basis; an unknown one counts as derived, the weakest claim."""
    return BASES.index(basis) if basis in BASES else BASES.index("derived")


def _columns(points: Sequence[PointMark], words: _Words) -> dict[str, list[Any]] | None:
    """Return the columns: id, x, y, c(ategory), p(recision), m(odelled), b(asis), n(ame), a(rea), s(tage)."""
    if not points:
        return None
    return {
        "id": [p.id for p in points],
        "x": [round(p.lon, _DIGITS) for p in points],
        "y": [round(p.lat, _DIGITS) for p in points],
        "c": [category_index(p.category) for p in points],
        "p": [p.precision for p in points],
        "m": [int(p.basis == MODELLED) for p in points],
        "b": [_basis_index(p.basis) for p in points],
        "n": [p.name for p in points],
        "a": [words.index(p.area) for p in points],
        "s": [words.index(p.stage) for p in points],
    }


def _fills(shading: Choropleth | None, labels: Labels) -> dict[str, Any] | None:
    """Return class and words per area; an area without a class is hatched by the browser."""
    if shading is None:
        return None
    classes = {code: shading.class_of(value) for code, value in shading.values.items()}
    known = {code: k for code, k in classes.items() if k is not None}
    unit = f" {shading.unit}" if shading.unit else ""
    text = {code: f"{shading.values[code]:g}{unit}" for code in known}
    return {
        "title": shading.title,
        "colours": shading.colours,
        "classes": known,
        "text": text,
        "names": class_texts(shading, labels),
    }


def _rounded(*degrees: float) -> list[float]:
    return [round(value, _DIGITS) for value in degrees]


def _box(bounds: Bounds | None) -> list[float] | None:
    return _rounded(*bounds) if bounds else None


def _marks(scene: Scene) -> dict[str, Any]:
    """Return the rows of badges, stacks, clusters and slots."""
    return {
        "badges": [
            [b.code, b.level, b.name, b.lon, b.lat, b.total, b.only_here, count_pairs(b.by_category)]
            for b in scene.badges
        ],
        "stacks": [
            [s.id, s.lon, s.lat, s.name, s.ids, count_pairs(s.by_category), s.precision] for s in scene.stacks
        ],
        "clusters": [
            [c.id, *_rounded(c.lon, c.lat), c.count, count_pairs(c.by_category), _box(c.bounds), c.ids]
            for c in scene.clusters
        ],
        "slots": [[s.township_code, s.lon, s.lat, s.count, s.name] for s in scene.slots],
    }


def _ground(scene: Scene) -> dict[str, Any]:
    """Return the rows of lines, shapes and overlays."""
    return {
        "overlays": overlay_rows(scene.overlays),
        "lines": [
            [m.id, m.kind, m.parts, m.name, category_index(m.category), m.basis == MODELLED]
            for m in scene.lines
        ],
        "shapes": [
            [m.id, m.kind, dict(m.geometry), m.name, category_index(m.category), m.basis == MODELLED]
            for m in scene.shapes
        ],
    }


def _palette(labels: Labels) -> dict[str, Any]:
    """Return the colours and signs of the one table, with their names in the language."""
    cats = [
        {"name": labels.signs.get(code, code), "colour": s.colour}
        | {"shape": s.shape, "glyph": s.glyph, "ink": s.ink}
        for code, s in palette.SIGNS.items()
    ]
    return {
        "cats": cats,
        "shapes": palette.SHAPES,
        "pale": palette.PALE_ALPHA,
        "shade": palette.SHADE_ALPHA,
        "ink": palette.INK,
        "land": palette.LAND,
        "border": palette.BORDER,
        "no_data": palette.NO_DATA,
        "no_data_edge": palette.NO_DATA_EDGE,
        "slot": palette.SLOT,
        "zone": palette.ZONE,
        "maritime": palette.MARITIME,
    }


def _frame(scene: Scene) -> dict[str, Any]:
    """Return what surrounds the marks: view, basemap, inset, credit, legend, words."""
    tiles = [{"url": t.url, "max_zoom": t.max_zoom, "subdomains": t.subdomains} for t in scene.basemap]
    credits = [scene.credit, *(t.credit for t in scene.basemap)]
    return {
        "view": [*scene.view.bounds, scene.view.ask] if scene.view else None,
        "tiles": tiles,
        "inset": {"title": scene.inset.title, "bounds": scene.inset.bounds} if scene.inset else None,
        "credit": " ｜ ".join(dict.fromkeys(c for c in credits if c)),
        "selected": scene.selected,
        "words": dict(scene.labels.words),
        "palette": _palette(scene.labels),
        "legend": legend_html(scene),
    }


def scene_tree(scene: Scene) -> dict[str, Any]:
    """Return everything but the boundaries; ``areas`` is the place left for them."""
    words = _Words()
    points = _columns(scene.points, words)
    tree = _frame(scene) | _marks(scene) | _ground(scene)
    tree |= {"areas": None, "points": points, "fills": _fills(scene.choropleth, scene.labels)}
    tree["tables"] = sentence_tables(scene.labels, words.table)
    return tree


def scene_json(scene: Scene) -> str:
    """Return everything but the boundaries as JSON text."""
    return to_json(scene_tree(scene))


def marks_json(scene: Scene) -> str:
    """Return only what stands for records in one view, as JSON text: the answer to a pan.

    Words stand for themselves in ``text``; all else that a mark points into (palette, names of precisions and
    bases) is in the browser already.
    """
    words = _Words()
    points = _columns(scene.points, words)
    marks = _marks(scene) | _ground(scene)
    tree = {name: marks[name] for name in ("stacks", "clusters", "lines", "shapes")}
    return to_json(tree | {"points": points, "text": list(words.table)})


def areas_json(scene: Scene, known: Collection[str] = ()) -> str:
    """Return the boundaries as JSON text; only their key when the browser has them already."""
    if scene.areas is None:
        return "null"
    key = to_json(scene.areas.key)
    body = "" if scene.areas.key in known else f',"geojson":{scene.areas.geojson}'
    return f'{{"key":{key}{body}}}'


def engine_assets() -> dict[str, Any]:
    """Return where the browser finds Leaflet."""
    return {"assets": {"script": url(LEAFLET_JS), "style": url(LEAFLET_CSS), "heat": url(HEAT_JS)}}


def full_json(scene: Scene, known: Collection[str] = (), **more: Any) -> str:
    """Return the whole scene as JSON text; ``more`` are the engine's own top-level entries.

    ``known`` are the keys of boundaries the browser holds: those are not sent again.
    """
    text = scene_json(scene)
    head = to_json(engine_assets() | more)[:-1]
    return head + "," + text[1:].replace(_AREAS_SLOT, f'"areas":{areas_json(scene, known)}', 1)
