"""Excel files: values by calamine, what calamine does not tell (formulas, hidden rows) by the guard's look.

Formulas are never computed and macros never run; what the program saved is what is read.
"""

from io import BytesIO
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from data.importers.office.formats import Format
from data.importers.office.grid import Book, Grid, address
from data.importers.office.guard import Limits, open_zip
from data.importers.office.old_workbook import read_old
from data.importers.office.scan import Scan, scan_workbook
from projects.intake.importing import FileRefused

_NO_SCAN: Final = Scan()


def read_workbook(data: bytes, kind: Format, limits: Limits) -> Book:
    """Return the sheets of an xlsx, xlsm or xls file; raises ``FileRefused``."""
    scans: dict[str, Scan] = {}
    notices: list[str] = []
    if kind is not Format.XLS:
        archive = open_zip(data, limits)
        scans = scan_workbook(archive, data, limits)
        if any(name.startswith("xl/externalLinks/") for name in archive.namelist()):
            notices.append("external_links")
    if kind is Format.XLSM:
        notices.append("macros")
    grids = _old_grids(data, limits) if kind is Format.XLS else _grids(data, scans, limits)
    return Book(grids, notices=notices)


def _old_grids(data: bytes, limits: Limits) -> list[Grid]:
    return [
        _checked(
            Grid(sheet.name, sheet.rows, sheet.merged, hidden=sheet.hidden),
            (sheet.height, sheet.width),
            limits,
        )
        for sheet in read_old(data, limits.sheet_cells)
    ]


def _grids(data: bytes, scans: dict[str, Scan], limits: Limits) -> list[Grid]:
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
        return [
            _grid(
                workbook.get_sheet_by_name(sheet.name),
                sheet.visible is not SheetVisibleEnum.Visible,
                scans.get(sheet.name, _NO_SCAN),
                limits,
            )
            for sheet in workbook.sheets_metadata
            if sheet.typ is SheetTypeEnum.WorkSheet
        ]
    except PasswordError as error:
        raise FileRefused("encrypted") from error
    except (CalamineError, OSError, ValueError) as error:
        raise FileRefused("truncated") from error
    except BaseException as error:
        # calamine is Rust: a damaged file can make it panic, which arrives outside ``Exception``
        if type(error).__name__ == "PanicException":
            raise FileRefused("truncated") from error
        raise


def _checked(grid: Grid, size: tuple[int, int], limits: Limits) -> Grid:
    """Return a sheet of some height and width; raises ``FileRefused`` for one that is too large."""
    height, width = size
    if height * width > limits.sheet_cells:
        raise FileRefused("area_too_large", grid.name, address(height - 1, width - 1))
    for number, row in enumerate(grid.rows):
        for column, value in enumerate(row):
            if isinstance(value, str) and len(value) > limits.cell_chars:
                raise FileRefused("cell_too_large", address(number, column), str(limits.cell_chars))
    return grid


def _grid(sheet: CalamineSheet, hidden: bool, scan: Scan, limits: Limits) -> Grid:
    size = sheet.total_height, sheet.total_width
    _checked(Grid(sheet.name, []), size, limits)
    rows = sheet.to_python(skip_empty_area=False) if sheet.start else []
    _checked(Grid(sheet.name, rows), size, limits)
    for (number, column), text in scan.errors.items():
        if number < len(rows) and column < len(rows[number]):
            rows[number][column] = text
    return Grid(
        sheet.name,
        rows,
        sheet.merged_cell_ranges or (),
        scan.formulas,
        hidden,
        scan.hidden_rows,
        scan.hidden_columns,
    )
