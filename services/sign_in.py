"""Sign-in, sign-out and password change: plain routes that set an HttpOnly cookie, mounted beside the pages.

Mount with ``routes(wiring.doorkeeper, settings)``. Streamlit reads the cookie when a page connects;
what its holder may do is asked of the database every time.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar
from urllib.parse import urlencode

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from data.cluster import ClusterError
from data.settings import Settings
from data.store.sessions import Admission, Doorkeeper, Outcome, looks_like_token
from projects.errors import BadValue, NotAllowed, StorageUnavailable
from projects.identity import NOBODY, Identity
from services import forms, sign_in_page
from services.limiter import Limiter
from services.notices import Trouble, page
from services.office import follows_link_here
from services.sign_in_page import Sheet
from services.tickets import PATH as TICKET_PATH
from services.tickets import PROVIDER_COOKIE, Tickets

COOKIE: Final = "atlas_session"
SIGN_IN, SIGN_OUT, PASSWORD = "/sign-in", "/sign-out", "/password"
AT_ONCE: Final = 2
"""Passwords hashed at the same time; each takes a tenth of a second and 32 MiB."""
WAITING: Final = 20
"""People who may wait for that; more are asked to come back."""

Result = TypeVar("Result")
_log = logging.getLogger(__name__)


def routes(doorkeeper: Callable[[], Doorkeeper], settings: Settings) -> list[Route]:
    """Return the routes to mount; ``doorkeeper`` is called per request: the app starts without a database."""
    door = _Door(doorkeeper, settings)
    return [
        Route(SIGN_IN, partial(_guarded, door.sign_in), methods=["GET", "POST"]),
        Route(SIGN_OUT, partial(_guarded, door.sign_out), methods=["GET", "POST"]),
        Route(PASSWORD, partial(_guarded, door.password), methods=["GET", "POST"]),
        Route(TICKET_PATH + "{ticket}", partial(_guarded, door.ticket), methods=["GET"]),
    ]


def sign_in_path(go_on: str = "/", language: str = "") -> str:
    """Return the address of the sign-in form that leads on to a path of this site."""
    asked = {"next": forms.own_path(go_on)} | ({"lang": language} if language else {})
    return f"{SIGN_IN}?{urlencode(asked)}"


def session_token(cookies: Mapping[str, str]) -> str:
    """Return the session token among a browser's cookies, empty when there is none that could be one."""
    token = cookies.get(COOKIE, "")
    return token if looks_like_token(token) else ""


Visitor = Callable[[Request], str]
"""Request → the session it acts with, empty for nobody; may ask the database: call it in a worker thread."""


def by_cookie(request: Request) -> str:
    """Return the session of a request's cookie."""
    return session_token(request.cookies)


def visitor_token(request: Request, office: Callable[[], str] | None) -> str:
    """Return the session a request acts with: its cookie's, else the office's when it comes from its machine.

    ``office`` is given when ``SINGLE_OFFICE`` is on: a page can act without a cookie there, and so must its
    downloads.
    """
    cookie = session_token(request.cookies)
    if cookie or office is None:
        return cookie
    peer = request.client.host if request.client else None
    return office() if follows_link_here(peer, request.headers) else ""


def sign_out_token(settings: Settings, token: str) -> str:
    """Return the form token with which a page of the session ``token`` may post to ``/sign-out``."""
    return forms.form_token(settings, "sign-out", token)


async def _guarded(answer: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
    """Answer, or show a page that says what is the matter."""
    try:
        return await answer(request)
    except (StorageUnavailable, ClusterError, OSError) as error:
        _log.warning("sign-in refused: %s", error)
        return page(Trouble.AWAY, sign_in_page.HEADERS)


class _Door:
    """The routes of one app, with what they share."""

    def __init__(self, doorkeeper: Callable[[], Doorkeeper], settings: Settings) -> None:
        self._doorkeeper = doorkeeper
        self._settings = settings
        self._gate = anyio.CapacityLimiter(AT_ONCE)
        self._limiter = Limiter(processes=settings.processes)
        self._tickets = Tickets(settings)

    async def sign_in(self, request: Request) -> Response:
        """Show the form, or check what it says and set the cookie."""
        if request.method != "POST":
            return await self._show_sign_in(request)
        problem, fields = await _posted(request)
        secret = forms.form_secret(request.cookies)
        if not problem and not forms.fits(self._settings, fields.get("form", ""), "sign-in", secret):
            problem = "stale"
        if problem:
            return self._sign_in_form(request, fields, problem, 403)
        wait = self._limiter.wait_s(_peer(request))
        if wait:
            return self._sign_in_form(request, fields, "slow_down", 429, wait)
        return await self._check(request, fields)

    async def _show_sign_in(self, request: Request) -> Response:
        me = await self._identity(request)
        fields = request.query_params
        if not me.signed_in:
            return self._sign_in_form(request, fields)
        token = sign_out_token(self._settings, session_token(request.cookies))
        return sign_in_page.signed_in(self._sheet(fields, token), me.display_name)

    def _sheet(
        self, fields: Mapping[str, str], token: str = "", problem: str = "", status: int = 200
    ) -> Sheet:
        asked = fields.get("lang", "")
        language = asked if asked in ("zh", "en") else self._settings.language
        notice = sign_in_page.words(language)[problem] if problem else ""
        return Sheet(language, token, forms.own_path(fields.get("next", "")), notice, status)

    def _sign_in_form(
        self,
        request: Request,
        fields: Mapping[str, str],
        problem: str = "",
        status: int = 200,
        wait_s: int = 5,
    ) -> Response:
        secret = forms.form_secret(request.cookies)
        sheet = self._sheet(fields, forms.form_token(self._settings, "sign-in", secret), problem, status)
        answer = sign_in_page.sign_in(
            replace(sheet, notice=sheet.notice.format(minutes=-(-wait_s // 60))),
            name=fields.get("name", "")[:120] if request.method == "POST" else "",
            provider=self._settings.oidc_groups is not None,
        )
        if status in (429, 503):
            answer.headers["Retry-After"] = str(wait_s)
        forms.keep(answer, request, forms.FORM_COOKIE, secret)
        return answer

    async def _check(self, request: Request, fields: Mapping[str, str]) -> Response:
        name, password, presented = (
            fields.get("name", ""),
            fields.get("password", ""),
            session_token(request.cookies),
        )
        admission = await self._slowly(lambda door: door.sign_in(name, password, presented))
        if admission is None:
            return self._sign_in_form(request, fields, "busy", 503)
        if admission.outcome is not Outcome.IN:
            self._limiter.wrong(_peer(request))
            return self._sign_in_form(request, fields, "refused", 403)
        return self._entered(request, admission, forms.own_path(fields.get("next", "")))

    def _entered(self, request: Request, admission: Admission, go_on: str) -> Response:
        target = f"{PASSWORD}?{urlencode({'next': go_on})}" if admission.must_change_password else go_on
        answer = _see_other(target)
        forms.keep(answer, request, COOKIE, admission.token)
        forms.drop(answer, request, forms.FORM_COOKIE)
        return answer

    async def sign_out(self, request: Request) -> Response:
        """Ask, or end the session and remove its cookie and the provider's."""
        token = session_token(request.cookies)
        if request.method == "POST":
            problem, fields = await _posted(request)
            if not problem and (not token or self._fits(fields, "sign-out", token)):
                if token:
                    await self._ask(lambda door: door.sign_out(token))
                return _signed_out(request)
        if not token:
            return _see_other("/")
        status = 403 if request.method == "POST" else 200
        return sign_in_page.sign_out(
            self._sheet(request.query_params, sign_out_token(self._settings, token), status=status)
        )

    async def password(self, request: Request) -> Response:
        """Show the form, or change the password of whoever is signed in."""
        me, token = await self._identity(request), session_token(request.cookies)
        if not me.signed_in:
            return _see_other(sign_in_path(PASSWORD))
        if request.method != "POST":
            return self._password_form(request, me, request.query_params)
        problem, fields = await _posted(request)
        if not problem and not self._fits(fields, "password", token):
            problem = "stale"
        if not problem and fields.get("new") != fields.get("again"):
            problem = "differ"
        if problem:
            return self._password_form(request, me, fields, problem, 403)
        return await self._change(request, me, fields)

    async def _change(self, request: Request, me: Identity, fields: Mapping[str, str]) -> Response:
        current, new, token = fields.get("current", ""), fields.get("new", ""), session_token(request.cookies)
        admission = await self._slowly(lambda door: door.change_password(token, current, new))
        if admission is None:
            return self._password_form(request, me, fields, "busy", 503)
        if admission.outcome is Outcome.IN:
            return _see_other(forms.own_path(fields.get("next", "")))
        if admission.outcome is Outcome.REFUSED:
            return _see_other(sign_in_path(PASSWORD))
        problem = f"weak_{admission.weakness}" if admission.weakness else str(admission.outcome)
        return self._password_form(request, me, fields, problem, 422)

    def _password_form(
        self, request: Request, me: Identity, fields: Mapping[str, str], problem: str = "", status: int = 200
    ) -> Response:
        token = forms.form_token(self._settings, "password", session_token(request.cookies))
        sheet = self._sheet(fields, token, problem, status)
        return sign_in_page.password(sheet, first=me.must_change_password, name=me.name)

    async def ticket(self, request: Request) -> Response:
        """Turn a provider's sign-in into our cookie."""
        if request.method == "HEAD":
            return Response(status_code=405, headers={**sign_in_page.HEADERS, "Allow": "GET"})
        if (await self._identity(request)).signed_in:
            return _see_other("/")
        presented = session_token(request.cookies)
        try:
            login = self._tickets.redeem(request.path_params["ticket"], request.cookies)
            admission = await self._ask(
                lambda door: door.admit_external(
                    login.subject, login.name, login.display_name, login.placement, presented
                )
            )
            if admission.outcome is not Outcome.IN:
                raise NotAllowed("这个账户已被停用，请联系管理员")
        except (NotAllowed, BadValue) as error:
            # The sentence may name the account
            _log.warning("provider sign-in refused: %s", type(error).__name__)
            return sign_in_page.ticket_refused(Sheet(self._settings.language, notice=str(error), status=403))
        return self._entered(request, admission, "/")

    def _fits(self, fields: Mapping[str, str], purpose: str, token: str) -> bool:
        return forms.fits(self._settings, fields.get("form", ""), purpose, token)

    async def _identity(self, request: Request) -> Identity:
        token = session_token(request.cookies)
        return await self._ask(lambda door: door.identity(token)) if token else NOBODY

    async def _ask(self, question: Callable[[Doorkeeper], Result]) -> Result:
        return await run_in_threadpool(lambda: question(self._doorkeeper()))

    async def _slowly(self, question: Callable[[Doorkeeper], Result]) -> Result | None:
        """Ask what costs a password hash, a few at a time; None when too many wait already."""
        if self._gate.statistics().tasks_waiting >= WAITING:
            return None
        async with self._gate:
            return await self._ask(question)


async def _posted(request: Request) -> tuple[str, dict[str, str]]:
    """Return what is wrong with a post, "" for nothing, and its fields."""
    if not forms.from_here(request):
        return "stale", {}
    try:
        return "", await forms.read_form(request)
    except forms.TooLarge as error:
        _log.warning("form refused: %s", error)
        return "bad_form", {}


def _peer(request: Request) -> str:
    return request.client.host if request.client else ""


def _see_other(path: str) -> Response:
    return RedirectResponse(path, status_code=303, headers=dict(sign_in_page.HEADERS))


def _signed_out(request: Request) -> Response:
    answer = _see_other("/")
    forms.drop(answer, request, COOKIE)
    for name in request.cookies:
        if name.startswith(PROVIDER_COOKIE):
            forms.drop(answer, request, name)
    return answer
