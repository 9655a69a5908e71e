"""Great-circle metres and rounding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from pyproj import Geod

from gis.geodesy import EARTH_RADIUS_M, distance_m, round_degrees

position = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(a=position, b=position)
def test_within_a_fraction_of_the_ellipsoid_and_symmetric(a, b) -> None:
    geodesic = Geod(ellps="WGS84").inv(*a, *b)[2]
    assert distance_m(a, b) == pytest.approx(geodesic, rel=6e-3, abs=1e-3)
    assert distance_m(a, b) == distance_m(b, a)


def test_known_lengths() -> None:
    assert_allclose(distance_m([0, 0], [180, 0]), np.pi * EARTH_RADIUS_M)
    assert_allclose(distance_m([113, 24], [113, 25]), np.pi * EARTH_RADIUS_M / 180)
    assert distance_m([113.5, 24.8], [113.5, 24.8]) == 0
    assert_allclose(distance_m([0, -90], [50, 90]), np.pi * EARTH_RADIUS_M)


def test_a_centimetre_is_seen() -> None:
    assert distance_m([113.5, 24.8], [113.5, 24.8 + 9e-8]) == pytest.approx(0.01, rel=0.01)


def test_shapes_broadcast_and_nan_stays() -> None:
    many = np.array([[113, 24], [114, 25], [np.nan, 25]])
    lengths = distance_m(many, [113, 24])
    assert lengths.shape == (3,)
    assert lengths[0] == 0
    assert np.isnan(lengths[2])
    assert distance_m(many[:, None], many[None]).shape == (3, 3)


@pytest.mark.parametrize("wrong", [5.0, [1.0, 2.0, 3.0]])
def test_wrong_shape_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match="longitude first"):
        distance_m(wrong, [113, 24])


def test_rounding_gives_seven_decimals_and_no_negative_zero() -> None:
    assert_array_equal(round_degrees([113.123456789, -0.00000001, np.nan]), [113.1234568, 0.0, np.nan])
    assert str(round_degrees([-1e-9])[0]) == "0.0"
