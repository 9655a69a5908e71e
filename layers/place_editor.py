"""The place editor of the browser: what it is fed, and what it says, read without trust.

Like the map's own component it is three strings for Streamlit (``views.editing.place_editor`` registers them)
and a payload of UTF-8 JSON. Positions are WGS84 degrees, longitude first, all the way.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from layers.assets import LEAFLET_CSS, LEAFLET_JS, url
from layers.html import to_json
from layers.leaflet_component import LOAD
from layers.scene import Bounds, TileSource

_HERE: Final = Path(__file__).parent / "place_component"

MOST_CORNERS: Final = 2000
"""Corners of a line or area taken from the browser; a greenway drawn by hand has some hundred."""
LEAST: Final[Mapping[str, int]] = {"point": 1, "line": 2, "area": 3}


def _file(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


HTML: Final = _file("place.html")
CSS: Final = _file("place.css")
JS: Final = "\n".join((LOAD, _file("editor.js"), _file("component.js")))


@dataclass(frozen=True, slots=True)
class Outline:
    """An area to draw: its name and its GeoJSON geometry as text."""

    name: str
    geojson: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A place that is there already, for orientation."""

    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class PlaceScene:
    """What the editor shows; the geometry is taken over by the browser whenever ``revision`` differs."""

    geometry: Mapping[str, Any] | None = None
    revision: int = 0
    county: Outline | None = None
    neighbours: Sequence[Outline] = ()
    others: Sequence[Neighbour] = ()
    tiles: Sequence[TileSource] = ()
    bounds: Bounds | None = None
    readonly: bool = False
    height: int = 420
    credit: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


def payload(scene: PlaceScene) -> bytes:
    """Return the scene as UTF-8 JSON for the component's ``data``."""
    tiles = [{"url": t.url, "max_zoom": t.max_zoom, "subdomains": t.subdomains} for t in scene.tiles]
    content = {
        "geometry": scene.geometry,
        "revision": scene.revision,
        "county": _outline(scene.county) if scene.county else None,
        "neighbours": [_outline(outline) for outline in scene.neighbours],
        "others": [{"name": o.name, "x": o.lon, "y": o.lat} for o in scene.others],
        "tiles": tiles,
        "box": scene.bounds,
        "readonly": scene.readonly,
        "height": scene.height,
        "credit": scene.credit,
        "words": scene.words,
        "assets": {"script": url(LEAFLET_JS), "style": url(LEAFLET_CSS)},
    }
    return to_json(content).encode("utf-8")


def _outline(outline: Outline) -> dict[str, Any]:
    return {"name": outline.name, "geometry": json.loads(outline.geojson)}


@dataclass(frozen=True, slots=True)
class Drawn:
    """What stands on the map: ``geometry`` is None while corners are lacking, or when it was cleared."""

    kind: str
    geometry: Mapping[str, Any] | None
    corners: int
    revision: int
    untouched: bool = False
    """The browser shows the geometry it was given, one that cannot be taken apart."""

    @property
    def lacking(self) -> int:
        """How many corners are still to be set before the line or area is one; 0 for an empty map."""
        return max(0, LEAST[self.kind] - self.corners) if self.corners else 0


def read(raw: Any) -> Drawn | None:
    """Return what the browser says was drawn, None when it says nothing or makes no sense.

    >>> read({"kind": "point", "points": [[113.5, 24.8]], "revision": 1}).geometry
    {'type': 'Point', 'coordinates': [113.5, 24.8]}
    """
    if not isinstance(raw, Mapping) or raw.get("kind") not in LEAST:
        return None
    points, revision = _points(raw.get("points")), raw.get("revision")
    if points is None or not isinstance(revision, int):
        return None
    kind = str(raw["kind"])
    whole = len(points) >= LEAST[kind]
    shape = _geometry(kind, points) if whole else None
    return Drawn(kind, shape, len(points), revision, raw.get("fixed") is True)


def _geometry(kind: str, points: list[list[float]]) -> dict[str, Any]:
    if kind == "point":
        return {"type": "Point", "coordinates": points[-1]}
    if kind == "line":
        return {"type": "LineString", "coordinates": points}
    return {"type": "Polygon", "coordinates": [[*points, points[0]]]}


def _points(raw: Any) -> list[list[float]] | None:
    """Return positions within the globe; None when one of them is none."""
    if not isinstance(raw, list) or len(raw) > MOST_CORNERS:
        return None
    points = [_point(item) for item in raw]
    return None if None in points else [p for p in points if p is not None]


def _point(raw: Any) -> list[float] | None:
    if not isinstance(raw, list) or len(raw) != 2:
        return None
    numbers = [float(v) for v in raw if isinstance(v, int | float) and math.isfinite(v)]
    if len(numbers) != 2 or abs(numbers[0]) > 180 or abs(numbers[1]) > 90:
        return None
    return numbers
