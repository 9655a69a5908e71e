"""KML 2.2 for globes and phones: a folder per category, and a folder of the records without a place.

WGS84, longitude first. A record without a geometry is a placemark without one in a folder of its own: nothing
is left out. Every published field stands in the placemark's own table (``ExtendedData``), under its heading.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import Any, Final
from xml.sax.saxutils import escape

from data.exports.about import about_lines
from data.exports.colours import CATEGORY_COLOURS
from data.exports.pieces import CHUNK, released
from data.exports.request import ExportRequest, Language
from data.exports.source import ExportSource
from data.exports.symbols import visible
from data.exports.table import headings, row
from data.exports.tally import Tally
from data.exports.words import head
from projects.codes import CATEGORY_ZH, Category
from projects.feature import NAMES
from projects.summary import Summary

MEDIA_TYPE: Final = "application/vnd.google-earth.kml+xml"
PLACELESS: Final = ""
"""Key of the folder of records without a geometry."""
_PLACELESS_NAME: Final = {
    "zh": "没有坐标（只知县、市、省或未定位）",
    "en": "No coordinates (county or wider only, or not located)",
}
_IN_MEMORY: Final = 1 << 22
_QUOTES: Final = {'"': "&quot;", "'": "&apos;"}


def kml(library: ExportSource, request: ExportRequest) -> Iterator[bytes]:
    """Yield the file: what it is, how the categories look, then the folders in the order of the standard."""
    facts, tally = head(library, request), Tally()
    with ExitStack() as files:
        folders: dict[str, _Folder] = {}
        with released(library.stream(request.chosen)) as records:
            for record in tally.watch(records):
                key = record.category if record.geometry else PLACELESS
                if key not in folders:
                    folders[key] = _Folder(files.enter_context(SpooledTemporaryFile(_IN_MEMORY)))
                folders[key].add(_placemark(record, request.language))
        lines = "\n".join(f"{name}：{text}" for name, text in about_lines(library, request, tally, facts))
        yield _opening(request, lines).encode()
        for key in (*map(str, Category), PLACELESS):
            if key in folders:
                yield from folders[key].pieces(_title(key, request.language))
        yield b"</Document>\n</kml>\n"


class _Folder:
    """The placemarks of one folder, set aside until all are known: on the disk once they are many."""

    def __init__(self, file: SpooledTemporaryFile[bytes]) -> None:
        self._file, self._count = file, 0

    def add(self, placemark: str) -> None:
        self._count += 1
        self._file.write(placemark.encode())

    def pieces(self, title: str) -> Iterator[bytes]:
        """Yield the folder under its title, which says how many there are."""
        yield f"<Folder><name>{text_of(title)} ({self._count})</name>\n".encode()
        self._file.seek(0)
        while piece := self._file.read(CHUNK):
            yield piece
        yield b"</Folder>\n"


def text_of(value: object) -> str:
    """Return a value as XML text, in which characters that XML does not know are shown as symbols.

    >>> text_of("<b>甲&乙</b>"), text_of(chr(1))
    ('&lt;b&gt;甲&amp;乙&lt;/b&gt;', '␁')
    """
    return escape(visible(str(value)), _QUOTES)


def _title(key: str, language: Language) -> str:
    if key == PLACELESS:
        return _PLACELESS_NAME[language]
    return CATEGORY_ZH[Category(key)] if language == "zh" else key


def _opening(request: ExportRequest, lines: str) -> str:
    styles = "".join(
        f'<Style id="{code}"><IconStyle><color>{_colour(colour)}</color></IconStyle>'
        f"<LineStyle><color>{_colour(colour)}</color><width>2</width></LineStyle>"
        f"<PolyStyle><color>{_colour(colour, '7f')}</color></PolyStyle></Style>\n"
        for code, colour in CATEGORY_COLOURS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>'
        f"<name>{text_of(request.heading)}</name>\n<description>{text_of(lines)}</description>\n{styles}"
    )


def _colour(colour: str, opacity: str = "ff") -> str:
    """Return a colour as KML writes it, ``aabbggrr``.

    >>> _colour("#D55E00")
    'ff005ed5'
    """
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{opacity}{blue}{green}{red}".lower()


def _placemark(record: Summary, language: Language) -> str:
    """Return one record; unknown fields are left out of its table."""
    cells = zip(NAMES, headings(language), row(record, language), strict=False)
    data = "".join(
        f'<Data name="{name}"><displayName>{text_of(heading)}</displayName>'
        f"<value>{text_of(cell)}</value></Data>"
        for name, heading, cell in cells
        if cell is not None
    )
    shape = _geometry(json.loads(record.geometry)) if record.geometry else ""
    return (
        f'<Placemark id="{text_of(record.id)}"><name>{text_of(record.name)}</name>'
        f"<styleUrl>#{text_of(record.category)}</styleUrl><ExtendedData>{data}</ExtendedData>{shape}</Placemark>\n"
    )


def _geometry(shape: dict[str, Any]) -> str:
    """Return a GeoJSON geometry as KML."""
    kind = shape["type"]
    if kind == "GeometryCollection":
        return _several(shape["geometries"])
    held = shape["coordinates"]
    if kind.startswith("Multi"):
        return _several([{"type": kind.removeprefix("Multi"), "coordinates": part} for part in held])
    if kind == "Polygon":
        outer, *holes = (f"<LinearRing>{_line(ring)}</LinearRing>" for ring in held)
        inner = "".join(f"<innerBoundaryIs>{hole}</innerBoundaryIs>" for hole in holes)
        return f"<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs>{inner}</Polygon>"
    return f"<{kind}>{_line([held] if kind == 'Point' else held)}</{kind}>"


def _several(parts: list[dict[str, Any]]) -> str:
    return f"<MultiGeometry>{''.join(map(_geometry, parts))}</MultiGeometry>"


def _line(positions: list[list[float]]) -> str:
    return f"<coordinates>{' '.join(f'{lon},{lat}' for lon, lat, *_ in positions)}</coordinates>"
