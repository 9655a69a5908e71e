"""What third parties found; what became of units that were renamed or merged."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Numeric, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Stamp, one_of
from projects.evaluation import FindingState, Rating

UNIT_CHANGES = ("renamed", "merged")


class Evaluation(Base):
    """A finding of an evaluator about a record or an area; once handed in it never changes."""

    __tablename__ = "evaluation"
    __table_args__ = (
        one_of("rating", Rating),
        one_of("state", FindingState),
        CheckConstraint("num_nonnulls(project_id, area_code) = 1", name="about_one_thing"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score_in_range"),
        CheckConstraint(
            "length(title) BETWEEN 1 AND 120 AND length(detail) BETWEEN 1 AND 4000 AND length(method) <= 200",
            name="texts_short",
        ),
        CheckConstraint("seen_on BETWEEN DATE '1990-01-01' AND DATE '2100-12-31'", name="seen_on_sensible"),
        CheckConstraint("(state = 'handed_in') = (handed_in_at IS NOT NULL)", name="handed_in_when"),
        Index("ix_evaluation_project_id", "project_id"),
        Index("ix_evaluation_area_code", "area_code"),
        Index("ix_evaluation_unit_ids", "unit_ids", postgresql_using="gin"),
        Index(
            "uq_evaluation_replaces_id",
            "replaces_id",
            unique=True,
            postgresql_where=text("state = 'handed_in'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    detail: Mapped[str]
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id"))
    area_code: Mapped[str | None]
    rating: Mapped[str]
    score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    seen_on: Mapped[date | None]
    method: Mapped[str] = mapped_column(server_default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("evaluation.id"))
    state: Mapped[str] = mapped_column(server_default="draft")
    unit_ids: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    written_by: Mapped[str]
    organisation: Mapped[str]
    created_at: Mapped[Stamp]
    changed_at: Mapped[Stamp]
    handed_in_at: Mapped[datetime | None]


class UnitChange(Base):
    """A unit was given a new name, or was merged into another."""

    __tablename__ = "unit_change"
    __table_args__ = (
        one_of("kind", UNIT_CHANGES),
        CheckConstraint(
            "(kind = 'renamed') = (new_name IS NOT NULL) AND (kind = 'merged') = (into_id IS NOT NULL)",
            name="says_what",
        ),
        CheckConstraint(
            "length(old_name) <= 200 AND length(new_name) BETWEEN 2 AND 200"
            " AND length(source) BETWEEN 1 AND 500",
            name="texts_short",
        ),
        Index("ix_unit_change_unit_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str]
    old_name: Mapped[str]
    new_name: Mapped[str | None]
    into_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    since: Mapped[date]
    source: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[Stamp]
