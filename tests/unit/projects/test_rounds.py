"""The hour of the week, and the counts that a list is made of."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rounds import Wanting, Weekly

MONDAY = Weekly(0, time(7))
COUNTS = st.integers(0, 10**6)
WANTING = st.builds(
    Wanting,
    *(COUNTS, st.dictionaries(st.sampled_from(("stage", "place/0", "finance/")), COUNTS)),
    *(COUNTS,) * 8,
)


@pytest.mark.parametrize(
    ("written", "weekday", "at"),
    [("mon 07:00", 0, time(7)), (" SUN  23:59 ", 6, time(23, 59)), ("fri 7:05", 4, time(7, 5))],
)
def test_a_day_and_a_time_are_read(written: str, weekday: int, at: time) -> None:
    assert Weekly.parse(written) == Weekly(weekday, at)


@pytest.mark.parametrize(
    "written", ["", "monday 07:00", "mon", "mon 24:00", "mon 07:60", "mon 7", "07:00 mon", "mon 07:00 x"]
)
def test_anything_else_is_refused_with_how_to_write_it(written: str) -> None:
    with pytest.raises(ValueError, match="mon 07:00"):
        Weekly.parse(written)


@given(
    st.integers(0, 6),
    st.times(),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),
)
def test_the_last_moment_is_the_right_day_never_to_come_and_less_than_a_week_ago(
    weekday: int, at: time, now: datetime
) -> None:
    at = at.replace(second=0, microsecond=0)
    day = Weekly(weekday, at).last(now)
    moment = datetime.combine(day, at)
    assert day.weekday() == weekday
    assert timedelta() <= now - moment < timedelta(days=7)


def test_over_the_turn_of_a_year() -> None:
    assert MONDAY.last(datetime(2027, 1, 1, 12)) == date(2026, 12, 28)


@given(WANTING)
def test_counts_survive_being_stored(wanting: Wanting) -> None:
    assert Wanting.read(wanting.stored()) == wanting


def test_counts_of_an_older_program_are_read_as_far_as_they_go() -> None:
    read = Wanting.read({"records": 3, "unheard_of": 7})
    assert read.records == 3 and read.overdue_steps == 0 and not read.missing and not read.asks


@pytest.mark.parametrize("position", range(1, 10))
def test_any_open_count_asks_for_something(position: int) -> None:
    counts = [3, {}, *[0] * 8]
    counts[position] = {"stage": 1} if position == 1 else 1
    asked = Wanting(*counts).asks  # type: ignore[arg-type]
    assert asked is (position != 7), "overdue matters are among the open ones"
