"""Rows of a file that would make a record a part of itself are refused, and no row is lost."""

from __future__ import annotations

import pytest

from projects.intake.cells import Outcome
from projects.intake.issues import IssueCode, Severity
from projects.intake.rings import new_parents, without_rings
from tests.unit.projects.importing_rows import new_row, planned, record, typed


def rows_of(*pairs: tuple[str, str | None]) -> list[object]:
    return [
        typed(number, name=f"院{key}", project_id=key, document={"parent_id": parent} if parent else {})
        for number, (key, parent) in enumerate(pairs, 2)
    ]


LIBRARY = tuple(record(key, name=f"院{key}") for key in ("SG-0001", "SG-0002", "SG-0003"))


@pytest.mark.parametrize(
    ("pairs", "above", "refused"),
    [
        ([("SG-0001", "SG-0002")], {}, []),
        ([("SG-0001", "SG-0001")], {}, ["SG-0001 → SG-0001"]),
        ([("SG-0001", "SG-0002")], {"SG-0002": "SG-0003", "SG-0003": "SG-0001"},
         ["SG-0001 → SG-0002 → SG-0003 → SG-0001"]),
        ([("SG-0001", "SG-0002"), ("SG-0002", "SG-0001")], {},
         ["SG-0001 → SG-0002 → SG-0001", "SG-0002 → SG-0001 → SG-0002"]),
        ([("SG-0001", "SG-0002"), ("SG-0003", "SG-0002")], {"SG-0002": "SG-0001"},
         ["SG-0001 → SG-0002 → SG-0001", "SG-0002 → SG-0001 → SG-0002"]),
    ],
)  # fmt: skip
def test_rings_are_refused_with_their_way(
    pairs: list[tuple[str, str]], above: dict[str, str | None], refused: list[str]
) -> None:
    plan = planned(rows_of(*pairs), LIBRARY)  # type: ignore[arg-type]
    made = without_rings(plan, above)
    assert len(made.rows) == len(plan.rows)
    told = [row.reasons[-1] for row in made.rows if row.outcome is Outcome.REJECTED]
    assert [issue.values[0] for issue in told] == refused
    for issue in told:
        assert (issue.code, issue.severity) == (IssueCode.NOT_IN_LIST, Severity.ERROR)
        assert issue.field == issue.cell.heading == "parent_id"
    assert sum(made.counts.values()) == len(pairs)


def test_new_records_and_other_changes_are_no_rings() -> None:
    plan = planned([new_row(document={"parent_id": "SG-0001"}), *rows_of(("SG-0002", None))], LIBRARY)  # type: ignore[list-item]
    assert new_parents(plan) == {} and without_rings(plan, {}) is plan
