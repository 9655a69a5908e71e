"""What the program's own upkeep did: backups and base backups, with what came of them."""

from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from data.tables.base import Base, one_of

KINDS: Final = ("backup", "base")
OUTCOMES: Final = ("running", "done", "failed", "lost")


class UpkeepRun(Base):
    """One run: when it was due, how it ended, and when its result was proved."""

    __tablename__ = "upkeep_run"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("outcome", OUTCOMES),
        CheckConstraint("(outcome = 'running') = (finished_at IS NULL)", name="ended"),
        CheckConstraint("size_bytes >= 0", name="size_not_negative"),
        CheckConstraint(
            "length(mark) BETWEEN 1 AND 64 AND length(name) <= 200 AND length(words) <= 1000",
            name="texts_short",
        ),
        Index("ix_upkeep_run_kind", "kind", "started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    mark: Mapped[str] = mapped_column(unique=True)
    due_at: Mapped[datetime | None]
    started_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.clock_timestamp()
    )
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(server_default="running")
    name: Mapped[str] = mapped_column(server_default="")
    size_bytes: Mapped[int] = mapped_column(BigInteger, server_default="0")
    proved_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(server_default="")
