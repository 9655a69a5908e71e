"""Conditional randomisation: how often a neighbourhood like this one comes about by chance.

For each area its own value stays and the values of all others are dealt out anew (Anselin 1995). All areas
share one set of draws, as in esda: a draw is a row of different areas; an area that meets itself in a row
takes the spare at the end of that row instead. What the neighbours of all areas would have summed to is then
one matrix product for each number of neighbours.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SEED: Final = 20_201_101
"""The fixed seed: the same data give the same result tomorrow and on another computer."""

PERMUTATIONS: Final = 9_999

_PORTION = 1_000_000  # simulated sums held at a time
_EQUAL = 1e-12  # sums that differ by less than this share of the largest possible one are equal


class Tails(NamedTuple):
    """How many simulated sums are at least, and at most, the observed one."""

    larger: IntArray
    smaller: IntArray


def two_sided(tails: Tails, permutations: int) -> FloatArray:
    """Return twice the smaller one-sided pseudo p, (count + 1) / (permutations + 1), and at most 1.

    Draws equal to what was observed count on both sides.
    """
    extreme = np.minimum(tails.larger, tails.smaller)
    return np.minimum(1.0, 2.0 * (extreme + 1.0) / (permutations + 1.0))


def conditional_tails(values: FloatArray, weights: Any, permutations: int, seed: int) -> Tails:
    """Return, per area, the tails of the weighted sum over its neighbours; an island has all in both.

    ``values``: shape (n,); ``weights``: CSR, (n, n), without diagonal and stored zeros.
    """
    groups = [*_by_neighbour_count(weights)]
    observed = weights @ values
    margin = _EQUAL * np.abs(values).max(initial=0.0) * np.asarray(np.abs(weights).sum(axis=1)).ravel()
    larger = np.zeros(len(values), dtype=np.int64)
    smaller = np.zeros(len(values), dtype=np.int64)
    for draws in _draws(len(values), _most(weights), permutations, seed):
        dealt = values[draws]
        for group in groups:
            sums = _sums(group, draws, dealt, values)
            low, high = (
                observed[group.areas] - margin[group.areas],
                observed[group.areas] + margin[group.areas],
            )
            larger[group.areas] += np.count_nonzero(sums >= low, axis=0)
            smaller[group.areas] += np.count_nonzero(sums <= high, axis=0)
    return Tails(larger, smaller)


class _Group(NamedTuple):
    """Areas with the same number of neighbours k."""

    areas: IntArray  # (m,)
    weights: FloatArray  # (m, k)


def _most(weights: Any) -> int:
    return int(np.diff(weights.indptr).max(initial=0))


def _by_neighbour_count(weights: Any) -> Iterator[_Group]:
    counts = np.diff(weights.indptr)
    step = 256  # areas at a time: their sums stay in the processor's cache
    for count in np.unique(counts):
        areas = np.flatnonzero(counts == count)
        for start in range(0, len(areas), step):
            some = areas[start : start + step]
            places = weights.indptr[some][:, None] + np.arange(count)
            yield _Group(some, weights.data[places])


def _draws(n: int, most: int, permutations: int, seed: int) -> Iterator[IntArray]:
    """Yield portions of draws, shape (p, most + 1): different areas in each row, the spare last."""
    random = np.random.default_rng(seed)
    width = min(most + 1, n)
    step = max(1, min(_PORTION // max(n if _is_wide(n, width) else width, 1), _PORTION // 256))
    for start in range(0, permutations, step):
        rows = min(step, permutations - start)
        yield _shuffled(random, n, rows, width) if _is_wide(n, width) else _distinct(random, n, rows, width)


def _is_wide(n: int, width: int) -> bool:
    return width * width > n


def _shuffled(random: np.random.Generator, n: int, rows: int, width: int) -> IntArray:
    every = np.broadcast_to(np.arange(n), (rows, n))
    return np.asarray(random.permuted(every, axis=1)[:, :width], dtype=np.int64)


def _distinct(random: np.random.Generator, n: int, rows: int, width: int) -> IntArray:
    """Draw rows with replacement and draw those anew that hold an area twice."""
    draws = random.integers(n, size=(rows, width))
    again = np.arange(rows)
    while len(again := again[_has_twin(draws[again])]):
        draws[again] = random.integers(n, size=(len(again), width))
    return draws


def _has_twin(draws: IntArray) -> NDArray[np.bool_]:
    in_order = np.sort(draws, axis=1)
    return np.asarray((in_order[:, 1:] == in_order[:, :-1]).any(axis=1), dtype=np.bool_)


def _sums(group: _Group, draws: IntArray, dealt: FloatArray, values: FloatArray) -> FloatArray:
    """Return simulated sums, shape (p, m): the first k of each draw, the spare where an area drew itself."""
    count = group.weights.shape[1]
    sums = dealt[:, :count] @ group.weights.T
    place = np.full(len(values), -1)
    place[group.areas] = np.arange(len(group.areas))
    met = place[draws[:, :count]]
    row, rank = np.nonzero(met >= 0)
    area = met[row, rank]
    sums[row, area] += group.weights[area, rank] * (dealt[row, -1] - values[group.areas[area]])
    return sums
