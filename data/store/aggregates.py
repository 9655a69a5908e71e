"""Counts made in the database: by area and category, by filter option, by grid cell of a view."""

import math
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.filtering import PLACE_CODE, PLACE_LEVEL, where
from data.store.summaries import FACETS
from projects.counts import AreaCount, by_area
from projects.filters import ProjectFilter
from projects.ports import Bounds, Cluster, Option

CELLS_ACROSS: Final = 24
"""A view is gathered on a grid of about this many cells across: readable badges, a few kB per move."""

IDS_SHOWN: Final = 20


def area_counts(
    connection: Connection, chosen: ProjectFilter, names: Any, precisions: Sequence[int]
) -> tuple[AreaCount, ...]:
    """Return counts by the finest area each record is known to lie in.

    Records without any area are not in it.
    """
    condition, parameters = where(chosen)
    narrowed = "AND f.precision = ANY (:wanted)" if precisions else ""
    rows = connection.execute(
        text(
            "SELECT code, level, category, count(*)"  # noqa: S608
            f" FROM (SELECT {PLACE_CODE} AS code, {PLACE_LEVEL} AS level, f.category {FACETS}"
            f" WHERE {condition} {narrowed}) AS placed"
            " WHERE code IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 2, 1, 3"
        ),
        parameters | ({"wanted": list(precisions)} if precisions else {}),
    )
    return by_area((code, level, _name(names, code, level), category, n) for code, level, category, n in rows)


def touching_counts(connection: Connection, chosen: ProjectFilter) -> dict[str, dict[str, int]]:
    """Return, by county code, counts by category of all records that lie in or touch the county.

    A programme for seven counties counts in each of them, so these counts do not add up to the matches.
    """
    condition, parameters = where(chosen)
    rows = connection.execute(
        text(
            "SELECT area.code, k.category, sum(k.n)::integer"  # noqa: S608
            f" FROM (SELECT f.area_codes, f.category, count(*) AS n {FACETS} WHERE {condition} GROUP BY 1, 2)"
            " AS k JOIN area ON area.level = 'county' AND area.code = ANY (k.area_codes)"
            " GROUP BY 1, 2 ORDER BY 1, 2"
        ),
        parameters,
    )
    counts: dict[str, dict[str, int]] = {}
    for code, category, n in rows:
        counts.setdefault(code, {})[category] = n
    return counts


def clusters(connection: Connection, chosen: ProjectFilter, bounds: Bounds) -> tuple[Cluster, ...]:
    """Return placed records of a view gathered on a square grid in degrees, cells fixed to the globe.

    The cell size follows the width of the view in powers of two, so that a small pan keeps the same cells.
    """
    condition, parameters = where(chosen)
    cell = cell_size(bounds)
    rows = connection.execute(
        text(f"""
        WITH spots AS (
            SELECT f.project_id AS id, f.category, f.precision, representative_point(f.geom) AS spot {FACETS}
             WHERE {condition} AND f.precision BETWEEN 1 AND 3
               AND f.geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
        ), cells AS (
            SELECT floor(ST_X(spot) / :cell)::bigint AS cx, floor(ST_Y(spot) / :cell)::bigint AS cy,
                   category, count(*) AS n, sum(ST_X(spot)) AS sx, sum(ST_Y(spot)) AS sy, max(precision) AS
                   coarsest, min(ST_X(spot)) AS west, min(ST_Y(spot)) AS south, max(ST_X(spot)) AS east,
                   max(ST_Y(spot)) AS north, (array_agg(id ORDER BY id))[1:{IDS_SHOWN}] AS ids
              FROM spots GROUP BY 1, 2, 3
        )
        SELECT cx, cy, sum(n) AS n, sum(sx) / sum(n) AS lon, sum(sy) / sum(n) AS lat, max(coarsest) AS
        coarsest, min(west) AS west, min(south) AS south, max(east) AS east, max(north) AS north,
               jsonb_object_agg(category, n) AS by_category, jsonb_agg(ids) AS ids
          FROM cells GROUP BY 1, 2 ORDER BY 1, 2"""),  # noqa: S608
        parameters | dict(zip(("west", "south", "east", "north"), bounds, strict=True)) | {"cell": cell},
    )
    return tuple(_cluster(row) for row in rows.mappings())


def cell_size(bounds: Bounds) -> float:
    """Return the grid cell in degrees for a view.

    >>> cell_size((113.0, 24.0, 115.0, 26.0))
    0.125
    """
    width = min(max(bounds[2] - bounds[0], 1e-4), 360.0)
    return 2.0 ** (math.floor(math.log2(width / CELLS_ACROSS)) + 1)


def _cluster(row: Any) -> Cluster:
    ids = sorted(key for group in row["ids"] for key in group)
    return Cluster(
        id=f"{row['cx']}:{row['cy']}",
        lon=row["lon"],
        lat=row["lat"],
        count=int(row["n"]),
        by_category=row["by_category"],
        ids=tuple(ids) if int(row["n"]) <= IDS_SHOWN else (),
        precision=row["coarsest"],
        bounds=(row["west"], row["south"], row["east"], row["north"]),
    )


def _name(names: Any, code: str, level: str) -> str:
    return str(names.zone(code) if level == "zone" else names.area(code))


_COLUMNS: Final = {
    "category": ("f.category",),
    "kind": ("f.kind",),
    "stage": ("f.stage",),
    "funding": ("f.funding_status",),
    "mode": ("f.delivery_mode",),
    "promotion": ("f.promotion_stage",),
    "owner": ("f.owner_unit_id",),
    "keylist": ("f.key_lists",),
    "precision": ("f.precision",),
    "zone": ("f.zone_id",),
    "township": ("f.township_code", "f.township", "f.county_code"),
    "document": ("f.document_ids",),
    "task": ("f.task_ids",),
    "lead": ("f.lead_ids",),
    "support": ("f.support_ids",),
    "duty": ("f.duty_ids",),
    "province": ("f.area_codes",),
    "prefecture": ("f.area_codes",),
    "county": ("f.area_codes",),
}
"""What records are gathered by before names are joined: thousands of records share few lists of areas."""

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
    "province": "JOIN area ON area.level = 'province' AND area.code = ANY (k.area_codes)",
    "prefecture": "JOIN area ON area.level = 'prefecture' AND area.code = ANY (k.area_codes)",
    "county": "JOIN area ON area.level = 'county' AND area.code = ANY (k.area_codes)",
}


def options(
    connection: Connection, fields: Sequence[str], chosen: ProjectFilter
) -> dict[str, tuple[Option, ...]]:
    """Return the choices of some fields that occur under a filter, with their counts, from one scan.

    A field's own choice is left out when it is asked for alone: the others would be counted without it too.
    """
    condition, parameters = where(chosen, leave_out=fields[0] if len(fields) == 1 else "")
    wanted = dict.fromkeys(_COLUMNS[field] for field in fields)
    columns = dict.fromkeys(column for group in wanted for column in group)
    parts = [f"matched AS MATERIALIZED (SELECT {', '.join(columns)} {FACETS} WHERE {condition})"]
    parts += [f"{_gathered(group)} AS MATERIALIZED ({_gather(group)})" for group in wanted]
    rows = connection.execute(
        text(f"WITH {', '.join(parts)} {' UNION ALL '.join(map(_choices, fields))} ORDER BY field, value"),
        parameters,
    )
    found: dict[str, list[Option]] = {field: [] for field in fields}
    for row in rows:
        found[row.field].append(Option(value=row.value, name=row.name, count=row.n, parent=row.parent))
    return {field: tuple(choices) for field, choices in found.items()}


def _gathered(group: tuple[str, ...]) -> str:
    return "by_" + _bare(group[0])


def _bare(column: str) -> str:
    return column.partition(".")[2]


def _gather(group: tuple[str, ...]) -> str:
    columns = ", ".join(map(_bare, group))
    return f"SELECT {columns}, count(*) AS n FROM matched GROUP BY {columns}"  # noqa: S608


def _choices(field: str) -> str:
    """Return the query for the choices of one field over the records that match, gathered by its columns."""
    return (
        f"SELECT '{field}' AS field, value, min(name) AS name, coalesce(min(parent), '') AS parent,"  # noqa: S608
        f" sum(n)::integer AS n FROM ({_OPTIONS[field]}, k.n FROM {_gathered(_COLUMNS[field])} AS k"
        f" {_JOINS.get(field, '')}) AS of_{field} WHERE value IS NOT NULL GROUP BY value"
    )
