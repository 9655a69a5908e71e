"""``SINGLE_OFFICE``: who sits at this very machine, and the token under which that office works.

The token is made by the server process for the built-in account ``office`` and never leaves it: no cookie, no
page, no log. A page run that proves to come from this machine acts with it.
"""

import ipaddress
import time
from collections.abc import Callable, Mapping
from functools import cache
from threading import Lock
from typing import Final
from urllib.parse import urlsplit

from data.store.sessions import Doorkeeper

PROXY_MARKS: Final = frozenset(
    (
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-forwarded-port",
        "x-forwarded-server",
        "x-real-ip",
        "x-client-ip",
        "true-client-ip",
        "cf-connecting-ip",
    )
)
"""Any of these says that somebody passed the request on: its sender may be anywhere."""

FRESH: Final = 0.5
"""The part of a session's time after which the office gets a new token."""


def is_here(peer: str | None, headers: Mapping[str, str]) -> bool:
    """Return whether a page belongs to a browser on this machine: fails closed when anything is unclear.

    The connection must come from the loopback address, no proxy may have passed it on, and the browser must
    have asked for this machine by a loopback name, from a page of the same name and port: a page of another
    site, also one whose name was made to point here (DNS rebinding), has another ``Origin``.
    """
    given = {name.lower(): value for name, value in headers.items()}
    host = _asked_here(peer, given)
    return bool(host) and urlsplit(given.get("origin", "")).netloc == host


def follows_link_here(peer: str | None, headers: Mapping[str, str]) -> bool:
    """Return whether a request, a download for example, comes from a link on a page of this machine.

    Such a request has no ``Origin``: what counts is ``Sec-Fetch-Site``, which no page can set, else the
    ``Referer``.
    """
    given = {name.lower(): value for name, value in headers.items()}
    host, site = _asked_here(peer, given), given.get("sec-fetch-site")
    if site is not None:
        return bool(host) and site in ("same-origin", "none")
    return bool(host) and urlsplit(given.get("referer", "")).netloc == host


def asked_by_this_machine(peer: str | None, headers: Mapping[str, str]) -> bool:
    """Return whether a request comes from this machine without a proxy between: a program's, not a page's.

    The address asked for must be this machine's too, so that a page elsewhere cannot read it through a name
    that was made to point here.
    """
    return bool(_asked_here(peer, {name.lower(): value for name, value in headers.items()}))


def _asked_here(peer: str | None, given: Mapping[str, str]) -> str:
    """Return the loopback name and port that a browser on this machine asked for, empty for all others."""
    host = given.get("host", "")
    if not _loopback(peer or "") or PROXY_MARKS & given.keys():
        return ""
    name = urlsplit(f"//{host}").hostname or ""
    return host if name == "localhost" or _loopback(name) else ""


def _loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    # A server that listens on both kinds of address tells the old kind wrapped in the new.
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


@cache
def office_of(doorkeeper: Callable[[], Doorkeeper], hours: int) -> "Office":
    """Return the one office of this process: its pages and its downloads share a token."""
    return Office(doorkeeper, hours)


class Office:
    """Holds the token of the office account in the memory of this process."""

    def __init__(
        self, doorkeeper: Callable[[], Doorkeeper], hours: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._doorkeeper = doorkeeper
        self._lasts_s = hours * 3600
        self._clock = clock
        self._token, self._made = "", 0.0
        self._lock = Lock()

    def token(self) -> str:
        """Return a token that is good for half a session's time at least."""
        with self._lock:
            if not self._token or self._clock() - self._made > self._lasts_s * FRESH:
                self._token, self._made = self._doorkeeper().office_token(), self._clock()
            return self._token

    def forget(self) -> None:
        """Make a new token next time: the database no longer knows this one (restored, or disabled)."""
        with self._lock:
            self._token = ""
