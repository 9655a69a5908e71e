"""Two app processes behind the shipped nginx and PgBouncer: seats, sessions, links, a process that dies."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from data.database import Database
from data.passwords import hash_password
from data.settings import Settings
from projects.filters import ProjectFilter
from services import downloads
from services.sign_in import COOKIE
from tests.db.making import account
from tests.scale import rig
from tests.scale.raw import LONGEST_S, Answer, visit
from tests.ui.conftest import App, address_of, served

pytestmark = pytest.mark.db

NAME, PASSWORD = "two.processes", "sesam-oeffne-dich-7"
SEAT = "atlas_seat"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two processes, and nginx before them."""

    apps: tuple[App, App]
    front: rig.Front

    @property
    def ports(self) -> tuple[int, int]:
        """The ports of the processes, in the order of their seats."""
        first, second = (int(app.url.rpartition(":")[2]) for app in self.apps)
        return first, second

    def browser(self, seat: int | None = None) -> httpx.Client:
        """Return a browser, sitting at a process or nowhere yet."""
        browser = httpx.Client(base_url=self.front.url, timeout=LONGEST_S)
        if seat:
            browser.cookies.set(SEAT, str(seat), domain="127.0.0.1")
        return browser


@pytest.fixture(scope="module")
def pair(needs_nginx: None, folder: Path, copied: Database, pool_url: str) -> Iterator[Pair]:
    with copied.owning() as connection:
        account(connection, NAME, "administrator", password_hash=hash_password(PASSWORD))
    settings = {"DATABASE_URL": address_of(copied), "DATABASE_POOL_URL": pool_url.replace("+psycopg", "")}
    with ExitStack() as running:
        apps = [running.enter_context(served(folder, ATLAS_PROCESSES="2", **settings)) for _ in range(2)]
        ports = [int(app.url.rpartition(":")[2]) for app in apps]
        yield Pair((apps[0], apps[1]), running.enter_context(rig.front(folder, ports)))


def signed_in(pair: Pair, seat: int) -> dict[str, str]:
    """Sign in at one process; return the cookies of the browser."""
    with pair.browser(seat) as browser:
        form = re.search(r'name="form" value="([^"]+)"', browser.get("/sign-in").text)
        assert form
        answer = browser.post("/sign-in", data={"form": form[1], "name": NAME, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return dict(browser.cookies)


def opened(pair: Pair, cookies: dict[str, str], query: str = "") -> tuple[Answer, dict[str, str]]:
    """Open the map as a browser with these cookies; return what came and its cookies afterwards."""

    async def go() -> tuple[Answer, dict[str, str]]:
        async with visit(pair.front.url, query, cookies) as page:
            return await page.open(), page.cookies

    return asyncio.run(go())


def connected(pair: Pair, cookies: dict[str, str]) -> None:
    """Open the socket of a page, without running it."""

    async def go() -> None:
        async with visit(pair.front.url, "", cookies):
            pass

    asyncio.run(go())


def test_a_newcomer_gets_a_seat_and_keeps_it(pair: Pair) -> None:
    seats = set()
    for _ in range(4):
        with pair.browser() as browser:
            first = browser.get("/")
            seat = browser.cookies[SEAT]
            assert f"{SEAT}={seat}; Path=/; HttpOnly; SameSite=Lax" in first.headers["set-cookie"]
            assert all(SEAT not in browser.get("/").headers.get("set-cookie", "") for _ in range(3))
            seats.add(seat)
    assert seats == {"1", "2"}, "newcomers are spread over both"


def test_a_forged_seat_is_no_more_than_a_newcomers(pair: Pair) -> None:
    with pair.browser() as browser:
        answer = browser.get("/", headers={"Cookie": f"{SEAT}=evil.example:80"})
    assert answer.status_code == 200
    assert re.search(rf"{SEAT}=[12];", answer.headers["set-cookie"])


@pytest.mark.parametrize("seat", [1, 2])
def test_page_socket_and_uploads_go_to_the_process_of_the_seat(pair: Pair, seat: int) -> None:
    connected(pair, {SEAT: str(seat)})
    with pair.browser(seat) as browser:
        browser.put("/_stcore/upload_file/nobody/nothing", files={"file": b"x" * 2_000_000})
        browser.get(f"/media/none-{seat}.png")
    for path in ("/_stcore/stream", "/_stcore/upload_file/nobody/nothing"):
        assert pair.front.passed(path)[-1] == pair.ports[seat - 1]
    assert pair.front.passed(f"/media/none-{seat}.png") == [pair.ports[seat - 1]]


def test_signed_in_at_one_process_one_is_known_at_the_other(pair: Pair) -> None:
    cookies = signed_in(pair, 1)
    with pair.browser(2) as browser:
        browser.cookies.set(COOKIE, cookies[COOKIE], domain="127.0.0.1")
        assert NAME in browser.get("/sign-in").text
    answer, _ = opened(pair, cookies | {SEAT: "2"})
    assert pair.front.passed("/_stcore/stream")[-1] == pair.ports[1]
    assert not answer.troubles
    assert any("/sign-out" in text for text in answer.texts)


def test_a_form_shown_by_one_process_is_taken_by_the_other(pair: Pair) -> None:
    with pair.browser(1) as browser:
        form = re.search(r'name="form" value="([^"]+)"', browser.get("/sign-in").text)
        assert form
        browser.cookies.set(SEAT, "2", domain="127.0.0.1")
        answer = browser.post("/sign-in", data={"form": form[1], "name": NAME, "password": PASSWORD})
    assert answer.status_code == 303
    assert pair.front.passed("/sign-in")[-2:] == list(pair.ports)


def test_a_signed_link_is_good_at_every_process_that_shares_the_data_folder(pair: Pair, folder: Path) -> None:
    """Here the link is made by a third one: this test's own."""
    link = downloads.sign(Settings(data_dir=folder / "var"), "csv", ProjectFilter())
    answers = []
    for seat in (1, 2):
        with pair.browser(seat) as browser:
            answers.append(browser.get(link))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].headers["content-disposition"].startswith("attachment")
    assert answers[0].content.count(b"\n") == answers[1].content.count(b"\n") > 100
    assert pair.front.passed("/download/-")[-2:] == list(pair.ports)
    assert link.rpartition("/")[2] not in pair.front.log.read_text("utf-8"), "no signed link in nginx's log"


def test_what_watches_the_program_is_closed_to_the_outside(pair: Pair) -> None:
    with pair.browser() as browser:
        for path in ("/metrics", "/health", "/ready", "/metrics/", "/_stcore/metrics"):
            answer = browser.get(path)
            assert answer.status_code == 404, path
            assert answer.headers["x-content-type-options"] == "nosniff"
        assert browser.get("/_stcore/health").status_code == 200, "the front end asks for it"


def test_files_that_never_change_are_read_from_the_app_once(pair: Pair) -> None:
    with pair.browser() as browser:
        page = browser.get("/").text
        script = re.search(r'src="\.?(/static/[^"]+\.js)"', page)
        assert script
        answers = [browser.get(script[1]) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].headers["content-encoding"] == "gzip"
    assert len(pair.front.passed(script[1])) == 1


def test_who_says_where_he_comes_from_is_not_believed(pair: Pair) -> None:
    """The wrong attempts count for the address that nginx saw, whatever a header says."""
    answers = []
    with pair.browser(1) as browser:
        for turn in range(20):
            form = re.search(r'name="form" value="([^"]+)"', browser.get("/sign-in").text)
            assert form
            given = {"form": form[1], "name": f"nobody{turn}", "password": "wrong"}
            said = {"X-Forwarded-For": f"192.0.2.{turn}", "X-Real-IP": f"192.0.2.{turn}"}
            answers.append(browser.post("/sign-in", data=given, headers=said).status_code)
    assert answers[:15] == [403] * 15, "half of thirty at each of two processes"
    assert set(answers[15:]) == {429}


def test_a_killed_process_leaves_its_people_to_the_other(pair: Pair) -> None:
    """The last of this file: one process is gone afterwards."""
    cookies = signed_in(pair, 2)
    rig.kill(pair.ports[0])
    cookies[SEAT] = "1"
    answer, now = opened(pair, cookies)
    assert now[SEAT] == "2", "the seat moves with its person"
    assert not answer.troubles
    assert any("/sign-out" in text for text in answer.texts)
    with pair.browser() as newcomer:
        assert [newcomer.get("/").status_code for _ in range(4)] == [200] * 4


def test_with_no_process_left_a_sentence_is_shown(pair: Pair) -> None:
    rig.kill(pair.ports[0])
    rig.kill(pair.ports[1])
    with pair.browser() as browser:
        answer = browser.get("/")
    assert answer.status_code == 503
    assert "请稍候刷新" in answer.text and answer.headers["retry-after"]
