"""The legend as HTML, from :mod:`layers.legend_rows`; the same text for both engines and for the page."""

from __future__ import annotations

from layers.html import element, escape
from layers.legend_rows import Row, Section, Symbol, category_totals, class_texts, sections
from layers.palette import BLUE, BORDER, INK, NO_DATA_EDGE, PALE_ALPHA, SHADE_ALPHA, SHAPES, Sign, sign_of
from layers.scene import Scene

__all__ = ["category_totals", "class_texts", "legend_body", "legend_html", "sign_svg"]

_GLYPH_SINK = {"triangle": 0.28, "drop": 0.2, "pentagon": 0.08}
_DASH = "0.5 0.35"


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


def _swatch(symbol: Symbol) -> str:
    """Return a little coloured box, as strong as the shading on the map."""
    colour = symbol.colour
    lines = f"repeating-linear-gradient(135deg,{colour} 0 3px,{NO_DATA_EDGE} 3px 4px)"
    ground = f"width:100%;height:100%;opacity:{SHADE_ALPHA};background:{lines if symbol.hatched else colour}"
    inner = element("span", style=f"display:block;{ground}")
    edge = f"1px dashed {INK}" if symbol.dashed else f"1px solid {BORDER}"
    return element("span", inner, class_="lg-box", style=f"width:20px;height:13px;border:{edge}")


def _gradient(symbol: Symbol) -> str:
    """Return a bar of the colours from weak to strong."""
    ground = f"background:linear-gradient(90deg,{','.join(symbol.colours)})"
    return element("span", class_="lg-box", style=f"width:44px;height:11px;border-radius:2px;{ground}")


def _badge_picture() -> str:
    """Return the small picture of an area badge."""
    edge = f"border:1px solid {BORDER};border-bottom:3px solid {BLUE};border-radius:3px"
    style = "width:18px;height:11px;" + edge
    return element("span", class_="lg-box", style=style)


def _round(symbol: Symbol, radius: float, fill: str, stroke: str, width: float) -> str:
    """Return a circle, whole or dashed."""
    dash = _DASH if symbol.dashed else "none"
    look = {"fill": fill, "stroke": stroke, "stroke_width": f"{width:g}", "stroke_dasharray": dash}
    return _svg(element("circle", r=f"{radius:g}", **look))


def _pin(symbol: Symbol) -> str:
    """Return the pin of a chosen place."""
    look = {"stroke": INK, "stroke_width": "0.16", "stroke_dasharray": "0.34 0.24"} if symbol.dashed else {}
    dot = element("circle", r="0.34", cy="-0.2", fill="#FFFFFF")
    pin = element("path", d=SHAPES["drop"], transform="rotate(180)", fill=_strong(symbol), **look)
    return _svg(pin, dot)


def _stroke(symbol: Symbol) -> str:
    """Return a piece of line, whole or dashed."""
    dash = _DASH if symbol.dashed else "none"
    look = {"stroke": _strong(symbol), "stroke_width": "0.36", "stroke_dasharray": dash}
    return _svg(element("path", d="M-1.2 0H1.2", fill="none", **look))


def _strong(symbol: Symbol) -> str:
    """Return the colour of a thin sign: the unknown one is darker than its ground, to be seen at all."""
    return NO_DATA_EDGE if symbol.hatched else symbol.colour


def _picture(symbol: Symbol) -> str:
    """Return the picture of a legend line."""
    drawings = {
        "sign": lambda s: sign_svg(sign_of(s.code), pale=s.pale, modelled=s.dashed),
        "shade": _swatch,
        "fill": _swatch,
        "badge": lambda _: _badge_picture(),
        "heat": _gradient,
        "ring": lambda s: _round(s, 0.95, "#FFFFFF", s.colour, 0.3),
        "outline": lambda s: _round(s, 0.95, "none", _strong(s), 0.3),
        "point": lambda s: _round(s, 0.6, _strong(s), INK if s.dashed else "none", 0.2),
        "site": _pin,
        "line": _stroke,
    }
    return drawings[symbol.kind](symbol)


def _row(row: Row) -> str:
    """Return one legend line: picture, words, number at the right."""
    tail = element("span", f"{row.number:,}", class_="lg-n") if row.number is not None else ""
    return element("div", _picture(row.symbol), element("span", escape(row.text)), tail, class_="lg-row")


def _section(section: Section) -> str:
    """Return a heading over lines; an overlay without a title has none."""
    title = [element("div", escape(section.title), class_="lg-title")] if section.title else []
    note = [element("div", escape(section.note), class_="lg-note")] if section.note else []
    return "".join([*title, *map(_row, section.rows), *note])


def legend_body(scene: Scene) -> str:
    """Return the legend without frame, for a page that places it itself (class ``lg``)."""
    return element("div", *map(_section, sections(scene)), class_="lg")


def legend_html(scene: Scene) -> str:
    """Return the legend as the content of a ``<details>``; the engines put it on the map."""
    return element("summary", escape(scene.labels.words["legend"])) + legend_body(scene)
