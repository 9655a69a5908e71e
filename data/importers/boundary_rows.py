"""What a boundary reader returns: areas, lines and their source, as plain rows without a database.

Geometries are shapely objects in EPSG:4326, degrees, longitude first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from projects.errors import BadValue

Level = Literal["nation", "province", "prefecture", "county"]
Report = Callable[[str], None]
Geometry = Any

LEVELS: Final[tuple[Level, ...]] = ("nation", "province", "prefecture", "county")


class BoundaryError(BadValue):
    """A boundary source cannot be used; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class AreaRow:
    """One unit: ``(code, level)`` is the key; geometries are MultiPolygons, EPSG:4326, label a Point inside.

    ``stand_in`` marks a unit of another level that fills a place here: 东莞 (a prefecture) among the
    counties, 仙桃 (a county) or 重庆 (a province) among the prefectures. ``display`` (250 m) and ``overview``
    (2 km) are simplified copies whose edges neighbours and levels share.
    """

    code: str
    level: Level
    name: str
    parent_code: str | None
    stand_in: bool
    geom: Geometry
    display: Geometry
    overview: Geometry
    label: Geometry
    area_km2: float


@dataclass(frozen=True)
class LineRow:
    """A line that belongs on every map of its kind: MultiLineString, EPSG:4326."""

    kind: Literal["maritime"]
    geom: Geometry


@dataclass(frozen=True)
class BoundarySource:
    """Where boundaries come from: ``datum`` is what the source held before conversion."""

    name: str
    version: str
    datum: str
    vintage: str
    credit: str


@dataclass(frozen=True)
class BoundarySet:
    """Boundaries ready to store, with what had to be mended on the way (one sentence each)."""

    areas: tuple[AreaRow, ...]
    lines: tuple[LineRow, ...]
    source: BoundarySource
    notes: tuple[str, ...] = ()

    def at(self, level: Level) -> tuple[AreaRow, ...]:
        """Return the rows of one level in order of code."""
        return tuple(row for row in self.areas if row.level == level)


@dataclass(frozen=True)
class Unit:
    """A unit before its copies are drawn: a county with its polygon, or an upper unit (``geom`` None)."""

    code: str
    level: Level
    name: str
    parent_code: str | None
    geom: Geometry = None
    path: str = ""


def quiet(_line: str) -> None:
    """Report nothing."""


def is_stand_in(code: str, level: Level) -> bool:
    """Tell whether a code of another level stands here (441900 as county, 429004 as prefecture)."""
    if level == "county":
        return code.endswith("00")
    return level == "prefecture" and (code.endswith("0000") or not code.endswith("00"))
