"""Rows of change sets: writing a filed request, reading queue and entries, marking what was decided."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store import storing
from projects.errors import UnknownRecord
from projects.filing.changes import Decision, Entry, FieldChange, Request, State


def add(connection: Connection, request: Request, filed_by: str) -> tuple[int, list[int]]:
    """Store a request as submitted and return its id and the ids of its entries, in order."""
    _source(connection, request)
    key = int(
        connection.execute(
            text(
                "INSERT INTO change_set (title, kind, unit_id, filed_by, reason, source_id, job_id, counts,"
                " state) VALUES (:title, :kind, :unit_id, :filed_by, :reason, :source_id, :job_id,"
                " CAST(:counts AS jsonb), 'submitted') RETURNING id"
            ),
            {
                "title": request.title,
                "kind": str(request.kind),
                "unit_id": request.unit_id,
                "filed_by": filed_by,
                "reason": request.reason,
                "source_id": source_of(request) or None,
                "job_id": request.job_id,
                "counts": json.dumps(dict(request.counts)),
            },
        ).scalar_one()
    )
    entry_ids = storing.numbers(connection, "change_entry", len(request.entries))
    _entries(connection, key, entry_ids, request.entries)
    _changes(connection, entry_ids, request.entries)
    return key, entry_ids


def source_of(request: Request) -> str:
    """Return the id of the source a request takes its values from, empty for the unit's own report."""
    return request.source_id or (request.source.id if request.source else "")


def _source(connection: Connection, request: Request) -> None:
    if request.source is None:
        return
    connection.execute(
        text(
            "INSERT INTO source (id, kind, title, note) SELECT :id, :kind, :title, :note"
            " WHERE NOT EXISTS (SELECT FROM source WHERE id = :id)"
        ),
        {
            "id": request.source.id,
            "kind": request.source.kind,
            "title": request.source.title,
            "note": request.source.note or None,
        },
    )


def _entries(connection: Connection, key: int, entry_ids: Sequence[int], entries: Sequence[Entry]) -> None:
    rows = [
        {
            "id": entry_id,
            "position": position,
            "operation": str(entry.operation),
            "project_id": entry.project_id or None,
            "target_id": entry.target_id or None,
            "label": entry.label,
            "base_version": entry.base_version,
        }
        for position, (entry_id, entry) in enumerate(zip(entry_ids, entries, strict=True))
    ]
    connection.execute(
        text(
            "INSERT INTO change_entry (id, change_set_id, position, operation, project_id, target_id, label,"
            " base_version) SELECT id, :key, position, operation, project_id, target_id, label, base_version"
            " FROM jsonb_populate_recordset(NULL::change_entry, CAST(:rows AS jsonb))"
        ),
        {"key": key, "rows": json.dumps(rows, ensure_ascii=False)},
    )


def _changes(connection: Connection, entry_ids: Sequence[int], entries: Sequence[Entry]) -> None:
    rows = [
        {
            "entry_id": entry_id,
            "path": change.path,
            "old_value": change.old,
            "new_value": change.new,
            "locator": change.locator or None,
        }
        for entry_id, entry in zip(entry_ids, entries, strict=True)
        for change in entry.changes
    ]
    connection.execute(
        text(
            "INSERT INTO change (entry_id, path, old_value, new_value, locator)"
            " SELECT entry_id, path, nullif(old_value, 'null'), nullif(new_value, 'null'), locator"
            " FROM jsonb_populate_recordset(NULL::change, CAST(:rows AS jsonb))"
        ),
        {"rows": json.dumps(rows, ensure_ascii=False)},
    )


_HEADS: Final = """
    SELECT filed.*, coalesce(owner_unit.name, filed.unit_id) AS unit_name,
           (SELECT count(*) FROM change_entry WHERE change_set_id = filed.id) AS entries,
           (SELECT count(*) FROM change_entry JOIN change ON change.entry_id = change_entry.id
             WHERE change_set_id = filed.id) AS fields
      FROM change_set filed LEFT JOIN owner_unit ON owner_unit.id = filed.unit_id"""


def heads(connection: Connection, states: Sequence[State], unit_id: str) -> Sequence[Any]:
    """Return the rows of change sets this identity may see, oldest first."""
    where = "AND filed.unit_id = :unit" if unit_id else ""
    return connection.execute(
        text(f"{_HEADS} WHERE filed.state = ANY (:states) {where} ORDER BY filed.created_at, filed.id"),
        {"states": [str(state) for state in states]} | ({"unit": unit_id} if unit_id else {}),
    ).all()


def head(connection: Connection, key: int, *, lock: bool = False) -> Any:
    """Return the row of one change set, locked against another decision if wanted.

    Raises ``UnknownRecord`` for one that this identity may not see.
    """
    if lock:
        connection.execute(text("SELECT id FROM change_set WHERE id = :key FOR NO KEY UPDATE"), {"key": key})
    row = connection.execute(text(f"{_HEADS} WHERE filed.id = :key"), {"key": key}).first()
    if row is None:
        raise UnknownRecord(f"没有编号为 {key} 的变更申请，或不归您查看")
    return row


def entries(connection: Connection, key: int, limit: int | None = None, offset: int = 0) -> Sequence[Any]:
    """Return the entry rows of a change set in order, all or one page."""
    return connection.execute(
        text(
            "SELECT id, operation, project_id, target_id, label, base_version FROM change_entry"
            " WHERE change_set_id = :key ORDER BY position LIMIT :limit OFFSET :offset"
        ),
        {"key": key, "limit": limit, "offset": offset},
    ).all()


def changes(connection: Connection, entry_ids: Sequence[int]) -> dict[int, list[Any]]:
    """Return the change rows of entries in the order they were filed, by entry id."""
    rows = connection.execute(
        text(
            "SELECT id, entry_id, path, old_value, new_value, coalesce(locator, '') AS locator, decision,"
            " coalesce(remark, '') AS remark FROM change WHERE entry_id = ANY (:ids) ORDER BY id"
        ),
        {"ids": list(entry_ids)},
    )
    found: dict[int, list[Any]] = {key: [] for key in entry_ids}
    for row in rows:
        found[row.entry_id].append(row)
    return found


def field_change(row: Any) -> FieldChange:
    """Return a change row as a field change."""
    return FieldChange(row.path, row.old_value, row.new_value, row.locator)


def mark(connection: Connection, decisions: Mapping[int, Decision], remarks: Mapping[int, str]) -> int:
    """Write decisions and remarks onto undecided changes and return how many took a decision."""
    rows = [
        {"id": key, "decision": str(decisions[key]) if key in decisions else None, "remark": remarks.get(key)}
        for key in sorted({*decisions, *remarks})
    ]
    if rows:
        connection.execute(
            text(
                "UPDATE change SET decision = coalesce(wanted.decision, change.decision),"
                " remark = coalesce(wanted.remark, change.remark)"
                " FROM jsonb_populate_recordset(NULL::change, CAST(:rows AS jsonb)) AS wanted"
                " WHERE change.id = wanted.id AND change.decision IS NULL"
            ),
            {"rows": json.dumps(rows, ensure_ascii=False)},
        )
    return len(decisions)


def name_new(connection: Connection, key: int, ids: Mapping[int, str]) -> None:
    """Write the ids of new records into the entries that made them."""
    if ids:
        connection.execute(
            text("SELECT name_new_entries(:key, CAST(:entries AS integer[]), CAST(:records AS text[]))"),
            {"key": key, "entries": list(ids), "records": list(ids.values())},
        )


def close(connection: Connection, key: int, state: State, decided_by: str, remark: str) -> bool:
    """Set the state a change set ends in; False when row-level security kept it from being written."""
    written = connection.execute(
        text(
            "UPDATE change_set SET state = :state, decided_at = CASE WHEN :by = '' THEN NULL ELSE now() END,"
            " decided_by = nullif(:by, ''), remark = coalesce(nullif(:remark, ''), remark) WHERE id = :key"
        ),
        {"key": key, "state": str(state), "by": decided_by, "remark": remark},
    )
    return bool(written.rowcount)
