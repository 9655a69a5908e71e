"""Editions of a practice library: a published rolling plan and its roll-over, a published catalogue."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, text

from data.demo.people import PREFECTURE
from data.demo.words import MARK, SOURCE
from projects.codes import Stage
from projects.plans.comparing import ENDED, READY, reason_to_leave
from projects.plans.editions import EditionKind

PLAN, CATALOGUE = EditionKind.ROLLING_PLAN, EditionKind.CATALOGUE
LEFT_OUT: Final = 3
"""Every so many-th record is left out of the published plan, to come in with the roll-over."""


def add_editions(connection: Connection, today: date) -> int:
    """Make the editions of the practice prefecture as of ``today``; return how many.

    Entries are drafted by the database's own function; every fifth of the published plan is frozen as it was
    before its total rose, so that a comparison has something to show. Without records there are none.
    """
    found = connection.execute(_RECORDS, {"area": PREFECTURE}).all()
    alive = [row for row in found if row.stage != Stage.WITHDRAWN]
    first = [row for number, row in enumerate(alive, start=1) if number % LEFT_OUT]
    members = {row.id for row in first}
    if not first:
        return 0
    began = min(date(today.year, 1, 10), today)
    name = f"健康产业三年滚动计划（{MARK}）"
    base = _edition(connection, (PLAN, f"{today.year} 年{name}", today.year, began), chosen=members)
    _publish(connection, base, min(began + timedelta(days=15), today))
    ended = {row.id: reason_to_leave(row.stage) for row in first if row.stage in ENDED}
    coming = [row.id for row in alive if row.stage in READY and row.id not in members]
    waits = (PLAN, f"{today.year + 1} 年{name}", today.year + 1, today - timedelta(days=3))
    _edition(connection, waits, base, chosen=coming, leaving=ended)
    offered = [row.id for row in alive if row.open_to_capital == "是"]
    if not offered:
        return 2
    listed = (CATALOGUE, f"{today.year} 年招商目录（{MARK}）", today.year, today - timedelta(days=60))
    _publish(connection, _edition(connection, listed, chosen=offered), today - timedelta(days=50))
    return 3


def _edition(
    connection: Connection,
    given: tuple[EditionKind, str, int, date],
    base: int | None = None,
    *,
    chosen: Sequence[str] | set[str],
    leaving: Mapping[str, str] | None = None,
) -> int:
    """Write a proposal (kind, title, first year, day) with its entries and return its number."""
    kind, title, year, day = given
    going = leaving or {}
    values: dict[str, Any] = {
        "kind": str(kind),
        "area": PREFECTURE,
        "title": title,
        "year": year,
        "day": day,
        "base": base,
        "chosen": sorted(chosen),
        "leaving": list(going),
        "reasons": list(going.values()),
        "why": "新列入" if base else "",
        "earlier": kind is PLAN and base is None,
        "source": SOURCE,
        "note": f"{MARK}：随机生成",
    }
    values["edition"] = connection.execute(_EDITION, values).scalar_one()
    connection.execute(_ENTRIES, values)
    return int(values["edition"])


def _publish(connection: Connection, edition: int, day: date) -> None:
    connection.execute(_PUBLISH, {"edition": edition, "day": day, "source": SOURCE})


_RECORDS = text(
    "SELECT source.project_id AS id, source.stage, source.open_to_capital FROM edition_source source"
    " WHERE source.area_codes @> ARRAY[CAST(:area AS text)] ORDER BY source.project_id"
)
_EDITION = text(
    "INSERT INTO edition (kind, area_code, title, year, note, base_id, unit_id, proposed_by, proposed_at)"
    " VALUES (:kind, :area, :title, :year, :note, :base,"
    " (SELECT id FROM owner_unit WHERE id = :area), :source, :day) RETURNING id"
)
_ENTRIES = text("""
    INSERT INTO edition_entry (edition_id, project_id, change, reason, plan, snapshot, digest, version)
    SELECT :edition, project_id, change, reason, plan, held, md5(held::text), version
      FROM edition_draft(:kind, :area, :year, :base, CAST(:chosen AS text[]),
                         array_fill(CAST(:why AS text), ARRAY[cardinality(CAST(:chosen AS text[]))]),
                         CAST(:leaving AS text[]), CAST(:reasons AS text[]), '{}') AS drafted,
           LATERAL (SELECT CASE WHEN :earlier AND abs(hashtext(project_id)) % 5 = 0 THEN snapshot
                    || jsonb_strip_nulls(jsonb_build_object('total_investment', trim_scale(
                           round((snapshot ->> 'total_investment')::numeric * 0.9, 2))::text))
                    ELSE snapshot END AS held) AS frozen
     WHERE fault IS NULL
     ORDER BY project_id""")
_PUBLISH = text(
    "UPDATE edition SET state = 'published', number = 1, decided_by = :source, decided_at = :day"
    " WHERE id = :edition"
)
