"""Limited room: nobody vanishes, no site overflows, and the best assignment is the best."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gis.errors import BadInput
from gis.siting import assign_with_capacity, max_coverage_with_capacity
from tests.unit.gis.siting.instances import choices, plane, problems

rooms = st.lists(st.integers(0, 9), min_size=6, max_size=6)


def most_served(cost, people, room, radius) -> float:
    """The most people that find room, by SciPy's linear programming."""
    rows, sites = np.nonzero(cost <= radius)
    if not len(rows):
        return 0.0
    limits = np.zeros((len(people) + len(room), len(rows)))
    limits[rows, np.arange(len(rows))] = 1
    limits[len(people) + sites, np.arange(len(rows))] = 1
    return -linprog(-np.ones(len(rows)), limits, np.concatenate([people, room])).fun


@given(problems(), rooms, st.integers(0, 9), st.booleans())
@settings(max_examples=60, deadline=None)
def test_everyone_is_accounted_for(problem, room, radius, exact) -> None:
    cost, people, _ = problem
    count = cost.shape[1]
    capacity = np.array(room[:count], float)
    found = assign_with_capacity(cost, people, range(count), capacity, radius, exact=exact)
    assert found.people.sum() + found.unserved.sum() == pytest.approx(people.sum())
    assert (found.load <= capacity + 1e-6).all()
    assert found.load.sum() == pytest.approx(found.people.sum())
    assert (cost[found.rows, found.sites] <= radius).all()
    assert found.total_cost == pytest.approx((cost[found.rows, found.sites] * found.people).sum())
    wanted = most_served(cost, people, capacity, radius)
    assert found.people.sum() <= wanted + 1e-6
    if exact:
        assert found.exact
        assert found.people.sum() == pytest.approx(wanted)


def test_near_first_is_not_always_best_and_says_so() -> None:
    cost, people, room = [[1.0, 2.0], [1.5, np.inf]], [10, 10], [10, 10]
    assert assign_with_capacity(cost, people, [0, 1], room).unserved.sum() == 0
    quick = assign_with_capacity(cost, people, [0, 1], room, exact=False)
    assert (quick.exact, quick.unserved.tolist()) == (False, [0, 10])


def test_served_first_then_cheap() -> None:
    found = assign_with_capacity([[1.0, 8.0], [2.0, 3.0]], [10, 10], [0, 1], [10, 20])
    assert found.total_cost == 10 * 1 + 10 * 3


def test_only_chosen_sites_take_people() -> None:
    found = assign_with_capacity(plane(20, 5, 1), np.ones(20), [1, 3], np.full(5, 30.0))
    assert set(found.sites.tolist()) <= {1, 3}


@given(problems(), rooms, st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_choice_and_room_together(problem, room, radius) -> None:
    cost, people, p = problem
    capacity = np.array(room[: cost.shape[1]], float)
    found = max_coverage_with_capacity(cost, people, p, radius, capacity)

    def served(sites) -> float:
        return most_served(cost[:, list(sites)], people, capacity[list(sites)], radius)

    wanted = max(served(sites) for sites in choices(cost.shape[1], p, lambda _: True))
    assert found.objective == pytest.approx(wanted, abs=1e-6)
    assert found.bound == pytest.approx(wanted, abs=1e-5)


def test_large_choice_is_bounded() -> None:
    cost, people = plane(400, 80, 5), np.ones(400)
    found = max_coverage_with_capacity(cost, people, 5, 1.5, np.full(80, 40.0), fixed=[7], forbidden=[8])
    assert found.method == "greedy with room"
    assert 7 in found.chosen
    assert 8 not in found.chosen
    assert found.objective == found.bound == 200


def test_refusals() -> None:
    with pytest.raises(BadInput, match="the capacities"):
        assign_with_capacity([[1.0]], [1], [0], [1, 2])
    with pytest.raises(BadInput, match="the weights"):
        assign_with_capacity([[1.0]], [-1], [0], [1])
