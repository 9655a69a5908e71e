"""The whole app on a filled library: a server of its own, a browser that reaches nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Frame, Locator, Page, Route, sync_playwright
from sqlalchemy import Connection

from data.cluster import Cluster
from data.database import Database
from layers import assets
from tests.db.copies import copy_of
from tests.db.making import middle, place, project
from tests.paths import ROOT
from tests.ui.harness.server import CHROMIUM_ARGS, free_port

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
MAP = 'iframe[title^="streamlit_folium"]'

HOSTILE = (
    "<img src=x onerror=window.hacked=1>",
    "**粗** _斜_ `码` [链](javascript:alert(1))",
    "$x^2$ :material/bug_report: :red[红]",
    "${alert(1)}{{7*7}}",
    "</script><script>window.hacked=2</script>",
    "a -> b -- c <= d :smile: www.example.com",
    "\"双引号\" '单' \\反斜 &amp; &lt;b&gt;",
)
"""Names that mean something to HTML, Markdown, templates or scripts: all of them are only names."""
COUNTY = "440232"


@dataclass
class App:
    """A running app: its address, its log, and how it was started."""

    url: str
    log: Path
    environment: dict[str, str]


def add_hostile(connection: Connection) -> list[str]:
    """Give 乳源 one record per hostile name, placed side by side below its badge, and return their ids."""
    lon, lat = map(float, middle(connection, COUNTY)[6:-1].split())
    keys = []
    for i, name in enumerate(HOSTILE):
        key = project(
            connection,
            name=name,
            category="hospital",
            county_code=COUNTY,
            township=name,
            note=name,
            stage_words=name,
            address=name,
            cooperation=name,
            open_to_capital="否",
            capital_sought=Decimal("12500.55"),
            land_status="净地",
            ownership="民办",
            prefecture_code="440200",
            province_code="440000",
        )
        place(
            connection,
            key,
            f"POINT({lon - 0.06 + 0.03 * i} {lat - 0.1})",
            address=name,
            note=name,
            source=name,
        )
        keys.append(key)
    return keys


@pytest.fixture(scope="session")
def hostile_database(cluster: Cluster, library_database: Database) -> Iterator[tuple[Database, list[str]]]:
    """A copy of the filled library with hostile names in it, and their ids."""
    with copy_of(cluster, library_database) as copy:
        with copy.owning() as connection:
            keys = add_hostile(connection)
        yield copy, keys


def address_of(database: Database) -> str:
    """Return the DATABASE_URL of a database."""
    return database.owner.url.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[App]:
    """Serve the app from the checkout with these settings until the end of the block."""
    if assets.missing(ROOT / "static"):
        pytest.skip("map assets are not fetched yet: run the set-up (make run) first")
    port = free_port()
    environment = {**os.environ, "PORT": str(port), "ATLAS_DATA_DIR": str(folder / "var"), **settings}
    log = folder / f"app-{port}.log"
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.address",
        "127.0.0.1",
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        _answers(f"http://127.0.0.1:{port}", process, log)
        yield App(f"http://127.0.0.1:{port}", log, environment)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


def _answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(log.read_text("utf-8"))
        with suppress(OSError), urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
            return
        time.sleep(0.2)
    raise RuntimeError("the app did not answer within a minute")


@pytest.fixture(scope="module")
def app(
    tmp_path_factory: pytest.TempPathFactory, hostile_database: tuple[Database, list[str]]
) -> Iterator[App]:
    """The app on the library with hostile names."""
    with served(tmp_path_factory.mktemp("app"), DATABASE_URL=address_of(hostile_database[0])) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One headless Chromium per module."""
    if not CHROMIUM:
        pytest.skip("no chromium on this machine (set CHROMIUM)")
    with sync_playwright() as p:
        started = p.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield started
        started.close()


@dataclass
class Reader:
    """Somebody at a browser: the page, and everything that went wrong on it."""

    page: Page
    url: str
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, query: str = "") -> Reader:
        """Open an address of the app and wait for the map."""
        self.page.goto(f"{self.url}/{query}")
        self.settled()
        return self

    def settled(self) -> None:
        """Wait until the map stands and no script runs any more."""
        self.page.locator(MAP).wait_for(timeout=40_000)
        self.page.frame_locator(MAP).locator("body[data-drawn]").wait_for(state="attached", timeout=40_000)
        self.quiet()

    def quiet(self) -> None:
        """Wait until no script has run for a while."""
        still, app = 0, self.page.locator('[data-testid="stApp"]')
        for _ in range(200):
            self.page.wait_for_timeout(150)
            still = still + 1 if app.get_attribute("data-test-script-state") == "notRunning" else 0
            if still >= 8:
                return
        raise AssertionError("the page did not come to rest within half a minute")

    def params(self) -> dict[str, str]:
        """Return the address parameters as they stand."""
        return {k: v[0] for k, v in parse_qs(urlsplit(self.page.url).query).items()}

    def at(self, **wanted: str) -> None:
        """Wait until the address says exactly this, and the page is at rest."""
        for _ in range(100):
            if self.params() == wanted:
                return self.quiet()
            self.page.wait_for_timeout(150)
        raise AssertionError(f"the address says {self.params()}, not {wanted}")

    def frame(self) -> Frame:
        """Return the frame of the map."""
        return next(f for f in self.page.frames if "streamlit_folium" in f.url)

    def ask(self, code: str) -> Any:
        """Evaluate an expression over the map's object ``a``."""
        return self.frame().evaluate(f"() => {{ const a = window.atlas; return {code}; }}")

    def click_mark(self, key: str) -> None:
        """Click the point of a record on the map."""
        self.page.locator(MAP).scroll_into_view_if_needed()
        place_of = f"a.groups.points.getLayers()[a.scene.points.id.indexOf({key!r})].getLatLng()"
        x, y = self.ask(f"(p => [p.x, p.y])(a.map.latLngToContainerPoint({place_of}))")
        box = self.page.locator(MAP).bounding_box()
        assert box
        self.page.mouse.click(box["x"] + x, box["y"] + y)

    def button(self, name: str) -> Locator:
        """Return a button by its words."""
        return self.page.get_by_role("button", name=name, exact=True)

    def text(self, selector: str) -> str:
        """Return the words of the first match."""
        return self.page.locator(selector).first.inner_text()


@pytest.fixture
def reader(chromium: Browser, app: App) -> Iterator[Reader]:
    """A reader at 1366 × 768; afterwards nothing went outside and no error stands in the console."""
    yield from reading(chromium, app.url, 1366, 768)


@pytest.fixture
def phone(chromium: Browser, app: App) -> Iterator[Reader]:
    """A reader with a phone of 390 × 844."""
    yield from reading(chromium, app.url, 390, 844)


def reading(browser: Browser, url: str, width: int, height: int) -> Iterator[Reader]:
    """Open a page behind a wall, hand it out, and check afterwards what it tried."""
    context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
    found = Reader(context.new_page(), url)

    def wall(route: Route) -> None:
        if route.request.url.startswith((url, "data:", "blob:")):
            route.continue_()
        else:
            found.outside.append(route.request.url)
            route.abort()

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.errors.append(message.text)

    def dialog(shown: Dialog) -> None:
        found.errors.append(f"dialog: {shown.message}")
        shown.dismiss()

    context.route("**/*", wall)
    found.page.on("console", console)
    found.page.on("dialog", dialog)
    found.page.on("pageerror", lambda error: found.errors.append(str(error)))
    yield found
    context.close()
    assert found.outside == []
    assert found.errors == []
