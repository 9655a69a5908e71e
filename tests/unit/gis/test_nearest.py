"""Nearest facilities and pairs within a distance, against haversine over all pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from gis import nearest as module
from gis.access import nearest, pairs_within
from gis.errors import BadInput
from gis.geodesy import distance_m

position = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
places = st.lists(position, min_size=1, max_size=12)


@given(places, places, st.integers(1, 5))
@settings(deadline=None)
def test_nearest_is_the_nearest_anywhere_on_the_globe(demand, facilities, k) -> None:
    every = distance_m(np.array(demand)[:, None], np.array(facilities)[None])
    one = nearest(demand, facilities)
    assert_allclose(one.metres, every.min(axis=1), atol=0.3)
    assert_allclose(every[np.arange(len(demand)), one.index], one.metres, atol=0.3)
    several = nearest(demand, facilities, k)
    assert several.index.shape == several.metres.shape == (len(demand), min(k, len(facilities)))
    assert_allclose(several.metres, np.sort(every, axis=1)[:, :k], atol=0.3)
    assert_array_equal(several.metres[:, 0], one.metres)


def test_near_points_to_the_millimetre() -> None:
    random = np.random.default_rng(1)
    demand, facilities = random.uniform((113, 24), (114, 25), (2, 300, 2))
    every = distance_m(demand[:, None], facilities[None])
    found = nearest(demand, facilities)
    assert_array_equal(found.index, every.argmin(axis=1))
    assert_allclose(found.metres, every.min(axis=1), atol=1e-6)


@pytest.mark.parametrize("rows", [1, 7, 10_000])
def test_pairs_do_not_depend_on_the_chunks(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK_ROWS", rows)
    random = np.random.default_rng(2)
    demand, facilities = random.uniform((113, 24), (113.4, 24.4), (60, 2)), np.empty((40, 2))
    facilities[:] = random.uniform((113, 24), (113.4, 24.4), (40, 2))
    facilities[3] = demand[5]
    every = distance_m(demand[:, None], facilities[None])
    pairs = pairs_within(demand, facilities, 12_000)
    assert pairs.indices.dtype == np.int32
    stored = np.full(every.shape, np.inf)
    coordinates = pairs.tocoo()
    stored[coordinates.row, coordinates.col] = coordinates.data
    assert_allclose(stored, np.where(every <= 12_000, every, np.inf), atol=1e-6)
    assert stored[5, 3] == 0
    assert pairs.nnz == (every <= 12_000).sum()
    checked = pairs.copy()
    checked.has_canonical_format = False
    checked.sort_indices()
    assert_array_equal(checked.indices, pairs.indices)


def test_pairs_beyond_the_radius_are_out_and_on_it_are_in() -> None:
    demand, facilities = [[113.0, 24.0]], [[113.0, 24.1], [113.0, 24.2]]
    edge = pairs_within(demand, facilities, 1e6).data[0]
    assert pairs_within(demand, facilities, edge).nnz == 1
    assert pairs_within(demand, facilities, np.nextafter(edge, 0)).nnz == 0
    assert pairs_within(demand, demand, 0.0).nnz == 1
    assert pairs_within(demand, facilities, 1e9).nnz == 2


def test_empty_demand_is_an_empty_answer() -> None:
    assert nearest([], [[113, 24]]).index.shape == (0,)
    assert pairs_within([], [[113, 24]], 5.0).shape == (0, 1)


@pytest.mark.parametrize(
    ("demand", "facilities", "code"),
    [
        ([[113, 24]], [], "no_facilities"),
        ([[113, np.nan]], [[113, 24]], "positions"),
        ([[113, 24]], [[24, 113]], "positions"),
        ([113, 24], [[113, 24]], "shape"),
    ],
)
def test_refusals(demand, facilities, code: str) -> None:
    for ask in (nearest, lambda a, b: pairs_within(a, b, 1000)):
        with pytest.raises(BadInput) as refused:
            ask(demand, facilities)
        assert refused.value.code == code


def test_impossible_numbers_are_refused() -> None:
    with pytest.raises(BadInput, match="at least 1"):
        nearest([[113, 24]], [[113, 24]], 0)
    with pytest.raises(BadInput, match="the radius"):
        pairs_within([[113, 24]], [[113, 24]], -1)
