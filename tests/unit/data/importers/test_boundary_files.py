"""Files as offices send them: formats, encodings, projections, datums, and everything that is refused."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from data.importers import boundary_files as bf
from data.importers.boundary_rows import BoundaryError
from data.importers.boundary_text import dbf_encoding
from gis import boundaries as tiles
from gis.datum import wgs84_to_bd09, wgs84_to_gcj02
from tests.unit.data.importers.boundary_world import frame, shapefile_zip, square

TWO = [square(0, 0), square(1, 0)]
CODES = {"XZQDM": ["440203", "440204"], "XZQMC": ["武江区", "浈江区"]}


def as_geojson(folder: Path, data: Any) -> Path:
    data.to_file(folder / "a.geojson", driver="GeoJSON")
    return folder / "a.geojson"


def as_geopackage(folder: Path, data: Any) -> Path:
    data.to_file(folder / "a.gpkg", driver="GPKG")
    return folder / "a.gpkg"


def as_bare_shapefile(folder: Path, data: Any) -> Path:
    data.to_file(folder / "a.shp", encoding="UTF-8")
    return folder / "a.shp"


def as_zipped_geopackage(folder: Path, data: Any) -> Path:
    with zipfile.ZipFile(folder / "a.zip", "w") as out:
        out.write(as_geopackage(folder, data), "数据/a.gpkg")
    return folder / "a.zip"


def misplaced_m(found: Any, expected: Any) -> float:
    """Largest distance between two outlines in metres, roughly."""
    return float(shapely.hausdorff_distance(found, expected)) * 111_000


@pytest.mark.parametrize(
    "write", [as_geojson, as_geopackage, as_bare_shapefile, shapefile_zip, as_zipped_geopackage]
)
def test_every_format_yields_the_same_units(tmp_path: Path, write: Callable[[Path, Any], Path]) -> None:
    crs = "EPSG:4326" if write is as_geojson else "EPSG:4490"
    office = bf.read_office_file(write(tmp_path, frame(CODES, TWO, crs)), "cgcs2000")
    assert [(a.code, a.name, a.level) for a in office.areas] == [
        ("440203", "武江区", "county"),
        ("440204", "浈江区", "county"),
    ]
    assert all(misplaced_m(a.geom, e) < 0.01 for a, e in zip(office.areas, TWO, strict=True))
    assert all(a.geom.contains(a.label) and a.area_km2 > 400 for a in office.areas)
    assert office.source.datum == "cgcs2000"


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_tables_without_a_cpg_file_are_read_in_their_encoding(tmp_path: Path, encoding: str) -> None:
    data = frame({"行政区代码": ["440203", "440204"], "名称": ["武江区", "浈江区"]}, TWO)
    office = bf.read_office_file(shapefile_zip(tmp_path, data, encoding), "wgs84")
    assert [a.name for a in office.areas] == ["武江区", "浈江区"]


def test_encoding_is_left_to_gdal_when_the_file_says_it(tmp_path: Path) -> None:
    path = as_bare_shapefile(tmp_path, frame(CODES, TWO))
    assert path.with_suffix(".cpg").is_file()
    assert dbf_encoding(path) is None
    path.with_suffix(".cpg").unlink()
    assert dbf_encoding(path) == "UTF-8"
    path.with_suffix(".dbf").write_bytes(b"short")
    assert dbf_encoding(path) == "UTF-8"
    path.with_suffix(".dbf").unlink()
    assert dbf_encoding(path) is None


@pytest.mark.parametrize("crs", ["EPSG:4527", "EPSG:4547", "EPSG:3857", "EPSG:32649", "EPSG:4326"])
def test_projected_files_come_back_to_the_metre(tmp_path: Path, crs: str) -> None:
    office = bf.read_office_file(as_geopackage(tmp_path, frame(CODES, TWO).to_crs(crs)), "cgcs2000")
    assert all(misplaced_m(a.geom, e) < 0.01 for a, e in zip(office.areas, TWO, strict=True))


@pytest.mark.parametrize(("datum", "shift"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857"])
def test_the_stated_datum_is_undone_whatever_the_label_says(
    tmp_path: Path, datum: str, shift: Callable[[Any], Any], crs: str
) -> None:
    moved = tiles.move_vertices(tiles.object_array(TWO), shift, 12)
    path = as_geopackage(tmp_path, frame(CODES, list(moved), "EPSG:4326").to_crs(crs))
    right, wrong = bf.read_office_file(path, datum), bf.read_office_file(path, "wgs84")
    assert all(misplaced_m(a.geom, e) < 0.01 for a, e in zip(right.areas, TWO, strict=True))
    assert all(misplaced_m(a.geom, e) > 300 for a, e in zip(wrong.areas, TWO, strict=True))


@pytest.mark.parametrize("datum", [None, "", "WGS 84", "xian80"])
def test_without_a_known_datum_nothing_is_read(tmp_path: Path, datum: str | None) -> None:
    with pytest.raises(BoundaryError, match=r"say which datum.*--datum wgs84\|cgcs2000\|gcj02\|bd09"):
        bf.read_office_file(as_geojson(tmp_path, frame(CODES, TWO, "EPSG:4326")), datum)


def test_only_county_polygons_are_taken(tmp_path: Path) -> None:
    with pytest.raises(BoundaryError, match="dissolved from them"):
        bf.read_office_file(as_geojson(tmp_path, frame(CODES, TWO, "EPSG:4326")), "wgs84", level="prefecture")


@pytest.mark.parametrize(
    "values",
    [[440203, 440204], [440203.0, 440204.0], ["156440203", "156440204"], [" 440203000000", "440204000"]],
)
@pytest.mark.parametrize("field", ["PAC", "adcode", "区划代码", "GB"])
def test_codes_are_found_and_read_in_their_usual_shapes(
    tmp_path: Path, field: str, values: list[Any]
) -> None:
    path = as_geopackage(tmp_path, frame({field: values}, TWO))
    office = bf.read_office_file(path, "wgs84")
    assert [(a.code, a.name) for a in office.areas] == [("440203", ""), ("440204", "")]


def test_named_fields_win_over_aliases(tmp_path: Path) -> None:
    data = frame({"code": ["x", "y"], "mine": ["440203", "440204"], "label": ["甲", "乙"]}, TWO)
    path = as_geopackage(tmp_path, data)
    office = bf.read_office_file(path, "wgs84", code_field="Mine", name_field="label")
    assert [(a.code, a.name) for a in office.areas] == [("440203", "甲"), ("440204", "乙")]
    with pytest.raises(
        BoundaryError, match=r"2 of 2 values of 'code' are no six-digit.*'x', 'y'.*--code-field"
    ):
        bf.read_office_file(path, "wgs84")
    with pytest.raises(BoundaryError, match="no field 'nope'; the file has: code, mine, label"):
        bf.read_office_file(path, "wgs84", code_field="nope")


def test_rows_with_one_code_are_one_unit(tmp_path: Path) -> None:
    data = frame({"code": ["440203", "440203"], "name": ["武江区", "武江区"]}, TWO)
    (area,) = bf.read_office_file(as_geopackage(tmp_path, data), "wgs84").areas
    assert area.geom.equals(shapely.union_all(TWO))


def test_a_polygon_that_crosses_itself_is_mended(tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(113, 24), (113.2, 24.2), (113.2, 24), (113, 24.2)])
    (area,) = bf.read_office_file(
        as_geopackage(tmp_path, frame({"code": ["440203"]}, [bow_tie])), "wgs84"
    ).areas
    assert area.geom.is_valid
    assert area.geom.area == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (frame({"id": [1, 2], "area": [3, 4]}, TWO), "no field with county codes; the file has: id, area"),
        (frame({"code": []}, []), "holds no polygon"),
        (frame({"code": ["440203", "440204"]}, [TWO[0], None]), "no usable polygon for 440204"),
        (
            frame({"code": ["440203", "440204"]}, [TWO[0], square(0.2, 0.2, 0.1, 0.1)]),
            "440204 lie wholly inside",
        ),
        (frame(CODES, TWO, None), "no coordinate system; add the .prj"),
        (frame(CODES, TWO, "EPSG:4610"), "rests on another datum.*Xian 1980.*survey office"),
        (frame(CODES, TWO, "EPSG:2437"), "rests on another datum.*Beijing 1954"),
        (
            frame(CODES, [shapely.transform(g, lambda c: c[:, ::-1]) for g in TWO]),
            "outside China.*are swapped",
        ),
        (
            frame(CODES, [shapely.transform(g, lambda c: c * 1000) for g in TWO]),
            "outside China.*system of the file",
        ),
    ],
)
def test_unusable_contents_are_refused_in_a_sentence(tmp_path: Path, data: Any, message: str) -> None:
    with pytest.raises(BoundaryError, match=f"(?s){message}"):
        bf.read_office_file(as_geopackage(tmp_path, data), "wgs84")


def test_points_and_several_layers_are_refused(tmp_path: Path) -> None:
    points = as_geopackage(tmp_path, frame({"code": ["440203"]}, [shapely.Point(113, 24)]))
    with pytest.raises(BoundaryError, match=r"one layer of polygons, found: a \(Point\)"):
        bf.read_office_file(points, "wgs84")
    many = tmp_path / "many.gpkg"
    for layer in ("new", "old"):
        frame(CODES, TWO).to_file(many, layer=layer)
    with pytest.raises(BoundaryError, match=r"one layer of polygons, found: new .*old "):
        bf.read_office_file(many, "wgs84")


@pytest.mark.parametrize(
    ("drop", "message"), [((".prj",), "no coordinate system"), ((".dbf",), "no field with")]
)
def test_shapefiles_with_missing_parts_are_refused(
    tmp_path: Path, drop: tuple[str, ...], message: str
) -> None:
    with pytest.raises(BoundaryError, match=message):
        bf.read_office_file(shapefile_zip(tmp_path, frame(CODES, TWO), drop=drop), "wgs84")


@pytest.mark.parametrize("inner", ["../../evil.shp", "/etc/evil.shp", "C:\\evil.shp", "a\\..\\..\\evil.shp"])
def test_archives_that_point_outside_are_refused(tmp_path: Path, inner: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.writestr(inner, b"x")
    with pytest.raises(BoundaryError, match="leaves the archive"):
        bf.read_office_file(tmp_path / "a.zip", "wgs84")
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


def test_zip_bombs_are_refused_by_declared_and_by_real_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bf, "MAX_UNPACKED_BYTES", 1_000_000)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a.shp", b"\0" * 3_000_000)
    with pytest.raises(BoundaryError, match="3 MB unpacked, at most 1"):
        bf.read_office_file(path, "wgs84")
    monkeypatch.setattr(bf, "_check_members", lambda *_: None)  # as if the archive had lied about its sizes
    with pytest.raises(BoundaryError, match="unpacks to more than 1 MB"):
        bf.read_office_file(path, "wgs84")
    path.write_bytes(np.random.default_rng(0).bytes(1_000_001))
    with pytest.raises(BoundaryError, match="larger than 1 MB"):
        bf.read_office_file(path, "wgs84")


def test_odd_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BoundaryError, match="no such file"):
        bf.read_office_file(tmp_path / "none.zip", "wgs84")
    for name, content, message in [
        ("a.pdf", b"%PDF", "give a zipped Shapefile"),
        ("a.zip", b"PK no", "cannot be opened"),
        ("a.geojson", b"{", "cannot be opened"),
        ("a.gpkg", b"", "cannot be opened"),
    ]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BoundaryError, match=message):
            bf.read_office_file(tmp_path / name, "wgs84")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as out:
        out.writestr("a.shp", b"")
        out.writestr("b.geojson", json.dumps({}))
    with pytest.raises(BoundaryError, match=r"exactly one .*found: a.shp, b.geojson"):
        bf.read_office_file(tmp_path / "b.zip", "wgs84")
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as out:
        for i in range(bf.MAX_MEMBERS + 1):
            out.writestr(f"{i}.txt", b"")
    with pytest.raises(BoundaryError, match="201 files inside"):
        bf.read_office_file(tmp_path / "c.zip", "wgs84")
