"""What every map on paper has: its frame in degrees, a scale bar, a north arrow, a small extra map.

The projection is equirectangular, stretched by the cosine of the middle latitude: right for a county or a
province, and the scale bar holds along the middle of the map. Bounds are (west, south, east, north), WGS84.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from layers.labels import Labels
from layers.overlay_rows import parts
from layers.palette import BORDER, INK, WATER
from layers.picture.paper import Box, Paper, halo, rectangle, write
from layers.scene import Bounds, Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CHINA: Bounds = (73.5, 17.8, 135.1, 53.6)
_KM_PER_DEGREE = 111.195
OUTSIDE = "#F0F1F2"
"""Ground of a printed map of less than the country: beyond its line lies mostly land, not water."""

_RIM = 1.06
"""Room around what is shown, as a share of it."""


def extent(scene: Scene) -> Bounds:
    """Return what a picture is of: the view asked for, else boundaries, else overlays, else China."""
    if scene.view:
        return scene.view.bounds
    if scene.areas and scene.areas.bounds:
        return scene.areas.bounds
    at = [p for o in scene.overlays for i in o.items for _, part in parts(i.geometry) for p in part]
    if not at:
        return CHINA
    lons, lats = [p[0] for p in at], [p[1] for p in at]
    return min(lons), min(lats), max(lons), max(lats)


def proportion(bounds: Bounds) -> float:
    """Return height over width of the bounds as they are drawn."""
    west, south, east, north = bounds
    squeeze = math.cos(math.radians((south + north) / 2))
    return max(north - south, 0.02) / (max(east - west, 0.02) * squeeze)


def filling(bounds: Bounds, width: float, height: float, right: float = 0.0) -> Bounds:
    """Return the bounds grown to fill a map of ``width`` × ``height`` inches with a small margin.

    A degree of longitude is as wide as the cosine of the middle latitude times a degree of latitude.
    ``right`` inches at the right edge are kept free of what was asked for.
    """
    west, south, east, north = bounds
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    squeeze = math.cos(math.radians(middle_y))
    wide, tall = max(east - west, 0.02) * squeeze * _RIM, max(north - south, 0.02) * _RIM
    degrees = max(wide / (width - right), tall / height)
    half_x, half_y = degrees * width / squeeze / 2, degrees * height / 2
    shift = degrees * right / squeeze / 2
    return middle_x - half_x + shift, middle_y - half_y, middle_x + half_x + shift, middle_y + half_y


def scale_length(widest_km: float) -> float:
    """Return the longest round length (1, 2, 5 × a power of ten) that fits, in kilometres.

    >>> scale_length(37.0), scale_length(0.9)
    (20.0, 0.5)
    """
    power = 10.0 ** math.floor(math.log10(widest_km))
    return float(max(n * power for n in (1, 2, 5) if n * power <= widest_km))


def scale_bar(deco: Axes, bounds: Bounds, width: float, labels: Labels) -> float:
    """Draw the scale in the lower left corner of a map ``width`` inches wide; return where it ends."""
    west, south, east, north = bounds
    kilometres = (east - west) * math.cos(math.radians((south + north) / 2)) * _KM_PER_DEGREE
    length = scale_length(kilometres / 4)
    wide, words = length / kilometres * width, labels.words
    for k, colour in enumerate((INK, "white")):
        look = {"facecolor": colour, "edgecolor": INK, "linewidth": 0.7}
        rectangle(deco, 0.22 + k * wide / 2, 0.16, (wide / 2, 0.055), **look)
    shown = f"{length:g} {words['kilometres']}" if length >= 1 else f"{length * 1000:g} {words['metres']}"
    rim = {"ha": "center", "va": "bottom", "path_effects": halo()}
    write(deco, 0.22, 0.25, "0", 8.5, **rim)
    write(deco, 0.22 + wide, 0.25, shown, 8.5, **rim)
    return 0.22 + wide


def north_arrow(deco: Axes, height: float, labels: Labels) -> None:
    """Draw the north arrow in the upper left corner of a map ``height`` inches high."""
    from matplotlib.patches import Polygon

    x, y = 0.32, height - 0.72
    for side, colour in ((-0.11, INK), (0.11, "white")):
        half = [(x, y + 0.4), (x + side, y), (x, y + 0.09)]
        deco.add_patch(Polygon(half, facecolor=colour, edgecolor=INK, linewidth=0.7))
    write(deco, x, y + 0.43, labels.words["north"], 9, ha="center", va="bottom")


def ground(axes: Axes, bounds: Bounds, colour: str = WATER) -> None:
    """Set the limits of a map and lay what is under its areas: water, or merely what is outside."""
    from matplotlib.patches import Rectangle

    west, south, east, north = bounds
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.add_patch(Rectangle((0, 0), 1, 1, transform=axes.transAxes, facecolor=colour, linewidth=0, zorder=0))


def frame(deco: Axes, width: float, height: float) -> None:
    """Draw the line around a map."""
    rectangle(deco, 0, 0, (width, height), fill=False, edgecolor=BORDER, linewidth=1.0, clip_on=False)


def inset_axes(paper: Paper, box: Box, colour: str = WATER) -> Axes:
    """Return the framed axes of a small extra map."""
    from matplotlib.patches import Rectangle

    axes = paper.axes(box, zorder=4)
    under = Rectangle((0, 0), 1, 1, transform=axes.transAxes, zorder=0, clip_on=False)
    under.set(facecolor=colour, edgecolor=BORDER, linewidth=0.9)
    axes.add_patch(under)
    return axes
