"""Who changed what: change sets under review, history, drafts, attachments, jobs, geocoder answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Stamp, one_of
from projects.attachments import SubjectKind
from projects.filing.changes import Decision, Kind, Operation, State

JOB_STATES = ("waiting", "running", "done", "failed", "cancelled")
GEOCODE_OUTCOMES = ("located", "not_found", "failed")


class ChangeSet(Base):
    """Changes filed together (one upload, one form), published at once or reviewed field by field."""

    __tablename__ = "change_set"
    __table_args__ = (
        one_of("state", State),
        one_of("kind", Kind),
        Index("ix_change_set_unit_id", "unit_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    kind: Mapped[str]
    unit_id: Mapped[str] = mapped_column(ForeignKey("owner_unit.id"))
    filed_by: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    source_id: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    job_id: Mapped[int | None]
    counts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    state: Mapped[str]
    created_at: Mapped[Stamp]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    remark: Mapped[str | None]


class ChangeEntry(Base):
    """What a change set asks for one record; ``project_id`` of a new one is filled in when it is accepted."""

    __tablename__ = "change_entry"
    __table_args__ = (
        one_of("operation", Operation),
        UniqueConstraint("change_set_id", "position"),
        Index("ix_change_entry_project_id", "project_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    change_set_id: Mapped[int] = mapped_column(ForeignKey("change_set.id", ondelete="CASCADE"))
    position: Mapped[int]
    operation: Mapped[str]
    project_id: Mapped[str | None]
    target_id: Mapped[str | None]
    label: Mapped[str]
    base_version: Mapped[int | None]


class Change(Base):
    """One field path of one entry, old → new as JSON; SQL NULL stands for unknown."""

    __tablename__ = "change"
    __table_args__ = (
        one_of("decision", Decision),
        UniqueConstraint("entry_id", "path"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("change_entry.id", ondelete="CASCADE"))
    path: Mapped[str]
    old_value: Mapped[dict[str, Any] | None]
    new_value: Mapped[dict[str, Any] | None]
    locator: Mapped[str | None]
    decision: Mapped[str | None]
    remark: Mapped[str | None]


class History(Base):
    """Every insert, update and deletion of a row that belongs to a record: who, when, old, new and why.

    Written by triggers alone; the app role can only read it, and only of records it may see.
    """

    __tablename__ = "history"
    __table_args__ = (
        one_of("operation", ("insert", "update", "delete")),
        Index("ix_history_project_id", "project_id", "id"),
        Index("ix_history_change_set_id", "change_set_id"),
        Index("ix_history_changed_at", "changed_at", postgresql_using="brin"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    project_id: Mapped[str | None]
    table_name: Mapped[str]
    row_key: Mapped[str]
    operation: Mapped[str]
    old_row: Mapped[dict[str, Any] | None]
    new_row: Mapped[dict[str, Any] | None]
    changed_by: Mapped[str]
    reason: Mapped[str | None]
    change_set_id: Mapped[int | None]
    transaction_id: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[Stamp]


class Draft(Base):
    """What somebody has typed into a form and not filed yet; seen by that account alone."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("account_id", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    subject: Mapped[str]
    """The record's id, or ``new``, or another form's own key."""
    base_version: Mapped[int | None]
    content: Mapped[dict[str, Any]]
    updated_at: Mapped[Stamp]


class Attachment(Base):
    """A file of a record, kept outside the web folder under its SHA-256; only its description stands here."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_project_id", "project_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    change_set_id: Mapped[int | None] = mapped_column(ForeignKey("change_set.id"))
    file_name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[Stamp]
    removed_at: Mapped[datetime | None]


class OfficeFile(Base):
    """A file of a matter, a directory or an evaluation, kept as those of records are."""

    __tablename__ = "office_file"
    __table_args__ = (
        one_of("subject_kind", SubjectKind),
        Index("ix_office_file_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[Stamp]
    removed_at: Mapped[datetime | None]


class Job(Base):
    """Long work with its progress and result, so that a restart loses nothing."""

    __tablename__ = "job"
    __table_args__ = (
        one_of("state", JOB_STATES),
        Index("ix_job_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="waiting")
    arguments: Mapped[dict[str, Any]]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    done_steps: Mapped[int] = mapped_column(server_default="0")
    all_steps: Mapped[int | None]
    message: Mapped[str | None]
    result: Mapped[dict[str, Any] | None]
    cancel_asked: Mapped[bool] = mapped_column(server_default="false")
    attempts: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[Stamp]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class GeocodeAnswer(Base):
    """What a geocoder answered to one question; *failed* answers are asked again, the others are kept."""

    __tablename__ = "geocode_answer"
    __table_args__ = (one_of("outcome", GEOCODE_OUTCOMES),)

    service: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    reply: Mapped[dict[str, Any] | None]
    asked_at: Mapped[Stamp]


class EditMark(Base):
    """One row per transaction that changed what lists and maps show; their number is a key for caches."""

    __tablename__ = "edit_mark"

    transaction_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
