"""Creating and filling a database: migrations, boundaries, gazetteer, library — each once per version."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, text

from data import migrate
from data.database import Database
from data.importers.boundaries import BoundarySource, package_source, read_package
from data.importers.gazetteer import read_census, read_townships, read_villages
from data.importers.indicators import read_indicators
from data.importers.library import read_library
from data.importers.tables import REFERENCE, fingerprint
from data.store import boundaries, gazetteer_load, library_load, loaded
from data.store.targets import load as targets_load
from gis.gazetteer import Gazetteer, TownshipPoint

Report = Callable[[str], None]
RULES: Final = "1"
"""Raised when the loading rules change, so that unchanged tables are loaded again."""


def initialise(database: Database, report: Report) -> None:
    """Bring a database to the present schema and fill what is missing or out of date.

    Quick when nothing is.
    """
    report(f"schema: {migrate.upgrade(database.owner)}")
    for part, version, fill in (
        ("boundaries", boundary_version(), _fill_boundaries),
        ("gazetteer", f"{RULES}-{fingerprint(REFERENCE)}", _fill_gazetteer),
        ("library", f"{RULES}-{fingerprint(REFERENCE)}", _fill_library),
        ("indicators", f"{RULES}-{fingerprint(REFERENCE)}", _fill_indicators),
    ):
        _fill(database, part, version, fill, report)


def _fill(
    database: Database,
    part: str,
    version: str,
    fill: Callable[[Connection, Report], dict[str, int]],
    report: Report,
) -> None:
    """Run one filling step in a transaction of its own, unless this version, or an office's own, is there."""
    with database.owning() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": migrate.LOCK})
        present = loaded.version_of(connection, part)
        if present == version or present.startswith("office:"):
            report(f"{part}: present ({present})")
            return
        counts = fill(connection, report)
        loaded.mark(connection, part, version, counts)
    report(f"{part}: " + ", ".join(f"{n} {what}" for what, n in counts.items()))


def boundary_version() -> str:
    """Return the version under which the package's boundaries are marked as loaded."""
    source = package_source()
    return f"{RULES}-{source.name}-{source.version}"


def store_source(connection: Connection, source: BoundarySource, kind: str = "package") -> str:
    """Store where boundaries come from (``package`` or ``office``) and return the id of that source."""
    key = f"boundaries-{source.name[:80]}-{source.version}"
    connection.execute(
        text(
            "INSERT INTO source (id, kind, title, attribution, note)"
            " VALUES (:id, :kind, :title, :credit, :note)"
            " ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, title = excluded.title,"
            " attribution = excluded.attribution, note = excluded.note"
        ),
        {
            "id": key,
            "kind": kind,
            "title": f"{source.name} {source.version}",
            "credit": source.credit,
            "note": "; ".join(filter(None, [source.vintage, f"{source.datum} → WGS84"])),
        },
    )
    return key


def _fill_boundaries(connection: Connection, report: Report) -> dict[str, int]:
    found = read_package(report)
    report("boundaries: storing")
    key = store_source(connection, found.source)
    moved = boundaries.replace_all(connection, found, key)
    return {"areas": len(found.areas), "records_moved": len(moved)}


def _fill_gazetteer(connection: Connection, report: Report) -> dict[str, int]:
    report("gazetteer: townships, villages, census")
    return gazetteer_load.load(connection, read_townships(), read_villages(), read_census())


def _fill_library(connection: Connection, report: Report) -> dict[str, int]:
    report("library: five documents")
    return library_load.load(connection, read_library(), gazetteer())


def _fill_indicators(connection: Connection, report: Report) -> dict[str, int]:
    report("indicators: registry and how each target is measured")
    return targets_load.load(connection, read_indicators())


def gazetteer() -> Gazetteer:
    """Return the offline gazetteer of the committed tables; a township goes by its boundary code."""
    return Gazetteer(
        TownshipPoint(t.code, t.name, t.boundary_code or t.county_code, t.lon, t.lat, t.point_source)
        for t in read_townships()
    )
