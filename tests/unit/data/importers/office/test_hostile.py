"""Files made to hurt, or broken on the way: one sentence each, no flood of memory."""

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.importers.office.formats import detect
from data.importers.office.guard import Limits
from projects.intake.importing import FileRefused
from tests.unit.data.importers.office.world import read, xlsx

SMALL = Limits(unpacked_bytes=5_000_000, sheet_cells=100_000)
ROWS = [["项目名称", "类别"], ["医院", "医院"]]


def refused(path: Path, key: str, limits: Limits | None = None) -> FileRefused:
    """Read a file that must be refused, in one sentence of each language."""
    with pytest.raises(FileRefused) as found:
        read(path, limits=limits)
    assert found.value.key == key
    assert str(found.value).endswith(("。", "）")) and found.value.sentence("en").endswith(".")
    return found.value


def rewritten(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """Write an archive anew with changed parts."""
    done = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member.filename, change(member.filename, old.read(member)))
    return done


def sheet_with(path: Path, rows: bytes) -> Path:
    """Put rows of XML behind those of the first sheet."""
    return rewritten(
        path,
        lambda n, d: d.replace(b"</sheetData>", rows + b"</sheetData>") if n.endswith("sheet1.xml") else d,
    )


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "empty"),
        (b"\x00" * 500, "empty"),
        (b"%PDF-1.7 ...", "not_supported"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 99, "not_supported"),
        (b"\xff\xd8\xff\xe0" + b"x" * 99, "not_supported"),
        (b"Rar!\x1a\x07" + b"x" * 99, "not_supported"),
        (b"<html><table><tr><td>1</td></tr></table>", "save_as_xlsx"),
        (
            b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
            "save_as_xlsx",
        ),
        (b"PK\x03\x04 cut off", "truncated"),
        (b'{"type": "FeatureCollection", "features": [', "truncated"),
        (b'{"type": "Topology"}', "not_supported"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "truncated"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"x" * 5000,
            "encrypted",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + b"x" * 5000,
            "not_supported",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le") + b"x" * 5000, "truncated"),
        (b"a\x00b\x01\x02\x03" * 50, "not_supported"),
    ],
)
def test_what_is_no_table_is_told_in_one_sentence(tmp_path: Path, data: bytes, key: str) -> None:
    path = tmp_path / "项目.xlsx"
    path.write_bytes(data)
    refused(path, key)


@pytest.mark.parametrize(
    ("part", "key"),
    [
        ("word/document.xml", "not_supported"),
        ("ppt/a.xml", "not_supported"),
        ("content.xml", "save_as_xlsx"),
        ("xl/workbook.bin", "save_as_xlsx"),
        ("a.txt", "no_layer"),
    ],
)
def test_other_archives(tmp_path: Path, part: str, key: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr(part, "x")
    refused(tmp_path / "a.xlsx", key)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_an_upload_that_broke_off(tmp_path: Path, share: float) -> None:
    path = xlsx(tmp_path, ROWS * 50)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    refused(path, "truncated")


def test_too_large_a_file(tmp_path: Path) -> None:
    path = xlsx(tmp_path, ROWS)
    assert "MB" in str(refused(path, "too_large", Limits(file_bytes=1000)))


def test_a_bomb_that_says_what_it_is(tmp_path: Path) -> None:
    path = sheet_with(xlsx(tmp_path, ROWS), b'<row r="9"/>' * 1_000_000)
    assert path.stat().st_size < 100_000
    tracemalloc.start()
    refused(path, "unpacks_too_large", SMALL)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    path = sheet_with(xlsx(tmp_path, ROWS), b'<row r="9"/>' * 1_000_000)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        member = next(m for m in archive.infolist() if m.filename.endswith("sheet1.xml"))
    true = struct.pack("<I", member.file_size)
    while (at := data.find(true)) >= 0:
        data[at : at + 4] = struct.pack("<I", 500)
    path.write_bytes(data)
    tracemalloc.start()
    refused(path, "truncated", SMALL)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_too_many_parts(tmp_path: Path) -> None:
    path = xlsx(tmp_path, ROWS)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(2100):
            archive.writestr(f"xl/media/{number}.xml", "")
    refused(path, "too_many_parts")


def test_a_million_styled_blank_rows_are_no_rows(tmp_path: Path) -> None:
    blank = b"".join(b'<row r="%d" ht="14"><c r="A%d" s="0"/></row>' % (n, n) for n in range(3, 1_048_577))
    found = read(sheet_with(xlsx(tmp_path, ROWS), blank))
    assert [row.name for row in found.rows] == ["医院"]


@pytest.mark.parametrize("cell", ["XFD1048576", "B1048576", "XFD2"])
def test_a_stray_cell_far_away_is_refused_by_its_name_or_read(tmp_path: Path, cell: str) -> None:
    row = "".join(c for c in cell if c.isdigit())
    path = sheet_with(xlsx(tmp_path, ROWS), f'<row r="{row}"><c r="{cell}" t="n"><v>1</v></c></row>'.encode())
    if cell == "XFD2":
        assert len(read(path, limits=SMALL).rows) == 1
        return
    assert cell.lstrip("B") in str(refused(path, "area_too_large", SMALL))


@pytest.mark.parametrize(
    "cell",
    [
        b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row r="1048576"><c><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c s="0" r = "XFD1048576"><v>1</v></c></row>',
        b'<x:row r="1048576"><x:c r="XFD1048576"><v>1</v></x:c></x:row>',
        b'<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
        b'<row r="1048576">' + b"<c><v>1</v></c>" * 20 + b"</row>",
    ],
)
def test_far_cells_in_other_handwriting_are_seen_all_the_same(tmp_path: Path, cell: bytes) -> None:
    refused(sheet_with(xlsx(tmp_path, ROWS), cell), "area_too_large", SMALL)


def test_a_million_columns_without_positions(tmp_path: Path) -> None:
    path = sheet_with(xlsx(tmp_path, ROWS), b"<row>" + b"<c><v>1</v></c>" * 200_000 + b"</row>")
    refused(path, "area_too_large", SMALL)


def test_a_cell_of_ten_million_characters(tmp_path: Path) -> None:
    inline = b'<row r="3"><c r="A3" t="inlineStr"><is><t>' + b"x" * 10_000_000 + b"</t></is></c></row>"
    assert "A3" in str(refused(sheet_with(xlsx(tmp_path, ROWS), inline), "cell_too_large"))


def test_one_long_text_that_many_cells_refer_to(tmp_path: Path) -> None:
    long = b"<si><t>" + b"x" * 30_000 + b"</t></si></sst>"
    many = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>4</v></c></row>' % (n, n) for n in range(3, 20_003))
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        book.add_worksheet("项目").write_row(0, 0, ["项目名称", "类别", "a", "b"])
    strings = rewritten(
        tmp_path / "a.xlsx", lambda n, d: d.replace(b"</sst>", long) if n.endswith("sharedStrings.xml") else d
    )
    refused(sheet_with(strings.rename(tmp_path / "b.xlsx"), many), "cell_too_large")


def test_a_damaged_part_is_told_as_damage(tmp_path: Path) -> None:
    path = xlsx(tmp_path, ROWS * 300)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        member = next(m for m in archive.infolist() if m.filename.endswith("sheet1.xml"))
    at = member.header_offset + 60 + member.compress_size // 2
    data[at : at + 40] = zlib.compress(b"noise")[:40].ljust(40, b"\xff")
    path.write_bytes(data)
    refused(path, "truncated")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=5))
def test_no_damage_gets_past_as_anything_but_a_reading_or_a_refusal(
    tmp_path: Path, damage: list[tuple[float, int]]
) -> None:
    whole = bytearray(xlsx(tmp_path, ROWS * 5).read_bytes())
    for share, byte in damage:
        whole[int(share * len(whole))] = byte
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(whole)
    try:
        read(path)
    except FileRefused as refusal:
        assert str(refusal)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_look_at_a_file(data: bytes) -> None:
    try:
        detect(data)
    except FileRefused as refusal:
        assert str(refusal)
