"""Old Excel files (.xls), read by a process of their own with bounded memory and time.

A damaged or hostile .xls can claim cells that lie far apart, and the reader lays out everything between them
before anybody can look: twenty gigabytes from a file of five kilobytes. So it does that where the system ends
it. What comes back is JSON; days and times carry a mark.
"""

import json
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from data.importers.office.grid import Cell
from projects.intake.importing import FileRefused

_READER: Final = "data.importers.office.old_sheets"
_ROOT: Final = Path(__file__).resolve().parents[3]
_MARKS: Final[dict[str, Any]] = {"datetime": datetime, "date": date, "time": time}


class OldSheet(NamedTuple):
    """One sheet as it was saved."""

    name: str
    hidden: bool
    height: int
    width: int
    rows: list[list[Cell]]
    merged: list[Any]


def read_old(data: bytes, most_cells: int) -> list[OldSheet]:
    """Return the sheets of an .xls; those with more cells than ``most_cells`` come without their rows.

    Raises ``FileRefused`` for a file that cannot be read within memory and time.
    """
    return [
        OldSheet(name, hidden, height, width, [[_cell(cell) for cell in row] for row in rows], merged)
        for name, hidden, height, width, rows, merged in json.loads(_answer(data, most_cells))
    ]


def _answer(data: bytes, most_cells: int) -> bytes:
    command = [sys.executable, "-m", _READER, str(most_cells)]
    done = subprocess.run(command, input=data, capture_output=True, cwd=_ROOT, check=False)  # noqa: S603
    if done.returncode:
        raise FileRefused("truncated")
    return done.stdout


def _cell(found: Any) -> Cell:
    """Return a cell from its JSON."""
    if not isinstance(found, list):
        return found
    mark, value = found
    moment: Cell = timedelta(seconds=value) if mark == "timedelta" else _MARKS[mark].fromisoformat(value)
    return moment
