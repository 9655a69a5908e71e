"""Everything of a practice database that is real: schema, boundaries, census, units, tasks and targets."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from data import migrate, setup
from data.database import Database
from data.demo.build import mark
from data.importers.library import LibraryTables, read_library
from data.store import library_load, loaded, owner_units

Report = Callable[[str], None]

VERSION: Final = "office:practice"
"""Under this version the library counts as loaded: set-up never puts a real record here."""


def prepare(database: Database, seed: int, report: Report) -> None:
    """Bring an empty database to the schema, mark it and fill in all but the records of the library."""
    report(f"schema: {migrate.upgrade(database.owner)}")
    with database.owning() as connection:
        mark(connection, seed)
        # Before the rest of set-up, which computes the targets that are loaded here.
        library_load.load(connection, without_records(read_library()), setup.gazetteer())
        loaded.mark(connection, "library", VERSION, {})
    setup.initialise(database, report)
    with database.owning() as connection:
        owner_units.refresh(connection)


def without_records(tables: LibraryTables) -> LibraryTables:
    """Return the reference tables without projects and what belongs to them.

    Documents, tasks, units, zones and targets stay.
    """
    return replace(tables, projects=[], mentions=[], aliases=[], places=[])
