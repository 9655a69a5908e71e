"""A map alone, for a slide or a page that says the rest: scale, north arrow, and a few lines under it."""

from __future__ import annotations

from collections.abc import Sequence

from layers.fonts import wrap
from layers.picture import furniture
from layers.picture.gathering import gathered
from layers.picture.map import draw_scene
from layers.picture.paper import POINTS, Paper, write
from layers.picture.placing import Rect
from layers.scene import Scene

WIDTH, HEIGHT = 6.4, 4.6
"""Size in inches at which type and signs have their usual size."""

_LINE, _TYPE = 0.15, 7.6


def plain_png(scene: Scene, lines: Sequence[str], width_px: int, *, named: bool = True) -> bytes:
    """Return a map as PNG, ``width_px`` wide and 0.72 times as high; ``lines`` (plain) stand under it.

    ``named``: single records carry their names where there is room. Raises
    :class:`projects.errors.SetupIncomplete` when there is no Chinese font.
    """
    paper = Paper(WIDTH, HEIGHT, width_px)
    said = [line for text in lines if text.strip() for line in wrap(text, _TYPE, (WIDTH - 0.1) * POINTS)]
    foot = len(said) * _LINE + 0.04
    wide, tall = WIDTH - 0.04, HEIGHT - foot - 0.02
    bounds = furniture.filling(furniture.extent(scene), wide, tall)
    axes = paper.axes((0.02, foot, wide, tall), zorder=1)
    furniture.ground(axes, bounds, furniture.OUTSIDE)
    per_degree = wide * POINTS / (bounds[2] - bounds[0]), tall * POINTS / (bounds[3] - bounds[1])
    taken = [Rect(0, 0, wide * POINTS / 3, 36), Rect(0, (tall - 0.8) * POINTS, 44, tall * POINTS)]
    draw_scene(axes, gathered(scene, per_degree), taken, named=named)
    axes.set(xlim=(bounds[0], bounds[2]), ylim=(bounds[1], bounds[3]))
    deco = paper.axes((0.02, foot, wide, tall), zorder=3)
    furniture.scale_bar(deco, bounds, wide, scene.labels)
    furniture.north_arrow(deco, tall, scene.labels)
    furniture.frame(deco, wide, tall)
    page = paper.axes((0, 0, WIDTH, HEIGHT))
    for k, line in enumerate(said):
        write(page, 0.05, foot - 0.05 - k * _LINE, line, _TYPE, va="top", color="#51606E")
    return paper.png()
