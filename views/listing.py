"""The same records as a table, page by page; a click opens the card, ticked rows go into the basket."""

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from layers.html import clean_text
from projects.filters import ProjectFilter
from projects.summary import Summary
from views import state, words
from views.shell import Shell

PAGE: Final = 100
SHOWN: Final = ("id", "name", "category_zh", "kind", "prefecture", "county", "township", "zone", "precision_zh",
                "stage_words", "stage", "funding_status", "total_investment_wan", "lead_units", "documents",
                "as_of_year")


def draw(shell: Shell, chosen: ProjectFilter) -> None:
    """Draw the table of matching records."""
    _ = shell.translate
    st.markdown(f"##### {_('项目列表')}")
    number = int(st.session_state.get("page_number", 1))
    page = shell.library.page(chosen, limit=PAGE, offset=(number - 1) * PAGE)
    pages = max(1, -(-page.matched // PAGE))
    if number > pages:
        st.session_state.page_number = 1
        st.rerun()
    picked = _table(shell, page.items)
    left, middle, right = st.columns([0.3, 0.4, 0.3], vertical_alignment="center")
    if pages > 1:
        left.number_input(_("第几页（共 {n} 页）").format(n=pages), 1, pages, key="page_number")
    middle.caption(_("本页 {returned} 条，共 {matched} 条").format(returned=page.returned, matched=page.matched))
    if right.button(_("把勾选的 {n} 条加入选集").format(n=len(picked)), disabled=not picked, width="stretch"):
        state.put_in_basket(picked)
        st.rerun()


def draw_stack(shell: Shell, ids: Sequence[str]) -> None:
    """List the records that stand at one clicked position."""
    _ = shell.translate
    page = shell.library.page(ProjectFilter(ids=tuple(ids)), limit=len(ids))
    st.markdown(f"##### {_('同一地点的 {n} 条').format(n=page.matched)}")
    for item in page.items:
        if st.button(clean_text(f"{item.name} · {words.category(item.category, _)}"), key=f"stack-{item.id}",
                     width="stretch"):
            st.session_state.selected = item.id
            st.rerun()


def frame(items: Sequence[Summary], shell: Shell) -> pd.DataFrame:
    """Return records as a table with headings and code words in the page's language."""
    rows = [{words.field(n, shell.language): _cell(shell, n, item) for n in SHOWN} for item in items]
    return pd.DataFrame(rows, columns=[words.field(n, shell.language) for n in SHOWN])


def _table(shell: Shell, items: Sequence[Summary]) -> list[str]:
    """Draw the rows and return the ids of the ticked ones; ticking a single row opens its card."""
    event: Any = st.dataframe(
        frame(items, shell), hide_index=True, width="stretch", on_select="rerun", selection_mode="multi-row",
        key="table", placeholder="", height=min(len(items) + 1, 12) * 35 + 3)
    picked = [items[i].id for i in event["selection"]["rows"] if i < len(items)]
    if len(picked) == 1 and picked[0] != st.session_state.get("last_picked"):
        st.session_state.last_picked = picked[0]
        st.session_state.selected = picked[0]
        st.rerun()
    if len(picked) != 1:
        st.session_state.last_picked = ""
    return picked


def _cell(shell: Shell, name: str, item: Summary) -> Any:
    value = getattr(item, name)
    if name == "category_zh":
        return words.category(item.category, shell.translate)
    if name in ("kind", "precision_zh", "stage", "funding_status"):
        field = {"precision_zh": "precision", "funding_status": "funding"}.get(name, name)
        code = str(item.precision) if name == "precision_zh" else str(value)
        return words.option_name(field, code, code, shell.translate)
    if isinstance(value, tuple):
        return clean_text("；".join(value))
    return clean_text(value) if isinstance(value, str) else value
