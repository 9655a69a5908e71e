"""Checking one value: what is taken, in which form it is kept, and what is wrong with the rest."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.fields import BY_NAME, FIELDS, FINANCE_FIELDS, MILESTONE_FIELDS, Field, FieldType
from projects.intake.issues import IssueCode
from projects.values import check, cleaned, names_of, plain

YEAR = next(field for field in FINANCE_FIELDS if field.name == "year")
DAY = next(field for field in MILESTONE_FIELDS if field.name == "planned_on")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("name", "given_", "kept"),
    [
        ("total_investment", "12000.50", "12000.5"),
        ("total_investment", 12000, "12000"),
        ("total_investment", "1e3", "1000"),
        ("total_investment", Decimal("0.000001"), "0.000001"),
        ("total_investment", 0, "0"),
        ("total_investment", "１２", "12"),
        ("floor_area_m2", 1234.5, "1234.5"),
        ("beds", "12", 12),
        ("beds", 12.0, 12),
        ("category", "健康养老", "elderly_care"),
        ("category", "tcm", "tcm"),
        ("stage", "在建", "在建"),
        ("stage", "未明确", None),
        ("delivery_mode", "未明确", None),
        ("name", " 甲\n乙 ", "甲 乙"),
        ("note", "一\n二", "一\n二"),
        ("note", "  ", None),
        ("published", "是", True),
        ("published", False, False),
        ("county_code", "440232", "440232"),
        ("parent_id", "SG-0001", "SG-0001"),
        ("project_code", "2020-440203-83-01-012345", "2020-440203-83-01-012345"),
        ("project_code", "2020-440203-83-01-012345-001", "2020-440203-83-01-012345-001"),
        ("party/owner", "甲公司；乙公司、甲公司", ["甲公司", "乙公司"]),
        ("party/owner", [], None),
    ],
)
def test_a_right_value_in_its_stored_form(name: str, given_: Any, kept: Any) -> None:
    assert check(BY_NAME[name], given_) == (kept, None)


@pytest.mark.parametrize(
    ("name", "given_", "code"),
    [
        ("name", None, IssueCode.MISSING_VALUE),
        ("name", "  ", IssueCode.MISSING_VALUE),
        ("name", "长" * 201, IssueCode.TEXT_TOO_LONG),
        ("category", "没有这类", IssueCode.NOT_IN_LIST),
        ("category", ["tcm"], IssueCode.NOT_IN_LIST),
        ("total_investment", "约3亿", IssueCode.INVALID_NUMBER),
        ("total_investment", "1.0000001", IssueCode.INVALID_NUMBER),
        ("total_investment", "NaN", IssueCode.INVALID_NUMBER),
        ("total_investment", "1e999999", IssueCode.INVALID_NUMBER),
        ("total_investment", True, IssueCode.INVALID_NUMBER),
        ("total_investment", -1, IssueCode.OUT_OF_RANGE),
        ("total_investment", 100000001, IssueCode.OUT_OF_RANGE),
        ("beds", "3.5", IssueCode.INVALID_NUMBER),
        ("beds", 100001, IssueCode.OUT_OF_RANGE),
        ("county_code", "仁化县", IssueCode.UNKNOWN_COUNTY),
        ("parent_id", "SG1", IssueCode.NOT_IN_LIST),
        ("project_code", "2020-440203", IssueCode.INVALID_NUMBER),
        ("published", "yes", IssueCode.NOT_IN_LIST),
        ("party/owner", 5, IssueCode.NOT_IN_LIST),
        ("party/owner", ["长" * 201], IssueCode.TEXT_TOO_LONG),
    ],
)
def test_a_wrong_value_is_none_and_named(name: str, given_: Any, code: IssueCode) -> None:
    assert check(BY_NAME[name], given_) == (None, code)


@pytest.mark.parametrize("given_", ["2026-03-01", date(2026, 3, 1), datetime(2026, 3, 1, 8)])
def test_a_date_is_kept_as_iso(given_: Any) -> None:
    assert check(DAY, given_) == ("2026-03-01", None)


@pytest.mark.parametrize("given_", ["2026-02-30", "3/1/2026", "20260301", "2026", 46000, "2026-W09-7"])
def test_no_date_is_guessed(given_: Any) -> None:
    assert check(DAY, given_) == (None, IssueCode.INVALID_DATE)


@pytest.mark.parametrize("given_", ["1948-12-31", "2101-01-01", "1017-03-01", date(2201, 1, 1)])
def test_a_year_that_cannot_be_meant_is_out_of_range(given_: Any) -> None:
    assert check(DAY, given_) == (None, IssueCode.OUT_OF_RANGE)


def test_a_year_with_a_digit_too_many_is_no_date() -> None:
    assert check(DAY, "20217-03-01") == (None, IssueCode.INVALID_DATE)
    assert check(DAY, "1949-01-01") == ("1949-01-01", None)
    assert check(DAY, "2100-12-31") == ("2100-12-31", None)


def test_limits_belong_to_the_range() -> None:
    assert check(YEAR, 1990) == (1990, None)
    assert check(YEAR, 2100) == (2100, None)
    assert check(YEAR, 1989)[1] is check(YEAR, 2101)[1] is IssueCode.OUT_OF_RANGE


@given(st.sampled_from([*FIELDS, *FINANCE_FIELDS, *MILESTONE_FIELDS]), ANYTHING)
def test_nothing_raises_and_the_stored_form_stays_as_it_is(field: Field, value: Any) -> None:
    kept, issue = check(field, value)
    if issue is None:
        assert check(field, kept) == (kept, None)
    else:
        assert kept is None


@given(st.decimals(0, 10**8, places=6))
def test_an_amount_keeps_every_digit(amount: Decimal) -> None:
    text, issue = check(BY_NAME["total_investment"], str(amount))
    assert issue is None
    assert Decimal(str(text)) == amount
    assert text == plain(amount)
    assert "E" not in str(text)


@given(st.text())
def test_cleaned_text_is_clean(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once
    assert "\x00" not in once
    assert "\n" not in once


def test_every_type_has_its_check() -> None:
    for kind in FieldType:
        check(Field("x", FIELDS[0].group, kind, "x", "x"), "x")
    assert names_of(["甲", " 甲 ", ""]) == ["甲"]
