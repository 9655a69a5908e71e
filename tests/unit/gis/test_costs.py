"""Costs, dense or sparse: zeros that are stored stay, what is absent is out of reach."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy import sparse

from gis.costs import dense_costs, sparse_costs, within
from gis.errors import BadInput

cells = st.lists(st.sampled_from([0.0, 1.0, 2.5, np.inf]), min_size=12, max_size=12)


@given(cells)
def test_both_forms_say_the_same(values) -> None:
    cost = np.array(values).reshape(3, 4)
    stored = sparse_costs(cost)
    assert stored.nnz == np.isfinite(cost).sum()
    assert_array_equal(dense_costs(stored), cost)
    for other in (stored.tocoo(), stored.tocsc(), sparse.csr_matrix(stored)):
        assert_array_equal(dense_costs(other), cost)
    near = within(stored, 1.0)
    assert_array_equal(dense_costs(near), np.where(cost <= 1, cost, np.inf))


def test_the_callers_matrix_is_left_alone() -> None:
    jumbled = sparse.csr_array((np.array([2.0, 0.0]), np.array([1, 0]), np.array([0, 2])), shape=(1, 2))
    assert_array_equal(dense_costs(jumbled), [[0, 2]])
    assert_array_equal(jumbled.indices, [1, 0])
    assert_array_equal(jumbled.data, [2, 0])


def test_infinity_that_is_stored_is_out_of_reach() -> None:
    stored = sparse.csr_array((np.array([np.inf, 0.0]), ([0, 0], [0, 1])), shape=(1, 2))
    assert sparse_costs(stored).nnz == 1
    assert_array_equal(dense_costs(stored), [[np.inf, 0]])


def test_whole_numbers_become_floats() -> None:
    assert sparse_costs(sparse.csr_array(np.array([[3, 1]]))).data.dtype == np.float64
    assert dense_costs([[3, 1]]).dtype == np.float64


@pytest.mark.parametrize("kind", ["coo", "csr", "csc"])
def test_a_pair_given_twice_is_refused_and_never_added_up(kind: str) -> None:
    if kind == "coo":
        twice = sparse.coo_array((np.array([1.0, 2.0]), ([0, 0], [1, 1])), shape=(1, 2))
    elif kind == "csr":
        twice = sparse.csr_array((np.array([1.0, 2.0]), np.array([1, 1]), np.array([0, 2])), shape=(1, 2))
    else:
        twice = sparse.csc_array((np.array([1.0, 2.0]), np.array([0, 0]), np.array([0, 0, 2])), shape=(1, 2))
    with pytest.raises(BadInput, match="two costs"):
        sparse_costs(twice)


def test_refusals_say_where() -> None:
    with pytest.raises(BadInput, match=r"1 rows of costs hold NaN \(first rows 1\)"):
        dense_costs([[1.0, 2.0], [np.nan, 1.0]])
    with pytest.raises(BadInput, match="2 rows of costs hold negative"):
        dense_costs([[-1.0], [-np.inf]])
    with pytest.raises(BadInput, match="1 stored costs are NaN"):
        sparse_costs(sparse.csr_array(np.array([[1.0, np.nan]])))
