"""Records and beds beside people: the rows add up, the unknown stays unknown, no rate is invented."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.analysis.coverage.services import Services, services
from projects.summary import Summary
from tests.fake_analysis import FakeAnalysis
from tests.unit.data.exports_fake import record

CARE = ("elderly_care",)


def one(number: int = 1, county: str | None = "440232", **changes: Any) -> Summary:
    return record(number, county_code=county, **changes)


def found(*records: Summary, within: str = "440200") -> Services:
    fake = FakeAnalysis()
    return services(records, fake.areas(within), fake.townships(within), CARE)


def test_rates_are_per_ten_thousand_residents() -> None:
    result = found(*(one(n) for n in range(5)), one(9, "440224"))
    rates = {county.code: county.per_10k for county in result.counties}
    assert rates["440232"] == pytest.approx(5 / 18.8)
    assert rates["440281"] is None, "nobody knows its residents"
    assert [county.name for county in result.without_census] == ["乐昌市"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "440232", "440224", "440281", "431022"]),
            st.sampled_from([None, "440232100", "440232103", "999999999"]),
            st.sampled_from(["hospital", "tcm", "elderly_care"]),
        ),
        max_size=30,
    )
)
def test_every_record_stands_in_one_row(rows: list[tuple[str | None, str | None, str]]) -> None:
    records = [
        one(n, county, township_code=township, category=category)
        for n, (county, township, category) in enumerate(rows)
    ]
    result = found(*records)
    inside = sum(county.records for county in result.counties)
    assert inside + len(result.elsewhere) == result.records == len(rows)
    assert sum(row.records for row in result.townships) + result.no_township == inside
    assert sum(sum(county.by_category.values()) for county in result.counties) == inside


def test_beds_known_and_unknown_are_counted_apart() -> None:
    care = {"category": "elderly_care"}
    result = found(
        one(1, stage="投产", beds=120, **care),
        one(2, stage="竣工", beds=None, **care),
        one(3, stage="在建", beds=80, **care),
        one(4, stage="未明确", beds=50, **care),
        one(5, stage="退库", beds=999, **care),
        one(6, stage="投产", beds=300, category="hospital"),
    )
    beds = next(county.beds for county in result.counties if county.code == "440232")
    assert (beds.beds, beds.beds_known, beds.finished, beds.planned, beds.stage_unknown) == (120, 1, 2, 80, 1)
    assert float(beds.per_1000(60) or 0) == pytest.approx(120 / 33)
    assert float(beds.per_1000(65) or 0) == pytest.approx(120 / 24)


def test_no_known_bed_is_unknown_and_not_nought() -> None:
    result = found(one(1, stage="投产", beds=None, category="elderly_care"))
    beds = next(county.beds for county in result.counties if county.code == "440232")
    assert beds.beds is None and beds.per_1000(60) is None


def test_the_whole_has_rates_only_when_every_county_has_a_census() -> None:
    care = one(1, stage="投产", beds=100, category="elderly_care")
    assert found(care).beds.per_1000(60) is None, "乐昌 has no census"
    assert float(found(care, within="440232").beds.per_1000(60) or 0) == pytest.approx(100 / 33)


def test_townships_stand_beside_their_villages() -> None:
    result = found(*(one(n, township_code="440232100") for n in range(4)))
    row = next(row for row in result.townships if row.code == "440232100")
    assert (row.records, row.villages, row.communities) == (4, 6, 2)
    assert row.per_100 == pytest.approx(50.0) and row.lonlat is not None
    assert next(row for row in result.townships if row.code == "440232109").lonlat is None


def test_empty_cells_are_listed_by_category() -> None:
    result = found(one(1, category="tcm"), one(2, "440224", category="tcm"), one(3, category="hospital"))
    lacking = result.lacking(("tcm", "hospital", "sports"))
    assert [county.code for county in lacking["tcm"]] == ["440281"]
    assert [county.code for county in lacking["hospital"]] == ["440224", "440281"]
    assert len(lacking["sports"]) == 3
