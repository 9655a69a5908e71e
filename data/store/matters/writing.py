"""Matters raised, changed, answered and moved: each is one call of a function of migration 0020."""

import json
from typing import Any

from sqlalchemy import Connection, text

from projects.matters.model import MatterDraft, MatterState


def as_json(draft: MatterDraft) -> str:
    """Return a draft as the database reads it."""
    fields: dict[str, Any] = {
        "kind": str(draft.kind),
        "title": draft.title,
        "detail": draft.detail,
        "project_id": draft.project_id,
        "area_code": draft.area_code,
        "raised_unit": draft.raised_unit,
        "lead_unit": draft.lead_unit,
        "support_units": list(draft.support_units),
        "due_on": draft.due_on.isoformat() if draft.due_on else None,
    }
    return json.dumps(fields, ensure_ascii=False)


def store(connection: Connection, draft: MatterDraft) -> int:
    """Store a new matter and return its number."""
    made = connection.scalar(text("SELECT raise_matter(CAST(:draft AS jsonb))"), {"draft": as_json(draft)})
    return int(made or 0)


def change(connection: Connection, key: int, version: int, draft: MatterDraft, reason: str) -> None:
    """Change what a matter says."""
    connection.execute(
        text("SELECT change_matter(:key, :version, CAST(:draft AS jsonb), :reason)"),
        {"key": key, "version": version, "draft": as_json(draft), "reason": reason},
    )


def answer(connection: Connection, key: int, said: str, new_state: MatterState | None) -> int:
    """Add an answer, move the state if asked, and return the entry's number."""
    made = connection.scalar(
        text("SELECT answer_matter(:key, :said, CAST(:state AS text))"),
        {"key": key, "said": said, "state": str(new_state) if new_state else None},
    )
    return int(made or 0)


def move(connection: Connection, key: int, new_state: MatterState, reason: str) -> None:
    """Take a matter from one state to the next."""
    connection.execute(
        text("SELECT move_matter(:key, :state, :reason)"),
        {"key": key, "state": str(new_state), "reason": reason},
    )
