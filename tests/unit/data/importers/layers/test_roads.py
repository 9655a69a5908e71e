"""Road files: OSM written by hand, GeoPackages; what is travelled, how fast, and how it hangs together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from gis.datum import wgs84_to_gcj02
from projects.analysis.inputs import LayerKind, ShapeLayer
from projects.analysis.layer_reading import LayerReading, LayerRefused, Note, Reason
from projects.codes import Datum
from tests.unit.data.importers.layers.layer_files import (
    OSM_HEAD,
    csv,
    frame,
    ground,
    osm,
    pbf,
    read,
    zipped_shapefile,
)

ROADS = LayerKind.ROADS
NODES = {
    1: (113.00, 24.00),
    2: (113.01, 24.00),
    3: (113.02, 24.00),
    4: (113.02, 24.01),
    5: (116.0, 26.0),
    6: (116.1, 26.0),
}
WAYS: list[tuple[list[int], dict[str, str]]] = [
    ([1, 2], {"highway": "primary", "name": "解放路", "maxspeed": "60"}),
    ([2, 3], {"highway": "residential", "maxspeed": "CN:urban"}),
    ([3, 4], {"highway": "footway"}),
    ([1, 4], {"highway": "motorway", "maxspeed": "50 mph"}),
    ([2, 4], {"highway": "service", "access": "private"}),
    ([1, 3], {"highway": "proposed"}),
    ([5, 6], {"highway": "primary"}),
    ([1, 2], {"railway": "rail"}),
]


def shapes(reading: LayerReading) -> ShapeLayer:
    assert isinstance(reading.content, ShapeLayer)
    return reading.content


@pytest.mark.parametrize("write", [osm, pbf])
def test_an_osm_file_for_cars(tmp_path: Path, write: Any) -> None:
    # what a file is, its bytes say: the ending is that of another kind
    reading = read(write(tmp_path / "a.gpkg", NODES, WAYS), ROADS, ground())
    content = shapes(reading)
    assert reading.rows == 7  # lines with a highway tag: a railway is no road
    assert reading.left_out == {Reason.BEYOND: 1, Reason.ROAD_CLASS: 2, Reason.CLOSED: 1}
    assert content.names == ("解放路", "", "")
    assert content.speed_kmh[[0, 2]].tolist() == pytest.approx([60, 80.4672]) and np.isnan(
        content.speed_kmh[1]
    )
    assert reading.detail["notes"] == {Note.SPEED_UNREAD: 1}
    assert reading.detail["components"] == 1 and reading.detail["largest_share"] == 1
    assert reading.detail["km"] == pytest.approx(1.0159 * 2 + 2.319, rel=0.01)
    assert reading.detail["warnings"] == []


def test_walkers_use_other_ways(tmp_path: Path) -> None:
    reading = read(osm(tmp_path / "a.osm", NODES, WAYS), ROADS, ground(), travel="walk")
    assert reading.used == 3 and reading.left_out[Reason.ROAD_CLASS] == 2
    assert not np.isnan(shapes(reading).speed_kmh[0])


def test_without_an_area_everything_stays_and_two_parts_are_told(tmp_path: Path) -> None:
    reading = read(osm(tmp_path / "a.osm", NODES, WAYS), ROADS)
    assert Reason.BEYOND not in reading.left_out and reading.used == 4
    assert reading.detail["components"] == 2
    share = reading.detail["largest_share"]
    (warning,) = reading.detail["warnings"]
    assert warning["code"] == "road_parts" and warning["parts"] == 2 and warning["share"] == share
    # by length: 4.4 km of 14.4 km are the nearer part, the far road alone is 10 km
    assert share == pytest.approx(10.0 / 14.4, abs=0.02)


def test_a_geopackage_of_lines_in_metres(tmp_path: Path) -> None:
    lines = [
        shapely.LineString([NODES[1], NODES[2]]),
        shapely.LineString([NODES[2], NODES[3]]),
        shapely.Point(113, 24),
        None,
    ]
    path = tmp_path / "a.gpkg"
    data = frame(lines, {"路名": list("甲乙丙丁"), "限速": [40, 0, 30, None]}, "EPSG:4490").to_crs(
        "EPSG:4547"
    )
    data.to_file(path, layer="道路")
    reading = read(path, ROADS, ground(), datum=Datum.CGCS2000)
    content = shapes(reading)
    assert content.names == ("甲", "乙") and reading.left_out == {Reason.NOT_LINE: 1, Reason.NO_SHAPE: 1}
    assert content.speed_kmh[0] == 40 and np.isnan(content.speed_kmh[1])
    assert np.abs(shapely.get_coordinates(content.geometries[0]) - [NODES[1], NODES[2]]).max() < 1e-6
    assert reading.detail["components"] == 1 and not reading.detail["classes"]


def test_the_longest_layer_of_lines_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    one, other = [shapely.LineString([NODES[a], NODES[b]]) for a, b in ((1, 2), (2, 3))]
    frame([one]).to_file(path, layer="河流")
    frame([one, other]).to_file(path, layer="道路")
    frame([shapely.Point(113, 24)]).to_file(path, layer="桥")
    reading = read(path, ROADS, ground())
    assert reading.detail["sheet"] == "道路" and reading.detail["other_sheets"] == [["河流", 0]]
    assert read(path, ROADS, ground(), sheet="河流").used == 1


def test_a_zipped_shapefile_with_geofabrik_classes_in_gcj02(tmp_path: Path) -> None:
    lines = [shapely.LineString(wgs84_to_gcj02([NODES[a], NODES[b]])) for a, b in ((1, 2), (2, 3))]
    data = frame(lines, {"fclass": ["primary", "footway"], "maxspeed": [0, 0], "name": ["甲", "乙"]})
    reading = read(zipped_shapefile(tmp_path, data), ROADS, ground(), datum=Datum.GCJ02)
    assert shapes(reading).names == ("甲",) and reading.left_out == {Reason.ROAD_CLASS: 1}
    assert np.abs(shapely.get_coordinates(shapes(reading).geometries[0]) - [NODES[1], NODES[2]]).max() < 1e-6
    assert np.isnan(shapes(reading).speed_kmh).all()


# ---- what is refused ----


def test_files_without_roads(tmp_path: Path) -> None:
    frame([shapely.Point(113, 24)]).to_file(tmp_path / "a.gpkg")
    osm(tmp_path / "b.osm", NODES, [([1, 2], {"railway": "rail"})])
    for name in ("a.gpkg", "b.osm"):
        with pytest.raises(LayerRefused) as refused:
            read(tmp_path / name, ROADS, ground())
        assert refused.value.key == "no_roads"
    frame([shapely.LineString([NODES[5], NODES[6]])]).to_file(tmp_path / "c.gpkg")
    with pytest.raises(LayerRefused) as refused:
        read(tmp_path / "c.gpkg", ROADS, ground())
    assert refused.value.key == "nothing_left" and Reason.BEYOND in str(refused.value)


def test_osm_is_wgs84_and_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(LayerRefused) as refused:
        read(osm(tmp_path / "a.osm", NODES, WAYS), ROADS, ground(), datum=Datum.GCJ02)
    assert refused.value.key == "osm_datum"


def test_an_installation_that_cannot_read_osm_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pyogrio, "list_drivers", lambda read=True: {"GPKG": "rw"})
    with pytest.raises(LayerRefused) as refused:
        read(osm(tmp_path / "a.osm", NODES, WAYS), ROADS, ground())
    assert refused.value.key == "no_osm_driver" and "GeoPackage" in str(refused.value)


def test_osm_with_entities_or_cut_off_is_refused(tmp_path: Path) -> None:
    hostile = OSM_HEAD.replace("<osm", '<!DOCTYPE osm [<!ENTITY x "xxxx">]>\n<osm')
    for text, key in (
        (OSM_HEAD + '<!-- <!ENTITY x "y"> --></osm>', "unsafe_markup"),
        (OSM_HEAD + '<node id="1" lon="113" lat', "no_roads"),
    ):
        with pytest.raises(LayerRefused) as refused:
            read(csv(tmp_path / "a.osm", text), ROADS, ground())
        assert refused.value.key in (key, "file_unreadable")
    with pytest.raises(LayerRefused):
        read(csv(tmp_path / "b.osm", hostile), ROADS, ground())
