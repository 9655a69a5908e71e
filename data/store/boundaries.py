"""Storing boundaries and giving every record its county again; the caller's transaction holds all of it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import shapely
from sqlalchemy import Connection, text

from data.importers.boundaries import AreaRow, BoundaryError, BoundarySet
from data.importers.boundary_replace import Replacement, replace_units
from data.store import owner_units
from data.store.assign import assign_all

Report = Callable[[str], None]

MAX_VERTICES: Final = 256
"""Size of the pieces that county polygons are cut into for point look-ups."""
_CHUNK: Final = 200

_INSERT: Final = text(
    "INSERT INTO area (code, level, name, province_code, prefecture_code, parent_code, stand_in, geom,"
    " display, overview, label, area_km2, source_id) VALUES (:code, :level, :name, :province_code,"
    " :prefecture_code, :parent_code, :stand_in, ST_GeomFromWKB(:geom, 4326),"
    " ST_GeomFromWKB(:display, 4326), ST_GeomFromWKB(:overview, 4326), ST_GeomFromWKB(:label, 4326),"
    " :area_km2, :source_id)"
)
_REDRAW: Final = text(
    "UPDATE area SET geom = ST_GeomFromWKB(:geom, 4326), display = ST_GeomFromWKB(:display, 4326),"
    " overview = ST_GeomFromWKB(:overview, 4326), label = ST_GeomFromWKB(:label, 4326), area_km2 = :area_km2"
    " WHERE code = :code AND level = :level"
)


class Moved(NamedTuple):
    """A record with a place that lay in other counties before the boundaries changed.

    Codes in order: one for a point, several for a line or polygon across a county line, none outside all.
    """

    project_id: str
    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class Reassigned(NamedTuple):
    """How many places were given their county again, and those of which it is another one now."""

    places: int
    moved: list[Moved]


def replace_all(connection: Connection, boundaries: BoundarySet, source_id: str) -> list[Moved]:
    """Store a complete boundary set in place of the present one and re-assign every place."""
    connection.execute(text("DELETE FROM area"))
    connection.execute(text("DELETE FROM map_line"))
    lineage = _lineage(boundaries.areas)
    _in_chunks(
        connection,
        _INSERT,
        boundaries.areas,
        lambda row: {
            **_drawn(row),
            "name": row.name,
            "parent_code": row.parent_code,
            "stand_in": row.stand_in,
            "province_code": lineage[row.code, row.level][0],
            "prefecture_code": lineage[row.code, row.level][1],
            "source_id": source_id,
        },
    )
    for line in boundaries.lines:
        connection.execute(
            text(
                "INSERT INTO map_line (kind, geom, source_id)"
                " VALUES (:kind, ST_GeomFromWKB(:geom, 4326), :source)"
            ),
            {"kind": line.kind, "geom": shapely.to_wkb(line.geom), "source": source_id},
        )
    _forget_unused_sources(connection)
    _cut(connection, [row.code for row in boundaries.at("county")], everything=True)
    owner_units.refresh(connection)
    moved = _reassign(connection).moved
    # Records without a place take their prefecture from the county: a new set may have other parents.
    connection.execute(text("SELECT refresh_facets()"))
    return moved


def replace_units_of(
    connection: Connection, office: BoundarySet, source_id: str, recode: Mapping[str, str], report: Report
) -> tuple[Replacement, Reassigned]:
    """Fit an office's units into the stored boundaries and re-assign every place.

    All copies and all levels are drawn anew. Only the units replaced and the neighbours that had to give or
    take land name the office's file as their source; names, parents and map lines stay. ``BoundaryError``
    when the file does not fit or nothing is stored yet.
    """
    base = stored_units(connection)
    done = replace_units(base, office, recode=recode, report=report)
    touched = [*done.replaced, *done.neighbours]
    report(f"storing {len(done.boundaries.areas)} areas")
    _in_chunks(connection, _REDRAW, done.boundaries.areas, _drawn)
    # A city that stands in at another level is one polygon in several rows: they share their source.
    connection.execute(
        text("UPDATE area SET source_id = :source WHERE code = ANY (:codes)"),
        {"source": source_id, "codes": touched},
    )
    _forget_unused_sources(connection)
    _cut(connection, touched)
    report("giving every place its county again")
    return done, _reassign(connection)


def stored_units(connection: Connection) -> tuple[AreaRow, ...]:
    """Return every stored unit without its copies; polygons (WGS84, longitude first) at county level only.

    ``BoundaryError`` when there is none yet.
    """
    rows = connection.execute(
        text(
            "SELECT code, level, name, parent_code, stand_in,"
            " CASE WHEN level = 'county' THEN ST_AsBinary(geom) END AS geom"
            " FROM area ORDER BY level, code"
        )
    ).all()
    if not rows:
        raise BoundaryError("no boundaries are loaded to fit the file into: run `python -m data init` first")
    return tuple(
        AreaRow(
            row.code,
            row.level,
            row.name,
            row.parent_code,
            row.stand_in,
            shapely.from_wkb(bytes(row.geom)) if row.geom is not None else None,
            None,
            None,
            None,
            0.0,
        )
        for row in rows
    )


def _in_chunks(
    connection: Connection,
    statement: Any,
    rows: Sequence[AreaRow],
    values: Callable[[AreaRow], dict[str, Any]],
) -> None:
    """Send rows in portions: the binary polygons of all of them at once would double the memory."""
    for start in range(0, len(rows), _CHUNK):
        connection.execute(statement, [values(row) for row in rows[start : start + _CHUNK]])


def _drawn(row: AreaRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "level": row.level,
        "geom": shapely.to_wkb(row.geom),
        "display": shapely.to_wkb(row.display),
        "overview": shapely.to_wkb(row.overview),
        "label": shapely.to_wkb(row.label),
        "area_km2": row.area_km2,
    }


def _lineage(areas: Iterable[AreaRow]) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    """Return (province, prefecture) of every unit; a unit is its own at its own level."""
    listed = list(areas)
    parents = {a.code: a.parent_code for a in listed if a.level == "prefecture"}

    def of(area: AreaRow) -> tuple[str | None, str | None]:
        if area.level == "nation":
            return None, None
        if area.level == "province":
            return area.code, None
        prefecture = area.code if area.level == "prefecture" else area.parent_code
        return parents.get(prefecture or ""), prefecture

    return {(a.code, a.level): of(a) for a in listed}


def _forget_unused_sources(connection: Connection) -> None:
    """Drop boundary sources of which nothing is drawn any more: the page of sources lists what is in use."""
    connection.execute(
        text(
            "DELETE FROM source WHERE id LIKE 'boundaries-%' AND kind IN ('package', 'office')"
            " AND NOT EXISTS (SELECT FROM area WHERE area.source_id = source.id)"
            " AND NOT EXISTS (SELECT FROM map_line WHERE map_line.source_id = source.id)"
        )
    )


def _cut(connection: Connection, codes: Collection[str], *, everything: bool = False) -> None:
    """Cut county-level units for point look-ups; DELETE, not TRUNCATE, so that readers need not wait."""
    connection.execute(
        text("DELETE FROM area_part WHERE :everything OR code = ANY (:codes)"),
        {"everything": everything, "codes": list(codes)},
    )
    connection.execute(
        text(
            "INSERT INTO area_part (code, geom) SELECT code, (ST_Dump(piece)).geom FROM area,"
            " LATERAL ST_Subdivide(geom, :vertices) AS piece WHERE level = 'county' AND code = ANY (:codes)"
            " AND GeometryType(piece) IN ('POLYGON', 'MULTIPOLYGON')"
        ),
        {"vertices": MAX_VERTICES, "codes": list(codes)},
    )
    connection.execute(text("ANALYZE area_part"))


def _reassign(connection: Connection) -> Reassigned:
    """Give every place its county and tell which ones changed; triggers follow with facets and issues."""
    connection.execute(
        text("CREATE TEMP TABLE before_reassign ON COMMIT DROP AS SELECT id, county_codes FROM project_place")
    )
    places = assign_all(connection)
    moved = connection.execute(
        text(
            "SELECT DISTINCT place.project_id, project.name, old.county_codes, place.county_codes"
            " FROM project_place place JOIN before_reassign old ON old.id = place.id"
            " JOIN project ON project.id = place.project_id"
            " WHERE old.county_codes <> place.county_codes ORDER BY 1, 3, 4"
        )
    )
    result = Reassigned(
        places, [Moved(key, name, tuple(before), tuple(after)) for key, name, before, after in moved]
    )
    connection.execute(text("DROP TABLE before_reassign"))
    return result
