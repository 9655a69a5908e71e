"""Distances on the sphere, in metres, and the seven decimals that positions are written with."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean radius of the WGS84 ellipsoid (IUGG R1); great-circle distances are within 0.6 % of geodesics."""

DECIMALS: Final = 7
"""Seven decimals of a degree are about one centimetre: finer than any source here."""


def distance_m(from_lonlat: ArrayLike, to_lonlat: ArrayLike) -> FloatArray:
    """Return great-circle metres between WGS84 positions of shape (..., 2), degrees, lon first.

    Shapes broadcast; NaN gives NaN. Haversine formula, stable for short distances (R. W. Sinnott,
    "Virtues of the Haversine", Sky and Telescope 68, 1984).
    """
    start, end = _radians(from_lonlat), _radians(to_lonlat)
    half = np.sin((end - start) / 2.0) ** 2
    across = np.cos(start[..., 1]) * np.cos(end[..., 1])
    chord2 = half[..., 1] + across * half[..., 0]
    return np.asarray(2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(chord2, 0.0, 1.0))), dtype=np.float64)


def round_degrees(degrees: ArrayLike) -> FloatArray:
    """Round degrees to seven decimals; a negative zero becomes plain zero, NaN stays."""
    return np.asarray(np.round(np.asarray(degrees, dtype=np.float64), DECIMALS) + 0.0, dtype=np.float64)


def _radians(lonlat: ArrayLike) -> FloatArray:
    array = np.asarray(lonlat, dtype=np.float64)
    if array.ndim == 0 or array.shape[-1] != 2:
        raise ValueError(f"positions must have shape (..., 2), longitude first; this array has {array.shape}")
    return np.asarray(np.radians(array), dtype=np.float64)
