"""Many records in one table: only what was changed is filed, each against the version that was seen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from projects.fields import JsonValue
from projects.filing import bulk
from projects.filing.bulk import Cell
from projects.filing.changes import FieldChange
from projects.filing.desk import Held
from projects.intake.issues import IssueCode
from tests.fake_desk import held

ROWS = {
    row.project_id: row
    for row in (held("SG-1", "一", version=3, beds=10), held("SG-2", "二", version=7), held("SG-3", "三"))
}


def test_only_changed_cells_are_kept() -> None:
    typed: dict[Cell, JsonValue] = {("SG-1", "beds"): "10", ("SG-2", "beds"): "5", ("SG-9", "beds"): "1"}
    assert bulk.noted({}, ROWS, typed) == {("SG-2", "beds"): "5"}


def test_a_cell_typed_back_is_no_change() -> None:
    cells = bulk.noted({}, ROWS, {("SG-1", "beds"): "12"})
    assert bulk.noted(cells, ROWS, {("SG-1", "beds"): "10"}) == {}


def test_a_plan_has_one_entry_per_record_with_its_own_version() -> None:
    cells: dict[Cell, JsonValue] = {
        ("SG-2", "beds"): "5",
        ("SG-1", "beds"): "",
        ("SG-1", "total_investment"): "1,200.50",
    }
    plan = bulk.plan(ROWS, cells)
    assert [(e.project_id, e.base_version, e.changes) for e in plan.entries] == [
        (
            "SG-1",
            3,
            (FieldChange("beds", 10, None), FieldChange("total_investment", None, "1200.5")),
        ),
        ("SG-2", 7, (FieldChange("beds", None, 5),)),
    ]


def test_a_wrong_cell_is_named_and_not_filed() -> None:
    plan = bulk.plan(ROWS, {("SG-1", "beds"): "约10", ("SG-2", "name"): "", ("SG-3", "beds"): "3"})
    assert [(p.project_id, p.problem.raw, p.problem.code) for p in plan.problems] == [
        ("SG-1", "约10", IssueCode.INVALID_NUMBER),
        ("SG-2", "", IssueCode.MISSING_VALUE),
    ]
    assert [e.project_id for e in plan.entries] == ["SG-3"]


def test_another_spelling_of_the_same_number_files_nothing() -> None:
    assert bulk.plan(ROWS, {("SG-1", "beds"): "10.0"}).entries == ()


def test_what_both_sides_changed_is_shown_by_record() -> None:
    entries = bulk.plan(ROWS, {("SG-1", "beds"): "12", ("SG-2", "beds"): "5"}).entries
    now = {**ROWS, "SG-1": held("SG-1", "一", version=4, beds=11), "SG-2": held("SG-2", "二改", version=8)}
    found = bulk.clashing(ROWS, now, entries)
    assert set(found) == {"SG-1"}
    assert [(c.path, c.old, c.mine, c.theirs) for c in found["SG-1"]] == [("beds", 10, 12, 11)]
    del now["SG-1"]
    assert bulk.clashing(ROWS, now, entries) == {}


def test_a_draft_is_held_against_what_was_seen() -> None:
    newer = held("SG-1", "一", version=5, beds=11)
    seen = bulk.as_it_was(newer, 3, {"beds": 10, "stage": None})
    assert (seen.version, seen.document["beds"], "stage" in seen.document) == (3, 10, False)


@given(st.lists(st.tuples(st.sampled_from(sorted(ROWS)), st.integers(0, 20)), max_size=12))
def test_what_is_filed_is_what_differs(typed: list[tuple[str, int]]) -> None:
    cells: dict[Cell, JsonValue] = {}
    for key, beds in typed:
        cells = bulk.noted(cells, ROWS, {(key, "beds"): str(beds)})
    last: dict[str, int] = dict(typed)
    wanted = {key: beds for key, beds in last.items() if beds != ROWS[key].document.get("beds")}
    plan = bulk.plan(ROWS, cells)
    assert {e.project_id: e.changes[0].new for e in plan.entries} == wanted
    assert plan.problems == ()


def test_a_cell_of_a_record_starts_as_the_library_has_it() -> None:
    row: Held = ROWS["SG-1"]
    assert bulk.start(row, "beds") == "10"
    assert bulk.start(row, "stage") == ""
    assert bulk.start(row, "published") is True
