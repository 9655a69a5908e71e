"""The project library: records, places, task links, parties, slots and what is derived from them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Money, Stamp, geometry, gist, not_negative, one_of
from projects.codes import (
    Basis,
    Category,
    Datum,
    DeliveryMode,
    Kind,
    LandStatus,
    Method,
    Ownership,
    PartyRole,
    PromotionStage,
    QuantityBasis,
    SlotState,
    Stage,
)
from projects.intake.issues import IssueCode, Severity
from projects.land import LandQuota, LandTenure

CODE = "^[0-9]{6}$"


class Project(Base):
    """One record: identity, classification, declared place, life cycle, size and upkeep.

    ``provenance`` maps a field name to ``{basis, source, locator, note}``; child rows carry their own. An
    empty column means unknown.
    """

    __tablename__ = "project"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("category", Category),
        one_of("stage", Stage),
        one_of("promotion_stage", PromotionStage),
        one_of("delivery_mode", DeliveryMode),
        one_of("ownership", Ownership),
        one_of("land_status", LandStatus),
        one_of("open_to_capital", ("是", "否")),
        one_of("land_tenure", LandTenure),
        one_of("land_quota_status", LandQuota),
        not_negative("land_quota_mu"),
        CheckConstraint("length(land_use) BETWEEN 1 AND 60", name="land_use_length"),
        CheckConstraint("length(planning_note) <= 2000", name="planning_note_length"),
        one_of("quantity_basis", QuantityBasis),
        one_of("basis", Basis),
        one_of("county_basis", Basis),
        one_of("township_basis", Basis),
        not_negative("total_investment"),
        not_negative("capital_sought"),
        not_negative("quantity"),
        not_negative("beds", "floor_area_m2", "land_mu", "jobs", "annual_output"),
        CheckConstraint("id ~ '^[A-Z]{1,8}-[0-9]{4,9}$'", name="id_form"),
        CheckConstraint("length(name) BETWEEN 1 AND 200", name="name_length"),
        CheckConstraint(f"county_code ~ '{CODE}'", name="county_code_form"),
        CheckConstraint(
            "project_code ~ '^[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}(-[0-9]{3})?$'",
            name="project_code_form",
        ),
        CheckConstraint("parent_id <> id", name="not_own_parent"),
        CheckConstraint("county_code IS NULL OR county_basis IS NOT NULL", name="county_has_basis"),
        Index(
            "ix_project_name_trgm", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}
        ),
        Index("ix_project_owner_unit", "owner_unit_id"),
        Index("ix_project_parent_id", "parent_id"),
        Index(
            "uq_project_project_code",
            "project_code",
            unique=True,
            postgresql_where="deleted_at IS NULL AND merged_into_id IS NULL",
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_normalised: Mapped[str]
    kind: Mapped[str]
    category: Mapped[str]
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("project.id"))
    merged_into_id: Mapped[str | None] = mapped_column(ForeignKey("project.id"))
    project_code: Mapped[str | None]
    quantity: Mapped[Decimal | None]
    quantity_basis: Mapped[str] = mapped_column(server_default=QuantityBasis.UNSTATED)
    province_code: Mapped[str | None]
    prefecture_code: Mapped[str | None]
    county_code: Mapped[str | None]
    county_basis: Mapped[str | None]
    township_code: Mapped[str | None]
    township: Mapped[str | None]
    township_basis: Mapped[str | None]
    zone_id: Mapped[str | None] = mapped_column(ForeignKey("zone.id"))
    address: Mapped[str | None]
    stage: Mapped[str] = mapped_column(server_default=Stage.UNKNOWN)
    stage_words: Mapped[str | None]
    as_of_year: Mapped[int | None]
    promotion_stage: Mapped[str] = mapped_column(server_default=PromotionStage.UNKNOWN)
    delivery_mode: Mapped[str] = mapped_column(server_default=DeliveryMode.UNKNOWN)
    ownership: Mapped[str | None]
    open_to_capital: Mapped[str | None]
    capital_sought: Mapped[Money | None]
    land_status: Mapped[str | None]
    cooperation: Mapped[str | None]
    key_lists: Mapped[str | None]
    total_investment: Mapped[Money | None]
    beds: Mapped[int | None]
    floor_area_m2: Mapped[Decimal | None]
    land_mu: Mapped[Decimal | None]
    jobs: Mapped[int | None]
    annual_output: Mapped[Money | None]
    approval_type: Mapped[str | None]
    land_tenure: Mapped[str | None]
    land_use: Mapped[str | None]
    land_quota_mu: Mapped[Decimal | None]
    land_quota_status: Mapped[str | None]
    planning_note: Mapped[str | None]
    contact: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    note: Mapped[str | None]
    basis: Mapped[str] = mapped_column(server_default=Basis.DOCUMENTED)
    provenance: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    owner_unit_id: Mapped[str | None] = mapped_column(ForeignKey("owner_unit.id"))
    published: Mapped[bool] = mapped_column(server_default="true")
    version: Mapped[int] = mapped_column(server_default="1")
    created_by: Mapped[str] = mapped_column(server_default="system")
    created_at: Mapped[Stamp]
    updated_by: Mapped[str] = mapped_column(server_default="system")
    updated_at: Mapped[Stamp]
    deleted_at: Mapped[datetime | None]


class ProjectAlias(Base):
    """Another name of a record: a printed variant or a publicly used name."""

    __tablename__ = "project_alias"
    __table_args__ = (
        Index(
            "ix_project_alias_trgm", "alias", postgresql_using="gin", postgresql_ops={"alias": "gin_trgm_ops"}
        ),
    )

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), primary_key=True)
    alias: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str | None]


class ProjectArea(Base):
    """A county that a record touches beyond its own, or in which an open record may lie (``candidate``)."""

    __tablename__ = "project_area"
    __table_args__ = (
        one_of("relation", ("touches", "candidate")),
        one_of("basis", Basis),
        Index("ix_project_area_county_code", "county_code"),
    )

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), primary_key=True)
    county_code: Mapped[str] = mapped_column(primary_key=True)
    relation: Mapped[str] = mapped_column(primary_key=True)
    basis: Mapped[str]


class ProjectPlace(Base):
    """A place of a record: point, line or polygon in WGS84, with how it is known and the numbers as entered.

    ``county_code`` (of the point, or of a point on the line or polygon), ``county_codes`` (all counties it
    lies in) and ``near_line`` are set by the database when the row is written.
    """

    __tablename__ = "project_place"
    __table_args__ = (
        one_of("method", Method),
        one_of("basis", Basis),
        one_of("datum_entered", (*Datum, "unknown")),
        CheckConstraint("precision BETWEEN 1 AND 5", name="precision_range"),
        CheckConstraint("datum_entered <> 'unknown' OR precision >= 3", name="unknown_datum_never_exact"),
        CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name="geom_valid"),
        CheckConstraint(
            "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -90 AND ST_YMax(geom) <= 90",
            name="geom_degrees",
        ),
        CheckConstraint("NOT is_primary OR position = 0", name="primary_first"),
        UniqueConstraint("project_id", "position"),
        gist("project_place", "geom"),
        Index("ix_project_place_county_code", "county_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(server_default="0")
    is_primary: Mapped[bool] = mapped_column(server_default="true")
    label: Mapped[str | None]
    geom: Mapped[Any] = mapped_column(geometry("GEOMETRY"))
    precision: Mapped[int] = mapped_column(SmallInteger)
    method: Mapped[str]
    basis: Mapped[str]
    datum_entered: Mapped[str]
    coordinates_entered: Mapped[str | None]
    address: Mapped[str | None]
    confidence: Mapped[str | None]
    source: Mapped[str | None]
    source_url: Mapped[str | None]
    note: Mapped[str | None]
    county_code: Mapped[str | None]
    county_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    near_line: Mapped[bool] = mapped_column(server_default="false")


class Task(Base):
    """A numbered paragraph or annex row of a document."""

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_source_id", "source_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    position: Mapped[int]
    section: Mapped[str]
    title: Mapped[str]
    category_of_document: Mapped[str | None]


class TaskUnit(Base):
    """A unit that a task makes responsible, with the words that were printed."""

    __tablename__ = "task_unit"
    __table_args__ = (one_of("role", PartyRole),)

    task_id: Mapped[str] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    printed: Mapped[str]
    position: Mapped[int]


class TaskLink(Base):
    """One naming of a project in one task: the printed name, the status words, the sentence."""

    __tablename__ = "task_link"
    __table_args__ = (
        Index("ix_task_link_project_id", "project_id"),
        Index("ix_task_link_task_id", "task_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"))
    printed_name: Mapped[str]
    status_words: Mapped[str | None]
    quote: Mapped[str]


class ProjectParty(Base):
    """A unit's role in one project beyond what its tasks say (owner, funder, operator …)."""

    __tablename__ = "project_party"
    __table_args__ = (one_of("role", PartyRole), one_of("basis", Basis))

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    position: Mapped[int] = mapped_column(server_default="0")
    """Order among the units of one role, as the office gave them."""
    basis: Mapped[str]
    source: Mapped[str | None]


class Slot(Base):
    """One planned unit of a programme (a 公建民营 village clinic): never counted as a project."""

    __tablename__ = "slot"
    __table_args__ = (
        one_of("state", SlotState),
        CheckConstraint(
            "(state = 'unassigned' AND county_code IS NULL AND project_id IS NULL)"
            " OR (state = 'claimed' AND county_code IS NOT NULL AND project_id IS NULL)"
            " OR (state = 'placed' AND county_code IS NOT NULL AND project_id IS NOT NULL"
            " AND confirmed_by IS NOT NULL)",
            name="state_consistent",
        ),
        UniqueConstraint("programme_id", "number"),
        UniqueConstraint("project_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("project.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(server_default=SlotState.UNASSIGNED)
    county_code: Mapped[str | None]
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id"))
    confirmed_by: Mapped[str | None]
    confirmed_on: Mapped[date | None]


class IdCounter(Base):
    """The highest number ever given out under one prefix; it only grows."""

    __tablename__ = "id_counter"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class DataIssue(Base):
    """Something doubtful about a record, found when it was written or checked; kept until it is mended."""

    __tablename__ = "data_issue"
    __table_args__ = (
        one_of("code", IssueCode),
        one_of("severity", Severity),
        UniqueConstraint("project_id", "code", "field"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    code: Mapped[str]
    severity: Mapped[str]
    field: Mapped[str]
    value: Mapped[str]
    action: Mapped[str]
    remedy: Mapped[str]
    found_at: Mapped[Stamp]
