"""The registry of units (departments, governments, committees, firms) with aliases and successors."""

from datetime import date

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, one_of

UNIT_KINDS = ("department", "government", "zone_committee", "group", "institution", "enterprise")


class Unit(Base):
    """A unit under its standard name; a renamed or merged one points to its successor and keeps its links."""

    __tablename__ = "unit"
    __table_args__ = (
        one_of("kind", UNIT_KINDS),
        Index("ix_unit_successor_id", "successor_id", postgresql_where=text("successor_id IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    area_code: Mapped[str | None]
    successor_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    note: Mapped[str | None]


class UnitAlias(Base):
    """Another name of a unit: as printed, abbreviated, before or after a renaming."""

    __tablename__ = "unit_alias"
    __table_args__ = (Index("ix_unit_alias_alias", "alias"),)

    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True)
    alias: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    since: Mapped[str | None]
    source: Mapped[str | None]
