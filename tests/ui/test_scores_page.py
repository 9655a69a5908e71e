"""The scorecard page on a fake of its port: ranking, parts, missing fields, weights; the practice banner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from projects.errors import NotAllowed
from projects.filters import ProjectFilter
from projects.identity import NOBODY, Identity, Role
from projects.ports import Option
from projects.scores.model import (
    CheckedField,
    Component,
    Counted,
    Known,
    Lacking,
    Tallied,
    TargetsMet,
    WeightChange,
    Weights,
)
from projects.scores.scoring import ranked
from tests.fake_desk import VIEWER
from tests.ui.office import OfficeShell, address, desk, html, opened
from views.scores.asked import Asked
from views.scores.scores_page import SHOWN, _shown

PAGE = "scores.scores_page"
HOSTILE = "<script>alert(1)</script> **粗** =1+1"
ADMIN = Identity(9, "boss", "管理员", Role.ADMINISTRATOR)
WEIGHTS = Weights(
    {Component.COMPLETENESS: Decimal(50), Component.TIMELINESS: Decimal(30), Component.TARGETS: Decimal(20)},
    dict.fromkeys(CheckedField, Decimal(1)),
)


def counted(key: str, name: str, records: int = 10, known: int = 5, **values: Any) -> Counted:
    base: dict[str, Any] = {
        "level": "county",
        "demo": 0,
        "fields": dict.fromkeys(CheckedField, Known(records, known)),
        "planned": 8,
        "overdue": 2,
    }
    return Counted(key=key, name=name, records=records, **base | values)


@dataclass
class FakeScorecards:
    """``Scorecards`` over lists; what it was asked is kept."""

    areas: tuple[Counted, ...] = ()
    units: tuple[Counted, ...] = ()
    held: Weights = WEIGHTS
    reasons: list[str] = field(default_factory=list)
    asks: list[Any] = field(default_factory=list)
    refuse: Exception | None = None
    gone: int = 0

    def by_area(self, chosen: ProjectFilter) -> Tallied:
        self.asks.append(chosen)
        return Tallied(self.areas, self.gone)

    def by_unit(self, chosen: ProjectFilter) -> Tallied:
        self.asks.append(chosen)
        return Tallied(self.units, self.gone)

    def lacking(
        self,
        chosen: ProjectFilter,
        field: CheckedField,
        *,
        area: str = "",
        unit: str = "",
        limit: int = 50,
    ) -> tuple[Lacking, ...]:
        self.asks.append((field, area, unit))
        return (Lacking("SG-0002", HOSTILE, "440232"),)

    def weights(self) -> Weights:
        return self.held

    def set_weights(
        self, components: Mapping[Component, Decimal], fields: Mapping[CheckedField, Decimal], reason: str
    ) -> int:
        if self.refuse:
            raise self.refuse
        changed = sum(components[k] != v for k, v in self.held.components.items())
        self.held = Weights(components, fields)
        self.reasons.append(reason)
        return changed

    def changes(self, limit: int = 50) -> tuple[WeightChange, ...]:
        when = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)
        return (WeightChange("component", "targets", Decimal(20), Decimal(10), "boss", when, HOSTILE),)


class NoChoices:
    """No choices for any filter field."""

    def of(self, version: str, name: str, chosen: ProjectFilter) -> tuple[Option, ...]:
        return ()

    def ahead(self, version: str, chosen: ProjectFilter, fields: Any) -> None:
        pass


@dataclass
class ScoresShell(OfficeShell):
    """An office's shell with scorecards."""

    scorecards: FakeScorecards = field(default_factory=FakeScorecards)
    choices: NoChoices = field(default_factory=NoChoices)


def cards(**values: Any) -> FakeScorecards:
    areas = (
        counted("440232", "乳源瑶族自治县", known=5),
        counted("440281", "乐昌市", known=9, targets=TargetsMet(1, 2, 4)),
        counted("440203", "武江区", records=3, known=3),
        counted("", "", known=10),
    )
    units = (counted("sg-wjw", "市卫健委", level="department"),)
    return FakeScorecards(areas, units, **values)


def shell(found: FakeScorecards | None = None, language: str = "zh", **who: Any) -> ScoresShell:
    return ScoresShell(desk(**who), scorecards=found or cards(), language=language)


def test_the_ranking_shows_parts_unknown_ones_and_who_takes_no_rank() -> None:
    text = html(opened(PAGE, shell()))
    assert text.index("乐昌市") < text.index("乳源瑶族自治县") < text.index("武江区")
    assert "记录太少，不排名" in text and "没有归属地区或单位" in text
    assert "目标达成未知，权重已分给其余部分" in text
    assert "77.5" in text, "50×0.9 + 30×0.75 + 20×0.5"
    assert "59.4" in text, "(50×0.5 + 30×0.75) ÷ 80"
    assert "4 个，其中 2 个有名次" in text and "退库的不计入。" not in text


def test_withdrawn_matches_are_said_so_that_the_numbers_meet() -> None:
    assert "另有 2 条退库的不计入。" in html(opened(PAGE, shell(cards(gone=2))))
    at = opened(PAGE, shell(FakeScorecards(gone=3)))
    assert "符合条件的 3 条记录都已退库" in html(at) and "没有记录符合" not in html(at)


def test_nothing_chosen_draws_no_card() -> None:
    assert "atlas-flag" not in html(opened(PAGE, shell())).replace(".atlas-flag", "")


def test_what_holds_of_every_line_is_said_once() -> None:
    alike = FakeScorecards((counted("440232", "乳源", known=5), counted("440281", "乐昌", known=6)))
    text = html(opened(PAGE, shell(alike)))
    assert text.count("目标达成未知，权重已分给其余部分") == 1
    assert "各行都一样：目标达成未知，权重已分给其余部分。" in text


def test_a_league_of_blanks_has_no_ranks_and_says_why_once() -> None:
    bare = [counted(key, key, known=known, planned=0, overdue=0) for key, known in (("a", 1), ("b", 2))]
    text = html(opened(PAGE, shell(FakeScorecards(tuple(bare)))))
    assert "2 个，其中 0 个有名次" in text and text.count("只有完整度已知，不排名") == 1
    card = html(opened(PAGE, shell(FakeScorecards(tuple(bare))), at="a"))
    assert "a · 10.0 · 不排名" in card and card.count("只有完整度已知，不排名") == 2


def test_a_tie_is_said_with_its_number_and_is_no_warning() -> None:
    found = FakeScorecards(tuple(counted(key, key, known=5) for key in ("a", "b", "c")))
    text = html(opened(PAGE, shell(found), at="a"))
    assert '<p class="atlas-muted">与其他 2 个并列第 1 名</p>' in text


def test_a_phone_is_not_told_twice_what_is_unknown() -> None:
    text = html(opened(PAGE, shell()))
    assert '<small class="atlas-more">目标达成未知，权重已分给其余部分</small>' in text


def test_the_formula_and_the_weights_stand_on_the_page() -> None:
    text = html(opened(PAGE, shell()))
    assert "得分 = 100 × Σ（权重 × 分值）÷ Σ 权重" in text and "完整度 50" in text and "床位 1" in text


def test_a_phone_shows_no_score_without_its_parts() -> None:
    text = html(opened(PAGE, shell()))
    assert "完整度 90.0% · 按期率 75.0% · 目标达成 50.0%" in text
    assert "完整度 50.0% · 按期率 75.0% · 目标达成 未知" in text


def test_targets_that_cannot_be_judged_are_counted() -> None:
    waiting = counted("440232", "乳源", targets=TargetsMet(0, 0, 2))
    text = html(opened(PAGE, shell(FakeScorecards((waiting,))), at="440232"))
    assert "有 2 个目标，都还不能计算" in text


def test_units_instead_of_counties_by_link() -> None:
    at = opened(PAGE, shell(), by="unit")
    assert "市卫健委" in html(at) and "乐昌市" not in html(at)
    assert address(at)["by"] == "unit"


def test_a_link_opens_one_card_with_its_sum_and_missing_fields() -> None:
    at = opened(PAGE, shell(), at="440232", county="440232")
    text = html(at)
    assert "100 × (50×0.5000 + 30×0.7500) ÷ (50 + 30) = 59.4" in text
    assert "bulk?unit=440232&#38;missing=beds" in text and "home?unit=440232" in text
    assert address(at)["at"] == "440232" and address(at)["county"] == "440232"


def test_the_records_that_lack_a_field_are_listed_and_hostile_names_do_nothing() -> None:
    found = cards()
    at = opened(PAGE, shell(found), at="440232")
    at.selectbox(key="scores-field").set_value(CheckedField.BEDS).run()
    assert not at.exception
    assert (CheckedField.BEDS, "440232", "") in found.asks
    text = html(at)
    assert "edit?id=SG-0002" in text and "<script>" not in text and "&#60;script&#62;" in text
    assert any("另有 4 条未列出" in c.value for c in at.caption)


def test_of_a_unit_the_units_records_are_asked_for() -> None:
    found = cards()
    at = opened(PAGE, shell(found), by="unit", at="sg-wjw")
    at.selectbox(key="scores-field").set_value(CheckedField.STAGE).run()
    assert (CheckedField.STAGE, "", "sg-wjw") in found.asks


def test_a_visitor_sees_no_way_to_edit_and_no_names_of_people() -> None:
    at = opened(PAGE, shell(identity=NOBODY, units=()), at="440232")
    text = html(at)
    assert "bulk?" not in text and "boss" not in text
    at.selectbox(key="scores-field").set_value(CheckedField.BEDS).run()
    assert "edit?" not in html(at) and "SG-0002" in html(at)


def test_an_unknown_choice_in_the_address_opens_none() -> None:
    at = opened(PAGE, shell(), at="<b>", by="moon")
    assert "at" not in address(at) and "by" not in address(at)


def test_nothing_matches() -> None:
    at = opened(PAGE, shell(FakeScorecards()))
    assert "没有记录符合全部条件" in html(at)


def test_practice_records_are_said() -> None:
    found = FakeScorecards((counted("440232", "乳源", demo=10),))
    assert "其中 10 条是演示数据" in html(opened(PAGE, shell(found)))


def test_the_database_is_asked_once_while_a_card_is_read() -> None:
    found = cards()
    at = opened(PAGE, shell(found))
    at.selectbox(key="scores-w-at").set_value("440281").run()
    assert len(found.asks) == 1 and "乐昌市 · 77.5 · 第 1 名" in html(at)


def test_too_little_known_gives_no_score() -> None:
    light = replace(WEIGHTS, components={**WEIGHTS.components, Component.TARGETS: Decimal(99)})
    text = html(opened(PAGE, shell(cards(held=light))))
    assert "已知的部分不足一半，不给出得分" in text


def test_in_english_there_are_no_chinese_names_of_fields() -> None:
    text = html(opened(PAGE, shell(language="en"), at="440232"))
    assert "Completeness" in text and "Floor area or land" in text and "完整度" not in text
    assert "；" not in text


# ---- weights ----


def saved(at: AppTest, reason: str, targets: float = 5) -> AppTest:
    at.number_input(key="weight-targets").set_value(targets)
    at.text_input(key="scores-reason").set_value(reason)
    at.button(key="FormSubmitter:scores-weights-保存权重").click().run()
    assert not at.exception
    return at


def test_an_administrator_saves_weights_with_a_reason() -> None:
    found = cards()
    at = saved(opened(PAGE, shell(found, identity=ADMIN)), " 会议决定 ")
    assert found.held.components[Component.TARGETS] == 5 and found.reasons == ["会议决定"]
    assert "已保存 1 个权重" in html(at)
    assert "&#60;script&#62;" in html(at), "the reasons of others are text"


def test_without_a_reason_or_with_all_at_zero_nothing_is_saved() -> None:
    found = cards()
    assert "请写明修改原因" in html(saved(opened(PAGE, shell(found, identity=ADMIN)), " "))
    at = opened(PAGE, shell(found, identity=ADMIN))
    for component in Component:
        at.number_input(key=f"weight-{component}").set_value(0.0)
    assert "至少要有一个部分" in html(saved(at, "x", 0))
    assert not found.reasons


def test_a_refusal_of_the_database_is_said() -> None:
    found = cards(refuse=NotAllowed("只有管理员可以修改评分权重，没有保存任何改动"))
    assert "只有管理员可以修改" in html(saved(opened(PAGE, shell(found, identity=ADMIN)), "x"))


@pytest.mark.parametrize("who", [VIEWER, NOBODY])
def test_nobody_else_is_offered_the_form(who: Identity) -> None:
    at = opened(PAGE, shell(identity=who, units=()))
    assert not at.number_input


# ---- the banner ----


def draw_banner() -> None:
    import streamlit as st

    from views import demo_banner
    from views.i18n import translator

    demo_banner.draw(translator(st.session_state["language"]))


def test_the_banner_says_that_everything_is_invented() -> None:
    at = AppTest.from_function(draw_banner)
    at.session_state["language"] = "zh"
    at.run()
    text = "".join(str(b.proto.body) for b in at.get("html"))
    assert "全部虚构，不代表任何真实项目" in text and "演示数据 · 全部虚构" in text
    assert "position: fixed" in text, "stays in sight on a long page"


def test_the_table_of_a_nation_is_its_first_lines_and_the_chosen_one() -> None:
    cards = ranked([counted(f"{n:06}", f"县{n}", known=n % 10) for n in range(900)], WEIGHTS)
    asked = Asked(ProjectFilter(), False, WEIGHTS, cards)
    last = cards[-1].counted.key
    assert _shown(asked, "") == list(cards[:SHOWN])
    assert _shown(asked, last) == [*cards[:SHOWN], cards[-1]]
    assert _shown(asked, cards[0].counted.key) == list(cards[:SHOWN])
    assert asked.never_known is asked.never_known, "worked out once, not for every line over all lines"
