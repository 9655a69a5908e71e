"""Style of the analysis pages: sentences, tables, curves, the quiet block of parameters."""

from typing import Final

import streamlit as st

from views import office_style

CSS: Final = """<style>
.atlas-says { margin: 0; max-width: 62em; }
.atlas-says p { margin: 0 0 .3rem; line-height: 1.6; overflow-wrap: anywhere; }
.atlas-says p:first-child { font-size: 1.12rem; font-weight: 600; color: #17324a; }
.atlas-grid { overflow: auto; max-height: 520px; border: 1px solid #d3dbe1; border-radius: 5px;
  width: fit-content; max-width: 100%; min-width: min(100%, 34rem); }
.atlas-grid table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: .84rem;
  font-variant-numeric: tabular-nums; }
.atlas-grid th, .atlas-grid td { padding: .28rem .5rem; border-bottom: 1px solid #e9eef2;
  text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: break-word; }
.atlas-grid thead th { position: sticky; top: 0; background: #f5f7f9; z-index: 2; color: #51606e;
  font-weight: 500; vertical-align: bottom; min-width: 3.6em; }
.atlas-grid th[scope=row] { position: sticky; left: 0; background: #fff; z-index: 1; min-width: 5em;
  max-width: 16em; }
.atlas-grid thead th:first-child { left: 0; z-index: 3; }
.atlas-grid .atlas-right { text-align: right; white-space: nowrap; }
.atlas-grid thead th.atlas-right { white-space: normal; }
.atlas-grid td.atlas-none { color: #6d7882; }
.atlas-grid .atlas-model { background: #f8f5fc; }
.atlas-grid thead th small { display: block; color: #6b4e9b; font-size: .72rem; }
.atlas-curve { max-width: 720px; margin: 0; }
.atlas-curve svg { width: 100%; height: auto; display: block; }
.atlas-under { color: #51606e; font-size: .82rem; margin: .2rem 0 0; max-width: 62em; line-height: 1.55;
  overflow-wrap: anywhere; }
.atlas-quiet { border-top: 1px solid #d3dbe1; padding-top: .5rem; font-size: .84rem; color: #34495c; }
.atlas-quiet h4 { font-size: .84rem; font-weight: 600; margin: .5rem 0 .15rem; padding: 0; color: #51606e; }
.atlas-quiet ul { margin: 0 !important; padding: 0 0 0 1.1rem !important; }
.atlas-quiet ul li { margin: 0 0 .15rem !important; padding: 0; line-height: 1.55; font-size: .84rem;
  overflow-wrap: anywhere; }
.atlas-quiet p { margin: .4rem 0 0; font-size: .84rem; color: #51606e; }
.atlas-quiet dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr));
  gap: .1rem 1.2rem; margin: 0 !important; padding: 0 !important; font-size: .84rem; }
.atlas-quiet dl div { display: flex; gap: .5rem; }
.atlas-quiet dl dt { color: #51606e; white-space: nowrap; }
.atlas-quiet dl dt, .atlas-quiet dl dd { margin: 0; padding: 0; line-height: 1.55; overflow-wrap: anywhere; }
[class*="-files"] [data-testid="stDownloadButton"] button { min-height: 2.1rem; padding: .15rem .6rem; }
@media (max-width: 640px) {
  .atlas-grid { max-height: 400px; }
  .atlas-grid .atlas-second { display: none; }
  .atlas-grid th[scope=row] { max-width: 9em; }
  .atlas-says p:first-child { font-size: 1.02rem; }
  .atlas-quiet dl { grid-template-columns: 1fr; }
}
</style>"""


def draw() -> None:
    """Put the style sheets on the page."""
    office_style.draw()
    st.html(CSS)
