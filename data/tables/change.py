"""Who changed what: accounts, change sets under review, history, attachments, jobs."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Stamp, one_of


class Account(Base):
    """Somebody who signs in; an editor belongs to an owner unit, a reviewer to a subtree of areas."""

    __tablename__ = "account"
    __table_args__ = (one_of("role", ("viewer", "editor", "reviewer", "administrator")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    role: Mapped[str]
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    area_code: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(server_default="true")
    failed_attempts: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None]
    created_at: Mapped[Stamp]


class ChangeSet(Base):
    """Changes filed together (one upload, one form), published at once or reviewed field by field."""

    __tablename__ = "change_set"
    __table_args__ = (one_of("state", ("draft", "submitted", "accepted", "rejected", "partly_accepted")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    kind: Mapped[str]
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    filed_by: Mapped[str]
    state: Mapped[str]
    created_at: Mapped[Stamp]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    remark: Mapped[str | None]


class Change(Base):
    """One field of one record, old → new, with the version it was made against."""

    __tablename__ = "change"
    __table_args__ = (
        one_of("decision", ("accepted", "rejected")),
        Index("ix_change_change_set_id", "change_set_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    change_set_id: Mapped[int] = mapped_column(ForeignKey("change_set.id", ondelete="CASCADE"))
    table_name: Mapped[str]
    row_key: Mapped[str]
    field: Mapped[str]
    old_value: Mapped[dict[str, Any] | None]
    new_value: Mapped[dict[str, Any] | None]
    base_version: Mapped[int | None]
    decision: Mapped[str | None]
    remark: Mapped[str | None]


class History(Base):
    """Every insert, update and deletion with who, when, old, new and why; the app role can only read it."""

    __tablename__ = "history"
    __table_args__ = (
        one_of("operation", ("insert", "update", "delete", "merge", "restore")),
        Index("ix_history_row", "table_name", "row_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    table_name: Mapped[str]
    row_key: Mapped[str]
    operation: Mapped[str]
    old_row: Mapped[dict[str, Any] | None]
    new_row: Mapped[dict[str, Any] | None]
    changed_by: Mapped[str]
    reason: Mapped[str | None]
    change_set_id: Mapped[int | None]
    changed_at: Mapped[Stamp]


class Attachment(Base):
    """A file kept outside the web folder; only its description stands here."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_subject", "subject_table", "subject_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_table: Mapped[str]
    subject_key: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[Stamp]


class Job(Base):
    """Long work with its progress and result, so that a restart loses nothing."""

    __tablename__ = "job"
    __table_args__ = (one_of("state", ("waiting", "running", "done", "failed", "cancelled")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    progress: Mapped[float] = mapped_column(server_default="0")
    message: Mapped[str | None]
    result: Mapped[dict[str, Any] | None]
    asked_by: Mapped[str]
    created_at: Mapped[Stamp]
    finished_at: Mapped[datetime | None]
