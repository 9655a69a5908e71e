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
    return Book(_grids(data, scans, limits), notices=notices)


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


def _grid(sheet: CalamineSheet, hidden: bool, scan: Scan, limits: Limits) -> Grid:
    if sheet.total_height * sheet.total_width > limits.sheet_cells:
        raise FileRefused(
            "area_too_large", sheet.name, address(sheet.total_height - 1, sheet.total_width - 1)
        )
    rows = sheet.to_python(skip_empty_area=False) if sheet.start else []
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str) and len(value) > limits.cell_chars:
                raise FileRefused("cell_too_large", address(number, column), str(limits.cell_chars))
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
