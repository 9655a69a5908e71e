"""A map of more places than are drawn one by one: a pan asks for its marks alone and runs no page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, WebSocket

from bench.page import fill
from data.cluster import Cluster
from layers.engine import FOLIUM_LIMIT
from tests.conftest import FAST, scratch_folder
from tests.db.copies import small_world
from tests.ui.conftest import address_of, served

pytestmark = [pytest.mark.browser, pytest.mark.db]
POINTS = FOLIUM_LIMIT + 500
STATE = """() => { const own = [...document.querySelectorAll("*")]
    .map(e => e.shadowRoot && e.shadowRoot.querySelector(".atlas")).find(Boolean);
    if (!own || !own.atlas) return null;
    const s = own.state, m = s.marks || { clusters: [], stacks: [] }, ids = m.points ? m.points.id.length : 0;
    return { drawn: Number(own.dataset.drawn || 0), moved: Number(own.dataset.moved || 0),
        told: own.querySelector(".atlas-told").textContent, cells: m.clusters.length,
        records: ids + m.clusters.reduce((n, c) => n + c[3], 0)
            + m.stacks.reduce((n, c) => n + c[4].length, 0),
        on_map: s.atlas.groups.clusters.getLayers().length }; }"""
PAN = """by => { const own = [...document.querySelectorAll("*")]
    .map(e => e.shadowRoot && e.shadowRoot.querySelector(".atlas")).find(Boolean);
    by === null ? own.atlas.map.zoomIn(2) : own.atlas.map.panBy(by); }"""


def _bytes(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


@dataclass
class Visit:
    """A page, what its socket brought and sent, and which views it asked for."""

    page: Page
    brought: list[bytes] = field(default_factory=list)
    told: list[bytes] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: self.brought.append(_bytes(data)))
        socket.on("framesent", lambda data: self.told.append(_bytes(data)))

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(STATE)
        return found

    def until(self, condition: str) -> dict[str, Any]:
        """Wait for a condition over the state ``s`` and return it."""
        self.page.wait_for_function(f"() => {{ const s = ({STATE})(); return s && ({condition}); }}")
        self.page.wait_for_function(
            "() => document.querySelector('[data-testid=\"stApp\"]').dataset.testScriptState === 'notRunning'"
        )
        return self.state()

    def forget(self) -> None:
        for seen in (self.brought, self.told, self.views):
            seen.clear()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a library whose map is a live one."""
    with scratch_folder() as folder:
        own = Cluster(folder / "cluster", settings=FAST)
        own.ensure()
        with small_world(own) as database:
            fill(database, POINTS)
            where = tmp_path_factory.mktemp("live")
            with served(where, DATABASE_URL=address_of(database)) as running:
                yield running.url


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Visit]:
    """Open the page behind a wall and wait for the first marks; afterwards nothing may have gone wrong."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    context.route("**/*", lambda r: r.continue_() if r.request.url.startswith(address) else r.abort())
    made = Visit(context.new_page())

    def asked(request: Request) -> None:
        if "/map-cells/" in request.url:
            made.views.append(request.url)

    made.page.on("request", asked)
    made.page.on("pageerror", lambda e: made.errors.append(str(e)))
    made.page.on("websocket", made.listen)
    made.page.goto(address)
    made.until("s.drawn > 0 && s.moved > 0")
    yield made
    assert made.errors == []
    context.close()


def test_a_pan_and_a_zoom_run_no_page_and_bring_no_script(visit: Visit) -> None:
    first = visit.state()
    assert first["on_map"] == first["cells"] > 0 and first["records"] >= POINTS
    for turn, by in enumerate((None, [120, 40], [-60, 0]), 1):
        visit.forget()
        visit.page.evaluate(PAN, by)
        after = visit.until(f"s.moved >= {first['moved'] + turn}")
        assert (visit.brought, visit.told) == ([], []), "the page was run for a pan"
        assert len(visit.views) == 1
        assert after["on_map"] == after["cells"] and after["drawn"] == first["drawn"]


def test_the_line_below_counts_what_is_drawn(visit: Visit) -> None:
    told = visit.state()
    cells, *rest = (int(n.replace(",", "")) for n in re.findall(r"[\d,]+", told["told"])[1:])
    gathered = int(re.findall(r"[\d,]+", told["told"])[0].replace(",", ""))
    assert cells == told["cells"] and gathered + sum(rest) == told["records"]


def test_a_run_of_the_page_sends_the_drawing_no_second_time(visit: Visit) -> None:
    before, drawing = visit.state(), b"const AtlasDraw"
    assert any(drawing in data for data in visit.brought), "the first run brings it"
    visit.forget()
    visit.page.get_by_role("button", name="回到本范围").click()
    visit.until(f"s.drawn > {before['drawn']}")
    assert visit.brought and not any(drawing in data for data in visit.brought)


def test_parts_that_the_browser_lost_come_again(visit: Visit) -> None:
    before = visit.state()
    visit.page.evaluate("() => window.__atlasParts.clear()")
    visit.page.get_by_role("button", name="回到本范围").click()
    after = visit.until(f"s.drawn > {before['drawn']}")
    assert after["cells"] == before["cells"]


def test_a_view_that_cannot_be_had_is_said_and_the_next_move_asks_again(visit: Visit) -> None:
    before = visit.state()
    visit.page.route("**/map-cells/**", lambda r: r.fulfill(status=503, body="{}"))
    visit.page.evaluate(PAN, [80, 0])
    said = visit.until("s.told.includes('没有取到')")
    assert said["moved"] == before["moved"] and said["cells"] == before["cells"]
    visit.page.unroute("**/map-cells/**")
    visit.page.evaluate(PAN, [-80, 0])
    assert "按格聚合" in visit.until(f"s.moved > {before['moved']}")["told"]
