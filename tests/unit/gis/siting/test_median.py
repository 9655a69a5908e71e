"""p-median: never worse than trying everything, the bound never above it, and refusals in words."""

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_array_equal

from gis.errors import BadInput
from gis.siting import median, p_median, spacing_conflicts
from tests.unit.gis.siting.instances import as_sparse, choices, graph, plane, problems


def total(cost, weights, sites) -> float:
    return float((cost[:, list(sites)].min(axis=1) * weights).sum())


def best(cost, weights, p, allowed=lambda _: True) -> float:
    return min(total(cost, weights, sites) for sites in choices(cost.shape[1], p, allowed))


@given(problems())
@settings(max_examples=60, deadline=None)
def test_small_problems_are_solved_and_bounded(problem) -> None:
    cost, weights, p = problem
    for given_as in (cost, as_sparse(cost)):
        found = p_median(given_as, weights, p)
        assert len(found.chosen) == p == len(set(found.chosen))
        assert list(found.chosen) == sorted(found.chosen)
        assert found.objective == total(cost, weights, found.chosen) == best(cost, weights, p)
        assert found.bound <= found.objective
        assert found.proved == (found.bound == found.objective)


@pytest.mark.parametrize(("nodes", "p"), [(100, 5), (100, 33), (200, 20)])
def test_graphs_like_the_classic_ones(nodes: int, p: int) -> None:
    cost = graph(nodes, nodes + p)
    found = p_median(cost, None, p)
    assert found.gap < 0.01
    longer = p_median(cost, None, p, effort=4, seed=9)
    assert found.objective <= longer.objective * 1.001
    assert longer.objective >= found.bound


def test_one_answer_for_one_seed() -> None:
    cost = graph(150, 3)
    assert p_median(cost, None, 12).chosen == p_median(cost, None, 12).chosen


def test_agrees_with_spopt() -> None:
    pulp = pytest.importorskip("pulp")
    locate = pytest.importorskip("spopt.locate")
    cost, weights = plane(40, 12, 1), np.arange(1.0, 41.0)
    peer = locate.PMedian.from_cost_matrix(cost, weights, p_facilities=4)
    peer = peer.solve(pulp.PULP_CBC_CMD(msg=False))
    assert p_median(cost, weights, 4).objective == pytest.approx(peer.problem.objective.value())


def test_weights_move_the_site() -> None:
    cost = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0)))
    assert p_median(cost, [1, 1, 1, 1, 1], 1).chosen == (2,)
    assert p_median(cost, [9, 1, 1, 1, 1], 1).chosen == (0,)


def test_fixed_stay_forbidden_go_and_spacing_holds() -> None:
    cost = plane(25, 9, 2)
    weights = np.ones(25)
    found = p_median(cost, weights, 3, fixed=[4], forbidden=[0, 1])
    wanted = best(cost, weights, 3, lambda s: 4 in s and not {0, 1} & set(s))
    assert found.objective == pytest.approx(wanted)
    assert found.fixed == (4,)
    assert set(found.added) == set(found.chosen) - {4}
    near = np.zeros((9, 9))
    near[2, 3] = near[5, 6] = near[6, 7] = 1
    apart = p_median(cost, weights, 4, conflicts=near)
    assert not [pair for pair in ((2, 3), (5, 6), (6, 7)) if set(pair) <= set(apart.chosen)]
    assert apart.objective == pytest.approx(
        best(cost, weights, 4, lambda s: not any(set(q) <= set(s) for q in ((2, 3), (5, 6), (6, 7))))
    )


def test_spacing_in_metres() -> None:
    points = np.column_stack([np.linspace(113.0, 113.4, 9), np.full(9, 24.0)])
    conflicts = spacing_conflicts(points, 12_000)
    cost = np.abs(np.subtract.outer(points[:, 0], points[:, 0]))
    found = p_median(cost, None, 3, conflicts=conflicts)
    assert np.diff(points[list(found.chosen), 0]).min() > 0.11


@pytest.mark.parametrize("rules", [{}, {"fixed": [3], "forbidden": [0]}])
def test_stored_pairs_only_gives_nearly_the_same(rules, monkeypatch: pytest.MonkeyPatch) -> None:
    cost = graph(120, 5)
    dense = p_median(cost, None, 15, **rules)
    monkeypatch.setattr(median, "LARGEST_DENSE", 0)
    found = p_median(as_sparse(cost), None, 15, **rules)
    assert found.objective == total(cost, 1.0, found.chosen) <= dense.objective * 1.01
    assert found.bound <= dense.objective
    assert found.gap < 0.02
    assert found.fixed == dense.fixed


def test_spacing_on_stored_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(median, "LARGEST_DENSE", 0)
    cost, near = plane(60, 20, 8), np.zeros((20, 20))
    near[np.arange(19), np.arange(1, 20)] = 1
    found = p_median(as_sparse(cost), None, 6, conflicts=near)
    assert np.diff(found.chosen).min() > 1
    assert found.bound <= found.objective


def test_a_stored_zero_is_a_cost_of_zero() -> None:
    cost = as_sparse(np.array([[0.0, 4.0], [5.0, 0.0]]))
    assert p_median(cost, [1, 1], 2).objective == 0
    assert p_median(cost, [3, 1], 1).chosen == (0,)


def test_who_is_out_of_reach_is_named_or_listed() -> None:
    cost = np.array([[1.0, 2.0], [np.inf, np.inf], [2.0, 1.0]])
    with pytest.raises(BadInput, match=r"1 of 3 demand places .* \(rows 1\)") as refused:
        p_median(cost, None, 1)
    assert refused.value.code == "unreachable"
    found = p_median(cost, None, 1, leave_out=True)
    assert_array_equal(found.unserved, [1])
    assert found.objective == 3
    assert p_median(cost, [1, 0, 1], 1).objective == 3


def test_too_few_sites_to_reach_everyone() -> None:
    cost = np.array([[1.0, np.inf], [np.inf, 1.0]])
    with pytest.raises(BadInput, match="no choice of 1 sites was found that reaches everyone: 1"):
        p_median(cost, None, 1)
    found = p_median(cost, [5, 1], 1, leave_out=True)
    assert (found.chosen, found.objective, found.gap) == ((0,), 5.0, np.inf)
    assert_array_equal(found.unserved, [1])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"cost": np.empty((0, 3))}, "no_demand"),
        ({"cost": np.empty((3, 0))}, "no_facilities"),
        ({"cost": [1.0, 2.0]}, "shape"),
        ({"cost": [[1.0, np.nan], [1.0, 1.0]]}, "values"),
        ({"cost": [[1.0, -2.0], [1.0, 1.0]]}, "values"),
        ({"weights": [1.0]}, "shape"),
        ({"weights": [1.0, np.nan]}, "values"),
        ({"weights": [1.0, -1.0]}, "values"),
        ({"weights": [0.0, 0.0]}, "no_demand"),
        ({"p": 0}, "number"),
        ({"p": 3}, "too_many"),
        ({"p": 1.5}, "number"),
        ({"p": 1, "fixed": [0, 1]}, "fixed_too_many"),
        ({"forbidden": [0, 1]}, "all_excluded"),
        ({"fixed": [7]}, "index"),
        ({"forbidden": [True]}, "shape"),
        ({"conflicts": np.ones((3, 3))}, "shape"),
        ({"p": 2, "conflicts": np.ones((2, 2))}, "spacing"),
    ],
)
def test_refusals(arguments, code: str) -> None:
    asked = {"cost": [[1.0, 2.0], [2.0, 1.0]], "weights": [1.0, 1.0], "p": 1, **arguments}
    with pytest.raises(BadInput) as refused:
        p_median(asked.pop("cost"), asked.pop("weights"), asked.pop("p"), **asked)
    assert refused.value.code == code


def test_one_place_one_candidate() -> None:
    found = p_median([[7.0]], [2], 1)
    assert (found.chosen, found.objective, found.bound, found.gap) == ((0,), 14.0, 14.0, 0.0)
