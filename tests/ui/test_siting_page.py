"""The siting page on fakes: answers at once, jobs, refusals, drafts; links that make the same page again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from projects.analysis.inputs import LayerKind, PointLayer, ShapeLayer
from projects.analysis.siting import inputs as siting_inputs
from projects.analysis.siting import settings as siting_settings
from projects.analysis.siting import solving as siting
from projects.filters import ProjectFilter, from_params
from projects.identity import NOBODY
from projects.work import JobState
from tests.fake_analysis import FakeAnalysis, settlements
from tests.fake_desk import VIEWER
from tests.ui.analysis_shell import AnalysisShell
from tests.ui.office import address, desk, html, opened, press

PAGE = "analysis.siting.siting_page"
AREA = {"prefecture": "440200"}
SITES = {"km": "12", **AREA}


def shell(**values: Any) -> AnalysisShell:
    return AnalysisShell(values.pop("desk", None) or desk(), **values)


def said(at: AppTest) -> str:
    """Return the sentences of the answer."""
    text = html(at)
    return text[text.find("atlas-says") :] if "atlas-says" in text else ""


def test_it_asks_for_an_area_first() -> None:
    at = opened(PAGE, shell())
    assert "选一个" in html(at) and not said(at)


def test_it_answers_at_once_and_says_how_good_the_answer_is() -> None:
    at = opened(PAGE, shell(), **SITES)
    text = html(at)
    assert "新建 3 处（仁化108镇、乳源107镇、乳源103镇）" in text
    assert "12 公里以内的从 28,793 人（8.3%）增加到 213,964 人（61.6%）" in text
    assert "已证明最优" in text and "几乎一样好" in text and "路程最远的一成" in text
    assert "测算：本结果含模拟测算的数字" in text, "modelled is marked"
    assert (
        "贪心、交换改进、拉格朗日松弛定上限" in text and "乡镇没有普查人口" in text and "1 个所在" not in text
    )
    assert address(at) == SITES


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ask": "median"}, "平均路程从"),
        ({"ask": "center"}, "最远的人离最近的设施"),
        ({"ask": "cover"}, "至少要新建 7 处"),
        ({"ask": "budget", "money": "650", "each": "300"}, "用 600 万元（预算 650 万元）新建 2 处"),
        ({"ask": "capacity", "room": "40000"}, "按容量在 12 公里以内能服务的"),
        ({"sites": "grid", "grid": "20"}, "网格，每 20 公里一个点"),
        ({"detour": "1.4"}, "直线距离 × 1.4"),
        ({"count": "villages"}, "个村（居）"),
        ({"kept": "none"}, "从 0 人（0.0%）"),
    ],
)
def test_every_question_has_its_answer(given: dict[str, str], words: str) -> None:
    at = opened(PAGE, shell(), **SITES, **given)
    assert words in html(at)
    assert {k: v for k, v in address(at).items() if k in given} == given, "the link keeps the settings"


def test_nothing_is_built_where_existing_facilities_reach_everybody() -> None:
    at = opened(PAGE, shell(), **{**AREA, "ask": "cover", "km": "200"})
    assert "不需要新建" in said(at) and not [b for b in at.button if b.key == "siting-save"]


def test_in_english() -> None:
    at = opened(PAGE, shell(language="en"), **SITES)
    assert said(at) and not at.exception


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"n": "200"}, "200"),
        ({"ask": "budget"}, "预算"),
        ({"ask": "budget", "money": "100"}, "造价"),
        ({"ask": "budget", "money": "1", "each": "300"}, "预算 1 万元"),
        ({"ask": "capacity"}, "容量"),
        ({"ask": "capacity", "room": "500", "apart": "5"}, "间距"),
        ({"km": "0.1", "kept": "none", "sites": "grid", "grid": "30"}, "距离"),
        ({"apart": "90", "kept": "none"}, "间距"),
    ],
)
def test_what_has_no_answer_is_a_sentence_without_a_number(given: dict[str, str], words: str) -> None:
    at = opened(PAGE, shell(), **{**SITES, **given})
    assert words in html(at)
    assert not said(at) and not at.get("download_button")
    assert "按目前的条件不能计算" not in html(at), "every code has its own words"


def test_unusable_parameters_fall_back_with_a_notice() -> None:
    at = opened(PAGE, shell(), **{**SITES, "ask": "best", "n": "0", "people": "77", "km": "<b>"})
    text = html(at)
    assert "ask=best" in text and "n=0" in text and "图层 77" in text and "km=&#60;b&#62;" in text
    assert said(at) and "people" not in address(at)


def test_layers_are_offered_by_their_kind_and_used() -> None:
    analysis = FakeAnalysis()
    people = analysis.load(LayerKind.SETTLEMENTS, settlements(), "村庄普查")
    square = np.array([shapely.box(113.5, 24.5, 114.0, 25.0)], dtype=object)
    ban = analysis.load(LayerKind.EXCLUSIONS, ShapeLayer(square, ("保护区",), np.array([np.nan])), "生态红线")
    at = opened(PAGE, shell(analysis=analysis), **SITES, people=str(people), ban=str(ban))
    text = html(at)
    assert "村庄普查" in text and "生态红线" in text and "10 个在禁建范围内" in text
    assert "仁化1" not in said(at).split("</p>")[0], "nothing is built in the reserve"
    assert any("禁建范围" in one.label for one in at.expander), "where nothing is built is drawn and listed"


def test_a_large_question_goes_to_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siting, "SMALL_PAIRS", 10)
    office = shell()
    at = opened(PAGE, office, **SITES)
    assert "后台" in html(at) and not said(at)
    press(at, "siting-start")
    kind, title, arguments = office.jobs.submitted[0]
    assert (
        kind == "siting" and "健康养老" in title and arguments == {"filter": AREA, "settings": {"km": "12"}}
    )
    assert address(at)["job"] == "1"
    _finish(office, arguments)
    at.run()
    assert "新建 3 处" in html(at)
    assert office.jobs.job(1).state is JobState.DONE


def end(office: AnalysisShell, state: JobState, **result: Any) -> None:
    office.jobs.known[1] = replace(office.jobs.known[1], state=state, result=result)


def _finish(office: AnalysisShell, arguments: Any) -> None:
    chosen, _ = from_params(arguments["filter"])
    settings, _wrong = siting_settings.read(arguments["settings"])
    result = siting.answer(siting_inputs.gather(office.analysis, chosen, settings))
    end(office, JobState.DONE, **arguments, result=result.to_json())


def test_nobody_starts_a_job_without_signing_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siting, "SMALL_PAIRS", 10)
    at = opened(PAGE, shell(desk=desk(identity=NOBODY)), **SITES)
    assert "请先登录" in html(at) and not [b for b in at.button if b.key == "siting-start"]


def test_a_cancelled_job_gives_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siting, "SMALL_PAIRS", 10)
    office = shell()
    at = opened(PAGE, office, **SITES)
    press(at, "siting-start")
    end(office, JobState.CANCELLED)
    at.run()
    assert "已取消" in html(at) and not said(at)


def test_a_job_with_other_settings_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siting, "SMALL_PAIRS", 10)
    office = shell()
    at = opened(PAGE, office, **SITES)
    press(at, "siting-start")
    _finish(office, {"filter": AREA, "settings": {"km": "30"}})
    at.run()
    assert "条件改过了" in html(at) and not said(at)


def test_sites_are_saved_as_modelled_drafts_of_the_unit() -> None:
    office = shell()
    at = opened(PAGE, office, **SITES)
    press(at, "siting-save")
    (subject, draft), (_second, other) = office.desk.saved.items()
    content = draft.content
    assert subject.startswith("new-siting-") and "不在乳源瑶族自治县的范围内" in html(at)
    assert content["name"] == "拟选址 2 · 乳源107镇" and other.content["name"] == "拟选址 3 · 乳源103镇"
    assert (content["stage"], content["filing"], content["published"]) == ("储备", "siting", False)
    assert content["county_code"] == "440232" and content["township_code"] == "440232107"
    place = content["place/0"]
    assert isinstance(place, dict) and (place["precision"], place["method"]) == (3, "siting")
    assert "模拟" in str(content["note"]) and "2026-05-06" in str(content["note"])
    assert "已存 2 份草稿" in html(at)


def test_saving_again_leaves_a_draft_that_was_worked_on() -> None:
    office = shell()
    at = opened(PAGE, office, **SITES)
    press(at, "siting-save")
    subject = next(iter(office.desk.saved))
    office.desk.save_draft(subject, None, {**office.desk.saved[subject].content, "beds": "80"})
    press(at, "siting-save")
    assert office.desk.saved[subject].content["beds"] == "80" and "没有改动" in html(at)


def test_who_may_not_file_saves_nothing() -> None:
    at = opened(PAGE, shell(desk=desk(identity=VIEWER)), **SITES)
    assert "有填报权限的人" in html(at) and not [b for b in at.button if b.key == "siting-save"]


def test_names_of_a_layer_are_no_markup() -> None:
    analysis = FakeAnalysis()
    bad = "<script>alert(1)</script>"
    found = settlements()
    sites = PointLayer(
        found.ids, (bad,) * len(found.ids), found.lonlat, found.people, found.cost, found.capacity
    )
    key = analysis.load(LayerKind.CANDIDATES, sites, bad)
    at = opened(PAGE, shell(analysis=analysis), **SITES, sites=str(key))
    assert said(at) and bad not in html(at)


def test_the_filter_is_what_the_job_reads_again() -> None:
    chosen, issues = from_params(AREA)
    assert not issues and chosen == ProjectFilter(prefecture=("440200",))


def test_a_point_of_a_grid_is_named_with_its_county() -> None:
    at = opened(PAGE, shell(), **SITES, sites="grid", grid="20")
    head = said(at).split("</p>")[0]
    assert "瑶族自治县 113." in head or "仁化县 113." in head
