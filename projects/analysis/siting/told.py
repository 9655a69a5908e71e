"""What is told beside a choice of sites: who gains, the curve, nearly equal choices, the worst served.

``Result`` in plain values, from the problem and the choice in columns.
"""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from projects.analysis.inputs import FloatArray, IntArray
from projects.analysis.siting import result as parts
from projects.analysis.siting.beside import changes_of, curve_of, others_of
from projects.analysis.siting.choosing import Effort, Step
from projects.analysis.siting.problem import Problem, money, spent_of
from projects.analysis.siting.served import Served, assigned, served_by
from projects.analysis.siting.settings import Question

if TYPE_CHECKING:
    from gis.siting import Siting

LISTED: Final = 1500
"""So many places of demand are told one by one; all are counted."""


def told(problem: Problem, best: "Siting", effort: Effort, tell: Callable[[Step], None]) -> parts.Result:
    """Return the result; ``tell`` is told before each part that takes time."""
    served = served_by(problem, best)
    tell("curve")
    curve = curve_of(problem, best)
    tell("others")
    others = others_of(problem, best, served, effort, tell)
    tell("threshold")
    changes = changes_of(problem, best, served, effort, tell)
    tell("told")
    return _result(problem, best, served, (curve, others, changes))


def _result(
    problem: Problem,
    best: "Siting",
    served: Served,
    beside: tuple[tuple[parts.Step, ...], tuple[parts.Other, ...], tuple[parts.Change, ...]],
) -> parts.Result:
    people, ways = problem.ways.people, problem.ways
    reached = np.isfinite(served.metres)
    never = np.flatnonzero(~served.reachable)
    curve, others, changes = beside
    after = best.objective if problem.question is Question.CAPACITY else float(people[served.after].sum())
    return parts.Result(
        question=problem.question,
        method=best.method,
        objective=best.objective,
        bound=best.bound if math.isfinite(best.bound) else None,
        gap=best.gap if math.isfinite(best.gap) else None,
        radius_m=problem.inputs.settings.radius_m,
        people=float(people.sum()),
        places=len(people),
        before=float(people[served.before].sum()),
        after=after,
        mean_before_m=_mean(served.before_metres, people),
        mean_m=_mean(served.metres, people),
        farthest_m=float(served.metres[reached].max()) if reached.any() else None,
        spent=spent_of(problem, best.chosen),
        sites=_sites(problem, served, best),
        kept=_kept(problem, served),
        curve=curve,
        others=others,
        changes=changes,
        worst=_worst(problem, served),
        spots=_spots(problem, served, _most(people, np.arange(len(people)))),
        never=_spots(problem, served, _most(people, never)),
        never_places=len(never),
        never_people=float(people[never].sum()),
        ground=_ground(problem, ways.no_road, ways.components),
    )


def _mean(metres: FloatArray, people: FloatArray) -> float | None:
    """Return the mean way of the people who reach any facility, None when nobody does."""
    reached = np.isfinite(metres)
    return float(np.average(metres[reached], weights=people[reached])) if reached.any() else None


def _most(people: FloatArray, rows: IntArray) -> IntArray:
    """Return the rows with most people, equal ones in their order."""
    return rows[np.argsort(-people[rows], kind="stable")][:LISTED]


# ---- sites ----


def _sites(problem: Problem, served: Served, best: "Siting") -> tuple[parts.Site, ...]:
    loads = _loads(problem, best)
    return tuple(
        _site(problem, served, number, column, loads) for number, column in enumerate(served.order, 1)
    )


def _site(problem: Problem, served: Served, number: int, column: int, loads: FloatArray | None) -> parts.Site:
    held, row = problem.inputs.candidates, column - len(problem.fixed)
    mine = (served.nearest == column) & served.after
    people, county = problem.ways.people, held.county[row]
    lon, lat = held.lonlat[row].tolist()
    names = problem.inputs.county_names
    return parts.Site(
        number,
        held.ids[row],
        held.names[row],
        lon,
        lat,
        county,
        names.get(county, county) if county else "",
        held.township[row],
        held.precision,
        served.newly[number - 1],
        float(people[mine].sum()),
        _mean(served.metres[mine], people[mine]) if mine.any() else None,
        _price(problem, row),
        float(problem.rooms[column]) if loads is not None else None,
        float(loads[column]) if loads is not None else None,
    )


def _price(problem: Problem, row: int) -> Any:
    said = problem.inputs.candidates.cost[row]
    typed = problem.inputs.settings.each
    return money(said) if np.isfinite(said) else (typed or None)


def _loads(problem: Problem, best: "Siting") -> FloatArray | None:
    """Return the people that each column takes, when rooms are limited."""
    if problem.question is not Question.CAPACITY:
        return None
    return assigned(problem, best, problem.inputs.settings.radius_m).load


def _kept(problem: Problem, served: Served) -> tuple[parts.KeptSite, ...]:
    held, people = problem.inputs.kept, problem.ways.people
    amount = np.bincount(
        served.nearest[served.after], people[served.after], minlength=problem.ways.cost.shape[1]
    )
    return tuple(
        parts.KeptSite(key, name, lon, lat, stage, float(amount[row]))
        for row, (key, name, (lon, lat), stage) in enumerate(
            zip(held.ids, held.names, held.lonlat.tolist(), held.stage, strict=True)
        )
    )


# ---- places of demand ----


def _spots(problem: Problem, served: Served, rows: IntArray) -> tuple[parts.Spot, ...]:
    return tuple(_spot(problem, served, row) for row in rows.tolist())


def _spot(problem: Problem, served: Served, row: int) -> parts.Spot:
    demand, at = problem.inputs.demand, int(problem.ways.rows[row])
    lon, lat = demand.lonlat[at].tolist()
    metres = float(served.metres[row])
    state: parts.State = "before" if served.before[row] else "new" if served.after[row] else "out"
    if state == "out" and not served.reachable[row]:
        state = "never"
    return parts.Spot(
        demand.ids[at], demand.names[at], lon, lat, demand.county[at], float(problem.ways.people[row]),
        state, metres if math.isfinite(metres) else None,
    )  # fmt: skip


def _worst(problem: Problem, served: Served) -> parts.Worst:
    from gis.siting import worst_served

    found = worst_served(served.metres[:, None], problem.ways.people, [0])
    people, rows = problem.ways.people, problem.ways.rows
    ids = problem.inputs.demand.ids
    return parts.Worst(
        found.people,
        _known(found.mean_cost),
        _known(found.from_cost),
        _known(found.to_cost),
        float(people[found.unreached].sum()),
        tuple(ids[int(rows[row])] for row in _most(people, found.rows).tolist()),
    )


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


# ---- what it stands on ----


def _ground(problem: Problem, no_road: int, components: int) -> parts.Ground:
    inputs = problem.inputs
    demand = inputs.demand
    return parts.Ground(
        demand_kind=demand.kind,
        weight=demand.weight,
        modelled=demand.modelled,
        demand_source=demand.source,
        missing=dict(demand.missing),
        missing_people=demand.missing_people,
        empty=len(demand) - len(problem.ways.people),
        candidates=problem.usable,
        candidates_source=inputs.candidates.source,
        candidates_out=problem.out,
        kept_matched=inputs.kept.matched,
        kept_out=dict(inputs.kept.left_out),
        kept_stage_out=inputs.kept_stage_out,
        exclusions=len(inputs.exclusions),
        no_road=no_road,
        components=components,
        layers=tuple(_layer_words(one.name, one.source) for one in inputs.layers),
        newest=inputs.newest,
    )


def _layer_words(name: str, source: str) -> str:
    return f"{name} · {source}" if source else name
