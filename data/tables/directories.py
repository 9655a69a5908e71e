"""Directories: dated editions of lists whose columns a file defines, and their lines."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Stamp, one_of
from projects.directories.model import MOST_ENTRIES, EditionState


class Directory(Base):
    """One edition of a directory; once published it never changes, and it is withdrawn, never deleted.

    ``made_with`` is the definition as it stood when the edition was opened. ``area_code`` is the area that
    the list is of: the unit's own (a zone's id), or the area of a department.
    """

    __tablename__ = "directory"
    __table_args__ = (
        one_of("state", EditionState),
        CheckConstraint("definition ~ '^[a-z][a-z0-9_]{1,39}$'", name="definition_form"),
        CheckConstraint(
            "(number IS NOT NULL) = (published_at IS NOT NULL)"
            " AND (state <> 'published' OR number IS NOT NULL) AND (state <> 'draft' OR number IS NULL)",
            name="published_is_numbered",
        ),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_is_dated"),
        CheckConstraint(
            "length(btrim(title)) BETWEEN 1 AND 120 AND length(reason) <= 500"
            " AND length(made_with::text) <= 200000",
            name="texts_short",
        ),
        CheckConstraint(f"entries BETWEEN 0 AND {MOST_ENTRIES} AND version >= 1", name="entries_counted"),
        CheckConstraint(
            "valid_on BETWEEN DATE '1990-01-01' AND DATE '2100-12-31'", name="valid_on_sensible"
        ),
        UniqueConstraint("definition", "area_code", "number"),
        Index(
            "uq_directory_one_draft", "definition", "unit_id", unique=True,
            postgresql_where="state = 'draft'",
        ),
        Index("ix_directory_unit_id", "unit_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[str]
    made_with: Mapped[dict[str, Any]]
    area_code: Mapped[str]
    unit_id: Mapped[str]
    title: Mapped[str]
    valid_on: Mapped[date]
    state: Mapped[str] = mapped_column(server_default="draft")
    number: Mapped[int | None]
    entries: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(server_default="1")
    copy_of_id: Mapped[int | None] = mapped_column(ForeignKey("directory.id"))
    created_by: Mapped[str]
    created_at: Mapped[Stamp]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    reason: Mapped[str | None]


class DirectoryEntry(Base):
    """One line of an edition: cells by column, contacts apart, its place (WGS84), the records it names."""

    __tablename__ = "directory_entry"
    __table_args__ = (
        CheckConstraint(
            "jsonb_typeof(cells) = 'object' AND jsonb_typeof(contacts) = 'object'", name="cells_are_objects"
        ),
        CheckConstraint(
            "length(cells::text) <= 40000 AND length(contacts::text) <= 10000 AND length(datum_entered) <= 40"
            " AND length(coordinates_entered) <= 200 AND length(county_code) <= 12 AND length(doubt) <= 500"
            " AND cardinality(project_ids) <= 20",
            name="texts_short",
        ),
        CheckConstraint(
            "(lon IS NULL) = (lat IS NULL) AND (lon IS NULL) = (precision = 0)", name="place_whole"
        ),
        CheckConstraint("lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name="place_on_earth"),
        CheckConstraint("precision BETWEEN 0 AND 5", name="precision_range"),
        Index("ix_directory_entry_directory_id", "directory_id", "position"),
        Index("ix_directory_entry_project_ids", "project_ids", postgresql_using="gin"),
    )

    directory_id: Mapped[int] = mapped_column(
        ForeignKey("directory.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int]
    cells: Mapped[dict[str, Any]]
    contacts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    precision: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    datum_entered: Mapped[str] = mapped_column(server_default="")
    coordinates_entered: Mapped[str] = mapped_column(server_default="")
    county_code: Mapped[str] = mapped_column(server_default="")
    doubt: Mapped[str] = mapped_column(server_default="")
    project_ids: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    changed_by: Mapped[str]
    changed_at: Mapped[Stamp]
