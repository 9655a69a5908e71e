"""Settlements and candidates from tables and map files: every row is used or named with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from data.importers.layers.tally import EXAMPLES
from gis.datum import wgs84_to_bd09, wgs84_to_gcj02
from projects.analysis.inputs import LayerKind, PointLayer
from projects.analysis.layer_reading import LayerReading, LayerRefused, Note, Reason
from projects.codes import Datum
from projects.intake.importing import FileRefused
from tests.unit.data.importers.layers.layer_files import VILLAGES, csv, frame, read, xlsx, zipped_shapefile

HEAD = "村代码,村名,经度,纬度,常住人口"
PLACES = [shapely.Point(lon, lat) for _, _, lon, lat, _ in VILLAGES]
COLUMNS: dict[str, list[object]] = {
    "编号": [row[0] for row in VILLAGES],
    "名称": [row[1] for row in VILLAGES],
    "人口": [row[4] for row in VILLAGES],
}


def lines(*rows: str) -> str:
    return "\n".join((HEAD, *rows)) + "\n"


def points(reading: LayerReading) -> PointLayer:
    assert isinstance(reading.content, PointLayer)
    return reading.content


def good(reading: LayerReading) -> None:
    """The three villages, where they are, with their people."""
    content = points(reading)
    assert content.ids == ("V1", "V2", "V3") and content.names == ("上村", "下村", "石塘")
    assert np.abs(content.lonlat - [[113.50, 24.80], [113.51, 24.81], [113.52, 24.82]]).max() < 2e-6
    assert content.people.tolist() == [320, 180, 0]
    assert np.isnan(content.cost).all() and np.isnan(content.capacity).all()
    assert (reading.rows, reading.used, reading.people) == (3, 3, 500.0)
    assert reading.detail["notes"][Note.ZERO_PEOPLE] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_text_table_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    rows = [",".join(map(str, row)) for row in VILLAGES]
    good(read(csv(tmp_path / "a.csv", lines(*rows), encoding)))


def test_a_workbook_with_a_title_above_its_heading(tmp_path: Path) -> None:
    rows = [["全县村庄一览表"], HEAD.split(","), *map(list, VILLAGES)]
    reading = read(xlsx(tmp_path / "a.xlsx", rows))
    good(reading)
    assert reading.detail["columns"] == {
        "id": "村代码", "name": "村名", "people": "常住人口", "lon": "经度", "lat": "纬度",
    }  # fmt: skip


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "kml", "zip"])
def test_map_files(tmp_path: Path, ending: str) -> None:
    data = frame(PLACES, COLUMNS)
    path = tmp_path / f"村庄.{ending}"
    if ending == "zip":
        path = zipped_shapefile(tmp_path, data)
    else:
        data.to_file(path, driver={"gpkg": "GPKG", "geojson": "GeoJSON", "kml": "LIBKML"}[ending])
    good(read(path))


def test_gauss_krueger_metres_are_transformed(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame(PLACES, COLUMNS, "EPSG:4490").to_crs("EPSG:4547").to_file(path)
    reading = read(path, datum=Datum.CGCS2000)
    good(reading)
    assert reading.detail["crs"] == "EPSG:4547"


@pytest.mark.parametrize(("datum", "shift"), [(Datum.GCJ02, wgs84_to_gcj02), (Datum.BD09, wgs84_to_bd09)])
def test_the_stated_datum_is_undone_in_tables_and_map_files(
    tmp_path: Path, datum: Datum, shift: object
) -> None:
    moved = shift([row[2:4] for row in VILLAGES])  # type: ignore[operator]
    rows = [
        f"{k},{n},{x!r},{y!r},{p}" for (k, n, _, _, p), (x, y) in zip(VILLAGES, moved.tolist(), strict=True)
    ]
    good(read(csv(tmp_path / "a.csv", lines(*rows)), datum=datum))
    path = tmp_path / "a.geojson"
    frame([shapely.Point(*spot) for spot in moved], COLUMNS).to_file(path, driver="GeoJSON")
    good(read(path, datum=datum))


def test_what_heading_and_rows_say_of_the_datum_goes_first(tmp_path: Path) -> None:
    spot = wgs84_to_gcj02([[113.5, 24.8]])[0].tolist()
    text = f"名称,经度,纬度,坐标系\n甲,{spot[0]!r},{spot[1]!r},高德\n乙,113.5,24.8,\n丙,113.5,24.8,第三套\n"
    reading = read(csv(tmp_path / "a.csv", text))
    assert np.abs(points(reading).lonlat - [113.5, 24.8]).max() < 1e-6
    assert reading.detail["notes"] == {Note.OWN_DATUM: 1, Note.SAME_PLACE: 1}
    assert reading.left_out == {Reason.DATUM_UNKNOWN: 1}
    headed = f"名称,经度（GCJ-02）,纬度（GCJ-02）\n甲,{spot[0]!r},{spot[1]!r}\n"
    assert np.abs(points(read(csv(tmp_path / "b.csv", headed))).lonlat - [113.5, 24.8]).max() < 1e-6


def test_ways_of_writing_a_position(tmp_path: Path) -> None:
    text = '名称,坐标\n甲,113°30′0″E 24°48′0″N\n乙,"24.8，113.5"\n丙,"113.5,24.8"\n'
    content = points(read(csv(tmp_path / "a.csv", text)))
    assert np.abs(content.lonlat - [113.5, 24.8]).max() < 1e-6


def test_plane_metres_in_a_table_need_their_zone_and_the_national_datum(tmp_path: Path) -> None:
    turn = Transformer.from_crs("EPSG:4490", "EPSG:4526", always_xy=True)
    east, north = turn.transform(113.5, 24.8)
    text = f"名称,X坐标,Y坐标\n甲,{north:.3f},{east:.3f}\n"
    reading = read(csv(tmp_path / "a.csv", text), datum=Datum.CGCS2000)
    assert np.abs(points(reading).lonlat - [113.5, 24.8]).max() < 1e-6
    assert reading.detail["notes"] == {Note.ZONED: 1}
    for other, datum in ((east, Datum.WGS84), (east % 1e6, Datum.CGCS2000)):
        path = csv(tmp_path / "b.csv", f"名称,X坐标,Y坐标\n甲,{north:.3f},{other:.3f}\n")
        with pytest.raises(LayerRefused) as refused:
            read(path, datum=datum)
        assert refused.value.key == "nothing_left" and Reason.PLANE in str(refused.value)


BAD = [
    ("V9,无坐标,,,10", Reason.NO_POSITION),
    ("V9,不详,不详,不详,10", Reason.NO_POSITION),
    ("V9,读不懂,一百一十三,24.8,10", Reason.UNREADABLE_POSITION),
    ("V9,零,0,0,10", Reason.ZERO_POSITION),
    ("V9,外国,2.35,48.85,10", Reason.OUTSIDE),
    ("V9,没有人数,113.5,24.8,", Reason.NO_PEOPLE),
    ("V9,待定,113.5,24.8,待定", Reason.NO_PEOPLE),
    ("V9,文字,113.5,24.8,很多", Reason.PEOPLE_UNREADABLE),
    ("V9,负,113.5,24.8,-5", Reason.PEOPLE_NEGATIVE),
    (",没有编号,113.5,24.8,10", Reason.NO_ID),
    ("V1,重复,113.6,24.9,10", Reason.SAME_ID),
    ("V9,错误,113.5,24.8,#REF!", Reason.PEOPLE_UNREADABLE),
]


@pytest.mark.parametrize(("row", "reason"), BAD)
def test_a_bad_row_is_left_out_and_named(tmp_path: Path, row: str, reason: Reason) -> None:
    reading = read(csv(tmp_path / "a.csv", lines("V1,上村,113.5,24.8,320", row)))
    assert (reading.rows, reading.used, reading.left_out) == (2, 1, {reason: 1})
    ((place, quoted),) = reading.detail["examples"][reason]
    assert place == "3" and quoted
    assert points(reading).ids == ("V1",) and reading.people == 320


def test_a_first_row_that_is_no_place_does_not_take_its_id_away(tmp_path: Path) -> None:
    reading = read(csv(tmp_path / "a.csv", lines("V1,海外,2,48,1", "V1,上村,113.5,24.8,320")))
    assert points(reading).names == ("上村",) and reading.left_out == {Reason.OUTSIDE: 1}


def test_swapped_positions_are_put_right_and_counted(tmp_path: Path) -> None:
    reading = read(csv(tmp_path / "a.csv", lines("V1,上村,24.8,113.5,320")))
    assert points(reading).lonlat.tolist() == [[113.5, 24.8]]
    assert reading.detail["notes"] == {Note.SWAPPED: 1}


def test_without_an_id_column_the_row_numbers_serve(tmp_path: Path) -> None:
    reading = read(csv(tmp_path / "a.csv", "名称,经度,纬度\n甲,113.5,24.8\n\n乙,113.6,24.9\n"))
    assert points(reading).ids == ("2", "4") and reading.rows == 2
    assert reading.people is None and np.isnan(points(reading).people).all()


def test_candidates_keep_unknown_cost_unknown_and_read_units(tmp_path: Path) -> None:
    text = (
        "名称,经度,纬度,造价（亿元）,容量\n甲,113.5,24.8,0.5,约200人\n乙,113.6,24.9,,\n丙,113.7,24.9,-1,5\n"
    )
    reading = read(csv(tmp_path / "a.csv", text), LayerKind.CANDIDATES)
    content = points(reading)
    assert content.cost[0] == 5000 and np.isnan(content.cost[1])
    assert content.capacity[0] == 200 and np.isnan(content.capacity[1])
    assert reading.left_out == {Reason.COST_NEGATIVE: 1}
    assert reading.detail["notes"] == {Note.ABOUT: 1, Note.NO_COST: 1, Note.NO_CAPACITY: 1}
    bare = csv(tmp_path / "b.csv", "名称,经度,纬度,造价\n甲,113.5,24.8,30\n")
    assert read(bare, LayerKind.CANDIDATES).detail["notes"] == {Note.NO_UNIT: 1}


def test_households_are_no_people_and_ten_thousands_are(tmp_path: Path) -> None:
    text = "名称,经度,纬度,人口（户）,总人口（万人）\n甲,113.5,24.8,80,0.032\n"
    reading = read(csv(tmp_path / "a.csv", text))
    assert reading.detail["columns"]["people"] == "总人口（万人）" and reading.people == pytest.approx(320)
    only = csv(tmp_path / "b.csv", "名称,经度,纬度,人口（户）\n甲,113.5,24.8,80\n")
    assert "people" not in read(only).detail["columns"]


def test_columns_that_a_person_chose(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv", "代码,地方,经度,纬度,人口,2023年末\nA,甲,113.5,24.8,1,9\nA,乙,113.6,24.8,2,8\n"
    )
    reading = read(path, columns={"people": "2023年末", "id": "", "name": "地方"})
    assert reading.people == 17 and points(reading).names == ("甲", "乙")
    assert points(reading).ids == ("2", "3")
    with pytest.raises(LayerRefused) as refused:
        read(path, columns={"people": "不存在"})
    assert refused.value.key == "no_such_column"


def test_formula_cells_count_by_their_saved_result_and_say_so(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        HEAD.split(","),
        ["V1", "上村", 113.5, 24.8, ("=300+20", 320)],
        ["V2", "下村", 113.6, 24.8, 5],
    ]
    reading = read(xlsx(tmp_path / "a.xlsx", rows))
    assert reading.people == 325 and reading.detail["notes"] == {Note.FORMULA: 1}


def test_areas_give_a_point_inside_and_lines_none(tmp_path: Path) -> None:
    horseshoe = shapely.Polygon(
        [
            (113, 24),
            (113.3, 24),
            (113.3, 24.3),
            (113.2, 24.3),
            (113.2, 24.1),
            (113.1, 24.1),
            (113.1, 24.3),
            (113, 24.3),
        ]
    )
    several = shapely.MultiPoint([(113, 24), (113.1, 24)])
    shapes = [horseshoe, shapely.LineString([(113, 24), (113.1, 24)]), several, None, shapely.Point()]
    path = tmp_path / "a.gpkg"
    frame(shapes, {"名称": list("甲乙丙丁戊")}).to_file(path)
    reading = read(path)
    assert reading.left_out == {Reason.NOT_PLACE: 2, Reason.NO_SHAPE: 2}
    assert horseshoe.contains(shapely.Point(points(reading).lonlat[0]))
    assert reading.detail["notes"] == {Note.INNER_POINT: 1}


def test_the_longest_sheet_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, count in (("东", 1), ("西", 3), ("说明", 0)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["名称", "经度", "纬度"] if count else ["请核对"])
            for row in range(count):
                sheet.write_row(row + 1, 0, [f"{name}{row}", 113.5 + row / 100, 24.8])
    reading = read(path)
    assert reading.used == 3 and reading.detail["sheet"] == "西"
    assert reading.detail["other_sheets"] == [["东", 1]]
    assert read(path, sheet="东").used == 1
    with pytest.raises(LayerRefused):
        read(path, sheet="南")


# ---- what is refused ----


def test_a_map_file_without_a_coordinate_system_is_refused(tmp_path: Path) -> None:
    path = zipped_shapefile(tmp_path, frame(PLACES, COLUMNS), drop=(".prj", ".cpg"))
    with pytest.raises(LayerRefused) as refused:
        read(path)
    assert refused.value.key == "no_crs" and "没有坐标系" in str(refused.value)


def test_old_and_contradicting_datums_are_refused(tmp_path: Path) -> None:
    for name, crs, datum, key in (
        ("a.gpkg", "EPSG:4214", Datum.WGS84, "old_datum"),
        ("b.gpkg", "EPSG:4490", Datum.GCJ02, "datum_contradicts"),
    ):
        frame(PLACES, COLUMNS, crs).to_file(tmp_path / name)
        with pytest.raises(LayerRefused) as refused:
            read(tmp_path / name, datum=datum)
        assert refused.value.key == key


@pytest.mark.parametrize(
    ("text", "key"),
    [("名称,人口\n甲,5\n", "no_columns"), (HEAD, "no_rows"), (lines("V1,上村,2,48,320"), "nothing_left")],
)
def test_tables_of_which_nothing_can_be_used(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(LayerRefused) as refused:
        read(csv(tmp_path / "a.csv", text))
    assert refused.value.key == key
    assert refused.value.sentence("en") != refused.value.sentence()


def test_a_picture_named_csv_and_an_archive_without_a_layer(tmp_path: Path) -> None:
    import zipfile

    picture = tmp_path / "a.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    with pytest.raises(FileRefused):
        read(picture)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("../../etc/passwd", "x")
    with pytest.raises(FileRefused):
        read(tmp_path / "b.zip")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b"0" * 1_100_000_000)
    with pytest.raises(FileRefused) as refused:
        read(path)
    assert refused.value.key == "unpacks_too_large"


@pytest.mark.parametrize(
    "inside", ['<!DOCTYPE kml [<!ENTITY a "aaaa">]>', '<!DOCTYPE kml SYSTEM "file:///etc/passwd">']
)
def test_kml_with_entities_is_refused(tmp_path: Path, inside: str) -> None:
    path = csv(
        tmp_path / "a.kml", f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2">{inside}</kml>'
    )
    with pytest.raises(LayerRefused) as refused:
        read(path)
    assert refused.value.key == "unsafe_markup"


def test_names_are_kept_as_text_however_they_look(tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)>村"
    reading = read(csv(tmp_path / "a.csv", lines(f"V1,{name},113.5,24.8,320")))
    assert points(reading).names == (name,)


CELL = st.one_of(
    st.sampled_from(
        ["", "113.5", "24.8", "0", "-7", "不详", "约300", "1,200", "#REF!", "48.85", "2.35", "113°30′"]
    ),
    st.text(alphabet="0123456789.-东经北纬 ", max_size=8),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=30))
def test_rows_always_add_up(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]) -> None:
    """Whatever the cells hold: rows = used + Σ left out, and what is used is a place with people."""
    path = tmp_path_factory.mktemp("any") / "a.csv"
    body = ["村代码,经度,纬度,常住人口", *(",".join(f'"{cell}"' for cell in row) for row in rows)]
    csv(path, "\n".join(body))
    filled = sum(any(cell.strip() for cell in row) for row in rows)
    try:
        reading = read(path)
    except LayerRefused as error:
        assert error.key in ("nothing_left", "no_rows")
        return
    content = points(reading)
    assert reading.rows == filled == reading.used + sum(reading.left_out.values())
    assert len(set(content.ids)) == reading.used and (content.people >= 0).all()
    assert ((content.lonlat > [73, 3]) & (content.lonlat < [136, 54])).all()
    named = {reason: len(rows) for reason, rows in reading.detail["examples"].items()}
    assert named == {reason: min(count, EXAMPLES) for reason, count in reading.left_out.items()}
