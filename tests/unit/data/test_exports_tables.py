"""CSV and xlsx: what a spreadsheet program and a script read back."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.exports import formats, xlsx
from data.exports.csv_table import guarded, unguarded
from data.exports.symbols import visible
from data.exports.table import TABLE_COLUMNS, place
from projects.errors import BadValue
from projects.filters import ProjectFilter
from projects.summary import COLUMNS
from tests.unit.data.exports_fake import HOSTILE, FakeLibrary, point, record, request

Rows = list[dict[str, str]]


def as_csv(library: FakeLibrary, **options: Any) -> tuple[bytes, Rows]:
    raw = b"".join(formats.stream("csv", library, request(**options)))
    return raw, list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def as_book(library: FakeLibrary, **options: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(b"".join(formats.stream("xlsx", library, request(**options)))))


def about(book: openpyxl.Workbook) -> dict[str, Any]:
    return {str(row[0].value): row[1].value for row in book.worksheets[1].rows}


def test_csv_begins_with_a_bom_and_chinese_headings() -> None:
    raw, rows = as_csv(FakeLibrary())
    assert raw.startswith(b"\xef\xbb\xbf\xe7\xbc\x96\xe5\x8f\xb7,")
    assert list(rows[0]) == [column.zh for column in TABLE_COLUMNS]
    assert list(rows[0])[-3:] == ["经度（WGS84）", "纬度（WGS84）", "几何类型"]


def test_csv_holds_every_record() -> None:
    library = FakeLibrary()
    _, rows = as_csv(library)
    assert [row["编号"] for row in rows] == [r.id for r in library.records]


def test_csv_of_nothing_is_the_headings() -> None:
    raw, rows = as_csv(FakeLibrary(), chosen=ProjectFilter(q="没有这个"))
    assert rows == []
    assert raw.count(b"\r\n") == 1


def test_csv_in_english() -> None:
    _, rows = as_csv(FakeLibrary(), language="en")
    assert rows[0]["Name"] == "第1项目"
    assert rows[0]["Near a county line"] == "no"


@pytest.mark.parametrize("name", HOSTILE)
def test_csv_gives_hostile_text_back_and_runs_none_of_it(name: str) -> None:
    _, [row] = as_csv(FakeLibrary([record(1, name=name, note=name)]))
    assert unguarded(row["名称"]) == unguarded(row["备注"]) == name
    assert row["名称"].lstrip()[0] not in "=+-@＝＋－＠"


def test_csv_numbers_stay_numbers() -> None:
    _, rows = as_csv(FakeLibrary())
    by_id = {row["编号"]: row for row in rows}
    assert by_id["SG-0002"]["总投资（万元）"] == "-0.1"
    assert by_id["SG-0001"]["总投资（万元）"] == "12345678901234.567891"
    assert by_id["SG-0002"]["床位"] == "500"
    assert (by_id["SG-0001"]["经度（WGS84）"], by_id["SG-0001"]["纬度（WGS84）"]) == (
        "113.2754321",
        "24.7765432",
    )
    assert by_id["SG-0002"]["涉及县"] == "440281；440224"
    assert by_id["SG-0003"]["床位"] == ""


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_guarding_can_always_be_undone(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        ('{"type":"Point","coordinates":[113.1,-24.2]}', (113.1, -24.2, "Point")),
        ('{"type":"MultiPoint","coordinates":[[113.1,24.1],[113.2,24.2]]}', (113.1, 24.1, "MultiPoint")),
        (None, (None, None, None)),
    ],
)
def test_where_a_pin_goes(geometry: str | None, expected: tuple[object, ...]) -> None:
    assert place(geometry) == expected


def test_the_pin_of_a_polygon_lies_on_it() -> None:
    ring = "[[113.0,24.0],[113.2,24.0],[113.2,24.2],[113.0,24.0]]"
    lon, lat, kind = place(f'{{"type":"Polygon","coordinates":[{ring}]}}')
    assert kind == "Polygon"
    assert lon is not None
    assert lat is not None
    assert 24.0 < lat < 24.2
    assert 113.0 < lon < 113.2


def test_the_workbook_has_its_three_sheets_ready_to_use() -> None:
    book = as_book(FakeLibrary())
    assert book.sheetnames == ["项目", "说明", "字段"]
    sheet = book.worksheets[0]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, len(TABLE_COLUMNS)).column_letter}{sheet.max_row}"
    assert [cell.value for cell in sheet[1]] == [column.zh for column in TABLE_COLUMNS]
    assert sheet.column_dimensions["B"].width > 30


def test_the_workbook_holds_every_record_and_no_formula() -> None:
    library = FakeLibrary()
    sheet = as_book(library).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [r.id for r in library.records]
    assert {cell.data_type for row in sheet.rows for cell in row} == {"s", "n", "inlineStr"} - {"inlineStr"}
    assert not any(cell.hyperlink for row in sheet.rows for cell in row)


@pytest.mark.parametrize("name", [n for n in HOSTILE if visible(n) == n])
def test_the_workbook_gives_hostile_text_back(name: str) -> None:
    book = as_book(FakeLibrary([record(1, name=name, note=name)]))
    assert book.worksheets[0]["B2"].value == name
    assert "已替换字符" not in about(book)


def test_the_workbook_shows_control_characters_and_says_so() -> None:
    book = as_book(FakeLibrary([record(1, name="控制\x01\x07\x1b\x7f\ufffe字符")]))
    assert book.worksheets[0]["B2"].value == "控制␁␇␛␡�字符"
    assert str(about(book)["已替换字符"]).startswith("1 个单元格")


def test_the_workbook_cuts_what_is_too_long_and_says_so() -> None:
    book = as_book(FakeLibrary([record(1, note="长" * 40_000)]))
    note = book.worksheets[0].cell(2, [c.name for c in COLUMNS].index("note") + 1).value
    assert len(str(note)) == 32_767
    assert str(note).endswith("全文见 GeoJSON 或 CSV）")
    assert str(about(book)["已截断单元格"]).startswith("1 个单元格")


def test_the_workbook_says_what_it_is() -> None:
    chosen = ProjectFilter(county=("440232",))
    facts = about(as_book(FakeLibrary(), chosen=chosen, credit="韶关市发改局"))
    assert facts["署名"] == "韶关市发改局"
    assert facts["审图号"] == "未提供"
    assert facts["筛选条件"] == "县（市、区）：区域440232 (440232)"
    assert facts["筛选参数"] == "county=440232"
    assert facts["记录总数"] == 3
    assert "实施方案" in str(facts["来源文件"])
    assert facts["数据版本"] == "test-1"


def test_the_workbook_explains_every_column() -> None:
    sheet = as_book(FakeLibrary()).worksheets[2]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [column.name for column in TABLE_COLUMNS]


def test_the_workbook_in_english() -> None:
    book = as_book(FakeLibrary(), language="en")
    assert book.sheetnames == ["Projects", "About", "Fields"]
    assert about(book)["Filter"] == "all records (no filter)"


def test_numbers_in_the_workbook_are_numbers_unless_digits_would_be_lost() -> None:
    sheet = as_book(FakeLibrary()).worksheets[0]
    column = [c.name for c in COLUMNS].index("total_investment_wan") + 1
    values = [sheet.cell(row, column).value for row in (2, 3)]
    assert values == ["12345678901234.567891", -0.1]


def test_more_records_than_a_sheet_has_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_ROWS", 1)
    library = FakeLibrary([point(1, 113, 24), point(2, 113, 24)])
    with pytest.raises(BadValue, match="CSV"):
        as_book(library)
    assert library.closed == 1
