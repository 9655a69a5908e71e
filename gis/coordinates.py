"""Does a pair of coordinates make sense? Recognisers that name what is wrong; they never mend.

Codes are those of the issue vocabulary for incoming rows. Degrees throughout, longitude first.
"""

import math
from typing import Any, Final, Literal

import numpy as np
import shapely

from gis.datum import to_wgs84

CoordinateCode = Literal[
    "missing_value",
    "invalid_number",
    "out_of_range",
    "coordinates_zero",
    "coordinates_swapped",
    "coordinates_outside_country",
]
CountyCode = Literal["coordinates_outside_county", "crs_suspect"]

COUNTRY_BOX: Final = (73.4, 3.3, 135.2, 53.7)
"""West, south, east, north of China with its islands, degrees; neighbours lie in it too: a coarse check."""

NEAR_LINE_M: Final = 500.0
"""Borders are good to about this much (p90 of their scatter), so nearer points may lie on either side."""

_SHIFTED_DATUMS: Final = ("gcj02", "bd09")
_METRES_PER_DEGREE = 111_195.0  # of latitude, on the sphere of gis.geodesy


def is_missing(lon: float | None, lat: float | None) -> bool:
    """Tell whether either half is missing (None or NaN): half a position is no position."""
    return lon is None or lat is None or math.isnan(lon) or math.isnan(lat)


def is_zero(lon: float, lat: float) -> bool:
    """Tell whether both are zero, which forms and programs write for "unknown"."""
    return lon == 0 and lat == 0


def in_country_box(lon: float, lat: float) -> bool:
    """Tell whether a position lies in the box around China (edges included)."""
    west, south, east, north = COUNTRY_BOX
    return west <= lon <= east and south <= lat <= north


def is_swapped(lon: float, lat: float) -> bool:
    """Tell whether only the swapped pair lies in China's box; its longitudes and latitudes never overlap."""
    return not in_country_box(lon, lat) and in_country_box(lat, lon)


def check_lonlat(lon: float | None, lat: float | None) -> CoordinateCode | None:
    """Return the code of what is wrong with a position in degrees, None when nothing is seen to be."""
    if lon is None or lat is None or is_missing(lon, lat):
        return "missing_value"
    if math.isinf(lon) or math.isinf(lat):
        return "invalid_number"
    if is_zero(lon, lat):
        return "coordinates_zero"
    if is_swapped(lon, lat):
        return "coordinates_swapped"
    if abs(lon) > 180 or abs(lat) > 90:
        return "out_of_range"
    return None if in_country_box(lon, lat) else "coordinates_outside_country"


def check_county(lon: float, lat: float, county: Any) -> CountyCode | None:
    """Compare a WGS84 position with the polygon of its declared county; None when it lies inside or on it.

    ``crs_suspect`` when it lies inside only once read as GCJ-02 or BD-09; otherwise
    ``coordinates_outside_county``.
    """
    if shapely.intersects_xy(county, lon, lat):
        return None
    return "crs_suspect" if fitting_datums(lon, lat, county) else "coordinates_outside_county"


def fitting_datums(lon: float, lat: float, county: Any) -> list[str]:
    """Return which of ``gcj02`` and ``bd09``, as datum of entry, would bring a position into a polygon."""
    readings = {datum: to_wgs84([[lon, lat]], datum)[0] for datum in _SHIFTED_DATUMS}
    return [datum for datum, position in readings.items() if shapely.intersects_xy(county, *position)]


def distance_to_line_m(lon: float, lat: float, county: Any) -> float:
    """Return metres from a WGS84 position to the nearest point of a polygon's outline, inside or outside.

    Measured on the plane that touches at the position: good to a per cent within some 20 km, which is where
    the answer matters. An empty polygon gives infinity.
    """
    if shapely.is_empty(county):
        return math.inf
    scale = np.array([math.cos(math.radians(lat)), 1.0]) * _METRES_PER_DEGREE
    outline = shapely.transform(shapely.boundary(county), lambda c: (c - [lon, lat]) * scale)
    return float(shapely.distance(outline, shapely.Point(0.0, 0.0)))


def is_near_line(lon: float, lat: float, county: Any, within_m: float = NEAR_LINE_M) -> bool:
    """Tell whether a WGS84 position lies within ``within_m`` metres of a polygon's outline."""
    return distance_to_line_m(lon, lat, county) <= within_m
