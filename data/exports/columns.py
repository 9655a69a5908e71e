"""Published fields as typed columns, for the map files that know types (GeoPackage, Shapefile)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from projects.feature import NAMES
from projects.summary import Summary
from projects.values import joined

WHOLE: Final = frozenset({"precision", "as_of_year", "beds", "jobs"})
NUMBERS: Final = frozenset(
    {
        "quantity",
        "capital_sought_wan",
        "total_investment_wan",
        "floor_area_m2",
        "land_mu",
        "land_quota_mu",
        "annual_output_wan",
    }
)
YES_NO: Final = frozenset({"near_county_line"})


DATUM: Final = "datum"
"""Column that says what the coordinates of this very file are in, so that nobody has to assume it."""


@dataclass(slots=True)
class Columns:
    """A batch of records by column: values, which of them are unknown, and the geometries as WKB."""

    values: list[Any]
    unknown: list[Any]
    geometry: Any


@dataclass(slots=True)
class Rounded:
    """Amounts that a double does not hold to the last digit: record, field and the exact amount."""

    amounts: list[tuple[str, str, Decimal]] = field(default_factory=list)

    def watch(self, record: Summary) -> None:
        """Note the amounts of a record that would lose a digit."""
        for name in NUMBERS:
            value = getattr(record, name)
            if isinstance(value, Decimal) and Decimal(repr(float(value))) != value:
                self.amounts.append((record.id, name, value))


def columns(records: Sequence[Summary]) -> Columns:
    """Return records by column in print order, then the datum of the geometry written here.

    A list is one text, unknown is masked, never 0.
    """
    import numpy as np  # takes longer to import than most exports take
    import shapely

    values, unknown = [], []
    for name in NAMES:
        found = [getattr(record, name) for record in records]
        values.append(_column(name, found))
        unknown.append(np.array([value in (None, ()) for value in found], dtype=bool))
    values.append(np.array(["WGS84" if record.geometry else None for record in records], dtype=object))
    unknown.append(np.array([record.geometry is None for record in records], dtype=bool))
    shapes = shapely.from_geojson([record.geometry for record in records])
    return Columns(values, unknown, shapely.to_wkb(shapes))


def _column(name: str, found: list[Any]) -> Any:
    """Return one column as an array of its type."""
    import numpy as np

    if name in YES_NO:
        return np.array(found, dtype=bool)
    if name in WHOLE:
        return np.array([value or 0 for value in found], dtype=np.int64)
    if name in NUMBERS:
        return np.array(
            [float("nan") if value is None else float(value) for value in found], dtype=np.float64
        )
    return np.array([as_text(value) for value in found], dtype=object)


def as_text(value: Any) -> str | None:
    """Return a value as text, None for an unknown one or an empty list."""
    if isinstance(value, tuple):
        return joined(value) or None
    return None if value is None else str(value)


def kind_of(record: Summary) -> str:
    """Return the geometry type of a record, empty for none.

    >>> kind_of(Summary._make(["x"] * len(NAMES) + ['{"type":"Point","coordinates":[113.5,24.8]}']))
    'Point'
    """
    return record.geometry.partition('"type":"')[2].partition('"')[0] if record.geometry else ""
