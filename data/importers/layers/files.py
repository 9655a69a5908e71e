"""A planner's file as grids of cells: the readers of office files, and KML; the bytes say what a file is."""

import re
from pathlib import Path
from typing import Final

from data.importers.office.csv_file import read_csv
from data.importers.office.formats import Format, detect
from data.importers.office.grid import Book
from data.importers.office.guard import Limits
from data.importers.office.workbook import read_workbook
from projects.analysis.layer_reading import LayerRefused

LIMITS: Final = Limits(sheet_cells=8_000_000, features=1_000_000, unpacked_bytes=1_000_000_000)
"""A list of villages is longer than a list of projects."""
KML: Final = "kml"
_BOOKS: Final = (Format.XLSX, Format.XLSM, Format.XLS)
_HEAD: Final = 4096
_BEFORE_ROOT: Final = rb"(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*"
_ROOT: Final = {
    KML: re.compile(_BEFORE_ROOT + rb"<kml[\s>]", re.S),
    "osm": re.compile(_BEFORE_ROOT + rb"<osm[\s>]", re.S),
}
_ENTITIES: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<OGRVRT", re.I)


def content_of(path: Path, file_name: str, limits: Limits = LIMITS) -> bytes:
    """Return the bytes of a file that is not too large; raises ``LayerRefused``."""
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise LayerRefused("file_too_large", file_name, f"{size / 1e6:.0f}", f"{limits.file_bytes / 1e6:.0f}")
    return path.read_bytes()


def is_markup(data: bytes, root: str, file_name: str) -> bool:
    """Tell whether bytes are XML with a root element (``kml``, ``osm``).

    Raises ``LayerRefused`` for one that declares entities: they may grow without end, or name other files.
    """
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \r\n\t")
    named = head.startswith(b"<") and re.search(rb"<%b[\s>]" % root.encode(), head) is not None
    if named and _ENTITIES.search(data):
        raise LayerRefused("unsafe_markup", file_name)
    return named and _ROOT[root].match(head) is not None


def read_book(data: bytes, file_name: str, limits: Limits = LIMITS) -> tuple[Book, str]:
    """Return a table or map file as grids, and its format; raises ``FileRefused``, ``LayerRefused``."""
    kind = KML if is_markup(data, KML, file_name) else detect(data, limits)
    if kind == Format.CSV:
        return read_csv(data, limits), str(kind)
    if kind in _BOOKS:
        return read_workbook(data, Format(kind), limits), str(kind)
    from data.importers.office.map_file import read_map  # a hundred megabytes that a table does not need

    return read_map(data, kind, limits), str(kind)
