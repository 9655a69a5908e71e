"""Style of lights and steps; the tables are those of the money page."""

from typing import Final

import streamlit as st

from views.money import style

CSS: Final = """<style>
.atlas-light { display: inline-block; min-width: 2.6em; padding: 0 .4rem; border-radius: 3px;
  font-size: .8rem; line-height: 1.6; text-align: center; white-space: nowrap; }
.atlas-light-red { background: #fbe6e4; color: #7c1d1d; }
.atlas-light-yellow { background: #fbf1d9; color: #6b4a05; }
.atlas-light-green { background: #e2f0e6; color: #1f5a33; }
.atlas-light-grey, .atlas-light-over { background: #eceff2; color: #46535f; }
.atlas-rule { margin: .2rem 0; padding-left: 1.2rem; font-size: .87rem; }
.atlas-dispatch .atlas-money th, .atlas-dispatch .atlas-money td { padding: .28rem .35rem; }
.atlas-dispatch .atlas-money thead th { min-width: 3.6em; word-break: keep-all; }
.atlas-dispatch .atlas-money th[scope=row] { min-width: 8.5em; }
.atlas-dispatch .atlas-money th:last-child, .atlas-dispatch .atlas-money td:last-child { text-align: left;
  white-space: normal; min-width: 9.5em; }
.atlas-dispatch .atlas-money td:last-child .atlas-light { padding: 0 .25rem; }
.atlas-wordy .atlas-money td, .atlas-wordy .atlas-money thead th { text-align: left; }
</style>"""


def draw() -> None:
    """Put the style sheets on the page."""
    style.draw()
    st.html(CSS)
