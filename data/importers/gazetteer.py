"""Reads the committed gazetteer and census tables into typed rows; no database here.

Points are WGS84 degrees. A township point is good for precision 3 and never for a distance: see
``data/reference/SOURCES.md``. Empty cells become None: not known, which is not zero.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, cast, get_args

from data.importers.tables import REFERENCE, ReferenceTableError, lines

__all__ = [
    "CensusUnit",
    "Place",
    "ReferenceTableError",
    "Township",
    "Village",
    "read_census",
    "read_places",
    "read_townships",
    "read_villages",
]

TownshipKind = Literal["town", "township", "subdistrict", "farm", "mine", "zone"]
VillageKind = Literal["village", "community", "other"]
PointSource = Literal["geonames", "box_centre"]
CensusLevel = Literal["county", "zone", "prefecture_total"]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Township:
    """A township unit of the NBS list (nine-digit code), with how many village units it holds.

    ``county_code`` is the NBS county code. ``boundary_code`` is the code of the polygon that holds it:
    another number for 横州市, None for census zones without a polygon. ``point_ref`` is the GeoNames id, or
    the name under which the bounding box was found.
    """

    code: str
    name: str
    county_code: str
    boundary_code: str | None
    kind: TownshipKind
    villages: int
    communities: int
    other_units: int
    lon: float | None
    lat: float | None
    point_source: PointSource | None
    point_ref: str | None


@dataclass(frozen=True, slots=True)
class Village:
    """A village unit (twelve-digit code): 村委会 ``village``, 居委会 ``community`` or ``other``."""

    code: str
    name: str
    township_code: str
    kind: VillageKind


@dataclass(frozen=True, slots=True)
class Place:
    """One Chinese name of one GeoNames populated place; a place with three names is three rows."""

    geonameid: int
    name: str
    county_code: str
    boundary_code: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class CensusUnit:
    """Permanent residents on 2020-11-01; never sum across levels."""

    code: str
    name: str
    prefecture: str
    level: CensusLevel
    population: int
    population_60_plus: int
    population_65_plus: int


def read_townships(path: Path = REFERENCE / "townships.csv") -> list[Township]:
    """Return the township units of the five areas in code order; ReferenceTableError when a cell is wrong."""
    return _read(path, _township, key=lambda row: row.code)


def read_villages(path: Path = REFERENCE / "villages_shaoguan.csv") -> list[Village]:
    """Return the village units of 韶关 in code order; ReferenceTableError when a cell is wrong."""
    return _read(path, _village, key=lambda row: row.code)


def read_places(path: Path = REFERENCE / "places" / "geonames.csv") -> list[Place]:
    """Return the named places of the five areas; ReferenceTableError when a cell is wrong."""
    return _read(path, _place, key=lambda row: (row.geonameid, row.name))


def read_census(path: Path = REFERENCE / "census_2020.csv") -> list[CensusUnit]:
    """Return the census units, prefecture totals among them; ReferenceTableError when a cell is wrong."""
    return _read(path, _census_unit, key=lambda row: row.code)


@dataclass(frozen=True, slots=True)
class _Cells:
    """One row of a table, read cell by cell; errors name where."""

    path: Path
    line: int
    row: Mapping[str, str | None]

    def optional(self, column: str) -> str | None:
        if column not in self.row:
            raise self.error(column, None, "no such column")
        return (self.row[column] or "").strip() or None

    def text(self, column: str) -> str:
        value = self.optional(column)
        if value is None:
            raise self.error(column, value, "must not be empty")
        return value

    def code(self, column: str, digits: int) -> str:
        value = self.text(column)
        if len(value) != digits or not (value.isascii() and value.isdigit()):
            raise self.error(column, value, f"must have {digits} digits")
        return value

    def optional_code(self, column: str, digits: int) -> str | None:
        return None if self.optional(column) is None else self.code(column, digits)

    def count(self, column: str) -> int:
        value = self.text(column)
        if not (value.isascii() and value.isdigit()):
            raise self.error(column, value, "must be a whole number, not negative")
        return int(value)

    def optional_degrees(self, column: str, limit: float) -> float | None:
        return None if self.optional(column) is None else self.degrees(column, limit)

    def degrees(self, column: str, limit: float) -> float:
        value = self.text(column)
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not abs(number) <= limit:
            raise self.error(column, value, f"must be degrees within ±{limit:g}")
        return number

    def one_of(self, column: str, allowed: tuple[str, ...]) -> str:
        value = self.text(column)
        if value not in allowed:
            raise self.error(column, value, f"must be one of {', '.join(allowed)}")
        return value

    def error(self, column: str, value: str | None, rule: str) -> ReferenceTableError:
        return ReferenceTableError(f"{self.path.name}, line {self.line}, column {column}: {value!r} {rule}")


def _township(cells: _Cells) -> Township:
    source = cells.optional("point_source") and cells.one_of("point_source", get_args(PointSource))
    lon, lat = cells.optional_degrees("lon", 180.0), cells.optional_degrees("lat", 90.0)
    if not (lon is None) == (lat is None) == (source is None):
        raise cells.error("point_source", source, "a point needs lon, lat and its source, or none of them")
    return Township(
        code=cells.code("code", 9),
        name=cells.text("name"),
        county_code=cells.code("county_code", 6),
        boundary_code=cells.optional_code("boundary_code", 6),
        kind=cast(TownshipKind, cells.one_of("kind", get_args(TownshipKind))),
        villages=cells.count("villages"),
        communities=cells.count("communities"),
        other_units=cells.count("other_units"),
        lon=lon,
        lat=lat,
        point_source=cast(PointSource | None, source),
        point_ref=cells.optional("point_ref"),
    )


def _village(cells: _Cells) -> Village:
    return Village(
        code=cells.code("code", 12),
        name=cells.text("name"),
        township_code=cells.code("township_code", 9),
        kind=cast(VillageKind, cells.one_of("kind", get_args(VillageKind))),
    )


def _place(cells: _Cells) -> Place:
    return Place(
        geonameid=cells.count("geonameid"),
        name=cells.text("name"),
        county_code=cells.code("county_code", 6),
        boundary_code=cells.code("boundary_code", 6),
        lon=cells.degrees("lon", 180.0),
        lat=cells.degrees("lat", 90.0),
    )


def _census_unit(cells: _Cells) -> CensusUnit:
    return CensusUnit(
        code=cells.code("code", 6),
        name=cells.text("name"),
        prefecture=cells.text("prefecture"),
        level=cast(CensusLevel, cells.one_of("level", get_args(CensusLevel))),
        population=cells.count("population"),
        population_60_plus=cells.count("population_60_plus"),
        population_65_plus=cells.count("population_65_plus"),
    )


def _read(path: Path, convert: Callable[[_Cells], Row], key: Callable[[Row], object]) -> list[Row]:
    rows: list[Row] = []
    seen: set[object] = set()
    for line, cell_by_column in lines(path):
        cells = _Cells(path, line, cell_by_column)
        row = convert(cells)
        if key(row) in seen:
            raise ReferenceTableError(f"{path.name}, line {cells.line}: {key(row)} occurs twice")
        seen.add(key(row))
        rows.append(row)
    return rows
