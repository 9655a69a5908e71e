"""The adapter behind the pages.

Every question of ``projects.ports`` answered from PostGIS, for whoever the session token stands for:
row-level security leaves out what that person may not see.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any

from sqlalchemy import Connection

from data.database import Database
from data.store import aggregates, areas, cells, names, publishing, records, summaries
from projects.codes import Level
from projects.counts import AreaCount, Page, PrecisionCount
from projects.errors import UnknownRecord
from projects.filters import ProjectFilter
from projects.ports import AreaName, Bounds, Cluster, Option, ScenarioShare, ZoneName
from projects.publishing import Published
from projects.record import Record, Slots
from projects.summary import Summary


class _KnownNames:
    """The names of codes, read once per version and shared by everybody: they are the same for all."""

    def __init__(self) -> None:
        self._names: names.Names | None = None
        self._lock = Lock()

    def of(self, connection: Connection) -> names.Names:
        """Return the names, read again only when something has changed since."""
        mark = names.version(connection)
        with self._lock:
            if self._names is None or self._names.version != mark:
                self._names = names.read(connection)
            return self._names


class PostgisLibrary:
    """``Library`` and ``Gazetteer`` over one database, as nobody in particular or one session sees it.

    Safe to share between threads. Every answer raises ``SignInNeeded`` when the session has ended.
    """

    def __init__(self, database: Database, token: str = "", known: _KnownNames | None = None) -> None:
        self._database = database
        self._token = token
        self._known_names = known or _KnownNames()

    def for_session(self, token: str) -> "PostgisLibrary":
        """Return the library as the person of that session sees it; an empty token is nobody's."""
        return PostgisLibrary(self._database, token, self._known_names)

    def _reading(self) -> AbstractContextManager[Connection]:
        return self._database.reading(self._token)

    def version(self) -> str:
        """Return a mark that changes with every load and every edit (a key for caches)."""
        with self._reading() as connection:
            return names.version(connection)

    def page(self, chosen: ProjectFilter, *, limit: int, offset: int = 0) -> Page:
        """Return one page of matching records, with counts of all matches."""
        with self._reading() as connection:
            known = self._known(connection)
            return Page(
                items=summaries.page(connection, chosen, known, limit, offset),
                count=summaries.count(connection, chosen),
            )

    def count(self, chosen: ProjectFilter) -> PrecisionCount:
        """Return how the matching records divide by precision."""
        with self._reading() as connection:
            return summaries.count(connection, chosen)

    def stream(self, chosen: ProjectFilter) -> Iterator[Summary]:
        """Yield all matching records in id order without holding them in memory."""
        with self._reading() as connection:
            yield from summaries.stream(connection, chosen, self._known(connection))

    def published(self, chosen: ProjectFilter) -> Iterator[Published]:
        """Yield all matching records in id order with places, namings, parties, money and steps."""
        with self._reading() as connection:
            yield from publishing.published(connection, chosen, self._known(connection))

    def record(self, project_id: str) -> Record:
        """Return one whole record; raises ``UnknownRecord``."""
        with self._reading() as connection:
            return records.record(connection, project_id, self._known(connection))

    def area_counts(
        self, chosen: ProjectFilter, *, precisions: Sequence[int] = (), upto: Level = Level.COUNTY
    ) -> tuple[AreaCount, ...]:
        """Return matching records by category and their finest area, or ``upto`` prefectures."""
        with self._reading() as connection:
            return aggregates.area_counts(connection, chosen, self._known(connection), precisions, upto)

    def touching_counts(self, chosen: ProjectFilter) -> dict[str, dict[str, int]]:
        """Return, by county, counts by category of records that lie in or touch it."""
        with self._reading() as connection:
            return aggregates.touching_counts(connection, chosen)

    def clusters(self, chosen: ProjectFilter, bounds: Bounds) -> tuple[Cluster, ...]:
        """Return placed records of a view gathered on a grid."""
        with self._reading() as connection:
            return cells.clusters(connection, chosen, bounds)

    def options(self, field: str, chosen: ProjectFilter) -> tuple[Option, ...]:
        """Return the choices of a filter field that occur under the other filters."""
        with self._reading() as connection:
            return aggregates.options(connection, (field,), chosen)[field]

    def choices(self, fields: Sequence[str], chosen: ProjectFilter) -> dict[str, tuple[Option, ...]]:
        """Return the choices of several filter fields under one and the same filter, from one scan."""
        with self._reading() as connection:
            return aggregates.options(connection, fields, chosen)

    def slots(self, programme_id: str) -> Slots:
        """Return a programme's slots by state; raises ``UnknownRecord`` for a record without slots."""
        with self._reading() as connection:
            found = records.slots(connection, programme_id)
        if found is None:
            raise UnknownRecord(f"record {programme_id!r} is no programme with slots")
        return found

    def slot_programmes(self) -> tuple[str, ...]:
        """Return the ids of programmes that have slots."""
        with self._reading() as connection:
            return records.slot_programmes(connection)

    def scenario(self, programme_id: str) -> tuple[ScenarioShare, ...]:
        """Return the modelled spread of a programme's unassigned slots over townships."""
        with self._reading() as connection:
            return records.scenario(connection, programme_id)

    def areas(self, level: Level, parent: str | None = None) -> tuple[AreaName, ...]:
        """Return the areas of a level, all or those inside a province or prefecture."""
        with self._reading() as connection:
            return areas.areas(connection, level, parent)

    def area(self, code: str) -> AreaName | None:
        """Return an area by code, or None."""
        with self._reading() as connection:
            return areas.area(connection, code)

    def polygons(
        self, level: Level, within: str | None = None, *, overview: bool = False
    ) -> list[dict[str, Any]]:
        """Return display polygons as rows of code, name and GeoJSON geometry text."""
        with self._reading() as connection:
            return areas.polygons(connection, level, within, overview=overview)

    def maritime_lines(self) -> list[str]:
        """Return the maritime line as GeoJSON geometry text."""
        with self._reading() as connection:
            return areas.maritime_lines(connection)

    def bounds(self, codes: Sequence[str]) -> Bounds | None:
        """Return the common extent of some areas."""
        with self._reading() as connection:
            return areas.bounds(connection, list(codes))

    def zones(self) -> tuple[ZoneName, ...]:
        """Return the functional zones with the counties they overlap."""
        with self._reading() as connection:
            return areas.zones(connection)

    def prefecture_of(self) -> dict[str, str]:
        """Return code → prefecture code for counties and zones."""
        with self._reading() as connection:
            return areas.prefecture_of(connection)

    def residents_60_plus(self) -> dict[str, int]:
        """Return permanent residents aged 60 and over by county code."""
        with self._reading() as connection:
            return areas.residents_60_plus(connection)

    def townships(self, county: str) -> dict[str, str]:
        """Return township code → name of a county."""
        with self._reading() as connection:
            return areas.townships(connection, county)

    def document_areas(self) -> dict[str, str]:
        """Return document id → the area the document is about."""
        with self._reading() as connection:
            return areas.document_areas(connection)

    def sources(self) -> list[dict[str, Any]]:
        """Return every source with its licence and attribution."""
        with self._reading() as connection:
            return areas.sources(connection)

    def _known(self, connection: Connection) -> names.Names:
        return self._known_names.of(connection)
