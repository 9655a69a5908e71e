"""Rows of a file that would make a record a part of itself, refused before anything is filed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from projects.intake.cells import Outcome
from projects.intake.importing import ImportPlan, PlannedRow
from projects.intake.issues import IssueCode
from projects.intake.matching import Why, issue
from projects.lifecycle.phases import ring, ring_words

PATH: Final = "parent_id"


def new_parents(made: ImportPlan) -> dict[str, str | None]:
    """Return record → the whole it shall belong to, for the rows of a plan that change it."""
    return {
        row.project_id: None if new is None else str(new)
        for row in made.rows
        if row.outcome is Outcome.UPDATED and row.project_id
        for path, _, new in row.changes
        if path == PATH
    }


def without_rings(made: ImportPlan, above: Mapping[str, str | None]) -> ImportPlan:
    """Return the plan with the rows of every ring refused; ``above`` is what the library says of parents."""
    wanted = new_parents(made)
    if not wanted:
        return made
    parents = {**above, **wanted}
    rows = tuple(
        _refused(row, way) if row.project_id in wanted and (way := ring(row.project_id, parents)) else row
        for row in made.rows
    )
    return replace(made, rows=rows)


def _refused(row: PlannedRow, way: tuple[str, ...]) -> PlannedRow:
    found = issue(row.row, Why(IssueCode.NOT_IN_LIST, PATH, "plan_ring", (ring_words(way),)), error=True)
    return PlannedRow(row.row, Outcome.REJECTED, "", "", (), (*row.reasons, found))
