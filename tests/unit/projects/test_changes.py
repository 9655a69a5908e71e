"""Changes between documents, what clashes, and requests made fit to be filed."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.errors import BadValue
from projects.filing import requests
from projects.filing.changes import (
    Entry,
    FieldChange,
    Kind,
    Operation,
    claim,
    conflicting,
    deletion,
    difference,
    merge,
    restoration,
    restored_from,
    revival,
)

PATHS = st.sampled_from(["beds", "note", "alias/x", "finance/1", "place/0"])
VALUES = st.none() | st.integers(0, 3) | st.text("ab", max_size=1)
DOCUMENTS = st.dictionaries(PATHS, VALUES)


@given(DOCUMENTS, DOCUMENTS)
def test_a_difference_turns_one_document_into_the_other(old: dict[str, Any], new: dict[str, Any]) -> None:
    turned = dict(old)
    for change in difference(old, new):
        assert turned.get(change.path) == change.old
        turned[change.path] = change.new
    assert difference(turned, new) == ()
    assert len(difference(old, new)) == len(difference(new, old))


@given(VALUES, VALUES, VALUES)
def test_a_clash_is_what_neither_side_knows(old: Any, new: Any, now: Any) -> None:
    assert conflicting(FieldChange("beds", old, new), now) == (now not in (old, new))


def test_a_restoration_names_its_step() -> None:
    entry = restoration("SG-0001", 4, {"beds": 1, "note": "y"}, {"beds": 2}, 77)
    assert entry.operation is Operation.RESTORE
    assert [(c.path, c.old, c.new) for c in entry.changes] == [("beds", 1, 2), ("note", "y", None)]
    assert {restored_from(c.locator) for c in entry.changes} == {77}
    only = restoration("SG-0001", 4, {"beds": 1, "note": "y"}, {"beds": 2}, 77, ("note",))
    assert [c.path for c in only.changes] == ["note"]


def test_ways_out_and_back() -> None:
    assert deletion("SG-0001", 1, "x").changes == (FieldChange("deleted", None, True),)
    merged = merge("SG-0001", 1, "x", "SG-0002")
    assert (merged.target_id, merged.changes[0].new) == ("SG-0002", "SG-0002")
    back = revival("SG-0001", 2, {"name": "x", "deleted": True, "merged_into_id": "SG-0002"})
    assert {c.path: (c.old, c.new) for c in back.changes} == {
        "deleted": (True, None), "merged_into_id": ("SG-0002", None)}  # fmt: skip


def entry(operation: Operation = Operation.UPDATE, **values: Any) -> Entry:
    changes = tuple(FieldChange(path.replace("__", "/"), None, value) for path, value in values.items())
    return Entry(operation, "SG-0001", 1, changes, "某项目")


def test_values_take_their_stored_form() -> None:
    done = requests.prepared(entry(beds="12", total_investment="10.50", stage="未明确"), Kind.FORM)
    assert [c.new for c in done.changes] == [12, "10.5", None]


def test_a_wrong_value_is_told_with_record_field_and_value() -> None:
    with pytest.raises(BadValue, match=r"某项目.*床位.*-1.*范围"):
        requests.prepared(entry(beds=-1), Kind.FORM)


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (entry(deleted=True), Kind.FORM),
        (entry(merged_into_id="SG-0002"), Kind.FORM),
        (entry(Operation.DELETE, beds=1), Kind.DELETE),
        (entry(Operation.INSERT, name="x", kind="site"), Kind.FORM),
        (entry(beds=1), Kind.CLAIM),
        (entry(county_code=None), Kind.CLAIM),
        (replace(entry(), changes=(FieldChange("beds", 1, 2, "history/5"),)), Kind.FORM),
        (replace(entry(), changes=(FieldChange("beds", 1, 2), FieldChange("beds", 1, 3))), Kind.FORM),
    ],
)
def test_what_an_operation_may_not_do(one: Entry, kind: Kind) -> None:
    with pytest.raises(BadValue):
        requests.prepared(one, kind)


def test_a_claim_is_one_change() -> None:
    done = requests.prepared(claim("SG-0001", 1, "x", "440232"), Kind.CLAIM)
    assert done.changes == (FieldChange("county_code", None, "440232"),)


def test_what_is_so_already_is_left_out_and_an_old_value_may_be_spelt_otherwise() -> None:
    asked = replace(
        entry(), changes=(FieldChange("beds", 1, 2), FieldChange("total_investment", "10.50", "11"))
    )
    left = requests.outstanding(asked, {"beds": 2, "total_investment": "10.5"})
    assert left.changes == (FieldChange("total_investment", "10.5", "11"),)
    assert requests.clashes(left, {"total_investment": "10.5"}) == ()
    found = requests.clashes(left, {"total_investment": "9"})
    told = requests.conflict(left, found, {"total_investment": "9"})
    assert told.fields == ("total_investment",)
    assert "10.5" in str(told)
    assert "现为 9" in str(told)


def test_unit_names_become_those_of_the_registry_once() -> None:
    asked = entry(party__owner=["卫计局", "甲公司", "卫健局"])
    assert requests.party_names([asked]) == {"卫计局", "甲公司", "卫健局"}
    named = requests.named(asked, {"卫计局": "卫健局"})
    assert named.changes[0].new == ["卫健局", "甲公司"]
