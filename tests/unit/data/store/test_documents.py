"""A record's rows and its document: there and back, whatever is written, with basis and source."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.store.documents import CHILDREN, SINGLE, Rows, document, project_of, rows_of, scalar
from data.store.rewriting import Lookup, Stamp, copied, put, put_back
from data.store.storing import COLUMNS
from projects.fields import BY_NAME, FieldType
from projects.filing.changes import FieldChange, difference
from projects.paths import check_path
from projects.values import UNSTATED

STAMP = Stamp("bianji", "2026-11-22", "2026-11-22T08:00:00+08:00", "file-1")
UNITS = {"u1": "甲公司", "u2": "乙公司"}
LOOKUP = Lookup(
    areas={"440232": ("440200", "440000"), "440203": ("440200", "440000")},
    townships={"440232100": "乳城镇"},
    units={name: key for key, name in UNITS.items()},
)
LINE = {
    "source": "专项债",
    "status": "批复",
    "amount": "100.5",
    "year": 2026,
    "subsidy": True,
    "note": "一批",
}
PLACE = {
    "geometry": {"type": "Point", "coordinates": [113.27, 24.78]},
    "precision": 1,
    "method": "gps",
    "datum_entered": "gcj02",
    "coordinates_entered": "113.27,24.78",
    "source": "现场",
}
WRITTEN: dict[str, st.SearchStrategy[Any]] = {
    "name": st.text("甲乙（）A", min_size=1, max_size=9),
    "category": st.sampled_from(["tcm", "hospital"]),
    "stage": st.sampled_from(["在建", None]),
    "delivery_mode": st.sampled_from(["PPP", None]),
    "quantity": st.none() | st.integers(0, 99).map(str),
    "beds": st.none() | st.integers(0, 99),
    "total_investment": st.none() | st.decimals(0, 10**8, places=6).map(str),
    "county_code": st.sampled_from(["440232", "440203", None]),
    "township_code": st.sampled_from(["440232100", None]),
    "contact_name": st.sampled_from(["王", None]),
    "contact_phone": st.sampled_from(["0751", None]),
    "published": st.booleans(),
    "alias/又名/旧名": st.sampled_from([True, None]),
    "area/440204": st.sampled_from([True, None]),
    "party/owner": st.sampled_from([["甲公司"], ["乙公司", "甲公司"], None]),
    "party/funder": st.sampled_from([["甲公司"], None]),
    "finance/7": st.sampled_from([LINE, {**LINE, "amount": "1"}, None]),
    "annual_plan/2026": st.none() | st.integers(0, 99).map(str),
    "milestone/completion": st.sampled_from([{"actual_on": "2026-05-01"}, {"title": "x"}, None]),
    "place/0": st.sampled_from([PLACE, {**PLACE, "precision": 2}, None]),
    "place/3": st.sampled_from([PLACE, None]),
    "deleted": st.sampled_from([True, None]),
    "merged_into_id": st.sampled_from(["SG-0002", None]),
}
EDITS = st.lists(
    st.sampled_from(sorted(WRITTEN)).flatmap(lambda p: st.tuples(st.just(p), WRITTEN[p])), max_size=25
)


def blank() -> Rows:
    row: dict[str, Any] = dict.fromkeys(COLUMNS["project"])
    row |= {"id": "SG-0001", "name": "起点", "name_normalised": "起点", "kind": "site", "category": "other"}
    row |= {"stage": UNSTATED, "promotion_stage": UNSTATED, "delivery_mode": UNSTATED, "contact": {}}
    row |= {
        "provenance": {"name": {"basis": "documented", "source": "sg2016"}},
        "published": True,
        "custom": {"x": 1},
    }
    candidate = {
        "project_id": "SG-0001",
        "county_code": "440232",
        "relation": "candidate",
        "basis": "derived",
    }
    return {"project": [row], **{table: [] for table in CHILDREN}, "project_area": [candidate]}


def written(rows: Rows, edits: list[tuple[str, Any]]) -> dict[str, Any]:
    """Write the edits and return what the document shall hold."""
    wanted = document(rows, UNITS)
    for path, value in edits:
        stored, wrong = check_path(path, value)
        assert wrong is None
        put(rows, FieldChange(path, None, stored, "项目!C7"), STAMP, LOOKUP)
        wanted[path] = stored
    return {path: value for path, value in wanted.items() if value is not None}


@given(EDITS)
def test_what_is_written_is_read_back_and_nothing_else_changes(edits: list[tuple[str, Any]]) -> None:
    rows = copied(blank())
    wanted = written(rows, edits)
    assert document(rows, UNITS) == wanted
    assert project_of(rows)["custom"] == {"x": 1}


@given(EDITS, EDITS)
def test_putting_every_difference_back_gives_the_past_rows(first: list[Any], second: list[Any]) -> None:
    past = copied(blank())
    written(past, [edit for edit in first if edit[0] not in ("deleted", "merged_into_id")])
    now = copied(past)
    written(now, [edit for edit in second if edit[0] not in ("deleted", "merged_into_id")])
    for change in difference(document(now, UNITS), document(past, UNITS)):
        put_back(now, change.path, past)
    assert document(now, UNITS) == document(past, UNITS)
    for path in ("finance/7", "place/0", "party/owner", "milestone/completion"):
        assert sorted(map(str, rows_of(now, path))) == sorted(map(str, rows_of(past, path)))
    for column in ("name_normalised", "township"):
        assert project_of(now)[column] == project_of(past)[column]


@given(EDITS)
def test_a_copy_leaves_the_original_alone(edits: list[tuple[str, Any]]) -> None:
    rows = blank()
    before = deepcopy(rows)
    written(copied(rows), edits)
    assert rows == before


def test_a_reported_value_says_so() -> None:
    rows = copied(blank())
    written(
        rows, [("beds", 5), ("finance/7", LINE), ("township_code", "440232100"), ("county_code", "440232")]
    )
    row = project_of(rows)
    origin = {
        "basis": "reported",
        "source": "file-1",
        "on": "2026-11-22",
        "locator": "项目!C7",
    }
    assert {row["provenance"][key] == origin for key in ("beds", "finance/7", "township", "county_code")} == {
        True
    }
    assert row["provenance"]["name"]["basis"] == "documented"
    assert (row["county_basis"], row["prefecture_code"], row["township"]) == ("reported", "440200", "乳城镇")
    assert rows["finance_line"][0]["basis"] == "reported"
    assert rows["project_area"] == []  # the county is settled: no candidates any more
    written(rows, [("finance/7", None)])
    assert "finance/7" not in row["provenance"]


@pytest.mark.parametrize(
    ("method", "basis"), [("gps", "reported"), ("map_click", "reported"), ("geocoder", "derived"),
                          ("gazetteer", "derived"), ("centroid", "derived")]
)  # fmt: skip
def test_a_place_that_a_service_worked_out_is_derived(method: str, basis: str) -> None:
    rows = copied(blank())
    written(rows, [("place/0", {**PLACE, "method": method})])
    assert rows["project_place"][0]["basis"] == basis
    assert project_of(rows)["provenance"]["place/0"]["basis"] == basis


def test_a_new_source_of_a_place_takes_the_old_address_of_the_source_with_it() -> None:
    rows = copied(blank())
    written(rows, [("place/0", PLACE)])
    rows["project_place"][0] |= {"source_url": "https://example.org", "confidence": "高"}
    written(rows, [("place/0", {**PLACE, "note": "x"})])
    assert rows["project_place"][0]["source_url"] == "https://example.org"
    written(rows, [("place/0", {**PLACE, "source": "别处"})])
    assert rows["project_place"][0]["source_url"] is None


def test_candidates_come_back_with_an_open_county() -> None:
    past = blank()
    now = copied(past)
    written(now, [("county_code", "440232")])
    put_back(now, "county_code", past)
    assert now["project_area"] == past["project_area"]
    assert project_of(now)["county_basis"] is None


def test_numbers_of_a_row_are_read_exactly() -> None:
    assert scalar(FieldType.MONEY, 12000.5) == "12000.5"
    assert scalar(BY_NAME["beds"].type, 5) == 5
    assert scalar(FieldType.TEXT, "") is None


def test_every_field_of_a_record_is_written() -> None:
    """A field that the form knows and the store does not would be lost without a word."""
    assert {name for name in SINGLE if not name.startswith("contact_")} <= set(COLUMNS["project"])
