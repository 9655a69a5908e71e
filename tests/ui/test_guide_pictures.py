"""The pictures of the user guide, taken from the app at work: ATLAS_SCREENSHOTS=1.

A county imports the practice workbook, changes a record and files it; the city reviews it. Money, dates,
plans, promotion and targets are shown with practice data, in a database made as ``make demo`` makes it. Every
step is done as the guide tells it, so a picture can only be of something that works.
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator
from sqlalchemy import Connection, text

from data.cluster import Cluster
from data.database import Database
from data.demo import build, prepare
from data.importers.office.run import Importer, Order
from data.settings import Settings
from data.store import owner_units
from projects.accounts import Placement
from projects.identity import Role
from tests.db import making
from tests.db.copies import copy_of, database_named
from tests.paths import ROOT
from tests.ui.conftest import address_of, served
from tests.ui.guide_visitor import IMAGES, LARGEST_BYTES, Visitor, World, invite, save

pytestmark = [
    pytest.mark.browser,
    pytest.mark.db,
    pytest.mark.skipif(
        os.environ.get("ATLAS_SCREENSHOTS") != "1", reason="ATLAS_SCREENSHOTS=1 takes the pictures"
    ),
]
PEOPLE = {
    "ruyuan": ("乳源填报员", Placement(Role.EDITOR, "440232")),
    "shaoguan": ("韶关审核员", Placement(Role.REVIEWER, scope_code="440200")),
    "wujiang": ("武江填报员", Placement(Role.EDITOR, "440203")),
    "lechang": ("乐昌填报员", Placement(Role.EDITOR, "440281")),
    "admin": ("王主任", Placement(Role.ADMINISTRATOR)),
}
PRACTISING = {
    "demo-county": ("演示·县级填报", Placement(Role.EDITOR, "440232")),
    "demo-review": ("演示·市级审核", Placement(Role.REVIEWER, scope_code="440200")),
}
SEED, PROJECTS = 2026, 360
"""Those of ``make demo``: whoever follows the guide sees the same figures."""
ANALYSES = (
    ("rates", "clusters?prefecture=440200&show=rates", 1010),
    ("matrix", "coverage?prefecture=440200&show=matrix", 640),
    ("siting-en", "siting?prefecture=440200&km=15&lang=en", 1160),
    ("siting", "siting?prefecture=440200&km=15&lang=zh", 1160),
)
PRACTICE_ANALYSES = (
    ("clusters", "clusters?prefecture=440200&show=density&eps=8&min=3", 1060),
    ("reach", "coverage?prefecture=440200&show=reach&limit=10", 1120),
)
"""Picture, address and height; those of the real library are the links of the worked example."""
EXAMPLE = ROOT / "tests" / "examples" / "county_hot_springs.xlsx"
RECORD = "SG-0051"
"""A care home of 乳源 that the practice workbook does not leave alone."""


@pytest.fixture(scope="module")
def world(
    cluster: Cluster, library_database: Database, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("guide")
    with copy_of(cluster, library_database) as copy:
        with copy.owning() as connection:
            invite(connection, PEOPLE)
        with served(folder, DATABASE_URL=address_of(copy)) as running:
            yield World(copy, Settings(data_dir=folder / "var"), running.url, chromium)


@pytest.fixture(scope="module")
def practice(
    cluster: Cluster, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The app on a practice database with the figures of ``make demo``; takes a few minutes."""
    folder = tmp_path_factory.mktemp("practice")
    with database_named(cluster, f"practice_{uuid.uuid4().hex}") as database:
        prepare(database, SEED, lambda _: None)
        build(database, PROJECTS, seed=SEED)
        with database.owning() as connection:
            invite(connection, PRACTISING)
        with served(folder, DATABASE_URL=address_of(database), DEMO="true") as running:
            yield World(database, Settings(data_dir=folder / "var", demo=True), running.url, chromium)


def test_the_analysis_pictures(world: World) -> None:
    """The real library as the worked example shows it, before any step below changes a record."""
    with world.visitor() as anybody:
        for name, address, height in ANALYSES:
            analysis(anybody, name, address, height)


def test_the_practice_analysis_pictures(practice: World) -> None:
    """What needs places of projects: only practice data have enough of them."""
    with practice.visitor("demo-review") as city:
        for name, address, height in PRACTICE_ANALYSES:
            analysis(city, name, address, height)


def test_the_pack_pictures(world: World) -> None:
    """A pack of a county from the order to the link, and the ways to share a view."""
    with world.visitor("ruyuan") as county:
        county.open("?county=440232&lang=zh")
        county.page.wait_for_timeout(3000)
        county.press("分享")
        county.picture("share", 760)
        county.open("packs?county=440232&lang=en")
        county.picture("packs-en", 880)
        county.open("packs?county=440232&lang=zh")
        county.picture("packs", 880)
        county.page.get_by_role("button", name="开始制作").click()  # the panel that follows never rests
        county.page.get_by_role("button", name="取消").wait_for()
        world.work()
        county.page.get_by_text("做好了").first.wait_for(timeout=30_000)
        county.rest()
        county.press("生成链接")
        county.press("已复制")
        county.picture("packs-done", 1020, county.page.locator(".st-key-pack-card"))


def test_the_pictures(world: World) -> None:
    """All steps in the order of the guide: later pictures need what earlier steps have filed."""
    steps: tuple[Callable[[World], None], ...] = (
        sign_in, upload_and_preview, edit, review, history, claims_and_clinics, accounts_page,
    )  # fmt: skip
    for step in steps:
        step(world)
    assert all(path.stat().st_size < LARGEST_BYTES for path in IMAGES.glob("*.png"))


def test_the_practice_pictures(practice: World) -> None:
    """What needs money, dates and promises: shown with practice data, each page under its banner."""
    with practice.visitor("demo-review") as city:
        banner = city.page.get_by_text("项目、金额、日期和位置全部虚构")
        for step in (money, dispatch, plans, promotion, targets):
            step(city)
            banner.wait_for()
    with practice.visitor("demo-county") as county:
        reports(county)
        practice_map(county)


def analysis(visitor: Visitor, name: str, address: str, height: int) -> None:
    """Save a page of an analysis from its title on, once the map has drawn."""
    visitor.open(address)
    visitor.page.wait_for_timeout(3000)
    visitor.picture(name, height, heading(visitor))


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


def money(city: Visitor) -> None:
    city.open("funding?lang=en")
    city.picture("funding-en", 820)
    city.open("funding?lang=zh")
    city.picture("funding", 820)
    city.choose("来源和状态")
    city.picture("funding-lines", 760, city.page.get_by_text("笔数", exact=True))


def dispatch(city: Visitor) -> None:
    city.open("dispatch?lang=en")
    city.picture("dispatch-en", 760)
    city.open("dispatch?lang=zh")
    city.picture("dispatch", 760)
    city.choose("矛盾")
    city.picture("dispatch-clashes", 560, city.page.get_by_text("只指出，不替单位改"))


def plans(city: Visitor) -> None:
    """Roll the published plan of the practice prefecture over, and hold both editions side by side."""
    city.open("rolling?area=440200&show=make")
    include_all(city)
    city.write("这些项目新进的理由", "补录 2026 年度在建和前期项目")
    city.picture("rolling-make", 940, heading(city))
    publish(city)
    city.choose("与其他版比较")
    city.picture("rolling-compare", 860, heading(city))


def heading(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("heading", level=2).first


def include_all(city: Visitor) -> None:
    """Tick the box; a click that falls into a run of the page is made again."""
    box = city.page.get_by_role("checkbox", name=re.compile("全部列入"))
    for _ in range(3):
        if not box.is_checked():
            city.page.get_by_text(re.compile("全部列入（")).first.click()
            city.rest()
    assert box.is_checked(), city.page.get_by_test_id("stMain").inner_text()


def publish(city: Visitor) -> None:
    city.press("提交审定")
    city.press("整版公布")
    city.page.get_by_text("已公布，内容从此不再改动").wait_for(timeout=30_000)


def promotion(city: Visitor) -> None:
    city.open("promotion?lang=en")
    city.picture("deals-en", 700)
    city.open("promotion?lang=zh")
    city.picture("deals", 700)
    city.open("promotion?tab=compare&compare=YS-0006,YS-0011,YS-0035")
    city.picture("compare", 800)


def targets(city: Visitor) -> None:
    city.open("targets?lang=en")
    city.picture("targets-en", 640)
    city.open("targets?lang=zh")
    city.picture("targets", 640)
    city.open("targets?id=CZ-T14")
    city.picture("target", 700, city.page.get_by_text("收起"))
    city.open("scores?prefecture=440200")
    city.picture("scores", 700)


def reports(county: Visitor) -> None:
    county.open("indicators")
    county.picture("indicators", 620)


def practice_map(county: Visitor) -> None:
    county.open("?prefecture=440200")
    county.page.wait_for_timeout(3000)
    county.picture("practice", 700)
