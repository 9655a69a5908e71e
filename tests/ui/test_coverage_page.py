"""The coverage page on the made prefecture: parts, links, what is refused, what is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
import shapely

from projects.analysis.coverage.choosing import settings_of
from projects.analysis.coverage.inputs import answer
from projects.analysis.coverage.results import as_json
from projects.analysis.inputs import LayerKind, ShapeLayer
from projects.codes import Level
from projects.counts import AreaCount
from projects.filters import ProjectFilter, from_params
from projects.identity import NOBODY
from projects.ports import AreaName
from projects.summary import Summary
from projects.work import JobState
from tests.fake_analysis import SQUARES, FakeAnalysis, Row, made, matches, settlements
from tests.fake_jobs import job
from tests.ui.analysis_shell import AnalysisShell
from tests.ui.office import FakeLibrary, desk, html, opened
from tests.unit.data.exports_fake import record

PAGE = "analysis.coverage.coverage_page"
HOSTILE = "<script>alert(1)</script> **粗** =1+1"
NAMES = {code: name for code, (name, _, _) in SQUARES.items()} | {"440200": "韶关市", "440000": "广东省"}


def told(row: Row) -> Summary:
    """Return a row of the made prefecture as the table shows it."""
    return record(
        id=row.id, name=row.name, kind="site", category=row.category, stage=row.stage, county_code=row.county,
        county=NAMES.get(row.county or ""), township_code=row.township, precision=row.precision,
        beds=None if np.isnan(row.beds) else int(row.beds), basis=row.basis,
    )  # fmt: skip


@dataclass
class CoverageLibrary(FakeLibrary):
    """The library of the made prefecture."""

    analysis: FakeAnalysis

    def area(self, code: str) -> AreaName | None:
        if code not in NAMES:
            return None
        level = Level.PREFECTURE if code.endswith("00") else Level.COUNTY
        return AreaName(
            code, level, NAMES[code], None, "440000", "440200", 113.2, 24.8, (113.0, 24.5, 113.5, 25.0)
        )

    def stream(self, chosen: ProjectFilter) -> Iterator[Summary]:
        return (told(row) for row in self.analysis.rows if matches(row, chosen))

    def area_counts(self, chosen: ProjectFilter) -> tuple[AreaCount, ...]:
        found = [row.county for row in self.analysis.rows if row.county and matches(row, chosen)]
        return tuple(
            AreaCount(one, "county", NAMES[one], {"tcm": found.count(one)}) for one in sorted(set(found))
        )


@dataclass
class CoverageShell(AnalysisShell):
    """The analysis shell with a library that counts."""

    library: Any = None
    demo: bool = False

    def __post_init__(self) -> None:
        self.library = CoverageLibrary(self.analysis)


def page(analysis: FakeAnalysis | None = None, **params: Any) -> Any:
    return opened(PAGE, CoverageShell(desk(), analysis=analysis or FakeAnalysis()), **params)


def test_the_first_part_tells_rates_beds_and_who_has_no_census() -> None:
    text = html(page(prefecture="440200"))
    assert "每万人最多的是乳源瑶族自治县（1.70，32 条），最少的是仁化县（1.46，27 条）" in text
    assert "在用床位至少 72 张（已竣工或投产的 3 家中 2 家报了床位）" in text
    assert "没有普查人口、不算比率的有 1 个：乐昌市" in text
    assert "乡镇没有普查人口，不算每万人" in text and "不是全部现有服务" in text
    assert "另有 3 条不知在哪个县" in text, "what stands in no county is told and listed"
    row = next(part for part in text.split("<tr>") if "乐昌市</th>" in part)
    assert "—" in row and ">0.00<" not in row, "unknown is a dash, never nought"


def test_the_matrix_marks_and_lists_the_empty_cells_and_links_the_others() -> None:
    text = html(page(prefecture="440200", show="matrix"))
    assert "45 个格子里有" in text and "所有县都没有的类别" in text
    assert text.index("atlas-says") < text.index("atlas-matrix"), "the sentence comes before the table"
    assert "○" in text and "没有点名" in text
    links = re.findall(r'href="(\./[^"]*category=tcm[^"]*)"', text)
    asked = {key: one[0] for key, one in parse_qs(urlparse(links[0].replace("&#38;", "&")).query).items()}
    chosen, issues = from_params(asked)
    assert not issues and len(chosen.county) == 1 and chosen.category == ("tcm",)
    fake = FakeAnalysis()
    number = re.search(re.escape(links[0]) + r'"[^>]*>(\d+)<', text)
    assert number is not None
    assert int(number[1]) == sum(matches(row, chosen) for row in fake.rows), "a link shows what it counts"


def test_slots_are_never_clinics() -> None:
    text = html(page(prefecture="440200", show="clinics"))
    assert "计划名额（不是卫生室）" in text and "计划名额还有 36 个没有落点，不是卫生室" in text
    assert "另有 6 条村卫生室记录不知在哪个村" in text


def test_without_any_placed_clinic_no_coverage_is_claimed() -> None:
    fake = FakeAnalysis()
    rows = tuple(replace(one, clinics=0) for one in fake.clinic_cover("440200"))
    fake.clinic_cover = lambda within: rows  # type: ignore[method-assign]
    text = html(page(fake, prefecture="440200", show="clinics"))
    assert "库里还没有一个已定位的村卫生室" in text and "0.00" not in text


def test_what_no_register_knows_is_unknown_and_named() -> None:
    fake = FakeAnalysis()
    rows = tuple(one for one in fake.clinic_cover("440200") if one.county != "440281")
    fake.clinic_cover = lambda within: rows  # type: ignore[method-assign]
    assert "没有行政村名录的县有 1 个：乐昌市" in html(page(fake, prefecture="440200", show="clinics"))
    seats = fake.townships("440232")
    fake.townships = lambda within: seats  # type: ignore[method-assign]
    text = html(page(fake, prefecture="440200", show="reach", of="elderly_care"))
    assert "没有乡镇名录、整个没有参加的县有 2 个：仁化县、乐昌市" in text


def test_a_county_without_records_is_no_least_served_one() -> None:
    rows = tuple(row for row in made() if row.county != "440224")
    text = html(page(FakeAnalysis(rows=rows), prefecture="440200"))
    assert "一条记录也没有的有 1 个：仁化县" in text and "不等于没有服务" in text
    assert "乳源瑶族自治县每万人 1.70 条" in text and "最少的是" not in text


def test_distances_say_what_they_are_and_who_is_left_out() -> None:
    text = html(page(prefecture="440200", show="reach", of="tcm"))
    assert "公里直线范围内，三种绕行假设下都到不了的有" in text
    assert "测算：本结果含模拟测算的数字" in text, "people at seats are modelled"
    assert "距离是直线距离，不是路程" in text and "一个点代表整个乡镇" in text
    assert "有 8 条记录的位置只知道到乡镇、县或更粗" in text
    link = re.search(r'href="([^"]*precision=[^"]*)"', text)
    assert link is not None
    query = parse_qs(urlparse(link[1].replace("&#38;", "&")).query)
    assert query["precision"] == ["3,4,5,0"] and query["category"] == ["tcm"]
    assert "没有普查人口 10" in text and "其中已知" in text


def test_villages_counted_are_no_model() -> None:
    text = html(page(prefecture="440200", show="reach", count="villages"))
    assert "个村（居）" in text and "测算：" not in text and "没有普查人口" not in text


@pytest.mark.parametrize(
    ("see", "said"),
    [
        ("facilities", "归得最多的是"),
        ("access", "核对：各处可达性乘人口的和是"),
        ("circles", "步行 15 分钟（半径 0.893 公里）以内有机构的"),
        ("care", "家养老机构中，5 公里直线范围内、三种绕行假设下都没有医疗机构的有"),
    ],
)
def test_every_part_on_distances_answers_in_a_sentence(see: str, said: str) -> None:
    assert said in html(page(prefecture="440200", show="reach", see=see, of="elderly_care"))


def test_a_link_makes_the_same_page() -> None:
    params: dict[str, Any] = {
        "prefecture": "440200",
        "show": "reach",
        "see": "circles",
        "minutes": "20",
        "walk": "4",
    }
    at = page(**params)
    assert "步行 20 分钟" in html(at)
    assert dict(at.query_params) == params
    at.run()
    assert dict(at.query_params) == params


def test_a_changed_setting_stands_in_the_address_and_in_the_result() -> None:
    at = page(prefecture="440200", show="reach")
    limit = next(one for one in at.number_input if one.label == "标准（公里）")
    limit.set_value(12.5).run()
    assert at.query_params["limit"] == "12.5"
    assert "在 12.5 公里直线范围内" in html(at)


@pytest.mark.parametrize(
    "bad",
    [{"limit": "0"}, {"show": "<b>x</b>"}, {"see": "nowhere"}, {"detour": "7"}, {"of": "x,hospital"}],
)
def test_bad_parameters_are_told_and_the_page_stays_usual(bad: dict[str, Any]) -> None:
    at = page(**({"prefecture": "440200", "show": "reach"} | bad))
    text = html(at)
    assert "无法识别，已忽略" in text and "<b>x</b>" not in text
    assert not set(bad) & set(at.query_params) or at.query_params["show"] == "reach"
    at.run()
    assert "无法识别" not in html(at) or "param_issues" in at.session_state


def test_a_layer_that_is_gone_is_the_usual_one_and_that_is_said() -> None:
    at = page(prefecture="440200", show="reach", demand="77", roads="78")
    assert "链接里的图层 77 不在了" in html(at) and "链接里的图层 78 不在了" in html(at)
    assert "乡镇政府驻地" in html(at) and "demand" not in at.query_params and "roads" not in at.query_params


def test_no_placed_facility_is_a_sentence_with_the_way_to_them() -> None:
    fake = FakeAnalysis(rows=tuple(row for row in made() if row.precision > 2 or row.category != "tcm"))
    text = html(page(fake, prefecture="440200", show="reach", of="tcm"))
    assert "atlas-warning" in text and "到不了的有" not in text
    assert "precision=3%2C4%2C5%2C0" in text


def test_one_facility_and_all_on_one_spot_are_said() -> None:
    hospital = Row("SG-9001", "唯一医院", "hospital", "投产", 1, 113.2, 24.7, "440232", beds=9.0)
    alone = html(page(FakeAnalysis(rows=(hospital,)), prefecture="440200", show="reach"))
    assert "只有一个机构参加计算" in alone
    twin = replace(hospital, id="SG-9002")
    both = html(page(FakeAnalysis(rows=(hospital, twin)), prefecture="440200", show="reach"))
    assert "2 个机构都在同一个点上" in both


def test_beds_nobody_reported_give_no_access_number() -> None:
    silent = tuple(replace(row, beds=np.nan) for row in made())
    text = html(page(FakeAnalysis(rows=silent), prefecture="440200", show="reach", see="access"))
    assert "没有一个报过床位，按床位算不出可达性" in text and "张/千人" not in text


def test_loaded_settlements_are_measured_instead_of_seats() -> None:
    fake = FakeAnalysis()
    key = fake.load(LayerKind.SETTLEMENTS, settlements(40), HOSTILE)
    at = page(fake, prefecture="440200", show="reach", demand=key)
    text = html(at)
    assert "alert(1)" in text and "<script" not in text
    assert "一个点代表整个乡镇" not in text and "测算：" not in text
    assert " · 县统计局" in text, "the source that was given with a layer is printed on the result"
    assert any("村0" in str(one.options) or HOSTILE[:5] in str(one.options) for one in at.selectbox)


def test_a_layer_without_people_says_so_and_counts_places_when_asked() -> None:
    fake = FakeAnalysis()
    key = fake.load(LayerKind.SETTLEMENTS, settlements(40, people=False))
    refused = html(page(fake, prefecture="440200", show="reach", demand=key))
    assert "atlas-warning" in refused and "到不了的有" not in refused
    counted = html(page(fake, prefecture="440200", show="reach", demand=key, count="villages"))
    assert re.search(r"到不了的有 \d+ 处", counted)


def roads() -> ShapeLayer:
    lines = [
        shapely.LineString([(113.0, 24.65), (114.0, 24.65)]),
        shapely.LineString([(113.2, 25.1), (113.4, 25.1)]),
    ]
    return ShapeLayer(np.array(lines, dtype=object), ("", ""), np.array([60.0, np.nan]))


def road_page(who: Any = None, **params: Any) -> tuple[Any, CoverageShell]:
    fake = FakeAnalysis()
    key = fake.load(LayerKind.ROADS, roads())
    made_shell = CoverageShell(desk(**({"identity": who} if who else {})), analysis=fake)
    return opened(
        PAGE, made_shell, prefecture="440200", show="reach", of="elderly_care", roads=key, **params
    ), made_shell


def finished(made_shell: CoverageShell, at: Any, *, refuse: str = "") -> None:
    """Do the work of the job as the worker would, and let the page look again."""
    jobs = made_shell.jobs
    kind, _title, asked = jobs.submitted[-1]
    assert kind == "coverage"
    chosen, _ = from_params(asked["filter"])
    settings, issues = settings_of(asked["settings"])
    assert not issues
    result = dict(asked)
    if refuse:
        result |= {"refused": refuse, "values": {"metres": 1000.0}, "words": "no"}
    else:
        result |= {"answer": as_json(answer(made_shell.analysis, chosen, settings, asked["within"]))}
    number = max(jobs.known)
    jobs.known[number] = job(number, "coverage", result=json.loads(json.dumps(result)))
    at.run()


def test_roads_are_long_work_that_is_shown_when_it_is_done() -> None:
    at, made_shell = road_page()
    assert "需要几秒到几分钟" in html(at) and not made_shell.jobs.submitted
    next(one for one in at.button if one.label == "开始计算").click().run()
    assert at.query_params["job"] == "1"
    finished(made_shell, at)
    text = html(at)
    assert "沿道路 5 公里以内到不了的有" in text and "距离是沿道路的道路路程" in text
    assert "道路数据分成不相连的几部分" in text and "没有路可到" in text
    limit = next(one for one in at.number_input if one.label == "标准（公里）")
    limit.set_value(9.0).run()
    assert "设置或条件改过了" in html(at) and "沿道路 9 公里" not in html(at)


def test_a_job_that_found_no_answer_says_why() -> None:
    at, made_shell = road_page()
    next(one for one in at.button if one.label == "开始计算").click().run()
    finished(made_shell, at, refuse="no_road_near")
    text = html(at)
    assert "atlas-warning" in text and "道路" in text and "到不了的有" not in text


def test_a_cancelled_job_leaves_no_number_and_can_be_asked_again() -> None:
    at, made_shell = road_page()
    next(one for one in at.button if one.label == "开始计算").click().run()
    made_shell.jobs.known[1] = job(1, "coverage", state=JobState.CANCELLED)
    at.run()
    assert "已取消" in html(at) and "到不了的有" not in html(at)
    assert any(one.label == "开始计算" for one in at.button)


def test_another_job_is_no_answer() -> None:
    at, made_shell = road_page(job="4")
    assert made_shell.jobs.known == {} and not at.exception
    made_shell.jobs.known[4] = job(4, "geocode")
    at.run()
    assert "到不了的有" not in html(at)


def test_a_job_opened_by_its_number_shows_what_it_was_asked() -> None:
    at, made_shell = road_page(limit="9")
    next(one for one in at.button if one.label == "开始计算").click().run()
    number = max(made_shell.jobs.known)
    early = opened(PAGE, made_shell, job=number)
    assert "到不了的有" not in html(early) and early.query_params["show"] == "reach"
    finished(made_shell, at)
    for other in (early.run(), opened(PAGE, made_shell, job=number)):
        assert "沿道路 9 公里以内到不了的有" in html(other)
        assert other.query_params["limit"] == "9" and other.query_params["prefecture"] == "440200"
    assert "没有找到" in html(opened(PAGE, made_shell, job=77, show="reach", roads=1, prefecture="440200"))
    assert not opened(PAGE, made_shell, job=77).exception


def test_whoever_is_not_signed_in_is_told_to() -> None:
    at, _shell = road_page(NOBODY)
    assert "请先登录" in html(at) and not any(one.label == "开始计算" for one in at.button)


def test_without_an_area_the_page_takes_those_with_records_and_says_so() -> None:
    text = html(page(category="tcm"))
    assert "没有选地区：按有记录的地区计算（韶关市）" in text
    empty = html(page(FakeAnalysis(rows=()), category="tcm"))
    assert "atlas-warning" in empty


def test_hostile_names_stay_words_everywhere() -> None:
    rows = tuple(replace(row, name=HOSTILE) for row in made())
    for params in ({}, {"show": "matrix"}, {"show": "reach"}, {"show": "reach", "see": "care"}):
        at = page(FakeAnalysis(rows=rows), prefecture="440200", **params)
        assert "<script" not in html(at) and not at.exception


def test_the_page_speaks_english() -> None:
    made_shell = CoverageShell(desk(), analysis=FakeAnalysis(), language="en")
    at = opened(PAGE, made_shell, prefecture="440200", show="reach", lang="en")
    assert not at.exception
