"""From records to marks: points, lines and polygons of the same geometry that is exported."""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

import shapely
import shapely.geometry

from layers.scene import LineMark, PointMark, ShapeMark
from projects.summary import Summary

POINT_TYPES: Final = ("Point", "MultiPoint")
SignOf = Callable[[Summary], str]
"""Which sign of the palette a record carries."""


def by_category(record: Summary) -> str:
    """Return the usual sign of a record: its category."""
    return record.category


def point_marks(record: Summary, sign_of: SignOf = by_category) -> Iterable[PointMark]:
    """Yield the marks of a record's points (WGS84, lon, lat)."""
    geometry = json.loads(record.geometry) if record.geometry else None
    if geometry is None or geometry["type"] not in POINT_TYPES:
        return
    single = geometry["type"] == "Point"
    for lon, lat in [geometry["coordinates"]] if single else geometry["coordinates"]:
        yield PointMark(
            id=record.id,
            lon=lon,
            lat=lat,
            category=sign_of(record),
            precision=record.precision,
            basis=record.place_basis or record.basis,
            name=record.name,
            stage=record.stage_words or "",
            area=record.township or record.county or "",
        )


def route_marks(record: Summary, sign_of: SignOf = by_category) -> Iterable[LineMark]:
    """Yield the marks of a record's lines."""
    for geometry in _parts(record, "LineString"):
        yield LineMark(
            record.id,
            "route",
            (tuple((x, y) for x, y in geometry.coords),),
            record.name,
            sign_of(record),
            record.place_basis or record.basis,
        )


def shape_marks(record: Summary, sign_of: SignOf = by_category) -> Iterable[ShapeMark]:
    """Yield the marks of a record's polygons."""
    for geometry in _parts(record, "Polygon"):
        yield ShapeMark(
            record.id,
            "project",
            shapely.geometry.mapping(geometry),
            record.name,
            sign_of(record),
            record.place_basis or record.basis,
        )


def _parts(record: Summary, kind: str) -> Iterable[Any]:
    if record.geometry is None or kind not in record.geometry:  # GeoJSON names the kinds it holds
        return ()
    flat = shapely.get_parts(shapely.get_parts(shapely.from_geojson(record.geometry)))
    return (part for part in flat if part.geom_type == kind)
