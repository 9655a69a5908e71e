"""Loading in bulk: rows by COPY, triggers and indexes put aside, everything derived in sets at the end.

All of it happens in the caller's transaction: whoever looks meanwhile sees the empty library, and a load
that is cut off leaves it empty, with every trigger and index in its place.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, text

from data.synth.land import FloatArray, Land, codes, maybe_near
from gis.join import UNMATCHED, assign
from projects.errors import BadValue, StorageUnavailable

Row = Sequence[Any]
Indexes = dict[str, list[str]]

_DERIVED: Final = ("facets_insert", "history_insert", "refuse_practice_values")
DERIVING: Final = {
    "project": (*_DERIVED, "record_before_write"),
    "project_place": (*_DERIVED, "place_before_write"),
    "project_party": ("facets_insert", "history_insert"),
    "finance_line": _DERIVED,
    "milestone": _DERIVED,
    "approval_step": ("history_insert",),
}
"""Triggers that are put aside. What they derive is derived in one go; such a load leaves no history; that the
database is one of practice is asked once instead of row by row; who writes is the owner, whom
``record_before_write`` lets pass."""

INDEXED: Final = ("project", "project_place", "project_facet")
"""Tables whose plain indexes are made after the rows; keys and uniqueness hold all the while."""


@contextmanager
def quiet(connection: Connection) -> Iterator[None]:
    """Load without triggers that work row by row and without plain indexes; both are there afterwards.

    Raises ``BadValue`` in a database that does not say of itself that it is one of practice.
    """
    definitions = aside(connection)
    yield
    derive(connection, definitions)


def aside(connection: Connection) -> Indexes:
    """Put triggers and plain indexes aside, and return table → the statements that make its indexes again."""
    if not connection.scalar(text("SELECT is_practice()")):
        raise BadValue("synthetic records go into a database marked as one of practice, and into no other")
    _switch(connection, "DISABLE")
    connection.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
    found: Indexes = {table: [] for table in INDEXED}
    for table, name, definition in connection.execute(_INDEXES, {"tables": list(INDEXED)}).all():
        found[table].append(definition)
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    return found


def derive(connection: Connection, definitions: Indexes) -> None:
    """Make the indexes and whatever is derived from the rows; everything works as before afterwards."""
    _switch(connection, "ENABLE")
    make(connection, definitions["project"] + definitions["project_place"])
    connection.execute(text(f"ANALYZE {', '.join(DERIVING)}"))
    connection.execute(text("SELECT refresh_facets()"))
    make(connection, definitions["project_facet"])
    connection.execute(text("ANALYZE project_facet"))


def make(connection: Connection, definitions: Sequence[str]) -> None:
    """Make indexes by their statements."""
    for definition in definitions:
        connection.exec_driver_sql(definition)


def _switch(connection: Connection, how: str) -> None:
    for table, names in DERIVING.items():
        for name in names:
            connection.execute(text(f"ALTER TABLE {table} {how} TRIGGER {name}"))


_INDEXES: Final = text(
    "SELECT tablename, indexname, indexdef FROM pg_indexes"
    " WHERE schemaname = current_schema() AND tablename = ANY (:tables)"
    " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid ="
    "   (quote_ident(schemaname) || '.' || quote_ident(indexname))::regclass) ORDER BY 1, 2"
)


def copy(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Append rows with COPY as they come; none of them is kept in memory."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise StorageUnavailable("the connection to the database has been closed")
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as sink:
        for row in rows:
            sink.write_row(row)


def counties_of(
    connection: Connection, land: Land, points: FloatArray
) -> tuple[list[str | None], list[bool]]:
    """Return the county code of each point, and whether another county is within 500 m.

    The same answers as the trigger ``place_before_write`` gives row by row: the lowest code on a shared line,
    by ``gis.join``; the distance by the database itself, asked only where it is not plainly larger.
    """
    found = assign(points, land.polygons)
    named = codes(land, found)
    near = np.zeros(len(points), dtype=bool)
    inside = np.flatnonzero(found != UNMATCHED)
    asked = inside[maybe_near(land, points[inside], found[inside])]
    near[asked] = _asked(connection, points[asked], [named[index] for index in asked])
    return named, near.tolist()


def _asked(connection: Connection, points: FloatArray, owners: Sequence[str | None]) -> Any:
    rows = connection.execute(
        text(
            "SELECT near_county_line(ST_SetSRID(ST_MakePoint(x, y), 4326), code)"
            " FROM unnest(CAST(:x AS float[]), CAST(:y AS float[]), CAST(:codes AS text[]))"
            " WITH ORDINALITY AS asked (x, y, code, n) ORDER BY n"
        ),
        {"x": points[:, 0].tolist(), "y": points[:, 1].tolist(), "codes": list(owners)},
    )
    return np.fromiter((row[0] for row in rows), dtype=bool)


def point(lon: float, lat: float) -> str:
    """Return a point as COPY takes it."""
    return f"SRID=4326;POINT({lon!r} {lat!r})"


__all__ = ["aside", "copy", "counties_of", "derive", "make", "point", "quiet"]
