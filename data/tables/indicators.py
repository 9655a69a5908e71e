"""Targets that documents promise, the indicators they are measured by, and figures that units report."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Stamp, one_of
from projects.codes import Basis
from projects.targets.model import Aggregation, Direction, IndicatorKind, Method, PeriodKind, ReportState

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


class Indicator(Base):
    """What can be reported and measured: name, unit, limits, how areas add up (``indicators.csv``)."""

    __tablename__ = "indicator"
    __table_args__ = (
        one_of("kind", IndicatorKind),
        one_of("direction", Direction),
        one_of("aggregation", Aggregation),
        one_of("period", PeriodKind),
        CheckConstraint("lowest <= highest", name="limits_in_order"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    zh: Mapped[str]
    en: Mapped[str]
    unit: Mapped[str]
    kind: Mapped[str]
    direction: Mapped[str]
    aggregation: Mapped[str]
    period: Mapped[str]
    lowest: Mapped[Decimal]
    highest: Mapped[Decimal]
    computed: Mapped[str]
    definition: Mapped[str]
    definition_en: Mapped[str]


class TargetRecipe(Base):
    """How the actual value of a target is obtained (``target_recipes.csv``)."""

    __tablename__ = "target_recipe"
    __table_args__ = (
        one_of("method", Method),
        CheckConstraint(
            "indicator IS NOT NULL OR (method = 'rule' AND note IS NOT NULL)", name="rule_says_why"
        ),
    )

    target_id: Mapped[str] = mapped_column(ForeignKey("target.id", ondelete="CASCADE"), primary_key=True)
    method: Mapped[str]
    indicator: Mapped[str | None] = mapped_column(ForeignKey("indicator.code"))
    base: Mapped[str | None] = mapped_column(ForeignKey("indicator.code"))
    programme: Mapped[str | None]
    records: Mapped[str | None]
    kind: Mapped[str | None]
    category: Mapped[str | None]
    ownership: Mapped[str | None]
    population: Mapped[str | None]
    counted: Mapped[str | None]
    universe: Mapped[str | None]
    note: Mapped[str | None]
    note_en: Mapped[str | None]


class CensusZone(Base):
    """A census unit without a polygon and the functional zone that it is."""

    __tablename__ = "census_zone"

    code: Mapped[str] = mapped_column(primary_key=True)
    zone_id: Mapped[str] = mapped_column(ForeignKey("zone.id", ondelete="CASCADE"))


class IndicatorReport(Base):
    """One reported figure: indicator × area × period × value × source; written by functions alone.

    Append-only: a correction is a row of its own, the old one becomes ``replaced`` and names it. At most one
    row of an indicator, area and period is accepted, at most one of each unit waits.
    """

    __tablename__ = "indicator_report"
    __table_args__ = (
        one_of("basis", Basis),
        one_of("state", ReportState),
        CheckConstraint("period_from <= period_to", name="period_in_order"),
        CheckConstraint("period_to BETWEEN '1990-01-01' AND '2100-12-31'", name="period_range"),
        CheckConstraint(
            "denominator > 0 AND numerator >= 0 AND denominator <= 2000000000 AND numerator <= 2000000000",
            name="parts_in_range",
        ),
        CheckConstraint("length(source_note) BETWEEN 1 AND 500", name="source_note_length"),
        CheckConstraint(
            "(state IN ('accepted', 'rejected')) <= (decided_at IS NOT NULL)", name="decided_when"
        ),
        Index(
            "uq_indicator_report_accepted",
            "indicator",
            "area_code",
            "period_to",
            unique=True,
            postgresql_where="state = 'accepted'",
        ),
        Index(
            "uq_indicator_report_submitted",
            "indicator",
            "area_code",
            "period_to",
            "unit_id",
            unique=True,
            postgresql_where="state = 'submitted'",
        ),
        Index("ix_indicator_report_area_code", "area_code"),
        Index("ix_indicator_report_unit_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(ForeignKey("indicator.code"))
    area_code: Mapped[str]
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    period_from: Mapped[date | None]
    period_to: Mapped[date]
    value: Mapped[Decimal]
    unit: Mapped[str]
    numerator: Mapped[Decimal | None]
    denominator: Mapped[Decimal | None]
    basis: Mapped[str]
    source_note: Mapped[str]
    state: Mapped[str]
    unit_id: Mapped[str | None]
    filed_by: Mapped[str]
    created_at: Mapped[Stamp]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    remark: Mapped[str | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("indicator_report.id"))
