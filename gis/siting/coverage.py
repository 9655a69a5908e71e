"""Maximal coverage: the sites within reach of most people."""

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gis.costs import CostLike, FloatArray, IntArray, Sparse, amounts, row_of, within
from gis.errors import BadInput
from gis.siting.coverage_program import Covering, Limits, best_covering, covered_by
from gis.siting.interchange import Interchange
from gis.siting.lagrange import CoverPrices, Goal, Relaxation, relax, rounded
from gis.siting.results import Rules, Siting, check_number, filled, gap_of, rules_for, siting, spacing_error
from gis.siting.sparse_interchange import SparseInterchange

LARGEST_EXACT: Final = 1_000_000
"""Up to so many pairs (demand places × candidates) the best choice is looked for with a proof."""
_LARGEST_DENSE = 2_000_000
_ROUNDS = (20, 300)
_ROUND_WORK = 1.1e9
_SWAP_WORK = 400_000_000
_DENSE_WORK = 30_000_000
_PATIENCE = 100


def max_coverage(  # noqa: PLR0913 - all keywords, all with defaults but four
    cost: CostLike,
    weights: ArrayLike | None,
    p: int,
    radius: float,
    *,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    conflicts: Any = None,
    exact: bool | None = None,
    time_limit_s: float = 100.0,
    seed: int = 0,
) -> Siting:
    """Choose ``p`` sites so that the people (``weights``) within ``radius`` of one of them are most.

    ``cost`` demand × candidate as in ``p_median``; a cost equal to ``radius`` is within it. ``p`` counts the
    ``fixed`` sites. The objective is the weight covered, ``bound`` an upper bound, ``unserved`` the demand
    not covered. Demand that no candidate reaches is never covered and stays in ``unserved``.

    Method: greedy choice and swaps, a Lagrangian bound, then HiGHS from that start: by default up to a
    million pairs; ``exact`` says yes or no. After ``time_limit_s`` of HiGHS the gap tells what is unproved.

    >>> max_coverage([[0, 5], [5, 0], [9, 1]], [10, 20, 5], 1, radius=2).chosen
    (1,)
    """
    near = within(cost, radius)
    people = np.ones(near.shape[0]) if weights is None else amounts(weights, near.shape[0], "the weights")
    rules = rules_for(near.shape[1], fixed, forbidden, conflicts)
    p = check_number(p, rules)
    columns = np.flatnonzero(rules.open)
    problem = coverable(near, people, rules)
    greedy = problem.search(p)
    greedy.greedy(p)
    if len(greedy.sites) < p:
        raise spacing_error(p, len(greedy.sites))
    sites, bound, method = _best(problem, greedy, seed, exact, time_limit_s)
    total = float(problem.people.sum())
    return coverage_result(near, people, rules, columns[sites], (total - bound, method))


def coverable(near: Sparse, people: FloatArray, rules: Rules) -> Covering:
    """Return the problem of the open candidates and the demand with people in reach of one of them.

    Raises BadInput when there is no such demand.
    """
    columns = np.flatnonzero(rules.open)
    inner = near if len(columns) == near.shape[1] else sparse.csr_array(near[:, columns])
    rows = np.flatnonzero((np.diff(inner.indptr) > 0) & (people > 0))
    if not len(rows):
        raise BadInput(
            "no open candidate has people within this distance; choose a larger one or other candidates",
            code="nobody_near",
        )
    inner = inner if len(rows) == inner.shape[0] else sparse.csr_array(inner[rows])
    zeros = sparse.csr_array((np.zeros(inner.nnz), inner.indices, inner.indptr), shape=inner.shape)
    return Covering(zeros, sparse.csc_array(zeros), people[rows], rules.take(columns))


def coverage_result(
    near: Sparse, people: FloatArray, rules: Rules, chosen: IntArray, proof: tuple[float, str]
) -> Siting:
    """Return the result for chosen candidates; who is covered is counted anew from the pairs in reach.

    ``proof`` is an upper bound and the method.
    """
    opened = np.zeros(near.shape[1], dtype=bool)
    opened[chosen] = True
    covered = covered_by(near, opened)
    return siting(chosen, float(people[covered].sum()), *proof, rules, np.flatnonzero(~covered))


def _best(
    problem: Covering, greedy: SparseInterchange, seed: int, exact: bool | None, seconds: float
) -> tuple[IntArray, float, str]:
    """Return the best sites found, a lower bound for the people not covered, and the method."""
    whole = bool((problem.people == np.rint(problem.people)).all())
    relaxed = _relaxed(problem, Goal(len(greedy.sites), problem.rules.fixed, whole, greedy.total))
    bound = rounded(relaxed.bound, whole)
    sites = _improved(problem, greedy, bound, seed)
    total = problem.uncovered(sites)
    if exact is None:
        exact = problem.pairs.shape[0] * problem.pairs.shape[1] <= LARGEST_EXACT
    if not exact or gap_of(total, bound) == 0.0 or bound >= total:
        return sites, min(bound, total), "greedy, interchange, lagrangian relaxation"
    useful = relaxed.useful(total)
    useful[sites] = True
    better, proved = best_covering(problem, sites, Limits(len(sites)), np.flatnonzero(useful), seconds)
    better = filled(better, len(sites), problem.rules)
    bound = max(bound, rounded(proved, whole))
    return better, min(bound, problem.uncovered(better)), "greedy, interchange, HiGHS"


def _improved(problem: Covering, greedy: SparseInterchange, bound: float, seed: int) -> IntArray:
    demands, candidates = problem.pairs.shape
    if demands * candidates > _LARGEST_DENSE:
        greedy.improve(_SWAP_WORK)
        return np.asarray(greedy.sites)
    costs = np.repeat(problem.people[:, None], candidates, axis=1)
    costs[row_of(problem.pairs), problem.pairs.indices] = 0.0
    search = Interchange(costs, problem.rules, seed)
    return search.search(np.asarray(greedy.sites), _DENSE_WORK, _PATIENCE, bound)[0]


def _relaxed(problem: Covering, goal: Goal) -> Relaxation:
    rounds = int(np.clip(_ROUND_WORK / max(problem.pairs.nnz, 1), *_ROUNDS))
    prices = CoverPrices(problem.columns, problem.people)
    return relax(prices, problem.people, goal, rounds)
