"""Curves as SVG: everything inside the axes, gaps stay gaps, words only words."""

from __future__ import annotations

import base64
import math
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.plot import WIDTH, curve_image, curve_svg, number, ticks
from projects.analysis.exhibit import Curve

NS = "{http://www.w3.org/2000/svg}"
CURVE = Curve(
    "k", "聚集程度", "距离（公里）", "K(r)", (0.0, 1.0, 2.0, 3.0), (0.0, 4.0, 15.0, 31.0), "观测值",
    (0.0, 2.0, 9.0, 22.0), (1.0, 5.0, 16.0, 35.0), "模拟范围", (0.5, 3.0, 12.0, 28.0), "期望值",
)  # fmt: skip


def _tree(curve: Curve) -> ElementTree.Element:
    return ElementTree.fromstring(curve_svg(curve))


def _paths(curve: Curve) -> list[ElementTree.Element]:
    """Return the paths of the drawing itself, without those of its key."""
    return list(_tree(curve).findall(f"{NS}g[last()]//{NS}path"))


def _texts(curve: Curve) -> list[str]:
    return ["".join(one.itertext()) for one in _tree(curve).iter(f"{NS}text")]


def _positions(path: ElementTree.Element) -> list[tuple[float, float]]:
    numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path.get("d", ""))]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def test_line_second_line_and_band_are_drawn_and_named() -> None:
    band, second, line = _paths(CURVE)
    assert len(_positions(band)) == 8
    assert second.get("stroke-dasharray") == "6 4" and line.get("stroke-dasharray") == "none"
    assert len(_positions(line)) == len(_positions(second)) == 4
    assert {"聚集程度", "观测值", "期望值", "模拟范围", "距离（公里）", "K(r)"} <= set(_texts(CURVE))


def test_what_is_not_there_is_neither_drawn_nor_named() -> None:
    bare = replace(CURVE, low=(), high=(), other=())
    assert len(_paths(bare)) == 1
    assert not {"期望值", "模拟范围"} & set(_texts(bare))


def test_title_is_the_accessible_name_and_the_drawing_scales() -> None:
    tree = _tree(CURVE)
    assert tree.find(f"{NS}title").text == "聚集程度"  # type: ignore[union-attr]
    assert (tree.get("role"), tree.get("aria-label")) == ("img", "聚集程度")
    assert tree.get("viewBox", "").startswith(f"0 0 {WIDTH} ") and tree.get("width") is None


def test_higher_is_up_and_more_is_right() -> None:
    at = _positions(_paths(CURVE)[-1])
    assert [x for x, _ in at] == sorted(x for x, _ in at)
    assert [y for _, y in at] == sorted((y for _, y in at), reverse=True)


floats = st.floats(-1e9, 1e9, allow_nan=False)


@given(st.lists(st.tuples(floats, floats), min_size=2, max_size=30))
def test_everything_is_inside_the_drawing(rows: list[tuple[float, float]]) -> None:
    made = Curve("c", "t", "x", "y", tuple(x for x, _ in rows), tuple(y for _, y in rows))
    tree = _tree(made)
    height = float(tree.get("viewBox", "").split()[3])
    for path in _paths(made):
        assert all(0 <= x <= WIDTH and 0 <= y <= height for x, y in _positions(path))


@given(floats, st.floats(0, 1e9), st.booleans())
def test_ticks_are_even_few_and_hold_the_range(low: float, span: float, whole: bool) -> None:
    high = low + span
    found = ticks(low, high, whole)
    slack = 1e-6 * max(1, abs(low), abs(high))
    assert found[0] <= low + slack and found[-1] >= high - slack
    assert 2 <= len(found) <= 12
    steps = [b - a for a, b in pairwise(found)]
    assert max(steps) - min(steps) <= slack and min(steps) > 0
    if whole and span:
        assert all(float(t).is_integer() for t in found)


def test_counted_things_have_no_fractions_on_the_axis() -> None:
    few = Curve("c", "t", "个", "人", (1.0, 2.0, 3.0), (1.0, 2.0, 2.0))
    assert not any("." in text for text in _texts(few))


def test_the_ordinate_begins_at_zero_unless_the_numbers_are_far_above() -> None:
    assert "0" in _texts(Curve("c", "t", "x", "y", (5.0, 9.0), (40.0, 100.0)))
    assert "0" not in _texts(Curve("c", "t", "x", "y", (5.0, 9.0), (900.0, 1000.0)))


def test_a_gap_stays_a_gap_and_is_never_zero() -> None:
    holed = Curve("c", "t", "x", "y", (0.0, 1.0, 2.0, 3.0, 4.0), (5.0, 6.0, math.nan, 7.0, 8.0))
    (line,) = _paths(holed)
    assert line.get("d", "").count("M") == 2 and len(_positions(line)) == 4
    assert "nan" not in curve_svg(holed)


@pytest.mark.parametrize(
    ("x", "y"), [((), ()), ((3.0,), (7.0,)), ((math.nan,), (math.nan,)), ((2.0, 2.0), (0.0, 0.0))]
)
def test_nothing_and_one_point_are_drawings_too(x: tuple[float, ...], y: tuple[float, ...]) -> None:
    made = Curve("c", "t", "x", "y", x, y)
    tree = _tree(made)
    assert len(list(tree.iter(f"{NS}circle"))) == (1 if y == (7.0,) else 0)


def test_hostile_words_are_only_words() -> None:
    nasty = "<script>alert(1)</script>${x}`\"'"
    made = curve_svg(replace(CURVE, title=nasty, name=nasty, band=nasty, x_title=nasty, other_name=nasty))
    assert "<script" not in made and "${" not in made and "`" not in made
    assert ElementTree.fromstring(made).find(f"{NS}title").text == nasty  # type: ignore[union-attr]


def test_long_words_are_broken_not_cut() -> None:
    title = "在完全空间随机假设下模拟九百九十九次得到的百分之九十五逐点包络范围与观测值的比较说明"
    texts = _texts(replace(CURVE, title=title))
    assert title not in texts and title in "".join(texts)


def test_the_image_is_the_same_drawing_with_its_title_as_words() -> None:
    made = curve_image(CURVE)
    data = re.search(r"base64,([^&\"]+)", made.replace("&#61;", "="))
    assert data and base64.b64decode(data[1]).decode() == curve_svg(CURVE)
    assert 'alt="聚集程度"' in made


def test_numbers_of_an_axis() -> None:
    assert [number(v) for v in (0.1 + 0.2, 1e6, -5.0, 2e16)] == ["0.3", "1,000,000", "-5", "2e+16"]
