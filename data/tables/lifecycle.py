"""Milestones, approval steps, and editions of rolling plans and catalogues."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Stamp, one_of
from projects.codes import Basis


class Milestone(Base):
    """A dated step of a project, planned and actual apart; an empty date is unknown."""

    __tablename__ = "milestone"
    __table_args__ = (one_of("basis", Basis), UniqueConstraint("project_id", "code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    code: Mapped[str]
    title: Mapped[str | None]
    planned_on: Mapped[date | None]
    actual_on: Mapped[date | None]
    basis: Mapped[str]
    source_note: Mapped[str | None]


class ApprovalStep(Base):
    """A step of 审批, 核准 or 备案 with the document it ended in; an empty date is unknown.

    ``code`` is one of ``projects.lifecycle.approvals.ApprovalCode``; an image of the past may hold one that
    is no longer in the list.
    """

    __tablename__ = "approval_step"
    __table_args__ = (
        one_of("basis", Basis),
        CheckConstraint("code ~ '^[a-z][A-Za-z]{1,39}$'", name="code_form"),
        CheckConstraint(
            "length(number) <= 100 AND length(authority) <= 100 AND length(source_note) <= 200",
            name="texts_short",
        ),
        UniqueConstraint("project_id", "code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    code: Mapped[str]
    planned_on: Mapped[date | None]
    actual_on: Mapped[date | None]
    number: Mapped[str | None]
    authority: Mapped[str | None]
    basis: Mapped[str]
    source_note: Mapped[str | None]


class Edition(Base):
    """A dated list of projects: a rolling plan (三年滚动) or an investment catalogue (招商目录).

    Proposed, then decided on as a whole; what has been decided is frozen by triggers. ``number`` counts the
    published editions of one kind and area, ``base_id`` is the edition that was the newest before.
    ``conditions`` are the filter parameters that its projects were chosen with.
    """

    __tablename__ = "edition"
    __table_args__ = (
        one_of("kind", ("rolling_plan", "catalogue")),
        one_of("state", ("proposed", "published", "rejected", "withdrawn")),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year_range"),
        CheckConstraint("length(title) BETWEEN 1 AND 120", name="title_length"),
        CheckConstraint(
            "length(note) <= 2000 AND length(remark) <= 2000 AND length(conditions) <= 20000",
            name="texts_short",
        ),
        CheckConstraint("(state <> 'proposed') = (decided_at IS NOT NULL)", name="decided_is_dated"),
        CheckConstraint("(state = 'published') = (number IS NOT NULL)", name="published_is_numbered"),
        UniqueConstraint("kind", "area_code", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    area_code: Mapped[str]
    title: Mapped[str]
    year: Mapped[int]
    note: Mapped[str | None]
    number: Mapped[int | None]
    state: Mapped[str] = mapped_column(server_default="proposed")
    base_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    unit_id: Mapped[str | None]
    conditions: Mapped[str] = mapped_column(server_default="")
    proposed_by: Mapped[str] = mapped_column(server_default="system")
    proposed_at: Mapped[Stamp]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    remark: Mapped[str | None]


class EditionEntry(Base):
    """One project in an edition, with what everybody could see of it then, and why it came in or went out.

    ``plan`` maps each year it is in (as text) to the investment planned for it (decimal text in 万元, null
    where nobody knows); ``version`` is the record's, ``digest`` the MD5 of the snapshot's text.
    """

    __tablename__ = "edition_entry"
    __table_args__ = (
        one_of("change", ("kept", "entered", "left")),
        CheckConstraint(
            "change <> 'left' OR (reason IS NOT NULL AND length(btrim(reason)) > 0)", name="left_has_reason"
        ),
        CheckConstraint("length(reason) <= 500", name="reason_short"),
    )

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), primary_key=True)
    change: Mapped[str]
    reason: Mapped[str | None]
    snapshot: Mapped[dict[str, Any]]
    plan: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    version: Mapped[int] = mapped_column(server_default="1")
    digest: Mapped[str] = mapped_column(server_default="")
