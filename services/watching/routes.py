"""``/health``, ``/ready`` and ``/metrics``: for the machine itself, and for who knows ``METRICS_TOKEN``.

    /health    this process answers
    /ready     the database answers within two seconds and has this program's schema, the disk has room; 503
               with the reasons if not
    /metrics   figures for Prometheus

Others than this machine learn from ``/ready`` only whether, not why; the shipped proxy closes all three.
"""

import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from data import logs
from data.database import Database, first_line
from data.settings import Settings
from data.store import watch
from data.version import version
from services import picture_font
from services.office import asked_by_this_machine
from services.watching import metrics
from services.watching.glance import Answer, Glance

HEALTH, READY, METRICS = "/health", "/ready", "/metrics"
LEAST_BYTES: Final = 200_000_000
"""Room below which the disk counts as full."""
AT_ONCE: Final = 4
"""Questions at the same time: they may wait two seconds each."""
TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
_HEADERS: Final = {"Cache-Control": "no-store"}


def begin(settings: Settings) -> None:
    """Set up the log of a serving process."""
    logs.set_up(settings, "app")
    logs.surprises()
    metrics.count_lines()
    picture_font.say_if_missing()


def routes(database: Callable[[], Database], settings: Settings) -> list[Route]:
    """Return the routes to mount; ``database`` is called per look, in a thread: it may start a server."""
    station = _Station(database, settings)
    return [
        Route(HEALTH, _health, methods=["GET"]),
        Route(READY, station.ready, methods=["GET"]),
        Route(METRICS, station.metrics, methods=["GET"]),
    ]


async def _health(request: Request) -> Response:
    del request
    return JSONResponse({"status": "ok"}, headers=_HEADERS)


class _Station:
    """What the routes share."""

    def __init__(self, database: Callable[[], Database], settings: Settings) -> None:
        self._settings = settings
        self._schema = Glance(lambda: watch.schema_of(database()))
        self._database = metrics.FromDatabase(lambda: watch.figures(database()), settings.data_dir)
        self._gate: Final = anyio.CapacityLimiter(AT_ONCE)

    async def ready(self, request: Request) -> Response:
        """Say whether this process can work, and to this machine why not."""
        async with self._gate:
            reasons = await run_in_threadpool(self._reasons)
        told: dict[str, object] = {"status": "not ready" if reasons else "ready"}
        if self._may_know(request):
            told |= {"version": version(), **({"reasons": reasons} if reasons else {})}
        return JSONResponse(told, 503 if reasons else 200, _HEADERS)

    async def metrics(self, request: Request) -> Response:
        """Give the figures to whoever may have them."""
        if not self._may_know(request):
            return PlainTextResponse(_CLOSED, 403, _HEADERS)
        async with self._gate:
            text = await run_in_threadpool(metrics.exposition, self._database)
        return Response(text, headers=_HEADERS, media_type=TEXT)

    def _reasons(self) -> list[str]:
        return [*schema_reasons(self._schema.ask()), *disk_reasons(self._settings.data_dir)]

    def _may_know(self, request: Request) -> bool:
        wanted = self._settings.metrics_token.get_secret_value()
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if wanted and scheme.lower() == "bearer":
            return secrets.compare_digest(given.strip().encode(), wanted.encode())
        return asked_by_this_machine(request.client.host if request.client else None, request.headers)


_CLOSED: Final = "Only this machine, or who sends METRICS_TOKEN as a bearer token, reads this.\n"


def schema_reasons(seen: Answer[tuple[str, str]]) -> list[str]:
    """Return what keeps the database from being used."""
    if seen.error is not None:
        return [f"database: {logs.clean(first_line(seen.error))}"]
    if seen.value is None:
        return ["database: no answer within 2 s"]
    has, wants = seen.value
    if has != wants:
        return [f"schema: the database has {has or 'none'}, this program needs {wants} (python -m data init)"]
    return []


def disk_reasons(folder: Path) -> list[str]:
    """Return what is wrong with the disk of the data folder."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return [f"disk: {error.strerror}"]
    return [f"disk: {free // 1_000_000} MB left"] if free < LEAST_BYTES else []
