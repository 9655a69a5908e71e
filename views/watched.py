"""What a page run is known by in the log: the tab as a hash, the how manieth run, where from."""

from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from services.watching import pages
from views import who

RUNS: Final = "atlas_runs"
"""Session key: how many runs this tab has had."""


def begin() -> None:
    """Say that a run begins; call it first of all."""
    context = get_script_run_ctx()
    st.session_state[RUNS] = st.session_state.get(RUNS, 0) + 1
    pages.begin(context.session_id if context else "", st.session_state[RUNS], who.host())
