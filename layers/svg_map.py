"""A shaded map of areas as SVG: a few kilobytes, sharp on a meeting-room screen and on paper alike.

Plate carrée with the width of a degree at the middle latitude (no distances are read off it); coordinates are
WGS84, longitude first. What has no value is hatched, never shaded as 0.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shapely.geometry import shape

from layers.fonts import width as text_width
from layers.html import element, escape
from layers.palette import BORDER, INK, LAND, NO_DATA_EDGE, SHADE_ALPHA
from layers.scene import AreaLayer, Choropleth

WIDTH: Final = 600.0
"""Width of the drawing in its own units; a screen or a page scales it."""
TALLEST, FLATTEST = 1.05, 0.62
"""Largest and smallest height as a share of the width."""
_MARGIN, _TYPE, _NUMBER = 8.0, 17.0, 22.0
_FONTS: Final = "Atlas, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"
_DARK_FROM: Final = 3
"""From this class on the ground is dark, and what is written on it white."""


Box = tuple[float, float, float, float]
"""West, east, top and bottom of what is written, in the units of the drawing."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the name and number of an area are written: its label point."""

    code: str
    name: str
    number: str
    lon: float
    lat: float


class _Frame:
    """Degrees to the units of the drawing, y downwards."""

    def __init__(self, bounds: Sequence[float]) -> None:
        west, south, east, north = bounds
        stretch = math.cos(math.radians((south + north) / 2))
        across, up = max((east - west) * stretch, 1e-6), max(north - south, 1e-6)
        inner = WIDTH - 2 * _MARGIN
        scale = min(inner / across, TALLEST * inner / up)
        self.height = max(up * scale, FLATTEST * inner) + 2 * _MARGIN
        self._x, self._y = scale * stretch, scale
        self._west, self._north = west, north
        self._left = (WIDTH - across * scale) / 2
        self._top = (self.height - up * scale) / 2
        self.finest = 0.6 / scale

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a position is drawn."""
        return self._left + (lon - self._west) * self._x, self._top + (self._north - lat) * self._y


def svg(areas: AreaLayer, shading: Choropleth, spots: Iterable[Spot], *, title: str, ring: str = "") -> bytes:
    """Return the map; ``ring`` is an area to be outlined strongly, ``title`` what a screen reader says.

    A name that finds no room is left out, its number kept where there is room for that.
    """
    if areas.bounds is None:
        return b""
    frame = _Frame(areas.bounds)
    features = json.loads(areas.geojson)["features"]
    drawn = "".join(_area(frame, feature, shading) for feature in features)
    drawn += "".join(_ring(frame, f) for f in features if f["properties"]["code"] == ring)
    body = element("title", escape(title)) + _HATCH + drawn + "".join(_labels(frame, shading, spots))
    size = f"0 0 {WIDTH:.0f} {frame.height:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" width="{WIDTH:.0f}"'
        f' height="{frame.height:.0f}" role="img" font-family="{_FONTS}">{body}</svg>'
    ).encode()


_HATCH: Final = (
    '<defs><pattern id="none" width="7" height="7" patternUnits="userSpaceOnUse"'
    f' patternTransform="rotate(45)"><rect width="7" height="7" fill="{LAND}"/>'
    f'<path d="M0 0V7" stroke="{NO_DATA_EDGE}" stroke-width="1"/></pattern></defs>'
)


def _path(frame: _Frame, geometry: Mapping[str, Any]) -> str:
    simple = shape(geometry).simplify(frame.finest, preserve_topology=True).__geo_interface__
    polygons = [simple["coordinates"]] if simple["type"] == "Polygon" else simple["coordinates"]
    return "".join(
        "M" + "L".join("{:.1f} {:.1f}".format(*frame.at(x, y)) for x, y in ring) + "Z"
        for polygon in polygons
        for ring in polygon
    )


def _area(frame: _Frame, feature: Mapping[str, Any], shading: Choropleth) -> str:
    k = shading.class_of(shading.values.get(feature["properties"]["code"]))
    return element(
        "path",
        d=_path(frame, feature["geometry"]),
        fill="url(#none)" if k is None else shading.colours[k],
        fill_opacity=str(1 if k is None else SHADE_ALPHA),
        fill_rule="evenodd",
        stroke=BORDER,
        stroke_width="1",
    )


def _ring(frame: _Frame, feature: Mapping[str, Any]) -> str:
    d = _path(frame, feature["geometry"])
    return element("path", d=d, fill="none", stroke=INK, stroke_width="2.4")


def _labels(frame: _Frame, shading: Choropleth, spots: Iterable[Spot]) -> Iterator[str]:
    """Yield numbers, then names, those of the largest numbers first; none covers another."""
    taken: list[Box] = []
    listed = sorted(spots, key=lambda s: (-(shading.values.get(s.code) or 0), s.code))
    numbered = []
    for spot in listed:
        x, y = frame.at(spot.lon, spot.lat)
        if spot.number and _free(taken, x, y, text_width(spot.number, _NUMBER), _NUMBER):
            numbered.append((spot, x, y))
            ink = _ink(shading, spot.code)
            yield _text(spot.number, x, y, font_size=f"{_NUMBER:.0f}", font_weight="700", fill=ink)
    for spot, x, y in numbered:
        low = y + _NUMBER * 0.5 + _TYPE * 0.65
        if _free(taken, x, low, text_width(spot.name, _TYPE), _TYPE):
            yield _text(spot.name, x, low, font_size=f"{_TYPE:.0f}", fill=_ink(shading, spot.code))


def _free(taken: list[Box], x: float, y: float, wide: float, high: float) -> bool:
    """Return whether a text fits round (x, y), and take the room if it does."""
    x0, x1, y0, y1 = x - wide / 2, x + wide / 2, y - high / 2, y + high / 2
    if x0 < 0 or x1 > WIDTH or any(x0 < b and a < x1 and y0 < d and c < y1 for a, b, c, d in taken):
        return False
    taken.append((x0, x1, y0, y1))
    return True


def _ink(shading: Choropleth, code: str) -> str:
    k = shading.class_of(shading.values.get(code))
    return "#FFFFFF" if k is not None and k >= _DARK_FROM else INK


def _text(text: str, x: float, y: float, **look: str) -> str:
    """Return a text in the middle of a position."""
    size = float(look["font_size"])
    return element(
        "text", escape(text), x=f"{x:.1f}", y=f"{y + size * 0.35:.1f}", text_anchor="middle", **look
    )
