"""The promotion page on a fake of its port: tabs, links, unknown said, hostile text, the form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser

from data.settings import Settings
from projects.errors import Conflict, NotAllowed, UnknownRecord
from projects.filters import ProjectFilter
from projects.identity import NOBODY
from projects.ports import Option
from projects.promotion.comparing import CountyContext, Near, Site, Step
from projects.promotion.events import Entry, Event, EventKind
from projects.promotion.funnel import Ask, Cohort, Funnel, Grain
from projects.promotion.opportunities import (
    Contact,
    Opportunity,
    OpportunityPage,
    OpportunityTotals,
    Sort,
    UnitDuty,
)
from projects.promotion.ports import EventPage, EventsAsked
from projects.promotion.shown import Came, Outcome, Showing, Shown
from tests.fake_desk import EDITOR, REVIEWER, RUYUAN, SHAOGUAN, VIEWER
from tests.ui.office import OfficeShell, address, desk, html, opened, press
from views.promotion import compare_tab, print_sheet
from views.promotion.funnel_tab import today

PAGE = "promotion.promotion_page"
HOSTILE = "<script>alert(1)</script> **粗** =1+1"


def deal(key: str = "SG-0001", **values: Any) -> Opportunity:
    base: dict[str, Any] = {
        "name": f"项目{key}",
        "category": "tcm",
        "county_code": "440232",
        "place": "乳源瑶族自治县",
        "zone": None,
        "precision": 4,
        "stage": "未明确",
        "promotion_stage": "发布",
        "delivery_mode": "合资合作",
        "open_to_capital": "是",
        "total": Decimal(1000),
        "committed": Decimal(150),
        "lines": 2,
        "funding_status": "部分落实",
        "capital_sought": Decimal(600),
        "land_status": "净地",
        "land_mu": Decimal(50),
        "cooperation": "合作建设",
        "beds": 100,
        "floor_area_m2": None,
        "owner_unit_id": "440232",
        "owner_unit": "乳源瑶族自治县",
        "basis": "documented",
    }
    return Opportunity(id=key, **(base | values))


@dataclass
class FakePromotion:
    """``Promotion`` over lists; what it was asked is kept."""

    deals: list[Opportunity] = field(default_factory=list)
    sites_held: dict[str, Site] = field(default_factory=dict)
    held: dict[int, list[Event]] = field(default_factory=dict)
    cohort: Cohort = field(default_factory=Cohort)
    words: dict[tuple[int, str], list[Shown]] = field(default_factory=dict)
    refuse: Exception | None = None
    asks: list[Any] = field(default_factory=list)
    now: datetime = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)

    def opportunities(
        self, chosen: ProjectFilter, *, sort: Sort = Sort.ID, limit: int = 50, offset: int = 0
    ) -> OpportunityPage:
        self.asks.append((chosen, sort, offset))
        known = [d.gap for d in self.deals if d.gap is not None]
        totals = OpportunityTotals(
            open=len(self.deals),
            closed=1,
            unsaid=7,
            gap=sum(known, Decimal(0)),
            gap_known=len(known),
            lacking=sum(d.total is None for d in self.deals),
            made_up=sum(d.made_up for d in self.deals),
        )
        return OpportunityPage(tuple(self.deals[offset : offset + limit]), totals)

    def duties(self, chosen: ProjectFilter) -> tuple[UnitDuty, ...]:
        return (UnitDuty("440232", "乳源瑶族自治县", 2, 1, 7), UnitDuty("", "", 0, 0, 3))

    def sites(self, ids: Sequence[str]) -> tuple[Site, ...]:
        self.asks.append(tuple(ids))
        return tuple(self.sites_held[key] for key in ids if key in self.sites_held)

    def funnel(self, chosen: ProjectFilter, ask: Ask) -> Funnel:
        self.asks.append(ask)
        area = replace(self.cohort, key="440232", name="乳源瑶族自治县", level="county")
        period = replace(self.cohort, key="2026-01-01", name="2026", level=str(ask.grain))
        return Funnel(ask, self.cohort, (area,), (period,))

    def events(
        self, chosen: ProjectFilter, asked: EventsAsked, *, limit: int = 50, offset: int = 0
    ) -> EventPage:
        self.asks.append(asked)
        latest = [v[-1] for v in self.held.values() if v[-1].withdrawn == asked.withdrawn]
        return EventPage(tuple(latest[offset : offset + limit]), len(latest), 1, 1)

    def versions(self, number: int) -> tuple[Event, ...]:
        if number not in self.held:
            raise UnknownRecord(f"没有编号为 {number} 的考察或线索")
        return tuple(reversed(self.held[number]))

    def note(self, entry: Entry) -> int:
        if self.refuse:
            raise self.refuse
        number = len(self.held) + 1
        self.held[number] = [self._event(number, 1, entry)]
        return number

    def correct(self, number: int, version: int, entry: Entry, reason: str) -> None:
        if self.refuse:
            raise self.refuse
        self.held[number].append(self._event(number, version + 1, entry, reason=reason))

    def shown(self, numbers: Sequence[int]) -> Mapping[int, tuple[Shown, ...]]:
        found = {number: self._list(number) for number in numbers}
        return {number: held for number, held in found.items() if held}

    def _list(self, number: int) -> tuple[Shown, ...]:
        return tuple(
            words[-1]
            for (meeting, _), words in sorted(self.words.items())
            if meeting == number and not words[-1].came.withdrawn
        )

    def shown_versions(self, number: int, project_id: str) -> tuple[Shown, ...]:
        return tuple(reversed(self.words.get((number, project_id), ())))

    def showings(self, project_id: str) -> tuple[Showing, ...]:
        return ()

    def show(self, number: int, project_id: str, version: int, came: Came) -> None:
        if self.refuse:
            raise self.refuse
        words = self.words.setdefault((number, project_id), [])
        assert len(words) == version
        words.append(
            Shown(
                number=number,
                project_id=project_id,
                project_name="某康养项目",
                version=version + 1,
                came=came,
                created_by="who-a",
                created_at=datetime(2026, 6, 2, 9, 0, tzinfo=UTC),
            )
        )

    def withdraw(self, number: int, version: int, reason: str) -> None:
        entry = self.held[number][-1].entry
        self.held[number].append(self._event(number, version + 1, entry, reason=reason, withdrawn=True))

    def _event(self, number: int, version: int, entry: Entry, **values: Any) -> Event:
        given: dict[str, Any] = {"withdrawn": False, "reason": ""} | values
        return Event(
            number=number,
            version=version,
            entry=entry,
            unit_name="乳源瑶族自治县",
            project_name="某项目",
            created_by="ruyuan",
            created_at=self.now,
            **given,
        )


class NoChoices:
    """No choices for any filter field."""

    def of(self, version: str, name: str, chosen: ProjectFilter) -> tuple[Option, ...]:
        return ()


@dataclass
class PromotionShell(OfficeShell):
    """An office's shell with promotion."""

    promotion: FakePromotion = field(default_factory=FakePromotion)
    choices: NoChoices = field(default_factory=NoChoices)


def shell(promotion: FakePromotion | None = None, language: str = "zh", **who: Any) -> PromotionShell:
    return PromotionShell(desk(**who), promotion=promotion or FakePromotion(), language=language)


# ---- opportunities ----


def test_opportunities_say_what_is_unknown_and_who_has_to_report() -> None:
    bare = deal("SG-0002", total=None, land_status=None, cooperation=None, delivery_mode="未明确")
    at = opened(PAGE, shell(FakePromotion([deal(), bare])), county="440232")
    text = html(at)
    assert "1 条已知，1 条未知" in text and "850" in text
    assert "另有 1 条不招商，7 条未说明" in text
    assert (
        "未填：资金缺口（总投资未报）、合作方式、用地情况、招商内容与合作条件。由 乳源瑶族自治县 填报。"
        in text
    )
    assert "谁来补填" in text and "尚无归属单位" in text
    assert "edit?id=SG-0002" in text


def test_contacts_stand_on_the_card_of_those_who_may_see_them() -> None:
    seen = html(opened(PAGE, shell(FakePromotion([deal(contact=Contact("张三", "138"))]))))
    assert "张三 138" in seen
    nobody = html(opened(PAGE, shell(FakePromotion([deal()]), identity=NOBODY, units=())))
    assert "联系人" not in nobody and "edit?id" not in nobody


def test_hostile_text_of_an_offer_is_shown_and_does_nothing() -> None:
    text = html(opened(PAGE, shell(FakePromotion([deal(name=HOSTILE, cooperation=HOSTILE)]))))
    assert "<script>" not in text and "&#60;script&#62;" in text


def test_a_practice_record_is_marked() -> None:
    text = html(opened(PAGE, shell(FakePromotion([deal(basis="demo")]))))
    assert "其中 1 条为模拟或演示数据" in text and "演示数据" in text


def test_no_open_record_says_how_many_have_not_said() -> None:
    assert "有 7 条没有说明是否招商" in html(opened(PAGE, shell()))


def test_the_link_reproduces_filter_order_and_page() -> None:
    promotion = FakePromotion([deal(f"SG-{n:04d}") for n in range(60)])
    at = opened(PAGE, shell(promotion), county="440232", sort="gap", p="2")
    chosen, sort, offset = promotion.asks[0]
    assert chosen.county == ("440232",) and sort is Sort.GAP and offset == 24
    assert address(at) == {"county": "440232", "sort": "gap", "p": "2"}


def test_what_is_not_filled_in_stands_beside_the_name_and_the_order_says_so() -> None:
    at = opened(PAGE, shell(FakePromotion([deal(total=None)])), county="440232")
    (table,) = at.dataframe
    assert list(table.value.columns)[:3] == ["编号", "名称", "未填"]
    assert at.selectbox(key="promotion-w-sort").options == [
        "排序：按编号",
        "排序：按缺口从大到小",
        "排序：按拟引资额从大到小",
    ]


@pytest.mark.parametrize("params", [{"tab": "<b>", "sort": "x", "p": "-9"}, {"p": "9" * 30}])
def test_a_broken_link_still_opens_a_page(params: dict[str, str]) -> None:
    assert "条对外招商" in html(opened(PAGE, shell(FakePromotion([deal()])), county="440232", **params))


def test_the_page_reads_in_english() -> None:
    text = html(opened(PAGE, shell(FakePromotion([deal()]), language="en"), lang="en", county="440232"))
    assert "SG-0001" in text


# ---- side by side ----

CONTEXT = CountyContext(
    name="乳源瑶族自治县", census_year=2020, residents=188000, residents_60=33000, residents_65=24000
)


def two() -> FakePromotion:
    one = Site(
        facts=deal(),
        ahead=(Step("commencement", date(2027, 3, 1)),),
        context=CONTEXT,
        near_hospital=Near("县人民医院", 3210.0),
    )
    other = Site(facts=deal("SG-0002", name=HOSTILE, total=None, beds=None))
    return FakePromotion(sites_held={"SG-0001": one, "SG-0002": other})


def test_a_comparison_says_unknown_and_marks_what_differs() -> None:
    at = opened(PAGE, shell(two()), tab="compare", compare="SG-0002,SG-0001", county="440232")
    text = html(at)
    assert text.index("SG-0002") < text.index("SG-0001"), "in the order picked"
    assert "188,000" in text and "33,000" in text and "24,000" in text
    assert "3.2 km · 县人民医院" in text and "开工 2027-03-01" in text
    assert text.count("atlas-differs") >= 5
    same = text.split("用地情况")[0].rsplit("<tr", 1)[1]
    assert "atlas-differs" not in same
    assert "未知" in text and "<script>" not in text
    assert address(at)["compare"] == "SG-0002,SG-0001"


def test_sites_that_are_unknown_or_too_many_are_told() -> None:
    asked = ",".join(["SG-0001", "<b>", *(f"SG-{n:04d}" for n in range(2, 9))])
    promotion = two()
    text = html(opened(PAGE, shell(promotion), tab="compare", compare=asked, county="440232"))
    assert len(promotion.asks[0]) == 6
    assert "一次最多比 6 个" in text and "SG-0008" in text
    assert "没有找到或未公开：&#60;b&#62;、SG-0003" in text


def test_one_site_alone_asks_for_another() -> None:
    text = html(opened(PAGE, shell(two()), tab="compare", compare="SG-0001", county="440232"))
    assert "请选 2 至 6 个项目" in text and "atlas-compare" not in text


def test_a_site_is_typed_in_and_taken_out() -> None:
    at = opened(PAGE, shell(two()), tab="compare", compare="SG-0001", county="440232")
    at.text_input(key="promotion-typed").set_value("sg-0002").run()
    assert address(at)["compare"] == "SG-0001,SG-0002"
    press(at, "compare-drop-SG-0001")
    assert address(at)["compare"] == "SG-0002"


def test_the_basket_goes_side_by_side() -> None:
    at = opened(PAGE, shell(two()), tab="compare", ids="SG-0002,SG-0001")
    press(at, "compare-basket")
    assert address(at)["compare"] == "SG-0002,SG-0001" and "atlas-compare" in html(at)


def test_six_full_sites_print_on_one_page_across(chromium: Browser) -> None:
    office = shell()
    one = Site(
        facts=deal(
            name="某某健康养老服务中心建设项目（一期）" * 2, cooperation="寻求合作。" * 400, zone="某新区"
        ),
        ahead=(Step("commencement", date(2027, 3, 1)), Step("completion", date(2028, 3, 1))),
        context=CONTEXT,
        near_hospital=Near("某某县第一人民医院新院区", 12345.0),
    )
    table = compare_tab.table(office, [one] * 6, compare_tab.ON_PAPER // 6)  # type: ignore[arg-type]
    notes = compare_tab.caveats(office)  # type: ignore[arg-type]
    document = print_sheet.page(HOSTILE, table, notes, "zh").decode()
    assert "<script>" not in document and "全文见 Excel" in document
    page = chromium.new_page()
    page.set_content(document)
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    page.close()
    assert len(pages) == 1


# ---- visits and leads ----


def with_event(**values: Any) -> FakePromotion:
    promotion = FakePromotion()
    base: dict[str, Any] = {"kind": EventKind.VISIT, "unit_id": "440232", "project_id": "SG-0001"}
    given = base | {"happened_on": date(2026, 4, 1), "counterpart": "甲公司"} | values
    promotion.note(Entry(**given))
    return promotion


@pytest.mark.parametrize(("who", "words"), [(NOBODY, "请先登录"), (VIEWER, "没有可填报的单位")])
def test_those_of_no_unit_see_nothing_of_visits_not_even_a_count(who: Any, words: str) -> None:
    promotion = with_event()
    text = html(opened(PAGE, shell(promotion, identity=who, units=()), tab="events", county="440232"))
    assert words in text and "甲公司" not in text and "条记录" not in text
    assert promotion.asks == [], "nothing was even asked"


def test_visits_are_listed_with_what_is_late_and_hostile_names_do_nothing() -> None:
    late = today() - timedelta(1)
    promotion = with_event(counterpart=HOSTILE, result="有意向", next_step="送方案", next_due=late)
    text = html(opened(PAGE, shell(promotion), tab="events", county="440232"))
    assert "有意向" in text and f"下一步：送方案 · {late}" in text and "已过期限" in text
    assert "<script>" not in text


def fill(at: Any, **values: str) -> Any:
    for name, value in values.items():
        key = f"promotion-form-{name}"
        boxes = at.text_area if name in ("result", "detail") else at.text_input
        boxes(key=key).set_value(value)
    at.button(key="promotion-form-send").click().run()
    assert not at.exception
    return at


def test_a_visit_is_noted_and_the_form_is_empty_again() -> None:
    promotion = FakePromotion()
    at = opened(PAGE, shell(promotion), tab="events", about="SG-0001", county="440232")
    fill(at, on="2026-05-01", **{"with": " 甲公司 "}, result="有意向")
    entry = promotion.held[1][0].entry
    assert (entry.project_id, entry.counterpart, entry.happened_on) == ("SG-0001", "甲公司", date(2026, 5, 1))
    assert "已保存为 1 号" in html(at)
    assert at.text_input(key="promotion-form-with").value == ""


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"on": str(today() + timedelta(3))}, "在今天以后"),
        ({"on": "20217-05-01"}, "“日期”看不懂：20217-05-01"),
        ({"on": "五月一日"}, "看不懂"),
        ({"with": "长" * 201}, "“对方”有 201 个字，最多 200 个"),
        ({"result": "长" * 2001}, "最多 2000 个"),
        ({"on": "2026-05-01", "due": "2026-04-01"}, "早于发生的日期"),
        ({"record": ""}, "请填项目编号"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(typed: dict[str, str], words: str) -> None:
    promotion = FakePromotion()
    at = opened(PAGE, shell(promotion), tab="events", about="SG-0001", county="440232")
    fill(at, **({"detail": "一段说明"} | typed))
    assert words in html(at)
    assert promotion.held == {}
    assert at.text_area(key="promotion-form-detail").value == "一段说明"


@pytest.mark.parametrize(
    "error", [UnknownRecord("没有编号为 XX-0001 的项目"), NotAllowed("不允许"), Conflict("改过")]
)
def test_what_the_database_refuses_is_told_and_nothing_is_lost(error: Exception) -> None:
    at = opened(PAGE, shell(FakePromotion(refuse=error)), tab="events", about="XX-0001", county="440232")
    fill(at, detail="一段说明")
    assert str(error) in html(at)
    assert at.text_area(key="promotion-form-detail").value == "一段说明"


def test_what_is_wrong_is_told_right_above_the_button() -> None:
    at = opened(PAGE, shell(FakePromotion()), tab="events", about="SG-0001", county="440232")
    fill(at, on="五月一日")
    nodes = list(at.main)
    told = [n for n, node in enumerate(nodes) if "看不懂" in str(node.proto)]
    button = [n for n, node in enumerate(nodes) if str(node.key or "") == "promotion-form-send"]
    detail = [n for n, node in enumerate(nodes) if str(node.key or "") == "promotion-form-detail"]
    assert len(told) == 1 and detail[0] < told[0] < button[0]


@pytest.mark.parametrize(("demo", "example"), [(False, "SG-0001"), (True, "YS-0001")])
def test_the_example_of_an_id_is_one_of_this_library(demo: bool, example: str) -> None:
    office = shell(FakePromotion())
    office.settings = Settings(demo=demo)
    at = opened(PAGE, office, tab="events", county="440232")
    assert at.text_input(key="promotion-form-record").placeholder == example
    beside = opened(PAGE, office, tab="compare", compare="<b>", county="440232")
    assert beside.text_input(key="promotion-typed").placeholder == example
    assert f"例如 {example}。" in html(beside)


def test_an_entry_is_corrected_with_its_history_below() -> None:
    promotion = with_event(result="有意向")
    at = opened(PAGE, shell(promotion), tab="events", county="440232")
    press(at, "event-1")
    assert address(at)["entry"] == "1"
    assert at.text_area(key="promotion-form-result").value == "有意向"
    fill(at, result="不再谈", why="对方退出")
    latest = promotion.held[1][-1]
    assert (latest.version, latest.entry.result, latest.reason) == (2, "不再谈", "对方退出")
    press(at, "event-1")
    text = html(at)
    assert "第 2 版" in text and "第 1 版" in text and "对方退出" in text


def test_an_entry_is_taken_back_and_found_among_those_taken_back() -> None:
    promotion = with_event()
    at = opened(PAGE, shell(promotion), tab="events", entry="1", county="440232")
    press(at, "event-back")
    assert promotion.held[1][-1].withdrawn
    assert "甲公司" not in html(at)
    again = opened(PAGE, shell(promotion), tab="events", back="1", county="440232")
    assert "甲公司" in html(again) and "已撤回" in html(again)


def test_an_entry_of_others_in_the_address_is_a_sentence() -> None:
    text = html(opened(PAGE, shell(FakePromotion()), tab="events", entry="77", county="440232"))
    assert "没有编号为 77" in text


def test_a_reviewer_notes_for_a_unit_and_one_of_its_areas() -> None:
    promotion = FakePromotion()
    office = shell(promotion, identity=REVIEWER, units=(RUYUAN, SHAOGUAN))
    at = opened(PAGE, office, tab="events", county="440232")
    at.radio(key="promotion-form-subject").set_value("area").run()
    at.selectbox(key="promotion-form-unit").set_value("440200").run()
    at.selectbox(key="promotion-form-area").set_value("440281").run()
    fill(at, result="推介会")
    entry = promotion.held[1][0].entry
    assert (entry.unit_id, entry.area_code, entry.project_id) == ("440200", "440281", "")


def a_meeting(**values: Any) -> FakePromotion:
    promotion = with_event(counterpart="湾区推介会", **values)
    first = promotion.held[1][0]
    promotion.held[1][0] = replace(first, entry=replace(first.entry, kind=EventKind.ROADSHOW))
    return promotion


def say(at: Any, **values: str) -> Any:
    for name, value in values.items():
        boxes = {"outcome": at.selectbox, "which": at.selectbox, "note": at.text_area}.get(
            name, at.text_input
        )
        boxes(key=f"promotion-shown-1-{name}").set_value(value).run()
    return press(at, "promotion-shown-1-send")


def test_a_project_is_put_on_a_meetings_list_and_what_came_of_it_is_kept_beside_the_first_word() -> None:
    promotion = a_meeting()
    at = opened(PAGE, shell(promotion), tab="events", entry="1", county="440232")
    assert "还没有记推介了哪些项目" in html(at)
    say(at, id=" sg-0007 ", outcome="intent", note=HOSTILE)
    text = html(at)
    assert "推介的项目（1 个）" in text and "金额未知" in text and "<script>" not in text
    assert "推介项目 1 个：意向 1" in text, "in the list beside it"
    say(at, which="SG-0007", outcome="signed", amount="1,200.5")
    words = promotion.words[1, "SG-0007"]
    assert [one.came.outcome for one in words] == [Outcome.INTENT, Outcome.SIGNED]
    assert words[1].came.amount == Decimal("1200.5") and "1,200.5 万元" in html(at)


def test_an_amount_that_is_none_is_told_and_stays_typed() -> None:
    promotion = a_meeting()
    at = opened(PAGE, shell(promotion), tab="events", entry="1", county="440232")
    say(at, id="SG-0007", amount="约3亿")
    assert "“约3亿”不是金额" in html(at) and not promotion.words
    assert at.text_input(key="promotion-shown-1-amount").value == "约3亿"


def test_a_project_is_taken_off_the_list_and_comes_back() -> None:
    promotion = a_meeting()
    at = opened(PAGE, shell(promotion), tab="events", entry="1", county="440232")
    say(at, id="SG-0007")
    at.selectbox(key="promotion-shown-1-which").set_value("SG-0007").run()
    press(at, "promotion-shown-1-off")
    assert "推介的项目（0 个）" in html(at) and "已撤下 SG-0007" in html(at)
    say(at, id="SG-0007", outcome="failed")
    assert len(promotion.words[1, "SG-0007"]) == 3 and "落空" in html(at)


def test_a_refusal_is_a_sentence_and_a_visit_has_no_list() -> None:
    promotion = a_meeting()
    promotion.refuse = NotAllowed("1 号推介会不归您的单位")
    at = opened(PAGE, shell(promotion), tab="events", entry="1", county="440232")
    say(at, id="SG-0007")
    assert "1 号推介会不归您的单位" in html(at)
    beside = opened(PAGE, shell(with_event()), tab="events", entry="1", county="440232")
    assert "推介的项目" not in html(beside)


def test_kinds_and_waiting_ones_are_asked_for_by_the_address() -> None:
    promotion = with_event()
    opened(
        PAGE,
        shell(promotion),
        tab="events",
        event="visit,lead,<b>",
        open="1",
        about="SG-0001",
        county="440232",
    )
    asked = promotion.asks[0]
    assert asked.kinds == (EventKind.VISIT, EventKind.LEAD)
    assert asked.open_only and asked.project_id == "SG-0001" and not asked.withdrawn


# ---- the funnel ----

COHORT = Cohort(
    signed=8,
    reached=(6, 4, 3, 1),
    implied=(1, 0, 0, 0),
    stage_only=(0, 1, 0, 0),
    known=5,
    silent=2,
    total=Decimal(1000),
    received=Decimal(250),
    undated=4,
)


def test_the_funnel_says_rates_counts_and_what_is_left_out() -> None:
    text = html(opened(PAGE, shell(FakePromotion(cohort=COHORT)), tab="funnel", county="440232"))
    assert "6 个 · 75.0%（1 个推得）" in text and "1 个仅有阶段" in text
    assert "资金到位率 25.0%" in text and "3 个未知，未计入" in text and "2 个未报资金" in text
    assert "另有 4 个项目的招商阶段已到签约或更后，但没有签约日期" in text
    assert "签约项目只有 8 个" in text
    assert 'title="440232">乳源瑶族自治县*<' in text and "* 签约不足 10 个。" in text


def test_the_asterisk_is_explained_only_where_a_row_bears_it() -> None:
    for cohort in (Cohort(), replace(COHORT, signed=10)):
        text = html(opened(PAGE, shell(FakePromotion(cohort=cohort)), tab="funnel", county="440232"))
        assert "* 签约不足" not in text and "*<" not in text


def test_the_funnel_of_a_link_is_that_period() -> None:
    promotion = FakePromotion(cohort=COHORT)
    params = {"from": "2024-01-01", "to": "2024-12-31", "asof": "2025-06-30", "split": "month"}
    at = opened(PAGE, shell(promotion), tab="funnel", county="440232", **params)
    assert promotion.asks[-1] == Ask(date(2024, 1, 1), date(2024, 12, 31), date(2025, 6, 30), Grain.MONTH)
    assert address(at) == {"tab": "funnel", "county": "440232", **params}


@pytest.mark.parametrize("params", [{"from": "20217-01-01"}, {"to": "<b>", "split": "week"}])
def test_a_day_that_is_none_is_the_usual_one(params: dict[str, str]) -> None:
    promotion = FakePromotion(cohort=COHORT)
    opened(PAGE, shell(promotion), tab="funnel", county="440232", **params)
    assert promotion.asks[-1].first == date(today().year - 2, 1, 1) and promotion.asks[-1].last == today()


def test_days_out_of_order_are_told() -> None:
    params = {"from": "2025-02-01", "to": "2025-01-01"}
    text = html(opened(PAGE, shell(), tab="funnel", county="440232", **params))
    assert "晚于结束日" in text


def test_nothing_signed_gives_no_rates() -> None:
    text = html(opened(PAGE, shell(), tab="funnel", county="440232"))
    assert "比率无从计算" in text and "—" in text and "0.0%" not in text


def test_an_editor_is_who_the_fake_says() -> None:
    assert shell().identity is EDITOR


def test_money_that_nobody_reported_is_called_unknown() -> None:
    silent = replace(COHORT, silent=5, received=Decimal(0))
    text = html(opened(PAGE, shell(FakePromotion(cohort=silent)), tab="funnel", county="440232"))
    assert "资金到位率未知" in text and "5 个未报资金" in text
