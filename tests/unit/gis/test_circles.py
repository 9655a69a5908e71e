"""Circles: every corner at the radius, by the distance that everything else uses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.circles import STEPS, geodesic_circles
from gis.errors import BadInput
from gis.geodesy import distance_m


@given(st.floats(-180, 180), st.floats(-80, 80), st.floats(1, 100_000))
def test_every_corner_lies_at_the_radius(lon: float, lat: float, radius: float) -> None:
    ring = geodesic_circles([(lon, lat)], radius)[0]
    assert ring.shape == (STEPS + 1, 2)
    assert distance_m(ring, [lon, lat]) == pytest.approx(radius, rel=1e-3, abs=0.05)


def test_rings_are_closed_and_run_counter_clockwise() -> None:
    for ring in geodesic_circles([(113.0, 24.8), (0.0, -33.0)], 5_000.0):
        assert ring[0].tolist() == ring[-1].tolist()
        x, y = ring[:, 0], ring[:, 1]
        assert float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) > 0


def test_no_centre_gives_no_ring_and_a_negative_radius_is_refused() -> None:
    assert geodesic_circles([], 100.0).shape[0] == 0
    with pytest.raises(BadInput):
        geodesic_circles([(113.0, 24.8)], -1.0)
