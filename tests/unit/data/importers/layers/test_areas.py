"""Exclusion polygons: mended, counted, or named with the reason why they are not in use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import box

from gis.datum import transform_geometry
from projects.analysis.inputs import LayerKind, ShapeLayer
from projects.analysis.layer_reading import LayerReading, LayerRefused, Note, Reason
from projects.codes import Datum
from tests.unit.data.importers.layers.layer_files import csv, frame, read, zipped_shapefile

EXCLUSIONS = LayerKind.EXCLUSIONS
PARK = box(113.0, 24.0, 113.1, 24.1)


def shapes(reading: LayerReading) -> ShapeLayer:
    assert isinstance(reading.content, ShapeLayer)
    return reading.content


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "kml", "zip"])
def test_polygons_of_any_map_file(tmp_path: Path, ending: str) -> None:
    data = frame([PARK, box(113.05, 24.0, 113.2, 24.1)], {"名称": ["保护区", "水源地"]})
    path = tmp_path / f"a.{ending}"
    if ending == "zip":
        path = zipped_shapefile(tmp_path, data)
    else:
        data.to_file(path, driver={"gpkg": "GPKG", "geojson": "GeoJSON", "kml": "LIBKML"}[ending])
    reading = read(path, EXCLUSIONS)
    assert shapes(reading).names == ("保护区", "水源地") and reading.used == 2
    assert shapes(reading).geometries[0].symmetric_difference(PARK).area < 1e-9
    assert np.isnan(shapes(reading).speed_kmh).all() and reading.people is None
    # 0.2 by 0.1 degrees together, the overlap once
    assert reading.detail["km2"] == pytest.approx(20.36 * 11.075, rel=0.01)
    assert reading.bounds == pytest.approx((113.0, 24.0, 113.2, 24.1))


def test_what_is_no_area_is_named(tmp_path: Path) -> None:
    rows = {
        "好": PARK,
        "空": shapely.Polygon(),
        "无": None,
        "线": shapely.LineString([(113, 24), (114, 24)]),
        "点": shapely.Point(113, 24),
        "扁": shapely.Polygon([(113, 24), (113.1, 24), (113.05, 24), (113, 24)]),
        "远": box(2.0, 48.0, 2.1, 48.1),
    }
    path = tmp_path / "a.gpkg"
    frame(list(rows.values()), {"名称": list(rows)}).to_file(path)
    reading = read(path, EXCLUSIONS)
    assert reading.rows == 7 and shapes(reading).names == ("好",)
    assert reading.left_out == {Reason.NO_SHAPE: 2, Reason.NOT_AREA: 2, Reason.NO_AREA: 1, Reason.OUTSIDE: 1}
    assert reading.detail["examples"][Reason.NO_AREA] == [["6", "扁"]]


def test_a_polygon_that_crosses_itself_is_mended_and_counted(tmp_path: Path) -> None:
    bow = shapely.Polygon([(113, 24), (113.1, 24.1), (113.1, 24), (113, 24.1)])
    path = tmp_path / "a.gpkg"
    frame([bow, PARK]).to_file(path)
    reading = read(path, EXCLUSIONS)
    assert reading.detail["notes"] == {Note.MENDED: 1} and reading.used == 2
    assert shapely.is_valid(shapes(reading).geometries).all()
    assert shapes(reading).geometries[0].area == pytest.approx(0.005, rel=0.01)


def test_datum_and_projection_are_undone(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame([PARK], crs="EPSG:4490").to_crs("EPSG:4547").to_file(path)
    found = shapes(read(path, EXCLUSIONS, datum=Datum.CGCS2000)).geometries[0]
    assert found.hausdorff_distance(PARK) < 1e-6
    other = tmp_path / "b.geojson"
    frame([PARK]).to_file(other, driver="GeoJSON")
    moved = shapes(read(other, EXCLUSIONS, datum=Datum.GCJ02)).geometries[0]
    assert moved.hausdorff_distance(transform_geometry(PARK, "gcj02")) < 1e-9


def test_swapped_polygons_are_put_right(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    frame([box(24.0, 113.0 - 40, 24.1, 73.6), PARK]).to_file(path, driver="GeoJSON")
    # the first is no swapped place of China either: 24 N, 73 E is in India's box edge, so it is judged alone
    turned = tmp_path / "b.gpkg"
    frame([shapely.transform(PARK, lambda c: c[:, ::-1]), PARK]).to_file(turned)
    reading = read(turned, EXCLUSIONS)
    assert reading.used == 2 and reading.detail["notes"] == {Note.SWAPPED: 1}
    assert shapes(reading).geometries[0].equals(shapes(reading).geometries[1])


def test_files_without_areas_are_refused(tmp_path: Path) -> None:
    frame([shapely.Point(113, 24)]).to_file(tmp_path / "a.gpkg")
    for path in (tmp_path / "a.gpkg", csv(tmp_path / "b.csv", "名称,经度,纬度\n甲,113,24\n")):
        with pytest.raises(LayerRefused) as refused:
            read(path, EXCLUSIONS)
        assert refused.value.key == "no_areas"
    frame([shapely.Polygon(), None, box(1, 1, 2, 2)]).to_file(tmp_path / "c.gpkg")
    with pytest.raises(LayerRefused) as refused:
        read(tmp_path / "c.gpkg", EXCLUSIONS)
    assert refused.value.key == "nothing_left" and Reason.NO_SHAPE in str(refused.value)
