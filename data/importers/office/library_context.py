"""What checking a file must know, read from the library with the rights of one session."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import shapely
from sqlalchemy import Connection, text

from data.database import Database
from data.importers.office.context import CheckContext
from data.store import areas
from gis.gazetteer import TownshipPoint
from projects.codes import Level
from projects.identity import OwnerUnit


def context_of(database: Database, token: str, unit: OwnerUnit, datum: str) -> CheckContext:
    """Return the names and shapes to check a file of one unit against.

    ``datum`` is what whoever uploads says the coordinates are in, for a file that does not say; empty for
    unknown.
    """
    with database.reading(token) as connection:
        names = [area for level in _LEVELS for area in areas.areas(connection, level)]
        allowed = frozenset(connection.scalars(_INSIDE, {"area": unit.area_code}))
        return CheckContext.of_areas(
            names,
            areas.zones(connection),
            townships=[TownshipPoint(*row) for row in connection.execute(_TOWNSHIPS)],
            units={row.id: row.name for row in connection.execute(_UNITS)},
            county_shape=_shapes(database, token),
            allowed_counties=allowed,
            datum=datum,
        )


def _shapes(database: Database, token: str) -> Callable[[str], Any]:
    """Return a look-up of county polygons (WGS84) that reads each county once, when it is first asked for."""

    @cache
    def shape(code: str) -> Any:
        with database.reading(token) as connection:
            return county_shape(connection, code)

    return shape


def county_shape(connection: Connection, code: str) -> Any:
    """Return the polygon of a county (WGS84), None where none is known."""
    found = connection.execute(_SHAPE, {"code": code}).scalar()
    return shapely.from_wkb(bytes(found)) if found is not None else None


_LEVELS: Final = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)
_INSIDE: Final = text(
    "SELECT code FROM area WHERE level = 'county'"
    " AND (code = :area OR prefecture_code = :area OR province_code = :area)"
)
_TOWNSHIPS: Final = text(
    "SELECT code, name, county_code, ST_X(point), ST_Y(point), point_source FROM township ORDER BY code"
)
_UNITS: Final = text("SELECT id, name FROM owner_unit ORDER BY id")
_SHAPE: Final = text("SELECT ST_AsBinary(geom) FROM area WHERE code = :code AND level = 'county'")
