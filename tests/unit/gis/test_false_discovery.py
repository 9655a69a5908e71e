"""Benjamini and Hochberg: their own example, and SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import false_discovery_control

from gis.errors import BadInput
from gis.false_discovery import false_discovery

PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip
"""The fifteen p-values of the paper of 1995; four pass at .05."""


def test_the_example_of_the_paper() -> None:
    found = false_discovery(PUBLISHED[::-1])
    assert found.significant.tolist() == [False] * 11 + [True] * 4
    assert found.threshold == 0.0095
    assert (found.level, found.tests) == (0.05, 15)


@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_adjusted_values_are_scipys(p) -> None:
    found = false_discovery(p)
    assert_allclose(found.adjusted, false_discovery_control(p))
    assert (found.significant == (found.adjusted <= 0.05 * (1 + 1e-12))).all()


def test_the_step_up_rule_passes_what_later_ones_carry() -> None:
    assert false_discovery([0.04, 0.045, 0.05]).significant.all()


def test_no_test_is_no_p() -> None:
    found = false_discovery([0.001, np.nan, 0.9])
    assert found.significant.tolist() == [True, False, False]
    assert found.tests == 2
    assert np.isnan(found.adjusted[1])
    assert_allclose(found.adjusted[0], 0.002)


def test_nothing_passes_and_nothing_given() -> None:
    assert np.isnan(false_discovery([0.9, 0.8]).threshold)
    assert false_discovery([]).tests == 0


@pytest.mark.parametrize(("p", "level"), [([1.2], 0.05), ([-0.1], 0.05), ([0.5], 0), ([0.5], 1)])
def test_refused(p, level) -> None:
    with pytest.raises(BadInput, match="between 0 and 1"):
        false_discovery(p, level)
