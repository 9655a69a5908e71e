"""Rates of a cohort and the days of a question."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.codes import MilestoneCode, PromotionStage
from projects.promotion.funnel import FEW, LATER, SIGNING, STAGE_OF, Ask, Cohort, Grain, Rate, period_name


def test_rates_are_over_the_signed_and_money_over_the_known() -> None:
    one = Cohort(signed=8, reached=(6, 4, 2, 1), known=5, total=Decimal(1000), received=Decimal(333))
    assert [rate.percent for rate in one.rates] == [
        Decimal("75.0"),
        Decimal("50.0"),
        Decimal("25.0"),
        Decimal("12.5"),
    ]
    assert one.money.percent == Decimal("33.3")
    assert one.left_out == 3


def test_money_that_nobody_reported_is_unknown_and_not_zero_per_cent() -> None:
    assert Cohort(signed=3, known=3, silent=3, total=Decimal(900)).money.percent is None
    assert Cohort(signed=3, known=3, silent=2, total=Decimal(900)).money.percent == 0


def test_nothing_signed_has_no_rate() -> None:
    assert all(rate.percent is None for rate in Cohort().rates)
    assert Cohort(signed=3).money.percent is None, "a total nobody knows is not zero per cent"


@pytest.mark.parametrize(("signed", "few"), [(0, True), (FEW - 1, True), (FEW, False)])
def test_few_records_are_said_to_be_few(signed: int, few: bool) -> None:
    assert Cohort(signed=signed).few is few


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_of_the_cohort_is_between_zero_and_a_hundred(part: int, whole: int) -> None:
    rate = Rate(Decimal(min(part, whole)), Decimal(whole)).percent
    assert rate is not None and 0 <= rate <= 100


@pytest.mark.parametrize(
    ("first", "last", "as_of", "sensible"),
    [
        (date(2025, 1, 1), date(2025, 1, 1), date(2025, 1, 1), True),
        (date(2025, 1, 2), date(2025, 1, 1), date(2025, 1, 1), False),
        (date(1889, 1, 1), date(2025, 1, 1), date(2025, 1, 1), False),
        (date(2025, 1, 1), date(2217, 1, 1), date(2025, 1, 1), False),
        (date(2025, 1, 1), date(2026, 1, 1), date(2025, 1, 1), True),
    ],
)
def test_days_have_to_be_in_order_and_of_sensible_years(
    first: date, last: date, as_of: date, sensible: bool
) -> None:
    assert Ask(first, last, as_of).sensible is sensible


def test_each_dated_step_has_a_promotion_stage_and_comes_in_order() -> None:
    assert [STAGE_OF[code] for code in (SIGNING, *LATER)] == [
        PromotionStage.SIGNED,
        PromotionStage.PERFORMED,
        PromotionStage.LANDED,
        PromotionStage.STARTED,
        PromotionStage.OPERATING,
    ]
    order = list(MilestoneCode)
    assert sorted((SIGNING, *LATER), key=order.index) == [SIGNING, *LATER]


def test_periods_are_named() -> None:
    assert [period_name(date(2026, month, 1), Grain.QUARTER) for month in (1, 4, 7, 10)] == [
        "2026Q1",
        "2026Q2",
        "2026Q3",
        "2026Q4",
    ]
    assert period_name(date(2026, 1, 1), Grain.YEAR) == "2026"
