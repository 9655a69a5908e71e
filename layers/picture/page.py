"""A scene as a picture to be printed or put on a slide: title, map, legend, scale, credit, small print.

Below the map stand the parameters and caveats, so that the picture cannot travel without them. The projection
is equirectangular, stretched by the cosine of the middle latitude: right for a county or a province, and the
scale bar holds along the middle of the map. Everything is laid out in inches on paper 12 inches wide.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layers.fonts import wrap
from layers.overlay_rows import parts
from layers.palette import BORDER, INK, WATER
from layers.picture.legend import Legend
from layers.picture.map import draw_inset, draw_scene
from layers.picture.paper import POINTS, Box, Paper, halo, heavier, write
from layers.scene import Bounds, Inset, Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, MARGIN, GUTTER, LEGEND = 12.0, 0.45, 0.25, 2.55
"""Width of the paper, its margin, the space between map and legend, the width of the legend, in inches."""

LOWEST, HIGHEST = 4.6, 9.0
"""Height of the map; a long legend may make it higher."""

_TITLE, _CREDIT, _SMALL = 19.0, 8.5, 10.5
_TITLE_LINE, _CREDIT_LINE, _SMALL_LINE, _PARAGRAPH = 0.37, 0.17, 0.215, 0.06

CHINA: Bounds = (73.5, 17.8, 135.1, 53.6)
_KM_PER_DEGREE = 111.195


@dataclass(frozen=True, slots=True)
class _Sheet:
    """All text broken into lines, and the boxes of map and legend, before anything is drawn."""

    title: list[str]
    credit: list[str]
    small: list[list[str]]
    map: tuple[float, float]
    bounds: Bounds

    @property
    def height(self) -> float:
        """Height of the paper in inches."""
        head = len(self.title) * _TITLE_LINE + 0.12
        foot = len(self.credit) * _CREDIT_LINE + 0.16
        return 2 * MARGIN + head + self.map[1] + foot + self.small_height

    @property
    def small_height(self) -> float:
        """Height of the parameters and caveats."""
        return sum(len(lines) * _SMALL_LINE + _PARAGRAPH for lines in self.small)


def _extent(scene: Scene) -> Bounds:
    """Return what the picture is of: the view asked for, else boundaries, else overlays, else China."""
    if scene.view:
        return scene.view.bounds
    if scene.areas and scene.areas.bounds:
        return scene.areas.bounds
    at = [p for o in scene.overlays for i in o.items for _, part in parts(i.geometry) for p in part]
    if not at:
        return CHINA
    lons, lats = [p[0] for p in at], [p[1] for p in at]
    return min(lons), min(lats), max(lons), max(lats)


def _framed(bounds: Bounds, width: float, least: float) -> tuple[float, Bounds]:
    """Return the height of a map ``width`` inches wide, and the bounds grown to fill it with a small margin.

    A degree of longitude is as wide as the cosine of the middle latitude times a degree of latitude.
    """
    west, south, east, north = bounds
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    squeeze = math.cos(math.radians(middle_y))
    wide, tall = max(east - west, 0.02) * squeeze * 1.06, max(north - south, 0.02) * 1.06
    height = max(least, min(max(width * tall / wide, LOWEST), HIGHEST))
    degrees = max(wide / width, tall / height)
    half_x, half_y = degrees * width / squeeze / 2, degrees * height / 2
    return height, (middle_x - half_x, middle_y - half_y, middle_x + half_x, middle_y + half_y)


def _sheet(scene: Scene, title: str, lines: Sequence[str], credit: str, legend: Legend) -> _Sheet:
    """Break the texts and find the size of everything."""
    room = WIDTH - 2 * MARGIN
    map_width = room - (LEGEND + GUTTER if legend.height else 0)
    height, bounds = _framed(_extent(scene), map_width, legend.height)
    return _Sheet(
        title=wrap(title, _TITLE, room * POINTS) if title.strip() else [],
        credit=wrap(credit, _CREDIT, map_width * POINTS) if credit.strip() else [],
        small=[wrap(line, _SMALL, room * POINTS) for line in lines if line.strip()],
        map=(map_width, height),
        bounds=bounds,
    )


def _write_title(page: Axes, sheet: _Sheet, y: float) -> float:
    """Write the title from a height downwards and return the height at which the map begins."""
    for line in sheet.title:
        write(page, MARGIN, y, line, _TITLE, va="top", path_effects=heavier())
        y -= _TITLE_LINE
    return y - 0.12


def _write_foot(page: Axes, sheet: _Sheet, y: float) -> None:
    """Write credit, parameters and caveats from a height downwards."""
    y -= 0.06
    for line in sheet.credit:
        write(page, MARGIN, y, line, _CREDIT, va="top", color="#51606E")
        y -= _CREDIT_LINE
    y -= 0.1
    for paragraph in sheet.small:
        for line in paragraph:
            write(page, MARGIN, y, line, _SMALL, va="top")
            y -= _SMALL_LINE
        y -= _PARAGRAPH


def scale_length(widest_km: float) -> float:
    """Return the longest round length (1, 2, 5 × a power of ten) that fits, in kilometres.

    >>> scale_length(37.0), scale_length(0.9)
    (20.0, 0.5)
    """
    power = 10.0 ** math.floor(math.log10(widest_km))
    return float(max(n * power for n in (1, 2, 5) if n * power <= widest_km))


def _scale_bar(deco: Axes, sheet: _Sheet, scene: Scene) -> None:
    """Draw the scale in the lower left corner of the map."""
    from matplotlib.patches import Rectangle

    west, south, east, north = sheet.bounds
    kilometres = (east - west) * math.cos(math.radians((south + north) / 2)) * _KM_PER_DEGREE
    length = scale_length(kilometres / 4)
    wide, words = length / kilometres * sheet.map[0], scene.labels.words
    for k, colour in enumerate((INK, "white")):
        at = (0.22 + k * wide / 2, 0.16)
        deco.add_patch(Rectangle(at, wide / 2, 0.055, facecolor=colour, edgecolor=INK, linewidth=0.7))
    shown = f"{length:g} {words['kilometres']}" if length >= 1 else f"{length * 1000:g} {words['metres']}"
    rim = {"ha": "center", "va": "bottom", "path_effects": halo()}
    write(deco, 0.22, 0.25, "0", 8.5, **rim)
    write(deco, 0.22 + wide, 0.25, shown, 8.5, **rim)


def _north_arrow(deco: Axes, sheet: _Sheet, scene: Scene) -> None:
    """Draw the north arrow in the upper left corner of the map."""
    from matplotlib.patches import Polygon

    x, y = 0.32, sheet.map[1] - 0.72
    for side, colour in ((-0.11, INK), (0.11, "white")):
        half = [(x, y + 0.4), (x + side, y), (x, y + 0.09)]
        deco.add_patch(Polygon(half, facecolor=colour, edgecolor=INK, linewidth=0.7))
    write(deco, x, y + 0.43, scene.labels.words["north"], 9, ha="center", va="bottom")


def _draw_map(paper: Paper, sheet: _Sheet, scene: Scene, box: Box) -> None:
    """Draw the map with its frame, scale, north arrow and inset."""
    from matplotlib.patches import Rectangle

    left, bottom, width, height = box
    axes = paper.axes(box, zorder=1)
    west, south, east, north = sheet.bounds
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.add_patch(Rectangle((0, 0), 1, 1, transform=axes.transAxes, facecolor=WATER, linewidth=0, zorder=0))
    draw_scene(axes, scene)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    deco = paper.axes(box, zorder=3)
    _scale_bar(deco, sheet, scene)
    _north_arrow(deco, sheet, scene)
    if scene.inset:
        _draw_inset(paper, scene, scene.inset, (left + width - 1.33, bottom + 0.1, 1.23, 1.6))
    frame = Rectangle((0, 0), width, height, fill=False, edgecolor=BORDER, linewidth=1.0, clip_on=False)
    deco.add_patch(frame)


def _draw_inset(paper: Paper, scene: Scene, inset: Inset, box: Box) -> None:
    """Draw the small extra map with a frame of its own."""
    from matplotlib.patches import Rectangle

    axes = paper.axes(box, zorder=4)
    ground = Rectangle((0, 0), 1, 1, transform=axes.transAxes, zorder=0, clip_on=False)
    ground.set(facecolor=WATER, edgecolor=BORDER, linewidth=0.9)
    axes.add_patch(ground)
    draw_inset(axes, scene, inset)


def png(
    scene: Scene, title: str, lines: Sequence[str], *, width_px: int = 2400, credit: str | None = None
) -> bytes:
    """Return the scene as PNG, ``width_px`` wide and as high as its content needs.

    ``lines`` are the parameters and caveats, a paragraph each, printed below the map; ``credit`` (boundaries,
    review number; the scene's own unless given) stands directly under it. Texts are plain. Tiles of a basemap
    are not drawn. Raises :class:`projects.errors.SetupIncomplete` when there is no Chinese font.
    """
    legend = Legend(scene, LEGEND)
    sheet = _sheet(scene, title, lines, scene.credit if credit is None else credit, legend)
    dots = width_px / WIDTH
    paper = Paper(WIDTH, math.ceil(sheet.height * dots) / dots, width_px)  # whole dots: sharp at any height
    page = paper.axes((0, 0, WIDTH, paper.height))
    top = _write_title(page, sheet, paper.height - MARGIN)
    map_width, map_height = sheet.map
    _draw_map(paper, sheet, scene, (MARGIN, top - map_height, map_width, map_height))
    if legend.height:
        legend.draw(paper.axes((MARGIN + map_width + GUTTER, top - map_height, LEGEND, map_height), zorder=2))
    _write_foot(page, sheet, top - map_height)
    return paper.png()
