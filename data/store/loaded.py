"""What has been loaded into a database and from which version."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text


def version_of(connection: Connection, part: str) -> str:
    """Return the version of a part that is loaded, empty when it is not."""
    return connection.scalar(text("SELECT version FROM loaded WHERE part = :part"), {"part": part}) or ""


def stands(connection: Connection) -> bool:
    """Return whether this database holds a library at all."""
    return bool(connection.scalar(text("SELECT to_regclass('loaded') IS NOT NULL")))


def mark(connection: Connection, part: str, version: str, detail: Mapping[str, Any]) -> None:
    """Remember that a part was loaded from a version, with its counts."""
    connection.execute(
        text(
            "INSERT INTO loaded (part, version, detail, loaded_at) VALUES (:part, :version, :detail,"
            " clock_timestamp()) ON CONFLICT (part) DO UPDATE SET version = excluded.version,"
            " detail = excluded.detail, loaded_at = excluded.loaded_at"
        ),
        {"part": part, "version": version, "detail": json.dumps(dict(detail), ensure_ascii=False)},
    )


def details(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return every loaded part with its version, time and counts."""
    rows = connection.execute(text("SELECT part, version, detail, loaded_at FROM loaded ORDER BY part"))
    return {r.part: {"version": r.version, "loaded_at": r.loaded_at.isoformat(), **r.detail} for r in rows}
