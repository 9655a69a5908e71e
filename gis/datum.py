"""Chinese map datums and WGS84, in pure NumPy.

Arrays have shape (n, 2), degrees, longitude first, float64 in and out; nothing is changed in place.

* ``wgs84`` - what GPS gives and what this project stores.
* ``cgcs2000`` - the national datum since 2008; it differs from WGS84 by centimetres, so here it *is* WGS84.
* ``gcj02`` - Amap, Tencent and the boundary package: WGS84 shifted by 50 to 700 m.
* ``bd09`` - Baidu: GCJ-02 shifted once more.

The forward formulas are the ones in public use (Krasovsky 1940 ellipsoid, offsets around 105 E, 35 N); tests
hold them against the package coord-convert. The inverses are fixed points of the forward formulas: the usual
one-step inverse is off by up to 2.7 m, these come back to within 1e-6 m.

**The box.** The formula applies between 72.004-137.8347 E and 0.8293-55.8271 N, edges included; elsewhere
all datums are the same. The box is not the border: it holds Hong Kong, Macau, Taiwan, Korea and much of
Indochina. Whether a map provider shifts a place there differs by provider and year, so a caller who knows a
point to be WGS84 must say so rather than rely on where it lies. For the inverse, a point counts as shifted
when its unshifted origin lies in the box. In the few hundred metres along the edge where shifting opens a gap
(no WGS84 point has that image) the formula is continued, so that a line crossing the edge does not tear.
"""

from collections.abc import Callable
from typing import Any, Final, Literal, get_args

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
DATUMS: Final[tuple[str, ...]] = get_args(Datum)

BOX: Final = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north edge in degrees of the box in which the shift applies."""

_AXIS = 6378245.0  # Krasovsky 1940, metres
_ECCENTRICITY2 = 0.00669342162296594323
_RADIANS = np.pi / 180.0
_SIN_35, _COS_35 = float(np.sin(35.0 * _RADIANS)), float(np.cos(35.0 * _RADIANS))
_CHUNK = 16_384  # about 4 MB of working arrays: they stay in the processor's cache
_STEP_DEG = 3e-11  # 3e-6 m; the error left is a fiftieth of the last step (BD-09) or less, some 1e-8 m
_MAX_STEPS = 30
_EDGE_DEG = 1e-10  # a round trip of an edge point may come back this far outside


def wgs84_to_gcj02(lonlat: ArrayLike) -> FloatArray:
    """Shift WGS84 positions, shape (n, 2) in degrees, lon first, to GCJ-02; ValueError on another shape."""
    return _in_chunks(lonlat, _forward(_gcj02_from_wgs84))


def gcj02_to_wgs84(lonlat: ArrayLike) -> FloatArray:
    """Bring GCJ-02 positions, shape (n, 2) in degrees, lon first, to WGS84; ValueError on another shape."""
    return _in_chunks(lonlat, _inverse(_gcj02_from_wgs84))


def wgs84_to_bd09(lonlat: ArrayLike) -> FloatArray:
    """Shift WGS84 positions, shape (n, 2) in degrees, lon first, to BD-09; ValueError on another shape."""
    return _in_chunks(lonlat, _forward(_bd09_from_wgs84))


def bd09_to_wgs84(lonlat: ArrayLike) -> FloatArray:
    """Bring BD-09 positions, shape (n, 2) in degrees, lon first, to WGS84; ValueError on another shape."""
    return _in_chunks(lonlat, _inverse(_bd09_from_wgs84))


def to_wgs84(lonlat: ArrayLike, from_datum: str) -> FloatArray:
    """Bring positions, shape (n, 2) in degrees, lon first, from a named datum to WGS84.

    Raises ValueError for a datum that is not one of ``DATUMS``: an unknown datum is never assumed.
    """
    if from_datum in ("wgs84", "cgcs2000"):
        return _checked(lonlat).copy()
    if from_datum == "gcj02":
        return gcj02_to_wgs84(lonlat)
    if from_datum == "bd09":
        return bd09_to_wgs84(lonlat)
    raise ValueError(f"unknown datum {from_datum!r}: give one of {', '.join(DATUMS)}")


def transform_geometry(geometry: Any, from_datum: str) -> Any:
    """Bring one shapely geometry, or an array of them, to WGS84; heights, empty and None are kept.

    Raises ValueError for a datum that is not one of ``DATUMS``.
    """
    if not isinstance(geometry, shapely.Geometry) and geometry is not None:
        return _transform_array(np.asarray(geometry, dtype=object), from_datum)
    return _transform_array(np.array([geometry], dtype=object), from_datum)[0]


def _transform_array(geometries: NDArray[np.object_], from_datum: str) -> NDArray[np.object_]:
    to_wgs84(np.empty((0, 2)), from_datum)  # refuse a wrong datum even where there is no vertex
    result = geometries.copy()
    high = shapely.has_z(geometries)
    for chosen, with_z in ((high, True), (~high, False)):
        if chosen.any():
            moved = shapely.transform(
                geometries[chosen], lambda c: _move_horizontally(c, from_datum), include_z=with_z
            )
            result[chosen] = moved
    return result


def _move_horizontally(coordinates: FloatArray, from_datum: str) -> FloatArray:
    moved = coordinates.copy()
    moved[:, :2] = to_wgs84(coordinates[:, :2], from_datum)
    return moved


_Shift = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]
_Step = Callable[[FloatArray], FloatArray]


def _checked(lonlat: ArrayLike) -> FloatArray:
    array = np.asarray(lonlat, dtype=np.float64)
    if array.ndim == 1 and array.size == 0:
        return array.reshape(0, 2)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"positions must have shape (n, 2), longitude first; this array has {array.shape}")
    return array


def _in_chunks(lonlat: ArrayLike, step: _Step) -> FloatArray:
    """Apply ``step`` to slices that fit the cache: faster, and memory stays small for millions of rows."""
    array = _checked(lonlat)
    result = np.empty(array.shape, dtype=np.float64)
    for start in range(0, len(array), _CHUNK):
        result[start : start + _CHUNK] = step(array[start : start + _CHUNK])
    result[np.isnan(array).any(axis=1)] = np.nan  # half a position is no position
    return result


def _inside(lonlat: FloatArray, margin: float = 0.0) -> NDArray[np.bool_]:
    west, south, east, north = BOX
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    inside = (lon >= west - margin) & (lon <= east + margin)
    return inside & (lat >= south - margin) & (lat <= north + margin)


def _forward(shift: _Shift) -> _Step:
    def step(lonlat: FloatArray) -> FloatArray:
        inside = _inside(lonlat)
        result = lonlat.copy()
        result[inside] = np.column_stack(shift(lonlat[inside, 0], lonlat[inside, 1]))
        return result

    return step


def _inverse(shift: _Shift) -> _Step:
    def step(lonlat: FloatArray) -> FloatArray:
        result = lonlat.copy()
        near = _inside(lonlat, margin=0.05)  # farther out no origin can lie in the box
        origin = _solve(lonlat[near], shift)
        shifted = _inside(lonlat[near]) | _inside(origin, margin=_EDGE_DEG)
        result[near] = np.where(shifted[:, None], origin, lonlat[near])
        return result

    return step


def _solve(target: FloatArray, shift: _Shift) -> FloatArray:
    """Find x with shift(x) = target by x ← x - (shift(x) - target); each step cuts the error fiftyfold."""
    goal_lon, goal_lat = target[:, 0].copy(), target[:, 1].copy()
    lon, lat = goal_lon.copy(), goal_lat.copy()
    for _ in range(_MAX_STEPS):
        image_lon, image_lat = shift(lon, lat)
        image_lon -= goal_lon
        image_lat -= goal_lat
        lon -= image_lon
        lat -= image_lat
        if max(_largest(image_lon), _largest(image_lat)) < _STEP_DEG:
            break
    return np.column_stack((lon, lat))


def _largest(values: FloatArray) -> float:
    return float(np.abs(values).max(initial=0.0))


def _gcj02_from_wgs84(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return GCJ-02 lon and lat.

    The formula needs eleven sines, of multiples of π/60 times the offset. Two sine/cosine pairs and the
    addition theorems give them all: a sine costs as much as forty multiplications.
    """
    x, y = lon - 105.0, lat - 35.0
    sin_y, cos_y = np.sin(y * _RADIANS), np.cos(y * _RADIANS)
    east_swell, wave, ripple = _waves(*_tripled(np.sin(x * _RADIANS), np.cos(x * _RADIANS)))
    north_swell, north_wave, _ = _waves(*_tripled(sin_y, cos_y))
    east = 300.0 + x + 2.0 * y + 0.1 * x * (x + y) + 0.1 * np.sqrt(np.abs(x))
    east += (ripple + wave) * (2.0 / 3.0) + east_swell * 100.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north += (ripple + north_wave) * (2.0 / 3.0) + north_swell * (320.0 / 3.0)
    square = 1.0 - _ECCENTRICITY2 * (sin_y * _COS_35 + cos_y * _SIN_35) ** 2
    root = np.sqrt(square)
    cos_lat = cos_y * _COS_35 - sin_y * _SIN_35
    east *= root / (cos_lat * (_AXIS * _RADIANS))
    north *= square * root * (1.0 / (_AXIS * (1.0 - _ECCENTRICITY2) * _RADIANS))
    return lon + east, lat + north


def _tripled(s: FloatArray, c: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Sine and cosine of 3a from those of a."""
    return s * (3.0 - 4.0 * s * s), c * (4.0 * c * c - 3.0)


def _doubled(s: FloatArray, c: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Sine and cosine of 2a from those of a."""
    return 2.0 * s * c, 1.0 - 2.0 * s * s


def _waves(s: FloatArray, c: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return swell, wave and ripple, in metres before their factors, from sine and cosine of a = πt/60.

    swell: sin πt/12 + 2 sin πt/30 (5a, 2a) · wave: 20 sin πt + 40 sin πt/3 (60a, 20a) ·
    ripple: 20 sin 6πt + 20 sin 2πt (360a, 120a).
    """
    s2, c2 = _doubled(s, c)
    s4, c4 = _doubled(s2, c2)
    s5, c5 = s4 * c + c4 * s, c4 * c - s4 * s
    s20, c20 = _doubled(*_doubled(s5, c5))
    s60, c60 = _tripled(s20, c20)
    s120 = 2.0 * s60 * c60
    return s5 + 2.0 * s2, 20.0 * s60 + 40.0 * s20, s120 * (80.0 - 80.0 * s120 * s120)


def _bd09_from_wgs84(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return BD-09 lon and lat: GCJ-02, then Baidu's turn and stretch around the origin of degrees."""
    x, y = _gcj02_from_wgs84(lon, lat)
    turn = np.pi * 3000.0 / 180.0
    radius = np.hypot(x, y) + 2e-5 * np.sin(y * turn)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * turn)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
