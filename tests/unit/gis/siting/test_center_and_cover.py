"""p-centre and set cover: proved on small problems, honest about what cannot be reached."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from gis.errors import BadInput
from gis.siting import cover, p_center, set_cover
from tests.unit.gis.siting.instances import as_sparse, choices, graph, plane, problems


def farthest(cost, sites) -> float:
    return float(cost[:, list(sites)].min(axis=1).max())


@given(problems())
@settings(max_examples=60, deadline=None)
def test_small_centres_are_proved(problem) -> None:
    cost, _, p = problem
    wanted = min(farthest(cost, sites) for sites in choices(cost.shape[1], p, lambda _: True))
    for given_as in (cost, as_sparse(cost)):
        found = p_center(given_as, p)
        assert found.objective == found.bound == wanted == farthest(cost, found.chosen)
        assert (found.gap, len(found.chosen)) == (0, p)


@given(problems(), st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_small_covers_are_proved(problem, radius) -> None:
    cost, _, _ = problem
    if cost.min(axis=1).max() > radius:
        with pytest.raises(BadInput, match="out of reach"):
            set_cover(cost, radius)
        return
    found = set_cover(as_sparse(cost), radius)
    fewest = next(
        p
        for p in range(1, cost.shape[1] + 1)
        if any(farthest(cost, sites) <= radius for sites in choices(cost.shape[1], p, lambda _: True))
    )
    assert farthest(cost, found.chosen) <= radius
    assert found.objective == found.bound == fewest == len(found.chosen)
    assert found.gap == 0


@pytest.mark.parametrize(("nodes", "p"), [(100, 10), (150, 5)])
def test_centre_and_cover_agree(nodes: int, p: int) -> None:
    cost = graph(nodes, p)
    centre = p_center(cost, p)
    assert centre.proved
    assert set_cover(cost, centre.objective).objective <= p
    below = np.unique(cost)[np.searchsorted(np.unique(cost), centre.objective) - 1]
    assert set_cover(cost, below).objective > p


def test_agrees_with_spopt() -> None:
    pulp = pytest.importorskip("pulp")
    locate = pytest.importorskip("spopt.locate")
    cost = plane(40, 12, 7)
    centre = locate.PCenter.from_cost_matrix(cost, p_facilities=3).solve(pulp.PULP_CBC_CMD(msg=False))
    assert p_center(cost, 3).objective == pytest.approx(centre.problem.objective.value())
    fewest = locate.LSCP.from_cost_matrix(cost, service_radius=0.6).solve(pulp.PULP_CBC_CMD(msg=False))
    assert set_cover(cost, 0.6).objective == fewest.problem.objective.value()


def test_rules_hold() -> None:
    cost = plane(30, 9, 9)
    near = np.zeros((9, 9))
    near[1, 2] = near[3, 4] = 1

    def allowed(sites) -> bool:
        return 0 in sites and 8 not in sites and not {1, 2} <= set(sites) and not {3, 4} <= set(sites)

    rules = {"fixed": [0], "forbidden": [8], "conflicts": near}
    centre = p_center(cost, 4, **rules)
    assert allowed(centre.chosen)
    assert centre.objective == min(farthest(cost, sites) for sites in choices(9, 4, allowed))
    few = set_cover(cost, 0.5, **rules)
    assert allowed(few.chosen)
    assert farthest(cost, few.chosen) <= 0.5
    assert not [s for s in choices(9, len(few.chosen) - 1, allowed) if farthest(cost, s) <= 0.5]


def test_who_is_out_of_reach_is_named_or_listed() -> None:
    cost = np.array([[1.0, 2.0], [np.inf, np.inf], [2.0, 1.0]])
    for ask in (lambda **more: p_center(cost, 1, **more), lambda **more: set_cover(cost, 2.0, **more)):
        with pytest.raises(BadInput, match=r"rows 1\)"):
            ask()
        found = ask(leave_out=True)
        assert_array_equal(found.unserved, [1])
    assert p_center(cost, 1, leave_out=True).objective == 2
    with pytest.raises(BadInput, match="all demand places are out of reach"):
        set_cover([[5.0]], 1.0, leave_out=True)


def test_too_few_sites_to_reach_everyone() -> None:
    with pytest.raises(BadInput, match="no choice of 1 sites"):
        p_center(np.array([[1.0, np.inf], [np.inf, 1.0]]), 1)


def test_without_time_the_gap_stays_open() -> None:
    cost = plane(120, 120, 3)
    for seconds in (0, 0.3):
        found = p_center(cost, 6, time_limit_s=seconds)
        assert found.bound <= found.objective == farthest(cost, found.chosen)
    assert p_center(cost, 6, time_limit_s=0).gap > 0


def test_large_covers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    cost = plane(200, 200, 4)
    exact = set_cover(cost, 0.2)
    monkeypatch.setattr(cover, "LARGEST_EXACT", 0)
    found = set_cover(cost, 0.2)
    assert farthest(cost, found.chosen) <= 0.2
    assert found.bound <= exact.objective <= found.objective
    assert found.bound >= exact.objective * 0.6


def test_spacing_may_forbid_every_cover() -> None:
    cost = np.array([[0.0, 9.0], [9.0, 0.0]])
    with pytest.raises(BadInput, match="spacing"):
        set_cover(cost, 1.0, conflicts=np.array([[0, 1], [1, 0]]))


def test_radius_zero_counts_stored_zeros() -> None:
    assert set_cover(as_sparse(np.array([[0.0, 1.0], [0.0, 1.0]])), 0.0).chosen == (0,)
