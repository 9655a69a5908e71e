"""What the pages, exports and services need from storage, as protocols.

``data.wiring`` joins them to adapters.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from projects.codes import Level
from projects.counts import AreaCount, Page, PrecisionCount
from projects.filters import ProjectFilter
from projects.record import Record, Slots
from projects.summary import Summary

Bounds = tuple[float, float, float, float]
"""(west, south, east, north), WGS84 degrees."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Records near each other in one view.

    Mean position (lon, lat), count, counts by category, ids when few.
    """

    id: str
    lon: float
    lat: float
    count: int
    by_category: Mapping[str, int]
    ids: tuple[str, ...]
    precision: int
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class AreaName:
    """One area of the boundary set: code, level, name, parent, label point (lon, lat) and extent."""

    code: str
    level: Level
    name: str
    parent_code: str | None
    province_code: str | None
    prefecture_code: str | None
    lon: float
    lat: float
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class ZoneName:
    """A functional zone: no code of its own, overlaps ``counties``."""

    id: str
    name: str
    prefecture_code: str
    counties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter widget: its value, its name, how many records carry it."""

    value: str
    name: str
    count: int
    parent: str = ""


@dataclass(frozen=True, slots=True)
class ScenarioShare:
    """A township's share of the unassigned slots in the modelled scenario.

    The point is None where none is known.
    """

    township_code: str
    name: str
    county_code: str
    villages: int
    slots: int
    lon: float | None
    lat: float | None


class Library(Protocol):
    """Reading the project library."""

    def page(self, chosen: ProjectFilter, *, limit: int, offset: int = 0) -> Page:
        """Return one page of matching records, with counts of all matches."""
        ...

    def count(self, chosen: ProjectFilter) -> PrecisionCount:
        """Return how the matching records divide by precision."""
        ...

    def stream(self, chosen: ProjectFilter) -> Iterator[Summary]:
        """Yield all matching records in id order without holding them in memory."""
        ...

    def record(self, project_id: str) -> Record:
        """Return one whole record; raises ``UnknownRecord``."""
        ...

    def area_counts(
        self, chosen: ProjectFilter, *, precisions: Sequence[int] = (), upto: Level = Level.COUNTY
    ) -> tuple[AreaCount, ...]:
        """Return matching records by category and finest area: county, zone, prefecture or province.

        ``upto`` prefectures counts those of a county or zone for its prefecture.
        """
        ...

    def clusters(self, chosen: ProjectFilter, bounds: Bounds) -> tuple[Cluster, ...]:
        """Return placed records (precision 1–3) of a view gathered on a grid that fits its width."""
        ...

    def options(self, field: str, chosen: ProjectFilter) -> tuple[Option, ...]:
        """Return the choices of a filter field that occur, with counts under the other filters."""
        ...

    def choices(self, fields: Sequence[str], chosen: ProjectFilter) -> Mapping[str, tuple[Option, ...]]:
        """Return the choices of several filter fields under one and the same filter."""
        ...

    def slots(self, programme_id: str) -> Slots:
        """Return a programme's slots by state."""
        ...

    def scenario(self, programme_id: str) -> tuple[ScenarioShare, ...]:
        """Return the modelled spread of a programme's unassigned slots over townships."""
        ...


class Gazetteer(Protocol):
    """Reading areas and their boundaries."""

    def areas(self, level: Level, parent: str | None = None) -> tuple[AreaName, ...]:
        """Return the areas of a level, all or those below a parent."""
        ...

    def area(self, code: str) -> AreaName | None:
        """Return an area by code, at the level the code itself stands for, or None."""
        ...
