"""Hand-picked records for a comparison, each with next steps, county and nearest exact neighbours."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.promotion.opportunities import FACTS, NAMES, contact_columns, opportunity
from data.store.summaries import FROM
from projects.promotion.comparing import CountyContext, Near, Site, Step

REACH_METRES: Final = 100_000
"""Nearest records are sought within this distance; farther ones are no neighbours."""
_REACH_DEGREES: Final = 1.5
"""A box that holds the reach at the latitudes of the country."""

_AHEAD: Final = text(
    "SELECT project_id, code, planned_on FROM milestone WHERE project_id = ANY (:ids)"
    " AND actual_on IS NULL AND planned_on IS NOT NULL ORDER BY project_id, planned_on, id"
)

_COUNTIES: Final = text(f"""
    SELECT area.code, area.name, census.year AS census_year, census.population AS residents,
           census.population_60_plus AS residents_60, census.population_65_plus AS residents_65,
           coalesce(held.hospitals, 0) AS hospitals, coalesce(held.elderly_care, 0) AS elderly_care
      FROM area
      LEFT JOIN LATERAL (SELECT * FROM census_figure WHERE census_figure.code = area.code AND level = 'county'
                          ORDER BY year DESC LIMIT 1) AS census ON true
      LEFT JOIN (SELECT f.county_code, count(*) FILTER (WHERE f.category = 'hospital') AS hospitals,
                        count(*) FILTER (WHERE f.category = 'elderly_care') AS elderly_care
                   {FROM} WHERE p.published AND f.county_code = ANY (:codes) GROUP BY 1) AS held
        ON held.county_code = area.code
     WHERE area.level = 'county' AND area.code = ANY (:codes)""")  # noqa: S608

_NEAR: Final = text(f"""
    WITH chosen AS (
        SELECT f.project_id, representative_point(f.geom) AS spot FROM project_facet f
         WHERE f.project_id = ANY (:ids) AND f.precision BETWEEN 1 AND 2)
    SELECT DISTINCT ON (chosen.project_id, f.category) chosen.project_id, f.category, p.name,
           ST_Distance(chosen.spot::geography, representative_point(f.geom)::geography) AS metres
      FROM chosen JOIN project_facet f
        ON f.geom && ST_Expand(chosen.spot, :degrees) AND f.precision BETWEEN 1 AND 2
       AND f.category IN ('hospital', 'elderly_care') AND f.project_id <> chosen.project_id
      JOIN project p ON p.id = f.project_id AND p.published
     WHERE ST_Distance(chosen.spot::geography, representative_point(f.geom)::geography) <= {REACH_METRES}
     ORDER BY 1, 2, 4, p.id""")  # noqa: S608


def sites(connection: Connection, ids: Sequence[str], contacts: bool) -> tuple[Site, ...]:
    """Return published records in the order of their ids as given; what is unknown here is left out."""
    rows = connection.execute(
        text(
            f"SELECT {FACTS}{contact_columns(contacts)} {FROM} {NAMES}"
            " WHERE p.published AND p.id = ANY (:ids) ORDER BY array_position(CAST(:ids AS text[]), p.id)"
        ),
        {"ids": list(ids)},
    )
    facts = [opportunity(row) for row in rows.mappings()]
    keys = [one.id for one in facts]
    ahead, near = _ahead(connection, keys), _near(connection, keys)
    counties = _counties(connection, [one.county_code for one in facts if one.county_code])
    return tuple(
        Site(
            facts=one,
            ahead=tuple(ahead.get(one.id, ())),
            context=counties.get(one.county_code or ""),
            near_hospital=near.get((one.id, "hospital")),
            near_elderly_care=near.get((one.id, "elderly_care")),
        )
        for one in facts
    )


def _ahead(connection: Connection, ids: Sequence[str]) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {}
    for row in connection.execute(_AHEAD, {"ids": list(ids)}):
        found.setdefault(row.project_id, []).append(Step(row.code, row.planned_on))
    return found


def _counties(connection: Connection, codes: Sequence[str]) -> dict[str, CountyContext]:
    rows = connection.execute(_COUNTIES, {"codes": sorted(set(codes))}).mappings()
    return {row["code"]: CountyContext(**_without(row, "code")) for row in rows}


def _near(connection: Connection, ids: Sequence[str]) -> dict[tuple[str, str], Near]:
    rows = connection.execute(_NEAR, {"ids": list(ids), "degrees": _REACH_DEGREES})
    return {(row.project_id, row.category): Near(row.name, row.metres) for row in rows}


def _without(row: Any, name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
