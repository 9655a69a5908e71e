"""Paper for pictures: a matplotlib figure measured in inches, and the one way text is put on it.

Figure and canvas are made directly: pyplot keeps global state and is not for servers. Text is never read as
mathematics (a name may hold dollar signs), and never shows a sign that the font has not.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from layers.fonts import chinese_font, printable
from layers.html import clean_text
from layers.palette import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

Box = tuple[float, float, float, float]
"""Left, bottom, width, height in inches, from the lower left corner of the paper."""

POINTS = 72.0
"""Points of an inch."""

_SEARCHABLE = "searchable"
"""Marks a figure whose texts are to be texts, rims or not."""


class Paper:
    """A white sheet of ``width`` × ``height`` inches; ``searchable``: it will be a PDF."""

    def __init__(self, width: float, height: float, width_px: int, *, searchable: bool = False) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        self.figure = Figure(figsize=(width, height), dpi=width_px / width, facecolor="white")
        self.figure.set_gid(_SEARCHABLE if searchable else None)
        self.canvas = FigureCanvasAgg(self.figure)

    def axes(self, box: Box, zorder: float = 0) -> Axes:
        """Return axes over a box, without frame or ticks, measured in inches from its lower left corner."""
        left, bottom, width, height = box
        rect = (left / self.width, bottom / self.height, width / self.width, height / self.height)
        made = self.figure.add_axes(rect, zorder=zorder)
        made.set_axis_off()
        made.set_xlim(0, width)
        made.set_ylim(0, height)
        return made

    def png(self, words: Mapping[str, str] | None = None) -> bytes:
        """Return the sheet as PNG, exactly as large as it was asked for, with texts under their keywords."""
        out = BytesIO()
        held: dict[str, Any] = {"Software": None} | {key: clean_text(v) for key, v in (words or {}).items()}
        self.figure.savefig(out, format="png", metadata=held)
        return out.getvalue()


def write(axes: Axes, x: float, y: float, text: str, size: float, **look: Any) -> Text:
    """Put a text on axes, in the Chinese font, at a size in points; ``look`` is matplotlib's own.

    A text with a rim (``path_effects``) becomes outlines, which nobody can search or copy: in a PDF it is
    written once more, over them.
    """
    from matplotlib.font_manager import FontProperties

    font, shown = FontProperties(fname=str(chinese_font()), size=size), printable(text)
    plain: dict[str, Any] = {"color": INK, "parse_math": False, "clip_on": False, "fontproperties": font}
    made = axes.text(x, y, shown, **(plain | look))
    if look.pop("path_effects", None) and axes.figure.get_gid() == _SEARCHABLE:
        return axes.text(x, y, shown, **(plain | look))
    return made


def rectangle(axes: Axes, left: float, bottom: float, size: tuple[float, float], **look: Any) -> None:
    """Draw a box of a width and height; ``look`` is matplotlib's own."""
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((left, bottom), *size, **look))


def halo(width: float = 2.6, alpha: float = 0.9) -> list[Any]:
    """Return the white rim that keeps a word legible on any ground."""
    from matplotlib import patheffects

    return [patheffects.withStroke(linewidth=width, foreground=(1, 1, 1, alpha))]


def heavier() -> list[Any]:
    """Return the stroke that makes a heading of the one weight the font has."""
    from matplotlib import patheffects

    return [patheffects.withStroke(linewidth=0.7, foreground=INK)]
