"""Facets: one row per record with all that lists, filters and the map ask of it, derived by triggers."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import BigInteger, Computed, ForeignKey, Index, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Money, geometry, gist

_PLACE: Final = "area_codes || ARRAY[province_code, prefecture_code, county_code, zone_id, owner_unit_id]"
_SORT: Final = "ARRAY[category, kind, stage, funding_status, delivery_mode, promotion_stage, precision::text]"
_LINK: Final = " || E'\\x01'::text || ".join(
    ("key_lists", "document_ids", "task_ids", "lead_ids", "support_ids", "duty_ids")
)


def _hash(columns: str) -> str:
    return f"hash_array_extended({columns}, 0)"


_READ: Final = ("published", "owner_unit_id")
"""What the policies ask of a facet: an index that holds it too answers without the table."""
_KEYS: Final = ("sort_key", "link_key")
_SPOT: Final = ("spot_x", "spot_y")


class ProjectFacet(Base):
    """What lists, filters and the map need of one record, derived by triggers from the tables above.

    One row per record that is neither deleted nor merged; never written by hand. ``precision`` is the
    record's own (0–5); ``geom`` is null unless a place of precision 1–3 (or a line or polygon) is known.
    ``area_codes`` holds every province, prefecture and county that the record lies in or touches, ``touches``
    the counties besides its own. The keys stand for what a filter asks (``data.tables.counts``), ``spot_x``,
    ``spot_y`` (2^-22 degree) and ``tile`` (1/8 degree, Morton order) for where it is drawn. The last columns
    are those of the record: a filter reads one table.
    """

    __tablename__ = "project_facet"
    __table_args__ = (
        gist("project_facet", "geom"),
        Index(
            "ix_project_facet_search_trgm",
            "search",
            postgresql_using="gin",
            postgresql_ops={"search": "gin_trgm_ops"},
        ),
        Index("ix_project_facet_county", "county_code", "category"),
        Index("ix_project_facet_precision", "precision"),
        Index("ix_project_facet_quad", "quad", postgresql_include=["published", "owner_unit_id"]),
        Index("ix_project_facet_tile", "tile", postgresql_include=[*_READ, "place_key", *_KEYS, *_SPOT]),
        Index("ix_project_facet_place_key", "place_key", postgresql_include=[*_READ, *_KEYS, *_SPOT]),
        Index("ix_project_facet_link_key", "link_key"),
        Index("ix_project_facet_in_order", "project_id", postgresql_include=[*_READ, "place_key", *_KEYS]),
        Index("ix_project_facet_township_code", "township_code"),
    )

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), primary_key=True)
    category: Mapped[str]
    province_code: Mapped[str | None]
    prefecture_code: Mapped[str | None]
    county_code: Mapped[str | None]
    owner_unit_id: Mapped[str | None]
    published: Mapped[bool] = mapped_column(server_default="true")
    precision: Mapped[int] = mapped_column(SmallInteger)
    geom: Mapped[Any | None] = mapped_column(geometry("GEOMETRY"))
    quad: Mapped[int | None] = mapped_column(BigInteger, Computed("quad_key(geom)", persisted=True))
    spot_x: Mapped[int | None] = mapped_column(Computed("spot_x(geom)", persisted=True))
    spot_y: Mapped[int | None] = mapped_column(Computed("spot_y(geom)", persisted=True))
    tile: Mapped[int | None] = mapped_column(Computed("tile_key(geom)", persisted=True))
    place_key: Mapped[int] = mapped_column(BigInteger, Computed(_hash(_PLACE), persisted=True))
    sort_key: Mapped[int] = mapped_column(BigInteger, Computed(_hash(_SORT), persisted=True))
    link_key: Mapped[int] = mapped_column(BigInteger, Computed(_hash(_LINK), persisted=True))
    place_method: Mapped[str | None]
    place_basis: Mapped[str | None]
    place_datum: Mapped[str | None]
    place_source: Mapped[str | None]
    near_line: Mapped[bool] = mapped_column(server_default="false")
    funding_status: Mapped[str]
    line_count: Mapped[int]
    line_sum: Mapped[Money]
    committed: Mapped[Money]
    received: Mapped[Money]
    milestone_count: Mapped[int]
    due_on: Mapped[date | None]
    due_code: Mapped[str | None]
    area_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    touches: Mapped[list[str]] = mapped_column(ARRAY(Text))
    document_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    task_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    lead_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    support_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    duty_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    search: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[str | None]
    zone_id: Mapped[str | None]
    township_code: Mapped[str | None]
    township: Mapped[str | None]
    stage: Mapped[str]
    promotion_stage: Mapped[str]
    delivery_mode: Mapped[str]
    ownership: Mapped[str | None]
    land_status: Mapped[str | None]
    basis: Mapped[str]
    total_investment: Mapped[Money | None]
    beds: Mapped[int | None]
    floor_area_m2: Mapped[Decimal | None]
    land_mu: Mapped[Decimal | None]
    land_tenure: Mapped[str | None]
    key_lists: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
