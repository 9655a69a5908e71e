"""Sums over projects add up over parts, and say of each figure over how many projects it goes."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from data.store.money.tallies import line_sums, with_holders
from projects.codes import FinanceSource, FinanceStatus, FundingStatus
from projects.filters import ProjectFilter
from projects.money.need import Residents, needs
from projects.money.sums import Cell, Overview, Part, Sums, Tally, by_prefecture, together
from tests.unit.projects.money.rows import GROUPED, line_row

MONEY = st.decimals(0, 10**9, places=6)
COUNTS = st.integers(0, 1000)
SUMS = st.builds(
    Sums,
    projects=COUNTS,
    reported=COUNTS,
    known=COUNTS,
    total=MONEY,
    lines=COUNTS,
    line_sum=MONEY,
    gap=MONEY,
    silent=COUNTS,
    flagged=COUNTS,
)


@given(st.lists(SUMS, max_size=8), st.randoms(use_true_random=False))
def test_parts_add_up_in_any_order(parts: list[Sums], shuffled: object) -> None:
    whole = together(parts)
    mixed = list(parts)
    shuffled.shuffle(mixed)  # type: ignore[attr-defined]
    assert together(mixed) == whole
    assert whole.total == sum((part.total for part in parts), Decimal(0))
    assert whole.gap == sum((part.gap for part in parts), Decimal(0))
    assert whole.projects == sum(part.projects for part in parts)


def test_a_rate_tells_whom_it_counts_and_whom_it_leaves_out() -> None:
    sums = Sums(
        projects=41,
        reported=3,
        known=10,
        total=Decimal(200),
        received=Decimal(70),
        received_known=Decimal(50),
        silent=8,
    )
    rate = sums.receipt_rate
    assert (rate.share, rate.counted, rate.silent, rate.left_out) == (0.25, 10, 8, 31)
    assert (sums.not_reported, sums.unknown, sums.received_elsewhere) == (38, 31, Decimal(20))


def test_where_nobody_has_reported_there_is_no_rate() -> None:
    assert Sums(projects=5, known=5, total=Decimal(9), silent=5).receipt_rate.share is None
    assert Sums(projects=5).receipt_rate.share is None
    nothing_came = Sums(projects=5, reported=1, known=5, total=Decimal(9), silent=4)
    assert nothing_came.receipt_rate.share == 0.0


@given(GROUPED)
def test_cells_rows_columns_and_years_agree_to_the_last_digit(rows: list[object]) -> None:
    found = line_sums(rows)
    whole = sum((r.amount for r in rows), Decimal(0))  # type: ignore[attr-defined]
    assert found.matrix.reconciles()
    assert found.matrix.whole.amount == whole
    assert sum((c.amount for c in found.years), Decimal(0)) == whole
    assert sum(c.lines for c in found.years) == found.matrix.whole.lines
    assert sum(found.basis.values()) == found.matrix.whole.lines
    assert list(found.matrix.rows) == [s for s in FinanceSource if s in found.matrix.rows]


def test_a_matrix_that_lost_a_fen_is_noticed() -> None:
    cell = Cell(Decimal("0.000001"), 1)
    source, status = FinanceSource.LOTTERY, FinanceStatus.PAID
    whole = Tally({(source, status): cell}, {source: cell}, {status: cell}, cell)
    assert whole.reconciles()
    for broken in (
        Tally({}, {source: cell}, {status: cell}, cell),
        Tally({(source, status): cell}, {source: Cell(Decimal(0), 1)}, {status: cell}, cell),
        Tally({(source, status): cell}, {source: cell}, {status: cell}, Cell(cell.amount, 2)),
    ):
        assert not broken.reconciles()


def test_subsidies_and_guidance_funds_are_parts_of_the_matrix() -> None:
    found = line_sums([line_row("产业基金", "到位", "5", subsidy=True), line_row("产业基金", "批复", "2")])
    assert {s: c.amount for s, c in found.guidance_funds.items()} == {
        FinanceStatus.APPROVED: Decimal(2),
        FinanceStatus.RECEIVED: Decimal(5),
    }
    assert found.subsidies == {FinanceStatus.RECEIVED: Cell(Decimal(5), 1)}


def test_projects_behind_a_cell_come_from_the_database() -> None:
    found = line_sums([line_row("捐赠", "到位", "5"), line_row("捐赠", "批复", "2")])
    told = with_holders(found, {"捐赠": (1, 0, 0, 1, 1, 0), None: (1, 0, 0, 1, 1, 0)})
    assert told.matrix.rows[FinanceSource.DONATION].projects == 1
    assert told.matrix.columns[FinanceStatus.RECEIVED].projects == 1
    assert told.matrix.whole == Cell(Decimal(7), 2, 1)
    assert found.matrix.whole.projects is None


def test_counties_gather_into_prefectures_and_nothing_is_lost() -> None:
    one, two = Sums(projects=2, total=Decimal(5)), Sums(projects=3, total=Decimal(7))
    county = Part("440232", "乳源", one, "county", "440200", "440000", {FundingStatus.RECEIVED: 2})
    open_one = Part("440200", "韶关市", two, "prefecture", "440200", "440000", {FundingStatus.RECEIVED: 3})
    wide = Part("440000", "广东省", one, "province", None, "440000")
    nowhere = Part(None, "", two)
    areas = (county, open_one, wide, nowhere)
    found = Overview(together(p.sums for p in areas), areas, (), (), (), {}, names={"440200": "韶关市"})
    prefecture, province, none = by_prefecture(found)
    assert (prefecture.code, prefecture.name, prefecture.level) == ("440200", "韶关市", "prefecture")
    assert prefecture.sums == one + two and dict(prefecture.by_status) == {FundingStatus.RECEIVED: 5}
    assert (province.code, none.code) == ("440000", None)
    assert together(p.sums for p in (prefecture, province, none)) == found.whole


PEOPLE = {
    code: Residents(code, name, "440200", "440000", 2020, 250_000, 50_000, 30_000)
    for code, name in (("440232", "乳源"), ("440281", "乐昌"))
}


def test_need_holds_the_counties_of_the_filter_also_without_a_record() -> None:
    sums = Sums(projects=2, reported=1, line_sum=Decimal(500), known=1, gap=Decimal(3))
    parts = (Part("440232", "乳源", sums, "county"), Part("440200", "韶关", Sums(projects=1), "prefecture"))
    here, there = needs(ProjectFilter(prefecture=("440200",)), parts, PEOPLE)
    assert (here.money_per_thousand, here.known_gap) == (2.0, Decimal(3))
    assert (there.code, there.sums, there.money_per_thousand, there.known_gap) == (
        "440281",
        Sums(),
        None,
        None,
    )
    assert [n.code for n in needs(ProjectFilter(), parts, PEOPLE)] == ["440232"]
    assert [n.code for n in needs(ProjectFilter(county=("440281",)), (), PEOPLE)] == ["440281"]


def test_need_without_a_census_figure_is_unknown() -> None:
    part = Part("500112", "渝北", Sums(projects=1, reported=1, line_sum=Decimal(5)), "county")
    (found,) = needs(ProjectFilter(), (part,), PEOPLE)
    assert found.people is None and found.money_per_thousand is None
