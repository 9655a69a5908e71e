"""The clusters page on fakes: each part, its sentences and guards, what is left out, links, long runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from projects.analysis import size
from projects.analysis.clusters import settlement as against
from projects.analysis.inputs import Areas, LayerKind
from projects.codes import Level
from projects.counts import AreaCount, PrecisionCount, by_area
from projects.filters import ProjectFilter
from projects.identity import NOBODY
from projects.work import JobState
from tests.fake_analysis import FakeAnalysis, Row, made, matches, settlements
from tests.fake_jobs import FakeJobs, job
from tests.ui.analysis_shell import AnalysisShell
from tests.ui.office import FakeLibrary, address, desk, html, opened

PAGE = "analysis.clusters.clusters_page"
HOSTILE = "<script>alert(1)</script> **粗** =1+1"


@dataclass
class Library(FakeLibrary):
    """Counts made of the fake's records; ``plans`` are the documents and their areas."""

    rows: tuple[Row, ...] = field(default_factory=made)
    plans: dict[str, str] = field(default_factory=lambda: {"sg2016": "440200"})
    wider: int = 2
    asked: list[ProjectFilter] = field(default_factory=list)

    def area_counts(
        self, chosen: ProjectFilter, *, precisions: Sequence[int] = (), upto: Level = Level.COUNTY
    ) -> tuple[AreaCount, ...]:
        self.asked.append(chosen)
        rows = [row for row in self.rows if matches(row, chosen)]
        counts = Counter((row.county, row.category) for row in rows if row.county)
        found = [(str(c), "county", str(c), category, n) for (c, category), n in sorted(counts.items())]
        return by_area([*found, ("440200", "prefecture", "韶关市", "tcm", self.wider)])

    def count(self, chosen: ProjectFilter) -> PrecisionCount:
        rows = [row for row in self.rows if matches(row, chosen)]
        return PrecisionCount(len(rows) + self.wider, 0, 0, 0, 0)

    def prefecture_of(self) -> dict[str, str]:
        return {row.county: row.county[:4] + "00" for row in self.rows if row.county} | {"440281": "440200"}

    def document_areas(self) -> dict[str, str]:
        return self.plans


@dataclass
class Shell(AnalysisShell):
    """An analysis shell with a library that counts."""

    library: Any = field(default_factory=Library)
    demo: bool = False


def shell(rows: tuple[Row, ...] | None = None, *, who: Any = None, **values: Any) -> Shell:
    """Return a shell over some rows; ``who`` nobody means not signed in."""
    known = made() if rows is None else rows
    values.setdefault("analysis", FakeAnalysis(rows=known))
    values.setdefault("library", Library(known))
    people = {} if who is None else {"identity": who, "units": ()}
    return Shell(desk(**people), **values)


def page(office: Shell | None = None, **params: str | int) -> AppTest:
    return opened(PAGE, office or shell(), **params)


def hostile() -> tuple[Row, ...]:
    return tuple(replace(row, name=HOSTILE) for row in made())


# ---- density ----


def test_clusters_with_money_members_noise_and_other_distances() -> None:
    text = html(page(eps="2", min="5"))
    assert "60 条有位置的记录形成 2 个密集群；29 条（48.3%）不属于任何群" in text
    assert "ε 减半得 2 个群" in text and "不是检验" in text
    assert "最大的群有 16 条" in text and "已知投资 8,990 万元（12 / 16 条已知）" in text
    assert "换一个 ε 会怎样" in text and "DBSCAN，大圆距离" in text
    assert "乡镇（街道） 8 条" in text and "未定位 2 条" in text
    assert "precision=3%2C4%2C5%2C0" in text, "a way to what was left out"


def test_members_lead_to_the_map() -> None:
    assert "SG-0001" in html(page(eps="2")) and "列出 15 个" in html(page(eps="2"))


def test_no_density_anywhere_is_said() -> None:
    text = html(page(eps="0.1", min="50"))
    assert "没有一处达到这个密度" in text and "群 1" not in text


def test_township_records_come_in_above_ten_km_and_are_said() -> None:
    assert "乡镇参考点" not in html(page(eps="10"))
    text = html(page(eps="12"))
    assert "68 条有位置的记录" in text and "8 条只知道到乡镇，按乡镇参考点计" in text
    assert "只剩 60 条，不能直接比较" in text


def test_all_on_one_spot_is_no_cluster_in_words() -> None:
    spot = tuple(replace(row, lon=113.1, lat=24.6) for row in made()[:7])
    assert "都在同一个坐标上：是一个地点，不是集聚" in html(page(shell(spot)))


@pytest.mark.parametrize("rows", [made()[68:], made()[:1], ()])
@pytest.mark.parametrize("show", ["density", "browse", "k"])
def test_too_few_places_lead_on_and_show_no_number(rows: tuple[Row, ...], show: str) -> None:
    if show == "browse" and len(rows) == 1:
        return
    text = html(page(shell(rows), show=show))
    assert "在地图上给项目定位" in text and "行业集中" in text
    assert "atlas-says" not in text and "%" not in text.split("定位到", 1)[0]


def test_hostile_names_are_text() -> None:
    for show in ("density", "browse"):
        text = html(page(shell(hostile()), show=show))
        assert "<script>" not in text


# ---- industry ----


def test_counties_by_leading_category_with_flags_in_words() -> None:
    text = html(page(show="industry"))
    assert "3 个县有" in text or "4 个县有" in text
    assert "最多的类别" in text and "2 条只知道到功能区、地市或省" in text
    assert "不等于已经存在的服务" in text


def test_quotients_of_a_category_say_when_they_are_unreliable() -> None:
    text = html(page(show="industry", cat="sports"))
    assert "体育健身" in text and "区位商不可靠" in text and "没有一个县预期有 5 条" in text
    assert address(page(show="industry", cat="sports"))["cat"] == "sports"


def test_a_category_that_does_not_occur_is_said() -> None:
    assert "没有“健康保险”" in html(page(show="industry", cat="insurance"))


def test_all_in_one_county_is_nothing_to_compare() -> None:
    rows = tuple(row for row in made() if row.county == "440232")
    text = html(page(shell(rows), show="industry"))
    assert "atlas-says" not in text and "县" in text


# ---- rates ----


def test_three_counties_are_ranked_and_never_tested() -> None:
    text = html(page(show="rates"))
    assert "太少，不能说哪一个是热点" in text and "95% 区间" in text
    assert "莫兰" not in text and "Gi" not in text
    assert "1 个县没有人口普查数字，没有比率（不是零）：乐昌市" in text
    assert "符合条件的" in text and "2 条只知道到功能区、地市或省" in text


def test_the_map_of_a_test_cannot_be_asked_for_where_there_is_none() -> None:
    at = page(show="rates", paint="gi")
    assert "热点（Gi*）" not in html(at) and not any(s.label == "地图显示" for s in at.selectbox)


def test_without_a_plan_no_county_is_judged() -> None:
    text = html(page(shell(library=Library(plans={"gx2019": "450000"})), show="rates"))
    assert "atlas-says" not in text and "规划" in text
    text = html(page(shell(library=Library(plans={})), show="rates", among="records"))
    assert "太少，不能说哪一个是热点" in text and "各县都已报齐" in text


def test_a_part_of_each_county_has_no_rate() -> None:
    text = html(page(show="rates", ids="SG-0001"))
    assert "atlas-says" not in text and "请去掉" in text


def test_records_of_counties_that_are_not_judged_are_listed() -> None:
    rows = (*made(), Row("GX-0001", "x", "tcm", "储备", 4, county="450103"))
    text = html(page(shell(rows), show="rates"))
    assert "1 条在不比较的县" in text and "450103" in text


class Lattice(FakeAnalysis):
    """One prefecture of 144 counties with a heavy west."""

    def areas(self, within: str | None, *, ring: bool = False) -> Areas:
        boxes = [
            shapely.box(100 + i / 4, 20 + j / 4, 100.25 + i / 4, 20.25 + j / 4)
            for j in range(12)
            for i in range(12)
        ]
        codes = tuple(f"4402{n:02d}" for n in range(144))
        polygons = np.array(boxes, dtype=object)
        people = np.full(144, 1e5)
        return Areas(
            codes, codes, ("440200",) * 144, polygons, shapely.get_coordinates(shapely.centroid(polygons)),
            people, people, people, np.ones(144, dtype=bool), 2020,
        )  # fmt: skip


@dataclass
class Dense(Library):
    """Counts for the lattice."""

    def area_counts(
        self, chosen: ProjectFilter, *, precisions: Sequence[int] = (), upto: Level = Level.COUNTY
    ) -> tuple[AreaCount, ...]:
        return tuple(
            AreaCount(f"4402{n:02d}", "county", f"县{n}", {"tcm": 50 if n % 12 < 5 else 2})
            for n in range(144)
        )

    def prefecture_of(self) -> dict[str, str]:
        return {f"4402{n:02d}": "440200" for n in range(144)}


def test_many_counties_are_tested_with_controlled_discoveries() -> None:
    many = shell(analysis=Lattice(), library=Dense())
    at = page(many, show="rates", paint="gi")
    text = html(at)
    assert "比率相近的县连成片" in text and "Gi* 显著的高值县" in text
    assert "Benjamini–Hochberg" in text and "9,999 次，双侧" in text and "不显著" in text
    assert any(s.label == "地图显示" for s in at.selectbox)


# ---- K ----


def test_the_k_function_says_one_plain_sentence() -> None:
    text = html(page(show="k"))
    assert "这些记录比居民点更集中（p = 0.0010）" in text
    assert "参与的记录" in text and "SG-0060" in text, "those that were compared are listed and drawn"
    assert "60 条记录与 28 个居民点比较" in text and "村、居委会数" in text
    assert "不画也不检验" in text and "2 个居民点不参与" in text


def test_a_layer_of_settlements_is_offered_by_name() -> None:
    analysis = FakeAnalysis()
    key = analysis.load(LayerKind.SETTLEMENTS, settlements(), HOSTILE)
    at = page(shell(analysis=analysis), show="k", against=key)
    assert "居民点数据" in html(at) and "atlas-says" not in html(at), "it leaves 乐昌 out"
    assert "<script>" not in html(at)
    assert address(at)["against"] == str(key)


def test_a_layer_that_is_gone_gives_the_seats_and_says_so() -> None:
    assert "没有这一份居民点数据" in html(page(show="k", against="99"))


def test_a_distance_below_the_spacing_is_refused_in_words() -> None:
    text = html(page(show="k", reach="5"))
    assert "atlas-says" not in text and "atlas-info" in text


def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(against, "AT_ONCE", 5)


def test_a_long_run_is_offered_to_those_who_are_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    large(monkeypatch)
    assert "请先登录" in html(page(shell(who=NOBODY), show="k"))
    office = shell(jobs=FakeJobs())
    at = page(office, show="k", category="elderly_care,hot_spring_town")
    assert "atlas-says" not in html(at), "no number before it is computed"
    at.button(key="k-start").click().run()
    assert office.jobs.submitted[0][0] == "k_function"
    assert office.jobs.submitted[0][2] == {
        "filter": {"category": "elderly_care,hot_spring_town"},
        "against": "seats",
        "reach": "20",
    }
    assert address(at)["job"] == "1"


def run(state: JobState, **result: Any) -> FakeJobs:
    return FakeJobs(job(3, "k_function", state=state, result=result))


@pytest.mark.parametrize("state", [JobState.CANCELLED, JobState.FAILED])
def test_a_run_that_was_stopped_shows_no_number(state: JobState) -> None:
    text = html(page(shell(jobs=run(state)), show="k", job=3))
    assert "atlas-says" not in text and ("已取消" in text or "没有做成" in text)


def test_a_run_that_is_done_is_shown() -> None:
    analysis = FakeAnalysis()
    parents = {"440224": "440200", "440232": "440200", "440281": "440200"}
    settings = against.Against()
    found = against.compare(against.prepare(analysis, ProjectFilter(), settings, parents), settings)
    done = {"settings": {"filter": {}, **settings.params}, "k": against.as_json(found), "day": "2026-05-06"}
    text = html(page(shell(jobs=run(JobState.DONE, **done)), show="k", job=3))
    assert "这些记录比居民点更集中" in text and "2026-05-06" in text
    fewer = html(page(shell(made()[1:], jobs=run(JobState.DONE, **done)), show="k", job=3))
    assert "这些记录比居民点更集中" in fewer and "SG-0060" not in fewer, "other records than those compared"
    other = html(page(shell(jobs=run(JobState.DONE, **done)), show="k", job=3, reach="15"))
    assert "另一组条件" in other and "15 公里" in other


def test_a_refusal_of_a_run_is_a_sentence() -> None:
    done = {"settings": {"filter": {}, "against": "seats", "reach": "20"}, "refused": "x", "code": "few"}
    text = html(page(shell(jobs=run(JobState.DONE, **done)), show="k", job=3))
    assert "atlas-says" not in text and "太少" in text


@pytest.mark.parametrize("text", ["99", "<b>", "99999999999999999999"])
def test_a_run_that_is_not_there_is_said_and_computed_anew(text: str) -> None:
    at = page(show="k", job=text)
    assert "那次计算不在了" in html(at) and "这些记录比居民点更集中" in html(at)


# ---- browse ----


def test_browsing_says_that_it_claims_nothing() -> None:
    text = html(page(show="browse"))
    assert "只供浏览：颜色深不等于显著集聚" in text and "画出 68 条" in text
    assert "画在乡镇参考点上" in text
    small = html(page(show="browse", res="7"))
    assert "画出 60 条" in small and "乡镇参考点" not in small
    heat = html(page(show="browse", sight="heat", sum="money"))
    assert "热力" in heat and "投资额未知，不计入合计（不是零）" in heat


# ---- links ----


@pytest.mark.parametrize(
    ("show", "params"),
    [
        ("density", {"eps": "abc", "min": "0"}),
        ("rates", {"per": "<b>", "among": "x"}),
        ("k", {"reach": "1e9"}),
        ("browse", {"res": "99"}),
        ("industry", {"cat": "<script>"}),
        ("moon", {}),
    ],
)
def test_bad_parameters_are_said_and_the_page_opens(show: str, params: dict[str, str]) -> None:
    at = page(show=show, **params)
    text = html(at)
    assert text.count("无法识别") == (len(params) or 1)
    assert "atlas-says" in text and "<script>" not in text and "<b>&" not in text


def test_the_same_link_is_the_same_page() -> None:
    at = page(show="density", eps="2.5", min="4", category="elderly_care")
    held = address(at)
    assert (held["eps"], held["min"], held["category"]) == ("2.5", "4", "elderly_care")
    assert html(page(**held)) == html(at)


def test_the_address_holds_what_the_part_uses() -> None:
    held = address(page(show="rates", per="aged60", eps="2"))
    assert held == {"show": "rates", "per": "aged60"}


def test_the_filter_reaches_the_records() -> None:
    office = shell()
    page(office, county="440232")
    assert office.analysis.asks[0].county == ("440232",)


def test_one_question_is_asked_once_while_the_page_is_used() -> None:
    office = shell()
    at = page(office, eps="2")
    before = len(office.analysis.asks)
    at.run()
    assert len(office.analysis.asks) == before


def test_practice_is_marked() -> None:
    assert "虚构的演示数据" in html(page(shell(demo=True)))


def test_english_has_no_chinese_headings() -> None:
    text = html(page(shell(language="en"), show="rates"))
    assert "atlas-title" in text


# ---- size of areas ----


def test_the_same_records_by_county_and_by_hexagon() -> None:
    text = html(page(show="scale"))
    assert "换成六边形来看" in text and "每 1,000 平方公里有位置的记录数" in text
    assert "乡镇没有边界数据" in text and "多数六边形" in text
    assert address(page(show="scale", cell="6"))["cell"] == "6"
    assert "无法识别" in html(page(show="scale", cell="12"))


@pytest.mark.parametrize("show", ["density", "industry", "rates", "k", "scale", "browse"])
def test_a_filter_that_nothing_matches_says_so_in_every_part(
    show: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Library, "count", lambda self, chosen: PrecisionCount(0, 0, 0, 0, 0))
    text = html(page(show=show))
    assert "没有符合条件的记录。请放宽左边的条件。" in text and "atlas-says" not in text


# ---- the nation's size ----


@pytest.mark.parametrize("show", ["density", "k", "scale", "browse"])
def test_a_nation_is_not_read_record_by_record(monkeypatch: pytest.MonkeyPatch, show: str) -> None:
    monkeypatch.setattr(size, "MOST_RECORDS", 10)
    monkeypatch.setattr(FakeAnalysis, "placed", lambda *_given, **_named: pytest.fail("read as a whole"))
    text = html(page(show=show))
    assert "超过一次能分析的 10 条" in text and "先在左边选一个地市" in text


def test_what_is_counted_by_county_answers_at_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "MOST_RECORDS", 10)
    assert "超过一次能分析的" not in html(page(show="industry"))
