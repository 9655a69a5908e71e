"""Lines as somebody typed them → lines as they are stored: cells, place, what is wrong with each.

All lines of a file are judged together, because positions are shifted and tested together. A datum is never
assumed: without one, coordinates are kept as they were entered and the line has no place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from data.importers.directories.cells import Areas, Read, Said, reader, sentence
from data.importers.office.cells import is_blank, stripped
from data.importers.office.coordinates import UNKNOWN, Position, place_all
from data.importers.office.grid import Cell, as_text
from data.importers.office.headings import Column as HeadingColumn
from projects.directories.model import CellFault, Column, Definition, Place
from projects.fields import JsonValue
from projects.intake.cells import SourceCell
from projects.intake.importing import CLEAR
from projects.intake.issues import Severity

Lonlat = tuple[float, float]
CountyAt = Callable[[Sequence[Lonlat]], Sequence[str]]
"""Points (lon, lat, WGS84) → county codes, "" where none is known."""
HEADINGS: Final[Mapping[str, tuple[str, str]]] = {
    "key": ("编号", "Number"),
    "county": ("县（市、区）", "County"),
    "lon": ("经度", "Longitude"),
    "lat": ("纬度", "Latitude"),
    "datum": ("坐标系", "Datum"),
}
"""Headings of what a line has beside its cells, in a workbook and in messages."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A line as typed: column → raw cell; what is absent was not asked for."""

    row: int
    cells: Mapping[str, Cell]


@dataclass(slots=True)
class Line:
    """A line as read: values of what it names, what it empties, where it lies, what is wrong."""

    row: int
    key: int | None = None
    cells: dict[str, JsonValue] = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)
    place: Place | None = None
    """None where the line says nothing of a place."""
    faults: list[CellFault] = field(default_factory=list)
    remarks: list[CellFault] = field(default_factory=list)
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What lines are read with: the definition, the areas, where counties lie."""

    definition: Definition
    areas: Areas
    county_at: CountyAt
    own_county: str = ""
    """The county of the directory, for lines that name none; "" when it is of a larger area."""
    headings: Mapping[str, HeadingColumn] = field(default_factory=dict)
    """Column → how a file's heading names it."""


def read_lines(reading: Reading, typed: Sequence[Typed]) -> list[Line]:
    """Return all lines in their order; those with faults are not to be stored."""
    readers = {
        column.name: reader(column, reading.headings.get(column.name), reading.areas)
        for column in reading.definition.columns
    }
    lines = [_line(reading, readers, one) for one in typed]
    if reading.definition.mapped:
        _place(reading, [line for line in lines if line.position is not None])
    return lines


def missing(definition: Definition, cells: Mapping[str, JsonValue]) -> list[Column]:
    """Return the required columns that a line leaves open."""
    return [column for column in definition.columns if column.required and cells.get(column.name) is None]


def _line(reading: Reading, readers: Mapping[str, Callable[[Cell], Read]], typed: Typed) -> Line:
    line = Line(typed.row)
    for name, read in readers.items():
        cell = typed.cells.get(name, "")
        if isinstance(cell, list | tuple | dict):
            _fault(line, name, str(cell)[:80], _NO_CELL)
            continue
        _take(line, name, cell, read("" if cell is None else cell))
    _read_key(line, typed.cells.get("key", ""))
    if reading.definition.mapped:
        _read_position(reading, line, typed.cells)
    return line


def _take(line: Line, name: str, cell: Cell, found: Read) -> None:
    raw = "" if cell is None else stripped(cell)
    if found.fault is not None:
        _fault(line, name, raw, found.fault)
    if found.remark is not None:
        line.remarks.append(CellFault(line.row, name, raw[:200], *found.remark))
    if found.value is not None:
        line.cells[name] = found.value
    if found.cleared:
        line.cleared.add(name)


def _fault(line: Line, name: str, raw: str, said: Said) -> None:
    line.faults.append(CellFault(line.row, name, raw[:200], *said))


def _read_key(line: Line, cell: Cell) -> None:
    if is_blank(cell):
        return
    text = as_text(cell).strip()
    if text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) > 0:
        line.key = int(text)
    else:
        _fault(line, "key", text, _NO_KEY)


# ---- places ----


def _read_position(reading: Reading, line: Line, cells: Mapping[str, Cell]) -> None:
    """Take county and coordinates of a line; CLEAR in any of the three takes the place away."""
    given = {name: "" if is_blank(cells.get(name, "")) else stripped(cells[name]) for name in _PLACE}
    if CLEAR in given.values():
        line.cleared.add("place")
        given = {name: "" if text == CLEAR else text for name, text in given.items()}
    county = reading.areas.read(given["county"]) if given["county"] else Read(reading.own_county or None)
    if county.fault is not None:
        _fault(line, "county", given["county"], county.fault)
    code = str(county.value or "")
    if given["lon"] or given["lat"]:
        line.position = Position(
            lon=_source("lon", given["lon"]),
            lat=_source("lat", given["lat"]),
            datum_cell=_source("datum", given["datum"]),
            county_code=code or None,
        )
    elif given["county"]:
        line.place = Place(county_code=code)


def _source(name: str, text: str) -> SourceCell | None:
    return SourceCell("", "", HEADINGS[name][0], text) if text else None


def _place(reading: Reading, lines: Sequence[Line]) -> None:
    positions = [line.position for line in lines if line.position is not None]
    place_all(positions, reading.areas.context)
    for line, position in zip(lines, positions, strict=True):
        line.place = _judged(line, position)
    _find_counties(reading, [line for line in lines if line.place and not line.place.county_code])


def _judged(line: Line, position: Position) -> Place:
    """Return the place of a position, or what was entered and why it was not taken."""
    entered = ", ".join(cell.raw if cell else "" for cell in (position.lon, position.lat))
    kept = Place(
        datum_entered=position.datum if position.datum != UNKNOWN else "",
        coordinates_entered=entered,
        county_code=position.county_code or "",
    )
    if position.place is None or position.datum == UNKNOWN:
        return _doubted(line, kept, _doubts(position))
    for _, finding in position.findings:
        line.remarks.append(CellFault(line.row, "lon", entered, *sentence(finding)))
    held: Any = position.place
    lon, lat = held["geometry"]["coordinates"]
    return Place(lon, lat, held["precision"], kept.datum_entered, entered, kept.county_code)


def _doubts(position: Position) -> Said:
    """Return why a position is not taken: the datum first, then what was found."""
    if position.place is not None:
        return _NO_DATUM
    told = [sentence(one) for _, one in position.findings if one.severity is not Severity.INFO]
    return ("；".join(zh for zh, _ in told), "; ".join(en for _, en in told)) if told else _NO_DATUM


def _doubted(line: Line, kept: Place, said: Said) -> Place:
    line.remarks.append(CellFault(line.row, "lon", kept.coordinates_entered, *said))
    return Place(
        datum_entered=kept.datum_entered,
        coordinates_entered=kept.coordinates_entered[:200],
        county_code=kept.county_code,
        doubt=said[0][:500],
    )


def _find_counties(reading: Reading, lines: Sequence[Line]) -> None:
    """Ask which county a place without one lies in; a place outside the directory's area is not taken."""
    located = [line for line in lines if line.place is not None and line.place.lon is not None]
    points = [(line.place.lon, line.place.lat) for line in located if line.place is not None]
    codes = reading.county_at([(lon, lat) for lon, lat in points if lon is not None and lat is not None])
    for line, code in zip(located, codes, strict=True):
        place = line.place
        if place is None:
            continue
        if code in reading.areas.inside:
            line.place = Place(
                place.lon, place.lat, place.precision, place.datum_entered, place.coordinates_entered, code
            )
        else:
            line.place = _doubted(line, place, _outside(reading.areas, place))


def _outside(areas: Areas, place: Place) -> Said:
    return (
        f"坐标（{place.lon:.6f}, {place.lat:.6f}）不在本名录的地区（{areas.area_name}）内："
        "请核对坐标和坐标系",
        f"the coordinates ({place.lon:.6f}, {place.lat:.6f}) do not lie in the area of this directory"
        f" ({areas.area_name}): check them and their datum",
    )


_NO_DATUM: Final = (
    "没有说明坐标系，坐标未采用：请在“坐标系”填写 WGS84、CGCS2000、GCJ-02（高德、腾讯）或 BD-09（百度）",
    "no datum is named, so the coordinates were not taken: write WGS84, CGCS2000, GCJ-02 or BD-09",
)
_NO_KEY: Final = (
    "编号只能是本名录导出时给的数字；新的一行请留空",
    "the number is the one that this directory was exported with; leave it empty for a new line",
)
_NO_CELL: Final = ("不是一个值", "no single value")
_PLACE: Final = ("county", "lon", "lat", "datum")
