"""p-centre: the sites whose farthest demand is nearest."""

import math
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gis.costs import CostLike, FloatArray, IntArray, Sparse, sparse_costs
from gis.errors import BadInput
from gis.siting.cover import cover_answer, greedy_cover, ones
from gis.siting.interchange import Interchange
from gis.siting.results import Rules, Siting, check_number, filled, only_reached, rules_for, siting
from gis.siting.service import Table

_LARGEST_DENSE = 2_000_000
_LARGEST_PROGRAM = 1_500_000
_WORK, _PATIENCE = 15_000_000, 40
_SHARE = 0.6


def p_center(  # noqa: PLR0913 - all keywords, all with defaults but two
    cost: CostLike,
    p: int,
    *,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    conflicts: Any = None,
    leave_out: bool = False,
    time_limit_s: float = 100.0,
    seed: int = 0,
) -> Siting:
    """Choose ``p`` sites so that the largest cost from any demand to its nearest site is smallest.

    ``cost`` demand × candidate as in ``p_median``; ``p`` counts the ``fixed`` sites. Every demand counts,
    with however few people. The objective is one of the costs, so it is bisected: can ``p`` sites cover
    everyone within r? Swaps find covers, the LP relaxation and HiGHS prove that there are none (E. Minieka,
    SIAM Review 12, 1970; M. S. Daskin, Network and Discrete Location, 1995). After ``time_limit_s`` the gap
    tells what is unproved.

    Raises BadInput when a demand is out of reach of all candidates (``leave_out`` lists it in ``unserved``
    instead) or when ``p`` sites cannot reach everyone.

    >>> p_center([[0, 3, 9], [3, 0, 6], [9, 6, 0]], 2).objective
    3.0
    """
    stored = sparse_costs(cost)
    rules = rules_for(stored.shape[1], fixed, forbidden, conflicts)
    p = check_number(p, rules)
    columns = np.flatnonzero(rules.open)
    inner = sparse.csr_array(stored[:, columns])
    rows = only_reached(np.diff(inner.indptr) > 0, leave_out, "every open candidate")
    search = _Search(
        sparse.csr_array(inner[rows]), p, rules.take(columns), time.monotonic() + time_limit_s, seed
    )
    sites, bound = search.run()
    chosen = columns[sites]
    _, lowest = Table(None, stored).nearest(chosen)
    left = np.setdiff1d(np.arange(stored.shape[0]), rows)
    return siting(chosen, lowest[rows].max(), bound, "set cover by bisection, HiGHS", rules, left)


@dataclass(slots=True, eq=False)
class _Search:
    """Bisection over the distinct costs; ``low`` and ``high`` are places in ``levels``."""

    costs: Sparse
    p: int
    rules: Rules
    deadline: float
    seed: int
    levels: FloatArray = field(init=False)
    low: int = 0
    high: int = 0
    sites: IntArray | None = None

    def run(self) -> tuple[IntArray, float]:
        """Return the best sites and a proved lower bound of the objective."""
        self.levels = np.unique(self.costs.data)
        nearest = np.minimum.reduceat(self.costs.data, self.costs.indptr[:-1])
        self.low = int(np.searchsorted(self.levels, nearest.max()))
        self.high = len(self.levels) - 1
        self._find()
        self._raise_by_relaxation()
        self._prove()
        if self.sites is None:
            raise BadInput(
                f"no choice of {self.p} sites was found that reaches everyone; choose more sites",
                code="unserved", p=self.p,
            )  # fmt: skip
        return self.sites, float(self.levels[self.low])

    def _left(self) -> float:
        return self.deadline - time.monotonic()

    def _covers(self, level: int) -> Sparse:
        near = self.costs.data <= self.levels[level]
        counts = np.concatenate([[0], np.cumsum(near)])[self.costs.indptr]
        return ones(
            sparse.csr_array(
                (self.costs.data[near], self.costs.indices[near], counts), shape=self.costs.shape
            )
        )

    def _find(self) -> None:
        """Bisect with covers found by swaps; failing proves nothing, it only ends the search."""
        low, high = self.low, self.high
        found = self._cover_by_swaps(high)  # even without any time left there is an answer
        if found is not None:
            self._take(found)
            high = self.high - 1
        while low <= high and self._left() > 0:
            middle = (low + high) // 2
            found = self._cover_by_swaps(middle)
            if found is None:
                low = middle + 1
            else:
                self._take(found)
                high = self.high - 1

    def _take(self, sites: IntArray) -> None:
        """Keep sites and lower ``high`` to the cost that they really need."""
        _, lowest = Table(None, self.costs).nearest(sites)
        self.sites, self.high = sites, int(np.searchsorted(self.levels, lowest.max()))

    def _cover_by_swaps(self, level: int) -> IntArray | None:
        covers = self._covers(level)
        greedy = greedy_cover(covers, self.rules)
        if greedy is not None and len(greedy) <= self.p:
            return filled(greedy, self.p, self.rules)
        if covers.shape[0] * covers.shape[1] > _LARGEST_DENSE or greedy is None:
            return None
        apart = 1.0 - np.asarray(covers.todense())
        kept = np.setdiff1d(greedy, self.rules.fixed)[: self.p - len(self.rules.fixed)]
        start = np.concatenate([self.rules.fixed, kept])
        sites, uncovered = Interchange(apart, self.rules, self.seed).search(start, _WORK, _PATIENCE, 0.5)
        return sites if uncovered < 0.5 else None

    def _raise_by_relaxation(self) -> None:
        """Raise ``low`` past the levels at which even parts of sites would have to be more than ``p``."""
        low, high = self.low, self.high
        while low < high and self._left() > 0 and self.costs.nnz <= _LARGEST_PROGRAM:
            middle = (low + high) // 2
            answer, _ = cover_answer(self._covers(middle), self.rules, math.inf, self._left(), relaxed=True)
            if answer.infeasible or (answer.optimal and answer.bound > self.p + 1e-6):
                self.low = low = middle + 1
            else:
                high = middle

    def _prove(self) -> None:
        """Ask HiGHS at levels between the relaxation and the best found.

        A level that takes too long is ``unknown``; nothing from there up is asked again, so a gap stays.
        """
        unknown = self.high
        while self.low < unknown and self._left() > 0 and self.costs.nnz <= _LARGEST_PROGRAM:
            level = (self.low + unknown) // 2
            answer, sites = cover_answer(self._covers(level), self.rules, self.p, self._left() * _SHARE)
            if sites is not None:
                self._take(filled(sites, self.p, self.rules))
                unknown = self.high
            elif answer.infeasible:
                self.low = level + 1
            else:
                unknown = level
