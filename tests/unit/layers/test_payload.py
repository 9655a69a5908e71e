"""What is sent to the browser: complete, compact, the same for both engines."""

from __future__ import annotations

import json
from typing import Any

from layers import leaflet_component
from layers.choropleth import by_count
from layers.labels import ZH
from layers.legend import class_texts, legend_body, legend_html
from layers.payload import full_json
from layers.scene import (
    AreaBadge,
    Choropleth,
    ClusterMark,
    Inset,
    LineMark,
    PointMark,
    Scene,
    ShapeMark,
    SlotSymbol,
    StackMark,
    TileSource,
    View,
    area_layer,
)
from tests.unit.layers.sent import received

RING = [[[113, 24], [114, 24], [114, 25], [113, 24]]]
AREAS = area_layer(
    {
        "features": [
            {
                "properties": {"code": "440232", "name": "乳源"},
                "geometry": {"type": "Polygon", "coordinates": RING},
            }
        ]
    }
)


def _points(n: int) -> tuple[PointMark, ...]:
    return tuple(
        PointMark(f"SG-{i:04d}", 113.123456789, 24.5, "tcm", 1 + i % 3,
                  "modelled" if i == 1 else "documented", f"示例中医药项目{i}", stage="在建", area="桂头镇")
        for i in range(n)
    )  # fmt: skip


def _sent(scene: Scene, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(full_json(scene, **more))
    return found


def test_an_empty_scene_is_complete() -> None:
    sent = _sent(Scene())
    assert sent["areas"] is None and sent["points"] is None and sent["fills"] is None and sent["view"] is None
    assert sent["badges"] == sent["stacks"] == sent["clusters"] == sent["slots"] == sent["lines"] == []
    assert sent["assets"]["script"] == "/app/static/leaflet/dist/leaflet.js"


def test_points_travel_as_columns_with_precision_and_basis() -> None:
    points = _sent(Scene(points=_points(3)))["points"]
    assert points["id"] == ["SG-0000", "SG-0001", "SG-0002"]
    assert points["x"][0] == 113.12346
    assert points["p"] == [1, 2, 3]
    assert points["m"] == [0, 1, 0]
    assert points["c"] == [3, 3, 3]


def test_words_used_twice_are_sent_once() -> None:
    sent = _sent(Scene(points=_points(3)))
    table = sent["tables"]["text"]
    assert [table[i] for i in sent["points"]["a"]] == ["桂头镇"] * 3
    assert [table[i] for i in sent["points"]["s"]] == ["在建"] * 3
    assert full_json(Scene(points=_points(3))).count("桂头镇") == 1


def test_two_thousand_points_stay_far_below_a_megabyte() -> None:
    assert len(full_json(Scene(points=_points(2000))).encode()) < 300_000


def test_boundaries_known_to_the_browser_are_not_sent_again() -> None:
    first, second = _sent(Scene(areas=AREAS)), _sent(Scene(areas=AREAS), known={AREAS.key})
    assert first["areas"]["geojson"]["features"][0]["properties"]["code"] == "440232"
    assert second["areas"] == {"key": AREAS.key}


def test_a_text_that_looks_like_the_slot_for_boundaries_changes_nothing() -> None:
    scene = Scene(areas=AREAS, credit='"areas":null')
    assert _sent(scene)["credit"] == '"areas":null'
    assert _sent(scene)["areas"]["key"] == AREAS.key


def test_fills_leave_unknown_areas_out() -> None:
    fills = _sent(Scene(choropleth=by_count({"a": 0, "b": 7}, "项目数", unit="项")))["fills"]
    assert fills["classes"] == {"a": 0, "b": 2}
    assert fills["text"]["b"] == "7 项"


def test_every_mark_has_its_row() -> None:
    scene = Scene(
        badges=(AreaBadge("440232", "county", "乳源", 113, 24, 3, {"tcm": 2, "hospital": 1}, 2),),
        stacks=(StackMark("at", 113, 24, "桂头镇", ("a", "b"), {"tcm": 2}),),
        clusters=(ClusterMark("k", 113, 24, 9, {"tcm": 9}, (112.0, 23.0, 114.0, 25.0)),),
        slots=(SlotSymbol("440232101", 113, 24, 17, "桂头镇"),),
        lines=(LineMark("r", "route", (((113.0, 24.0), (113.1, 24.1)),), "绿道", "sports", "modelled"),),
        shapes=(ShapeMark("z", "zone", {"type": "Polygon", "coordinates": RING}, "莞韶园"),),
        view=View((112, 23, 115, 26), 4),
        inset=Inset(),
        basemap=(TileSource("/app/static/t/{z}/{x}/{y}.png", "底图：某单位"),),
        credit="审图号 某号",
    )
    sent = _sent(scene)
    assert sent["badges"] == [["440232", "county", "乳源", 113, 24, 3, 2, [[0, 1], [3, 2]]]]
    assert sent["stacks"][0][4:] == [["a", "b"], [[3, 2]], 3]
    assert sent["clusters"][0][3:] == [9, [[3, 9]], [112, 23, 114, 25], []]
    assert sent["slots"] == [["440232101", 113, 24, 17, "桂头镇"]]
    assert sent["lines"][0][5] is True and sent["shapes"][0][5] is False
    assert sent["view"] == [112, 23, 115, 26, 4]
    assert sent["inset"]["title"] == "南海诸岛"
    assert sent["credit"] == "审图号 某号 ｜ 底图：某单位"


def test_hostile_texts_survive_as_texts() -> None:
    nasty = "</script>${x}`\x00\ud800"
    sent = received(Scene(points=(PointMark(nasty, 113, 24, nasty, 1, nasty, nasty),)))
    assert sent["points"]["n"] == ["</script>${x}`␀\ufffd"]
    assert sent["points"]["c"] == [14]


def test_component_payload_carries_engine_settings() -> None:
    sent = received(Scene(), live=True, height=500, serial=7)
    assert (sent["live"], sent["height"], sent["serial"]) == (True, 500, 7)


def test_the_scripts_are_complete_and_load_nothing_from_outside() -> None:
    code = "".join((leaflet_component.JS, *leaflet_component.CODE.values(), leaflet_component.HTML))
    assert "export default function" in leaflet_component.JS
    assert "http" not in code.replace("http://www.w3.org/2000/svg", "")
    assert not any(mark in leaflet_component.DRAWING + leaflet_component.CSS for mark in ("{{", "{%", "{#"))


def test_legend_lists_what_is_shown_in_the_fixed_order_with_numbers() -> None:
    marks = (
        PointMark("b", 1, 1, "tcm", 3, "modelled", "n"),
        PointMark("a", 2, 2, "hospital", 1, "derived", "n"),
    )
    made = legend_html(Scene(points=marks))
    assert made.index("医疗服务机构") < made.index("中医药")
    assert "浅色：只知乡镇" in made and "虚线：模拟数据" in made and "实心" in made
    assert "温泉小镇" not in made and "聚合圈" not in made


def test_legend_titles_the_modelled_slots() -> None:
    made = legend_body(Scene(slots=(SlotSymbol("1", 113, 24, 17, "镇"),)))
    assert "模拟分配，非下达指标" in made


def test_legend_shows_unknown_and_note_and_escapes_them() -> None:
    made = legend_body(Scene(choropleth=by_count({"a": 1}, "<b>", "note ${x}")))
    assert "无数据" in made
    assert "&#60;b&#62;" in made and "&#36;&#123;x&#125;" in made and "${" not in made


def test_class_texts_say_whole_numbers_as_ranges() -> None:
    assert class_texts(by_count({"a": 3}, "t"), ZH) == ["0", "1–4", "5–9", "10–19", "20 及以上"]
    rates = Choropleth("t", {"a": 0.7}, (0.5, 2), ("#1", "#2", "#3"))
    assert class_texts(rates, ZH) == ["小于 0.5", "0.5 – <2", "2 及以上"]


def test_legend_does_not_number_categories_beside_badges() -> None:
    mark = PointMark("a", 1, 1, "tcm", 1, "derived", "n")
    badge = AreaBadge("1", "county", "n", 1, 1, 5, {"tcm": 5})
    assert 'class="lg-n">1<' in legend_body(Scene(points=(mark,)))
    assert "lg-n" not in legend_body(Scene(points=(mark,), badges=(badge,)))
