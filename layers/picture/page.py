"""A scene as a picture to be printed or put on a slide: title, map, legend, scale, credit, small print.

Below the map stand the parameters and caveats, so that the picture cannot travel without them. Everything is
laid out in inches on paper 12 inches wide.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layers.fonts import wrap
from layers.picture.furniture import (
    extent,
    filling,
    frame,
    ground,
    inset_axes,
    north_arrow,
    proportion,
    scale_bar,
)
from layers.picture.legend import Legend
from layers.picture.map import draw_inset, draw_scene
from layers.picture.paper import POINTS, Box, Paper, heavier, write
from layers.picture.placing import Rect
from layers.scene import Bounds, Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, MARGIN, GUTTER, LEGEND = 12.0, 0.45, 0.25, 2.55
"""Width of the paper, its margin, the space between map and legend, the width of the legend, in inches."""

LOWEST, HIGHEST = 4.6, 9.0
"""Height of the map; a long legend may make it higher."""

INSET = (1.23, 1.6)
"""Width and height of the small extra map, in inches."""

_TITLE, _CREDIT, _SMALL = 19.0, 8.5, 10.5
_TITLE_LINE, _CREDIT_LINE, _SMALL_LINE, _PARAGRAPH = 0.37, 0.17, 0.215, 0.06


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


def _framed(bounds: Bounds, width: float, least: float) -> tuple[float, Bounds]:
    """Return the height of a map ``width`` inches wide, and the bounds grown to fill it with a small margin.

    A degree of longitude is as wide as the cosine of the middle latitude times a degree of latitude.
    """
    height = max(least, min(max(width * proportion(bounds), LOWEST), HIGHEST))
    return height, filling(bounds, width, height)


def _sheet(scene: Scene, title: str, lines: Sequence[str], credit: str, legend: Legend) -> _Sheet:
    """Break the texts and find the size of everything."""
    room = WIDTH - 2 * MARGIN
    map_width = room - (LEGEND + GUTTER if legend.height else 0)
    height, bounds = _framed(extent(scene), map_width, legend.height)
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


def _draw_map(paper: Paper, sheet: _Sheet, scene: Scene, box: Box) -> None:
    """Draw the map with its frame, scale, north arrow and inset."""
    left, bottom, width, height = box
    axes = paper.axes(box, zorder=1)
    ground(axes, sheet.bounds)
    draw_scene(axes, scene, _furniture(scene, width, height))
    axes.set_xlim(sheet.bounds[0], sheet.bounds[2])
    axes.set_ylim(sheet.bounds[1], sheet.bounds[3])
    deco = paper.axes(box, zorder=3)
    scale_bar(deco, sheet.bounds, width, scene.labels)
    north_arrow(deco, height, scene.labels)
    if scene.inset:
        at = (left + width - INSET[0] - 0.1, bottom + 0.1, *INSET)
        draw_inset(inset_axes(paper, at), scene, scene.inset)
    frame(deco, width, height)


def _furniture(scene: Scene, width: float, height: float) -> list[Rect]:
    """Return what no label may cover, in points from the lower left corner of the map."""
    taken = [Rect(0, 0, (width / 4 + 0.6) * POINTS, 0.45 * POINTS)]
    taken.append(Rect(0, (height - 0.8) * POINTS, 0.6 * POINTS, height * POINTS))
    if scene.inset:
        left, top = (width - INSET[0] - 0.1) * POINTS, (INSET[1] + 0.1) * POINTS
        taken.append(Rect(left, 0, width * POINTS, top))
    return taken


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
