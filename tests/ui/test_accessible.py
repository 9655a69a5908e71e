"""Every page by axe-core; what a keyboard needs: ways past menu and map, the map as a list, visible focus."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Connection, text

from data.cluster import Cluster
from data.database import Database
from data.demo import build
from tests.db.copies import copy_of
from tests.ui.accessible import PEOPLE, Walker, violations, walking
from tests.ui.conftest import MAP, address_of, served
from tests.ui.guide_visitor import invite
from views.i18n import translator
from views.rooms import rooms

pytestmark = [pytest.mark.browser, pytest.mark.db]
PREFECTURE = "prefecture=440200"


@pytest.fixture(scope="module")
def url(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The app on the library, with somebody of every role."""
    with copy_of(cluster, library_database) as database:
        with database.owning() as connection:
            invite(connection, PEOPLE)
        with served(tmp_path_factory.mktemp("access"), DATABASE_URL=address_of(database)) as app:
            yield app.url


def test_pages_for_anybody_have_no_violation(chromium: Browser, url: str) -> None:
    with walking(chromium, url) as reader:
        assert reader.examined(f"?{PREFECTURE}", "sign-in") == {}
        assert reader.page.get_attribute("html", "lang") == "zh-CN"


def test_a_page_on_a_phone_in_english_has_no_violation(chromium: Browser, url: str) -> None:
    with walking(chromium, url, width=390) as reader:
        assert reader.examined(f"funding?{PREFECTURE}&show=map&lang=en") == {}
        assert reader.page.get_attribute("html", "lang") == "en"
        assert reader.page.title() == "Funding · Health Industry Atlas"
        assert reader.page.get_by_test_id("stSkipToContent").inner_text() == "Skip to the content"
        wide = "m => m.insertAdjacentHTML('beforeend', '<div class=atlas-scroll></div>')"
        reader.page.get_by_test_id("stMain").evaluate(wide)
        expect(reader.page.locator("div.atlas-scroll")).to_have_attribute("tabindex", "0")


def test_pages_of_an_administrator_have_no_violation(chromium: Browser, url: str) -> None:
    with walking(chromium, url, "admin") as reader:
        assert reader.examined("accounts", "import") == {}


def test_a_violation_would_be_found(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<html><title>x</title><img src='data:,'><p style='color:#999'>weak</p></html>")
    found = " ".join(violations(page))
    page.close()
    assert all(rule in found for rule in ("image-alt", "color-contrast", "html-has-lang"))


def test_the_map_by_keyboard(chromium: Browser, url: str) -> None:
    """Past the menu, to the list of the map, into a county, over the map to the table: never a mouse."""
    with walking(chromium, url) as reader:
        reader.open(f"?{PREFECTURE}")
        page, frame = reader.page, reader.page.frame_locator(MAP)
        page.get_by_test_id("stSkipToContent").focus()
        page.keyboard.press("Enter")
        assert page.evaluate("() => document.activeElement.closest('[data-testid=stMain]') !== null")

        frame.get_by_role("button", name="图上清单").focus()
        page.keyboard.press("Enter")
        listed = frame.locator(".atlas-listing")
        county = listed.get_by_role("button", name="乳源瑶族自治县").first
        expect(county).to_be_visible()
        page.keyboard.press("Escape")
        expect(listed).to_have_count(0)
        expect(frame.get_by_role("button", name="图上清单")).to_be_focused()
        page.keyboard.press(" ")
        before = page.locator(".atlas-count b").first.inner_text()
        county.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**county=440232**")
        reader.rest()
        after = page.locator(".atlas-count b").first.inner_text()
        assert after != before
        expect(page.locator("#atlas-voice")).to_contain_text(f"符合条件 {after} 条")

        way = page.get_by_text("跳过地图，看同样内容的表格")
        way.focus()
        assert _outline(page) != "none"
        page.keyboard.press("Enter")
        expect(page.locator("#atlas-rows")).to_be_focused()
        expect(page.locator("#atlas-rows")).to_be_in_viewport()


def _outline(page: Page) -> str:
    return str(page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle"))


def test_reflow_at_320_pixels(chromium: Browser, url: str) -> None:
    """A window of 1280 at 400 %: nothing but maps and tables scrolls sideways (WCAG 2.1, 1.4.10)."""
    with walking(chromium, url, width=320) as reader:
        reader.open(f"?{PREFECTURE}")
        assert _beyond(reader) <= 0


def _beyond(reader: Walker) -> int:
    """Return by how many pixels the page is wider than its window."""
    main = reader.page.get_by_test_id("stMain")
    return int(main.evaluate("(m) => m.scrollWidth - m.clientWidth"))


@pytest.fixture(scope="module")
def practice(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The app on practice data in real counties: something stands on every page."""
    with copy_of(cluster, library_database) as database:
        with database.owning() as connection:
            _without_records(connection)
        build(database, 120, seed=1)
        with database.owning() as connection:
            invite(connection, PEOPLE)
        folder = tmp_path_factory.mktemp("practice")
        with served(folder, DATABASE_URL=address_of(database), DEMO="true") as app:
            yield app.url


def _without_records(connection: Connection) -> None:
    """Empty the library, past the triggers that let nobody do so: practice data want none beside them."""
    frozen = ("edition_entry", "directory_entry", "history")
    for table in frozen:
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    connection.execute(text("DELETE FROM project_facet"))  # what is counted goes with it
    connection.execute(text("TRUNCATE project CASCADE"))
    for table in frozen:
        connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def addresses() -> list[str]:
    """Return every page, and the views of a page that differ from its first one."""
    known = [room.path for room in rooms(translator("zh")) if room.path != "map"]
    views = ("show=map", "show=projects", "show=lines", "show=gap", "show=years")
    return [
        f"?{PREFECTURE}",
        *known,
        *(f"funding?{PREFECTURE}&{view}" for view in views),
        f"clusters?{PREFECTURE}&show=density&eps=8&min=3",
        f"clusters?{PREFECTURE}&show=rates",
        f"coverage?{PREFECTURE}&show=matrix",
        f"siting?{PREFECTURE}&km=15",
        "sign-in",
        "password",
        "sign-out",
    ]


@pytest.mark.long
@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["", *PEOPLE])
def test_every_page_has_no_violation(
    chromium: Browser, practice: str, name: str, language: str, width: int
) -> None:
    with walking(chromium, practice, name, width) as reader:
        found = reader.examined(*(f"{one}{'&' if '?' in one else '?'}lang={language}" for one in addresses()))
    assert found == {}


@pytest.mark.long
def test_every_page_reflows_at_320_pixels(chromium: Browser, practice: str) -> None:
    with walking(chromium, practice, "admin", width=320) as reader:
        wide = {}
        for address in addresses():
            reader.open(address)
            if "sign" not in address and address != "password" and (beyond := _beyond(reader)) > 0:
                wide[address] = beyond
    assert wide == {}
