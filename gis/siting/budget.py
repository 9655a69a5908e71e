"""Maximal coverage for a sum of money: sites with unit costs instead of a number of sites."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gis.costs import CostLike, IntArray, amounts, check_limit, within
from gis.errors import BadInput
from gis.siting.coverage import LARGEST_EXACT, coverable, coverage_result
from gis.siting.coverage_program import Covering, Limits, best_covering
from gis.siting.results import Siting, rules_for
from gis.siting.sparse_interchange import Money, SparseInterchange


def max_coverage_for_budget(  # noqa: PLR0913 - all keywords, all with defaults but five
    cost: CostLike,
    weights: ArrayLike | None,
    budget: float,
    radius: float,
    unit_costs: ArrayLike,
    *,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    conflicts: Any = None,
    exact: bool | None = None,
    time_limit_s: float = 60.0,
) -> Siting:
    """Choose sites that together cost at most ``budget`` and cover most people within ``radius``.

    ``unit_costs`` one amount ≥ 0 per candidate in the unit of ``budget``; ``fixed`` sites exist and cost
    nothing. The better of three greedy choices (most people per money, most people, the best single site
    first) covers at least (1 - 1/e) / 2 of the best without ``conflicts`` (S. Khuller, A. Moss and J. Naor,
    Information Processing Letters 70, 1999); ``bound`` is what the best could cover at most: for small
    problems by HiGHS, else by filling the budget with parts of sites.

    >>> max_coverage_for_budget([[0, 9], [9, 0]], [10, 20], 5.0, 1, [5.0, 6.0]).chosen
    (0,)
    """
    check_limit(budget, "the budget")
    near = within(cost, radius)
    people = np.ones(near.shape[0]) if weights is None else amounts(weights, near.shape[0], "the weights")
    prices = amounts(unit_costs, near.shape[1], "the unit costs")
    rules = rules_for(near.shape[1], fixed, forbidden, conflicts)
    columns = np.flatnonzero(rules.open)
    problem, money = coverable(near, people, rules), Money(prices[columns], budget)
    sites, bound = _greedy(problem, money)
    if not len(sites):
        raise BadInput(
            f"no candidate costs {budget:g} or less (the cheapest costs {money.unit_costs.min():g})",
            code="too_dear",
            budget=budget,
        )
    method = "greedy per cost, knapsack bound"
    if exact or (exact is None and problem.pairs.shape[0] * len(columns) <= LARGEST_EXACT):
        limits = Limits(len(columns), money.unit_costs, budget)
        sites, proved = best_covering(problem, sites, limits, np.arange(len(columns)), time_limit_s)
        bound, method = max(bound, proved), "greedy per cost, HiGHS"
    covered = float(problem.people.sum()) - min(bound, problem.uncovered(sites))
    return coverage_result(near, people, rules, columns[sites], (covered, method))


def _greedy(problem: Covering, money: Money) -> tuple[IntArray, float]:
    """Return the best of three greedy choices and a lower bound for the people not covered."""
    every = problem.pairs.shape[1]
    per_money, single, most_people = (problem.search(every) for _ in range(3))
    bound = _knapsack_bound(per_money, money)
    per_money.greedy(every, money, idle=False)
    single.greedy(every, _open_best_single(single, money), idle=False)
    _most_people_first(most_people, money)
    found = (per_money, single, most_people)
    best = min(found, key=lambda one: one.total)
    return np.asarray(best.sites, dtype=np.int64), max(bound, *(_knapsack_bound(one, money) for one in found))


def _open_best_single(search: SparseInterchange, money: Money) -> Money:
    allowed = search.rules.open & ~search.open & (money.unit_costs <= money.budget) & (search.crowd == 0)
    if not allowed.any():
        return money
    best = int(np.where(allowed, search.gain, -1.0).argmax())
    search.begin(np.array([best]))
    return Money(money.unit_costs, money.budget - float(money.unit_costs[best]))


def _most_people_first(search: SparseInterchange, money: Money) -> None:
    left, count = money, -1
    while len(search.sites) != count and (search.gain > search.tolerance).any():
        count = len(search.sites)
        left = _open_best_single(search, left)


def _knapsack_bound(search: SparseInterchange, money: Money) -> float:
    """Return the least that any choice leaves uncovered.

    What any other choice adds to the present one is at most the sum of what its sites add one by one, and
    that is at most the knapsack with parts of sites.
    """
    order = np.argsort(-search.gain / np.maximum(money.unit_costs, 1e-12), kind="stable")
    gain, price = search.gain[order], money.unit_costs[order]
    gain[search.open[order]] = 0.0
    before = np.concatenate([[0.0], np.cumsum(price)[:-1]])
    part = np.clip((money.budget - before) / np.maximum(price, 1e-12), 0.0, 1.0)
    part[price <= 0] = 1.0
    return max(0.0, search.total - float((gain * part).sum()))
