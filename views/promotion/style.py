"""Style of the promotion page: cards, the comparison, the funnel; drawn once."""

from typing import Final

import streamlit as st

CSS: Final = """<style>
.atlas-deals { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: .6rem; }
.atlas-deal { border: 1px solid #d3dbe1; border-radius: 6px; padding: .55rem .75rem; background: #fff;
  overflow-wrap: anywhere; font-size: .87rem; }
.atlas-deal h4 { font-size: .97rem; margin: 0 0 .25rem; padding: 0; }
.atlas-deal dl { display: grid; grid-template-columns: 6.2em 1fr; gap: .1rem .4rem; margin: .3rem 0; }
.atlas-deal dt { color: #51606e; } .atlas-deal dd { margin: 0; }
.atlas-deal p { margin: .3rem 0 0; } .atlas-deal .atlas-offer { white-space: pre-line; }
.atlas-nil { color: #6d7882; font-style: normal; }
.atlas-table { width: 100%; border-collapse: collapse; font-size: .86rem;
  font-variant-numeric: tabular-nums; }
.atlas-table th, .atlas-table td { padding: .28rem .45rem; border-bottom: 1px solid #e4e9ee; text-align: left;
  vertical-align: top; }
.atlas-table thead th { color: #51606e; font-weight: 500; border-bottom: 1px solid #b9c6d2; }
.atlas-table td.atlas-n, .atlas-table th.atlas-n { text-align: right; white-space: nowrap; }
.atlas-table tr.atlas-all td, .atlas-table tr.atlas-all th { font-weight: 700; background: #f5f7f9; }
.atlas-table .atlas-name { white-space: nowrap; }
.atlas-compare { width: 100%; border-collapse: collapse; font-size: .86rem; table-layout: fixed; }
.atlas-compare th, .atlas-compare td { padding: .3rem .5rem; border-bottom: 1px solid #e4e9ee;
  text-align: left; vertical-align: top; overflow-wrap: anywhere; }
.atlas-compare tbody th { color: #51606e; font-weight: 500; }
.atlas-compare thead th { border-bottom: 2px solid #b9c6d2; font-size: .92rem; }
.atlas-compare col.atlas-what { width: 10.5em; }
.atlas-compare tr.atlas-differs td { background: #fdf7ea; }
.atlas-compare tbody th, .atlas-compare thead th:first-child { position: sticky; left: 0; background: #fff; }
.atlas-step { display: grid; grid-template-columns: 7em 1fr 18em; gap: .6rem; align-items: center;
  font-size: .92rem; margin: .18rem 0; }
.atlas-step i { display: block; height: 1.15rem; background: #7b9cb8; border-radius: 2px; min-width: 1px; }
.atlas-step i.atlas-implied { background: repeating-linear-gradient(45deg, #a9bfd1 0 5px, #c9d8e4 5px 10px); }
.atlas-step span.atlas-track { display: flex; background: #eef2f5; border-radius: 2px; }
.atlas-step em { font-style: normal; color: #51606e; font-size: .82rem; }
@media (max-width: 640px) {
  .atlas-step { grid-template-columns: 6.4em 1fr 9em; gap: .3rem; }
}
</style>"""


def draw() -> None:
    """Put the style sheet on the page."""
    st.html(CSS)
