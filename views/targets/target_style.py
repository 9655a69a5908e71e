"""Style of the targets pages: tables keep their width and scroll on a phone, numbers stay on one line.

On a phone the board keeps to the columns it is read for.
"""

from typing import Final

import streamlit as st

CSS: Final = """<style>
.atlas-targets { overflow-x: auto; }
.atlas-targets table { min-width: 860px; }
.atlas-targets th { width: auto; min-width: 4.5em; }
.atlas-targets td.atlas-number { white-space: nowrap; font-variant-numeric: tabular-nums; }
.atlas-targets tr.atlas-total th, .atlas-targets tr.atlas-total td { background: #eef3f7; font-weight: 600; }
@media (max-width: 640px) {
  .atlas-board table { min-width: 560px; }
  .atlas-board .atlas-wide { display: none; }
  .atlas-board .atlas-tag { white-space: normal; }
  .atlas-board th { min-width: 4em; }
}
</style>"""


def draw() -> None:
    """Put the style sheet on the page."""
    st.html(CSS)
