"""What distance coverage found, as plain values: a page reads them at once, a job writes them as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from projects.analysis.coverage.ways import Measure
from projects.analysis.demand import DemandKind, Missing, Weight
from projects.codes import Basis


class Band(StrEnum):
    """How a place stands to the limit."""

    SURE = "sure"
    """Within it whatever the detour."""
    DEPENDS = "depends"
    """Within it for some detours: only a road network can tell."""
    GAP = "gap"
    """Beyond it for every detour."""
    NO_WAY = "no_way"
    """Along roads no facility can be reached at all."""


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place: how far its nearest facility is and what it finds within the catchment."""

    id: str
    name: str
    county: str | None
    lon: float
    lat: float
    people: float
    cost: float | None
    """Metres or minutes to the nearest facility, None when none can be reached."""
    facility: int | None
    """Row of the nearest facility."""
    band: Band
    access: float | None = None
    """Supply per person; None when it could not be computed, or all beds in reach are unknown."""
    access_wide: float | None = None
    """The same in the wider catchment."""


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """One facility and who is nearer to it than to any other."""

    id: str
    name: str
    category: str
    county: str | None
    lon: float
    lat: float
    beds: int | None
    people: float
    """Of the places within the limit (without detour) whose nearest facility it is."""
    places: int
    joined: bool = True
    """Whether it has a road, where roads are used."""
    demo: bool = False


@dataclass(frozen=True, slots=True)
class CountyRow:
    """Coverage inside one county; ``covered`` per detour factor."""

    code: str | None
    name: str
    places: int
    people: float
    covered: tuple[float, ...]
    gap: float
    gap_places: int


@dataclass(frozen=True, slots=True)
class Access:
    """Two-step floating catchment: what was supplied, and the sum that shows that nothing was lost."""

    catchment: float
    wide: float
    supply: float
    """Σ supply of all facilities."""
    reached: float
    """Σ supply of the facilities with anybody in their catchment; equals ``given``."""
    given: float
    """Σ access × people."""
    unknown_supply: int
    """Facilities whose beds nobody reported: they supply nothing here, which makes access a lower bound."""
    nobody: float
    """People without any facility that supplies anything in the catchment."""
    unclear: float = 0.0
    """People whose only facilities in the catchment are such that nobody reported their beds."""


@dataclass(frozen=True, slots=True)
class Circle:
    """People within one radius of any facility, straight line."""

    mode: str
    radius_m: float
    people: float
    places: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Distance coverage of one demand by one set of facilities; people covered and uncovered add up."""

    kind: DemandKind
    weight: Weight
    basis: Basis
    source: str
    measure: Measure
    limit: float
    """Metres or minutes."""
    factors: tuple[float, ...]
    people: float
    places: int
    covered: tuple[float, ...]
    uncovered: tuple[float, ...]
    bands: Mapping[Band, tuple[float, int]]
    """People and places by band; they add up to all."""
    counties: tuple[CountyRow, ...]
    facilities: tuple[FacilityRow, ...]
    rows: tuple[PlaceRow, ...]
    """The places, the worst served first; of a large demand only the first ``MOST_ROWS``."""
    circles: tuple[Circle, ...]
    curve: tuple[tuple[float, tuple[float, ...]], ...]
    """Limit → people covered per factor, for limits up to twice the chosen one."""
    median: float | None
    """Half of the people have at most this far; None where nobody reaches anything."""
    farthest: float | None
    spots: int
    """Different positions of the facilities."""
    missing: Mapping[Missing, int]
    missing_people: float
    missing_named: tuple[tuple[str, str, Missing], ...]
    counties_without: tuple[str, ...] = ()
    """Names of counties of which no place is known at all."""
    no_road: int = 0
    apart: int = 0
    without_speed: int = 0
    components: tuple[int, ...] = ()
    """Sizes of the parts of the road network, the largest first, at most ten."""
    access: Access | None = None
    no_access: str = ""
    """Code of the reason why access could not be computed."""

    @property
    def gap(self) -> tuple[float, int]:
        """People and places that no facility within the limit can serve, those without any way included."""
        both = [self.bands.get(one, (0.0, 0)) for one in (Band.GAP, Band.NO_WAY)]
        return sum(people for people, _ in both), sum(places for _, places in both)


@dataclass(frozen=True, slots=True)
class Answer:
    """A result with what the page has to say about the records behind it."""

    reach: Reach
    left_out: Mapping[int, int]
    """Precision → facilities whose place may not enter a distance."""
    homes_left_out: Mapping[int, int]
    """The same of care homes, where these are asked about."""
    neighbours: int
    """Facilities in counties outside the area."""
    facilities: Mapping[str, str]
    """Link parameters of the filter of the facilities."""
    data_date: date | None


@cache
def _adapter() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)


def as_json(answer: Answer, most_rows: int | None = None) -> dict[str, Any]:
    """Return an answer as JSON values, with only the worst served ``most_rows`` places when that is given."""
    reach = answer.reach if most_rows is None else replace(answer.reach, rows=answer.reach.rows[:most_rows])
    found: dict[str, Any] = _adapter().dump_python(replace(answer, reach=reach), mode="json")
    return found


def of_json(value: Mapping[str, Any]) -> Answer:
    """Return the answer that ``as_json`` wrote; raises ``ValueError`` for anything else."""
    return _adapter().validate_python(dict(value))
