"""The pages of rolling plan and catalogue on a fake of their port."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from projects.errors import Conflict
from projects.identity import NOBODY
from projects.plans.editions import EditionKind, EditionState
from projects.plans.ports import Rights, Wish
from projects.ports import Option
from tests.fake_desk import EDITOR, REVIEWER, RUYUAN, SHAOGUAN
from tests.fake_editions import FakeEditions, record
from tests.ui.office import OfficeShell, address, desk, html, opened, press

PLAN, CATALOGUE = EditionKind.ROLLING_PLAN, EditionKind.CATALOGUE
ROLLING, CATALOGUES = "plans.rolling_page", "plans.catalogue_page"
HOSTILE = "<script>alert(1)</script> **粗** =1+1"
READER, PROPOSER, DECIDER = Rights(), Rights(True, False), Rights(True, True)


class NoChoices:
    """No choices for any filter field."""

    def of(self, version: str, name: str, chosen: object) -> tuple[Option, ...]:
        return ()


@dataclass
class PlansShell(OfficeShell):
    """An office's shell with editions."""

    editions: FakeEditions = field(default_factory=FakeEditions)  # type: ignore[assignment]
    choices: NoChoices = field(default_factory=NoChoices)


def shell(editions: FakeEditions, language: str = "zh", **who: Any) -> PlansShell:
    return PlansShell(desk(**who), editions=editions, language=language)


def reader(editions: FakeEditions, **more: Any) -> PlansShell:
    editions.allowed, editions.anonymous = READER, True
    return shell(editions, identity=NOBODY, units=(), **more)


def library(**values: Any) -> FakeEditions:
    found = (
        record("SG-0001", plan={2026: Decimal("1200.5"), 2027: None}, total="5000"),
        record("SG-0002", plan={2027: Decimal(300), 2028: Decimal("0.000001")}),
        record("SG-0003"),
        record("SG-0004", plan={2028: Decimal(7)}),
    )
    return FakeEditions({one.project_id: one for one in found}, **values)


def two_editions() -> FakeEditions:
    """A plan of 2026 with three projects, one of which left the plan of 2027 that a fourth came into."""
    made = library()
    made.publish(PLAN, "SG-0001", "SG-0002", "SG-0003")
    made.records["SG-0001"] = replace(made.records["SG-0001"], stage="在建")
    made.publish(PLAN, "SG-0004", year=2027, leaving={"SG-0003": "资金不落实"})
    return made


def texts(at: AppTest) -> str:
    return html(at) + " ".join(str(c.value) for c in at.caption)


# ---- reading ----


def test_a_plan_says_what_is_known_unknown_and_undated() -> None:
    made = library()
    made.publish(PLAN, "SG-0001", "SG-0002", "SG-0003")
    at = opened(ROLLING, reader(made), county="440232")
    text = texts(at)
    assert "1,200.5" in text and "0.000001" in text
    assert "年度未明确" in text and "没有年度计划，也没有起止日期" in text
    assert "总投资（万元，1 项已知）" in text and "另有 2 项未知，不在合计内" in text
    rows = {line.split("<td")[0]: line for line in text.split("<tr>") if "2027" in line[:40]}
    (year,) = rows.values()
    assert year.count("<td>1</td>") == 2 and "<td>2</td>" in year, "two projects, one amount known, one not"
    assert "map" in text or "./?id=SG-0001" in text
    assert "编制：" not in text, "who made it is told to those who signed in"
    assert [b.label for b in at.button if b.key and b.key.startswith("decide")] == []
    assert "编制" not in str(at.get("segmented_control") or at.get("button_group"))


@pytest.mark.parametrize(("language", "said"), [("zh", "类别：中医药"), ("en", "category: tcm")])
def test_an_edition_says_its_filter_in_the_readers_language(language: str, said: str) -> None:
    made = library()
    made.publish(PLAN, "SG-0001")
    edition, entries = made.held[1]
    made.held[1] = replace(edition, conditions="county=440232&category=tcm"), entries
    text = html(opened(ROLLING, reader(made, language=language), county="440232"))
    assert "category=tcm" not in text and said in text and "乳源瑶族自治县 (440232)" in text


def test_who_has_to_report_stands_with_the_workbook_to_send() -> None:
    made = library()
    made.publish(PLAN, "SG-0001", "SG-0002", "SG-0003")
    text = html(opened(ROLLING, shell(made, identity=EDITOR), county="440232"))
    row = next(line for line in text.split("<tr>") if "owner=440232" in line)
    assert [cell.split("<")[0] for cell in row.split("<td>")[1:4]] == ["3", "1", "1"]
    assert "workbook" in row and "下一版才会用到" in texts(opened(ROLLING, shell(made), county="440232"))
    nobody = html(opened(ROLLING, reader(made), county="440232"))
    assert "owner=440232" in nobody and "workbook" not in nobody


def test_the_address_reproduces_edition_and_comparison() -> None:
    made = two_editions()
    at = opened(ROLLING, reader(made), edition=1, county="440232")
    assert address(at) == {"county": "440232", "edition": "1"}
    assert "2026–2028" in html(at) or "2026年版" in html(at)
    at = opened(ROLLING, reader(made), edition=2, against=1)
    assert address(at) == {"edition": "2", "against": "1"}
    text = texts(at)
    assert "前版 3 项 = 保留 2 + 退出 1 + 已并入他项 0；本版 3 项 = 保留 2 + 新进 1 + 已并入他项 0" in text
    assert "资金不落实" in text and "省级统筹" in text
    assert "其中 1 项内容有变动" in text and "前期" in text and "在建" in text
    assert "列出 4 项，共 4 项" in text


@pytest.mark.parametrize(
    "params", [{"edition": "99"}, {"edition": "<b>"}, {"edition": "9" * 12}, {"show": "x"}]
)
def test_a_broken_link_still_opens_a_page(params: dict[str, str]) -> None:
    text = html(opened(ROLLING, reader(two_editions()), county="440232", **params))
    assert "2027年版" in text and ("没有这一版" in text) == ("edition" in params)


def test_the_newest_published_edition_opens_and_a_link_to_a_catalogue_is_not_a_plan() -> None:
    made = two_editions()
    made.publish(CATALOGUE, "SG-0001")
    assert "2027年版" in html(opened(ROLLING, reader(made), edition=3, county="440232"))
    assert "2026年版" in html(opened(CATALOGUES, reader(made), county="440232"))


def test_hostile_names_and_reasons_do_nothing_and_practice_is_marked() -> None:
    made = library()
    made.records["SG-0001"] = record("SG-0001", name=HOSTILE, basis="demo")
    made.publish(PLAN, "SG-0001", entering={"SG-0001": Wish(HOSTILE)})
    text = html(opened(ROLLING, reader(made), county="440232"))
    assert "<script>" not in text and "&#60;script&#62;" in text and "演示" in text


def test_without_any_area_the_page_says_how_to_choose_one() -> None:
    text = html(opened(ROLLING, reader(FakeEditions())))
    assert "还没有任何地区的版本" in text and "请在左侧筛选“在哪里”" in text
    assert "左上角的 »" in text, "on a phone the filter is closed"


def areas(at: AppTest) -> list[str]:
    """Return the areas on offer."""
    return list(next(box for box in at.selectbox if box.label == "地区").options)


def test_a_reviewer_begins_with_the_own_scope() -> None:
    who = replace(REVIEWER, unit=None)
    at = opened(ROLLING, shell(FakeEditions(), identity=who, units=(SHAOGUAN, RUYUAN)))
    assert areas(at) == ["韶关市（440200）"]
    at = opened(ROLLING, shell(two_editions(), identity=who, units=(SHAOGUAN, RUYUAN)))
    assert areas(at) == ["韶关市（440200）", "乳源瑶族自治县（440232）"]
    at = opened(ROLLING, shell(two_editions(), identity=who, units=(SHAOGUAN, RUYUAN)), county="440281")
    assert areas(at)[0] == "乐昌市（440281）", "what the filter says comes before the scope"


def test_without_filter_and_unit_the_areas_with_editions_are_offered() -> None:
    at = opened(ROLLING, reader(two_editions()))
    assert areas(at) == ["乳源瑶族自治县（440232）"] and "2027年版" in html(at)


def test_the_page_has_the_name_of_the_menu() -> None:
    text = html(opened(ROLLING, reader(two_editions())))
    assert ">滚动计划</h2>" in text and "三年滚动计划：每版冻结三个年度" in text
    assert ">招商目录</h2>" in html(opened(CATALOGUES, reader(two_editions())))


def test_who_made_an_edition_is_told_by_the_unit_and_by_name_to_that_person() -> None:
    at = opened(ROLLING, shell(proposed(), identity=EDITOR), edition=3)
    assert "编制：乳源填报员（乳源瑶族自治县）" in html(at)
    at = opened(ROLLING, shell(proposed(), identity=REVIEWER, units=(SHAOGUAN, RUYUAN)), edition=3)
    assert "编制：乳源瑶族自治县" in html(at) and "编制：ruyuan" not in html(at)


def test_an_area_without_an_edition_says_who_makes_the_first() -> None:
    assert "上级审定" in html(opened(ROLLING, reader(library()), county="440232"))
    assert "请点“编制第一版”" in html(opened(ROLLING, shell(library()), county="440232"))


def test_the_page_reads_in_english() -> None:
    text = html(opened(ROLLING, reader(two_editions(), language="en"), lang="en", county="440232"))
    assert "SG-0001" in text and "Stage" in text


def test_a_long_edition_is_listed_page_by_page() -> None:
    made = FakeEditions({k: record(k) for k in (f"SG-{n:04d}" for n in range(120))})
    made.publish(PLAN, *made.records)
    at = opened(ROLLING, reader(made), county="440232")
    assert "SG-0049" in html(at) and "SG-0050" not in html(at)
    at.number_input(key="rolling_plan-page").set_value(3).run()
    assert "SG-0119" in html(at) and "列出 120 项，共 120 项" in texts(at)
    at.text_input(key="rolling_plan-text").set_value("0007").run()
    assert "列出 1 项，共 120 项" in texts(at) and "SG-0007" in html(at)


# ---- deciding ----


def proposed() -> FakeEditions:
    made = two_editions()
    made.propose(replace(_roll(made), leaving={"SG-0002": "停缓建"}))
    return made


def _roll(made: FakeEditions) -> Any:
    from projects.plans.ports import Proposal

    return Proposal(PLAN, "440232", 2028, "2028年版", 2)


def test_a_reviewer_publishes_as_a_whole() -> None:
    made = proposed()
    at = opened(ROLLING, shell(made, identity=REVIEWER, units=(SHAOGUAN, RUYUAN)), edition=3)
    assert "有 1 份提案等您审定，其中本地区 1 份" in html(at)
    assert "尚未公布" in html(at)
    at.text_input(key="decide-remark").set_value("同意").run()
    press(at, "decide-publish")
    assert (made.edition(3).state, made.edition(3).number) == (EditionState.PUBLISHED, 3)
    assert "已公布" in html(at) and "意见：同意" in html(at)


def test_rejecting_needs_a_remark() -> None:
    made = proposed()
    at = opened(ROLLING, shell(made, identity=REVIEWER, units=(SHAOGUAN, RUYUAN)), edition=3)
    assert at.button(key="decide-reject").disabled
    at.text_input(key="decide-remark").set_value("请补理由").run()
    press(at, "decide-reject")
    assert made.edition(3).state is EditionState.REJECTED and made.edition(3).remark == "请补理由"


def test_what_the_database_refuses_is_said() -> None:
    made = proposed()
    at = opened(ROLLING, shell(made, identity=REVIEWER, units=(SHAOGUAN, RUYUAN)), edition=3)
    made.refuse = Conflict("已有更新的一版公布")
    press(at, "decide-publish")
    assert "已有更新的一版公布" in html(at) and made.edition(3).state is EditionState.PROPOSED


def test_a_hidden_record_is_named_before_publishing() -> None:
    made = proposed()
    made.hidden = ("SG-0004",)
    text = html(opened(ROLLING, shell(made, identity=REVIEWER, units=(SHAOGUAN, RUYUAN)), edition=3))
    assert "不再公开，不能公布：SG-0004" in text


def test_an_editor_takes_back_what_waits_and_decides_nothing() -> None:
    made = proposed()
    made.allowed = PROPOSER
    at = opened(ROLLING, shell(made, identity=EDITOR), edition=3)
    assert {b.key for b in at.button} & {"decide-publish", "decide-reject"} == set()
    press(at, "decide-compare")
    assert address(at)["against"] == "2"
    at = opened(ROLLING, shell(made, identity=EDITOR), edition=3)
    press(at, "decide-withdraw")
    assert made.edition(3).state is EditionState.WITHDRAWN


def test_a_waiting_proposal_of_another_area_is_a_click_away() -> None:
    made = two_editions()
    made.propose(replace(_roll(made), area_code="440281", base_id=None, entering={"SG-0001": Wish()}))
    at = opened(ROLLING, shell(made, identity=REVIEWER, units=(SHAOGUAN, RUYUAN)), county="440232")
    assert "其中本地区 0 份" in html(at)
    press(at, "open-3")
    assert address(at)["edition"] == "3" and "乐昌市" in str([s.options for s in at.selectbox])


# ---- making ----

Edit = Callable[[pd.DataFrame], pd.DataFrame]


def typing(monkeypatch: pytest.MonkeyPatch, edit: Callable[[list[dict[str, Any]]], None]) -> None:
    """Let somebody type into every table with ticks."""
    real = st.data_editor

    def edited(data: Any, **options: Any) -> Any:
        rows = [dict(row) for row in real(data, **options)]
        edit(rows)
        return rows

    monkeypatch.setattr(st, "data_editor", edited)


def test_reasons_are_asked_for_where_a_plan_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    heads: list[set[str]] = []
    typing(monkeypatch, lambda rows: heads.append(set(rows[0])))
    opened(ROLLING, shell(library()), county="440232", show="make")
    assert "列入" in heads[-1] and "理由" not in heads[-1], "a first edition needs no reasons"
    made = two_editions()
    made.records["SG-0005"] = record("SG-0005")
    opened(ROLLING, shell(made), county="440232", show="make")
    assert {"列入", "理由"} <= heads[-1]


def test_the_sentence_counts_all_that_match() -> None:
    made = two_editions()
    made.records |= {k: record(k) for k in ("SG-0005", "SG-0006")}
    at = opened(ROLLING, shell(made), county="440232", show="make")
    at.checkbox(key="rolling_plan-make-all").check().run()
    (n,) = {int(box.label.partition("（")[2].split(" ")[0]) for box in at.checkbox if "全部列入" in box.label}
    assert n >= 2 and f"新进 {n} 项（全部符合条件的）" in html(at)


def test_the_first_edition_of_all_that_match() -> None:
    made = library()
    at = opened(ROLLING, shell(made), county="440232", show="make")
    assert at.button(key="make-propose").disabled, "nothing is chosen yet"
    at.checkbox(key="rolling_plan-make-all").check().run()
    press(at, "make-propose")
    (proposal,) = made.proposals
    assert (proposal.area_code, proposal.base_id, proposal.entering) == ("440232", None, {})
    assert proposal.matching is not None and proposal.matching.county == ("440232",)
    assert proposal.title.startswith("乳源瑶族自治县")
    assert address(at)["edition"] == "1" and "已提交审定（1 号提案）" in html(at)


def test_the_first_edition_picked_by_hand_in_years_set_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    made = library()

    def edit(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["编号"] in ("SG-0001", "SG-0003"):
                row["列入"] = True
            if row["编号"] == "SG-0003":
                last = [name for name in row if name.endswith("年")][-1]
                row[last] = True

    typing(monkeypatch, edit)
    at = opened(ROLLING, shell(made), county="440232", show="make")
    at.number_input(key="rolling_plan-make-year").set_value(2026).run()
    press(at, "make-propose")
    (proposal,) = made.proposals
    assert proposal.entering == {"SG-0001": Wish("", None), "SG-0003": Wish("", (2028,))}


def test_a_roll_over_suggests_who_leaves_and_wants_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    made = two_editions()
    made.records["SG-0002"] = replace(made.records["SG-0002"], stage="竣工")
    made.records["SG-0005"] = record("SG-0005")
    why = {"reason": ""}

    def edit(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["编号"] == "SG-0005":
                row["列入"], row["理由"] = True, why["reason"]

    typing(monkeypatch, edit)
    at = opened(ROLLING, shell(made), county="440232", show="make")
    assert at.number_input(key="rolling_plan-make-year").value == 2028
    assert "1 个新进或退出的项目还没有理由：SG-0005" in html(at)
    assert at.button(key="make-propose").disabled
    why["reason"] = "新纳入"
    at.run()
    assert "上一版 3 项，退出 1 项，保留 2 项，新进 1 项" in html(at)
    press(at, "make-propose")
    (proposal,) = made.proposals
    assert proposal.leaving == {"SG-0002": "已竣工"} and proposal.base_id == 2 and proposal.year == 2028
    assert proposal.entering == {"SG-0005": Wish("新纳入", None)}


def test_what_is_no_longer_public_has_to_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    made = two_editions()
    made.records["SG-0001"] = replace(made.records["SG-0001"], public=False)

    def edit(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row.update({"退出": False} if "退出" in row else {})

    typing(monkeypatch, edit)
    at = opened(ROLLING, shell(made), county="440232", show="make")
    assert "必须退出：SG-0001" in html(at) and at.button(key="make-propose").disabled


def test_a_refused_proposal_keeps_what_was_picked() -> None:
    made = library()
    at = opened(ROLLING, shell(made), county="440232", show="make")
    at.checkbox(key="rolling_plan-make-all").check().run()
    made.refuse = Conflict("已有更新的一版公布")
    press(at, "make-propose")
    assert "已有更新的一版公布" in html(at) and not made.held
    assert at.checkbox(key="rolling_plan-make-all").value


def test_a_reader_is_not_offered_to_make_an_edition() -> None:
    made = two_editions()
    at = opened(ROLLING, reader(made), county="440232", show="make")
    assert "make-propose" not in {b.key for b in at.button} and "2027年版" in html(at)


def test_a_catalogue_takes_all_that_is_open_and_shows_what_came_and_went() -> None:
    made = library()
    made.publish(CATALOGUE, "SG-0001")
    at = opened(CATALOGUES, shell(made), county="440232", show="make")
    assert "自动列为退出" in html(at)
    press(at, "make-propose")
    assert made.proposals[0].matching is not None and made.proposals[0].leaving == {}
    text = texts(opened(CATALOGUES, shell(made), edition=2, against=1))
    assert "新进" in text and "分年度比较" not in text
