"""The page on funding, on fakes: known and unknown apart, who has to report, what contradicts itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from projects.codes import FinanceSource, FinanceStatus
from projects.errors import StorageUnavailable
from projects.filters import ProjectFilter
from projects.identity import NOBODY, Identity, OwnerUnit, Role, UnitKind
from projects.money.lines import Line
from projects.money.sums import YearPlan
from projects.ports import Option
from tests.fake_desk import EDITOR, REVIEWER, SHAOGUAN, VIEWER, FakeDesk
from tests.fake_ledger import FakeLedger, Kept
from tests.ui.office import OfficeShell, address, desk, html, opened

HOSTILE = "<img src=x onerror=alert(1)> **粗** $x$"


class FakeChoices:
    """No choices: the filter widgets stand there empty."""

    def of(self, version: str, field_name: str, chosen: ProjectFilter) -> tuple[Option, ...]:
        return ()

    def ahead(self, version: str, chosen: ProjectFilter, fields: Any) -> None:
        pass


@dataclass
class MoneyShell(OfficeShell):
    """A shell with a ledger."""

    ledger: FakeLedger = field(default_factory=FakeLedger)
    choices: FakeChoices = field(default_factory=FakeChoices)


def line(amount: str, status: str = "批复", source: str = "专项债", **more: Any) -> Line:
    return Line(FinanceSource(source), FinanceStatus(status), Decimal(amount), **more)


def wan(amount: int) -> Decimal:
    return Decimal(amount)


PROJECTS = (
    Kept("SG-0001", "甲院", wan(20_000), [line("3000", "到位", year=2026), line("2000.5", year=2026)]),
    Kept("SG-0002", "乙院", wan(10_000)),
    Kept(
        "SG-0003",
        HOSTILE,
        None,
        [line("700", "支付", "产业基金", subsidy=True)],
        county="440281",
        unit="440281",
    ),
    Kept("SG-0004", "丁院", wan(100), [line("80", "拟申请"), line("90", "到位")], unit=None),
    Kept("SG-0005", "戊院", county=None),
)


def page(ledger: FakeLedger | None = None, office: FakeDesk | None = None, **params: Any) -> AppTest:
    language = params.pop("language", "zh")
    shell = MoneyShell(office or desk(), ledger=ledger or FakeLedger(PROJECTS), language=language)
    return opened("money.funding_page", shell, **params)


def tiles(at: AppTest) -> str:
    return next(
        str(b.proto.body)
        for b in at.get("html")
        if "atlas-tiles" in b.proto.body and "<style>" not in b.proto.body
    )


def test_the_figures_keep_known_and_unknown_apart() -> None:
    text = tiles(page())
    assert "<b>3 / 5</b>" in text and "2 个未报，是未知，不是零" in text
    assert "3.01 亿" in text and "总投资（3 个已知）" in text and "另有 2 个未知" in text
    assert "<b>10.3%</b>" in text, "3,090 of 30,100: what came to a project of unknown total is left out"
    assert "其中 1 个没报资金，按未到位计" in text
    assert "2.50 亿" in text and "其中 1.00 亿 属于还没报资金的 1 个项目" in text
    assert "<b>2</b>" in text and "缺口未知的项目" in text


def test_where_nothing_is_reported_no_figure_is_zero() -> None:
    text = tiles(page(FakeLedger((Kept("SG-0001", "甲"), Kept("SG-0002", "乙")))))
    assert "<b>0 / 2</b>" in text
    assert text.count("<b>—</b>") == 4, "total, committed, rate and gap are unknown"
    assert text.count("没有总投资已知的项目，算不出") == 2, "rate and gap"
    assert "只算总投资已知" not in text and "缺口（总投资已知" not in text


def test_money_beyond_a_total_is_told_once_below_the_figures() -> None:
    at = page(FakeLedger((Kept("SG-0001", "甲", wan(100), [line("250", "到位")]),)))
    sentence = "1 个项目落实超出总投资 150 万元，不抵别处的缺口。"
    assert sentence not in tiles(at) and html(at).count(sentence) == 1
    assert "不抵别处的缺口" not in html(page(FakeLedger((Kept("SG-0001", "甲", wan(100)),))))


def test_who_has_to_report_is_listed_with_the_workbook_to_send() -> None:
    at = page()
    text = html(at)
    assert "1 / 1" in text and "2 / 3" in text
    assert "office/workbook?unit=440232" in text, "one's own unit"
    assert "office/workbook?unit=440281" not in text, "another unit's is not offered"
    assert "county=440281" in text and "owner=440232" in text
    assert "未注明地区" in text and "没有归属单位" in text


def test_who_has_not_signed_in_is_told_how() -> None:
    nobody = FakeDesk(identity=NOBODY)
    at = page(office=nobody)
    assert "office/workbook" not in html(at)
    assert any("登录后" in c.value for c in at.caption)


def test_the_matrix_shows_exact_sums_and_the_rest_as_not_reported() -> None:
    at = page(show="lines")
    text = html(at)
    assert "2,000.5" in text and "5,870.5" in text
    assert "产业基金" in text and "补助资金" in text
    assert any("另有 2 个没有报" in c.value for c in at.caption)
    at.segmented_control(key="funding-cell").set_value("lines").run()
    assert not at.exception
    assert "<td>5</td>" in html(at)


def test_the_gap_has_unknown_beside_it_and_flags_what_exceeds_the_total() -> None:
    text = html(page(show="gap"))
    assert "25,009.5" in text, "14,999.5 + 10,000 + 10; unknown totals are in no gap"
    assert "资金明细超过总投资（1 个）" in text
    assert "丁院" in text and ">70<" in text
    assert "edit?edit=SG-0004" in text


def test_years_keep_what_has_no_year_and_stand_beside_the_plans() -> None:
    ledger = FakeLedger(PROJECTS, planned=(YearPlan(2027, wan(500), 2),))
    text = html(page(ledger, show="years"))
    assert "未注明年度" in text and "2027" in text and "5,000.5" in text and "870" in text


def test_the_list_shows_unknown_as_blank_and_pages_by_the_database() -> None:
    at = page(show="projects")
    (table,) = at.dataframe
    rows = table.value.to_dict("records")
    assert [row["编号"] for row in rows] == [k.id for k in PROJECTS]
    assert str(rows[1]["明细合计"]) in ("nan", "None", "<NA>") and rows[1]["总投资（万元）"] == 10_000
    assert rows[0]["缺口"] == 14_999.5
    at.selectbox(key="funding-order").set_value("status").run()
    assert not at.exception


@pytest.mark.parametrize("show", ["reported", "lines", "gap", "years", "projects"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_section_opens_in_both_languages_and_hostile_names_stay_text(show: str, language: str) -> None:
    at = page(show=show, language=language)
    assert not at.exception
    assert "<img src=x" not in html(at)
    assert address(at).get("show", "reported") == show


@pytest.mark.parametrize("show", ["reported", "lines", "gap", "years", "projects"])
def test_every_section_stands_an_empty_library(show: str) -> None:
    at = page(FakeLedger(), show=show)
    assert not at.exception
    assert "没有记录符合全部条件" in html(at)


def test_each_section_asks_only_its_own_questions_and_once() -> None:
    ledger = FakeLedger(PROJECTS)
    at = page(ledger)
    assert dict(ledger.asked) == {"overview": 1}
    at.run()
    assert dict(ledger.asked) == {"overview": 1}
    at.segmented_control(key="funding-w-show").set_value("years").run()
    assert dict(ledger.asked) == {"overview": 1, "lines": 1, "plans": 1}
    assert address(at)["show"] == "years"


def test_going_back_brings_filter_and_section_back() -> None:
    at = page(show="gap", county="440232")
    at.query_params["show"], at.query_params["county"] = "years", "440281"
    at.run()
    assert not at.exception
    assert address(at) == {"county": "440281", "show": "years"}
    assert at.segmented_control(key="funding-w-show").value == "years"
    del at.query_params["show"]
    at.run()
    assert at.segmented_control(key="funding-w-show").value == "reported"


def test_several_prefectures_can_be_gathered() -> None:
    far = replace(PROJECTS[0], id="CZ-0001", county="431002", prefecture="431000")
    at = page(FakeLedger((*PROJECTS, far)))
    at.segmented_control(key="funding-reported-level").set_value("prefecture").run()
    assert not at.exception
    assert "prefecture=431000" in html(at) and "county=431002" not in html(at)


def test_a_database_that_is_away_is_said_in_words() -> None:
    at = page(FakeLedger(PROJECTS, failing=StorageUnavailable("away")))
    assert "数据库暂时没有响应" in html(at)


def test_practice_records_and_nested_totals_are_told() -> None:
    ledger = FakeLedger((Kept("YL-0001", "演", wan(1), basis="demo"),), nested=2)
    text = html(page(ledger))
    assert "演示数据 1 条" in text and "2 条分期记录" in text


ZONE = OwnerUnit("gs", UnitKind.ZONE, "莞韶园", "440200", "440200", "440000", reviewed=True)


@pytest.mark.parametrize(
    ("who", "before", "after"),
    [
        (EDITOR, {}, {"county": "440232"}),
        (EDITOR, {"county": "440232,440281", "stage": "储备"}, {"county": "440232", "stage": "储备"}),
        (EDITOR, {"prefecture": "440200", "township": "440281100"}, {"county": "440232"}),
        (REVIEWER, {"province": "440000"}, {"prefecture": "440200"}),
        (replace(EDITOR, unit=SHAOGUAN), {}, {"prefecture": "440200"}),
        (replace(EDITOR, unit=ZONE), {"county": "440232"}, {"zone": "gs"}),
    ],
)
def test_ones_own_area_is_one_click_away(who: Identity, before: Any, after: dict[str, str]) -> None:
    at = page(office=desk(identity=who), **before)
    at.button(key="own-unit").click().run()
    assert not at.exception
    assert address(at) == after
    assert not [b for b in at.button if b.key == "own-unit"], "the page shows it now"


@pytest.mark.parametrize(
    ("who", "before"),
    [
        (EDITOR, {"county": "440232"}),
        (EDITOR, {"county": "440232", "stage": "储备"}),
        (REVIEWER, {"county": "440232,440281"}),
        (NOBODY, {}),
        (VIEWER, {}),
        (Identity(9, "root", "管理员", Role.ADMINISTRATOR), {}),
        (replace(REVIEWER, scope_code="999900"), {}),
    ],
)
def test_who_sees_only_the_own_area_or_has_none_is_offered_nothing(who: Identity, before: Any) -> None:
    at = page(office=FakeDesk(identity=who), **before)
    assert not [b for b in at.button if b.key == "own-unit"]


def test_the_filter_of_the_address_is_kept_with_the_section() -> None:
    at = page(show="gap", county="440232", lang="zh")
    assert address(at) == {"county": "440232", "show": "gap"}
