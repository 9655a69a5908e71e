"""Sites with limited room: who goes where, and where to build when a site can only take so many."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gis.costs import CostLike, FloatArray, IntArray, Sparse, amounts, row_of, within
from gis.siting.mip import Program, solve
from gis.siting.results import Rules, Siting, check_number, rules_for, siting

LARGEST_EXACT: Final = 100_000
"""Up to so many pairs of demand and site in reach the assignment is the best one, beyond it is a good one."""
_LARGEST_CHOICE: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Pairs that people may use: demand row, site and cost of each, people per row and room per site."""

    rows: IntArray
    sites: IntArray
    costs: FloatArray
    people: FloatArray
    room: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """Who goes where. A demand may be split between sites.

    ``rows``, ``sites`` and ``people`` list the flows (site: candidate index). ``unserved`` people per demand,
    ``load`` people per candidate; Σ people + Σ unserved = Σ weights. ``total_cost`` = Σ people × cost.
    ``exact``: no assignment serves more people, and none that serves as many costs less.
    """

    rows: IntArray
    sites: IntArray
    people: FloatArray
    unserved: FloatArray
    load: FloatArray
    total_cost: float
    exact: bool


def assign_with_capacity(  # noqa: PLR0913 - all keywords, all with defaults but four
    cost: CostLike,
    weights: ArrayLike,
    chosen: ArrayLike,
    capacity: ArrayLike,
    radius: float = math.inf,
    *,
    exact: bool | None = None,
    time_limit_s: float = 30.0,
) -> Assignment:
    """Send people to the chosen sites so that as many as possible are served, then at the least cost.

    ``capacity`` people per candidate (all candidates), ``radius`` the farthest anyone goes. To
    ``LARGEST_EXACT`` pairs a linear program gives the best assignment; beyond it pairs are served in the
    order of their cost until the site is full, which serves the near ones first and may leave people
    unserved whom a cleverer assignment would place (``exact`` is then False).

    >>> assign_with_capacity([[1.0], [2.0]], [30, 30], [0], [40]).unserved
    array([ 0., 20.])
    """
    near = within(cost, radius)
    people = amounts(weights, near.shape[0], "the weights")
    room = amounts(capacity, near.shape[1], "the capacities")
    opened = np.zeros(near.shape[1], dtype=bool)
    opened[np.asarray(chosen, dtype=np.int64)] = True
    kept = opened[near.indices]
    rows, sites = row_of(near)[kept].astype(np.int64), near.indices[kept].astype(np.int64)
    pairs = _Pairs(rows, sites, near.data[kept], people, room)
    flows = None
    if exact or (exact is None and len(rows) <= LARGEST_EXACT):
        flows = _best_flows(pairs, time_limit_s)
    proved = flows is not None
    flows = _nearest_first(pairs) if flows is None else flows
    used = flows > 1e-9
    served = np.bincount(rows[used], flows[used], len(people))
    load = np.bincount(sites[used], flows[used], len(room)).astype(np.float64)
    unserved = np.maximum(people - served, 0.0)
    cost_of_all = float((flows * pairs.costs).sum())
    return Assignment(rows[used], sites[used], flows[used], unserved, load, cost_of_all, proved)


def max_coverage_with_capacity(  # noqa: PLR0913 - all keywords, all with defaults but five
    cost: CostLike,
    weights: ArrayLike,
    p: int,
    radius: float,
    capacity: ArrayLike,
    *,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    time_limit_s: float = 60.0,
) -> Siting:
    """Choose ``p`` sites that serve most people within ``radius`` when each takes at most its capacity.

    Up to 20,000 pairs in reach HiGHS chooses sites and flows together (``bound`` is proved); beyond it sites
    are chosen greedily by the people that still find room, and ``bound`` is only the sum of the ``p`` largest
    rooms or of all people in reach. ``unserved`` are demand rows of which some people find no room.

    >>> max_coverage_with_capacity([[0, 0], [0, 0]], [50, 50], 1, 1, [30, 80]).chosen
    (1,)
    """
    near = within(cost, radius)
    people = amounts(weights, near.shape[0], "the weights")
    room = amounts(capacity, near.shape[1], "the capacities")
    rules = rules_for(near.shape[1], fixed, forbidden)
    p = check_number(p, rules)
    usable = np.where(rules.open, room, 0.0)
    reached = float(people[np.diff(near.indptr) > 0].sum())
    bound = min(reached, float(np.sort(usable)[-p:].sum()))
    sites = _greedy(near, people, usable, p, rules)
    method = "greedy with room"
    if near.nnz <= _LARGEST_CHOICE:
        answer = solve(_program(near, people, room, p, rules), time_limit_s)
        bound, method = min(bound, -answer.bound), "HiGHS"
        sites = sites if answer.values is None else np.flatnonzero(answer.values[: near.shape[1]] > 0.5)
    result = assign_with_capacity(cost, people, sites, room, radius)
    left = np.flatnonzero(result.unserved > 1e-9)
    return siting(sites, float(result.people.sum()), bound, method, rules, left)


def _best_flows(pairs: _Pairs, seconds: float) -> FloatArray | None:
    """Return the flow of each pair in the best assignment, None when it takes too long."""
    count = len(pairs.rows)
    if not count:
        return np.empty(0)
    # Serving one more may move others along a chain through every site, so this is worth more than any chain.
    worth = (2.0 * len(np.unique(pairs.sites)) + 1.0) * (float(pairs.costs.max()) + 1.0)
    at, ones = np.arange(count), np.ones(count)
    by_row = sparse.csr_array((ones, (pairs.rows, at)), shape=(len(pairs.people), count))
    by_site = sparse.csr_array((ones, (pairs.sites, at)), shape=(len(pairs.room), count))
    high = np.concatenate([pairs.people, pairs.room])
    nothing, free = np.zeros(count), np.full(count, np.inf)
    program = Program(
        pairs.costs - worth,
        sparse.vstack([by_row, by_site]),
        np.zeros(len(high)),
        high,
        free,
        nothing > 0,
        nothing,
    )
    answer = solve(program, seconds)
    return np.clip(answer.values, 0.0, None) if answer.optimal and answer.values is not None else None


def _nearest_first(pairs: _Pairs) -> FloatArray:
    left, free, flows = pairs.people.copy(), pairs.room.copy(), np.zeros(len(pairs.rows))
    for pair in np.argsort(pairs.costs, kind="stable").tolist():
        row, site = pairs.rows[pair], pairs.sites[pair]
        moved = min(left[row], free[site])
        flows[pair] = moved
        left[row] -= moved
        free[site] -= moved
    return flows


def _greedy(near: Sparse, people: FloatArray, room: FloatArray, p: int, rules: Rules) -> IntArray:
    """Open the site that finds room for most people still without, one after the other, nearest first."""
    columns, left, chosen = sparse.csc_array(near), people.copy(), list(rules.fixed.tolist())
    for site in chosen:
        _fill(columns, left, room, site)
    while len(chosen) < p:
        waiting = np.bincount(row_of(columns), left[columns.indices], near.shape[1])
        worth = np.where(rules.open, np.minimum(waiting, room), -1.0)
        worth[chosen] = -1.0
        chosen.append(int(worth.argmax()))
        _fill(columns, left, room, chosen[-1])
    return np.asarray(chosen, dtype=np.int64)


def _fill(columns: Sparse, left: FloatArray, room: FloatArray, site: int) -> None:
    part = slice(columns.indptr[site], columns.indptr[site + 1])
    rows = columns.indices[part][np.argsort(columns.data[part], kind="stable")]
    free = room[site] - np.concatenate([[0.0], np.cumsum(left[rows])[:-1]])
    left[rows] -= np.clip(free, 0.0, left[rows])


def _program(near: Sparse, people: FloatArray, room: FloatArray, p: int, rules: Rules) -> Program:
    """Return: maximise the people served; variables are the sites (binary), then the flow of each pair."""
    candidates, count = near.shape[1], near.nnz
    rows, at = row_of(near), candidates + np.arange(count)
    width = candidates + count
    by_demand = sparse.csr_array((np.ones(count), (rows, at)), shape=(near.shape[0], width))
    by_site = sparse.csr_array((np.ones(count), (near.indices, at)), shape=(candidates, width))
    by_site = by_site - sparse.csr_array((room, (np.arange(candidates),) * 2), shape=(candidates, width))
    number = sparse.csr_array(np.r_[np.ones(candidates), np.zeros(count)][None])
    # A flow is none where its site is closed: tighter than the room alone.
    tight = sparse.csr_array(
        (np.r_[np.ones(count), -people[rows]], (np.tile(np.arange(count), 2), np.r_[at, near.indices])),
        shape=(count, width),
    )
    high = np.concatenate([people, np.zeros(candidates), [p], np.zeros(count)])
    low = np.full(len(high), -np.inf)
    low[len(people) + candidates] = p
    least = np.zeros(width)
    least[rules.fixed] = 1.0
    upper = np.r_[rules.open.astype(float), people[rows]]
    return Program(
        np.r_[np.zeros(candidates), -np.ones(count)],
        sparse.vstack([by_demand, by_site, number, tight]),
        low,
        high,
        upper,
        np.arange(width) < candidates,
        least,
    )
