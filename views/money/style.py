"""Style of the tables and bars of the money page."""

from typing import Final

import streamlit as st

from views import office_style

CSS: Final = """<style>
.atlas-money { overflow: auto; max-height: 560px; border: 1px solid #d3dbe1; border-radius: 5px; }
.atlas-money table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: .84rem;
  font-variant-numeric: tabular-nums; }
.atlas-money th, .atlas-money td { padding: .28rem .45rem; border-bottom: 1px solid #e9eef2;
  text-align: right; white-space: nowrap; font-weight: 400; }
.atlas-money thead th { position: sticky; top: 0; background: #f5f7f9; z-index: 2; color: #51606e;
  font-weight: 500; vertical-align: bottom; white-space: normal; min-width: 4.4em; }
.atlas-money th[scope=row] { position: sticky; left: 0; background: #fff; text-align: left; z-index: 1;
  min-width: 7em; white-space: normal; }
.atlas-money thead th:first-child { left: 0; z-index: 3; text-align: left; }
.atlas-money td.atlas-left, .atlas-money th.atlas-left { text-align: left; }
.atlas-money tr.atlas-sum th, .atlas-money tr.atlas-sum td { background: #eef3f7; font-weight: 600;
  position: sticky; bottom: 0; }
.atlas-money td.atlas-empty { color: #6d7882; }
.atlas-stack { display: flex; height: .7rem; min-width: 90px; background: #eef1f4; border-radius: 2px;
  overflow: hidden; }
.atlas-stack i { display: block; height: 100%; }
.atlas-keys { margin: .2rem 0; font-size: .8rem; color: #34495c; }
.atlas-key { margin-right: .8rem; white-space: nowrap; }
.atlas-key i { display: inline-block; width: .8rem; height: .65rem; border-radius: 2px; margin-right: .3rem; }
.st-key-funding-tiles .atlas-tiles { grid-template-columns: repeat(3, 1fr); }
@media (max-width: 640px) {
  .atlas-money { max-height: 420px; }
  .st-key-funding-tiles .atlas-tiles { grid-template-columns: repeat(2, 1fr); }
  .st-key-funding-tiles .atlas-tile b { font-size: 1.1rem; }
}
</style>"""


def draw() -> None:
    """Put the style sheets on the page."""
    office_style.draw()
    st.html(CSS)
