"""What counts as a position, and the chord that stands for a great-circle distance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from gis.errors import BadInput
from gis.geodesy import EARTH_RADIUS_M, distance_m
from gis.positions import checked_positions, chord, unit_vectors

position = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(a=position, b=position)
def test_the_chord_between_unit_vectors_is_that_of_the_distance(a, b) -> None:
    ends = unit_vectors(np.array([a, b]))
    # near the antipode the haversine formula itself is good to a tenth of a metre only
    assert_allclose(np.linalg.norm(ends[0] - ends[1]), chord(distance_m(a, b)), rtol=1e-9, atol=2e-15)


def test_no_chord_is_longer_than_that_to_the_antipode() -> None:
    assert_allclose(chord([0.0, np.pi * EARTH_RADIUS_M, 1e12]), [0, 2, 2])


def test_positions_come_back_as_floats() -> None:
    assert checked_positions([]).shape == (0, 2)
    assert checked_positions(np.empty((0, 2))).shape == (0, 2)
    assert_array_equal(checked_positions([(113, 24), (-180, 90)]), [[113.0, 24.0], [-180.0, 90.0]])


@pytest.mark.parametrize(
    ("wrong", "code", "told"),
    [
        ([113.0, 24.0], "shape", "longitude first"),
        ([[113.0, 24.0, 5.0]], "shape", r"\(1, 3\)"),
        ([["113°E", "24°N"]], "shape", "numbers in pairs"),
        ([(113, 24), (np.nan, 24)], "positions", "1 of 2 points are missing.*row 1"),
        ([(113, 24), (np.inf, 24)], "positions", "infinite"),
        ([(24, 113)], "positions", "check the order"),
        ([(113, 24), (500_000, 2_700_000)], "positions", "degrees"),
        (np.ma.masked_equal([[113.0, 24.0], [0.0, 1.0]], 0.0), "positions", "missing"),
    ],
)
def test_what_is_no_position_is_refused_with_a_sentence(wrong, code, told) -> None:
    with pytest.raises(BadInput, match=told) as refused:
        checked_positions(wrong)
    assert refused.value.code == code
