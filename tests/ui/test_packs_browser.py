"""A pack in a real browser: ordered, made by the worker, fetched, handed to somebody without an account."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from data.cluster import Cluster
from data.database import Database
from data.settings import Settings
from projects.accounts import Placement
from projects.identity import Role
from tests.db.copies import copy_of
from tests.ui.conftest import address_of, served
from tests.ui.guide_visitor import Visitor, World, invite

pytestmark = [pytest.mark.browser, pytest.mark.db]
COUNTY = "440232"
ORDER = f"packs?county={COUNTY}&parts=geojson,offline_html"


@pytest.fixture(scope="module")
def world(
    cluster: Cluster, library_database: Database, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("packs")
    with copy_of(cluster, library_database) as copy:
        with copy.owning() as connection:
            invite(connection, {"ruyuan": ("乳源填报员", Placement(Role.EDITOR, COUNTY))})
        with served(folder, DATABASE_URL=address_of(copy)) as running:
            yield World(copy, Settings(data_dir=folder / "var"), running.url, chromium)


def made(world: World, county: Visitor) -> None:
    """Order a pack of two files and let the worker make it."""
    county.open(ORDER)
    county.page.get_by_role("button", name="开始制作").click()  # the panel that follows never rests
    county.page.get_by_role("button", name="取消").wait_for()
    world.work()
    county.page.get_by_text("做好了").first.wait_for(timeout=60_000)
    county.rest()


def fetched(page: Page, words: str, folder: Path) -> Path:
    """Click a link and return the file that came."""
    with page.expect_download() as waiting:
        page.get_by_text(words).first.click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def test_from_the_order_to_a_link_for_somebody_else(world: World, tmp_path: Path) -> None:
    with world.visitor("ruyuan") as county:
        made(world, county)
        told = county.page.locator(".st-key-pack-card table code").all_inner_texts()
        archive = fetched(county.page, "下载全部", tmp_path)
        with zipfile.ZipFile(archive) as found:
            sums = [hashlib.sha256(found.read(name)).hexdigest() for name in found.namelist()]
            names = found.namelist()
            inside = json.loads(found.read(next(n for n in names if n.endswith(".geojson"))))
        assert {one[: len(told[0])] for one in sums} == set(told), (
            "the page names the sums of what is fetched"
        )
        shown = county.page.locator(".st-key-pack-card table tbody tr td:nth-child(3)").all_inner_texts()
        assert shown == [str(len(inside["features"]))] * 2 + ["—"]
        county.press("生成链接")
        link = county.page.locator(".st-key-pack-card [data-testid=stCode] code").inner_text().strip()
        county.press("已复制")
    with world.visitor() as outsider:
        outsider.page.goto(link)
        assert fetched(outsider.page, ".geojson", tmp_path).stat().st_size > 1000
        outsider.open("packs")
        assert outsider.page.get_by_text("登录后可以做材料").count() == 1
        assert outsider.page.get_by_text("下载全部").count() == 0
    with world.visitor("ruyuan") as county:
        county.open("packs?pack=1")
        county.page.get_by_text("下载 1 次").wait_for()
        county.press("撤销链接")
    with world.visitor() as outsider:
        outsider.page.goto(link)
        assert outsider.page.get_by_text(".geojson").count() == 0


@pytest.mark.long
def test_the_map_leads_to_a_pack_and_to_a_link_of_its_view(world: World) -> None:
    with world.visitor("ruyuan", 390) as pocket:
        pocket.open(f"?county={COUNTY}&category=tcm")
        pocket.press("分享")
        link = pocket.page.locator("[data-testid=stPopoverBody] [data-testid=stCode] code").first.inner_text()
        assert link.strip() == f"{world.url}/?county={COUNTY}&category=tcm"
        pocket.page.get_by_text("做一个离线地图文件").click()
        pocket.page.get_by_text("开始制作").wait_for(timeout=30_000)
        pocket.rest()
        assert f"county={COUNTY}" in pocket.page.url and "parts=offline_html" in pocket.page.url
        assert pocket.page.locator("input[type=checkbox]:checked").count() == 1
        wide = pocket.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, "nothing sticks out of a phone"
