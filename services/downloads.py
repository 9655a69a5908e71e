"""Signed downloads: ``/download/{token}`` streams an export that a page has offered, for some minutes.

The token holds the format, the filter, the language and whether the scenario was asked for, signed with the
office's key: a link can be opened in a new tab or handed to a colleague, but not altered. Mount with
``routes=downloads.routes(wiring.library_of, settings)``.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final, NamedTuple, cast
from urllib.parse import quote

import anyio
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from data.cluster import ClusterError
from data.exports import formats
from data.exports.request import ExportRequest, Language
from data.exports.source import ExportSource
from data.settings import Settings
from projects.errors import BadValue, SignInNeeded, StorageUnavailable
from projects.filters import ProjectFilter, from_params
from services.notices import Trouble, page
from services.sign_in import Visitor, by_cookie

PATH: Final = "/download/"
AT_ONCE: Final = 4
"""Downloads at the same time: each holds a database connection, and the pages need theirs."""
STALLED_S: Final = 60
"""Seconds that a reader may take nothing before the download is given up and its connection freed."""
HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

Started = tuple[bytes, Iterator[bytes]]
"""The first piece of an export and the generator of the others."""

_log = logging.getLogger(__name__)


OpenLibrary = Callable[[str], ExportSource]
"""Session token (empty for nobody) → the library as that person sees it."""


class _Counter(NamedTuple):
    """Where downloads are handed out."""

    library: OpenLibrary
    settings: Settings
    visitor: Visitor
    gate: anyio.CapacityLimiter


class Order(NamedTuple):
    """What a token stands for."""

    name: str
    chosen: ProjectFilter
    language: Language
    scenario: bool


def sign(
    settings: Settings,
    name: str,
    chosen: ProjectFilter,
    *,
    language: Language | None = None,
    scenario: bool = False,
) -> str:
    """Return the path of a download, valid for ``settings.signed_link_minutes``.

    Raises ``BadValue`` for an export that cannot be made, ``OSError`` when the key cannot be read or made.
    """
    request = ExportRequest.of(settings, chosen, language=language, scenario=scenario)
    formats.check(name, request)
    order = {"format": name, "filter": chosen.to_params(), "language": request.language, "scenario": scenario}
    return PATH + _serializer(settings).dumps(order)


def routes(library: OpenLibrary, settings: Settings, visitor: Visitor = by_cookie) -> list[Route]:
    """Return the routes to mount; ``library`` is called per request: the app starts without a database.

    A link shows what its visitor may see: nothing without a session where ``ANONYMOUS_READS`` is off.
    """
    counter = _Counter(library, settings, visitor, anyio.CapacityLimiter(AT_ONCE))
    return [Route(PATH + "{token}", partial(_download, counter), methods=["GET"])]


async def _download(counter: _Counter, request: Request) -> Response:
    """Answer one request: the file, or a page that says what to do."""
    settings = counter.settings
    try:
        order = _read(settings, request.path_params["token"])
        wanted = ExportRequest.of(settings, order.chosen, language=order.language, scenario=order.scenario)
        dressed: dict[str, Any] = {
            "headers": _headers(order.name, wanted),
            "media_type": formats.FORMATS[order.name].media_type,
        }
        if request.method == "HEAD":
            return StreamingResponse(iter(()), **dressed)
        return await _answer(partial(_start, counter, request, order.name, wanted), counter.gate, dressed)
    except SignInNeeded:
        return page(Trouble.SIGN_IN, HEADERS)
    except SignatureExpired:
        return page(Trouble.EXPIRED, HEADERS)
    except (BadData, BadValue):
        return page(Trouble.BROKEN, HEADERS)
    except (StorageUnavailable, ClusterError, OSError) as error:
        _log.warning("download refused: %s", error)
        return page(Trouble.AWAY, HEADERS)


async def _answer(
    start: Callable[[], Started], gate: anyio.CapacityLimiter, dressed: Mapping[str, Any]
) -> Response:
    """Start the export; its first piece is made before any header goes, so a failure can still be told."""
    holder = object()
    try:
        gate.acquire_on_behalf_of_nowait(holder)
    except anyio.WouldBlock:
        return page(Trouble.BUSY, HEADERS)
    free = partial(gate.release_on_behalf_of, holder)
    try:
        started = await run_in_threadpool(start)
    except BaseException:
        free()
        raise
    return ReleasingResponse(started, free, **dressed)


def _headers(name: str, wanted: ExportRequest) -> dict[str, str]:
    return HEADERS | {"Content-Disposition": disposition(*formats.file_names(name, wanted))}


def _start(counter: _Counter, request: Request, name: str, wanted: ExportRequest) -> Started:
    visitor = counter.visitor(request)
    if not visitor and not counter.settings.anonymous_reads:
        raise SignInNeeded
    pieces = formats.stream(name, counter.library(visitor), wanted)
    return next(pieces), pieces


class ReleasingResponse(StreamingResponse):
    """Streams a generator from a worker thread and closes it at the end, also when the reader has gone away.

    A failure after the headers (the database goes away) cuts the connection: the browser reports a broken
    download instead of keeping a file that only looks whole.
    """

    def __init__(self, started: Started, free: Callable[[], None], **options: Any) -> None:
        first, self._pieces = started
        super().__init__(_joined(first, self._pieces), **options)
        self._free = free

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the pieces; give the connection back whatever happens."""

        async def patient(message: Any) -> None:
            with anyio.fail_after(STALLED_S):
                await send(message)

        try:
            await super().__call__(scope, receive, patient)
        finally:
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(cast(Any, self._pieces).close)
            self._free()


def _joined(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces


def disposition(name: str, ascii_name: str) -> str:
    """Return a Content-Disposition with the Chinese name (RFC 5987) and an ASCII one for old programs.

    >>> print(disposition("项目.csv", "projects.csv"))
    attachment; filename="projects.csv"; filename*=UTF-8''%E9%A1%B9%E7%9B%AE.csv
    """
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings.signing_key(), salt="atlas-download-1")


def _read(settings: Settings, token: str) -> Order:
    """Return what a token stands for; raises ``SignatureExpired``, ``BadData`` or ``BadValue``.

    A signed filter that this version no longer understands is refused: a wider answer would be a wrong one.
    """
    limit = timedelta(minutes=settings.signed_link_minutes)
    data = _serializer(settings).loads(token, max_age=int(limit.total_seconds()))
    chosen, issues = from_params(data["filter"])
    if issues or chosen.to_params() != data["filter"]:
        raise BadValue(f"the link holds a filter this version does not know: {data['filter']!r}")
    return Order(data["format"], chosen, data["language"], data["scenario"])
