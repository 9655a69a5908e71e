"""What the leaders' page says, read from the library: what everybody sees, and what is told after signing in.

``Figures`` are the same for all who may read the library and are kept per version of it; ``Told`` is what one
person may see of matters and history. Unknown stays unknown.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Final

from layers import choropleth, svg_map
from layers.labels import ZH
from projects.codes import Level
from projects.errors import SignInNeeded
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import Reference
from projects.lifecycle.ports import By
from projects.lifecycle.ports import Summary as Dispatch
from projects.matters.model import LONG_OPEN_DAYS
from projects.matters.ports import Asked, MatterCounts, Matters, UnitLoad
from projects.money.sums import Division, Overview
from projects.ports import AreaName
from projects.targets.board import Row as Promise
from projects.week import Changes
from services.map_parts import AreaRow, Shading, Wishes
from services.pack.bench import Bench

_AT_ONCE: Final = 4
"""Questions that the database is asked at once: the first visitor waits for the longest, not for all."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one area under one version of the library."""

    area: AreaName
    money: Overview
    dispatch: Dispatch
    counts: Mapping[str, int]
    """Code → records of the areas that the map shades; those of wider areas and zones are not in it."""
    picture: bytes
    """The map as SVG, empty where there are no boundaries."""
    promises: tuple[Promise, ...]
    """The targets of the area and of those in it."""
    documents: tuple[str, ...]
    listed: tuple[tuple[str, int], ...] = ()
    """Name and number of every area of the map, the largest first: the map as a list."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one person may see; ``None`` is for somebody who has not signed in."""

    matters: MatterCounts | None = None
    load: tuple[UnitLoad, ...] = ()
    """Matters open for long by responsible unit."""
    changes: Changes | None = None


def chosen_of(area: AreaName) -> ProjectFilter:
    """Return the filter of an area."""
    return ProjectFilter.model_validate({str(area.level): (area.code,)})


def read(bench: Bench, area: AreaName, promised: Callable[[], tuple[Promise, ...]]) -> Figures:
    """Read the figures of an area; ``bench.request`` holds its filter, ``promised`` gives all targets."""
    chosen, when = bench.request.chosen, Reference(bench.when, bench.dispatch_day)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        money = pool.submit(bench.ledger.overview, chosen, (Division.CATEGORY,))
        dispatch = pool.submit(bench.schedule.summary, chosen, when, By.UNIT)
        promises = pool.submit(promised)
        documents = pool.submit(bench.library.options, "document", chosen)
        rows, inside = _own(bench, area), _inside(bench, area)
        return Figures(
            area=area,
            money=money.result(),
            dispatch=dispatch.result(),
            counts={row.code: _total(row) for row in rows},
            listed=tuple(sorted(((row.place.name, _total(row)) for row in rows), key=lambda one: -one[1])),
            picture=_picture(bench, area, rows),
            promises=tuple(row for row in promises.result() if row.target.area_code in inside),
            documents=tuple(o.name for o in documents.result() if o.count),
        )


def told(
    matters: Matters | None, changes: Callable[[], Changes] | None, chosen: ProjectFilter, today: date
) -> Told:
    """Read what one person may see; a session that has ended is told nothing."""
    try:
        asked = Asked(chosen, open_days=LONG_OPEN_DAYS)
        return Told(
            matters.counts(Asked(chosen), today) if matters else None,
            matters.by_unit(asked, today) if matters else (),
            changes() if changes else None,
        )
    except SignInNeeded:
        return Told()


def _inside(bench: Bench, area: AreaName) -> frozenset[str]:
    """Return the codes of an area and of those in it."""
    levels = (Level.PREFECTURE, Level.COUNTY)
    return frozenset(
        (area.code, *(one.code for level in levels for one in bench.library.areas(level, area.code)))
    )


def _own(bench: Bench, area: AreaName) -> tuple[AreaRow, ...]:
    """Return the areas that the map shades with their records; of a county, that one alone."""
    rows = bench.scenes.area_rows(bench.request.chosen)
    drawn = bench.scenes.scope(bench.request.chosen).level
    return tuple(row for row in rows if row.level == drawn and (drawn != area.level or row.code == area.code))


def _picture(bench: Bench, area: AreaName, rows: tuple[AreaRow, ...]) -> bytes:
    """Return the areas shaded by number of records; neighbours that were not asked for have no number."""
    layer = bench.scenes.ground(bench.request.chosen, _WISHES).areas
    if layer is None:
        return b""
    totals = {row.code: _total(row) for row in rows}
    spots = [
        svg_map.Spot(row.code, row.place.name, f"{totals[row.code]:,}", row.place.lon, row.place.lat)
        for row in rows
    ]
    ring = area.code if area.code in totals else ""
    return svg_map.svg(layer, choropleth.by_count(totals, ""), spots, title=area.name, ring=ring)


def _total(row: AreaRow) -> int:
    return sum(row.by_category.values())


_WISHES = Wishes(labels=ZH, credit="", shading=Shading("none", "", "", ""))
