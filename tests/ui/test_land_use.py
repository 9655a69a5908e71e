"""Land-use plans on the map of the page 图层 and on the project card: nothing is said that is not known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from projects.analysis.inputs import LayerInfo, LayerKind, ShapeLayer
from projects.analysis.land_use import LandClass, PlanOver
from projects.errors import StorageUnavailable
from projects.record import Place, Record
from tests.fake_analysis import FakeAnalysis
from tests.ui.analysis_shell import AnalysisShell
from tests.ui.office import address, desk, html, opened, press
from tests.unit.data.exports_fake import record
from views.analysis.exhibit import map as exhibit_map
from views.analysis.layers import plan_map

PAGE = "analysis.layers.layers_page"
HOSTILE = "<img src=x onerror=alert(1)> **粗** =1+1"
PLACE = Place(
    label="主址",
    geometry={"type": "Point", "coordinates": [113.2, 24.77]},
    precision=1,
    method="gps",
    basis="reported",
    datum_entered="wgs84",
    coordinates_entered="113.2, 24.77",
    address="解放路 1 号",
    confidence="",
    source="",
    source_url="",
    note="",
    county_code="440232",
    near_line=False,
)


def plan(*classes: str, notes: tuple[str, ...] = ()) -> ShapeLayer:
    boxes = [shapely.box(113 + n / 10, 24.5, 113.1 + n / 10, 24.6 + n / 100) for n in range(len(classes))]
    return ShapeLayer(np.array(boxes, dtype=object), classes, np.full(len(classes), np.nan), notes)


def world(*over: PlanOver, **values: Any) -> AnalysisShell:
    made = AnalysisShell(desk(), analysis=FakeAnalysis(over=over))
    made.analysis.load(LayerKind.LAND_USE, plan("居住用地"), "城区控规", source="自然资源局", **values)
    return made


INFO = world().analysis.layer(1)


def said(*classes: LandClass, info: LayerInfo = INFO, **values: Any) -> PlanOver:
    return PlanOver(info, classes, **values)


def of(*places: Place, precision: int = 1) -> Record:
    summary = record(precision=precision)
    return Record(summary, (), (), places, (), None, (), (), (), None)


def draw_card() -> None:
    """Draw the part of the card with the shell and the record of the session."""
    import streamlit as st

    from views.analysis.layers import card
    from views.shell import guarded

    shell = st.session_state["shell"]
    guarded(lambda: card.draw(shell, st.session_state["record"]), shell.translate)


def card_of(shell: AnalysisShell, what: Record) -> str:
    at = AppTest.from_function(draw_card, default_timeout=30)
    at.session_state["shell"], at.session_state["record"] = shell, what
    at.run()
    assert not at.exception
    return html(at)


# ---- the card ----


def test_the_card_names_class_plan_date_and_source() -> None:
    made = world(said(LandClass("居住用地", f"限高 {HOSTILE}"), LandClass("居住用地")))
    text = card_of(made, of(PLACE))
    assert "用地规划" in text and "城区控规" in text and "<b>居住用地</b>" in text
    assert "数据 2024-12-31" in text and "来源：自然资源局" in text and "按项目的具体位置" in text
    assert "<img" not in text and "限高" in text
    assert made.analysis.places == [PLACE.geometry]
    assert 'href="layers?plan=1&#38;id=SG-0001"' in text


@pytest.mark.parametrize(
    ("over", "words"),
    [
        (said(), "不在这份规划的范围内"),
        (said(LandClass("")), "文件没有写用地类别"),
        (said(LandClass("绿地"), LandClass("道路")), "绿地、道路"),
        (said(LandClass("绿地"), share=0.4), "绿地（40% 在规划范围内）"),
        (said(problem="图层文件已损坏"), "读不出来，不能判断。图层文件已损坏"),
    ],
)
def test_what_a_plan_says_of_a_place(over: PlanOver, words: str) -> None:
    assert words in card_of(world(over), of(PLACE))


def test_outside_of_a_plan_with_unusable_polygons_says_that_it_may_lie_in_one() -> None:
    made = world(said(info=replace(INFO, left_out={"图形不是面": 3})))
    assert "文件中有 3 个图形不能用，可能正在其中" in card_of(made, of(PLACE))


@pytest.mark.parametrize(
    ("precision", "words"),
    [(3, "地点只到乡镇，不能判断"), (4, "地点只到县"), (5, "地点只到县"), (0, "没有已知的")],
)
def test_a_vague_place_cannot_be_told(precision: int, words: str) -> None:
    made = world(said(LandClass("居住用地")))
    text = card_of(made, of(replace(PLACE, precision=precision), precision=precision))
    assert words in text and "居住用地" not in text and made.analysis.places == []


def test_a_village_place_and_a_made_one_say_so() -> None:
    text = card_of(world(said()), of(replace(PLACE, precision=2, basis="modelled"), precision=2))
    assert "地点只到村，靠近分界处可能不准" in text and "模拟测算" in text


def test_each_of_several_places_is_named() -> None:
    made = world(said())
    text = card_of(made, of(PLACE, replace(PLACE, label="分院")))
    assert "主址" in text and "分院" in text and len(made.analysis.places) == 2


def test_without_a_plan_nothing_is_drawn_and_of_many_far_ones_some_are_counted() -> None:
    assert card_of(AnalysisShell(desk()), of(PLACE)) == ""
    many = [said(LandClass("绿地"))] + [said()] * 13
    text = card_of(world(*many), of(PLACE))
    assert text.count("不在这份规划的范围内") == 10 and "另有 3 份规划没有列出" in text and "绿地" in text


def test_a_failing_store_is_told_in_a_sentence() -> None:
    class Failing(FakeAnalysis):
        """A store that is away."""

        def layers(self, kinds: Any = ()) -> Any:
            raise StorageUnavailable("数据库没有回答")

    text = card_of(AnalysisShell(desk(), analysis=Failing()), of(PLACE))
    assert "用地规划" not in text


# ---- the map ----


def test_a_plan_is_drawn_on_request_and_put_away_again() -> None:
    made = world()
    at = opened(PAGE, made)
    assert "layer-plan-close" not in {one.key for one in at.button}
    press(at, "layer-plan-1")
    assert address(at)["plan"] == "1"
    assert "layer-plan-close" in {one.key for one in at.button}
    assert any("边界已简化" in one.value for one in at.caption)
    press(at, "layer-plan-close")
    assert "plan" not in address(at) and "layer-plan-close" not in {one.key for one in at.button}


def test_the_record_of_the_card_stands_on_the_plan_where_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    made, shown = world(), []
    places = (PLACE, replace(PLACE, precision=3))
    monkeypatch.setattr(made.library, "record", lambda key: of(*places), raising=False)
    monkeypatch.setattr(exhibit_map, "draw", lambda _shell, what, *_: shown.append(what))
    opened(PAGE, made, plan=1, id="SG-0001")
    assert shown[0].tables[1].geometries == (PLACE.geometry,)
    assert shown[0].tables[1].rows[0][1] == "SG-0001"


def test_only_plans_are_offered_on_the_map_and_a_foreign_number_is_refused() -> None:
    made = world()
    made.analysis.load(LayerKind.EXCLUSIONS, plan("红线"), "红线")
    at = opened(PAGE, made, plan=2)
    keys = {one.key for one in at.button}
    assert "layer-plan-1" in keys and "layer-plan-2" not in keys and "layer-plan-close" not in keys
    assert "没有找到" in html(at)
    assert "没有找到" in html(opened(PAGE, made, plan=99))


def test_polygons_stand_in_their_classes_and_the_unnamed_in_none() -> None:
    made = world()
    names = ("甲", "", *(f"类{n}" for n in range(9)))
    notes = (HOSTILE, *("",) * 10)
    shown = plan_map.exhibit(made, made.analysis.layer(1), plan(*names, notes=notes))  # type: ignore[arg-type]
    (table,) = shown.tables
    assert table.look is not None and len(table.rows) == 11 == len(table.geometries)
    titles = [sign.title for sign in table.look.classes]
    assert len(titles) == 8 and titles[-1] == "其他 3 类"
    told = {row[0]: at for row, at in zip(table.rows, table.look.of_row, strict=True)}
    assert told["没有写用地类别"] is None and titles[told["类8"]] == "类8" and told["甲"] == 7  # type: ignore[index]


def test_of_too_many_polygons_the_largest_are_drawn_and_the_rest_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plan_map, "MOST_DRAWN", 2)
    made = world()
    shown = plan_map.exhibit(made, made.analysis.layer(1), plan("甲", "乙", "丙"))  # type: ignore[arg-type]
    assert [row[0] for row in shown.tables[0].rows] == ["乙", "丙"]
    assert any("只画面积最大的 2 个面，共 3 个" in one for one in shown.caveats)


# ---- the form ----


def test_the_form_takes_map_files_only_and_the_report_lists_classes() -> None:
    at = opened(PAGE, AnalysisShell(desk()))
    at.radio(key="layer-kind").set_value(LayerKind.LAND_USE).run()
    assert not at.exception and "layer-area" not in {one.key for one in at.selectbox}
    listed = [["居住用地", 1200, 12.5], ["", 3, 0.25], [HOSTILE, 1, 0.1]]
    made = world(detail={"land_classes": listed, "land_class_count": 5, "warnings": [{"code": "no_class"}]})
    at = opened(PAGE, made)
    text = html(at)
    assert "居住用地" in text and "1,200" in text and "（没有写类别）" in text and "<img" not in text
    assert "请选出这一列" in text and any("另有 2 类" in one.value for one in at.caption)
