"""The Monday list: rounds of workbooks per unit, and what happened to each since."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Stamp, one_of

EVENTS = ("sent", "returned")


class MondayRound(Base):
    """One round: a workbook per unit, made on a day, by a person or for a day of the schedule."""

    __tablename__ = "monday_round"
    __table_args__ = (
        CheckConstraint("folder ~ '^[0-9a-f]{32}$'", name="folder_form"),
        CheckConstraint("length(note) <= 500", name="texts_short"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    made_on: Mapped[date]
    made_at: Mapped[Stamp]
    made_by: Mapped[str]
    due_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(server_default="")
    folder: Mapped[str] = mapped_column(unique=True)
    scheduled_for: Mapped[date | None] = mapped_column(unique=True)
    job_id: Mapped[int | None] = mapped_column(unique=True)


class MondaySheet(Base):
    """One unit's workbook of a round, or why there is none; it stands as it was made."""

    __tablename__ = "monday_sheet"
    __table_args__ = (
        UniqueConstraint("round_id", "unit_id"),
        CheckConstraint(
            "(failure = '') = (file IS NOT NULL) AND (file IS NULL) = (mark IS NULL)", name="made_or_failed"
        ),
        CheckConstraint("mark ~ '^[0-9a-f]{16}$'", name="mark_form"),
        CheckConstraint(r"file ~ '^[0-9]{4,6}\.xlsx$' AND file_name !~ '[/\\]'", name="file_form"),
        CheckConstraint(
            "length(unit_name) BETWEEN 1 AND 300 AND length(file_name) <= 400 AND length(failure) <= 1000"
            " AND length(wanting::text) <= 20000",
            name="texts_short",
        ),
        Index("ix_monday_sheet_unit_id", "unit_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("monday_round.id", ondelete="CASCADE"))
    unit_id: Mapped[str]
    unit_name: Mapped[str]
    mark: Mapped[str | None] = mapped_column(unique=True)
    wanting: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    file: Mapped[str | None]
    file_name: Mapped[str] = mapped_column(server_default="")
    size_bytes: Mapped[int] = mapped_column(server_default="0")
    sha256: Mapped[str] = mapped_column(server_default="")
    failure: Mapped[str] = mapped_column(server_default="")


class MondayEvent(Base):
    """A sheet was handed to somebody, or its workbook came back through the import."""

    __tablename__ = "monday_event"
    __table_args__ = (
        one_of("kind", EVENTS),
        CheckConstraint("rows_back >= 0 AND changes_back >= 0", name="rows_back_not_negative"),
        CheckConstraint("length(words) <= 200", name="texts_short"),
        Index("ix_monday_event_sheet_id", "sheet_id", "id"),
        Index(
            "uq_monday_event_sheet_id_job_id",
            "sheet_id",
            "job_id",
            unique=True,
            postgresql_where=text("kind = 'returned'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("monday_sheet.id", ondelete="CASCADE"))
    kind: Mapped[str]
    happened_at: Mapped[Stamp]
    noted_by: Mapped[str]
    words: Mapped[str] = mapped_column(server_default="")
    job_id: Mapped[int | None]
    change_set_id: Mapped[int | None] = mapped_column(ForeignKey("change_set.id", ondelete="SET NULL"))
    rows_back: Mapped[int] = mapped_column(server_default="0")
    changes_back: Mapped[int] = mapped_column(server_default="0")
