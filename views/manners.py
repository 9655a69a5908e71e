"""Manners of every page towards keyboards and screen readers: title, language, ways past menu and map."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import streamlit as st
from streamlit.components.v2 import component

from layers import manners
from layers.html import element, escape
from views.i18n import Translate

TABLE: Final = "atlas-rows"
"""Where the rows of a map stand as a table: the ``id`` that the way to them leads to."""


@cache
def _component() -> Any:
    """Register the component once per process."""
    return component("atlas_manners", html=manners.HTML, js=manners.JS)


def draw(language: str, translate: Translate) -> None:
    """Tell the browser the language of the page and what Streamlit says in English only; once per run."""
    _ = translate
    with st.container(key="manners"):
        _component()(
            key="atlas-manners",
            data={
                "lang": "en" if language == "en" else "zh-CN",
                "skip": _("跳到正文"),
                "side": _("筛选"),
                "menu": _("页面菜单"),
                "map": _("地图"),
                "scroll": _("表格，可左右滚动"),
            },
        )


def page_title(title: str, translate: Translate) -> str:
    """Return what the browser's tab and a screen reader call a page: its own name first.

    >>> page_title("资金", str)
    '资金 · 健康产业一张图'
    """
    return f"{title} · {translate('健康产业一张图')}"


def way_to_rows(translate: Translate, anchor: str = TABLE) -> None:
    """Draw, before a map, the way past it to the table of the same rows."""
    words = translate("跳过地图，看同样内容的表格")
    st.html(element("a", escape(words), href=f"#{anchor}", class_="atlas-way"))


def rows_elsewhere(translate: Translate, key: str, act: Callable[[], None]) -> None:
    """Draw, at a map, the button that shows the same rows as a table in another section of the page."""
    words = translate("同样内容的表格")
    st.button(words, key=key, type="tertiary", icon=":material/table_rows:", on_click=act)
