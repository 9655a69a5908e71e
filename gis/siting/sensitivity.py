"""What a choice of sites depends on: the number, the threshold, the choice itself, and who fares worst."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gis.costs import CostLike, FloatArray, IntArray, amounts, within
from gis.errors import BadInput
from gis.siting.coverage import coverable
from gis.siting.results import Siting, check_number, rules_for
from gis.siting.service import nearest_chosen
from gis.siting.sparse_interchange import SparseInterchange


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """So many sites cover so many people; no choice of as many sites covers more than ``bound``."""

    sites: int
    covered: float
    share: float
    bound: float


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """Another choice, how much worse it is (share of the best; negative: better), and what it changes."""

    result: Siting
    worse_by: float
    dropped: tuple[int, ...]
    taken: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ThresholdChange:
    """The same sites at another threshold, beside the best sites for it."""

    radius: float
    covered: float
    best: Siting
    kept: int


@dataclass(frozen=True, slots=True, eq=False)
class Decile:
    """The tenth of the people with the longest way: their rows, mean and range of the cost.

    ``people`` may be more than a tenth, as a place is not cut. ``unreached`` are rows that no site reaches;
    they are the worst served, and no mean is formed with them.
    """

    rows: IntArray
    people: float
    mean_cost: float
    from_cost: float
    to_cost: float
    unreached: IntArray


def coverage_curve(  # noqa: PLR0913 - all keywords, all with defaults but four
    cost: CostLike,
    weights: ArrayLike | None,
    most: int,
    radius: float,
    *,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    conflicts: Any = None,
) -> tuple[CurvePoint, ...]:
    """Return coverage against the number of sites, from the fixed ones (or 0) up to ``most``.

    Greedy: every point adds the best next site to those before, so the curve is also an order of building;
    each covers at least 63 % of what so many sites can cover at best, mostly nearly all of it. ``bound`` is
    what they can cover at most: all people in reach, or what greedy had at some step and the best single
    savings there added up.
    """
    near = within(cost, radius)
    people = np.ones(near.shape[0]) if weights is None else amounts(weights, near.shape[0], "the weights")
    rules = rules_for(near.shape[1], fixed, forbidden, conflicts)
    most = check_number(most, rules)
    problem = coverable(near, people, rules)
    search = problem.search(most)
    reached, everyone = float(problem.people.sum()), float(people.sum())
    covered, bounds = [reached - search.total], np.full(most + 1, reached)
    numbers = [len(search.sites)]
    while len(search.sites) < most:
        _lower(bounds, search, reached)
        search.greedy(len(search.sites) + 1)
        if len(search.sites) == numbers[-1]:
            break
        numbers.append(len(search.sites))
        covered.append(reached - search.total)
    return tuple(
        CurvePoint(
            number, value, value / everyone if everyone else math.nan, float(max(bounds[number], value))
        )
        for number, value in zip(numbers, covered, strict=True)
    )


def _lower(bounds: FloatArray, search: SparseInterchange, reached: float) -> None:
    """Lower the bounds of all numbers: k sites add to the present ones at most the k best single savings."""
    gain = np.where(search.open, 0.0, search.gain)
    largest = -np.sort(-gain)[: len(bounds) - 1]
    added = np.concatenate([np.zeros(len(search.rules.fixed) + 1), np.cumsum(largest)])[: len(bounds)]
    added = np.append(added, np.full(len(bounds) - len(added), added[-1]))
    np.minimum(bounds, reached - search.total + added, out=bounds)


def alternatives(  # noqa: PLR0913 - all keywords, all with defaults but three
    solve: Callable[[IntArray], Siting],
    best: Siting,
    *,
    maximise: bool,
    worse_by: float = 0.02,
    count: int = 3,
    tries: int = 12,
) -> tuple[Alternative, ...]:
    """Return up to ``count`` other choices that are at most ``worse_by`` worse, the most different first.

    ``solve(forbidden)`` solves the same problem without some candidates. Each of up to ``tries`` sites of the
    best choice is forbidden in turn, then all of them together; a run that has no answer is passed over.

    >>> from gis.siting import max_coverage
    >>> cost = [[0, 9, 9], [9, 0, 0]]
    >>> best = max_coverage(cost, [5, 6], 1, 1)
    >>> others = alternatives(lambda f: max_coverage(cost, [5, 6], 1, 1, forbidden=f), best, maximise=True)
    >>> sorted([best.chosen, *(other.result.chosen for other in others)])
    [(1,), (2,)]
    """
    added = np.asarray(best.added, dtype=np.int64)
    picked = added[np.unique(np.linspace(0, len(added) - 1, min(tries, len(added))).astype(np.int64))]
    found: dict[tuple[int, ...], Alternative] = {}
    for forbidden in [added, *picked[:, None]]:
        other = _without(solve, forbidden)
        if other is not None and other.chosen != best.chosen:
            found[other.chosen] = _compared(best, other, maximise)
    near = [one for one in found.values() if one.worse_by <= worse_by]
    return tuple(sorted(near, key=lambda one: (-len(one.dropped), one.worse_by))[:count])


def _without(solve: Callable[[IntArray], Siting], forbidden: IntArray) -> Siting | None:
    try:
        return solve(forbidden)
    except BadInput:
        return None


def _compared(best: Siting, other: Siting, maximise: bool) -> Alternative:
    loss = (best.objective - other.objective) * (1.0 if maximise else -1.0)
    worse = loss / abs(best.objective) if best.objective else (math.inf if loss > 0 else 0.0)
    before, after = set(best.chosen), set(other.chosen)
    return Alternative(other, worse, tuple(sorted(before - after)), tuple(sorted(after - before)))


def threshold_changes(  # noqa: PLR0913, PLR0917 - the problem, its answer and how it was found
    cost: CostLike,
    weights: ArrayLike,
    best: Siting,
    radius: float,
    solve: Callable[[float], Siting],
    changes: tuple[float, ...] = (-0.2, 0.2),
) -> tuple[ThresholdChange, ...]:
    """Return what the sites of ``best`` cover at other thresholds, and the best sites for these.

    ``solve(radius)`` solves the same problem at another threshold. ``kept`` of its sites are in ``best`` too.
    """
    _, lowest = nearest_chosen(cost, best.chosen)
    people = amounts(weights, len(lowest), "the weights")
    answers = []
    for change in changes:
        limit = radius * (1.0 + change)
        again = solve(limit)
        kept = len(set(again.chosen) & set(best.chosen))
        answers.append(ThresholdChange(limit, float(people[lowest <= limit].sum()), again, kept))
    return tuple(answers)


def worst_served(cost: CostLike, weights: ArrayLike, chosen: ArrayLike, share: float = 0.1) -> Decile:
    """Return the ``share`` of the people with the highest cost to their nearest chosen site.

    >>> worst_served([[1.0], [5.0], [3.0]], [50, 5, 45], [0]).rows
    array([1, 2])
    """
    if not 0 < share <= 1:
        raise BadInput(f"the share of the worst served is {share}; give more than 0, at most 1", code="share")
    _, lowest = nearest_chosen(cost, chosen)
    people = amounts(weights, len(lowest), "the weights")
    unreached = np.flatnonzero(np.isinf(lowest) & (people > 0))
    order = np.argsort(-lowest, kind="stable")
    order = order[(people[order] > 0)]
    before = np.concatenate([[0.0], np.cumsum(people[order])[:-1]])
    rows = order[before < share * people.sum()]
    reached = rows[np.isfinite(lowest[rows])]
    if not len(reached):
        return Decile(np.sort(rows), float(people[rows].sum()), math.nan, math.nan, math.nan, unreached)
    costs = lowest[reached]
    mean = float(np.average(costs, weights=people[reached]))
    people_there = float(people[rows].sum())
    return Decile(np.sort(rows), people_there, mean, float(costs.min()), float(costs.max()), unreached)
