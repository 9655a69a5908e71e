"""Checking whole rows: money, milestones, places, names, and what no path may be."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.fields import BY_NAME
from projects.intake.issues import IssueCode
from projects.paths import check_path, geometry
from tests.unit.projects.test_values import ANYTHING

LINE = {"source": "专项债", "status": "批复", "amount": "100.50"}
POINT = {"type": "Point", "coordinates": [113.5, 24.5]}
PLACE = {"geometry": POINT, "precision": 1, "method": "gps", "datum_entered": "wgs84"}


def test_rows_have_all_their_keys() -> None:
    line, wrong = check_path("finance/new-1", LINE)
    assert wrong is None
    assert line == {**LINE, "amount": "100.5", "year": None, "subsidy": False, "note": None}
    place, wrong = check_path("place/0", PLACE)
    assert wrong is None
    assert isinstance(place, dict)
    assert {key for key, held in place.items() if held is None} == {
        "coordinates_entered", "address", "source", "label", "note"}  # fmt: skip
    milestone, _ = check_path("milestone/commencement", {"planned_on": "2026-03-01"})
    assert milestone == {"planned_on": "2026-03-01", "actual_on": None, "title": None, "note": None}


def test_money_of_unknown_source_is_money() -> None:
    line, wrong = check_path("finance/12", {**LINE, "source": "未明确"})
    assert wrong is None
    assert isinstance(line, dict)
    assert line["source"] == "未明确"


def test_an_empty_milestone_is_none() -> None:
    assert check_path("milestone/commencement", {"title": " "}) == (None, None)


@pytest.mark.parametrize(
    ("path", "value", "part", "code"),
    [
        ("finance/new-1", {**LINE, "amount": None}, "amount", IssueCode.MISSING_VALUE),
        ("finance/new-1", {**LINE, "status": "x"}, "status", IssueCode.NOT_IN_LIST),
        ("finance/new-1", {**LINE, "more": 1}, "more", IssueCode.UNKNOWN_HEADING),
        ("finance/abc", LINE, "", IssueCode.UNKNOWN_HEADING),
        ("finance/12", [LINE], "", IssueCode.NOT_IN_LIST),
        ("annual_plan/1800", "1", "", IssueCode.OUT_OF_RANGE),
        ("annual_plan/2026", "x", "", IssueCode.INVALID_NUMBER),
        ("milestone/party", {"title": "x"}, "", IssueCode.NOT_IN_LIST),
        ("milestone/completion", {"actual_on": "2026-13-01"}, "actual_on", IssueCode.INVALID_DATE),
        ("alias/ x", True, "", IssueCode.TEXT_TOO_LONG),
        ("alias/x", "x", "", IssueCode.NOT_IN_LIST),
        ("area/仁化县", True, "", IssueCode.UNKNOWN_COUNTY),
        ("place/0", {**PLACE, "precision": 0}, "precision", IssueCode.OUT_OF_RANGE),
        ("place/0", {**PLACE, "datum_entered": "unknown"}, "precision", IssueCode.CRS_SUSPECT),
        ("place/0", {**PLACE, "geometry": None}, "geometry", IssueCode.COORDINATES_OUTSIDE_COUNTRY),
        ("place/0", {"precision": 1}, "geometry", IssueCode.MISSING_VALUE),
        ("place/00", PLACE, "", IssueCode.OUT_OF_RANGE),
        ("aliases", ["x"], "", IssueCode.UNKNOWN_HEADING),
        ("version", 3, "", IssueCode.UNKNOWN_HEADING),
        ("", 3, "", IssueCode.UNKNOWN_HEADING),
        ("alias", True, "", IssueCode.UNKNOWN_HEADING),
        ("name", None, "", IssueCode.MISSING_VALUE),
        ("deleted", False, "", IssueCode.NOT_IN_LIST),
        ("merged_into_id", "x", "", IssueCode.NOT_IN_LIST),
    ],
)
def test_what_is_wrong_is_named(path: str, value: Any, part: str, code: IssueCode) -> None:
    kept, wrong = check_path(path, value)
    assert kept is None
    assert wrong is not None
    assert (wrong.part, wrong.code) == (part, code)


@pytest.mark.parametrize(
    "value",
    [
        {"type": "Point", "coordinates": [181, 0]},
        {"type": "Point", "coordinates": [float("nan"), 0]},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": "12"},
        {"type": "Polygon", "coordinates": [113, 24]},
        {"type": "GeometryCollection", "geometries": []},
        {"type": "Point"},
        {"type": ["Point"], "coordinates": [1, 2]},
        "POINT(1 2)",
    ],
)
def test_what_is_no_geometry_is_none(value: Any) -> None:
    assert geometry(value) is None


PATHS = st.sampled_from(
    [*BY_NAME, "alias/x", "area/440203", "finance/new-1", "annual_plan/2026", "milestone/completion",
     "place/0", "deleted", "merged_into_id"]
)  # fmt: skip


@given(PATHS | st.text(max_size=12), ANYTHING | st.just(LINE) | st.just(PLACE))
def test_no_path_and_no_value_raises_and_the_stored_form_stays(path: str, value: Any) -> None:
    kept, wrong = check_path(path, value)
    if wrong is None:
        assert check_path(path, kept) == (kept, None)
    else:
        assert kept is None
