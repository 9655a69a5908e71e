"""A scene drawn on matplotlib axes: areas, shading, overlays, marks. Longitudes right, latitudes up (WGS84).

The same stacking, colours, hatching and dashes as in the browser; tiles of a basemap are not drawn.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from layers.legend_rows import heat_colours
from layers.overlay_rows import Part, hot, parts, stacked
from layers.palette import BORDER, INK, LAND, MARITIME, NO_DATA, NO_DATA_EDGE, SHADE_ALPHA, ZONE, sign_of
from layers.picture.marks import draw_marks, draw_points, draw_sites
from layers.picture.naming import draw_labels
from layers.picture.paper import halo, write
from layers.picture.placing import Rect
from layers.scene import MODELLED, AreaLayer, Choropleth, Inset, Overlay, OverlayItem, Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path

DASH = (0, (3.2, 2.2))
"""The dashes of what is modelled, in line widths."""

HATCH = "//////"
_CELLS = 420
"""Columns of a heat surface."""

_SPREAD = 0.013
"""Standard deviation of its kernel as a share of the map's width, as on a screen."""


def _signed_area(ring: np.ndarray) -> float:
    """Return twice the area of a ring, positive when it runs counter-clockwise."""
    x, y = ring[:, 0], ring[:, 1]
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def _ring(positions: Sequence[Sequence[float]], hole: bool) -> np.ndarray:
    """Return a ring as an array, outer ones counter-clockwise, holes the other way: so they stay open."""
    ring = np.asarray([p[:2] for p in positions], dtype=float)
    return ring[::-1] if (_signed_area(ring) > 0) == hole else ring


def _outline(pieces: Iterable[Part]) -> Path | None:
    """Return lines and rings as one path, ``None`` when there is none."""
    from matplotlib.path import Path

    found = []
    for kind, positions in pieces:
        if kind == "line":
            found.append(Path(np.asarray([p[:2] for p in positions], dtype=float)))
        elif kind != "point" and len(positions) > 2:
            found.append(Path(_ring(positions, kind == "hole"), closed=True))
    return Path.make_compound_path(*found) if found else None


def outlines(geometries: Iterable[Mapping[str, Any]]) -> list[Path]:
    """Return the outline of each GeoJSON geometry that has one."""
    return [path for path in (_outline(parts(g)) for g in geometries) if path is not None]


def _collect(
    axes: Axes, paths: Sequence[Path], zorder: float, look: Mapping[str, Any], hatched: bool = False
) -> None:
    """Add paths of one look."""
    from matplotlib.collections import PathCollection

    if not paths:
        return
    made = PathCollection(paths, zorder=zorder, **look)
    if hatched:
        made.set_hatch(HATCH)
        made.set_hatchcolor(NO_DATA_EDGE)
        made.set_hatch_linewidth(0.7)
    axes.add_collection(made, autolim=False)


@lru_cache(maxsize=16)
def _area_paths(geojson: str, finest: float = 0.0) -> dict[str, Path]:
    """Return code → outline of the boundaries, as fine as ``finest`` degrees."""
    features = json.loads(geojson)["features"]
    found = {f["properties"]["code"]: _outline(parts(_coarse(f["geometry"], finest))) for f in features}
    return {code: path for code, path in found.items() if path is not None}


def _coarse(geometry: Mapping[str, Any], finest: float) -> Mapping[str, Any]:
    """Return a geometry with fewer corners; no island and no hole is lost (Douglas & Peucker 1973)."""
    from shapely.geometry import mapping, shape

    if not finest:
        return geometry
    simple: Mapping[str, Any] = mapping(shape(geometry).simplify(finest, preserve_topology=True))
    return simple


def _paths(axes: Axes, layer: AreaLayer) -> dict[str, Path]:
    """Return the outlines as fine as these axes show them: an eighth of a point, in powers of two."""
    west, east = axes.get_xlim()
    points = axes.get_position().width * axes.figure.get_figwidth() * 72  # type: ignore[union-attr]
    return _area_paths(layer.geojson, 2.0 ** np.floor(np.log2((east - west) / points / 8)))


def area_corners(layer: AreaLayer) -> np.ndarray:
    """Return the corners of all outlines, n × (lon, lat)."""
    paths = [path.vertices for path in _area_paths(layer.geojson).values()]
    return np.concatenate(paths) if paths else np.empty((0, 2))


def draw_areas(axes: Axes, scene: Scene, line_width: float = 0.8) -> None:
    """Draw the boundaries, shaded when there is a shading; what has no class is hatched."""
    if scene.areas is None:
        return
    paths = _paths(axes, scene.areas)
    everything = list(paths.values())
    _collect(axes, everything, 1, {"facecolors": LAND, "linewidths": 0})
    if scene.choropleth:
        _shade(axes, scene.choropleth, paths)
    _collect(axes, everything, 3, {"facecolors": "none", "edgecolors": BORDER, "linewidths": line_width})


def fill_areas(axes: Axes, layer: AreaLayer, codes: Collection[str], colour: str) -> None:
    """Fill some of the areas with a colour."""
    paths = [path for code, path in _paths(axes, layer).items() if code in codes]
    _collect(axes, paths, 2, {"facecolors": _faint(colour, SHADE_ALPHA), "linewidths": 0})


def _shade(axes: Axes, shading: Choropleth, paths: Mapping[str, Path]) -> None:
    """Fill each area with the colour of its class."""
    by_class: dict[int | None, list[Path]] = defaultdict(list)
    for code, path in paths.items():
        by_class[shading.class_of(shading.values.get(code))].append(path)
    for k, found in by_class.items():
        colour = NO_DATA if k is None else shading.colours[k]
        look = {"facecolors": _faint(colour, SHADE_ALPHA), "linewidths": 0}
        _collect(axes, found, 2, look, hatched=k is None)


def _overlay_look(overlay: Overlay, colour: str | None) -> dict[str, Any]:
    """Return how the outlines of a class are drawn."""
    dash = DASH if overlay.modelled else "solid"
    strong = colour or NO_DATA_EDGE
    if overlay.kind == "fill":
        edge, wide = (INK, 0.8) if overlay.modelled else ("white", 0.35)
        look = {"edgecolors": edge, "linewidths": wide, "linestyles": [dash]}
        return look | {"facecolors": _faint(colour or NO_DATA, SHADE_ALPHA)}
    face = "none" if overlay.kind == "line" else _faint(strong, 0.07)
    wide = 2.2 if overlay.kind == "line" else 1.6
    return {"facecolors": face, "edgecolors": strong, "linewidths": wide, "linestyles": [dash]}


def _faint(colour: str, alpha: float) -> tuple[float, float, float, float]:
    """Return a colour with its own transparency, so that its edge keeps full strength."""
    from matplotlib.colors import to_rgba

    return to_rgba(colour, alpha)


def _by_class(overlay: Overlay) -> dict[int | None, list[OverlayItem]]:
    """Return class → its things, in the order of the overlay."""
    found: dict[int | None, list[OverlayItem]] = defaultdict(list)
    for item in overlay.items:
        found[item.of_class].append(item)
    return found


def _draw_overlay(axes: Axes, overlay: Overlay, zorder: float) -> None:
    """Draw one overlay, class by class."""
    for k, items in _by_class(overlay).items():
        colour = None if k is None else overlay.classes[k][1]
        strong = colour or NO_DATA_EDGE
        if overlay.kind == "site":
            draw_sites(axes, items, strong, overlay.modelled, zorder)
            continue
        paths, look = outlines(i.geometry for i in items), _overlay_look(overlay, colour)
        _collect(axes, paths, zorder, look, hatched=overlay.kind == "fill" and colour is None)
        draw_points(axes, items, strong, overlay.modelled, zorder)


def _heat(axes: Axes, overlay: Overlay, zorder: float) -> None:
    """Draw a heat surface: weights in cells, smoothed by a Gaussian; the strongest place tops the scale."""
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    spots = hot(overlay)
    if not spots:
        return
    lon, lat, weight = np.asarray(spots, dtype=float).T
    box = axes.get_position()
    figure = axes.figure
    tall = box.height * figure.get_figheight() / (box.width * figure.get_figwidth())  # type: ignore[union-attr]
    shape = (max(2, round(_CELLS * tall)), _CELLS)
    cells, _, _ = np.histogram2d(lat, lon, shape, ((south, north), (west, east)), weights=weight)
    smooth = _kernel(shape[0]) @ cells @ _kernel(shape[1])
    top = max(float(smooth.max()), 3 * float(weight.mean()) / (2 * np.pi * (_SPREAD * _CELLS) ** 2))
    picture = _coloured(smooth / top, heat_colours(overlay))
    axes.imshow(picture, extent=(west, east, south, north), origin="lower", aspect="auto", zorder=zorder)


def _kernel(n: int) -> np.ndarray:
    """Return the n × n matrix that smooths n cells by a Gaussian; far from the edge a column adds up to 1."""
    spread = _SPREAD * _CELLS
    apart = np.arange(n)[:, None] - np.arange(n)[None, :]
    weights: np.ndarray = np.exp(-(apart**2) / (2 * spread**2)) / (spread * np.sqrt(2 * np.pi))
    return weights


def _coloured(strength: np.ndarray, colours: Sequence[str]) -> np.ndarray:
    """Return RGBA of strengths from 0 to 1: transparent below, then from the first colour to the last."""
    from matplotlib.colors import to_rgb

    stops, table = np.linspace(0.06, 1, len(colours)), np.array([to_rgb(c) for c in colours])
    rgb = np.stack([np.interp(strength, stops, table[:, k]) for k in range(3)], axis=-1)
    alpha = np.clip(strength / 0.25, 0, 1) * 0.85
    return np.concatenate([rgb, alpha[..., None]], axis=-1)


def draw_overlays(axes: Axes, scene: Scene) -> None:
    """Draw the overlays from the ground up: shaded ones below the names of areas, the others above."""
    for k, overlay in enumerate(stacked(scene.overlays)):
        ground = 2.5 if overlay.kind in ("fill", "heat") else 6.0
        (_heat if overlay.kind == "heat" else _draw_overlay)(axes, overlay, ground + k / 1000)


def draw_lines(axes: Axes, scene: Scene) -> None:
    """Draw shapes, routes and the maritime line."""
    for mark in scene.shapes:
        colour = ZONE if mark.kind == "zone" else sign_of(mark.category).colour
        dash = DASH if mark.basis == MODELLED else "solid"
        look = {"facecolors": _faint(colour, 0.16), "edgecolors": colour, "linewidths": 1.5}
        _collect(axes, outlines([mark.geometry]), 7, {"linestyles": [dash]} | look)
    for line in scene.lines:
        route = line.kind == "route"
        colour = sign_of(line.category).colour if route else MARITIME
        dash = DASH if line.basis == MODELLED else "solid"
        paths = outlines({"type": "LineString", "coordinates": part} for part in line.parts)
        look = {"facecolors": "none", "edgecolors": colour, "linewidths": 2.6 if route else 1.5}
        _collect(axes, paths, 7.1, {"linestyles": [dash]} | look)


def draw_scene(axes: Axes, scene: Scene, taken: Sequence[Rect] = (), **look: Any) -> tuple[str, ...]:
    """Draw everything of a scene on axes that already have their limits.

    ``taken`` and ``look`` are those of :func:`layers.picture.naming.draw_labels`, and so is the answer: codes
    of badges that found no room.
    """
    draw_areas(axes, scene)
    draw_overlays(axes, scene)
    draw_lines(axes, scene)
    draw_marks(axes, scene)
    _ring_area(axes, scene)
    return draw_labels(axes, scene, taken, **look)


def _ring_area(axes: Axes, scene: Scene) -> None:
    """Draw a strong line around the selected area, if one is selected."""
    paths = _paths(axes, scene.areas) if scene.areas else {}
    chosen = [paths[scene.selected]] if scene.selected in paths else []
    _collect(axes, chosen, 3.5, {"facecolors": "none", "edgecolors": INK, "linewidths": 2.0})


def draw_inset(axes: Axes, scene: Scene, inset: Inset) -> None:
    """Draw the small extra map: boundaries and maritime line, with its title below."""
    west, south, east, north = inset.bounds
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    draw_areas(axes, scene, 0.4)
    draw_lines(axes, Scene(lines=tuple(line for line in scene.lines if line.kind == "maritime")))
    look = {"ha": "center", "va": "bottom", "path_effects": halo()}
    write(axes, (west + east) / 2, south + (north - south) * 0.02, inset.title, 7.5, zorder=9, **look)
