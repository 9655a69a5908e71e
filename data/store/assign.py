"""Giving many places their county at once: ``gis.join`` instead of one look-up per row, the same answer."""

from typing import Final

import numpy as np
import shapely
from sqlalchemy import Connection, text

from gis.join import UNMATCHED, assign

BULK: Final = 2_000
"""From so many points on the join over all polygons is quicker than a look-up for each."""


def assign_all(connection: Connection, bulk: int = BULK) -> int:
    """Give every place its county again and return how many places there are.

    Few points, lines and polygons go through the trigger, which asks the database for each; many points
    through ``gis.join.assign`` over the county polygons in order of code. Both give a point on a shared line
    to the lowest code. Triggers follow with facets and issues.
    """
    points = int(
        connection.scalar(text("SELECT count(*) FROM project_place WHERE GeometryType(geom) = 'POINT'")) or 0
    )
    if points < bulk:
        return connection.execute(text("UPDATE project_place SET geom = geom")).rowcount
    others = connection.execute(
        text("UPDATE project_place SET geom = geom WHERE GeometryType(geom) <> 'POINT'")
    ).rowcount
    _assign_points(connection)
    return points + others


def _assign_points(connection: Connection) -> None:
    """Join all points with all counties; store the codes past the trigger that looks each of them up."""
    rows = connection.execute(
        text("SELECT id, ST_X(geom), ST_Y(geom) FROM project_place WHERE GeometryType(geom) = 'POINT'")
    ).all()
    codes, polygons = counties(connection)
    found = assign(np.array([(x, y) for _, x, y in rows], dtype=float), polygons)
    named = [None if index == UNMATCHED else codes[index] for index in found]
    connection.execute(text("ALTER TABLE project_place DISABLE TRIGGER place_before_write"))
    connection.execute(
        text(
            "UPDATE project_place SET county_code = joined.code, county_codes ="
            " array_remove(ARRAY[joined.code], NULL), near_line = joined.code IS NOT NULL"
            " AND near_county_line(geom, joined.code)"
            " FROM unnest(CAST(:ids AS integer[]), CAST(:codes AS text[])) AS joined (id, code)"
            " WHERE project_place.id = joined.id"
        ),
        {"ids": [row[0] for row in rows], "codes": named},
    )
    connection.execute(text("ALTER TABLE project_place ENABLE TRIGGER place_before_write"))


def counties(connection: Connection) -> tuple[list[str], np.ndarray]:
    """Return the codes of all county-level units, ascending, and their polygons (WGS84, lon lat)."""
    rows = connection.execute(
        text("SELECT code, ST_AsBinary(geom) FROM area WHERE level = 'county' ORDER BY code")
    )
    listed = [(code, bytes(wkb)) for code, wkb in rows]
    return [code for code, _ in listed], shapely.from_wkb(np.array([wkb for _, wkb in listed], dtype=object))
