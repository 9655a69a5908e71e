"""Milestones, editions of rolling plans and catalogues, and what happens with investors."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
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


class Edition(Base):
    """A frozen, dated list of projects: a rolling plan (三年滚动) or an investment catalogue (招商目录)."""

    __tablename__ = "edition"
    __table_args__ = (
        one_of("kind", ("rolling_plan", "catalogue")),
        UniqueConstraint("kind", "area_code", "title"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    area_code: Mapped[str]
    title: Mapped[str]
    year: Mapped[int]
    frozen_at: Mapped[Stamp]
    note: Mapped[str | None]


class EditionEntry(Base):
    """One project in an edition, with its state as it was then and why it came in or went out."""

    __tablename__ = "edition_entry"
    __table_args__ = (one_of("change", ("kept", "entered", "left")),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), primary_key=True)
    change: Mapped[str]
    reason: Mapped[str | None]
    snapshot: Mapped[dict[str, Any]]


class PromotionEvent(Base):
    """A visit, lead, signing or 推介会 in investment promotion."""

    __tablename__ = "promotion_event"
    __table_args__ = (
        CheckConstraint("project_id IS NOT NULL OR area_code IS NOT NULL", name="about_something"),
        Index("ix_promotion_event_project_id", "project_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    area_code: Mapped[str | None]
    happened_on: Mapped[date | None]
    counterpart: Mapped[str | None]
    result: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
