"""Signed downloads: what a browser gets, and what is left behind when it goes away."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

import anyio
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from data.settings import Settings
from projects.errors import BadValue, StorageUnavailable
from projects.filters import ProjectFilter
from projects.summary import Summary
from services import downloads
from tests.unit.data.exports_fake import FakeLibrary, point

SETTINGS = Settings(secret_key=SecretStr("k" * 40), credit_line="某局", signed_link_minutes=15)
RUYUAN = ProjectFilter(county=("440232",))


class Away(FakeLibrary):
    """The database does not answer."""

    def version(self) -> str:
        raise StorageUnavailable("the database does not answer")


def app(library: Any) -> Starlette:
    return Starlette(routes=downloads.routes(lambda token: library, SETTINGS))


@dataclass
class Answer:
    """What came back."""

    status_code: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""

    @property
    def text(self) -> str:
        return self.content.decode()


def fetch(path: str, served: Starlette | None = None, method: str = "GET") -> Answer:
    """Ask the app itself, as a server would."""
    answer = Answer()

    async def receive() -> dict[str, Any]:
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status_code = message["status"]
            answer.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        answer.content += message.get("body", b"")

    async def run() -> None:
        with anyio.fail_after(20):
            await (served or app(FakeLibrary()))(asked(path) | {"method": method}, receive, send)

    anyio.run(run)
    return answer


def asked(path: str) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": b"",
        "headers": [],
        "http_version": "1.1",
        "scheme": "http",
        "root_path": "",
        "client": None,
        "server": None,
        "asgi": {"version": "3.0", "spec_version": "2.3"},
    }


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("geojson", "application/geo+json"),
        ("counties", "application/geo+json"),
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_signed_link_gives_the_file(name: str, media_type: str) -> None:
    answer = fetch(downloads.sign(SETTINGS, name, RUYUAN))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    shown = unquote(answer.headers["content-disposition"])
    assert 'attachment; filename="health-' in shown
    assert "filename*=UTF-8''健康产业" in shown
    assert len(answer.content) > 500


def test_the_link_keeps_filter_language_and_scenario() -> None:
    path = downloads.sign(SETTINGS, "geojson", RUYUAN, language="en", scenario=True)
    found = json.loads(fetch(path).content)
    assert found["filter"] == {"county": "440232"}
    assert found["title"].startswith("Health Industry")
    assert found["scenario"]["slots"] == 500
    assert found["credit"] == "某局"


def test_a_basket_of_five_hundred_fits_a_link() -> None:
    chosen = ProjectFilter(ids=tuple(f"SG-{n:04}" for n in range(500)))
    path = downloads.sign(SETTINGS, "geojson", chosen)
    assert len(path) < 8000
    assert fetch(path).status_code == 200


def test_an_export_that_cannot_be_made_is_refused_when_signing() -> None:
    with pytest.raises(BadValue):
        downloads.sign(SETTINGS, "csv", RUYUAN, scenario=True)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-3] + "AAA",
        lambda token: token[:20],
        lambda token: "x" + token,
        lambda token: "中文",
        lambda token: "a.b.c",
        lambda token: token.replace(".", "-"),
    ],
)
def test_a_forged_or_broken_link_is_refused_in_words(spoil: Callable[[str], str]) -> None:
    token = downloads.sign(SETTINGS, "csv", RUYUAN).removeprefix(downloads.PATH)
    answer = fetch(downloads.PATH + spoil(token))
    assert answer.status_code == 403
    assert "下载链接无效" in answer.text
    assert "not valid" in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_link_signed_with_another_key_is_refused() -> None:
    other = Settings(secret_key=SecretStr("z" * 40))
    assert fetch(downloads.sign(other, "csv", RUYUAN)).status_code == 403


def test_an_old_link_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    path = downloads.sign(SETTINGS, "csv", RUYUAN)
    later = time.time() + 15 * 60 + 2
    monkeypatch.setattr(time, "time", lambda: later)
    answer = fetch(path)
    assert answer.status_code == 410
    assert "下载链接已过期" in answer.text
    assert "expired" in answer.text


def test_a_filter_this_version_does_not_know_is_refused_not_widened() -> None:
    serializer = downloads._serializer(SETTINGS)
    token = serializer.dumps(
        {"format": "csv", "filter": {"county": "440232", "new": "x"}, "language": "zh", "scenario": False}
    )
    assert fetch(downloads.PATH + str(token)).status_code == 403


def test_a_database_that_is_away_is_a_page_that_says_so() -> None:
    answer = fetch(downloads.sign(SETTINGS, "geojson", RUYUAN), app(Away()))
    assert answer.status_code == 503
    assert "数据库暂时连接不上" in answer.text
    assert "retry-after" in answer.headers


def test_a_database_that_cannot_even_be_opened_is_the_same_page() -> None:
    def opening(token: str) -> Any:
        raise StorageUnavailable("no server")

    served = Starlette(routes=downloads.routes(opening, SETTINGS))
    assert fetch(downloads.sign(SETTINGS, "csv", RUYUAN), served).status_code == 503


def test_head_reads_nothing() -> None:
    library = FakeLibrary()
    answer = fetch(downloads.sign(SETTINGS, "csv", RUYUAN), app(library), "HEAD")
    assert answer.status_code == 200
    assert "content-length" not in answer.headers
    assert "attachment" in answer.headers["content-disposition"]
    assert library.opened == 0


class Endless(FakeLibrary):
    """Streams for ever, as a long export does for a reader who has gone."""

    def stream(self, chosen: ProjectFilter) -> Iterator[Summary]:
        self.opened += 1
        try:
            while True:
                yield point(1, 113.0, 24.0)
        finally:
            self.closed += 1


@pytest.mark.parametrize("way", ["disconnect", "broken pipe", "stall"])
def test_the_connection_is_released_when_the_reader_goes_away(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "STALLED_S", 0.2)
    library = Endless()
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        while way != "disconnect" or len(sent) < 4:
            await anyio.sleep(0.01)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)
        if len(sent) >= 4 and way == "broken pipe":
            raise OSError("broken pipe")
        if len(sent) >= 4 and way == "stall":
            await anyio.sleep(30)

    async def run() -> None:
        with anyio.fail_after(10):
            try:
                await app(library)(asked(downloads.sign(SETTINGS, "geojson", RUYUAN)), receive, send)
            except BaseException as error:  # how a server sees it end does not matter here
                if isinstance(error, KeyboardInterrupt):
                    raise

    anyio.run(run)
    assert len(sent) >= 4
    assert (library.opened, library.closed) == (1, 1)


def test_more_downloads_than_connections_are_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "AT_ONCE", 1)
    served = app(Endless())
    path = downloads.sign(SETTINGS, "geojson", RUYUAN)
    statuses: list[int] = []

    async def run() -> None:
        first_sent = anyio.Event()
        finish = anyio.Event()

        async def wait() -> dict[str, Any]:
            await finish.wait()
            return {"type": "http.disconnect"}

        async def slow(message: Any) -> None:
            first_sent.set()
            await anyio.sleep(0)

        async def note(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        async with anyio.create_task_group() as group:
            group.start_soon(served, asked(path), wait, slow)
            await first_sent.wait()
            await served(asked(path), wait, note)
            finish.set()
        head = asked(path)
        await served(head, wait, note)

    anyio.run(run)
    assert statuses == [503, 200]


def test_a_failure_half_way_never_looks_like_a_whole_file() -> None:
    class Breaking(FakeLibrary):
        def stream(self, chosen: ProjectFilter) -> Iterator[Summary]:
            yield from [point(n, 113.0, 24.0) for n in range(500)]
            raise StorageUnavailable("the database connection was cut")

    with pytest.raises(StorageUnavailable):
        fetch(downloads.sign(SETTINGS, "geojson", RUYUAN), app(Breaking()))


def test_streamlit_accepts_the_route() -> None:
    streamlit = pytest.importorskip("streamlit")
    made = streamlit.App("views/main.py", routes=downloads.routes(lambda token: FakeLibrary(), SETTINGS))
    assert any(getattr(route, "path", "") == "/download/{token}" for route in made._user_routes)


def test_the_token_survives_streamlits_path_check() -> None:
    security = pytest.importorskip("streamlit.path_security")
    for name in ("geojson", "csv"):
        path = downloads.sign(SETTINGS, name, ProjectFilter(ids=tuple(f"SG-{n:04}" for n in range(300))))
        assert not security.is_unsafe_path_pattern(path.lstrip("/"))


def test_where_nobody_reads_without_signing_in_a_link_opens_nothing_without_a_session() -> None:
    closed = SETTINGS.model_copy(update={"anonymous_reads": False})
    asked: list[str] = []

    def library(token: str) -> FakeLibrary:
        asked.append(token)
        return FakeLibrary()

    path = downloads.sign(closed, "csv", RUYUAN)
    refused = fetch(path, Starlette(routes=downloads.routes(library, closed)))
    signed_in = Starlette(routes=downloads.routes(library, closed, lambda request: "a-session"))
    assert (refused.status_code, asked) == (401, [])
    assert "请先登录" in refused.text
    assert (fetch(path, signed_in).status_code, asked) == (200, ["a-session"])
