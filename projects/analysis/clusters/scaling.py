"""The same indicator by county and by hexagon: what is an answer about places, and what about their borders.

Indicator: records of precision 1–2 per 1,000 km², in fixed classes. A county and the hexagons inside it hold
the same records, so where their classes differ the size of the area made the difference (the modifiable areal
unit problem; Openshaw 1984). Townships have no boundaries here and are not compared.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from gis.errors import BadInput
from gis.geodesy import EARTH_RADIUS_M
from gis.hexagons import fill, hexagons, polygons
from projects.analysis.clusters.density import rows_at
from projects.analysis.given import Given
from projects.analysis.inputs import Areas, FloatArray, IntArray, Placed
from projects.analysis.universe import Among
from projects.filters import ParamIssue

SIZES: Final = (3, 4, 5, 6)
BREAKS: Final = (1.0, 5.0, 20.0)
"""Records per 1,000 km²; none is a class of its own below these."""
PER_KM2: Final = 1_000.0


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of the hexagons (h3 resolution), and which counties."""

    resolution: int = 5
    among: Among = Among.PLANS

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the link."""
        return {"cell": str(self.resolution), "among": str(self.among)}


def read(given: Mapping[str, str]) -> tuple[Scale, list[ParamIssue]]:
    """Return the settings of a link, and what of it could not be used."""
    reader = Given(given)
    resolution = reader.whole("cell", "5", SIZES[0], SIZES[-1])
    return Scale(resolution, Among(reader.one_of("among", tuple(Among), Among.PLANS))), reader.issues


@dataclass(frozen=True, slots=True)
class Hexagon:
    """One cell whose centre lies in a county."""

    id: str
    county: str
    records: int
    density: float
    """Per 1,000 km²."""
    of_class: int
    polygon: Mapping[str, Any]
    """GeoJSON."""


@dataclass(frozen=True, slots=True)
class CountyScale:
    """One county and the classes of its hexagons (class → hexagons)."""

    code: str
    name: str
    records: int
    km2: float
    density: float
    of_class: int
    cells: Mapping[int, int]

    @property
    def usual(self) -> int | None:
        """The class of most of its hexagons, the lower one of equal ones; None when none lies in it."""
        if not self.cells:
            return None
        return min(self.cells, key=lambda one: (-self.cells[one], one))

    @property
    def changes(self) -> bool:
        """Whether most of its hexagons are in another class than the county."""
        return self.usual is not None and self.usual != self.of_class


@dataclass(frozen=True, slots=True)
class Scaled:
    """Counties in code order and their hexagons; ``records`` lie in these counties, ``outside`` do not."""

    settings: Scale
    counties: tuple[CountyScale, ...]
    cells: tuple[Hexagon, ...]
    records: int
    outside: int

    @property
    def changed(self) -> tuple[CountyScale, ...]:
        """The counties whose class changes with the unit."""
        return tuple(one for one in self.counties if one.changes)


def scale(placed: Placed, areas: Areas, settings: Scale) -> Scaled:
    """Return both sizes of area with the class of each.

    Raises BadInput ``no_counties`` without any county inside, ``no_places`` when no record has a place there,
    ``too_many_cells`` for hexagons too small for the area.
    """
    if not areas.inside.any():
        raise BadInput("no county here may be judged: nobody loaded a plan about it", code="no_counties")
    rows = rows_at(placed, False)
    by_county = Counter(placed.county[row] for row in rows.tolist())
    inside = [row for row in range(len(areas.codes)) if areas.inside[row]]
    counted = {areas.codes[row]: by_county[areas.codes[row]] for row in inside}
    if not sum(counted.values()):
        raise BadInput(
            f"none of {placed.matched} records has a place there: place some of them first",
            code="no_places",
            matched=placed.matched,
        )
    by_cell = _by_cell(placed, rows, settings.resolution)
    cells = tuple(
        cell
        for row in inside
        for cell in _cells(areas.codes[row], areas.polygons[row], by_cell, settings.resolution)
    )
    counties = tuple(_county(areas, row, counted[areas.codes[row]], cells) for row in inside)
    records = sum(counted.values())
    return Scaled(settings, counties, cells, records, len(rows) - records)


def density_class(density: float) -> int:
    """Return the class of a density: 0 none, 1 below 1, 2 to 5, 3 to 20, 4 more.

    >>> [density_class(value) for value in (0, 0.5, 1, 5, 20)]
    [0, 1, 2, 3, 4]
    """
    return 0 if density == 0 else 1 + sum(density >= limit for limit in BREAKS)


def km2(geometry: Any) -> float:
    """Return the area of a polygon (WGS84 degrees) in the cylindrical equal-area projection, in km².

    >>> round(km2(shapely.box(0, 0, 1, 1)))
    12364
    """
    flat = shapely.transform(geometry, _equal_area)
    return float(shapely.area(flat)) / 1e6


def _equal_area(lonlat: FloatArray) -> FloatArray:
    radians = np.radians(lonlat)
    return np.asarray(EARTH_RADIUS_M * np.column_stack((radians[:, 0], np.sin(radians[:, 1]))))


def _by_cell(placed: Placed, rows: IntArray, resolution: int) -> Mapping[str, int]:
    found = hexagons(placed.lonlat[rows], resolution)
    return dict(zip(found.cells, found.counts.tolist(), strict=True))


def _cells(code: str, area: Any, counts: Mapping[str, int], resolution: int) -> list[Hexagon]:
    """Return the hexagons whose centre lies in a county, the empty ones too."""
    keys = fill(area, resolution).cells
    found = []
    for key, polygon in zip(keys, polygons(keys), strict=True):
        records = counts.get(key, 0)
        density = records / km2(shapely.geometry.shape(polygon)) * PER_KM2
        found.append(Hexagon(key, code, records, density, density_class(density), polygon))
    return found


def _county(areas: Areas, row: int, records: int, cells: tuple[Hexagon, ...]) -> CountyScale:
    code, size = areas.codes[row], km2(areas.polygons[row])
    density = records / size * PER_KM2
    own = Counter(cell.of_class for cell in cells if cell.county == code)
    return CountyScale(
        code, areas.names[row], records, size, density, density_class(density), dict(sorted(own.items()))
    )
