"""What a geocoding run asks the database about areas, with the rights of the account it runs for."""

from typing import Final

from sqlalchemy import text

from data.database import Database
from projects.filing.desk import Held


class PostgisGround:
    """``data.geocoders.run.Ground`` over the area tables."""

    def __init__(self, database: Database, token: str) -> None:
        self._database, self._token = database, token
        self._names: dict[str, tuple[str, ...]] = {}

    def regions(self, held: Held) -> tuple[str, ...]:
        """Return province, prefecture and county by name, as far as the record or its owner unit says."""
        code = str(held.document.get("county_code") or held.owner_unit_id)
        if code not in self._names:
            with self._database.reading(self._token) as connection:
                names = connection.scalars(_REGIONS, {"code": code}).all()
            self._names[code] = tuple(dict.fromkeys(str(name) for name in names if name))
        return self._names[code]

    def county_at(self, lonlat: tuple[float, float]) -> str | None:
        """Return the county whose polygon holds a WGS84 position; on a shared line the lowest code."""
        with self._database.reading(self._token) as connection:
            code = connection.scalar(_COUNTY_AT, {"lon": lonlat[0], "lat": lonlat[1]})
        return None if code is None else str(code)

    def pending(self, unit_id: str) -> frozenset[str]:
        """Return the unit's records with a change of their primary place in the queue."""
        with self._database.reading(self._token) as connection:
            return frozenset(str(key) for key in connection.scalars(_PENDING, {"unit": unit_id}))


# Codes of the boundary set name their parents; a municipality stands at two levels under one name.
_REGIONS: Final = text(
    "SELECT area.name FROM owner_unit unit JOIN LATERAL (VALUES (unit.province_code, 'province', 1),"
    " (unit.prefecture_code, 'prefecture', 2), (unit.area_code, 'county', 3)) AS wanted (code, level, turn)"
    " ON true JOIN area ON area.code = wanted.code AND area.level = wanted.level"
    " WHERE unit.id = :code ORDER BY turn"
)
_COUNTY_AT: Final = text("SELECT county_at(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))")
_PENDING: Final = text(
    "SELECT DISTINCT entry.project_id FROM change_set filed JOIN change_entry entry"
    " ON entry.change_set_id = filed.id JOIN change ON change.entry_id = entry.id"
    " JOIN project ON project.id = entry.project_id"
    " WHERE filed.state = 'submitted' AND change.path = 'place/0' AND change.decision IS NULL"
    " AND project.owner_unit_id = :unit"
)
