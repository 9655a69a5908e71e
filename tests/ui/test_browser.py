"""The whole app in a real browser with every outside host blocked: what an official does on a working day."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from data.cluster import Cluster
from data.database import Database
from tests.conftest import FAST, scratch_folder
from tests.db.copies import small_world
from tests.paths import ROOT
from tests.ui.conftest import COUNTY, HOSTILE, MAP, Reader, address_of, reading, served
from views.plain import plain

pytestmark = [pytest.mark.browser, pytest.mark.db]
JOINER = "\u2060"


def count(reader: Reader) -> list[int]:
    """Return the numbers of the count sentence: matched, then its parts."""
    return [int(n.replace(",", "")) for n in reader.page.locator(".atlas-count b").all_inner_texts()]


def test_a_working_day(reader: Reader, tmp_path: Path) -> None:
    """Open, click a prefecture, a county, a point; read the card; change the language; take the file home."""
    reader.open()
    matched, *parts = count(reader)
    assert matched == sum(parts) > 400
    reader.page.frame_locator(MAP).locator('.ab[data-code="440200"]').click()
    reader.at(prefecture="440200")
    reader.page.frame_locator(MAP).locator(f'.ab[data-code="{COUNTY}"]').click()
    reader.at(county=COUNTY)
    in_county = count(reader)
    assert in_county[0] == sum(in_county[1:]) < matched

    key = "TST-0002"
    reader.click_mark(key)
    reader.page.locator(".atlas-card-head").wait_for()
    reader.at(county=COUNTY, id=key)
    assert key in reader.text(".atlas-card-head")

    reader.page.get_by_text("English", exact=True).click()
    reader.page.get_by_text("matched = ").wait_for()
    reader.at(county=COUNTY, id=key, lang="en")
    assert count(reader) == in_county
    assert "County" in reader.text(".atlas-facts")
    assert reader.page.frame_locator(MAP).get_by_text("Legend").count() == 1

    reader.button("Export").click()
    with reader.page.expect_download() as waiting:
        reader.button("GeoJSON: record by record").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    collection = json.loads(file.read_text("utf-8"))
    assert len(collection["features"]) == in_county[0] == collection["counts"]["matched"]
    assert collection["filter"] == {"county": COUNTY}
    assert {f["id"] for f in collection["features"]} > {key}


def test_back_forward_and_reload_keep_the_view(reader: Reader) -> None:
    reader.open(f"?county={COUNTY}&category=tcm")
    first = count(reader)
    reader.page.locator(".atlas-chip").first.wait_for()
    reader.page.get_by_text("未定位 0", exact=True).click()
    reader.at(county=COUNTY, category="tcm", precision="0")
    assert count(reader)[0] == 0
    reader.page.go_back()
    reader.at(county=COUNTY, category="tcm")
    assert count(reader) == first
    reader.page.go_forward()
    reader.at(county=COUNTY, category="tcm", precision="0")
    assert count(reader)[0] == 0
    reader.page.reload()
    reader.settled()
    reader.at(county=COUNTY, category="tcm", precision="0")
    assert count(reader)[0] == 0


@pytest.mark.long
def test_the_other_page_and_back_keeps_the_filter(reader: Reader) -> None:
    reader.open(f"?county={COUNTY}&shade=none")
    before = count(reader)
    reader.page.get_by_role("link", name="来源与许可").click()
    reader.page.get_by_text("GeoNames (geonames.org)").wait_for()
    reader.page.get_by_role("link", name="地图", exact=True).click()
    reader.settled()
    assert count(reader) == before
    reader.at(county=COUNTY, shade="none")


@pytest.mark.long
def test_hostile_names_are_names_on_map_table_card_and_basket(
    reader: Reader, hostile_database: tuple[Database, list[str]]
) -> None:
    keys = hostile_database[1]
    reader.open(f"?county={COUNTY}&precision=1,2")
    cells = "\n".join(reader.page.locator('[role="gridcell"]').all_text_contents())
    for key, name in zip(keys, HOSTILE, strict=True):
        assert name in cells
        reader.click_mark(key)
        reader.page.locator(".atlas-card-head p", has_text=key).wait_for()
        reader.quiet()
        assert reader.text(".atlas-card-head h3") == name
        assert reader.page.locator(".st-key-card").inner_text().count(name) >= 2
        popup = reader.page.frame_locator(MAP).locator(".leaflet-popup").last.locator("bdi").first
        assert popup.text_content() == name
        reader.button("加入选集").click()
        reader.quiet()
    reader.button(f"选集 {len(keys)}").click()
    for key, name in zip(keys, HOSTILE, strict=True):
        shown = reader.text(f".st-key-basket-{key} button")
        assert shown.replace(JOINER, "") == name
        assert "\\" in plain(name)
    assert (
        reader.page.locator(".st-key-toolbar img, .st-key-toolbar .katex, .st-key-toolbar strong").count()
        == 0
    )
    assert reader.page.evaluate("window.hacked") is None and reader.frame().evaluate("window.hacked") is None


def test_a_broken_link_opens_and_says_what_was_left_out(reader: Reader) -> None:
    bad = "%3Cb%3E**x**$y$`z`%3C/b%3E"
    reader.open(f"?county={COUNTY},{bad}&category=nonsense&shade=pink&id=NO-1")
    notices = reader.page.locator(".atlas-notice").all_inner_texts()
    assert any("county=<b>**x**$y$`z`</b>" in text for text in notices)
    assert any("category=nonsense" in text for text in notices)
    assert any("NO-1" in text for text in notices)
    assert reader.page.locator(".atlas-notice b, .atlas-notice code, .atlas-notice strong").count() == 0
    assert count(reader)[0] > 0


def test_a_phone_shows_map_then_card_without_sideways_scroll(phone: Reader) -> None:
    phone.open(f"?county={COUNTY}")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.click_mark("TST-0003")
    phone.page.locator(".atlas-card-head").wait_for()
    phone.quiet()
    map_box = phone.page.locator(MAP).bounding_box()
    card_box = phone.page.locator(".atlas-card-head").bounding_box()
    assert map_box and card_box
    assert map_box["width"] <= 390 and map_box["height"] <= 422
    assert 0 <= card_box["y"] - (map_box["y"] + map_box["height"]) < 90  # the line that says what is drawn
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_click_in_the_table_brings_the_card_into_sight(reader: Reader) -> None:
    reader.open(f"?county={COUNTY}")
    table = reader.page.locator('[data-testid="stDataFrame"] canvas').first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box
    reader.page.mouse.click(box["x"] + 250, box["y"] + 52)
    reader.page.locator(".atlas-card-head").wait_for()
    reader.quiet()
    box = reader.page.locator(".atlas-card-head").bounding_box()
    assert box and 50 <= box["y"] < 700
    assert reader.params()["id"] in reader.text(".atlas-card-head")


@pytest.mark.long
def test_the_basket_alone_is_a_link_and_a_way_out(reader: Reader) -> None:
    reader.open("?id=SG-0001")
    reader.button("加入选集").click()
    reader.quiet()
    reader.button("选集 1").click()
    reader.button("只看选集").click()
    reader.at(ids="SG-0001", id="SG-0001")
    assert count(reader)[0] == 1
    reader.page.reload()
    reader.settled()
    assert count(reader)[0] == 1
    reader.button("只看选集（1 条）✕").click()
    reader.at(id="SG-0001")
    assert count(reader)[0] > 400


@pytest.mark.skipif(
    os.environ.get("ATLAS_SCREENSHOTS") != "1", reason="ATLAS_SCREENSHOTS=1 takes the picture"
)
def test_the_picture_of_the_readme(chromium: Browser, library_database: Database, tmp_path: Path) -> None:
    with served(tmp_path, DATABASE_URL=address_of(library_database)) as running:
        visits = reading(chromium, running.url, 1366, 768)
        reader = next(visits).open("?prefecture=440200")
        target = ROOT / "docs" / "images" / "map.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        reader.page.screenshot(path=target)
        assert next(visits, None) is None
    assert target.stat().st_size > 50_000


def choose(reader: Reader, label: str, words: str) -> None:
    """Choose an option of a filter widget by typing, as people do."""
    box = reader.page.get_by_role("combobox", name=label, exact=True)
    # By keyboard: on a busy machine the list opens under the pointer, and the end of the click that
    # opened it chooses its first line, "Select all".
    box.focus()
    box.press_sequentially(words)
    expect(reader.page.get_by_role("option").filter(has_not_text=words)).to_have_count(0)
    reader.page.get_by_role("option", name=words).first.click()
    reader.page.keyboard.press("Escape")
    reader.quiet()


@pytest.mark.long
def test_choices_survive_changing_counts_and_language(reader: Reader) -> None:
    """Captions carry counts, and the browser knows captions only: the choice must follow the value."""
    reader.open()
    choose(reader, "地市", "韶关市")
    choose(reader, "类别", "中医药")
    reader.at(prefecture="440200", category="tcm")
    choose(reader, "类型", "项目点")
    reader.at(prefecture="440200", category="tcm", kind="site")
    numbers = count(reader)
    reader.page.get_by_text("English", exact=True).click()
    reader.at(prefecture="440200", category="tcm", kind="site", lang="en")
    assert count(reader) == numbers
    choose(reader, "Stage", "Not stated")
    reader.at(prefecture="440200", category="tcm", kind="site", stage="未明确", lang="en")
    assert "Chinese medicine" in reader.page.locator('[data-testid="stSidebar"]').inner_text()
    reader.page.locator('[data-testid="stSidebar"]').get_by_role(
        "button", name="Clear all conditions"
    ).click()
    reader.at(lang="en")
    assert count(reader)[0] > 400


def test_a_database_that_stops_and_starts_again_costs_nothing(chromium: Browser, tmp_path: Path) -> None:
    """Stopped while the page is open: a sentence, the filter kept; started: a reload shows all again."""
    with scratch_folder() as folder:
        own = Cluster(folder / "cluster", settings=FAST)
        own.ensure()
        with small_world(own) as database, served(tmp_path, DATABASE_URL=address_of(database)) as running:
            visits = reading(chromium, running.url, 1366, 768)
            reader = next(visits).open("?category=tcm&q=e")
            before = count(reader)
            own.stop("immediate")
            reader.page.get_by_text("English", exact=True).click()
            reader.page.get_by_text("The database does not answer").first.wait_for(timeout=60_000)
            assert reader.params()["category"] == "tcm" and reader.params()["q"] == "e"
            assert "Traceback" not in reader.page.inner_text("body")
            own.ensure()
            reader.page.reload()
            reader.settled()
            assert count(reader) == before and reader.params()["q"] == "e"
            assert next(visits, None) is None
