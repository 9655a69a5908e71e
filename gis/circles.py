"""Circles on the sphere: all places at one great-circle distance from a centre, as rings to draw."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from gis.costs import check_limit
from gis.geodesy import EARTH_RADIUS_M, FloatArray, round_degrees
from gis.positions import checked_positions

STEPS: Final = 72
"""Corners of a ring: with 72 the straight side lies at most 0.1 % of the radius inside the circle."""


def geodesic_circles(centres: ArrayLike, radius_m: float, steps: int = STEPS) -> FloatArray:
    """Return closed rings, shape (n, steps + 1, 2), WGS84 degrees, lon first, counter-clockwise from north.

    Every corner lies ``radius_m`` from its centre on the sphere of ``gis.geodesy`` (direct problem on the
    sphere; J. P. Snyder, Map Projections - A Working Manual, 1987, eq. 5-5 and 5-6). Longitudes run on
    beyond ±180 rather than jump. Raises BadInput for impossible centres and a negative radius.

    >>> geodesic_circles([[113.0, 0.0]], 111_195.08, steps=4)[0, 1].round(3).tolist()
    [112.0, 0.0]
    """
    check_limit(radius_m, "the radius")
    centre = np.radians(checked_positions(centres, "centres"))[:, None, :]
    lon, lat = centre[..., 0], centre[..., 1]
    angle = radius_m / EARTH_RADIUS_M
    bearing = -np.linspace(0.0, 2.0 * np.pi, steps + 1)[None]
    sine = np.sin(lat) * np.cos(angle) + np.cos(lat) * np.sin(angle) * np.cos(bearing)
    there = np.arcsin(np.clip(sine, -1.0, 1.0))
    east = np.arctan2(
        np.sin(bearing) * np.sin(angle) * np.cos(lat), np.cos(angle) - np.sin(lat) * np.sin(there)
    )
    rings = round_degrees(np.degrees(np.stack((lon + east, there), axis=-1)))
    rings[:, -1] = rings[:, 0]
    return rings
