"""Visits, leads, events with investors, and projects shown: a correction is a row of its own."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Money, Stamp, not_negative, one_of
from projects.promotion.events import LONGEST_NAME, LONGEST_TEXT, EventKind
from projects.promotion.shown import LONGEST_NOTE, Outcome


class PromotionEvent(Base):
    """One version of an entry about a record or an area: a visit, a lead, a 推介会, a negotiation.

    ``entry_id`` is the number of the first version; the highest ``version`` counts, and a ``withdrawn`` one
    takes the entry out of the list. Who wrote it and when is the database's word.
    """

    __tablename__ = "promotion_event"
    __table_args__ = (
        one_of("kind", EventKind),
        CheckConstraint("project_id IS NOT NULL OR area_code IS NOT NULL", name="about_something"),
        CheckConstraint("version >= 1", name="version_counts"),
        CheckConstraint(
            "happened_on BETWEEN DATE '1990-01-01' AND DATE '2100-12-31'"
            " AND next_due BETWEEN DATE '1990-01-01' AND DATE '2100-12-31'",
            name="dates_sensible",
        ),
        CheckConstraint(
            f"length(counterpart) <= {LONGEST_NAME} AND length(next_step) <= {LONGEST_NAME}"
            f" AND length(reason) <= {LONGEST_NAME} AND length(result) <= {LONGEST_TEXT}"
            f" AND length(detail) <= {LONGEST_TEXT}",
            name="texts_short",
        ),
        UniqueConstraint("entry_id", "version"),
        Index("ix_promotion_event_project_id", "project_id"),
        Index("ix_promotion_event_unit_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int]
    version: Mapped[int] = mapped_column(server_default="1")
    kind: Mapped[str]
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    area_code: Mapped[str | None]
    unit_id: Mapped[str] = mapped_column(ForeignKey("owner_unit.id"))
    happened_on: Mapped[date | None]
    counterpart: Mapped[str | None]
    result: Mapped[str | None]
    next_step: Mapped[str | None]
    next_due: Mapped[date | None]
    detail: Mapped[str | None]
    withdrawn: Mapped[bool] = mapped_column(server_default="false")
    reason: Mapped[str | None]
    created_by: Mapped[str] = mapped_column(server_default="system")
    created_at: Mapped[Stamp]


class PromotionShown(Base):
    """One word on a project shown at a 推介会: what came of it, by whom, when.

    ``entry_id`` is the number of the meeting's entry; the highest ``version`` counts, a ``withdrawn`` one
    takes the project off the list. An empty amount is unknown.
    """

    __tablename__ = "promotion_shown"
    __table_args__ = (
        one_of("outcome", Outcome),
        not_negative("amount"),
        CheckConstraint("version >= 1", name="version_counts"),
        CheckConstraint(f"length(note) <= {LONGEST_NOTE}", name="note_length"),
        UniqueConstraint("entry_id", "project_id", "version"),
        Index("ix_promotion_shown_project_id", "project_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("promotion_event.id", ondelete="CASCADE"))
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(server_default="1")
    outcome: Mapped[str]
    amount: Mapped[Money | None]
    note: Mapped[str | None]
    withdrawn: Mapped[bool] = mapped_column(server_default="false")
    created_by: Mapped[str] = mapped_column(server_default="system")
    created_at: Mapped[Stamp]
