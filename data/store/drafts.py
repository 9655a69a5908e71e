"""What somebody typed and has not filed: kept per account and subject, seen by that account alone."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from projects.fields import JsonValue
from projects.filing.desk import Draft


def save(
    connection: Connection, subject: str, base_version: int | None, content: Mapping[str, JsonValue]
) -> None:
    """Keep what was typed about a subject, in place of what was kept before."""
    connection.execute(
        text(
            "INSERT INTO draft (account_id, subject, base_version, content, updated_at)"
            " VALUES (acting_account(), :subject, :version, CAST(:content AS jsonb), clock_timestamp())"
            " ON CONFLICT (account_id, subject) DO UPDATE SET base_version = excluded.base_version,"
            " content = excluded.content, updated_at = excluded.updated_at"
        ),
        {
            "subject": subject,
            "version": base_version,
            "content": json.dumps(dict(content), ensure_ascii=False).replace("\\u0000", ""),
        },
    )


def one(connection: Connection, subject: str) -> Draft | None:
    """Return what this account typed about a subject."""
    found = _drafts(connection, "AND subject = :subject", {"subject": subject})
    return found[0] if found else None


def mine(connection: Connection) -> tuple[Draft, ...]:
    """Return all drafts of this account, newest first."""
    return tuple(_drafts(connection, "", {}))


def drop(connection: Connection, subject: str) -> None:
    """Forget a draft."""
    connection.execute(
        text("DELETE FROM draft WHERE account_id = acting_account() AND subject = :subject"),
        {"subject": subject},
    )


def _drafts(connection: Connection, condition: str, values: dict[str, Any]) -> Sequence[Draft]:
    rows = connection.execute(
        text(
            "SELECT subject, base_version, content, updated_at FROM draft"  # noqa: S608 - fixed conditions
            f" WHERE account_id = acting_account() {condition} ORDER BY updated_at DESC, id DESC"
        ),
        values,
    )
    return [Draft(row.subject, row.base_version, row.content, row.updated_at) for row in rows]
