"""Every answer carries the headers; one that sets its own keeps it; other protocols pass untouched."""

import asyncio
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from services.headers import HEADERS, SafeHeaders


async def _plain(request: object) -> PlainTextResponse:
    return PlainTextResponse("x")


async def _own(request: object) -> PlainTextResponse:
    return PlainTextResponse("x", headers={"Referrer-Policy": "no-referrer"})


APP = Starlette(routes=[Route("/", _plain), Route("/own", _own)], middleware=[Middleware(SafeHeaders)])


def _get(path: str) -> tuple[int, dict[str, str]]:
    """Ask the app for a path; return status and headers."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("localhost", 80),
        "client": ("localhost", 1),
        "root_path": "",
    }
    asyncio.run(APP(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers


def test_headers_are_added() -> None:
    status, headers = _get("/")
    assert status == 200
    assert {name: headers[name.lower()] for name in HEADERS} == HEADERS


def test_missing_pages_carry_them_too() -> None:
    status, headers = _get("/nowhere")
    assert status == 404
    assert headers["x-frame-options"] == "SAMEORIGIN"


def test_an_answers_own_header_wins() -> None:
    assert _get("/own")[1]["referrer-policy"] == "no-referrer"


def test_other_protocols_pass_untouched() -> None:
    seen: list[str] = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def nothing(*_: Any) -> Any:
        return {}

    asyncio.run(SafeHeaders(inner)({"type": "websocket"}, nothing, nothing))
    assert seen == ["websocket"]
