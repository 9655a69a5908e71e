"""Where a unit stands: every record counted once, in one precision; blank is unknown, never zero."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from projects.codes import Precision
from projects.filing.desk import Held
from projects.standing import WANTED, knows, precision_of, standing


def held(**document: Any) -> Held:
    return Held("SG-0001", document, 1, "440232", {})


def place(precision: int) -> dict[str, Any]:
    return {"place/0": {"precision": precision, "geometry": None}}


def test_precision_is_that_of_the_place_else_of_the_area() -> None:
    assert precision_of(place(1)) is Precision.BUILDING
    assert precision_of({"county_code": "440232"}) is Precision.COUNTY
    assert precision_of({"county_code": "440232", **place(3)}) is Precision.TOWNSHIP
    assert precision_of({"zone_id": "gs"}) is Precision.REGION
    assert precision_of({}) is Precision.REGION, "its unit's area is known"


def test_unstated_words_are_not_knowledge() -> None:
    assert not knows({"stage": "未明确"}, "stage")
    assert not knows({"address": ""}, "address")
    assert knows({"total_investment": "0"}, "total_investment"), "a reported zero is a report"
    assert knows({"finance/9": {"amount": "1"}}, "finance/")
    assert not knows({"finance/9": None}, "finance/")
    assert not knows(place(3), "place/0"), "a township's point is not the place"


def test_money_counts_a_total_or_any_line_once() -> None:
    found = standing([held(total_investment="5", **{"finance/1": {"amount": "5"}}), held(), held(beds=3)])
    assert (found.records, found.money_reported) == (3, 1)


def test_most_wanted_come_first_and_ties_keep_their_order() -> None:
    found = standing([held(stage="在建"), held()])
    assert dict(found.missing)["stage"] == 1
    counts = [n for _path, n in found.missing]
    assert counts == sorted(counts, reverse=True)
    full = [path for path, n in found.missing if n == 2]
    assert full == [path for path in WANTED if path in full]


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "county_code": st.just("440232"),
                "stage": st.sampled_from(["在建", "未明确"]),
                "place/0": st.integers(1, 5).map(lambda p: {"precision": p}),
            },
        ),
        max_size=20,
    )
)
def test_parts_add_up_whatever_the_records(documents: list[dict[str, Any]]) -> None:
    found = standing([held(**document) for document in documents])
    assert found.records == len(documents) == found.precision.matched
    assert all(0 < n <= len(documents) for _path, n in found.missing)
    assert 0 <= found.money_reported <= len(documents)
