"""Geometry members: RFC 7946."""

import json
import re
from itertools import pairwise

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from gis.geojson import geometry_member, geometry_of


def ring_area(ring: list[list[float]]) -> float:
    """Shoelace; positive when counter-clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def test_point_is_lon_lat_with_seven_decimals() -> None:
    member = geometry_member(shapely.Point(113.123456789, 24.987654321))
    assert member == {"type": "Point", "coordinates": [113.1234568, 24.9876543]}


def test_right_hand_rule_for_polygons_at_any_depth() -> None:
    clockwise = shapely.Polygon(
        list(box(0, 0, 9, 9, ccw=False).exterior.coords), [list(box(1, 1, 2, 2, ccw=True).exterior.coords)]
    )
    multi = shapely.MultiPolygon([clockwise, box(20, 0, 21, 1, ccw=False)])
    members = [geometry_member(g) for g in (clockwise, multi, shapely.GeometryCollection([multi]))]
    polygons = [
        [members[0]["coordinates"]],
        members[1]["coordinates"],
        members[2]["geometries"][0]["coordinates"],
    ]
    for polygon in (rings for group in polygons for rings in group):
        assert ring_area(polygon[0]) > 0
        assert all(ring_area(hole) < 0 for hole in polygon[1:])
        assert all(ring[0] == ring[-1] for ring in polygon)


def test_no_place_is_null() -> None:
    for nothing in (None, shapely.Point(), shapely.Polygon(), shapely.GeometryCollection()):
        assert geometry_member(nothing) is None
    assert geometry_of(None) is None


def test_heights_are_left_out_and_lines_keep_their_direction() -> None:
    member = geometry_member(shapely.LineString([(113, 24, 5), (112, 24, 6)]))
    assert member == {"type": "LineString", "coordinates": [[113.0, 24.0], [112.0, 24.0]]}


def test_there_is_no_crs_member_and_json_takes_it() -> None:
    member = geometry_member(box(113, 24, 114, 25))
    assert set(member) == {"type", "coordinates"}
    assert json.loads(json.dumps(member, allow_nan=False)) == member


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=5))
def test_round_trip_is_stable(positions) -> None:
    member = geometry_member(shapely.MultiPoint(positions))
    assert not re.search(r"-0\.0[],]", json.dumps(member)), "zero has no sign"
    assert geometry_member(geometry_of(json.loads(json.dumps(member)))) == member


@pytest.mark.parametrize("position", [(500_000.0, 2_740_000.0), (24.8, 113.5), (181, 0), (float("inf"), 0)])
def test_metres_and_swapped_axes_are_refused_and_quoted(position) -> None:
    with pytest.raises(ValueError, match=str(position[0])):
        geometry_member(shapely.LineString([(113, 24), position]))


@pytest.mark.parametrize("wrong", [{}, {"type": "Circle", "coordinates": [0, 0]}, {"type": "Point"}, [1, 2]])
def test_what_is_no_geometry_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match="not a GeoJSON geometry"):
        geometry_of(wrong)
