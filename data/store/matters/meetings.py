"""Joint meetings: listed, told with their agenda, and written by the functions of migration 0020."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.matters import listing
from data.store.matters.rows import MINE, Names
from data.store.matters.writing import as_json
from projects.errors import UnknownRecord
from projects.matters.meetings import AgendaItem, Meeting, MeetingDraft, MeetingHead
from projects.matters.model import MatterDraft


def heads(connection: Connection, limit: int, offset: int) -> tuple[MeetingHead, ...]:
    """Return meetings that one may see, the latest first; those without a day stand before all others."""
    rows = connection.execute(_HEADS, {"limit": limit, "offset": offset}).all()
    names = Names(connection, (row.unit_id for row in rows))
    return tuple(
        MeetingHead(
            id=row.id,
            title=row.title,
            unit=names.of(row.unit_id, row.unit_name),
            held_on=row.held_on,
            items=row.items,
            decided=row.decided,
            closed_at=row.closed_at,
        )
        for row in rows
    )


_HEADS: Final = text("""
    WITH page AS MATERIALIZED (
        SELECT * FROM meeting ORDER BY held_on DESC NULLS FIRST, id DESC LIMIT :limit OFFSET :offset)
    SELECT page.*, counted.items, counted.decided
      FROM page JOIN agenda_counts(ARRAY(SELECT id FROM page)) counted ON counted.meeting_id = page.id
     ORDER BY held_on DESC NULLS FIRST, page.id DESC""")


def meeting(connection: Connection, key: int, today: date) -> Meeting:
    """Return a meeting with its agenda; ``UnknownRecord`` for none that one may see."""
    row = connection.execute(_MEETING, {"key": key}).one_or_none()
    if row is None:
        raise unknown(key)
    agenda = _agenda(connection, key, today)
    return Meeting(
        id=row.id,
        draft=_draft(row),
        unit=Names(connection, [row.unit_id]).of(row.unit_id, row.unit_name),
        agenda=agenda,
        hidden=row.items - len(agenda),
        version=row.version,
        may_change=row.mine and row.closed_at is None,
        closed_at=row.closed_at,
        closed_by=row.closed_by or "",
    )


_MEETING: Final = text(
    f"SELECT meeting.*, counted.items, {MINE.format('ARRAY[unit_id]')} AS mine"  # noqa: S608
    " FROM meeting JOIN agenda_counts(ARRAY[CAST(:key AS integer)]) counted"
    " ON counted.meeting_id = meeting.id WHERE meeting.id = :key"
)


def unknown(key: int) -> UnknownRecord:
    """Return the exception for a number that names no meeting one may see."""
    return UnknownRecord(f"没有编号为 {key} 的会议，或不归您的单位查看：请核对编号。")


def _draft(row: Any) -> MeetingDraft:
    texts = {name: getattr(row, name) for name in ("title", "place", "chair", "attendees", "note")}
    return MeetingDraft(unit_id=row.unit_id, area_code=row.area_code or "", held_on=row.held_on, **texts)


def _agenda(connection: Connection, key: int, today: date) -> tuple[AgendaItem, ...]:
    rows = connection.execute(
        text("SELECT * FROM meeting_item WHERE meeting_id = :key ORDER BY position, id"), {"key": key}
    ).all()
    wanted = [row.matter_id for row in rows] + [row.follow_up_id for row in rows if row.follow_up_id]
    known = listing.by_ids(connection, wanted, today) if wanted else {}
    return tuple(
        AgendaItem(
            number,
            known[row.matter_id],
            row.decision,
            row.follow_up_id,
            known.get(row.follow_up_id),
            row.decided_by or "",
            row.decided_at,
        )
        for number, row in enumerate(rows, start=1)
    )


def _json(draft: MeetingDraft) -> str:
    fields = {name: getattr(draft, name) for name in draft.__dataclass_fields__}
    return json.dumps(fields, ensure_ascii=False, default=str)


def call(connection: Connection, draft: MeetingDraft) -> int:
    """Store a meeting and return its number."""
    made = connection.scalar(text("SELECT call_meeting(CAST(:draft AS jsonb))"), {"draft": _json(draft)})
    return int(made or 0)


def change(connection: Connection, key: int, version: int, draft: MeetingDraft) -> None:
    """Change what a meeting says."""
    connection.execute(
        text("SELECT change_meeting(:key, :version, CAST(:draft AS jsonb))"),
        {"key": key, "version": version, "draft": _json(draft)},
    )


def put(connection: Connection, key: int, matter_ids: Sequence[int]) -> None:
    """Add matters to the end of the agenda, each once."""
    connection.execute(
        text("SELECT put_on_agenda(:key, CAST(:ids AS integer[]))"),
        {"key": key, "ids": list(dict.fromkeys(matter_ids))},
    )


def take_off(connection: Connection, key: int, matter_id: int) -> None:
    """Take a matter off the agenda."""
    connection.execute(text("SELECT take_off_agenda(:key, :matter)"), {"key": key, "matter": matter_id})


def decide(
    connection: Connection, key: int, matter_id: int, said: str, follow_up: MatterDraft | None
) -> int | None:
    """Write down a decision; return the number of the matter that came of it."""
    made = connection.scalar(
        text("SELECT decide_item(:key, :matter, :said, CAST(:follow_up AS jsonb))"),
        {
            "key": key,
            "matter": matter_id,
            "said": said,
            "follow_up": as_json(follow_up) if follow_up else None,
        },
    )
    return int(made) if made is not None else None


def close(connection: Connection, key: int) -> None:
    """Close a meeting."""
    connection.execute(text("SELECT close_meeting(:key)"), {"key": key})
