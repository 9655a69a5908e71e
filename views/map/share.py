"""Handing the view on: a link to it, the interface for QGIS and platforms, the map that needs no network."""

from typing import Any, Final

import streamlit as st

from layers.html import element, escape
from projects.filters import ProjectFilter
from views import state, ways
from views.packs.links import absolute
from views.packs.words import query
from views.shell import Shell, guarded

API: Final = "ogc"
"""Path of the OGC API below the map page."""
OFFLINE: Final = "offline_html"


def draw(shell: Shell, chosen: ProjectFilter) -> None:
    """Draw the way to a pack of this filter, and the button that unfolds the ways to share."""
    wanted: dict[str, Any] = dict(chosen.to_params())
    ways.link(shell, shell.translate("做材料"), "packs", ":material/folder_zip:", **wanted)
    with st.popover(shell.translate("分享"), icon=":material/share:"):
        guarded(lambda: _content(shell, chosen), shell.translate)


def _content(shell: Shell, chosen: ProjectFilter) -> None:
    _ = shell.translate
    _heading(_("这个画面的链接"))
    st.code(absolute(view_address(shell, chosen)), language=None, wrap_lines=True)
    st.caption(_("对方打开看到同样的筛选；看得到哪些记录，由对方的权限定。"))
    _heading(_("在 QGIS 里用，给其他平台用（OGC API）"))
    st.code(absolute(API), language=None, wrap_lines=True)
    for step in _steps(shell):
        st.caption(step)
    _heading(_("没有网络的地方"))
    wanted: dict[str, Any] = {"parts": OFFLINE, **chosen.to_params()}
    ways.link(shell, _("做一个离线地图文件"), "packs", ":material/public_off:", **wanted)
    st.caption(_("一个网页文件，放在 U 盘里双击就能打开，可以筛选、点开看。"))


def view_address(shell: Shell, chosen: ProjectFilter) -> str:
    """Return the address of the map as it is now, counted from the map page."""
    params = state.params_of(chosen, state.get_view(), shell.defaults)
    return f"?{query(params)}" if params else ""


def _steps(shell: Shell) -> list[str]:
    """Return how QGIS is told, and what it needs where nobody may read without signing in."""
    _ = shell.translate
    steps = [
        _(
            "QGIS：图层 → 添加图层 → 添加 WFS / OGC API - Features 图层 → 新建，"
            "粘贴上面的地址，连接，选 projects。"
        ),
        _("只读；筛选、分页、矢量瓦片见该地址的说明页。"),
    ]
    if not shell.settings.anonymous_reads:
        steps.append(_("本系统不对未登录的人开放：连接时要带本单位的接口令牌，请管理员在“账户管理”里发。"))
    return steps


def _heading(text: str) -> None:
    st.html(element("p", element("b", escape(text)), class_="atlas-muted"))
