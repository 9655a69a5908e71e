"""Tables of places in and out: plain CSV whose column names say the datum."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from projects.errors import BadValue

FloatArray = NDArray[np.float64]

LON: Final = "lon_wgs84"
LAT: Final = "lat_wgs84"
PEOPLE: Final = "people"


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places in the order of the file: ids, positions (n, 2; WGS84, lon lat), people (0 where not asked)."""

    ids: tuple[str, ...]
    positions: FloatArray
    people: FloatArray


def read(file: Path, *, people: bool = False) -> Places:
    """Read ``id, lon_wgs84, lat_wgs84`` and, when wanted, ``people`` of every row.

    Raises ``BadValue`` that names the column or the line: a row is never left out.
    """
    ids: list[str] = []
    numbers: list[tuple[float, float, float]] = []
    wanted = ("id", LON, LAT, *([PEOPLE] if people else ()))
    with file.open(encoding="utf-8-sig", newline="") as source:
        table = csv.DictReader(source)
        missing = [name for name in wanted if name not in (table.fieldnames or ())]
        if missing:
            raise BadValue(f"{file.name}: no column {', '.join(missing)}; positions are WGS84 degrees")
        for row in table:
            ids.append(str(row["id"]))
            numbers.append(_numbers(row, wanted, f"{file.name}, line {table.line_num}"))
    held = np.array(numbers, dtype=np.float64).reshape(-1, 3)
    return Places(tuple(ids), held[:, :2], held[:, 2])


def _numbers(row: dict[str, Any], wanted: Sequence[str], where: str) -> tuple[float, float, float]:
    try:
        lon, lat = float(row[LON]), float(row[LAT])
        people = float(row[PEOPLE]) if PEOPLE in wanted else 0.0
    except (TypeError, ValueError):
        raise BadValue(f"{where}: {', '.join(wanted[1:])} must be numbers; correct the row") from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90 and 0 <= people < np.inf):
        raise BadValue(f"{where}: degrees or people are out of range (is longitude first?); correct the row")
    return lon, lat, people


def write(file: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table with a byte-order mark, as spreadsheet programs here expect; never over another file."""
    with file.open("x", encoding="utf-8-sig", newline="") as target:
        out = csv.writer(target)
        out.writerow(columns)
        out.writerows(rows)
