"""Which counties may be judged: a county that nobody loaded a plan for has no records, and that is no zero.

A plan of a prefecture or county goes through its counties, so one that it does not name is a true zero *of
that plan*. A plan of a whole province names places here and there and says nothing about the others. By wish
all counties of prefectures with records of their own are taken, with the zeros that this supposes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np

from projects.analysis.inputs import Areas
from projects.codes import Level
from projects.counts import AreaCount
from projects.filters import ProjectFilter

SINGLE_READS: Final = 20
"""So many areas are read one by one; for more the nation is read once."""

PLACE_FIELDS: Final = ("province", "prefecture", "county")
OPEN_FIELDS: Final = (*PLACE_FIELDS, "category", "kind", "stage", "funding", "mode", "promotion")
"""Fields of a filter that mean the same in the next county; the others are tied to places or records."""
BELOW_COUNTY: Final = ("township", "zone", "ids")
"""Fields that leave most records of a county out: its rate would be that of a part."""


class Among(StrEnum):
    """Which counties are compared."""

    PLANS = "plans"
    """Those of prefectures (or counties) that a loaded plan is about."""
    RECORDS = "records"
    """Those of prefectures in which any record lies."""


@dataclass(frozen=True, slots=True)
class Universe:
    """The areas whose counties may be judged.

    ``covered`` are prefecture and county codes, whatever the filter says; ``scope`` those of them (or of
    their counties) that the filter asks for; ``parents`` is county → prefecture.
    """

    among: Among
    covered: tuple[str, ...]
    scope: tuple[str, ...]
    parents: Mapping[str, str]

    def judged(self, county: str) -> bool:
        """Tell whether a county may be judged at all, inside the scope or beside it."""
        return county in self.covered or self.parents.get(county, "") in self.covered

    def inside(self, county: str) -> bool:
        """Tell whether a county may be judged and is asked for."""
        return county in self.scope or self.parents.get(county, "") in self.scope


def universe(
    chosen: ProjectFilter,
    among: Among,
    documents: Mapping[str, str],
    parents: Mapping[str, str],
    counts: Sequence[AreaCount],
) -> Universe:
    """Return which areas may be judged under a filter.

    ``documents``: id → area code of the plans; ``parents``: county → prefecture; ``counts``: of the filter.
    """
    if among is Among.PLANS:
        wanted = (code for key, code in documents.items() if not chosen.document or key in chosen.document)
        covered = {code for code in wanted if not is_province(code)}
        return _found(chosen, among, covered, parents)
    return around(chosen, [one.code for one in counts if one.level == Level.COUNTY and one.total], parents)


def around(chosen: ProjectFilter, counties: Iterable[str], parents: Mapping[str, str]) -> Universe:
    """Return the prefectures of some counties, as far as the filter asks for them."""
    return _found(chosen, Among.RECORDS, {parents.get(code, code) for code in counties}, parents)


def is_province(code: str) -> bool:
    """Tell whether a code of GB/T 2260 is a province's.

    >>> is_province("450000"), is_province("440200")
    (True, False)
    """
    return code.endswith("0000")


def gather(read: Callable[[str | None], Areas], found: Universe) -> Areas:
    """Return the counties that may be judged: those asked for inside, their judged neighbours outside.

    ``read`` returns the county units of an area with the ring around it.
    """
    codes = found.scope if len(found.scope) <= SINGLE_READS else (None,)
    parts = [read(code) for code in codes]
    return _joined([part for part in parts if len(part.codes)], found)


def counted(counts: Sequence[AreaCount]) -> dict[str, int]:
    """Return county code → records that lie there; zones and wider areas are not among them."""
    return {one.code: one.total for one in counts if one.level == Level.COUNTY}


def beyond(counts: Sequence[AreaCount]) -> int:
    """Return how many records are known to a zone, prefecture or province only: no county counts them."""
    return sum(one.total for one in counts if one.level != Level.COUNTY)


def with_neighbours(chosen: ProjectFilter) -> ProjectFilter | None:
    """Return the filter without its areas, for the ring of neighbours; None when it is tied to a place.

    >>> with_neighbours(ProjectFilter(county=("440232",))).is_empty, with_neighbours(ProjectFilter(q="温泉"))
    (True, None)
    """
    if any(name not in OPEN_FIELDS for name in chosen.to_params()):
        return None
    return chosen.with_(**dict.fromkeys(PLACE_FIELDS, ()))


def _found(
    chosen: ProjectFilter, among: Among, covered: Iterable[str], parents: Mapping[str, str]
) -> Universe:
    scope = {code for area in covered for code in _asked(chosen, area, parents)}
    return Universe(among, tuple(sorted(covered)), tuple(sorted(scope)), parents)


def _asked(chosen: ProjectFilter, area: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """Return the part of a covered area that the filter asks for: counties of it, itself, or nothing."""
    if chosen.county:
        return tuple(code for code in chosen.county if area in (code, parents.get(code)))
    if chosen.prefecture:
        return (area,) if area in chosen.prefecture or parents.get(area) in chosen.prefecture else ()
    if chosen.province:
        return (area,) if any(area[:2] == code[:2] for code in chosen.province) else ()
    return (area,)


def _joined(parts: Sequence[Areas], found: Universe) -> Areas:
    """Return several readings as one, each county once, in code order, without those nobody may judge."""
    if not parts:
        return _none()
    rows = {
        code: (part, row)
        for part in parts
        for row, code in enumerate(part.codes)
        if found.judged(code) or found.inside(code)
    }
    picked = [rows[code] for code in sorted(rows)]
    years = [part.census_year for part in parts if part.census_year]

    def column(name: str, shape: tuple[int, ...] = (-1,)) -> Any:
        held = [getattr(part, name)[row] for part, row in picked]
        return np.array(held, dtype=float).reshape(shape)

    polygons = np.empty(len(picked), dtype=object)
    polygons[:] = [part.polygons[row] for part, row in picked]
    return Areas(
        codes=tuple(sorted(rows)),
        names=tuple(part.names[row] for part, row in picked),
        prefectures=tuple(part.prefectures[row] for part, row in picked),
        polygons=polygons,
        label=column("label", (-1, 2)),
        population=column("population"),
        aged_60_plus=column("aged_60_plus"),
        aged_65_plus=column("aged_65_plus"),
        inside=np.array([found.inside(code) for code in sorted(rows)], dtype=bool),
        census_year=max(years) if years else None,
    )


def _none() -> Areas:
    empty = np.empty(0)
    return Areas(
        (), (), (), np.empty(0, dtype=object), np.empty((0, 2)), empty, empty, empty,
        np.empty(0, dtype=bool),
    )  # fmt: skip
