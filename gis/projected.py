"""Plane coordinates of the national grid (CGCS2000, Gauss-Krüger): recognised, and brought to degrees.

Surveyors write the northing first and call it X; here east and north are told apart by their size. An easting
with eight digits carries its zone in front (38412000: three-degree zone 38). Which plane is meant is never
guessed from the numbers alone: seven digits fit every zone.
"""

import re
import unicodedata
from functools import cache
from typing import Final, NamedTuple

from pyproj import Transformer

_THREE_DEGREE: Final = range(25, 46)
_SIX_DEGREE: Final = range(13, 24)
_METRES: Final = re.compile(r"\d{6,8}(?:\.\d+)?")
_EAST: Final = (300_000.0, 700_000.0)
_NORTH: Final = (300_000.0, 6_000_000.0)
_EPSG: Final = re.compile(r"(?:epsg:?)?(4(?:49[1-9]|5\d\d))")
_ZONE: Final = re.compile(r".*(?:2000|cgcs).*?(?:3度|三度|3-degree|3_degree).*?(\d{2})\D*")


class Plane(NamedTuple):
    """Plane coordinates in metres and the EPSG code of the plane, 0 when the numbers do not say it."""

    east_m: float
    north_m: float
    epsg: int


def plane_of(first: str, second: str) -> Plane | None:
    """Return what two texts write when they are metres on a plane, in either order; None when they are not.

    >>> plane_of("2741000", "38412000"), plane_of("113.5", "24.8")
    (Plane(east_m=38412000.0, north_m=2741000.0, epsg=4526), None)
    """
    numbers = [unicodedata.normalize("NFKC", text).replace(",", "").strip() for text in (first, second)]
    if not all(_METRES.fullmatch(number) for number in numbers):
        return None
    one, other = float(numbers[0]), float(numbers[1])
    for east, north in ((one, other), (other, one)):
        zone, offset = divmod(east, 1_000_000)
        if _EAST[0] <= offset <= _EAST[1] and _NORTH[0] <= north <= _NORTH[1] and zone in (0, *_ZONES):
            return Plane(east, north, _epsg_of_zone(int(zone)))
    return None


_ZONES: Final = (*_SIX_DEGREE, *_THREE_DEGREE)


def _epsg_of_zone(zone: int) -> int:
    """Return the code of the zone in front of an easting, 0 for none (EPSG registry, CGCS2000 / GK)."""
    if zone in _THREE_DEGREE:
        return 4513 + zone - _THREE_DEGREE.start
    return 4491 + zone - _SIX_DEGREE.start if zone in _SIX_DEGREE else 0


def named_plane(text: str) -> Plane | None:
    """Return the plane that a text names (``EPSG:4526``, ``CGCS2000 3度带 38带``), without coordinates.

    >>> named_plane("EPSG:4526").epsg, named_plane("CGCS2000 3度带 38带").epsg, named_plane("GPS")
    (4526, 4526, None)
    """
    form = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
    match = _EPSG.fullmatch(form)
    if match and 4491 <= int(match[1]) <= 4554:
        return Plane(0.0, 0.0, int(match[1]))
    zone = _ZONE.fullmatch(form)
    epsg = _epsg_of_zone(int(zone[1])) if zone and int(zone[1]) in _THREE_DEGREE else 0
    return Plane(0.0, 0.0, epsg) if epsg else None


def to_degrees(east_m: float, north_m: float, epsg: int) -> tuple[float, float]:
    """Return longitude and latitude (CGCS2000, here WGS84) of plane coordinates; an easting may carry a zone.

    >>> [round(d, 3) for d in to_degrees(38412000, 2741000, 4526)]
    [113.13, 24.771]
    """
    # codes up to 4501 and 4513-4533 expect the zone in front, the central-meridian ones do not
    zoned = 4491 <= epsg <= 4501 or 4513 <= epsg <= 4533
    offset = east_m % 1_000_000
    prefix = _zone_of(epsg) * 1_000_000 if zoned else 0
    lon, lat = _transformer(epsg).transform(prefix + offset, north_m)
    return float(lon), float(lat)


def _zone_of(epsg: int) -> int:
    return epsg - 4513 + _THREE_DEGREE.start if epsg >= 4513 else epsg - 4491 + _SIX_DEGREE.start


@cache
def _transformer(epsg: int) -> Transformer:
    return Transformer.from_crs(f"EPSG:{epsg}", "EPSG:4490", always_xy=True)
