"""Every answer carries the headers; one that sets its own keeps it; other protocols pass untouched."""

import asyncio
import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from data.settings import Settings
from services.headers import HEADERS, HSTS, INLINE, SafeHeaders, policy
from tests.paths import ROOT
from views.map.basemaps import origins


async def _plain(request: object) -> PlainTextResponse:
    return PlainTextResponse("x")


async def _own(request: object) -> PlainTextResponse:
    return PlainTextResponse("x", headers={"Referrer-Policy": "no-referrer"})


APP = Starlette(routes=[Route("/", _plain), Route("/own", _own)], middleware=[Middleware(SafeHeaders)])


def _get(path: str, scheme: str = "http", host: bytes = b"atlas.test:8501") -> tuple[int, dict[str, str]]:
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
        "headers": [(b"host", host)],
        "http_version": "1.1",
        "scheme": scheme,
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


# ---- the content security policy ----


def directives(said: str) -> dict[str, set[str]]:
    """Return directive → what it allows."""
    return {name: set(rest) for name, *rest in (part.split() for part in said.split(";"))}


def test_a_page_runs_no_script_but_ours_and_asks_nobody_else() -> None:
    allowed = directives(_get("/map")[1]["content-security-policy"])
    assert allowed["default-src"] == allowed["object-src"] == {"'none'"}
    assert allowed["script-src"] == {"'self'", "blob:", INLINE}
    assert allowed["connect-src"] == {"'self'", "ws://atlas.test:8501", "wss://atlas.test:8501"}
    assert allowed["img-src"] == {"'self'", "data:", "blob:"}
    for name in ("base-uri", "form-action", "frame-ancestors", "frame-src"):
        assert allowed[name] == {"'self'"}


def test_only_the_frame_of_a_component_evaluates() -> None:
    for path in ("/", "/map", "/components", "/app/static/component/x", "/edit"):
        assert (
            "unsafe-eval" not in policy(path)
            and "'unsafe-inline'" not in directives(policy(path))["script-src"]
        )
    assert (
        "'unsafe-eval'"
        in directives(policy("/component/streamlit_folium.st_folium/index.html"))["script-src"]
    )


@pytest.mark.parametrize(
    "host", ["evil; script-src *", "evil.example https://x", "a\tb", "", "a:b", "x" * 300 + " y", "[::1"]
)
def test_a_strange_host_adds_nothing(host: str) -> None:
    assert policy("/", host) == policy("/")


def test_hosts_of_a_basemap_are_asked_only_when_it_is_configured() -> None:
    assert "http" not in policy("/component/x", pictures=origins(Settings()))
    tianditu = Settings(basemap="tianditu", tianditu_key="k" * 32)  # type: ignore[arg-type]
    assert directives(policy("/", pictures=origins(tianditu)))["img-src"] >= {"https://*.tianditu.gov.cn"}
    assert "k" * 32 not in policy("/", pictures=origins(tianditu))
    assert "evil" not in policy("/", pictures=["https://ok.example; script-src evil"])


def test_https_is_kept_to_only_where_it_is_spoken() -> None:
    assert "strict-transport-security" not in _get("/")[1]
    assert _get("/", scheme="https")[1]["strict-transport-security"] == HSTS


def test_the_only_inline_script_is_the_one_that_streamlit_brings() -> None:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    sums = [base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in scripts]
    assert [f"'sha256-{one}'" for one in sums] == [INLINE], "a new Streamlit: see what its page runs"


def test_what_nginx_answers_by_itself_carries_the_same() -> None:
    lines = (ROOT / "deploy" / "nginx-headers.conf").read_text("utf-8").splitlines()
    said = dict(re.findall(r'^add_header (\S+) "?(.*?)"? always;$', "\n".join(lines), re.MULTILINE))
    assert {name: said[name] for name in HEADERS} == HEADERS
    assert directives(said["Content-Security-Policy"])["default-src"] == {"'none'"}
    assert set(said) == {*HEADERS, "Content-Security-Policy"}


def test_no_program_drives_the_pages_without_a_browser() -> None:
    """Streamlit can answer programs (`/_stcore/agent/…`); here it does not, nor does it believe a header."""
    from streamlit import config

    assert config.get_option("server.enableAgentApi") is False
    assert not config.get_option("server.trustedUserHeaders")
    assert config.get_option("server.enableXsrfProtection") and config.get_option("server.enableCORS")
