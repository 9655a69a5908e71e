"""Workbooks of investment promotion: what they say about themselves, unknown blank, hostile text inert."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

import openpyxl
import pytest

from data.exports.promotion import comparison_book, events_book, funnel_book, opportunities_book
from data.exports.request import ExportRequest
from projects.filters import ProjectFilter
from projects.promotion.comparing import Near, Site, Step
from projects.promotion.events import Entry, Event, EventKind
from projects.promotion.funnel import Ask, Cohort, Funnel
from projects.promotion.opportunities import Contact, OpportunityPage, OpportunityTotals
from tests.unit.data.exports_fake import FakeLibrary
from tests.unit.projects.promotion.making import deal, site

HOSTILE = '=HYPERLINK("http://x","y")'


def say(word: str) -> str:
    return word


def request(language: Literal["zh", "en"] = "zh") -> ExportRequest:
    return ExportRequest(chosen=ProjectFilter(county=("440232",)), language=language, title="某表")


def read(content: bytes) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        for line in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in line)
    return {sheet.title: [list(line) for line in sheet.iter_rows(values_only=True)] for sheet in book}


def column(rows: list[list[Any]], heading: str) -> list[Any]:
    return [line[rows[0].index(heading)] for line in rows[1:]]


def test_opportunities_say_sums_filter_and_how_to_read_them() -> None:
    page = OpportunityPage(
        (
            deal(name=HOSTILE, total=Decimal("100.5"), committed=Decimal(30), contact=Contact("张三", "138")),
            deal("B-0002"),
        ),
        OpportunityTotals(open=2, unsaid=5, gap=Decimal("70.5"), gap_known=1),
    )
    found = read(opportunities_book(FakeLibrary(), request(), page, say))
    assert next(iter(found)) == "说明"
    about = {line[0]: line[1] for line in found["说明"]}
    assert about["筛选参数"] == "county=440232" and about["未说明是否招商（条）"] == 5
    assert about["已知缺口合计（万元）"] == 70.5
    assert any("不是零" in str(line[1]) for line in found["说明"])
    rows = found["招商机会"]
    assert column(rows, "名称") == [HOSTILE, "项目B-0002"]
    assert column(rows, "资金缺口（万元）") == [70.5, None]
    assert column(rows, "招商阶段") == [None, None], "未明确 is no stage"
    assert "138" not in str(found), "contacts do not travel"


def test_a_comparison_prints_on_one_page_across_and_marks_what_differs() -> None:
    one = Site(
        facts=deal(total=Decimal(100)),
        ahead=(Step("commencement", date(2027, 3, 1)),),
        near_hospital=Near("医院", 3210.0),
    )
    content = comparison_book(FakeLibrary(), request(), [one, site("SG-0002", basis="demo")], say)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["比选"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage, "one page by one is what a file leaves out"
    assert sheet.page_setup.fitToHeight in (None, 1)
    rows = {line[0]: line[1:] for line in read(content)["比选"]}
    assert rows["总投资（万元）"] == [100, None, "●"]
    assert rows["下一里程碑"] == ["开工 2027-03-01", None, "●"]
    assert rows["最近的库内医疗服务机构（直线）"][0] == "3.2 km · 医院"
    assert rows["依据"][:2] == ["文件载明", "演示数据"]
    assert rows["床位（张）"] == [None, None, None]


def test_a_funnel_has_areas_periods_and_its_days() -> None:
    whole = Cohort(
        signed=3, reached=(2, 1, 1, 0), implied=(1, 0, 0, 0), known=1, total=Decimal(10), undated=4
    )
    area = Cohort(key="440232", name="乳源", level="county", signed=3, reached=(2, 1, 1, 0))
    nowhere = Cohort(undated=4)
    period = Cohort(key="2025-01-01", name="2025", level="year", signed=3)
    ask = Ask(date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    found = read(funnel_book(FakeLibrary(), request(), Funnel(ask, whole, (area, nowhere), (period,))))
    about = {line[0]: line[1] for line in found["说明"]}
    assert about["签约时间"] == "2025-01-01 – 2025-12-31" and about["无签约日期（条，未计入）"] == 4
    rows = found["分地区"]
    assert column(rows, "地区") == ["合计", "乳源（440232）", "地区不明"]
    assert column(rows, "履约率（%）") == [66.7, 66.7, None]
    assert column(rows, "履约：由后一步推得")[0] == 1
    assert column(rows, "总投资未知")[0] == 2
    assert column(found["分时间"], "签约时间") == ["合计", "2025"]


def test_visits_are_marked_confidential() -> None:
    event = Event(
        number=7,
        version=2,
        entry=Entry(kind=EventKind.LEAD, unit_id="x", project_id="SG-0001", counterpart=HOSTILE),
        unit_name="某县",
        project_name="某项目",
        withdrawn=False,
        reason="",
        created_by="a",
        created_at=datetime(2026, 5, 1, tzinfo=UTC),
    )
    found = read(events_book(FakeLibrary(), request(), [event], say))
    assert any("内部资料" in str(line[1]) for line in found["说明"])
    rows = found["考察与线索"]
    assert column(rows, "对方") == [HOSTILE] and column(rows, "类型") == ["线索"]
    assert column(rows, "日期") == [None]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_workbook_reads_in_both_languages(language: Literal["zh", "en"]) -> None:
    ask = Ask(date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    asked = request(language)
    books = (
        opportunities_book(FakeLibrary(), asked, OpportunityPage((deal(),), OpportunityTotals()), say),
        comparison_book(FakeLibrary(), asked, [site(), site("SG-0002")], say),
        funnel_book(FakeLibrary(), asked, Funnel(ask, Cohort(), (), ())),
        events_book(FakeLibrary(), asked, [], say),
    )
    for content in books:
        first, *_ = read(content)
        assert first == ("说明" if language == "zh" else "About")


def test_text_that_a_cell_cannot_hold_is_shown_otherwise() -> None:
    page = OpportunityPage((deal(cooperation="a\x01b" + "长" * 40_000),), OpportunityTotals())
    rows = read(opportunities_book(FakeLibrary(), request(), page, say))["招商机会"]
    text = column(rows, "招商内容与合作条件")[0]
    assert text.startswith("a␁b") and len(text) <= 32_767
