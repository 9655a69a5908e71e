"""Every word of the offline map, in Chinese and English: the reader of one file may be either."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Pair = tuple[str, str]
"""(Chinese, English)."""

WORDS: Final[Mapping[str, Pair]] = {
    "other_language": ("English", "中文"),
    "category": ("类别", "Category"),
    "area": ("地区", "Area"),
    "stage": ("阶段", "Stage"),
    "place": ("位置", "Place"),
    "search": ("搜索名称、编号、单位、地址", "Search name, ID, unit, address"),
    "all_categories": ("全部类别", "All categories"),
    "all_areas": ("全部地区", "All areas"),
    "all_stages": ("全部阶段", "All stages"),
    "all_places": ("有无点位都看", "With and without a place"),
    "with_place": ("只看有点位的", "With a place on the map"),
    "without_place": ("只看没有点位的", "Without a place on the map"),
    "nowhere": ("未定位", "Not located"),
    "clear": ("清除筛选", "Clear the filter"),
    "shown": ("显示 {n} 条，共 {all} 条", "{n} of {all} records shown"),
    "divided": (
        "有点位 {points}，乡镇级 {township}，只知县 {county}，"
        "只知市、功能区或省 {region}，未定位 {unlocated}",
        "points {points}, township {township}, county only {county}, prefecture, zone or province only"
        " {region}, not located {unlocated}",
    ),
    "none": ("没有符合条件的记录。换一个条件试试。", "No record matches. Try another filter."),
    "more": ("再显示 {n} 条", "Show {n} more"),
    "stacked": ("同一地点 {n} 条", "{n} records at this place"),
    "near": ("附近 {n} 条，点击放大", "{n} records nearby; click to zoom in"),
    "records": ("条", "records"),
    "close": ("关闭", "Close"),
    "legend": ("图例", "Legend"),
    "exact": ("实心：有具体位置", "Solid: exact place"),
    "pale": ("浅色：只知乡镇", "Pale: township only"),
    "dashed": ("虚线：模拟数据", "Dashed: modelled"),
    "stack": ("白圈数字：同一地点的项目数", "White disc: records at one place"),
    "badge": ("牌：该地区的项目数，点击筛选", "Badge: records of the area; click to filter"),
    "dark_badge": (
        "放大后深色牌：只知到市或省的项目",
        "Dark badge when zoomed in: known to the prefecture or province only",
    ),
    "modelled": ("模拟测算", "modelled"),
    "demo": ("演示数据", "practice data"),
    "unknown": ("没人填报（未知，不是零）：{fields}", "Nobody has reported (unknown, not zero): {fields}"),
    "precision": ("定位精度", "Location precision"),
    "no_point": (
        "没有可信坐标，因此地图上不画点，只计入所在地区的牌。",
        "No trustworthy coordinates: not drawn as a point, only counted in the badge of its area.",
    ),
    "near_line": ("距县界 500 米以内，县的归属需核实。", "Within 500 m of a county line: verify the county."),
    "quotes": ("文件怎么说（{n} 处）", "What the documents say ({n})"),
    "sources": ("每个值的来源", "Where each value comes from"),
    "whole_basis": ("本条依据", "Basis of the record"),
    "about": ("说明", "About"),
    "filter_was": ("范围", "Scope"),
    "made": ("生成时间", "Made"),
    "version": ("数据版本", "Data version"),
    "credit": ("署名", "Credit"),
    "approval": ("审图号", "Map approval number"),
    "internal": ("无审图号，仅供内部使用", "no map approval number: for internal use only"),
    "documents": ("来源文件", "Source documents"),
    "notes": ("使用须知", "Please note"),
    "map": (
        "地图：方向键移动，加减键缩放；列表里有同样的全部记录",
        "Map: arrow keys move it, plus and minus zoom; the list holds the same records, all of them",
    ),
    "list": ("筛选和列表", "Filters and list"),
    "card": ("项目卡", "Record"),
    "zoom_in": ("放大", "Zoom in"),
    "zoom_out": ("缩小", "Zoom out"),
    "home": ("回到全图", "Whole map"),
    "south_china_sea": ("南海诸岛", "South China Sea islands"),
    "no_script": (
        "本文件需要浏览器允许运行脚本才能显示地图。",
        "The browser must allow scripts for this map to be shown.",
    ),
}
"""Key → words; ``{…}`` are filled in by the script."""


def tongue(language: str) -> dict[str, str]:
    """Return the words of one language.

    >>> tongue("en")["close"], tongue("zh")["close"]
    ('Close', '关闭')
    """
    return {key: pair[language == "en"] for key, pair in WORDS.items()}
