"""Packs that were made, and the links to them; what they hold lies in folders of the data folder."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, Stamp, one_of


class PackRow(Base):
    """A pack: its files with sizes and checksums, whose it is; with ``edition_id`` it never changes."""

    __tablename__ = "pack"
    __table_args__ = (
        one_of("language", ("zh", "en")),
        CheckConstraint("folder ~ '^[0-9a-f]{32}$'", name="folder_form"),
        CheckConstraint("records >= 0", name="records_counted"),
        CheckConstraint(
            "length(title) BETWEEN 1 AND 200 AND length(chosen::text) <= 20000"
            " AND length(files::text) <= 50000 AND length(detail::text) <= 20000",
            name="texts_short",
        ),
        CheckConstraint("(edition_id IS NULL) = (expires_at IS NOT NULL)", name="frozen_or_ends"),
        Index("ix_pack_account_id", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    folder: Mapped[str] = mapped_column(unique=True)
    records: Mapped[int]
    language: Mapped[str]
    chosen: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    files: Mapped[dict[str, Any]]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"), unique=True)
    job_id: Mapped[int | None]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[Stamp]
    expires_at: Mapped[datetime | None]


class PackShareRow(Base):
    """A link that opens one pack without an account; of its token the table keeps the SHA-256."""

    __tablename__ = "pack_share"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="ends_later"),
        Index("ix_pack_share_pack_id", "pack_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(unique=True)
    pack_id: Mapped[int] = mapped_column(ForeignKey("pack.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[Stamp]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    opened: Mapped[int] = mapped_column(server_default="0")
    downloads: Mapped[int] = mapped_column(server_default="0")
    last_opened_at: Mapped[datetime | None]
