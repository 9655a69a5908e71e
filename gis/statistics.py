"""Spatial autocorrelation: whether neighbours are more alike than chance would have it, and where.

* ``moran`` - one number for the map (Moran 1950; moments of Cliff and Ord 1981).
* ``local_moran`` - one number per area: clusters of high or low values, and outliers (Anselin 1995).
* ``local_g`` - hot and cold spots, Gi and Gi* (Getis and Ord 1992, Ord and Getis 1995).

Weights are a SciPy CSR matrix, (n, n), and are used as given: nothing is standardised in silence
(``gis.weights.row_standardised`` does it when asked). Field names are those of PySAL's esda, and the numbers
agree with it where not said otherwise. Pseudo p-values are two-sided: esda's one-sided ``p_sim`` doubled.

How much may be read into a result depends on the number of areas: ask ``power``.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from gis.errors import BadInput
from gis.false_discovery import LEVEL, Discoveries, false_discovery
from gis.moments import (
    g_scores,
    shares,
    split_diagonal,
    standardised,
    variance_normal,
    variance_randomised,
    weight_sums,
    with_self,
)
from gis.permutations import PERMUTATIONS, SEED, Tails, conditional_tails, two_sided
from gis.weights import checked_weights, islands

__all__ = [
    "PERMUTATIONS",
    "SEED",
    "Discoveries",
    "LocalG",
    "LocalMoran",
    "Moran",
    "Power",
    "Quadrant",
    "false_discovery",
    "local_g",
    "local_moran",
    "moran",
    "power",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LOW_POWER_FROM: Final = 30
FULL_FROM: Final = 100

_PORTION = 1_000_000


class Power(Enum):
    """What a number of areas can carry."""

    RANKED = "ranked"
    """Under 30 areas: ranked rates with exact intervals; no test and no hot-spot map."""
    LOW = "low"
    """30 to 99: Moran and local Moran with false-discovery control, marked as of low power."""
    FULL = "full"
    """From 100 on: local Moran and Gi* as well."""


class Quadrant(Enum):
    """Value and neighbourhood of an area, high or low against the mean; numbered as in esda."""

    NONE = 0
    HH = 1
    LH = 2
    LL = 3
    HL = 4


@dataclass(frozen=True, slots=True)
class Moran:
    """Moran's I with its moments under normality and under randomisation; NaN where undefined.

    ``p_norm`` and ``p_rand`` are two-sided.
    """

    I: float  # noqa: E741 - its name everywhere
    EI: float
    VI_norm: float
    VI_rand: float
    z_norm: float
    z_rand: float
    p_norm: float
    p_rand: float
    p_sim: float
    """Two-sided pseudo p of the permutations; NaN without permutations."""
    n: int
    islands: int
    permutations: int
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class LocalMoran:
    """Local Moran of each area, shape (n,). Islands have NaN and quadrant 0."""

    Is: FloatArray
    z: FloatArray
    """Values, centred and divided by their standard deviation (divisor n)."""
    lag: FloatArray
    """Weighted sum of the neighbours' z."""
    q: IntArray
    """``Quadrant`` numbers: 1 HH, 2 LH, 3 LL, 4 HL; 0 for islands."""
    p_sim: FloatArray
    discoveries: Discoveries
    islands: IntArray
    permutations: int
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class LocalG:
    """Gi or Gi* of each area, shape (n,). Islands have NaN (in Gi*, areas without even themselves)."""

    Gs: FloatArray
    """Share of all values that lies in the neighbourhood (weighted); NaN where the values sum to zero."""
    EGs: FloatArray
    z: FloatArray
    """Standard score of Ord and Getis (1995), right for any weights."""
    Zs: FloatArray
    """esda's score: the same for weights of 0 and 1; it takes the sum of other weights for a count."""
    p_norm: FloatArray
    """Two-sided p of ``z`` under normality."""
    p_sim: FloatArray
    discoveries: Discoveries
    star: bool
    islands: IntArray
    permutations: int
    seed: int


def power(n: int) -> Power:
    """Say what ``n`` areas can carry.

    Ten counties cannot carry a map of significance: of 1,000 maps of pure noise 62 % show a "significant"
    county at p ≤ .05, and after false-discovery control none ever can pass.

    >>> power(10), power(30), power(100)
    (<Power.RANKED: 'ranked'>, <Power.LOW: 'low'>, <Power.FULL: 'full'>)
    """
    if n < LOW_POWER_FROM:
        return Power.RANKED
    return Power.LOW if n < FULL_FROM else Power.FULL


def moran(values: ArrayLike, weights: Any, permutations: int = PERMUTATIONS, seed: int = SEED) -> Moran:
    """Return Moran's I: (n / S0) · Σ w_ij z_i z_j / Σ z_i².

    ``values``: shape (n,), rates rather than counts. ``weights``: sparse (n, n), used as given. An island
    counts in n and adds nothing. ``permutations`` may be 0.

    Raises BadInput for values that are missing or all equal, fewer than two areas, lengths that differ,
    weights that are no square matrix of non-negative numbers, and weights without any neighbour.
    """
    z, matrix = _prepared(values, weights, permutations)
    s0, s1, s2 = weight_sums(matrix)
    if s0 <= 0:
        raise BadInput(
            "no area has a neighbour: check the boundaries or use nearest neighbours", code="no_links"
        )
    n, scale = len(z), len(z) / s0 / float(z @ z)
    observed, expected = scale * float(z @ (matrix @ z)), -1.0 / (n - 1)
    normal = variance_normal(n, s0, s1, s2)
    randomised = variance_randomised(n, s0, s1, s2, float(np.mean(z**4)) / float(np.mean(z**2)) ** 2)
    z_norm, z_rand = _score(observed - expected, normal), _score(observed - expected, randomised)
    p_sim = _global_p(z, matrix, observed / scale, permutations, seed)
    return Moran(
        observed, expected, normal, randomised, z_norm, z_rand, _two_sided(z_norm), _two_sided(z_rand),
        p_sim, n, len(islands(matrix)), permutations, seed,
    )  # fmt: skip


def local_moran(
    values: ArrayLike,
    weights: Any,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
    level: float = LEVEL,
) -> LocalMoran:
    """Return local Moran, I_i = (n - 1) z_i Σ_j w_ij z_j / Σ z², with conditional permutations.

    ``values``: shape (n,), rates rather than counts. ``weights``: sparse (n, n), used as given; a diagonal
    adds the area's own value, which stays where it is in all permutations. ``level``: of the
    Benjamini–Hochberg control over all areas that have neighbours.

    Raises BadInput as ``moran`` does, and when there are no permutations.
    """
    z, matrix = _prepared(values, weights, permutations, at_least=1)
    without, _ = split_diagonal(matrix)
    lag = matrix @ z
    p = two_sided(conditional_tails(z, without, permutations, seed), permutations)
    p[z == 0] = 1.0  # I is zero whatever the neighbours are
    alone = islands(matrix)
    statistic, q = (len(z) - 1) * z * lag / float(z @ z), _quadrants(z, lag)
    statistic[alone], q[alone], p[islands(without)] = np.nan, Quadrant.NONE.value, np.nan
    return LocalMoran(statistic, z, lag, q, p, false_discovery(p, level), alone, permutations, seed)


def local_g(  # noqa: PLR0913 - the data, the kind, and the four settings of any local test
    values: ArrayLike,
    weights: Any,
    star: bool = False,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
    level: float = LEVEL,
) -> LocalG:
    """Return Gi (``star=False``: the area itself left out) or Gi* (itself included) of each area.

    z = (Σ_j w_ij y_j - W_i ȳ) / (s √((N Σ_j w_ij² - W_i²) / (N - 1))), for Gi with N, mean and s without the
    area itself (Ord and Getis 1995; divisor N in s).

    ``values``: shape (n,); ``Gs`` needs quantities with a natural zero. ``weights``: sparse (n, n), best
    of 0 and 1, used as given: Gi leaves a diagonal out; Gi* takes the diagonal as it is, and where there is
    none adds 1 to weights of 0 and 1, or to others the largest weight of the row (rows that sum to one are
    then divided so that they do again), as esda does.

    Raises BadInput as ``local_moran`` does.
    """
    z, matrix = _prepared(values, weights, permutations, at_least=1)
    without, own = split_diagonal(matrix)
    used = with_self(without, own) if star else without
    share, expected = shares(np.asarray(values, dtype=np.float64).ravel(), used, star)
    exact, as_esda = g_scores(z, used, star)
    p = two_sided(conditional_tails(z, without, permutations, seed), permutations)
    alone = islands(without)
    for column in (share, expected, exact, as_esda, p):
        column[alone] = np.nan
    normal = np.asarray(2.0 * ndtr(-np.abs(exact)), dtype=np.float64)
    found = false_discovery(p, level)
    return LocalG(share, expected, exact, as_esda, normal, p, found, star, alone, permutations, seed)


def _prepared(
    values: ArrayLike, weights: Any, permutations: int, at_least: int = 0
) -> tuple[FloatArray, Any]:
    """Return standardised values (n,) and checked CSR weights."""
    matrix, z = checked_weights(weights), standardised(values)
    if matrix.shape[0] != len(z):
        raise BadInput(
            f"{len(z)} values but weights for {matrix.shape[0]} areas: join them by id first",
            code="length",
            values=len(z),
            areas=matrix.shape[0],
        )
    if permutations < at_least:
        raise BadInput(f"{permutations} permutations are too few: take 999 or more", code="permutations")
    return z, matrix


def _score(difference: float, variance: float) -> float:
    return difference / float(np.sqrt(variance)) if variance > 1e-15 else float("nan")


def _two_sided(z: float) -> float:
    return float(2.0 * ndtr(-abs(z)))


def _global_p(z: FloatArray, weights: Any, observed: float, permutations: int, seed: int) -> float:
    """Two-sided pseudo p of Σ z_i w_ij z_j when all values are dealt out anew."""
    if not permutations:
        return float("nan")
    random, margin = np.random.default_rng(seed), 1e-12 * float(z @ z) * float(weights.max())
    larger = smaller = 0
    for dealt in _dealt(random, z, permutations):
        sums = np.einsum("ij,ij->j", dealt, weights @ dealt)
        larger += int(np.count_nonzero(sums >= observed - margin))
        smaller += int(np.count_nonzero(sums <= observed + margin))
    return float(two_sided(Tails(np.array(larger), np.array(smaller)), permutations))


def _dealt(random: np.random.Generator, z: FloatArray, permutations: int) -> Any:
    """Yield the values in portions of random orders, shape (n, p)."""
    step = max(1, _PORTION // len(z))
    for start in range(0, permutations, step):
        rows = min(step, permutations - start)
        yield np.ascontiguousarray(random.permuted(np.broadcast_to(z, (rows, len(z))), axis=1).T)


def _quadrants(z: FloatArray, lag: FloatArray) -> IntArray:
    high, around = z > 0, lag > 0
    return np.select([high & around, ~high & around, ~high & ~around], [1, 2, 3], default=4).astype(np.int64)
