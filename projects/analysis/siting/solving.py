"""Where to build next: one question put to ``gis.siting``, and what belongs beside its answer.

Pure: inputs in, a ``Result`` of plain values out. Rows of demand, candidates and existing facilities are
joined by their ids alone; their order changes nothing but the order of what is equal.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from projects.analysis.siting.choosing import Effort, Step, choose
from projects.analysis.siting.costs import ways_of
from projects.analysis.siting.inputs import Inputs
from projects.analysis.siting.problem import Problem, problem_of, spent_of
from projects.analysis.siting.result import Result
from projects.analysis.siting.settings import Question
from projects.analysis.siting.told import told

if TYPE_CHECKING:
    from gis.siting import Siting

SMALL_PAIRS: Final = 120_000
"""Up to so many pairs of place and site are answered on the page; more is a job."""
_HAIR: Final = Decimal("0.000001")
_CENTER_S: Final = 6.0


AT_ONCE: Final = Effort(2.0, 0.3, 3)
AS_A_JOB: Final = Effort(60.0, 15.0, 8)


def small(inputs: Inputs) -> bool:
    """Whether the answer is there within a few seconds: few pairs, straight lines."""
    return inputs.roads is None and inputs.pairs <= SMALL_PAIRS


def answer(inputs: Inputs, effort: Effort = AT_ONCE, step: Callable[[Step], None] | None = None) -> Result:
    """Return the chosen sites with all that is shown beside them; ``step`` is told before each part of it.

    Raises BadInput with a sentence for what has no honest answer.
    """
    tell = step or (lambda _: None)
    tell("ways")
    problem = problem_of(inputs, ways_of(inputs))
    tell("choose")
    best = _paid(problem, choose(problem, _proof(problem, effort)), effort)
    return told(problem, best, effort, tell)


def _proof(problem: Problem, effort: Effort) -> float:
    """Return the seconds of proof; that nobody lives farther takes longer to prove than the other answers."""
    return max(effort.seconds, _CENTER_S) if problem.question is Question.CENTER else effort.seconds


def _paid(problem: Problem, best: "Siting", effort: Effort) -> "Siting":
    """Return a choice that the money pays for to the last digit: a solver allows itself a hair more."""
    settings = problem.inputs.settings
    spent = spent_of(problem, best.chosen)
    if problem.question is not Question.BUDGET or spent is None or spent <= settings.money:
        return best
    tighter = replace(settings, money=settings.money * (1 - _HAIR))
    return choose(replace(problem, inputs=replace(problem.inputs, settings=tighter)), effort.seconds)
