"""Services and beds of the records of a filter beside residents: by county, by township, by category.

Counts are of records: what a plan names, not what exists. A county without census residents has no rate; a
township has no census residents, so its records stand beside its villages instead. Beds in use are told as in
``projects.targets.beds``: known beds of finished records, a lower bound as long as one is silent.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from gis.access import per_population
from projects.analysis.inputs import Areas, Townships
from projects.codes import Category
from projects.summary import Summary
from projects.targets.beds import BedsRow, table
from projects.targets.facts import Census, Facts, Group

PER_RECORDS: Final = 10_000.0
PER_VILLAGES: Final = 100.0


@dataclass(frozen=True, slots=True)
class CountyServices:
    """One county: its records and beds beside its people; None is unknown, never 0."""

    code: str
    name: str
    by_category: Mapping[str, int]
    per_10k: float | None
    """Records per 10,000 residents."""
    people: int | None
    aged_60: int | None
    aged_65: int | None
    beds: BedsRow
    """Of the categories beds are asked for."""
    demo: int = 0

    @property
    def records(self) -> int:
        """All records of the county."""
        return sum(self.by_category.values())


@dataclass(frozen=True, slots=True)
class TownshipServices:
    """One township: its records beside its villages; there are no residents at this level."""

    code: str
    name: str
    county: str
    records: int
    villages: int
    communities: int
    per_100: float | None
    """Records per 100 village and residents' committees."""
    lonlat: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Services:
    """The counties of an area in code order, their townships, and what stands in neither.

    Records of the counties + ``elsewhere`` = ``records``; records of the townships + ``no_township`` =
    records of the counties.
    """

    counties: tuple[CountyServices, ...]
    townships: tuple[TownshipServices, ...]
    elsewhere: tuple[Summary, ...]
    """Records of the filter in no county of the area: county unknown, or in a neighbouring one."""
    no_township: int
    beds: BedsRow
    """Of all counties together."""
    records: int

    @property
    def without_census(self) -> tuple[CountyServices, ...]:
        """Counties without residents in the census tables."""
        return tuple(one for one in self.counties if one.people is None)

    def lacking(self, categories: Sequence[str] = tuple(Category)) -> dict[str, tuple[CountyServices, ...]]:
        """Return, per category, the counties without a record of it: the empty cells."""
        return {
            one: tuple(county for county in self.counties if not county.by_category.get(one))
            for one in categories
        }


def services(
    records: Iterable[Summary], areas: Areas, townships: Townships, bed_categories: Sequence[str]
) -> Services:
    """Return the counts and rates of the records of a filter in the inside areas.

    Raises ``BadInput`` for impossible residents.
    """
    rows = [row for row in range(len(areas.codes)) if areas.inside[row]]
    codes = [areas.codes[row] for row in rows]
    held: dict[str, list[Summary]] = {code: [] for code in codes}
    elsewhere: list[Summary] = []
    all_records = 0
    for one in records:
        all_records += 1
        held.get(one.county_code or "", elsewhere).append(one)
    counts = np.array([len(held[code]) for code in codes], dtype=np.float64)
    rates = per_population(counts, areas.population[rows], PER_RECORDS).tolist()
    facts = _facts(areas, rows, held, bed_categories)
    counties = tuple(
        CountyServices(
            code,
            areas.names[row],
            dict(Counter(one.category for one in held[code])),
            _known(rate),
            _whole(areas.population[row]),
            _whole(areas.aged_60_plus[row]),
            _whole(areas.aged_65_plus[row]),
            _beds(facts, code, bed_categories),
            sum(one.basis == "demo" for one in held[code]),
        )
        for code, row, rate in zip(codes, rows, rates, strict=True)
    )
    by_township = Counter(one.township_code for code in codes for one in held[code])
    found = _townships(townships, set(codes), by_township)
    rest = sum(map(len, held.values())) - sum(one.records for one in found)
    return Services(counties, found, tuple(elsewhere), rest, _beds(facts, ALL, bed_categories), all_records)


ALL: Final = "all"
"""Stands for all counties together where an area code is asked for."""


def _facts(
    areas: Areas, rows: Sequence[int], held: Mapping[str, Sequence[Summary]], categories: Sequence[str]
) -> Facts:
    """Return the records with beds as the targets count them; all counties lie in ``ALL``."""
    groups = [
        Group(
            place=code,
            stage=one.stage,
            count=1,
            beds_known=int(one.beds is not None),
            beds=one.beds or 0,
            category=one.category,
            prefecture_code=ALL,
            ids=(one.id,),
            demo=one.basis == "demo",
        )
        for code, found in held.items()
        for one in found
        if one.category in categories
    ]
    census = {areas.codes[row]: one for row in rows if (one := _census(areas, row)) is not None}
    if len(census) == len(rows):
        census[ALL] = _all(census.values())
    return Facts(beds=groups, census=census)


def _census(areas: Areas, row: int) -> Census | None:
    numbers = [_whole(one[row]) for one in (areas.population, areas.aged_60_plus, areas.aged_65_plus)]
    if any(not one for one in numbers):
        return None
    return Census(areas.codes[row], areas.names[row], "county", *(one or 0 for one in numbers))


def _all(parts: Iterable[Census]) -> Census:
    held = list(parts)
    return Census(
        ALL,
        "",
        "total",
        sum(one.population for one in held),
        sum(one.aged_60 for one in held),
        sum(one.aged_65 for one in held),
    )


def _beds(facts: Facts, code: str, categories: Sequence[str]) -> BedsRow:
    """Return the row of a county as a whole; it has no parts here."""
    return table(facts, code, categories)[-1]


def _townships(
    townships: Townships, counties: set[str], records: Mapping[str | None, int]
) -> tuple[TownshipServices, ...]:
    rows = [row for row, county in enumerate(townships.county) if county in counties]
    units = (townships.villages + townships.communities)[rows].astype(np.float64)
    counts = np.array([records.get(townships.codes[row], 0) for row in rows], dtype=np.float64)
    rates = per_population(counts, units, PER_VILLAGES).tolist()
    return tuple(
        TownshipServices(
            townships.codes[row],
            townships.names[row],
            townships.county[row],
            int(count),
            int(townships.villages[row]),
            int(townships.communities[row]),
            _known(rate),
            _point(townships.lonlat[row].tolist()),
        )
        for row, count, rate in zip(rows, counts.tolist(), rates, strict=True)
    )


def _point(lonlat: Sequence[float]) -> tuple[float, float] | None:
    lon, lat = lonlat
    return (lon, lat) if np.isfinite(lon) and np.isfinite(lat) else None


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _whole(value: float) -> int | None:
    return round(float(value)) if np.isfinite(value) else None
