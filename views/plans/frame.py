"""The frame of both pages: filter, area, edition, the sections below, and what a step came to."""

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.plans.editions import Edition, EditionKind, EditionState
from views import state, words
from views.map import filters
from views.money import style
from views.notices import notice
from views.plans import assistant, comparison, content, here
from views.plans.here import Here
from views.shell import Shell, guarded, home_filter

_DRAW: Final[Mapping[str, Callable[[Shell, Here], None]]] = {
    "edition": content.draw,
    "compare": comparison.draw,
    "make": assistant.draw,
}


def draw(shell: Shell, kind: EditionKind, title: str, purpose: str) -> None:
    """Draw a whole page."""
    _ = shell.translate
    style.draw()
    for found in state.open_filter(lambda: home_filter(shell), shell.defaults):
        notice(words.param_issue(found, _))
    with st.sidebar:
        chosen = filters.draw_filters(shell)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="plans-head"):
        st.html(element("h2", escape(title), class_="atlas-title"), width="content")
        filters.draw_chips(shell, chosen)
    st.html(element("p", escape(purpose), class_="atlas-muted"))
    here.take_over(shell, kind)
    _said(kind)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="plans-choice"):
        where = here.choose(shell, kind, chosen)
    if where is None:
        text = _("还没有任何地区的版本。版本按地区编制：请在左侧筛选“在哪里”中选一个省、市或县；")
        notice(text + _("手机上先点左上角的 » 打开筛选。"), "info")
        return
    guarded(lambda: _waiting(shell, where), _)
    section = _section(shell, where)
    here.keep(shell, where, section, comparison.against(shell, where) if section == "compare" else None)
    guarded(lambda: _DRAW[section](shell, where), _)


def _said(kind: EditionKind) -> None:
    """Say what the step before this run came to."""
    said = st.session_state.pop(f"{kind}-said", None)
    if said is not None:
        notice(*said)


def _waiting(shell: Shell, where: Here) -> None:
    """Name the proposals that wait for this reader, those of other areas counted."""
    _ = shell.translate
    count = shell.editions.waiting(where.kind)
    if not count:
        return
    open_here = [one for one in where.line if one.state is EditionState.PROPOSED]
    with st.container(horizontal=True, vertical_alignment="center", key="plans-waiting"):
        notice(_("有 {n} 份提案等您审定，其中本地区 {m} 份。").format(n=count, m=len(open_here)), "info")
        for one in _others(where, open_here)[:6]:
            st.button(
                f"{shell.translate('打开')} {one.id}",
                key=f"open-{one.id}",
                on_click=here.leave_for,
                args=(where.kind,),
                kwargs={"edition": one.id},
                help=here.label(shell, one),
            )


def _others(where: Here, open_here: list[Edition]) -> list[Edition]:
    """Return the proposals besides the one that is open, those of this area first."""
    elsewhere = [
        one for one in where.everywhere if one.state is EditionState.PROPOSED and one.area_code != where.area
    ]
    shown = where.edition.id if where.edition else None
    return [one for one in (*open_here, *elsewhere) if one.id != shown]


def _section(shell: Shell, where: Here) -> str:
    _ = shell.translate
    titles = {"edition": _("本版内容"), "compare": _("与其他版比较")}
    if where.rights.propose:
        titles["make"] = _("编制下一版") if where.newest else _("编制第一版")
    key = where.key("show")
    if st.session_state.get(key) not in titles:
        st.session_state[key] = "edition"
    found = st.segmented_control(
        _("看什么"),
        list(titles),
        key=key,
        format_func=titles.__getitem__,
        label_visibility="collapsed",
        required=True,
    )
    return str(found or "edition")
