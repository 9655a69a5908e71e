"""Other choices, other thresholds, and the people who fare worst."""

import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from gis.errors import BadInput
from gis.siting import alternatives, max_coverage, nearest_chosen, p_median, threshold_changes, worst_served
from tests.unit.gis.siting.instances import as_sparse, graph, plane


def test_alternatives_are_other_good_choices() -> None:
    cost, weights = plane(80, 20, 1), np.arange(1.0, 81.0)
    best = p_median(cost, weights, 4, fixed=[2])
    others = alternatives(
        lambda out: p_median(cost, weights, 4, fixed=[2], forbidden=out), best, maximise=False, worse_by=0.1
    )
    assert 1 <= len(others) <= 3
    assert len({one.result.chosen for one in others} | {best.chosen}) == len(others) + 1
    for one in others:
        assert 0 <= one.worse_by <= 0.1
        assert one.worse_by == pytest.approx(one.result.objective / best.objective - 1)
        assert (set(best.chosen) - set(one.dropped)) | set(one.taken) == set(one.result.chosen)
        assert 2 in one.result.chosen
    changed = [len(one.dropped) for one in others]
    assert changed == sorted(changed, reverse=True)


def test_no_alternative_is_no_error() -> None:
    cost = [[0.0, 9.0], [9.0, 0.0]]
    best = max_coverage(cost, [1, 1], 2, 1)
    assert alternatives(lambda f: max_coverage(cost, [1, 1], 2, 1, forbidden=f), best, maximise=True) == ()


def test_thresholds_are_worked_out_again() -> None:
    cost, weights, radius = graph(60, 2), np.ones(60), 60.0
    best = max_coverage(cost, weights, 4, radius)
    less, more = threshold_changes(
        cost, weights, best, radius, lambda limit: max_coverage(cost, weights, 4, limit)
    )
    assert (less.radius, more.radius) == (48.0, 72.0)
    for one in (less, more):
        lowest = cost[:, list(best.chosen)].min(axis=1)
        assert one.covered == (lowest <= one.radius).sum() <= one.best.objective
        assert one.kept == len(set(one.best.chosen) & set(best.chosen))
    assert less.covered <= best.objective <= more.covered


def test_worst_served_tenth() -> None:
    cost = np.arange(1.0, 11.0)[:, None]
    worst = worst_served(cost, np.full(10, 10.0), [0])
    assert (worst.rows.tolist(), worst.people, worst.mean_cost) == ([9], 10.0, 10.0)
    wider = worst_served(cost, np.full(10, 10.0), [0], share=0.25)
    assert (wider.rows.tolist(), wider.from_cost, wider.to_cost) == ([7, 8, 9], 8.0, 10.0)


def test_the_unreached_are_the_worst_served() -> None:
    worst = worst_served([[1.0], [np.inf], [2.0]], [50, 5, 45], [0])
    assert_array_equal(worst.unreached, [1])
    assert_array_equal(worst.rows, [1, 2])
    assert worst.mean_cost == 2
    alone = worst_served([[np.inf], [1.0]], [90, 10], [0])
    assert math.isnan(alone.mean_cost)
    with pytest.raises(BadInput, match="share"):
        worst_served([[1.0]], [1], [0], share=0)


def test_nearest_chosen_agrees_for_both_kinds_of_costs() -> None:
    cost = np.random.default_rng(1).integers(0, 4, (30, 8)).astype(float)
    cost[cost == 3] = np.inf
    cost[5] = np.inf
    dense, stored = nearest_chosen(cost, [6, 1, 4]), nearest_chosen(as_sparse(cost), [6, 1, 4])
    assert_array_equal(dense[0], stored[0])
    assert_array_equal(dense[1], stored[1])
    assert dense[0][5] == -1
    assert np.isinf(dense[1][5])
