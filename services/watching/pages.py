"""Runs of a page's script: what their log lines are about, and how long they take."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from data import about
from data.store.watch import fingerprint
from services.watching import metrics
from services.watching.requests import network_prefix


def begin(session: str, run: int, host: str = "") -> None:
    """Say that a run begins in the present thread: of which browser tab, the how manieth, from where."""
    told = about.About(session=fingerprint(session), run=run, address=network_prefix(host))
    about.begun(told)


@contextmanager
def measured(page: str) -> Iterator[None]:
    """Measure the run of a page, however it ends; Streamlit ends one by an exception to begin another."""
    about.current().page = page
    began = time.perf_counter()
    try:
        yield
    finally:
        metrics.PAGE_SECONDS.labels(page).observe(time.perf_counter() - began)
