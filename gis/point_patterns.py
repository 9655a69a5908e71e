"""Whether projects lie closer together than the settlements that they serve.

Ripley's K counts the neighbours within a distance (Ripley 1977). Against an even scatter over the map every
project would look clustered, because people are: so the projects are held against as many places drawn from
the settlements, more often where more people live (Diggle and Chetwynd 1991, with a reference population in
place of controls). Edges of the study area act on the projects and on the draws alike, so none is corrected.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from gis.errors import BadInput
from gis.false_discovery import LEVEL
from gis.geodesy import EARTH_RADIUS_M
from gis.permutations import SEED
from gis.positions import checked_positions, chord, unit_vectors

FloatArray = NDArray[np.float64]

SIMULATIONS: Final = 999

_ROUNDING = 1e-15  # of the unit sphere: a distance equal to the limit is within


@dataclass(frozen=True, slots=True, eq=False)
class KFunction:
    """K and L of the projects and what draws from the settlements give, by distance, shape (d,)."""

    distances_m: FloatArray
    K: FloatArray
    """Area · pairs within the distance / n (n - 1), in m²; pairs counted from both ends."""
    L: FloatArray
    """√(K / π), in m."""
    expected: FloatArray
    """Mean L of the draws."""
    low: FloatArray
    high: FloatArray
    """Envelope of L over all distances at once: 1 - ``level`` of the draws stay within it throughout."""
    p: float
    """Of the largest standardised deviation over all distances, two-sided; p ≤ level outside the envelope."""
    closer: bool
    """Whether that deviation is towards clustering (L above the mean) rather than towards spacing."""
    area_m2: float
    spacing_m: float
    """Median distance of a settlement to the nearest other: shorter distances say nothing here."""
    n: int
    simulations: int
    level: float
    seed: int


def k_against_settlement(  # noqa: PLR0913 - two patterns and the settings of the simulation
    points: ArrayLike,
    settlements: ArrayLike,
    distances_m: ArrayLike,
    *,
    population: ArrayLike | None = None,
    area_m2: float | None = None,
    simulations: int = SIMULATIONS,
    level: float = LEVEL,
    seed: int = SEED,
    step: Callable[[int, int], object] | None = None,
) -> KFunction:
    """Hold Ripley's K of ``points`` against draws from ``settlements``.

    ``points`` (n, 2) and ``settlements`` (m, 2): WGS84 degrees, lon first; great-circle distances.
    ``distances_m``: increasing, positive. ``population``: (m,), weights of the draws (with replacement),
    equal by default. ``area_m2`` only scales K and L; by default it is that of the convex hull of both
    patterns in an equal-area cylindrical projection. ``step`` is called with the number of draws done and
    wanted, after each; it may raise to end the work.

    Raises BadInput for fewer than two points, settlements that are fewer than two spots, populations that are
    missing, negative, or all zero, and distances that are not increasing and positive.

    The envelope and p come from the same statistic, max |L - mean| / standard deviation, mean and deviation
    over all simulated curves and the observed one (the studentised envelope of Myllymäki, Mrkvička,
    Grabarnik, Seijo and Hahn 2017); the test is exact.
    """
    own, places = checked_positions(points), checked_positions(settlements, "settlements")
    radii = _radii(distances_m)
    _check(own, places, simulations, level)
    chance = _chances(population, len(places))
    area = _hull_area(own, places) if area_m2 is None else area_m2
    if not (np.isfinite(area) and area > 0):
        raise BadInput("the study area must be larger than nothing: give area_m2", code="area")
    random = np.random.default_rng(seed)
    curves = np.empty((simulations + 1, len(radii)))
    curves[0] = _pairs(_tree(own), radii)
    for done in range(1, simulations + 1):
        curves[done] = _drawn(places, random.multinomial(len(own), chance), radii)
        if step is not None:
            step(done, simulations)
    k = curves * (area / (len(own) * (len(own) - 1)))
    curves_l = np.sqrt(k / np.pi)
    middle, half, p, closer = _envelope(curves_l, level)
    return KFunction(
        radii, k[0], curves_l[0], middle, np.maximum(0.0, middle - half), middle + half, p, closer,
        float(area), _spacing(places), len(own), simulations, level, seed,
    )  # fmt: skip


def _check(own: FloatArray, places: FloatArray, simulations: int, level: float) -> None:
    if len(own) < 2:
        raise BadInput(
            f"{len(own)} points have no distances between them: at least two are needed", code="few"
        )
    if len(np.unique(places, axis=0)) < 2:
        raise BadInput("the settlements must lie on at least two spots", code="settlements")
    if not 0 < level < 1 or simulations * level < 1:
        raise BadInput(
            f"{simulations} simulations cannot reach the level {level!r}: take 999 or more",
            code="simulations",
        )


def _radii(distances_m: ArrayLike) -> FloatArray:
    radii = np.asarray(distances_m, dtype=np.float64).ravel()
    if not len(radii) or not np.isfinite(radii).all() or radii[0] <= 0 or (np.diff(radii) <= 0).any():
        raise BadInput(
            "the distances must be positive metres, each larger than the one before", code="distances"
        )
    return radii


def _chances(population: ArrayLike | None, m: int) -> FloatArray:
    people = np.ones(m) if population is None else np.asarray(population, dtype=np.float64).ravel()
    if len(people) != m:
        raise BadInput(
            f"{m} settlements but {len(people)} populations: join them by id first",
            code="length",
            settlements=m,
            populations=len(people),
        )
    if not np.isfinite(people).all() or (people < 0).any() or not people.any():
        raise BadInput(
            "populations must be known, not negative, and not all zero: leave out what has none",
            code="population",
        )
    return np.asarray(people / people.sum(), dtype=np.float64)


def _tree(lonlat: FloatArray) -> Any:
    return cKDTree(unit_vectors(lonlat), balanced_tree=False)


def _pairs(tree: Any, radii_m: FloatArray, times: FloatArray | None = None) -> FloatArray:
    """Count ordered pairs of different points within each radius; ``times``: points on each spot."""
    n = tree.n if times is None else times.sum()
    return np.asarray(
        tree.count_neighbors(tree, chord(radii_m) + _ROUNDING, weights=times) - n, dtype=np.float64
    )


def _drawn(places: FloatArray, times: NDArray[np.int64], radii_m: FloatArray) -> FloatArray:
    """Count pairs among places drawn so many times each."""
    spots = np.flatnonzero(times)
    return _pairs(_tree(places[spots]), radii_m, times[spots].astype(np.float64))


def _envelope(curves: FloatArray, level: float) -> tuple[FloatArray, FloatArray, float, bool]:
    """Return mean, half width, p and direction; the first curve is the observed one."""
    middle, spread = curves.mean(axis=0), curves.std(axis=0)
    away = np.where(spread > 1e-12 * middle, curves - middle, 0.0)
    score = away / np.where(spread > 1e-12 * middle, spread, 1.0)
    largest = np.abs(score).max(axis=1)
    p = float(np.count_nonzero(largest >= largest[0] * (1.0 - 1e-12)) / len(curves))
    allowed = int(np.floor(level * len(curves) + 1e-9))  # so many curves may lie outside
    limit = np.sort(largest)[len(curves) - 1 - allowed]
    closer = bool(score[0, np.argmax(np.abs(score[0]))] > 0)
    return middle, limit * spread, p, closer


def _hull_area(own: FloatArray, places: FloatArray) -> float:
    """Area of the convex hull in the cylindrical equal-area projection, x = Rλ, y = R sin φ, in m²."""
    lonlat = np.radians(np.concatenate((own, places)))
    flat = EARTH_RADIUS_M * np.column_stack((lonlat[:, 0], np.sin(lonlat[:, 1])))
    return float(shapely.area(shapely.convex_hull(shapely.multipoints(flat))))


def _spacing(places: FloatArray) -> float:
    spots = unit_vectors(np.unique(places, axis=0))
    apart = cKDTree(spots, balanced_tree=False).query(spots, k=[2])[0]
    return float(2.0 * EARTH_RADIUS_M * np.arcsin(np.median(apart) / 2.0))
