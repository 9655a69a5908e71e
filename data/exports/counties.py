"""GeoJSON of counties as polygons with counts by category, so that a briefing has something to draw.

Every record counts once: in the county it is known to lie in, or in the list of what is in no county
(prefecture, zone, province, nowhere). A programme that merely touches counties is counted beside
(``touching_*``), never in the totals: Σ ``total`` + ``not_in_any_county`` = ``matched``.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from data.exports.geojson import closing, encode, opening
from data.exports.request import ExportRequest, caveats_in_both
from data.exports.source import ExportSource
from data.exports.tally import counts
from data.exports.words import head
from projects.codes import CATEGORY_ZH, Category, Level
from projects.counts import AreaCount
from projects.filters import ProjectFilter
from projects.ports import AreaName

DECIMALS: Final = 7
BOUNDARIES: Final = "制图用简化边界，不可量算 · display copies, simplified; not for measuring"
TOUCHING: Final = {
    "zh": "同时涉及多个县的计划任务只在 touching_* 中计数，不计入 total；各县 touching_* 不可相加。",
    "en": "A programme that touches several counties counts in touching_* only, not in total;"
    " touching_* must not be summed over counties.",
}


@dataclass(frozen=True, slots=True)
class _County:
    """A county to draw; ``area`` is None when the boundaries lack its code, ``all`` counts what touches."""

    code: str
    area: AreaName | None
    own: Mapping[str, int]
    all: Mapping[str, int]


def counties(library: ExportSource, request: ExportRequest) -> Iterator[bytes]:
    """Yield a feature collection of counties, one piece per county, in code order.

    Drawn are the counties of the filter's areas, those without any record included; without an area in the
    filter, all counties of every prefecture that occurs; and in any case every county that holds a match.
    """
    chosen = request.chosen
    facts = head(library, request)
    count = library.count(chosen)
    found = library.area_counts(chosen)
    drawn = _drawn(library, chosen, found)
    yield opening(
        "counties",
        facts
        | {
            "categories": dict(CATEGORY_ZH),
            "counts": counts(count),
            "caveats": caveats_in_both(TOUCHING),
            **_outside(found, count.matched),
        },
    )
    yield from _features(library, drawn)
    yield closing({"sources": _sources(library, chosen), "boundaries": BOUNDARIES})


def _sources(library: ExportSource, chosen: ProjectFilter) -> list[dict[str, Any]]:
    """Return the documents behind the counts and how many of the records each names."""
    return [
        {"document": option.name, "records": option.count}
        for option in library.options("document", chosen)
        if not chosen.document or option.value in chosen.document
    ]


def _drawn(library: ExportSource, chosen: ProjectFilter, found: tuple[AreaCount, ...]) -> list[_County]:
    own = {area.code: area.by_category for area in found if area.level == Level.COUNTY}
    touching = library.touching_counts(chosen)
    names = {area.code: area for area in library.areas(Level.COUNTY)}
    codes = _wanted(library, chosen, names, touching) | own.keys()
    return [
        _County(code, names.get(code), own.get(code, {}), touching.get(code, {})) for code in sorted(codes)
    ]


def _wanted(
    library: ExportSource, chosen: ProjectFilter, names: Mapping[str, AreaName], touching: Mapping[str, Any]
) -> set[str]:
    """Return the codes of the counties that are asked for, whether or not anything lies in them."""
    if chosen.county:
        return set(chosen.county)
    if chosen.prefecture:
        return {code for code, area in names.items() if area.prefecture_code in chosen.prefecture}
    if chosen.province:
        return {code for code, area in names.items() if area.province_code in chosen.province}
    occurring = {option.value for option in library.options("prefecture", chosen)}
    occurring |= {str(names[code].prefecture_code) for code in touching if code in names}
    return {code for code, area in names.items() if area.prefecture_code in occurring}


def _features(library: ExportSource, drawn: list[_County]) -> Iterator[bytes]:
    """Yield the counties, polygons read one prefecture at a time."""
    shapes: dict[str, str] = {}
    read: set[str | None] = set()
    for position, county in enumerate(drawn):
        prefecture = county.area.prefecture_code if county.area else None
        if county.area and prefecture not in read:
            read.add(prefecture)
            shapes |= {row["code"]: row["geometry"] for row in library.polygons(Level.COUNTY, prefecture)}
        yield (("," if position else "") + "\n" + _feature_text(county, shapes.get(county.code))).encode()


def _feature_text(county: _County, shape: str | None) -> str:
    geometry = right_handed(shape) if shape else "null"
    facts = encode({"type": "Feature", "id": county.code, "properties": _properties(county)})
    return f'{facts[:-1]},"geometry":{geometry}}}'


def _properties(county: _County) -> dict[str, Any]:
    """Return a county's names and counts; every category is there, zero where the plans name nothing."""
    total = sum(county.own.values())
    area = county.area
    return {
        "code": county.code,
        "name": area.name if area else county.code,
        "prefecture_code": area.prefecture_code if area else None,
        "province_code": area.province_code if area else None,
        "total": total,
        **{c.value: county.own.get(c, 0) for c in Category},
        "touching_total": sum(county.all.values()) - total,
        **{f"touching_{c.value}": county.all.get(c, 0) - county.own.get(c, 0) for c in Category},
    }


PROPERTY_NAMES: Final = tuple(_properties(_County("", None, {}, {})))
"""The properties of a county, in order."""


def _outside(found: tuple[AreaCount, ...], matched: int) -> dict[str, Any]:
    """Return the records that lie in no county, by area and category, so that the totals reconcile."""
    elsewhere = [area for area in found if area.level != Level.COUNTY]
    nowhere = matched - sum(area.total for area in found)
    rows = [
        {
            "code": area.code,
            "level": area.level,
            "name": area.name,
            "total": area.total,
            "by_category": dict(area.by_category),
        }
        for area in elsewhere
    ]
    if nowhere > 0:
        rows.append({"code": None, "level": None, "name": "未定位", "total": nowhere, "by_category": {}})
    in_counties = sum(area.total for area in found if area.level == Level.COUNTY)
    return {
        "in_counties": in_counties,
        "not_in_any_county": sum(row["total"] for row in rows),
        "not_in_any_county_by_area": rows,
    }


def right_handed(geometry: str) -> str:
    """Return a GeoJSON polygon with outer rings counter-clockwise, holes clockwise, at most seven decimals.

    >>> right_handed('{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0,0]]]}')
    '{"type":"Polygon","coordinates":[[[0.0,0.0],[1.0,1.0],[0.0,1.0],[0.0,0.0]]]}'
    """
    import shapely  # takes longer to import than most exports take

    shape = shapely.orient_polygons(shapely.from_geojson(geometry))
    return encode(_rounded(json.loads(shapely.to_geojson(shape))))


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return round(value, DECIMALS) if isinstance(value, float) else value
