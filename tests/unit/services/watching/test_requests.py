"""Requests: a number for each, few labels, one line, open pages counted."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from data.about import acts, current
from services.watching import metrics, requests
from services.watching.requests import ID_HEADER, Watched


async def told(request: Request) -> Response:
    acts(int(request.query_params.get("account", 0)))
    return PlainTextResponse(f"{current().request} {current().address}")


async def broken(request: Request) -> Response:
    raise ValueError("13800138000")


async def socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(str(metrics.SOCKETS._value.get()))
    await websocket.close()


ROUTES = [
    Route("/pack/{token}", told),
    Route("/broken", broken),
    Mount("/ogc", routes=[Route("/a/{x}", told)]),
]


@pytest.fixture
def client() -> TestClient:
    routes = [*ROUTES, WebSocketRoute("/_stcore/stream", socket), Route("/{page:path}", told)]
    app = Starlette(routes=routes, middleware=[Middleware(Watched, routes=ROUTES)])
    return TestClient(app, raise_server_exceptions=False, client=("203.0.113.77", 50000))


def count(method: str, route: str, code: str) -> float:
    return (
        metrics.REGISTRY.get_sample_value(
            "atlas_requests_total", {"method": method, "route": route, "code": code}
        )
        or 0.0
    )


def test_each_request_has_a_number_that_is_given_back(client: TestClient) -> None:
    first, second = client.get("/pack/a"), client.get("/pack/a")
    assert first.text == f"{first.headers[ID_HEADER]} 203.0.113.0/24"
    assert first.headers[ID_HEADER] != second.headers[ID_HEADER]
    given = client.get("/pack/a", headers={ID_HEADER: "from-nginx-0001"})
    assert given.headers[ID_HEADER] == "from-nginx-0001"
    for wrong in ("short", "x" * 65, "no spaces in it", "<script>alert(1)</script>"):
        assert client.get("/pack/a", headers={ID_HEADER: wrong}).headers[ID_HEADER] != wrong


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/pack/secret-token", "/pack/{token}"),
        ("/ogc/a/5", "/ogc"),
        ("/map", "page"),
        ("/nowhere/at/all", "page"),
        ("/app/static/x.js", "static"),
        ("/_stcore/health", "stream"),
    ],
)
def test_labels_are_patterns_never_addresses(client: TestClient, path: str, label: str) -> None:
    before = count("GET", label, "200")
    client.get(path)
    assert count("GET", label, "200") == before + 1


def test_no_number_of_odd_requests_makes_more_labels(client: TestClient) -> None:
    for n in range(20):
        client.request(f"ODD{n}", f"/pack/{n}")
    labels = {s.labels["method"] for m in metrics.REQUESTS.collect() for s in m.samples}
    assert labels <= requests._METHODS | {"other"}


def test_a_request_is_one_line_with_its_account_and_without_its_address(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "services.watching"):
        client.get("/pack/secret-token?account=12&name=wang")
    (record,) = (r for r in caplog.records if r.name == requests.__name__)
    fields: dict[str, Any] = record.fields  # type: ignore[attr-defined]
    assert (fields["route"], fields["code"], fields["method"]) == ("/pack/{token}", 200, "GET")
    assert "secret-token" not in record.getMessage() and "wang" not in record.getMessage()


def test_a_failure_is_counted_as_one(client: TestClient) -> None:
    before = count("GET", "/broken", "500")
    assert client.get("/broken").status_code == 500
    assert count("GET", "/broken", "500") == before + 1


def test_open_pages_are_counted_and_uncounted(client: TestClient) -> None:
    before = metrics.SOCKETS._value.get()
    with client.websocket_connect("/_stcore/stream") as connected:
        assert float(connected.receive_text()) == before + 1
    assert metrics.SOCKETS._value.get() == before


@pytest.mark.parametrize(
    ("host", "prefix"),
    [
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("10.1.2.3", "10.1.2.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("::1", "localhost"),
        ("127.0.0.1", "localhost"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_addresses_are_shortened_to_networks(host: str, prefix: str) -> None:
    assert requests.network_prefix(host) == prefix
