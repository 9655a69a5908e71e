"""Headers that every answer carries, and what a page of the app may load: the content security policy.

The policy was found by trying in a real browser what breaks without each part (``docs/security.md`` has the
table). ``deploy/nginx-headers.conf`` says the same for what nginx answers by itself; a test compares the two.
"""

import re
from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(),"
        " midi=(), display-capture=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)
"""The map of folium is an iframe of this very page, so framing stays allowed for the same origin."""

HSTS: Final = "max-age=31536000"
"""Only where the request came by https: an office without a certificate must still be reachable."""

INLINE: Final = "'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='"
"""The one inline script of Streamlit's page (``window.prerenderReady = false``); a test computes it anew."""

COMPONENT: Final = "/component/"
"""Frames of components. streamlit-folium runs the map's script by ``eval`` and in a script element."""

_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_ORIGIN: Final = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:[0-9]{1,5})?")


def policy(path: str, host: str = "", pictures: Iterable[str] = ()) -> str:
    """Return the content security policy of a path.

    ``host`` is the one that was asked: older Safari does not count a websocket to it as ``'self'``.
    ``pictures`` are the origins of the configured basemap, without which none outside may be asked.

    >>> "evil" in policy("/map", "evil; script-src *"), "unsafe-eval" in policy("/map")
    (False, False)
    """
    framed = path.startswith(COMPONENT)
    scripts = "'self' 'unsafe-inline' 'unsafe-eval'" if framed else f"'self' blob: {INLINE}"
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) and not framed else ""
    images = "".join(f" {origin}" for origin in pictures if _ORIGIN.fullmatch(origin))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' data: blob:{images}",
            "font-src 'self' data:",
            f"connect-src 'self'{sockets}",
            "frame-src 'self'",
            "worker-src 'self' blob:",
            "media-src 'self' blob:",
            "manifest-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


class SafeHeaders:
    """ASGI middleware that adds ``HEADERS`` and the policy where an answer does not set them itself."""

    def __init__(self, app: ASGIApp, pictures: Iterable[str] = ()) -> None:
        self._app = app
        self._pictures = tuple(pictures)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the headers to the start of an HTTP answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = self._added(scope)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)

    def _added(self, scope: Scope) -> dict[str, str]:
        host = Headers(scope=scope).get("host", "")
        own = {"Content-Security-Policy": policy(scope["path"], host, self._pictures)}
        return {**HEADERS, **own} | (
            {"Strict-Transport-Security": HSTS} if scope["scheme"] == "https" else {}
        )
