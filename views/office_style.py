"""Style of the pages around filing: tiles, steps, old → new; drawn once by each of them."""

from typing import Final

import streamlit as st

CSS: Final = """<style>
.atlas-tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: .5rem; }
.atlas-tile { border: 1px solid #d3dbe1; border-radius: 6px; padding: .5rem .7rem; background: #fff; }
.atlas-tile b { display: block; font-size: 1.35rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.atlas-tile span { color: #51606e; font-size: .82rem; }
.atlas-tile em { display: block; font-style: normal; color: #51606e; font-size: .78rem; }
.atlas-tile.atlas-hot { border-color: #c8662c; background: #fdf7f2; }
.atlas-link { color: #1d5a8c; text-decoration: underline; text-underline-offset: 2px; }
ol.atlas-steps.atlas-steps { display: flex; flex-wrap: wrap; gap: .3rem .9rem; margin: 0;
  padding: 0 !important; list-style: none;
  font-size: .9rem; color: #51606e; }
.atlas-steps li { margin: 0 !important; padding: .15rem .1rem; border-bottom: 3px solid #dbe3e9; }
.atlas-steps li.atlas-now { color: #17324a; font-weight: 700; border-color: #1d5a8c; }
.atlas-steps li.atlas-done { border-color: #7fa3c0; }
.atlas-tag { display: inline-block; padding: 0 .45rem; border-radius: 3px; font-size: .78rem;
  line-height: 1.5; background: #e8eef3; color: #34495c; white-space: nowrap; }
.atlas-tag-new, .atlas-tag-accepted { background: #e2f0e6; color: #1f5a33; }
.atlas-tag-updated, .atlas-tag-submitted { background: #e4eef7; color: #1b4368; }
.atlas-tag-held, .atlas-tag-partly_accepted, .atlas-tag-warning, .atlas-tag-notice { background: #fbf1d9;
  color: #6b4a05; }
.atlas-tag-rejected, .atlas-tag-error, .atlas-tag-conflict { background: #fbe6e4; color: #7c1d1d; }
.atlas-diff { width: 100%; border-collapse: collapse; font-size: .87rem; }
.atlas-diff th, .atlas-diff td { padding: .26rem .4rem; border-bottom: 1px solid #e4e9ee; text-align: left;
  vertical-align: top; overflow-wrap: anywhere; font-weight: 400; }
.atlas-diff th { color: #51606e; width: 9em; overflow-wrap: break-word; }
.atlas-diff thead th { font-size: .78rem; width: auto; border-bottom: 1px solid #b9c6d2; }
.atlas-old { color: #6d7882; text-decoration: line-through; text-decoration-color: #b9c1c8; }
.atlas-old.atlas-none { text-decoration: none; }
.atlas-asked { color: #17324a; font-weight: 600; }
.atlas-where { color: #51606e; font-size: .77rem; font-weight: 400; }
.atlas-diff td.atlas-cell { width: 1%; white-space: nowrap; }
.atlas-diff td p { margin: 0; }
.atlas-rowbox { border: 1px solid #dfe6eb; border-radius: 5px; padding: .45rem .65rem; margin: 0 0 .45rem; }
.atlas-rowhead, .atlas-rowbox .atlas-rowhead { font-size: .95rem; margin: 0 0 .15rem; font-weight: 600;
  overflow-wrap: anywhere; }
.atlas-rowbox ul, .atlas-plainlist { margin: .2rem 0 0; padding-left: 1.1rem; font-size: .87rem; }
.atlas-bars { width: 100%; border-collapse: collapse; font-size: .87rem; }
.atlas-bars td { padding: .2rem .3rem; vertical-align: middle; }
.atlas-bar { display: block; height: .6rem; background: #e6edf2; border-radius: 2px; overflow: hidden; }
.atlas-bar i { display: block; height: 100%; background: #7b9cb8; }
.atlas-rowbox p { margin: .15rem 0 0; font-size: .88rem; }
.atlas-scroll { overflow-x: auto; }
.atlas-sum { font-size: .95rem; margin: .2rem 0; }
.atlas-sum b { font-variant-numeric: tabular-nums; }
.atlas-time { border-left: 2px solid #c9d5de; margin: 0 0 0 .3rem; padding: 0 0 .6rem .8rem;
  position: relative; }
.atlas-time::before { content: ""; position: absolute; left: -6px; top: .4rem; width: 10px; height: 10px;
  border-radius: 50%; background: #1d5a8c; }
.atlas-time p { margin: 0; font-size: .88rem; overflow-wrap: anywhere; }
.atlas-thumb { max-width: 260px; width: 100%; height: auto; border: 1px solid #d3dbe1; border-radius: 4px; }
.st-key-actions a, .st-key-actions button { border: 1px solid #1d5a8c; border-radius: 6px; min-height: 3rem;
  width: 100%; justify-content: center; background: #fff; margin: 0; }
.st-key-actions [data-testid="stElementContainer"] { margin: 0; }
.st-key-actions a:hover { background: #eef4f9; }
.st-key-actions [data-testid="stPageLink"] p, .st-key-actions a p, .st-key-actions button p {
  font-weight: 600; color: #1d5a8c; }
@media (max-width: 640px) {
  .atlas-tiles { grid-template-columns: repeat(2, 1fr); }
  .atlas-diff th { width: 6em; }
}
</style>"""


def draw() -> None:
    """Put the style sheet on the page."""
    st.html(CSS)
