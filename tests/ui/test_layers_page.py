"""The page of loaded layers: looked at, confirmed, kept; every row accounted for; cell text is hostile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from projects.analysis.inputs import LayerKind, ShapeLayer
from projects.analysis.layer_reading import ROLES, Note, Reason
from projects.identity import NOBODY
from projects.work import JobState
from tests.fake_analysis import FakeAnalysis, settlements
from tests.fake_desk import FakeDesk
from tests.fake_jobs import FakeJobs, job
from tests.ui.office import OfficeShell, address, desk, html, opened, press
from views.analysis.layers.words import (
    kind_help,
    kind_words,
    note_words,
    reason_words,
    role_words,
    warning_words,
)
from views.i18n import translator

PAGE = "analysis.layers.layers_page"
ARGUMENTS = {
    "kind": "settlements",
    "file": "ab.csv",
    "file_name": "村.csv",
    "datum": "wgs84",
    "source": "台账",
}
HOSTILE = "<img src=x onerror=alert(1)>"


@dataclass
class LayerShell(OfficeShell):
    """An office with layers."""

    analysis: FakeAnalysis = field(default_factory=FakeAnalysis)


def result(kind: LayerKind = LayerKind.SETTLEMENTS, **values: Any) -> dict[str, Any]:
    detail = {
        "file": f"村{HOSTILE}.csv", "format": "csv", "encoding": "GBK", "crs": "", "sheet": "",
        "columns": {"id": "村代码", "people": "常住人口", "lon": "经度", "lat": "纬度"},
        "headings": ["村代码", "村名", "经度", "纬度", "常住人口", "户籍人口"], "other_sheets": [],
        "notes": {Note.SWAPPED: 2}, "examples": {Reason.SAME_ID: [["7", f"V1 {HOSTILE}"]]},
    }  # fmt: skip
    plain = {
        "kind": str(kind), "name": "全县村庄", "rows": 1200, "used": 1197, "left_out": {Reason.SAME_ID: 3},
        "people": 98765.0, "bounds": None, "detail": detail, "layer": None, "arguments": ARGUMENTS,
    }  # fmt: skip
    return plain | {key: detail | value if key == "detail" else value for key, value in values.items()}


def office(*results: Mapping[str, Any], who: FakeDesk | None = None, **values: Any) -> LayerShell:
    jobs = FakeJobs(*(job(n, "layer_read", result=one) for n, one in enumerate(results, 1)))
    return LayerShell(who or desk(), jobs=jobs, **values)


def submitted(made: LayerShell) -> dict[str, Any]:
    kind, _, arguments = made.jobs.submitted[-1]
    assert kind == "layer_read"
    return dict(arguments)


def test_nobody_is_asked_to_sign_in() -> None:
    at = opened(PAGE, office(who=desk(identity=NOBODY)))
    assert "请先登录" in html(at) and not at.radio


def test_an_empty_list_and_a_form_that_assumes_nothing() -> None:
    at = opened(PAGE, office())
    assert at.selectbox(key="layer-datum").value is None
    assert at.button(key="layer-check").disabled
    assert "layer-area" not in {box.key for box in at.selectbox}
    at.radio(key="layer-kind").set_value(LayerKind.ROADS).run()
    assert at.selectbox(key="layer-area").value == "" and at.radio(key="layer-travel").value == "car"
    assert not at.exception


def test_the_report_adds_up_and_quotes_nothing_as_html() -> None:
    at = opened(PAGE, office(result()), job=1)
    shown = html(at)
    assert "共 1,200 行 = 使用 1,197 + 不用 3" in shown and "98,765" in shown
    assert "编号与前面的行重复" in shown and "第 7 行" in shown and "经纬度写反，已对调：2" in shown
    assert "<img" not in shown and "&#60;img" in shown
    assert "还没有保存" in shown


def test_what_was_shown_is_what_is_kept() -> None:
    made = office(result())
    at = opened(PAGE, made, job=1)
    assert at.selectbox(key="layer-column-1-people").value == "常住人口"
    assert at.selectbox(key="layer-column-1-name").value == ""
    press(at, "layer-keep")
    asked = submitted(made)
    assert asked["keep"] is True and asked["datum"] == "wgs84"
    assert asked["columns"] == {
        "id": "村代码", "name": "", "people": "常住人口", "lon": "经度", "lat": "纬度", "lonlat": "",
    }  # fmt: skip
    assert address(at)["job"] == "2"


def test_the_names_of_columns_and_sheets_stand_as_they_are_in_the_file() -> None:
    headings = ["村代码", "经度", "纬度", "常住人口(人)_2020"]
    columns = {"people": headings[3], "id": "村代码", "lon": "经度", "lat": "纬度"}
    detail = {"headings": headings, "columns": columns, "sheet": "表(1)", "other_sheets": [["表_2", 3]]}
    at = opened(PAGE, office(result(detail=detail)), job=1)
    assert at.selectbox(key="layer-column-1-people").options == ["（不用）", *headings]
    assert at.selectbox(key="layer-sheet-1").options == ["表(1)", "表_2"]


def test_another_column_is_looked_at_again_before_it_is_kept() -> None:
    made = office(result())
    at = opened(PAGE, made, job=1)
    at.selectbox(key="layer-column-1-people").set_value("户籍人口").run()
    assert "layer-keep" not in {button.key for button in at.button}
    press(at, "layer-again")
    assert submitted(made)["columns"]["people"] == "户籍人口" and "keep" not in submitted(made)


def test_another_sheet_is_looked_at_with_columns_found_anew() -> None:
    made = office(result(detail={"sheet": "西", "other_sheets": [["东", 4]]}))
    at = opened(PAGE, made, job=1)
    assert "没有读取的其他表或图层：东（4）" in html(at)
    at.selectbox(key="layer-sheet-1").set_value("东").run()
    press(at, "layer-again")
    assert submitted(made)["sheet"] == "东" and submitted(made)["columns"] == {}


def test_a_kept_layer_leads_on() -> None:
    at = opened(PAGE, office(result(layer=4)), job=1)
    assert "已保存为 4 号图层" in html(at)
    assert "layer-keep" not in {button.key for button in at.button} and "coverage" in html(at)


def test_a_raster_stands_beside_the_census() -> None:
    census = {
        "year": 2020, "file": 500.0, "census": 1000.0, "ratio": 0.5, "without_census": 1,
        "counties": [["440232", "乳源", 500.0, 1000.0, 0.5], ["440281", "乐昌", 70.0, None, None]],
    }  # fmt: skip
    detail = {
        "census": census, "cell_m": [92.1, 100.4], "columns": {}, "headings": [],
        "examples": {Reason.NEGATIVE: [["3, 4", "-9"]]},
        "warnings": [{"code": "census_ratio", "ratio": 0.5}, {"code": "dense_cell", "per_km2": 1e6}],
    }  # fmt: skip
    made = office(result(LayerKind.POPULATION, detail=detail, left_out={Reason.NEGATIVE: 3}))
    at = opened(PAGE, made, job=1)
    shown = html(at)
    assert "共 1,200 格" in shown and "92 × 100 米" in shown and "第 3, 4 格" in shown
    assert "人口普查的 50%" in shown and "每平方公里有 1,000,000 人" in shown
    assert "乐昌</td><td>70</td><td>—</td><td>—" in shown
    press(at, "layer-keep")
    assert submitted(made)["columns"] == {}


def test_a_road_file_in_parts_says_so() -> None:
    detail = {
        "travel": "walk", "classes": False, "km": 1234.5, "components": 2, "largest_share": 0.75,
        "with_speed": 0, "columns": {}, "headings": [],
        "warnings": [{"code": "road_parts", "parts": 2, "share": 0.75}],
    }  # fmt: skip
    shown = html(opened(PAGE, office(result(LayerKind.ROADS, detail=detail, people=None)), job=1))
    assert "分成 2 片，最大的一片占 75%" in shown and "1,234 公里" in shown and "步行" in shown
    assert "人数合计" not in shown


def test_a_refused_file_shows_its_sentence_and_a_way_back() -> None:
    made = office()
    made.jobs.known[1] = job(1, "layer_read", state=JobState.FAILED, message="「a.tif」没有坐标系信息")
    at = opened(PAGE, made, job=1)
    assert "没有坐标系信息" in html(at)
    press(at, "layers-back")
    assert "job" not in address(at)


def test_somebody_elses_kind_of_job_is_not_drawn_here() -> None:
    made = office()
    made.jobs.known[1] = job(1, "geocode", result={"counts": {}})
    assert "没有找到" in html(opened(PAGE, made, job=1))


def test_layers_are_listed_shared_and_taken_away() -> None:
    made = office()
    made.analysis.load(LayerKind.SETTLEMENTS, settlements(), HOSTILE)
    empty = ShapeLayer(np.array([], dtype=object), (), np.array([]))
    made.analysis.load(LayerKind.EXCLUSIONS, empty, "红线", own=False, shared=True, loaded_by="lechang")
    at = opened(PAGE, made)
    shown = html(at)
    assert "<img" not in shown and "县统计局" in shown and "lechang" in shown and "只有自己可用" in shown
    assert {one.key for one in at.toggle} == {"layer-shared-1"}  # somebody else's cannot be changed
    at.toggle(key="layer-shared-1").set_value(True).run()
    assert made.analysis.infos[1].shared and "已共享" in html(at)
    press(at, "layer-remove-1")
    assert set(made.analysis.infos) == {2} and not at.toggle


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_has_words(language: str) -> None:
    _ = translator(language)
    if language == "zh":
        assert all(reason_words(str(one), _) == str(one) for one in Reason)
        assert all(note_words(str(one), _) == str(one) for one in Note)
    assert all(kind_words(kind, _) and kind_help(kind, _) for kind in LayerKind)
    assert all(role_words(role, _) for role in ROLES)
    assert reason_words("其他", _) == "其他" and warning_words({"code": "new"}, _) == "new"
