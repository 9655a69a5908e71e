"""Polygons that tile a country: repair, coverage check and repair, simplification, dissolve, labels.

Geometries are shapely polygons in degrees, longitude first; arrays are one-dimensional object arrays. A
*coverage* is a set of polygons that neither overlap nor leave slivers between each other and whose shared
edges have the same vertices on both sides. Metres and square kilometres never come from degrees: areas use
the authalic (equal-area) latitude of the WGS84 ellipsoid.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry import MultiPolygon

Geometry = Any
Geometries = NDArray[np.object_]
Coordinates = NDArray[np.float64]
Mover = Callable[[Coordinates], Coordinates]

DECIMALS: Final = 9
"""Exact vertices lie on a grid of 1e-9 degrees (0.1 mm), so that overlays can snap to the same grid."""
GRID_DEG: Final = 10.0**-DECIMALS
DISPLAY_TOLERANCE_M: Final = 250.0
OVERVIEW_TOLERANCE_M: Final = 2000.0
DISPLAY_DECIMALS: Final = 5
"""One metre. Four decimals break three of the 2,875 overview polygons (a ring with too few points)."""
SOUTH_CHINA_SEA_INSET_4326: Final = (105.0, 2.0, 125.0, 25.0)
"""West, south, east, north in degrees of the 南海诸岛 inset: the maritime line from 3.4 N up to Taiwan."""

_EARTH_KM = 6378.137  # semi-major axis of WGS84
_E2 = 0.00669437999014  # first eccentricity squared of WGS84
_METRES_PER_DEGREE = 111_320.0
_NO_OWNER = -1


@dataclass(frozen=True)
class CoverageFaults:
    """What keeps polygons from tiling: overlapping pairs (indices, km²) and slivers without a polygon."""

    valid: bool
    pairs: tuple[tuple[int, int], ...]
    overlap_km2: float
    gap_km2: float
    gaps: tuple[Geometry, ...]


def repair(geometries: ArrayLike) -> Geometries:
    """Return valid MultiPolygons; a polygon that crosses itself keeps every piece of land it enclosed.

    ``structure`` is used because the default method drops land that a self-overlapping ring covers twice.
    A geometry of which nothing with an area remains comes back as an empty MultiPolygon.
    """
    out = np.array(geometries, dtype=object).reshape(-1)
    bad = ~shapely.is_valid(out)
    out[bad] = shapely.make_valid(out[bad], method="structure", keep_collapsed=False)
    return as_multipolygons(out)


def as_multipolygons(geometries: ArrayLike) -> Geometries:
    """Keep the polygon parts of each geometry and wrap them in one MultiPolygon each."""
    flat = np.asarray(geometries, dtype=object).reshape(-1)
    return object_array([_polygons_of(g) for g in flat])


def move_vertices(geometries: Geometries, convert: Mover, decimals: int = DECIMALS) -> Geometries:
    """Apply ``convert`` ((n, 2) to (n, 2), degrees) once to each *distinct* vertex and round the result.

    Two neighbours hold each shared vertex twice; converting distinct vertices halves the work and makes
    certain that a shared vertex stays shared, whatever the conversion's chunks or iteration counts.
    """
    if len(geometries) == 0:
        return geometries
    xy = np.ascontiguousarray(shapely.get_coordinates(geometries))
    distinct, where = np.unique(xy.view(np.complex128).ravel(), return_inverse=True)
    moved = convert(np.column_stack([distinct.real, distinct.imag]))
    rounded = np.round(moved, decimals)[where.ravel()]
    return np.asarray(shapely.set_coordinates(np.array(geometries, dtype=object), rounded), dtype=object)


def coverage_faults(geometries: Geometries, land: Geometry | None = None) -> CoverageFaults:
    """Measure overlaps between polygons and, when ``land`` is given, the land that none of them covers."""
    pairs, overlaps = _overlaps(geometries)
    gaps = uncovered(geometries, land) if land is not None else ()
    return CoverageFaults(
        valid=bool(shapely.coverage_is_valid(geometries)),
        pairs=tuple((int(a), int(b)) for a, b in pairs),
        overlap_km2=float(area_km2(overlaps).sum()),
        gap_km2=float(area_km2(object_array(gaps)).sum()),
        gaps=gaps,
    )


def uncovered(geometries: Geometries, land: Geometry) -> tuple[Geometry, ...]:
    """Return the polygons of ``land`` that no geometry covers, largest first."""
    cover = shapely.coverage_union_all(geometries)
    if not shapely.is_valid(cover):  # not a coverage: the slower union that tolerates overlaps
        cover = shapely.union_all(geometries)
    rest = shapely.get_parts(_polygons_of(shapely.difference(land, cover)))
    return tuple(rest[np.argsort(-shapely.area(rest), kind="stable")])


def give_away(geometries: Geometries, orphan: Geometry, candidates: ArrayLike | None = None) -> int:
    """Return the index of the polygon that a sliver belongs to: the longest shared border, else the nearest.

    Equal lengths go to the lowest index. ``candidates`` limits the choice.
    """
    chosen = np.arange(len(geometries)) if candidates is None else np.asarray(candidates, dtype=np.intp)
    edges = shapely.intersection(shapely.boundary(geometries[chosen]), shapely.boundary(orphan))
    shared = shapely.length(edges)
    if shared.max() > 0:
        return int(chosen[int(shared.argmax())])
    return int(chosen[int(shapely.distance(geometries[chosen], orphan).argmin())])


def retile(geometries: Geometries, land: Geometry | None = None) -> Geometries:
    """Cut polygons into a coverage: an overlap belongs to the lowest index, land in gaps to a neighbour.

    All borders are noded on the 1e-9 degree grid and cut into faces; each face goes to the first polygon
    that holds it. Connected faces of ``land`` that no polygon holds go to the polygon with the longest
    shared border. The result has as many geometries as the input; those that lost everything are empty.
    """
    outlines = [*geometries, *([land] if land is not None else [])]
    lines = shapely.union_all(shapely.boundary(object_array(outlines)), grid_size=GRID_DEG)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    owners = _owners(faces, geometries)
    tiles = _collect(faces, owners, len(geometries))
    if land is None:
        return tiles
    orphans = _orphans(faces[owners == _NO_OWNER], land)
    return _adopt(tiles, orphans)


def simplify_together(
    geometries: Geometries, tolerance_m: float, decimals: int = DISPLAY_DECIMALS
) -> Geometries:
    """Simplify a coverage so that neighbours keep exactly the same edges; round to ``decimals`` of a degree.

    ``tolerance_m`` is the side of the triangles that may vanish (Visvalingam-Whyatt), taken along a
    meridian. Degrees are used on purpose: on a Mercator map a degree of longitude is equally wide
    everywhere. Where rounding would break or erase a polygon, one more decimal is kept for all, then
    another, then all of them.
    """
    simple = shapely.coverage_simplify(geometries, tolerance_m / _METRES_PER_DEGREE)
    for places in (decimals, decimals + 1, decimals + 2):
        rounded = move_vertices(simple, _unchanged, places)
        if shapely.is_valid(rounded).all() and not shapely.is_empty(rounded).any():
            return as_multipolygons(rounded)
    return as_multipolygons(simple)


def dissolve(geometries: Geometries, keys: Sequence[str]) -> dict[str, Geometry]:
    """Merge the polygons of a coverage that share a key; outer edges stay vertex by vertex what they were."""
    labels = np.asarray(keys, dtype=object)
    order = np.argsort(labels, kind="stable")
    names, starts = np.unique(labels[order].astype(str), return_index=True)
    groups = np.split(geometries[order], starts[1:])
    return {str(n): _polygons_of(shapely.coverage_union_all(g)) for n, g in zip(names, groups, strict=True)}


def area_km2(geometries: Geometries) -> NDArray[np.float64]:
    """Return areas in km² on the WGS84 ellipsoid, by the authalic latitude (Snyder 1987, equation 3-12)."""
    if len(geometries) == 0:
        return np.zeros(0)
    return np.asarray(shapely.area(shapely.transform(geometries, _equal_area_km)), dtype=np.float64)


def label_points(exact: Geometries, display: Geometries) -> Geometries:
    """Return a point deep inside each polygon: the centre of the largest circle in its display copy.

    Where simplification put that centre outside the exact polygon, a point on the exact surface takes its
    place.
    """
    size = np.sqrt(shapely.area(display))
    circles = shapely.maximum_inscribed_circle(display, tolerance=np.maximum(size / 200, 1e-5))
    centres = shapely.get_point(circles, 0)
    inside = shapely.contains_properly(exact, centres)
    centres[~inside] = shapely.point_on_surface(exact[~inside])
    return np.asarray(centres, dtype=object)


def in_south_china_sea_inset(geometries: Geometries) -> NDArray[np.bool_]:
    """Tell which geometries reach into the box of the 南海诸岛 inset."""
    return np.asarray(shapely.intersects(geometries, south_china_sea_inset()), dtype=np.bool_)


def south_china_sea_inset() -> Geometry:
    """Return the box of the 南海诸岛 inset as a polygon, EPSG:4326."""
    return shapely.box(*SOUTH_CHINA_SEA_INSET_4326)


def _unchanged(lonlat: Coordinates) -> Coordinates:
    return lonlat


def object_array(items: Sequence[Geometry]) -> Geometries:
    """Build a one-dimensional object array; NumPy must not look inside the geometries."""
    out = np.empty(len(items), dtype=object)
    out[:] = items
    return out


def _polygons_of(geometry: Geometry) -> Geometry:
    """Return the polygon parts of any geometry as one MultiPolygon (empty when there are none)."""
    if geometry is None or geometry.geom_type == "MultiPolygon":
        return geometry if geometry is not None else MultiPolygon()
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return MultiPolygon([p for p in parts if p.geom_type == "Polygon" and not p.is_empty])


def _overlaps(geometries: Geometries) -> tuple[NDArray[np.intp], Geometries]:
    """Return pairs of indices whose interiors meet, lower index first, and the shared polygons."""
    tree = shapely.STRtree(geometries)
    first, second = tree.query(geometries, predicate="intersects")
    ahead = first < second
    first, second = first[ahead], second[ahead]
    touching = shapely.touches(geometries[first], geometries[second])
    first, second = first[~touching], second[~touching]
    shared = as_multipolygons(shapely.intersection(geometries[first], geometries[second]))
    real = shapely.area(shared) > 0
    return np.column_stack([first[real], second[real]]), shared[real]


def _owners(faces: Geometries, geometries: Geometries) -> NDArray[np.intp]:
    """Return for each face the lowest index of a geometry that holds it, or -1."""
    owners = np.full(len(faces), len(geometries), dtype=np.intp)
    points = shapely.point_on_surface(faces)
    face, holder = shapely.STRtree(geometries).query(points, predicate="intersects")
    np.minimum.at(owners, face, holder)
    owners[owners == len(geometries)] = _NO_OWNER
    return owners


def _collect(faces: Geometries, owners: NDArray[np.intp], count: int) -> Geometries:
    """Merge the faces of each owner; an owner without faces gets an empty MultiPolygon."""
    return object_array([_polygons_of(shapely.coverage_union_all(faces[owners == i])) for i in range(count)])


def _orphans(faces: Geometries, land: Geometry) -> Geometries:
    """Merge the ownerless faces that lie in ``land`` into connected gaps."""
    shapely.prepare(land)
    inside = faces[shapely.intersects(land, shapely.point_on_surface(faces))]
    return np.asarray(shapely.get_parts(_polygons_of(shapely.coverage_union_all(inside))), dtype=object)


def _adopt(tiles: Geometries, orphans: Geometries) -> Geometries:
    """Give every gap to a neighbour; the choice looks at the tiles as they were before any adoption."""
    out = tiles.copy()
    alive = np.flatnonzero(~shapely.is_empty(tiles))
    for orphan in orphans:
        owner = give_away(tiles, orphan, alive)
        out[owner] = _polygons_of(shapely.union(out[owner], orphan, grid_size=GRID_DEG))
    return out


def _equal_area_km(lonlat: Coordinates) -> Coordinates:
    """Project degrees to an equal-area plane in kilometres (cylindrical, WGS84)."""
    s = np.sin(np.radians(lonlat[:, 1]))
    e = np.sqrt(_E2)
    q = (1 - _E2) * (s / (1 - _E2 * s**2) + np.arctanh(e * s) / e)
    return np.column_stack([np.radians(lonlat[:, 0]) * _EARTH_KM, q / 2 * _EARTH_KM])
