"""The money workbook: every sheet reconciles, unknown is blank, text stays text."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any, cast

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.exports.funding import exact, file_name, funding
from data.exports.funding_words import HEADS, SHEETS, SUM_HEADS
from data.exports.request import ExportRequest, Language
from projects.codes import FinanceSource, FinanceStatus
from projects.filters import ProjectFilter
from projects.money.lines import Line
from projects.money.sums import Sums, YearPlan
from projects.values import plain
from tests.fake_ledger import FakeLedger, Kept
from tests.unit.data.exports_fake import HOSTILE, WHEN, FakeLibrary


def line(amount: str, status: str, source: str = "专项债", **more: Any) -> Line:
    return Line(FinanceSource(source), FinanceStatus(status), Decimal(amount), **more)


KEPT = (
    Kept("SG-0001", HOSTILE[2], Decimal(100), [line("30", "到位", year=2026), line("80", "批复")]),
    Kept("SG-0002", "乙", Decimal("123456789012.123456"), county="440281", unit="440281"),
    Kept("SG-0003", "丙", None, [line("0.000001", "支付", "产业基金", subsidy=True)], county=None, unit=None),
)


def book(language: str = "zh", ledger: FakeLedger | None = None) -> dict[str, list[list[Any]]]:
    request = ExportRequest(
        chosen=ProjectFilter(county=("440232",)), language=cast(Language, language), generated_at=WHEN
    )
    content = funding(FakeLibrary(), ledger or FakeLedger(KEPT, (YearPlan(2026, Decimal(7), 1),)), request)
    made = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in made}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_sheets_are_there_with_their_headings(language: str) -> None:
    sheets, en = book(language), language == "en"
    assert list(sheets) == [words[en] for words in SHEETS.values()]
    assert sheets[SHEETS["projects"][en]][0] == [words[en] for words in HEADS["projects"]]
    assert sheets[SHEETS["areas"][en]][0][-len(SUM_HEADS) :] == [words[en] for words in SUM_HEADS]


def test_the_first_sheet_states_filter_date_and_that_all_agrees() -> None:
    about = {row[0]: row[1] for row in book()["说明"]}
    assert about["筛选参数"] == "county=440232" and about["生成时间"].startswith("2026-11-21")
    assert about["项目总数"] == 3 and about["其中：已报资金"] == 2 and about["其中：总投资未知"] == 1
    assert about["合计核对"].startswith("各表合计一致")


def test_sums_that_do_not_agree_are_told() -> None:
    class Moving(FakeLedger):
        def every_project(self, chosen: ProjectFilter) -> Any:
            return iter(list(super().every_project(chosen))[1:])

    about = {row[0]: row[1] for row in book(ledger=Moving(KEPT))["说明"]}
    assert "不一致" in about["合计核对"]


def test_every_division_ends_with_the_same_whole() -> None:
    sheets = book()
    wholes = [
        sheets[name][-1][-len(SUM_HEADS) :] for name in ("按地区", "按填报单位", "按类别", "按建设运营方式")
    ]
    assert wholes == [wholes[0]] * 4
    assert wholes[0][0] == 3
    rows = sheets["按地区"][1:-1]
    assert sum(row[3] for row in rows) == 3


def test_unknown_is_blank_and_never_zero() -> None:
    by_name = {row[1]: row for row in book()["项目"][1:]}
    silent, untotalled = by_name["SG-0002"], by_name["SG-0003"]
    assert silent[7] == "未报" and silent[9:13] == [None] * 4
    assert untotalled[8] is None and untotalled[13] is None and untotalled[12] == 0.000001
    assert by_name["SG-0001"][13] == -10 and by_name["SG-0001"][14] == 10


def test_text_stays_text_and_long_amounts_keep_every_digit() -> None:
    rows = {row[1]: row for row in book()["项目"][1:]}
    assert rows["SG-0001"][0] == HOSTILE[2]
    assert rows["SG-0002"][8] == "123456789012.123456"


def test_the_matrix_ends_with_its_sum_and_names_what_is_part_of_it() -> None:
    rows = {row[0]: row for row in book()["来源与状态"][1:]}
    assert rows["合计"][1:7] == [None, None, 80, 30, 0.000001, 110.000001]
    assert rows["其中：产业基金"][6] == rows["其中：补助资金"][6] == 0.000001
    years = book()["按年度"]
    assert [row[0] for row in years[1:]] == ["2026", "未注明年度", "合计"]
    assert years[1][6:9] == [30, 7, 1] and years[-1][6] == 110.000001


def test_practice_data_are_told_on_the_first_sheet() -> None:
    about = {row[0]: row[1] for row in book(ledger=FakeLedger((Kept("YL-1", "演", basis="demo"),)))["说明"]}
    assert about["其中：演示数据（不是实际项目）"] == 1


def test_an_empty_filter_makes_a_workbook_all_the_same() -> None:
    sheets = book(ledger=FakeLedger())
    assert len(sheets["项目"]) == 1 and sheets["按地区"][-1][3] == 0


@given(st.decimals(0, 10**14, places=6))
def test_no_digit_of_an_amount_is_lost(amount: Decimal) -> None:
    shown = exact(amount)
    assert (shown if isinstance(shown, str) else plain(Decimal(repr(shown)))) == plain(amount)


def test_the_file_says_what_it_is_and_of_which_day() -> None:
    request = ExportRequest(chosen=ProjectFilter(), generated_at=WHEN)
    assert file_name(request) == "资金-20261121.xlsx"
    assert Sums().projects == 0
