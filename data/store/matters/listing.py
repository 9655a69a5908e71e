"""Matters listed, counted and told one by one, under the rights of the session that asks."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.matters import asking, rows
from projects.errors import UnknownRecord
from projects.matters.model import LONG_OPEN_DAYS, Matter, MatterEntry, MatterKind, Timing, UnitName
from projects.matters.ports import Asked, MatterCounts, MatterPage, UnitLoad


def page(connection: Connection, asked: Asked, today: date, limit: int, offset: int) -> MatterPage:
    """Return one page of the matters that a question means, and the counts of all, in one reading of them."""
    condition, values = asking.where(asked, today)
    row = connection.execute(
        text(_PAGE.format(condition=condition)),
        values | {"long_days": LONG_OPEN_DAYS, "limit": limit, "offset": offset},
    ).one()
    known = by_ids(connection, row.ids, today) if row.ids else {}
    return MatterPage(tuple(known[key] for key in row.ids), _counts(row.counts))


_PAGE: Final = f"""
    WITH found AS MATERIALIZED (
        SELECT m.id, {asking.TURN} AS turn, {asking.DAY} AS day, m.kind, {asking.LONG_OPEN} AS long_open
          FROM matter m WHERE {{condition}})
    SELECT ARRAY(SELECT id FROM found ORDER BY {asking.ORDER} LIMIT :limit OFFSET :offset) AS ids,
           (SELECT coalesce(jsonb_agg(counted), '[]') FROM (
                SELECT turn, kind, count(*) AS matched, count(*) FILTER (WHERE long_open) AS long_open
                  FROM found GROUP BY 1, 2) AS counted) AS counts"""  # noqa: S608
_MEASURES: Final = f"""{asking.TURN} AS turn, m.kind, count(*) AS matched,
    count(*) FILTER (WHERE {asking.LONG_OPEN}) AS long_open"""


def counts(connection: Connection, asked: Asked, today: date) -> MatterCounts:
    """Return how many matters a question means, by timing and by kind."""
    condition, values = asking.where(asked, today)
    found = connection.execute(
        text(f"SELECT {_MEASURES} FROM matter m WHERE {condition} GROUP BY 1, 2"),  # noqa: S608
        values | {"long_days": LONG_OPEN_DAYS},
    )
    return _counts(found.mappings().all())


def _counts(found: Sequence[Mapping[Any, Any]]) -> MatterCounts:
    """Add up rows of a turn (place in ``asking.TIMINGS``), a kind, how many, and how many open for long."""
    by_timing = dict.fromkeys(Timing, 0)
    by_kind = dict.fromkeys(MatterKind, 0)
    for row in found:
        by_timing[asking.TIMINGS[row["turn"]]] += row["matched"]
        by_kind[MatterKind(row["kind"])] += row["matched"]
    return MatterCounts(
        sum(by_timing.values()),
        by_timing,
        {kind: count for kind, count in by_kind.items() if count},
        sum(row["long_open"] for row in found),
    )


def by_unit(connection: Connection, asked: Asked, today: date) -> tuple[UnitLoad, ...]:
    """Return the counts by the unit that is responsible today, the most overdue first."""
    condition, values = asking.where(asked, today)
    found = connection.execute(
        text(
            f"WITH found AS (SELECT m.lead_unit, {_MEASURES} FROM matter m"  # noqa: S608
            f" WHERE {condition} GROUP BY 1, 2, 3), line AS MATERIALIZED (SELECT lead_unit,"
            " current_unit(lead_unit) AS today FROM (SELECT DISTINCT lead_unit FROM found) AS one)"
            " SELECT owner_unit.id, owner_unit.name, found.* FROM found JOIN line USING (lead_unit)"
            " JOIN owner_unit ON owner_unit.id = line.today"
        ),
        values | {"long_days": LONG_OPEN_DAYS},
    )
    units: dict[tuple[str, str], list[Any]] = {}
    for row in found.mappings():
        units.setdefault((row["id"], row["name"]), []).append(row)
    loads = [UnitLoad(UnitName(key, name), _counts(held)) for (key, name), held in units.items()]
    return tuple(sorted(loads, key=_most_overdue_first))


def _most_overdue_first(load: UnitLoad) -> tuple[int, int, str]:
    return -load.counts.by_timing[Timing.OVERDUE], -load.counts.matched, load.unit.id


def get(connection: Connection, key: int, today: date) -> Matter:
    """Return a matter; ``UnknownRecord`` for none that one may see."""
    found = connection.execute(
        text(f"SELECT {rows.COLUMNS} FROM matter m {rows.JOINS} WHERE m.id = :key"),  # noqa: S608
        {"key": key, "today": today},
    )
    made = rows.matters(connection, found.mappings().all(), today)
    if not made:
        raise unknown(key)
    return made[0]


def unknown(key: int) -> UnknownRecord:
    """Return the exception for a number that names no matter one may see."""
    return UnknownRecord(f"没有编号为 {key} 的事项，或不归您的单位查看：请核对编号。")


def by_ids(connection: Connection, ids: list[int], today: date) -> dict[int, Matter]:
    """Return number → matter, of those that one may see."""
    found = connection.execute(
        text(f"SELECT {rows.COLUMNS} FROM matter m {rows.JOINS} WHERE m.id = ANY (:ids)"),  # noqa: S608
        {"ids": ids, "today": today},
    )
    return {one.id: one for one in rows.matters(connection, found.mappings().all(), today)}


def entries(connection: Connection, key: int) -> tuple[MatterEntry, ...]:
    """Return the history of a matter, oldest first."""
    found = connection.execute(
        text("SELECT * FROM matter_entry WHERE matter_id = :key ORDER BY id"), {"key": key}
    )
    return rows.entries(connection, found.mappings().all())
