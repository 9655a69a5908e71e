"""Where the rows of a file say they stand: datum, order, units, and whether it is in the declared county.

All positions of a file are judged together, because shifting and testing them one by one costs a hundred
times as much. A datum is never assumed: without one a position is good for a township only. Longitude first,
degrees, WGS84 in the answer.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import numpy as np
import shapely

from data.importers.office.cells import Finding, warning
from data.importers.office.context import CheckContext
from data.importers.office.words import bare, folded, words
from gis.coordinates import NEAR_LINE_M, check_lonlat, distance_to_line_m, is_swapped
from gis.datum import to_wgs84, transform_geometry
from gis.projected import Plane, named_plane, plane_of, to_degrees
from gis.sexagesimal import Degrees, parse, parse_pair
from projects.codes import DATUM_ZH, PRECISION_ZH, Datum, Method, Precision
from projects.fields import JsonValue
from projects.intake.cells import SourceCell
from projects.intake.issues import IssueCode, Severity

UNKNOWN: Final = "unknown"
_METRES_PER_DEGREE: Final = 111_195.0
_PARCEL_M, _VILLAGE_M = 50.0, 1_000.0
_DECIMALS: Final = 7
_READINGS: Final = ("gcj02", "bd09", "wgs84")
_DATUM_NAME: Final = {
    "wgs84": "GPS（WGS84）",
    "cgcs2000": "CGCS2000",
    "gcj02": "GCJ-02（高德）",
    "bd09": "BD-09（百度）",
}


@dataclass(slots=True)
class Position:
    """The place of one row as the file gives it, and what becomes of it."""

    lon: SourceCell | None = None
    lat: SourceCell | None = None
    pair: SourceCell | None = None
    datum_cell: SourceCell | None = None
    precision_cell: SourceCell | None = None
    datum: str = ""
    """A datum that the heading or the map file names; a cell says more."""
    county_code: str | None = None
    shape: Any = None
    """For map files: the geometry, in degrees unless ``crs`` says metres."""
    crs: str = ""
    entered: str = ""
    """For a projected map file: the point's metres as they stand in the file."""
    findings: list[tuple[SourceCell, Finding]] = field(default_factory=list)
    place: dict[str, JsonValue] | None = None
    x: float = np.nan
    y: float = np.nan
    resolution_deg: float = 0.0
    method: Method = Method.DOCUMENT_TEXT
    stated: bool = True

    @property
    def cell(self) -> SourceCell:
        """Return the cell that speaks for the position."""
        found = self.lon or self.pair or self.lat
        return found if found is not None else SourceCell("", "", "", "")

    def say(self, finding: Finding, cell: SourceCell | None = None) -> None:
        """Add a finding, about the position's own cell unless another is named."""
        self.findings.append((cell or self.cell, finding))


def place_all(positions: Sequence[Position], context: CheckContext) -> None:
    """Judge positions: each gets its ``place`` or stays without one, and its findings."""
    readable = [position for position in positions if _read(position, context)]
    ordered = [position for position in readable if _ordered(position)]
    lonlat = _in_wgs84(ordered)
    by_county: dict[str, list[int]] = defaultdict(list)
    for index, position in enumerate(ordered):
        by_county[position.county_code or ""].append(index)
    for county, members in by_county.items():
        _place_in(county, [ordered[i] for i in members], lonlat[members], context)


def _read(position: Position, context: CheckContext) -> bool:
    """Read datum and numbers; False when there is no position to go on with."""
    plane = _read_datum(position, context)
    if position.shape is not None:
        return _read_shape(position)
    pair = _pair(position)
    if pair is None:
        return False
    if isinstance(pair, Plane) or plane is not None:
        return _from_plane(position, pair if isinstance(pair, Plane) else None, plane)
    lon, lat = pair
    position.x, position.y = lon.value, lat.value
    position.resolution_deg = min(lon.resolution_deg, lat.resolution_deg)
    return True


def _read_datum(position: Position, context: CheckContext) -> Plane | None:
    """Find the datum: the row's own word, else that of heading or file, else what the person said."""
    text = position.datum_cell.raw.strip() if position.datum_cell else ""
    plane = named_plane(text) if text else None
    if text and plane is None:
        found = _datum_of(text)
        if found:
            position.datum = found
            position.method = Method(words("datum_method").get(folded(text), position.method))
        elif folded(text) not in words("unknown"):
            position.say(warning("bad_datum", IssueCode.DATUM_UNKNOWN, text), position.datum_cell)
            position.datum = ""
    if plane is not None:
        position.datum = "cgcs2000"
    position.datum = position.datum or context.datum or UNKNOWN
    if position.datum in ("gcj02", "bd09"):
        position.method = Method.MAP_CLICK
    return plane


@lru_cache(1024)
def _datum_of(text: str) -> str:
    known = words("datum").get(folded(text))
    labels = {bare(label): str(code) for code, label in DATUM_ZH.items()}
    codes = {bare(str(code)): str(code) for code in Datum}
    return known or labels.get(bare(text)) or codes.get(bare(text)) or ""


def _pair(position: Position) -> tuple[Degrees, Degrees] | Plane | None:
    """Return the two angles, or plane coordinates; None (with a finding) for what is neither."""
    if position.pair is not None and position.lon is None and position.lat is None:
        texts = [part.strip() for part in position.pair.raw.replace("，", ",").strip("()（） ").split(",")]
        plane = plane_of(*texts) if len(texts) == 2 else None
        found = plane or parse_pair(position.pair.raw)
        if found is None:
            _unreadable(position, position.pair)
        return _free_order(found) if found else None
    if position.lon is None or position.lat is None:
        position.say(warning("half_position", IssueCode.MISSING_VALUE))
        return None
    plane = plane_of(position.lon.raw, position.lat.raw)
    if plane is not None:
        return plane
    lon, lat = parse(position.lon.raw), parse(position.lat.raw)
    if lon is None or lat is None:
        _unreadable(position, position.lon if lon is None else position.lat)
        return None
    return lon, lat


def _free_order(pair: tuple[Degrees, Degrees] | Plane) -> tuple[Degrees, Degrees] | Plane:
    """Put a pair from one cell in order: nothing said which comes first, so neither order is wrong."""
    if isinstance(pair, Plane):
        return pair
    first, second = pair
    return (second, first) if not first.axis and is_swapped(first.value, second.value) else pair


def _unreadable(position: Position, cell: SourceCell) -> None:
    position.say(warning("unreadable_position", IssueCode.INVALID_NUMBER, cell.raw), cell)


def _from_plane(position: Position, found: Plane | None, named: Plane | None) -> bool:
    """Bring metres to degrees when the file says which plane, else ask for it."""
    texts = (position.lon or position.cell).raw, (position.lat or position.cell).raw
    if found is None:
        _unreadable(position, position.cell)
        return False
    other_zone = named is not None and found.epsg and 4513 <= named.epsg <= 4533 and found.epsg != named.epsg
    if named is None or other_zone:
        hint = f"EPSG:{found.epsg}" if found.epsg else "CGCS2000 3度带 38带"
        position.say(warning("projected", IssueCode.CRS_SUSPECT, *texts, hint))
        return False
    position.x, position.y = to_degrees(found.east_m, found.north_m, named.epsg)
    position.resolution_deg = 1.0 / _METRES_PER_DEGREE
    return True


def _read_shape(position: Position) -> bool:
    """Take the geometry of a map file: valid, in degrees, with a point that stands for it."""
    shape = shapely.force_2d(position.shape)
    if shapely.is_empty(shape):
        return False
    if not bool(np.isfinite(shapely.get_coordinates(shape)).all()) or not shapely.is_valid(shape):
        reason = str(shapely.is_valid_reason(shape))
        position.say(warning("bad_geometry", IssueCode.INVALID_NUMBER, reason[:80]))
        return False
    position.shape = shape
    spot = shape if shape.geom_type == "Point" else shapely.point_on_surface(shape)
    position.x, position.y, position.method = spot.x, spot.y, Method.MAP_CLICK
    position.resolution_deg = (
        10.0 ** -min(_decimals(spot.x), _DECIMALS) if shape.geom_type == "Point" else 0.0
    )
    return True


def _decimals(value: float) -> int:
    return len(repr(round(value, 9)).partition(".")[2])


def _ordered(position: Position) -> bool:
    """Put swapped numbers right and refuse what cannot be a place in China."""
    code = check_lonlat(position.x, position.y)
    if code is None:
        return True
    shown = f"{position.x:.7g}", f"{position.y:.7g}"
    if code == "coordinates_swapped":
        position.x, position.y = position.y, position.x
        if position.shape is not None:
            position.shape = shapely.transform(position.shape, lambda c: c[:, ::-1])
        position.say(warning("swapped", IssueCode.COORDINATES_SWAPPED, shown[1], shown[0]))
        return True
    if code == "coordinates_zero":
        position.say(warning("zero_position", IssueCode.COORDINATES_ZERO))
    else:
        position.say(warning("outside_country", IssueCode.COORDINATES_OUTSIDE_COUNTRY, *shown))
    return False


def _in_wgs84(positions: Sequence[Position]) -> Any:
    """Return all positions in WGS84 as an array (n, 2); those of unknown datum as they are."""
    lonlat = np.array([(p.x, p.y) for p in positions], dtype=np.float64).reshape(-1, 2)
    for datum in ("gcj02", "bd09"):
        chosen = np.array([p.datum == datum for p in positions], dtype=bool)
        if chosen.any():
            lonlat[chosen] = to_wgs84(lonlat[chosen], datum)
    return lonlat


def _place_in(county: str, members: Sequence[Position], lonlat: Any, context: CheckContext) -> None:
    """Hold the positions that declare one county against its polygon, and place those that pass."""
    shape = context.county_shape(county) if county else None
    inside = np.ones(len(members), dtype=bool)
    if shape is not None:
        prepared = shapely.force_2d(shape)  # a copy, so that no index stays with the caller's polygon
        shapely.prepare(prepared)
        inside = shapely.intersects_xy(prepared, lonlat[:, 0], lonlat[:, 1])
    name = context.places.full_name(county) if county in context.places.county else county
    for position, (lon, lat), held in zip(members, lonlat.tolist(), inside.tolist(), strict=True):
        if held or _may_stay(position, lon, lat, shape, name):
            _place(position, lon, lat)


def _may_stay(position: Position, lon: float, lat: float, county: Any, name: str) -> bool:
    """Judge a position outside its county: another datum, a coarse border, or plainly elsewhere."""
    known = position.datum != UNKNOWN
    near = distance_to_line_m(lon, lat, county) <= NEAR_LINE_M
    fit = _fitting(position, county)
    if fit is not None:
        candidate = _DATUM_NAME[fit[0]], name, f"{fit[1]:.6f}", f"{fit[2]:.6f}"
        key = "datum_doubt" if known and near else "datum_fits"
        position.say(warning(key, IssueCode.CRS_SUSPECT, *candidate))
        return known and near
    if near:
        position.say(Finding("near_line", IssueCode.NEAR_COUNTY_LINE, Severity.NOTICE, (name,)))
        return True
    away = f"{distance_to_line_m(lon, lat, county) / 1000:.1f}"
    values = f"{lon:.6f}", f"{lat:.6f}", name, away
    position.say(warning("outside_county", IssueCode.COORDINATES_OUTSIDE_COUNTY, *values))
    return False


def _fitting(position: Position, county: Any) -> tuple[str, float, float] | None:
    """Return the datum under which the numbers as entered fall into the county, with that position."""
    for datum in _READINGS:
        if datum != position.datum and not (datum == "wgs84" and position.datum in ("cgcs2000", UNKNOWN)):
            lon, lat = to_wgs84([[position.x, position.y]], datum)[0].tolist()
            if shapely.intersects_xy(county, lon, lat):
                return datum, lon, lat
    return None


def _place(position: Position, lon: float, lat: float) -> None:
    precision = _precision(position)
    if position.datum == UNKNOWN:
        finding = Finding("datum_unknown", IssueCode.DATUM_UNKNOWN, Severity.NOTICE)
        position.say(finding, position.datum_cell)
    position.place = {
        "geometry": _geometry(position, lon, lat),
        "precision": precision,
        "method": str(position.method),
        "datum_entered": position.datum,
        "coordinates_entered": _entered(position),
    }


def _precision(position: Position) -> int:
    """Return how exact a place can be: no better than its digits, its datum, or what the office says."""
    size_m = position.resolution_deg * _METRES_PER_DEGREE
    digits = Precision.BUILDING if size_m <= _PARCEL_M else Precision.VILLAGE
    digits = digits if size_m <= _VILLAGE_M else Precision.TOWNSHIP
    floor = Precision.TOWNSHIP if position.datum == UNKNOWN else Precision.BUILDING
    return int(max(digits, floor, _stated_precision(position)))


def _stated_precision(position: Position) -> int:
    """Return the precision that the office states, by number or label; 0 for none."""
    text = position.precision_cell.raw.strip() if position.precision_cell else ""
    if text[:1] in ("1", "2", "3", "4", "5"):
        return int(text[0])
    return _PRECISIONS.get(bare(text), 0) if text else 0


_PRECISIONS: Final[Mapping[str, int]] = {bare(label): int(code) for code, label in PRECISION_ZH.items()}


def _geometry(position: Position, lon: float, lat: float) -> JsonValue:
    if position.shape is None or position.shape.geom_type == "Point":
        return {"type": "Point", "coordinates": [round(lon, _DECIMALS), round(lat, _DECIMALS)]}
    shape = position.shape
    if position.datum != UNKNOWN:
        shape = transform_geometry(shape, position.datum)
    shape = shapely.transform(shape, lambda c: np.round(c, _DECIMALS))
    found: JsonValue = json.loads(shapely.to_geojson(shape))
    return found


def _entered(position: Position) -> str:
    """Return the numbers as they stand in the file, for good."""
    if position.shape is not None:
        kind = position.shape.geom_type
        numbers = position.entered or (f"{position.x!r}, {position.y!r}" if kind == "Point" else kind)
        return f"{numbers}（{position.crs}）" if position.crs else numbers
    if position.lon is not None and position.lat is not None:
        return f"{position.lon.raw.strip()}, {position.lat.raw.strip()}"
    return position.cell.raw.strip()
