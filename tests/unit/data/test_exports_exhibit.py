"""Files of an analysis: all rows, all conditions, readable by others, hostile words as words."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.exports import xlsx
from data.exports.exhibit import exhibit_book, exhibit_geojson, file_name, sheet_names
from projects.analysis.exhibit import Column, Exhibit, Table
from projects.codes import Basis
from projects.errors import BadValue
from tests.exhibit_made import HOSTILE, SQUARE, areas, exhibit, records
from tests.unit.data.exports_fake import FakeLibrary, request


def collection(made: Exhibit | None = None, **values: Any) -> dict[str, Any]:
    found = json.loads(exhibit_geojson(FakeLibrary(), request(**values), made or exhibit()))
    assert isinstance(found, dict)
    return found


def workbook(made: Exhibit | None = None, **values: Any) -> Any:
    content = exhibit_book(FakeLibrary(), request(**values), made or exhibit())
    return openpyxl.load_workbook(io.BytesIO(content))


def cells(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def told(made: Exhibit | None = None, **values: Any) -> list[tuple[Any, Any]]:
    sheet = workbook(made, **values).worksheets[0]
    return [(row[0], row[1]) for row in cells(sheet)]


# ---- GeoJSON ----


def test_every_row_is_a_feature_and_those_without_a_place_have_none() -> None:
    features = collection()["features"]
    assert Counter(f["properties"]["layer"] for f in features) == {"counties": 3, "records": 2, "left_out": 2}
    assert [f["geometry"] is None for f in features] == [False, False, True, False, False, True, True]


def test_rings_run_right_and_positions_have_seven_decimals() -> None:
    features = collection()["features"]
    assert shapely.geometry.shape(features[0]["geometry"]).exterior.is_ccw
    assert not shapely.geometry.shape(SQUARE).exterior.is_ccw, "it was given the other way round"
    assert features[3]["geometry"]["coordinates"] == [113.1234568, 24.6]


def test_unknown_is_null_and_digits_are_kept() -> None:
    rows = [f["properties"] for f in collection()["features"]]
    assert rows[0]["n"] == 0 and rows[2]["rate"] is None and rows[4]["metres"] is None
    assert rows[0]["money"] == "12345678901234.567891", "a number would lose digits"
    assert rows[1]["name"] == HOSTILE


def test_the_conditions_stand_in_the_file() -> None:
    found, made = collection(), exhibit()
    assert found["title"] == made.title and found["modelled"] is True
    assert found["sentences"] == list(made.says) and found["caveats"] == list(made.caveats)
    assert found["parameters"][0] == {"key": "eps", "title": "聚类距离", "value": "2 公里"}
    assert found["data_date"] == "2026-05-06" and found["sources"] == list(made.sources)
    assert found["link"] == {"show": "density", "eps": "2000"} and "crs" not in found
    assert found["curves"][0]["high"] == [2.0, 3.0]
    assert [(t["layer"], t["rows"]) for t in found["tables"]] == [
        ("counties", 3),
        ("records", 2),
        ("left_out", 2),
    ]
    assert found["tables"][0]["columns"][3] == {
        "key": "rate",
        "title": "每千人",
        "unit": "张",
        "basis": "modelled",
    }


def test_each_row_says_how_it_is_known() -> None:
    rows = [f["properties"] for f in collection()["features"]]
    assert [r["basis"] for r in rows] == ["modelled"] * 3 + ["derived"] * 4
    assert {f["properties"]["basis"] for f in collection(practice=True)["features"]} == {"demo"}
    assert collection(practice=True)["practice"]["zh"].startswith("演示数据")


def test_a_column_cannot_take_the_words_of_the_file() -> None:
    table = Table("t", "表", (Column("layer", "图层"), Column("basis", "依据")), (("a", "b"),))
    [feature] = collection(exhibit(tables=(table,)))["features"]
    assert feature["properties"] == {"layer": "t", "basis": "derived", "layer_": "a", "basis_": "b"}


def test_an_exhibit_without_rows_is_a_valid_file() -> None:
    assert collection(exhibit(tables=(), curves=()))["features"] == []


def test_a_position_that_is_none_is_refused() -> None:
    table = replace(records(1), geometries=({"type": "Point", "coordinates": [24.6, 113.1]},))
    with pytest.raises(ValueError, match="longitude"):
        exhibit_geojson(FakeLibrary(), request(), exhibit(tables=(table,)))


def test_gdal_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "made.geojson"
    path.write_bytes(exhibit_geojson(FakeLibrary(), request(), exhibit()))
    frame = pyogrio.read_dataframe(path)
    assert len(frame) == 7 and frame.crs.to_epsg() == 4326
    assert frame.geometry.notna().sum() == 4
    assert set(frame["layer"]) == {"counties", "records", "left_out"}
    assert list(frame.loc[frame["layer"] == "counties", "name"])[1] == HOSTILE


# ---- workbook ----


def test_every_table_and_curve_is_a_sheet_with_all_its_rows() -> None:
    book = workbook()
    assert [sheet.title for sheet in book.worksheets] == ["说明", "各县 对照 a b", "项目", "项目 2", "K 函数"]
    assert [sheet.max_row - 1 for sheet in book.worksheets[1:]] == [3, 2, 2, 2]


def test_headings_carry_unit_and_mark_and_unknown_is_blank() -> None:
    heading, *rows = cells(workbook()["各县 对照 a b"])
    assert heading == ["编码", HOSTILE, "项目", "每千人（张） · 模拟测算", "总投资（万元）"]
    assert [row[3] for row in rows] == [0, pytest.approx(1.23456), None]
    assert rows[0][4] == "12345678901234.567891"


def test_points_have_their_position_at_the_end() -> None:
    heading, first, second = cells(workbook()["项目"])
    assert heading[-2:] == ["经度（WGS84）", "纬度（WGS84）"]
    assert first[-2:] == [113.1234568, 24.6] and first[2] == 1500.4 and second[2] is None


def test_curves_are_numbers_in_columns() -> None:
    heading, *rows = cells(workbook()["K 函数"])
    assert heading == ["距离（米）", "观测", "模拟范围（下限）", "模拟范围（上限）"]
    assert rows == [[1000, 1.5, 0.5, 2], [2000, 2.5, 1, 3]]


def test_the_first_sheet_says_what_the_result_is() -> None:
    lines, made = told(), exhibit()
    assert ("测算", "含模拟测算的数字，不是统计数据，也不是下达指标") in lines
    assert [value for heading, value in lines if heading == "结论"] == list(made.says)
    assert ("参数：聚类距离", "2 公里") in lines and (f"参数：{HOSTILE}", 5) not in lines
    assert [value for heading, value in lines if heading == "使用前须知"] == list(made.caveats)
    assert ("数据截至", "2026-05-06") in lines and ("数据来源", made.sources[0]) in lines
    assert ("链接参数", "show=density&eps=2000") in lines
    assert ("工作表：项目 2", "项目 · 2 行") in lines
    assert any(heading == "内容" and value == made.title for heading, value in lines)


def test_english_files_are_english() -> None:
    lines = dict(told(language="en"))
    assert lines["Data as of"] == "2026-05-06" and lines["Setting: 聚类距离"] == "2 公里"
    assert "no assigned targets" in lines["Modelled"]
    heading = cells(workbook(language="en").worksheets[1])[0]
    assert heading[3] == "每千人（张） · modelled"


def test_an_unknown_date_is_said() -> None:
    assert ("数据截至", "未知") in told(exhibit(data_date=None))


def test_nothing_that_is_counted_is_called_modelled() -> None:
    made = exhibit(tables=(records(),))
    assert "测算" not in dict(told(made)) and collection(made)["modelled"] is False
    assert "测算" in dict(told(exhibit(tables=(records(),), basis=Basis.MODELLED)))


def test_no_cell_is_a_formula_or_a_link() -> None:
    book = workbook()
    held = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in held} <= {"s", "n"} and not any(cell.hyperlink for cell in held)
    assert any(cell.value == HOSTILE for cell in held)


def test_more_rows_than_a_sheet_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_ROWS", 2)
    with pytest.raises(BadValue, match="GeoJSON"):
        workbook()


# ---- one exhibit, the same rows ----


@given(st.integers(1, 9), st.integers(1, 9))
def test_files_hold_the_same_rows(counties: int, placed: int) -> None:
    made = exhibit(tables=(areas(counties), records(placed)), curves=())
    features = collection(made)["features"]
    book = workbook(made)
    for number, table in enumerate(made.tables, start=1):
        mine = [f["properties"] for f in features if f["properties"]["layer"] == table.key]
        sheet = cells(book.worksheets[number])[1:]
        assert len(mine) == len(sheet) == len(table.rows)
        assert [row[1] for row in sheet] == [list(m.values())[3] for m in mine]


@given(st.lists(st.text(max_size=40), max_size=12))
def test_sheet_names_are_what_excel_takes(titles: list[str]) -> None:
    names = list(sheet_names(titles, "说明"))
    assert len({name.casefold() for name in names} | {"说明"}) == len(titles) + 1
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
    assert not any(name.startswith("'") or name.endswith("'") for name in names)


def test_names_of_files_say_what_and_when() -> None:
    plain, asked = exhibit(title="集聚（密度）/韶关"), request()
    assert file_name(asked, plain, "geojson") == "集聚（密度）_韶关-20261121.geojson"
    assert file_name(request(language="en"), plain, "xlsx") == "clusters-20261121.xlsx"
    assert file_name(request(practice=True), plain, "png").startswith("演示_集聚")
    assert set(file_name(asked, exhibit(), "png")).isdisjoint('<>:"/\\|?*=`$\n')
    assert file_name(asked, exhibit(title="//"), "png") == "analysis-20261121.png"


def test_an_amount_that_fits_stays_a_number() -> None:
    table = Table("t", "表", (Column("a", "额"),), ((Decimal("NaN"),), (Decimal("12000.5"),), (2**60,)))
    rows = cells(workbook(exhibit(tables=(table,), curves=())).worksheets[1])[1:]
    assert [row[0] for row in rows] == [None, 12000.5, str(2**60)]
