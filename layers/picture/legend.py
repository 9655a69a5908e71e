"""The legend of a picture, from the same lines as the legend of the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layers.fonts import width as text_width
from layers.fonts import wrap
from layers.legend_rows import Row, Section, Symbol, sections
from layers.palette import BLUE, BORDER, INK, NO_DATA_EDGE, PALE_ALPHA, SHADE_ALPHA, sign_of
from layers.picture.paper import POINTS, write
from layers.scene import Scene
from layers.svg_path import pin, shape

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TEXT, _TITLE, _NOTE = 9.5, 10.5, 8.5
_LINE, _GAP = 0.205, 0.09
"""Height of a line and of the gap before a section, in inches."""

_INDENT = 0.42
_DASHES = (0, (2.2, 1.5))


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the finished legend; ``down`` is where its middle is, in inches from the top."""

    text: str
    size: float
    down: float
    symbol: Symbol | None = None
    number: str = ""
    indent: float = 0.0


class Legend:
    """A legend laid out for a column of ``width`` inches; ``height`` is what it takes, 0 without any line.

    ``scale`` makes type and lines smaller or larger. ``found``: the sections, unless all of the scene's.
    """

    def __init__(
        self, scene: Scene, width: float, scale: float = 1.0, found: Sequence[Section] | None = None
    ) -> None:
        self._scale = scale
        self._width = width / scale
        self._lines: list[_Line] = []
        self._down = 0.0
        for section in sections(scene, paper=True) if found is None else found:
            self._add_section(section)
        self.height = self._down * scale

    def _add(self, text: str, size: float, room: float, **more: Any) -> None:
        """Add a text, wrapped; picture and number stand beside its first line."""
        for k, line in enumerate(wrap(text, size, room * POINTS)):
            extra = more if k == 0 else {"indent": more.get("indent", 0.0)}
            self._lines.append(_Line(line, size, self._down + _LINE / 2, **extra))
            self._down += _LINE

    def _add_section(self, section: Section) -> None:
        self._down += _GAP if self._lines else 0
        if section.title:
            self._add(section.title, _TITLE, self._width)
        for row in section.rows:
            self._add_row(row)
        if section.note:
            self._add(section.note, _NOTE, self._width)

    def _add_row(self, row: Row) -> None:
        number = f"{row.number:,}" if row.number is not None else ""
        indent = 0.62 if row.symbol.kind == "heat" else _INDENT
        room = self._width - indent - text_width(number, _TEXT) / POINTS - (0.1 if number else 0)
        self._add(row.text, _TEXT, room, symbol=row.symbol, number=number, indent=indent)

    def draw(self, axes: Axes) -> None:
        """Draw the legend on axes in inches, from their upper left corner."""
        axes.set_xlim(0, axes.get_xlim()[1] / self._scale)
        top = axes.get_ylim()[1] / self._scale
        axes.set_ylim(0, top)
        for line in self._lines:
            y = top - line.down
            grey = {"color": "#51606E"} if line.size == _NOTE else {}
            write(axes, line.indent, y, line.text, line.size * self._scale, va="center_baseline", **grey)
            if line.number:
                right = {"ha": "right", "va": "center_baseline", "color": "#51606E"}
                write(axes, self._width, y, line.number, _TEXT * self._scale, **right)
            if line.symbol:
                _PICTURES[line.symbol.kind](axes, line.symbol, y - 0.012)
                _glyph(axes, line.symbol, y - 0.012, self._scale)


def _strong(symbol: Symbol) -> str:
    """Return the colour of a thin sign: the unknown one is darker than its ground, to be seen at all."""
    return NO_DATA_EDGE if symbol.hatched else symbol.colour


def _dash(symbol: Symbol) -> Any:
    """Return whole or dashed."""
    return _DASHES if symbol.dashed else "solid"


def _box(axes: Axes, symbol: Symbol, y: float) -> None:
    """Draw a little coloured box, as strong as the shading on the map."""
    from matplotlib.patches import Rectangle

    at, size = (0.03, y - 0.065), (0.27, 0.13)
    fill = Rectangle(at, *size, facecolor=symbol.colour, alpha=SHADE_ALPHA, linewidth=0)
    if symbol.hatched:
        fill.set(hatch="//////", hatchcolor=NO_DATA_EDGE)
        fill.set_hatch_linewidth(0.7)
    axes.add_patch(fill)
    edge = INK if symbol.dashed else BORDER
    axes.add_patch(Rectangle(at, *size, fill=False, edgecolor=edge, linewidth=0.8, linestyle=_dash(symbol)))


def _path(axes: Axes, outline: Any, radius: float, at: tuple[float, float], **look: Any) -> None:
    """Draw a shape of some radius in inches."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    axes.add_patch(PathPatch(Path(outline.vertices * radius + at, outline.codes), **look))


def _sign(axes: Axes, symbol: Symbol, y: float) -> None:
    from matplotlib.colors import to_rgba

    sign = sign_of(symbol.code)
    edge = INK if symbol.dashed else sign.colour
    look = {"facecolor": to_rgba(sign.colour, PALE_ALPHA if symbol.pale else 1), "edgecolor": edge}
    _path(axes, shape(sign.shape), 0.085, (0.165, y), linewidth=0.8, linestyle=_dash(symbol), **look)


def _glyph(axes: Axes, symbol: Symbol, y: float, scale: float) -> None:
    """Write the character of a sign."""
    if symbol.kind == "sign":
        sign = sign_of(symbol.code)
        ink = INK if symbol.pale else sign.ink
        write(axes, 0.165, y, sign.glyph, 6.6 * scale, ha="center", va="center_baseline", color=ink)


def _circle(radius: float, filled: bool) -> Callable[[Axes, Symbol, float], None]:
    """Return what draws a circle: a dot filled with the colour, or a ring of it."""

    def draw(axes: Axes, symbol: Symbol, y: float) -> None:
        colour = _strong(symbol)
        edge = (INK if symbol.dashed else "none") if filled else colour
        look: dict[str, Any] = {"facecolor": colour if filled else "white", "edgecolor": edge}
        look["linewidth"] = 1.0 if filled else 1.5
        _path(axes, shape("circle"), radius, (0.165, y), linestyle=_dash(symbol), **look)

    return draw


def _pin(axes: Axes, symbol: Symbol, y: float) -> None:
    edge = {"edgecolor": INK, "linewidth": 0.9, "linestyle": _DASHES} if symbol.dashed else {"linewidth": 0}
    _path(axes, pin(), 0.062, (0.165, y - 0.075), facecolor=_strong(symbol), **edge)
    _path(axes, shape("circle"), 0.022, (0.165, y + 0.018), facecolor="white", linewidth=0)


def _line(axes: Axes, symbol: Symbol, y: float) -> None:
    axes.plot([0.03, 0.3], [y, y], color=_strong(symbol), linewidth=2.2, linestyle=_dash(symbol))


def _badge(axes: Axes, _: Symbol, y: float) -> None:
    from matplotlib.patches import Rectangle

    box = Rectangle((0.03, y - 0.06), 0.27, 0.12, facecolor="white", edgecolor=BORDER, linewidth=0.8)
    axes.add_patch(box)
    axes.plot([0.03, 0.3], [y - 0.06, y - 0.06], color=BLUE, linewidth=1.8)


def _bar(axes: Axes, symbol: Symbol, y: float) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    colours = LinearSegmentedColormap.from_list("heat", list(symbol.colours))
    size = axes.get_xlim(), axes.get_ylim()
    axes.imshow([list(range(64))], cmap=colours, extent=(0.03, 0.53, y - 0.055, y + 0.055), aspect="auto")
    axes.set(xlim=size[0], ylim=size[1])


_PICTURES: dict[str, Callable[[Axes, Symbol, float], None]] = {
    "shade": _box,
    "fill": _box,
    "sign": _sign,
    "ring": _circle(0.078, False),
    "outline": _circle(0.078, False),
    "point": _circle(0.05, True),
    "site": _pin,
    "line": _line,
    "badge": _badge,
    "heat": _bar,
}
