"""How many records a finished file of an export holds, read from the file itself.

Files of one pack must agree in number; what the writer meant to write proves nothing about what stands there.
"""

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook

from projects.errors import BadValue

PROJECT_SHEETS: Final = ("项目", "Projects")
"""The sheet of projects in every workbook that this program writes about several."""


def records(name: str, path: Path) -> int:
    """Return the number of records in a file of the format ``name``.

    Raises ``BadValue`` for a format whose files cannot be counted or a file that is not what it should be.
    """
    if name not in READERS:
        raise BadValue(f"files of the format {name!r} cannot be counted")
    try:
        return READERS[name](path)
    except _BROKEN as error:
        raise BadValue(f"{path.name}: {name} cannot be read back: {error}") from error


_BROKEN: Final = (
    ValueError,
    LookupError,
    OSError,
    SyntaxError,
    sqlite3.Error,
    zipfile.BadZipFile,
    CalamineError,
)
"""What the readers raise for a file that is cut short, empty or of another kind."""


def _features(path: Path) -> int:
    return len(json.loads(path.read_bytes())["features"])


def rows(path: Path) -> int:
    """Return the number of filled rows below the headings of a workbook's sheet of projects."""
    book = CalamineWorkbook.from_path(str(path))
    sheet = next((name for name in book.sheet_names if name in PROJECT_SHEETS), "")
    cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return sum(any(cell != "" for cell in row) for row in cells) - 1


def _counties(path: Path) -> int:
    """Sum the counts of the counties and of what lies in none."""
    content = json.loads(path.read_bytes())
    own = sum(int(feature["properties"]["total"]) for feature in content["features"])
    return own + int(content["not_in_any_county"])


def _lines(path: Path) -> int:
    return _count(path.read_bytes())


def _geopackage(path: Path) -> int:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM projects").fetchone()[0])


def _shapefile(path: Path) -> int:
    """Add up the tables of the Shapefiles and the list of the others; the list of all must agree."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        tables = [archive.read(name)[4:8] for name in names if name.endswith(".dbf")]
        without, everything = (
            _count(archive.read(next((name for name in names if name.endswith(end)), end))) for end in _LISTS
        )
    shown = sum(int.from_bytes(head, "little") for head in tables)
    if shown + without != everything:
        raise ValueError(f"{shown} drawn and {without} without a place are not {everything}")
    return everything


_LISTS: Final = ("projects_without_place.csv", "projects_all.csv")
"""How the names of the lists end; in a practice database they are marked in front."""


def _count(table: bytes) -> int:
    return sum(1 for _ in csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))) - 1


def _oc4ids(path: Path) -> int:
    return len(json.loads(path.read_bytes())["projects"])


def _elements(*tags: str) -> Callable[[Path], int]:
    def count(path: Path) -> int:
        found = 0
        for _event, element in ElementTree.iterparse(path):  # noqa: S314 - a file that we have just written
            found += element.tag.rpartition("}")[2] in tags
            element.clear()
        return found

    return count


READERS: Final[Mapping[str, Callable[[Path], int]]] = {
    "geojson": _features,
    "counties": _counties,
    "csv": _lines,
    "xlsx": rows,
    "gpkg": _geopackage,
    "shapefile": _shapefile,
    "kml": _elements("Placemark"),
    "oc4ids": _oc4ids,
    "iati": _elements("iati-activity", "withheld"),
}
