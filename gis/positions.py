"""Positions as the analyses take them: checked degrees, and points of the unit sphere for k-d trees.

A straight line through the sphere (the chord) grows with the great-circle distance, so a k-d tree over unit
vectors finds the same neighbours as a search by haversine, at the poles and across 180° too.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import BadInput
from gis.geodesy import EARTH_RADIUS_M

FloatArray = NDArray[np.float64]


def checked_positions(points: ArrayLike, name: str = "points") -> FloatArray:
    """Return positions as float64 of shape (n, 2), WGS84 degrees, lon first; an empty list gives (0, 2).

    Raises BadInput for another shape, for NaN or infinity, and for degrees outside ±180 / ±90.
    """
    array = _as_floats(points, name)
    if array.ndim == 1 and array.size == 0:
        return array.reshape(0, 2)
    if array.ndim != 2 or array.shape[1] != 2:
        raise BadInput(
            f"{name} must have shape (n, 2), longitude first; this array has {array.shape}", code="shape"
        )
    _refuse(
        ~np.all(np.isfinite(array), axis=1), name, "are missing or infinite: leave them out and count them"
    )
    outside = np.any(np.abs(array) > (180.0, 90.0), axis=1)
    _refuse(
        outside, name, "are outside ±180° / ±90°: check the order (longitude first) and the unit (degrees)"
    )
    return array


def unit_vectors(points: FloatArray) -> FloatArray:
    """Return points of the unit sphere, shape (n, 3), for checked degrees of shape (n, 2), lon first."""
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    level = np.cos(lat)
    return np.column_stack((level * np.cos(lon), level * np.sin(lon), np.sin(lat)))


def chord(metres: ArrayLike) -> FloatArray:
    """Return the chord of the unit sphere for great-circle metres: 2 sin(d / 2R), not beyond the antipode."""
    angle = np.asarray(metres, dtype=np.float64) / EARTH_RADIUS_M
    return np.asarray(2.0 * np.sin(np.minimum(angle, np.pi) / 2.0), dtype=np.float64)


def _as_floats(points: ArrayLike, name: str) -> FloatArray:
    try:
        return np.asarray(np.ma.filled(np.ma.asarray(points, dtype=np.float64), np.nan))
    except (TypeError, ValueError) as error:
        raise BadInput(f"{name} must be numbers in pairs, longitude first: {error}", code="shape") from error


def _refuse(wrong: NDArray[np.bool_], name: str, what: str) -> None:
    if wrong.any():
        first = int(np.argmax(wrong))
        raise BadInput(
            f"{int(wrong.sum())} of {len(wrong)} {name} {what} (the first is at row {first})",
            code="positions",
            count=int(wrong.sum()),
            first=first,
        )
