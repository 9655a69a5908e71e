"""Style of the pages of matters and meetings; drawn once."""

from typing import Final

import streamlit as st

from views import office_style

CSS: Final = """<style>
.atlas-matters { width: 100%; border-collapse: collapse; font-size: .88rem;
  font-variant-numeric: tabular-nums; }
.atlas-matters th, .atlas-matters td { padding: .32rem .5rem; border-bottom: 1px solid #e4e9ee;
  text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
.atlas-matters thead th { color: #51606e; font-weight: 500; border-bottom: 1px solid #b9c6d2;
  white-space: nowrap; }
.atlas-matters .atlas-n { text-align: right; white-space: nowrap; }
.atlas-matters .atlas-day { white-space: nowrap; }
.atlas-matters td p { margin: .1rem 0 0; }
.atlas-matter-text { white-space: pre-line; overflow-wrap: anywhere; font-size: .93rem; margin: .2rem 0; }
.atlas-small { display: none; }
.st-key-matters-tiles .atlas-tiles { grid-template-columns: repeat(auto-fit, minmax(112px, 1fr)); }
@media (max-width: 640px) {
  .atlas-wide { display: none; }
  .atlas-small { display: block; }
  .atlas-matters th, .atlas-matters td { padding: .32rem .3rem; }
}
</style>"""


def draw() -> None:
    """Put the style sheets on the page."""
    office_style.draw()
    st.html(CSS)
