"""What a signed-in person does with records, as a protocol; ``data.wiring.desk(token)`` is the adapter.

Every call acts with the rights of the session token the desk was opened with, and the database checks
them: ``NotAllowed`` when it refuses, ``SignInNeeded`` when the session has ended, ``Conflict`` when somebody
else was faster, ``UnknownRecord`` for an id that names nothing (or nothing this identity may see).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from projects.counts import Standing
from projects.fields import Document, JsonValue
from projects.filing.changes import ChangeSet, ChangeSetHead, Decision, Filed, HistoryStep, Request, State
from projects.identity import Identity, OwnerUnit


@dataclass(frozen=True, slots=True)
class Held:
    """A record as it stands: its document, its version, who owns it, where each value comes from."""

    project_id: str
    document: Document
    version: int
    owner_unit_id: str
    provenance: Mapping[str, Mapping[str, str]]
    deleted: bool = False
    merged_into_id: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed and has not filed."""

    subject: str
    base_version: int | None
    content: Mapping[str, JsonValue]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A record that may be the same as another: its id, name, county and why it is thought so."""

    project_id: str
    name: str
    county_code: str | None
    reason: str
    """``project_code`` · ``same_name`` · ``similar_name`` · ``same_point``."""
    similarity: float
    """0–1; 1 for the first two reasons."""


class Desk(Protocol):
    """Reading for change, filing, reviewing, history."""

    def identity(self) -> Identity:
        """Return who is acting, ``NOBODY`` when the session has ended."""
        ...

    def units(self) -> tuple[OwnerUnit, ...]:
        """Return the owner units this identity may file for: its own, its subtree's, all."""
        ...

    def held(self, project_id: str) -> Held:
        """Return one record for editing, also an unpublished, deleted or merged one of one's own."""
        ...

    def held_by_unit(self, unit_id: str) -> tuple[Held, ...]:
        """Return all records that a unit owns, in id order (not the deleted or merged ones)."""
        ...

    def standing(self, unit_id: str) -> Standing:
        """Return how many records a unit owns, how well they are placed, and what they lack."""
        ...

    def file(self, request: Request) -> Filed:
        """File a change set; published at once, or queued, by the unit's setting and the filer's role.

        One transaction: all of it or nothing. Raises ``Conflict`` when a record has another version than the
        one the change was made against and a changed field differs from what it was.
        """
        ...

    def queue(
        self, states: Sequence[State] = (State.SUBMITTED,), unit_id: str = ""
    ) -> tuple[ChangeSetHead, ...]:
        """Return the change sets this identity may see, oldest first, of one unit or all."""
        ...

    def change_set(self, key: int, *, limit: int = 50, offset: int = 0) -> ChangeSet:
        """Return a change set with a page of its entries, each change with what the record holds now."""
        ...

    def decide(
        self,
        key: int,
        decisions: Mapping[int, Decision],
        remarks: Mapping[int, str],
        remark: str,
        seen: Mapping[int, int] | None = None,
    ) -> Filed:
        """Accept or reject field by field (change id → decision) and apply what is accepted, at once.

        Undecided changes keep the set in the queue. A conflicting change is applied only when it is
        accepted by name. ``seen`` is entry id → the record's version that the reviewer looked at: when a
        record moved on since, a change that conflicts with what it holds now raises ``Conflict``. Deciding
        the same once more changes nothing.
        """
        ...

    def withdraw(self, key: int) -> None:
        """Take back one's own unit's change set that nobody has decided yet."""
        ...

    def history(self, project_id: str) -> tuple[HistoryStep, ...]:
        """Return the versions of a record, newest first."""
        ...

    def document_at(self, project_id: str, history_id: int) -> Document:
        """Return a record's document as it was after that step of its history."""
        ...

    def lookalikes(
        self,
        name: str,
        county_code: str | None,
        project_code: str | None = None,
        lonlat: tuple[float, float] | None = None,
        besides: str = "",
    ) -> tuple[Lookalike, ...]:
        """Return records that may be the same thing; phases of one project are not."""
        ...

    def open_records(self, county_code: str) -> tuple[Held, ...]:
        """Return unclaimed records with an open county for which this one is a candidate."""
        ...

    def save_draft(self, subject: str, base_version: int | None, content: Mapping[str, JsonValue]) -> None:
        """Keep what was typed, under this account."""
        ...

    def draft(self, subject: str) -> Draft | None:
        """Return what this account typed about a subject, None for nothing."""
        ...

    def drafts(self) -> tuple[Draft, ...]:
        """Return all drafts of this account, newest first."""
        ...

    def drop_draft(self, subject: str) -> None:
        """Forget a draft."""
        ...
