"""Weights of the scorecards and their changes; what this database is."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from sqlalchemy import CheckConstraint, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Stamp, one_of

Weight = Annotated[Decimal, mapped_column(Numeric(6, 2))]


class Installation(Base):
    """One row: whether this database holds practice data. The mark is set once and never taken back."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    practice: Mapped[bool] = mapped_column(server_default="false")
    seed: Mapped[int | None]
    built_at: Mapped[datetime | None]


class ScoreWeight(Base):
    """How much a component of a score, or a field of a record, counts; only an administrator changes it."""

    __tablename__ = "score_weight"
    __table_args__ = (
        one_of("part", ("component", "field")),
        CheckConstraint("weight BETWEEN 0 AND 100", name="weight_range"),
    )

    part: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    weight: Mapped[Weight]
    updated_by: Mapped[str] = mapped_column(server_default="system")
    updated_at: Mapped[Stamp]


class ScoreWeightChange(Base):
    """A change of a weight, written by the database."""

    __tablename__ = "score_weight_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[str]
    name: Mapped[str]
    old_weight: Mapped[Weight]
    new_weight: Mapped[Weight]
    changed_by: Mapped[str]
    changed_at: Mapped[Stamp]
    reason: Mapped[str | None]
