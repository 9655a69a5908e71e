"""``Week`` over PostGIS: what changed of late, counted from the history that every write leaves behind."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import text

from data.database import Database
from data.store.filtering import where
from projects.errors import SignInNeeded
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import OFFICE_TIME
from projects.values import plain
from projects.week import MOVED_SHOWN, RECEIVED, Changes, Moved

_STAMPS: Final = (
    *("version", "created_by", "created_at", "updated_by", "updated_at", "deleted_at", "merged_into_id"),
    *("name_normalised", "provenance", "basis", "county_basis", "township_basis"),
)
"""Columns of a record that follow from others or say who wrote: none is a value that somebody changed."""

_WRITTEN: Final = "changed_at >= :since AND changed_at < :until AND changed_by <> 'system'"
"""What people wrote in the period; what the program loads (``system``) is no office's doing."""

_CHANGES: Final = """
WITH written AS MATERIALIZED (
    SELECT h.* FROM history h WHERE {written}
), mine AS MATERIALIZED (
    SELECT h.*, f.owner_unit_id AS unit FROM written h JOIN project_facet f ON f.project_id = h.project_id
     WHERE {where}
), writes AS MATERIALIZED (
    SELECT id, project_id, unit, table_name, row_key, changed_at, old.stage AS old_stage,
           new.stage AS new_stage, old.status AS old_status, new.status AS new_status, new.amount,
           table_name = 'project' AND new.published AND NOT coalesce(old.published, false) AS appeared,
           CASE WHEN table_name <> 'project' THEN 1 WHEN operation <> 'update' THEN 0 ELSE (
               SELECT count(*) FROM jsonb_each(new_row - CAST(:stamps AS text[])) AS value
                 FULL JOIN jsonb_each(old_row - CAST(:stamps AS text[])) AS was USING (key)
                WHERE value.value IS DISTINCT FROM was.value) END AS fields
      FROM mine, jsonb_to_record(old_row) AS old (published boolean, stage text, status text),
           jsonb_to_record(new_row) AS new (published boolean, stage text, status text, amount numeric)
), records AS (
    SELECT project_id, min(unit) AS unit, bool_or(appeared) AS appeared, sum(fields)::integer AS fields,
           max(changed_at) FILTER (WHERE old_stage <> new_stage) AS at,
           (array_agg(old_stage ORDER BY id) FILTER (WHERE old_stage <> new_stage))[1] AS old,
           (array_agg(new_stage ORDER BY id DESC) FILTER (WHERE old_stage <> new_stage))[1] AS new
      FROM writes GROUP BY project_id
), lines AS (
    SELECT (array_agg(old_status ORDER BY id))[1] AS old, (array_agg(new_status ORDER BY id DESC))[1] AS new,
           (array_agg(amount ORDER BY id DESC))[1] AS amount
      FROM writes WHERE table_name = 'finance_line' GROUP BY project_id, row_key
), moves AS (
    SELECT r.project_id, project.name, coalesce(owner_unit.name, r.unit, '') AS unit, r.old, r.new, r.at
      FROM records r JOIN project ON project.id = r.project_id
      LEFT JOIN owner_unit ON owner_unit.id = r.unit
     WHERE r.old <> r.new AND NOT r.appeared ORDER BY r.at DESC, r.project_id LIMIT :most
), absent AS MATERIALIZED (
    SELECT h.project_id, h.old_row, h.new_row FROM written h
      LEFT JOIN project_facet f ON f.project_id = h.project_id
     WHERE h.table_name = 'project' AND h.operation = 'update' AND f.published IS NOT TRUE
)
SELECT 'unit' AS part, coalesce(unit, '') AS key, count(*)::integer AS records,
       count(*) FILTER (WHERE appeared)::integer AS fresh,
       coalesce(sum(fields) FILTER (WHERE NOT appeared), 0)::integer AS fields,
       count(*) FILTER (WHERE old <> new AND NOT appeared)::integer AS moved,
       NULL::numeric AS amount, NULL::jsonb AS move
  FROM records GROUP BY 2
UNION ALL
SELECT 'money', new, count(*)::integer, 0, 0, 0, sum(amount), NULL FROM lines
 WHERE new = ANY (CAST(:received AS text[])) AND old IS DISTINCT FROM new GROUP BY 2
UNION ALL
SELECT 'move', project_id, 1, 0, 0, 0, NULL, to_jsonb(moves) FROM moves
UNION ALL
SELECT 'gone', '', count(DISTINCT project_id)::integer, 0, 0, 0, NULL, NULL FROM absent
 WHERE (new_row ->> 'deleted_at' IS NOT NULL OR new_row ->> 'merged_into_id' IS NOT NULL)
   AND old_row ->> 'published' = 'true' AND old_row ->> 'deleted_at' IS NULL
   AND old_row ->> 'merged_into_id' IS NULL{gone}"""
"""What was written about the filter's records: by owner unit, by the status money reached, stages that moved;
and the records that went and are not back, in the areas that stood in them last.

A line of money counts where its last status in the period is another than the one before it; a stage moved
where the last one is another than the first: there and back is no move. One look at each image: they are
long. The history of the period is read once and by itself: how much a week holds is guessed too low, and
joined with all records at once, or told from them by an anti-join, it is read once for each of them.
"""


class PostgisWeek:
    """Answers from the history, which the database shows to the people who may see its records."""

    def __init__(self, database: Database, token: str = "") -> None:
        self._database = database
        self._token = token

    def changes(self, chosen: ProjectFilter, since: date, until: date) -> Changes:
        """Return the changes from the beginning of ``since`` to the end of ``until`` (Asia/Shanghai).

        Records as the filter finds them today. Raises ``SignInNeeded`` for nobody: who changed what is told
        to people of the offices only.
        """
        if not self._token:
            raise SignInNeeded("修改情况登录后可见。请先登录。")
        condition, values = where(chosen)
        values |= {"since": _start(since), "until": _start(until + timedelta(days=1))}
        given = {"stamps": list(_STAMPS), "received": [str(s) for s in RECEIVED], "most": MOVED_SHOWN}
        gone, of_image = _gone(chosen)
        query = text(_CHANGES.format(written=_WRITTEN, where=condition, gone=gone))
        with self._database.reading(self._token) as connection:
            rows = connection.execute(query, values | given | of_image).all()
        units = [row for row in rows if row.part == "unit"]
        return Changes(
            since=since,
            until=until,
            fresh=sum(row.fresh for row in units),
            gone=sum(row.records for row in rows if row.part == "gone"),
            updated=sum(row.records - row.fresh for row in units),
            fields=sum(row.fields for row in units),
            moved=tuple(_moved(row.move) for row in rows if row.part == "move"),
            moved_count=sum(row.moved for row in units),
            received=_received({row.key: row.amount for row in rows if row.part == "money"}),
            by_unit={row.key: row.records for row in units},
        )


def _start(day: date) -> datetime:
    """Return the first moment of a day in the offices' time."""
    return datetime.combine(day, time(), OFFICE_TIME)


def _moved(move: Mapping[str, Any]) -> Moved:
    at = datetime.fromisoformat(move["at"])
    return Moved(move["project_id"], move["name"], move["unit"], move["old"], move["new"], at)


def _received(found: Mapping[str, Decimal]) -> dict[str, str]:
    return {str(status): plain(found.get(str(status), Decimal(0))) for status in RECEIVED}


_OF_IMAGE: Final[Mapping[str, str]] = {
    "province": "province_code",
    "prefecture": "prefecture_code",
    "county": "county_code",
    "zone": "zone_id",
    "category": "category",
    "kind": "kind",
    "owner": "owner_unit_id",
}
"""Conditions of a filter that the last image of a record answers by itself."""


def _gone(chosen: ProjectFilter) -> tuple[str, dict[str, list[str]]]:
    """Return what narrows records that went, with its values: areas, category, kind and owner."""
    wanted = {name: [str(v) for v in getattr(chosen, name)] for name in _OF_IMAGE if getattr(chosen, name)}
    narrowed = "".join(
        f" AND old_row ->> '{_OF_IMAGE[name]}' = ANY (CAST(:gone_{name} AS text[]))" for name in wanted
    )
    return narrowed, {f"gone_{name}": found for name, found in wanted.items()}
