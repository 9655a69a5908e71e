"""Owner units: kept in step with areas, zones and departments; which of them a loaded record belongs to."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, text

OWNER_FIELDS = ("county_code", "zone_id", "prefecture_code", "province_code")
"""A record belongs to its county; while that is open, to its zone, prefecture or province."""


def refresh(connection: Connection) -> int:
    """Bring the owner units up to date, give every record without an owner its unit; return how many units.

    To be called after areas, zones or units have been loaded. Settings of a unit (``reviewed``) survive; a
    unit that is gone stays while a record, an account or a change set names it.
    """
    units = int(connection.scalar(text("SELECT refresh_owner_units()")) or 0)
    connection.execute(text("SELECT give_owners()"))
    return units


def ids(connection: Connection) -> frozenset[str]:
    """Return the ids of all owner units."""
    return frozenset(connection.scalars(text("SELECT id FROM owner_unit")))


def owner_of(record: Mapping[str, Any], known: Collection[str]) -> str | None:
    """Return the unit that a loaded record belongs to, None where no unit is known for any of its areas.

    >>> owner_of({"county_code": None, "zone_id": "sg-x", "prefecture_code": "440200"}, {"440200"})
    '440200'
    """
    named = (record.get(field) for field in OWNER_FIELDS)
    return next((unit for unit in named if unit in known), None)


def set_policy(connection: Connection, anonymous_reads: bool) -> None:
    """Say whether people who have not signed in read published records (``ANONYMOUS_READS``)."""
    connection.execute(
        text("UPDATE access_policy SET anonymous_reads = :reads WHERE anonymous_reads <> :reads"),
        {"reads": anonymous_reads},
    )


def review(connection: Connection, unit_id: str, reviewed: bool) -> bool:
    """Say whether a unit's changes wait for a reviewer; return whether there is such a unit."""
    done = connection.execute(
        text("UPDATE owner_unit SET reviewed = :reviewed WHERE id = :id"),
        {"reviewed": reviewed, "id": unit_id},
    )
    return done.rowcount > 0
