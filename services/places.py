"""Where a place may stand: the county it is declared in, its neighbours, and what is odd about a position.

Boundaries are read once per county and version of the data and shared by all sessions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import shapely

from gis.coordinates import check_county, check_lonlat, is_near_line
from gis.geodesy import distance_m
from gis.geojson import geometry_of
from layers.place_editor import Outline
from layers.scene import Bounds
from projects.codes import Level
from projects.intake.issues import IssueCode
from projects.ports import AreaName

_CORNERS_CHECKED: Final = 200
"""Corners of a line or area that are compared with the county; more than a person draws by hand."""


class Boundaries(Protocol):
    """What is needed of the library."""

    def version(self) -> str:
        """Return a mark that changes with the data."""
        ...

    def area(self, code: str) -> AreaName | None:
        """Return an area by code."""
        ...

    def polygons(
        self, level: Level, within: str | None = None, *, overview: bool = False
    ) -> list[dict[str, Any]]:
        """Return display polygons as rows of code, name and GeoJSON geometry text."""
        ...


@dataclass(frozen=True, slots=True)
class Ground:
    """The county of a place and the counties round it; both empty where no county is known."""

    county: Outline | None
    neighbours: tuple[Outline, ...]
    bounds: Bounds | None
    shape: Any
    """The county as a shapely polygon in WGS84, None without a county."""


NOWHERE: Final = Ground(None, (), None, None)


def _read(library: Boundaries, code: str) -> Ground:
    area = library.area(code) if code else None
    if area is None:
        return NOWHERE
    if area.level is not Level.COUNTY:
        rows = library.polygons(Level.COUNTY, area.code)
        return Ground(None, _outlines(rows), area.bounds, None)
    rows = library.polygons(Level.COUNTY, area.province_code or area.prefecture_code)
    own = next((row for row in rows if row["code"] == code), None)
    if own is None:
        return NOWHERE
    shapes = shapely.from_geojson([row["geometry"] for row in rows])
    shape = shapely.from_geojson(own["geometry"])
    near = [
        row for row, s in zip(rows, shapes, strict=True) if row is not own and shapely.intersects(s, shape)
    ]
    return Ground(Outline(area.name, own["geometry"]), _outlines(near), area.bounds, shape)


def _outlines(rows: Sequence[Mapping[str, Any]]) -> tuple[Outline, ...]:
    return tuple(Outline(row["name"], row["geometry"]) for row in rows)


def ground(library: Boundaries, code: str) -> Ground:
    """Return the ground under an area code: a county with its neighbours, or the counties of a prefecture."""
    key = (library.version(), code)
    if key not in _GROUNDS:
        if len(_GROUNDS) >= _MOST_KEPT:
            _GROUNDS.clear()
        _GROUNDS[key] = _read(library, code)
    return _GROUNDS[key]


_MOST_KEPT: Final = 64
_GROUNDS: Final[dict[tuple[str, str], Ground]] = {}
"""Boundaries are the same for everybody, so they are kept by version and code, not by session."""


def findings(geometry: Mapping[str, Any] | None, county: Any) -> tuple[IssueCode, ...]:
    """Return what is odd about a place (GeoJSON, WGS84) declared in a county polygon (None: not declared).

    Outside the country or swapped first; then outside the county, or near its line; then an area that crosses
    itself (``INVALID_NUMBER``).
    """
    shape = geometry_of(dict(geometry)) if geometry else None
    if shape is None:
        return ()
    corners = shapely.get_coordinates(shape)[:_CORNERS_CHECKED]
    wrong = [code for lon, lat in corners if (code := check_lonlat(lon, lat))]
    if wrong:
        return (IssueCode(wrong[0]),)
    found = [] if shapely.is_valid(shape) else [IssueCode.INVALID_NUMBER]
    return (*found, *(() if county is None else _in_county(shape, corners, county)))


def _in_county(shape: Any, corners: Any, county: Any) -> tuple[IssueCode, ...]:
    if shape.geom_type != "Point" and shapely.intersects(shape, county):
        return ()
    lon, lat = (float(v) for v in corners[0])
    outside = check_county(lon, lat, county)
    if outside:
        return (IssueCode(outside),)
    return (IssueCode.NEAR_COUNTY_LINE,) if is_near_line(lon, lat, county) else ()


def moved_m(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> float | None:
    """Return metres between two points; None unless both are points."""
    ends = [g["coordinates"][:2] for g in (before, after) if g and g.get("type") == "Point"]
    return float(np.round(distance_m(*ends), 1)) if len(ends) == 2 else None


def middle(geometry: Mapping[str, Any] | None) -> tuple[float, float] | None:
    """Return a position (lon, lat) that stands for a place: the point itself, or one on the line or area."""
    shape = geometry_of(dict(geometry)) if geometry else None
    if shape is None or shape.is_empty:
        return None
    point = shapely.point_on_surface(shape)
    return float(point.x), float(point.y)
