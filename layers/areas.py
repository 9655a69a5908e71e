"""Boundary polygons for display: made once, cached, recognised by the hash of their content.

Use the names through :mod:`layers.scene`, which passes them on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from layers.html import clean_text

Bounds = tuple[float, float, float, float]
"""(west, south, east, north) in WGS84 degrees."""


@dataclass(frozen=True, slots=True)
class AreaLayer:
    """Boundary polygons for display. Make it with :func:`area_layer` **once** and cache it.

    ``key`` is the content hash by which engines know that nothing changed; ``geojson`` the compact
    FeatureCollection text (properties ``code``, ``name``); ``names`` code → name; ``bounds`` of all.
    """

    key: str
    geojson: str
    names: Mapping[str, str]
    bounds: Bounds | None


def _positions(coordinates: Any) -> Iterable[tuple[float, float]]:
    """Yield every (lon, lat) of a GeoJSON coordinate tree."""
    if coordinates and isinstance(coordinates[0], int | float):
        yield float(coordinates[0]), float(coordinates[1])
        return
    for part in coordinates:
        yield from _positions(part)


def _rounded(coordinates: Any, digits: int) -> Any:
    """Round a coordinate tree; five decimals are a metre, enough for display."""
    if coordinates and isinstance(coordinates[0], int | float):
        return [round(coordinates[0], digits), round(coordinates[1], digits)]
    return [_rounded(part, digits) for part in coordinates]


def _display_feature(feature: Mapping[str, Any], digits: int) -> dict[str, Any]:
    """Keep of a feature what is drawn: code, name, polygon."""
    properties, geometry = feature["properties"], feature["geometry"]
    return {
        "type": "Feature",
        "properties": {"code": str(properties["code"]), "name": clean_text(str(properties["name"]))},
        "geometry": {
            "type": geometry["type"],
            "coordinates": _rounded(geometry["coordinates"], digits),
        },
    }


def bounds_of(collection: Mapping[str, Any]) -> Bounds | None:
    """Return the bounds of a FeatureCollection (WGS84 degrees), ``None`` when it is empty."""
    points = [p for f in collection["features"] for p in _positions(f["geometry"]["coordinates"])]
    if not points:
        return None
    lons, lats = zip(*points, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def area_layer(collection: Mapping[str, Any], digits: int = 4) -> AreaLayer:
    """Make the area layer of a GeoJSON FeatureCollection whose features carry ``code`` and ``name``.

    ``digits`` decimals are kept (4 ≈ 11 m, below a pixel until zoom 14). Linear in the vertices:
    call it once per set of boundaries and cache the result.
    """
    features = [_display_feature(f, digits) for f in collection["features"] if f.get("geometry")]
    drawn = {"type": "FeatureCollection", "features": features}
    text = json.dumps(drawn, ensure_ascii=False, separators=(",", ":"))
    names = {f["properties"]["code"]: f["properties"]["name"] for f in features}
    key = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    return AreaLayer(key=key, geojson=text, names=names, bounds=bounds_of(drawn))
