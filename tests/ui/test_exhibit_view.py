"""One result on the page: sentences first, marks that stand out, all rows accounted for, files offered."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from data.exports.exhibit import exhibit_book, exhibit_geojson
from data.settings import Settings
from layers.events import Click
from projects.analysis import showing
from projects.analysis.exhibit import Column, Exhibit, Table
from projects.codes import Basis
from tests.exhibit_made import HOSTILE, areas, exhibit, left_out, records
from tests.ui.analysis_shell import AnalysisShell
from tests.ui.office import desk, html
from tests.unit.data.exports_fake import FakeLibrary, request
from views.analysis.exhibit import map as exhibit_map
from views.analysis.exhibit import tables as exhibit_tables
from views.i18n import translator
from views.shell import Shell


def draw_exhibit() -> None:
    import streamlit as st

    from projects.filters import ProjectFilter
    from views.analysis.exhibit import view as exhibit_view

    session = st.session_state
    exhibit_view.draw(session["shell"], session["exhibit"], ProjectFilter(), key="made")


def page(made: Exhibit | None = None, language: str = "zh", **settings: Any) -> AppTest:
    at = AppTest.from_function(draw_exhibit, default_timeout=30)
    shell = AnalysisShell(desk(), language=language, settings=Settings(**settings))
    at.session_state["shell"], at.session_state["exhibit"] = shell, made or exhibit()
    at.session_state["language"] = language
    at.run()
    assert not at.exception
    return at


def shell(language: str = "zh") -> Shell:
    made: Any = AnalysisShell(desk(), language=language)
    assert isinstance(made, AnalysisShell)
    return made  # type: ignore[return-value]


def body_rows(text: str) -> int:
    return text.count("<tr") - text.count("<thead")


def test_sentences_come_first_and_the_conditions_last() -> None:
    text = html(page())
    order = ["atlas-heading", "atlas-says", "atlas-scenario", "atlas-grid", "atlas-quiet"]
    places = [text.index(one) for one in order]
    assert places == sorted(places)
    assert text.index("这 3 个县太少") < text.index("8 条只知道乡镇的记录没有参加")
    assert "数据截至 2026-05-06" in text and "2 公里" in text and "韶关市康养产业发展规划" in text


def test_what_is_modelled_says_so_and_what_is_counted_does_not() -> None:
    assert "测算：本结果含模拟测算的数字" in html(page())
    counted = html(page(exhibit(tables=(records(),))))
    assert "测算" not in counted and "演示" not in counted
    assert "测算" in html(page(exhibit(tables=(), basis=Basis.MODELLED)))
    assert "演示：本结果含虚构的演示数据" in html(page(exhibit(tables=(), basis=Basis.DEMO)))
    heads = html(page(exhibit(tables=(areas(),))))
    assert re.search(r"每千人（张）<small>模拟测算</small>", heads), "the column itself is marked"


def test_practice_marks_every_result() -> None:
    at = page(exhibit(tables=(records(),)), demo=True)
    assert "演示：本结果含虚构的演示数据" in html(at)


def test_nothing_hostile_is_read_as_anything() -> None:
    at = page()
    text = html(at)
    assert "<img src=x" not in text and "${7" not in text and "{{y}}" not in text
    assert "onerror" in text, "it is shown as words"
    assert all("**粗**" not in expander.label for expander in at.expander)


def test_unknown_is_a_dash_and_nought_is_nought() -> None:
    text = html(page(exhibit(tables=(areas(),))))
    rows = re.findall(r"<tr>(.*?)</tr>", text.split("<tbody>")[1])
    assert ">0<" in rows[0] and ">0.00<" in rows[0] and "—" not in rows[0]
    assert 'atlas-none">—</td>' in rows[2]


def test_long_lists_are_opened_on_demand_and_end_in_the_file() -> None:
    at = page(exhibit(tables=(records(450),)))
    [expander] = at.expander
    assert expander.label.startswith("项目") and "450" in expander.label
    text = html(at)
    assert body_rows(text) == exhibit_tables.MOST_ROWS == 200
    assert "这里列出前 200 行，共 450 行；全部都在导出的文件中。" in text


def test_tables_that_only_stand_on_the_map_are_not_listed() -> None:
    at = page(exhibit(tables=(replace(areas(), shown=False),)))
    assert "atlas-grid" not in html(at)
    assert "没有可列出的行" in html(page(exhibit(tables=(replace(left_out(), rows=()),))))


def test_rows_without_a_place_are_said_below_the_table() -> None:
    text = html(page(exhibit(tables=(areas(),))))
    assert "其中 1 行没有位置，不在地图上，只在表中。" in text and "65岁以上含在60岁以上之内。" in text


def test_ids_lead_to_the_card_or_to_the_list() -> None:
    text = html(page(exhibit(tables=(left_out(),))))
    assert 'href="./?id=SG-0071"' in text
    assert 'href="./?ids=SG-0071%2CSG-0072"' in text and "列出 2 个" in text


def test_many_members_are_listed_in_portions_that_fit_an_address() -> None:
    ids = [f"SG-{n:04d}" for n in range(2 * exhibit_tables.MOST_LINKED + 1)]
    many = Table("m", "多", (Column("project_id", "编号"),), ((",".join(ids),),))
    ways = re.findall(r'href="([^"]*)"[^>]*>([^<]*)<', html(page(exhibit(tables=(many,)))))
    assert [label for _way, label in ways] == ["第 1–150 个", "第 151–300 个", "第 301 个"]
    assert all(len(way) < 2000 for way, _label in ways), "an old browser cuts a longer one"
    assert [one for way, _label in ways for one in re.findall(r"SG-\d+", way)] == ids, "none is left out"


def test_a_phone_is_shown_a_row_by_what_names_it() -> None:
    text = exhibit_tables.html(shell(), areas())
    assert '<td class="atlas-second">440000</td>' in text
    assert '<th scope="row" class="">乳源瑶族自治县</th>' in text


@pytest.mark.parametrize("counties", [1, 7, 230])
def test_page_geojson_and_workbook_hold_the_same_rows(counties: int) -> None:
    made = exhibit(tables=(areas(counties), records(3)), curves=())
    collection = json.loads(exhibit_geojson(FakeLibrary(), request(), made))
    book = openpyxl.load_workbook(io.BytesIO(exhibit_book(FakeLibrary(), request(), made)))
    for number, table in enumerate(made.tables, start=1):
        listed = body_rows(exhibit_tables.html(shell(), table))
        rest = [s for s in exhibit_tables.under(shell(), table) if "全部都在导出的文件中" in s]
        features = [f for f in collection["features"] if f["properties"]["layer"] == table.key]
        assert len(features) == book.worksheets[number].max_row - 1 == len(table.rows)
        assert listed == min(len(table.rows), exhibit_tables.MOST_ROWS)
        assert len(rest) == (listed < len(table.rows)) and all(f"{len(table.rows)} 行" in s for s in rest)


def test_the_files_are_offered_under_their_names() -> None:
    at = page()
    labels = [button.proto.label for button in at.get("download_button")]
    assert labels[:2] == ["Excel", "GeoJSON"]


def test_an_exhibit_in_english_speaks_english() -> None:
    text = html(page(exhibit(says=("Too few.",), title="Clusters"), language="en"))
    words = translator("en")
    assert words("数据截至 {day}").format(day="2026-05-06") in text and words("使用前须知") in text


def test_a_curve_is_a_picture_with_words() -> None:
    text = html(page(exhibit(tables=())))
    assert "K 函数" in text


def test_an_empty_result_is_a_page_with_its_conditions() -> None:
    at = page(exhibit(tables=(), curves=(), says=(), parameters=(), caveats=(), data_date=None, sources=()))
    assert "数据截至 未知" in html(at)


# ---- clicks on the map ----


def clicked(click: Click, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    links: list[dict[str, Any]] = []

    def link(shell: Any, label: str, page: str, **params: Any) -> None:
        links.append({"label": label, "page": page} | params)

    monkeypatch.setattr("views.ways.link", link)
    exhibit_map._follow(shell(), click)
    return links


def test_a_click_on_a_record_offers_its_card(monkeypatch: pytest.MonkeyPatch) -> None:
    [link] = clicked(Click("project", "SG-0001"), monkeypatch)
    assert link == {"label": "打开项目卡 SG-0001", "page": "map", "id": "SG-0001"}


def test_a_click_on_several_offers_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    [link] = clicked(Click("project", "SG-0001,SG-0002"), monkeypatch)
    assert link["ids"] == "SG-0001,SG-0002" and link["label"] == "列出 2 个"
    assert clicked(Click("area", "440232"), monkeypatch) == []
    many = ",".join(f"SG-{n:04d}" for n in range(exhibit_tables.MOST_LINKED + 2))
    parts = clicked(Click("project", many), monkeypatch)
    assert [part["label"] for part in parts] == ["第 1–150 个", "第 151–152 个"]
    assert ",".join(part["ids"] for part in parts) == many


def test_a_missing_map_file_is_said_and_the_tables_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layers.assets.missing", lambda _: ["leaflet.js"])
    text = html(page())
    assert "地图组件缺少 1 个文件" in text and "atlas-grid" in text


# ---- one cell, one way ----


def test_a_number_that_is_there_is_never_shown_as_nought() -> None:
    share = Column("s", "份额", digits=1)
    assert [showing.text(share, v) for v in (0, 0.04, -0.04, 0.05, None)] == [
        "0.0",
        "<0.1",
        ">-0.1",
        "0.1",
        "—",
    ]
    assert showing.text(share, HOSTILE) == HOSTILE


def test_a_picture_is_offered_where_there_is_a_map_and_a_font(monkeypatch: pytest.MonkeyPatch) -> None:
    def offered(made: Exhibit) -> list[str]:
        return [button.proto.label for button in page(made).get("download_button")]

    assert offered(exhibit()) == ["Excel", "GeoJSON", "PNG"]
    assert offered(exhibit(tables=(left_out(),))) == ["Excel", "GeoJSON"]
    monkeypatch.setattr("services.exhibit_picture.available", lambda: False)
    assert offered(exhibit()) == ["Excel", "GeoJSON"]
    assert "没有中文字体" in page().caption[0].value


def test_the_address_is_named_as_the_link_where_it_makes_the_result_again() -> None:
    sentence = "本页的网址就是这个结果的链接"
    assert sentence in html(page()) and sentence not in html(page(exhibit(link={})))
