"""What a round asks of its units, read once for all of them: steps, contradictions, matters, figures.

Steps and contradictions are of the published records, as on the page of the monthly dispatch; what is
missing is of all the records that a unit holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar

from sqlalchemy import Connection, text

from data.database import Database
from data.store.lifecycle.schedule import PostgisSchedule
from data.store.targets import reading, reports
from projects.filters import ProjectFilter
from projects.identity import OwnerUnit
from projects.lifecycle.dispatch import Reference
from projects.lifecycle.ports import Clash, Item, Kind
from projects.matters.model import WAITING, Matter
from projects.matters.ports import Asked, Matters
from projects.targets.model import Indicator, Target
from projects.targets.ports import OpenIndicator

PAGE: Final = 1000
"""Matters read at a time."""
STEP_KINDS: Final = (Kind.OVERDUE, Kind.DUE_30, Kind.NEVER_REPORTED, Kind.STALE)
_T = TypeVar("_T", Item, Clash)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Owner unit → what it is asked for; a unit without an entry is asked for nothing of the kind."""

    today: date
    steps: Mapping[Kind, Mapping[str, Sequence[Item]]]
    """Of every kind of ``STEP_KINDS``."""
    clashes: Mapping[str, Sequence[Clash]]
    matters: Mapping[str, Sequence[Matter]]
    figures: Mapping[str, Sequence[OpenIndicator]]
    indicators: Mapping[str, Indicator]
    holding: frozenset[str]
    """Units that hold records."""
    practice: bool

    def asked(self, units: Iterable[OwnerUnit]) -> list[OwnerUnit]:
        """Return the units that hold records or are asked for something."""
        some = self.holding | self.clashes.keys() | self.matters.keys() | self.figures.keys()
        return [unit for unit in units if unit.id in some]


def gather(
    database: Database, token: str, matters: Matters, units: Sequence[OwnerUnit], when: Reference
) -> Gathered:
    """Read what a round asks of these units, with the rights of a session."""
    schedule, everything = PostgisSchedule(database, token), ProjectFilter()
    wanted = {unit.id for unit in units}
    clashes = schedule.contradictions(everything, when, limit=None).items
    steps = {
        kind: _by_unit(schedule.details(everything, when, kind, limit=None), wanted) for kind in STEP_KINDS
    }
    open_ = _by_lead(_open_matters(matters, when.today), wanted)
    with database.reading(token) as connection:
        holding = connection.scalars(_HOLDING, {"units": sorted(wanted)})
        practice = bool(connection.scalar(text("SELECT is_practice()")))
        return Gathered(
            today=when.today,
            steps=steps,
            clashes=_by_unit(clashes, wanted),
            matters=open_,
            figures=_figures(connection, units),
            indicators=reading.indicators(connection),
            holding=frozenset(holding),
            practice=practice,
        )


def _by_unit(items: Iterable[_T], wanted: set[str]) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = defaultdict(list)
    for item in items:
        if item.unit_id in wanted:
            found[item.unit_id].append(item)
    return dict(found)


def _open_matters(matters: Matters, today: date) -> Iterable[Matter]:
    """Yield every matter that awaits an answer, page by page."""
    asked, offset = Asked(states=tuple(WAITING)), 0
    while True:
        page = matters.page(asked, today, limit=PAGE, offset=offset)
        yield from page.items
        offset += len(page.items)
        if not page.items or offset >= page.counts.matched:
            return


def _by_lead(matters: Iterable[Matter], wanted: set[str]) -> dict[str, list[Matter]]:
    found: dict[str, list[Matter]] = defaultdict(list)
    for matter in matters:
        if matter.lead_unit.id in wanted:
            found[matter.lead_unit.id].append(matter)
    return dict(found)


def _figures(connection: Connection, units: Sequence[OwnerUnit]) -> dict[str, tuple[OpenIndicator, ...]]:
    """Return the figures that the targets need of each unit, areas by their names."""
    targets = reading.targets(connection)
    needed = {unit.id: reports.needed(connection, targets, unit.id) for unit in units if _near(unit, targets)}
    codes = sorted({one.area_code for found in needed.values() for one in found})
    names = reading.area_names(connection, codes)
    return {
        key: tuple(replace(one, area_name=names.get(one.area_code, one.area_name)) for one in found)
        for key, found in needed.items()
        if found
    }


def _near(unit: OwnerUnit, targets: Sequence[Target]) -> bool:
    """Return whether any target is promised for the unit's area or one above it; no other asks anything."""
    areas = (unit.area_code, unit.prefecture_code, unit.province_code)
    return any(target.area_code in areas for target in targets)


_HOLDING: Final = text(
    "SELECT DISTINCT owner_unit_id FROM project WHERE owner_unit_id = ANY (:units)"
    " AND deleted_at IS NULL AND merged_into_id IS NULL"
)
