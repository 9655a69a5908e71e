"""The words that stand on every page of a practice database, and stay in sight while the page scrolls."""

from typing import Final

import streamlit as st

from layers.html import element, escape
from views.i18n import Translate

CSS: Final = """<style>
.atlas-practice { color: #7c1d1d; background: #fbeaea; border: 1px dashed #b53a3a; border-radius: 5px;
  padding: .45rem .8rem; font-size: .92rem; font-weight: 600; margin: 0; }
.atlas-practice-strip { position: fixed; left: 0; right: 0; bottom: 0; z-index: 1000; pointer-events: none;
  text-align: center; font-size: .8rem; line-height: 1.5; margin: 0; color: #fff;
  background: #8c2020; }
[data-testid="stMainBlockContainer"] { padding-bottom: 3rem; }
</style>"""


def draw(_: Translate) -> None:
    """Draw the banner; call it above every page, the sign-in page too, of a practice database."""
    words = _("演示（练习）环境：项目、金额、日期和位置全部虚构，不代表任何真实项目，不得引用。")
    short = _("演示数据 · 全部虚构")
    st.html(
        CSS
        + element("p", escape(words), class_="atlas-practice", role="note")
        + element("p", escape(short), class_="atlas-practice-strip", aria_hidden="true")
    )
