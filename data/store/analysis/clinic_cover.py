"""Village clinics against villages, by township; planned slots stand apart and are no clinic."""

from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.filtering import where
from data.store.scores.fields import LIVING
from data.store.summaries import FROM
from projects.analysis.inputs import ClinicCover
from projects.codes import Category, Kind
from projects.filters import ProjectFilter

_COVER: Final = f"""
    WITH county AS MATERIALIZED (
        SELECT code, name FROM area WHERE level = 'county' AND :within IN (code, prefecture_code)
    ), prefecture AS MATERIALIZED (
        SELECT code, name FROM area WHERE level = 'prefecture' AND code = :within
           AND NOT EXISTS (SELECT FROM county WHERE county.code = area.code)
    ), unit AS MATERIALIZED (
        SELECT township.code, township.name, township.county_code, township.villages
          FROM township LEFT JOIN county ON county.code = township.county_code
         WHERE county.code IS NOT NULL OR :within = left(township.county_code, 4) || '00'
    ), clinic AS MATERIALIZED (
        SELECT coalesce(unit.county_code, f.county_code, :within) AS county, unit.code AS township,
               f.precision BETWEEN 1 AND 2 AS placed
          {FROM} LEFT JOIN unit ON unit.code = p.township_code
         WHERE {{where}} AND {LIVING} AND p.kind <> '{Kind.PROGRAMME}'
           AND :within IN (f.county_code, f.prefecture_code)
    ), planned AS (
        SELECT coalesce(slot.county_code, prefecture.code) AS county, count(*) AS slots
          FROM slot JOIN project programme ON programme.id = slot.programme_id LEFT JOIN prefecture ON true
         WHERE slot.state IN ('claimed', 'unassigned') AND (slot.county_code IN (SELECT code FROM county)
            OR (slot.county_code IS NULL AND programme.prefecture_code = prefecture.code))
         GROUP BY 1
    ), listed AS (
        SELECT county_code AS county, code AS township, name, villages FROM unit
        UNION ALL SELECT code, NULL, '', 0 FROM county UNION ALL SELECT code, NULL, '', 0 FROM prefecture
        UNION SELECT clinic.county, NULL, '', 0 FROM clinic WHERE clinic.township IS NULL
    ), found AS (
        SELECT county, township, count(*) FILTER (WHERE placed) AS clinics,
               count(*) FILTER (WHERE NOT placed) AS vague FROM clinic GROUP BY 1, 2
    )
    SELECT listed.county, coalesce(home.name, above.name, zoned.name, listed.county) AS county_name,
           listed.township, listed.name AS township_name, listed.villages,
           coalesce(found.clinics, 0) AS clinics, coalesce(found.vague, 0) AS vague,
           CASE WHEN listed.township IS NULL THEN coalesce(planned.slots, 0) ELSE 0 END AS slots
      FROM listed LEFT JOIN county home ON home.code = listed.county
      LEFT JOIN prefecture above ON above.code = listed.county
      LEFT JOIN census_figure zoned ON zoned.code = listed.county AND zoned.level = 'zone'
      LEFT JOIN planned ON planned.county = listed.county
      LEFT JOIN found ON found.county = listed.county AND found.township IS NOT DISTINCT FROM listed.township
     ORDER BY listed.county, listed.township NULLS FIRST"""  # noqa: S608


def clinic_cover(connection: Connection, within: str) -> tuple[ClinicCover, ...]:
    """Return one row for each township, each county and (for a prefecture) the prefecture, in code order.

    A clinic stands in the row of the township that its record names, else of its county, else of the
    prefecture: as a clinic when its place is known to the village (precision 1–2), else as *vague*. Nobody
    guesses a township from a point. Published records that were not withdrawn, each in exactly one row.
    Claimed slots stand in the county's row, unassigned ones in the prefecture's; a slot that a clinic has
    taken is that clinic.
    """
    condition, values = where(ProjectFilter(category=(Category.VILLAGE_CLINIC,)))
    rows = connection.execute(text(_COVER.format(where=condition)), values | {"within": within})
    return tuple(_row(row) for row in rows)


def _row(row: Any) -> ClinicCover:
    return ClinicCover(
        county=row.county,
        county_name=row.county_name,
        township=row.township,
        township_name=row.township_name,
        villages=row.villages,
        clinics=row.clinics,
        vague=row.vague,
        slots=int(row.slots),
    )
