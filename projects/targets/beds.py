"""Beds of the library by area and by who runs them, per 1,000 people of 60 and over and of 65 and over.

Beds in use are those of finished records (竣工, 投产) whose beds somebody reported: a lower bound as long as
one of them is silent, and the library does not know every institution. Planned beds are apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from projects.codes import Ownership
from projects.targets.facts import FINISHED, GONE, Census, Facts, Group, Place, counted

OWNERSHIPS: Final = (Ownership.PUBLIC, Ownership.PRIVATE, Ownership.MIXED, "")
"""公办, 民办, 混合, and those of which nobody said it."""
BED_CATEGORIES: Final = ("elderly_care", "hospital")


@dataclass(frozen=True, slots=True)
class BedsRow:
    """One area: its records and beds by ownership, and its people (None where the census has none here)."""

    code: str
    name: str
    level: str
    """``county`` · ``zone`` · ``prefecture`` · ``none`` (in no county) · ``total``."""
    by_ownership: dict[str, int]
    """Beds in use; an ownership without any known bed is absent, which is not 0."""
    records: int
    """Records of the categories, those that were withdrawn left out."""
    finished: int
    stage_unknown: int
    beds_known: int
    """Finished records of which the beds are known."""
    planned: int
    """Known beds of records that are not finished."""
    planned_known: int
    people: Census | None = None
    overstated: bool = False
    demo: bool = False
    silent: tuple[str, ...] = ()
    """Some of the records without stage or beds."""

    @property
    def beds(self) -> int | None:
        """All known beds in use, None when none is known."""
        return sum(self.by_ownership.values()) if self.beds_known else None

    def per_1000(self, aged: int) -> Decimal | None:
        """Return known beds per 1,000 people of ``aged`` (60 or 65) and over."""
        if self.beds is None or self.people is None:
            return None
        return Decimal(1000 * self.beds) / (self.people.aged_60 if aged == 60 else self.people.aged_65)


def table(facts: Facts, area: str, categories: Sequence[str] = BED_CATEGORIES) -> tuple[BedsRow, ...]:
    """Return the parts of an area, what lies in none of them, and the whole (its own census total).

    The rows but the last add up to the last: a record counts once, in its own county, else its zone.
    """
    groups = [g for g in facts.beds if g.category in categories and g.stage != GONE]
    mine = [g for g in groups if g.inside(area)]
    places = facts.below(area)
    rows = [_row(facts, place, [g for g in mine if _in(g, place)]) for place in places]
    inside = {place.code for place in places}
    loose = [g for g in mine if not any(g.inside(code) for code in inside)]
    rest = [_counted(NOWHERE, loose)] if places else []
    whole = Place(area, facts.names.get(area, area), "total", None, None)
    return (*rows, *rest, _counted(whole, mine, facts.population(area)))


NOWHERE: Final = Place("", "", "none", None, None)


def _in(group: Group, place: Place) -> bool:
    return group.inside(place.code)


def _row(facts: Facts, place: Place, groups: Sequence[Group]) -> BedsRow:
    people = facts.population(place.census or place.code)
    return _counted(place, groups, people, over=facts.overstated(place.code))


def _counted(
    place: Place, groups: Iterable[Group], people: Census | None = None, *, over: bool = False
) -> BedsRow:
    here = list(groups)
    running = [g for g in here if g.stage in FINISHED]
    others = [g for g in here if counted(g, "finished") is False]
    silent = [g for g in here if counted(g, "finished") is None or (g.stage in FINISHED and not g.beds_known)]
    by_ownership = {
        str(kind): sum(g.beds for g in running if g.ownership == kind)
        for kind in OWNERSHIPS
        if any(g.beds_known for g in running if g.ownership == kind)
    }
    return BedsRow(
        place.code,
        place.name,
        place.level,
        by_ownership,
        sum(g.count for g in here),
        sum(g.count for g in running),
        sum(g.count for g in here if counted(g, "finished") is None),
        sum(g.beds_known for g in running),
        sum(g.beds for g in others),
        sum(g.beds_known for g in others),
        people,
        over,
        any(g.demo for g in here),
        tuple(sorted({key for g in silent for key in g.ids})),
    )
