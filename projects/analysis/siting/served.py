"""Who is served by a choice of sites, and in which order building them serves most people soonest."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gis.costs import within
from projects.analysis.inputs import BoolArray, FloatArray, IntArray
from projects.analysis.siting.problem import Problem

if TYPE_CHECKING:
    from gis.siting import Assignment, Siting


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """Who is served how, row by row of the ways: the nearest facility (column, -1 none), metres, flags."""

    order: tuple[int, ...]
    """New sites (columns) in the order of building."""
    newly: tuple[float, ...]
    nearest: IntArray
    metres: FloatArray
    before: BoolArray
    after: BoolArray
    reachable: BoolArray
    """Whether any candidate or existing facility is within the distance."""
    before_metres: FloatArray


def served_by(problem: Problem, best: "Siting") -> Served:
    """Return who is served by existing facilities and a choice of sites."""
    ways, radius = problem.ways, problem.inputs.settings.radius_m
    near = within(ways.cost, radius).tocsc()
    new = [one for one in best.chosen if one >= len(problem.fixed)]
    before = covered_by(near, problem.fixed)
    order, newly = _build_order(near, ways.people, new, before)
    columns = np.concatenate([problem.fixed, np.asarray(order, dtype=np.int64)])
    place, metres = ways.to_nearest(columns)
    nearest = np.where(place >= 0, columns[place], -1)
    usable = np.flatnonzero(~problem.forbidden)
    return Served(
        tuple(order),
        tuple(newly),
        nearest,
        metres,
        before,
        covered_by(near, columns),
        covered_by(near, usable),
        ways.to_nearest(problem.fixed)[1],
    )


def covered_by(near: Any, columns: IntArray) -> BoolArray:
    """Flag the rows with one of the columns within the distance; ``near`` is CSC."""
    flags = np.zeros(near.shape[0], dtype=bool)
    for column in columns.tolist():
        flags[_rows(near, column)] = True
    return flags


def _rows(near: Any, column: int) -> Any:
    return near.indices[near.indptr[column] : near.indptr[column + 1]]


def _build_order(
    near: Any, people: FloatArray, new: list[int], before: BoolArray
) -> tuple[list[int], list[float]]:
    """Return the sites so that each next one adds most people, and what each adds."""
    covered, left = before.copy(), list(new)
    order: list[int] = []
    added: list[float] = []
    while left:
        gains = [float(people[rows[~covered[rows]]].sum()) for rows in (_rows(near, one) for one in left)]
        at = int(np.argmax(gains))
        order.append(left.pop(at))
        added.append(gains[at])
        covered[_rows(near, order[-1])] = True
    return order, added


def assigned(problem: Problem, chosen: "Siting", limit: float) -> "Assignment":
    """Return who goes where when sites have limited rooms."""
    from gis.siting import assign_with_capacity

    ways = problem.ways
    return assign_with_capacity(ways.cost, ways.people, chosen.chosen, problem.rooms, limit)
