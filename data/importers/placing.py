"""Where a record of the library stands on the map: researched place, else its township, else nowhere.

Nothing is invented: a record without a usable point gets no place row, and its county or prefecture speaks
for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from data.importers.tables import Row
from gis.datum import bd09_to_wgs84, gcj02_to_wgs84
from gis.gazetteer import Gazetteer, TownshipPoint
from projects.codes import Basis, Method, Precision

_TO_WGS84: Final = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}
POINT_SOURCE_ZH: Final = {
    "geonames": "GeoNames 地名点（CC BY 4.0）",
    "box_centre": "乡镇范围框中心（sizhi）",
}


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place to store: WGS84 lon, lat, how well and from where it is known, the numbers as entered."""

    project_id: str
    lon: float
    lat: float
    precision: int
    method: str
    basis: str
    datum_entered: str
    coordinates_entered: str | None
    address: str | None
    confidence: str | None
    source: str | None
    source_url: str | None
    note: str | None


def place_all(projects: Iterable[Row], places: Iterable[Row], gazetteer: Gazetteer) -> list[PlaceRow]:
    """Return the place of every record that has one."""
    researched = {row["project_id"]: row for row in places if row["lon"] and row["lat"]}
    placed = (_place(row, researched.get(row["project_id"]), gazetteer) for row in projects)
    return [place for place in placed if place is not None]


def township_of(project: Row, gazetteer: Gazetteer) -> TownshipPoint | None:
    """Return the township a record is known to lie in.

    By code, else by its full name in the record's name.
    """
    if project["township_code"]:
        return gazetteer.by_code(project["township_code"])
    if project["county_code"] and project["kind"] != "programme":
        return gazetteer.in_text(str(project["name"]), project["county_code"])
    return None


def _place(project: Row, researched: Row | None, gazetteer: Gazetteer) -> PlaceRow | None:
    if researched is not None and int(str(researched["precision"])) <= Precision.TOWNSHIP:
        return _from_research(researched)
    township = township_of(project, gazetteer)
    if township is None or township.point is None:
        return None
    lon, lat = township.point
    return PlaceRow(
        project_id=str(project["project_id"]),
        lon=lon,
        lat=lat,
        precision=Precision.TOWNSHIP,
        method=Method.GAZETTEER,
        basis=Basis.DERIVED,
        datum_entered="wgs84",
        coordinates_entered=f"{lon}, {lat}",
        address=None,
        confidence=None,
        source=POINT_SOURCE_ZH.get(str(township.point_source)),
        source_url=None,
        note=f"{township.name}的代表点，不是项目所在地块",
    )


def _from_research(row: Row) -> PlaceRow:
    """Return a researched place; a point of unknown datum is never taken for more than its township."""
    datum = row["datum"] or "unknown"
    entered = (float(str(row["lon"])), float(str(row["lat"])))
    lonlat = np.array([entered])
    lon, lat = (_TO_WGS84[datum](lonlat) if datum in _TO_WGS84 else lonlat)[0]
    precision = int(str(row["precision"]))
    return PlaceRow(
        project_id=str(row["project_id"]),
        lon=float(lon),
        lat=float(lat),
        precision=max(precision, Precision.TOWNSHIP) if datum == "unknown" else precision,
        method=Method.DOCUMENT_TEXT,
        basis=Basis.DERIVED,
        datum_entered=datum,
        coordinates_entered=f"{entered[0]}, {entered[1]}",
        address=row["address"],
        confidence=row["confidence"],
        source=row["source"],
        source_url=row["source_url"],
        note=row["note"],
    )
