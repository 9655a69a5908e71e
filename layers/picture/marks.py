"""The marks of a scene on matplotlib axes: dots and pins of overlays, records, stacks, clusters, slots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from layers.fonts import width as text_width
from layers.overlay_rows import parts, shown_label
from layers.palette import BLUE, HALO, INK, PALE_ALPHA, SLOT, Sign, sign_of
from layers.picture.gathering import SIGN, disc
from layers.picture.paper import halo, write
from layers.scene import MODELLED, ClusterMark, OverlayItem, PointMark, Scene, StackMark
from layers.svg_path import pin, shape

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PIN = 8.0
"""Radius of a pin's head, in points."""

_DASHES = (0, (2.2, 1.5))
_SINK = {"triangle": -1.4, "drop": -0.9, "pentagon": -0.4}


def _stamp(axes: Axes, at: Sequence[tuple[float, float]], marker: Any, radius: float, **look: Any) -> None:
    """Put one marker (a path in units of its radius) at several places; ``radius`` in points."""
    if not at:
        return
    reach = float(abs(marker.vertices).max())
    x, y = zip(*at, strict=True)
    axes.scatter(x, y, s=(2 * radius * reach) ** 2, marker=marker, clip_on=True, **look)


def _label(axes: Axes, at: tuple[float, float], text: str, size: float, **look: Any) -> None:
    """Write a text at a place, moved by ``dx``, ``dy`` points, cut off with the map."""
    from matplotlib.transforms import ScaledTranslation

    shift = (look.pop("dx", 0) / 72, look.pop("dy", 0) / 72)
    moved = axes.transData + ScaledTranslation(*shift, axes.figure.dpi_scale_trans)
    look = {"ha": "center", "va": "center_baseline", "clip_on": True, "transform": moved} | look
    write(axes, at[0], at[1], text, size, **look)


def positions(items: Iterable[OverlayItem]) -> list[tuple[float, float]]:
    """Return the single places of things."""
    found = (p[0] for item in items for kind, p in parts(item.geometry) if kind == "point")
    return [(float(p[0]), float(p[1])) for p in found]


def draw_points(axes: Axes, items: Sequence[OverlayItem], colour: str, modelled: bool, zorder: float) -> None:
    """Draw things that are a single place as dots; many of them smaller."""
    look: dict[str, Any] = {"edgecolors": "white", "linewidths": 0.6}
    if modelled:
        look = {"edgecolors": INK, "linewidths": 0.9, "linestyles": [_DASHES]}
    at = positions(items)
    _stamp(axes, at, shape("circle"), 1.9 if len(at) > 600 else 3.2, facecolors=colour, zorder=zorder, **look)


def ink_on(colour: str) -> str:
    """Return the colour of type on a ground: dark on light, white on dark.

    >>> ink_on("#F0E442"), ink_on("#08519C")
    ('#1F2933', '#FFFFFF')
    """
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 150 else HALO


def draw_sites(axes: Axes, items: Sequence[OverlayItem], colour: str, modelled: bool, zorder: float) -> None:
    """Draw chosen places as pins; a short label stands in the head, a longer one beside it."""
    edge: dict[str, Any] = {"edgecolors": INK, "linewidths": 1.2, "linestyles": [_DASHES]} if modelled else {}
    for item in items:
        for at in positions([item]):
            rim = {"facecolors": "white", "edgecolors": "white", "linewidths": 2.6, "zorder": zorder}
            _stamp(axes, [at], pin(), PIN, **rim)
            _stamp(axes, [at], pin(), PIN, facecolors=colour, zorder=zorder, **({"linewidths": 0} | edge))
            _site_label(axes, at, shown_label(item.label), colour, zorder)


def _site_label(axes: Axes, at: tuple[float, float], label: str, colour: str, zorder: float) -> None:
    """Write the label of a pin, or the white dot of one without a short label."""
    if 0 < len(label) <= 3:
        size = min(9.5, 1.7 * PIN / max(text_width(label, 1), 0.5))
        _label(axes, at, label, size, dy=1.5 * PIN, color=ink_on(colour), zorder=zorder)
        return
    _label(axes, at, "●", 6, dy=1.5 * PIN, color="white", zorder=zorder)
    look = {"ha": "left", "path_effects": halo(), "zorder": zorder}
    _label(axes, at, label, 9, dx=PIN + 3, dy=1.5 * PIN, **look)


def _sign_look(sign: Sign, pale: bool, modelled: bool) -> dict[str, Any]:
    """Return fill and edge of a record's sign."""
    from matplotlib.colors import to_rgba

    edge = INK if modelled else sign.colour if pale else "white"
    dash = {"linestyles": [_DASHES]} if modelled else {}
    return {"facecolors": to_rgba(sign.colour, PALE_ALPHA if pale else 1), "edgecolors": edge} | dash


def _draw_records(axes: Axes, points: Sequence[PointMark]) -> None:
    """Draw records with a place of their own: fill shows precision, dashes what is modelled."""
    groups: dict[tuple[str, bool, bool], list[PointMark]] = defaultdict(list)
    for point in points:
        groups[point.category, point.precision > 2, point.basis == MODELLED].append(point)
    radius = SIGN if len(points) <= 300 else SIGN * 0.6
    for (code, pale, modelled), marks in groups.items():
        sign, at = sign_of(code), [(m.lon, m.lat) for m in marks]
        marker = shape(sign.shape)
        _stamp(axes, at, marker, radius, facecolors="white", edgecolors="white", linewidths=1.8, zorder=8)
        _stamp(axes, at, marker, radius, linewidths=0.9, zorder=8, **_sign_look(sign, pale, modelled))
        for place in at if radius == SIGN else ():
            ink = INK if pale else sign.ink
            _label(axes, place, sign.glyph, radius * 1.05, dy=_SINK.get(sign.shape, 0), color=ink, zorder=8)


def _numbered(axes: Axes, at: tuple[float, float], number: int, colour: str, dashed: bool = False) -> None:
    """Draw a white disc with a number."""
    radius = disc(number)
    dash = {"linestyles": [_DASHES]} if dashed else {}
    look = {"facecolors": "white", "edgecolors": colour, "linewidths": 1.6, "zorder": 8} | dash
    _stamp(axes, [at], shape("circle"), radius, **look)
    _label(axes, at, f"{number:,}", 8.5, color=colour if dashed else INK, zorder=8)


def _ring(axes: Axes, at: tuple[float, float], radius: float) -> None:
    """Draw the ring of the selected mark."""
    for colour, wide in (("white", 4.0), (INK, 1.8)):
        look = {"facecolors": "none", "edgecolors": colour, "linewidths": wide, "zorder": 8.2}
        _stamp(axes, [at], shape("circle"), radius + 3.2, **look)


def _draw_selected(axes: Axes, scene: Scene) -> None:
    """Ring the selected record, wherever it stands: alone, in a stack, in a cluster."""
    if not scene.selected:
        return
    for point in scene.points:
        if point.id == scene.selected:
            _ring(axes, (point.lon, point.lat), SIGN)
    marks: list[StackMark | ClusterMark] = [*scene.stacks, *scene.clusters]
    for mark in marks:
        if scene.selected in mark.ids:
            _ring(axes, (mark.lon, mark.lat), disc(len(mark.ids)))


def draw_marks(axes: Axes, scene: Scene) -> None:
    """Draw what stands for records, from slots up to single records, and the ring of the selected one."""
    for slot in scene.slots:
        _numbered(axes, (slot.lon, slot.lat), slot.count, SLOT, dashed=True)
    for cluster in scene.clusters:
        _numbered(axes, (cluster.lon, cluster.lat), cluster.count, BLUE)
    for stack in scene.stacks:
        _numbered(axes, (stack.lon, stack.lat), len(stack.ids), "#64748B")
    _draw_records(axes, scene.points)
    _draw_selected(axes, scene)
