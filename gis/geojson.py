"""Geometry as RFC 7946 wants it: WGS84, lon then lat, right-hand rule, seven decimals, null for no place.

Callers hand over WGS84 degrees. Geometries that cross the antimeridian are not split: none here do.
"""

from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping, shape

from gis.geodesy import round_degrees

Member = dict[str, Any]


def geometry_member(geometry: Any) -> Member | None:
    """Return the GeoJSON ``geometry`` member of a shapely geometry in WGS84 degrees, two dimensions.

    None and empty geometries give None, which JSON writes as ``null``. Outer rings run counter-clockwise and
    holes clockwise. Heights are left out: RFC 7946 counts them from the ellipsoid; no source here does.

    Raises ValueError for positions outside ±180, ±90 degrees (metres, or lat before lon) or not finite.
    """
    if geometry is None or geometry.is_empty:
        return None
    _refuse_no_degrees(shapely.get_coordinates(geometry))
    rounded = shapely.transform(shapely.force_2d(geometry), round_degrees)
    member: Member = _listed(mapping(shapely.orient_polygons(rounded, exterior_cw=False)))
    return member


def geometry_of(member: Member | None) -> Any:
    """Return the shapely geometry of a GeoJSON ``geometry`` member; ``null`` gives None.

    Raises ValueError when the member is no geometry.
    """
    if member is None:
        return None
    try:
        return shape(member)
    except (shapely.errors.ShapelyError, AttributeError, KeyError, TypeError, IndexError) as error:
        raise ValueError(f"not a GeoJSON geometry: {str(member)[:80]}") from error


def _refuse_no_degrees(coordinates: Any) -> None:
    lon, lat = coordinates[:, 0], coordinates[:, 1]
    good = (np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0)  # false for NaN too
    if not good.all():
        place = int(np.flatnonzero(~good)[0])
        raise ValueError(f"not degrees of longitude and latitude: ({lon[place]}, {lat[place]})")


def _listed(member: Any) -> Any:
    """Turn the tuples of ``mapping`` into the lists that JSON gives back, so that round trips are equal."""
    if isinstance(member, dict):
        return {key: _listed(value) for key, value in member.items()}
    if isinstance(member, list | tuple):
        return [_listed(value) for value in member]
    return member
