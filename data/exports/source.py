"""What the exports need of the library; ``data.store.library.PostgisLibrary`` has it all."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from projects.codes import Level
from projects.counts import AreaCount, PrecisionCount
from projects.filters import ProjectFilter
from projects.ports import AreaName, Option, ScenarioShare
from projects.publishing import Published
from projects.record import Record
from projects.summary import Summary


class ExportSource(Protocol):
    """Reading the library for an export; every method may raise ``StorageUnavailable``."""

    def version(self) -> str:
        """Return the mark of the data that are loaded."""
        ...

    def stream(self, chosen: ProjectFilter) -> Iterator[Summary]:
        """Yield all matching records in id order without holding them in memory."""
        ...

    def published(self, chosen: ProjectFilter) -> Iterator[Published]:
        """Yield all matching records in id order with places, namings, parties, money and steps."""
        ...

    def count(self, chosen: ProjectFilter) -> PrecisionCount:
        """Return how the matching records divide by precision."""
        ...

    def record(self, project_id: str) -> Record:
        """Return one whole record."""
        ...

    def options(self, field: str, chosen: ProjectFilter) -> tuple[Option, ...]:
        """Return the choices of a filter field with their names."""
        ...

    def area_counts(self, chosen: ProjectFilter, *, precisions: Sequence[int] = ()) -> tuple[AreaCount, ...]:
        """Return matching records by their finest area and category."""
        ...

    def touching_counts(self, chosen: ProjectFilter) -> dict[str, dict[str, int]]:
        """Return, by county, counts by category of records that lie in or touch it."""
        ...

    def areas(self, level: Level, parent: str | None = None) -> tuple[AreaName, ...]:
        """Return the areas of a level, all or those inside a province or prefecture."""
        ...

    def area(self, code: str) -> AreaName | None:
        """Return an area by code, or None."""
        ...

    def polygons(
        self, level: Level, within: str | None = None, *, overview: bool = False
    ) -> list[dict[str, Any]]:
        """Return display polygons as rows of code, name and GeoJSON geometry text."""
        ...

    def slot_programmes(self) -> tuple[str, ...]:
        """Return the ids of programmes that have slots."""
        ...

    def scenario(self, programme_id: str) -> tuple[ScenarioShare, ...]:
        """Return the modelled spread of a programme's unassigned slots over townships."""
        ...
