"""Which areas coverage takes when the filter names none: prefectures, but the county of a municipality."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st

from gis.errors import BadInput
from projects.counts import AreaCount
from projects.filters import ProjectFilter
from views.analysis.coverage.asked import Asked

NAMES = {
    "500000": "重庆市", "500100": "重庆市", "500103": "渝中区",
    "440000": "广东省", "440200": "韶关市", "440232": "乳源瑶族自治县",
}  # fmt: skip


def asked(*counts: AreaCount, matched: int = 5) -> Asked:
    st.session_state.clear()
    library = SimpleNamespace(
        area=lambda code: SimpleNamespace(name=NAMES[code]) if code in NAMES else None,
        area_counts=lambda chosen: counts,
        count=lambda chosen: SimpleNamespace(matched=matched),
    )
    shell: Any = SimpleNamespace(library=library, version="1", token="", language="zh")
    return Asked(shell, ProjectFilter())


def county(code: str) -> AreaCount:
    return AreaCount(code, "county", NAMES[code], {"tcm": 3})


def test_a_county_of_a_municipality_stands_for_itself() -> None:
    whole = AreaCount("500100", "prefecture", "重庆市", {"tcm": 9})
    found = asked(county("500103"), whole, county("440232")).within
    assert found == ("440200", "500103"), "nobody loaded a plan about the other 37 districts of 重庆"


@pytest.mark.parametrize(("matched", "code"), [(0, "no_records"), (2, "no_area")])
def test_no_record_at_all_is_not_the_same_as_records_in_no_county(matched: int, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        _ = asked(matched=matched).within
    assert refused.value.code == code
