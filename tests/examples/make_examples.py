"""Writes the practice files of this folder: ``python -m tests.examples.make_examples``.

What is committed must be what this writes; ``tests/contracts/test_examples.py`` compares. The .xls alone
needs ``xlwt``, which is not among the project's libraries: it is written when that is installed.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import shapely
import xlsxwriter

from tests.examples.cases import (
    CLINICS,
    COUNTY_HEAD,
    COUNTY_NOTES,
    COUNTY_ROWS,
    COUNTY_TITLE,
    DEALS,
    HOMES,
    MONEY,
    OLD_ROWS,
    OLD_SHEET,
    OPTIONS_ROWS,
    STEPS,
    Formula,
)
from tests.examples.maps import PARK_POINTS, PARKS, SITES, ZONE

HERE: Final = Path(__file__).parent
_MADE: Final = datetime(2026, 9, 30, tzinfo=UTC)
_OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FIRST_HEAD: Final = 3
"""Row of the county's heading, counted from 0: below the title and two notes."""


def write_all(folder: Path) -> list[Path]:
    """Write all examples into a folder and return the files."""
    return list(_written(folder))


def _written(folder: Path) -> Iterator[Path]:
    yield _county(folder / "county_hot_springs.xlsx")
    yield _clinics(folder / "clinics_gbk.csv")
    yield _three_sheets(folder / "investment_office.xlsx")
    yield _zone(folder / "zone_projects.geojson")
    yield _parks(folder / "parks.gpkg")
    yield _sites(folder / "sites_shapefile.zip")
    try:
        import xlwt  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        return
    yield _homes(folder / "elderly_homes.xls", xlwt)


# ---- workbooks ----


def _book(path: Path) -> Any:
    book = xlsxwriter.Workbook(str(path), _OPTIONS)
    book.set_properties({"created": _MADE.replace(tzinfo=None), "title": path.stem})
    return book


def _put(sheet: Any, row: int, cells: Sequence[Any], day: Any) -> None:
    for column, cell in enumerate(cells):
        if isinstance(cell, Formula):
            sheet.write_formula(row, column, cell.text, None, cell.value)
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), day)
        elif cell not in (None, ""):
            sheet.write(row, column, cell)


def _county(path: Path) -> Path:
    """Write one crowded sheet, an old hidden one and the choices."""
    book = _book(path)
    day, bold = (
        book.add_format({"num_format": "yyyy/m/d"}),
        book.add_format({"bold": True, "align": "center"}),
    )
    sheet = book.add_worksheet("2026年项目表")
    sheet.merge_range(0, 0, 0, _width() - 1, COUNTY_TITLE, bold)
    for number, note in enumerate(COUNTY_NOTES):
        sheet.write(1 + number, 0, note)
    _two_row_heading(sheet, bold)
    for number, cells in enumerate(COUNTY_ROWS):
        _put(sheet, _FIRST_HEAD + 2 + number, cells, day)
    sheet.set_column(1, 1, 30)
    for name, rows in ((OLD_SHEET, OLD_ROWS), ("选项", OPTIONS_ROWS)):
        other = book.add_worksheet(name)
        other.hide()
        for number, cells in enumerate(rows):
            _put(other, number, cells, day)
    book.close()
    return path


def _width() -> int:
    return sum(len(head[1]) if isinstance(head, tuple) else 1 for head in COUNTY_HEAD)


def _two_row_heading(sheet: Any, bold: Any) -> None:
    column = 0
    for head in COUNTY_HEAD:
        if isinstance(head, tuple):
            top, parts = head
            sheet.merge_range(_FIRST_HEAD, column, _FIRST_HEAD, column + len(parts) - 1, top, bold)
            for part in parts:
                sheet.write(_FIRST_HEAD + 1, column, part, bold)
                column += 1
        else:
            sheet.merge_range(_FIRST_HEAD, column, _FIRST_HEAD + 1, column, head, bold)
            column += 1


def _three_sheets(path: Path) -> Path:
    book = _book(path)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in (("项目", DEALS), ("资金", MONEY), ("里程碑", STEPS)):
        sheet = book.add_worksheet(name)
        for number, cells in enumerate(rows):
            _put(sheet, number, cells, day)
    book.close()
    return path


def _homes(path: Path, xlwt: Any) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("养老机构")
    day = xlwt.easyxf(num_format_str="YYYY/M/D")
    for row, cells in enumerate(HOMES):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write(row, column, cell, day)
            elif cell != "":
                sheet.write(row, column, cell)
    book.save(str(path))
    return path


# ---- text and maps ----


def _clinics(path: Path) -> Path:
    """Write GBK with semicolons, as an old information system exports."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(CLINICS)
    path.write_bytes(text.getvalue().encode("gbk"))
    return path


def _zone(path: Path) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
        }
        for properties, shape in ZONE
    ]
    content = {"type": "FeatureCollection", "name": "莞韶园项目", "features": features}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def _layer(path: Path, rows: Sequence[tuple[dict[str, Any], Any]], **options: Any) -> None:
    """Append a layer; missing numbers stay missing."""
    names = list(rows[0][0])
    columns = [np.array([row[name] for row, _ in rows], dtype=_kind(rows, name)) for name in names]
    masks = [np.array([row[name] is None for row, _ in rows]) for name in names]
    filled = [np.where(mask, _zero(column), column).astype(column.dtype)
              for column, mask in zip(columns, masks, strict=True)]  # fmt: skip
    shapes = shapely.to_wkb(np.array([shape for _, shape in rows], dtype=object))
    pyogrio.raw.write(path, shapes, filled, names, field_mask=masks, **options)


def _kind(rows: Sequence[tuple[dict[str, Any], Any]], name: str) -> Any:
    return object if any(isinstance(row[name], str) for row, _ in rows) else np.float64


def _zero(column: Any) -> Any:
    return "" if column.dtype == object else 0.0


def _parks(path: Path) -> Path:
    path.unlink(missing_ok=True)
    _layer(path, PARKS, layer="健康公园", driver="GPKG", crs="EPSG:4490", geometry_type="Unknown")
    _layer(
        path, PARK_POINTS, layer="驿站", driver="GPKG", crs="EPSG:4547", geometry_type="Point", append=True
    )
    return path


def _sites(path: Path) -> Path:
    """Write a Shapefile in GBK with its code page and CGCS2000, zipped with fixed dates."""
    with tempfile.TemporaryDirectory() as name:
        shapefile = Path(name) / "地块.shp"
        _layer(shapefile, SITES, driver="ESRI Shapefile", crs="EPSG:4490", geometry_type="Polygon",
               encoding="GBK")  # fmt: skip
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(shapefile.parent.iterdir()):
                entry = zipfile.ZipInfo(part.name, (2026, 9, 30, 0, 0, 0))
                archive.writestr(entry, part.read_bytes())
    return path


if __name__ == "__main__":
    write_all(HERE)
