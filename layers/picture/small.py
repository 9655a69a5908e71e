"""The small map in the corner of a sheet: where the large one lies, in its province or in the country."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layers.fonts import width as text_width
from layers.palette import BLUE
from layers.picture import furniture
from layers.picture.map import draw_areas, draw_lines, fill_areas
from layers.picture.paper import halo, write
from layers.scene import AreaLayer, Bounds, LineMark, Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LONGER, _CAPTION = 1.55, 0.2
"""Longer side of the small map without its caption, and the height of that, in inches."""


@dataclass(frozen=True, slots=True)
class Locator:
    """Boundaries of the wider area, which of them hold the map (``here``), and the caption.

    ``lines``: the maritime line, where the wider area is the country.
    """

    areas: AreaLayer
    here: frozenset[str]
    title: str
    bounds: Bounds
    lines: tuple[LineMark, ...] = ()


def locator_size(locator: Locator | None) -> tuple[float, float]:
    """Return width and height of the small map in inches, in the proportions of its area."""
    tall = furniture.proportion(locator.bounds) if locator else 1.0
    wide = _LONGER / max(tall, 1.0)
    return wide, min(wide * tall, _LONGER) + _CAPTION


def draw_locator(axes: Axes, locator: Locator, width: float, height: float) -> None:
    """Draw the wider area with the part in question filled."""
    west, south, east, north = furniture.filling(locator.bounds, width, height - _CAPTION)
    under = (north - south) * _CAPTION / (height - _CAPTION)
    axes.set(xlim=(west, east), ylim=(south - under, north))
    draw_areas(axes, Scene(areas=locator.areas), 0.4)
    fill_areas(axes, locator.areas, locator.here, BLUE)
    draw_lines(axes, Scene(lines=locator.lines))
    axes.set(xlim=(west, east), ylim=(south - under, north))
    size = min(8.0, 8.0 * (width * 72 - 6) / max(text_width(locator.title, 8.0), 1))
    look = {"ha": "center", "va": "bottom", "path_effects": halo(), "zorder": 9}
    write(axes, (west + east) / 2, south - under * 0.85, locator.title, size, **look)
