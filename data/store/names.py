"""Names of codes, read once per library version: areas, zones, units, documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Names:
    """Code → name; an unknown code names itself, an absent one stays unknown."""

    areas: Mapping[str, str]
    zones: Mapping[str, str]
    units: Mapping[str, str]
    documents: Mapping[str, str]
    version: str

    def area(self, code: str | None) -> str | None:
        """Return the name of an area code."""
        return self.areas.get(code, code) if code else None

    def zone(self, key: str | None) -> str | None:
        """Return the name of a functional zone."""
        return self.zones.get(key, key) if key else None

    def unit(self, key: str) -> str:
        """Return the standard name of a unit."""
        return self.units.get(key, key)

    def document(self, key: str) -> str:
        """Return the number of a document, or its title where it has none."""
        return self.documents.get(key, key)


_VERSION: Final = text("""
    SELECT concat_ws(' ',
        (SELECT string_agg(concat_ws(' ', part, version, to_char(loaded_at, 'YYYY-MM-DD HH24:MI:SS')), '; '
                           ORDER BY part) FROM loaded),
        (SELECT max(transaction_id) FROM edit_mark WHERE transaction_id < finished.line),
        (SELECT count(*) FROM edit_mark WHERE transaction_id >= finished.line))
      FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS line) AS finished""")
"""Loads, and edits: the last mark below which no transaction is open any more, and the number of marks above.

Marks never vanish, and none appears below that line, so that no two states share a version; and the marks are
never counted from the beginning.
"""


def version(connection: Connection) -> str:
    """Return a short mark of all that is loaded and edited; it changes with every load and every edit."""
    return str(connection.scalar(_VERSION) or "")


def read(connection: Connection) -> Names:
    """Read all names; at county level a city without counties carries its prefecture's name."""

    def pairs(query: str) -> dict[str, str]:
        return {row[0]: row[1] for row in connection.execute(text(query))}

    return Names(
        areas=pairs(
            "SELECT code, name FROM area ORDER BY array_position("
            "ARRAY['nation', 'province', 'prefecture', 'county'], level)"
        ),
        zones=pairs("SELECT id, name FROM zone"),
        units=pairs("SELECT id, name FROM unit"),
        documents=pairs("SELECT id, coalesce(number, title) FROM source WHERE kind = 'document'"),
        version=version(connection),
    )
