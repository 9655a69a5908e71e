"""Reading what somebody typed or sent for an edition; areas and records are asked of the database."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, text

from data.importers.directories.cells import Areas
from data.importers.directories.lines import Line, Lonlat, Reading, Typed, read_lines
from data.importers.office.context import CheckContext
from data.importers.office.headings import Column as HeadingColumn
from data.importers.office.library_context import county_shape
from data.store import areas
from data.store.directories.rows import Edition
from projects.codes import Level
from projects.directories.merging import Row
from projects.directories.model import CellFault, ColumnType, Definition

_LEVELS: Final = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)
_INSIDE: Final = text(
    "SELECT code FROM area WHERE level = 'county' AND :area IN (code, prefecture_code, province_code)"
    " UNION SELECT county_code FROM zone_area WHERE zone_id = :area"
)
_COUNTY_AT: Final = text(
    "SELECT coalesce(county_at(ST_SetSRID(ST_MakePoint(lon, lat), 4326)), '') AS code"
    " FROM unnest(CAST(:lons AS double precision[]), CAST(:lats AS double precision[]))"
    " WITH ORDINALITY AS point (lon, lat, turn) ORDER BY turn"
)


def read_typed(
    connection: Connection,
    found: Edition,
    typed: Sequence[Typed],
    headings: Mapping[str, HeadingColumn],
) -> list[Row]:
    """Return lines as they would be stored, each with its faults; the database says whose eyes ask."""
    reading = _reading(connection, found, headings)
    lines = read_lines(reading, typed)
    _unknown_records(connection, found.definition, lines)
    return [_row(line) for line in lines]


def _row(line: Line) -> Row:
    return Row(
        line.row,
        line.key,
        line.cells,
        frozenset(line.cleared),
        line.place,
        tuple(line.faults),
        tuple(line.remarks),
    )


def _reading(connection: Connection, found: Edition, headings: Mapping[str, HeadingColumn]) -> Reading:
    head, definition = found
    inside = frozenset(connection.scalars(_INSIDE, {"area": head.area_code}))
    context = CheckContext()
    if definition.mapped or any(one.type is ColumnType.COUNTY for one in definition.columns):
        context = CheckContext.of_areas(
            [area for level in _LEVELS for area in areas.areas(connection, level)],
            county_shape=cache(lambda code: county_shape(connection, code)),
            allowed_counties=inside,
        )
    own = head.area_code if inside == {head.area_code} else ""
    where = Areas(context, inside, head.area_name)
    return Reading(definition, where, lambda points: _counties(connection, points), own, headings)


def _counties(connection: Connection, points: Sequence[Lonlat]) -> Sequence[str]:
    if not points:
        return ()
    given = {"lons": [lon for lon, _ in points], "lats": [lat for _, lat in points]}
    return connection.scalars(_COUNTY_AT, given).all()


def _unknown_records(connection: Connection, definition: Definition, lines: Sequence[Line]) -> None:
    """Find fault with records that are not in the library, or not to be seen by whoever asks."""
    columns = [one.name for one in definition.columns if one.type is ColumnType.PROJECT]
    ids = {str(line.cells[name]) for line in lines for name in columns if line.cells.get(name)}
    if not ids:
        return
    rows: Any = connection.scalars(
        text(
            "SELECT id FROM project WHERE id = ANY (:ids) AND deleted_at IS NULL AND merged_into_id IS NULL"
        ),
        {"ids": sorted(ids)},
    )
    known = set(rows)
    for line in lines:
        for name in columns:
            value = line.cells.get(name)
            if value and value not in known:
                del line.cells[name]
                line.faults.append(_unknown(line.row, name, str(value)))


def _unknown(row: int, column: str, value: str) -> CellFault:
    return CellFault(
        row,
        column,
        value,
        f"项目库里没有编号 {value}（或已删除、已合并，或不对您公开）：请核对编号",
        f"the library has no record {value} (or it was deleted or merged, or you may not see it): check it",
    )
