"""Positions of table rows in WGS84, longitude first: all ways of writing them that office files know.

Rows are read one by one and judged together. A datum named by a row, or by the heading, goes before the one
that the person stated; without any there is none. Plane coordinates are taken when they carry their zone
and are stated to be CGCS2000.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from data.importers.layers.columns import Columns, Used
from data.importers.office.cells import is_blank, is_unknown, stripped
from data.importers.office.grid import Cell
from data.importers.office.words import bare, folded, words
from gis.coordinates import COUNTRY_BOX, is_swapped
from gis.datum import to_wgs84
from gis.projected import Plane, named_plane, plane_of
from gis.sexagesimal import parse, parse_pair
from projects.analysis.layer_reading import Note, Reason
from projects.codes import DATUM_ZH, Datum

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
_ZONED: Final = (Datum.CGCS2000,)
_UNREAD: Final = (np.nan, np.nan)


class Judged(NamedTuple):
    """Positions (n, 2) in WGS84, why one is none (None: it is one), and which rows each note is about."""

    lonlat: FloatArray
    reasons: list[Reason | None]
    notes: Mapping[Note, BoolArray]


class Positions:
    """The positions of rows as they are gathered; ``judged`` turns them into WGS84 together."""

    def __init__(self, columns: Columns, datum: Datum) -> None:
        self._columns, self._stated = columns, datum
        self._xy: list[tuple[float, float]] = []
        self._datums: list[str] = []
        self._planes: dict[int, list[tuple[int, float, float]]] = defaultdict(list)

    def add(self, row: Sequence[Cell]) -> Reason | None:
        """Read the position of a row; a reason means that it is not in use and was not added."""
        datum, plane = self._datum(row)
        if not datum:
            return Reason.DATUM_UNKNOWN
        found = self._read(row)
        if isinstance(found, Reason):
            return found
        if isinstance(found, Plane):
            return self._add_plane(found, plane, datum)
        self._xy.append(found)
        self._datums.append(datum)
        return None

    def _datum(self, row: Sequence[Cell]) -> tuple[str, int]:
        """Return the datum of a row and the plane that it names (EPSG code, 0 for none)."""
        index = self._columns.datum
        text = stripped(row[index]) if 0 <= index < len(row) else ""
        if text and not is_unknown(text):
            plane = named_plane(text)
            return (Datum.CGCS2000, plane.epsg) if plane else (named_datum(text), 0)
        first = next((self._columns.roles[r] for r in ("lon", "lonlat") if r in self._columns.roles), None)
        return (first.datum if first and first.datum else str(self._stated)), 0

    def _read(self, row: Sequence[Cell]) -> tuple[float, float] | Plane | Reason:
        roles = self._columns.roles
        if "lon" in roles and "lat" in roles:
            lon, lat = _cell(row, roles["lon"]), _cell(row, roles["lat"])
            return _of_two(lon, lat)
        return _of_one(_cell(row, roles["lonlat"]))

    def _add_plane(self, found: Plane, named: int, datum: str) -> Reason | None:
        epsg = named or found.epsg
        if not epsg or datum not in _ZONED or (named and found.epsg and named != found.epsg):
            return Reason.PLANE
        self._planes[epsg].append((len(self._xy), found.east_m, found.north_m))
        self._xy.append(_UNREAD)
        self._datums.append(datum)
        return None

    def judged(self) -> Judged:
        """Return the rows added in WGS84, why a position is none, and what is to be said of which."""
        lonlat = np.array(self._xy, dtype=np.float64).reshape(-1, 2)
        zoned = np.zeros(len(lonlat), dtype=bool)
        for epsg, places in self._planes.items():
            rows = np.array([row for row, _, _ in places])
            metres = np.array([place[1:] for place in places], dtype=np.float64)
            lonlat[rows], zoned[rows] = _unprojected(metres[:, 0], metres[:, 1], epsg), True
        lonlat, reasons, swapped = ordered(lonlat)
        datums = np.array(self._datums, dtype=object)
        other = np.zeros(len(lonlat), dtype=bool)
        for datum in set(self._datums):
            chosen = datums == datum
            lonlat[chosen] = to_wgs84(lonlat[chosen], str(datum))
            other[chosen] = not _same(datum, self._stated)
        return Judged(lonlat, reasons, {Note.SWAPPED: swapped, Note.ZONED: zoned, Note.OWN_DATUM: other})


def ordered(lonlat: FloatArray) -> tuple[FloatArray, list[Reason | None], BoolArray]:
    """Return positions in order, why one is none, and which were swapped: as ``gis.coordinates`` does."""
    west, south, east, north = COUNTRY_BOX

    def inside(x: FloatArray, y: FloatArray) -> NDArray[np.bool_]:
        return np.asarray((x >= west) & (x <= east) & (y >= south) & (y <= north))

    x, y = lonlat[:, 0], lonlat[:, 1]
    good, swapped = inside(x, y), ~inside(x, y) & inside(y, x)
    reasons: list[Reason | None] = [None] * len(lonlat)
    for index in np.flatnonzero(~good & ~swapped):
        spot = lonlat[index]
        known = bool(np.isfinite(spot).all())
        zero = known and not spot.any()
        reasons[index] = (
            Reason.ZERO_POSITION if zero else Reason.OUTSIDE if known else Reason.UNREADABLE_POSITION
        )
    turned = np.where(swapped[:, None], lonlat[:, ::-1], lonlat)
    return turned, reasons, swapped


@lru_cache(1024)
def named_datum(text: str) -> str:
    """Return the datum that a cell names, empty for a word that nobody knows."""
    labels = {bare(label): str(code) for code, label in DATUM_ZH.items()}
    codes = {bare(str(code)): str(code) for code in Datum}
    return words("datum").get(folded(text)) or labels.get(bare(text)) or codes.get(bare(text)) or ""


def _same(datum: str, stated: Datum) -> bool:
    """Tell whether two datums are one for our purposes: CGCS2000 is WGS84 to centimetres."""
    national = (Datum.WGS84, Datum.CGCS2000)
    return datum == stated or (datum in national and stated in national)


def _cell(row: Sequence[Cell], used: Used) -> str:
    if used.at >= len(row) or is_blank(row[used.at]):
        return ""
    return stripped(row[used.at])


def _of_two(first: str, second: str) -> tuple[float, float] | Plane | Reason:
    if not first or not second or is_unknown(first) or is_unknown(second):
        return Reason.NO_POSITION
    lon, lat = parse(first), parse(second)
    if lon is not None and lat is not None:
        crossed = lon.axis == "lat" or lat.axis == "lon"
        return (lat.value, lon.value) if crossed else (lon.value, lat.value)
    return plane_of(first, second) or Reason.UNREADABLE_POSITION


def _of_one(text: str) -> tuple[float, float] | Plane | Reason:
    if not text or is_unknown(text):
        return Reason.NO_POSITION
    parts = [part.strip() for part in text.replace("，", ",").strip("()（） ").split(",")]
    plane = plane_of(*parts) if len(parts) == 2 else None
    if plane is not None:
        return plane
    pair = parse_pair(text)
    if pair is None:
        return Reason.UNREADABLE_POSITION
    first, second = pair
    # Nothing said which comes first, so neither order is wrong.
    free = not first.axis and is_swapped(first.value, second.value)
    return (second.value, first.value) if free else (first.value, second.value)


def _unprojected(east: FloatArray, north: FloatArray, epsg: int) -> FloatArray:
    """Return degrees of metres on a national plane; an easting without its zone gets that of the plane."""
    zoned = 4491 <= epsg <= 4501 or 4513 <= epsg <= 4533
    zone = epsg - 4513 + 25 if epsg >= 4513 else epsg - 4491 + 13
    x = east % 1_000_000 + (zone * 1_000_000 if zoned else 0)
    turn = Transformer.from_crs(f"EPSG:{epsg}", "EPSG:4490", always_xy=True)
    return np.column_stack(turn.transform(x, north))
