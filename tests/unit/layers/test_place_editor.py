"""The place editor's payload and what a browser may answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import assets, place_editor
from layers.place_editor import MOST_CORNERS, Neighbour, Outline, PlaceScene, payload, read
from layers.scene import TileSource

SQUARE = '{"type":"Polygon","coordinates":[[[113,24],[114,24],[114,25],[113,25],[113,24]]]}'


def said(**values: Any) -> dict[str, Any]:
    return {"kind": "point", "points": [[113.5, 24.5]], "revision": 1, **values}


def test_the_payload_holds_what_is_drawn_and_only_local_addresses() -> None:
    scene = PlaceScene(
        geometry={"type": "Point", "coordinates": [113.2, 24.7]},
        revision=4,
        county=Outline("乳源", SQUARE),
        neighbours=[Outline("曲江", SQUARE)],
        others=[Neighbour("<b>x</b>\x00", 113.1, 24.6)],
        tiles=[TileSource("/app/static/t/{z}/{x}/{y}.png", "")],
        words={"point": "点"},
    )
    found = json.loads(payload(scene))
    assert found["revision"] == 4 and found["county"]["geometry"]["type"] == "Polygon"
    assert found["neighbours"][0]["name"] == "曲江" and found["others"][0]["name"] == "<b>x</b>␀"
    assert all(address.startswith(assets.PREFIX) for address in found["assets"].values())


def test_the_component_asks_no_foreign_host() -> None:
    for text in (place_editor.HTML, place_editor.CSS, place_editor.JS):
        assert "http://" not in text and "https://" not in text and "//cdn" not in text
    assert "innerHTML" not in place_editor.JS


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (said(), "Point"),
        (said(kind="line", points=[[113, 24], [113.1, 24.1]]), "LineString"),
        (said(kind="area", points=[[113, 24], [113.1, 24.1], [113, 24.1]]), "Polygon"),
    ],
)
def test_what_was_drawn_becomes_a_geometry(raw: dict[str, Any], kind: str) -> None:
    drawn = read(raw)
    assert drawn is not None and drawn.geometry is not None
    assert drawn.geometry["type"] == kind and drawn.lacking == 0


def test_an_area_is_closed() -> None:
    drawn = read(said(kind="area", points=[[113, 24], [113.1, 24.1], [113, 24.1]]))
    assert drawn and drawn.geometry
    ring = drawn.geometry["coordinates"][0]
    assert ring[0] == ring[-1] and len(ring) == 4


@pytest.mark.parametrize(("kind", "n", "lacking"), [("line", 1, 1), ("area", 1, 2), ("area", 2, 1)])
def test_an_unfinished_shape_is_no_geometry(kind: str, n: int, lacking: int) -> None:
    drawn = read(said(kind=kind, points=[[113, 24 + i / 10] for i in range(n)]))
    assert drawn and drawn.geometry is None and drawn.lacking == lacking


def test_an_empty_map_lacks_nothing() -> None:
    drawn = read(said(kind="area", points=[]))
    assert drawn and drawn.geometry is None and drawn.lacking == 0


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        "x",
        {},
        said(kind="circle"),
        said(points=None),
        said(points=[[113]]),
        said(points=[[113, 24, 5]]),
        said(points=[["113", "24"]]),
        said(points=[[float("nan"), 24]]),
        said(points=[[float("inf"), 24]]),
        said(points=[[181, 24]]),
        said(points=[[113, -91]]),
        said(points=[[113, 24]] * (MOST_CORNERS + 1)),
        said(revision="1"),
        {"kind": "point", "points": [[113, 24]]},
    ],
)
def test_nonsense_is_no_answer(raw: Any) -> None:
    assert read(raw) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda t: st.lists(t) | st.dictionaries(st.text(), t),
    )
)
def test_no_answer_of_a_browser_raises(raw: Any) -> None:
    read(raw)
    read(said(points=raw))
    read(said(kind=str(raw)))
