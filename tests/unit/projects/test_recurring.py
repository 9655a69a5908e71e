"""A time that comes back: how it is written, and when it last was."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.lifecycle.dispatch import OFFICE_TIME
from projects.recurring import Recurring


@pytest.mark.parametrize(
    "written", ["daily", "daily 24:00", "daily 2", "02:00", "noon 02:00", "sun 2:60", ""]
)
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="must be daily HH:MM"):
        Recurring.parse(written)


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(
    lambda m: m.replace(tzinfo=OFFICE_TIME)
)
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(TIMES, st.none() | st.integers(0, 6), MOMENTS)
def test_the_last_such_moment_is_past_and_not_longer_ago_than_its_period(
    at: time, weekday: int | None, now: datetime
) -> None:
    last = Recurring(at, weekday).last(now)
    assert last <= now < last + timedelta(days=1 if weekday is None else 7)
    assert last.time() == at and last.tzinfo is OFFICE_TIME
    assert weekday in (None, last.weekday())
