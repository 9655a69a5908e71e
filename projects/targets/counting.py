"""Actual values from the library: confirmed slots, records below a programme, named ones, beds."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from projects.targets.facts import GONE, Census, Facts, Group, counted
from projects.targets.judging import Actual, Need, NeedKind
from projects.targets.model import Method, Recipe, Target

LIBRARY: Final = "library"
DEMO: Final = "demo"
THOUSAND: Final = Decimal(1000)
IDS_NAMED: Final = 200


def slots(facts: Facts, target: Target, today: date, county: str = "") -> Actual:
    """Return the confirmed slots of a programme, or of one county of it; claimed ones are ``planned``.

    As long as slots are not confirmed, all of them may or may not stand: the whole is known between the
    confirmed ones and all. How many a county will have nobody knows before it says so.
    """
    programme = target.recipe.programme
    found = [s for s in facts.slots if s.programme == programme and (not county or s.county == county)]
    placed = sum(s.count for s in found if s.state == "placed")
    claimed = sum(s.count for s in found if s.state == "claimed")
    whole = sum(s.count for s in found)
    need = Need(NeedKind.SLOTS, target.recipe.indicator, (county or target.area_code,), None, programme)
    return Actual(
        low=Decimal(placed) if found or county else None,
        high=Decimal(whole) if found and not county else None,
        basis=LIBRARY,
        as_of=today,
        known=placed,
        of=whole,
        covers="slots",
        needs=() if found and placed == whole and not county else (need,),
        planned=Decimal(claimed),
    )


def groups_of(facts: Facts, recipe: Recipe, area: str) -> list[Group]:
    """Return the groups of records that a recipe counts in an area; what was taken out counts nowhere.

    Of named records all are asked for, so that one that was taken out is known not to count.
    """
    if recipe.method is Method.NAMED:
        return [g for g in facts.groups if set(g.ids) & set(recipe.records)]
    if recipe.method is Method.RATE:
        return [g for g in facts.beds if g.category == recipe.category and _here(g, area)]
    below = [g for g in facts.groups if g.parent == recipe.programme and recipe.kind in ("", g.kind)]
    return [g for g in below if _here(g, area)]


def _here(group: Group, area: str) -> bool:
    return group.inside(area) and group.stage != GONE


def records(facts: Facts, target: Target, area: str, today: date) -> Actual:
    """Return how many records have come so far; those whose stage nobody reported widen the bounds."""
    recipe = target.recipe
    found = groups_of(facts, recipe, area)
    here = {rule: [g for g in found if counted(g, recipe.counted) is rule] for rule in (True, False, None)}
    yes, no, silent = (sum(g.count for g in here[rule]) for rule in (True, False, None))
    if not yes + no + silent:
        return _none(target, area)
    return Actual(
        low=Decimal(yes) if yes + no or recipe.closed else None,
        high=Decimal(yes + silent) if recipe.closed else None,
        basis=_basis(found),
        as_of=today,
        known=yes + no,
        of=yes + no + silent,
        covers="records",
        needs=_needs(target, area, here[None], NeedKind.STAGE, whole=recipe.closed),
        planned=Decimal(no),
    )


def beds(facts: Facts, target: Target, area: str, today: date) -> Actual:
    """Return the beds of records that have come so far, a lower bound; those of others are ``planned``."""
    return beds_of(groups_of(facts, target.recipe, area), target, area, today)


def beds_of(found: Sequence[Group], target: Target, area: str, today: date) -> Actual:
    """Return the beds in some groups of records; ownership that a recipe asks for must be known."""
    recipe = target.recipe
    if not found:
        return _none(target, area)
    wanted = [g for g in found if recipe.ownership in ("", g.ownership)]
    running = [g for g in wanted if counted(g, recipe.counted)]
    known = sum(g.beds_known for g in running)
    possible = [g for g in found if g.ownership in ("", recipe.ownership) or not recipe.ownership]
    silent = [
        g
        for g in possible
        if counted(g, recipe.counted) is None or (counted(g, recipe.counted) and not g.beds_known)
    ]
    return Actual(
        low=Decimal(sum(g.beds for g in running)) if known else None,
        high=None,
        basis=_basis(running) if known else "",
        as_of=today,
        known=known,
        of=sum(g.count for g in possible if counted(g, recipe.counted) is not False),
        covers="beds",
        needs=_needs(target, area, silent, NeedKind.BEDS, whole=False),
        planned=Decimal(sum(g.beds for g in wanted if counted(g, recipe.counted) is False)),
    )


def rate(count: Actual, people: Census | None, population: str) -> tuple[Actual, tuple[Actual, ...]]:
    """Return a number per 1,000 people between the bounds of all readings, and each reading by itself.

    For ``elderly`` the readings are 60+ and 65+, in this order: the texts do not say which is meant.
    """
    if people is None or count.nothing:
        bare = Actual(needs=count.needs, known=count.known, of=count.of, covers=count.covers)
        return bare, ()
    readings = (people.aged_60, people.aged_65) if population == "elderly" else (people.population,)
    each = tuple(_per(count, n) for n in readings)
    return _bounds(count, each), each


def _per(count: Actual, people: int) -> Actual:
    low, high = (None if v is None else THOUSAND * v / people for v in (count.low, count.high))
    return _like(count, low, high)


def _bounds(count: Actual, each: Sequence[Actual]) -> Actual:
    lows = [a.low for a in each if a.low is not None]
    highs = [a.high for a in each if a.high is not None]
    return _like(count, min(lows, default=None), max(highs, default=None))


def _like(count: Actual, low: Decimal | None, high: Decimal | None) -> Actual:
    """Return bounds with the coverage of what they were computed from."""
    basis = count.basis if count.basis == DEMO else f"{count.basis}+census"
    return Actual(
        low, high, basis, count.as_of, count.known, count.of, count.covers, count.source, count.needs
    )


def _basis(groups: Sequence[Group]) -> str:
    return DEMO if any(group.demo for group in groups) else LIBRARY


def _none(target: Target, area: str) -> Actual:
    """Return what is known where the library holds no record: nothing, which is not 0."""
    need = Need(NeedKind.RECORDS, target.recipe.indicator, (area,), None, target.recipe.programme)
    return Actual(needs=(need,), covers="records")


def _needs(
    target: Target, area: str, silent: Sequence[Group], kind: NeedKind, *, whole: bool
) -> tuple[Need, ...]:
    """Return what is missing: of the records that are there, and records that are not there yet."""
    ids = tuple(sorted({key for group in silent for key in group.ids}))[:IDS_NAMED]
    recipe = target.recipe
    found = (Need(kind, recipe.indicator, (area,), None, recipe.programme, ids),) if silent else ()
    more = Need(NeedKind.RECORDS, recipe.indicator, (area,), None, recipe.programme)
    return found if whole else (*found, more)
