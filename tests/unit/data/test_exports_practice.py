"""Files of a practice database: marked in name, title, credit, sheets and features; real ones never."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import openpyxl
import pytest

from data.exports import formats
from data.exports.book import Sheet, about, book
from data.exports.request import PRACTICE, ExportRequest
from data.exports.workbook import Content, workbook
from data.exports.workbook_columns import HOW_TO
from data.settings import Settings
from projects.filters import ProjectFilter
from tests.unit.data.exports_fake import FakeLibrary, record, request
from tests.unit.data.test_exports_workbook import MADE, PLACES
from tests.unit.projects.importing_rows import COUNTY

WORDS = PRACTICE["zh"]
MADE_UP = record(1, id="YS-0001", name="云杉国医堂（演示0001）", basis="demo", basis_zh="演示数据")


def exported(name: str, asked: ExportRequest) -> bytes:
    return b"".join(formats.stream(name, FakeLibrary([MADE_UP]), asked))


def of(settings: Settings, **values: Any) -> ExportRequest:
    return ExportRequest.of(settings, ProjectFilter(), **values)


def test_the_mark_comes_with_the_settings_of_practice() -> None:
    assert of(Settings(demo=True)).practice and not of(Settings()).practice
    asked = of(Settings(demo=True, credit_line="某市卫健委"), title="资金")
    assert WORDS in asked.heading and "资金" in asked.heading
    assert asked.credit_line == f"某市卫健委 · {WORDS}"
    assert of(Settings(), title="资金").heading == "资金"


@pytest.mark.parametrize("name", list(formats.FORMATS))
def test_every_file_name_is_marked(name: str) -> None:
    zh, en = formats.file_names(name, request(practice=True))
    assert zh.startswith("演示_") and en.startswith("practice-")
    assert formats.file_names(name, request())[0].startswith("健康产业")


@pytest.mark.parametrize("name", ["geojson", "counties"])
def test_geojson_says_it_of_the_whole_and_of_each_feature(name: str) -> None:
    found = json.loads(exported(name, request(practice=True)))
    assert found["practice"]["zh"] == WORDS and WORDS in found["title"] and WORDS in found["credit"]
    if name == "geojson":
        assert {f["properties"]["basis"] for f in found["features"]} == {"demo"}
    assert "practice" not in json.loads(exported(name, request()))


def test_every_row_of_a_csv_carries_its_basis() -> None:
    rows = list(csv.DictReader(io.StringIO(exported("csv", request(practice=True)).decode("utf-8-sig"))))
    assert rows and all("演示数据" in row.values() for row in rows)


def test_a_workbook_is_marked_on_every_sheet_and_printed_page() -> None:
    found = openpyxl.load_workbook(io.BytesIO(exported("xlsx", request(practice=True))))
    for sheet in found.worksheets:
        assert sheet.sheet_properties.tabColor is not None
        assert sheet.oddHeader.center.text == WORDS
    said = " ".join(str(cell.value) for row in found["说明"].iter_rows() for cell in row)
    assert said.count(WORDS) >= 2, "title and credit"
    plain = openpyxl.load_workbook(io.BytesIO(exported("xlsx", request())))
    assert all(not sheet.oddHeader.center.text for sheet in plain.worksheets)


def test_the_workbook_of_a_unit_is_marked_too() -> None:
    content = Content(COUNTY, PLACES, MADE, practice=True)
    assert content.file_name.startswith("演示_")
    found = openpyxl.load_workbook(io.BytesIO(workbook(content)))
    assert WORDS in str(found[HOW_TO]["B1"].value)
    assert all(sheet.oddHeader.center.text == WORDS for sheet in found.worksheets)
    plain = openpyxl.load_workbook(io.BytesIO(workbook(Content(COUNTY, PLACES, MADE))))
    assert "演示" not in str(plain[HOW_TO]["B1"].value)


def test_a_small_book_holds_text_as_text_and_is_marked() -> None:
    asked = request(practice=True)
    sheet = Sheet("表", ["甲", "乙"], [["=1+1", None], ["控制\x01", 5]])
    found = openpyxl.load_workbook(io.BytesIO(book(asked, about(FakeLibrary([]), asked), [sheet])))
    assert found.sheetnames == ["说明", "表"]
    assert (found["表"]["A2"].value, found["表"]["A2"].data_type) == ("=1+1", "s")
    assert found["表"]["B2"].value is None and found["表"]["B3"].value == 5
    assert all(one.oddHeader.center.text == WORDS for one in found.worksheets)
