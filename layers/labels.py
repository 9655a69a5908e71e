"""Every word the map itself says, in Chinese, ready for a gettext catalogue.

``labels(_)`` takes the translator of the page (``gettext.gettext`` of the chosen language), so that
each sentence stands here once and xgettext finds it by its ``_(…)``; without one the words are Chinese.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one language. Tables are keyed by the codes of standards.md."""

    categories: Mapping[str, str]
    precision: Mapping[int, str]
    basis: Mapping[str, str]
    levels: Mapping[str, str]
    words: Mapping[str, str]
    funding: Mapping[str, str]

    @property
    def signs(self) -> Mapping[str, str]:
        """Name of every sign of the palette: categories, then funding statuses."""
        return {**self.categories, **self.funding}


def _same(text: str) -> str:
    """Translate nothing: the source language is Chinese."""
    return text


def _categories(_: Translate) -> dict[str, str]:
    """Category code → name, in the fixed order of the standard."""
    return {
        "hospital": _("医疗服务机构"),
        "village_clinic": _("村卫生室"),
        "elderly_care": _("健康养老"),
        "tcm": _("中医药"),
        "pharma_park": _("医药制造与园区"),
        "medical_device": _("医疗器械与康复辅具"),
        "hot_spring_town": _("温泉小镇"),
        "wellness_tourism": _("健康旅游"),
        "sports": _("体育健身"),
        "food_health": _("健康食品"),
        "health_management": _("健康管理"),
        "education": _("教育与人才"),
        "insurance": _("健康保险"),
        "digital_health": _("智慧健康"),
        "other": _("其他"),
    }


def _funding(_: Translate) -> dict[str, str]:
    """Funding status → words, in the order of the palette; 未报 says that it is unknown, not zero."""
    return {
        "未报": _("未报（未知，不是零）"),
        "未落实": _("未落实"),
        "部分落实": _("部分落实"),
        "已落实": _("已落实"),
        "部分到位": _("部分到位"),
        "已到位": _("已到位"),
    }


def _precision(_: Translate) -> dict[int, str]:
    """Precision → what the reader may believe of the place."""
    return {
        1: _("位置精确到地块或楼宇"),
        2: _("位置精确到地址或村（1 公里内）"),
        3: _("只知乡镇，标在乡镇驻地"),
        4: _("只知县（市、区）"),
        5: _("只知市、功能区或省"),
        0: _("未定位"),
    }


def _basis(_: Translate) -> dict[str, str]:
    """Basis code → words."""
    return {
        "documented": _("规划原文"),
        "reported": _("单位上报"),
        "derived": _("公开资料推定"),
        "modelled": _("模拟"),
        "demo": _("演示数据"),
    }


def _levels(_: Translate) -> dict[str, str]:
    """Area level → one-word tag."""
    return {"province": _("省"), "prefecture": _("市"), "county": _("县"), "zone": _("功能区")}


def _words(_: Translate) -> dict[str, str]:
    """Everything else: legend, tooltips, buttons."""
    return {
        "legend": _("图例"),
        "signs": _("怎么看"),
        "category": _("类别"),
        "funding": _("资金状态"),
        "exact": _("实心：有具体位置"),
        "township": _("浅色：只知乡镇"),
        "stack": _("同一地点有多项，数字为项目数"),
        "badge": _("县市牌：辖区项目数，点击查看"),
        "cluster": _("聚合圈：附近项目数，点击放大"),
        "badge_paper": _("方框：辖区项目数，色条为各类别的份额"),
        "cluster_paper": _("圆圈：位置相近的项目数"),
        "modelled": _("虚线：模拟数据"),
        "slot_title": _("模拟分配，非下达指标"),
        "no_data": _("无数据"),
        "below": _("小于"),
        "and_more": _("及以上"),
        "weak": _("稀疏"),
        "strong": _("密集"),
        "north": _("北"),
        "kilometres": _("公里"),
        "metres": _("米"),
        "items": _("项"),
        "only_here": _("其中仅知在此辖区"),
        "rooms": _("所村卫生室"),
        "open_card": _("点击查看项目卡"),
        "open_list": _("点击列出项目"),
        "zoom_here": _("点击放大"),
        "zoom_in": _("放大"),
        "zoom_out": _("缩小"),
        "fullscreen": _("全屏显示"),
        "fullscreen_off": _("退出全屏"),
        "home": _("回到全图"),
        "map": _("地图：方向键移动，加减键缩放，“图上清单”逐项列出"),
        "list": _("图上清单"),
        "in_view": _("图上清单：本视图 {n} 处"),
        "none_in_view": _("本视图没有标记；同样内容的表格是全的"),
        "beyond": _("还有 {n} 处：放大地图后列出，或看表格"),
        "close": _("关闭"),
        "loading": _("地图加载中…"),
        "missing_asset": _("地图组件文件缺失，无法绘图。请重新运行 make run 补齐后刷新页面："),
        "broken": _("地图绘制出错，请刷新页面；列表和导出不受影响。"),
        "gathered": _("按格聚合：本视野 {n} 处合为 {m} 格，另逐个绘出 {k} 处；放大后逐步分开"),
        "cells_failed": _("这个视野的点位没有取到，请再移动一下地图或刷新页面；列表和导出不受影响。"),
        "route": _("线路"),
        "maritime": _("海上界线"),
        "zone": _("功能区范围"),
    }


def labels(translate: Translate = _same) -> Labels:
    """Return the words in the language of ``translate`` (msgid: the Chinese sentence)."""
    return Labels(
        categories=_categories(translate),
        precision=_precision(translate),
        basis=_basis(translate),
        levels=_levels(translate),
        words=_words(translate),
        funding=_funding(translate),
    )


ZH = labels()
"""The Chinese words, the default."""
