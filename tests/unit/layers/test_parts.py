"""What is heavy travels once: drawing, style, words, boundaries; a later run carries what changed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from layers import leaflet_component
from layers.leaflet_component import CSS, JS, KIT, payload
from layers.payload import marks_json
from layers.scene import AreaBadge, ClusterMark, PointMark, Scene, area_layer
from tests.unit.layers.sent import received

RING = [[[113, 24], [114, 24], [114, 25], [113, 24]]]
FEATURE = {
    "properties": {"code": "440232", "name": "乳源"},
    "geometry": {"type": "Polygon", "coordinates": RING},
}
GROUND = Scene(areas=area_layer({"features": [FEATURE]}), live=True, cells="/map-cells/x")
BADGES = tuple(
    AreaBadge(str(n), "province", f"示例{n}省", 100 + n, 30, 5000 + n, {"tcm": 5000 + n}) for n in range(31)
)


def test_the_drawing_and_the_words_come_once() -> None:
    held: dict[str, Any] = {}
    first = received(GROUND, held)
    assert first["kit"] == KIT and first["style"] == CSS and first["words"]["close"] == "关闭"
    again = payload(GROUND, known=held.keys() | payload(GROUND).keys)
    assert received(GROUND, held) == first, "what came before is found by its key"
    assert all("value" not in part for part in json.loads(again.data).values() if isinstance(part, dict))
    assert len(again.data) < 2_000 < len(KIT)


def test_a_change_of_filter_sends_what_changed_and_nothing_else() -> None:
    held: dict[str, Any] = {}
    received(replace(GROUND, badges=BADGES), held)
    known = held.keys() | {str(GROUND.areas and GROUND.areas.key)}
    changed = replace(GROUND, badges=(replace(BADGES[0], total=1, by_category={"tcm": 1}), *BADGES[1:]))
    tree = json.loads(payload(changed, known=known).data)
    assert [name for name, part in tree.items() if isinstance(part, dict) and "value" in part] == ["badges"]
    assert "geojson" not in tree["areas"]


def test_what_travels_with_every_run_is_only_the_starter() -> None:
    assert len(JS) + len(leaflet_component.HTML) < 3_000 < len(CSS) < len(KIT)
    assert "export default function" in JS and "export async function draw" in KIT


def test_the_code_is_sent_as_it_is_and_words_are_cleaned() -> None:
    tree = received(Scene(credit="一\n行"))
    assert tree["kit"].count("\n") > 100 and tree["credit"] == "一 行"


def test_the_marks_of_a_view_are_marks_alone() -> None:
    scene = Scene(
        clusters=(ClusterMark("c1", 113.123456789, 24.5, 7, {"tcm": 7}, (113.0, 24.0, 113.2, 24.123456789)),),
        points=(PointMark("SG-0001", 113.1, 24.1, "tcm", 2, "derived", "名", "在建", "桂头镇"),),
    )
    tree = json.loads(marks_json(scene))
    assert set(tree) == {"points", "stacks", "clusters", "lines", "shapes", "text"}
    assert tree["clusters"][0][1:4] == [113.12346, 24.5, 7]
    assert tree["clusters"][0][5] == [113.0, 24.0, 113.2, 24.12346]
    assert tree["text"][tree["points"]["a"][0]] == "桂头镇"
    assert tree["text"][tree["points"]["s"][0]] == "在建"
