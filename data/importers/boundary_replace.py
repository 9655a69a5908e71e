"""Fit an office's official county polygons into the boundaries already loaded, so that the whole still tiles.

The official polygons win: neighbours lose what they overlap. Land that the units replaced had and nobody
claims now goes to the unit with the longest shared border. All display copies are drawn anew, so that edges
stay shared.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
import shapely

from data.importers.boundaries import assemble, units_of
from data.importers.boundary_rows import AreaRow, BoundaryError, BoundarySet, Report, Unit, quiet
from gis import boundaries as tiles
from gis.datum import DATUMS, to_wgs84, wgs84_to_bd09, wgs84_to_gcj02

_MIN_SHARED = 0.1  # a unit that keeps less of its old land than this carries a wrong code or coordinates
_MIN_LEFT = 0.01  # a neighbour that keeps less than this was merged into another unit
_CLEARLY_BETTER = 0.5
_FROM_WGS84: Final[dict[str, Callable[[tiles.Coordinates], tiles.Coordinates]]] = {
    "wgs84": np.asarray,
    "cgcs2000": np.asarray,
    "gcj02": wgs84_to_gcj02,
    "bd09": wgs84_to_bd09,
}


@dataclass(frozen=True)
class Replacement:
    """The boundaries after a replacement and what it did.

    ``replaced`` are the units of the file, ``neighbours`` other units whose land changed, ``overlap_km2``
    the land that neighbours lost to the file, ``gap_km2`` the land nobody claimed and that was given away.
    """

    boundaries: BoundarySet
    replaced: tuple[str, ...]
    neighbours: tuple[str, ...]
    overlap_km2: float
    gap_km2: float


def replace_units(
    base: Sequence[AreaRow],
    office: BoundarySet,
    recode: Mapping[str, str] | None = None,
    report: Report = quiet,
) -> Replacement:
    """Put the office's units in the place of those with the same codes and fit their neighbours round them.

    ``base`` holds all levels; ``recode`` turns codes of the file into codes in use ({"450181": "450127"}).
    Names and parents stay those of ``base``. Raises BoundaryError on unknown codes, on a unit that would
    leave its place, and on a unit that would vanish. About half a minute: the copies of all counties are
    drawn anew.
    """
    counties, uppers = units_of(base)
    counties.sort(key=lambda unit: unit.code)
    new = _known(office, counties, recode or {})
    place = {u.code: i for i, u in enumerate(counties)}
    geoms = tiles.object_array([u.geom for u in counties])
    inside = [place[code] for code in new]
    _check_places(new, geoms[inside])
    around = _affected(geoms, inside, list(new.values()))
    fitted, overlap, gap = _fit(geoms, inside, around, list(new.values()))
    changed = _changed(counties, geoms, fitted, around)
    notes = (*_name_notes(office, counties, recode or {}), *_datum_notes(office, new, geoms[inside]))
    report(
        f"{len(new)} units replaced, {len(changed)} neighbours fitted:"
        f" {overlap:.3f} km² overlapped, {gap:.3f} km² claimed by none"
    )
    areas = assemble([replace(u, geom=g) for u, g in zip(counties, fitted, strict=True)], uppers, report)
    return Replacement(BoundarySet(areas, (), office.source, notes), tuple(new), changed, overlap, gap)


def _known(
    office: BoundarySet, counties: Sequence[Unit], recode: Mapping[str, str]
) -> dict[str, tiles.Geometry]:
    """Return polygon by code in use; refuse codes that are not, with the unit of the same name as a hint."""
    in_use = {u.code for u in counties}
    new = {recode.get(a.code, a.code): a.geom for a in office.areas}
    unknown = [a for a in office.areas if recode.get(a.code, a.code) not in in_use]
    if unknown:
        raise BoundaryError(
            f"{len(unknown)} codes are not county-level units here: "
            + "; ".join(_hint(a, counties) for a in unknown[:5])
            + ". Correct them in the file or map them with --recode OLD=NEW"
        )
    if len(new) != len(office.areas):
        raise BoundaryError("two units of the file would get the same code: correct --recode")
    return dict(sorted(new.items()))


def _hint(area: AreaRow, counties: Sequence[Unit]) -> str:
    same = [u for u in counties if area.name and u.name == area.name and u.code[:2] == area.code[:2]]
    label = f"{area.code} {area.name}".strip()
    return f"{label} ({same[0].name} is {same[0].code} here)" if len(same) == 1 else label


def _check_places(new: Mapping[str, tiles.Geometry], old: tiles.Geometries) -> None:
    drawn = tiles.object_array(list(new.values()))
    shares = shapely.area(shapely.intersection(drawn, old)) / shapely.area(old)
    wrong = [f"{code} ({share:.0%})" for code, share in zip(new, shares, strict=True) if share < _MIN_SHARED]
    if wrong:
        raise BoundaryError(
            f"these units would keep almost nothing of their land: {', '.join(wrong)}."
            " Check the code field and the coordinate system of the file"
        )


def _affected(geoms: tiles.Geometries, inside: Sequence[int], new: Sequence[tiles.Geometry]) -> list[int]:
    """Return the units that meet old or new polygons, without those replaced."""
    tree = shapely.STRtree(geoms)
    reach = tiles.object_array([*new, *geoms[list(inside)]])
    met = np.unique(tree.query(reach, predicate="intersects")[1])
    return [int(i) for i in met if int(i) not in set(inside)]


def _fit(
    geoms: tiles.Geometries, inside: Sequence[int], around: Sequence[int], new: Sequence[tiles.Geometry]
) -> tuple[tiles.Geometries, float, float]:
    """Retile the neighbourhood with the new polygons first; return all polygons, overlap and gap in km²."""
    where = [*inside, *around]
    official, neighbours = shapely.union_all(tiles.object_array(new)), geoms[list(around)]
    land = shapely.coverage_union_all(geoms[where])
    taken = tiles.as_multipolygons(shapely.intersection(neighbours, official))
    unclaimed = shapely.difference(land, shapely.union_all([official, *neighbours]))
    out = geoms.copy()
    out[where] = tiles.retile(tiles.object_array([*new, *neighbours]), land)
    gap = tiles.area_km2(tiles.as_multipolygons([unclaimed])).sum()
    return out, float(tiles.area_km2(taken).sum()), float(gap)


def _changed(
    counties: Sequence[Unit], before: tiles.Geometries, after: tiles.Geometries, around: Sequence[int]
) -> tuple[str, ...]:
    """Return the codes of neighbours whose land changed; refuse when one has all but vanished."""
    left = shapely.area(after[list(around)]) / shapely.area(before[list(around)])
    gone = [
        f"{counties[i].code} {counties[i].name}" for i, x in zip(around, left, strict=True) if x < _MIN_LEFT
    ]
    if gone:
        raise BoundaryError(
            f"the file's polygons swallow {', '.join(gone)}: add these units to the file, or load"
            " boundaries in which they still exist"
        )
    return tuple(counties[i].code for i in around if not shapely.equals(before[i], after[i]))


def _name_notes(office: BoundarySet, counties: Sequence[Unit], recode: Mapping[str, str]) -> tuple[str, ...]:
    names = {u.code: u.name for u in counties}
    pairs = [(recode.get(a.code, a.code), a.name) for a in office.areas]
    return tuple(
        f"{code}: the file calls it {name}, here it stays {names[code]}"
        for code, name in pairs
        if name not in ("", names[code])
    )


def _datum_notes(
    office: BoundarySet, new: Mapping[str, tiles.Geometry], old: tiles.Geometries
) -> tuple[str, ...]:
    """Warn when the polygons fit the old ones much better under another datum than under the stated one."""
    stated = office.source.datum
    drawn = tiles.object_array(list(new.values()))
    raw = tiles.move_vertices(drawn, _FROM_WGS84[stated])
    misfits = {d: _misfit(tiles.move_vertices(raw, partial(to_wgs84, from_datum=d)), old) for d in DATUMS}
    best = min(misfits, key=lambda d: misfits[d])
    if misfits[best] >= misfits[stated] * _CLEARLY_BETTER:
        return ()
    return (
        f"the file was read as {stated} but fits the former borders better as {best} (mismatch"
        f" {misfits[best]:.2%} instead of {misfits[stated]:.2%}): check the datum and load it again",
    )


def _misfit(new: tiles.Geometries, old: tiles.Geometries) -> float:
    """Return the area in which new and old polygons differ, as a share of the old area."""
    differing = shapely.symmetric_difference(tiles.repair(new), old)
    return float(shapely.area(differing).sum() / shapely.area(old).sum())
