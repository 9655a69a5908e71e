"""Map files: attributes as columns, geometry as the primary place."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely

from data.importers.office.guard import Limits
from gis.datum import gcj02_to_wgs84
from projects.intake.importing import FileReading, FileRefused
from projects.paths import check_path
from tests.unit.data.importers.office.world import CONTEXT, keys, read

POINT = shapely.Point(113.2512345, 25.1034567)
ATTRIBUTES = {"项目名称": ["甲院"], "县": ["乐昌市"], "总投资（万元）": [5000.5]}


def frame(shape: Any = POINT, crs: str = "EPSG:4490", **more: Any) -> Any:
    return geopandas.GeoDataFrame({**ATTRIBUTES, **more}, geometry=[shape], crs=crs)


def written(folder: Path, made: Any, kind: str) -> Path:
    path = folder / f"a.{kind}"
    made.to_file(path, driver="GPKG" if kind == "gpkg" else "GeoJSON")
    return path


def zipped(folder: Path, made: Any, encoding: str | None = None, keep_cpg: bool = True) -> Path:
    made.to_file(folder / "项目.shp", encoding=encoding)
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for part in folder.glob("项目.*"):
            if keep_cpg or part.suffix != ".cpg":
                archive.write(part, f"夹/{part.name}")
    return folder / "a.zip"


def place_of(found: FileReading) -> dict[str, Any]:
    place = found.rows[0].document["place/0"]
    assert check_path("place/0", place)[1] is None
    assert isinstance(place, dict)
    return place


def test_a_geopackage_in_cgcs2000(tmp_path: Path) -> None:
    found = read(written(tmp_path, frame(), "gpkg"))
    row, place = found.rows[0], place_of(found)
    assert (found.format, row.name, row.county_code) == ("gpkg", "甲院", "440281")
    assert row.document["total_investment"] == "5000.5"
    assert place["geometry"] == {"type": "Point", "coordinates": [113.2512345, 25.1034567]}
    assert (place["datum_entered"], place["precision"], row.issues) == ("cgcs2000", 1, ())


def test_a_label_wgs84_proves_nothing_until_a_person_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, frame(crs="EPSG:4326"), "geojson")
    found = read(path)
    assert (found.format, place_of(found)["datum_entered"], place_of(found)["precision"]) == (
        "geojson",
        "unknown",
        3,
    )
    assert keys(found.rows[0].issues) == ["datum_unknown"]
    told = place_of(read(path, replace(CONTEXT, datum="gcj02")))
    expected = gcj02_to_wgs84([[POINT.x, POINT.y]])[0].tolist()
    assert told["geometry"]["coordinates"] == pytest.approx(expected, abs=1e-7)
    assert place_of(read(path, replace(CONTEXT, datum="wgs84")))["precision"] == 1


@pytest.mark.parametrize(
    ("encoding", "keep_cpg"), [("utf-8", True), ("gbk", True), ("gbk", False), ("utf-8", False)]
)
def test_zipped_shapefiles_in_all_encodings(tmp_path: Path, encoding: str, keep_cpg: bool) -> None:
    made = frame().rename(columns={"项目名称": "名称", "总投资（万元）": "总投资"})
    found = read(zipped(tmp_path, made, encoding, keep_cpg))
    row = found.rows[0]
    assert (found.format, row.sheet, row.name, row.county_code) == ("zip", "项目", "甲院", "440281")
    assert row.document["total_investment"] == "5000.5" and "place/0" in row.document


def test_a_projected_layer_is_brought_to_degrees(tmp_path: Path) -> None:
    found = read(written(tmp_path, frame().to_crs("EPSG:4526"), "gpkg"))
    assert place_of(found)["geometry"]["coordinates"] == pytest.approx([POINT.x, POINT.y], abs=2e-7)
    assert place_of(found)["datum_entered"] == "cgcs2000"


def test_the_metres_of_a_projected_point_are_kept_as_entered(tmp_path: Path) -> None:
    moved = frame().to_crs("EPSG:4547")
    place = place_of(read(written(tmp_path, moved, "gpkg")))
    metres = moved.geometry.iloc[0]
    assert place["coordinates_entered"] == f"{metres.x!r}, {metres.y!r}（EPSG:4547）"
    area = frame(shapely.box(113.2, 25.1, 113.3, 25.2)).to_crs("EPSG:4547")
    assert place_of(read(written(tmp_path, area, "gpkg")))["coordinates_entered"] == "Polygon（EPSG:4547）"


def test_an_old_datum_is_not_converted_by_guess(tmp_path: Path) -> None:
    found = read(written(tmp_path, frame(crs="EPSG:4214"), "gpkg"))
    assert "place/0" not in found.rows[0].document and keys(found.rows[0].issues) == ["unknown_crs"]


def test_areas_and_lines_are_moved_as_a_whole(tmp_path: Path) -> None:
    found = read(
        written(tmp_path, frame(shapely.box(113.2, 25.1, 113.3, 25.2), "EPSG:4326"), "geojson"),
        replace(CONTEXT, datum="gcj02"),
    )
    shape = shapely.from_geojson(json.dumps(place_of(found)["geometry"]))
    expected = gcj02_to_wgs84([[113.2, 25.1], [113.3, 25.2]])
    assert shape.geom_type == "Polygon"
    assert list(shape.bounds) == pytest.approx([*expected[0], *expected[1]], abs=2e-4)


def test_a_crossing_outline_is_left_out_and_the_row_goes_on(tmp_path: Path) -> None:
    bow = shapely.Polygon([(113.2, 25.1), (113.3, 25.2), (113.3, 25.1), (113.2, 25.2)])
    found = read(written(tmp_path, frame(bow), "gpkg"))
    assert keys(found.rows[0].issues) == ["bad_geometry"] and not found.rows[0].rejected


def test_a_feature_without_a_place_stays_a_row(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [{"type": "Feature", "geometry": None, "properties": {"项目名称": "甲"}}],
            }
        )
    )
    found = read(path)
    assert [row.name for row in found.rows] == ["甲"] and "place/0" not in found.rows[0].document


def test_too_many_features_and_rubbish_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="图形"):
        read(written(tmp_path, frame(), "gpkg"), limits=Limits(features=0))
    (tmp_path / "b.gpkg").write_bytes(b"SQLite format 3\x00" + b"x" * 5000)
    with pytest.raises(FileRefused):
        read(tmp_path / "b.gpkg")
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("a.shp", b"rubbish")
    with pytest.raises(FileRefused):
        read(tmp_path / "c.zip")
