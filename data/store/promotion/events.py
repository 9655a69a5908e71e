"""Visits, leads and events: entries in their latest versions, their history, and new versions of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, text

from projects.errors import BadValue, Conflict, UnknownRecord
from projects.filters import ProjectFilter
from projects.promotion.events import Entry, Event, EventKind
from projects.promotion.ports import EventPage, EventsAsked

_COLUMNS: Final = """event.entry_id, event.version, event.kind, event.unit_id, event.project_id,
    event.area_code, event.happened_on, event.counterpart, event.result, event.next_step, event.next_due,
    event.detail, event.withdrawn, event.reason, event.created_by, event.created_at,
    owner_unit.name AS unit_name, project.name"""
_JOINS: Final = """
    JOIN owner_unit ON owner_unit.id = event.unit_id
    LEFT JOIN project ON project.id = event.project_id
    LEFT JOIN project_facet facet ON facet.project_id = coalesce(project.merged_into_id, project.id)
    LEFT JOIN owner_unit around ON around.id = coalesce(event.area_code, event.unit_id)"""
_LATEST: Final = (
    "(SELECT DISTINCT ON (entry_id) * FROM promotion_event ORDER BY entry_id, version DESC) AS event"
)
"""Row-level security lets through all versions of an entry or none."""
_LIES_IN: Final = (
    "coalesce(facet.area_codes,"
    " ARRAY[around.id, around.area_code, around.prefecture_code, around.province_code])"
    " && CAST(:{} AS text[])"
)
_OPEN: Final = "(event.next_step IS NOT NULL OR event.next_due IS NOT NULL)"
TODAY: Final = "(now() AT TIME ZONE 'Asia/Shanghai')::date"


def _conditions(chosen: ProjectFilter, asked: EventsAsked) -> tuple[str, dict[str, Any]]:
    """Return what restricts the list: areas and the basket of the filter, and what was asked."""
    found = ["event.withdrawn" if asked.withdrawn else "NOT event.withdrawn"]
    values: dict[str, Any] = {}
    for name in ("province", "prefecture", "county"):
        if codes := getattr(chosen, name):
            found.append(_LIES_IN.format(name))
            values[name] = list(codes)
    for name, condition, value in (
        ("zone", "(project.zone_id = ANY (:zone) OR event.area_code = ANY (:zone))", chosen.zone),
        ("ids", "event.project_id = ANY (:ids)", chosen.ids),
        ("kinds", "event.kind = ANY (:kinds)", asked.kinds),
        ("about", "event.project_id = :about", asked.project_id),
    ):
        if value:
            found.append(condition)
            values[name] = value if isinstance(value, str) else [str(one) for one in value]
    return " AND ".join(found + [_OPEN] * asked.open_only), values


def page(
    connection: Connection, chosen: ProjectFilter, asked: EventsAsked, limit: int, offset: int
) -> EventPage:
    """Return one page of entries, latest day first, those without a day last."""
    condition, values = _conditions(chosen, asked)
    rows = connection.execute(
        text(
            f"SELECT {_COLUMNS} FROM {_LATEST} {_JOINS} WHERE {condition}"  # noqa: S608
            " ORDER BY event.happened_on DESC NULLS LAST, event.entry_id DESC LIMIT :limit OFFSET :offset"
        ),
        values | {"limit": limit, "offset": offset},
    )
    counts = connection.execute(
        text(
            f"SELECT count(*) AS matched, count(*) FILTER (WHERE {_OPEN}) AS waiting,"  # noqa: S608
            f" count(*) FILTER (WHERE event.next_due < {TODAY}) AS late"
            f" FROM {_LATEST} {_JOINS} WHERE {condition}"
        ),
        values,
    ).one()
    return EventPage(
        tuple(_event(row) for row in rows.mappings()), counts.matched, counts.waiting, counts.late
    )


def versions(connection: Connection, number: int) -> tuple[Event, ...]:
    """Return all versions of an entry, newest first; raises ``UnknownRecord``."""
    rows = connection.execute(
        text(
            f"SELECT {_COLUMNS} FROM promotion_event event {_JOINS}"  # noqa: S608
            " WHERE event.entry_id = :number ORDER BY event.version DESC"
        ),
        {"number": number},
    )
    found = tuple(_event(row) for row in rows.mappings())
    if not found:
        raise UnknownRecord(f"没有编号为 {number} 的考察或线索，或不归您的单位")
    return found


def add(connection: Connection, entry: Entry) -> int:
    """Store a first version and return its number."""
    row = connection.execute(
        text(
            "INSERT INTO promotion_event (project_id, area_code, unit_id, kind, happened_on, counterpart,"
            " result, next_step, next_due, detail) VALUES (:project_id, :area_code, :unit_id, :kind,"
            " :happened_on, :counterpart, :result, :next_step, :next_due, :detail) RETURNING entry_id"
        ),
        _values(entry),
    )
    return int(row.scalar_one())


@dataclass(frozen=True, slots=True)
class Version:
    """A further version of an entry: what it says now, why, and whether it takes the entry back."""

    entry: Entry
    reason: str
    withdrawn: bool = False


def add_version(connection: Connection, number: int, read: int, further: Version) -> None:
    """Store the version after the one that was read; ``Conflict`` when there is one already."""
    latest = versions(connection, number)[0].version
    if latest != read:
        raise Conflict(f"{number} 号记录刚刚被他人改过（现为第 {latest} 版）：请刷新后再改", ("version",))
    connection.execute(
        text(
            "INSERT INTO promotion_event (entry_id, version, kind, happened_on, counterpart, result,"
            " next_step, next_due, detail, reason, withdrawn) VALUES (:number, :version, :kind, :happened_on,"
            " :counterpart, :result, :next_step, :next_due, :detail, :reason, :withdrawn)"
        ),
        _values(further.entry)
        | {
            "number": number,
            "version": read + 1,
            "reason": further.reason or None,
            "withdrawn": further.withdrawn,
        },
    )


def unit_of_record(connection: Connection, project_id: str) -> str:
    """Return the unit that an entry about a record belongs to; ``UnknownRecord``, ``BadValue``."""
    row = connection.execute(
        text("SELECT owner_unit_id, deleted_at, merged_into_id FROM project WHERE id = :id"),
        {"id": project_id},
    ).first()
    if row is None or row.deleted_at is not None:
        raise UnknownRecord(f"没有编号为 {project_id} 的项目：请核对编号")
    if row.merged_into_id is not None:
        raise BadValue(f"项目 {project_id} 已并入 {row.merged_into_id}：请记在那一条下")
    if row.owner_unit_id is None:
        raise BadValue(f"项目 {project_id} 还没有归属单位：请先给项目指定归属单位，或记在地区名下")
    return str(row.owner_unit_id)


def _values(entry: Entry) -> dict[str, Any]:
    texts = ("project_id", "area_code", "unit_id", "counterpart", "result", "next_step", "detail")
    return {
        **{name: getattr(entry, name) or None for name in texts},
        "kind": str(entry.kind),
        "happened_on": entry.happened_on,
        "next_due": entry.next_due,
    }


def _event(row: Mapping[Any, Any]) -> Event:
    texts = ("project_id", "area_code", "counterpart", "result", "next_step", "detail")
    return Event(
        number=row["entry_id"],
        version=row["version"],
        entry=Entry(
            kind=EventKind(row["kind"]),
            unit_id=row["unit_id"],
            happened_on=row["happened_on"],
            next_due=row["next_due"],
            **{name: row[name] or "" for name in texts},
        ),
        unit_name=row["unit_name"],
        project_name=row["name"] or "",
        withdrawn=row["withdrawn"],
        reason=row["reason"] or "",
        created_by=row["created_by"],
        created_at=row["created_at"],
    )
