"""Land-use plans: every polygon with its class, none invented; what cannot be used is named."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from shapely.geometry import box

from data.store.analysis import content
from projects.analysis.inputs import LayerKind, ShapeLayer
from projects.analysis.layer_reading import LayerReading, LayerRefused, Note, Reason
from projects.codes import Datum
from tests.unit.data.importers.layers.layer_files import csv, frame, read, zipped_shapefile

PLAN = LayerKind.LAND_USE
HOMES, SHOPS, PARK = (box(113.0 + 0.1 * n, 24.0, 113.1 + 0.1 * n, 24.1) for n in range(3))


def shapes(reading: LayerReading) -> ShapeLayer:
    assert isinstance(reading.content, ShapeLayer)
    return reading.content


@pytest.mark.parametrize("heading", ["用地类别", "规划用地性质", "DLMC", "用地用海分类名称", "LandUse"])
def test_classes_and_remarks_of_a_map_file(tmp_path: Path, heading: str) -> None:
    data = frame([HOMES, SHOPS], {heading: ["居住用地", "商业用地"], "备注": ["R2，限高 54 米", None]})
    data.to_file(tmp_path / "a.gpkg")
    reading = read(tmp_path / "a.gpkg", PLAN)
    assert shapes(reading).names == ("居住用地", "商业用地")
    assert shapes(reading).notes == ("R2，限高 54 米", "")
    assert (reading.rows, reading.used, dict(reading.left_out)) == (2, 2, {})
    listed = {name: (n, km2) for name, n, km2 in reading.detail["land_classes"]}
    assert listed["居住用地"] == (1, pytest.approx(10.18 * 11.075, rel=0.01))
    assert reading.detail["land_class_count"] == 2 and "warnings" not in reading.detail


def test_a_name_is_preferred_to_a_code_and_a_gbk_shapefile_is_read(tmp_path: Path) -> None:
    data = frame([HOMES], {"DLBM": ["0701"], "DLMC": ["城镇住宅用地"]})
    assert shapes(read(zipped_shapefile(tmp_path, data), PLAN)).names == ("城镇住宅用地",)


def test_every_polygon_is_accounted_for_and_a_missing_class_stays_unknown(tmp_path: Path) -> None:
    bow = shapely.Polygon([(113, 25), (113.1, 25.1), (113.1, 25), (113, 25.1)])
    rows = [HOMES, SHOPS, bow, None, shapely.Point(113, 24), box(2, 48, 2.1, 48.1)]
    names = ["居住用地", None, "不详", "绿地", "点", "巴黎"]
    frame(rows, {"用地类别": names}).to_file(tmp_path / "a.gpkg")
    reading = read(tmp_path / "a.gpkg", PLAN)
    assert reading.rows == 6 == reading.used + sum(reading.left_out.values())
    assert reading.left_out == {Reason.NO_SHAPE: 1, Reason.NOT_AREA: 1, Reason.OUTSIDE: 1}
    assert shapes(reading).names == ("居住用地", "", "")
    assert reading.detail["notes"] == {Note.NO_CLASS: 2, Note.MENDED: 1}
    assert reading.detail["examples"][Reason.OUTSIDE] == [["6", "巴黎"]]


def test_a_file_without_classes_says_so_and_a_person_may_choose_the_column(tmp_path: Path) -> None:
    frame([HOMES], {"FL": ["居住用地"]}).to_file(tmp_path / "a.gpkg")
    reading = read(tmp_path / "a.gpkg", PLAN)
    assert reading.detail["warnings"] == [{"code": "no_class"}] and "FL" in reading.detail["headings"]
    chosen = read(tmp_path / "a.gpkg", PLAN, columns={"class": "FL"})
    assert shapes(chosen).names == ("居住用地",) and "warnings" not in chosen.detail
    with pytest.raises(LayerRefused, match="没有"):
        read(tmp_path / "a.gpkg", PLAN, columns={"class": "没有"})


def test_long_remarks_are_cut_and_counted(tmp_path: Path) -> None:
    frame([HOMES, SHOPS], {"用地类别": ["甲", "乙"], "备注": ["长" * 300, "长" * 200]}).to_file(
        tmp_path / "a.gpkg"
    )
    reading = read(tmp_path / "a.gpkg", PLAN)
    assert [len(note) for note in shapes(reading).notes] == [200, 200]
    assert reading.detail["notes"] == {Note.LONG_TEXT: 1}


def test_the_datum_is_undone_and_a_label_that_denies_it_is_refused(tmp_path: Path) -> None:
    frame([HOMES], {"用地类别": ["甲"]}, crs="EPSG:4490").to_crs("EPSG:4547").to_file(tmp_path / "a.gpkg")
    found = shapes(read(tmp_path / "a.gpkg", PLAN, datum=Datum.CGCS2000)).geometries[0]
    assert found.hausdorff_distance(HOMES) < 1e-6
    for crs, datum, key in (("EPSG:4490", Datum.GCJ02, "datum_contradicts"), (None, Datum.WGS84, "no_crs")):
        frame([HOMES], {"用地类别": ["甲"]}, crs=crs).to_file(tmp_path / f"{key}.gpkg")
        with pytest.raises(LayerRefused) as refused:
            read(tmp_path / f"{key}.gpkg", PLAN, datum=datum)
        assert refused.value.key == key


def test_a_table_or_points_are_no_plan(tmp_path: Path) -> None:
    frame([shapely.Point(113, 24)], {"用地类别": ["甲"]}).to_file(tmp_path / "a.gpkg")
    for path in (tmp_path / "a.gpkg", csv(tmp_path / "b.csv", "用地类别,经度,纬度\n甲,113,24\n")):
        with pytest.raises(LayerRefused) as refused:
            read(path, PLAN)
        assert refused.value.key == "no_areas"


def test_classes_and_remarks_come_back_from_the_file_that_keeps_them(tmp_path: Path) -> None:
    frame([HOMES, SHOPS], {"用地类别": [None, "乙"], "备注": ["一", None]}).to_file(tmp_path / "a.gpkg")
    held = shapes(read(tmp_path / "a.gpkg", PLAN))
    content.write(held, tmp_path / "a.npz")
    back = content.read_shapes(tmp_path / "a.npz")
    assert (back.names, back.notes) == (("", "乙"), ("一", ""))
    assert shapely.equals_identical(back.geometries, held.geometries).all()
