"""The deck read back: native tables and charts, every record accounted for, hostile names harmless."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from projects.codes import FinanceSource, FinanceStatus, MilestoneCode
from projects.errors import SetupIncomplete
from projects.filters import ProjectFilter
from projects.lifecycle.steps import Dates
from projects.money.lines import Line
from projects.summary import Summary
from services.pack.bench import Bench
from services.pack.deck import content as deck_content
from services.pack.deck.content import gather
from services.pack.deck.deck import deck_pptx
from services.pack.deck.paper import BOTTOM, HEIGHT, WIDTH, cut, label, shown
from services.pack.template import Template
from tests.fake_ledger import Kept as Money
from tests.fake_schedule import FakeSchedule
from tests.fake_schedule import Kept as Dated
from tests.unit.data.exports_fake import HOSTILE, record, sample
from tests.unit.services.pack.deck_bench import EMOJI, RTL, bench, one_dot, words_of

__all__ = ["one_dot"]
IN = {"county_code": "440232", "county": "乳源", "prefecture_code": "440200", "prefecture": "韶关市"}


@pytest.fixture(autouse=True)
def _dots(one_dot: list[str]) -> None:
    """Draw no real map in any test of this module."""


def made(path: Path, given: Bench) -> Any:
    """Return the deck made from a bench, read back."""
    held = deck_pptx(given, path / "deck.pptx")
    assert held.records == given.library.count(given.request.chosen).matched
    found = Presentation(str(path / "deck.pptx"))
    assert held.detail["slides"] == len(found.slides)
    return found


def titles(deck: Any) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in deck.slides]


def tables(deck: Any) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row.cells] for row in shape.table.rows]
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_table
    ]


def charts(deck: Any) -> list[Any]:
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def table_of(deck: Any, head: str) -> list[list[str]]:
    return next(rows for rows in tables(deck) if rows[0][0] == head)


def test_every_record_is_listed_once_and_the_sums_agree(tmp_path: Path) -> None:
    deck = made(tmp_path, bench())
    ids = [row[0] for rows in tables(deck) if rows[0][0] == "编号" for row in rows[1:]]
    assert sorted(ids) == sorted(one.id for one in sample())
    by_category = table_of(deck, "类别")
    assert sum(int(row[1]) for row in by_category[1:-1]) == int(by_category[-1][1]) == len(sample())
    areas = [row for rows in tables(deck) if rows[0][0] == "地区" for row in rows[1:]]
    assert sum(int(row[2]) for row in areas[:-1]) == int(areas[-1][2]) == len(sample())


def test_charts_are_native_and_hold_the_same_numbers_as_the_tables(tmp_path: Path) -> None:
    deck = made(tmp_path, bench())
    first = charts(deck)[0]
    drawn = dict(zip(first.plots[0].categories, first.plots[0].series[0].values, strict=True))
    assert drawn == {row[0]: int(row[1]) for row in table_of(deck, "类别")[1:-1]}
    with zipfile.ZipFile(tmp_path / "deck.pptx") as packed:
        assert [name for name in packed.namelist() if "embeddings" in name and name.endswith(".xlsx")]


def test_each_county_has_its_map_with_words_for_who_cannot_see_it(tmp_path: Path, one_dot: list[str]) -> None:
    deck = made(tmp_path, bench(chosen=ProjectFilter(county=("440232", "440281", "440224"))))
    pictures = [shape for slide in deck.slides for shape in slide.shapes if shape.shape_type == 13]
    assert sorted(one_dot) == ["440224", "440232", "440281"]
    assert len(pictures) == 3
    told = [next(p._element.iter(qn("p:cNvPr"))).get("descr") for p in pictures]
    assert any(words.startswith("区域440224地图，0 条") for words in told)


def test_a_county_without_projects_says_what_that_means(tmp_path: Path) -> None:
    made(tmp_path, bench([], chosen=ProjectFilter(county=("440281",))))
    text = "\n".join(words_of(tmp_path / "deck.pptx"))
    assert "没有符合条件的项目" in text and "不代表没有现有服务" in text


@pytest.mark.parametrize("records", [[], [record(1)], [record(1, **IN)]])
def test_none_or_one_record_makes_a_deck(tmp_path: Path, records: list[Summary]) -> None:
    deck = made(tmp_path, bench(records))
    assert titles(deck)[0] == "健康产业项目汇报" and titles(deck)[-1] == "来源与使用须知"


def test_hostile_names_are_only_names(tmp_path: Path) -> None:
    names = [*HOSTILE, RTL, EMOJI, "长" * 200, "\ufffe\uffff\ud800"]
    rows = [record(n, name=name, zone_id="z", zone='=HYPERLINK("x")') for n, name in enumerate(names)]
    deck = made(tmp_path, bench(rows))
    text = "".join(words_of(tmp_path / "deck.pptx"))
    assert "甲乙丙" in text and "\u202e" not in text and "\x01" not in text
    assert "长" * 200 not in text and "…" in text
    assert sum(len(rows) - 1 for rows in tables(deck) if rows[0][0] == "编号") == len(names)
    labels = [one for chart in charts(deck) for one in chart.plots[0].categories]
    assert '＝HYPERLINK("x")' in labels and not any(one.startswith("=") for one in labels)


def test_unknown_is_written_and_modelled_and_practice_records_are_marked(tmp_path: Path) -> None:
    rows = [
        record(1, basis="modelled", basis_zh="模拟测算"),
        record(2, basis="demo"),
        record(3, total_investment_wan=Decimal("12000.500000")),
    ]
    deck = made(tmp_path, bench(rows))
    listed = {row[0]: row for row in table_of(deck, "编号")[1:]}
    assert listed["SG-0001"][1].startswith("【模拟】") and listed["SG-0002"][1].startswith("【演示】")
    assert [listed[key][4] for key in sorted(listed)] == ["未知", "未知", "12,000.5"]
    text = "\n".join(words_of(tmp_path / "deck.pptx"))
    assert "其中 1 条是模拟测算的" in text and "其中 1 条是演示数据" in text


def test_a_practice_database_marks_title_and_every_foot(tmp_path: Path) -> None:
    deck = made(tmp_path, bench(practice=True))
    assert "演示数据，全部虚构" in titles(deck)[0]
    for slide in deck.slides:
        assert any("演示数据" in s.text_frame.text for s in slide.shapes if s.has_text_frame)


def test_credit_number_and_approval_stand_on_the_slides(tmp_path: Path) -> None:
    deck = made(tmp_path, bench(credit="某市卫健委", approval_number="粤S（2026）1号"))
    assert "粤S（2026）1号" in "".join(s.text_frame.text for s in deck.slides[0].shapes if s.has_text_frame)
    for number, slide in enumerate(deck.slides, start=1):
        assert any("某市卫健委" in s.text_frame.text for s in slide.shapes if s.has_text_frame)
        fields = list(slide._element.iter(qn("a:fld")))
        assert [(f.get("type"), f.find(qn("a:t")).text) for f in fields] == [("slidenum", str(number))]


def test_every_text_names_the_office_s_chinese_font(tmp_path: Path) -> None:
    own = Template(own={"fonts": {"pptx": "仿宋_GB2312", "pptx_latin": "Calibri"}})
    deck = made(tmp_path, bench(template=own))
    elements = [slide._element for slide in deck.slides] + [chart._chartSpace for chart in charts(deck)]
    for element in (*elements, deck.slide_master._element):
        latin = list(element.iter(qn("a:latin")))
        assert latin and {one.get("typeface") for one in latin} == {"Calibri"}
        assert {one.getnext().tag for one in latin} == {qn("a:ea")}
        assert {one.get("typeface") for one in element.iter(qn("a:ea"))} == {"仿宋_GB2312"}
    runs = [r for element in elements for r in element.iter(qn("a:r"))]
    assert runs and all(r.find(qn("a:rPr")).find(qn("a:ea")) is not None for r in runs)


def test_sections_come_in_the_office_s_order(tmp_path: Path) -> None:
    own = Template(own={"sections": {"deck": ["sources", "title"]}})
    assert titles(made(tmp_path, bench(template=own))) == ["来源与使用须知", "健康产业项目汇报"]


def test_nothing_stands_outside_the_slide_or_on_the_foot(tmp_path: Path) -> None:
    rows = [record(n, **IN) for n in range(40)]
    deck = made(tmp_path, bench(rows))
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and (shape.left + shape.width) / 914400 <= WIDTH + 0.01
            assert shape.top >= 0 and (shape.top + shape.height) / 914400 <= HEIGHT
            if shape.has_table:
                high = sum(row.height for row in shape.table.rows)
                assert (shape.top + high) / 914400 <= BOTTOM + 0.1


def test_a_long_list_goes_on_over_further_slides(tmp_path: Path) -> None:
    deck = made(tmp_path, bench([record(n, **IN) for n in range(40)]))
    assert [t for t in titles(deck) if t.startswith("韶关市 · 乳源")] == [
        "韶关市 · 乳源",
        "韶关市 · 乳源（2/3）",
        "韶关市 · 乳源（3/3）",
    ]


def test_of_very_many_records_each_area_lists_the_first_and_counts_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deck_content, "LIST_ALL", 20)
    given = bench([record(n, **IN) for n in range(40)])
    deck = made(tmp_path, given)
    assert sum(len(rows) - 1 for rows in tables(deck) if rows[0][0] == "编号") == deck_content.FIRST
    assert "列出 12 条，其余 28 条见项目表" in "".join(words_of(tmp_path / "deck.pptx"))
    assert gather(given).matched == 40


def test_counties_beyond_the_limit_stand_in_the_table_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one_dot: list[str]
) -> None:
    monkeypatch.setattr(deck_content, "MOST_COUNTIES", 1)
    made(tmp_path, bench([record(1, **IN), record(2, **IN), record(3, county_code="440281", county="乐昌")]))
    assert one_dot == ["440232"]
    assert "乐昌" in words_of(tmp_path / "deck.pptx")


def test_money_tells_sums_and_what_nobody_reported(tmp_path: Path) -> None:
    line = Line(FinanceSource.LOTTERY, FinanceStatus.RECEIVED, Decimal("30.5"))
    kept = [Money("SG-0001", "甲", Decimal("1000"), (line,)), Money("SG-0002", "乙")]
    deck = made(tmp_path, bench([record(1), record(2)], kept=kept))
    rows = {row[0]: row[1:] for row in table_of(deck, "资金状态")[1:]}
    assert rows["合计"] == ["2", "1", "1,000", "30.5", "30.5"]
    assert rows["未报"] == ["1", "0", "未知", "未知", "未知"]
    text = "\n".join(words_of(tmp_path / "deck.pptx"))
    assert "1 个项目没有报过资金：未知，不是零。" in text
    assert "已知缺口 969.5 万元" in text and "1 个项目总投资未知" in text


def test_late_steps_and_silent_units_are_told(tmp_path: Path) -> None:
    due = {MilestoneCode.COMPLETION: Dates(date(2026, 1, 1))}
    schedule = FakeSchedule(Dated("SG-0001", "迟到项目", milestones=due), Dated("SG-0002", unit=""))
    given = replace(bench([record(1), record(2)]), schedule=schedule)
    made(tmp_path, given)
    words = words_of(tmp_path / "deck.pptx")
    assert "迟到项目" in words and "325" in words and "没有归属单位" in words
    assert "逾期 1 步，涉及 1 个项目，最久 325 天。" in "\n".join(words)


def test_english_deck(tmp_path: Path) -> None:
    deck = made(tmp_path, bench(language="en"))
    assert titles(deck)[0] == "Health industry projects: briefing"
    assert titles(deck)[1] == "What there is: by category"
    assert table_of(deck, "ID")[0][1] == "Name"


def test_a_given_title_goes_before_the_template_s(tmp_path: Path) -> None:
    assert titles(made(tmp_path, bench(title="四月汇报")))[0] == "四月汇报"


def test_without_a_chinese_font_a_sentence_stands_in_place_of_the_map(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> bytes:
        raise SetupIncomplete("本机没有中文字体")

    monkeypatch.setattr("services.pack.maps.maps.county_map_png", none)
    made(tmp_path, bench([record(1, **IN)]))
    assert "本机没有中文字体" in words_of(tmp_path / "deck.pptx")


def test_a_cancelled_pack_leaves_no_file(tmp_path: Path) -> None:
    def stop(_message: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deck_pptx(replace(bench(), step=stop), tmp_path / "deck.pptx")
    assert list(tmp_path.iterdir()) == []


@given(text=st.text(), inches=st.floats(0.2, 12))
def test_any_text_can_stand_on_a_slide(text: str, inches: float) -> None:
    told = cut(text, inches, 11)
    assert parse_xml(f"<a>{escape(told)}</a>").text in (told, None)
    assert len(told) <= len(text)


def test_texts_are_cut_to_their_room_and_never_steer() -> None:
    assert cut("abc" * 50, 1, 12).endswith("…") and len(cut("abc" * 50, 1, 12)) < 14
    assert cut("健" * 12, 1, 12, lines=2) == "健" * 12
    assert shown("a\u202eb\ufffe\x00") == "ab\ufffd␀"
    assert label("@x") == "＠x" and label("") == ""
