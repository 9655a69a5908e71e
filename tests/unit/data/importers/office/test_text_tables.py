"""Text tables: encodings, separators, broken rows."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.importers.office.csv_file import decoded
from data.importers.office.guard import Limits
from projects.intake.importing import FileRefused
from tests.unit.data.importers.office.world import keys, read, text

ROWS = [
    ["项目名称", "县（市、区）", "总投资（万元）"],
    ["乐昌市人民医院", "乐昌市", "约3亿"],
    ["䶮山养老院", "武江区", "3000"],
]


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("gb18030", "GB18030"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, shown: str) -> None:
    found = read(text(tmp_path, ROWS, encoding))
    assert (found.format, found.encoding) == ("csv", shown)
    assert [row.name for row in found.rows] == ["乐昌市人民医院", "䶮山养老院"]
    assert found.rows[0].document["total_investment"] == "30000"


def test_gbk(tmp_path: Path) -> None:
    found = read(text(tmp_path, ROWS[:2], "gbk"))
    assert (found.encoding, found.rows[0].name) == ("GBK", "乐昌市人民医院")


@given(st.text("县医院健康产业一张图甲乙丙", min_size=8))
def test_every_encoding_comes_back(written: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert decoded(written.encode(encoding))[1] == written


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_separators(tmp_path: Path, separator: str) -> None:
    found = read(text(tmp_path, ROWS, "utf-8", separator))
    assert [row.county_code for row in found.rows] == ["440281", "440203"]
    assert found.rows[1].cells["total_investment"].address == "C3"


def test_the_line_that_names_the_separator_is_no_row(tmp_path: Path) -> None:
    path = text(tmp_path, ROWS, "utf-8", ";")
    path.write_bytes(b"sep=;\n" + path.read_bytes())
    assert len(read(path).rows) == 2


def test_quoted_line_ends_and_separators_belong_to_their_cell(tmp_path: Path) -> None:
    found = read(text(tmp_path, [["项目名称", "备注"], ["医院", "一,二\n三"]]))
    assert found.rows[0].document["note"] == "一,二\n三"


def test_a_separator_inside_a_value_does_not_move_columns_silently(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("项目名称,总投资（万元）,床位（张）\n医院,3,000,200\n养老院,400,50\n")
    found = read(path)
    assert keys(found.rows[0].issues)[-1] == "too_many_cells" and found.rows[0].rejected
    assert not found.rows[1].rejected


def test_a_file_cut_in_the_middle_of_a_character_is_told_as_cut(tmp_path: Path) -> None:
    path = text(tmp_path, ROWS[:2] * 3)
    whole = path.read_bytes().rstrip(b"\r\n,0123456789\xe4\xba\xbf")
    path.write_bytes(whole + "亿".encode()[:2])
    with pytest.raises(FileRefused, match="不完整"):
        read(path)


def test_huge_cells_and_endless_rows_are_refused_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("项目名称,备注\n医院," + "长" * 10_000_000)
    with pytest.raises(FileRefused, match="A2") as refusal:
        read(path)
    assert "A2" in refusal.value.sentence("en")
    path.write_text("项目名称\n" + "," * 1_000_000)
    with pytest.raises(FileRefused):
        read(path)


def test_a_missing_quotation_mark_is_no_flood_of_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('项目名称,备注\n医院,"开了头\n' + "乙,丙\n" * 100_000)
    with pytest.raises(FileRefused, match="引号"):
        read(path)


def test_a_million_blank_rows_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("项目名称,类别\n医院,医院\n".encode() + b",\n" * 1_048_576 + "乙院,医院\n".encode())
    found = read(path, limits=Limits())
    assert [(row.name, row.number) for row in found.rows] == [("医院", 2), ("乙院", 1_048_579)]


@given(st.binary(max_size=300))
def test_no_bytes_break_it(data: bytes) -> None:
    try:
        decoded(data)
    except FileRefused as refusal:
        assert str(refusal)
