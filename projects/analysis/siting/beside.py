"""What belongs beside a choice of sites: the curve, nearly equal choices, another distance."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gis.costs import within
from gis.errors import BadInput
from gis.geodesy import distance_m
from projects.analysis.inputs import IntArray
from projects.analysis.siting import result as parts
from projects.analysis.siting.choosing import Effort, Step, choose
from projects.analysis.siting.problem import ON_COVERAGE, Problem
from projects.analysis.siting.served import Served, assigned, covered_by
from projects.analysis.siting.settings import GRID, Question

if TYPE_CHECKING:
    from gis.siting import Alternative, Siting

CURVE_MOST: Final = 40
CURVE_LEAST: Final = 10
OTHERS: Final = 3
WORSE_BY: Final = 0.02
CHANGES: Final = (-0.2, 0.2)
BESIDE: Final = 1.5
"""Points of a grid up to so many spacings apart stand beside each other (the diagonal is 1.41)."""


def curve_of(problem: Problem, best: "Siting") -> tuple[parts.Step, ...]:
    """Return coverage against the number of new sites; what the answer itself reaches is never below it."""
    from gis.siting import coverage_curve

    kept, new = len(problem.fixed), len(best.chosen) - len(problem.fixed)
    most = kept + min(problem.usable, max(CURVE_LEAST, min(2 * new, CURVE_MOST), new))
    ways, radius = problem.ways, problem.inputs.settings.radius_m
    cost = ways.cost
    found = coverage_curve(
        cost, ways.people, most, radius, fixed=problem.fixed, forbidden=np.flatnonzero(problem.forbidden),
        conflicts=problem.conflicts,
    )  # fmt: skip
    steps = [parts.Step(one.sites - kept, one.covered, one.bound) for one in found]
    if problem.question is Question.COVERAGE:
        steps = [_with_answer(one, new, best) for one in steps]
    return tuple(_rising(steps))


def _with_answer(one: parts.Step, new: int, best: "Siting") -> parts.Step:
    """Return a point that knows of the answer: more sites cover no less, as many no more than proved."""
    covered = max(one.covered, best.objective) if one.sites >= new else one.covered
    proved = best.bound if one.sites <= new and math.isfinite(best.bound) else math.inf
    return replace(one, covered=covered, bound=max(covered, min(one.bound, proved)))


def _rising(steps: list[parts.Step]) -> list[parts.Step]:
    """Hold rounding out of the curve: more sites never serve fewer."""
    high = 0.0
    found = []
    for one in steps:
        high = max(high, one.covered)
        found.append(replace(one, covered=high, bound=max(high, one.bound)))
    return found


def others_of(
    problem: Problem, best: "Siting", served: Served, effort: Effort, tell: Callable[[Step], None]
) -> tuple[parts.Other, ...]:
    """Return nearly equal choices, the most different first; ``tell`` is told before each try."""
    from gis.siting import alternatives

    def again(forbidden: IntArray) -> "Siting":
        tell("others")
        return choose(problem, effort.again, without=forbidden)

    found = alternatives(
        again,
        best,
        maximise=problem.question in ON_COVERAGE,
        worse_by=WORSE_BY,
        count=OTHERS,
        tries=effort.tries,
    )
    return tuple(_other(problem, served, one) for one in found)


def _other(problem: Problem, served: Served, found: "Alternative") -> parts.Other:
    numbers = {column: number for number, column in enumerate(served.order, 1)}
    dropped = tuple(sorted(numbers[one] for one in found.dropped))
    taken = tuple(_swap(problem, one) for one in found.taken)
    return parts.Other(found.worse_by, found.result.objective, dropped, taken)


def _swap(problem: Problem, column: int) -> parts.Swap:
    held, row = problem.inputs.candidates, column - len(problem.fixed)
    return parts.Swap(held.ids[row], held.names[row], *held.lonlat[row].tolist())


def changes_of(
    problem: Problem, best: "Siting", served: Served, effort: Effort, tell: Callable[[Step], None]
) -> tuple[parts.Change, ...]:
    """Return what a distance a fifth shorter or longer changes.

    A question without a distance keeps its sites. A distance at which no candidate has anybody is left out.
    """
    found = []
    for change in CHANGES:
        tell("threshold")
        limit = problem.inputs.settings.radius_m * (1.0 + change)
        try:
            again = choose(problem, effort.again, radius=limit) if _by_distance(problem) else best
        except BadInput:
            continue
        found.append(_change(problem, best, again, served, (1.0 + change, limit)))
    return tuple(found)


def _change(
    problem: Problem, best: "Siting", again: "Siting", served: Served, at: tuple[float, float]
) -> parts.Change:
    same, covered = (_reached(problem, one, at[1]) for one in (best, again))
    if _by_number(problem) and same >= covered:
        again, covered = best, same  # what was chosen is as good there as what a short search found
    new = [one for one in again.chosen if one >= len(problem.fixed)]
    stay = tuple(number for number, one in enumerate(served.order, 1) if _stays(problem, one, new))
    return parts.Change(*at, same, covered, len(new), stay)


def _stays(problem: Problem, site: int, chosen: list[int]) -> bool:
    """Whether a site is in another choice; on a grid, whether one of the points beside it is."""
    settings, where = problem.inputs.settings, problem.ways.sites
    if site in chosen or settings.sites != GRID or not chosen:
        return site in chosen
    apart = distance_m(where[site], where[chosen])
    return bool(apart.min() <= settings.grid * 1000.0 * BESIDE)


def _reached(problem: Problem, chosen: "Siting", limit: float) -> float:
    """Return the people whom some sites serve within another distance, as far as there is room."""
    if problem.question is Question.CAPACITY:
        return float(assigned(problem, chosen, limit).people.sum())
    near = within(problem.ways.cost, limit).tocsc()
    return float(problem.ways.people[covered_by(near, np.array(chosen.chosen))].sum())


def _by_number(problem: Problem) -> bool:
    return problem.question in ON_COVERAGE


def _by_distance(problem: Problem) -> bool:
    return problem.question not in (Question.MEDIAN, Question.CENTER)
