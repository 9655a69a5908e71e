"""Units by name: what the registry calls them, and new ones an office names for the first time."""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, text

from projects.names import normalised

_FIRMS: Final = ("公司", "集团", "厂", "企业", "合作社", "农场", "酒店", "中心（有限合伙）")


def known(connection: Connection, names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return name as given → unit id and standard name, for those that the registry has.

    Standard names and aliases count alike; width, case, spaces and punctuation do not matter. Of two units
    with one name the standard name goes before an alias, then the lower id.
    """
    wanted = sorted(set(names))
    if not wanted:
        return {}
    rows = connection.execute(
        text(
            "SELECT id, name, name AS called, 0 AS rank FROM unit UNION ALL"
            " SELECT unit.id, unit.name, alias, 1 FROM unit_alias JOIN unit ON unit.id = unit_id"
            " ORDER BY rank DESC, id DESC"
        )
    )
    registry = {normalised(row.called): (row.id, row.name) for row in rows}
    return {name: registry[normalised(name)] for name in wanted if normalised(name) in registry}


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
