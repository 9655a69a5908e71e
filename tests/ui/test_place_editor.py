"""The place editor in a real browser: drag, click, draw, undo, keys, touch; nothing leaves the machine."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from layers import assets
from tests.ui.harness.server import harness, static_folder

pytestmark = pytest.mark.browser
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the page with the fetched assets."""
    if assets.missing(static_folder()):
        pytest.skip("map assets are not fetched yet: run the set-up (make run) first")
    with harness(tmp_path_factory.mktemp("place"), page="place_app.py") as url:
        yield url


@dataclass
class Editor:
    """One open editor, and what went wrong on its page."""

    page: Page
    outside: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    def ask(self, code: str) -> Any:
        """Evaluate an expression over the editor ``e``."""
        return self.page.locator(".pe").evaluate(f"el => {{ const e = el.editor; return {code}; }}")

    def spot(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a position is on the screen."""
        x, y = self.ask(f"(p => [p.x, p.y])(e.map.latLngToContainerPoint([{lat}, {lon}]))")
        box = self.page.locator(".pe-map").bounding_box()
        assert box
        return box["x"] + x, box["y"] + y

    def click(self, lon: float, lat: float) -> None:
        self.page.mouse.click(*self.spot(lon, lat))

    def tool(self, name: str) -> None:
        self.page.locator(".pe-tools button", has_text=name).click()

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        x, y = self.spot(*start)
        self.page.mouse.move(x, y - 12)
        self.page.mouse.down()
        x, y = self.spot(*end)
        self.page.mouse.move(x, y - 12, steps=8)
        self.page.mouse.up()

    def held(self, until: str) -> dict[str, Any]:
        """Return what Python holds, once it has this text in it."""
        self.page.locator("#log", has_text=until).wait_for(timeout=15_000)
        found: dict[str, Any] = json.loads(self.page.locator("#log").inner_text())
        return found

    def nothing(self) -> None:
        """Wait until Python holds no place."""
        self.page.locator("#log", has_text="null").wait_for(timeout=15_000)

    def at(self) -> str:
        """Return the live coordinates."""
        return str(self.page.locator(".pe-at").inner_text())


@pytest.fixture
def edit(chromium: Browser, address: str) -> Iterator[Any]:
    """Return a function that opens the editor; afterwards nothing may have gone outside."""
    opened: list[Editor] = []

    def opening(query: str = "", width: int = 1366, **options: Any) -> Editor:
        context = chromium.new_context(viewport={"width": width, "height": 844}, **options)
        editor = Editor(context.new_page())
        opened.append(editor)

        def wall(route: Route) -> None:
            if route.request.url.startswith((address, "data:", "blob:")):
                route.continue_()
            else:
                editor.outside.append(route.request.url)
                route.abort()

        context.route("**/*", wall)
        editor.page.on("pageerror", lambda e: editor.alarms.append(str(e)))
        editor.page.on("dialog", lambda d: editor.alarms.append(d.message))
        editor.page.goto(f"{address}/?{query}")
        editor.page.locator(".pe[data-drawn]").wait_for(state="attached", timeout=30_000)
        editor.page.locator("#log").wait_for(state="attached", timeout=30_000)
        editor.page.wait_for_timeout(600)
        editor.ask("e.map.fitBounds([[24.5, 113], [25, 113.5]], {animate: false}) && null")
        return editor

    yield opening
    for editor in opened:
        editor.page.context.close()
        assert editor.outside == []
        assert editor.alarms == []


def lonlat(place: dict[str, Any]) -> tuple[float, float]:
    lon, lat = place["geometry"]["coordinates"]
    return lon, lat


def test_a_click_places_and_a_drag_moves(edit: Any) -> None:
    editor = edit()
    editor.click(113.2, 24.8)
    first = editor.held("map_click")
    assert lonlat(first) == pytest.approx((113.2, 24.8), abs=0.002)
    assert first["precision"] is None and first["datum_entered"] == "wgs84"
    assert editor.at().startswith("113.") and "WGS84" in editor.at()
    editor.drag(lonlat(first), (113.35, 24.65))
    moved = editor.held("24.6")
    assert lonlat(moved) == pytest.approx((113.35, 24.65), abs=0.003)


def test_a_moved_point_tells_its_distance_and_keeps_what_is_known(edit: Any) -> None:
    editor = edit("place=point")
    editor.drag((113.25, 24.75), (113.26, 24.75))
    place = editor.held("map_click")
    assert place["precision"] == 1
    editor.page.get_by_text("比库里的位置移动了").wait_for()


def test_outside_the_county_is_said(edit: Any) -> None:
    editor = edit("place=point")
    editor.ask("e.map.setView([24.75, 113.5], 9, {animate: false}) && null")
    editor.click(113.8, 24.75)
    editor.page.get_by_text("在乳源瑶族自治县以外").wait_for()


def test_the_line_of_the_county_is_said(edit: Any) -> None:
    editor = edit("place=point")
    editor.ask("e.map.setView([24.75, 113.499], 15, {animate: false}) && null")
    editor.click(113.499, 24.75)
    editor.page.get_by_text("距县界不足 500 米").wait_for()


def test_lines_and_areas_are_drawn_corner_by_corner_and_undone(edit: Any) -> None:
    editor = edit()
    editor.tool("线")
    editor.click(113.1, 24.6)
    editor.page.get_by_text("还差 1 个点才能成形").wait_for()
    editor.click(113.3, 24.7)
    assert len(editor.held("LineString")["geometry"]["coordinates"]) == 2
    editor.click(113.4, 24.9)
    editor.tool("面")
    shape = editor.held("Polygon")["geometry"]
    assert len(shape["coordinates"][0]) == 4 and shape["coordinates"][0][0] == shape["coordinates"][0][-1]
    for _ in range(3):
        editor.tool("撤销")
    assert editor.ask("[e.kind, e.points.length]") == ["line", 1]
    editor.page.keyboard.press("Control+z")
    editor.tool("清除")
    assert editor.ask("e.points.length") == 0


@pytest.mark.long
def test_corners_are_moved_inserted_and_taken_away(edit: Any) -> None:
    editor = edit("place=line")
    assert editor.ask("e.points.length") == 3
    editor.page.locator(".pe-middle").first.click()
    assert len(editor.held("113.225")["geometry"]["coordinates"]) == 4
    editor.page.locator(".pe-vertex").nth(1).focus()
    editor.page.keyboard.press("Delete")
    editor.page.wait_for_timeout(900)
    assert editor.ask("e.points.length") == 3
    editor.page.locator(".pe-vertex").nth(0).click(button="right")
    assert editor.ask("e.points.length") == 2


def test_arrow_keys_nudge_the_point_and_not_the_map(edit: Any) -> None:
    editor = edit("place=point")
    before = editor.ask("e.map.getCenter().lng")
    editor.page.locator(".pe-pin").focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowUp"):
        editor.page.keyboard.press(key)
    lon, lat = lonlat(editor.held("map_click"))
    assert 113.25 < lon < 113.27 and 24.75 < lat < 24.8
    assert editor.ask("e.map.getCenter().lng") == before
    assert editor.page.evaluate(
        "() => document.activeElement.shadowRoot?.activeElement.className || document.activeElement.className"
    ).startswith("leaflet-marker-icon pe-pin")


@pytest.mark.long
def test_a_shape_of_many_parts_is_shown_and_kept_until_cleared(edit: Any) -> None:
    editor = edit("place=parts")
    assert editor.ask("[Boolean(e.fixed), e.points.length]") == [True, 0]
    assert editor.held("MultiLineString")
    editor.tool("清除")
    editor.nothing()
    editor.tool("撤销")
    editor.page.wait_for_timeout(900)
    assert editor.ask("Boolean(e.fixed)")


@pytest.mark.long
def test_typed_coordinates_move_the_point_on_the_map(edit: Any) -> None:
    editor = edit()
    page = editor.page
    page.get_by_test_id("stExpander").get_by_text("输入坐标").click()
    page.get_by_label("经度").fill("113°12′00″E")
    page.get_by_label("纬度").fill("24.7")
    page.get_by_label("纬度").press("Tab")
    page.get_by_role("button", name="移到这里").click()
    page.get_by_text("请选择坐标系").wait_for()
    page.get_by_role("combobox", name="坐标系").click()
    page.get_by_role("option", name="WGS84").click()
    page.get_by_role("button", name="移到这里").click()
    page.get_by_text("请选择坐标从哪里来").wait_for()
    page.get_by_role("combobox", name="坐标从哪里来").click()
    page.get_by_role("option", name="现场定位").click()
    page.get_by_role("button", name="移到这里").click()
    assert lonlat(editor.held("wgs84")) == (113.2, 24.7)
    page.wait_for_timeout(500)
    assert editor.ask("e.points") == [[113.2, 24.7]]
    editor.click(113.21, 24.71)
    editor.held("map_click")


def test_a_reader_can_only_look(edit: Any) -> None:
    editor = edit("place=point&readonly=1")
    editor.click(113.1, 24.6)
    editor.page.wait_for_timeout(900)
    assert editor.ask("e.points") == [[113.25, 24.75]]
    assert editor.page.locator(".pe-tools button").count() == 1


@pytest.mark.long
def test_hostile_names_are_text(edit: Any) -> None:
    editor = edit("place=point")
    assert "<b>乐昌市</b>" in editor.page.locator(".pe-name").all_inner_texts()


def test_in_english(edit: Any) -> None:
    editor = edit("lang=en")
    assert editor.page.locator(".pe-tools button").first.inner_text() in ("Point", "点")


def test_a_finger_places_and_draws_on_a_phone(edit: Any) -> None:
    editor = edit(width=390, has_touch=True, is_mobile=True)
    assert editor.page.evaluate("document.documentElement.scrollWidth") <= 390
    editor.page.locator(".pe-map").scroll_into_view_if_needed()
    editor.page.touchscreen.tap(*editor.spot(113.2, 24.8))
    assert lonlat(editor.held("map_click")) == pytest.approx((113.2, 24.8), abs=0.01)
    editor.page.locator(".pe-tools button", has_text="线").tap()
    for spot in ((113.3, 24.7), (113.4, 24.6)):
        editor.page.wait_for_timeout(1500)  # two taps in quick succession are a double tap
        editor.page.touchscreen.tap(*editor.spot(*spot))
    editor.page.wait_for_timeout(2000)
    assert len(editor.held("LineString")["geometry"]["coordinates"]) == 3
    assert editor.page.locator(".pe-tools button").first.bounding_box()["height"] >= 40
