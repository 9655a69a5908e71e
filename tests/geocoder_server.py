"""A server on this machine that answers as the documentation of 天地图 and 高德 describes, faults included.

What it does with a question stands in the question: ``slow``, ``drip``, ``html`` … (see ``_FAULTS``); any
other is looked up in ``places`` and is otherwise not found. Every question is kept in ``asked``, so that a
test can count them.
"""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "k3y-of-the-test-0123456789abcdef"


@dataclass(frozen=True)
class Spot:
    """Where the service believes an address is, in its own datum, and how exactly."""

    lon: float
    lat: float
    level: str
    score: int = 95


@dataclass
class FakeService:
    """What the server knows and what it was asked."""

    places: dict[str, Spot] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    quota: int = 1_000_000
    """Questions it answers before it says that the day's allowance is used up."""
    pause_s: float = 0.0
    rate_limited: int = 0
    """So many next questions are refused as too fast."""
    released: Event = field(default_factory=Event)
    port: int = 0

    @property
    def amap_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v3/geocode/geo"

    @property
    def tianditu_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/geocoder"


@contextmanager
def running(service: FakeService) -> Iterator[FakeService]:
    """Serve until the block ends."""
    _bomb_body()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service))
    server.daemon_threads = True
    service.port = server.server_address[1]
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield service
    finally:
        service.released.set()
        server.shutdown()
        server.server_close()


def _handler(service: FakeService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            given = {name: values[0] for name, values in parse_qs(address.query).items()}
            tianditu = address.path == "/geocoder"
            question = json.loads(given["ds"])["keyWord"] if tianditu else given["address"]
            service.asked.append(question)
            time.sleep(service.pause_s)
            fault = next((f for name, f in _FAULTS.items() if name in question), None)
            if fault is not None:
                fault(self, service)
            else:
                answer = _tianditu if tianditu else _amap
                send(self, answer(service, question, given.get("tk") or given.get("key") or ""))

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


def send(handler: BaseHTTPRequestHandler, content: Any, status: int = 200) -> None:
    body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json;charset=UTF-8")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _limited(service: FakeService) -> bool:
    service.rate_limited -= 1
    return service.rate_limited >= 0


def _tianditu(service: FakeService, question: str, key: str) -> dict[str, Any]:
    if key != KEY:
        return {"code": 301001, "msg": "非法Key", "resolve": "请检查key"}
    if len(service.asked) > service.quota:
        return {"code": 301010, "msg": "调用次数超出限额", "resolve": ""}
    spot = service.places.get(question)
    if spot is None:
        return {"msg": "无结果", "searchVersion": "6.4.9V", "status": "101"}
    return {
        "msg": "ok",
        "location": {
            "score": spot.score,
            "level": spot.level,
            "lon": str(spot.lon),
            "lat": spot.lat,
            "keyWord": question,
        },
        "searchVersion": "6.4.9V",
        "status": "0",
    }


def _amap(service: FakeService, question: str, key: str) -> dict[str, Any]:
    if key != KEY:
        return {"status": "0", "info": "INVALID_USER_KEY", "infocode": "10001"}
    if _limited(service):
        return {"status": "0", "info": "CUQPS_HAS_EXCEEDED_THE_LIMIT", "infocode": "10021"}
    if len(service.asked) > service.quota:
        return {"status": "0", "info": "DAILY_QUERY_OVER_LIMIT", "infocode": "10003"}
    spot = service.places.get(question)
    found = [] if spot is None else [_geocode(question, spot)]
    return {"status": "1", "info": "OK", "infocode": "10000", "count": str(len(found)), "geocodes": found}


def _geocode(question: str, spot: Spot) -> dict[str, Any]:
    return {
        "formatted_address": question,
        "country": "中国",
        "province": "广东省",
        "citycode": "0751",
        "city": "韶关市",
        "district": "武江区",
        "adcode": "440203",
        "street": [],
        "number": [],
        "location": f"{spot.lon:.6f},{spot.lat:.6f}",
        "level": spot.level,
    }


def _slow(handler: BaseHTTPRequestHandler, service: FakeService) -> None:
    service.released.wait(20)


def _drip(handler: BaseHTTPRequestHandler, service: FakeService) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not service.released.wait(0.05):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return


def _huge(handler: BaseHTTPRequestHandler, service: FakeService) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(400):
            handler.wfile.write(b'{"status":"1","x":"' + b"y" * 100_000)
    except OSError:
        return


@cache
def _bomb_body() -> bytes:
    """Made once: a busy machine must not turn a large answer into a slow one."""
    return gzip.compress(b" " * 60_000_000, 1)


def _bomb(handler: BaseHTTPRequestHandler, service: FakeService) -> None:
    body = _bomb_body()
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _nested(handler: BaseHTTPRequestHandler, service: FakeService) -> None:
    body = gzip.compress(_bomb_body())
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip, gzip")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _redirect(handler: BaseHTTPRequestHandler, service: FakeService) -> None:
    handler.send_response(302)
    handler.send_header(
        "Location", f"http://localhost:{service.port}{handler.path}".replace("elsewhere", "there")
    )
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def _cut(handler: BaseHTTPRequestHandler, service: FakeService) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "500")
    handler.end_headers()
    handler.wfile.write(b'{"status":"1"')


def _says(content: Any, status: int = 200) -> Callable[[BaseHTTPRequestHandler, FakeService], None]:
    return lambda handler, service: send(handler, content, status)


_OK = {"status": "1", "info": "OK", "infocode": "10000", "count": "1"}
_FAULTS: dict[str, Callable[[BaseHTTPRequestHandler, FakeService], None]] = {
    "slow": _slow,
    "drip": _drip,
    "huge": _huge,
    "bomb": _bomb,
    "nested": _nested,
    "elsewhere": _redirect,
    "cut": _cut,
    "html": _says("<html><body>请先登录校园网</body></html>".encode()),
    "broken500": _says({"status": "0"}, 500),
    "refused403": _says({"code": 301006, "msg": "权限类型错误"}, 403),
    "toofast429": _says({}, 429),
    "list": _says([1, 2]),
    "nan": _says(b'{"status": "1", "geocodes": NaN}'),
    "deep": _says(b"[" * 100_000),
    "latin": _says('{"status": "1", "说": "'.encode("gbk") + b'"}'),
    "wrongtypes": _says({**_OK, "status": 1, "geocodes": {"location": 5}}),
    "noplace": _says({**_OK, "geocodes": [7]}),
    "emptyplace": _says({**_OK, "geocodes": [{"location": [], "level": "未知"}]}),
    "words": _says({**_OK, "geocodes": [{"location": "east,north", "level": "门牌号"}]}),
    "zero": _says({**_OK, "geocodes": [{"location": "0,0", "level": "门牌号"}]}),
    "swapped": _says({**_OK, "geocodes": [{"location": "24.8,113.6", "level": "门牌号"}]}),
    "busy": _says({"status": "0", "info": "SERVER_IS_BUSY", "infocode": "10016"}),
    "engine": _says({"status": "0", "info": "ENGINE_RESPONSE_DATA_ERROR", "infocode": "30001"}),
    "echo": _says({"status": "0", "info": f"bad key {KEY}", "infocode": "99999"}),
    "tderror": _says({"msg": "出错", "status": "404"}),
    "tdempty": _says({"msg": "ok", "status": "0"}),
    "tdtypes": _says({"msg": "ok", "status": "0", "location": {"lon": True, "lat": None}}),
    "tdlist": _says({"msg": "ok", "status": "0", "location": []}),
}
