"""Actual values from reports: an area's own figure, or that of its parts where those add up.

A sum needs every part; of some of them it is a lower bound at most. A percentage of an area is never the mean
of its counties': it comes from numerators and denominators that all of them reported, or not at all.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from projects.targets.facts import Facts, chosen, current, reports_of
from projects.targets.judging import Actual, Need, NeedKind, total
from projects.targets.model import Direction, Indicator, IndicatorKind, Report, Target

HUNDRED = Decimal(100)


def reported(facts: Facts, target: Target, code: str, area: str, today: date) -> Actual:
    """Return what reports say of an indicator in an area: its own report first, else that of its parts."""
    own = one(facts, target, code, area, today)
    if not own.nothing:
        return own
    made = _of_parts(facts, target, facts.indicators[code], area)
    return made if made is not None else own


def one(facts: Facts, target: Target, code: str, area: str, today: date) -> Actual:
    """Return what an area reported itself.

    When the promised year is over and only an earlier figure is there, it says what was reached by then: it
    can prove the target met, not missed.
    """
    report = chosen(reports_of(facts, code, [area]), target)
    need = Need(NeedKind.REPORT, code, (area,), target.year)
    if report is None:
        return Actual(needs=(need,), of=1, covers="areas")
    late = not current(report, target) and target.year is not None and today.year > target.year
    down = facts.indicators[code].direction is Direction.DOWN
    return Actual(
        low=None if late and down else report.value,
        high=None if late and not down else report.value,
        basis=report.basis,
        as_of=report.period_to,
        known=1,
        of=1,
        covers="areas",
        source=report.source_note,
        needs=(need,) if late else (),
    )


def _of_parts(facts: Facts, target: Target, indicator: Indicator, area: str) -> Actual | None:
    """Return what the parts of an area make together, None when none of them reported."""
    parts = facts.below(area)
    found = {p.code: chosen(reports_of(facts, indicator.code, [p.code]), target) for p in parts}
    given = [report for report in found.values() if report is not None]
    if not given:
        return None
    whole = len(given) == len(parts) and all(current(report, target) for report in given)
    silent = tuple(code for code, report in found.items() if report is None or not current(report, target))
    low, high = _joined(indicator, given, whole)
    return Actual(
        low=low,
        high=high,
        basis="demo" if any(r.basis == "demo" for r in given) else "reported",
        as_of=max(report.period_to for report in given),
        known=len(given),
        of=len(parts),
        covers="areas",
        needs=(Need(NeedKind.REPORT, indicator.code, silent or (area,), target.year),)
        if not whole or low is None
        else (),
    )


def _joined(
    indicator: Indicator, given: Sequence[Report], whole: bool
) -> tuple[Decimal | None, Decimal | None]:
    """Return the bounds that reports of parts give their whole."""
    if indicator.adds_up:
        added = total(report.value for report in given)
        return (added if whole or indicator.lowest >= 0 else None), (added if whole else None)
    if indicator.kind is not IndicatorKind.PERCENTAGE or not whole:
        return None, None
    above, below = total(r.numerator for r in given), total(r.denominator for r in given)
    share = HUNDRED * above / below if above is not None and below else None
    return share, share


def growth(facts: Facts, target: Target, today: date) -> Actual:
    """Return the average yearly growth in per cent between the base year and the promised year.

    ``((v1 / v0) ** (1 / n) - 1) × 100`` of the stock's reports; without both of them the rate as reported.
    """
    recipe, first, last = target.recipe, target.base_year, target.year
    ends = {r.period_to.year: r for r in reports_of(facts, recipe.base, [target.area_code])}
    start, end = ends.get(first or 0), ends.get(last or 0)
    if start is None or end is None or first is None or last is None or start.value <= 0 or end.value <= 0:
        found = reported(facts, target, recipe.indicator, target.area_code, today)
        base = Need(NeedKind.BASE, recipe.base, (target.area_code,), first)
        return found if not found.nothing else Actual(needs=(*found.needs, base), covers="areas", of=1)
    rate = (((end.value / start.value).ln() / (last - first)).exp() - 1) * HUNDRED
    return Actual(
        rate, rate, end.basis, end.period_to, 1, 1, "areas", f"{start.source_note}；{end.source_note}"
    )


def increase(facts: Facts, target: Target, today: date) -> Actual:
    """Return the increase since the base: reported with its period, else the stock's difference.

    Without a base there is none: a text that names no base year leaves it to the report's period.
    """
    recipe, area = target.recipe, target.area_code
    found = reported(facts, target, recipe.indicator, area, today)
    if not found.nothing:
        return found
    stocks = {r.period_to.year: r for r in reports_of(facts, recipe.base, [area])}
    start, end = stocks.get(target.base_year or 0), stocks.get(target.year or 0)
    if start is None or end is None:
        base = Need(NeedKind.BASE, recipe.indicator, (area,), target.base_year)
        return Actual(needs=(base, *found.needs), covers="areas", of=1)
    gain = end.value - start.value
    return Actual(
        gain, gain, end.basis, end.period_to, 1, 1, "areas", f"{start.source_note}；{end.source_note}"
    )
