"""The layers one may use: what they hold, whose they are; sharing and taking away one's own."""

from typing import Any

import streamlit as st

from layers.html import element, escape
from projects.analysis.inputs import LayerInfo, LayerKind
from projects.codes import DATUM_ZH, Datum
from views import marks
from views.analysis.layers import report as layer_report
from views.analysis.layers.words import day_words, kind_words
from views.i18n import Translate
from views.plain import plain
from views.shell import Shell, guarded

SHOWN = 60


def draw(shell: Shell) -> None:
    """List the layers, newest first."""
    _ = shell.translate
    layers = shell.analysis.layers()
    st.html(element("h3", escape(_("已载入的图层")), class_="atlas-heading"))
    if not layers:
        st.caption(_("还没有图层。载入后，覆盖和选址分析可以用它。"))
        return
    for info in layers[:SHOWN]:
        _one(shell, info)
    if len(layers) > SHOWN:
        st.caption(_("只列出最新的 {n} 个，共 {all} 个。").format(n=SHOWN, all=len(layers)))


def _one(shell: Shell, info: LayerInfo) -> None:
    _ = shell.translate
    with st.container(border=True):
        st.html(_words(info, _))
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.popover(_("读取报告"), icon=":material/receipt_long:"):
                guarded(lambda: layer_report.draw(shell, as_report(info)), _)
            if info.kind is LayerKind.LAND_USE:
                st.button(
                    _("在地图上看"),
                    key=f"layer-plan-{info.id}",
                    icon=":material/map:",
                    on_click=_show,
                    args=(info.id,),
                )
            if info.own:
                guarded(lambda: _own(shell, info), _)


def _show(layer: int) -> None:
    st.query_params["plan"] = str(layer)


def as_report(info: LayerInfo) -> dict[str, Any]:
    """Return a stored layer as the report of its reading."""
    return {
        "kind": str(info.kind),
        "rows": info.rows,
        "used": info.used,
        "left_out": info.left_out,
        "people": info.people,
        "detail": info.detail,
    }


def _words(info: LayerInfo, _: Translate) -> str:
    """Return a layer in three lines: what, how much, whose."""
    people = _("{n} 人").format(n=f"{info.people:,.0f}") if info.people is not None else ""
    amount = _("{used} / {rows} 行可用").format(used=f"{info.used:,}", rows=f"{info.rows:,}")
    datum = _(DATUM_ZH[Datum(info.datum)]) if info.datum in tuple(Datum) else info.datum
    day = day_words(info, _)
    whose = f"{info.loaded_by} · {marks.when(info.loaded_at)}"
    access = _("已共享") if info.shared else _("只有自己可用")
    head = element("p", marks.tag(kind_words(info.kind, _)), " ", escape(info.name), class_="atlas-rowhead")
    lines = (
        " · ".join(part for part in (amount, people, datum, day) if part),
        _("来源：{source}").format(source=info.source),
        f"{whose} · {access}",
    )
    return head + "".join(element("p", escape(line), class_="atlas-muted") for line in lines)


def _own(shell: Shell, info: LayerInfo) -> None:
    """Let the owner share the layer or take it away."""
    _ = shell.translate
    key = f"layer-shared-{info.id}"
    st.session_state[key] = info.shared  # what stands in the database, also when it was changed elsewhere
    st.toggle(_("共享给所有登录的人"), key=key, on_change=_share, args=(shell, info.id, key))
    with st.popover(_("移除"), icon=":material/delete:"):
        st.markdown(
            plain(_("移除“{name}”？用它的链接会改用默认数据，并提示找不到图层。").format(name=info.name))
        )
        if st.button(_("确认移除"), key=f"layer-remove-{info.id}", type="primary"):
            shell.analysis.remove(info.id)
            st.rerun()


def _share(shell: Shell, layer: int, key: str) -> None:
    guarded(lambda: shell.analysis.share(layer, bool(st.session_state[key])), shell.translate)
