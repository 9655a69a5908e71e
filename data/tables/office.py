"""The office's week: matters to settle and dated directories."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Stamp, one_of

MATTER_STATES = ("open", "in_hand", "answered", "closed", "reopened")


class Matter(Base):
    """Something to be settled (审批, 用地, 代办, 督办, 联席会议议题 …) about a project or an area."""

    __tablename__ = "matter"
    __table_args__ = (
        one_of("state", MATTER_STATES),
        CheckConstraint("project_id IS NOT NULL OR area_code IS NOT NULL", name="about_something"),
        Index("ix_matter_lead_unit", "lead_unit_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    area_code: Mapped[str | None]
    raised_by: Mapped[str]
    lead_unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    support_unit_ids: Mapped[dict[str, Any]] = mapped_column(server_default="[]")
    due_on: Mapped[date | None]
    state: Mapped[str]
    created_at: Mapped[Stamp]


class MatterReply(Base):
    """An answer to a matter."""

    __tablename__ = "matter_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"))
    written_by: Mapped[str]
    text: Mapped[str]
    new_state: Mapped[str | None]
    created_at: Mapped[Stamp]


class Directory(Base):
    """A dated, versioned list (名录) whose columns are defined by a file."""

    __tablename__ = "directory"
    __table_args__ = (UniqueConstraint("definition", "area_code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[str]
    area_code: Mapped[str]
    version: Mapped[str]
    valid_on: Mapped[date]
    created_at: Mapped[Stamp]


class DirectoryEntry(Base):
    """One line of a directory."""

    __tablename__ = "directory_entry"
    __table_args__ = (Index("ix_directory_entry_directory_id", "directory_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    directory_id: Mapped[int] = mapped_column(ForeignKey("directory.id", ondelete="CASCADE"))
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id"))
    fields: Mapped[dict[str, Any]]
