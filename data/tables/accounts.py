"""Who may do what: owner units, accounts, their sessions, and the two switches of an installation."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Stamp, one_of
from projects.identity import Role, UnitKind
from projects.watch import Event, Way

ROLES = tuple(role for role in Role if role is not Role.ANONYMOUS)


class OwnerUnit(Base):
    """A unit that owns records; row-level security compares records by it.

    Every area of the boundary set is one (``id`` = code), so are zones (``id`` = zone id) and departments
    (``id`` = unit id). ``area_code`` is its own area: the county, or the prefecture of a zone or department.
    """

    __tablename__ = "owner_unit"
    __table_args__ = (
        one_of("kind", UnitKind),
        Index("ix_owner_unit_prefecture_code", "prefecture_code"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    area_code: Mapped[str]
    prefecture_code: Mapped[str | None]
    province_code: Mapped[str | None]
    reviewed: Mapped[bool] = mapped_column(server_default="true")


class Account(Base):
    """Somebody who signs in.

    An editor belongs to an owner unit, a reviewer or evaluator to a subtree (``scope_code``, a province,
    prefecture or county code). An account is disabled, never deleted: history names it.
    """

    __tablename__ = "account"
    __table_args__ = (
        one_of("role", ROLES),
        CheckConstraint("role <> 'editor' OR unit_id IS NOT NULL", name="editor_has_unit"),
        CheckConstraint("role <> 'reviewer' OR scope_code IS NOT NULL", name="reviewer_has_scope"),
        CheckConstraint("role <> 'evaluator' OR scope_code IS NOT NULL", name="evaluator_has_scope"),
        CheckConstraint("name = lower(name) AND length(name) BETWEEN 2 AND 120", name="name_form"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str] = mapped_column(server_default="")
    password_hash: Mapped[str | None]
    external_subject: Mapped[str | None] = mapped_column(unique=True)
    role: Mapped[str]
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("owner_unit.id"))
    scope_code: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(server_default="true")
    failed_attempts: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    last_signed_in_at: Mapped[datetime | None]
    created_at: Mapped[Stamp]


class AccountSession(Base):
    """An open session; only the SHA-256 of its token is kept, so that a copy of the table opens nothing."""

    __tablename__ = "account_session"
    __table_args__ = (
        one_of("kind", ("browser", "job", "office", "command")),
        Index("ix_account_session_account_id", "account_id"),
    )

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str]
    created_at: Mapped[Stamp]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignIn(Base):
    """A line of the record of sign-ins; without a foreign key, it outlives what it is about."""

    __tablename__ = "sign_in"
    __table_args__ = (
        one_of("way", Way),
        one_of("outcome", Event),
        Index("ix_sign_in_at", "at"),
        Index("ix_sign_in_account_id", "account_id", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    account_id: Mapped[int | None]
    tried: Mapped[str | None]
    way: Mapped[str]
    outcome: Mapped[str]
    address: Mapped[str] = mapped_column(server_default="")
    request: Mapped[str] = mapped_column(server_default="")


class ApiToken(Base):
    """A token with which another program reads as a viewer of a unit; its SHA-256 only, as with sessions."""

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint("length(title) BETWEEN 1 AND 80", name="title_length"),
        CheckConstraint("expires_at BETWEEN created_at AND created_at + interval '1101 days'", name="ends"),
        Index("ix_api_token_unit_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("owner_unit.id"))
    title: Mapped[str]
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_by: Mapped[str]
    created_at: Mapped[Stamp]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AccessPolicy(Base):
    """One row: what the installation allows to people who have not signed in."""

    __tablename__ = "access_policy"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    anonymous_reads: Mapped[bool]
