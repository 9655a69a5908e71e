"""A small world to read files against: three counties, one of them square, and files written on the spot."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import shapely

from data.importers.office.context import CheckContext, County
from data.importers.office.guard import Limits
from data.importers.office.reading import read_file
from gis.gazetteer import TownshipPoint
from projects.intake.cells import CellIssue
from projects.intake.importing import FileReading, TypedRow
from projects.intake.issues import IssueCode
from projects.ports import ZoneName

LECHANG = shapely.box(113.0, 24.9, 113.5, 25.4)
"""The square that stands for 乐昌市."""

CONTEXT = CheckContext(
    counties=(
        County("440281", "乐昌市", "440200", "韶关市", "440000", "广东省"),
        County("440232", "乳源瑶族自治县", "440200", "韶关市", "440000", "广东省"),
        County("440203", "武江区", "440200", "韶关市", "440000", "广东省"),
        County("430103", "天心区", "430100", "长沙市", "430000", "湖南省"),
        County("320106", "鼓楼区", "320100", "南京市", "320000", "江苏省"),
        County("320302", "鼓楼区", "320300", "徐州市", "320000", "江苏省"),
    ),
    townships=(
        TownshipPoint("440281101", "坪石镇", "440281", 113.05, 25.28, "geonames"),
        TownshipPoint("440232101", "桂头镇", "440232", None, None, None),
    ),
    zones=(ZoneName("sg-danxia", "丹霞山管委会", "440200", ()),),
    units={"440281": "乐昌市", "sg-health": "韶关市卫生健康局"},
    county_shape=lambda code: LECHANG if code == "440281" else None,
    today=date(2026, 11, 21),
)

Rows = Sequence[Any]


def xlsx(folder: Path, rows: Rows = (), name: str = "a.xlsx", **sheets: Rows) -> Path:
    """Write a workbook: ``rows`` to 项目, the others by their names; return its path."""
    book = openpyxl.Workbook()
    book.active.title = "项目"
    for row in rows:
        book.active.append(list(row))
    for title, more in sheets.items():
        sheet = book.create_sheet(title)
        for row in more:
            sheet.append(list(row))
    book.save(folder / name)
    return folder / name


def text(folder: Path, rows: Rows, encoding: str = "utf-8", separator: str = ",") -> Path:
    """Write a text table; return its path."""
    held = io.StringIO()
    csv.writer(held, delimiter=separator).writerows(rows)
    path = folder / "a.csv"
    path.write_bytes(held.getvalue().encode(encoding))
    return path


def read(path: Path, context: CheckContext = CONTEXT, limits: Limits | None = None) -> FileReading:
    """Read a file and hold its rows against its count."""
    found = read_file(path, path.name, context, limits=limits)
    assert found.rows_in == found.accounted
    return found


def one(folder: Path, cells: Mapping[str, Any], context: CheckContext = CONTEXT) -> TypedRow:
    """Read a workbook with one project that has a name and the given cells (heading → value)."""
    heads = {"项目名称": "乐昌市人民医院", **cells}
    found = read(xlsx(folder, [list(heads), list(heads.values())]), context)
    assert len(found.rows) == 1, found
    return found.rows[0]


def codes(issues: Sequence[CellIssue]) -> list[IssueCode]:
    """Return the codes of some issues."""
    return [issue.code for issue in issues]


def keys(issues: Sequence[CellIssue]) -> list[str]:
    """Return the keys of some issues."""
    return [issue.key for issue in issues]
