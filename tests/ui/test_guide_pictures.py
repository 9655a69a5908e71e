"""The pictures of the user guide, taken from the app at work: ATLAS_SCREENSHOTS=1.

A county imports the practice workbook, changes a record and files it; the city reviews it. Every step is done
as the guide tells it, so a picture can only be of something that works.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import Connection, text

from data.cluster import Cluster
from data.database import Database
from data.importers.office.run import Importer, Order
from data.jobs.worker import run_waiting
from data.settings import Settings
from data.store import accounts, owner_units
from projects.accounts import Placement
from projects.identity import Role
from tests.db import making
from tests.db.copies import copy_of
from tests.paths import ROOT
from tests.ui.conftest import address_of, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.db,
    pytest.mark.skipif(
        os.environ.get("ATLAS_SCREENSHOTS") != "1", reason="ATLAS_SCREENSHOTS=1 takes the pictures"
    ),
]
IMAGES = ROOT / "docs" / "guide" / "images"
LARGEST_BYTES = 120_000
PASSWORD = "guide-pictures-1"
"""Of accounts in a database that lives for this test."""
PEOPLE = {
    "ruyuan": ("乳源填报员", Placement(Role.EDITOR, "440232")),
    "shaoguan": ("韶关审核员", Placement(Role.REVIEWER, scope_code="440200")),
    "wujiang": ("武江填报员", Placement(Role.EDITOR, "440203")),
    "lechang": ("乐昌填报员", Placement(Role.EDITOR, "440281")),
    "admin": ("王主任", Placement(Role.ADMINISTRATOR)),
}
EXAMPLE = ROOT / "tests" / "examples" / "county_hot_springs.xlsx"
SCROLL = (
    "(e, offset) => { e.scrollIntoView({block: 'start'});"
    " document.querySelector('[data-testid=stMain]').scrollBy(0, -offset); }"
)
RECORD = "SG-0051"
"""A care home of 乳源 that the practice workbook does not leave alone."""


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
    for colours in (128, 64, 32):
        reduced = picture.quantize(colours, dither=Image.Dither.NONE)
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


@pytest.fixture(scope="module")
def world(
    cluster: Cluster, library_database: Database, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("guide")
    with copy_of(cluster, library_database) as copy:
        with copy.owning() as connection:
            for name, (display, placement) in PEOPLE.items():
                accounts.add(connection, name, display, placement, PASSWORD)
            connection.execute(text("UPDATE account SET must_change_password = false"))
        with served(folder, DATABASE_URL=address_of(copy)) as running:
            yield World(copy, Settings(data_dir=folder / "var"), running.url, chromium)


def test_the_pictures(world: World) -> None:
    """All steps in the order of the guide: later pictures need what earlier steps have filed."""
    steps: tuple[Callable[[World], None], ...] = (
        sign_in, upload_and_preview, edit, review, history, claims_and_clinics, accounts_page,
    )  # fmt: skip
    for step in steps:
        step(world)
    made = {path.name for path in IMAGES.glob("*.png")}
    assert all((IMAGES / name).stat().st_size < LARGEST_BYTES for name in made)


def sign_in(world: World) -> None:
    with world.visitor() as anybody:
        anybody.page.goto(f"{world.url}/sign-in")
        anybody.page.set_viewport_size({"width": 1366, "height": 520})
        save(anybody.page.screenshot(), IMAGES / "sign-in.png")
    with world.visitor("ruyuan") as county:
        county.picture("home", 850)
        county.open("home?lang=en")
        county.picture("home-en", 850)


def upload_and_preview(world: World) -> None:
    with world.visitor("ruyuan") as county:
        county.open("import")
        county.page.set_input_files("input[type=file]", EXAMPLE)
        county.rest()
        county.picture("upload", 640)
        county.press("检查文件")
        world.work()
        county.page.get_by_text("共 18 行").first.wait_for(timeout=30_000)
        county.rest()
        address = county.page.url.partition("/import")[2]
        county.picture("preview", 620)
        county.picture("preview-held", 760, county.page.get_by_text("需要您决定的").first)
        county.picture("preview-rows", 1000, county.page.get_by_text("逐行预览").first)
        county.choose("退回修改 5")
        county.picture("preview-rejected", 760, county.page.get_by_text("逐行预览").first)
        county.open(f"import{address}&lang=en")
        county.picture("preview-en", 620)
        county.open(f"import{address}&lang=zh")
        county.write("为什么改", "2026 年第三季度进度更新，依据县发改局台账")
        county.press("提交 9 行")
        world.work()
        county.page.get_by_text("已提交审核").first.wait_for(timeout=30_000)
        county.picture("submitted", 420)
    with world.visitor("ruyuan", 390) as pocket:
        pocket.picture("phone-home", 844)
        pocket.open(f"import{address}")
        pocket.picture("phone-preview", 844, pocket.page.get_by_text("共 18 行").first)


def edit(world: World) -> None:
    with world.visitor("ruyuan") as county:
        county.open(f"?county=440232&id={RECORD}")
        county.page.wait_for_timeout(3000)
        county.picture("card", 820)
        county.open(f"edit?edit={RECORD}")
        county.picture("edit", 660)
        county.page.get_by_text("输入坐标").first.click()
        county.rest()
        county.write("^经度", "113.2703")
        county.write("^纬度", "24.7795")
        box = county.page.get_by_role("combobox", name=re.compile("坐标系"))
        box.click()
        county.page.get_by_role("option", name=re.compile("WGS84")).first.click()
        county.rest()
        county.page.get_by_role("combobox", name=re.compile("坐标从哪里来")).click()
        county.page.get_by_role("option", name=re.compile("现场定位")).first.click()
        county.rest()
        county.press("移到这里")
        county.page.get_by_text("地块或建筑").first.click()
        county.rest()
        county.page.wait_for_timeout(2000)
        county.picture("edit-place", 1000, county.page.locator("#part-place"))
        county.write("为什么改", "2026 年 9 月现场定位")
        county.picture("edit-submit", 480, county.page.locator("#part-submit"))
        county.page.get_by_role("button", name="提交", exact=True).click()
        county.page.get_by_text("等待审核").first.wait_for(timeout=30_000)


def review(world: World) -> None:
    with world.visitor("shaoguan") as city:
        city.picture("review-start", 520)
        city.open("review")
        city.picture("review-queue", 420)
        city.open("review?set=2")
        city.page.wait_for_timeout(1500)
        city.picture("review", 760)
        city.open("review?set=2&lang=en")
        city.picture("review-en", 760)
        for key in (1, 2):
            city.open(f"review?set={key}&lang=zh")
            city.press("全部接受")
            city.press("提交审核结果")
            city.page.get_by_text("已处理").first.wait_for(timeout=60_000)
    with world.visitor("ruyuan") as county:
        county.picture("home-answer", 700)


def history(world: World) -> None:
    with world.visitor("shaoguan") as city:
        city.open(f"history?history={RECORD}")
        city.picture("history", 620)


def claims_and_clinics(world: World) -> None:
    with world.visitor("wujiang") as county:
        county.open("claims")
        county.picture("claims", 620)
    with world.database.owning() as connection:
        owner_units.review(connection, "440281", False)
        token = making.session(connection, account_of(connection, "lechang"))
    order = Order(EXAMPLE.with_name("clinics_gbk.csv"), "clinics_gbk.csv", "440281")
    done = Importer(world.database, token).commit(order, "县卫健局名单")
    assert done.filed
    with world.visitor("lechang") as county:
        county.open("clinics")
        for _ in range(4):
            county.page.get_by_test_id("stNumberInputStepUp").click()
            county.rest()
        county.press("认领 5 个")
        county.picture("clinics", 900)


def account_of(connection: Connection, name: str) -> int:
    return int(connection.scalar(text("SELECT id FROM account WHERE name = :name"), {"name": name}) or 0)


def accounts_page(world: World) -> None:
    with world.visitor("admin") as administrator:
        administrator.open("accounts")
        administrator.picture("accounts", 560)
