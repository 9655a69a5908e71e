"""Exact intervals against published tables, ranks, and empirical-Bayes rates against esda."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import binom, poisson

from gis.errors import BadInput
from gis.rates import (
    SMALL_COUNT,
    clopper_pearson,
    empirical_bayes,
    poisson_interval,
    ranked_rates,
    wilson,
)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    smoothing = pytest.importorskip("esda.smoothing")


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [(0, 0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (100, 81.364, 121.627)],
)
def test_garwoods_table(events, low, high) -> None:
    found = poisson_interval(events)
    assert (float(found.low), float(found.high)) == (
        pytest.approx(low, abs=5e-4),
        pytest.approx(high, abs=6e-4),
    )


@pytest.mark.parametrize(
    ("successes", "trials", "exact", "score"),
    [
        (81, 263, (0.2527, 0.3676), (0.2553, 0.3662)),
        (15, 148, (0.0578, 0.1617), (0.0624, 0.1605)),
        (0, 20, (0.0000, 0.1684), (0.0000, 0.1611)),
        (1, 29, (0.0009, 0.1776), (0.0061, 0.1718)),
    ],
)
def test_newcombes_table(successes, trials, exact, score) -> None:
    """The four cases of Newcombe (1998), exact and score limits."""
    for interval, published in ((clopper_pearson, exact), (wilson, score)):
        found = interval(successes, trials)
        assert_allclose((found.low, found.high), published, atol=5.1e-5)
        assert found.estimate == pytest.approx(successes / trials)


@given(events=st.integers(0, 500), confidence=st.floats(0.5, 0.999))
def test_exact_limits_leave_their_share_in_each_tail(events, confidence) -> None:
    found, tail = poisson_interval(events, 1.0, confidence), (1 - confidence) / 2
    assert_allclose(poisson.cdf(events, float(found.high)), tail, rtol=1e-6)
    if events:
        assert_allclose(poisson.sf(events - 1, float(found.low)), tail, rtol=1e-6)


@given(data=st.data(), trials=st.integers(1, 300))
def test_exact_shares_leave_their_share_in_each_tail_and_stay_within_0_and_1(data, trials) -> None:
    successes = data.draw(st.integers(0, trials))
    for interval in (clopper_pearson, wilson):
        found = interval(successes, trials)
        assert 0 <= found.low <= found.estimate <= found.high <= 1
    found = clopper_pearson(successes, trials)
    if successes < trials:
        assert_allclose(binom.cdf(successes, trials, float(found.high)), 0.025, rtol=1e-6)
    if successes:
        assert_allclose(binom.sf(successes - 1, trials, float(found.low)), 0.025, rtol=1e-6)


def test_a_rate_is_per_exposure() -> None:
    found = poisson_interval([10, 10], [1.0, 1000.0])
    assert_allclose(found.low[1] * 1000, found.low[0])
    assert_allclose(found.estimate, [10, 0.01])


def test_nobody_there_is_no_rate_and_unknown_is_not_zero() -> None:
    found = poisson_interval([3, np.nan, 0, 4], [0.0, 100.0, 100.0, np.nan])
    for column in (found.estimate, found.low, found.high):
        assert np.isnan(column).tolist() == [True, True, False, True]
    assert (found.estimate[2], found.low[2]) == (0, 0)
    assert found.high[2] > 0
    share = clopper_pearson([0, 2], [0, 4])
    assert np.isnan([share.estimate[0], share.low[0], share.high[0]]).all()
    assert np.isnan(wilson([0], [0]).high).all()


def test_ranks_share_places_and_skip_what_has_no_rate() -> None:
    found = ranked_rates([5, 30, 0, 6, 3], [100, 100, 0, 120, 600])
    assert found.rank.tolist() == [2, 1, 0, 2, 4]
    assert found.small.tolist() == [True, False, True, True, True]
    assert found.overall == pytest.approx(44 / 920)
    assert SMALL_COUNT == 20
    assert_allclose(found.low, poisson_interval([5, 30, 0, 6, 3], [100, 100, 0, 120, 600]).low)
    nothing = ranked_rates([], [])
    assert len(nothing.rank) == 0
    assert math.isnan(nothing.overall)


def test_empirical_bayes_agrees_with_esda() -> None:
    random = np.random.default_rng(1)
    people = random.integers(200, 50_000, 40)
    events = random.poisson(people * random.gamma(4, 0.001, 40))
    theirs = smoothing.Empirical_Bayes(events, people)
    found = empirical_bayes(events, people)
    assert found.between > 0
    assert_allclose(found.rate, np.ravel(theirs.r), rtol=1e-10)


def test_where_chance_explains_everything_all_get_the_common_rate() -> None:
    found = empirical_bayes([2, 4, 6], [100, 200, 300])
    assert found.between == 0
    assert_allclose(found.rate, 12 / 600)
    assert_allclose(found.weight, 0)


@given(
    events=st.lists(st.integers(0, 50), min_size=2, max_size=20),
    seed=st.integers(0, 10),
    factor=st.integers(1, 9),
)
def test_smoothed_rates_lie_between_their_own_and_the_common_one(events, seed, factor) -> None:
    people = np.random.default_rng(seed).integers(50, 5000, len(events)) * factor
    found, own = empirical_bayes(events, people), np.array(events) / people
    low, high = np.minimum(own, found.overall), np.maximum(own, found.overall)
    assert ((found.rate >= low - 1e-15) & (found.rate <= high + 1e-15)).all()
    assert ((found.weight >= 0) & (found.weight <= 1)).all()


def test_an_area_without_people_changes_nothing() -> None:
    alone = empirical_bayes([20, 3, 8], [1000, 900, 200])
    found = empirical_bayes([20, 3, 0, 8, np.nan], [1000, 900, 0, 200, 700])
    assert_array_equal(np.isnan(found.rate), [False, False, True, False, True])
    assert_allclose(found.rate[[0, 1, 3]], alone.rate)
    assert np.isnan(empirical_bayes([0], [0]).rate).all()
    assert_allclose(empirical_bayes([0, 0], [10, 20]).rate, 0)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: poisson_interval([-1]), "negative"),
        (lambda: poisson_interval([np.inf]), "infinite"),
        (lambda: poisson_interval([1.5]), "whole numbers"),
        (lambda: poisson_interval([1, 2], [1.0, -2.0]), "exposure must not be negative"),
        (lambda: ranked_rates([1, 2], [1, 2, 3]), "join them by id"),
        (lambda: empirical_bayes([1, 2], [1, 2, 3]), "join them by id"),
        (lambda: clopper_pearson([5], [4]), "more successes than trials"),
        (lambda: wilson([1], [2.5]), "whole numbers"),
        (lambda: poisson_interval([1], confidence=1.0), "between 0 and 1"),
    ],
)
def test_numbers_that_cannot_be_are_refused(call, told) -> None:
    with pytest.raises(BadInput, match=told):
        call()
