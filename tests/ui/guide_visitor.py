"""Somebody at a browser who does what the guide says and takes the pictures of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import Connection, text

from data.database import Database
from data.jobs.worker import run_waiting
from data.settings import Settings
from data.store import accounts
from projects.accounts import Placement
from tests.paths import ROOT

IMAGES = ROOT / "docs" / "guide" / "images"
LARGEST_BYTES = 120_000
PASSWORD = "guide-pictures-1"
"""Of accounts in a database that lives for one test."""
SCROLL = (
    "(e, offset) => { e.scrollIntoView({block: 'start'});"
    " document.querySelector('[data-testid=stMain]').scrollBy(0, -offset); }"
)


@dataclass
class Visitor:
    """Somebody at a browser of some width, who takes pictures of what is there."""

    page: Page
    url: str

    def sign_in(self, name: str) -> None:
        """Sign in as the guide says."""
        self.page.goto(f"{self.url}/sign-in")
        self.page.fill("#name", name)
        self.page.fill("#password", PASSWORD)
        self.page.click("button[type=submit]")
        self.rest()

    def open(self, address: str) -> None:
        """Open a page of the app."""
        self.page.goto(f"{self.url}/{address}")
        self.rest()

    def rest(self) -> None:
        """Wait until no script has run for a second and no picture of the page is on its way."""
        app, still = self.page.locator('[data-testid="stApp"]'), 0
        app.wait_for(timeout=40_000)
        for _ in range(250):
            self.page.wait_for_timeout(150)
            still = still + 1 if app.get_attribute("data-test-script-state") == "notRunning" else 0
            if still >= 8:
                return
        raise AssertionError("the page did not come to rest")

    def press(self, caption: str) -> None:
        """Press a button by its caption."""
        self.page.get_by_role("button", name=re.compile(caption)).first.click()
        self.rest()

    def choose(self, caption: str) -> None:
        """Choose one of several by its caption."""
        self.page.get_by_text(caption, exact=True).first.click()
        self.rest()

    def write(self, label: str, words: str) -> None:
        """Type into the box of a label and leave it."""
        box = self.page.get_by_role("textbox", name=re.compile(label)).first
        box.fill(words)
        box.press("Tab")
        self.rest()

    def picture(self, name: str, height: int, at: Locator | None = None, offset: int = 70) -> None:
        """Save what a window of this height shows, from ``at`` on, in few colours."""
        width = self.page.viewport_size["width"] if self.page.viewport_size else 1366
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.mouse.move(width - 3, 3)
        self.rest()
        if at is not None:
            at.evaluate(SCROLL, offset)
            self.page.wait_for_timeout(700)
        save(self.page.screenshot(), IMAGES / f"{name}.png")


def save(shot: bytes, target: Path) -> None:
    """Save a picture in as many colours as its size allows."""
    target.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.open(BytesIO(shot)).convert("RGB")
    for colours in (
        256,
        128,
        64,
    ):  # corrected by k-means: else small keys take the colour of their neighbours
        reduced = picture.quantize(colours, kmeans=2, dither=Image.Dither.NONE)
        reduced.save(target, optimize=True)
        if target.stat().st_size < LARGEST_BYTES:
            return
    raise AssertionError(f"{target.name} has {target.stat().st_size} bytes")


@dataclass
class World:
    """The running app, its database and its worker."""

    database: Database
    settings: Settings
    url: str
    browser: Browser

    def work(self) -> None:
        """Do the work that waits, as the worker process would."""
        run_waiting(self.database, self.settings)

    @contextmanager
    def visitor(self, name: str = "", width: int = 1366) -> Iterator[Visitor]:
        """Open a browser, signed in as somebody."""
        context = self.browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
        visitor = Visitor(context.new_page(), self.url)
        if name:
            visitor.sign_in(name)
        yield visitor
        context.close()


def invite(connection: Connection, people: Mapping[str, tuple[str, Placement]]) -> None:
    """Make accounts that may file at once."""
    for name, (display, placement) in people.items():
        accounts.add(connection, name, display, placement, PASSWORD)
    connection.execute(text("UPDATE account SET must_change_password = false"))
