"""Rules of judging: over bounds, by operator and direction."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.targets.judging import Actual, distance, judge, overall, past_due, total
from projects.targets.model import Direction, Status
from tests.unit.projects.targets.world import target

MET, NOT, UNKNOWN = Status.MET, Status.NOT_MET, Status.UNKNOWN


def known(low: Any, high: Any) -> Actual:
    bounds = [None if bound is None else Decimal(str(bound)) for bound in (low, high)]
    return Actual(bounds[0], bounds[1])


@pytest.mark.parametrize(
    ("operator", "low", "high", "expected"),
    [
        (">=", 10, 10, MET),
        (">=", "9.999999", "9.999999", NOT),
        (">=", 3, None, UNKNOWN),
        (">=", 12, None, MET),
        (">=", 0, 9, NOT),
        (">=", 0, 10, UNKNOWN),
        (">=", None, None, UNKNOWN),
        (">=", None, 9, NOT),
        ("=", 10, 10, MET),
        ("=", 11, 11, MET),
        ("=", 9, 9, NOT),
        ("approx", "9.5", "9.5", MET),
        ("approx", "9.49", "9.49", NOT),
        ("approx", 30, 30, MET),
        ("increase_by", 10, 10, MET),
        ("increase_by", -5, -5, NOT),
        ("range", 10, 10, MET),
        ("range", 13, 13, MET),
        ("range", 9, 9, NOT),
    ],
)
def test_more_is_better(operator: str, low: Any, high: Any, expected: Status) -> None:
    promise = target(operator, 10, value_high=Decimal(12))
    assert judge(promise, known(low, high)) is expected


@pytest.mark.parametrize(
    ("operator", "low", "high", "expected"),
    [
        ("<=", 15, 15, MET),
        ("<=", 16, 16, NOT),
        ("<=", None, 15, MET),
        ("<=", 16, None, NOT),
        ("<=", 0, 16, UNKNOWN),
        ("approx", 15, "15.75", MET),
        ("range", 12, 20, MET),
        ("range", 21, 21, NOT),
    ],
)
def test_less_is_better(operator: str, low: Any, high: Any, expected: Status) -> None:
    promise = target(operator, 15, value_high=Decimal(20))
    assert judge(promise, known(low, high), Direction.DOWN) is expected


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.sampled_from(Direction))
def test_what_holds_between_bounds_holds_for_every_value_between(
    a: int, b: int, value: int, direction: Direction
) -> None:
    low, high = sorted((a, b))
    promise = target("<=" if direction is Direction.DOWN else ">=", value)
    status = judge(promise, known(low, high), direction)
    each = {judge(promise, known(n, n), direction) for n in range(low, high + 1)}
    assert status is (each.pop() if len(each) == 1 else UNKNOWN)


def test_the_distance_is_what_is_still_to_go() -> None:
    assert distance(target(value=10), known(4, None), Direction.UP) == 6
    assert distance(target(value=10), known(14, 14), Direction.UP) == 0
    assert distance(target(value=10), known(None, None), Direction.UP) is None
    assert distance(target("<=", 15), known(20, 20), Direction.DOWN) == 5
    assert distance(target("<=", 15), known(20, None), Direction.DOWN) is None


def test_every_area_has_to_reach_it() -> None:
    assert overall([MET, MET]) is MET
    assert overall([MET, UNKNOWN]) is UNKNOWN
    assert overall([UNKNOWN, NOT]) is NOT
    assert overall([]) is UNKNOWN


def test_a_year_is_past_due_when_it_is_over_and_nothing_is_met() -> None:
    assert past_due(target(year=2020), UNKNOWN, date(2021, 1, 1))
    assert not past_due(target(year=2020), UNKNOWN, date(2020, 12, 31))
    assert not past_due(target(year=2020), MET, date(2021, 1, 1))
    assert not past_due(target(year=None), NOT, date(2021, 1, 1))


def test_a_sum_with_an_unknown_is_unknown() -> None:
    assert total([Decimal(1), None]) is None
    assert total([Decimal(1), Decimal(2)]) == 3
    assert total([]) == 0
