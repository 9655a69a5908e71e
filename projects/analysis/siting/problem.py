"""A question of sites in columns, with its rules checked; and what a choice of sites costs."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np

from gis.errors import BadInput
from projects.analysis.inputs import BoolArray, FloatArray, IntArray
from projects.analysis.siting.candidates import none_left
from projects.analysis.siting.costs import Ways
from projects.analysis.siting.inputs import Inputs
from projects.analysis.siting.settings import Question, text_of

ON_COVERAGE: Final = (Question.COVERAGE, Question.BUDGET, Question.CAPACITY)
WITH_NUMBER: Final = (Question.COVERAGE, Question.CAPACITY, Question.MEDIAN, Question.CENTER)


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
