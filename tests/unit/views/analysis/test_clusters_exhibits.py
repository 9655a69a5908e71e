"""Exhibits of the clusters page: rows, classes and geometries mean the same; flags stand in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import shapely
import streamlit as st

from gis.statistics import Power
from layers import palette
from projects.analysis.clusters import browsing, concentrating, scaling
from projects.analysis.clusters import density as clustering
from projects.analysis.clusters import settlement as against
from projects.analysis.clusters.ranking import Paint, Per, Rates, rank
from projects.analysis.exhibit import Exhibit, Table
from projects.analysis.universe import Among
from projects.codes import Basis
from projects.counts import AreaCount
from projects.filters import ProjectFilter
from tests.fake_analysis import FakeAnalysis, made, placed_of
from tests.ui.office import FakeLibrary
from tests.unit.projects.analysis.placed_rows import One, placed
from tests.unit.projects.analysis.test_ranking import changed, lattice, west_heavy
from views.analysis.clusters import browse as clusters_browse
from views.analysis.clusters import density as clusters_density
from views.analysis.clusters import industry as clusters_industry
from views.analysis.clusters import rates as clusters_rates
from views.analysis.clusters import rates_words as clusters_rates_words
from views.analysis.clusters import scale as clusters_scale
from views.analysis.clusters import settlement_exhibit as clusters_k_exhibit
from views.analysis.clusters import words as clusters_words
from views.analysis.clusters.rates_words import Accounts, p_text
from views.i18n import Translate, translator

HOSTILE = "<script>alert(1)</script> **粗** =1+1"
DAY = date(2026, 5, 6)


@dataclass
class Reader:
    """What exhibits read of a shell."""

    language: str = "zh"
    demo: bool = False
    version: str = "exhibits"
    library: FakeLibrary = field(default_factory=FakeLibrary)

    @property
    def translate(self) -> Translate:
        return translator(self.language)


class Asked:
    """What exhibits read of the page's inputs."""

    chosen = ProjectFilter(category=("tcm",))  # type: ignore[arg-type]
    day, matched = DAY, 40

    def link(self, show: str, settings: Mapping[str, str]) -> Mapping[str, str]:
        return {"category": "tcm", "show": show, **settings}


ASKED: Any = Asked()


def shell(**values: Any) -> Any:
    st.session_state.clear()
    return Reader(**values)


def table(found: Exhibit, key: str) -> Table:
    return next(one for one in found.tables if one.key == key)


def column(one: Table, key: str) -> list[Any]:
    at = [c.key for c in one.columns].index(key)
    return [row[at] for row in one.rows]


# ---- density ----


def density(rows: list[One], settings: clustering.Density, **values: Any) -> Exhibit:
    held = placed(*rows, townships=settings.townships)
    return clusters_density.exhibit(shell(**values), ASKED, held, clustering.cluster(held, settings))


KNOT = [One(f"SG-{n:04d}", 113 + 0.001 * n, investment=Decimal("10.500000")) for n in range(6)]


def test_every_record_that_took_part_is_a_row_and_noise_is_said_in_words() -> None:
    found = density([*KNOT, One("SG-0099", 114.5)], clustering.Density(2, 3))
    records = table(found, "records")
    assert column(records, "project_id") == [*(one.id for one in KNOT), "SG-0099"]
    assert column(records, "cluster") == ["群 1"] * 6 + ["不属于任何群"]
    assert records.look is not None and records.look.of_row == (0,) * 6 + (1,)
    assert column(table(found, "clusters"), "investment_wan") == [Decimal(63)]
    assert "63 万元（6 / 6 条已知）" in found.says[1], "no needless decimals"
    assert found.data_date == DAY and found.link["eps"] == "2" and found.link["show"] == "density"


def test_a_wide_cluster_names_its_first_counties_and_how_many_there_are() -> None:
    codes = ("440203", "440204", "440205", "440222", "440224", "440229", "440232")
    rows = [One(f"SG-{n:04d}", 113 + 0.001 * n, county=code) for n, code in enumerate(codes)]
    found = density(rows, clustering.Density(2, 3))
    assert "等 7 个县" in found.says[1] and "乳源瑶族自治县" not in found.says[1]
    assert "乳源瑶族自治县" in column(table(found, "clusters"), "counties")[0]


def test_an_unknown_sum_is_unknown_and_never_nought() -> None:
    found = density([One("A-1"), One("A-2")], clustering.Density(1, 2))
    assert column(table(found, "clusters"), "investment_wan") == [None]
    assert found.says[0].startswith("这 2 条记录都在同一个坐标上")


def test_hostile_names_are_carried_as_they_are_and_nothing_else() -> None:
    held = replace(placed(*KNOT), names=(HOSTILE,) * 6)
    found = clusters_density.exhibit(shell(), ASKED, held, clustering.cluster(held, clustering.Density(2, 3)))
    assert set(column(table(found, "records"), "name")) == {HOSTILE}
    assert not any("<script>" in sentence for sentence in (*found.says, *found.caveats))


def test_practice_is_demo_and_everything_else_derived() -> None:
    settings = clustering.Density(2, 3)
    assert density(KNOT, settings, demo=True).basis is Basis.DEMO
    assert density(KNOT, settings).basis is Basis.DERIVED


# ---- browse ----


@pytest.mark.parametrize("amount", list(browsing.Amount))
def test_cells_without_any_known_money_are_hatched_not_nought(amount: browsing.Amount) -> None:
    rows = [One("A-1", investment=Decimal(60_000)), One("A-2", 114.9), One("A-3", 114.9)]
    held, settings = placed(*rows), browsing.Browse(resolution=5, amount=amount)
    found = clusters_browse.exhibit(shell(), ASKED, held, browsing.look(held, settings))
    cells = table(found, "hexagons")
    assert cells.look is not None
    classes = dict(zip(column(cells, "records"), cells.look.of_row, strict=True))
    assert classes == ({1: 0, 2: 1} if amount is browsing.Amount.RECORDS else {1: 3, 2: None})
    assert ("2 条投资额未知，不计入合计（不是零）。" in found.caveats) is (amount is browsing.Amount.MONEY)


def test_heat_is_strong_where_money_is_known_and_claims_nothing() -> None:
    held = placed(One("A-1", investment=Decimal(5)), One("A-2"))
    settings = browsing.Browse(browsing.Sight.HEAT, amount=browsing.Amount.MONEY)
    found = clusters_browse.exhibit(shell(), ASKED, held, browsing.look(held, settings))
    assert column(table(found, "heat"), "strength") == [Decimal(5), None]
    assert "不等于显著集聚" in found.says[1]


def test_the_least_hexagon_is_told_from_land_and_sea() -> None:
    def seen(colour: str, ground: str) -> float:
        """Return how far the shade over a ground is from both grounds, in 8-bit steps."""
        one, below = (np.array([int(c[n : n + 2], 16) for n in (1, 3, 5)]) for c in (colour, ground))
        over = palette.SHADE_ALPHA * one + (1 - palette.SHADE_ALPHA) * below
        return float(np.abs(over - below).max())

    for colour in clusters_words.HEXAGONS:
        assert min(seen(colour, palette.LAND), seen(colour, palette.WATER)) > 60


# ---- industry ----

COUNTS = (
    AreaCount("440232", "county", "乳源", {"tcm": 18, "hospital": 2}),
    AreaCount("440281", "county", HOSTILE, {"tcm": 2, "sports": 2}),
    AreaCount("440224", "county", "仁化", {"hospital": 6, "sports": 6}),
    AreaCount("440200", "prefecture", "韶关市", {"tcm": 7}),
)
SHAPE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}


def industry(category: str = "", counts: tuple[AreaCount, ...] = COUNTS) -> Exhibit:
    found = concentrating.concentrate(counts)
    shapes = {"440232": SHAPE, "440281": SHAPE, "440224": SHAPE}
    return clusters_industry.exhibit(shell(), ASKED, found, shapes, concentrating.Shares(category))


def test_few_and_tied_counties_have_no_class_of_a_category() -> None:
    one = table(industry(), "counties")
    assert one.look is not None and column(one, "code") == ["440224", "440232", "440281"]
    names = [None if n is None else one.look.classes[n].title for n in one.look.of_row]
    assert names == ["并列", "中医药", None]
    assert column(one, "remark") == ["并列", "", "不足 5 条；并列"]


def test_a_quotient_that_cannot_be_relied_on_is_not_coloured() -> None:
    one = table(industry("tcm"), "counties")
    assert one.look is not None and column(one, "remark") == ["并列", "", "不足 5 条；并列；区位商不可靠"]
    assert one.look.of_row[0] == 0 and one.look.of_row[2] is None, (
        "no 中医药 at all; fewer than five expected"
    )
    assert column(one, "quotient")[0] == 0 and column(one, "of_category") == [0, 18, 2]


def test_all_shares_are_in_the_files_and_wider_records_are_said() -> None:
    found = industry()
    assert sum(column(table(found, "quotients"), "records")) == 36
    assert any("7 条只知道到功能区" in line for line in found.caveats)


# ---- rates ----


def rates(side: int, paint: Paint = Paint.RATE, language: str = "zh", **columns: Any) -> Exhibit:
    areas = changed(lattice(side), **columns)
    found = rank(areas, west_heavy(areas), Rates(Per.RESIDENTS, Among.PLANS))
    shapes = dict.fromkeys(found.codes, SHAPE)
    accounts = Accounts({"450103": 2}, 7, 1, ("440200",), 2020)
    result = clusters_rates.Result(found, accounts, shapes)
    return clusters_rates.exhibit(shell(language=language), ASKED, result, paint)


@pytest.mark.parametrize(
    ("side", "tests", "gi"), [(3, False, False), (5, False, False), (6, True, False), (10, True, True)]
)
def test_the_number_of_counties_says_what_is_shown(side: int, tests: bool, gi: bool) -> None:
    found = rates(side)
    assert any(one.key == "tests" for one in found.tables) is tests
    assert ("不能说哪一个是热点" in found.says[0]) is not tests
    assert ("检验力低" in found.says[0]) is (tests and not gi)
    assert ("自己的比率不一定高" in found.says[0]) is gi, "Gi* speaks of a county with its neighbours"
    if tests:
        keys = [c.key for c in table(found, "tests").columns]
        assert ("gi_z" in keys) is gi
        assert any(one.key == "permutations" for one in found.parameters)


@pytest.mark.parametrize("paint", [Paint.MORAN, Paint.GI])
def test_what_does_not_pass_is_grey_and_called_not_significant(paint: Paint) -> None:
    found = rates(10, paint)
    one = table(found, "rates")
    assert one.look is not None and one.look.classes[-1].title == "不显著"
    titles = [one.look.classes[n].title for n in one.look.of_row if n is not None]
    assert titles.count("不显著") > 0 and any(title in ("热点", "高，邻县也高") for title in titles)
    words = column(table(found, "tests"), "gi_kind" if paint is Paint.GI else "moran_kind")
    assert words.count("不显著") == titles.count("不显著"), "map and table say the same"


def test_a_map_that_there_is_no_test_for_shows_the_rates() -> None:
    one = table(rates(3, Paint.GI), "rates")
    assert one.look is not None and "不表示显著" in one.look.title


def test_no_census_is_a_dash_and_hatched() -> None:
    people = np.full(9, 1e5)
    people[4] = np.nan
    one = table(rates(3, population=people), "rates")
    assert one.look is not None and one.rows[-1][0] is None and one.look.of_row[-1] is None
    assert column(one, "remark")[-1] == "没有人口普查数字" and column(one, "rate")[-1] is None


def test_every_record_is_accounted_for_in_a_sentence() -> None:
    found = rates(3)
    inside = sum(column(table(found, "rates"), "records"))
    assert any(f"符合条件的 {inside + 10} 条：{inside} 条计入这些县" in line for line in found.caveats)
    assert column(table(found, "not_judged"), "records") == [2]


def test_probabilities_have_the_decimals_they_need() -> None:
    assert [p_text(p) for p in (0.0002, 0.0102, 1.0)] == ["0.0002", "0.010", "1.000"]


def test_differences_by_chance_are_said_so() -> None:
    areas = lattice(6)
    found = rank(areas, dict.fromkeys(areas.codes, 3), Rates())
    assert found.power is Power.LOW
    assert "不超过偶然" in clusters_rates_words.says(shell(), found)[0]


# ---- K ----


def k_result(**values: Any) -> against.KResult:
    base = against.KResult(
        (10_000.0, 20_000.0), (9_000.0, 21_000.0), (8_000.0, 20_000.0), (7_000.0, 19_000.0),
        (8_500.0, 20_500.0), 0.001, True, 8_600.0, 60, 28, 15, 2, 999, 0.05, 1, "villages", "derived", "", 1,
    )  # fmt: skip
    return replace(base, **values)


def k(**values: Any) -> Exhibit:
    return clusters_k_exhibit.exhibit(shell(), ASKED, against.Against(), k_result(**values), DAY)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "更集中（p = 0.0010）"),
        ({"closer": False}, "更分散"),
        ({"p": 0.2}, "没有发现这些记录比居民点更集中或更分散（p = 0.200）"),
    ],
)
def test_one_plain_sentence_for_each_outcome(values: dict[str, Any], told: str) -> None:
    assert told in k(**values).says[0]


def test_several_prefectures_and_few_records_are_said_beside_the_result() -> None:
    several = k(prefectures=3).says
    assert "3 个地市，不能下结论" in several[0] and not any("更集中" in line for line in several)
    assert any("检验力低" in line for line in k(n=7).says) and not any("检验力低" in s for s in k().says)


def test_the_curve_is_in_km_and_a_raster_is_modelled() -> None:
    (curve,) = k().curves
    assert curve.x == (10.0, 20.0) and curve.low == (7.0, 19.0) and curve.other == (8.0, 20.0)
    assert k(basis="modelled", weight="people", source="x").modelled and not k().modelled


# ---- size of areas ----


def test_hexagons_are_drawn_with_the_class_of_the_table() -> None:
    rows = placed_of(made())
    found = scaling.scale(rows, FakeAnalysis().areas("440200"), scaling.Scale(4))
    shown = clusters_scale.exhibit(shell(), ASKED, found)
    cells = table(shown, "hexagons")
    assert cells.look is not None
    assert [cells.look.classes[n or 0].title for n in cells.look.of_row] == column(cells, "class")
    assert all(shapely.geometry.shape(g).is_valid for g in cells.geometries)
    changed_names = {row[0] for row in table(shown, "counties").rows if row[-1] == "等级不同"}
    assert changed_names == {one.name for one in found.changed}


# ---- words ----


def test_sentences_are_joined_as_the_language_does() -> None:
    assert clusters_words.sentences(shell(), "甲。", "", "乙。") == "甲。乙。"
    assert clusters_words.sentences(shell(language="en"), "A.", "", "B.") == "A. B."


def test_what_is_left_out_adds_up_and_nothing_left_out_is_not_said() -> None:
    assert clusters_words.left_out(shell(), placed(*KNOT)) == ""
    told = clusters_words.left_out(shell(), placed(*KNOT, One("A-1", precision=3), left=4))
    assert "11 条符合条件，其中 5 条位置太粗" in told and "乡镇（街道） 1 条" in told
