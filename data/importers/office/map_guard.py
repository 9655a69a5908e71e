"""What a map file has to be before GDAL may open it: a description that names other files is none.

GDAL asks the content, not the name: text that begins as GeoJSON or KML may be taken for a virtual data
source, which then reads any file or address of the server in the uploader's stead. Those drivers are switched
off as well (``data``); this is the door before them. Of a GeoPackage only stored tables are read: a view or a
computed column can make a small file endless.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from projects.intake.importing import FileRefused

_MARKS: Final = re.compile(rb"<OGRVRT|<OGRWFS|<OGRCSW|<VRTDataset|gdal_streamed_alg", re.I)
"""By which GDAL tells a description of other sources, wherever in the text they stand."""
_HEADS: Final = {".shp": b"\x00\x00\x27\x0a", ".gpkg": b"SQLite format 3\x00"}
_TEXTS: Final = {".geojson": b"{", ".json": b"{", ".kml": b"<"}
_OTHER: Final = "内容与文件名的后缀不符"
_ELSEWHERE: Final = "文件指向其他数据源"
_COMPUTED: Final = "图层是视图，或有计算出来的列"


def check_file(path: Path) -> None:
    """Raise ``FileRefused`` for a file that is not what its ending says, or that points to other sources."""
    data = path.read_bytes()
    head = _HEADS.get(path.suffix)
    if head is not None:
        fits = data.startswith(head)
    else:
        fits = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(_TEXTS[path.suffix])
        if _MARKS.search(data):
            raise FileRefused("map_unreadable", _ELSEWHERE)
    if not fits:
        raise FileRefused("map_unreadable", _OTHER)


def check_tables(path: Path, layers: Sequence[str]) -> None:
    """Raise ``FileRefused`` for a GeoPackage of which a layer is no table, or has computed columns."""
    if path.suffix != ".gpkg":
        return
    with _opened(path) as found:
        kinds = dict(
            found.execute("SELECT lower(name), type FROM sqlite_master WHERE type IN ('table', 'view')")
        )
        for layer in layers:
            columns = found.execute("SELECT hidden FROM pragma_table_xinfo(?)", (layer,))
            if kinds.get(layer.lower()) != "table" or any(hidden > 1 for (hidden,) in columns):
                raise FileRefused("map_unreadable", _COMPUTED)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as found:
            yield found
    except sqlite3.Error as error:
        raise FileRefused("map_unreadable", str(error)[:120]) from error
