"""What is odd about a position, held against a square county of one degree at 113 E, 24 N."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
import shapely

from gis.datum import to_wgs84, wgs84_to_gcj02
from projects.codes import Level
from projects.intake.issues import IssueCode
from projects.ports import AreaName
from services import places

COUNTY = shapely.box(113, 24, 114, 25)


def square(code: str, west: float, south: float) -> dict[str, Any]:
    shape = shapely.box(west, south, west + 1, south + 1)
    return {"code": code, "name": f"县{code}", "geometry": shapely.to_geojson(shape)}


ROWS = [square("440201", 113, 24), square("440202", 114, 24), square("440203", 118, 24)]


@dataclass
class Library:
    """Three square counties, the third far away; counts what is asked."""

    mark: str = "1"
    asked: list[str] = field(default_factory=list)

    def version(self) -> str:
        return self.mark

    def area(self, code: str) -> AreaName | None:
        self.asked.append(code)
        if code == "440200":
            return AreaName(
                code, Level.PREFECTURE, "市", None, "440000", code, 113.5, 24.5, (113, 24, 119, 25)
            )
        if code not in {row["code"] for row in ROWS}:
            return None
        return AreaName(
            code, Level.COUNTY, f"县{code}", "440200", "440000", "440200", 0, 0, (113, 24, 114, 25)
        )

    def polygons(
        self, level: Level, within: str | None = None, *, overview: bool = False
    ) -> list[dict[str, Any]]:
        assert level is Level.COUNTY
        return ROWS


@pytest.fixture(autouse=True)
def _forget() -> None:
    places._GROUNDS.clear()


def point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def test_a_county_comes_with_the_ones_that_touch_it() -> None:
    ground = places.ground(Library(), "440201")
    assert ground.county and ground.county.name == "县440201"
    assert [n.name for n in ground.neighbours] == ["县440202"]
    assert json.loads(ground.county.geojson)["type"] == "Polygon"


def test_without_a_county_the_whole_prefecture_is_shown() -> None:
    ground = places.ground(Library(), "440200")
    assert ground.county is None and ground.shape is None and len(ground.neighbours) == 3


@pytest.mark.parametrize("code", ["", "999999"])
def test_an_unknown_area_is_nowhere(code: str) -> None:
    assert places.ground(Library(), code) == places.NOWHERE


def test_boundaries_are_read_once_per_version() -> None:
    library = Library()
    for _ in range(3):
        places.ground(library, "440201")
    assert library.asked == ["440201"]
    library.mark = "2"
    places.ground(library, "440201")
    assert library.asked == ["440201", "440201"]


@pytest.mark.parametrize(
    ("geometry", "found"),
    [
        (point(113.5, 24.5), ()),
        (point(113.001, 24.5), (IssueCode.NEAR_COUNTY_LINE,)),
        (point(115.5, 24.5), (IssueCode.COORDINATES_OUTSIDE_COUNTY,)),
        (point(24.5, 113.5), (IssueCode.COORDINATES_SWAPPED,)),
        (point(0, 0), (IssueCode.COORDINATES_ZERO,)),
        (point(10, 50), (IssueCode.COORDINATES_OUTSIDE_COUNTRY,)),
        ({"type": "LineString", "coordinates": [[113.5, 24.5], [115, 24.5]]}, ()),
        ({"type": "LineString", "coordinates": [[115.5, 24.5], [116, 24.5]]},
         (IssueCode.COORDINATES_OUTSIDE_COUNTY,)),
        ({"type": "Polygon", "coordinates": [[[113.2, 24.2], [113.4, 24.4], [113.4, 24.2], [113.2, 24.4],
                                              [113.2, 24.2]]]}, (IssueCode.INVALID_NUMBER,)),
        (None, ()),
    ],
)  # fmt: skip
def test_what_is_odd_about_a_place(geometry: dict[str, Any] | None, found: tuple[IssueCode, ...]) -> None:
    assert places.findings(geometry, COUNTY) == found


def test_a_point_that_fits_after_the_amap_shift_says_so() -> None:
    inside = [[113.999, 24.5]]
    shifted = wgs84_to_gcj02(inside)[0]
    assert shifted[0] > 114
    assert places.findings(point(*map(float, shifted)), COUNTY) == (IssueCode.CRS_SUSPECT,)
    back = to_wgs84([shifted], "gcj02")[0]
    assert places.findings(point(*map(float, back)), COUNTY) == (IssueCode.NEAR_COUNTY_LINE,)


def test_without_a_declared_county_only_nonsense_is_odd() -> None:
    assert places.findings(point(118, 30), None) == ()
    assert places.findings(point(0, 0), None) == (IssueCode.COORDINATES_ZERO,)


def test_the_distance_moved_is_told_between_points_only() -> None:
    assert places.moved_m(point(113, 24), point(113, 24.01)) == pytest.approx(1112, abs=2)
    assert places.moved_m(point(113, 24), {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}) is None
    assert places.moved_m(None, point(113, 24)) is None


def test_the_middle_of_an_area_lies_on_it() -> None:
    horseshoe = shapely.box(113, 24, 114, 25) - shapely.box(113.2, 24.2, 113.8, 25)
    lon, lat = places.middle(json.loads(shapely.to_geojson(horseshoe))) or (0, 0)
    assert shapely.intersects_xy(horseshoe, lon, lat)
    assert places.middle(None) is None
