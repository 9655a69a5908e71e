"""The hand-picked records: how many, which, seen alone on the map, exported, emptied."""

from typing import Final

import streamlit as st

from projects.filters import MAX_VALUES, ProjectFilter
from views import state
from views.plain import plain
from views.shell import Shell, guarded

LISTED: Final = 30


def draw(shell: Shell) -> None:
    """Draw the button that unfolds the basket."""
    _ = shell.translate
    with st.popover(_("选集 {n}").format(n=len(state.basket())), icon=":material/bookmark:"):
        guarded(lambda: _content(shell), _)


def _content(shell: Shell) -> None:
    _ = shell.translate
    picked = state.basket()
    if not picked:
        st.caption(_("还没有选。在项目卡上点“加入选集”，或在列表中勾选后加入。"))
        return
    with st.container(horizontal=True, gap="small"):
        st.button(_("只看选集"), key="only-basket", on_click=_only, disabled=len(picked) > MAX_VALUES)
        st.button(_("清空选集"), key="empty-basket", on_click=lambda: state.drop_from_basket(picked))
    items = shell.library.page(ProjectFilter(ids=tuple(picked[:MAX_VALUES])), limit=LISTED).items
    for item in items:
        name, remove = st.columns([0.85, 0.15], vertical_alignment="center")
        name.button(
            plain(item.name), key=f"basket-{item.id}", type="tertiary", on_click=state.select, args=(item.id,)
        )
        remove.button(
            "✕",
            key=f"unpick-{item.id}",
            type="tertiary",
            help=_("移出选集"),
            on_click=state.drop_from_basket,
            args=([item.id],),
        )
    if len(picked) > len(items):
        st.caption(_("还有 {n} 条未在此列出。").format(n=len(picked) - len(items)))


def _only() -> None:
    """Show the basket alone, without the other conditions, else some of it might be hidden."""
    state.put_filter(ProjectFilter(ids=tuple(state.basket())))
