"""Small overlays for the tests of layers."""

from __future__ import annotations

from typing import Any

from layers.scene import Overlay, OverlayItem, Scene, View, area_layer

BOX = (113.0, 24.0, 114.0, 25.0)
CLASSES = (("低", "#BDD7E7"), ("高", "#08519C"))
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[113.2, 24.2], [113.8, 24.2], [113.8, 24.8], [113.2, 24.8], [113.2, 24.2]]],
}
COUNTY = {
    "features": [
        {
            "properties": {"code": "440232", "name": "乳源"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[113, 24], [114, 24], [114, 25], [113, 25], [113, 24]]],
            },
        }
    ]
}
AREAS = area_layer(COUNTY)


def point(lon: float, lat: float) -> dict[str, Any]:
    """Return a GeoJSON point."""
    return {"type": "Point", "coordinates": [lon, lat]}


def overlay(kind: str, *items: OverlayItem, **more: Any) -> Overlay:
    """Return an overlay of a kind; a shaded square in the second class when nothing is given."""
    given = items or (OverlayItem(SQUARE, 1, "方块\n7 项"),)
    return Overlay(more.pop("id", kind), kind, given, more.pop("classes", CLASSES), **more)  # type: ignore[arg-type]


def scene(*overlays: Overlay, **more: Any) -> Scene:
    """Return a scene of one county with overlays."""
    return Scene(areas=AREAS, overlays=overlays, view=View(BOX), **more)
