"""Workbooks: merged cells, hidden parts, formulas, errors, links."""

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from projects.intake.importing import FileRefused
from projects.intake.issues import IssueCode
from tests.unit.data.importers.office.old_workbook import xls
from tests.unit.data.importers.office.world import codes, keys, read, xlsx

HEAD = ["项目名称", "县（市、区）", "总投资（万元）", "计划开工时间"]


def book(*rows: list[Any]) -> tuple[Workbook, Worksheet]:
    made = openpyxl.Workbook()
    made.active.title = "项目"
    for row in (HEAD, *rows):
        made.active.append(row)
    return made, made.active


def saved(made: Workbook, folder: Path) -> Path:
    made.save(folder / "b.xlsx")
    return folder / "b.xlsx"


def test_values_keep_their_type_and_their_cell(tmp_path: Path) -> None:
    found = read(
        xlsx(
            tmp_path,
            [
                HEAD,
                ["医院", "乐昌市", 12000.5, datetime(2026, 3, 5)],
                ["乙", "武江区", "3000", date(2026, 3, 6)],
            ],
        )
    )
    assert (found.format, found.encoding, len(found.sha256)) == ("xlsx", "", 64)
    first, second = found.rows
    assert first.document == {
        "name": "医院",
        "county_code": "440281",
        "total_investment": "12000.5",
        "milestone/commencement": {"planned_on": "2026-03-05"},
    }
    cell = first.cells["total_investment"]
    assert (cell.sheet, cell.address, cell.heading, cell.raw) == ("项目", "C2", "总投资（万元）", "12000.5")
    assert second.document["milestone/commencement"] == {"planned_on": "2026-03-06"}
    assert (first.number, second.number) == (2, 3)


def test_text_of_merged_cells_holds_for_each_row_and_amounts_do_not(tmp_path: Path) -> None:
    made, sheet = book(["甲", "乐昌市", 3000, None], ["乙", None, None, None], ["丙", None, None, None])
    sheet.merge_cells("B2:B4")
    sheet.merge_cells("C2:C4")
    found = read(saved(made, tmp_path))
    assert [row.county_code for row in found.rows] == ["440281"] * 3
    assert ["total_investment" in row.document for row in found.rows] == [True, False, False]
    assert [(i.key, i.values) for i in found.issues] == [
        ("merged_filled", ("B2:B4",)),
        ("merged_first", ("C2:C4",)),
    ]
    assert codes(found.issues) == [IssueCode.MERGED_CELLS] * 2


def test_hidden_sheets_rows_and_columns_are_read_and_told(tmp_path: Path) -> None:
    made, sheet = book(["甲", "乐昌市", 3000, None], ["乙", "乐昌市", 3000, None])
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    more = made.create_sheet("第二批")
    more.append(HEAD)
    more.append(["丙", "武江区", 1000, None])
    more.sheet_state = "veryHidden"
    found = read(saved(made, tmp_path))
    assert [row.name for row in found.rows] == ["甲", "乙", "丙"]
    assert [(i.key, i.values) for i in found.issues] == [
        ("hidden_rows", ("1", "3")),
        ("hidden_columns", ("C",)),
        ("hidden_sheet", ("第二批",)),
    ]


def with_saved_results(path: Path, results: dict[str, str]) -> Path:
    """Put the results of formulas into a workbook, as Excel saves them."""
    done = path.with_name("c.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename.endswith("sheet1.xml"):
                for address, result in results.items():
                    start = data.index(f'<c r="{address}"'.encode())
                    end = data.index(b"</c>", start)
                    cell = (
                        data[start:end].replace(b"<v></v>", b"").replace(b"<v />", b"").replace(b"<v/>", b"")
                    )
                    data = data[:start] + cell + f"<v>{result}</v>".encode() + data[end:]
            new.writestr(member.filename, data)
    return done


def test_formulas_give_their_saved_result_and_a_notice(tmp_path: Path) -> None:
    made, _ = book(["甲", "乐昌市", "=1000+2000", None], ["乙", "乐昌市", "=A1&B1", None])
    found = read(with_saved_results(saved(made, tmp_path), {"C2": "3000"}))
    first, second = found.rows
    assert first.document["total_investment"] == "3000"
    assert [(i.code, i.key, i.values) for i in first.issues] == [
        ("formula_cell", "formula", ("=1000+2000", "3000"))
    ]
    assert first.cells["total_investment"].formula == "=1000+2000"
    assert "total_investment" not in second.document
    assert [(i.key, i.values[0]) for i in second.issues] == [("formula_empty", "=A1&B1")]


def test_a_cell_that_shows_an_error_is_an_error(tmp_path: Path) -> None:
    made, sheet = book(["甲", "乐昌市", 1, None])
    sheet["C2"].value = "#REF!"
    assert sheet["C2"].data_type == "e"
    found = read(saved(made, tmp_path))
    assert keys(found.rows[0].issues) == ["cell_error"] and found.rows[0].rejected


def test_macros_and_links_are_told_and_never_run(tmp_path: Path) -> None:
    path = xlsx(tmp_path, [HEAD, ["甲", "乐昌市", 3000, None]])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0macro")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    found = read(path)
    assert found.format == "xlsm"
    assert sorted(keys(found.issues)) == ["external_links", "macros"]
    assert len(found.rows) == 1


def test_old_workbooks_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(xls("项目", [HEAD[:3], ["甲", "乐昌市", 3000]]))
    found = read(tmp_path / "a.xls")
    assert (found.format, found.rows[0].document["total_investment"]) == ("xls", "3000")
    assert found.rows[0].cells["name"].address == "A2"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=5))
def test_no_damage_to_an_old_workbook_gets_past(tmp_path: Path, damage: list[tuple[float, int]]) -> None:
    whole = bytearray(xls("项目", [HEAD[:3], ["甲", "乐昌市", 3000]]))
    for share, byte in damage:
        whole[int(share * len(whole))] = byte
    (tmp_path / "b.xls").write_bytes(whole)
    try:
        read(tmp_path / "b.xls")
    except FileRefused as refusal:
        assert str(refusal)


def test_the_name_does_not_decide_what_a_file_is(tmp_path: Path) -> None:
    path = xlsx(tmp_path, [HEAD, ["甲", "乐昌市", 3000, None]]).rename(tmp_path / "a.csv")
    assert read(path).format == "xlsx"
