"""Approval steps as they are stored: one question for cards and exports."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from projects.lifecycle.approval_steps import Approval
from projects.lifecycle.approvals import ApprovalCode
from projects.lifecycle.steps import Dates

QUESTION: Final = """
    SELECT project_id, code, planned_on, actual_on, coalesce(number, '') AS number,
           coalesce(authority, '') AS authority, coalesce(source_note, '') AS note, basis
      FROM approval_step WHERE project_id = ANY (:ids) AND code = ANY (:approval_codes)
     ORDER BY project_id, array_position(CAST(:approval_codes AS text[]), code)"""
"""Steps of records in their usual order; a code that is no longer in the list is left out."""
CODES: Final = [str(code) for code in ApprovalCode]


def approval(row: Mapping[Any, Any]) -> Approval:
    """Return a row of ``QUESTION`` as a step."""
    dates = Dates(row["planned_on"], row["actual_on"])
    texts = (row[name] for name in ("number", "authority", "note", "basis"))
    return Approval(ApprovalCode(row["code"]), dates, *texts)


def approvals_of(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[Approval, ...]]:
    """Return record → its steps; records without any, or that one may not see, are not among them."""
    rows = connection.execute(text(QUESTION), {"ids": list(ids), "approval_codes": CODES}).mappings()
    found: dict[str, list[Approval]] = defaultdict(list)
    for row in rows:
        found[row["project_id"]].append(approval(row))
    return {key: tuple(steps) for key, steps in found.items()}
