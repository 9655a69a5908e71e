"""Counties as polygons: every category, empty cells, totals that reconcile, rings by the right-hand rule."""

import json
from typing import Any

import pytest
import shapely

from data.exports import formats
from projects.filters import ProjectFilter
from tests.unit.data.exports_fake import ALL_CATEGORIES, FakeLibrary, point, record, request

RUYUAN = ProjectFilter(county=("440232",))


def collection(library: FakeLibrary | None = None, **options: Any) -> dict[str, Any]:
    return dict(
        json.loads(b"".join(formats.stream("counties", library or FakeLibrary(), request(**options))))
    )


def by_code(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f["id"]: f["properties"] for f in found["features"]}


@pytest.mark.parametrize(
    "chosen",
    [
        ProjectFilter(),
        RUYUAN,
        ProjectFilter(category=("tcm",)),
        ProjectFilter(q="没有这个"),
    ],
)
def test_the_totals_reconcile(chosen: ProjectFilter) -> None:
    found = collection(chosen=chosen)
    total = sum(p["total"] for p in by_code(found).values())
    outside = sum(row["total"] for row in found["not_in_any_county_by_area"])
    assert total == found["in_counties"]
    assert outside == found["not_in_any_county"]
    assert total + outside == found["counts"]["matched"]


def test_every_category_is_a_property_and_adds_up() -> None:
    for properties in by_code(collection()).values():
        assert properties["total"] == sum(properties[c] for c in ALL_CATEGORIES)
        assert properties["touching_total"] == sum(properties[f"touching_{c}"] for c in ALL_CATEGORIES)


def test_counties_without_any_record_are_drawn_with_zeros() -> None:
    counties = by_code(collection())
    assert counties["440224"]["total"] == 0
    assert set(counties) == {"440224", "440232", "440281"}


def test_a_programme_that_touches_counties_is_counted_apart() -> None:
    counties = by_code(collection())
    assert (counties["440232"]["total"], counties["440232"]["touching_total"]) == (2, 1)
    assert (counties["440281"]["total"], counties["440281"]["touching_total"]) == (1, 2)


def test_what_is_in_no_county_is_listed_by_area() -> None:
    found = collection()
    rows = {(row["level"], row["code"]): row["total"] for row in found["not_in_any_county_by_area"]}
    assert rows == {("prefecture", "440200"): 2, ("zone", "zone-a"): 1, (None, None): 12}


def test_the_filters_counties_are_drawn_and_those_that_hold_a_match() -> None:
    held = FakeLibrary([record(1, precision=4, county_code="440281", touches=("440232",))])
    assert set(by_code(collection(held, chosen=RUYUAN))) == {"440232", "440281"}
    assert set(by_code(collection(FakeLibrary([]), chosen=RUYUAN))) == {"440232"}


@pytest.mark.parametrize(
    ("chosen", "codes"),
    [
        (ProjectFilter(prefecture=("445100",)), {"445102"}),
        (ProjectFilter(province=("440000",)), {"440224", "440232", "440281", "445102"}),
    ],
)
def test_a_prefecture_or_province_draws_all_its_counties(chosen: ProjectFilter, codes: set[str]) -> None:
    assert set(by_code(collection(FakeLibrary([]), chosen=chosen))) == codes


def test_a_county_the_boundaries_do_not_know_is_not_lost() -> None:
    library = FakeLibrary([record(1, precision=4, county_code="999999", prefecture_code="440200")])
    found = collection(library)
    [lost] = [f for f in found["features"] if f["id"] == "999999"]
    assert (lost["geometry"], lost["properties"]["total"]) == (None, 1)


def test_rings_obey_the_right_hand_rule_with_seven_decimals() -> None:
    geometry = collection(chosen=RUYUAN)["features"][0]["geometry"]
    outer, hole = geometry["coordinates"][0]
    assert shapely.LinearRing(outer).is_ccw
    assert not shapely.LinearRing(hole).is_ccw
    assert [114.1234568, 25.0] in outer


def test_sources_and_the_sentence_on_touching_are_there() -> None:
    found = collection(FakeLibrary([point(1, 113.0, 24.0, county_code="440232")]))
    assert found["sources"] == [{"document": "韶府〔2016〕9号", "records": 1}]
    assert "touching_" in found["caveats"]["zh"][0]
    assert found["categories"]["tcm"] == "中医药"
