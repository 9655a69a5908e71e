"""Overlays on their way to the browser: stacked, complete, compact, hostile words only words."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import folium_engine, leaflet_component
from layers.engine import FOLIUM_LIMIT, choose
from layers.legend import legend_body
from layers.overlay_rows import ORDER, UNITS, overlay_rows, parts, stacked
from layers.palette import HEAT
from layers.payload import full_json
from layers.scene import Overlay, OverlayItem, Scene
from tests.unit.layers.overlaid import CLASSES, SQUARE, overlay, point, scene
from tests.unit.layers.sent import received

NASTY = "{{ 7*7 }}</script>${alert(1)}`<img src=x onerror=alert(2)>"


def _unpacked(part: list[int]) -> list[tuple[float, float]]:
    """Return the positions of a packed part, as the script adds them up."""
    x = y = 0
    found = []
    for dx, dy in zip(part[1::2], part[2::2], strict=True):
        x, y = x + dx, y + dy
        found.append((x / UNITS, y / UNITS))
    return found


def _sent(*overlays: Overlay) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(full_json(scene(*overlays)))["overlays"]
    return found


def test_what_is_small_lies_above_what_is_large_and_equals_keep_their_order() -> None:
    given_order = [
        overlay(kind, id=f"{kind}{n}") for n in (1, 2) for kind in ("site", "point", "fill", "outline")
    ]
    ids = [one.id for one in stacked(given_order)]
    assert ids == ["fill1", "fill2", "outline1", "outline2", "point1", "point2", "site1", "site2"]
    assert [row["id"] for row in overlay_rows(given_order)] == ids


@given(
    st.lists(
        st.tuples(st.floats(-180, 180, allow_nan=False), st.floats(-90, 90, allow_nan=False)),
        min_size=1,
        max_size=40,
    )
)
def test_a_line_arrives_where_it_was_to_a_metre(positions: list[tuple[float, float]]) -> None:
    line = {"type": "LineString", "coordinates": [list(p) for p in positions]}
    (packed,) = overlay_rows([overlay("line", OverlayItem(line, 0))])[0]["items"][0][4]
    assert packed[0] == 0
    arrived = _unpacked(packed)
    assert len(arrived) == len(positions)
    for (x, y), (lon, lat) in zip(arrived, positions, strict=True):
        assert abs(x - lon) <= 0.51 / UNITS and abs(y - lat) <= 0.51 / UNITS


def test_every_geometry_comes_apart_and_an_unknown_one_raises() -> None:
    ring = SQUARE["coordinates"][0]
    hole = [[113.4, 24.4], [113.5, 24.4], [113.5, 24.5], [113.4, 24.4]]
    kinds = {
        "Point": ([1, 2], ["point"]),
        "MultiPoint": ([[1, 2], [3, 4]], ["point", "point"]),
        "LineString": ([[1, 2], [3, 4]], ["line"]),
        "MultiLineString": ([[[1, 2], [3, 4]], [[5, 6], [7, 8]]], ["line", "line"]),
        "Polygon": ([ring, hole], ["ring", "hole"]),
        "MultiPolygon": ([[ring], [ring, hole]], ["ring", "ring", "hole"]),
    }
    every = [{"type": kind, "coordinates": at} for kind, (at, _) in kinds.items()]
    for shape, (_, wanted) in zip(every, kinds.values(), strict=True):
        assert [kind for kind, _ in parts(shape)] == wanted
        assert list(parts({"type": shape["type"], "coordinates": []})) == []
    together = parts({"type": "GeometryCollection", "geometries": every})
    assert len(list(together)) == sum(len(wanted) for _, wanted in kinds.values())
    with pytest.raises(ValueError, match="'Curve' is no GeoJSON geometry"):
        list(parts({"type": "Curve", "coordinates": [[0, 0]]}))


def test_a_thing_carries_class_words_click_label_and_closed_parts() -> None:
    item = OverlayItem(SQUARE, None, "甲\n\n 乙 \n", "SG-1", "12")
    known, lines, click, label, packed = _sent(overlay("fill", item))[0]["items"][0]
    assert (known, lines, click, label) == (-1, ["甲", " 乙 "], "SG-1", "12")
    assert packed[0][0] == 1
    assert _unpacked(packed[0]) == [tuple(p) for p in SQUARE["coordinates"][0]]


def test_heat_carries_places_with_strength_and_its_scale() -> None:
    nothing = OverlayItem(point(113.6, 24.6), None, weight=0.0)
    items = (OverlayItem(point(113.5, 24.5), None, weight=2.5), nothing, OverlayItem(SQUARE, None))
    plain, own = _sent(overlay("heat", *items, classes=()), overlay("heat", *items, id="own"))
    assert plain["items"] == [[24.5, 113.5, 2.5]]
    assert plain["colours"] == list(HEAT)
    assert own["colours"] == ["#BDD7E7", "#08519C"]


def test_thousands_of_hexagons_are_compact_and_go_the_large_way() -> None:
    corners = [[113 + 0.01 * (k % 3), 24 + 0.01 * (k // 3)] for k in range(6)]
    ring = {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}
    field = overlay("fill", *(OverlayItem(ring, k % 2, f"{k} 项") for k in range(FOLIUM_LIMIT + 1)))
    assert choose(scene(field)) == "component"
    assert choose(scene(overlay("fill"))) == "folium"
    code = leaflet_component.payload(Scene()).keys
    size = len(leaflet_component.payload(scene(field), known=code).data)
    assert size / len(field.items) < 120


def test_both_engines_send_the_same_overlays_and_the_local_heat_script() -> None:
    made = scene(overlay("heat", OverlayItem(point(113.5, 24.5), None)), overlay("site", modelled=True))
    page = folium_engine.build(made).get_root().render()
    sent = received(made)
    assert sent["assets"]["heat"] == "/app/static/leaflet.heat/dist/leaflet-heat.js"
    assert [row["modelled"] for row in sent["overlays"]] == [False, True]
    assert '"overlays":[{"id":"heat"' in page
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_overlays_do_not_touch_the_frame() -> None:
    plain, more = folium_engine.base(scene()), folium_engine.base(scene(overlay("fill")))
    assert "方块" not in more.get_root().render()
    assert len(plain._children) == len(more._children)


def test_hostile_words_of_overlays_stay_words() -> None:
    item = OverlayItem(SQUARE, 0, NASTY, NASTY, NASTY)
    made = scene(overlay("site", item, id=NASTY, title=NASTY, unknown=NASTY, classes=((NASTY, "#123456"),)))
    page = folium_engine.build(made).get_root().render()
    assert "</script>${" not in page and "<img" not in page and '"49' not in page
    legend = legend_body(made)
    assert "<img" not in legend and "${" not in legend and "&#60;img" in legend
    row = received(made)["overlays"][0]["items"][0]
    assert row[1:4] == [[NASTY], NASTY, NASTY[:10] + "…"]


def test_a_class_without_a_line_in_the_legend_is_refused() -> None:
    for wrong in (2, -1):
        with pytest.raises(ValueError, match="without a line in the legend"):
            overlay("fill", OverlayItem(SQUARE, wrong))


def test_the_order_names_every_kind_once() -> None:
    assert sorted(ORDER) == sorted({"fill", "outline", "point", "site", "line", "heat"})
    assert all(a != b for a, b in pairwise(ORDER))
    assert json.loads(full_json(Scene()))["overlays"] == [] and len(CLASSES) == 2
