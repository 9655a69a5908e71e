"""What distance coverage reads through the port, gathered in one way for the page and for the job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from gis.errors import BadInput
from projects.analysis.coverage.choosing import (
    CoverageSettings,
    See,
    area_codes,
    gathered,
    gathered_townships,
    places_only,
)
from projects.analysis.coverage.reach import Question, Step, reach
from projects.analysis.coverage.results import Answer
from projects.analysis.demand import Demand, Weight, from_layer, from_records, from_townships
from projects.analysis.inputs import Areas, BoolArray, LayerKind, Placed, ShapeLayer
from projects.analysis.ports import Analysis
from projects.codes import Category
from projects.filters import ProjectFilter

AT_ONCE: Final = 50_000
"""So many places are computed while a page waits; more, and roads, are long work."""


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """A question with its roads, and the filter its facilities were asked for with."""

    question: Question
    roads: ShapeLayer | None
    facilities: ProjectFilter
    neighbours: int
    """Facilities in counties outside the area."""
    homes_left_out: Mapping[int, int]


def is_long(analysis: Analysis, settings: CoverageSettings) -> bool:
    """Return whether the page cannot wait: roads, or more places than it computes at once.

    Raises ``UnknownRecord`` for a layer that is not there.
    """
    if settings.see is See.CARE:
        return bool(settings.roads)
    return bool(settings.roads) or (settings.demand > 0 and analysis.layer(settings.demand).used > AT_ONCE)


def answer(
    analysis: Analysis,
    chosen: ProjectFilter,
    settings: CoverageSettings,
    within: Sequence[str],
    step: Step = None,
) -> Answer:
    """Return distance coverage in the areas ``within``; errors as ``gather`` and ``reach``."""
    found = gather(analysis, chosen, settings, within)
    return Answer(
        reach=reach(found.question, found.roads, step),
        left_out=dict(found.question.facilities.left_out),
        homes_left_out=dict(found.homes_left_out),
        neighbours=found.neighbours,
        facilities=found.facilities.to_params(),
        data_date=analysis.newest(found.facilities),
    )


def gather(
    analysis: Analysis, chosen: ProjectFilter, settings: CoverageSettings, within: Sequence[str]
) -> Gathered:
    """Return who has to reach what.

    Care homes are asked about hospitals, otherwise people about the facilities of the filter. ``within`` are
    the areas.

    Raises BadInput for what has no honest answer, ``UnknownRecord`` for a layer that is not there.
    """
    areas = gathered([analysis.areas(code, ring=settings.edge) for code in within])
    care = settings.see is See.CARE
    wanted = facility_filter(chosen, settings, areas, care=care)
    placed = _facilities(analysis, wanted)
    homes = analysis.placed(places_only(chosen).with_(category=(Category.ELDERLY_CARE,))) if care else None
    demand, core = _people(analysis, settings, areas, within) if homes is None else (_homes(homes), None)
    roads = _roads(analysis, settings.roads) if settings.roads else None
    names = dict(zip(areas.codes, areas.names, strict=True))
    inside = {code for code, one in zip(areas.codes, areas.inside, strict=True) if one}
    return Gathered(
        Question(settings, demand, placed, names, core),
        roads,
        wanted,
        sum(one is not None and one not in inside for one in placed.county),
        homes.left_out if homes is not None else {},
    )


def facility_filter(
    chosen: ProjectFilter, settings: CoverageSettings, areas: Areas, *, care: bool = False
) -> ProjectFilter:
    """Return the filter of the facilities: its categories, and the counties around where these take part."""
    kinds = (Category.HOSPITAL,) if care else chosen.category or settings.of
    wanted = places_only(chosen).with_(category=kinds)
    if not settings.edge or not area_codes(chosen) or chosen.township or chosen.zone:
        return wanted
    return wanted.with_(province=(), prefecture=(), county=areas.codes)


def _facilities(analysis: Analysis, wanted: ProjectFilter) -> Placed:
    """Return the facilities that have a place; their filter goes with the refusal when none has."""
    placed = analysis.placed(wanted)
    if not len(placed):
        raise BadInput(
            f"none of {placed.matched} facilities is placed to the village or building",
            code="no_placed_facilities",
            matched=placed.matched,
            left_out=sum(placed.left_out.values()),
            filter=wanted.to_params(),
        )
    return placed


def _homes(homes: Placed) -> Demand:
    if not len(homes):
        raise BadInput(
            "no care home is placed to the village or building",
            code="no_care_homes",
            left_out=sum(homes.left_out.values()),
        )
    return from_records(homes)


def _people(
    analysis: Analysis, settings: CoverageSettings, areas: Areas, within: Sequence[str]
) -> tuple[Demand, BoolArray | None]:
    """Return the places of the areas, followed by those of the ring, and which are the first."""
    own = _demand(analysis, settings, areas, within)
    outside = [code for code, inside in zip(areas.codes, areas.inside, strict=True) if not inside]
    if not settings.edge or not outside:
        return own, None
    try:
        ring = _demand(analysis, settings, replace(areas, inside=~areas.inside), outside)
    except BadInput:  # nobody known lives around: then nobody competes
        return own, None
    whole = own.with_neighbours(ring)
    return whole, np.arange(len(whole)) < len(own)


def _demand(analysis: Analysis, settings: CoverageSettings, areas: Areas, within: Sequence[str]) -> Demand:
    if settings.demand:
        info = analysis.layer(settings.demand)
        weight = Weight.PLACES if settings.count is Weight.VILLAGES else Weight.PEOPLE
        return from_layer(info, analysis.points(settings.demand), areas, weight)
    townships = gathered_townships([analysis.townships(code) for code in within])
    return from_townships(townships, areas, settings.count)


def _roads(analysis: Analysis, key: int) -> ShapeLayer:
    info = analysis.layer(key)
    if info.kind is not LayerKind.ROADS:
        raise BadInput(f"a layer of {info.kind} holds no roads", code="not_roads", kind=str(info.kind))
    return analysis.shapes(key)
