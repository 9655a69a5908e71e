"""Every request has a number: given back, told in each line of the log, counted by route."""

import ipaddress
import logging
import re
import secrets
import time
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.about import About, about
from services.watching import metrics

ID_HEADER: Final = "X-Request-ID"
_GIVEN: Final = re.compile(r"[A-Za-z0-9-]{8,64}")
"""A number that a proxy gave; anything else is replaced."""
_QUIET: Final = frozenset(("static", "stream", "/health", "/ready", "/metrics"))
"""Routes whose lines nobody wants to read by the hundred."""
_METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"))
_log = logging.getLogger(__name__)


class Watched:
    """ASGI middleware that numbers, measures, counts and logs requests, and counts open pages."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute] = ()) -> None:
        self._app, self._routes = app, tuple(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, measured."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        metrics.SOCKETS.inc()
        try:
            with about(About(request=number(scope), address=address(scope))):
                await self._app(scope, receive, send)
        finally:
            metrics.SOCKETS.dec()

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        told = About(request=number(scope), address=address(scope))
        route, began, code = route_of(scope, self._routes), time.perf_counter(), 500

        async def numbered(message: Message) -> None:
            nonlocal code
            if message["type"] == "http.response.start":
                code = message["status"]
                MutableHeaders(scope=message)[ID_HEADER] = told.request
            await send(message)

        with about(told):
            try:
                await self._app(scope, receive, numbered)
            finally:
                _count(scope["method"], route, code, time.perf_counter() - began)


def _count(method: str, route: str, code: int, seconds: float) -> None:
    method = method if method in _METHODS else "other"
    metrics.REQUESTS.labels(method, route, code).inc()
    metrics.REQUEST_SECONDS.labels(route).observe(seconds)
    took = round(seconds * 1000)
    fields = {"kind": "request", "method": method, "route": route, "code": code, "ms": took}
    level = logging.DEBUG if route in _QUIET and code < 400 else logging.INFO
    _log.log(level, "%s %s: %d in %d ms", method, route, code, took, extra={"fields": fields})


def number(scope: Scope) -> str:
    """Return the number a proxy gave the request, else a new one."""
    given = Headers(scope=scope).get(ID_HEADER, "")
    return given if _GIVEN.fullmatch(given) else secrets.token_hex(8)


def address(scope: Scope) -> str:
    """Return the network a request comes from; whole addresses are not kept.

    >>> address({"client": ("203.0.113.77", 1)}), address({"client": None})
    ('203.0.113.0/24', '')
    """
    client = scope.get("client")
    return network_prefix(client[0]) if client else ""


def network_prefix(host: str) -> str:
    """Return the network of an address: 24 bits of the old kind, 48 of the new."""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    if found.is_loopback:
        return "localhost"
    return str(ipaddress.ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


def route_of(scope: Scope, routes: Sequence[BaseRoute]) -> str:
    """Return the pattern of the route that answers, one word for what Streamlit answers: few labels."""
    for route in routes:
        if route.matches(scope)[0] is not Match.NONE:
            return str(getattr(route, "path", "") or "/")
    path = str(scope["path"])
    if path.startswith(("/app/static/", "/static/", "/component/", "/media/")):
        return "static"
    return "stream" if path.startswith("/_stcore/") else "page"
