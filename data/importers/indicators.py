"""The registry of indicators and the recipes of the targets, as they stand in the reference tables."""

from dataclasses import dataclass
from pathlib import Path

from data.importers.tables import REFERENCE, Row, read
from projects.errors import BadValue


@dataclass(frozen=True, slots=True)
class IndicatorTables:
    """All rows of the registry, of the recipes, and of the census zones."""

    indicators: list[Row]
    recipes: list[Row]
    zones: list[Row]


def read_indicators(folder: Path = REFERENCE) -> IndicatorTables:
    """Read the three tables; raises ``BadValue`` for a recipe of an indicator that is not there."""
    tables = IndicatorTables(
        read(folder / "indicators.csv"),
        read(folder / "target_recipes.csv"),
        read(folder / "census_zones.csv"),
    )
    codes = [row["code"] for row in tables.indicators]
    named = {row[column] for row in tables.recipes for column in ("indicator", "base") if row[column]}
    for what, loose in (
        ("indicator", sorted(map(str, named - set(codes)))),
        ("code", sorted({str(code) for code in codes if codes.count(code) > 1})),
    ):
        if loose:
            raise BadValue(f"{what} {loose[:5]}: the registry of indicators must define it exactly once")
    return tables
