"""Maximal coverage, with a number of sites or a budget: exact where it says so, bounded beyond."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from gis.errors import BadInput
from gis.siting import coverage_curve, max_coverage, max_coverage_for_budget
from tests.unit.gis.siting.instances import as_sparse, choices, graph, plane, problems


def covered(cost, weights, sites, radius) -> float:
    return float(weights[(cost[:, list(sites)] <= radius).any(axis=1)].sum()) if len(sites) else 0.0


def best(cost, weights, p, radius, allowed=lambda _: True) -> float:
    return max(covered(cost, weights, sites, radius) for sites in choices(cost.shape[1], p, allowed))


@given(problems(), st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_small_problems_are_proved(problem, radius) -> None:
    cost, weights, p = problem
    if cost.min() > radius:
        with pytest.raises(BadInput):
            max_coverage(cost, weights, p, radius)
        return
    for given_as in (cost, as_sparse(cost)):
        found = max_coverage(given_as, weights, p, radius)
        assert found.objective == covered(cost, weights, found.chosen, radius)
        assert found.objective == found.bound == best(cost, weights, p, radius)
        assert found.gap == 0
        assert len(found.chosen) == p
        assert weights[found.unserved].sum() + found.objective == weights.sum()


def test_a_hard_one_is_proved_and_the_quick_way_is_bounded() -> None:
    cost = graph(150, 4)
    weights = np.random.default_rng(1).integers(1, 100, 150).astype(float)
    radius = float(np.quantile(cost, 0.06))
    exact = max_coverage(cost, weights, 8, radius)
    assert exact.proved
    quick = max_coverage(cost, weights, 8, radius, exact=False)
    assert "HiGHS" not in quick.method
    assert exact.objective * 0.97 <= quick.objective <= exact.objective <= quick.bound
    cut = max_coverage(cost, weights, 8, radius, time_limit_s=0)
    assert cut.objective <= exact.objective <= cut.bound


def test_large_and_sparse_is_bounded() -> None:
    random = np.random.default_rng(2)
    demand, candidates = 20_000, 3_000
    rows = np.repeat(np.arange(demand), 5)
    pairs = np.unique(np.column_stack([rows, random.integers(0, candidates, len(rows))]), axis=0)
    cost = as_sparse(np.full((1, 1), np.inf))
    cost = type(cost)((np.zeros(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(demand, candidates))
    weights = random.random(demand)
    found = max_coverage(cost, weights, 50, 0.0)
    assert 0 < found.gap < 0.05
    opened = np.isin(pairs[:, 1], found.chosen)
    assert found.objective == pytest.approx(weights[np.unique(pairs[opened, 0])].sum())


def test_rules_hold_in_the_proof_too() -> None:
    cost, weights = plane(60, 12, 3), np.arange(1.0, 61.0)
    near = np.zeros((12, 12))
    near[1, 2] = near[3, 4] = near[5, 6] = 1
    pairs = ({1, 2}, {3, 4}, {5, 6})
    found = max_coverage(cost, weights, 4, 0.25, fixed=[0], forbidden=[7], conflicts=near)

    def allowed(sites) -> bool:
        return 0 in sites and 7 not in sites and not any(pair <= set(sites) for pair in pairs)

    assert allowed(found.chosen)
    assert found.objective == found.bound == best(cost, weights, 4, 0.25, allowed)


def test_agrees_with_spopt() -> None:
    pulp = pytest.importorskip("pulp")
    locate = pytest.importorskip("spopt.locate")
    cost, weights = plane(60, 15, 5), np.arange(1, 61)
    peer = locate.MCLP.from_cost_matrix(cost, weights, service_radius=0.2, p_facilities=3)
    peer = peer.solve(pulp.PULP_CBC_CMD(msg=False))
    assert max_coverage(cost, weights, 3, 0.2).objective == peer.problem.objective.value()


def test_nobody_can_cover_the_unreachable() -> None:
    found = max_coverage([[0.0, 9.0], [np.inf, np.inf]], [3, 4], 1, 1)
    assert (found.objective, found.bound) == (3.0, 3.0)
    assert_array_equal(found.unserved, [1])


@pytest.mark.parametrize("radius", [-1, float("nan")])
def test_no_such_radius(radius) -> None:
    with pytest.raises(BadInput, match="at least 0"):
        max_coverage([[1.0]], [1], 1, radius)


@given(problems(), st.integers(0, 9), st.integers(1, 12), st.data())
@settings(max_examples=60, deadline=None)
def test_budget(problem, radius, budget, data) -> None:
    cost, weights, _ = problem
    count = cost.shape[1]
    unit_costs = np.array(data.draw(st.lists(st.integers(1, 6), min_size=count, max_size=count)), float)
    affordable = [
        sites
        for p in range(1, count + 1)
        for sites in choices(count, p, lambda s: unit_costs[list(s)].sum() <= budget)
    ]
    wanted = max((covered(cost, weights, sites, radius) for sites in affordable), default=0.0)
    if cost.min() > radius or not (unit_costs <= budget).any():
        with pytest.raises(BadInput):
            max_coverage_for_budget(cost, weights, budget, radius, unit_costs)
        return
    if wanted == 0:
        return
    found = max_coverage_for_budget(cost, weights, budget, radius, unit_costs)
    assert unit_costs[list(found.chosen)].sum() <= budget
    assert found.objective == found.bound == wanted
    greedy = max_coverage_for_budget(cost, weights, budget, radius, unit_costs, exact=False)
    assert unit_costs[list(greedy.chosen)].sum() <= budget
    assert greedy.objective >= wanted * (1 - 1 / np.e) / 2
    assert greedy.bound >= wanted


def test_existing_sites_cost_nothing() -> None:
    found = max_coverage_for_budget([[0, 9], [9, 0]], [1, 2], 5, 1, [100, 5], fixed=[0])
    assert (found.chosen, found.objective) == ((0, 1), 3.0)


def test_curve_rises_and_stays_below_its_bound() -> None:
    cost, weights = plane(80, 15, 6), np.arange(1.0, 81.0)
    curve = coverage_curve(cost, weights, 6, 0.2, fixed=[3])
    assert [point.sites for point in curve] == [1, 2, 3, 4, 5, 6]
    values = [point.covered for point in curve]
    assert values == sorted(values)
    for point in curve:
        wanted = best(cost, weights, point.sites, 0.2, lambda s: 3 in s)
        assert point.covered <= wanted <= point.bound + 1e-9
        assert point.covered >= wanted * (1 - 1 / np.e)
        assert point.share == pytest.approx(point.covered / weights.sum())
    assert [point.sites for point in coverage_curve(cost, weights, 2, 0.2)] == [0, 1, 2]
