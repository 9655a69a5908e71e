"""Counts made in the database, from those kept beside the records: by area and category, by filter option."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.filtering import Clause, where
from data.store.kept import counted, known
from projects.codes import Level
from projects.counts import AreaCount
from projects.filters import ProjectFilter
from projects.ports import Option

_FINEST: Final = """
    SELECT DISTINCT ON (d.key) d.key, d.area_codes,
           coalesce(d.county_code, d.zone_id, d.prefecture_code, d.province_code) AS code,
           CASE WHEN d.county_code IS NOT NULL THEN 'county' WHEN d.zone_id IS NOT NULL THEN 'zone'
                WHEN d.prefecture_code IS NOT NULL THEN 'prefecture' ELSE 'province' END AS level
      FROM facet_place AS d"""
"""Each combination of areas with the finest one that is known."""

_BY_PREFECTURE: Final = f"""
    SELECT finest.key, coalesce(above.code, finest.code) AS code,
           CASE WHEN above.code IS NULL THEN finest.level ELSE 'prefecture' END AS level
      FROM ({_FINEST}) AS finest
      LEFT JOIN (SELECT area.code AS below, 'county' AS level, area.prefecture_code AS code FROM area
                  WHERE area.level = 'county'
                 UNION ALL SELECT zone.id, 'zone', zone.prefecture_code FROM zone) AS above
        ON above.below = finest.code AND above.level = finest.level"""  # noqa: S608
"""The same with counties and zones counted for their prefecture."""


def area_counts(
    connection: Connection,
    chosen: ProjectFilter,
    names: Any,
    precisions: Sequence[int] = (),
    upto: Level = Level.COUNTY,
) -> tuple[AreaCount, ...]:
    """Return counts by the finest area each record is known to lie in; ``upto`` prefectures, by those.

    Records without any area are not in it.
    """
    keyed, parameters = counted(chosen, "place", "sort")
    narrowed = "WHERE sort.precision = ANY (:wanted)" if precisions else ""
    rows = connection.execute(
        text(f"""
        WITH gathered AS (
            SELECT k.place_key, sort.category, sum(k.n) AS n,
                   sum(k.n) FILTER (WHERE sort.precision BETWEEN 4 AND 5) AS named
              FROM ({keyed}) AS k JOIN {known("sort")} ON sort.key = k.sort_key {narrowed} GROUP BY 1, 2)
        SELECT place.code, place.level, category, CAST(sum(n) AS integer),
               CAST(coalesce(sum(named), 0) AS integer)
          FROM gathered JOIN ({_FINEST if upto is Level.COUNTY else _BY_PREFECTURE}) AS place
            ON place.key = gathered.place_key
         WHERE place.code IS NOT NULL GROUP BY 1, 2, 3 HAVING sum(n) <> 0 ORDER BY 2, 1, 3"""),  # noqa: S608
        parameters | ({"wanted": list(precisions)} if precisions else {}),
    )
    return _by_area(rows, names)


def _by_area(rows: Any, names: Any) -> tuple[AreaCount, ...]:
    counts: dict[tuple[str, str], dict[str, int]] = {}
    named: dict[tuple[str, str], int] = {}
    for code, level, category, n, only_named in rows:
        counts.setdefault((code, level), {})[category] = n
        named[code, level] = named.get((code, level), 0) + only_named
    return tuple(
        AreaCount(code, level, _name(names, code, level), by_category, named[code, level])
        for (code, level), by_category in counts.items()
    )


def touching_counts(connection: Connection, chosen: ProjectFilter) -> dict[str, dict[str, int]]:
    """Return, by county code, counts by category of all records that lie in or touch the county.

    A programme for seven counties counts in each of them, so these counts do not add up to the matches.
    """
    keyed, parameters = counted(chosen, "place", "sort")
    rows = connection.execute(
        text(f"""
        WITH gathered AS (
            SELECT k.place_key, sort.category, sum(k.n) AS n
              FROM ({keyed}) AS k JOIN {known("sort")} ON sort.key = k.sort_key GROUP BY 1, 2
        ), touched AS (
            SELECT held.code, category, sum(n) AS n
              FROM gathered JOIN {known("place")} ON place.key = gathered.place_key
             CROSS JOIN unnest(place.area_codes) AS held (code) GROUP BY 1, 2 HAVING sum(n) <> 0)
        SELECT area.code, category, CAST(n AS integer)
          FROM touched JOIN area ON area.level = 'county' AND area.code = touched.code ORDER BY 1, 2"""),  # noqa: S608
        parameters,
    )
    counts: dict[str, dict[str, int]] = {}
    for code, category, n in rows:
        counts.setdefault(code, {})[category] = n
    return counts


def _name(names: Any, code: str, level: str) -> str:
    return str(names.zone(code) if level == "zone" else names.area(code))


_SOURCES: Final = (
    dict.fromkeys(("category", "kind", "stage", "funding", "mode", "promotion", "precision"), "sort")
    | dict.fromkeys(("zone", "owner"), "place")
    | dict.fromkeys(("document", "task", "lead", "support", "duty", "keylist"), "link")
    | dict.fromkeys(("province", "prefecture", "county"), "area")
    | {"township": "township"}
)
"""Field → what the matching records are gathered by before names are joined."""

_OPTIONS: Final = {
    "category": "SELECT k.category AS value, k.category AS name, '' AS parent",
    "kind": "SELECT k.kind AS value, k.kind AS name, '' AS parent",
    "stage": "SELECT k.stage AS value, k.stage AS name, '' AS parent",
    "funding": "SELECT k.funding_status AS value, k.funding_status AS name, '' AS parent",
    "mode": "SELECT k.delivery_mode AS value, k.delivery_mode AS name, '' AS parent",
    "promotion": "SELECT k.promotion_stage AS value, k.promotion_stage AS name, '' AS parent",
    "owner": "SELECT owner_unit.id AS value, owner_unit.name, owner_unit.prefecture_code AS parent",
    "keylist": "SELECT named.list AS value, named.list AS name, '' AS parent",
    "precision": "SELECT k.precision::text AS value, k.precision::text AS name, '' AS parent",
    "zone": "SELECT k.zone_id AS value, zone.name, zone.prefecture_code AS parent",
    "township": "SELECT k.township_code AS value, coalesce(township.name, k.township, k.township_code)"
    " AS name, coalesce(township.county_code, k.county_code) AS parent",
    "document": "SELECT source.id AS value, coalesce(source.number, source.title) AS name, '' AS parent",
    "task": "SELECT task.id AS value, task.section AS name, task.source_id AS parent",
    "lead": "SELECT unit.id AS value, unit.name, unit.area_code AS parent",
    "support": "SELECT unit.id AS value, unit.name, unit.area_code AS parent",
    "duty": "SELECT unit.id AS value, unit.name, unit.area_code AS parent",
    "province": "SELECT area.code AS value, area.name, '' AS parent",
    "prefecture": "SELECT area.code AS value, area.name, area.province_code AS parent",
    "county": "SELECT area.code AS value, area.name, area.prefecture_code AS parent",
}
_JOINS: Final = {
    "township": "LEFT JOIN township ON township.code = k.township_code",
    "zone": "JOIN zone ON zone.id = k.zone_id",
    "owner": "JOIN owner_unit ON owner_unit.id = k.owner_unit_id",
    "keylist": "CROSS JOIN LATERAL unnest(k.key_lists) AS named (list)",
    "document": "JOIN source ON source.id = ANY (k.document_ids)",
    "task": "JOIN task ON task.id = ANY (k.task_ids)",
    "lead": "JOIN unit ON unit.id = ANY (k.lead_ids)",
    "support": "JOIN unit ON unit.id = ANY (k.support_ids)",
    "duty": "JOIN unit ON unit.id = ANY (k.duty_ids)",
    "province": "JOIN area ON area.level = 'province' AND area.code = k.code",
    "prefecture": "JOIN area ON area.level = 'prefecture' AND area.code = k.code",
    "county": "JOIN area ON area.level = 'county' AND area.code = k.code",
}


def options(
    connection: Connection, fields: Sequence[str], chosen: ProjectFilter
) -> dict[str, tuple[Option, ...]]:
    """Return the choices of some fields that occur under a filter, with their counts, from one statement.

    A field's own choice is left out when it is asked for alone: the others would be counted without it too.
    """
    leave_out = fields[0] if len(fields) == 1 else ""
    sources = dict.fromkeys(_SOURCES[field] for field in fields)
    if "area" in sources:
        sources = dict.fromkeys(("place", *sources))
    made = [_gathered(source, chosen, leave_out) for source in sources]
    parts = [f"by_{source} AS MATERIALIZED ({sql})" for source, (sql, _) in zip(sources, made, strict=True)]
    rows = connection.execute(
        text(f"WITH {', '.join(parts)} {' UNION ALL '.join(map(_choices, fields))} ORDER BY field, value"),
        {name: value for _, given in made for name, value in given.items()},
    )
    found: dict[str, list[Option]] = {field: [] for field in fields}
    for row in rows:
        found[row.field].append(Option(value=row.value, name=row.name, count=row.n, parent=row.parent))
    return {field: tuple(choices) for field, choices in found.items()}


_TOWNSHIP: Final = "f.township_code, f.township, f.county_code"


def _gathered(source: str, chosen: ProjectFilter, leave_out: str) -> Clause:
    """Return the query of the records that match by one thing, with their number ``n``."""
    if source == "area":
        return (
            "SELECT held.code, sum(k.n) AS n FROM by_place AS k"
            " CROSS JOIN unnest(k.area_codes) AS held (code) GROUP BY 1",
            {},
        )
    if source == "township":
        condition, parameters = where(chosen, leave_out=leave_out)
        sql = f"SELECT {_TOWNSHIP}, count(*) AS n FROM project_facet AS f WHERE {condition} GROUP BY 1, 2, 3"  # noqa: S608
        return sql, parameters
    keyed, parameters = counted(chosen, source, leave_out=leave_out)
    sql = (
        f"SELECT {source}.*, k.n FROM (SELECT {source}_key, sum(n) AS n FROM ({keyed}) AS rows GROUP BY 1"  # noqa: S608
        f" HAVING sum(n) <> 0) AS k JOIN {known(source)} ON {source}.key = k.{source}_key"
    )
    return sql, parameters


def _choices(field: str) -> str:
    """Return the query for the choices of one field over the records that match, gathered by its columns."""
    return (
        f"SELECT '{field}' AS field, value, min(name) AS name, coalesce(min(parent), '') AS parent,"  # noqa: S608
        f" sum(n)::integer AS n FROM ({_OPTIONS[field]}, k.n FROM by_{_SOURCES[field]} AS k"
        f" {_JOINS.get(field, '')}) AS of_{field} WHERE value IS NOT NULL GROUP BY value"
    )
