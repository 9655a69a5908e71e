"""What stands in the practice map files; longitude first."""

from __future__ import annotations

from typing import Any, Final

from shapely.geometry import MultiPolygon, Point, Polygon, box

Row = tuple[dict[str, Any], Any]

# ---- 4: a zone's projects (莞韶园, 武江区), GeoJSON ----

_WUJIANG: Final = {"县（市、区）": "武江区", "类型": "项目点"}
ZONE: Final[tuple[Row, ...]] = (
    ({"项目名称": "莞韶园生物医药中试基地", **_WUJIANG, "类别": "生物医药", "总投资（万元）": 18000,
      "坐标系": "CGCS2000", "招商人": "不录入"}, box(113.4500, 24.7360, 113.4540, 24.7390)),
    ({"项目名称": "莞韶园康复器械检测中心", **_WUJIANG, "类别": "医疗器械与康复辅具",
      "总投资（万元）": "0.6亿元", "坐标系": "高德"}, Point(113.4536, 24.7318)),
    ({"项目名称": "莞韶园职工健康小屋", **_WUJIANG, "类别": "健康服务", "总投资（万元）": None,
      "坐标系": ""}, Point(113.4486, 24.7345)),
    ({"项目名称": "莞韶园冷链药品仓", **_WUJIANG, "类别": "医药", "总投资（万元）": 4500,
      "坐标系": "CGCS2000"}, Point(0.0, 0.0)),
    ({"项目名称": "莞韶园健康步道", **_WUJIANG, "类别": "体育", "总投资（万元）": 300,
      "坐标系": "CGCS2000"}, Polygon([(113.46, 24.73), (113.47, 24.74), (113.47, 24.73), (113.46, 24.74)])),
    ({"项目名称": "莞韶园医药产业基金平台", "县（市、区）": "武江区", "类型": "平台", "类别": "医药产业",
      "总投资（万元）": 20000, "坐标系": "CGCS2000"}, None),
)  # fmt: skip

# ---- 5: health parks of 始兴县, GeoPackage with two layers, the second in metres ----

_SHIXING: Final = {"county": "始兴县", "kind": "项目点"}
PARKS: Final[tuple[Row, ...]] = (
    ({"name": "太平镇滨江健康公园", **_SHIXING, "category": "体育健身", "land_mu": 45.2},
     box(114.060, 24.946, 114.064, 24.949)),
    ({"name": "顿岗镇长者活动公园", **_SHIXING, "category": "健康养老", "land_mu": 12.0},
     MultiPolygon([box(114.130, 24.917, 114.131, 24.918), box(114.132, 24.917, 114.133, 24.918)])),
)  # fmt: skip
PARK_POINTS: Final[tuple[Row, ...]] = (
    (
        {"name": "罗坝镇健康驿站", **_SHIXING, "category": "健康服务", "land_mu": None},
        Point(521269.4, 2751468.2),
    ),
)
"""Gauss-Krüger, central meridian 114° E (EPSG:4547): east, north in metres."""

# ---- 6: sites surveyed by the land office of 乐昌市, Shapefile ----

SITES: Final[tuple[Row, ...]] = (
    ({"项目名称": "坪石康养产业园地块", "类型": "项目点", "类别": "健康养老", "县": "乐昌市",
      "总投资": 15000.0, "床位": 300, "地块编": "A-01"}, box(113.056, 25.282, 113.061, 25.286)),
    ({"项目名称": "廊田中药材集散中心", "类型": "项目点", "类别": "中药材", "县": "乐昌市", "总投资": 5200.0,
      "床位": None, "地块编": "A-02"}, box(113.451, 25.153, 113.454, 25.156)),
    ({"项目名称": "大源森林疗养地块", "类型": "项目点", "类别": "森林康养", "县": "乐昌市", "总投资": None,
      "床位": 40, "地块编": "A-03"}, box(113.100, 24.700, 113.104, 24.703)),
)  # fmt: skip
