"""What keeps a plain HTML form safe: size, origin, a signed token, and where it may lead afterwards.

A form token is signed with the office's key and bound to a secret that only this browser holds: the cookie
``atlas_form`` before sign-in, the session's own token after it. A page of another site can make a browser
post here, but it can neither read the token nor set the cookie; posts that say they come from elsewhere are
refused before that.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import anyio
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from data.settings import Settings

FORM_COOKIE: Final = "atlas_form"
LARGEST: Final = 8 * 1024
"""Bytes of a form; a password has at most 200 characters."""
SLOWEST_S: Final = 15
LASTS_S: Final = 12 * 3600
"""How long a form may stand open; as long as a working day."""
_LONGEST_PATH: Final = 2000
_PATH: Final = re.compile(r"/[A-Za-z0-9/_.~%&=?+,:;@!$*()-]*")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class TooLarge(Exception):  # noqa: N818 - reads as what happened
    """A form that is too large, too slow, or no form."""


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a posted form, the last of a name; raise ``TooLarge`` for what is none of ours."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise TooLarge(f"not a form: {kind[:60]!r}")
    body = b""
    try:
        with anyio.fail_after(SLOWEST_S):
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST:
                    raise TooLarge(f"a form of more than {LARGEST} bytes")
        found = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=20)
    except (TimeoutError, ValueError, ClientDisconnect) as error:
        raise TooLarge(str(error)) from error
    return {name: values[-1] for name, values in found.items()}


def from_here(request: Request) -> bool:
    """Return whether a post comes from a page of this very site, as far as the browser says.

    ``Sec-Fetch-Site`` cannot be set by a page; browsers send it over https and to localhost. Without it the
    ``Origin`` must name the host that was asked. A browser that sends neither is left to the form token.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def form_token(settings: Settings, purpose: str, secret: str) -> str:
    """Return a token for one form of the browser that holds ``secret``."""
    return _signer(settings).dumps([purpose, _hash(secret)])


def fits(settings: Settings, token: str, purpose: str, secret: str) -> bool:
    """Return whether a token was made for this form and this browser, not too long ago."""
    try:
        return bool(secret) and _signer(settings).loads(token, max_age=LASTS_S) == [purpose, _hash(secret)]
    except BadData:
        return False


def form_secret(cookies: Mapping[str, str]) -> str:
    """Return the secret that this browser holds already, else a new one."""
    held = cookies.get(FORM_COOKIE, "")
    return held if _SECRET.fullmatch(held) else secrets.token_urlsafe(32)


def keep(response: Response, request: Request, name: str, value: str) -> None:
    """Set a cookie until the browser is closed: not for scripts, not for other sites' posts.

    It is marked Secure when the request came by https. Behind a proxy the server knows that from
    ``X-Forwarded-Proto``, which uvicorn believes only from addresses in ``FORWARDED_ALLOW_IPS`` (this
    machine, unless set).
    """
    response.set_cookie(
        name, value, path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )


def drop(response: Response, request: Request, name: str) -> None:
    """Remove a cookie."""
    response.delete_cookie(
        name, path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )


def own_path(wanted: str) -> str:
    """Return a path of this site to go on to, ``/`` for anything else.

    >>> [own_path(p) for p in ("/map?county=440203", "//evil.example", "/%5Cevil.example")]
    ['/map?county=440203', '/', '/']
    """
    plain = wanted
    for _ in range(3):
        plain = unquote(plain)
    leads_away = "\\" in plain or "//" in plain.split("?")[0] or not plain.isprintable()
    if len(wanted) > _LONGEST_PATH or leads_away or not _PATH.fullmatch(wanted):
        return "/"
    return wanted


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings.signing_key(), salt="atlas-form-1")


def _hash(secret: str) -> str:
    return hashlib.sha256(b"form:" + secret.encode()).hexdigest()
