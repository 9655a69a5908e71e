"""Greedy choice and swaps on stored pairs only: p-median and coverage where a matrix would not fit.

Costs are weighted, demand × candidate; a pair that is not stored costs ``missing``, one value per demand.
Coverage is the case of stored zeros with the people as ``missing``. Greedy keeps the saving of every
candidate up to date, so each choice is the truly best next one. Swaps look at candidates in the order of
what they save by themselves, and choose the site to close by what its demand would pay elsewhere (the bound
``gain`` stops the search for a candidate early; Resende and Werneck 2007, Schubert and Rousseeuw 2021).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from gis.costs import FloatArray, IntArray, Sparse, row_of
from gis.siting.results import Rules

_NEVER = -np.inf
_EVALUATION = 3_000
"""Work of one look at a swap besides its arithmetic, in array elements."""


@dataclass(slots=True, eq=False)
class Money:
    """What each candidate costs to build and what may be spent on those that do not exist yet."""

    unit_costs: FloatArray
    budget: float


class SparseInterchange:
    """One choice of sites on stored pairs, with the saving of every candidate."""

    def __init__(
        self, rows: Sparse, missing: FloatArray, rules: Rules, most: int, columns: Sparse | None = None
    ) -> None:
        """Begin with the fixed sites open; at most ``most`` may be. ``columns``: rows as CSC, if known."""
        self.rows, self.columns = rows, sparse.csc_array(rows) if columns is None else columns
        self.rules, self.most = rules, most
        demands, candidates = rows.shape
        self.near, self.next = missing.copy(), missing.copy()
        self.first = np.full(demands, most, dtype=np.int32)
        self.second = self.first.copy()
        self.missing = missing
        self.sites: list[int] = []
        self.open = np.zeros(candidates, dtype=bool)
        self.crowd = np.zeros(candidates, dtype=np.int32)
        self.work = 0
        self.tolerance = 1e-11 * float(missing.max(initial=0.0))
        saved = missing[self.columns.indices] - self.columns.data
        self.gain = np.bincount(row_of(self.columns), np.maximum(saved, 0.0, out=saved), candidates)
        for site in rules.fixed.tolist():
            self._open(site)

    @property
    def total(self) -> float:
        """What all demand pays."""
        return float(self.near.sum())

    def greedy(self, count: int, money: Money | None = None, idle: bool = True) -> None:
        """Open the site that saves most (per unit of money, if given) until ``count`` are open.

        Stops earlier when no further site is allowed or affordable, and, unless ``idle``, when none saves
        anything.
        """
        left = money.budget if money else 0.0
        while len(self.sites) < count:
            worth = np.where(self.open | (self.crowd > 0) | ~self.rules.open, _NEVER, self.gain)
            if money:
                worth[money.unit_costs > left] = _NEVER
                worth /= np.maximum(money.unit_costs, 1e-12)
            best = int(worth.argmax())
            if worth[best] == _NEVER or (not idle and worth[best] <= self.tolerance):
                break
            left -= float(money.unit_costs[best]) if money else 0.0
            self._open(best)

    def begin(self, sites: IntArray) -> None:
        """Open further sites, in the order given."""
        for site in sites.tolist():
            if not self.open[site]:
                self._open(site)

    def improve(self, work: int) -> None:
        """Swap sites while it helps, until so much work is done."""
        self.loss = np.bincount(self.first, self.next - self.near, self.most + 1)
        self.loss[: len(self.rules.fixed)] = np.inf
        self.loss[self.most] = np.inf
        limit = self.work + work
        helped = len(self.sites) > len(self.rules.fixed)
        while helped and self.work < limit:
            helped = self._pass(limit)

    def _pass(self, limit: int) -> bool:
        usable = np.where(self.rules.open & ~self.open, self.gain, 0.0)
        helped = False
        for candidate in np.argsort(-usable, kind="stable")[: int((usable > self.tolerance).sum())].tolist():
            if self.work >= limit:
                break
            if self.gain[candidate] > self.tolerance and not self.open[candidate]:
                position, saves = self._best_partner(candidate)
                if saves > self.tolerance:
                    self._swap(position, candidate)
                    helped = True
        return helped

    def _best_partner(self, candidate: int) -> tuple[int, float]:
        """Return the position of the site to close for a candidate, and what the swap saves."""
        rows, costs = self._column(candidate)
        near, following = self.near[rows], self.next[rows]
        kept = np.maximum(following - np.maximum(costs, near), 0.0)
        extra = np.bincount(self.first[rows], kept, self.most + 1).astype(np.float64)
        self.work += len(rows) * 4 + self.most + _EVALUATION
        extra -= self.loss
        if self.crowd[candidate]:
            self._only_crowding(candidate, extra)
        position = int(extra[: len(self.sites)].argmax())
        return position, float(self.gain[candidate] + extra[position])

    def _only_crowding(self, candidate: int, extra: FloatArray) -> None:
        """Leave only a swap with the one site that stands too near; none when there are several."""
        near = self.rules.conflicts[[candidate]].indices
        crowding = near[self.open[near]]
        keep = self.sites.index(int(crowding[0])) if len(crowding) == 1 else -1
        extra[[place for place in range(len(self.sites)) if place != keep]] = _NEVER

    def _column(self, candidate: int) -> tuple[Any, Any]:
        start, end = self.columns.indptr[candidate : candidate + 2]
        return self.columns.indices[start:end], self.columns.data[start:end]

    def _open(self, site: int) -> None:
        position = len(self.sites)
        self.sites.append(site)
        self._crowd(site, 1)
        self.open[site] = True
        rows, costs = self._column(site)
        nearer = costs < self.near[rows]
        between = ~nearer & (costs < self.next[rows])
        closest, before = rows[nearer], self.near[rows[nearer]]
        self.next[closest], self.second[closest] = before, self.first[closest]
        self.near[closest], self.first[closest] = costs[nearer], position
        self.next[rows[between]], self.second[rows[between]] = costs[between], position
        self._regain(closest, before)

    def _crowd(self, site: int, change: int) -> None:
        if self.rules.conflicts is not None:
            self.crowd[self.rules.conflicts[[site]].indices] += change

    def _regain(self, rows: Any, before: FloatArray) -> None:
        """Bring the savings of all candidates up to date after the lowest costs of some demand changed."""
        entries, lengths = entries_of(self.rows, rows)
        costs = self.rows.data[entries]
        change = np.maximum(np.repeat(self.near[rows], lengths) - costs, 0.0)
        change -= np.maximum(np.repeat(before, lengths) - costs, 0.0)
        self.gain += np.bincount(self.rows.indices[entries], change, len(self.gain))
        self.work += len(entries) * 8 + len(self.gain)

    def _swap(self, position: int, candidate: int) -> None:
        opened, costs = self._column(candidate)
        touched = (self.first == position) | (self.second == position)
        touched[opened[costs < self.next[opened]]] = True
        rows = np.flatnonzero(touched)
        before = self.near[rows]
        np.subtract.at(self.loss, self.first[rows], self.next[rows] - before)
        old = self.sites[position]
        self._crowd(old, -1)
        self._crowd(candidate, 1)
        self.open[old], self.open[candidate], self.sites[position] = False, True, candidate
        self._two_nearest(rows)
        np.add.at(self.loss, self.first[rows], self.next[rows] - self.near[rows])
        moved = self.near[rows] != before
        self._regain(rows[moved], before[moved])
        self.work += len(self.first)

    def _two_nearest(self, rows: IntArray) -> None:
        """Work out the two nearest open sites of some demand rows again."""
        entries, lengths = entries_of(self.rows, rows)
        kept = self.open[self.rows.indices[entries]]
        owner = np.repeat(np.arange(len(rows)), lengths)[kept]
        candidates, costs = self.rows.indices[entries][kept], self.rows.data[entries][kept]
        place = np.full(len(self.open), self.most, dtype=np.int32)
        place[self.sites] = np.arange(len(self.sites))
        order = np.lexsort((costs, owner))
        owner, positions, costs = owner[order], place[candidates[order]], costs[order]
        ahead = np.flatnonzero(np.diff(owner, prepend=-1))
        behind = ahead + 1
        behind = behind[(behind < len(owner)) & (np.diff(owner, append=-1)[ahead] == 0)]
        for picked, best, site in ((ahead, self.near, self.first), (behind, self.next, self.second)):
            best[rows], site[rows] = self.missing[rows], self.most
            best[rows[owner[picked]]], site[rows[owner[picked]]] = costs[picked], positions[picked]


def entries_of(matrix: Sparse, rows: Any) -> tuple[IntArray, IntArray]:
    """Return where the entries of some rows of a CSR matrix are stored, row after row, and how many."""
    starts = matrix.indptr[rows].astype(np.int64)
    lengths = matrix.indptr[np.asarray(rows) + 1] - starts
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - ends + lengths, lengths), lengths
