"""Databases that a test may spoil: quick copies of a filled one, and a country of six square counties."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shapely.geometry import MultiLineString
from sqlalchemy import Connection, text

from data import migrate, setup
from data.cluster import Cluster
from data.database import Database
from data.importers.boundaries import BoundarySet, BoundarySource, LineRow
from data.store import boundaries, loaded
from tests.unit.data.importers.boundary_world import base

PACKAGE = BoundarySource("small-world", "1", "gcj02", "2021", "six squares")
PACKAGE_ID = "boundaries-small-world-1"
PLACES = {
    # 0.2 degree cells: 440203 ends at 113.2 E, 440204 lies east of it
    "T-0001": ("declared", 113.205, 24.1, "440204"),
    "T-0002": ("undeclared", 113.205, 24.15, None),
    "T-0003": ("stays", 113.1, 24.1, "440203"),
    "T-0004": ("at sea", 120.0, 20.0, None),
}
"""Record → name, longitude, latitude, declared county."""


@contextmanager
def copy_of(cluster: Cluster, template: Database) -> Iterator[Database]:
    """Copy a database (a blink: files only), hand it out, and drop it."""
    template.dispose()  # no connection may be open on what is copied
    with database_named(cluster, f"copy_{uuid.uuid4().hex}", str(template.owner.url.database)) as copy:
        yield copy


@contextmanager
def database_named(cluster: Cluster, name: str, template: str | None = None) -> Iterator[Database]:
    """Create a database, empty or a copy, and drop it at the end."""
    urls = cluster.create_database(name, template)
    database = Database(urls.app, urls.owner)
    try:
        yield database
    finally:
        database.dispose()
        cluster.drop_database(name)


@contextmanager
def small_world(cluster: Cluster) -> Iterator[Database]:
    """A migrated database with six square counties, a maritime line and four records."""
    with database_named(cluster, f"small_{uuid.uuid4().hex}") as database:
        migrate.upgrade(database.owner)
        line = LineRow("maritime", MultiLineString([[(110, 5), (111, 6)]]))
        with database.owning() as connection:
            key = setup.store_source(connection, PACKAGE)
            boundaries.replace_all(connection, BoundarySet(base(), (line,), PACKAGE), key)
            loaded.mark(connection, "boundaries", "1-small-world-1", {})
            for project_id, (name, lon, lat, declared) in PLACES.items():
                add_record(connection, project_id, name, (lon, lat), declared)
        yield database


def add_record(
    connection: Connection, project_id: str, name: str, lonlat: tuple[float, float], declared: str | None
) -> None:
    """Store a record with one exact point."""
    connection.execute(
        text(
            "INSERT INTO project (id, name, name_normalised, kind, category, county_code, county_basis,"
            " basis) VALUES (:id, :name, :name, 'site', 'tcm', :county, :basis, 'documented')"
        ),
        {"id": project_id, "name": name, "county": declared, "basis": "documented" if declared else None},
    )
    connection.execute(
        text(
            "INSERT INTO project_place (project_id, geom, precision, method, basis, datum_entered)"
            " VALUES (:id, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), 1, 'gps', 'reported', 'wgs84')"
        ),
        {"id": project_id, "lon": lonlat[0], "lat": lonlat[1]},
    )


def rows(database: Database, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """Return all rows of a query as plain tuples, read in a transaction of its own."""
    with database.owning() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


def state(database: Database) -> list[list[tuple[Any, ...]]]:
    """Return everything that a boundary import may change, to hold before against after."""
    return [
        rows(database, query)
        for query in (
            "SELECT code, level, name, parent_code, source_id, md5(ST_AsBinary(geom)),"
            " md5(ST_AsBinary(display)),"
            " md5(ST_AsBinary(overview)), area_km2 FROM area ORDER BY 1, 2",
            "SELECT code, md5(ST_AsBinary(geom)) FROM area_part ORDER BY 1, 2",
            "SELECT id, kind, title FROM source ORDER BY 1",
            "SELECT project_id, county_code, county_codes, near_line FROM project_place ORDER BY 1",
            "SELECT project_id, county_code, area_codes FROM project_facet ORDER BY 1",
            "SELECT project_id, code, value FROM data_issue ORDER BY 1, 2",
            "SELECT part, version FROM loaded ORDER BY 1",
            "SELECT kind, source_id, ST_AsText(geom) FROM map_line",
        )
    ]
