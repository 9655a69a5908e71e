"""What the browser says is believed only when it makes sense."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.events import Click, MapView, read_click, read_view


def test_a_click_of_either_engine() -> None:
    click = Click("stack", "at:1", ids=("a", "b"), serial=4)
    plain = {"kind": "stack", "id": "at:1", "ids": ["a", "b"], "n": 4}
    assert read_click(plain) == click
    assert read_click({"type": "Feature", "geometry": None, "properties": plain}) == click


def test_the_level_of_an_area() -> None:
    assert read_click({"kind": "area", "id": "440232", "level": "county"}) == Click(
        "area", "440232", "county"
    )


@pytest.mark.parametrize(
    "raw",
    [None, "x", 3, [], {}, {"kind": "area"}, {"kind": "area", "id": 5}, {"kind": "drop", "id": "x"},
     {"kind": "area", "id": "x" * 300}, {"kind": "area", "id": ""}, {"properties": None},
     {"kind": ["area"], "id": "a"}],
)  # fmt: skip
def test_nonsense_is_no_click(raw: Any) -> None:
    assert read_click(raw) is None


def test_bad_ids_are_dropped_one_by_one() -> None:
    found = read_click({"kind": "stack", "id": "s", "ids": ["a", 5, None, "b" * 999, "c"]})
    assert found is not None and found.ids == ("a", "c")


def test_a_view_is_clipped_to_the_globe() -> None:
    assert read_view({"bbox": [-200, -95, 200, 95], "zoom": 3}) == MapView((-180, -90, 180, 90), 3.0)


@pytest.mark.parametrize(
    "raw",
    [None, {}, {"bbox": [1, 2, 3], "zoom": 1}, {"bbox": [1, 2, 3, 4]}, {"bbox": [3, 2, 1, 4], "zoom": 1},
     {"bbox": [1, 2, 3, "4"], "zoom": 1}, {"bbox": [1, 2, float("nan"), 4], "zoom": 1},
     {"bbox": "1234", "zoom": 2}],
)  # fmt: skip
def test_nonsense_is_no_view(raw: Any) -> None:
    assert read_view(raw) is None


@given(
    st.recursive(st.none() | st.text() | st.floats(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_nothing_the_browser_sends_raises(raw: Any) -> None:
    read_click(raw)
    read_view(raw)
