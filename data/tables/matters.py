"""Matters to settle, their history, joint meetings; written by the functions of migration 0020 alone."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Stamp, one_of
from projects.matters.meetings import LONGEST_LINE
from projects.matters.model import (
    FIRST_DAY,
    LAST_DAY,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_SUPPORTS,
    EntryKind,
    MatterKind,
    MatterState,
)

_SENSIBLE = f"BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}'"


class Matter(Base):
    """Something to be settled (审批, 用地, 代办, 督办, 联席会议议题 …) about a record or an area.

    ``reader_ids`` are the units that read it, with ``*`` for those who see everything; ``area_codes`` where
    it lies; ``record_id`` the record that stands for ``project_id`` after mergers; triggers keep them. The
    names are those that the units had when they were written down, or when it was closed.
    """

    __tablename__ = "matter"
    __table_args__ = (
        one_of("kind", MatterKind),
        one_of("state", MatterState),
        CheckConstraint("project_id IS NOT NULL OR area_code IS NOT NULL", name="about_something"),
        CheckConstraint(
            f"length(title) BETWEEN 1 AND {LONGEST_TITLE} AND length(detail) <= {LONGEST_TEXT}",
            name="texts_short",
        ),
        CheckConstraint(f"due_on {_SENSIBLE}", name="due_sensible"),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed_is_dated"),
        CheckConstraint(f"cardinality(support_units) <= {MOST_SUPPORTS}", name="supports_few"),
        Index("ix_matter_reader_ids", "reader_ids", postgresql_using="gin"),
        Index("ix_matter_project_id", "project_id"),
        Index("ix_matter_record_id", "record_id"),
        Index("ix_matter_parent_id", "parent_id"),
        Index("ix_matter_raised_unit", "raised_unit"),
        Index("ix_matter_lead_unit", "lead_unit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    detail: Mapped[str] = mapped_column(server_default="")
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    record_id: Mapped[str | None]
    area_code: Mapped[str | None]
    raised_unit: Mapped[str] = mapped_column(ForeignKey("owner_unit.id"))
    raised_unit_name: Mapped[str]
    raised_by: Mapped[str]
    raised_on: Mapped[date]
    lead_unit: Mapped[str] = mapped_column(ForeignKey("owner_unit.id"))
    lead_unit_name: Mapped[str]
    support_units: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    support_unit_names: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(server_default="open")
    closed_on: Mapped[date | None]
    replies: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(server_default="1")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"))
    reader_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    area_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    created_at: Mapped[Stamp]


class MatterEntry(Base):
    """One step of a matter; never changed, never deleted."""

    __tablename__ = "matter_entry"
    __table_args__ = (
        one_of("kind", EntryKind),
        CheckConstraint(f"length(text) <= {LONGEST_TEXT}", name="text_short"),
        Index("ix_matter_entry_matter_id", "matter_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"))
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(server_default="")
    old_state: Mapped[str | None]
    new_state: Mapped[str | None]
    changed: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    written_by: Mapped[str]
    unit_id: Mapped[str | None]
    unit_name: Mapped[str] = mapped_column(server_default="")
    written_at: Mapped[Stamp]


class Meeting(Base):
    """A joint meeting as it stands; a closed one is not changed any more."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint(f"held_on {_SENSIBLE}", name="held_sensible"),
        CheckConstraint(
            f"length(title) BETWEEN 1 AND {LONGEST_TITLE} AND length(place) <= {LONGEST_LINE}"
            f" AND length(chair) <= {LONGEST_LINE} AND length(attendees) <= {LONGEST_TEXT}"
            f" AND length(note) <= {LONGEST_TEXT}",
            name="texts_short",
        ),
        Index("ix_meeting_unit_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    unit_id: Mapped[str] = mapped_column(ForeignKey("owner_unit.id"))
    unit_name: Mapped[str]
    area_code: Mapped[str | None]
    held_on: Mapped[date | None]
    place: Mapped[str] = mapped_column(server_default="")
    chair: Mapped[str] = mapped_column(server_default="")
    attendees: Mapped[str] = mapped_column(server_default="")
    note: Mapped[str] = mapped_column(server_default="")
    version: Mapped[int] = mapped_column(server_default="1")
    created_by: Mapped[str]
    created_at: Mapped[Stamp]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]


class MeetingVersion(Base):
    """What the head of a meeting said in one version, who wrote it and when."""

    __tablename__ = "meeting_version"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    said: Mapped[dict[str, Any]]
    written_by: Mapped[str]
    written_at: Mapped[Stamp]


class MeetingItem(Base):
    """A matter on the agenda of a meeting, what was decided on it, and the matter that came of it."""

    __tablename__ = "meeting_item"
    __table_args__ = (
        UniqueConstraint("meeting_id", "matter_id"),
        CheckConstraint(f"length(decision) <= {LONGEST_TEXT}", name="decision_short"),
        Index("ix_meeting_item_matter_id", "matter_id"),
        Index("ix_meeting_item_follow_up_id", "follow_up_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"))
    position: Mapped[int]
    decision: Mapped[str] = mapped_column(server_default="")
    follow_up_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id", ondelete="SET NULL"))
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
