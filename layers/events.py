"""What the reader did on the map, read from what the browser sent. Trust nothing: it is a browser."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layers.scene import Bounds

KINDS = ("project", "area", "stack", "cluster", "slot")
_LONGEST = 200
_MOST = 5000


@dataclass(frozen=True, slots=True)
class Click:
    """One click. ``id`` is a record id, area or township code; ``serial`` tells two equal clicks apart.

    ``level`` of an area is that of its badge, or "" when the polygon itself was clicked; ``ids`` are
    the records of a stack or a small cluster.
    """

    kind: str
    id: str
    level: str = ""
    ids: tuple[str, ...] = ()
    serial: int = 0


@dataclass(frozen=True, slots=True)
class MapView:
    """What the reader sees: bounds (WGS84) and Leaflet zoom (half steps)."""

    bounds: Bounds
    zoom: float


def _text(value: Any) -> str | None:
    """Return a short text, ``None`` for anything else."""
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST else None


def _ids(value: Any) -> tuple[str, ...]:
    """Return the texts of a list of ids."""
    if not isinstance(value, list):
        return ()
    return tuple(t for t in map(_text, value[:_MOST]) if t)


def read_click(raw: Any) -> Click | None:
    """Return the click in a browser's answer, ``None`` when there is none or it makes no sense.

    Takes the trigger of the own component and the ``last_active_drawing`` of streamlit-folium alike.

    >>> read_click({"kind": "area", "id": "440232", "n": 3})
    Click(kind='area', id='440232', level='', ids=(), serial=3)
    >>> read_click({"kind": "spell", "id": "x"}) is None
    True
    """
    found = raw.get("properties", raw) if isinstance(raw, Mapping) else None
    if not isinstance(found, Mapping):
        return None
    kind, key = _text(found.get("kind")), _text(found.get("id"))
    if kind not in KINDS or key is None:
        return None
    serial = found.get("n")
    return Click(
        kind=kind,
        id=key,
        level=_text(found.get("level")) or "",
        ids=_ids(found.get("ids")),
        serial=serial if isinstance(serial, int) else 0,
    )


def _finite(values: Any, count: int) -> tuple[float, ...] | None:
    """Return ``count`` finite numbers, else ``None``."""
    if not isinstance(values, list) or len(values) != count:
        return None
    numbers = [float(v) for v in values if isinstance(v, int | float) and math.isfinite(v)]
    return tuple(numbers) if len(numbers) == count else None


def read_view(raw: Any) -> MapView | None:
    """Return the view in a browser's answer, clipped to the globe, ``None`` when there is none.

    >>> read_view({"bbox": [112.9, 23.9, 114.8, 25.6], "zoom": 9})
    MapView(bounds=(112.9, 23.9, 114.8, 25.6), zoom=9.0)
    """
    if not isinstance(raw, Mapping):
        return None
    bbox, zoom = _finite(raw.get("bbox"), 4), _finite([raw.get("zoom")], 1)
    if bbox is None or zoom is None:
        return None
    west, east = max(bbox[0], -180.0), min(bbox[2], 180.0)
    south, north = max(bbox[1], -90.0), min(bbox[3], 90.0)
    if west >= east or south >= north:
        return None
    return MapView((west, south, east, north), zoom[0])
