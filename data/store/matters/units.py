"""Owner units to choose from: by any of their names, and those that a session may speak for."""

from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.filtering import like
from projects.matters.model import UnitName


def search(connection: Connection, words: str, within: str, limit: int) -> tuple[UnitName, ...]:
    """Return units of today by a part of a name, a former one or an abbreviation included.

    The area ``within`` comes first, then the counties and zones below it, its departments, those below and
    right above it; among equals whole names, then short ones. ``was`` is the name that was found where it is
    not the name of today.
    """
    plain = words.replace("\0", "").strip()
    found = connection.execute(
        _SEARCH, {"words": like(plain), "whole": plain.lower(), "within": within, "limit": limit}
    )
    return tuple(UnitName(row.id, row.name, row.was) for row in found)


_SEARCH: Final = text("""
    WITH called AS (
        SELECT id, name AS called FROM owner_unit WHERE lower(name) LIKE :words
        UNION ALL SELECT unit_id, alias FROM unit_alias WHERE lower(alias) LIKE :words),
    today AS (
        SELECT DISTINCT ON (own.id) own.*,
               CASE WHEN called.called = own.name THEN '' ELSE called.called END AS was
          FROM called JOIN owner_unit own ON own.id = current_unit(called.id)
         ORDER BY own.id, called.called <> own.name, lower(called.called) <> :whole, called.called),
    home AS (SELECT id, area_code, prefecture_code, province_code FROM owner_unit WHERE id = :within)
    SELECT today.id, today.name, today.was FROM today LEFT JOIN home ON true
     WHERE NOT EXISTS (SELECT FROM unit WHERE unit.id = today.id AND unit.valid_to <= current_date)
     ORDER BY CASE WHEN today.id = home.id THEN 0
                   WHEN today.kind <> 'department'
                        AND home.id IN (today.prefecture_code, today.province_code) THEN 1
                   WHEN today.area_code = home.area_code THEN 2
                   WHEN home.id IN (today.prefecture_code, today.province_code)
                        OR today.area_code IN (home.prefecture_code, home.province_code) THEN 3
                   ELSE 4 END,
              :whole NOT IN (lower(today.name), lower(today.was)), length(today.name), today.id
     LIMIT :limit""")


def raising(connection: Connection) -> tuple[UnitName, ...]:
    """Return the units that a session may raise matters and call meetings for, larger areas first."""
    rows: Any = connection.execute(_RAISING)
    return tuple(UnitName(row.id, row.name) for row in rows)


_RAISING: Final = text("""
    SELECT own.id, own.name FROM owner_unit own
     WHERE ((SELECT writes_everything()) OR own.id = ANY ((SELECT fileable_units())::text[]))
       AND NOT EXISTS (SELECT FROM unit WHERE unit.id = own.id
                          AND (unit.successor_id IS NOT NULL OR unit.valid_to <= current_date))
     ORDER BY array_position(ARRAY['province', 'prefecture', 'department', 'zone', 'county'], own.kind),
              own.id""")
