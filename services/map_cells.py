"""``/map-cells/{token}?bbox=…``: the marks of one view as JSON: a pan runs no page.

The token holds the filter, signed with the office's key: an address asks what a page has asked, never more.
It does not expire, since a page may stay open for days; the rights are those of whoever asks, when asking.
Mount with ``routes=map_cells.routes(wiring.library_of, settings, visitor)``.
"""

import logging
import math
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

import anyio
from itsdangerous import BadData, URLSafeSerializer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data.cluster import ClusterError
from data.settings import Settings
from layers.events import read_view
from layers.html import to_json
from layers.payload import marks_json
from layers.scene import Bounds, Scene
from projects.errors import BadValue, NotAllowed, SignInNeeded, StorageUnavailable
from projects.filters import ProjectFilter, from_params
from services.map_scene import only_placed
from services.map_view import Gatherer, with_clusters
from services.sign_in import Visitor, by_cookie

PATH: Final = "/map-cells/"
AT_ONCE: Final = 4
"""Views worked out at the same time: each holds a database connection, and the pages need theirs."""
PATIENCE_S: Final = 3.0
"""Seconds that a view may wait for its turn before it is turned away."""
HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_log = logging.getLogger(__name__)

OpenView = Callable[[str], Gatherer]
"""Session token (empty for nobody) → the library as that person sees it."""


class _Window(NamedTuple):
    """Where views are handed out."""

    library: OpenView
    settings: Settings
    visitor: Visitor
    gate: anyio.CapacityLimiter


def address(settings: Settings, chosen: ProjectFilter, version: str) -> str:
    """Return the address of the marks of a filter; ``version`` of the data makes it another after an edit.

    Raises ``OSError`` when the key cannot be read or made.
    """
    return PATH + _serializer(settings).dumps([chosen.to_params(), version])


def routes(library: OpenView, settings: Settings, visitor: Visitor = by_cookie) -> list[Route]:
    """Return the route to mount; ``library`` is called per request: the app starts without a database."""
    window = _Window(library, settings, visitor, anyio.CapacityLimiter(AT_ONCE))
    return [Route(PATH + "{token}", partial(_cells, window), methods=["GET"])]


async def _cells(window: _Window, request: Request) -> Response:
    """Answer one request: the marks, or a status that lets the map say what to do."""
    try:
        chosen = _read(window.settings, request.path_params["token"])
        bounds = _bounds(request.query_params.get("bbox", ""))
        return await _in_turn(window.gate, partial(_marks, window, request, chosen, bounds))
    except (BadData, BadValue):
        return _refusal(400, "bad address")
    except (SignInNeeded, NotAllowed):
        return _refusal(401, "sign in")
    except TimeoutError:
        return _refusal(429, "busy")
    except (StorageUnavailable, ClusterError, OSError) as error:
        _log.warning("view refused: %s", error)
        return _refusal(503, "away")


async def _in_turn(gate: anyio.CapacityLimiter, work: Callable[[], str]) -> Response:
    """Do the work in a thread when it is its turn; raises ``TimeoutError`` when that takes too long."""
    holder = object()
    with anyio.fail_after(PATIENCE_S):
        await gate.acquire_on_behalf_of(holder)
    try:
        return _json(await run_in_threadpool(work))
    finally:
        gate.release_on_behalf_of(holder)


def _marks(window: _Window, request: Request, chosen: ProjectFilter, bounds: Bounds) -> str:
    """Return the marks of a view; who reads what everybody may read needs no session, as on the page."""
    public = window.settings.anonymous_reads
    token = "" if public else window.visitor(request)
    if not token and not public:
        raise SignInNeeded
    placed = only_placed(chosen)
    if placed is None:
        return marks_json(Scene())
    return marks_json(with_clusters(Scene(), window.library(token), placed, bounds))


def _json(text: str, status: int = 200) -> Response:
    return Response(text, status, HEADERS, "application/json")


def _refusal(status: int, reason: str) -> Response:
    return _json(to_json({"error": reason}), status)


def _serializer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.signing_key(), salt="atlas-map-cells-1")


def _read(settings: Settings, token: str) -> ProjectFilter:
    """Return the filter of a token; raises ``BadData`` or ``BadValue``, for a wider answer is a wrong one."""
    params, _version = _serializer(settings).loads(token)
    chosen, issues = from_params(params)
    if issues or chosen.to_params() != params:
        raise BadValue(f"the address holds a filter this version does not know: {params!r}")
    return chosen


def _bounds(text: str) -> Bounds:
    """Return west, south, east, north of a view.

    >>> _bounds("112.9,23.9,114.8,25.6")
    (112.9, 23.9, 114.8, 25.6)
    >>> _bounds("114,23,113,nan")
    Traceback (most recent call last):
    ...
    projects.errors.BadValue: no view: '114,23,113,nan'
    """
    try:
        numbers = [float(part) for part in text[:200].split(",")]
    except ValueError:
        numbers = []
    view = read_view({"bbox": numbers, "zoom": 0}) if all(map(math.isfinite, numbers)) else None
    if view is None:
        raise BadValue(f"no view: {text[:80]!r}")
    return view.bounds
