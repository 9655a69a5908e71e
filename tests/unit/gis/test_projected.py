"""Plane coordinates of the national grid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from gis.projected import named_plane, plane_of, to_degrees


@pytest.mark.parametrize(
    ("first", "second", "epsg"),
    [
        ("2741000", "38412000", 4526),
        ("38412000.5", "2741000", 4526),
        ("2741000", "412000", 0),
        ("19412000", "2741000", 4497),
        ("２７４１０００", "３８４１２０００", 4526),
    ],
)
def test_metres_are_told_from_degrees_in_either_order(first: str, second: str, epsg: int) -> None:
    found = plane_of(first, second)
    assert found is not None
    assert found.epsg == epsg
    assert found.north_m == 2741000


@pytest.mark.parametrize(
    "pair", [("113.5", "24.8"), ("1133512", "244805"), ("2741000", "abc"), ("99412000", "2741000")]
)
def test_other_numbers_are_no_plane(pair: tuple[str, str]) -> None:
    assert plane_of(*pair) is None


@pytest.mark.parametrize(
    ("text", "epsg"),
    [
        ("EPSG:4526", 4526),
        ("epsg：4547", 4547),
        ("CGCS2000 3度带 38带", 4526),
        ("CGCS2000_3_Degree_GK_Zone_38", 4526),
    ],
)
def test_a_plane_by_name(text: str, epsg: int) -> None:
    found = named_plane(text)
    assert found is not None and found.epsg == epsg


@pytest.mark.parametrize("text", ["", "GPS", "EPSG:4326", "EPSG:4490", "高德", "2000"])
def test_degrees_are_no_plane(text: str) -> None:
    assert named_plane(text) is None


@given(st.floats(112.6, 115.4), st.floats(20, 45), st.sampled_from([4526, 4547]))
def test_there_and_back(lon: float, lat: float, epsg: int) -> None:
    east, north = Transformer.from_crs("EPSG:4490", f"EPSG:{epsg}", always_xy=True).transform(lon, lat)
    assert to_degrees(east, north, epsg) == pytest.approx((lon, lat), abs=1e-8)
    assert to_degrees(east % 1_000_000, north, epsg) == pytest.approx((lon, lat), abs=1e-8)
