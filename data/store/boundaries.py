"""Storing boundaries and giving every record its county again."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import shapely
from sqlalchemy import Connection, text

from data.importers.boundaries import AreaRow, BoundarySet

MAX_VERTICES: Final = 256
"""Size of the pieces that county polygons are cut into for point look-ups."""

_INSERT: Final = text(
    "INSERT INTO area (code, level, name, province_code, prefecture_code, parent_code, stand_in, geom, display,"
    " overview, label, area_km2, source_id) VALUES (:code, :level, :name, :province_code, :prefecture_code,"
    " :parent_code, :stand_in, ST_GeomFromWKB(:geom, 4326), ST_GeomFromWKB(:display, 4326),"
    " ST_GeomFromWKB(:overview, 4326), ST_GeomFromWKB(:label, 4326), :area_km2, :source_id)")


class Moved(NamedTuple):
    """A record whose place fell into another county when the boundaries changed."""

    project_id: str
    name: str
    before: str | None
    after: str | None


def replace_all(connection: Connection, boundaries: BoundarySet, source_id: str) -> list[Moved]:
    """Store a complete boundary set in place of the present one and re-assign every place."""
    connection.execute(text("DELETE FROM area"))
    connection.execute(text("DELETE FROM map_line"))
    _store(connection, boundaries, source_id)
    connection.execute(
        text("INSERT INTO map_line (kind, geom, source_id) VALUES (:kind, ST_GeomFromWKB(:geom, 4326), :source)"),
        [{"kind": line.kind, "geom": shapely.to_wkb(line.geom), "source": source_id} for line in boundaries.lines])
    return _reassign(connection)


def replace_some(connection: Connection, boundaries: BoundarySet, source_id: str) -> list[Moved]:
    """Store an office's units in place of those with the same code and level, and re-assign every place."""
    connection.execute(text("DELETE FROM area WHERE (code, level) IN (SELECT unnest(CAST(:codes AS text[])),"
                            " unnest(CAST(:levels AS text[])))"),
                       {"codes": [a.code for a in boundaries.areas], "levels": [a.level for a in boundaries.areas]})
    _store(connection, boundaries, source_id)
    return _reassign(connection)


def _store(connection: Connection, boundaries: BoundarySet, source_id: str) -> None:
    lineage = _lineage(connection, boundaries.areas)
    for start in range(0, len(boundaries.areas), 200):
        chunk = boundaries.areas[start:start + 200]
        connection.execute(_INSERT, [_parameters(row, source_id, lineage) for row in chunk])


def _parameters(row: AreaRow, source_id: str, lineage: dict[tuple[str, str], tuple[str | None, str | None]]
                ) -> dict[str, Any]:
    province, prefecture = lineage[row.code, row.level]
    return {
        "code": row.code, "level": row.level, "name": row.name, "parent_code": row.parent_code,
        "province_code": province, "prefecture_code": prefecture, "stand_in": row.stand_in,
        "geom": shapely.to_wkb(row.geom), "display": shapely.to_wkb(row.display),
        "overview": shapely.to_wkb(row.overview), "label": shapely.to_wkb(row.label),
        "area_km2": row.area_km2, "source_id": source_id,
    }


def _lineage(connection: Connection, areas: Iterable[AreaRow]) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    """Return (province, prefecture) of every unit; a unit is its own at its own level."""
    listed = list(areas)
    parents = {row.code: row.parent_code for row in connection.execute(
        text("SELECT code, parent_code FROM area WHERE level = 'prefecture'"))}
    parents |= {a.code: a.parent_code for a in listed if a.level == "prefecture"}

    def of(area: AreaRow) -> tuple[str | None, str | None]:
        if area.level == "nation":
            return None, None
        if area.level == "province":
            return area.code, None
        prefecture = area.code if area.level == "prefecture" else area.parent_code
        return parents.get(prefecture or ""), prefecture

    return {(a.code, a.level): of(a) for a in listed}


def _reassign(connection: Connection) -> list[Moved]:
    """Cut the county-level units for look-ups, give every place its county, and tell which ones changed."""
    connection.execute(text("TRUNCATE area_part"))
    connection.execute(
        text("INSERT INTO area_part (code, geom) SELECT code, (ST_Dump(piece)).geom FROM area,"
             " LATERAL ST_Subdivide(geom, :vertices) AS piece WHERE level = 'county'"
             " AND GeometryType(piece) IN ('POLYGON', 'MULTIPOLYGON')"), {"vertices": MAX_VERTICES})
    connection.execute(text("ANALYZE area_part"))
    connection.execute(text("CREATE TEMP TABLE before_reassign ON COMMIT DROP AS"
                            " SELECT id, project_id, county_code FROM project_place"))
    connection.execute(text("UPDATE project_place SET geom = geom"))
    moved = connection.execute(text(
        "SELECT place.project_id, project.name, old.county_code, place.county_code FROM project_place place"
        " JOIN before_reassign old ON old.id = place.id JOIN project ON project.id = place.project_id"
        " WHERE old.county_code IS DISTINCT FROM place.county_code ORDER BY 1"))
    result = [Moved(*row) for row in moved]
    connection.execute(text("DROP TABLE before_reassign"))
    return result
