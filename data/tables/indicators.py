"""Targets that documents promise and figures that units report."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Stamp, one_of
from projects.codes import Basis

OPERATORS = (">=", "<=", "=", "approx", "increase_by", "range")


class Target(Base):
    """A number that a document promises, with the sentence that promises it."""

    __tablename__ = "target"
    __table_args__ = (one_of("operator", OPERATORS), one_of("per_area", ("each", "total")))

    id: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    task_id: Mapped[str | None] = mapped_column(ForeignKey("task.id"))
    section: Mapped[str]
    quote: Mapped[str]
    indicator: Mapped[str]
    indicator_en: Mapped[str | None]
    operator: Mapped[str]
    value: Mapped[Decimal]
    value_high: Mapped[Decimal | None]
    unit: Mapped[str]
    year: Mapped[int | None]
    base_year: Mapped[int | None]
    level: Mapped[str | None]
    area_code: Mapped[str]
    per_area: Mapped[str]
    denominator: Mapped[str | None]
    note: Mapped[str | None]


class IndicatorReport(Base):
    """One reported figure: indicator × area × period × value × source."""

    __tablename__ = "indicator_report"
    __table_args__ = (
        one_of("basis", Basis),
        UniqueConstraint("indicator", "area_code", "period_to", "source_note"),
        Index("ix_indicator_report_area_code", "area_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str]
    area_code: Mapped[str]
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    period_from: Mapped[date | None]
    period_to: Mapped[date]
    value: Mapped[Decimal]
    unit: Mapped[str]
    basis: Mapped[str]
    source_note: Mapped[str]
    created_at: Mapped[Stamp]
