"""The process that reads an old Excel file for ``old_workbook``: within bounds, knowing nothing of ours.

python -m data.importers.office.old_sheets MOST_CELLS < FILE.xls > SHEETS.json
"""

import json
import resource
import sys
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any, Final

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY_BYTES: Final = 1_500_000_000
CPU_S: Final = 60


def bounded() -> None:
    """Let the system end this process when it wants too much memory or time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def sheets(data: bytes, most_cells: int) -> list[list[Any]]:
    """Return each sheet as name, hidden, height, width, rows and merged ranges.

    Days and times are a mark and a text; a sheet with more cells than ``most_cells`` comes without its rows.
    """
    workbook, found = CalamineWorkbook.from_filelike(BytesIO(data)), []
    for about in workbook.sheets_metadata:
        if about.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(about.name)
        fits = sheet.start and sheet.total_height * sheet.total_width <= most_cells
        rows = sheet.to_python(skip_empty_area=False) if fits else []
        hidden = about.visible is not SheetVisibleEnum.Visible
        cells = [[_marked(cell) for cell in row] for row in rows]
        merged = list(sheet.merged_cell_ranges or ())
        found.append([about.name, hidden, sheet.total_height, sheet.total_width, cells, merged])
    return found


def _marked(cell: Any) -> Any:
    """Return what JSON can say of a cell."""
    if isinstance(cell, timedelta):
        return ["timedelta", cell.total_seconds()]
    return [type(cell).__name__, cell.isoformat()] if isinstance(cell, date | time) else cell


if __name__ == "__main__":
    bounded()
    json.dump(sheets(sys.stdin.buffer.read(), int(sys.argv[1])), sys.stdout)
