"""The map of an exhibit: its boundaries and overlays; a click on a record's mark offers the card."""

from typing import Final

import streamlit as st

from layers import assets
from layers.events import Click
from projects.analysis import showing
from projects.analysis.exhibit import Exhibit
from projects.filters import ProjectFilter
from services.exhibit_scene import drawn, exhibit_scene
from services.map_parts import Shading, Wishes
from views import ways, words
from views.analysis.exhibit.tables import lists
from views.i18n import map_labels
from views.map.basemaps import tile_sources
from views.map.map_component import show_map
from views.notices import notice
from views.shell import STATIC, Shell, credit, guarded

HEIGHT: Final = 520
NO_SHADING: Final = Shading("none", "", "", "")


def wishes(shell: Shell) -> Wishes:
    """Return what the map of an exhibit is drawn with: words, credit line, background."""
    return Wishes(
        labels=map_labels(shell.language),
        credit=credit(shell),
        shading=NO_SHADING,
        ask=st.session_state.get("ask", 0),
        basemap=tile_sources(shell.settings),
    )


@st.fragment
def draw(shell: Shell, exhibit: Exhibit, chosen: ProjectFilter, key: str) -> None:
    """Draw the map where there is anything to draw; a click reruns this part alone."""
    if not drawn(exhibit):
        return
    if missing := assets.missing(STATIC):
        notice(
            shell.translate(
                "地图组件缺少 {n} 个文件（{names}）。请管理员重新运行 make run 补齐后刷新本页；"
                "列表和导出照常可用。"
            ).format(n=len(missing), names=words.joined(missing, shell.language)),
            "error",
        )
        return
    guarded(lambda: _draw(shell, exhibit, chosen, key), shell.translate)


def _draw(shell: Shell, exhibit: Exhibit, chosen: ProjectFilter, key: str) -> None:
    scene = exhibit_scene(shell.scenes, chosen, wishes(shell), exhibit)
    serial = st.session_state["map_serial"] = st.session_state.get("map_serial", 0) + 1
    answer = show_map(scene, key=f"{key}-map", height=HEIGHT, serial=serial)
    if answer.click:
        _follow(shell, answer.click)


def _follow(shell: Shell, click: Click) -> None:
    """Offer the card of the record that was clicked, or the list of several."""
    if click.kind != "project":
        return
    _ = shell.translate
    ids = click.ids or showing.ids_of(click.id)
    if len(ids) == 1:
        ways.link(shell, _("打开项目卡 {id}").format(id=ids[0]), "map", id=ids[0])
    elif ids:
        for label, part in lists(shell, ids):
            ways.link(shell, label, "map", ids=",".join(part))
