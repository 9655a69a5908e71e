"""Layers that people load for analyses; what they hold lies in a file of the data folder."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Stamp, one_of
from projects.analysis.inputs import LayerKind


class AnalysisLayer(Base):
    """A loaded layer: what was read, what was left out, whose it is, and the file that holds it.

    ``west`` … ``north`` are WGS84 degrees, all known or none; ``people`` is empty when the file says nothing
    of people. Only ``shared`` ever changes.
    """

    __tablename__ = "analysis_layer"
    __table_args__ = (
        one_of("kind", LayerKind),
        CheckConstraint(
            "length(name) BETWEEN 1 AND 200 AND length(source) <= 500 AND length(datum) BETWEEN 1 AND 60"
            " AND length(left_out::text) <= 20000 AND length(detail::text) <= 20000",
            name="texts_short",
        ),
        CheckConstraint("used >= 0 AND rows >= used", name="rows_counted"),
        CheckConstraint("people >= 0 AND people / 10 < 2000000000", name="people_not_negative"),
        CheckConstraint(
            "(west IS NULL AND south IS NULL AND east IS NULL AND north IS NULL)"
            " OR (west IS NOT NULL AND south IS NOT NULL AND east IS NOT NULL AND north IS NOT NULL"
            " AND west >= -180 AND east <= 180 AND south >= -90 AND north <= 90 AND west <= east"
            " AND south <= north)",
            name="bounds_degrees",
        ),
        CheckConstraint("file_name ~ '^[0-9a-f]{32}[.]npz$'", name="file_name_form"),
        Index("ix_analysis_layer_account_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    source: Mapped[str]
    data_date: Mapped[date | None]
    datum: Mapped[str]
    rows: Mapped[int]
    used: Mapped[int]
    left_out: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    people: Mapped[float | None]
    west: Mapped[float | None]
    south: Mapped[float | None]
    east: Mapped[float | None]
    north: Mapped[float | None]
    shared: Mapped[bool] = mapped_column(server_default="false")
    detail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    file_name: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    loaded_by: Mapped[str]
    loaded_at: Mapped[Stamp]
