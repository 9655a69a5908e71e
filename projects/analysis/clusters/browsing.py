"""Placed records for looking around: hexagons with counts and known investment, points of a heat surface.

Both are pictures and test nothing; another size of cell shows another picture.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from gis.errors import BadInput
from gis.hexagons import hexagons, polygons
from projects.analysis.clusters.density import Money, leading, money_of, rows_at
from projects.analysis.given import Given
from projects.analysis.inputs import IntArray, Placed
from projects.filters import ParamIssue

SIZES: Final = (3, 4, 5, 6, 7, 8)
COARSE: Final = 5
"""Up to this resolution a cell is wider than ten km, so that a township's reference point may stand in it."""
COUNT_BREAKS: Final = (2, 5, 10, 20)
MONEY_BREAKS: Final = (1_000, 10_000, 50_000, 200_000)
"""万元."""


class Sight(StrEnum):
    """How the records are drawn."""

    HEXAGONS = "hexagons"
    HEAT = "heat"


class Amount(StrEnum):
    """What is added up."""

    RECORDS = "records"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Browse:
    """How the records are drawn, the size of the cells (h3 resolution), what is added up."""

    sight: Sight = Sight.HEXAGONS
    resolution: int = 5
    amount: Amount = Amount.RECORDS

    @property
    def townships(self) -> bool:
        """Whether records known to the township only are shown too."""
        return self.resolution <= COARSE or self.sight is Sight.HEAT

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the link."""
        return {"sight": str(self.sight), "res": str(self.resolution), "sum": str(self.amount)}


def read(given: Mapping[str, str]) -> tuple[Browse, list[ParamIssue]]:
    """Return the settings of a link, and what of it could not be used."""
    reader = Given(given)
    found = Browse(
        Sight(reader.one_of("sight", tuple(Sight), Sight.HEXAGONS)),
        reader.whole("res", "5", SIZES[0], SIZES[-1]),
        Amount(reader.one_of("sum", tuple(Amount), Amount.RECORDS)),
    )
    return found, reader.issues


@dataclass(frozen=True, slots=True)
class Cell:
    """One hexagon with records."""

    id: str
    polygon: Mapping[str, Any]
    """GeoJSON."""
    ids: tuple[str, ...]
    money: Money
    leading: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """The records that are drawn, by row of ``Placed``, in the order of their ids, and their cells."""

    settings: Browse
    rows: tuple[int, ...]
    cells: tuple[Cell, ...]
    money: Money


def look(placed: Placed, settings: Browse) -> Seen:
    """Return what is drawn; raises BadInput ``no_places`` when no record has a place that may be shown."""
    rows = rows_at(placed, settings.townships)
    if not len(rows):
        raise BadInput(
            f"none of {placed.matched} records has a place: place some of them first",
            code="no_places",
            matched=placed.matched,
        )
    cells = _cells(placed, rows, settings.resolution) if settings.sight is Sight.HEXAGONS else ()
    listed = tuple(rows.tolist())
    return Seen(settings, listed, cells, money_of(placed.investment[row] for row in listed))


def classed(value: float, breaks: tuple[int, ...]) -> int:
    """Return the class of a number: 0 below the first limit.

    >>> classed(1, COUNT_BREAKS), classed(2, COUNT_BREAKS), classed(99, COUNT_BREAKS)
    (0, 1, 4)
    """
    return sum(value >= limit for limit in breaks)


def _cells(placed: Placed, rows: IntArray, resolution: int) -> tuple[Cell, ...]:
    """Gather records by cell; money is added up exactly, not by the cells' own sums."""
    found = hexagons(placed.lonlat[rows], resolution)
    members: list[list[int]] = [[] for _ in found.cells]
    for row, cell in zip(rows.tolist(), found.of_point.tolist(), strict=True):
        members[cell].append(row)
    return tuple(
        Cell(
            id=key,
            polygon=polygon,
            ids=tuple(placed.ids[row] for row in held),
            money=money_of(placed.investment[row] for row in held),
            leading=leading(Counter(placed.category[row] for row in held)),
        )
        for key, polygon, held in zip(found.cells, polygons(found.cells), members, strict=True)
    )
