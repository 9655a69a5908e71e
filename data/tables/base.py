"""What all tables share: the declarative base, naming of constraints, column types and small helpers."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, DateTime, Index, MetaData, Numeric, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Money = Annotated[Decimal, mapped_column(Numeric(20, 6))]
"""An amount in 万元 with six decimals: a fen and below, never a float."""

Stamp = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]


class Base(DeclarativeBase):
    """Rows hold columns and constraints, no behaviour, and never leave ``data``."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {str: Text, dict[str, Any]: JSONB, datetime: DateTime(timezone=True)}


def geometry(kind: str) -> Geometry:
    """Return a WGS84 (EPSG:4326, lon lat) geometry type; its GiST index is declared by ``gist``."""
    return Geometry(kind, srid=4326, spatial_index=False)


def gist(table: str, column: str) -> Index:
    """Return the GiST index of a geometry column."""
    return Index(f"ix_{table}_{column}_gist", column, postgresql_using="gist")


def one_of(column: str, values: Iterable[str], *, name: str | None = None) -> CheckConstraint:
    """Return a CHECK that a column (when not null) holds one of a code list's values."""
    listed = ", ".join("'" + str(v).replace("'", "''") + "'" for v in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name or f"{column}_in_list")


def not_negative(*columns: str) -> CheckConstraint:
    """Return a CHECK that amounts and counts are zero or more when known."""
    return CheckConstraint(" AND ".join(f"{c} >= 0" for c in columns), name=f"{columns[0]}_not_negative")
