"""County units with their residents and polygons, and the township-level units, as arrays in code order."""

from typing import Any, Final

import numpy as np
import shapely
from sqlalchemy import Connection, text

from data.store.analysis.placed import known, positions
from projects.analysis.inputs import Areas, Townships

_INSIDE: Final = (
    "area.level = 'county' AND (CAST(:within AS text) IS NULL"
    " OR :within IN (area.code, area.prefecture_code, area.province_code))"
)

_RING: Final = """
    SELECT DISTINCT other.code FROM inside JOIN area other ON other.level = 'county'
       AND other.display && inside.display AND ST_Intersects(other.display, inside.display)
     WHERE other.code NOT IN (SELECT code FROM inside)"""
"""Display copies share their edges vertex by vertex, so that neighbours touch exactly."""

_AREAS: Final = f"""
    WITH inside AS MATERIALIZED (SELECT code, display FROM area WHERE {_INSIDE}),
         wanted AS (SELECT code, true AS inside FROM inside
                    UNION ALL SELECT code, false FROM ({{ring}}) AS ring)
    SELECT area.code, area.name, area.prefecture_code AS prefecture, ST_AsBinary(area.display) AS polygon,
           ST_X(area.label) AS lon, ST_Y(area.label) AS lat, census.population,
           census.population_60_plus AS aged_60, census.population_65_plus AS aged_65, census.year,
           wanted.inside
      FROM wanted JOIN area ON area.level = 'county' AND area.code = wanted.code
      LEFT JOIN census_figure census ON census.code = area.code AND census.level = 'county'
           AND census.year = (SELECT max(year) FROM census_figure WHERE level = 'county')
     ORDER BY area.code"""  # noqa: S608
"""Census figures of one year only, the newest: two years in one map would be no comparison."""

_NO_RING: Final = "SELECT code FROM inside WHERE false"

_TOWNSHIPS: Final = """
    SELECT township.code, township.name, township.county_code, township.villages, township.communities,
           ST_X(township.point) AS lon, ST_Y(township.point) AS lat, township.point_source
      FROM township LEFT JOIN area ON area.level = 'county' AND area.code = township.county_code
     WHERE CAST(:within AS text) IS NULL OR :within IN (township.county_code,
           coalesce(area.prefecture_code, left(township.county_code, 4) || '00'),
           coalesce(area.province_code, left(township.county_code, 2) || '0000'))
     ORDER BY township.code"""
"""A township of a functional zone has a county code that no boundary has; its prefecture is that code's."""


def areas(connection: Connection, within: str | None, ring: bool) -> Areas:
    """Return the county units of an area, with ``ring`` also those that touch them; zones are not areas."""
    query = _AREAS.format(ring=_RING if ring and within else _NO_RING)
    rows = connection.execute(text(query), {"within": within}).all()
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * 11
    code, name, prefecture, polygon, lon, lat, population, aged_60, aged_65, year, inside = columns
    return Areas(
        codes=code,
        names=name,
        prefectures=prefecture,
        polygons=np.array(shapely.from_wkb([bytes(one) for one in polygon]), dtype=np.object_),
        label=positions(lon, lat),
        population=known(population),
        aged_60_plus=known(aged_60),
        aged_65_plus=known(aged_65),
        inside=np.array(inside, dtype=np.bool_),
        census_year=next((one for one in year if one is not None), None),
    )


def townships(connection: Connection, within: str | None) -> Townships:
    """Return the township-level units of an area; where nobody knows the seat, the position is NaN.

    ``county`` of a township in a functional zone may be a code that no county unit has.
    """
    rows = connection.execute(text(_TOWNSHIPS), {"within": within}).all()
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * 8
    code, name, county, villages, communities, lon, lat, source = columns
    return Townships(
        codes=code,
        names=name,
        county=county,
        villages=np.array(villages, dtype=np.int64),
        communities=np.array(communities, dtype=np.int64),
        lonlat=positions(lon, lat),
        point_source=source,
    )
