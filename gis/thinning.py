"""Fewer vertices and polygons for a picture of many: never for measuring or for telling what lies where."""

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping

from gis.boundaries import area_km2

_FIRST_STEP: Final = 0.00001
"""Degrees (a metre): what nobody sees on a map."""


def largest(geometries: NDArray[np.object_], most: int) -> NDArray[np.int64]:
    """Return the numbers of the ``most`` largest polygons (WGS84), in their own order."""
    sizes = area_km2(geometries)
    return np.sort(np.argsort(-sizes, kind="stable")[:most])


def as_geojson(geometries: NDArray[np.object_]) -> tuple[dict[str, Any], ...]:
    """Return geometries as GeoJSON, longitude first."""
    return tuple(mapping(one) for one in geometries)


def thinned(geometries: NDArray[np.object_], most_vertices: int) -> NDArray[np.object_]:
    """Return polygons simplified as little as is needed for ``most_vertices`` together (Douglas-Peucker).

    None vanishes, so very many of them keep more vertices than asked for: a triangle each.
    """
    found, step = geometries, _FIRST_STEP
    while int(shapely.get_num_coordinates(found).sum()) > most_vertices and step < 1:
        found = shapely.simplify(geometries, step, preserve_topology=True)
        step *= 2
    return found
