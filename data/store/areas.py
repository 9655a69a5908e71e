"""Reading areas: names, labels, extents and the polygons that maps draw."""

from typing import Any, Final

from sqlalchemy import Connection, text

from projects.codes import Level
from projects.ports import AreaName, Bounds, ZoneName

_FIELDS: Final = (
    "code, level, name, parent_code, province_code, prefecture_code, ST_X(label) AS lon,"
    " ST_Y(label) AS lat, ST_XMin(display) AS west, ST_YMin(display) AS south,"
    " ST_XMax(display) AS east, ST_YMax(display) AS north"
)


def areas(connection: Connection, level: Level, within: str | None = None) -> tuple[AreaName, ...]:
    """Return the areas of a level in code order, all or those inside a province or prefecture."""
    condition = "AND :within IN (code, province_code, prefecture_code)" if within else ""
    rows = connection.execute(
        text(f"SELECT {_FIELDS} FROM area WHERE level = :level {condition} ORDER BY code"),  # noqa: S608
        {"level": level, "within": within} if within else {"level": level},
    )
    return tuple(_area(row) for row in rows)


def area(connection: Connection, code: str) -> AreaName | None:
    """Return an area by code at the level that the code itself stands for (a stand-in as a last resort)."""
    row = connection.execute(
        text(
            f"SELECT {_FIELDS} FROM area WHERE code = :code ORDER BY stand_in, array_position("  # noqa: S608
            "ARRAY['nation', 'province', 'prefecture', 'county'], level) LIMIT 1"
        ),
        {"code": code},
    ).first()
    return _area(row) if row else None


def polygons(
    connection: Connection, level: Level, within: str | None = None, *, overview: bool = False
) -> list[dict[str, Any]]:
    """Return display polygons as rows of code, name and GeoJSON text (five decimals, about a metre)."""
    column = "overview" if overview else "display"
    condition = "AND :within IN (code, province_code, prefecture_code)" if within else ""
    rows = connection.execute(
        text(
            f"SELECT code, name, ST_AsGeoJSON({column}, 5, 0) AS geometry FROM area"  # noqa: S608
            f" WHERE level = :level AND NOT ST_IsEmpty({column}) {condition} ORDER BY code"
        ),
        {"level": level, "within": within} if within else {"level": level},
    )
    return [dict(row) for row in rows.mappings()]


def maritime_lines(connection: Connection) -> list[str]:
    """Return the maritime line as GeoJSON geometry text."""
    return list(
        connection.scalars(text("SELECT ST_AsGeoJSON(geom, 4, 0) FROM map_line WHERE kind = 'maritime'"))
    )


def bounds(connection: Connection, codes: list[str]) -> Bounds | None:
    """Return the common extent of some areas, None when none of them is known."""
    row = connection.execute(
        text(
            "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM"
            " (SELECT ST_Extent(display) AS e FROM area WHERE code = ANY (:codes)) AS extent"
            " WHERE e IS NOT NULL"
        ),
        {"codes": codes},
    ).first()
    return (row[0], row[1], row[2], row[3]) if row else None


def _area(row: Any) -> AreaName:
    return AreaName(
        code=row.code,
        level=Level(row.level),
        name=row.name,
        parent_code=row.parent_code,
        province_code=row.province_code,
        prefecture_code=row.prefecture_code,
        lon=row.lon,
        lat=row.lat,
        bounds=(row.west, row.south, row.east, row.north),
    )


def zones(connection: Connection) -> tuple[ZoneName, ...]:
    """Return the functional zones with the counties they overlap."""
    rows = connection.execute(
        text(
            "SELECT zone.id, zone.name, zone.prefecture_code, coalesce("
            "array_agg(zone_area.county_code ORDER BY zone_area.county_code)"
            " FILTER (WHERE zone_area.county_code IS NOT NULL), '{}') AS counties FROM zone"
            " LEFT JOIN zone_area ON zone_area.zone_id = zone.id GROUP BY zone.id ORDER BY zone.id"
        )
    )
    return tuple(ZoneName(r.id, r.name, r.prefecture_code, tuple(r.counties)) for r in rows)


def prefecture_of(connection: Connection) -> dict[str, str]:
    """Return code → prefecture code for counties and functional zones."""
    rows = connection.execute(
        text(
            "SELECT code, prefecture_code FROM area WHERE level = 'county'"
            " UNION ALL SELECT id, prefecture_code FROM zone"
        )
    )
    return {code: prefecture for code, prefecture in rows if prefecture}


def residents_60_plus(connection: Connection) -> dict[str, int]:
    """Return permanent residents aged 60 and over by county code (census 2020).

    Zones without a polygon are apart.
    """
    return {
        row[0]: row[1]
        for row in connection.execute(
            text("SELECT code, population_60_plus FROM census_figure WHERE level = 'county'")
        )
    }


def townships(connection: Connection, county: str) -> dict[str, str]:
    """Return township code → name of a county, in code order; a township goes by its boundary's county."""
    rows = connection.execute(
        text("SELECT code, name FROM township WHERE county_code = :county ORDER BY code"), {"county": county}
    )
    return {row.code: row.name for row in rows}


def document_areas(connection: Connection) -> dict[str, str]:
    """Return document id → the area the document is about."""
    return {
        row[0]: row[1]
        for row in connection.execute(
            text("SELECT id, area_code FROM source WHERE kind = 'document' AND area_code IS NOT NULL")
        )
    }


def sources(connection: Connection) -> list[dict[str, Any]]:
    """Return every source for the page of sources and licences."""
    rows = connection.execute(
        text(
            "SELECT id, kind, title, number, publisher, issued_on, as_of_year, licence,"
            " attribution, note FROM source ORDER BY kind, id"
        )
    )
    return [dict(row) for row in rows.mappings()]
