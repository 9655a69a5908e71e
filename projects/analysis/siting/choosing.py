"""One question put to ``gis.siting``: the best choice of sites that is found in the time given."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from gis.errors import BadInput
from projects.analysis.inputs import IntArray
from projects.analysis.siting.problem import Problem
from projects.analysis.siting.settings import Question

if TYPE_CHECKING:
    from gis.siting import Siting

Step = Literal["ways", "choose", "curve", "others", "threshold", "told"]
STEPS: Final[tuple[Step, ...]] = ("ways", "choose", "curve", "others", "threshold", "told")


@dataclass(frozen=True, slots=True)
class Effort:
    """Seconds of proof for the answer and for each comparison, and how many other choices are tried."""

    seconds: float
    again: float
    tries: int


def choose(
    problem: Problem, seconds: float, *, radius: float | None = None, without: IntArray | None = None
) -> "Siting":
    """Return the best choice found; ``radius`` asks at another distance, ``without`` bars more candidates.

    Raises BadInput as ``gis.siting`` does; numbers of sites in it are those of new ones.
    """
    barred = problem.forbidden.copy()
    if without is not None:
        barred[without] = True
    reach = problem.inputs.settings.radius_m if radius is None else radius
    try:
        return _asked(problem, reach, np.flatnonzero(barred), seconds)
    except BadInput as error:
        raise _in_new_sites(error, len(problem.fixed)) from error


def _asked(problem: Problem, reach: float, barred: IntArray, seconds: float) -> "Siting":
    from gis import siting

    cost, people, settings = problem.ways.cost, problem.ways.people, problem.inputs.settings
    rules: dict[str, Any] = {"fixed": problem.fixed, "forbidden": barred}
    spaced = {**rules, "conflicts": problem.conflicts}
    match settings.ask:
        case Question.COVERAGE:
            return siting.max_coverage(cost, people, problem.p, reach, **spaced, time_limit_s=seconds)
        case Question.BUDGET:
            return siting.max_coverage_for_budget(
                cost, people, float(settings.money), reach, problem.prices, **spaced, time_limit_s=seconds
            )
        case Question.CAPACITY:
            return siting.max_coverage_with_capacity(
                cost, people, problem.p, reach, problem.rooms, **rules, time_limit_s=seconds
            )
        case Question.MEDIAN:
            return siting.p_median(cost, people, problem.p, **spaced, leave_out=True)
        case Question.CENTER:
            return siting.p_center(cost, problem.p, **spaced, leave_out=True, time_limit_s=seconds)
        case Question.COVER:
            return siting.set_cover(cost, reach, **spaced, leave_out=True, time_limit_s=seconds)


def _in_new_sites(error: BadInput, kept: int) -> BadInput:
    """Return an error whose numbers of sites do not count the existing ones."""
    values = dict(error.values)
    for name in ("p", "fit"):
        if isinstance(values.get(name), int):
            values[name] = max(0, int(str(values[name])) - kept)
    code = "siting_spacing" if error.code == "spacing" else error.code
    return BadInput(str(error), code=code, **values)
