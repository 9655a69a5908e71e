"""What an office files: a change set of entries, each old → new per field, before and after review.

The states of a change set: ``draft`` (kept for its author only) → ``submitted`` (in the queue) →
``accepted`` · ``partly_accepted`` · ``rejected``. Where the owner unit is not reviewed, filing and accepting
happen in one transaction. Nothing reaches a record but through ``accepted`` changes.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from projects.fields import STATE_PATHS, Document, JsonValue
from projects.ordering import order

FROM_HISTORY: Final = "history/"
"""A locator that begins so names a step of the record's own history: the value is put back from there."""


class Operation(StrEnum):
    """What an entry does to its record."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    """Soft: the record leaves lists and maps and can be restored."""
    MERGE = "merge"
    """The record goes into another one (``target_id``); both keep their history."""
    RESTORE = "restore"
    """Fields, or a whole version, put back as they were; also undoes a deletion or a merge."""


class Kind(StrEnum):
    """Where a change set comes from."""

    FORM = "form"
    BULK = "bulk"
    IMPORT = "import"
    CLAIM = "claim"
    CLINIC = "clinic"
    SITING = "siting"
    """New records for sites that a model proposes: they are modelled, also after a review."""
    MERGE = "merge"
    RESTORE = "restore"
    DELETE = "delete"


class State(StrEnum):
    """Where a change set stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Decision(StrEnum):
    """What a reviewer says of one field."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field path, old → new; None is unknown (or, for a list row, absent)."""

    path: str
    old: JsonValue
    new: JsonValue
    locator: str = ""
    """Where the new value stands in its source: ``项目!C7``, empty for a form."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to happen to one record; ``project_id`` is empty for a new one until it is accepted."""

    operation: Operation
    project_id: str
    base_version: int | None
    """The version the change was made against; None for a new record."""
    changes: tuple[FieldChange, ...]
    label: str = ""
    """The record's name, for the queue."""
    target_id: str = ""
    """For ``MERGE``: the record that stays."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """An office's file or letter that new values come from; it is stored with the change set, once per id."""

    id: str
    """``file-`` and the first 16 digits of its SHA-256."""
    title: str
    kind: str = "file"
    """``file`` or ``office``."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A change set about to be filed."""

    kind: Kind
    title: str
    unit_id: str
    """The owner unit that files."""
    reason: str
    """Why, in the words of whoever files; kept in every history row."""
    entries: tuple[Entry, ...]
    source_id: str = ""
    """The source (file, office letter) the new values come from; empty: the unit's own report."""
    job_id: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    source: SourceFile | None = None
    """The file itself, when the library may not know it yet; then ``source_id`` may be left empty."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A filed field change with its decision; ``now`` is what the record holds today."""

    id: int
    path: str
    old: JsonValue
    new: JsonValue
    now: JsonValue
    decision: Decision | None
    remark: str
    locator: str = ""

    @property
    def conflicts(self) -> bool:
        """Whether the record changed meanwhile in this very field, to something else than is asked for."""
        return self.decision is None and self.now not in (self.old, self.new)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A filed entry."""

    id: int
    operation: Operation
    project_id: str
    label: str
    base_version: int | None
    version_now: int | None
    target_id: str
    changes: tuple[ChangeRow, ...]

    @property
    def outdated(self) -> bool:
        """Whether the record has another version than the one the change was made against."""
        return self.base_version is not None and self.version_now != self.base_version


@dataclass(frozen=True, slots=True)
class ChangeSetHead:
    """One line of the queue."""

    id: int
    kind: Kind
    title: str
    unit_id: str
    unit_name: str
    filed_by: str
    reason: str
    state: State
    created_at: datetime
    decided_at: datetime | None
    decided_by: str
    remark: str
    entries: int
    fields: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A filed change set with a page of its entries."""

    head: ChangeSetHead
    entries: tuple[EntryRow, ...]


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a request: the set's id and state, and the ids of new records in entry order."""

    id: int
    state: State
    project_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One version of one record: who, when, why, and the document before and after, as field changes."""

    version: int
    history_id: int
    """The last history row of the step: restoring this version restores the state after it."""
    operation: str
    changed_by: str
    changed_at: datetime
    reason: str
    change_set_id: int | None
    changes: tuple[FieldChange, ...]
    filed_by: str = ""
    """Who asked for it, where that is known; ``changed_by`` decided it."""


def difference(old: Document, new: Document) -> tuple[FieldChange, ...]:
    """Return what turns one document into another, in the form's order; absent and None are the same.

    >>> [(c.path, c.old, c.new) for c in difference({"beds": 10, "note": "x"}, {"beds": 12})]
    [('beds', 10, 12), ('note', 'x', None)]
    """
    return tuple(
        FieldChange(path, old.get(path), new.get(path))
        for path in sorted({*old, *new}, key=order)
        if old.get(path) != new.get(path)
    )


def conflicting(change: FieldChange, now: JsonValue) -> bool:
    """Whether a record holds neither what the change started from nor what it asks for.

    >>> change = FieldChange("beds", 10, 12)
    >>> [conflicting(change, now) for now in (10, 12, 11)]
    [False, False, True]
    """
    return now not in (change.old, change.new)


def restored_from(locator: str) -> int | None:
    """Return the history id that a locator names, None for a reported value.

    >>> restored_from("history/812"), restored_from("项目!C7")
    (812, None)
    """
    number = locator.removeprefix(FROM_HISTORY) if locator.startswith(FROM_HISTORY) else ""
    return int(number) if number.isdecimal() else None


def restoration(  # noqa: PLR0913, PLR0917 - a record, its present and its past
    project_id: str,
    version: int,
    now: Document,
    then: Document,
    history_id: int,
    paths: Collection[str] | None = None,
) -> Entry:
    """Return the entry that puts a record (or some of its paths) back as it was after a step of its history.

    ``then`` is ``Desk.document_at(project_id, history_id)``; values regain the basis and source they had.
    """
    wanted = [c for c in difference(now, then) if paths is None or c.path in paths]
    changes = tuple(FieldChange(c.path, c.old, c.new, f"{FROM_HISTORY}{history_id}") for c in wanted)
    label = str(then.get("name") or now.get("name") or "")
    return Entry(Operation.RESTORE, project_id, version, changes, label)


def deletion(project_id: str, version: int, label: str) -> Entry:
    """Return the entry that takes a record out of lists and maps; it can be restored."""
    return Entry(Operation.DELETE, project_id, version, (FieldChange("deleted", None, True),), label)


def revival(project_id: str, version: int, now: Document) -> Entry:
    """Return the entry that brings back a deleted record or takes a merge apart."""
    changes = tuple(FieldChange(path, now[path], None) for path in STATE_PATHS if now.get(path) is not None)
    return Entry(Operation.RESTORE, project_id, version, changes, str(now.get("name") or ""))


def merge(project_id: str, version: int, label: str, target_id: str) -> Entry:
    """Return the entry that merges a record into another one, which stays and keeps its values."""
    change = FieldChange("merged_into_id", None, target_id)
    return Entry(Operation.MERGE, project_id, version, (change,), label, target_id)


def claim(project_id: str, version: int, label: str, county_code: str) -> Entry:
    """Return the entry by which a candidate county asks for a record whose county is open."""
    change = FieldChange("county_code", None, county_code)
    return Entry(Operation.UPDATE, project_id, version, (change,), label)
