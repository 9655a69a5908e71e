"""What the monthly dispatch counts by: the dated steps of a record in one row, derived by triggers."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base


class ProjectSchedule(Base):
    """Planned and actual dates in the order of ``MilestoneCode`` (null: nobody gave one), never set by hand.

    ``open_on`` are the planned dates of steps without an actual date, ascending. ``filed_at`` is when an
    office last wrote into the record, empty for one that only came with the documents.
    """

    __tablename__ = "project_schedule"

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), primary_key=True)
    owner_unit_id: Mapped[str | None]
    published: Mapped[bool]
    filed_at: Mapped[datetime | None]
    planned: Mapped[list[date | None]] = mapped_column(ARRAY(Date))
    actual: Mapped[list[date | None]] = mapped_column(ARRAY(Date))
    open_on: Mapped[list[date]] = mapped_column(ARRAY(Date))


class FacetQueue(Base):
    """Records whose facet is derived when the transaction that changed them commits; empty in between."""

    __tablename__ = "facet_queue"

    transaction_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    project_id: Mapped[str] = mapped_column(primary_key=True)
