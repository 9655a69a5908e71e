"""A typed figure: taken in the forms people write, refused in words, doubted where units may be mixed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.intake.import_words import said
from projects.intake.issues import IssueCode, Severity
from projects.targets.checking import Checked, Rules, Typed, check, read_day, read_number
from projects.targets.model import Direction, PeriodKind
from tests.unit.projects.targets.world import TODAY, indicator

SIZE = indicator("size", "amount", unit="亿元", zh="总规模")
SHARE = indicator("share", "percentage", zh="比例")
GAIN = indicator("gain", "sum", period=PeriodKind.SPAN, unit="张", lowest=Decimal(-1000))
STOCK = indicator("stock", "sum", period=PeriodKind.DATE, unit="张", direction=Direction.UP)
RULES = Rules(
    {one.code: one for one in (SIZE, SHARE, GAIN, STOCK)},
    {"440200": ("韶关市", "440200")},
    {("size", "440200"): Decimal(300)},
    TODAY,
)
GOOD = Typed("size", "440200", end="2020", value="280.5", source="2020年统计公报")


def checked(**changes: Any) -> Checked:
    return check(replace(GOOD, **changes), RULES)


def test_a_good_figure_becomes_a_filing() -> None:
    filing = checked().filing
    assert filing is not None and checked().problems == ()
    assert (filing.unit_id, filing.indicator, filing.area_code) == ("440200", "size", "440200")
    assert (filing.period_from, filing.period_to) == (date(2020, 1, 1), date(2020, 12, 31))
    assert filing.value == Decimal("280.5") and filing.source_note == "2020年统计公报"


def test_forms_that_people_write_are_taken() -> None:
    for value in ("280.5亿元", "２８０．５", " 280.5 亿元 "):
        filing = checked(value=value).filing
        assert filing is not None and filing.value == Decimal("280.5"), value
    named = checked(indicator="总规模").filing
    assert named is not None and named.indicator == "size"
    share = checked(indicator="share", value="35%").filing
    assert share is not None and share.value == 35
    parts = checked(indicator="share", value="", numerator="1,000", denominator="3000").filing
    assert parts is not None and parts.value == Decimal("33.333333")


@pytest.mark.parametrize(
    ("changes", "key", "code"),
    [
        ({"value": "-3"}, "ind_negative", IssueCode.OUT_OF_RANGE),
        ({"indicator": "share", "value": "120"}, "ind_over_100", IssueCode.OUT_OF_RANGE),
        ({"value": "3000000万元"}, "ind_unit", IssueCode.UNIT_SUSPECT),
        ({"value": "99999999"}, "ind_range", IssueCode.OUT_OF_RANGE),
        ({"value": "约300"}, "ind_number", IssueCode.INVALID_NUMBER),
        ({"value": "1e999999999"}, "ind_number", IssueCode.INVALID_NUMBER),
        ({"value": "NaN"}, "ind_number", IssueCode.INVALID_NUMBER),
        ({"value": "Infinity"}, "ind_number", IssueCode.INVALID_NUMBER),
        ({"value": "1,23"}, "ind_number", IssueCode.INVALID_NUMBER),
        ({"value": ""}, "ind_missing", IssueCode.MISSING_VALUE),
        ({"end": "20217"}, "ind_year", IssueCode.INVALID_DATE),
        ({"end": "2020-06-30"}, "ind_year", IssueCode.INVALID_DATE),
        ({"end": ""}, "ind_missing", IssueCode.MISSING_VALUE),
        ({"end": "2027"}, "ind_future", IssueCode.OUT_OF_RANGE),
        ({"indicator": "stock", "end": "2020-02-30"}, "ind_date", IssueCode.INVALID_DATE),
        ({"indicator": "gain", "end": "2020"}, "ind_start", IssueCode.MISSING_VALUE),
        ({"indicator": "gain", "start": "2021", "end": "2020"}, "ind_period_order", IssueCode.DATE_ORDER),
        ({"indicator": "gain", "start": "昨天", "end": "2020"}, "ind_date", IssueCode.INVALID_DATE),
        ({"source": " \n"}, "ind_source", IssueCode.MISSING_VALUE),
        ({"source": "长" * 501}, "ind_source_long", IssueCode.TEXT_TOO_LONG),
        ({"indicator": "nonsense"}, "ind_unknown", IssueCode.NOT_IN_LIST),
        ({"area": "431000"}, "ind_area", IssueCode.NOT_YOUR_COUNTY),
        ({"indicator": "share", "value": "50", "numerator": "3"}, "ind_half", IssueCode.MISSING_VALUE),
        ({"indicator": "share", "value": "50", "numerator": "3", "denominator": "0"}, "ind_half", None),
        (
            {"indicator": "share", "value": "", "numerator": "5", "denominator": "4"},
            "ind_part_over_whole",
            None,
        ),
        ({"indicator": "share", "value": "40", "numerator": "1", "denominator": "2"}, "ind_mismatch", None),
        ({"indicator": "share", "value": "50", "numerator": "x", "denominator": "2"}, "ind_number", None),
        ({"indicator": "share", "value": "50", "numerator": "-1", "denominator": "2"}, "ind_negative", None),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_filed(
    changes: dict[str, Any], key: str, code: IssueCode | None
) -> None:
    found = checked(**changes)
    assert found.filing is None
    problem = next(p for p in found.problems if p.key == key)
    assert problem.severity is Severity.ERROR and code in (None, problem.code)
    for language in ("zh", "en"):
        action, remedy = said(problem.key, problem.values, language)
        assert action and remedy and "{" not in action + remedy


def test_a_figure_in_another_unit_is_doubted_and_a_fraction_too() -> None:
    far = checked(value="0.03")
    assert far.filing is not None and [p.key for p in far.problems] == ["ind_magnitude"]
    assert far.problems[0].severity is Severity.WARNING and far.problems[0].code is IssueCode.UNIT_SUSPECT
    fraction = checked(indicator="share", value="0.35")
    assert fraction.filing is not None and [p.key for p in fraction.problems] == ["ind_fraction"]
    exact = checked(indicator="share", value="0.35", numerator="35", denominator="10000")
    assert exact.problems == ()
    assert checked(value="0").problems == (), "a reported zero is a figure"


def test_a_loss_is_a_gain_below_zero_where_the_registry_allows_it() -> None:
    filing = checked(indicator="gain", start="2016-01-01", end="2020-12-31", value="-120").filing
    assert filing is not None and filing.value == -120 and filing.period_from == date(2016, 1, 1)


@given(st.text(max_size=30))
def test_any_text_is_an_answer_not_a_failure(text: str) -> None:
    found = check(Typed(text, text, text, text, text, text, text, text), RULES)
    assert found.filing is None and found.problems
    for one in found.problems:
        said(one.key, one.values)


@given(st.decimals(-(10**6), 10**6, places=6))
def test_numbers_read_back(number: Decimal) -> None:
    assert read_number(str(number)) == number
    assert read_number(f"{number:,}") == number


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_days_read_back(day: date) -> None:
    assert read_day(day.isoformat(), last=True) == day
    assert read_day(f"{day.year}年{day.month}月{day.day}日", last=False) == day
    year = read_day(str(day.year), last=False)
    assert year is not None and year <= day
