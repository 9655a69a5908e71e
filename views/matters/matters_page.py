"""The page of matters: what is to be settled, by whom, until when; one matter with all that was said."""

import streamlit as st

from layers.html import element, escape
from views import state, words
from views.map import filters
from views.matters import address, detail_part, list_part, raise_form, reply_part, style
from views.notices import notice
from views.shell import Shell, guarded


def draw(shell: Shell) -> None:
    """Draw the list, the matter that the address names, or the form for a new one."""
    _ = shell.translate
    style.draw()
    if not shell.identity.signed_in:
        notice(_("事项只给有关单位看：请先登录。"), "info")
        return
    reply_part.apply_later()
    for found in address.take_over(shell):
        notice(words.param_issue(found, _))
    chosen = state.get_filter()
    key = address.number("matter")
    if key is not None:
        guarded(lambda: detail_part.draw(shell, key), _)
    elif address.own.held()["new"]:
        guarded(lambda: raise_form.draw(shell), _)
    else:
        with st.sidebar:
            chosen = filters.draw_filters(shell)
        _head(shell)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="matters-chips"):
            filters.draw_chips(shell, chosen)
        guarded(lambda: list_part.draw(shell, chosen), _)
    address.write(shell, chosen)


def _head(shell: Shell) -> None:
    """Draw the title and the way to raise a matter, for those who may."""
    _ = shell.translate
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="matters-head"):
        st.html(element("h2", escape(_("事项")), class_="atlas-title"), width="content")
        if shell.identity.edits:
            st.button(
                _("提出事项"),
                key="matters-new",
                icon=":material/add:",
                type="primary",
                on_click=address.put,
                args=("new", "1"),
            )
