"""An edition as a workbook and as GeoJSON: what a reader sees, and that it reads back as the same."""

import io
import json
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.exports.directories import directory_book, directory_geojson, file_name
from data.exports.request import ExportRequest
from data.importers.directories.cells import Areas
from data.importers.directories.lines import Line, Reading, read_lines
from data.importers.directories.sheets import read_table
from data.importers.office.cells import is_unknown
from data.importers.office.context import CheckContext, County
from projects.directories.model import Column, ColumnType, Entry, Place
from projects.filters import ProjectFilter
from projects.values import cleaned
from tests.unit.data.directory_made import HEAD, HOSTILE, LINES, LIST, line

REQUEST = ExportRequest(chosen=ProjectFilter())
COUNTY = "440232"


def read_back(content: bytes) -> list[Line]:
    """Read a workbook as an upload is read, in a world of one county without a shape."""
    found = read_table(LIST, content)
    assert not found.ignored and not found.totals
    county = County(COUNTY, "乳源瑶族自治县", "440200", "韶关市", "440000", "广东省")
    areas = Areas(CheckContext(counties=[county]), frozenset({COUNTY}), county.name)
    reading = Reading(LIST, areas, lambda points: [COUNTY] * len(points), COUNTY, found.headings)
    return read_lines(reading, found.lines)


def rows(content: bytes) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return list(book.worksheets[1].iter_rows(values_only=True))


def same(read: Sequence[Line], wanted: Sequence[Entry]) -> bool:
    return [(one.key, one.cells) for one in read] == [(one.key, dict(one.cells)) for one in wanted]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_workbook_reads_back_as_the_same(language: Any) -> None:
    request = ExportRequest(chosen=ProjectFilter(), language=language)
    content = directory_book(LIST, HEAD, [LINES[0], LINES[2]], request)
    read = read_back(content)
    assert [one.faults for one in read] == [[], []] and same(read, [LINES[0], LINES[2]])
    place = read[0].place
    assert place is not None and place == LINES[0].place and read[1].place is None


def test_a_number_beyond_a_double_stands_as_text_and_hostile_text_as_text() -> None:
    headings, first, second, third = rows(directory_book(LIST, HEAD, LINES, REQUEST))
    cells = dict(zip(headings, first, strict=True))
    assert cells["金额（万元）"] == "123456789012.123456" and cells["面积（平方米）"] == 2000
    assert cells["合格"] == "否" and cells["人数"] == 0 and cells["达标"] == "是"
    assert (cells["经度"], cells["坐标系"], cells["经度WGS84"]) == ("113.275", "wgs84", 113.275)
    doubted = dict(zip(headings, second, strict=True))
    assert doubted["名称"] == HOSTILE and (doubted["经度"], doubted["经度WGS84"]) == ("113.2", None)
    assert doubted["达标"] == "未知" and third[3:] == (None,) * (len(headings) - 4) + ("未知",)
    book = openpyxl.load_workbook(io.BytesIO(directory_book(LIST, HEAD, LINES, REQUEST)))
    assert all(cell.data_type != "f" for row in book.worksheets[1].iter_rows() for cell in row)


def test_the_first_sheet_says_what_the_list_is() -> None:
    book = openpyxl.load_workbook(io.BytesIO(directory_book(LIST, HEAD, LINES, REQUEST)))
    told = {str(row[0]): str(row[1]) for row in book.worksheets[0].iter_rows(max_col=2, values_only=True)}
    assert (
        told["地区"] == "乳源瑶族自治县 440232" and told["版次"] == "第2版" and told["截至"] == "2026-06-01"
    )
    assert told["依据"] == "某文件 第三条" and "登录后可见" in told["电话"] and "甲、乙（丙）" in told["类别"]


def test_geojson_keeps_every_line() -> None:
    found = json.loads(directory_geojson(LIST, HEAD, LINES, REQUEST))
    first, second, _ = found["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [113.275, 24.776]} and first["id"] == 11
    assert first["properties"]["sum"] == "123456789012.123456" and first["properties"]["large"] == "yes"
    assert second["geometry"] is None and second["properties"]["place_doubt"] == "没有坐标系"
    assert second["properties"]["area"] is None and second["properties"]["large"] == "unknown"
    assert found["counts"] == {"lines": 3, "located": 1, "unlocated": 2} and found["edition"] == 2


def test_a_file_is_called_what_it_holds() -> None:
    english = ExportRequest(chosen=ProjectFilter(), language="en")
    assert file_name(LIST, HEAD, REQUEST, "xlsx") == "试做名录-乳源瑶族自治县-第2版.xlsx"
    assert file_name(LIST, HEAD, english, "geojson") == "made_list-440232-edition-2.geojson"
    assert file_name(LIST, None, REQUEST, "xlsx") == "试做名录-空白表.xlsx"


# ---- any line ----


def stays(text: str) -> bool:
    """Whether a text is stored as it is: not one of the words for "unknown", nothing to be cleaned."""
    bare = text.strip()
    return bare == text and bool(bare) and cleaned(text) == text and not is_unknown(bare)


PLAIN = st.text(
    st.characters(categories=("L", "N", "P", "Sm", "So"), include_characters=" "), min_size=1, max_size=40
).filter(stays)
DIGITS = st.decimals(min_value=0, max_value=10**15, places=6, allow_nan=False, allow_infinity=False)


def stored(number: Any) -> str:
    return f"{number.normalize():f}"


CELLS: dict[ColumnType, st.SearchStrategy[Any]] = {
    ColumnType.TEXT: PLAIN.filter(
        lambda text: text[:1] not in "=+-@#" and not text.startswith(("示例", "清除"))
    ),
    ColumnType.BOOLEAN: st.booleans(),
    ColumnType.INTEGER: st.integers(0, 10**12),
    ColumnType.DECIMAL: DIGITS.map(stored),
    ColumnType.MONEY: DIGITS.map(stored),
    ColumnType.AREA_M2: DIGITS.map(stored),
    ColumnType.DATE: st.dates(min_value=HEAD.valid_on.replace(year=1949, month=1))
    .filter(lambda day: day.year <= 2100)
    .map(str),
    ColumnType.YEAR: st.integers(1949, 2100),
}


def cell(column: Column) -> st.SearchStrategy[Any]:
    if column.type is ColumnType.CHOICE:
        return st.sampled_from(column.choices)
    return CELLS.get(
        column.type, st.just("https://example.invalid/x") if column.name == "site" else CELLS[ColumnType.TEXT]
    )


def entry(cells: dict[str, Any]) -> Entry:
    return line(cells.pop("key"), Place(), **cells)


ENTRIES = st.fixed_dictionaries(
    {"key": st.integers(1, 999_999_999), "name": CELLS[ColumnType.TEXT]},
    optional={column.name: cell(column) for column in LIST.columns if column.name != "name"},
).map(entry)


@settings(max_examples=60, deadline=None)
@given(st.lists(ENTRIES, min_size=1, max_size=4))
def test_any_line_reads_back_as_the_same(entries: list[Entry]) -> None:
    read = read_back(directory_book(LIST, HEAD, entries, REQUEST))
    assert [one.faults for one in read] == [[] for _ in entries]
    assert same(read, entries)
