"""Where to build next: one question put to ``gis.siting``, and what belongs beside its answer.

Pure: inputs in, a ``Result`` of plain values out. Rows of demand, candidates and existing facilities are
joined by their ids alone; their order changes nothing but the order of what is equal.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from gis.errors import BadInput
from projects.analysis.inputs import BoolArray, FloatArray, IntArray
from projects.analysis.siting.candidates import none_left
from projects.analysis.siting.costs import Ways, ways_of
from projects.analysis.siting.inputs import Inputs
from projects.analysis.siting.result import Result
from projects.analysis.siting.settings import Question, text_of

if TYPE_CHECKING:
    from gis.siting import Siting

SMALL_PAIRS: Final = 120_000
"""Up to so many pairs of place and site are answered on the page; more is a job."""
Step = Literal["ways", "choose", "curve", "others", "threshold", "told"]
STEPS: Final[tuple[Step, ...]] = ("ways", "choose", "curve", "others", "threshold", "told")
ON_COVERAGE: Final = (Question.COVERAGE, Question.BUDGET, Question.CAPACITY)
_HAIR: Final = Decimal("0.000001")
WITH_NUMBER: Final = (Question.COVERAGE, Question.CAPACITY, Question.MEDIAN, Question.CENTER)


@dataclass(frozen=True, slots=True)
class Effort:
    """Seconds of proof for the answer and for each comparison, and how many other choices are tried."""

    seconds: float
    again: float
    tries: int


AT_ONCE: Final = Effort(2.0, 0.3, 3)
AS_A_JOB: Final = Effort(60.0, 15.0, 8)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """The question in columns: existing facilities (``fixed``) first, then the candidates."""

    inputs: Inputs
    ways: Ways
    fixed: IntArray
    forbidden: BoolArray
    conflicts: Any
    prices: FloatArray
    rooms: FloatArray
    usable: int
    """Candidates that may be chosen."""
    out: dict[str, int]
    """Candidates that may not, by reason."""

    @property
    def question(self) -> Question:
        """What is to be best."""
        return self.inputs.settings.ask

    @property
    def p(self) -> int:
        """All sites, existing ones included."""
        return len(self.fixed) + self.inputs.settings.n


def small(inputs: Inputs) -> bool:
    """Whether the answer is there within a few seconds: few pairs, straight lines."""
    return inputs.roads is None and inputs.pairs <= SMALL_PAIRS


def answer(inputs: Inputs, effort: Effort = AT_ONCE, step: Callable[[Step], None] | None = None) -> Result:
    """Return the chosen sites with all that is shown beside them; ``step`` is told before each part of it.

    Raises BadInput with a sentence for what has no honest answer.
    """
    from projects.analysis.siting.told import told

    tell = step or (lambda _: None)
    tell("ways")
    problem = problem_of(inputs, ways_of(inputs))
    tell("choose")
    best = _paid(problem, choose(problem, effort.seconds), effort)
    return told(problem, best, effort, tell)


def _paid(problem: Problem, best: "Siting", effort: Effort) -> "Siting":
    """Return a choice that the money pays for to the last digit: a solver allows itself a hair more."""
    settings = problem.inputs.settings
    spent = spent_of(problem, best.chosen)
    if problem.question is not Question.BUDGET or spent is None or spent <= settings.money:
        return best
    tighter = replace(settings, money=settings.money * (1 - _HAIR))
    return choose(replace(problem, inputs=replace(problem.inputs, settings=tighter)), effort.seconds)


def problem_of(inputs: Inputs, ways: Ways) -> Problem:
    """Return the problem, its rules checked.

    Raises BadInput ``siting_too_many``, ``siting_none_left``, ``siting_no_budget``, ``siting_no_costs``,
    ``siting_no_room``, ``siting_room_spacing``, ``siting_too_dear``.
    """
    from gis.siting import spacing_conflicts

    settings, kept, candidates = inputs.settings, len(inputs.kept), inputs.candidates
    fixed = np.arange(kept)
    prices = _filled(candidates.cost, float(settings.each))
    rooms = _filled(candidates.capacity, float(settings.room))
    _check_question(inputs, prices, rooms)
    apart = settings.apart * 1000.0
    conflicts = spacing_conflicts(ways.sites, apart) if apart > 0 else None
    near = np.zeros(len(candidates), dtype=bool)
    if conflicts is not None and kept:
        near[np.unique(conflicts[fixed].indices[conflicts[fixed].indices >= kept]) - kept] = True
    out, barred = dict(candidates.left_out), near.copy()
    if near.any():
        out["near_kept"] = int(near.sum())
    lacking = {Question.BUDGET: prices, Question.CAPACITY: rooms}.get(settings.ask)
    if lacking is not None and np.isnan(lacking).any():
        reason = "no_cost" if settings.ask is Question.BUDGET else "no_room"
        out[reason] = int((np.isnan(lacking) & ~barred).sum())
        barred |= np.isnan(lacking)
    usable = int((~barred).sum())
    _check_number(inputs, usable)
    _check_money(inputs, prices[~barred])
    return Problem(
        inputs, ways, fixed, np.concatenate([np.zeros(kept, dtype=bool), barred]), conflicts,
        np.concatenate([np.zeros(kept), np.nan_to_num(prices)]),
        np.concatenate([np.full(kept, float(ways.people.sum())), np.nan_to_num(rooms)]), usable, out,
    )  # fmt: skip


def _filled(values: FloatArray, typed: float) -> FloatArray:
    """Return the numbers of a list, the one typed in where it says none (0: none was typed in)."""
    return np.where(np.isnan(values), typed if typed > 0 else np.nan, values)


def _check_question(inputs: Inputs, prices: FloatArray, rooms: FloatArray) -> None:
    settings = inputs.settings
    if settings.ask is Question.BUDGET and settings.money <= 0:
        raise BadInput("say how much money there is", code="siting_no_budget")
    if settings.ask is Question.BUDGET and np.isnan(prices).all():
        raise BadInput("no candidate has a price; say what a site costs", code="siting_no_costs")
    if settings.ask is Question.CAPACITY and np.isnan(rooms).all():
        raise BadInput("no candidate has a room; say how many a site takes", code="siting_no_room")
    if settings.ask is Question.CAPACITY and settings.apart > 0:
        raise BadInput("spacing and rooms cannot be asked together", code="siting_room_spacing")


def _check_number(inputs: Inputs, usable: int) -> None:
    if not usable:
        raise none_left(inputs.candidates)
    n = inputs.settings.n
    if inputs.settings.ask in WITH_NUMBER and n > usable:
        raise BadInput(
            f"{n} sites are wanted, {usable} candidates may be chosen", code="siting_too_many", p=n,
            candidates=usable,
        )  # fmt: skip


def _check_money(inputs: Inputs, prices: FloatArray) -> None:
    settings = inputs.settings
    if settings.ask is Question.BUDGET and money(prices.min()) > settings.money:
        raise BadInput(
            f"no candidate costs {settings.money} or less", code="siting_too_dear",
            budget=text_of(settings.money), cheapest=text_of(money(prices.min())),
        )  # fmt: skip


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


def spent_of(problem: Problem, chosen: tuple[int, ...]) -> Decimal | None:
    """Return Σ of the prices of new sites, None when one of them is not known."""
    known = _filled(problem.inputs.candidates.cost, float(problem.inputs.settings.each))
    prices = [known[one - len(problem.fixed)] for one in chosen if one >= len(problem.fixed)]
    if not prices or any(np.isnan(one) for one in prices):
        return None
    return sum((money(one) for one in prices), Decimal(0))


def money(value: float) -> Decimal:
    """Return an amount of 万元 that came as a float, with at most six decimals.

    >>> money(0.1 + 0.2)
    Decimal('0.3')
    """
    exact = round(Decimal(repr(float(value))), 6)
    return exact.quantize(Decimal(1)) if exact == exact.to_integral() else exact.normalize()
