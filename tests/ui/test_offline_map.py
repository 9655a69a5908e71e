"""The offline map in a real browser: opened from a folder, the network cut, names that try things."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from layers import assets
from projects.summary import Summary
from services.pack.offline.offline import offline_html
from tests.paths import ROOT
from tests.ui.accessible import violations
from tests.ui.conftest import HOSTILE
from tests.unit.data.exports_fake import point, record
from tests.unit.services.pack.deck_bench import RTL, bench

pytestmark = pytest.mark.browser
IN: dict[str, Any] = {
    "county_code": "440232",
    "county": "乳源",
    "prefecture_code": "440200",
    "prefecture": "韶关市",
    "province_code": "440000",
    "province": "广东省",
}


def library() -> list[Summary]:
    """Records with hostile names, at one spot, in a county only, and nowhere."""
    hostile = [
        record(10 + n, name=name, address=name, note=name, lead_units=(name,), category="sports", **IN)
        for n, name in enumerate((*HOSTILE, RTL, "长" * 200))
    ]
    return [
        *hostile,
        point(1, 113.27, 24.77, name="云门山度假区", category="wellness_tourism", stage="在建", **IN),
        point(2, 113.4, 24.6, name="同址甲", basis="modelled", place_basis="modelled", **IN),
        point(3, 113.4, 24.6, name="同址乙", **IN),
        record(4, name="哪里也不在"),
        record(
            5,
            name="只知到市",
            precision=5,
            category="tcm",
            beds=0,
            **{**IN, "county_code": None, "county": None},
        ),
    ]


@contextmanager
def opened(browser: Browser, file: Path, width: int = 1366, height: int = 768) -> Iterator[Page]:
    """Open a file as from a USB stick; afterwards nothing was asked of anybody and nothing broke."""
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
    page, asked, broken = context.new_page(), [], list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda said: broken.append(said.text) if said.type in ("error", "warning") else None)

    def dialog(said: Dialog) -> None:
        broken.append(said.message)
        said.dismiss()

    page.on("dialog", dialog)
    page.goto(file.as_uri())
    page.locator("body[data-ready]").wait_for(state="attached")
    yield page
    assert asked == [file.as_uri()]
    assert broken == []
    assert page.evaluate("window.hacked") is None
    context.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map of the records, made once."""
    return write(tmp_path_factory.mktemp("offline"), library())


def write(folder: Path, records: list[Summary], **request: Any) -> Path:
    if assets.missing(ROOT / "static"):
        pytest.skip("map assets are not fetched yet: run the set-up (make run) first")
    path = folder / "离线地图.html"
    offline_html(bench(records, **request), path)
    return path


def names(page: Page) -> list[str]:
    """Return the names in the list."""
    return page.locator("#list .row .name").all_inner_texts()


def test_every_record_stands_in_the_list_with_or_without_a_place(chromium: Browser, file: Path) -> None:
    with opened(chromium, file) as page:
        assert sorted(names(page)) == sorted(
            one.name.replace("\u202e", "").replace("\u2066", "").replace("\u200f", "") for one in library()
        )
        expect(page.locator("#count b")).to_have_text("显示 14 条，共 14 条")
        expect(page.locator("#count .muted")).to_contain_text("未定位 10")


@pytest.mark.parametrize("width", [1366, 390])
def test_axe_finds_nothing_in_it(chromium: Browser, file: Path, width: int) -> None:
    with opened(chromium, file, width=width) as page:
        assert violations(page) == []
        page.get_by_role("button", name="只知到市").click()
        assert violations(page) == []


def test_a_keyboard_opens_a_card_and_comes_back_to_its_line(chromium: Browser, file: Path) -> None:
    with opened(chromium, file) as page:
        line = page.get_by_role("button", name="只知到市")
        line.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#card .close")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#card")).to_be_hidden()
        assert "只知到市" in page.evaluate("document.activeElement.textContent")


def test_badges_lie_above_the_signs_of_records(chromium: Browser, file: Path) -> None:
    with opened(chromium, file, width=390, height=844) as page:
        depth = "(found) => found.map((one) => +getComputedStyle(one.closest('.leaflet-marker-icon')).zIndex)"
        badges = page.locator("#map .badge").evaluate_all(depth)
        signs = page.locator("#map .holder > :not(.badge)").evaluate_all(depth)
        assert badges
        assert min(badges) > max(signs, default=0)


def test_filters_narrow_list_map_and_counts(chromium: Browser, file: Path) -> None:
    with opened(chromium, file) as page:
        page.select_option("#by-category", "tcm")
        assert names(page) == ["只知到市"]
        page.click("#clear")
        page.select_option("#by-place", "with")
        assert len(names(page)) == 3
        page.select_option("#by-stage", "在建")
        assert names(page) == ["云门山度假区"]
        page.click("#clear")
        page.select_option("#by-area", "-")
        assert names(page) == ["哪里也不在"]
        page.click("#clear")
        page.locator("#by-text").press_sequentially("同址 sg-0003")
        assert names(page) == ["同址乙"]
        assert page.evaluate("document.activeElement.id") == "by-text"
        page.fill("#by-text", "没有这样的名称")
        expect(page.locator("#list")).to_contain_text("没有符合条件的记录")


def test_a_card_tells_each_value_with_its_basis_and_what_nobody_reported(
    chromium: Browser, file: Path
) -> None:
    with opened(chromium, file) as page:
        page.get_by_role("button", name="只知到市").click()
        card = page.locator("#card")
        expect(card).to_contain_text("没有可信坐标，因此地图上不画点")
        expect(card.locator(".missing")).to_contain_text("总投资（万元）")
        expect(card.locator("tr", has_text="床位")).to_contain_text("0")
        expect(card).to_contain_text("内部使用 · 生成时间 2026-11-21 08:30")
        page.keyboard.press("Escape")
        expect(card).to_be_hidden()
        page.get_by_role("button", name="同址甲").click()
        expect(card.locator(".tag.modelled").first).to_have_text("模拟测算")


def test_marks_on_the_map_open_cards_and_stacks_become_lists(chromium: Browser, file: Path) -> None:
    with opened(chromium, file) as page:
        page.select_option("#by-place", "with")
        page.locator('.leaflet-marker-icon[title="云门山度假区"]').click()
        expect(page.locator("#card h2")).to_have_text("云门山度假区")
        page.keyboard.press("Escape")
        page.locator(".disc").click()
        assert sorted(names(page)) == ["同址乙", "同址甲"]
        page.click("#clear")
        page.locator(".badge", has_text="区域440232").click()
        assert page.locator("#by-area").input_value() == "440232"
        assert "哪里也不在" not in names(page)


def test_it_speaks_english_at_the_press_of_a_button(chromium: Browser, file: Path) -> None:
    with opened(chromium, file) as page:
        page.get_by_role("button", name="English").click()
        expect(page.locator("h1")).to_have_text("Health Industry Atlas · project export")
        expect(page.locator("#count b")).to_have_text("14 of 14 records shown")
        assert page.evaluate("document.documentElement.lang") == "en"
        page.get_by_role("button", name="中文").click()
        expect(page.locator("h1")).to_have_text("健康产业一张图 · 项目导出")


def test_on_a_phone_nothing_hangs_over_the_edge(chromium: Browser, file: Path) -> None:
    with opened(chromium, file, 390, 844) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.locator("#list .row", has_text="长长长").click()
        box = page.locator("#card").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_of_very_many_places_neighbours_become_one_disc(chromium: Browser, tmp_path: Path) -> None:
    near = [point(n, 113.1 + n % 60 * 0.01, 24.2 + n // 60 * 0.01, **IN) for n in range(1, 1500)]
    with opened(chromium, write(tmp_path, near)) as page:
        marks = page.locator(".leaflet-marker-icon .disc")
        assert 10 < marks.count() < 400
        singles = page.locator(".leaflet-marker-icon .sign").count()
        assert sum(map(int, marks.all_inner_texts())) + singles == 1499
        scale = page.locator(".leaflet-control-scale-line")
        before = scale.inner_text()
        marks.first.click()
        expect(scale).not_to_have_text(before)


def test_nothing_that_is_put_into_the_page_later_runs(chromium: Browser, file: Path) -> None:
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.hacked = 1';"
        " document.body.append(s); const b = document.body;"
        " b.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked=2\">'); }"
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.hacked") is None
    context.close()


def test_practice_data_are_marked_on_the_whole_page(chromium: Browser, tmp_path: Path) -> None:
    made = write(tmp_path, [point(1, 113.3, 24.7, basis="demo", **IN)], practice=True)
    with opened(chromium, made) as page:
        expect(page.locator("h1")).to_contain_text("演示数据，全部虚构")
        expect(page.locator("#credit")).to_contain_text("演示数据")
        expect(page.locator("#list .tag.demo")).to_have_text("演示数据")


def test_an_empty_map_opens_too(chromium: Browser, tmp_path: Path) -> None:
    with opened(chromium, write(tmp_path, [])) as page:
        expect(page.locator("#count b")).to_have_text("显示 0 条，共 0 条")
        expect(page.locator("#list")).to_contain_text("没有符合条件的记录")
        expect(page.locator("#inset span")).to_have_text("南海诸岛")
