"""Deciding on what was filed: field by field, applied at once, never twice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from data.database import note
from data.store import applying, change_sets, images
from data.store.rewriting import Stamp
from projects.errors import BadValue, Conflict, NotAllowed
from projects.fields import Document, title
from projects.filing import requests
from projects.filing.changes import (
    ChangeRow,
    ChangeSet,
    ChangeSetHead,
    Decision,
    Entry,
    EntryRow,
    FieldChange,
    Filed,
    Kind,
    Operation,
    State,
    conflicting,
)
from projects.filing.desk import Held
from projects.filing.requests import REQUIRED
from projects.identity import Identity


def queue(connection: Connection, states: Sequence[State], unit_id: str) -> tuple[ChangeSetHead, ...]:
    """Return the heads of change sets, oldest first, with the conflicts of those that wait."""
    rows = change_sets.heads(connection, states, unit_id)
    return tuple(_head(row, _conflicts(connection, row)) for row in rows)


def change_set(connection: Connection, key: int, limit: int, offset: int) -> ChangeSet:
    """Return a change set with a page of its entries and what their records hold now."""
    row = change_sets.head(connection, key)
    entries = change_sets.entries(connection, key, limit, offset)
    changes = change_sets.changes(connection, [entry.id for entry in entries])
    held = images.standing(connection, {entry.project_id for entry in entries if entry.project_id})
    shown = tuple(_entry(row, entry, changes[entry.id], held) for entry in entries)
    return ChangeSet(_head(row, _conflicts(connection, row)), shown)


class Verdict(NamedTuple):
    """What a reviewer says: change id → decision, remark; a remark on the whole; entry id → version seen."""

    decisions: Mapping[int, Decision]
    remarks: Mapping[int, str]
    remark: str
    seen: Mapping[int, int]


class _Opened(NamedTuple):
    """A change set as it stands: its row, its entries, their changes."""

    row: Any
    entries: Sequence[Any]
    changes: Mapping[int, Sequence[Any]]


def _open(connection: Connection, key: int) -> _Opened:
    """Lock a change set against another decision and read it whole."""
    row = change_sets.head(connection, key, lock=True)
    entries = change_sets.entries(connection, key)
    return _Opened(row, entries, change_sets.changes(connection, [entry.id for entry in entries]))


def decide(connection: Connection, key: int, verdict: Verdict, me: Identity) -> Filed:
    """Record decisions and apply what is accepted; see ``projects.filing.desk.Desk.decide``."""
    opened = _open(connection, key)
    fresh = _fresh(opened, verdict.decisions)
    if not fresh and opened.row.state != State.SUBMITTED:
        return Filed(key, State(opened.row.state), ())
    if not connection.scalar(text("SELECT may_decide(:key)"), {"key": key}):
        raise NotAllowed("您不能审核这份申请：其中有不归您管辖的项目")
    _complete(opened, fresh)
    change_sets.mark(connection, fresh, verdict.remarks)
    ids = _apply(connection, opened, fresh, verdict.seen)
    change_sets.name_new(connection, key, ids)
    state = _state(opened, fresh)
    done = state is not State.SUBMITTED
    if not change_sets.close(connection, key, state, me.name if done else "", verdict.remark):
        raise NotAllowed(applying.REFUSED)
    return Filed(key, state, tuple(ids[entry.id] for entry in opened.entries if entry.id in ids))


def withdraw(connection: Connection, key: int) -> None:
    """Take back a change set that nobody has decided yet."""
    opened = _open(connection, key)
    begun = any(change.decision for listed in opened.changes.values() for change in listed)
    if opened.row.state != State.SUBMITTED or begun:
        raise Conflict("这份申请已经开始审核或已有结果，不能撤回")
    if not change_sets.close(connection, key, State.WITHDRAWN, "", ""):
        raise NotAllowed("只有提交单位可以撤回这份申请")


def _fresh(opened: _Opened, decisions: Mapping[int, Decision]) -> dict[int, Decision]:
    """Return the decisions that are new; the same decision once more is none, another one is a conflict."""
    row = opened.row
    known = {change.id: change for listed in opened.changes.values() for change in listed}
    strange = sorted(set(decisions) - set(known))
    if strange:
        raise BadValue(f"变更 {strange[0]} 不属于申请 {row.id}")
    other = [k for k, said in decisions.items() if known[k].decision and known[k].decision != str(said)]
    fresh = {key: said for key, said in decisions.items() if not known[key].decision}
    if other or (fresh and row.state != State.SUBMITTED):
        paths = tuple(known[key].path for key in (other or fresh))
        raise Conflict(f"这份申请已由 {row.decided_by or '他人'} 处理，结果与您的不同：请刷新后查看", paths)
    return fresh


def _complete(opened: _Opened, fresh: Mapping[int, Decision]) -> None:
    """Raise ``BadValue`` when a new record would be made without what every record must have."""
    for entry in opened.entries:
        if entry.project_id or entry.operation != Operation.INSERT:
            continue
        accepted = [c.path for c in opened.changes[entry.id] if fresh.get(c.id) is Decision.ACCEPTED]
        missing = [name for name in REQUIRED if name not in accepted]
        if accepted and missing:
            names = "、".join(title(name) for name in missing)
            raise BadValue(f"新项目“{entry.label}”要先接受必填内容（{names}），才能接受其他内容")


def _apply(
    connection: Connection, opened: _Opened, fresh: Mapping[int, Decision], seen: Mapping[int, int]
) -> dict[int, str]:
    """Apply what is newly accepted and return entry id → id of the record it made."""
    row = opened.row
    works = [work for entry in opened.entries for work in [_work(opened, entry, fresh)] if work.changes]
    if not works:
        return {}
    held = applying.lock(connection, applying.touched(connection, works))
    for work in works:
        _still(work, held, seen)
    note(connection, row.reason, row.id)
    now = datetime.now().astimezone()
    stamp = Stamp(
        row.filed_by, row.created_at.date().isoformat(), now.isoformat(), row.source_id or row.unit_name
    )
    filing = applying.Filing(Kind(row.kind), row.unit_id, stamp)
    return applying.apply(connection, [_outstanding(work, held) for work in works], filing, held)


def _work(opened: _Opened, entry: Any, fresh: Mapping[int, Decision]) -> applying.Work:
    """Return what is newly accepted of an entry, checked again: rows of change sets come from anywhere."""
    accepted = tuple(
        change_sets.field_change(c) for c in opened.changes[entry.id] if fresh.get(c.id) is Decision.ACCEPTED
    )
    operation = Operation(entry.operation)
    if operation is Operation.INSERT and entry.project_id:
        operation = Operation.UPDATE  # the rest of a record that was made when its first part was accepted
    asked = Entry(operation, entry.project_id or "", entry.base_version, accepted, entry.label)
    if accepted:
        asked = requests.prepared(asked, Kind(opened.row.kind))
    return applying.Work(entry.id, asked.project_id, asked.changes)


def _outstanding(work: applying.Work, held: Mapping[str, Held]) -> applying.Work:
    """Return the work without what the record holds already (a version for nothing would tell nothing)."""
    now = held[work.project_id].document if work.project_id else {}
    return applying.Work(
        work.entry_id, work.project_id, tuple(c for c in work.changes if now.get(c.path) != c.new)
    )


def _still(work: applying.Work, held: Mapping[str, Held], seen: Mapping[int, int]) -> None:
    """Raise ``Conflict`` when a record moved on in an accepted field after the reviewer looked at it."""
    if work.entry_id not in seen or not work.project_id:
        return
    if held[work.project_id].version == seen[work.entry_id]:
        return
    now = held[work.project_id].document
    found = tuple(c.path for c in work.changes if conflicting(c, now.get(c.path)))
    if found:
        names = "、".join(title(path) for path in found)
        raise Conflict(f"项目“{now.get('name')}”的 {names} 在您查看之后又被修改：请刷新后再决定", found)


def _state(opened: _Opened, fresh: Mapping[int, Decision]) -> State:
    """Return where the set stands once the fresh decisions are written."""
    said = {str(fresh.get(c.id) or c.decision or "") for listed in opened.changes.values() for c in listed}
    if "" in said:
        return State.SUBMITTED
    if said == {str(Decision.ACCEPTED)}:
        return State.ACCEPTED
    return State.REJECTED if said == {str(Decision.REJECTED)} else State.PARTLY_ACCEPTED


def _conflicts(connection: Connection, row: Any) -> int:
    """Count the undecided changes whose field changed meanwhile to something else.

    Only records with another version than the one the change was made against are looked at.
    """
    if row.state != State.SUBMITTED:
        return 0
    moved = connection.execute(
        text(
            "SELECT entry.id, entry.project_id FROM change_entry entry JOIN project ON project.id ="
            " entry.project_id"
            " WHERE entry.change_set_id = :key AND project.version IS DISTINCT FROM entry.base_version"
        ),
        {"key": row.id},
    ).all()
    if not moved:
        return 0
    changes = change_sets.changes(connection, [entry.id for entry in moved])
    held = images.standing(connection, {entry.project_id for entry in moved})
    return sum(
        change.decision is None
        and conflicting(change_sets.field_change(change), held[entry.project_id].document.get(change.path))
        for entry in moved
        for change in changes[entry.id]
    )


def _head(row: Any, conflicts: int) -> ChangeSetHead:
    return ChangeSetHead(
        id=row.id,
        kind=Kind(row.kind),
        title=row.title,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        filed_by=row.filed_by,
        reason=row.reason,
        state=State(row.state),
        created_at=row.created_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by or "",
        remark=row.remark or "",
        entries=row.entries,
        fields=row.fields,
        conflicts=conflicts,
    )


def _entry(filed: Any, row: Any, changes: Sequence[Any], held: Mapping[str, Held]) -> EntryRow:
    present = held.get(row.project_id or "")
    now = present.document if present else {}
    return EntryRow(
        id=row.id,
        operation=Operation(row.operation),
        project_id=row.project_id or "",
        label=row.label,
        base_version=row.base_version,
        version_now=present.version if present else None,
        target_id=row.target_id or "",
        changes=tuple(_change(filed, change, now) for change in changes),
    )


def _change(filed: Any, row: Any, now: Document) -> ChangeRow:
    """Return a change with its decision; in a set published as it was filed all are accepted."""
    asked: FieldChange = change_sets.field_change(row)
    decided = row.decision or (Decision.ACCEPTED if filed.state == State.ACCEPTED else None)
    decision = Decision(decided) if decided else None
    held = now.get(asked.path)
    return ChangeRow(row.id, asked.path, asked.old, asked.new, held, decision, row.remark, asked.locator)
