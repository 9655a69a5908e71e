"""Where people are: the demand side of coverage and siting, one row per place, with what is left out counted.

Three sources: points somebody loaded (settlements, or the populated cells of a raster) and, where nothing
better is there, the seats of townships. A seat stands for a whole township, and its people are modelled: the
county's census residents shared out by village and residents' committees. Villages can be counted instead,
which needs no model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, TypeVar

import numpy as np

from gis.apportion import largest_remainder
from gis.errors import BadInput
from gis.join import assign
from projects.analysis.inputs import (
    Areas,
    BoolArray,
    FloatArray,
    IntArray,
    LayerInfo,
    LayerKind,
    Placed,
    PointLayer,
    Townships,
)
from projects.codes import Basis

T = TypeVar("T")

WHOLE_PEOPLE: Final = 0.5
"""Census residents are whole numbers; a float within half of one is that one."""
LISTED: Final = 500
"""So many rows that take no part are named; all are counted."""


class DemandKind(StrEnum):
    """What a row of demand is."""

    TOWNSHIPS = "townships"
    """A township's seat, standing for the whole township."""
    SETTLEMENTS = "settlements"
    """A village or settlement of a loaded file."""
    POPULATION = "population"
    """A populated cell of a loaded raster."""
    RECORDS = "records"
    """A record of the library that has to be near others, as a care home to a hospital."""


class Weight(StrEnum):
    """What is counted at a place."""

    PEOPLE = "people"
    VILLAGES = "villages"
    """Village and residents' committees of a township."""
    PLACES = "places"
    """Every place once."""


class Missing(StrEnum):
    """Why a row takes no part."""

    NO_POSITION = "no_position"
    """A township whose seat is not known, or a row of a file without a position."""
    NO_CENSUS = "no_census"
    """Its county has no census residents."""
    NO_VILLAGES = "no_villages"
    """No village or residents' committee is known of it, so no share can be given."""
    NO_PEOPLE = "no_people"
    """The file does not say how many people live there."""
    OUTSIDE = "outside"
    """Outside the areas that were asked for."""


_REASONS: Final = tuple(Missing)


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Places with people (or villages, or themselves) to be reached, aligned row by row with ``ids``.

    ``people`` are the amounts of ``weight``: finite, at least 0. ``missing`` counts the rows that take no
    part by reason, ``missing_people`` the people known of them (of those outside none) and of counties
    without any row, so that for townships Σ people + ``missing_people`` is the census of the inside areas.
    """

    kind: DemandKind
    weight: Weight
    ids: tuple[str, ...]
    names: tuple[str, ...]
    county: tuple[str | None, ...]
    """Code of the county unit a place lies in, None where that is not known."""
    lonlat: FloatArray
    people: FloatArray
    basis: Basis
    missing: Mapping[Missing, int] = field(default_factory=dict)
    missing_people: float = 0.0
    missing_named: tuple[tuple[str, str, Missing], ...] = ()
    """Id, name and reason of the first ``LISTED`` rows left out."""
    source: str = ""
    """Name of the layer, empty for townships."""
    counties_without: tuple[str, ...] = ()
    """Names of inside counties of which no township is known at all; their people are missing too."""

    def __post_init__(self) -> None:
        """Hold rows together; a place without a position or an amount is no demand."""
        lengths = {len(one) for one in (self.ids, self.names, self.county, self.lonlat, self.people)}
        if len(lengths) > 1:
            raise ValueError(f"demand: the columns have {sorted(lengths)} rows")
        if not (np.isfinite(self.people).all() and np.isfinite(self.lonlat).all()):
            raise ValueError("demand: a row without position or amount is left out and counted, not kept")

    def __len__(self) -> int:
        """Return how many places there are."""
        return len(self.ids)

    def only(self, rows: BoolArray) -> "Demand":
        """Return some of the rows; what is missing of the whole stays told."""
        at = np.flatnonzero(rows)
        return replace(
            self,
            ids=_picked(self.ids, at),
            names=_picked(self.names, at),
            county=_picked(self.county, at),
            lonlat=self.lonlat[at],
            people=self.people[at],
        )

    def with_neighbours(self, others: "Demand") -> "Demand":
        """Return these places followed by those of a ring; what is missing of the ring is not told.

        Raises BadInput ``ids_twice`` when a place stands in both.
        """
        _no_id_twice((*self.ids, *others.ids))
        return replace(
            self,
            ids=self.ids + others.ids,
            names=self.names + others.names,
            county=self.county + others.county,
            lonlat=np.concatenate([self.lonlat, others.lonlat]),
            people=np.concatenate([self.people, others.people]),
        )

    @property
    def total(self) -> float:
        """Σ of what is counted."""
        return float(self.people.sum())

    @property
    def modelled(self) -> bool:
        """Whether the amounts are modelled, which every page and file says."""
        return self.basis is Basis.MODELLED


def from_townships(townships: Townships, areas: Areas, weight: Weight = Weight.PEOPLE) -> Demand:
    """Return the seats of townships with people shared out inside their county, or with their villages.

    Shares are whole people by largest remainder over *all* townships of a county, those without a known seat
    too: what falls to these is in ``missing_people`` and never moved to their neighbours. Townships of the
    ring are ``OUTSIDE``; those of a functional zone, which is no county unit and has no residents of its own
    here, count with their villages and are ``NO_CENSUS`` with people.

    Raises BadInput ``no_demand_left`` when no row is left, ``ids_twice`` when a township comes twice.
    """
    rows = {code: row for row, code in enumerate(areas.codes)}
    county = np.array([rows.get(code, -1) for code in townships.county], dtype=np.int64)
    units = (townships.villages + townships.communities).astype(np.float64)
    amount = {Weight.VILLAGES: units, Weight.PLACES: np.ones(len(units))}.get(weight)
    people = _shared(county, units, areas) if amount is None else amount
    seats = _Rows(townships.codes, townships.names, townships.county, townships.lonlat, people)
    seats.leave_out(~_placed(townships.lonlat), Missing.NO_POSITION)
    if weight is not Weight.PLACES:
        seats.leave_out(units == 0, Missing.NO_VILLAGES)
    if weight is Weight.PEOPLE:
        seats.leave_out(~np.isfinite(np.append(areas.population, np.nan)[county]), Missing.NO_CENSUS)
    seats.leave_out(~np.append(areas.inside, True)[county], Missing.OUTSIDE)
    modelled = weight is Weight.PEOPLE
    residents = float(np.nansum(areas.population[areas.inside])) if modelled else None
    basis = Basis.MODELLED if modelled else Basis.DERIVED
    found = seats.demand(DemandKind.TOWNSHIPS, weight, basis, residents=residents)
    return replace(found, counties_without=_without_townships(townships, areas))


def from_layer(
    info: LayerInfo, layer: PointLayer, areas: Areas | None = None, weight: Weight = Weight.PEOPLE
) -> Demand:
    """Return the points of a loaded layer that lie in the inside areas (all of them without areas).

    A raster's people are modelled whoever made it; a file of settlements says what its owner reported.
    ``VILLAGES`` means the same as ``PLACES`` here: a row is a village.

    Raises BadInput ``not_demand`` for another kind of layer, ``no_people_column`` when people are wanted and
    no row has any, ``no_demand_left`` when no row is left, ``ids_twice``.
    """
    if info.kind not in (LayerKind.SETTLEMENTS, LayerKind.POPULATION):
        raise BadInput(f"a layer of {info.kind} holds no people", code="not_demand", kind=str(info.kind))
    weight = Weight.PLACES if weight is Weight.VILLAGES else weight
    if weight is Weight.PEOPLE and not np.isfinite(layer.people).any():
        raise BadInput(
            "this layer says nowhere how many people there are; count places instead", code="no_people_column"
        )
    people = layer.people if weight is Weight.PEOPLE else np.ones(len(layer.ids))
    owner = np.full(len(layer.ids), -1) if areas is None else assign(layer.lonlat, areas.polygons)
    codes = areas.codes if areas is not None else ()
    county = tuple(codes[one] if one >= 0 else None for one in owner.tolist())
    rows = _Rows(layer.ids, layer.names, county, layer.lonlat, people)
    rows.leave_out(~np.isfinite(people), Missing.NO_PEOPLE)
    if areas is not None:
        rows.leave_out((owner < 0) | ~areas.inside[owner], Missing.OUTSIDE)
    rows.leave_out(~_placed(layer.lonlat), Missing.NO_POSITION)
    raster = info.kind is LayerKind.POPULATION
    return rows.demand(
        DemandKind.POPULATION if raster else DemandKind.SETTLEMENTS,
        weight,
        Basis.MODELLED if raster else Basis.REPORTED,
        source=info.name,
    )


def from_records(placed: Placed) -> Demand:
    """Return records of precision 1-2 as places, each counted once.

    Raises BadInput ``no_demand_left`` when there is none.
    """
    rows = _Rows(placed.ids, placed.names, placed.county, placed.lonlat, np.ones(len(placed)))
    return rows.demand(DemandKind.RECORDS, Weight.PLACES, Basis.DOCUMENTED)


def _without_townships(townships: Townships, areas: Areas) -> tuple[str, ...]:
    known = set(townships.county)
    named = zip(areas.codes, areas.names, areas.inside.tolist(), strict=True)
    return tuple(name for code, name, inside in named if inside and code not in known)


def _placed(lonlat: FloatArray) -> BoolArray:
    return np.asarray(np.isfinite(lonlat.reshape(-1, 2)).all(axis=1))


def _shared(county: IntArray, units: FloatArray, areas: Areas) -> FloatArray:
    """Return the whole people of each township, NaN where its county or its villages say nothing."""
    people = np.full(len(units), np.nan)
    for at in np.unique(county[county >= 0]).tolist():
        rows = np.flatnonzero(county == at)
        if np.isfinite(areas.population[at]) and units[rows].sum():
            residents = int(areas.population[at] + WHOLE_PEOPLE)
            people[rows] = largest_remainder(residents, [int(one) for one in units[rows]])
    return people


class _Rows:
    """Rows on their way to become demand; the last reason given to leave one out is the one that is told."""

    def __init__(
        self,
        ids: Sequence[str],
        names: Sequence[str],
        county: Sequence[str | None],
        lonlat: FloatArray,
        people: FloatArray,
    ) -> None:
        _no_id_twice(ids)
        self._ids, self._names, self._county = ids, names, county
        self._lonlat, self._people = lonlat, people
        self._reason = np.full(len(ids), -1, dtype=np.int8)

    def leave_out(self, which: BoolArray, why: Missing) -> None:
        """Leave out some rows."""
        self._reason[which] = _REASONS.index(why)

    def demand(
        self,
        kind: DemandKind,
        weight: Weight,
        basis: Basis,
        *,
        residents: float | None = None,
        source: str = "",
    ) -> Demand:
        """Return what is kept; ``residents`` is the whole that kept and missing people add up to."""
        rows = np.flatnonzero(self._reason < 0)
        if not len(rows):
            raise BadInput(
                f"none of {len(self._ids)} places has a position and people inside the area",
                code="no_demand_left",
                rows=len(self._ids),
            )
        left = np.flatnonzero(self._reason >= 0)
        people = self._people[rows]
        known = left[self._reason[left] != _REASONS.index(Missing.OUTSIDE)]
        lost = float(np.nansum(self._people[known])) if residents is None else residents - float(people.sum())
        return Demand(
            kind, weight, _picked(self._ids, rows), _picked(self._names, rows), _picked(self._county, rows),
            self._lonlat[rows], people, basis, self._counted(),
            lost if weight is Weight.PEOPLE else 0.0, self._named(left), source,
        )  # fmt: skip

    def _counted(self) -> Mapping[Missing, int]:
        counts = np.bincount(self._reason[self._reason >= 0], minlength=len(_REASONS)).tolist()
        return {why: count for why, count in zip(_REASONS, counts, strict=True) if count}

    def _named(self, left: IntArray) -> tuple[tuple[str, str, Missing], ...]:
        listed = left[:LISTED].tolist()
        return tuple((self._ids[row], self._names[row], _REASONS[self._reason[row]]) for row in listed)


def _no_id_twice(ids: Sequence[str]) -> None:
    twice = len(ids) - len(set(ids))
    if twice:
        raise BadInput(f"{twice} places carry an id that another one has", code="ids_twice", count=twice)


def _picked(values: Sequence[T], rows: IntArray) -> tuple[T, ...]:
    return tuple(values[row] for row in rows.tolist())
