"""What is being done just now, request, page run or job, for which account: told in each line of the log.

Whoever begins something says so (``about``, ``begun``), every transaction adds the account (``acts``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


@dataclass(slots=True)
class About:
    """What the lines of one request, page run or job are about."""

    request: str = ""
    """Number of the request, given back as ``X-Request-ID``."""
    session: str = ""
    """Which browser tab, as a hash."""
    run: int = 0
    """How many page runs this tab has had."""
    page: str = ""
    job: int = 0
    account: int = 0
    """Number of the account; that of a token of the open interface is negative."""
    address: str = ""
    """Where from, shortened to the network; for the record of sign-ins, not written into lines."""


_ABOUT: Final[ContextVar[About | None]] = ContextVar("atlas_about", default=None)


@contextmanager
def about(told: About) -> Iterator[About]:
    """Say what the lines within are about; threads started by a worker pool share it."""
    before = _ABOUT.set(told)
    try:
        yield told
    finally:
        _ABOUT.reset(before)


def begun(told: About) -> None:
    """Say what the lines of this thread are about from here on: a page run begins."""
    _ABOUT.set(told)


def current() -> About:
    """Return what lines written now are about; empty outside requests, page runs and jobs."""
    return _ABOUT.get() or About()


def acts(account: int) -> None:
    """Note which account a transaction of the present request, page run or job acts for."""
    told = _ABOUT.get()
    if told is not None:
        told.account = account
