"""Sources, administrative areas, townships, functional zones and census figures."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Stamp, geometry, gist, one_of
from projects.codes import Basis, Level


class Source(Base):
    """Where values come from: a document, a package, a page, an office's file."""

    __tablename__ = "source"
    __table_args__ = (one_of("kind", ("document", "package", "page", "file", "office", "project")),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    number: Mapped[str | None]
    publisher: Mapped[str | None]
    issued_on: Mapped[date | None]
    as_of_year: Mapped[int | None]
    period_from: Mapped[int | None]
    period_to: Mapped[int | None]
    area_code: Mapped[str | None]
    id_prefix: Mapped[str | None]
    url: Mapped[str | None]
    licence: Mapped[str | None]
    attribution: Mapped[str | None]
    note: Mapped[str | None]


class Area(Base):
    """An administrative area.

    ``(code, level)`` is the key: a city without counties stands at county level too.
    """

    __tablename__ = "area"
    __table_args__ = (
        one_of("level", Level),
        CheckConstraint("code ~ '^[0-9]{6}$'", name="code_six_digits"),
        gist("area", "geom"),
        gist("area", "display"),
        Index("ix_area_parent_code", "parent_code", "level"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    province_code: Mapped[str | None]
    prefecture_code: Mapped[str | None]
    parent_code: Mapped[str | None]
    stand_in: Mapped[bool] = mapped_column(server_default="false")
    geom: Mapped[Any] = mapped_column(geometry("MULTIPOLYGON"))
    display: Mapped[Any] = mapped_column(geometry("MULTIPOLYGON"))
    overview: Mapped[Any] = mapped_column(geometry("MULTIPOLYGON"))
    label: Mapped[Any] = mapped_column(geometry("POINT"))
    area_km2: Mapped[float]
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))


class AreaPart(Base):
    """A piece of a county-level unit, cut small so that a point finds its county in a millisecond."""

    __tablename__ = "area_part"
    __table_args__ = (gist("area_part", "geom"), Index("ix_area_part_code", "code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    geom: Mapped[Any] = mapped_column(geometry("POLYGON"))


class MapLine(Base):
    """A line that belongs on every national map (the maritime line)."""

    __tablename__ = "map_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    geom: Mapped[Any] = mapped_column(geometry("MULTILINESTRING"))
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))


class Township(Base):
    """A township-level unit (NBS nine-digit code).

    Its point, when there is one, is good for precision 3 only.
    """

    __tablename__ = "township"
    __table_args__ = (
        CheckConstraint("code ~ '^[0-9]{9}$'", name="code_nine_digits"),
        gist("township", "point"),
        Index("ix_township_county_code", "county_code"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    county_code: Mapped[str]
    kind: Mapped[str | None]
    villages: Mapped[int]
    communities: Mapped[int]
    other_units: Mapped[int]
    point: Mapped[Any | None] = mapped_column(geometry("POINT"))
    point_source: Mapped[str | None]


class Village(Base):
    """A village-level unit (NBS twelve-digit code); names repeat, so everything joins on the code."""

    __tablename__ = "village"
    __table_args__ = (Index("ix_village_township_code", "township_code"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    township_code: Mapped[str]
    kind: Mapped[str | None]


class Zone(Base):
    """A functional zone (开发区, 新区 …): no code of its own, overlaps counties."""

    __tablename__ = "zone"
    __table_args__ = (one_of("basis", Basis), gist("zone", "geom"))

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    prefecture_code: Mapped[str]
    basis: Mapped[str]
    source: Mapped[str | None]
    note: Mapped[str | None]
    geom: Mapped[Any | None] = mapped_column(geometry("MULTIPOLYGON"))


class ZoneArea(Base):
    """A county that a functional zone overlaps."""

    __tablename__ = "zone_area"

    zone_id: Mapped[str] = mapped_column(ForeignKey("zone.id", ondelete="CASCADE"), primary_key=True)
    county_code: Mapped[str] = mapped_column(primary_key=True)


class CensusFigure(Base):
    """Permanent residents of one unit; never sum across levels."""

    __tablename__ = "census_figure"
    __table_args__ = (one_of("level", ("county", "zone", "prefecture_total")),)

    code: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[str]
    name: Mapped[str]
    prefecture: Mapped[str]
    population: Mapped[int]
    population_60_plus: Mapped[int]
    population_65_plus: Mapped[int]
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))


class Loaded(Base):
    """What was loaded into this database, from which version and when (one row per part)."""

    __tablename__ = "loaded"

    part: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    loaded_at: Mapped[Stamp]
