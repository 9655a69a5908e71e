"""The scene refuses what must not be drawn, and area layers know when nothing changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.choropleth import by_count, by_rate, rates
from layers.engine import choose
from layers.scene import (
    AreaBadge,
    Choropleth,
    ClusterMark,
    PointMark,
    Scene,
    SlotSymbol,
    StackMark,
    area_layer,
)
from layers.stacking import stack

SQUARE = {"type": "Polygon", "coordinates": [[[113.123456, 24.0], [114, 24], [114, 25], [113.123456, 24.0]]]}


def point(i: int = 0, lon: float = 113.5, lat: float = 24.5, precision: int = 1, **more: Any) -> PointMark:
    return PointMark(
        f"SG-{i:04d}", lon, lat, more.pop("category", "hospital"), precision, "derived", f"名{i}", **more
    )


@pytest.mark.parametrize("precision", [0, 4, 5, 9])
def test_what_is_known_to_an_area_only_is_never_a_dot(precision: int) -> None:
    with pytest.raises(ValueError, match="never a dot"):
        point(precision=precision)


@pytest.mark.parametrize(("lon", "lat"), [(24.5, 113.5), (float("nan"), 24), (113, float("inf")), (999, 1)])
@pytest.mark.parametrize(
    "make",
    [
        lambda x, y: point(lon=x, lat=y),
        lambda x, y: AreaBadge("1", "county", "n", x, y, 0),
        lambda x, y: StackMark("s", x, y, "n", ("a",), {}),
        lambda x, y: ClusterMark("c", x, y, 2, {}),
        lambda x, y: SlotSymbol("t", x, y, 1, "n"),
    ],
)
def test_impossible_positions_are_refused(
    make: Callable[[float, float], object], lon: float, lat: float
) -> None:
    with pytest.raises(ValueError, match="not lon, lat"):
        make(lon, lat)


def _collection(name: str = "甲县") -> dict[str, Any]:
    return {"features": [{"properties": {"code": 440232, "name": name, "x": 1}, "geometry": SQUARE}]}


def test_area_layer_rounds_keeps_code_and_name_and_has_bounds() -> None:
    layer = area_layer(_collection())
    feature = json.loads(layer.geojson)["features"][0]
    assert feature["properties"] == {"code": "440232", "name": "甲县"}
    assert feature["geometry"]["coordinates"][0][0] == [113.1235, 24.0]
    assert layer.bounds == (113.1235, 24.0, 114.0, 25.0)
    assert layer.names == {"440232": "甲县"}


def test_area_layer_key_tells_content() -> None:
    assert area_layer(_collection()).key == area_layer(_collection()).key
    assert area_layer(_collection()).key != area_layer(_collection("乙县")).key


def test_area_layer_of_nothing_and_of_a_null_geometry() -> None:
    assert area_layer({"features": []}).bounds is None
    assert (
        area_layer({"features": [{"properties": {"code": "1", "name": "n"}, "geometry": None}]}).names == {}
    )


def test_choropleth_unknown_is_no_class_and_zero_is_one() -> None:
    shading = by_count({"a": 0, "b": 4, "c": 20}, "n")
    assert [shading.class_of(v) for v in (0, 1, 4, 5, 19, 20, None, float("nan"))] == [
        0,
        1,
        1,
        2,
        3,
        4,
        None,
        None,
    ]


@pytest.mark.parametrize("breaks", [(1, 2), (3, 2, 1, 0), (1, 1, 2, 3)])
def test_choropleth_needs_ascending_breaks_and_one_colour_more(breaks: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="one colour more"):
        Choropleth("t", {}, breaks, ("#1", "#2", "#3", "#4", "#5"))


def test_rates_are_unknown_without_residents_never_zero() -> None:
    assert rates({"a": 3, "b": 1, "c": 0}, {"a": 15_000.0, "b": 0.0, "c": 100.0}) == {
        "a": 2.0,
        "b": None,
        "c": 0.0,
    }
    assert by_rate({"a": 1}, {}, "t").class_of(None) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3)), max_size=30))
def test_stacking_loses_nobody(seats: list[tuple[int, int]]) -> None:
    marks = [point(i, 113 + seat / 10, precision=p) for i, (seat, p) in enumerate(seats)]
    alone, stacks = stack(marks)
    assert sorted([m.id for m in alone] + [i for s in stacks for i in s.ids]) == [m.id for m in marks]
    assert all(len(s.ids) > 1 and sum(s.by_category.values()) == len(s.ids) for s in stacks)


def test_a_stack_is_as_coarse_as_its_coarsest_member_and_names_its_place() -> None:
    _, (pile,) = stack([point(1, area="", precision=1), point(2, area="桂头镇", precision=3, category="tcm")])
    assert (pile.precision, pile.name, pile.by_category) == (3, "桂头镇", {"hospital": 1, "tcm": 1})


def test_engine_choice() -> None:
    many = tuple(point(i) for i in range(2001))
    assert choose(Scene()) == "folium"
    assert choose(Scene(points=many[:2000])) == "folium"
    assert choose(Scene(points=many)) == "component"
    assert choose(Scene(clusters=(ClusterMark("c", 113, 24, 2, {}),))) == "component"
