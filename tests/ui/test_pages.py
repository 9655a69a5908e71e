"""The pages by Streamlit's own test tool: empty libraries, failures, hostile links, languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data import migrate, settings, wiring
from data.cluster import Cluster
from data.database import Database
from data.store.library import PostgisLibrary
from layers import assets
from projects.errors import StorageUnavailable
from tests.db.copies import database_named, small_world
from tests.paths import ROOT
from views import shell, sources_page
from views.map import listing

pytestmark = pytest.mark.db
Open = Callable[..., AppTest]


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return a function that opens the app on a database (or a failing library) with address parameters."""

    def opening(source: Database | Exception, **params: str) -> AppTest:
        @cache
        def library() -> PostgisLibrary:
            if isinstance(source, Exception):
                raise source
            return PostgisLibrary(source)

        monkeypatch.setattr(wiring, "library", library)
        shell._tools.cache_clear()
        page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in params.items():
            page.query_params[name] = value
        return page.run()

    yield opening
    shell._tools.cache_clear()


def html(page: AppTest) -> str:
    """Return everything the page wrote as HTML."""
    return "".join(str(block.proto.body) for block in page.get("html"))


def sentence(page: AppTest) -> str:
    """Return the count sentence without its mark-up."""
    found = next(
        b.proto.body
        for b in page.get("html")
        if "atlas-count" in b.proto.body and "<style>" not in b.proto.body
    )
    return str(found).replace("<b>", "").replace("</b>", "")


def address(page: AppTest) -> dict[str, str]:
    """Return the address parameters, however the test tool keeps them."""
    return {k: v if isinstance(v, str) else v[0] for k, v in page.query_params.items()}


def chosen(page: AppTest, field: str) -> list[Any]:
    """Return what a filter widget holds."""
    return list(page.multiselect(key=f"f_{field}").value)


def test_the_filled_library_opens_in_both_languages(open_page: Open, library_database: Database) -> None:
    page = open_page(library_database)
    assert not page.exception
    assert "符合条件" in sentence(page)
    english = open_page(library_database, lang="en")
    assert not english.exception
    assert "matched = exact place" in sentence(english)
    assert [m.label for m in english.multiselect][:3] == ["Province", "Prefecture", "County (city, district)"]


def drawn(page: AppTest) -> set[str]:
    """Return the filter fields whose widgets are on the page."""
    return {str(widget.key).removeprefix("f_") for widget in page.multiselect}


def test_a_closed_group_of_the_filter_is_not_drawn_unless_something_is_chosen_in_it(
    open_page: Open, library_database: Database
) -> None:
    page = open_page(library_database)
    assert {"province", "category", "funding"} <= drawn(page)
    assert not {"document", "task", "lead", "owner"} & drawn(page)
    used = open_page(library_database, document="sg2016")
    assert {"document", "task"} <= drawn(used) and "lead" not in drawn(used)
    assert chosen(used, "document") == ["sg2016"]
    used.session_state["filters-source"] = False
    used.run()
    assert chosen(used, "document") == ["sg2016"], "folding a group away does not undo the choice"


def test_townships_are_offered_below_a_chosen_area(open_page: Open, library_database: Database) -> None:
    assert "township" not in drawn(open_page(library_database))
    assert "township" in drawn(open_page(library_database, county="440232"))
    kept = open_page(library_database, township="440232100")
    assert chosen(kept, "township") == ["440232100"], "what a link chose stays on the page"


def test_an_opened_group_of_the_filter_is_drawn(open_page: Open, library_database: Database) -> None:
    page = open_page(library_database)
    page.session_state["filters-units"] = True
    page.run()
    assert {"lead", "support", "duty", "owner"} <= drawn(page)
    page.multiselect(key="f_lead").set_value(["sg-health"]).run()
    assert chosen(page, "lead") == ["sg-health"] and address(page)["lead"] == "sg-health"


def test_an_empty_library_says_what_to_run(open_page: Open, cluster: Cluster) -> None:
    with database_named(cluster, "pages_empty") as database:
        migrate.upgrade(database.owner)
        page = open_page(database)
        assert not page.exception
        assert "python -m data init" in html(page)


def test_a_database_without_tables_says_what_to_run(open_page: Open, cluster: Cluster) -> None:
    with database_named(cluster, "pages_bare") as database:
        page = open_page(database)
        assert not page.exception
        assert "数据库还没有初始化" in html(page) and "python -m data init" in html(page)


def test_one_record_is_a_whole_page(open_page: Open, cluster: Cluster) -> None:
    with small_world(cluster) as database:
        with database.owning() as connection:
            connection.execute(text("DELETE FROM project WHERE id <> 'T-0001'"))
        page = open_page(database, id="T-0001")
        assert not page.exception
        assert "符合条件 1 条 = 有具体位置 1 + 只知乡镇 0" in sentence(page)
        assert "declared" in html(page)


def test_a_database_that_goes_away_keeps_the_filter_and_comes_back(
    open_page: Open, cluster: Cluster, library_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(library_database, county="440232", category="tcm")
    before = sentence(page)

    def away(*_: Any, **__: Any) -> None:
        raise StorageUnavailable("the database does not answer")

    with monkeypatch.context() as broken:
        broken.setattr(PostgisLibrary, "version", away)
        page.run()
        assert not page.exception
        assert "数据库暂时没有响应" in html(page) and "Traceback" not in html(page)
        assert address(page) == {"county": "440232", "category": "tcm"}
    page.run()
    assert sentence(page) == before
    assert chosen(page, "county") == ["440232"] and chosen(page, "category") == ["tcm"]


def test_what_nobody_expected_gets_a_number_and_the_rest_stands(
    open_page: Open,
    library_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(listing, "draw", broken)
    page = open_page(library_database)
    assert not page.exception
    shown = html(page)
    number = caplog.records[-1].getMessage().rpartition(" ")[2]
    assert number in shown and "secret detail" not in shown and "符合条件" in shown


def test_a_missing_map_file_leaves_list_and_exports(
    open_page: Open, library_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "missing", lambda _static: ["leaflet/dist/leaflet.js"])
    page = open_page(library_database)
    assert not page.exception
    assert "地图组件缺少 1 个文件（leaflet/dist/leaflet.js）" in html(page) and "make run" in html(page)
    assert len(page.dataframe) == 1


@pytest.mark.parametrize("value", ["44<b>", "**x**", "$1$", "`y`", "${z}", "\x00", "' OR 1=1 --"])
def test_a_broken_parameter_is_quoted_and_ignored(
    open_page: Open, library_database: Database, value: str
) -> None:
    page = open_page(library_database, county=f"440232,{value}", category="tcm")
    assert not page.exception
    assert chosen(page, "county") == ["440232"]
    assert "无法识别，已忽略" in html(page) and "<b>44" not in html(page) and "44<b>" not in html(page)


def test_an_unknown_record_in_a_link_is_said(open_page: Open, library_database: Database) -> None:
    page = open_page(library_database, id="SG-9999")
    assert not page.exception
    assert "SG-9999" in html(page)


def test_a_link_reproduces_every_filter(open_page: Open, library_database: Database) -> None:
    asked = {
        "province": "440000",
        "prefecture": "440200",
        "county": "440232",
        "township": "440232101",
        "zone": "sg-danxia",
        "category": "tcm,hospital",
        "kind": "site",
        "stage": "未明确",
        "funding": "未报",
        "document": "sg2016",
        "task": "sg2016-1",
        "lead": "x",
        "support": "y",
        "duty": "z",
        "precision": "3,4",
        "ids": "SG-0001",
        "q": "温泉",
        "lang": "en",
        "shade": "rate",
        "scenario": "1",
        "id": "SG-0001",
    }
    page = open_page(library_database, **asked)
    assert not page.exception
    assert address(page) == asked


def test_a_filter_without_matches_says_so_and_can_be_cleared(
    open_page: Open, library_database: Database
) -> None:
    page = open_page(library_database, q="没有这样的名字")
    assert "没有记录符合全部条件" in html(page)
    page.button(key="clear-top").click().run()
    assert address(page) == {}
    assert not any(widget.value for widget in page.multiselect)
    assert page.text_input(key="f_q").value == ""


def test_home_area_opens_only_a_bare_address(
    open_page: Open, library_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME_AREA", "431000")
    _forget_settings()
    try:
        assert chosen(open_page(library_database), "prefecture") == ["431000"]
        page = open_page(library_database, county="440232")
        assert chosen(page, "prefecture") == [] and chosen(page, "county") == ["440232"]
    finally:
        monkeypatch.delenv("HOME_AREA")
        _forget_settings()


def _forget_settings() -> None:
    clear = getattr(settings.load, "cache_clear", None)
    if clear:
        clear()


def test_another_prefecture_lets_go_of_counties_outside(open_page: Open, library_database: Database) -> None:
    page = open_page(library_database, prefecture="440200", county="440232,440281")
    page.multiselect(key="f_prefecture").set_value(["431000"]).run()
    assert not page.exception
    assert chosen(page, "county") == []
    assert address(page) == {"prefecture": "431000"}


def test_the_parts_of_the_count_add_up_in_the_switch(open_page: Open, library_database: Database) -> None:
    page = open_page(library_database, precision="0")
    numbers = [
        int(part.split()[-1]) for part in sentence(page).partition("</p>")[0].partition("= ")[2].split(" + ")
    ]
    assert sum(numbers[:4]) == 0 and numbers[4] == 1


def test_the_scenario_says_what_it_is_and_names_what_is_not_drawn(
    open_page: Open, library_database: Database
) -> None:
    page = open_page(library_database, prefecture="440200", scenario="1")
    shown = html(page)
    assert "模拟分配，非下达指标：831 个未分配名额" in shown
    shares = PostgisLibrary(library_database).scenario("SG-0028")
    lost = [s for s in shares if s.slots and s.lon is None]
    assert ("没有坐标，未画出" in shown) == bool(lost) and all(s.name in shown for s in lost)
    assert "831 个未分配名额" not in html(open_page(library_database, prefecture="440200"))


def test_a_hostile_name_is_escaped_on_the_card(
    open_page: Open, hostile_database: tuple[Database, list[str]]
) -> None:
    database, keys = hostile_database
    page = open_page(database, id=keys[0])
    assert not page.exception
    assert "<img src=x" not in html(page)
    assert "&#60;img src=x onerror=window.hacked=1&#62;" in html(page)


def test_the_card_shows_what_an_office_filled_in_for_investors(
    open_page: Open, hostile_database: tuple[Database, list[str]]
) -> None:
    database, keys = hostile_database
    page = open_page(database, id=keys[0])
    told = {
        heading: html(page).partition(f"<th>{heading}</th><td>")[2].partition("<")[0]
        for heading in ("举办性质", "对外招商", "拟引资额（万元）", "用地情况", "招商内容与合作条件")
    }
    assert list(told.values())[:4] == ["民办", "否", "12,500.55", "净地"]
    assert told["招商内容与合作条件"].startswith("&#60;"), "words of an office, never markup"
    unknown = html(page).partition("尚无人填报：")[2].partition("<")[0]
    assert "审批类型" in unknown and "年产值" in unknown and "对外招商" not in unknown


def test_the_sources_page_names_licences() -> None:
    texts = " ".join(t for entry in sources_page.data_sources(str) for t in entry)
    assert "CC BY 4.0" in texts and "GeoNames" in texts and "WTFPL" in texts
