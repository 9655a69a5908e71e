"""Overlays taken apart for drawing: stacked by kind, their geometry as plain parts, and compact rows of them.

Both engines draw one object per overlay, whatever its number of things, so a geometry travels as whole
numbers of 0.00001° (a metre), each but the first of a part as the difference from the one before: a hexagon
takes about 60 bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from layers.legend_rows import heat_colours
from layers.scene import Overlay, OverlayItem, OverlayKind

PartKind = Literal["point", "line", "ring", "hole"]
Part = tuple[PartKind, Sequence[Sequence[float]]]
"""One part of a geometry and its positions (lon, lat), a ring closed as GeoJSON has it."""

ORDER: tuple[OverlayKind, ...] = ("fill", "heat", "outline", "line", "point", "site")
"""Kinds from the ground up: what is small is never covered by what is large."""

LONGEST_LABEL = 11
"""Characters of a label that are printed on the map."""

UNITS = 100_000
"""Steps of a degree in a payload."""


def stacked(overlays: Sequence[Overlay]) -> list[Overlay]:
    """Return the overlays from the ground up; those of one kind keep their order."""
    return sorted(overlays, key=lambda one: ORDER.index(one.kind))


def _polygon(rings: Sequence[Any]) -> Iterator[Part]:
    """Yield the outer ring and the holes of one polygon."""
    for k, ring in enumerate(rings):
        yield "hole" if k else "ring", ring


def parts(geometry: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the parts of any GeoJSON geometry; an empty one has none, an unknown type raises ``ValueError``.

    >>> list(parts({"type": "MultiPoint", "coordinates": [[113, 24]]}))
    [('point', [[113, 24]])]
    """
    kind, at = geometry["type"], geometry.get("coordinates") or ()
    if kind == "GeometryCollection":
        for one in geometry["geometries"]:
            yield from parts(one)
    elif kind in ("Point", "MultiPoint"):
        yield from (("point", [p]) for p in ([at] if kind == "Point" and at else at))
    elif kind in ("LineString", "MultiLineString"):
        yield from (("line", line) for line in ([at] if kind == "LineString" else at) if line)
    elif kind in ("Polygon", "MultiPolygon"):
        for polygon in [at] if kind == "Polygon" else at:
            yield from _polygon(polygon)
    else:
        raise ValueError(f"{kind!r} is no GeoJSON geometry")


def _steps(values: Sequence[float]) -> Iterator[int]:
    """Yield the first value in steps of a degree, then the difference of each from the one before."""
    before = 0
    for value in values:
        now = round(value * UNITS)
        yield now - before
        before = now


def _packed(part: Part) -> list[int]:
    """Return one part: 1 when it is closed, then x and y in turn."""
    kind, positions = part
    xs, ys = _steps([p[0] for p in positions]), _steps([p[1] for p in positions])
    return [int(kind in ("ring", "hole")), *(step for pair in zip(xs, ys, strict=True) for step in pair)]


def shown_label(label: str) -> str:
    """Return what is printed of a label beside a sign; the whole of a long one stands in the tooltip.

    >>> shown_label("乐昌市坪石镇皈塘村卫生服务站")
    '乐昌市坪石镇皈塘村卫…'
    """
    text = label.strip()
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…"


def _item(item: OverlayItem) -> list[Any]:
    """Return one thing: class (-1 unknown), lines of the tooltip, click, label, parts."""
    lines = [line for line in item.tooltip.split("\n") if line.strip()]
    known = -1 if item.of_class is None else item.of_class
    return [
        known,
        lines,
        item.click,
        shown_label(item.label),
        [_packed(part) for part in parts(item.geometry)],
    ]


def hot(overlay: Overlay) -> list[tuple[float, float, float]]:
    """Return (lon, lat, strength) of the points of a heat overlay; those without any strength add nothing."""
    return [
        (float(at[0][0]), float(at[0][1]), item.weight)
        for item in overlay.items
        if item.weight > 0
        for kind, at in parts(item.geometry)
        if kind == "point"
    ]


def _row(overlay: Overlay) -> dict[str, Any]:
    """Return one overlay as the browser takes it."""
    head = {"id": overlay.id, "kind": overlay.kind, "modelled": overlay.modelled}
    if overlay.kind == "heat":
        spots = [[round(lat, 5), round(lon, 5), weight] for lon, lat, weight in hot(overlay)]
        return head | {"colours": heat_colours(overlay), "items": spots}
    colours = [colour for _, colour in overlay.classes]
    return head | {"colours": colours, "items": [_item(item) for item in overlay.items]}


def overlay_rows(overlays: Sequence[Overlay]) -> list[dict[str, Any]]:
    """Return the overlays from the ground up, ready for JSON."""
    return [_row(one) for one in stacked(overlays)]
