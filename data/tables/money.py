"""Money of projects: finance lines and annual plans, in 万元, decimal."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Money, Stamp, not_negative, one_of
from projects.codes import Basis, FinanceSource, FinanceStatus


class FinanceLine(Base):
    """A tranche of money in exactly one status; a partial receipt splits it (``split_from_id``)."""

    __tablename__ = "finance_line"
    __table_args__ = (
        one_of("source", FinanceSource),
        one_of("status", FinanceStatus),
        one_of("basis", Basis),
        not_negative("amount"),
        CheckConstraint("year BETWEEN 1990 AND 2100", name="year_range"),
        Index("ix_finance_line_project_id", "project_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    source: Mapped[str]
    status: Mapped[str]
    amount: Mapped[Money]
    year: Mapped[int | None]
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("finance_line.id"))
    subsidy: Mapped[bool] = mapped_column(server_default="false")
    basis: Mapped[str]
    source_note: Mapped[str | None]
    created_at: Mapped[Stamp]


class AnnualPlan(Base):
    """The investment planned for one project in one year."""

    __tablename__ = "annual_plan"
    __table_args__ = (not_negative("amount"), one_of("basis", Basis))

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[Money]
    basis: Mapped[str]
