"""A proved lower bound for the p-median, and good sites on the way: Lagrangian relaxation.

Relax "every demand is served once" with a price λ per demand. What is left is solved by looking: a candidate
is worth ``ρ[i] = Σ_j min(0, cost[j, i] - λ[j])``, the fixed sites and the cheapest others are opened, and
``Σ λ + Σ ρ(opened)`` is a lower bound for every λ (G. Cornuéjols, M. L. Fisher and G. L. Nemhauser,
Management Science 23, 1977). λ moves along a smoothed subgradient. Rules of spacing are left out, which keeps
the bound valid. Demand pays only for candidates cheaper than its λ, so on large matrices only its nearest
candidates are kept and λ is held at or below the dearest kept cost.
"""

import math
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from scipy import sparse

from gis.costs import BoolArray, FloatArray, IntArray, Sparse, row_of

_SMOOTHING = 0.5
"""Share of the newest subgradient in the direction; the rest is the direction before."""
_PATIENCE = 5
_SHRINK = 0.6
_SMALLEST_STEP = 0.01
_NOTABLE = 1e-4
_ROUNDING = 1e-7


class Prices(Protocol):
    """Costs as the relaxation asks for them."""

    demands: int
    candidates: int
    most: FloatArray
    """The highest price of each demand that keeps the bound valid."""
    size: int

    def values(self, prices: FloatArray) -> FloatArray:
        """Return ρ of every candidate."""
        ...

    def served(self, sites: IntArray, prices: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the lowest cost of each demand, and how many of the sites cost it less than its price."""
        ...


class DensePrices:
    """A finite dense matrix, cut to the nearest candidates of each demand where that is much less."""

    def __init__(self, costs: FloatArray, keep: int) -> None:
        self.demands, self.candidates = costs.shape
        self._all = self._kept = costs
        self._places: IntArray | None = None
        if keep < self.candidates // 2:
            nearest = np.argpartition(costs, keep - 1, axis=1)[:, :keep]
            self._kept = np.take_along_axis(costs, nearest, axis=1)
            self._places = nearest.ravel()
        self.most = self._kept.max(axis=1)
        self.size = self._kept.size

    def values(self, prices: FloatArray) -> FloatArray:
        """Return ρ of every candidate."""
        below = self._kept - prices[:, None]
        np.minimum(below, 0.0, out=below)
        if self._places is None:
            return np.asarray(below.sum(axis=0))
        return np.bincount(self._places, below.ravel(), self.candidates).astype(np.float64)

    def served(self, sites: IntArray, prices: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the lowest cost of each demand, and how many of the sites cost it less than its price."""
        costs = self._all[:, sites]
        return costs.min(axis=1), (costs < prices[:, None]).sum(axis=1).astype(np.float64)


class SparsePrices:
    """A CSC matrix of weighted costs; a pair that is not stored costs ``missing`` (one value per demand)."""

    def __init__(self, columns: Sparse, missing: FloatArray) -> None:
        self.demands, self.candidates = columns.shape
        self._columns, self.most, self.size = columns, missing, columns.nnz
        self._owner = row_of(columns)

    def values(self, prices: FloatArray) -> FloatArray:
        """Return ρ of every candidate."""
        below = self._columns.data - prices[self._columns.indices]
        np.minimum(below, 0.0, out=below)
        return np.bincount(self._owner, below, self.candidates).astype(np.float64)

    def served(self, sites: IntArray, prices: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the lowest cost of each demand, and how many of the sites cost it less than its price."""
        chosen = self._columns[:, sites]
        lowest = self.most.copy()
        np.minimum.at(lowest, chosen.indices, chosen.data)
        cheap = chosen.indices[chosen.data < prices[chosen.indices]]
        return lowest, np.bincount(cheap, minlength=self.demands).astype(np.float64)


class CoverPrices:
    """Coverage as a p-median: a covered demand costs nothing, another one its people (``missing``)."""

    def __init__(self, covers: Sparse, missing: FloatArray) -> None:
        """``covers`` demand × candidate, CSC; only which pairs are stored matters."""
        self.demands, self.candidates = covers.shape
        self.most, self.size = missing, covers.nnz
        ones = np.ones(covers.nnz)
        self._covered_by = sparse.csr_array((ones, covers.indices, covers.indptr), shape=covers.shape[::-1])

    def values(self, prices: FloatArray) -> FloatArray:
        """Return ρ of every candidate: minus the prices of all demand that it covers."""
        return np.asarray(-(self._covered_by @ prices))

    def served(self, sites: IntArray, prices: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what each demand costs, and how many of the sites cover it when its price is above zero."""
        counts = np.bincount(self._covered_by[sites].indices, minlength=self.demands)
        return np.where(counts > 0, 0.0, self.most), (counts * (prices > 0)).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """``p`` sites, the fixed among them; ``whole``: totals are whole numbers; ``target``: one known."""

    p: int
    fixed: IntArray
    whole: bool = False
    target: float = math.inf


@dataclass(slots=True, eq=False)
class Relaxation:
    """The best bound, the sites opened at it, ρ there, and the least total of all choices met on the way."""

    bound: float = -math.inf
    sites: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    values: FloatArray = field(default_factory=lambda: np.empty(0))
    total: float = math.inf

    def useful(self, total: float) -> BoolArray:
        """Flag the candidates that a choice cheaper than ``total`` may contain, the opened ones included.

        Opening any other instead of the dearest opened one lifts the bound to ``total`` or above.
        """
        dearest = float(self.values[self.sites].max())
        margin = 1e-7 * max(1.0, abs(total))
        flags = self.bound + self.values - dearest < total + margin
        flags[self.sites] = True
        return np.asarray(flags)


@dataclass(slots=True, eq=False)
class _Walk:
    """Where the prices are and how they move."""

    price: FloatArray
    best: FloatArray
    direction: FloatArray
    step: float = 1.0
    since: int = 0

    def move(self, slope: FloatArray, missing: float, most: FloatArray) -> bool:
        """Move the prices; tell whether they moved far enough to go on."""
        self.direction = _SMOOTHING * slope + (1.0 - _SMOOTHING) * self.direction
        if self.since >= _PATIENCE:
            self.step, self.since, self.price = self.step * _SHRINK, 0, self.best
        length = float(self.direction @ self.direction)
        if length == 0.0 or self.step < _SMALLEST_STEP:
            return False
        moved = self.price + self.step * missing / length * self.direction
        self.price = np.clip(moved, 0.0, most)
        return True


def relax(costs: Prices, start: FloatArray, goal: Goal, rounds: int) -> Relaxation:
    """Return a lower bound for the least total cost of opening ``goal.p`` candidates.

    ``start`` are first prices. Stops after so many rounds, when the prices have settled, or when the bound
    meets the best choice known.
    """
    found = Relaxation(total=goal.target)
    price = np.minimum(start, costs.most)
    walk = _Walk(price, price, np.zeros(costs.demands))
    free = np.setdiff1d(np.arange(costs.candidates), goal.fixed)
    for _ in range(rounds):
        value = costs.values(walk.price)
        sites = _open(value, goal.p, goal.fixed, free)
        bound = float(walk.price.sum() + value[sites].sum())
        lowest, counts = costs.served(sites, walk.price)
        found.total = min(found.total, float(lowest.sum()))
        walk.since += 1
        if bound > found.bound:
            walk.since = 0 if bound > found.bound + _NOTABLE * abs(found.bound) else walk.since
            found.bound, found.sites, found.values, walk.best = bound, sites, value, walk.price
        if rounded(found.bound, goal.whole) >= found.total:
            break
        if not walk.move(1.0 - counts, 1.02 * found.total - bound, costs.most):
            break
    return found


def rounded(bound: float, whole: bool) -> float:
    """Return a lower bound, rounded up where every total is a whole number."""
    return float(math.ceil(bound - _ROUNDING)) if whole and math.isfinite(bound) else bound


def first_prices(costs: FloatArray, p: int) -> FloatArray:
    """Return prices at which each demand pays for about one site: its (candidates / p)-th lowest cost."""
    nth = min(costs.shape[1] - 1, costs.shape[1] // p)
    return np.asarray(np.partition(costs, nth, axis=1)[:, nth])


def _open(value: FloatArray, p: int, fixed: IntArray, free: IntArray) -> IntArray:
    missing = p - len(fixed)
    cheapest = free[np.argpartition(value[free], missing - 1)[:missing]] if missing else free[:0]
    return np.concatenate([fixed, cheapest])


def cover_bound(covers: Sparse, fixed: IntArray, rounds: int = 100) -> float:
    """Return a lower bound for the number of sites, fixed ones included, that cover every row of ones.

    ``Σ u + Σ_i min(0, 1 - Σ_{j in i} u_j)`` for prices u ≥ 0 of the rows, moved along the subgradient.
    """
    by_site = sparse.csr_array(sparse.csc_array(covers).T)
    size = np.diff(by_site.indptr)
    best = -math.inf
    price = 1.0 / np.maximum(_largest(covers, size), 1)
    walk = _Walk(price, price, np.zeros(len(price)))
    for _ in range(rounds):
        value = 1.0 - by_site @ walk.price
        opened = value < 0.0
        opened[fixed] = True
        bound = float(walk.price.sum() + value[opened].sum())
        walk.since += 1
        if bound > best:
            walk.since = 0 if bound > best + _NOTABLE * abs(best) else walk.since
            best, walk.best = bound, walk.price
        slope = 1.0 - covers @ opened.astype(np.float64)
        if not walk.move(slope, 0.05 * max(best, 1.0), np.ones(len(price))):
            break
    return float(math.ceil(best - _ROUNDING))


def _largest(covers: Sparse, size: IntArray) -> IntArray:
    """Return the size of the largest candidate that covers each row."""
    return np.asarray(np.maximum.reduceat(size[covers.indices], covers.indptr[:-1]))
