"""The SQL of the money questions: one WHERE of the filter, sums made where the rows are.

Sums of projects come from ``project_facet``, which the database keeps in step with the lines; only the matrix
and the years read the lines themselves.
"""

from collections.abc import Collection
from typing import Final

from data.store.filtering import PLACE_CODE, PLACE_LEVEL
from data.store.summaries import FACETS, FROM
from projects.codes import Basis
from projects.money.sums import Division

HASHED: Final = (
    "SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_sort = off;"
    " SET LOCAL enable_indexscan = off; SET LOCAL jit = off; SET LOCAL work_mem = '64MB'"
)
"""For questions that read all lines: row by row, the planner would look each line's project up in an index
twice, once for the join and once for row-level security; hashing both takes a quarter of the time."""

_FACTS: Final = f"""
    SELECT {PLACE_CODE} AS code, coalesce({PLACE_LEVEL}, '') AS level,
           f.prefecture_code AS prefecture, f.province_code AS province, f.category, f.delivery_mode AS mode,
           f.owner_unit_id AS owner, f.funding_status AS status, f.basis, f.total_investment AS total, f.beds,
           f.line_count, f.line_sum, f.committed, f.received {FACETS}"""

_SUMS: Final = """
    count(*) AS projects, count(*) FILTER (WHERE line_count > 0) AS reported, count(total) AS known,
    coalesce(sum(total), 0) AS total, sum(line_count) AS lines, sum(line_sum) AS line_sum,
    sum(committed) AS committed, sum(received) AS received,
    coalesce(sum(received) FILTER (WHERE total IS NOT NULL), 0) AS received_known,
    coalesce(sum(total - committed) FILTER (WHERE total > committed), 0) AS gap,
    count(*) FILTER (WHERE total > committed) AS gap_projects,
    coalesce(sum(committed - total) FILTER (WHERE total < committed), 0) AS over,
    count(*) FILTER (WHERE total < committed) AS over_projects,
    count(total) FILTER (WHERE line_count = 0) AS silent,
    coalesce(sum(total) FILTER (WHERE line_count = 0), 0) AS silent_total,
    count(*) FILTER (WHERE line_sum > total) AS flagged,
    coalesce(sum(beds), 0) AS beds, count(beds) AS beds_known"""

AREA: Final = "area"
"""The division by area and status, which is always asked for: the whole is its sum."""

_COLUMN: Final = {Division.CATEGORY: "category", Division.MODE: "mode", Division.UNIT: "owner"}
_MADE_UP: Final = ", ".join(
    f"count(*) FILTER (WHERE basis = '{basis}') AS {basis}" for basis in (Basis.MODELLED, Basis.DEMO)
)


def overview(divisions: Collection[Division]) -> str:
    """Return the query for areas and some divisions in one pass over the records.

    ``part`` tells which division a row belongs to; each one asked for costs as much as the areas.
    """
    asked = [division for division in Division if division in divisions]
    columns = [_COLUMN[division] for division in asked]
    sets = ", ".join(["(code, level, prefecture, province, status)", *(f"({column})" for column in columns)])
    parts = "".join(f" WHEN grouping({_COLUMN[division]}) = 0 THEN '{division}'" for division in asked)
    part = f"CASE{parts} ELSE '{AREA}' END" if asked else f"'{AREA}'"
    return (
        f"SELECT {part} AS part, {', '.join(['code, level, prefecture, province, status', *columns])},"  # noqa: S608
        f" {_MADE_UP}, {_SUMS} FROM ({_FACTS} WHERE {{where}}) AS facts GROUP BY GROUPING SETS ({sets})"
    )


NESTED: Final = (
    f"SELECT count(*) {FACETS} JOIN project_facet above ON above.project_id = f.parent_id AND above.published"
    " AND above.total_investment IS NOT NULL"
    " WHERE f.parent_id IS NOT NULL AND f.total_investment IS NOT NULL AND {where}"
)
"""Phases with a total of their own below a whole project with a total."""

HELD: Final = (
    f"JOIN (SELECT f.project_id AS id {FACETS} WHERE {{where}} OFFSET 0) AS held"
    " ON held.id = child.project_id"
)
"""Keeps the rows of the filter's records. Nobody in particular, who asks for everything, needs it not: what
such a reader may see of the lines are those of the published records already, and the join costs a third."""

LINES: Final = (
    "SELECT source, status, year, subsidy, basis, sum(amount) AS amount, count(*) AS lines"
    " FROM finance_line child {held} GROUP BY 1, 2, 3, 4, 5"
)

HOLDERS: Final = (
    "WITH held_lines AS MATERIALIZED (SELECT child.project_id, child.source,"
    " bit_or(1 << array_position(CAST(:statuses AS text[]), child.status)) AS mask"
    " FROM finance_line child {held} GROUP BY 1, 2)"
    " SELECT source, {counts} FROM held_lines GROUP BY 1"
    " UNION ALL SELECT NULL, {counts} FROM (SELECT bit_or(mask) AS mask FROM held_lines GROUP BY project_id)"
    " AS projects"
)
"""Projects by source, and by source and status; the row without a source counts each project once."""

PLANS: Final = (
    "SELECT child.year, sum(child.amount) AS amount, count(*) AS projects"
    " FROM annual_plan child {held} GROUP BY 1"
)

RESIDENTS: Final = """
    SELECT DISTINCT ON (figure.code) figure.code, figure.name, area.prefecture_code, area.province_code,
           figure.year, figure.population, figure.population_60_plus, figure.population_65_plus
      FROM census_figure figure LEFT JOIN area ON area.code = figure.code AND area.level = 'county'
     WHERE figure.level = 'county' ORDER BY figure.code, figure.year DESC"""

NAMES: Final = """
    SELECT code, name FROM area WHERE code = ANY (:codes) AND NOT stand_in
    UNION ALL SELECT id, name FROM zone WHERE id = ANY (:codes)"""

UNITS: Final = "SELECT id, name, kind FROM owner_unit WHERE id = ANY (:units)"

_PROJECT: Final = f"""
    SELECT p.id, p.name, f.category, coalesce(county.name, f.county_code) AS county, f.owner_unit_id,
           owner_unit.name AS unit, p.stage, p.delivery_mode, p.basis, p.total_investment, f.line_count,
           f.line_sum, f.committed, f.received {FROM}
      LEFT JOIN area county ON county.code = f.county_code AND county.level = 'county'
      LEFT JOIN owner_unit ON owner_unit.id = f.owner_unit_id
     WHERE {{where}}"""

EVERY_PROJECT: Final = _PROJECT + " ORDER BY p.id"

PROJECTS: Final = (
    f"SELECT f.project_id AS id, count(*) OVER () AS matched {FACETS} WHERE {{where}} {{flagged}}"
    " ORDER BY {order}, f.project_id LIMIT :limit OFFSET :offset"
)
"""Which projects stand on a page; what is told of them is read for these alone."""

PAGE: Final = _PROJECT.replace("{where}", "p.id = ANY (:keys)")

FLAGGED: Final = "AND f.line_sum > f.total_investment"
ORDERS: Final = {
    "id": "f.project_id",
    "total": "f.total_investment DESC NULLS LAST",
    "lines": "f.line_count DESC",
    "committed": "f.committed DESC",
    "received": "f.received DESC",
    "gap": "f.total_investment - f.committed DESC NULLS LAST",
    "status": "array_position(CAST(:statuses AS text[]), f.funding_status)",
    "over": "f.line_sum - f.total_investment DESC",
}
