"""The formulas under ``gis.statistics``: standard values, moments of Moran's I, scores of local G."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, diags_array

from gis.errors import BadInput

FloatArray = NDArray[np.float64]


def standardised(values: ArrayLike) -> FloatArray:
    """Return values centred and divided by their standard deviation (divisor n), shape (n,).

    Raises BadInput for values that are missing, fewer than two, or all equal up to rounding: twelve digits.
    """
    given = np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan).ravel()
    missing = int((~np.isfinite(given)).sum())
    if missing:
        raise BadInput(
            f"{missing} of {len(given)} areas have no finite value: leave them out of values and weights",
            code="missing",
            count=missing,
            n=len(given),
        )
    if len(given) < 2:
        raise BadInput(f"{len(given)} areas cannot be compared: at least two are needed", code="few")
    largest = float(np.abs(given).max())
    if float(np.ptp(given)) <= 1e-12 * largest:
        raise BadInput("all areas have the same value: there is nothing to compare", code="no_variation")
    scaled = np.ldexp(given, -int(np.frexp(largest)[1]))  # squares of huge and tiny numbers stay in range
    centred = scaled - scaled.mean()
    return np.asarray(centred / centred.std(), dtype=np.float64)


def weight_sums(weights: Any) -> tuple[float, float, float]:
    """Return S0 = Σ w, S1 = ½ Σ (w_ij + w_ji)², S2 = Σ (row + column sum)²."""
    both = weights + weights.T
    return float(weights.sum()), float((both.data**2).sum() / 2.0), float((both.sum(axis=1) ** 2).sum())


def variance_normal(n: int, s0: float, s1: float, s2: float) -> float:
    """Return the variance of Moran's I when values are normal (Cliff and Ord 1981)."""
    return (n * n * s1 - n * s2 + 3 * s0 * s0) / ((n - 1) * (n + 1) * s0 * s0) - 1.0 / (n - 1) ** 2


def variance_randomised(n: int, s0: float, s1: float, s2: float, kurtosis: float) -> float:
    """Return the variance of Moran's I over all orders of the values; NaN under four areas (same source)."""
    if n < 4:
        return float("nan")
    first = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0)
    second = kurtosis * ((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0)
    return (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0 * s0) - 1.0 / (n - 1) ** 2


def split_diagonal(weights: Any) -> tuple[Any, FloatArray]:
    """Return the weights without their diagonal, and the diagonal."""
    own = np.asarray(weights.diagonal(), dtype=np.float64)
    if not own.any():
        return weights, own
    without = csr_array(weights - diags_array(own))
    without.eliminate_zeros()
    without.sort_indices()
    return without, own


def with_self(without: Any, own: FloatArray) -> Any:
    """Return weights that include the area itself: as given, or as ``gis.statistics.local_g`` tells."""
    if own.any():
        return csr_array(without + diags_array(own))
    binary = bool((without.data == 1).all())
    largest = np.asarray(without.max(axis=1).todense(), dtype=np.float64).ravel()
    full = csr_array(without + diags_array(np.ones(len(own)) if binary else largest))
    sums = without.sum(axis=1)
    if binary or not np.allclose(sums[sums > 0], 1.0):
        return full
    return csr_array(diags_array(1.0 / np.where(sums > 0, full.sum(axis=1), 1.0)) @ full)


def shares(values: FloatArray, weights: Any, star: bool) -> tuple[FloatArray, FloatArray]:
    """Return G = Σ w_ij y_j / Σ y_j and its expectation W_i / N (sum and N without i unless ``star``)."""
    total = values.sum() - (0.0 if star else values)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(total != 0, (weights @ values) / total, np.nan)
    return share, np.asarray(weights.sum(axis=1) / (len(values) - (not star)), dtype=np.float64)


def g_scores(z: FloatArray, weights: Any, star: bool) -> tuple[FloatArray, FloatArray]:
    """Return the score for any weights, and esda's; NaN where neighbourhood or others leave no room."""
    left_out = 0.0 if star else z
    n = len(z) - (not star)
    mean = (z.sum() - left_out) / n
    variance = (float(z @ z) - left_out**2) / n - mean**2
    row, squares = weights.sum(axis=1), weights.power(2).sum(axis=1)
    above = weights @ z - row * mean
    return tuple(
        _divided(above, variance, spread / (n - 1) if n > 1 else 0.0 * row, least)
        for spread, least in (
            (n * squares - row**2, 1e-12 * n * squares),
            (row * (n - row), 1e-12 * n * row),
        )
    )  # type: ignore[return-value]


def _divided(above: FloatArray, variance: FloatArray, spread: FloatArray, least: FloatArray) -> FloatArray:
    room = (variance > 1e-13) & (spread > least)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(room, above / np.sqrt(variance * spread), np.nan)
