"""The map as SVG: shaded by class, unknown hatched and never 0, names that neither overlap nor break out."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as Xml

from hypothesis import given
from hypothesis import strategies as st

from layers import choropleth, svg_map
from layers.areas import AreaLayer, area_layer
from layers.fonts import width
from layers.palette import SEQUENTIAL

NS = "{http://www.w3.org/2000/svg}"


def square(code: str, west: float, size: float = 1.0, hole: bool = False) -> dict[str, Any]:
    """Return a square area, with a hole in its middle if wanted."""
    ring = [[west, 24], [west + size, 24], [west + size, 24 + size], [west, 24 + size], [west, 24]]
    inner = [[west + 0.4, 24.4], [west + 0.6, 24.4], [west + 0.6, 24.6], [west + 0.4, 24.4]]
    shape = {"type": "Polygon", "coordinates": [ring, inner] if hole else [ring]}
    return {"type": "Feature", "properties": {"code": code, "name": code}, "geometry": shape}


def layer(*features: dict[str, Any]) -> AreaLayer:
    """Return the layer of some areas."""
    return area_layer({"type": "FeatureCollection", "features": list(features)})


def drawn(values: dict[str, int], *spots: svg_map.Spot, ring: str = "") -> Xml.Element:
    """Return the drawing of three squares."""
    areas = layer(square("a", 113), square("b", 114, hole=True), square("c", 115))
    return Xml.fromstring(svg_map.svg(areas, choropleth.by_count(values, ""), spots, title="三县", ring=ring))


def test_each_area_has_the_colour_of_its_class_and_an_unknown_one_is_hatched() -> None:
    fills = [path.get("fill") for path in drawn({"a": 0, "b": 25}).findall(f"{NS}path")]
    assert fills == [SEQUENTIAL[0], SEQUENTIAL[4], "url(#none)"]


def test_a_hole_stays_open_and_a_ring_lies_on_top() -> None:
    paths = drawn({"a": 1, "b": 1, "c": 1}, ring="b").findall(f"{NS}path")
    assert [path.get("fill-rule") for path in paths[:3]] == ["evenodd"] * 3
    assert (paths[1].get("d") or "").count("M") == 2
    assert len(paths) == 4 and paths[3].get("fill") == "none"


def test_names_are_text_whatever_they_hold() -> None:
    spot = svg_map.Spot("a", '<b>"&${x}', "3", 113.5, 24.5)
    texts = [one.text for one in drawn({"a": 3}, spot).findall(f"{NS}text")]
    assert texts == ["3", '<b>"&${x}']


def test_no_boundaries_make_no_picture() -> None:
    assert svg_map.svg(layer(), choropleth.by_count({}, ""), (), title="x") == b""


def test_the_drawing_is_wide_but_not_taller_than_a_screen_can_hold() -> None:
    tall = layer({**square("a", 113), "geometry": {"type": "Polygon", "coordinates": [
        [[113, 20], [113.2, 20], [113.2, 30], [113, 30], [113, 20]]]}})  # fmt: skip
    found = Xml.fromstring(svg_map.svg(tall, choropleth.by_count({"a": 1}, ""), (), title="x"))
    box = [float(n) for n in str(found.get("viewBox")).split()]
    assert box[2] == svg_map.WIDTH and box[3] <= svg_map.WIDTH * (svg_map.TALLEST + 0.05)
    numbers = [float(n) for n in re.findall(r"[\d.]+", str(found.findall(f"{NS}path")[0].get("d")))]
    assert max(numbers) <= box[3]


@given(
    st.lists(st.tuples(st.floats(113.05, 115.95), st.floats(24.05, 24.95), st.integers(0, 2000)), max_size=25)
)
def test_no_text_covers_another(places: list[tuple[float, float, int]]) -> None:
    spots = [svg_map.Spot(f"k{i}", f"县{i}", str(n), x, y) for i, (x, y, n) in enumerate(places)]
    boxes = []
    for one in drawn({"a": 1}, *spots).findall(f"{NS}text"):
        size, words = float(one.get("font-size") or 0), one.text or ""
        x, y = float(one.get("x") or 0), float(one.get("y") or 0) - size * 0.35
        wide = width(words, size)
        boxes.append((x - wide / 2, x + wide / 2, y - size / 2, y + size / 2))
    for i, (a, b, c, d) in enumerate(boxes):
        for e, f, g, h in boxes[:i]:
            assert not (a < f - 0.2 and e < b - 0.2 and c < h - 0.2 and g < d - 0.2)
