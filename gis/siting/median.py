"""p-median: the sites with the least total cost of reaching the nearest of them."""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gis.costs import CostLike, FloatArray, IntArray, amounts, row_of, some
from gis.errors import BadInput
from gis.siting.interchange import Interchange
from gis.siting.lagrange import DensePrices, Goal, SparsePrices, first_prices, relax, rounded
from gis.siting.results import Rules, Siting, check_number, only_reached, rules_for, siting, spacing_error
from gis.siting.service import Table
from gis.siting.sparse_interchange import SparseInterchange

MISSING_TIMES: Final = 100.0
"""While searching, a demand that no chosen site reaches counts as this many times the largest cost."""
LARGEST_DENSE: Final = 12_000_000
"""Above so many pairs of demand and candidate the search works on the stored pairs."""
_ROUNDS = 150
_WORK = 15_000_000
_WORK_PER_PAIR = 15
_PATIENCE = 200
_SPARSE_WORK = 500_000_000
_SPARSE_ROUNDS = (20, 200)
_ROUND_WORK = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """The part that matters: open candidates, demand with people in reach."""

    table: Table
    people: FloatArray
    p: int
    rules: Rules


_Choice = tuple[IntArray, float]
"""Sites and a lower bound."""


def p_median(  # noqa: PLR0913 - all keywords, all with defaults but three
    cost: CostLike,
    weights: ArrayLike | None,
    p: int,
    *,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    conflicts: Any = None,
    leave_out: bool = False,
    effort: float = 1.0,
    seed: int = 0,
) -> Siting:
    """Choose ``p`` sites so that Σ weight × cost to the nearest chosen site is small.

    ``cost`` demand × candidate, dense (infinity = unreachable) or sparse (absent = unreachable, a stored 0 is
    0); ``weights`` one number ≥ 0 per demand, None for 1 each. ``p`` counts the ``fixed`` sites, which are
    kept. ``forbidden`` are never chosen, ``conflicts`` (see ``spacing_conflicts``) never together.

    Method: Lagrangian relaxation for the bound and a start, then a swap search from there; the answer is
    usually the best or within 0.1 % of it, and ``gap`` says how much is proved. ``effort`` multiplies the
    work of the search. The same input and ``seed`` give the same answer.

    Raises BadInput for bad numbers, and when demand with weight is out of reach of all candidates or of every
    choice found. With ``leave_out`` such demand is listed in ``unserved`` and left out of the objective.

    >>> p_median([[0, 3, 9], [3, 0, 4], [9, 4, 0]], [1, 1, 5], 1).chosen
    (2,)
    """
    table = Table.of(cost, LARGEST_DENSE)
    people = np.ones(table.demands) if weights is None else amounts(weights, table.demands, "the weights")
    rules = rules_for(table.candidates, fixed, forbidden, conflicts)
    p = check_number(p, rules)
    columns = np.flatnonzero(rules.open)
    rows = _reachable(table, columns, people, leave_out)
    case = _Case(table.take(rows, columns), people[rows], p, rules.take(columns))
    solve = _solve_dense if case.table.is_dense else _solve_sparse
    sites, bound = solve(case, effort, seed)
    result = _result(table, people, rules, columns[sites], bound)
    if not leave_out:
        _refuse_lost(np.intersect1d(result.unserved, rows), p)
    return result


def _reachable(table: Table, columns: IntArray, people: FloatArray, leave_out: bool) -> IntArray:
    """Return the demand rows that matter, or raise BadInput about those out of reach."""
    reached = table.reached(columns)
    only_reached(reached | (people == 0), leave_out, "every open candidate")
    rows = np.flatnonzero(reached & (people > 0))
    if not len(rows):
        raise BadInput("no demand with a weight above 0 can be reached", code="no_demand")
    return rows


def _solve_dense(case: _Case, effort: float, seed: int) -> _Choice:
    costs = _finite(case.table.dense) * case.people[:, None]
    goal = Goal(case.p, case.rules.fixed, bool((costs == np.rint(costs)).all()))
    candidates = case.table.candidates
    keep = min(candidates, 4 * -(-candidates // case.p) + 8)
    relaxed = relax(DensePrices(costs, keep), first_prices(costs, case.p), goal, _ROUNDS)
    start = relaxed.sites if case.rules.conflicts is None else spread_out(relaxed.sites, case.p, case.rules)
    work = int(effort * (_WORK + _WORK_PER_PAIR * costs.size))
    bound = rounded(relaxed.bound, goal.whole)
    sites, _ = Interchange(costs, case.rules, seed).search(start, work, _PATIENCE, bound)
    return sites, bound


def _solve_sparse(case: _Case, effort: float, _seed: int) -> _Choice:
    """Do the same on stored pairs; nothing here is left to chance."""
    stored, people = case.table.stored, case.people
    costs = sparse.csr_array(
        (stored.data * people[row_of(stored)], stored.indices, stored.indptr), shape=stored.shape
    )
    missing = MISSING_TIMES * max(float(stored.data.max()), 1.0) * people
    search = SparseInterchange(costs, missing, case.rules, case.p)
    search.greedy(case.p)
    if len(search.sites) < case.p:
        raise spacing_error(case.p, len(search.sites))
    search.improve(int(effort * _SPARSE_WORK))
    rounds = int(np.clip(_ROUND_WORK / max(costs.nnz, 1), *_SPARSE_ROUNDS))
    goal = Goal(case.p, case.rules.fixed, target=search.total)
    relaxed = relax(SparsePrices(sparse.csc_array(costs), missing), search.near.copy(), goal, rounds)
    again = SparseInterchange(costs, missing, case.rules, case.p)
    if case.rules.conflicts is None:
        again.begin(relaxed.sites)
        again.improve(int(effort * _SPARSE_WORK))
        search = min(search, again, key=lambda one: one.total)
    return np.asarray(search.sites), relaxed.bound


def spread_out(sites: IntArray, p: int, rules: Rules) -> IntArray:
    """Return ``p`` sites without two too near each other: as many of the given ones as fit, then others.

    Raises BadInput when so many cannot be found one after the other.
    """
    order = np.concatenate([rules.fixed, sites, np.flatnonzero(rules.open)])
    taken: list[int] = []
    blocked = np.zeros(len(rules.open), dtype=bool)
    for one in order.tolist():
        if len(taken) == p:
            break
        if not blocked[one] or one in rules.fixed:
            taken.append(one)
            blocked[one] = True
            blocked[rules.conflicts[[one]].indices] = True
    if len(taken) < p:
        raise spacing_error(p, len(taken))
    return np.asarray(taken, dtype=np.int64)


def _finite(costs: FloatArray) -> FloatArray:
    """Return costs in which out of reach is a number high above all others."""
    reachable = np.isfinite(costs)
    if reachable.all():
        return costs
    return np.where(reachable, costs, MISSING_TIMES * max(float(costs[reachable].max()), 1.0))


def _result(table: Table, people: FloatArray, rules: Rules, chosen: IntArray, bound: float) -> Siting:
    _, lowest = table.nearest(chosen)
    served = np.isfinite(lowest)
    objective = float((lowest[served] * people[served]).sum())
    reachable = table.reached(np.flatnonzero(rules.open))
    # With demand left out that could be reached, the relaxation bounds another sum than the objective.
    bound = -math.inf if (reachable & ~served & (people > 0)).any() else bound
    method = "lagrangian relaxation, interchange"
    return siting(chosen, objective, bound, method, rules, np.flatnonzero(~served))


def _refuse_lost(lost: IntArray, p: int) -> None:
    if len(lost):
        raise BadInput(
            f"no choice of {p} sites was found that reaches everyone: {len(lost)} demand places stay out of "
            f"reach (rows {some(lost)}); choose more sites or leave them out",
            code="unserved",
            count=len(lost),
            p=p,
        )
