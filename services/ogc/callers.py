"""Who asks: the holder of a token, a browser with a session, or nobody."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from projects.tokens import PREFIX
from services.sign_in import Visitor

SCHEME: Final = "bearer"


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf a request reads."""

    token: str = field(default="", repr=False)
    """Token or session, empty for nobody."""
    by_header: bool = False
    """Whether it came as ``Authorization``: then it is a program that asks."""


NOBODY: Final = Caller()
REFUSED: Final = Caller("?", by_header=True)
"""An ``Authorization`` that is none of ours: it opens nothing, nor is its sender taken for anonymous."""

_CALLER: ContextVar[Caller] = ContextVar("open_interface_caller", default=NOBODY)


def caller() -> Caller:
    """Return on whose behalf this request reads."""
    return _CALLER.get()


class KnowsCaller:
    """ASGI middleware that finds out who asks, for the rest of the request."""

    def __init__(self, app: ASGIApp, visitor: Visitor) -> None:
        self._app = app
        self._visitor = visitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its caller set."""
        request = Request(scope)
        given = request.headers.get("authorization")
        found = of_header(given) if given is not None else await self._of_browser(request)
        mark = _CALLER.set(found)
        try:
            await self._app(scope, receive, send)
        finally:
            _CALLER.reset(mark)

    async def _of_browser(self, request: Request) -> Caller:
        return Caller(await run_in_threadpool(self._visitor, request))


def of_header(text: str) -> Caller:
    """Return whom an ``Authorization`` header stands for; sessions of browsers are no tokens.

    >>> of_header("Bearer atlas_secret").token, of_header("Basic eDp5") == REFUSED
    ('atlas_secret', True)
    """
    scheme, _, token = text.strip().partition(" ")
    token = token.strip()
    fits = scheme.lower() == SCHEME and token.startswith(PREFIX) and len(token) < 200 and token.isascii()
    return Caller(token, by_header=True) if fits else REFUSED
