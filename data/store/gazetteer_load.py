"""Storing townships, villages and census figures."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from data.importers.gazetteer import CensusUnit, Township, Village

SOURCES = (
    ("nbs-divisions", "package", "统计用区划代码（至2023-06-30），经 china-division 2.7.0", "国家统计局"),
    ("census-2020", "file", "中国人口普查分县资料—2020", "国家统计局"),
)


def load(
    connection: Connection,
    townships: Sequence[Township],
    villages: Sequence[Village],
    census: Sequence[CensusUnit],
) -> dict[str, int]:
    """Replace the gazetteer and the census figures; returns the counts stored."""
    connection.execute(
        text(
            "INSERT INTO source (id, kind, title, publisher) VALUES (:id, :kind, :title, :publisher)"
            " ON CONFLICT (id) DO NOTHING"
        ),
        [dict(zip(("id", "kind", "title", "publisher"), row, strict=True)) for row in SOURCES],
    )
    for table in ("township", "village", "census_figure"):
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    connection.execute(
        text(
            "INSERT INTO township (code, name, county_code, kind, villages, communities, other_units, point,"
            " point_source) VALUES (:code, :name, :county, :kind, :villages, :communities, :other, CASE WHEN"
            " CAST(:lon AS float) IS NOT NULL THEN ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) END, :source)"
        ),
        [
            {
                "code": t.code,
                "name": t.name,
                "county": t.boundary_code or t.county_code,
                "kind": t.kind,
                "villages": t.villages,
                "communities": t.communities,
                "other": t.other_units,
                "lon": t.lon,
                "lat": t.lat,
                "source": t.point_source,
            }
            for t in townships
        ],
    )
    connection.execute(
        text(
            "INSERT INTO village (code, name, township_code, kind)"
            " VALUES (:code, :name, :township_code, :kind)"
        ),
        [
            {"code": v.code, "name": v.name, "township_code": v.township_code, "kind": v.kind}
            for v in villages
        ],
    )
    connection.execute(
        text(
            "INSERT INTO census_figure (code, year, level, name, prefecture, population, population_60_plus,"
            " population_65_plus, source_id) VALUES (:code, 2020, :level, :name, :prefecture, :population,"
            " :population_60_plus, :population_65_plus, 'census-2020')"
        ),
        [{name: getattr(c, name) for name in CensusUnit.__slots__} for c in census],
    )
    return {"townships": len(townships), "villages": len(villages), "census_units": len(census)}
