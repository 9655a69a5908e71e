"""Where the rows stand: datum, order, units, county."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from data.importers.office.context import CheckContext
from data.importers.office.coordinates import Position, place_all
from gis.datum import to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from gis.sexagesimal import as_text
from projects.intake.cells import SourceCell
from projects.intake.importing import TypedRow
from projects.intake.issues import Severity
from projects.paths import check_path
from tests.unit.data.importers.office.world import CONTEXT, LECHANG, keys, one


def placed(folder: Path, context: CheckContext = CONTEXT, **cells: Any) -> tuple[TypedRow, dict[str, Any]]:
    """Read a row of 乐昌市 with the given cells; return it with its place, {} for none."""
    row = one(folder, {"县": "乐昌市", **cells}, context)
    assert not row.rejected  # a doubtful position never keeps the rest of a row out
    place = row.document.get("place/0")
    if place is not None:
        assert check_path("place/0", place)[1] is None
    return row, place if isinstance(place, dict) else {}


def lonlat(place: dict[str, Any]) -> list[float]:
    return list(place["geometry"]["coordinates"])


@pytest.mark.parametrize(
    ("word", "datum", "method"),
    [
        ("GPS", "wgs84", "gps"),
        ("手机定位", "wgs84", "gps"),
        ("WGS84（GPS、手机定位）", "wgs84", "document_text"),
        ("高德", "gcj02", "map_click"),
        ("火星坐标系", "gcj02", "map_click"),
        ("腾讯地图", "gcj02", "map_click"),
        ("百度", "bd09", "map_click"),
        ("天地图", "cgcs2000", "map_click"),
        ("国家2000坐标系", "cgcs2000", "document_text"),
        ("EPSG:4490", "cgcs2000", "document_text"),
        ("gcj02", "gcj02", "map_click"),
    ],
)
def test_the_datum_is_what_the_cell_says(tmp_path: Path, word: str, datum: str, method: str) -> None:
    row, place = placed(tmp_path, 经度="113.2512", 纬度="25.1034", 坐标系=word)
    assert (place["datum_entered"], place["method"], place["precision"]) == (datum, method, 1)
    assert lonlat(place) == pytest.approx(to_wgs84([[113.2512, 25.1034]], datum)[0].tolist(), abs=1e-7)
    assert place["coordinates_entered"] == "113.2512, 25.1034"
    assert row.issues == ()


def test_without_a_datum_a_position_is_good_for_a_township_only(tmp_path: Path) -> None:
    row, place = placed(tmp_path, 经度="113.2512", 纬度="25.1034")
    assert (place["datum_entered"], place["precision"], lonlat(place)) == ("unknown", 3, [113.2512, 25.1034])
    assert keys(row.issues) == ["datum_unknown"] and row.issues[0].severity is Severity.NOTICE


def test_the_heading_or_the_person_who_uploads_may_say_the_datum(tmp_path: Path) -> None:
    assert (
        placed(tmp_path, CONTEXT, **{"经度（WGS84）": 113.2512, "纬度（WGS84）": 25.1034})[1]["datum_entered"]
        == "wgs84"
    )
    told = replace(CONTEXT, datum="bd09")
    assert placed(tmp_path, told, 经度="113.2512", 纬度="25.1034")[1]["datum_entered"] == "bd09"
    assert (
        placed(tmp_path, told, 经度="113.2512", 纬度="25.1034", 坐标系="GPS")[1]["datum_entered"] == "wgs84"
    )


def test_a_word_for_the_datum_that_nobody_knows_is_no_datum(tmp_path: Path) -> None:
    row, place = placed(tmp_path, 经度="113.2512", 纬度="25.1034", 坐标系="北京54")
    assert place["datum_entered"] == "unknown" and keys(row.issues) == ["bad_datum", "datum_unknown"]


@pytest.mark.parametrize(
    "cells",
    [
        {"经度": "113°15′4.32″", "纬度": "25°6′12.24″"},
        {"坐标": "113.2512,25.1034"},
        {"坐标": "25.1034，113.2512"},
        {"经纬度": "东经113度15分4.32秒，北纬25度6分12.24秒"},
        {"坐标": "N25.1034 E113.2512"},
        {"经度": 113.2512, "纬度": 25.1034},
    ],
)
def test_ways_of_writing_one_position(tmp_path: Path, cells: dict[str, Any]) -> None:
    row, place = placed(tmp_path, 坐标系="GPS", **cells)
    assert lonlat(place) == pytest.approx([113.2512, 25.1034], abs=1e-7)
    assert place["precision"] == 1 and row.issues == ()


@pytest.mark.parametrize(
    ("lon", "lat", "precision"),
    [
        ("113.2512", "25.1", 1),
        ("113.251", "25.103", 2),
        ("113.25", "25.1", 3),
        ("113°15′", "25°6′", 3),
        ("113°15′4″", "25°6′12″", 1),
    ],
)
def test_precision_is_no_better_than_the_digits(tmp_path: Path, lon: str, lat: str, precision: int) -> None:
    assert placed(tmp_path, 经度=lon, 纬度=lat, 坐标系="GPS")[1]["precision"] == precision
    stated = placed(tmp_path, 经度=lon, 纬度=lat, 坐标系="GPS", 定位精度="乡镇（街道）")[1]["precision"]
    assert stated == 3


def test_swapped_numbers_are_put_right_and_told(tmp_path: Path) -> None:
    row, place = placed(tmp_path, 经度="25.1034", 纬度="113.2512", 坐标系="GPS")
    assert lonlat(place) == [113.2512, 25.1034]
    assert keys(row.issues) == ["swapped"] and row.issues[0].severity is Severity.WARNING
    assert place["coordinates_entered"] == "25.1034, 113.2512"


@pytest.mark.parametrize(
    ("lon", "lat", "key", "code"),
    [
        ("0", "0", "zero_position", "coordinates_zero"),
        ("2.35", "48.85", "outside_country", "coordinates_outside_country"),
        ("190", "25", "outside_country", "coordinates_outside_country"),
        ("113.2", "", "half_position", "missing_value"),
        ("", "25.1", "half_position", "missing_value"),
        ("一一三", "25.1", "unreadable_position", "invalid_number"),
        ("1131512", "250612", "unreadable_position", "invalid_number"),
        ("2741000", "38412000", "projected", "crs_suspect"),
        ("412000", "2741000", "projected", "crs_suspect"),
        ("116.4", "39.9", "outside_county", "coordinates_outside_county"),
    ],
)
def test_what_is_no_place_is_left_out_and_told(
    tmp_path: Path, lon: str, lat: str, key: str, code: str
) -> None:
    row, place = placed(tmp_path, 经度=lon, 纬度=lat, 坐标系="GPS")
    assert place == {} and keys(row.issues) == [key]
    assert row.issues[0].code == code and row.issues[0].severity is Severity.WARNING
    assert row.document["county_code"] == "440281"


@pytest.mark.parametrize("word", ["待定", "/", ""])
def test_an_unknown_position_is_no_position_and_no_error(tmp_path: Path, word: str) -> None:
    assert placed(tmp_path, 经度=word, 纬度=word)[1] == {}


def test_metres_are_taken_when_the_plane_is_named(tmp_path: Path) -> None:
    east, north = Transformer.from_crs("EPSG:4490", "EPSG:4526", always_xy=True).transform(113.2512, 25.1034)
    row, place = placed(tmp_path, 经度=f"{north:.2f}", 纬度=f"{east:.2f}", 坐标系="CGCS2000 3度带 38带")
    assert lonlat(place) == pytest.approx([113.2512, 25.1034], abs=1e-6)
    assert (place["datum_entered"], place["precision"], row.issues) == ("cgcs2000", 1, ())
    row, place = placed(tmp_path, 经度=f"{north:.2f}", 纬度=f"{east:.2f}", 坐标系="EPSG:4527")
    assert place == {} and keys(row.issues) == ["projected"]  # the zone in the number is another one


INSIDE = [113.4990, 24.9010]
"""WGS84, some 100 m inside the south-east corner; as GCJ-02 or BD-09 it lies outside."""


@pytest.mark.parametrize(("shift", "name"), [(wgs84_to_gcj02, "GCJ-02"), (wgs84_to_bd09, "BD-09")])
def test_what_fits_only_as_another_datum_is_asked_back_with_the_candidate(
    tmp_path: Path, shift: Any, name: str
) -> None:
    county = shapely.box(*(INSIDE[0] - 0.0005, INSIDE[1] - 0.0005, INSIDE[0] + 0.0005, INSIDE[1] + 0.0005))
    context = replace(CONTEXT, county_shape=lambda code: county)
    lon, lat = (f"{number:.6f}" for number in shift([INSIDE])[0])
    row, place = placed(tmp_path, context, 经度=lon, 纬度=lat)
    assert place == {} and keys(row.issues) == ["datum_fits"] and row.issues[0].code == "crs_suspect"
    assert name in row.issues[0].values[0]
    assert [float(v) for v in row.issues[0].values[2:]] == pytest.approx(INSIDE, abs=2e-6)
    assert name in row.issues[0].words("en")[1]


def test_a_stated_datum_within_the_scatter_of_borders_is_believed_and_doubted(tmp_path: Path) -> None:
    county = shapely.box(113.0, 24.9, 113.5, 25.4)
    edge = [113.4999, 25.1]
    lon, lat = wgs84_to_gcj02([edge])[0]
    context = replace(CONTEXT, county_shape=lambda code: county)
    row, place = placed(tmp_path, context, 经度=f"{lon:.6f}", 纬度=f"{lat:.6f}", 坐标系="WGS84")
    assert ("datum_doubt" in keys(row.issues)) == bool(place)
    assert keys(row.issues)[0] in ("datum_doubt", "datum_fits")


def test_just_outside_the_county_is_near_the_line(tmp_path: Path) -> None:
    row, place = placed(tmp_path, 经度="112.9985", 纬度="25.1034", 坐标系="天地图")
    if keys(row.issues) == ["near_line"]:
        assert lonlat(place) == [112.9985, 25.1034] and row.issues[0].severity is Severity.NOTICE
    else:
        assert keys(row.issues) == ["datum_doubt"] and place


def test_a_row_without_a_county_is_held_against_none(tmp_path: Path) -> None:
    row = one(tmp_path, {"经度": "116.4012", "纬度": "39.9034", "坐标系": "GPS"})
    assert "place/0" in row.document and row.issues == ()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(113.01, 113.49),
            st.floats(24.91, 25.39),
            st.sampled_from(["gcj02", "bd09", "wgs84", "cgcs2000"]),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_many_positions_at_once_come_out_as_each_alone(entries: list[tuple[float, float, str]]) -> None:
    def positions() -> list[Position]:
        return [
            Position(
                SourceCell("项目", "A1", "经度", repr(x)),
                SourceCell("项目", "B1", "纬度", repr(y)),
                datum=d,
                county_code="440281",
            )
            for x, y, d in entries
        ]

    together, alone = positions(), positions()
    place_all(together, CONTEXT)
    for position in alone:
        place_all([position], CONTEXT)
    assert [p.place for p in together] == [p.place for p in alone]
    for position, (x, y, datum) in zip(together, entries, strict=True):
        lon, lat = to_wgs84([[x, y]], datum)[0]
        if shapely.intersects_xy(LECHANG, lon, lat):
            assert position.place is not None
            geometry: Any = position.place["geometry"]
            assert geometry["coordinates"] == pytest.approx([lon, lat], abs=6e-8)


@settings(deadline=None)
@given(st.floats(113.01, 113.49), st.floats(24.91, 25.39))
def test_sexagesimal_positions_come_back_within_a_metre(lon: float, lat: float) -> None:
    east, north = (SourceCell("项目", "A1", "", as_text(number)) for number in (lon, lat))
    position = Position(east, north, datum="wgs84", county_code="440281")
    place_all([position], CONTEXT)
    assert position.place is not None
    geometry: Any = position.place["geometry"]
    assert geometry["coordinates"] == pytest.approx([lon, lat], abs=2e-6)
