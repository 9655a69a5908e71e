"""Rates of areas, with the interval that their counts allow, ranked; and smoothed towards the common rate.

A rate from few events says little: two clinics for 4,000 people and twenty for 40,000 have the same rate and
very different intervals. Intervals are exact by default (Garwood 1936 for events, Clopper and Pearson 1934
for shares), so they hold their level for small counts too.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, gammaincinv, ndtri

from gis.errors import BadInput

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

CONFIDENCE: Final = 0.95
SMALL_COUNT: Final = 20
"""Under twenty events the standard error of a rate exceeds 22 % of it: the usual limit for "unreliable"."""


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """Estimate and two-sided limits; NaN where the exposure or the trials are zero or unknown."""

    estimate: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class RankedRates:
    """Rates of areas, shape (n,), in the order given."""

    rate: FloatArray
    low: FloatArray
    high: FloatArray
    rank: IntArray
    """1 for the highest rate; equal rates share the better rank (1, 2, 2, 4); 0 where there is no rate."""
    small: NDArray[np.bool_]
    """Fewer than ``SMALL_COUNT`` events: ranks among these mean little."""
    overall: float
    """Events over exposure of all areas with a rate; NaN where there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """Rates drawn towards the common one, the more so the smaller the exposure, shape (n,)."""

    rate: FloatArray
    weight: FloatArray
    """How much of an area's own rate is left, 0 to 1."""
    overall: float
    between: float
    """Estimated variance of the true rates between areas; 0 when chance alone explains the differences."""


def poisson_interval(
    events: ArrayLike, exposure: ArrayLike = 1.0, confidence: float = CONFIDENCE
) -> Interval:
    """Return events per exposure with exact limits: χ² quantiles / 2, of 2k below and 2k + 2 degrees above.

    ``events``: whole numbers, NaN for unknown; ``exposure``: people, beds, km² …, same shape or one number.
    Zero events have the lower limit 0. Raises BadInput for numbers that are negative, infinite, or not whole.

    >>> ten = poisson_interval(10)
    >>> round(float(ten.low), 3), round(float(ten.high), 3)
    (4.795, 18.39)
    """
    count, size = _pair(events, exposure, "exposure")
    tail = _tail(confidence)
    low = np.where(count > 0, gammaincinv(np.maximum(count, 1), tail), 0.0)
    high = gammaincinv(count + 1.0, 1.0 - tail)
    return _interval(count, low, high, size)


def clopper_pearson(successes: ArrayLike, trials: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Return the share of successes with exact binomial limits; errors as for ``wilson``."""
    count, size = _shares(successes, trials)
    tail = _tail(confidence)
    failed = size - count
    low = np.where(count > 0, betaincinv(np.maximum(count, 1.0), failed + 1.0, tail), 0.0)
    high = np.where(failed > 0, betaincinv(count + 1.0, np.maximum(failed, 1.0), 1.0 - tail), 1.0)
    return _interval(count, low * size, high * size, size)


def wilson(successes: ArrayLike, trials: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Return the share of successes with score limits (Wilson 1927): shorter, right on average only.

    ``successes`` and ``trials``: whole numbers, NaN for unknown. Raises BadInput for numbers that are
    negative, infinite or not whole, and for more successes than trials.
    """
    count, size = _shares(successes, trials)
    z = float(-ndtri(_tail(confidence)))
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (count + z * z / 2.0) / (size + z * z)
        half = z / (size + z * z) * np.sqrt(count * (size - count) / size + z * z / 4.0)
    low = np.where(count > 0, middle - half, 0.0)
    high = np.where(count < size, middle + half, 1.0)
    return _interval(count, low * size, high * size, size)


def ranked_rates(events: ArrayLike, exposure: ArrayLike, confidence: float = CONFIDENCE) -> RankedRates:
    """Return rates with exact Poisson limits and their ranks; errors as for ``poisson_interval``."""
    count, size = _pair(np.ravel(np.asarray(events, dtype=np.float64)), exposure, "exposure")
    interval = poisson_interval(count, size, confidence)
    known = np.isfinite(interval.estimate)
    rank = np.zeros(len(count), dtype=np.int64)
    in_order = np.sort(-interval.estimate[known])
    rank[known] = np.searchsorted(in_order, -interval.estimate[known], side="left") + 1
    return RankedRates(
        interval.estimate,
        interval.low,
        interval.high,
        rank,
        count < SMALL_COUNT,
        _overall(count, size, known),
    )


def empirical_bayes(events: ArrayLike, exposure: ArrayLike) -> Smoothed:
    """Return rates smoothed towards the common rate (Marshall 1991, global).

    weight = between / (between + overall / exposure); between = s² - overall / mean exposure, with s² the
    variance of the rates weighted by exposure, and 0 where that is negative (esda keeps the negative number
    and then moves rates away from the common one). Areas without exposure or with unknown numbers give NaN
    and enter nothing. Errors as for ``poisson_interval``.
    """
    count, size = _pair(np.ravel(np.asarray(events, dtype=np.float64)), exposure, "exposure")
    known = np.isfinite(count) & (size > 0)
    rate, weight = np.full(len(count), np.nan), np.full(len(count), np.nan)
    overall = _overall(count, size, known)
    if not known.any():
        return Smoothed(rate, weight, overall, float("nan"))
    people, own = size[known], count[known] / size[known]
    spread = float((people * (own - overall) ** 2).sum() / people.sum())
    between = max(0.0, spread - overall / float(people.mean()))
    noise = overall / people
    weight[known] = between / (between + noise) if overall > 0 else 0.0
    rate[known] = weight[known] * own + (1.0 - weight[known]) * overall
    return Smoothed(rate, weight, overall, between)


def _tail(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise BadInput(f"the confidence must lie between 0 and 1, not {confidence!r}", code="confidence")
    return (1.0 - confidence) / 2.0


def _pair(counts: ArrayLike, sizes: ArrayLike, name: str) -> tuple[FloatArray, FloatArray]:
    """Return both as float arrays of one shape."""
    count, size = np.asarray(counts, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    if size.ndim and size.shape != count.shape:
        raise BadInput(
            f"counts of shape {count.shape} but {name} of shape {size.shape}: join them by id first",
            code="length",
        )
    _check(count, "counts", whole=True)
    _check(size, name, whole=False)
    return count, np.broadcast_to(size, count.shape).astype(np.float64)


def _shares(successes: ArrayLike, trials: ArrayLike) -> tuple[FloatArray, FloatArray]:
    count, size = _pair(successes, trials, "trials")
    _check(size, "trials", whole=True)
    if (count > size).any():
        raise BadInput("more successes than trials: check which column is which", code="counts")
    return count, size


def _check(numbers: FloatArray, name: str, whole: bool) -> None:
    known = numbers[~np.isnan(numbers)]
    if not np.isfinite(known).all() or (known < 0).any():
        raise BadInput(f"{name} must not be negative or infinite; leave unknown ones as NaN", code="counts")
    if whole and (known != np.floor(known)).any():
        raise BadInput(f"{name} must be whole numbers for an exact interval", code="counts")


def _interval(count: FloatArray, low: Any, high: Any, size: FloatArray) -> Interval:
    known = np.isfinite(count) & (size > 0)
    parts = (np.where(known, part, np.nan) / np.where(size > 0, size, np.nan) for part in (count, low, high))
    return Interval(*(np.asarray(part, dtype=np.float64) for part in parts))


def _overall(count: FloatArray, size: FloatArray, known: NDArray[np.bool_]) -> float:
    total = float(size[known].sum())
    return float(count[known].sum()) / total if total > 0 else float("nan")
