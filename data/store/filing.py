"""Filing a request: checked against the present, stored as a change set, applied at once where it may be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, text

from data.database import note
from data.store import applying, change_sets, images, units
from data.store.rewriting import Stamp
from projects.errors import BadValue, NotAllowed
from projects.fields import Document, JsonValue
from projects.filing import requests
from projects.filing.changes import Entry, FieldChange, Filed, Kind, Operation, Request, State, revival
from projects.filing.desk import Held
from projects.identity import Identity

NOTHING: int = 0
"""The id of a filing that had nothing to change: no change set is kept."""


def file(
    connection: Connection, request: Request, me: Identity, read: Mapping[str, Held] | None = None
) -> Filed:
    """File a request within the caller's transaction; see ``projects.filing.desk.Desk.file``.

    ``read`` are records that the caller read in this transaction; unchanged ones are not read again.
    """
    if not me.edits:
        raise NotAllowed("您的账户只能浏览，不能填报：请联系管理员")
    entries = _prepared(connection, request)
    direct = _direct(connection, request, entries)
    held = _held(connection, entries, direct, read)
    _rightful(connection, request, entries, held)
    standing = [e for entry in entries for e in [_standing(entry, held)] if e.changes]
    if not standing:
        return Filed(NOTHING, State.ACCEPTED, ())
    request = replace(request, entries=tuple(standing))
    if not direct:
        applying.check(connection, ((e.project_id, c) for e in standing for c in e.changes))
        for entry in standing:
            applying.check_restored(connection, entry.project_id, entry.changes)
        return Filed(change_sets.add(connection, request, me.name)[0], State.SUBMITTED, ())
    return _publish(connection, request, me, change_sets.add(connection, request, me.name), held)


def _prepared(connection: Connection, request: Request) -> list[Entry]:
    """Return the entries in their stored form, with unit names as the registry has them."""
    if request.kind is Kind.CLAIM and not request.reason.strip():
        raise BadValue("认领项目需要写明依据（文件、地点等），供市级核对")
    if request.kind is Kind.SITING and any(e.operation is not Operation.INSERT for e in request.entries):
        raise BadValue("选址只新增拟选点，不修改已有的记录：请用表单修改")
    entries = [_whole(requests.prepared(entry, request.kind), request) for entry in request.entries]
    ids = [entry.project_id for entry in entries if entry.operation is not Operation.INSERT]
    if len(set(ids)) != len(ids) or "" in ids:
        raise BadValue("同一项目在一次申请中出现了两次，或缺少编号：请合并为一条")
    standard = units.standard(connection, requests.party_names(entries))
    return [requests.named(entry, standard) for entry in entries]


def _whole(entry: Entry, request: Request) -> Entry:
    """Return the entry with what goes without saying.

    The one change of a deletion or merge; the owner of a new record.
    """
    paths = {change.path for change in entry.changes}
    added: list[FieldChange] = []
    if entry.operation is Operation.DELETE and not paths:
        added = [FieldChange("deleted", None, True)]
    elif entry.operation is Operation.MERGE and not paths:
        added = [FieldChange("merged_into_id", None, entry.target_id)]
    elif entry.operation is Operation.INSERT and "owner_unit_id" not in paths:
        added = [FieldChange("owner_unit_id", None, request.unit_id)]
    return replace(
        entry,
        changes=(*entry.changes, *added),
        project_id="" if entry.operation is Operation.INSERT else entry.project_id,
    )


def _direct(connection: Connection, request: Request, entries: Sequence[Entry]) -> bool:
    """Whether this identity may write everything that the entries touch, so that nobody has to review it."""
    ids = {entry.project_id for entry in entries if entry.project_id}
    ids |= {entry.target_id for entry in entries if entry.target_id}
    owners = set(
        connection.scalars(
            text("SELECT DISTINCT owner_unit_id FROM project WHERE id = ANY (:ids)"), {"ids": sorted(ids)}
        )
    )
    owners |= {c.new for e in entries for c in e.changes if c.path == "owner_unit_id" and c.new}
    if any(entry.operation is Operation.INSERT for entry in entries):
        owners.add(request.unit_id)
    if request.kind is Kind.CLAIM:
        owners |= {c.new for e in entries for c in e.changes if c.path == "county_code"}
    return bool(
        connection.scalar(
            text(
                "SELECT coalesce(bool_and(may_write_unit(unit)), true) FROM unnest(CAST(:units AS text[]))"
                " AS unit"
            ),
            {"units": [None if owner is None else str(owner) for owner in owners]},
        )
    )


def _rightful(
    connection: Connection, request: Request, entries: Sequence[Entry], held: Mapping[str, Held]
) -> None:
    """Raise ``NotAllowed`` for a record of another unit, or a claim of a county that is no candidate."""
    if request.kind is not Kind.CLAIM:
        owners = {held[entry.project_id].owner_unit_id for entry in entries if entry.project_id}
        mine = connection.scalar(
            text("SELECT writes_everything() OR CAST(:owners AS text[]) <@ CAST(fileable_units() AS text[])"),
            {"owners": sorted(owners)},
        )
        if not mine:
            raise NotAllowed("其中有不归您单位的项目，不能修改；县未定的项目请用“认领”")
        return
    open_to = set(
        connection.scalars(
            text(
                "SELECT project_id FROM project_area WHERE relation = 'candidate' AND county_code = :unit"
                " AND project_id = ANY (:ids)"
            ),
            {"unit": request.unit_id, "ids": list(held)},
        )
    )
    for entry in entries:
        if {c.new for c in entry.changes} != {request.unit_id} or entry.project_id not in open_to:
            raise NotAllowed(f"项目“{entry.label}”的候选县中没有您的县，不能认领")


def _held(
    connection: Connection, entries: Sequence[Entry], direct: bool, read: Mapping[str, Held] | None
) -> Mapping[str, Held]:
    """Return the records that entries are about; locked where they are to be written now."""
    works = [applying.Work(0, entry.project_id, entry.changes) for entry in entries]
    ids = applying.touched(connection, works)
    if direct:
        return applying.lock(connection, ids, read)
    held = images.standing(connection, ids)
    applying.known(ids, held)
    return held


def _standing(entry: Entry, held: Mapping[str, Held]) -> Entry:
    """Return what of an entry is still to be done; raises ``Conflict`` where the record moved on.

    An older base version is no conflict by itself: changes of other fields stand beside these.
    """
    if entry.operation is Operation.INSERT:
        return replace(entry, changes=tuple(c for c in entry.changes if c.new is not None))
    now, version = held[entry.project_id].document, held[entry.project_id].version
    label = entry.label or str(now.get("name") or "")
    if entry.operation is Operation.RESTORE and not entry.changes:
        entry = replace(entry, changes=revival(entry.project_id, version, now).changes)
    if entry.operation is Operation.UPDATE and _gone(now):
        raise BadValue(f"项目“{label}”已被删除或合并，不能修改：请先恢复")
    entry = requests.outstanding(entry, now)
    found = requests.clashes(entry, now)
    if found:
        raise requests.conflict(replace(entry, label=label), found, now)
    return replace(entry, label=label, base_version=version)


def _gone(now: Document) -> JsonValue:
    return now.get("deleted") or now.get("merged_into_id")


def _publish(
    connection: Connection,
    request: Request,
    me: Identity,
    stored: tuple[int, Sequence[int]],
    held: Mapping[str, Held],
) -> Filed:
    """Apply a stored change set (its id, its entries' ids) that needs no review, in the same transaction."""
    key, entry_ids = stored
    note(connection, request.reason, key)
    now = datetime.now().astimezone()
    source = change_sets.source_of(request) or _unit_name(connection, request.unit_id)
    stamp = Stamp(me.name, now.date().isoformat(), now.isoformat(), source)
    works = [
        applying.Work(entry_id, entry.project_id, entry.changes)
        for entry_id, entry in zip(entry_ids, request.entries, strict=True)
    ]
    ids = applying.apply(connection, works, applying.Filing(request.kind, request.unit_id, stamp), held)
    change_sets.name_new(connection, key, ids)
    if not change_sets.close(connection, key, State.ACCEPTED, me.name, ""):
        raise NotAllowed(applying.REFUSED)
    return Filed(key, State.ACCEPTED, tuple(ids[entry_id] for entry_id in entry_ids if entry_id in ids))


def _unit_name(connection: Connection, unit_id: str) -> str:
    name = connection.scalar(text("SELECT name FROM owner_unit WHERE id = :id"), {"id": unit_id})
    return str(name or unit_id)
