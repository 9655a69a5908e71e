"""Location quotients, leading categories, and what small counts do to them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from gis.concentration import NO_LEADER, concentration
from gis.errors import BadInput

COUNTS = np.array([[30, 10, 0], [10, 10, 20], [0, 0, 0], [1, 1, 0]])
"""Three categories in four areas: one specialised, one mixed, one empty, one with two records."""


def test_a_table_worked_by_hand() -> None:
    found = concentration(COUNTS)
    assert_allclose(found.reference, [41 / 82, 21 / 82, 20 / 82])
    assert_allclose(found.share[0], [0.75, 0.25, 0])
    assert_allclose(found.quotient[0], [1.5, 0.25 * 82 / 21, 0])
    assert_allclose(found.quotient[1], [0.5, 0.25 * 82 / 21, 0.5 * 82 / 20])


def test_an_empty_area_has_no_share_no_quotient_and_no_leader() -> None:
    found = concentration(COUNTS)
    assert np.isnan(found.share[2]).all()
    assert np.isnan(found.quotient[2]).all()
    assert found.leading.tolist() == [0, 2, NO_LEADER, 0]
    assert found.tied.tolist() == [False, False, False, True]
    assert found.few.tolist() == [False, False, True, True]
    assert found.small.tolist() == [[False] * 3, [False] * 3, [True] * 3, [True] * 3]


def test_a_category_nobody_has_gives_no_quotient() -> None:
    found = concentration([[3, 0], [4, 0]])
    assert np.isnan(found.quotient[:, 1]).all()
    assert_allclose(found.share[:, 1], 0)
    assert found.small[:, 1].all()


def test_held_against_another_whole() -> None:
    found = concentration([[5, 5]], reference=[90, 10])
    assert_allclose(found.quotient, [[0.5 / 0.9, 5.0]])
    assert found.small.tolist() == [[False, True]]
    assert np.isnan(concentration([[5, 5]], reference=[0, 0]).quotient).all()


@given(counts=arrays(np.int64, st.tuples(st.integers(0, 6), st.integers(0, 5)), elements=st.integers(0, 30)))
def test_shares_add_up_and_quotients_average_to_one(counts) -> None:
    found, totals = concentration(counts), counts.sum(axis=1)
    used = totals > 0
    if counts.size:
        assert_allclose(found.share[used].sum(axis=1), 1.0)
        weighted = (found.quotient[used] * totals[used, None]).sum(axis=0)
        present = counts.sum(axis=0) > 0
        assert_allclose(weighted[present], totals.sum())
    assert found.leading.shape == found.few.shape == totals.shape


@pytest.mark.parametrize(
    ("counts", "reference", "told"),
    [
        ([1, 2], None, "2 dimension"),
        ([[1, np.nan]], None, "known and not negative"),
        ([[1, -1]], None, "known and not negative"),
        ([[1, 2]], [1, 2, 3], "2 categories but the reference 3"),
        ([[1, 2]], [1, np.inf], "the reference must be known"),
    ],
)
def test_tables_that_cannot_be_are_refused(counts, reference, told) -> None:
    with pytest.raises(BadInput, match=told):
        concentration(counts, reference)
