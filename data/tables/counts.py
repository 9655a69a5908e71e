"""Counts kept beside the records: what filters ask as combinations, and how many published records have them.

Written by triggers and functions of 0026_counts_kept.sql alone. The rows of ``facet_count``, ``facet_total``
and ``facet_tile`` are to be added up: writers append (+n, −n), upkeep adds up for good.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from data.tables.base import Base


def _keys(*names: str) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in names]


def _words(*names: str, nullable: bool = False) -> list[Column[str]]:
    return [Column(name, Text, nullable=nullable) for name in names]


def _lists(*names: str) -> list[Column[list[str]]]:
    return [Column(name, ARRAY(Text), nullable=False) for name in names]


FACET_PLACE: Final = Table(
    "facet_place",
    Base.metadata,
    *_keys("key"),
    *_lists("area_codes"),
    *_words("province_code", "prefecture_code", "county_code", "zone_id", "owner_unit_id", nullable=True),
    Index("ix_facet_place_key", "key"),
)
"""Where records lie and whose they are; a key may stand twice, when two writers met it at once."""

FACET_SORT: Final = Table(
    "facet_sort",
    Base.metadata,
    *_keys("key"),
    *_words("category", "kind", "stage", "funding_status", "delivery_mode", "promotion_stage"),
    Column("precision", SmallInteger, nullable=False),
    Index("ix_facet_sort_key", "key"),
)
"""Of what sort records are."""

FACET_LINK: Final = Table(
    "facet_link",
    Base.metadata,
    *_keys("key"),
    *_lists("key_lists", "document_ids", "task_ids", "lead_ids", "support_ids", "duty_ids"),
    Index("ix_facet_link_key", "key"),
)
"""Which documents, tasks and lists name records, and which units answer for them."""

FACET_COUNT: Final = Table(
    "facet_count",
    Base.metadata,
    *_keys("place_key", "sort_key", "link_key"),
    Column("n", Integer, nullable=False),
    Index("ix_facet_count_place_key", "place_key"),
)
"""Published records by all three."""

FACET_TOTAL: Final = Table(
    "facet_total", Base.metadata, *_keys("sort_key", "link_key"), Column("n", Integer, nullable=False)
)
"""Published records by sort and links, wherever they lie."""

FACET_TILE: Final = Table(
    "facet_tile",
    Base.metadata,
    Column("tile", Integer, nullable=False),
    *_keys("sort_key", "link_key"),
    Column("n", Integer, nullable=False),
    Column("sum_x", BigInteger, nullable=False),
    Column("sum_y", BigInteger, nullable=False),
    Index("ix_facet_tile_tile", "tile"),
)
"""Placed published records by the tile of a degree that they stand in, with sums of their positions."""
