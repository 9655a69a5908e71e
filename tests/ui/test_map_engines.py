"""Both drawing engines in a real browser, every outside host blocked and recorded."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Frame, Page, Route

from layers import assets
from tests.ui.harness import overlay_scenes, scenes
from tests.ui.harness.server import harness, static_folder

pytestmark = pytest.mark.browser
ENGINES = ("folium", "component")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the harness with the fetched assets."""
    if assets.missing(static_folder()):
        pytest.skip("map assets are not fetched yet: run the set-up (make run) first")
    with harness(tmp_path_factory.mktemp("harness")) as url:
        yield url


@dataclass
class Shown:
    """A page with one drawn map, and what went wrong on it."""

    page: Page
    engine: str
    outside: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    received: int = 0

    def drawn(self, serial: int = 1) -> None:
        """Wait until the drawing of that serial is done."""
        if self.engine == "folium":
            frame = self.page.frame_locator('iframe[title^="streamlit_folium"]')
            frame.locator(f'body[data-drawn="{serial}"]').wait_for(state="attached", timeout=30_000)
        else:
            self.page.locator(f'.atlas[data-drawn="{serial}"]').wait_for(state="attached", timeout=30_000)
        self.page.wait_for_timeout(500)

    def _frame(self) -> Frame:
        return next(f for f in self.page.frames if "streamlit_folium" in f.url)

    def ask(self, code: str) -> Any:
        """Evaluate an expression over the atlas object ``a``."""
        if self.engine == "folium":
            return self._frame().evaluate(f"() => {{ const a = window.atlas; return {code}; }}")
        return self.page.locator(".atlas").evaluate(f"el => {{ const a = el.atlas; return {code}; }}")

    def click_at(self, lon: float, lat: float) -> None:
        """Click the map at a place."""
        x, y = self.ask(f"(p => [p.x, p.y])(a.map.latLngToContainerPoint([{lat}, {lon}]))")
        where = 'iframe[title^="streamlit_folium"]' if self.engine == "folium" else ".atlas-map"
        box = self.page.locator(where).bounding_box()
        assert box
        self.page.mouse.click(box["x"] + x, box["y"] + y)

    def hover(self, lon: float, lat: float, up: int = 0) -> None:
        """Move the pointer over a place, ``up`` pixels above it."""
        x, y = self.ask(f"(p => [p.x, p.y])(a.map.latLngToContainerPoint([{lat}, {lon}]))")
        where = 'iframe[title^="streamlit_folium"]' if self.engine == "folium" else ".atlas-map"
        box = self.page.locator(where).bounding_box()
        assert box
        self.page.mouse.move(box["x"] + x - 9, box["y"] + y - up)
        self.page.wait_for_timeout(60)
        self.page.mouse.move(box["x"] + x, box["y"] + y - up)
        self.page.wait_for_timeout(300)

    def colour_at(self, lon: float, lat: float, up: int = 0) -> tuple[int, int, int]:
        """Return the colour that the canvas shows at a place, ``up`` pixels above it."""
        red, green, blue = self.ask(
            f"(p => {{ const r = a.renderer, k = r._container.width / r._bounds.getSize().x;"
            f" const q = p.subtract([0, {up}]).subtract(r._bounds.min).multiplyBy(k).round();"
            " return [...r._ctx.getImageData(q.x, q.y, 1, 1).data].slice(0, 3); })"
            f"(a.map.latLngToLayerPoint([{lat}, {lon}]))"
        )
        return red, green, blue

    def log(self, until: str) -> dict[str, Any]:
        """Return what the page logged, once it holds the text."""
        self.page.locator("#log", has_text=until).wait_for(timeout=15_000)
        found: dict[str, Any] = json.loads(self.page.locator("#log").inner_text())
        return found

    def text(self, selector: str) -> str:
        """Return the text of something on the map."""
        where = (
            self.page.frame_locator('iframe[title^="streamlit_folium"]')
            if self.engine == "folium"
            else self.page
        )
        return where.locator(selector).first.inner_text()

    def change_filter(self, serial: int) -> None:
        """Press the filter button and wait for the drawing."""
        self.page.get_by_role("button", name="换一批").click()
        self.drawn(serial)


@pytest.fixture
def show(chromium: Browser, address: str) -> Iterator[Any]:
    """Return a function that opens a scene; afterwards nothing may have gone outside."""
    opened: list[Shown] = []

    def opening(kind: str, engine: str, n: int = 40, width: int = 1366, height: int = 768) -> Shown:
        page = chromium.new_context(viewport={"width": width, "height": height}).new_page()
        shown = Shown(page, engine)
        opened.append(shown)

        def route(request: Route) -> None:
            if request.request.url.startswith((address, "data:", "blob:")):
                request.continue_()
            else:
                shown.outside.append(request.request.url)
                request.abort()

        def dismiss(dialog: Dialog) -> None:
            shown.alarms.append(dialog.message)
            dialog.dismiss()

        def count(payload: Any) -> None:
            shown.received += len(payload)

        page.context.route("**/*", route)
        page.on("dialog", dismiss)
        page.on("pageerror", lambda e: shown.alarms.append(str(e)))
        page.on("websocket", lambda s: s.on("framereceived", count))
        page.goto(f"{address}/?kind={kind}&engine={engine}&n={n}")
        shown.drawn()
        return shown

    yield opening
    for shown in opened:
        shown.page.context.close()
        assert shown.outside == []
        assert shown.alarms == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_point_click_returns_the_record_and_shows_its_card(show: Any, engine: str) -> None:
    shown = show("many", engine, 12)
    mark = next(s for s in scenes.many(12).points if s.precision < 3)
    shown.click_at(mark.lon, mark.lat)
    log = shown.log(mark.id)
    assert log["clicks"][0]["kind"] == "project" and log["clicks"][0]["id"] == mark.id
    assert mark.name in shown.text(".leaflet-popup .atlas-card")
    assert "位置精确到" in shown.text(".leaflet-popup .atlas-card")


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_click_counts_twice(show: Any, engine: str) -> None:
    shown = show("rich", engine, 0)
    for _ in range(2):
        shown.click_at(113.9, 25.3)
        shown.page.wait_for_timeout(900)
    clicks = shown.log("serial")["clicks"]
    assert [c["kind"] for c in clicks] == ["area", "area"]
    assert clicks[0]["id"] == clicks[1]["id"] and clicks[0]["serial"] != clicks[1]["serial"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_badge_click_returns_area_and_level(show: Any, engine: str) -> None:
    shown = show("rich", engine, 0)
    where = shown.page.frame_locator("iframe") if engine == "folium" else shown.page
    where.locator('.ab[data-code="440281"]').click()
    click = shown.log("440281")["clicks"][0]
    assert (click["kind"], click["id"], click["level"]) == ("area", "440281", "county")


@pytest.mark.parametrize("engine", ENGINES)
def test_every_badge_is_there_and_none_covers_another(show: Any, engine: str) -> None:
    shown = show("rich", engine, 0)
    boxes = shown.ask(
        "a.groups.badges.getLayers().map(m => m.box.getBoundingClientRect())"
        ".map(r => [r.left, r.top, r.right, r.bottom])"
    )
    assert len(boxes) == len(scenes.badges())
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert a[0] >= b[2] - 2 or b[0] >= a[2] - 2 or a[1] >= b[3] - 2 or b[1] >= a[3] - 2


@pytest.mark.parametrize("engine", ENGINES)
def test_a_filter_change_keeps_map_frame_and_unchanged_parts(show: Any, engine: str) -> None:
    shown = show("many", engine, 60)
    shown.ask("(a.mark = 'same', a.map.setView([24.9, 113.3], 11, {animate: false}), 0)")
    before = shown.ask("[a.map.getCenter().lat, a.map.getCenter().lng, a.map.getZoom()]")
    shown.change_filter(2)
    assert shown.ask("a.mark") == "same"
    assert shown.ask("[a.map.getCenter().lat, a.map.getCenter().lng, a.map.getZoom()]") == before
    assert shown.ask("[a.redraws.areas, a.redraws.points]") == [1, 2]
    assert set(shown.ask("a.scene.points.id")) == {p.id for p in scenes.many(60, 2).points}


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
def test_hostile_texts_are_texts_everywhere(show: Any, engine: str) -> None:
    shown = show("hostile", engine)
    names = shown.ask("a.scene.points.n")
    assert names[0] == "${alert(1)}" and names[5] == "{{ 7*7 }} {% raw %}" and names[6].startswith("空␀字␇符")
    for i in range(len(names)):
        shown.ask(
            f"(l => l.fire('click', {{latlng: l.getLatLng()}}, true))(a.groups.points.getLayers()[{i}])"
        )
        shown.page.wait_for_timeout(400)
        head = "a.map.getContainer().querySelector('.leaflet-popup:last-child bdi').textContent"
        assert shown.ask(head) == names[i]
    assert shown.ask("window.hacked") is None
    assert shown.page.evaluate("window.hacked") is None
    assert "</script>" in shown.text(".ab-county")


@pytest.mark.parametrize("engine", ENGINES)
def test_an_empty_scene_is_a_framed_map_with_its_credit(show: Any, engine: str) -> None:
    shown = show("empty", engine)
    assert "审定" in shown.text(".atlas-credit")
    assert shown.ask("a.map.getZoom()") >= 3


@pytest.mark.parametrize("engine", ENGINES)
def test_a_phone_has_no_sideways_scroll_and_a_low_map(show: Any, engine: str) -> None:
    shown = show("rich", engine, 40, 390, 844)
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= 390
    size = shown.ask("[a.map.getSize().x, a.map.getSize().y]")
    assert size[0] <= 390 and 380 <= size[1] <= 422
    assert shown.ask("a.groups.legend.getContainer().open") is False
    west, south, east, north = scenes.BOX
    assert shown.ask(f"a.map.getBounds().contains([[{south}, {west}], [{north}, {east}]])")


@pytest.mark.parametrize("engine", ENGINES)
def test_no_flag_and_chinese_buttons(show: Any, engine: str) -> None:
    shown = show("rich", engine)
    where = shown.page.frame_locator("iframe") if engine == "folium" else shown.page
    assert where.locator(".leaflet-control-attribution").count() == 0
    titles = [b.get_attribute("title") for b in where.locator(".atlas-buttons a").all()]
    assert titles == ["放大", "缩小", "回到全图", "全屏显示", "图上清单"]


def test_both_engines_show_the_same_legend(show: Any) -> None:
    texts = [show("rich", engine).text(".atlas-legend") for engine in ENGINES]
    assert texts[0] == texts[1] and "模拟分配，非下达指标" in texts[0]


def test_clusters_are_made_anew_for_the_view_and_lose_nobody(show: Any) -> None:
    shown = show("clustered", "component", 10_000)
    count = "a.scene.clusters.reduce((s, c) => s + c[3], 0) + (a.scene.points?.id.length || 0)"
    # The first view fits the frame, whose edge may cut a place off: one step back all are in it.
    shown.ask("(a.map.setZoom(a.map.getZoom() - 1, {animate: false}), 0)")
    shown.page.wait_for_timeout(2500)
    assert shown.ask(count) == 10_000
    wide = shown.ask("a.scene.clusters.length")
    shown.ask("(a.map.setView([24.8, 113.6], 11, {animate: false}), 0)")
    shown.page.wait_for_timeout(2500)
    assert 0 < shown.ask(count) < 10_000
    assert shown.ask("a.scene.clusters.length") != wide


def test_a_cluster_click_zooms_in(show: Any) -> None:
    shown = show("clustered", "component", 10_000)
    zoom = shown.ask("a.map.getZoom()")
    shown.ask("(l => l.fire('click', {latlng: l.getLatLng()}, true))(a.groups.clusters.getLayers()[0])")
    shown.page.wait_for_timeout(2000)
    assert shown.ask("a.map.getZoom()") > zoom
    assert shown.log("cluster")["clicks"][0]["kind"] == "cluster"


def test_boundaries_travel_once_and_come_again_when_lost(show: Any) -> None:
    shown = show("many", "component", 30)
    size, first = len(scenes.areas().geojson), shown.received
    shown.change_filter(2)
    assert shown.received - first < first - size / 2
    shown.page.evaluate("window.__atlasAreas.clear()")
    shown.change_filter(3)
    assert shown.ask("a.areas.size") == len(scenes.COUNTIES)
    assert shown.ask("a.scene.points.id.length") == len(scenes.many(30, 3).points)


def test_missing_assets_say_what_to_do(chromium: Browser, tmp_path: Path) -> None:
    empty = tmp_path / "none"
    empty.mkdir()
    with harness(tmp_path, empty) as url:
        page = chromium.new_page()
        page.goto(url)
        page.get_by_text("地图组件缺少 3 个文件").wait_for(timeout=20_000)
        assert "make run" in page.get_by_role("alert").inner_text()
        page.close()


def _shows(seen: tuple[int, int, int], colour: str, tolerance: int = 12) -> bool:
    """Tell whether a pixel has about the colour ``#rrggbb``."""
    wanted = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    return all(abs(a - b) <= tolerance for a, b in zip(seen, wanted, strict=True))


OVERLAID = [
    ("point", (113.3, 24.25), 0, "#6BAED6", ["诊所 1"]),
    ("site", overlay_scenes.SITE_AT, 27, "#08519C", ["选址 1", "覆盖 12,000 人"]),
    ("line", (113.5, 25.0), 0, "#6BAED6", ["道路"]),
    ("outline", (113.9, 24.75), 0, "#BDD7E7", ["聚集 1", "24 项"]),
]
"""Kind, a place on its first thing (and pixels above it), the colour there, the tooltip."""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("overlaid", OVERLAID, ids=lambda one: str(one[0]))
def test_an_overlay_is_drawn_in_its_colour_and_says_what_it_is(
    show: Any, engine: str, overlaid: tuple[str, tuple[float, float], int, str, list[str]]
) -> None:
    kind, at, up, colour, lines = overlaid
    shown = show(f"overlay-{kind}", engine, 0)
    assert _shows(shown.colour_at(*at, up), colour)
    shown.hover(*at, up)
    assert shown.text(".atlas-tip").split("\n")[: len(lines)] == lines
    assert f"叠加：{kind}" in shown.text(".atlas-legend")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_field_of_hexagons_is_one_object_and_tells_each_from_its_neighbour(show: Any, engine: str) -> None:
    shown = show("overlay-fill", engine, 0)
    first, unknown = overlay_scenes.hexagons(6)[7], overlay_scenes.hexagons(6)[0]
    assert shown.ask("a.groups.overlays.getLayers().length") == 1
    for item in (first, unknown):
        lon, lat = overlay_scenes.middle_of(item)
        shown.hover(lon, lat)
        assert shown.text(".atlas-tip").split("\n")[0] == item.tooltip.split("\n")[0]
    assert "样本不足，不作判断\n6" in shown.text(".atlas-legend")
    grey = shown.colour_at(*overlay_scenes.middle_of(unknown))
    assert max(grey) - min(grey) < 24


@pytest.mark.parametrize("engine", ENGINES)
def test_a_heat_surface_is_made_with_the_local_script(show: Any, engine: str) -> None:
    shown = show("overlay-heat", engine, 0)
    shown.page.wait_for_timeout(800)
    red, green, blue = shown.colour_at(113.6, 24.8)
    assert red > blue + 60 and red > green + 60
    assert _shows(shown.colour_at(113.1, 25.2), "#FBFAF6")
    assert "稀疏 → 密集" in shown.text(".atlas-legend")
    shown.hover(113.6, 24.8)
    assert "400" not in shown.text(".atlas-tip")  # the county's own, not the surface's


@pytest.mark.parametrize("engine", ENGINES)
def test_a_heat_surface_waits_for_a_frame_that_has_no_height_yet(show: Any, engine: str) -> None:
    shown = show("overlay-heat", engine, 0)
    usual = shown.ask("a.map.getContainer().style.height")
    for height in ("0px", usual):
        shown.ask(f"(a.map.getContainer().style.height = '{height}', a.map.invalidateSize(), 0)")
        shown.page.wait_for_timeout(500)
    red, green, blue = shown.colour_at(113.6, 24.8)
    assert red > blue + 60 and red > green + 60


@pytest.mark.parametrize("engine", ENGINES)
def test_a_click_on_an_overlay_opens_the_record_or_only_its_words(show: Any, engine: str) -> None:
    shown = show("overlay-site", engine, 0)
    shown.click_at(113.4, 25.1)
    assert shown.text(".leaflet-popup .head") == "选址 2"
    shown.page.keyboard.press("Escape")
    shown.page.wait_for_timeout(600)
    shown.click_at(*overlay_scenes.SITE_AT)
    clicks = shown.log("SITE-1")["clicks"]
    assert [(c["kind"], c["id"]) for c in clicks] == [("project", "SITE-1")]


@pytest.mark.parametrize("engine", ENGINES)
def test_hostile_overlays_are_only_words(show: Any, engine: str) -> None:
    shown = show("overlay-hostile", engine)
    assert shown.ask("a.groups.overlays.getLayers().length") == 2
    shown.hover(113.0 + 0.15 * 2, 24.6)
    assert shown.text(".atlas-tip .head") == scenes.HOSTILE[2]
    assert shown.ask("window.hacked") is None and shown.page.evaluate("window.hacked") is None


def test_a_modelled_overlay_is_dashed_and_says_so(show: Any) -> None:
    shown = show("overlay-outline", "component", 1)
    assert "虚线：模拟数据" in shown.text(".atlas-legend")
    ring = overlay_scenes.one("outline").items[0].geometry["coordinates"][0]
    seen = [_shows(shown.colour_at(lon, lat), "#BDD7E7", 20) for lon, lat in ring]
    assert 0.2 < sum(seen) / len(seen) < 0.9


@pytest.mark.long
def test_thousands_of_hexagons_go_the_large_way(show: Any) -> None:
    shown = show("overlay-field", "component", 0)
    assert shown.ask("[a.groups.overlays.getLayers().length, a.scene.overlays[0].items.length]") == [1, 4900]


def test_a_missing_heat_script_is_told_and_the_map_stands(chromium: Browser, tmp_path: Path) -> None:
    lacking = tmp_path / "static-without"
    shutil.copytree(static_folder(), lacking, ignore=shutil.ignore_patterns("leaflet.heat"))
    with harness(tmp_path, lacking) as url:
        page = chromium.new_page()
        page.goto(f"{url}/?kind=overlay-heat&engine=component")
        page.locator('.atlas[data-drawn="1"]').wait_for(state="attached", timeout=30_000)
        page.get_by_text("地图组件文件缺失").wait_for(timeout=10_000)
        assert "leaflet-heat.js" in page.locator(".atlas-lack").inner_text()
        assert page.locator(".atlas-legend").is_visible()
        page.close()
