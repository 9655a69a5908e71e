"""Degrees as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.sexagesimal import as_text, parse, parse_pair


@pytest.mark.parametrize(
    "text",
    [
        "113°35′12″",
        "113°35'12\"",
        "113º35'12''",
        "113度35分12秒",
        "113 35 12",
        "113-35-12",
        "113:35:12",
        "１１３°３５′１２″",
        "E113°35′12″",
        "113°35′12″e",
        "东经113度35分12秒",
        " 113° 35′ 12″ ",
        "经度113°35′12″",
    ],
)
def test_all_usual_ways_of_typing_mean_the_same(text: str) -> None:
    found = parse(text)
    assert found is not None
    assert found.value == pytest.approx(113 + 35 / 60 + 12 / 3600, abs=1e-12)
    assert found.resolution_deg == pytest.approx(1 / 3600)


@pytest.mark.parametrize(
    ("text", "value", "resolution"),
    [
        ("113.5867", 113.5867, 1e-4),
        ("113.5°", 113.5, 0.1),
        ("24", 24.0, 1.0),
        ("-113.5", -113.5, 0.1),
        ("24°30′S", -24.5, 1 / 60),
        ("S24.5", -24.5, 0.1),
        ("113°35.5′", 113 + 35.5 / 60, 0.1 / 60),
        ("113°", 113.0, 1.0),
        ("24°48′", 24.8, 1 / 60),
    ],
)
def test_value_and_size_of_the_last_digit(text: str, value: float, resolution: float) -> None:
    found = parse(text)
    assert found is not None
    assert (found.value, found.resolution_deg) == pytest.approx((value, resolution))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1133512",
        "113 75 12",
        "113°35′75″",
        "113.5 35",
        "113°35.5′12″",
        "E200",
        "38412000",
        "113,5",
        "24.5s",
    ],
)
def test_what_is_no_angle_is_none(text: str) -> None:
    assert parse(text) is None


def test_the_letter_of_the_quarter_tells_the_axis() -> None:
    assert [getattr(parse(t), "axis", None) for t in ("E113", "113W", "北纬24", "24")] == [
        "lon",
        "lon",
        "lat",
        "",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "113.5,24.8",
        "113.5，24.8",
        "(113.5, 24.8)",
        "113.5 24.8",
        "113.5/24.8",
        "N24.8 E113.5",
        "24.8N,113.5E",
        "东经113.5，北纬24.8",
        "北纬24.8、东经113.5",
        "经度113.5 纬度24.8",
        "113°30′ 24°48′",
        "113 30 0 24 48 0",
        "E113°30′N24°48′",
    ],
)
def test_pairs(text: str) -> None:
    found = parse_pair(text)
    assert found is not None
    assert [angle.value for angle in found] == pytest.approx([113.5, 24.8])


@pytest.mark.parametrize("text", ["113.5", "a,b", "113.5,", "E113.5 E24.8", "1,2,3", ""])
def test_what_is_no_pair_is_none(text: str) -> None:
    assert parse_pair(text) is None


@given(st.floats(-180, 180), st.integers(0, 6))
def test_degrees_come_back_from_their_text(value: float, decimals: int) -> None:
    written = as_text(value, decimals)
    found = parse(written.lstrip("-"))
    assert found is not None
    assert found.value == pytest.approx(abs(value), abs=0.51 * 10.0**-decimals / 3600)


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    parse(text)
    parse_pair(text)
