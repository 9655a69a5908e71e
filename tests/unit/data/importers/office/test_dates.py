"""Days as people write them."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.importers.office.dates import read_day


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-05",
        "2026/3/5",
        "2026.3.5",
        "2026年3月5日",
        "２０２６年３月５日",
        "20260305",
        "2026-03-05 00:00:00",
        " 2026 年 3 月 5 日 ",
        "2026-03-05T08:30:00",
        20260305.0,
        date(2026, 3, 5),
        datetime(2026, 3, 5, 12),
    ],
)
def test_whole_dates(written: object) -> None:
    assert read_day(written).value == "2026-03-05"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("2026年3月", "partial_date"),
        ("2026.3", "partial_date"),
        ("2026", "partial_date"),
        (2026.0, "partial_date"),
        ("202603", "partial_date"),
        ("2026年底", "partial_date"),
        ("2026年第三季度", "partial_date"),
        ("3/5/2026", "ambiguous_date"),
        ("03-05-26", "ambiguous_date"),
        ("26.3.5", "ambiguous_date"),
        ("3月5日", "ambiguous_date"),
        (46086.0, "date_is_number"),
        ("46086", "date_is_number"),
        ("20217-03-05", "date_range"),
        ("1026-03-05", "date_range"),
        ("2026-02-30", "not_a_date"),
        ("2026-13-05", "not_a_date"),
        ("开工", "not_a_date"),
        (time(3, 4), "not_a_date"),
        (timedelta(3), "not_a_date"),
        (True, "not_a_date"),
        (1.5, "date_is_number"),
    ],
)
def test_what_leaves_something_open_is_refused(written: object, problem: str) -> None:
    found = read_day(written)
    assert (found.value, found.problem) == ("", problem)


def test_a_partial_date_comes_with_an_example_of_a_whole_one() -> None:
    assert read_day("2026年11月").example == "2026-11-05"


@given(
    st.dates(date(1950, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y年%m月%d日", "%Y/%m/%d", "%Y%m%d"]),
)
def test_dates_come_back(day: date, form: str) -> None:
    assert read_day(day.strftime(form)).value == day.isoformat()


@given(st.text(max_size=20) | st.floats())
def test_nothing_breaks_it(written: object) -> None:
    found = read_day(written)
    assert bool(found.value) != bool(found.problem)
