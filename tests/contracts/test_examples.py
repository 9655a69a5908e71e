"""The practice files of ``tests/examples``: what each holds, and what becomes of every one of its rows.

Expectations are written from the office's point of view. Where the program does not meet one, the file says
so in ``open_faults`` and the exact comparison is expected to fail.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.exports.returned import returned
from data.exports.unit_workbook import unit_workbook
from data.importers.office.context import CheckContext, County
from data.importers.office.reading import read_file
from data.importers.office.run import Importer, Order
from gis.gazetteer import TownshipPoint
from projects.intake.cells import Outcome
from projects.intake.importing import EXAMPLE, FileReading, ImportPlan
from projects.ports import ZoneName
from tests.db import making
from tests.db.copies import copy_of
from tests.examples import cases, make_examples
from tests.examples.outcomes import of_file, of_plan

HERE = make_examples.HERE
EXAMPLES = sorted(path.name for path in HERE.glob("*.expected.json"))
FILES = sorted(
    path.name
    for path in HERE.iterdir()
    if path.suffix in (".xlsx", ".xls", ".csv", ".geojson", ".gpkg", ".zip")
)
Place = tuple[str, ...]


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / name).read_text("utf-8"))
    return found


def as_it_is_now(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the expectation with the open faults as the program still has them."""
    found = deepcopy(dict(wanted))
    for fault in wanted["open_faults"]:
        *way, last = fault["where"]
        part: Any = found
        for key in way:
            part = part[key]
        part[last] = fault["now"]
    return found


def plain(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is compared: the expectation without what introduces it."""
    return {k: v for k, v in wanted.items() if k not in ("file", "story", "role", "unit", "open_faults")}


# ---- the files themselves ----


def test_every_file_has_its_expectation() -> None:
    assert [expected(name)["file"] for name in EXAMPLES] == sorted(FILES, key=lambda f: Path(f).stem)
    for name in EXAMPLES:
        wanted = expected(name)
        rows = wanted["rows"].values()
        assert sum(wanted["counts"].values()) == len(rows)
        for outcome in Outcome:
            assert wanted["counts"][outcome] == sum(row["outcome"] == outcome for row in rows)


def content(path: Path) -> Any:
    """Return what a file says, without the marks of when and by what it was written."""
    if path.suffix in (".csv", ".geojson"):
        return path.read_bytes()
    if path.suffix == ".xls":
        return [sheet.to_python() for sheet in map(CalamineWorkbook.from_path(path).get_sheet_by_index, [0])]
    if path.suffix == ".xlsx":
        return book_content(path)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            sides = [archive.read(name) for name in archive.namelist() if name.endswith((".cpg", ".prj"))]
        return sides, layers(path)
    return layers(path)


def book_content(path: Path) -> Any:
    book = openpyxl.load_workbook(path)
    return [
        (sheet.title, sheet.sheet_state, sorted(map(str, sheet.merged_cells.ranges)),
         [[cell.value for cell in row] for row in sheet])
        for sheet in book
    ]  # fmt: skip


def layers(path: Path) -> Any:
    found = []
    for layer in pyogrio.list_layers(path)[:, 0]:
        meta, _, shapes, columns = pyogrio.raw.read(path, layer=layer)
        found.append(
            (layer, meta["crs"], list(meta["fields"]), list(shapes), [list(map(str, c)) for c in columns])
        )
    return found


def test_the_files_are_what_their_maker_writes(tmp_path: Path) -> None:
    made = make_examples.write_all(tmp_path)
    assert {path.name for path in made} | {"elderly_homes.xls"} == set(FILES)
    for path in made:
        assert content(path) == content(HERE / path.name), path.name


def test_the_old_workbook_holds_the_rows_it_was_made_of() -> None:
    """It is compared with its source, because its maker is no library of the project."""
    (rows,) = content(HERE / "elderly_homes.xls")
    assert [tuple(row) for row in rows] == list(cases.HOMES)


# ---- read without a database ----

COUNTIES = {
    "440203": "武江区", "440204": "浈江区", "440205": "曲江区", "440222": "始兴县",
    "440224": "仁化县", "440229": "翁源县", "440232": "乳源瑶族自治县", "440233": "新丰县",
    "440281": "乐昌市", "440282": "南雄市",
}  # fmt: skip
CONTEXT = CheckContext(
    counties=tuple(
        County(code, name, "440200", "韶关市", "440000", "广东省") for code, name in COUNTIES.items()
    ),
    townships=(TownshipPoint("440232109", "大桥镇", "440232", 113.1333, 24.9833, "geonames"),),
    zones=(ZoneName("sg-guanshao", "莞韶园", "440200", ("440203",)),),
    units={},
    county_shape=lambda code: None,
)  # fmt: skip
NEEDS_THE_LIBRARY = (
    "not_your_county", "duplicate_", "crs_suspect", "coordinates_outside_county", "datum_unknown",
    "not_in_list", "not_read",
)  # fmt: skip
"""Findings that need other records, borders or townships."""


def read(name: str) -> FileReading:
    return read_file(HERE / name, name, CONTEXT)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_read_as_expected(name: str) -> None:
    wanted = expected(name)
    reading = read(wanted["file"])
    assert reading.rows_in == reading.accounted
    assert of_file(reading) == {key: wanted[key] for key in of_file(reading)}
    found = {f"{row.sheet}!{row.number}": row for row in reading.rows}
    assert list(found) == list(wanted["rows"])
    for key, row in found.items():
        told = wanted["rows"][key]
        assert row.name == told["name"]
        codes = {f"{i.code} {i.cell.address}" for i in row.issues if not i.code.startswith(NEEDS_THE_LIBRARY)}
        assert codes == {i for i in told["issues"] if not i.startswith(NEEDS_THE_LIBRARY)}, key
        if row.rejected:
            assert told["outcome"] == Outcome.REJECTED


# ---- against the library ----


@pytest.fixture(scope="module")
def copy(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as made:
        yield made


@pytest.fixture(scope="module")
def tokens(copy: Database) -> dict[tuple[str, str], str]:
    """Return a session for each role and unit of the examples."""
    found: dict[tuple[str, str], str] = {}
    with copy.owning() as connection:
        for name in EXAMPLES:
            role, unit = expected(name)["role"], expected(name)["unit"]
            if (role, unit) not in found:
                place = {"unit_id": unit} if role == "editor" else {"scope_code": unit}
                found[role, unit] = making.token_of(connection, f"{role}{len(found)}", role, **place)
    return found


def preview(copy: Database, token: str, path: Path, unit: str, **more: Any) -> ImportPlan:
    return Importer(copy, token).preview(Order(path, path.name, unit, **more))


def planned(name: str, copy: Database, tokens: Mapping[Place, str]) -> dict[str, Any]:
    wanted = expected(name)
    token = tokens[wanted["role"], wanted["unit"]]
    return of_plan(preview(copy, token, HERE / wanted["file"], wanted["unit"]))


@pytest.mark.db
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_row_ends_as_expected(name: str, copy: Database, tokens: Any) -> None:
    assert planned(name, copy, tokens) == plain(as_it_is_now(expected(name)))


FAULTY = [name for name in EXAMPLES if expected(name)["open_faults"]]


@pytest.mark.db
@pytest.mark.parametrize("name", FAULTY)
@pytest.mark.xfail(strict=True, reason="open_faults of the example")
def test_open_faults_are_mended(name: str, copy: Database, tokens: Any) -> None:
    assert planned(name, copy, tokens) == plain(expected(name))


# ---- 7 and 8: what comes back, and what was not touched ----

MENDS: dict[str, dict[str, Any]] = {
    "游溪镇长者康复中心": {"计划开工时间": "2026-05-03"},
    "洛阳镇区域性养老服务中心": {"计划开工时间": None},
    "一六镇护理院": {"计划开工时间": "2026-04-01"},
    "坪石老年公寓": {"所在县（市、区）": "乳源瑶族自治县", "乡镇": None},
    "瑶药浴健康体验馆": {"项目类别": "中医药", "总投资（万元）": None},
}
"""What the office types into the returned workbook, by project and heading."""


def mend(path: Path, mends: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Type into the returned workbook as its reasons ask; return the mended projects."""
    book = openpyxl.load_workbook(path)
    done = []
    for sheet in book:
        for row in sheet.iter_rows():
            name = next((str(c.value) for c in row if c.value in mends), "")
            for cell in row if name else ():
                heading = heading_of(sheet, cell.column, row[0].row)
                if heading in mends[name]:
                    cell.value = mends[name][heading]
            done += [name] if name else []
    book.save(path)
    return done


def heading_of(sheet: Any, column: int, below: int) -> str:
    """Return the nearest heading above a cell, merged or not."""
    for number in range(below - 1, 0, -1):
        value = sheet.cell(number, column).value
        if isinstance(value, str) and value.replace("\n", "") in {h for m in MENDS.values() for h in m}:
            return value.replace("\n", "")
    return ""


@pytest.mark.db
def test_the_returned_workbook_mended_passes(copy: Database, tokens: Any, tmp_path: Path) -> None:
    token, source = tokens["editor", "440232"], HERE / "county_hot_springs.xlsx"
    plan = preview(copy, token, source, "440232")
    back = tmp_path / "退回.xlsx"
    back.write_bytes(returned(source, plan) or b"")
    again = preview(copy, token, back, "440232")
    assert {key: again.counts[key] for key in ("new", "updated", "unchanged", "held", "rejected")} == {
        "new": 0, "updated": 0, "unchanged": 0, "held": 3, "rejected": 5}  # fmt: skip
    assert sorted(mend(back, MENDS)) == sorted(MENDS)
    mended = preview(copy, token, back, "440232")
    names = {row.row.name: row.outcome for row in mended.rows}
    assert {name for name, outcome in names.items() if outcome is Outcome.NEW} == set(MENDS)
    assert mended.counts["rejected"] == 0 and mended.counts["held"] == 3


@pytest.mark.db
def test_a_prefilled_workbook_untouched_changes_nothing(copy: Database, tokens: Any, tmp_path: Path) -> None:
    token = tokens["editor", "440232"]
    book, name = unit_workbook(copy, token, "440232")
    path = tmp_path / name
    path.write_bytes(book)
    plan = preview(copy, token, path, "440232")
    with copy.owning() as connection:
        records = connection.scalar(text("SELECT count(*) FROM project WHERE owner_unit_id = '440232'"))
    assert plan.counts == {"new": 0, "updated": 0, "unchanged": records, "held": 0, "rejected": 0}


# ---- what an office would expect beyond the examples ----


def write(tmp_path: Path, cells: Mapping[str, Any]) -> Path:
    """Write a sheet 项目 with one row."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("项目", 0)
    sheet.append(list(cells))
    sheet.append(list(cells.values()))
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def one(tmp_path: Path, **cells: Any) -> Any:
    path = write(tmp_path, cells)
    return read_file(path, path.name, CONTEXT).rows[0]


def test_an_amount_too_large_for_its_heading_says_which_unit_it_was_read_in(tmp_path: Path) -> None:
    row = one(tmp_path, **{"项目名称": "甲", "总投资（亿元）": 12000})
    assert any("亿元" in f"{issue.action}{issue.remedy}" for issue in row.issues)


def test_an_implausible_amount_under_yi_asks_about_wan(tmp_path: Path) -> None:
    row = one(tmp_path, **{"项目名称": "甲", "总投资（亿元）": 3000})
    assert any("亿元" in f"{issue.action}{issue.remedy}" for issue in row.issues)


def test_a_township_found_under_another_kind_is_said(tmp_path: Path) -> None:
    row = one(tmp_path, 项目名称="甲", 县="乳源瑶族自治县", 乡镇="大桥乡")
    assert row.document["township_code"] == "440232109" and row.issues


@pytest.mark.db
def test_the_templates_own_example_rows_are_no_finding(copy: Database, tokens: Any, tmp_path: Path) -> None:
    token = tokens["editor", "440232"]
    book, name = unit_workbook(copy, token, "440232")
    path = tmp_path / name
    path.write_bytes(book)
    assert EXAMPLE in {row[0].value for row in openpyxl.load_workbook(path)["资金"].iter_rows()}
    reading = preview(copy, token, path, "440232").reading
    assert not reading.left_out and not reading.issues


def townships(plan: ImportPlan) -> list[object]:
    return [planned_row.row.document.get("township_code") for planned_row in plan.rows]


@pytest.mark.db
def test_a_zone_names_townships_too(copy: Database, tokens: Any, tmp_path: Path) -> None:
    cells = {"项目名称": "园区食堂", "类型": "项目点", "类别": "健康食品", "县": "武江区", "乡镇": "龙归镇"}
    path = write(tmp_path, cells)
    plan = preview(copy, tokens["editor", "sg-guanshao"], path, "sg-guanshao")
    assert townships(plan) == ["440203102"]


@pytest.mark.db
def test_a_reviewer_filing_for_one_county_loses_no_township_of_another(copy: Database, tokens: Any) -> None:
    name = "clinics_gbk.csv"
    plan = preview(copy, tokens["reviewer", "440200"], HERE / name, "440232")
    assert plan.counts["new"] == 6 and None not in townships(plan)
