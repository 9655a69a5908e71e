"""Storing the registry of indicators, the recipes of the targets and the zones of the census."""

from sqlalchemy import Connection, text

from data.importers.indicators import IndicatorTables
from data.importers.tables import Row
from data.store.library_load import upsert


def load(connection: Connection, tables: IndicatorTables) -> dict[str, int]:
    """Store all rows and return the counts stored; an indicator with reports stays though it is taken out.

    The library must be loaded: a recipe belongs to a target, a census zone to a functional zone.
    """
    connection.execute(text("DELETE FROM target_recipe"))
    connection.execute(text("DELETE FROM census_zone"))
    connection.execute(
        text(
            "DELETE FROM indicator WHERE code <> ALL (:kept)"
            " AND NOT EXISTS (SELECT FROM indicator_report WHERE indicator = indicator.code)"
        ),
        {"kept": [row["code"] for row in tables.indicators]},
    )
    upsert(connection, "indicator", "code", map(_placed, enumerate(tables.indicators)))
    upsert(connection, "target_recipe", "target_id", (dict(row) for row in tables.recipes))
    upsert(connection, "census_zone", "code", (dict(row) for row in tables.zones))
    connection.execute(text("ANALYZE indicator, target_recipe, census_zone"))
    return {"indicators": len(tables.indicators), "recipes": len(tables.recipes)}


def _placed(numbered: tuple[int, Row]) -> dict[str, object]:
    position, row = numbered
    return {"position": position, **row}
