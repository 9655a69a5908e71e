"""The versions of a record, read off the history of its rows: who, when, why, and what changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, text

from data.store import images
from data.store.documents import KEYS, Row, document, key_of, project_of
from projects.fields import Document, JsonValue
from projects.filing.changes import FieldChange, HistoryStep, Operation, difference

Key = tuple[str, tuple[Any, ...]]


def timeline(connection: Connection, project_id: str) -> tuple[HistoryStep, ...]:
    """Return the versions of a record, newest first; each step is one transaction."""
    rows = connection.execute(
        text(
            "SELECT id, table_name, operation, CAST(old_row AS text) AS old_row, CAST(new_row AS text) AS"
            " new_row,"
            " changed_by, changed_at, coalesce(reason, '') AS reason, change_set_id, transaction_id FROM"
            " history"
            " WHERE project_id = :id AND table_name = ANY (:tables) ORDER BY id"
        ),
        {"id": project_id, "tables": list(KEYS)},
    ).all()
    sets = sorted({row.change_set_id for row in rows if row.change_set_id is not None})
    merges = _merges(connection, project_id, sets)
    operations = _operations(connection, project_id, sets)
    steps = _steps(rows, _names(connection, rows), merges, operations)
    filers = _filers(connection, sets)
    named = [replace(step, filed_by=filers.get(step.change_set_id or 0, "")) for step in steps]
    return tuple(reversed(named))


def document_at(connection: Connection, project_id: str, history_id: int) -> dict[str, Any]:
    """Return a record's document as it was after a history row; empty before it existed."""
    rows = images.Past(connection, project_id).image(history_id)
    return images.documents(connection, {project_id: rows})[project_id]


def values_at(connection: Connection, project_id: str, version: int) -> dict[str, JsonValue]:
    """Return path → value at a version, for the paths whose value is another one now.

    A version nobody can find (from another library, say) is taken for one that knew nothing of the record.
    """
    read = images.Past(connection, project_id)
    key = connection.scalar(
        text(
            "SELECT max(id) FROM history WHERE project_id = :id AND transaction_id = (SELECT"
            " max(transaction_id)"
            " FROM history WHERE project_id = :id AND table_name = 'project'"
            " AND CAST(new_row ->> 'version' AS integer) = :version)"
        ),
        {"id": project_id, "version": version},
    )
    both = {"then": read.image(int(key or 0)), "now": read.now}
    documents = images.documents(connection, both)
    return {change.path: change.old for change in difference(documents["then"], documents["now"])}


def _steps(
    rows: Sequence[Any],
    units: Mapping[str, str],
    merges: Mapping[int, Sequence[FieldChange]],
    operations: Mapping[int, str],
) -> Iterator[HistoryStep]:
    state = _start(rows)
    before: Document = document(images.by_table(state), units)
    for transaction, group in groupby(rows, key=lambda row: row.transaction_id):
        listed = list(group)
        for row in listed:
            key, image = _image(row)
            state[key] = image
        held = images.by_table(state)
        after = document(held, units)
        changes = (*difference(before, after), *merges.get(transaction, ()))
        last = listed[-1]
        yield HistoryStep(
            version=int(project_of(held)["version"]) if held["project"] else 0,
            history_id=last.id,
            operation=_operation(before, changes, operations.get(last.change_set_id or 0, "")),
            changed_by=last.changed_by,
            changed_at=last.changed_at,
            reason=last.reason,
            change_set_id=last.change_set_id,
            changes=changes,
        )
        before = after


def _start(rows: Sequence[Any]) -> dict[Key, Row | None]:
    """Return the rows as they were before the first line of history."""
    state: dict[Key, Row | None] = {}
    for row in rows:
        key, _ = _image(row)
        state.setdefault(key, images.row_of(row.old_row) if row.old_row else None)
    return state


def _image(row: Any) -> tuple[Key, Row | None]:
    held = images.row_of(row.new_row or row.old_row)
    return (row.table_name, key_of(row.table_name, held)), held if row.new_row else None


def _operation(before: Document, changes: Sequence[FieldChange], filed: str) -> str:
    """Name a step by what it did to the record; a restored field is known by how it was filed."""
    if not before:
        return str(Operation.INSERT)
    for change in changes:
        if change.path == "deleted":
            return str(Operation.DELETE if change.new else Operation.RESTORE)
        if change.path == "merged_into_id" or change.path.startswith("merged/"):
            return str(Operation.MERGE if change.new else Operation.RESTORE)
    return str(Operation.RESTORE) if filed == Operation.RESTORE else str(Operation.UPDATE)


def _operations(connection: Connection, project_id: str, sets: Sequence[int]) -> dict[int, str]:
    """Return change set id → the operation it asked for on this record."""
    rows = connection.execute(
        text(
            "SELECT change_set_id, operation FROM change_entry WHERE project_id = :id AND change_set_id ="
            " ANY (:sets)"
        ),
        {"id": project_id, "sets": list(sets)},
    )
    return {row.change_set_id: row.operation for row in rows}


def _filers(connection: Connection, sets: Sequence[int]) -> dict[int, str]:
    """Return change set id → who filed it, for the sets that may be seen."""
    query = text("SELECT id, filed_by FROM change_set WHERE id = ANY (:sets)")
    return {row.id: row.filed_by for row in connection.execute(query, {"sets": list(sets)})}


def _merges(connection: Connection, project_id: str, sets: Sequence[int]) -> dict[int, list[FieldChange]]:
    """Return, by transaction, the records that were merged into this one or taken out of it again."""
    rows = connection.execute(
        text(
            "SELECT transaction_id, project_id, coalesce(new_row, old_row) ->> 'name' AS name,"
            " coalesce(new_row ->> 'merged_into_id' = :id, false) AS merged FROM history"
            " WHERE change_set_id = ANY (:sets) AND table_name = 'project'"
            " AND coalesce(new_row ->> 'merged_into_id' = :id, false)"
            " <> coalesce(old_row ->> 'merged_into_id' = :id, false) ORDER BY id"
        ),
        {"id": project_id, "sets": list(sets)},
    )
    found: dict[int, list[FieldChange]] = {}
    for row in rows:
        old, new = (None, row.name) if row.merged else (row.name, None)
        found.setdefault(row.transaction_id, []).append(FieldChange(f"merged/{row.project_id}", old, new))
    return found


def _names(connection: Connection, rows: Sequence[Any]) -> dict[str, str]:
    held = [_image(row)[1] for row in rows if row.table_name == "project_party"]
    gone = [images.row_of(row.old_row) for row in rows if row.table_name == "project_party" and row.old_row]
    return images.unit_names(connection, {row["unit_id"] for row in [*held, *gone] if row})
