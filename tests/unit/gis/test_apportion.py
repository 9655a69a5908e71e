"""Largest remainder method."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.apportion import largest_remainder

weights = st.lists(st.integers(0, 1000), min_size=1, max_size=40).filter(any)


@given(total=st.integers(0, 5000), parts=weights)
def test_sum_is_exact_and_each_share_keeps_its_quota(total, parts) -> None:
    shares = largest_remainder(total, parts)
    assert sum(shares) == total
    for share, part in zip(shares, parts, strict=True):
        quota = Fraction(part * total, sum(parts))
        assert int(quota) <= share <= int(quota) + 1
        assert part or share == 0
        if quota.denominator == 1:
            assert share == quota


@given(total=st.integers(0, 500), parts=weights)
def test_more_weight_never_gets_less(total, parts) -> None:
    pairs = sorted(zip(parts, largest_remainder(total, parts), strict=True))
    shares = dict.fromkeys(p for p, _ in pairs)
    for lighter in shares:
        heaviest = max(s for p, s in pairs if p == lighter)
        assert all(s >= heaviest - (p == lighter) for p, s in pairs if p >= lighter)


def test_textbook_example() -> None:
    assert largest_remainder(100, [47000, 16000, 15800, 12000, 6100, 3100]) == [47, 16, 16, 12, 6, 3]


def test_ties_go_to_the_earlier_place() -> None:
    assert largest_remainder(2, [1, 1, 1]) == [1, 1, 0]
    assert largest_remainder(3, [1, 1, 1, 1, 1]) == [1, 1, 1, 0, 0]


def test_equal_fractions_written_differently_tie() -> None:
    assert largest_remainder(1, [Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)]) == [1, 0, 0]
    assert largest_remainder(10, [0.1] * 3) == [4, 3, 3]


def test_nothing_to_share() -> None:
    assert largest_remainder(0, [3, 5]) == [0, 0]
    assert largest_remainder(0, [0, 0]) == [0, 0]
    assert largest_remainder(0, []) == []


@pytest.mark.parametrize("parts", [[], [0, 0]])
def test_without_weight_something_cannot_vanish(parts) -> None:
    with pytest.raises(ValueError, match="no weight is positive"):
        largest_remainder(831, parts)


@pytest.mark.parametrize("wrong", [-1, -0.5, float("nan"), float("inf")])
def test_bad_weights_are_refused_and_quoted(wrong) -> None:
    with pytest.raises(ValueError, match=r"weight must .*" + str(wrong).replace("-", "-")):
        largest_remainder(3, [1, wrong])


def test_negative_total_is_refused() -> None:
    with pytest.raises(ValueError, match="-3"):
        largest_remainder(-3, [1])
