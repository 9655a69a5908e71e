"""Recognisers for coordinates that make no sense."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.coordinates import (
    check_county,
    check_lonlat,
    distance_to_line_m,
    fitting_datums,
    in_country_box,
    is_missing,
    is_near_line,
    is_swapped,
    is_zero,
)
from gis.datum import wgs84_to_bd09, wgs84_to_gcj02
from tests.paths import shared

COUNTY = shapely.box(113.0, 24.5, 113.5, 25.0)
NAN = float("nan")


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (113.5, 24.8, None),
        (87.6, 43.8, None),
        (112.33, 3.86, None),  # 曾母暗沙, the southernmost point
        (24.8, 113.5, "coordinates_swapped"),
        (0, 0, "coordinates_zero"),
        (0.0, -0.0, "coordinates_zero"),
        (0, 24.8, "coordinates_outside_country"),
        (-113.5, 24.8, "coordinates_outside_country"),
        (139.7, 35.7, "coordinates_outside_country"),
        (113.5, 248.0, "out_of_range"),
        (38_500_000, 2_745_000, "out_of_range"),
        (None, 24.8, "missing_value"),
        (113.5, NAN, "missing_value"),
        (float("inf"), 24.8, "invalid_number"),
    ],
)
def test_codes(lon, lat, code) -> None:
    assert check_lonlat(lon, lat) == code


def test_codes_are_words_of_the_published_vocabulary() -> None:
    vocabulary = shared("standards.md").read_text(encoding="utf-8")
    for code in (
        "missing_value",
        "invalid_number",
        "out_of_range",
        "coordinates_zero",
        "coordinates_swapped",
    ):
        assert code in vocabulary
    for code in ("coordinates_outside_country", "coordinates_outside_county", "crs_suspect"):
        assert code in vocabulary


@given(lon=st.floats(-200, 200), lat=st.floats(-200, 200))
def test_a_pair_is_never_both_fine_and_swapped(lon, lat) -> None:
    assert not (in_country_box(lon, lat) and is_swapped(lon, lat))
    assert is_swapped(lon, lat) == in_country_box(lat, lon)


def test_missing_and_zero() -> None:
    assert is_missing(None, 1.0)
    assert is_missing(1.0, NAN)
    assert not is_missing(0.0, 0.0)
    assert is_zero(0.0, 0)
    assert not is_zero(0.0, 1e-9)


def test_county_check_holds_its_line() -> None:
    assert check_county(113.2, 24.8, COUNTY) is None
    assert check_county(113.0, 24.8, COUNTY) is None
    assert check_county(120.0, 30.0, COUNTY) == "coordinates_outside_county"


@pytest.mark.parametrize(("shift", "datum"), [(wgs84_to_gcj02, "gcj02"), (wgs84_to_bd09, "bd09")])
def test_a_shifted_point_near_the_edge_is_suspected(shift, datum) -> None:
    lon, lat = shift([[113.499, 24.75]])[0]
    assert check_county(lon, lat, COUNTY) == "crs_suspect"
    assert datum in fitting_datums(lon, lat, COUNTY)


def test_distance_to_the_line_from_both_sides() -> None:
    one_km = 1000 / 111_195
    assert distance_to_line_m(113.2, 24.5 + one_km, COUNTY) == pytest.approx(1000, rel=1e-3)
    assert distance_to_line_m(113.2, 24.5 - one_km, COUNTY) == pytest.approx(1000, rel=1e-3)
    east = one_km / np.cos(np.radians(24.8))
    assert distance_to_line_m(113.5 + east, 24.8, COUNTY) == pytest.approx(1000, rel=1e-3)
    assert distance_to_line_m(113.0, 24.8, COUNTY) == 0
    assert distance_to_line_m(113.0, 24.8, shapely.Polygon()) == float("inf")


def test_near_the_line_means_within_500_m() -> None:
    step = 1 / 111_195
    assert is_near_line(113.2, 24.5 + 499 * step, COUNTY)
    assert is_near_line(113.2, 24.5 - 499 * step, COUNTY)
    assert not is_near_line(113.2, 24.5 + 501 * step, COUNTY)
    assert is_near_line(113.2, 24.5 + 501 * step, COUNTY, within_m=600)
