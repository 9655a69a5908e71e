"""Swap one open site for a closed one while it helps: the search behind the p-median.

Keeps, for each demand, its nearest and second nearest open site, and from them for every pair (open site r,
candidate i) what the swap saves: ``gain[i] + extra[r, i] - loss[r]`` (M. G. C. Resende and R. F. Werneck, "A
fast swap-based local search procedure for location problems", Annals of Operations Research 150, 2007). After
a swap only the demand whose two nearest changed is worked out again. Around local optima the search is
repeated from disturbed copies (iterated local search). It stops after a fixed amount of work, not after a
time: the same input gives the same answer on every machine.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.costs import BoolArray, FloatArray, IntArray
from gis.siting.results import Rules

_NEVER = -np.inf
_AT_ONCE = 8
"""So many swaps are made between two looks at all of them."""
_OVERHEAD = 30_000
"""Work of one swap besides its arithmetic, in array elements."""


@dataclass(slots=True, eq=False)
class _State:
    """One choice: open sites by position, two nearest of each demand, and the savings of all swaps."""

    sites: IntArray
    first: IntArray
    near: FloatArray
    next: FloatArray
    gain: FloatArray
    loss: FloatArray
    extra: FloatArray
    total: float = 0.0

    def copy(self) -> "_State":
        """Return a copy that can be disturbed."""
        return _State(
            self.sites.copy(), self.first.copy(), self.near.copy(), self.next.copy(),
            self.gain.copy(), self.loss.copy(), self.extra.copy(), self.total,
        )  # fmt: skip


class Interchange:
    """The search over one dense matrix of weighted costs, demand × candidate, all finite."""

    def __init__(self, costs: FloatArray, rules: Rules, seed: int = 0) -> None:
        self.costs = costs
        self.columns = np.ascontiguousarray(costs.T)
        self.random = np.random.default_rng(seed)
        self.fixed = rules.fixed
        self.work = 0
        self.far = float(costs.max(initial=0.0))
        self.tolerance = 1e-12 * max(self.far, 1e-300) * len(costs)
        self.conflicts: BoolArray | None = None
        if rules.conflicts is not None:
            self.conflicts = np.asarray(rules.conflicts.todense()) > 0

    def search(self, start: IntArray, work: int, patience: int, enough: float) -> tuple[IntArray, float]:
        """Improve a choice until so much work is done or so many disturbances in a row changed nothing.

        Also stops at a total of at most ``enough``. Returns the best sites, ascending, and their total cost.
        """
        state = self._state(start)
        self._descend(state)
        best, fruitless = state.copy(), 0
        enough += self.tolerance
        while best.total > enough and self.work < work and fruitless < patience and len(self._movable(state)):
            self._disturb(state)
            self._descend(state)
            fruitless = 0 if state.total < best.total - self.tolerance else fruitless + 1
            if state.total <= best.total:
                best = state.copy()
            else:
                state = best.copy()
        sites = np.sort(best.sites)
        return sites, float(self.costs[:, sites].min(axis=1).sum())

    def _state(self, sites: IntArray) -> _State:
        rows, columns = self.costs.shape
        # Fixed sites stand in front, so that their positions never change.
        ordered = np.concatenate([self.fixed, np.setdiff1d(sites, self.fixed)]).astype(np.int64)
        first, near, following = _two_nearest(self.columns[ordered].T, self.far)
        state = _State(
            ordered, first, near, following,
            np.zeros(columns), np.zeros(len(ordered)), np.zeros((len(ordered), columns)),
        )  # fmt: skip
        self._count(state, np.arange(rows), 1.0)
        return state

    def _count(self, state: _State, rows: IntArray, sign: float) -> None:
        """Add (or take away) what some demand rows contribute to the savings."""
        if not len(rows):
            return
        order = rows[np.argsort(state.first[rows], kind="stable")]
        owner, near, following = state.first[order], state.near[order], state.next[order]
        costs = self.costs.take(order, axis=0)
        saved = near[:, None] - costs
        np.maximum(saved, 0.0, out=saved)
        np.subtract(following[:, None], costs, out=costs)
        np.maximum(costs, 0.0, out=costs)
        costs -= saved
        state.gain += sign * saved.sum(axis=0)
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        ends = np.append(starts[1:], len(owner))
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            block = costs[start] if end == start + 1 else costs[start:end].sum(axis=0)
            site = owner[start]
            state.loss[site] += sign * float((following[start:end] - near[start:end]).sum())
            if sign > 0:
                state.extra[site] += block
            else:
                state.extra[site] -= block
        self.work += 2 * costs.size + _OVERHEAD // 2

    def _swap(self, state: _State, position: int, candidate: int) -> None:
        """Close the site at a position and open a candidate in its place."""
        closed = self.columns[state.sites[position]]
        opened = self.columns[candidate]
        rows = np.flatnonzero((closed <= state.next) | (opened < state.next))
        self._count(state, rows, -1.0)
        state.sites[position] = candidate
        state.first[rows], state.near[rows], state.next[rows] = _two_nearest(
            self.columns[state.sites[:, None], rows[None, :]].T, self.far
        )
        self._count(state, rows, 1.0)

    def _descend(self, state: _State) -> None:
        """Make the best swaps until none helps."""
        while self._best_swaps(state):
            pass
        state.total = float(state.near.sum())

    def _best_swaps(self, state: _State) -> bool:
        """Make the best swap of each site, best first, as long as it still helps; tell whether one did.

        The savings are always up to date, so a swap is looked up again before it is made.
        """
        savings = self._savings(state)
        candidates = savings.argmax(axis=1)
        worth = savings[np.arange(len(savings)), candidates]
        helpful = np.flatnonzero(worth > self.tolerance)
        for place in helpful[np.argsort(-worth[helpful])[:_AT_ONCE]].tolist():
            candidate = int(candidates[place])
            saves = state.extra[place, candidate] + state.gain[candidate] - state.loss[place]
            if saves > self.tolerance and self._fits(state, place, candidate):
                self._swap(state, place, candidate)
        return bool(len(helpful))

    def _savings(self, state: _State) -> FloatArray:
        """Return what each swap saves, position × candidate; minus infinity where it is not allowed."""
        savings: FloatArray = state.extra + state.gain
        savings -= state.loss[:, None]
        savings[: len(self.fixed)] = _NEVER
        if self.conflicts is not None:
            near = self.conflicts[state.sites]
            savings[near.sum(axis=0)[None, :] - near > 0] = _NEVER
        self.work += 3 * savings.size
        return savings

    def _fits(self, state: _State, position: int, candidate: int) -> bool:
        """Whether a candidate is far enough from every site but the one at a position."""
        if self.conflicts is None:
            return True
        return not self.conflicts[np.delete(state.sites, position), candidate].any()

    def _movable(self, state: _State) -> IntArray:
        closed = self.costs.shape[1] - len(state.sites)
        return np.arange(len(self.fixed), len(state.sites)) if closed else np.empty(0, dtype=np.int64)

    def _disturb(self, state: _State) -> None:
        """Swap a few random sites for random candidates, as far as the spacing allows."""
        movable = self._movable(state)
        most = int(min(len(movable), max(2, min(len(movable) // 2, 6))))
        for position in self.random.permutation(movable)[: int(self.random.integers(1, most + 1))]:
            free = np.ones(self.costs.shape[1], dtype=bool)
            free[state.sites] = False
            if self.conflicts is not None:
                stay = np.delete(state.sites, position)
                free &= ~self.conflicts[stay].any(axis=0)
            choices = np.flatnonzero(free)
            if len(choices):
                self._swap(state, int(position), int(self.random.choice(choices)))


def _two_nearest(costs: FloatArray, far: float) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return the position of the nearest open site and the two lowest costs of each row.

    ``far`` stands for the second nearest of a single site. Every swap opens another site, so it cancels out
    as long as it is no lower than any cost.
    """
    rows = np.arange(len(costs))
    if costs.shape[1] == 1:
        return np.zeros(len(costs), dtype=np.int64), costs[:, 0].copy(), np.full(len(costs), far)
    order: NDArray[np.int64] = np.argpartition(costs, 1, axis=1)[:, :2]
    one, two = costs[rows, order[:, 0]], costs[rows, order[:, 1]]
    first = np.where(one <= two, order[:, 0], order[:, 1])
    return first, np.minimum(one, two), np.maximum(one, two)
