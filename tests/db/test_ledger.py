"""The ledger on a real PostGIS: sums reconcile under any order of edits, splits, merges and restores."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from data.cluster import Cluster
from data.database import Database
from data.store.money.ledger import PostgisLedger
from projects.codes import Category, DeliveryMode, FinanceSource, FinanceStatus, FundingStatus, Kind
from projects.errors import SignInNeeded
from projects.filters import ProjectFilter
from projects.money.lines import Line, summary
from projects.money.ports import Order, Paging
from projects.money.sums import Rate, Sums, YearPlan
from tests.db import making
from tests.db.copies import copy_of
from tests.db.desks import RUYUAN, SHAOGUAN, WUJIANG
from tests.db.money_world import HOME, LECHANG, check_all, facet_status, ledger_on, line, project

pytestmark = pytest.mark.db
ALL = ProjectFilter()


def money(*amounts: int) -> tuple[Decimal, ...]:
    """Return amounts as the ledger answers them."""
    return tuple(map(Decimal, amounts))


# ---- single cases ----


@pytest.fixture
def ledger(writing: Connection) -> PostgisLedger:
    return ledger_on(writing)


def in_(*keys: str) -> ProjectFilter:
    return ProjectFilter(ids=keys)


def test_the_library_as_loaded_reports_no_money_and_says_so(library_database: Database) -> None:
    found = check_all(PostgisLedger(library_database), ALL)
    assert found.whole.reported == 0 and found.whole.known == 0
    assert found.whole.not_reported == found.whole.projects == found.whole.unknown > 400
    assert found.whole.receipt_rate.share is None
    assert {p.level for p in found.by_area} >= {"county", "zone", "prefecture"}


def test_gap_over_and_unknown_stand_apart(ledger: PostgisLedger, writing: Connection) -> None:
    keys = (
        project(writing, line(300), line(50, "到位"), line(999, "申请"), total_investment=1000),
        project(writing, line(70, "支付"), total_investment=50),
        project(writing, line(40, "到位")),
        project(writing, total_investment=200),
        project(writing),
    )
    whole = check_all(ledger, in_(*keys)).whole
    assert (whole.projects, whole.reported, whole.known) == (5, 3, 3)
    assert whole.total == 1250
    assert (whole.gap, whole.over, whole.silent_total) == money(850, 20, 200)
    assert (whole.gap_projects, whole.over_projects, whole.silent, whole.unknown) == (2, 1, 1, 2)
    assert (whole.committed, whole.received, whole.received_elsewhere) == money(460, 160, 40)
    assert whole.receipt_rate == Rate(Decimal(120), Decimal(1250), 3, 2, 1)
    assert whole.flagged == 2, "1,349 of 1,000 and 70 of 50"


def test_flagged_rows_tell_by_how_much_the_worst_first(ledger: PostgisLedger, writing: Connection) -> None:
    a = project(writing, line(60), line("50.000001", "申请"), total_investment=100)
    b = project(writing, line(500, "拟申请"), total_investment=100)
    fits = project(writing, line(100), total_investment=100)
    unknown = project(writing, line(100))
    chosen = in_(a, b, fits, unknown)
    found = ledger.projects(chosen, Paging(10), flagged=True)
    assert [(one.id, one.money.over_total) for one in found.items] == [
        (b, Decimal(400)),
        (a, Decimal("10.000001")),
    ]
    assert found.matched == 2 == ledger.overview(chosen).whole.flagged
    assert ledger.projects(chosen, Paging(1, 1), flagged=True).items[0].id == a


def test_a_project_of_several_counties_counts_once(ledger: PostgisLedger, writing: Connection) -> None:
    key = project(writing, line(10), county_code=None, owner_unit_id=SHAOGUAN)
    for county in (RUYUAN, WUJIANG):
        making.insert(
            writing,
            "project_area",
            {"project_id": key, "county_code": county, "relation": "touches", "basis": "reported"},
        )
    found = check_all(ledger, in_(key))
    assert [(p.code, p.level, p.sums.projects) for p in found.by_area] == [("440200", "prefecture", 1)]
    assert ledger.overview(ProjectFilter(county=(RUYUAN,), ids=(key,))).whole.line_sum == 10


def test_a_project_of_nowhere_and_nobody_is_in_every_division(
    ledger: PostgisLedger, writing: Connection
) -> None:
    key = making.project(writing, published=True)
    found = check_all(ledger, in_(key))
    assert [(p.code, p.level, p.name) for p in found.by_area] == [(None, "", "")]
    assert [p.code for p in found.by_unit] == [None]


def test_the_matrix_counts_each_project_once_in_a_cell(ledger: PostgisLedger, writing: Connection) -> None:
    a = project(writing, line(1), line(2), line(4, "到位"), line(8, source="捐赠", subsidy=True))
    b = project(writing, line(16))
    plain = ledger.lines(in_(a, b))
    assert plain.matrix.whole.projects is None
    matrix = ledger.lines(in_(a, b), projects=True).matrix
    bond, approved = FinanceSource.SPECIAL_BOND, FinanceStatus.APPROVED
    assert matrix.cells[bond, approved] == (Decimal(19), 3, 2)
    assert matrix.rows[bond] == (Decimal(23), 4, 2)
    assert matrix.columns[approved] == (Decimal(27), 4, 2)
    assert matrix.columns[FinanceStatus.RECEIVED].projects == 1
    assert matrix.whole == (Decimal(31), 5, 2)
    assert plain.subsidies[approved].amount == 8


def test_years_and_plans_keep_what_has_no_year(ledger: PostgisLedger, writing: Connection) -> None:
    key = project(writing, line(1, year=2025), line(2, year=2026), line("0.5"))
    making.insert(writing, "annual_plan", {"project_id": key, "year": 2026, "amount": 7, "basis": "reported"})
    found = ledger.lines(in_(key))
    assert [(c.year, c.amount) for c in found.years] == [(2025, 1), (2026, 2), (None, Decimal("0.5"))]
    assert ledger.plans(in_(key)) == (YearPlan(2026, Decimal(7), 1),)


def test_a_filter_without_records_answers_with_nothing(ledger: PostgisLedger) -> None:
    nothing = ProjectFilter(q="没有这样的项目")
    assert check_all(ledger, nothing).whole == Sums()
    assert ledger.plans(nothing) == ()
    assert ledger.projects(nothing, Paging(10)).matched == 0


def test_phases_beside_their_whole_are_told(ledger: PostgisLedger, writing: Connection) -> None:
    whole = project(writing, total_investment=100)
    phases = [project(writing, total_investment=50, parent_id=whole) for _ in range(2)]
    open_phase = project(writing, parent_id=whole)
    assert ledger.overview(in_(whole, *phases, open_phase)).nested == 2


def test_practice_records_are_told_apart(ledger: PostgisLedger, writing: Connection) -> None:
    key = project(writing, line(5, basis="modelled"), basis="modelled")
    assert ledger.overview(in_(key)).basis == {"modelled": 1}
    assert ledger.lines(in_(key)).basis == {"modelled": 1}


def test_every_filter_narrows_the_money_as_it_narrows_the_list(
    ledger: PostgisLedger, writing: Connection
) -> None:
    key = project(writing, line(10), category="hospital", delivery_mode="PPP", total_investment=100)
    project(writing, line(20), county_code=LECHANG)
    for chosen in (
        ProjectFilter(category=(Category.HOSPITAL,), ids=(key,)),
        ProjectFilter(mode=(DeliveryMode.PPP,), county=(RUYUAN,)),
        ProjectFilter(owner=(RUYUAN,), funding=(FundingStatus.PARTLY_COMMITTED,)),
    ):
        found = check_all(ledger, chosen).whole
        assert (found.line_sum, found.gap) == money(10, 90)


@pytest.mark.parametrize("order", Order)
def test_pages_follow_each_other_without_gap_or_repeat(
    ledger: PostgisLedger, writing: Connection, order: Order
) -> None:
    keys = [
        project(writing, *[line(10 * i)] * (i % 3), total_investment=(100 * i if i % 2 else None))
        for i in range(1, 8)
    ]
    chosen = in_(*keys)
    pages = [ledger.projects(chosen, Paging(3, start), order) for start in (0, 3, 6)]
    listed = [one for page in pages for one in page.items]
    assert {page.matched for page in pages} == {7}
    assert sorted(one.id for one in listed) == sorted(keys)
    if order is Order.GAP:
        known = [one.gap for one in listed if one.gap is not None]
        assert known == sorted(known, reverse=True)
        assert [one.gap is None for one in listed] == [False] * 4 + [True] * 3, "unknown comes last"


def test_residents_are_those_of_the_newest_census(ledger: PostgisLedger) -> None:
    found = ledger.residents()
    assert found[RUYUAN].name == "乳源瑶族自治县" and found[RUYUAN].prefecture == "440200"
    assert found[RUYUAN].residents > found[RUYUAN].aged_60_plus > found[RUYUAN].aged_65_plus
    assert "440200" not in found, "prefecture totals are no counties"


# ---- who sees what ----


def test_what_is_not_published_is_in_no_sum(library_database: Database, cluster: Cluster) -> None:
    with copy_of(cluster, library_database) as database:
        with database.owning() as connection:
            shown = project(connection, line(10), total_investment=100)
            hidden = making.project(
                connection, published=False, county_code=RUYUAN, owner_unit_id=RUYUAN, **HOME
            )
            making.insert(connection, "finance_line", {**line(5), "basis": "reported", "project_id": hidden})
            token = making.token_of(connection, "bianji", "editor", unit_id=RUYUAN)
        for ledger in (PostgisLedger(database), PostgisLedger(database, token)):
            assert check_all(ledger, in_(shown, hidden)).whole.line_sum == 10
        with pytest.raises(SignInNeeded):
            PostgisLedger(database, "gone").overview(ALL)
        with database.owning() as connection:
            gone = project(connection, line(1000))
            connection.execute(text("UPDATE project SET deleted_at = now() WHERE id = :key"), {"key": gone})
        for ledger in (PostgisLedger(database), PostgisLedger(database, token)):
            assert check_all(ledger, ALL).whole.line_sum == 10, "everything, without and with a session"
            assert ledger.lines(ALL) == ledger.lines(ProjectFilter(kind=tuple(Kind)))
            assert ledger.plans(ALL) == ledger.plans(ProjectFilter(kind=tuple(Kind)))


# ---- the rule of the status, in Python and in SQL ----

AMOUNTS = st.one_of(st.integers(0, 5).map(Decimal), st.decimals(0, 10**6, places=6))
LINES = st.lists(
    st.builds(Line, st.sampled_from(FinanceSource), st.sampled_from(FinanceStatus), AMOUNTS), max_size=4
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.none() | AMOUNTS, LINES)
def test_both_tell_the_same_status(writing: Connection, total: Decimal | None, lines: list[Line]) -> None:
    with writing.begin_nested() as step:
        rows = [line(str(one.amount), str(one.status), str(one.source)) for one in lines]
        key = project(writing, *rows, total_investment=total)
        assert facet_status(writing, key) == str(summary(total, lines).status)
        (listed,) = ledger_on(writing).projects(in_(key), Paging(1)).items
        assert listed.money == summary(total, lines)
        step.rollback()
