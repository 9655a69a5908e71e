"""The targets board and the indicator pages with fakes: words, numbers, links, bad states, hostile text."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from data.exports import targets as target_export
from projects.identity import NOBODY
from projects.targets.facts import SlotCount
from projects.targets.model import Method, PeriodKind, Recipe, ReportState, Target
from projects.targets.ports import OpenIndicator
from tests.fake_desk import EDITOR, REVIEWER, RUYUAN, SHAOGUAN, FakeDesk
from tests.ui.fake_targets import FakeTargets, TargetShell
from tests.ui.office import address, html, opened, press
from tests.unit.projects.targets.world import (
    CITY,
    COUNTIES,
    TODAY,
    census,
    facts,
    group,
    indicator,
    report,
    target,
)
from views.targets import report_words, target_style
from views.targets import target_words as tw

HOSTILE = "<script>alert(1)</script>`${x}`"
EACH = target(id="SG-T05", level="county", per_area="each", value=1, indicator="治未病", quote=HOSTILE)
CLINICS = target(
    "=",
    831,
    Recipe(Method.SLOTS, "x", programme="SG-0028", closed=True),
    id="SG-T10",
    indicator="公建民营村卫生室数",
)
RULE = target(recipe=Recipe(Method.RULE, note="年龄界限，不是数量"), id="SG-T12", year=None, indicator="年龄")
BEDS = target(
    value=35,
    id="CZ-T14",
    document_id="cz2017",
    indicator="每千名老人健康养老床位数",
    unit="张/千名老人",
    recipe=Recipe(
        Method.RATE, "rate", "stock", category="elderly_care", population="elderly", counted="finished"
    ),
    leads=(("sg-health", "卫生局"),),
)


def known(**more: Any) -> Any:
    kinds = indicator("x", zh="某数", en="a number"), indicator("rate", "ratio"), indicator("stock", "sum")
    people = {CITY: census(CITY, 5000, 1000, 500, "prefecture_total")}
    return facts(*kinds, **{"census": people, **more})


def shell(*targets: Target, desk: FakeDesk | None = None, language: str = "zh", **more: Any) -> TargetShell:
    fake = FakeTargets(targets, known(**more))
    return TargetShell(desk or FakeDesk(identity=NOBODY), targets=fake, language=language)


def board(office: TargetShell, **params: str) -> AppTest:
    return opened("targets.targets_page", office, **params)


# ---- the board ----


def test_the_board_says_how_the_targets_divide_and_unknown_is_never_a_number() -> None:
    text = html(board(shell(EACH, CLINICS, RULE, BEDS)))
    assert "4</b><span>项承诺" in text and "<b>3</b><span>无法计算" in text
    assert "0 / 3 个县达成，3 个未知" in text
    assert "未知" in text and "规定（非量化结果）" in text
    assert "已过承诺年份" in text


def test_the_page_is_called_as_the_menu_calls_it() -> None:
    assert '<h2 class="atlas-title">目标</h2>' in html(board(shell(EACH)))


def test_a_phone_reads_the_status_next_to_the_promise_and_leaves_the_rest_to_the_detail() -> None:
    text = html(board(shell(target())))
    heads = re.findall(r"<th([^>]*)>([^<]+)</th>", text[text.index("<thead>") :])
    assert [title for _, title in heads[:3]] == ["编号", "承诺", "状态"]
    assert {title for kind, title in heads if "atlas-wide" in kind} == {"地区", "年份", "覆盖"}
    assert 'class="atlas-targets atlas-board"' in text
    assert ".atlas-board .atlas-wide { display: none; }" in target_style.CSS
    full = html(board(shell(target()), id=target().id))
    for title in ("地区", "承诺年份", "覆盖"):
        assert f"<th>{title}</th>" in full


def test_a_target_of_one_area_without_a_figure_has_no_data() -> None:
    text = html(board(shell(target())))
    assert "没有数据" in text and "0 / 1 个地区" not in text


def test_english_sentences_have_their_own_punctuation() -> None:
    english = {
        "{how}。{why}": "{how}. {why}",
        "{value}（{numerator} ÷ {denominator}）": "{value} ({numerator})",
    }
    counted = replace(BEDS, recipe=replace(BEDS.recipe, note_en="Counts beds."))
    assert tw.method_words(counted, lambda text: english.get(text, text), "en").endswith(". Counts beds.")
    share = replace(report(), numerator=Decimal(1), denominator=Decimal(2))
    assert report_words.value(share, None, lambda text: english.get(text, text)).endswith(" (1)")


def test_claimed_and_confirmed_are_told_apart() -> None:
    slots = (SlotCount("SG-0028", "", "unassigned", 800), SlotCount("SG-0028", COUNTIES[0], "placed", 31))
    at = board(shell(CLINICS, slots=slots), id="SG-T10")
    text = html(at)
    assert "31 至 831 个" in text and "已确认 31 / 831 个名额" in text and "无法计算" in text
    assert "未落到任何县" in text and "认领名额" in text and 'href="clinics' in text


def test_one_target_in_full_with_its_words_rule_and_what_is_missing() -> None:
    at = board(shell(EACH), id="SG-T05")
    text = html(at)
    assert "alert(1)" in text and "<script>alert" not in text
    assert "要判定还缺什么" in text and "indicator=x" in text and "2020 年" in text
    assert "（每个县都要达到）" in text and "原文没有写牵头单位，由本级明确" in text
    assert text.count("无法计算") >= 4, "each of the three counties has its own status"
    assert address(at)["id"] == "SG-T05"


def test_both_ages_stand_side_by_side() -> None:
    at = board(shell(BEDS, reports=(report(CITY, 20, code="stock"),)), id="CZ-T14")
    text = html(at)
    assert "按60岁以上 20 张/千名老人；按65岁以上 40 张/千名老人" in text
    assert "20 至 40 张/千名老人" in text and "无法计算" in text
    assert at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart"), "the trajectory is drawn"


def test_filters_come_from_the_address_and_go_back_there() -> None:
    at = board(shell(EACH, RULE, BEDS), document="cz2017", status="cannot_compute")
    text = html(at)
    assert "CZ-T14" in text and "SG-T12" not in text
    assert address(at) == {"document": "cz2017", "status": "cannot_compute"}
    assert "document=cz2017" in text, "a link from the table keeps the filter"
    none = board(shell(EACH), year="1999,none", status="nonsense")
    assert not none.exception
    empty = board(shell(EACH), status="met")
    assert "没有承诺符合全部条件" in html(empty)


def test_by_lead_unit_and_by_beds() -> None:
    units = html(board(shell(EACH, BEDS), view="units"))
    assert "卫生局" in units and "原文没有写牵头单位" in units
    beds = (group(COUNTIES[0], category="elderly_care", beds_known=1, beds=10, ownership="民办"),)
    at = board(shell(BEDS, beds=(*beds, group(COUNTIES[1], category="elderly_care"))), view="beds")
    text = html(at)
    assert "在用的床位已知 1 / 2 家" in text and "至少 10" in text and "未知" in text
    assert address(at)["view"] == "beds" and address(at)["of"] == CITY


def test_an_empty_library_says_what_to_do() -> None:
    assert "还没有承诺目标" in html(board(shell()))


def test_demo_values_are_marked_and_english_is_offered() -> None:
    at = board(shell(target(), reports=(report(basis="demo"),)))
    assert "演示数据" in html(at)
    english = board(shell(target(), language="en"))
    assert "number" in html(english)


def test_the_export_holds_targets_counties_and_caveats_and_no_formula() -> None:
    hostile = replace(EACH, quote="=HYPERLINK(1)", note="+1")
    office = shell(hostile, RULE, reports=(report(COUNTIES[0], 1),))
    from views.targets.targets_page import _words

    frame = target_export.Frame(_words(office), {"sg2016": "=1+1"}, "署名", "v1", TODAY, "status=met")  # type: ignore[arg-type]
    book = openpyxl.load_workbook(io.BytesIO(target_export.workbook(office.targets.board(), frame)))
    assert book.sheetnames == ["说明", "目标", "分地区"]
    about = {row[0].value: row[1].value for row in book["说明"].iter_rows()}
    assert about["筛选条件"] == "status=met" and about["生成日期"] == "2026-05-06" and about["承诺项数"] == 2
    heads = [cell.value for cell in book["目标"][1]]
    first = dict(zip(heads, (cell.value for cell in book["目标"][2]), strict=True))
    assert first["原文"] == "=HYPERLINK(1)" and book["目标"].cell(2, heads.index("原文") + 1).data_type == "s"
    assert first["实际下限"] is None and first["状态"] == "无法计算"
    parts = list(book["分地区"].iter_rows(min_row=2, values_only=True))
    assert len(parts) == 3 and parts[0][5] == 1 and parts[1][5] is None


# ---- figures ----


def indicators(office: TargetShell, **params: str) -> AppTest:
    return opened("targets.indicators_page", office, **params)


def editor(**more: Any) -> TargetShell:
    return shell(target(), desk=FakeDesk(identity=EDITOR, units=(RUYUAN,)), **more)


def type_in(at: AppTest, **values: str) -> AppTest:
    for name, text in values.items():
        widget = at.text_area if name == "source" else at.text_input
        widget(key=f"report-{name}").set_value(text)
    return at


def test_a_link_opens_the_form_on_its_indicator_and_year() -> None:
    at = indicators(editor(), indicator="x", year="2020")
    assert at.selectbox(key="report-indicator").value == "x"
    assert at.text_input(key="report-end").value == "2020"
    assert at.text_input(key="report-area-440232").value == "乳源瑶族自治县"


def test_a_good_figure_is_filed_and_its_state_told() -> None:
    office = editor()
    at = type_in(indicators(office, indicator="x"), end="2020", value="12", source="年报")
    press(at, "report-send")
    assert [(f.indicator, f.area_code, f.value) for f in office.targets.filed] == [
        ("x", "440232", Decimal(12))
    ]
    assert "7 号填报已提交，等上级审核" in html(at)
    assert not at.text_input(key="report-value").value


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"end": "2020", "value": "-1", "source": "年报"}, "负数"),
        ({"end": "20217", "value": "1", "source": "年报"}, "不是年份"),
        ({"end": "2020", "value": "3万个", "source": "年报"}, "别的单位"),
        ({"end": "2020", "value": HOSTILE, "source": "年报"}, "不是一个数"),
        ({"end": "2020", "value": "1", "source": ""}, "没有写数据来源"),
        ({"end": "2027", "value": "1", "source": "年报"}, "还没有到"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_what_was_typed_stays(values: dict[str, str], said: str) -> None:
    office = editor()
    at = type_in(indicators(office, indicator="x"), **values)
    press(at, "report-send")
    text = html(at)
    assert said in text and "<script>" not in text and office.targets.filed == []
    assert at.text_input(key="report-value").value == values["value"]


@pytest.mark.parametrize(
    ("period", "title"),
    [
        ("year", "年份（如 2020）"),
        ("date", "截至（日期如 2020-12-31，或年份）"),
        ("span", "期间结束（日期或年份）"),
    ],
)
def test_a_blank_field_is_called_what_the_form_calls_it(period: str, title: str) -> None:
    office = editor()
    office.targets.facts = facts(replace(indicator("x"), period=PeriodKind(period)))
    at = type_in(indicators(office, indicator="x"), source="年报")
    press(at, "report-send")
    text = html(at)
    assert at.text_input(key="report-end").label == title
    assert f"“{title}”没有填" in text and "“数值”没有填" in text and "“期间”" not in text


def test_a_doubted_figure_has_to_be_confirmed() -> None:
    office = editor()
    office.targets.facts = facts(indicator("x", "percentage", zh="比例"))
    at = type_in(indicators(office, indicator="x"), end="2020", value="0.35", source="年报")
    press(at, "report-send")
    assert office.targets.filed == [] and "35 %" in html(at)
    at.checkbox(key="report-sure").check().run()
    press(at, "report-send")
    assert [filing.value for filing in office.targets.filed] == [Decimal("0.35")]


def test_a_link_to_somebody_elses_figure_says_whose_it_is() -> None:
    assert "韶关市的数由韶关市的单位登录后填报" in html(indicators(editor(), indicator="x", area="440200"))
    assert "登录后填报" in html(indicators(shell(target()), indicator="x", area="440200"))
    assert "登录后填报" not in html(indicators(editor(), indicator="x", area="440232"))


def test_what_the_unit_owes_is_listed_with_links() -> None:
    office = editor()
    office.targets.owed = (OpenIndicator("x", "440232", "乳源瑶族自治县", 2020, "SG-T01"),)
    text = html(indicators(office))
    assert "2020 · 某数（个）" in text and "indicator=x" in text and "year=2020" in text


def waiting(**more: Any) -> dict[int, Any]:
    one = report("440232", 12, id=3, state=ReportState.SUBMITTED, filed_by="ruyuan", unit_id="440232", **more)
    return {3: replace(one, source_note=HOSTILE, filed_at=datetime(2026, 5, 1, tzinfo=UTC))}


def reviewer() -> TargetShell:
    office = shell(target(), desk=FakeDesk(identity=REVIEWER, units=(RUYUAN, SHAOGUAN)))
    office.targets.known, office.targets.decides = waiting(), True
    return office


def test_a_reviewer_accepts_or_sends_back_with_a_reason() -> None:
    office = reviewer()
    at = indicators(office)
    assert "等您审核的数（1）" in html(at) and "<script>" not in html(at)
    assert "只看等您审核的和已填报的数" in at.selectbox(key="indicators-unit").placeholder
    press(at, "report-reject-3")
    assert office.targets.decided == [] and "原因" in html(at)
    at.text_input(key="report-remark-3").set_value("口径不对")
    press(at, "report-reject-3")
    assert office.targets.decided == [(3, False, "口径不对")]
    assert "3 号填报：已退回" in html(at)
    second = reviewer()
    press(indicators(second), "report-accept-3")
    assert second.targets.decided == [(3, True, "")]


def test_an_editor_sees_the_state_and_no_buttons() -> None:
    office = editor()
    office.targets.known = waiting()
    at = indicators(office)
    assert "待审核" in html(at) and not [b for b in at.button if b.key == "report-accept-3"]


def test_a_passer_by_reads_what_was_accepted_and_files_nothing() -> None:
    office = shell(target())
    office.targets.known = {**waiting(), 4: report("440232", 5, id=4)}
    at = indicators(office)
    text = html(at)
    assert "已通过" in text and "待审核" not in text
    assert not [b for b in at.button if b.key == "report-send"]
