"""Synthetic scenes of overlays: one of each kind, thousands of hexagons, and hostile words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from layers.scene import Overlay, OverlayItem, Scene, View
from tests.ui.harness.scenes import BOX, CREDIT, HOSTILE, areas

CLASSES = (("少于 5 项", "#BDD7E7"), ("5–9 项", "#6BAED6"), ("10 项及以上", "#08519C"))
HEX_AT = (113.3, 24.6)
SITE_AT = (114.1, 24.9)
ROAD = [[113.0, 25.2], [113.5, 25.0], [114.0, 25.2]]


def ring(lon: float, lat: float, size: float, corners: int = 6) -> dict[str, Any]:
    """Return a regular polygon round a place; ``size`` in degrees of latitude."""
    turn = [2 * math.pi * k / corners for k in range(corners + 1)]
    wide = size / math.cos(math.radians(lat))
    return {
        "type": "Polygon",
        "coordinates": [[[lon + wide * math.sin(a), lat + size * math.cos(a)] for a in turn]],
    }


def point(lon: float, lat: float) -> dict[str, Any]:
    """Return a GeoJSON point."""
    return {"type": "Point", "coordinates": [lon, lat]}


def hexagons(across: int, size: float = 0.06) -> tuple[OverlayItem, ...]:
    """Return a field of hexagons, the first row of them unknown."""
    found = []
    for row in range(across):
        for k in range(across):
            lon = HEX_AT[0] - 0.3 + (k + row % 2 / 2) * size * math.sqrt(3) / math.cos(math.radians(24.6))
            lat = HEX_AT[1] - 0.3 + row * size * 1.5
            known = None if row == 0 else (k + row) % 3
            found.append(OverlayItem(ring(lon, lat, size), known, f"六边形 {row}-{k}\n{k + row} 项"))
    return tuple(found)


def middle_of(item: OverlayItem) -> tuple[float, float]:
    """Return the middle of a hexagon."""
    corners = item.geometry["coordinates"][0][:6]
    return sum(c[0] for c in corners) / 6, sum(c[1] for c in corners) / 6


def heat(n: int = 400, seed: int = 3) -> Overlay:
    """Return a heat surface of points gathered round two places."""
    rng = np.random.default_rng(seed)
    centre = np.array([(113.6, 24.8), (114.2, 24.3)])[rng.integers(0, 2, n)] + rng.normal(0, 0.09, (n, 2))
    items = tuple(OverlayItem(point(float(x), float(y)), None) for x, y in centre)
    return Overlay("heat", "heat", items, (), "热力")


def one(kind: str, modelled: bool = False) -> Overlay:
    """Return an overlay of one kind."""
    if kind == "heat":
        return heat()
    items = {
        "fill": hexagons(6),
        "outline": (
            OverlayItem(ring(113.9, 24.5, 0.25, 48), 0, "聚集 1\n24 项"),
            OverlayItem(ring(114.1, 24.5, 0.22, 48), None, "未分类"),
        ),
        "line": (
            OverlayItem({"type": "LineString", "coordinates": ROAD}, 1, "道路"),
        ),
        "point": tuple(
            OverlayItem(point(113.2 + k / 10, 24.2 + k % 3 / 20), known, f"诊所 {k}", f"P-{k}")
            for k, known in enumerate((0, 1, None, 0, 1, 2, 0, 1, 2))
        ),
        "site": (
            OverlayItem(point(*SITE_AT), 2, "选址 1\n覆盖 12,000 人", "SITE-1", "1"),
            OverlayItem(point(113.4, 25.1), 0, "选址 2\n覆盖 8,000 人", "", "12"),
            OverlayItem(point(113.9, 24.2), None, "选址 3", "", "乐昌中心镇"),
        ),
    }[kind]  # fmt: skip
    return Overlay(kind, kind, items, CLASSES, f"叠加：{kind}", "样本不足，不作判断", modelled)  # type: ignore[arg-type]


def kinds(kind: str, modelled: bool = False) -> Scene:
    """Return a scene of one kind, or of all of them."""
    names = ("site", "fill", "outline", "line", "point") if kind == "all" else (kind,)
    overlays = tuple(one(k, modelled) for k in names)
    return Scene(areas=areas(), overlays=overlays, view=View(BOX), credit=CREDIT)


def field(across: int = 70) -> Scene:
    """Return thousands of small hexagons."""
    overlay = Overlay("h3", "fill", hexagons(across, 0.008), CLASSES, "六边形", "未知")
    return Scene(areas=areas(), overlays=(overlay,), view=View(BOX), credit=CREDIT)


def hostile() -> Scene:
    """Return overlays whose every word is an attack."""
    items = tuple(
        OverlayItem(ring(113.0 + 0.15 * k, 24.6, 0.05), k % 2, f"{name}\n{name}", f"H-{k}", name)
        for k, name in enumerate(HOSTILE)
    )
    sites = tuple(
        OverlayItem(point(113 + 0.15 * k, 24.9), None, name, name[:40], name)
        for k, name in enumerate(HOSTILE)
    )
    classes = tuple((name, "#123456") for name in HOSTILE[:2])
    made = (
        Overlay(HOSTILE[0], "fill", items, classes, HOSTILE[2], HOSTILE[4]),
        Overlay("b", "site", sites, (), HOSTILE[5], HOSTILE[3]),
    )
    return Scene(areas=areas(), overlays=made, view=View(BOX), credit=CREDIT)
