"""Shapes of a coverage result for the map: circles around its facilities."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from gis.circles import geodesic_circles
from projects.analysis.coverage.results import FacilityRow
from projects.analysis.exhibit import GeoJson

MOST_CIRCLES: Final = 300
"""So many facilities get circles of each size; more would cover the map and tell nothing."""


def circles(facilities: Sequence[FacilityRow], radius_m: float) -> tuple[GeoJson, ...]:
    """Return the circle of each facility as a polygon, in their order."""
    if not facilities:
        return ()
    centres = np.array([(one.lon, one.lat) for one in facilities])
    rings = geodesic_circles(centres, radius_m).tolist()
    return tuple({"type": "Polygon", "coordinates": [ring]} for ring in rings)
