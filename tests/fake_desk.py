"""A desk in memory, for tests of pages: real enough to file, review, clash, expire and look back.

It keeps to the words of ``projects.filing.desk``: versions rise by one per applied entry, a request against
another version is a conflict only where a changed field differs from what it was, and what is not one's own
is refused.
Rights are coarse: who may file is whoever's ``units`` hold the owner unit; the database knows better.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from projects.counts import Standing
from projects.errors import Conflict, NotAllowed, SignInNeeded, UnknownRecord
from projects.fields import STATE_PATHS, Document, JsonValue
from projects.filing.changes import (
    ChangeRow,
    ChangeSet,
    ChangeSetHead,
    Decision,
    Entry,
    EntryRow,
    Filed,
    HistoryStep,
    Operation,
    Request,
    State,
    difference,
)
from projects.filing.desk import Draft, Held, Lookalike
from projects.identity import NOBODY, Identity, OwnerUnit, Role, UnitKind
from projects.standing import standing

RUYUAN = OwnerUnit("440232", UnitKind.COUNTY, "乳源瑶族自治县", "440232", "440200", "440000", reviewed=True)
LECHANG = OwnerUnit("440281", UnitKind.COUNTY, "乐昌市", "440281", "440200", "440000", reviewed=False)
SHAOGUAN = OwnerUnit("440200", UnitKind.PREFECTURE, "韶关市", "440200", "440200", "440000", reviewed=False)
EDITOR = Identity(1, "ruyuan", "乳源填报员", Role.EDITOR, RUYUAN)
REVIEWER = Identity(2, "shaoguan", "韶关审核员", Role.REVIEWER, SHAOGUAN, scope_code="440200")
VIEWER = Identity(3, "viewer", "只看的人", Role.VIEWER)
NOW = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)


def held(project_id: str, name: str, owner: str = "440232", version: int = 3, **values: JsonValue) -> Held:
    """Return a record; paths with a slash are given as ``**{"party/owner": [...]}``."""
    base: dict[str, JsonValue] = {"name": name, "kind": "site", "category": "tcm", "county_code": owner}
    document = {k: v for k, v in {**base, "published": True, **values}.items() if v is not None}
    provenance = {path: {"basis": "documented", "source": "韶关市康养产业发展规划"} for path in base}
    return Held(project_id, document | {"owner_unit_id": owner}, version, owner, provenance)


@dataclass
class _Set:
    """A filed request with its decisions: entry position → path → (decision, remark)."""

    request: Request
    state: State
    filed_by: str
    project_ids: list[str]
    said: dict[int, tuple[Decision, str]] = field(default_factory=dict)
    remark: str = ""
    decided_by: str = ""


class FakeDesk:
    """``projects.filing.desk.Desk`` over dictionaries; everything in it is open to the test."""

    def __init__(
        self,
        *records: Held,
        identity: Identity = EDITOR,
        units: Sequence[OwnerUnit] | None = None,
    ) -> None:
        self.records: dict[str, Held] = {r.project_id: r for r in records}
        self.who = identity
        own = (identity.unit,) if identity.unit else ()
        self.own = tuple(units) if units is not None else own
        self.sets: dict[int, _Set] = {}
        self.requests: list[Request] = []
        self.saved: dict[str, Draft] = {}
        self.steps: dict[str, list[HistoryStep]] = {}
        self.states: dict[int, Document] = {}
        self.open: list[Held] = []
        self.candidates: tuple[Lookalike, ...] | None = None
        """What ``lookalikes`` answers; None: by the names of the records."""
        self.expired = False
        """Set to end the session: every call raises ``SignInNeeded``."""
        self.now = NOW

    # ---- who ----

    def identity(self) -> Identity:
        return NOBODY if self.expired else self.who

    def units(self) -> tuple[OwnerUnit, ...]:
        self._awake()
        return self.own

    def _awake(self) -> None:
        if self.expired or not self.who.signed_in:
            raise SignInNeeded("登录已过期，请重新登录")

    def _may_file(self, unit_id: str) -> None:
        self._awake()
        if not self.who.edits or unit_id not in {u.id for u in self.own}:
            raise NotAllowed(f"您不能为单位 {unit_id} 填报")

    def _unit(self, unit_id: str) -> OwnerUnit:
        known = {u.id: u for u in (RUYUAN, LECHANG, SHAOGUAN, *self.own)}
        return known[unit_id]

    # ---- reading ----

    def held(self, project_id: str) -> Held:
        self._awake()
        if project_id not in self.records:
            raise UnknownRecord(project_id)
        return self.records[project_id]

    def held_by_unit(self, unit_id: str) -> tuple[Held, ...]:
        self._awake()
        rows = (r for r in self.records.values() if r.owner_unit_id == unit_id)
        return tuple(sorted((r for r in rows if not r.deleted and not r.merged_into_id), key=_key))

    def standing(self, unit_id: str) -> Standing:
        return standing(self.held_by_unit(unit_id))

    def open_records(self, county_code: str) -> tuple[Held, ...]:
        self._awake()
        return tuple(self.open)

    def lookalikes(
        self,
        name: str,
        county_code: str | None,
        project_code: str | None = None,
        lonlat: tuple[float, float] | None = None,
        besides: str = "",
    ) -> tuple[Lookalike, ...]:
        self._awake()
        if self.candidates is not None:
            return self.candidates
        found = []
        for row in self.records.values():
            other = str(row.document.get("name", ""))
            likeness = difflib.SequenceMatcher(None, name, other).ratio()
            if row.project_id != besides and likeness >= 0.75:
                reason = "same_name" if likeness == 1 else "similar_name"
                county = row.document.get("county_code")
                found.append(Lookalike(row.project_id, other, str(county or "") or None, reason, likeness))
        return tuple(found)

    # ---- filing and deciding ----

    def file(self, request: Request) -> Filed:
        self._may_file(request.unit_id)
        for entry in request.entries:
            if entry.project_id and entry.operation is Operation.UPDATE:
                self._clash(entry)
        self.requests.append(request)
        key = len(self.sets) + 1
        at_once = self.who.reviews or not self._unit(request.unit_id).reviewed
        kept = _Set(request, State.SUBMITTED, self.who.name, [e.project_id for e in request.entries])
        self.sets[key] = kept
        if at_once:
            for position, entry in enumerate(request.entries):
                kept.project_ids[position] = self._apply(key, entry, request)
            kept.state = State.ACCEPTED
        return Filed(key, kept.state, tuple(kept.project_ids) if at_once else ())

    def _clash(self, entry: Entry) -> None:
        row = self.held(entry.project_id)
        if row.version == entry.base_version:
            return
        now = row.document
        paths = tuple(c.path for c in entry.changes if now.get(c.path) not in (c.old, c.new))
        if paths:
            raise Conflict(f"{entry.project_id} 已被他人修改", paths)

    def _apply(self, key: int, entry: Entry, request: Request) -> str:
        if entry.operation is Operation.INSERT:
            name = f"SG-{9000 + len(self.records)}"
            self.records[name] = Held(name, {}, 0, request.unit_id, {})
            entry = replace(entry, project_id=name)
        row = self.records[entry.project_id]
        document = dict(row.document)
        for change in entry.changes:
            document[change.path] = change.new
            if change.new is None or change.path in STATE_PATHS:
                document.pop(change.path)
        after = replace(
            row,
            document=document,
            version=row.version + 1,
            deleted=entry.operation is Operation.DELETE,
            merged_into_id=entry.target_id if entry.operation is Operation.MERGE else "",
        )
        self.records[entry.project_id] = after
        self._remember(key, row, after, entry, request)
        return entry.project_id

    def _remember(self, key: int, before: Held, after: Held, entry: Entry, request: Request) -> None:
        number = len(self.states) + 1
        self.states[number] = after.document
        step = HistoryStep(
            after.version,
            number,
            str(entry.operation),
            self.who.name,
            self.now,
            request.reason,
            key,
            difference(before.document, after.document),
        )
        self.steps.setdefault(after.project_id, []).insert(0, step)

    def queue(
        self, states: Sequence[State] = (State.SUBMITTED,), unit_id: str = ""
    ) -> tuple[ChangeSetHead, ...]:
        self._awake()
        wanted = (k for k, s in self.sets.items() if s.state in states)
        return tuple(self._head(k) for k in wanted if unit_id in ("", self.sets[k].request.unit_id))

    def _rows(self, key: int) -> tuple[EntryRow, ...]:
        kept, rows, number = self.sets[key], [], key * 1000
        for position, entry in enumerate(kept.request.entries):
            record = self.records.get(kept.project_ids[position])
            now: Document = record.document if record else {}
            changes = []
            for change in entry.changes:
                number += 1
                decision, remark = kept.said.get(number, (None, ""))
                changes.append(
                    ChangeRow(
                        number,
                        change.path,
                        change.old,
                        change.new,
                        now.get(change.path),
                        decision,
                        remark,
                        change.locator,
                    )
                )
            rows.append(
                EntryRow(
                    key * 1000 + 500 + position,
                    entry.operation,
                    kept.project_ids[position],
                    entry.label,
                    entry.base_version,
                    record.version if record else None,
                    entry.target_id,
                    tuple(changes),
                )
            )
        return tuple(rows)

    def _head(self, key: int) -> ChangeSetHead:
        kept, rows = self.sets[key], self._rows(key)
        decided = kept.state is not State.SUBMITTED
        return ChangeSetHead(
            key,
            kept.request.kind,
            kept.request.title,
            kept.request.unit_id,
            self._unit(kept.request.unit_id).name,
            kept.filed_by,
            kept.request.reason,
            kept.state,
            self.now,
            self.now if decided else None,
            kept.decided_by,
            kept.remark,
            len(rows),
            sum(len(r.changes) for r in rows),
            sum(c.conflicts for r in rows for c in r.changes) if not decided else 0,
        )

    def change_set(self, key: int, *, limit: int = 50, offset: int = 0) -> ChangeSet:
        self._awake()
        if key not in self.sets:
            raise UnknownRecord(str(key))
        return ChangeSet(self._head(key), self._rows(key)[offset : offset + limit])

    def decide(
        self,
        key: int,
        decisions: Mapping[int, Decision],
        remarks: Mapping[int, str],
        remark: str,
        seen: Mapping[int, int] | None = None,
    ) -> Filed:
        self._awake()
        if not self.who.reviews:
            raise NotAllowed("只有审核员可以审核")
        kept = self.sets[key]
        for number, decision in decisions.items():
            kept.said[number] = (decision, remarks.get(number, ""))
        kept.remark, kept.decided_by = remark, self.who.name
        for position, (row, entry) in enumerate(zip(self._rows(key), kept.request.entries, strict=True)):
            taken = {c.path for c in row.changes if decisions.get(c.id) is Decision.ACCEPTED}
            changes = tuple(c for c in entry.changes if c.path in taken)
            if changes or (not entry.changes and not row.changes):
                kept.project_ids[position] = self._apply(key, replace(entry, changes=changes), kept.request)
        kept.state = self._state(key)
        return Filed(key, kept.state, tuple(kept.project_ids))

    def _state(self, key: int) -> State:
        said = [c.decision for r in self._rows(key) for c in r.changes]
        if None in said:
            return State.SUBMITTED
        if set(said) <= {Decision.ACCEPTED}:
            return State.ACCEPTED
        return State.REJECTED if Decision.ACCEPTED not in said else State.PARTLY_ACCEPTED

    def withdraw(self, key: int) -> None:
        self._awake()
        if self.sets[key].state is not State.SUBMITTED:
            raise NotAllowed("已经审核，不能撤回")
        self.sets[key].state = State.WITHDRAWN

    # ---- looking back ----

    def history(self, project_id: str) -> tuple[HistoryStep, ...]:
        self._awake()
        return tuple(self.steps.get(project_id, ()))

    def document_at(self, project_id: str, history_id: int) -> Document:
        self._awake()
        return self.states[history_id]

    # ---- drafts ----

    def save_draft(self, subject: str, base_version: int | None, content: Mapping[str, JsonValue]) -> None:
        self._awake()
        self.saved[subject] = Draft(subject, base_version, dict(content), self.now)

    def draft(self, subject: str) -> Draft | None:
        self._awake()
        return self.saved.get(subject)

    def drafts(self) -> tuple[Draft, ...]:
        self._awake()
        return tuple(self.saved.values())

    def drop_draft(self, subject: str) -> None:
        self._awake()
        self.saved.pop(subject, None)

    # ---- for tests ----

    def meanwhile(self, project_id: str, **values: JsonValue) -> None:
        """Somebody else changes a record: its version rises by one."""
        row = self.records[project_id]
        self.records[project_id] = replace(row, document={**row.document, **values}, version=row.version + 1)


def _key(row: Held) -> str:
    return row.project_id
