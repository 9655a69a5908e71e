"""From the provider's sign-in to our own cookie: a signed ticket, good once, soon, and in one browser only.

Streamlit finishes the OpenID Connect exchange and keeps the claims in a cookie of its own, signed and not
readable by scripts. A page can read it but cannot set ours; so it offers a link to a route that can. The
ticket in that link names the login and the hash of Streamlit's cookie: in any other browser it opens nothing,
so a link sent to somebody signs nobody in, and a stolen one is of no use.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from threading import Lock
from typing import Final

from itsdangerous import BadData, URLSafeTimedSerializer

from data.settings import Settings
from projects.accounts import Placement
from projects.errors import NotAllowed
from projects.identity import Role
from services.oidc import Login

PATH: Final = "/sign-in/ticket/"
PROVIDER_COOKIE: Final = "_streamlit_user"
LASTS_S: Final = 300
FRESH_S: Final = 600
"""A login older than this opens nothing: Streamlit keeps the claims for 30 days, groups change sooner."""
_SKEW_S: Final = 60
"""How far the provider's clock may be ahead of ours."""
_PROCESS: Final = secrets.token_hex(16)
"""Tickets die with the process, and so does the memory of which were used."""


def issue(settings: Settings, login: Login, cookies: Mapping[str, str]) -> str:
    """Return the path of a ticket for this browser; raise ``NotAllowed`` when the login is too old."""
    bound = binding(cookies)
    if not bound or not fresh(login.issued_at):
        raise NotAllowed("统一身份认证已过期，请重新登录")
    return PATH + _signer(settings).dumps([asdict(login), bound])


def fresh(issued_at: int, now: Callable[[], float] = time.time) -> bool:
    """Return whether the provider vouched for this person just now."""
    return -_SKEW_S <= now() - issued_at <= FRESH_S


def binding(cookies: Mapping[str, str]) -> str:
    """Return a hash of Streamlit's identity cookie with its pieces, empty when there is none."""
    pieces = sorted((k, v) for k, v in cookies.items() if k.startswith(PROVIDER_COOKIE) and v)
    return hashlib.sha256(repr(pieces).encode()).hexdigest() if pieces else ""


class Tickets:
    """Takes tickets in, each login once."""

    def __init__(self, settings: Settings, now: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._now = now
        self._used: dict[tuple[str, int], float] = {}
        self._lock = Lock()

    def redeem(self, ticket: str, cookies: Mapping[str, str]) -> Login:
        """Return the login of a ticket; raise ``NotAllowed`` for a forged, old, used or carried-off one."""
        try:
            given, bound = _signer(self._settings).loads(ticket, max_age=LASTS_S)
        except BadData as error:
            raise NotAllowed("登录链接无效或已过期") from error
        if bound != binding(cookies):
            raise NotAllowed("登录链接属于另一个浏览器")
        placed = given.pop("placement")
        login = Login(
            placement=Placement(Role(placed["role"]), placed["unit_id"], placed["scope_code"]), **given
        )
        if not fresh(login.issued_at, self._now) or not self._first_use(login):
            raise NotAllowed("登录链接已经用过或已过期")
        return login

    def _first_use(self, login: Login) -> bool:
        key, now = (login.subject, login.issued_at), self._now()
        with self._lock:
            self._used = {k: until for k, until in self._used.items() if until > now}
            if key in self._used:
                return False
            self._used[key] = login.issued_at + FRESH_S + _SKEW_S
            return True


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings.signing_key(), salt=f"atlas-ticket-1-{_PROCESS}")
