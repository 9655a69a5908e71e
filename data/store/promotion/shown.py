"""Projects shown at a 推介会: the latest word on each, all words, meetings of a project, a further word."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from projects.errors import BadValue, Conflict, NotAllowed, UnknownRecord
from projects.promotion.shown import MOST_SHOWN, Came, Outcome, Showing, Shown

_COLUMNS: Final = """shown.entry_id, shown.project_id, shown.version, shown.outcome, shown.amount,
    coalesce(shown.note, '') AS note, shown.withdrawn, shown.created_by, shown.created_at,
    coalesce(project.name, '') AS project_name"""
_LATEST: Final = """(SELECT DISTINCT ON (entry_id, project_id) * FROM promotion_shown
    WHERE {} ORDER BY entry_id, project_id, version DESC) AS shown"""
_PROJECT: Final = "LEFT JOIN project ON project.id = shown.project_id"


def of_meetings(connection: Connection, numbers: Sequence[int]) -> dict[int, tuple[Shown, ...]]:
    """Return meeting → the projects that stand on its list, in id order."""
    rows = connection.execute(
        text(
            f"SELECT {_COLUMNS} FROM {_LATEST.format('entry_id = ANY (:numbers)')} {_PROJECT}"  # noqa: S608
            " WHERE NOT shown.withdrawn ORDER BY shown.entry_id, shown.project_id"
        ),
        {"numbers": list(numbers)},
    )
    found: dict[int, list[Shown]] = defaultdict(list)
    for row in rows.mappings():
        found[row["entry_id"]].append(_shown(row))
    return {number: tuple(held) for number, held in found.items()}


def versions(connection: Connection, number: int, project_id: str) -> tuple[Shown, ...]:
    """Return all that was said of one project of one meeting, newest first; empty when nothing was."""
    rows = connection.execute(
        text(
            f"SELECT {_COLUMNS} FROM promotion_shown shown {_PROJECT}"  # noqa: S608
            " WHERE shown.entry_id = :number AND shown.project_id = :id ORDER BY shown.version DESC"
        ),
        {"number": number, "id": project_id},
    )
    return tuple(_shown(row) for row in rows.mappings())


def of_project(connection: Connection, project_id: str) -> tuple[Showing, ...]:
    """Return the meetings at which a project was shown, the latest first.

    What the entry of another unit says stays with that unit; its day and its unit are told.
    """
    rows = connection.execute(
        text(
            f"SELECT {_COLUMNS}, meeting.happened_on, coalesce(owner_unit.name, '') AS unit_name,"  # noqa: S608
            " coalesce((SELECT event.counterpart FROM promotion_event event"
            " WHERE event.entry_id = shown.entry_id ORDER BY event.version DESC LIMIT 1), '') AS counterpart"
            f" FROM {_LATEST.format('project_id = :id')} {_PROJECT}"
            " CROSS JOIN LATERAL shown_meeting(shown.entry_id) AS meeting"
            " LEFT JOIN owner_unit ON owner_unit.id = meeting.unit_id"
            " WHERE NOT shown.withdrawn AND NOT meeting.withdrawn"
            " ORDER BY meeting.happened_on DESC NULLS LAST, shown.entry_id DESC"
        ),
        {"id": project_id},
    )
    return tuple(
        Showing(
            shown=_shown(row),
            happened_on=row["happened_on"],
            unit_name=row["unit_name"],
            counterpart=row["counterpart"],
        )
        for row in rows.mappings()
    )


def add(connection: Connection, number: int, project_id: str, read: int, came: Came) -> None:
    """Store the word after the one that was read (0: the project was not on the list).

    ``Conflict`` when somebody else spoke meanwhile; ``UnknownRecord`` for a project that is not there;
    ``NotAllowed`` for a meeting or a project that are not one's own.
    """
    held = versions(connection, number, project_id)
    latest = held[0].version if held else 0
    if latest != read:
        raise Conflict(f"{project_id} 的结果刚刚被他人改过（现为第 {latest} 版）：请刷新后再填", ("version",))
    if not latest:
        _addable(connection, number, project_id)
    allowed = connection.scalar(
        text("SELECT may_note_shown(:number, :version, :id)"),
        {"number": number, "version": read + 1, "id": project_id},
    )
    if not allowed:
        raise NotAllowed(f"{number} 号推介会或项目 {project_id} 不归您的单位，或这场推介会已撤回")
    connection.execute(
        text(
            "INSERT INTO promotion_shown (entry_id, project_id, version, outcome, amount, note, withdrawn)"
            " VALUES (:number, :id, :version, :outcome, :amount, :note, :withdrawn)"
        ),
        {
            "number": number,
            "id": project_id,
            "version": read + 1,
            "outcome": str(came.outcome),
            "amount": came.amount,
            "note": came.note or None,
            "withdrawn": came.withdrawn,
        },
    )


def _addable(connection: Connection, number: int, project_id: str) -> None:
    """Raise when a project cannot be put on a list: not there, gone into another, or the list is full."""
    row = connection.execute(
        text("SELECT deleted_at, merged_into_id FROM project WHERE id = :id"), {"id": project_id}
    ).first()
    if row is None or row.deleted_at is not None:
        raise UnknownRecord(f"没有编号为 {project_id} 的项目：请核对编号")
    if row.merged_into_id is not None:
        raise BadValue(f"项目 {project_id} 已并入 {row.merged_into_id}：请填那一个编号")
    count = connection.scalar(
        text("SELECT count(DISTINCT project_id) FROM promotion_shown WHERE entry_id = :number"),
        {"number": number},
    )
    if int(count or 0) >= MOST_SHOWN:
        raise BadValue(f"一场推介会最多记 {MOST_SHOWN} 个项目：请分成几场来记")


def _shown(row: Mapping[Any, Any]) -> Shown:
    return Shown(
        number=row["entry_id"],
        project_id=row["project_id"],
        project_name=row["project_name"],
        version=row["version"],
        came=Came(
            outcome=Outcome(row["outcome"]),
            amount=row["amount"],
            note=row["note"],
            withdrawn=row["withdrawn"],
        ),
        created_by=row["created_by"],
        created_at=row["created_at"],
    )
