"""A database of six square counties without any record: what practice data are put into, in a blink."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from shapely.geometry import MultiLineString

from data import migrate, setup
from data.cluster import Cluster
from data.database import Database
from data.demo import build
from data.importers.boundaries import BoundarySet, LineRow
from data.store import boundaries, owner_units
from tests.db.copies import PACKAGE, database_named
from tests.unit.data.importers.boundary_world import base

TODAY = date(2026, 11, 21)
SQUARES = BoundarySet(base(), (LineRow("maritime", MultiLineString([[(110, 5), (111, 6)]])),), PACKAGE)


@contextmanager
def empty_world(cluster: Cluster) -> Iterator[Database]:
    """A migrated database with six square counties and nothing else."""
    with database_named(cluster, f"practice_{uuid.uuid4().hex}") as database:
        migrate.upgrade(database.owner)
        with database.owning() as connection:
            boundaries.replace_all(connection, SQUARES, setup.store_source(connection, PACKAGE))
            owner_units.refresh(connection)
        yield database


@contextmanager
def practice_world(cluster: Cluster, projects: int = 150) -> Iterator[Database]:
    """The same with fictional projects."""
    with empty_world(cluster) as database:
        build(database, projects, seed=7, today=TODAY)
        yield database
