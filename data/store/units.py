"""Units by name: what the registry calls them, and new ones an office names for the first time."""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, text

from projects.names import normalised

_FIRMS: Final = ("公司", "集团", "厂", "企业", "合作社", "农场", "酒店", "中心（有限合伙）")


def known(connection: Connection, names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return name as given → id and standard name of the unit that answers for it today.

    Standard names and aliases count alike; width, case, spaces and punctuation do not matter. A name of a
    unit that was merged stands for its successor. Of several units with one name (市卫计局 in every city) the
    standard name goes before an alias, then a unit of the area of whoever is acting or above it, a unit that
    stands before one that was merged, then the lower id.
    """
    wanted = sorted(set(names))
    if not wanted:
        return {}
    registry = {normalised(row.called): (row.id, row.name) for row in connection.execute(_CALLED)}
    return {name: registry[normalised(name)] for name in wanted if normalised(name) in registry}


def former(connection: Connection, names: Iterable[str]) -> dict[str, str]:
    """Return name as given → standard name today, for names that a unit had before it was renamed or merged.

    What is only another way to write a name of today (市卫健局) is not among them.
    """
    wanted = sorted(set(names))
    if not wanted:
        return {}
    old = {normalised(row.called) for row in connection.execute(_FORMER)}
    today = known(connection, [name for name in wanted if normalised(name) in old])
    return {name: unit[1] for name, unit in today.items() if normalised(name) != normalised(unit[1])}


def standard(connection: Connection, names: Iterable[str]) -> dict[str, str]:
    """Return name as given → standard name, for those that the registry has."""
    return {name: unit[1] for name, unit in known(connection, names).items()}


def resolve(connection: Connection, names: Iterable[str]) -> Mapping[str, str]:
    """Return name → unit id; a name that the registry does not have becomes a unit of it."""
    wanted = sorted(set(names))
    found = {name: unit[0] for name, unit in known(connection, wanted).items()}
    missing = [name for name in wanted if name not in found]
    if missing:
        rows = connection.execute(
            text("SELECT name, id FROM adopt_units(CAST(:names AS text[]), CAST(:kinds AS text[]))"),
            {"names": missing, "kinds": [kind_of(name) for name in missing]},
        )
        found |= {row.name: row.id for row in rows}
    return found


def kind_of(name: str) -> str:
    """Return what sort of unit a name reads like.

    >>> kind_of("韶关市某某置业有限公司"), kind_of("仁化县人民医院")
    ('enterprise', 'institution')
    """
    return "enterprise" if any(word in name for word in _FIRMS) else "institution"


_CALLED: Final = text("""
WITH called AS (
    SELECT id, name AS called, 0 AS rank FROM unit
    UNION ALL SELECT unit_id, alias, 1 FROM unit_alias)
SELECT heir.id, heir.name, called.called FROM called JOIN unit ON unit.id = called.id
  JOIN unit heir ON heir.id = CASE WHEN unit.successor_id IS NULL THEN unit.id ELSE current_unit(unit.id) END
  LEFT JOIN who_am_i() AS me ON true
 ORDER BY called.rank DESC,
       coalesce(unit.area_code IN (me.unit_area_code, me.unit_prefecture_code, me.unit_province_code,
                                   me.scope_code), false),
       unit.successor_id IS NULL, called.id DESC""")

_FORMER: Final = text("""
SELECT old_name AS called FROM unit_change
UNION SELECT name FROM unit WHERE successor_id IS NOT NULL
UNION SELECT alias FROM unit_alias JOIN unit ON unit.id = unit_id WHERE successor_id IS NOT NULL""")
