"""Amounts as people write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.importers.office.numbers import read_amount

ONE = Decimal(1)


@pytest.mark.parametrize(
    ("written", "wan"),
    [
        ("3000", "3000"),
        ("３，０００", "3000"),
        ("3,000.50", "3000.5"),
        (" 3000 万 ", "3000"),
        ("3亿", "30000"),
        ("1.2亿元", "12000"),
        ("3亿5000万元", "35000"),
        ("30000000元", "3000"),
        ("500千元", "50"),
        ("¥300", "300"),
        ("人民币3000万元", "3000"),
        ("5000万元整", "5000"),
        ("1.2E+08", "120000000"),
        ("+5", "5"),
        ("0", "0"),
        (3000, "3000"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0"),
        (12000.5, "12000.5"),
    ],
)
def test_amounts(written: object, wan: str) -> None:
    found = read_amount(written, "money", ONE)
    assert found.value == Decimal(wan)
    assert not found.about


@pytest.mark.parametrize(
    ("written", "wan"),
    [
        ("约3亿", "30000"),
        ("近2亿元", "20000"),
        ("3000万左右", "3000"),
        ("2亿余元", "20000"),
        ("~300", "300"),
        ("预计5000", "5000"),
    ],
)
def test_rough_figures_are_taken_and_said_to_be_rough(written: str, wan: str) -> None:
    found = read_amount(written, "money", ONE)
    assert (found.value, found.about) == (Decimal(wan), True)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("abc", "not_a_number"),
        ("三亿", "not_a_number"),
        ("1,2", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("3亿3亿", "not_a_number"),
        ("3-5亿", "number_range"),
        ("3000至5000", "number_range"),
        ("3亿以上", "number_bound"),
        ("超过3亿", "number_bound"),
        (">5", "number_bound"),
        ("100万美元", "foreign_currency"),
        ("$5", "foreign_currency"),
        ("10%", "unknown_unit"),
        ("3万亩", "unknown_unit"),
        (date(2026, 3, 5), "number_is_date"),
        (True, "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        ("9" * 40, "not_a_number"),
    ],
)
def test_what_is_no_number_says_why(written: object, problem: str) -> None:
    found = read_amount(written, "money", ONE)
    assert (found.value, found.problem) == (None, problem)


def test_the_unit_of_the_heading_holds_unless_the_cell_has_its_own() -> None:
    yi = Decimal(10_000)
    assert read_amount("1.2", "money", yi).value == 12000
    assert read_amount(1.2, "money", yi).value == 12000
    assert read_amount("3000万元", "money", yi).value == 3000


@pytest.mark.parametrize(
    ("written", "quantity", "value"),
    [
        ("200张", "count", 200),
        ("3万㎡", "area", 30000),
        ("500m2", "area", 500),
        ("20公顷", "land", 300),
        ("1 km²", "land", 1500),
    ],
)
def test_other_quantities_have_their_units(written: str, quantity: str, value: int) -> None:
    assert read_amount(written, quantity, ONE).value == value


def test_more_than_six_decimals_are_rounded_and_said_so() -> None:
    found = read_amount("3000.0000004", "money", ONE)
    assert (found.value, found.rounded) == (Decimal(3000), True)


@given(st.decimals("0", "99999999", places=6))
def test_decimal_text_comes_back_to_the_last_digit(amount: Decimal) -> None:
    assert read_amount(f"{amount:f}", "money", ONE).value == amount
    assert read_amount(f"{amount:,f}", "money", ONE).value == amount


@given(st.integers(0, 10**11))
def test_a_double_of_a_decimal_gives_that_decimal(millionths: int) -> None:
    amount = Decimal(millionths).scaleb(-4)
    assert read_amount(float(amount), "money", ONE).value == amount


@given(st.text(max_size=30))
def test_no_text_breaks_it_and_none_becomes_negative_by_accident(text: str) -> None:
    found = read_amount(text, "money", ONE)
    assert (found.value is None) != (found.problem == "")
