"""Access to care: what is supplied is what is received, bands add up, unknown stays unknown."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from gis.access import (
    align,
    catchments,
    circle_minutes,
    coverage_bands,
    nearest,
    pairs_within,
    per_population,
    two_step_floating_catchment,
)
from gis.errors import BadInput

DAI = np.exp(-0.5)


def stored(cost: np.ndarray) -> sparse.csr_array:
    rows, columns = np.nonzero(np.isfinite(cost))
    return sparse.csr_array((cost[rows, columns], (rows, columns)), shape=cost.shape)


@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(1, 8), st.sampled_from([None, "gaussian", 3.0]))
@settings(max_examples=80, deadline=None)
def test_all_supply_within_reach_of_anyone_is_received(seed, demand, facilities, decay) -> None:
    random = np.random.default_rng(seed)
    cost = random.integers(0, 15, (demand, facilities)).astype(float)
    cost[random.random(cost.shape) < 0.3] = np.inf
    people, supply = random.integers(0, 5, demand), random.integers(0, 9, facilities)
    access = two_step_floating_catchment(people, supply, cost, 10, decay)
    reach = cost < 10 if decay == "gaussian" else cost <= 10
    reaching = (reach & (people > 0)[:, None]).any(axis=0)
    assert (access * people).sum() == pytest.approx(supply[reaching].sum())
    assert (access >= 0).all()
    assert_allclose(two_step_floating_catchment(people, supply, stored(cost), 10, decay), access)
    assert_allclose(two_step_floating_catchment(people, supply, stored(cost).tocsc(), 10, decay), access)


@pytest.mark.parametrize("decay", [None, 4.0])
def test_agrees_with_the_package_access(decay) -> None:
    fca = pytest.importorskip("access.fca")
    weights = pytest.importorskip("access.weights")
    random = np.random.default_rng(3)
    cost = random.integers(0, 12, (30, 9)).astype(float)
    people, supply = random.integers(1, 500, 30), random.integers(1, 90, 9)
    pairs = pd.DataFrame(
        {
            "origin": np.repeat(np.arange(30), 9),
            "dest": np.tile(np.arange(9), 30),
            "cost": cost.ravel(),
        }
    )
    peer = fca.two_stage_fca(
        pd.DataFrame({"geoid": np.arange(30), "demand": people}),
        pd.DataFrame({"supply": supply}, index=pd.Index(np.arange(9), name="geoid")),
        pairs,
        max_cost=8,
        weight_fn=None if decay is None else weights.gaussian(decay),
    )
    ours = two_step_floating_catchment(people, supply, cost, 8, decay)
    assert_allclose(ours, peer.reindex(range(30), fill_value=0.0))


def test_the_formulas() -> None:
    cost, people, supply = np.array([[0.0], [5.0], [10.0], [11.0]]), np.ones(4), [6]
    assert_allclose(two_step_floating_catchment(people, supply, cost, 10), [2, 2, 2, 0])
    f = np.array([1.0, (np.exp(-0.125) - DAI) / (1 - DAI), 0.0, 0.0])
    assert_allclose(
        two_step_floating_catchment(people, supply, cost, 10, "gaussian"), 6 * f / f.sum(), atol=1e-12
    )
    g = np.exp(-(cost[:, 0] ** 2) / 50) * (cost[:, 0] <= 10)
    assert_allclose(two_step_floating_catchment(people, supply, cost, 10, 5.0), 6 * g / g.sum())
    own = two_step_floating_catchment(people, supply, cost, 10, lambda c: 1 / (1 + c))
    h = np.array([1, 1 / 6, 1 / 11, 0])
    assert_allclose(own, 6 * h / h.sum())


def test_a_stored_zero_is_zero_distance_and_an_absent_pair_is_none() -> None:
    cost = sparse.csr_array((np.array([0.0, 3.0]), ([0, 1], [0, 1])), shape=(3, 2))
    assert_allclose(two_step_floating_catchment([10, 20, 5], [5, 4], cost, 1), [0.5, 0, 0])
    assert_allclose(two_step_floating_catchment([10, 20, 5], [5, 4], cost, 3), [0.5, 0.2, 0])
    twice = sparse.coo_array((np.array([1.0, 2.0]), ([0, 0], [0, 0])), shape=(1, 1))
    with pytest.raises(BadInput, match="two costs"):
        two_step_floating_catchment([1], [1], twice, 5)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"population": [1.0, np.nan]}, "values"),
        ({"population": [1.0]}, "shape"),
        ({"supply": [-1.0]}, "values"),
        ({"cost": np.empty((2, 0)), "supply": []}, "no_facilities"),
        ({"cost": np.empty((0, 1)), "population": []}, "no_demand"),
        ({"cost": [[1.0], [np.nan]]}, "values"),
        ({"cost": [[1.0], [-1.0]]}, "values"),
        ({"cost": sparse.csr_array(np.array([[1.0], [-1.0]]))}, "values"),
        ({"catchment": -1.0}, "negative"),
        ({"catchment": np.nan}, "negative"),
        ({"decay": "linear"}, "decay"),
        ({"decay": 0.0}, "decay"),
        ({"decay": "gaussian", "catchment": 0.0}, "decay"),
        ({"decay": lambda c: c[:1]}, "decay"),
        ({"decay": lambda c: -c}, "values"),
    ],
)
def test_two_step_refusals(change, code: str) -> None:
    asked = {
        "population": [1.0, 2.0], "supply": [3.0], "cost": [[1.0], [2.0]], "catchment": 5.0, **change,
    }  # fmt: skip
    with pytest.raises(BadInput) as refused:
        two_step_floating_catchment(**asked)
    assert refused.value.code == code


@given(
    st.lists(st.tuples(st.floats(0, 1e5), st.integers(0, 1000)), min_size=1, max_size=20), st.floats(0, 1e5)
)
def test_bands_add_up_and_a_gap_is_one_in_all(rows, limit) -> None:
    metres, people = np.array(rows).T
    bands = coverage_bands(metres, people, limit)
    assert_allclose(np.add(bands.covered, bands.uncovered), people.sum())
    assert list(bands.covered) == sorted(bands.covered, reverse=True)
    assert_array_equal(bands.sure.astype(int) + bands.depends + bands.gap, np.ones(len(metres)))
    assert people[bands.gap].sum() == pytest.approx(bands.uncovered[0])
    assert people[bands.sure].sum() == pytest.approx(bands.covered[-1])


def test_bands_at_the_edge_and_without_any_facility() -> None:
    bands = coverage_bands([5000 / 1.2, 2500, np.inf], [1, 2, 4], 5000)
    assert bands.covered == (3.0, 2.0, 2.0)
    assert bands.gap.tolist() == [False, False, True]
    for wrong in ([np.nan], [-1.0]):
        with pytest.raises(BadInput):
            coverage_bands(wrong, [1], 5000)
    with pytest.raises(BadInput, match="never shorter"):
        coverage_bands([1.0], [1], 5000, (0.9,))


def test_catchments_lose_nobody() -> None:
    random = np.random.default_rng(4)
    demand, facilities = random.uniform((113, 24), (114, 25), (200, 2)), [[113.2, 24.5], [113.8, 24.5]]
    people = random.integers(0, 100, 200)
    whole = catchments(demand, facilities, people)
    assert whole.people.sum() == people.sum()
    assert whole.places.sum() == 200
    assert whole.people_outside == 0
    near = catchments(demand, facilities, people, limit_m=20_000)
    assert near.people.sum() + near.people_outside == people.sum()
    assert_array_equal(near.facility, np.where(near.metres <= 20_000, nearest(demand, facilities).index, -1))
    with pytest.raises(BadInput, match="no facilities"):
        catchments(demand, [], people)


def test_pairs_feed_the_two_steps() -> None:
    places = np.array([[113.0, 24.0], [113.01, 24.0], [113.5, 24.0]])
    access = two_step_floating_catchment([10, 30, 5], [8], pairs_within(places, places[:1], 2000), 2000)
    assert_allclose(access, [0.2, 0.2, 0])


def test_rates_keep_the_unknown_unknown() -> None:
    assert_array_equal(per_population([2, np.nan, 0, 1], [1000, 10, 50, 0]), [2, np.nan, 0, np.nan])
    assert_array_equal(per_population([3], [6], per=100), [50])
    for count, population in (([-1], [1]), ([1], [-1]), ([1], [np.inf]), ([1, 2], [1])):
        with pytest.raises(BadInput):
            per_population(count, population)


def test_circles() -> None:
    assert circle_minutes(15, 60) == 15_000
    assert circle_minutes(15, 60, 1.5) == 10_000
    for asked in ((-1, 5, 1), (15, -5, 1), (15, 5, 0.5), (15, float("nan"), 1)):
        with pytest.raises(BadInput):
            circle_minutes(*asked)


def test_alignment_names_what_is_missing() -> None:
    assert_array_equal(align(["c", "a"], {"a": 1.0, "b": 2.0, "c": 0.0}), [0, 1])
    with pytest.raises(BadInput, match="2 of 3 ids have no value: x, y"):
        align(["a", "x", "y"], {"a": 1.0, "x": None})
    with pytest.raises(BadInput, match="1 ids come twice: a"):
        align(["a", "a"], {"a": 1.0})
    assert align([], {}).shape == (0,)
