"""Style of the page of directories: lines in tables, long texts, the rules of flags."""

from typing import Final

import streamlit as st

from views.analysis.exhibit import style as exhibit_style

CSS: Final = """<style>
.atlas-lines { max-height: 620px; width: 100%; }
.atlas-lines td { max-width: 24em; overflow-wrap: anywhere; min-width: 4.2em; }
.atlas-lines td.atlas-long { min-width: 14em; white-space: pre-line; }
.atlas-lines th[scope=row] small, .atlas-lines td small { display: block; color: #6b4a05; font-size: .76rem; }
.atlas-lines td.atlas-wrap { max-width: 18em; }
.atlas-rules { color: #51606e; font-size: .82rem; margin: .3rem 0 0; padding: 0 0 0 1.1rem; max-width: 62em; }
.atlas-mistakes { margin: .3rem 0 0; padding-left: 1.1rem; font-size: .88rem; }
.atlas-mistakes code { background: #f3e3dc; padding: 0 .25rem; border-radius: 3px; }
.atlas-edition { font-size: .9rem; color: #34495c; margin: .1rem 0; overflow-wrap: anywhere; }
.atlas-lines .atlas-why { min-width: 14em; font-size: .8rem; color: #6b4a05; }
.atlas-lines .atlas-where { white-space: nowrap; font-size: inherit; color: inherit; }
details.atlas-muted summary { cursor: pointer; color: #1d5a8c; }
.atlas-lines td.atlas-day { white-space: nowrap; }
.atlas-whole { max-height: none; }
.atlas-lines .atlas-purpose { min-width: 16em; }
@media (max-width: 640px) { .atlas-lines .atlas-purpose { display: none; } }
</style>"""


def draw() -> None:
    """Put the style sheets on the page."""
    exhibit_style.draw()
    st.html(CSS)
