"""Investment promotion: what is open to capital, sites side by side, visits and leads, the funnel."""

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.filters import ProjectFilter
from projects.promotion.ports import Promotion
from views import office_style, state, words
from views.map import filters
from views.notices import notice
from views.promotion import address, compare_tab, events_tab, funnel_tab, opportunities_tab, style
from views.shell import Shell, guarded

Tab = Callable[[Shell, Promotion, ProjectFilter], None]
TABS: Final[Mapping[str, Tab]] = {
    "opportunities": opportunities_tab.draw,
    "compare": compare_tab.draw,
    "events": events_tab.draw,
    "funnel": funnel_tab.draw,
}


def draw(shell: Shell) -> None:
    """Draw the tab that the address names, under the filter that all pages share."""
    _ = shell.translate
    office_style.draw()
    style.draw()
    for found in address.take_over(shell):
        notice(words.param_issue(found, _))
    with st.sidebar:
        chosen = filters.draw_filters(shell)
    st.html(element("h2", escape(_("招商")), class_="atlas-title"))
    tab = _tab(shell)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="promotion-chips"):
        filters.draw_chips(shell, chosen)
    guarded(lambda: TABS[tab](shell, shell.promotion, chosen), _)
    address.write(shell, chosen)


def _tab(shell: Shell) -> str:
    _ = shell.translate
    names = {
        "opportunities": _("招商机会"),
        "compare": _("比选"),
        "events": _("考察与线索"),
        "funnel": _("漏斗"),
    }
    asked = address.held()["tab"]
    asked = asked if asked in names else "opportunities"
    state.sync_captions(address.key("tab"), {names[asked]: asked})
    found = address.widget(
        "tab",
        asked,
        lambda key: st.segmented_control(
            _("栏目"),
            list(names),
            key=key,
            format_func=names.__getitem__,
            label_visibility="collapsed",
            required=True,
            on_change=_turned,
        ),
    )
    return str(found or "opportunities")


def _turned() -> None:
    """Begin another tab on its first page."""
    address.put("p", "1")
