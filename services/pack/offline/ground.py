"""The ground of the offline map: boundaries, where the badges of areas stand, what the first view is of."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from layers.scene import Bounds, Inset, area_layer
from projects.codes import Level
from projects.ports import AreaName, ZoneName
from projects.summary import Summary
from services.map_scene import MAINLAND
from services.pack.bench import Bench

MANY: Final = 30
"""Prefectures whose counties are drawn; of more the prefectures themselves, else the file grows too heavy."""
Collection = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ground:
    """Polygons and places as JSON trees, in WGS84 degrees, longitude first."""

    provinces: Collection
    counties: Collection
    lines: list[Any]
    areas: list[dict[str, Any]]
    """The choices of the filter: code, name, depth (0 province, 1 prefecture, 2 county or zone)."""
    places: dict[str, dict[str, Any]]
    """Code → name, level, where its badge stands, extent."""
    bounds: Bounds
    inset: Bounds | None
    """The small map of 南海诸岛, on a map of the nation."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The areas that occur, by code."""

    provinces: Mapping[str, AreaName]
    prefectures: Mapping[str, AreaName]
    counties: Mapping[str, AreaName]
    zones: Mapping[str, ZoneName]


def ground(bench: Bench, records: Sequence[Summary]) -> Ground:
    """Return the ground on which these records stand."""
    library = bench.library
    known = _known(bench, records)
    bounds = library.bounds(list(known.prefectures or known.provinces)) or MAINLAND
    provinces = _collection(library.polygons(Level.PROVINCE, overview=True), 3)
    return Ground(
        provinces=provinces,
        counties=_fine(bench, sorted(known.prefectures)),
        lines=[json.loads(text)["coordinates"] for text in library.maritime_lines()],
        areas=_choices(known, records),
        places=_places(known),
        bounds=bounds,
        inset=Inset().bounds if len(known.provinces) != 1 else None,
    )


def _known(bench: Bench, records: Sequence[Summary]) -> _Known:
    """Return the areas of the records and of the filter, with those above them."""
    library, chosen = bench.library, bench.request.chosen
    zones = {z.id: z for z in library.zones() if any(r.zone_id == z.id for r in records)}
    counties = _among(
        library.areas(Level.COUNTY),
        [*chosen.county, *(r.county_code for r in records), *(c for r in records for c in r.touches)],
    )
    prefectures = _among(
        library.areas(Level.PREFECTURE),
        [
            *chosen.prefecture,
            *(r.prefecture_code for r in records),
            *(c.prefecture_code for c in counties.values()),
            *(z.prefecture_code for z in zones.values()),
        ],
    )
    provinces = _among(
        library.areas(Level.PROVINCE),
        [
            *chosen.province,
            *(r.province_code for r in records),
            *(a.province_code for a in (*counties.values(), *prefectures.values())),
        ],
    )
    return _Known(provinces, prefectures, counties, zones)


def _among(areas: Iterable[AreaName], codes: Iterable[str | None]) -> dict[str, AreaName]:
    wanted = set(codes)
    return {area.code: area for area in areas if area.code in wanted}


def _collection(rows: Sequence[Mapping[str, Any]], digits: int) -> Collection:
    """Return polygons as a feature collection, rounded to what a screen shows."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": row["code"], "name": row["name"]},
            "geometry": json.loads(row["geometry"]),
        }
        for row in rows
    ]
    made = area_layer({"type": "FeatureCollection", "features": features}, digits)
    found: Collection = json.loads(made.geojson)
    return found


def _fine(bench: Bench, prefectures: Sequence[str]) -> Collection:
    """Return the counties of the prefectures, or of very many the prefectures of the nation."""
    library = bench.library
    if len(prefectures) > MANY:
        return _collection(library.polygons(Level.PREFECTURE, overview=True), 3)
    return _collection([row for code in prefectures for row in library.polygons(Level.COUNTY, code)], 4)


def _choices(known: _Known, records: Sequence[Summary]) -> list[dict[str, Any]]:
    """Return the areas that one may choose, each below the one it lies in, in code order."""
    lines: list[tuple[tuple[str, ...], str]] = [
        ((code,), area.name) for code, area in known.provinces.items()
    ]
    lines += [((str(a.province_code), code), a.name) for code, a in known.prefectures.items()]
    lines += [
        ((str(a.province_code), str(a.prefecture_code or a.province_code), code), a.name)
        for code, a in known.counties.items()
    ]
    for zone in known.zones.values():
        above = known.prefectures.get(zone.prefecture_code)
        lines.append(((str(above and above.province_code), zone.prefecture_code, zone.id), zone.name))
    found = [{"code": path[-1], "name": name, "depth": len(path) - 1} for path, name in sorted(lines)]
    nowhere = any(not (r.county_code or r.zone_id or r.prefecture_code or r.province_code) for r in records)
    return found + ([{"code": "-", "name": "", "depth": 0}] if nowhere else [])


def _places(known: _Known) -> dict[str, dict[str, Any]]:
    """Return where the badge of each area stands; a zone's is at its first county."""
    areas = (*known.provinces.values(), *known.prefectures.values(), *known.counties.values())
    found = {area.code: _place(area, area.code, area.name, str(area.level)) for area in areas}
    for zone in known.zones.values():
        first = next((known.counties[c] for c in zone.counties if c in known.counties), None)
        anchor = first or known.prefectures.get(zone.prefecture_code)
        if anchor:
            found[zone.id] = _place(anchor, zone.id, zone.name, "zone")
    return found


def _place(at: AreaName, code: str, name: str, level: str) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "level": level,
        "lon": round(at.lon, 4),
        "lat": round(at.lat, 4),
        "bounds": [round(number, 4) for number in at.bounds],
    }
