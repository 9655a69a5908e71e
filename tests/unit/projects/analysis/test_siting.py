"""Choosing sites over the made prefecture: ids, rules, money, curve and bound, what is counted out; JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import hypothesis
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import BadInput
from gis.geodesy import distance_m
from gis.network import road_network
from projects.analysis.demand import Weight
from projects.analysis.inputs import LayerKind, PointLayer, ShapeLayer, Townships
from projects.analysis.siting import beside as siting_beside
from projects.analysis.siting import choosing
from projects.analysis.siting import inputs as siting_inputs
from projects.analysis.siting import problem as siting_problem
from projects.analysis.siting import solving as siting
from projects.analysis.siting.costs import Ways, ways_of
from projects.analysis.siting.result import Result, from_json
from projects.analysis.siting.settings import Kept, Question, Settings
from projects.filters import ProjectFilter
from projects.work import JobCancelled
from tests.fake_analysis import NEWEST, FakeAnalysis, seat, settlements

AREA = ProjectFilter(prefecture=("440200",))
KM12 = Settings(km=12, n=3)
PRICED = replace(KM12, each=Decimal(300), money=Decimal(900), room=40_000)


def found(settings: Settings = KM12, analysis: FakeAnalysis | None = None, **values: Any) -> Result:
    port = analysis or FakeAnalysis()
    return siting.answer(siting_inputs.gather(port, AREA, replace(settings, **values)))


def ids(result: Result) -> list[str]:
    return [one.id for one in result.sites]


def refused(settings: Settings = KM12, analysis: FakeAnalysis | None = None, **values: Any) -> BadInput:
    with pytest.raises(BadInput) as raised:
        found(settings, analysis, **values)
    return raised.value


# ---- the answers ----


def test_the_best_three_are_those_that_trying_everything_finds() -> None:
    result = found()
    inputs = siting_inputs.gather(FakeAnalysis(), AREA, KM12)
    near = distance_m(inputs.demand.lonlat[:, None], inputs.candidates.lonlat[None]) <= 12_000
    served = (distance_m(inputs.demand.lonlat[:, None], inputs.kept.lonlat[None]) <= 12_000).any(axis=1)
    count = len(inputs.candidates)
    best = max(
        float(inputs.demand.people[served | near[:, [i, j, k]].any(axis=1)].sum())
        for i in range(count)
        for j in range(i)
        for k in range(j)
    )
    assert result.objective == best == result.after and result.proved
    assert result.before == float(inputs.demand.people[served].sum())


@pytest.mark.parametrize("question", Question)
def test_every_question_adds_up_and_goes_to_json_and_back(question: Question) -> None:
    result = found(PRICED, ask=question)
    assert from_json(json.loads(json.dumps(result.to_json()))) == result
    assert result.sites and [one.number for one in result.sites] == [*range(1, len(result.sites) + 1)]
    if question is not Question.CAPACITY:
        assert result.before + sum(one.newly for one in result.sites) == pytest.approx(result.after)
        served = [*(one.served for one in result.kept), *(one.served for one in result.sites)]
        assert sum(served) == pytest.approx(result.after)
    newly = [one.newly for one in result.sites]
    assert newly == sorted(newly, reverse=True), "the next site never serves more new people than this one"
    assert sum(one.people for one in result.spots) == pytest.approx(result.people)


@pytest.mark.parametrize("question", Question)
def test_no_answer_is_better_than_its_bound(question: Question) -> None:
    result = found(PRICED, ask=question)
    assert result.bound is not None and result.gap is not None
    better = question in (Question.COVERAGE, Question.BUDGET, Question.CAPACITY)
    worst, best = (result.objective, result.bound) if better else (result.bound, result.objective)
    assert worst <= best * (1 + 1e-9)


@pytest.mark.parametrize("question", Question)
def test_the_curve_rises_under_its_bound(question: Question) -> None:
    curve = found(PRICED, ask=question).curve
    assert [one.sites for one in curve] == [*range(len(curve))]
    assert all(one.covered <= one.bound * (1 + 1e-9) for one in curve)
    assert all(a.covered <= b.covered for a, b in pairwise(curve))


def test_the_curve_knows_of_the_answer() -> None:
    result = found()
    (at,) = [one for one in result.curve if one.sites == 3]
    assert (at.covered, at.bound) == (result.after, result.after)


@pytest.mark.parametrize("question", [Question.COVERAGE, Question.MEDIAN, Question.COVER])
def test_the_order_of_rows_changes_nothing(question: Question) -> None:
    assert _told(found(ask=question, km=9.5)) == _told(found(ask=question, km=9.5, analysis=Shuffled()))


def _told(result: Result) -> tuple[Any, ...]:
    sites = sorted((one.id, one.newly, one.served, one.lon) for one in result.sites)
    return sites, result.before, result.after, round(result.objective, 3), result.never_people


class Shuffled(FakeAnalysis):
    """The same prefecture, with townships in another order."""

    def townships(self, within: str | None) -> Townships:
        held = super().townships(within)
        rows = np.random.default_rng(3).permutation(len(held.codes))

        def picked(values: tuple[Any, ...]) -> tuple[Any, ...]:
            return tuple(values[row] for row in rows)

        return Townships(
            picked(held.codes), picked(held.names), picked(held.county), held.villages[rows],
            held.communities[rows], held.lonlat[rows], picked(held.point_source),
        )  # fmt: skip


def test_people_of_a_site_stand_at_the_seat_that_has_them() -> None:
    result = found()
    spots = {one.id: one for one in result.spots}
    for site in result.sites:
        assert (site.lon, site.lat) == seat(site.id) and spots[site.id].state in ("new", "before")
        assert site.township == site.id and site.county == site.id[:6] and site.precision == 3


# ---- the rules ----


def test_existing_facilities_stay_and_are_told_apart() -> None:
    result = found()
    assert len(result.kept) == 3 and {one.stage for one in result.kept} == {"投产"}
    assert not {one.id for one in result.kept} & set(ids(result))
    assert result.ground.kept_stage_out > 0
    every = found(kept=Kept.ALL)
    assert len(every.kept) > 3 and every.before >= result.before and not every.ground.kept_stage_out
    none = found(kept=Kept.NONE)
    assert not none.kept and none.before == 0 and none.mean_before_m is None


def test_nothing_is_built_in_an_exclusion() -> None:
    analysis = FakeAnalysis()
    square = np.array([shapely.box(113.5, 24.5, 114.0, 25.0)], dtype=object)
    ban = analysis.load(LayerKind.EXCLUSIONS, ShapeLayer(square, ("保护区",), np.array([np.nan])))
    result = found(analysis=analysis, ban=str(ban))
    assert all(one.lon < 113.5 or one.lat > 25.0 for one in result.sites)
    assert result.ground.candidates_out["excluded"] == 10 and result.ground.exclusions == 1


def test_sites_keep_their_distance_from_each_other_and_from_what_exists() -> None:
    result = found(apart=25.0, n=2)
    held = np.array([(one.lon, one.lat) for one in result.sites])
    kept = np.array([(one.lon, one.lat) for one in result.kept])
    apart = distance_m(held[:, None], np.concatenate([held, kept])[None])
    assert (np.sort(apart, axis=1)[:, 1:] >= 25_000).all()
    assert result.ground.candidates_out["near_kept"] > 0


@hypothesis.settings(max_examples=25, deadline=None)
@given(st.integers(1, 4000).map(lambda n: Decimal(n) / 3), st.integers(50, 400))
def test_the_money_is_never_overspent(budget: Decimal, each: int) -> None:
    try:
        result = found(ask=Question.BUDGET, money=round(budget, 6), each=Decimal(each) / 7)
    except BadInput as error:
        assert error.code == "siting_too_dear" and budget < Decimal(each) / 7 + Decimal("0.001")
        return
    assert result.spent is None or result.spent <= budget


def test_prices_of_a_list_count_and_those_without_one_are_left_out() -> None:
    analysis, where = FakeAnalysis(), settlements()
    cost = np.where(np.arange(40) % 2, 100.0 + np.arange(40), np.nan)
    sites = PointLayer(where.ids, where.names, where.lonlat, where.people, cost, where.capacity)
    key = analysis.load(LayerKind.CANDIDATES, sites, "候选")
    result = found(analysis=analysis, sites=str(key), ask=Question.BUDGET, money=Decimal(250))
    assert result.spent == sum(one.cost or 0 for one in result.sites) <= 250
    assert result.ground.candidates_out["no_cost"] > 0
    filled = found(
        analysis=analysis, sites=str(key), ask=Question.BUDGET, money=Decimal(250), each=Decimal(90)
    )
    assert "no_cost" not in filled.ground.candidates_out and filled.after >= result.after


def test_no_site_takes_more_than_its_room() -> None:
    result = found(PRICED, ask=Question.CAPACITY)
    assert all(one.load is not None and one.load <= 40_000 + 1e-6 for one in result.sites)
    assert result.after <= result.before + 3 * 40_000 + 1e-6


def test_two_candidates_on_one_spot_are_one() -> None:
    analysis, where = FakeAnalysis(), settlements()
    twice = np.concatenate([where.lonlat[:20], where.lonlat[:20]])
    sites = PointLayer(where.ids, where.names, twice, where.people, where.cost, where.capacity)
    key = analysis.load(LayerKind.CANDIDATES, sites)
    result = found(analysis=analysis, sites=str(key))
    assert result.ground.candidates_out["same_spot"] == 20


@pytest.mark.parametrize(("said", "precision"), [({}, 3), ({"precision": 2}, 2), ({"precision": 5}, 3)])
def test_a_village_is_a_village_when_its_layer_says_so(said: dict[str, Any], precision: int) -> None:
    analysis = FakeAnalysis()
    key = analysis.load(LayerKind.SETTLEMENTS, settlements(), detail=said)
    result = found(analysis=analysis, sites=str(key))
    assert {one.precision for one in result.sites} == {precision}
    assert all(one.township is None and one.county for one in result.sites)


def test_a_grid_lies_inside_the_chosen_counties() -> None:
    chosen = ProjectFilter(county=("440224", "440232"))
    settings = replace(KM12, sites="grid", grid=10.0)
    result = siting.answer(siting_inputs.gather(FakeAnalysis(), chosen, settings))
    assert {one.county for one in result.sites} <= {"440224", "440232"}
    assert all(one.precision == 3 for one in result.sites) and result.ground.candidates > 50


# ---- beside the answer ----


def test_other_choices_are_nearly_as_good_and_really_other() -> None:
    result = found()
    for other in result.others:
        assert other.worse_by <= 0.02 and other.dropped and len(other.dropped) == len(other.taken)
        assert not {one.id for one in other.taken} & set(ids(result))
        assert other.objective == pytest.approx(result.objective * (1 - other.worse_by))


def test_a_longer_distance_never_serves_fewer() -> None:
    shorter, longer = found().changes
    assert (shorter.factor, longer.factor) == (0.8, 1.2)
    assert shorter.same <= found().after <= longer.same
    assert shorter.same <= shorter.best and longer.same <= longer.best


def test_a_point_of_a_grid_stays_when_its_neighbour_is_chosen() -> None:
    settings = replace(KM12, sites="grid", grid=2.0, n=2, kept=Kept.NONE)
    inputs = siting_inputs.gather(FakeAnalysis(), ProjectFilter(county=("440232",)), settings)
    problem = siting_problem.problem_of(inputs, ways_of(inputs))
    apart = distance_m(problem.ways.sites[0], problem.ways.sites)
    beside = int(np.argsort(apart)[1])
    far = int(np.argmax(apart))
    assert siting_beside._stays(problem, 0, [beside]) and not siting_beside._stays(problem, 0, [far])


def test_the_worst_served_are_the_farthest_tenth() -> None:
    result = found()
    wanted = {
        one.id
        for one in result.spots
        if one.metres is not None and one.metres >= (result.worst.from_m or 0.0)
    }
    assert set(result.worst.ids) == wanted
    assert result.worst.people >= 0.1 * result.people and result.worst.to_m == result.farthest_m


def test_whom_no_candidate_reaches_is_listed() -> None:
    analysis = FakeAnalysis()
    people = analysis.load(LayerKind.SETTLEMENTS, settlements())
    result = found(analysis=analysis, people=str(people))
    assert result.never_places == len(result.never) > 0
    assert result.never_people == sum(one.people for one in result.never)
    assert {one.state for one in result.never} == {"never"}
    assert not {one.id for one in result.never} & {one.id for one in result.spots if one.state != "never"}


def test_what_it_stands_on_is_told() -> None:
    ground = found().ground
    assert ground.modelled and ground.weight is Weight.PEOPLE and ground.newest == NEWEST
    assert ground.missing and ground.missing_people > 0, "乐昌 has no census, two seats no point"
    villages = found(count=Weight.VILLAGES).ground
    assert not villages.modelled and villages.missing_people == 0


def test_facilities_away_from_every_road_serve_nobody_and_stop_nothing() -> None:
    lines = np.array([shapely.LineString([(113.4, 24.8), (113.6, 24.8)])], dtype=object)
    where = np.array([[113.4, 24.8], [113.6, 24.8]])
    sites = np.array([[114.9, 26.0], [113.5, 24.8]])
    cost = np.empty((2, 2))
    ways = Ways(cost, np.ones(2), np.arange(2), where, sites, 1.0, road_network(lines))
    place, metres = ways.to_nearest(np.array([0]))
    assert place.tolist() == [-1, -1] and np.isinf(metres).all()
    place, metres = ways.to_nearest(np.array([0, 1]))
    assert place.tolist() == [1, 1] and metres == pytest.approx(distance_m(where, sites[1]), rel=1e-6)


def test_roads_are_used_and_what_they_do_not_reach_is_said() -> None:
    analysis = FakeAnalysis()
    lines = [
        shapely.LineString([seat(f"440232{n}") for n in (100, 101, 102, 103, 104)]),
        shapely.LineString([seat(f"440224{n}") for n in (100, 101, 102, 103, 104)]),
    ]
    roads = ShapeLayer(np.array(lines, dtype=object), ("甲", "乙"), np.array([np.nan, np.nan]))
    key = analysis.load(LayerKind.ROADS, roads, "路网")
    inputs = siting_inputs.gather(analysis, AREA, replace(KM12, roads=str(key), kept=Kept.NONE, n=2))
    assert not siting.small(inputs)
    result = siting.answer(inputs)
    assert result.ground.components == 2 and result.ground.no_road > 0
    assert {one.id[:6] for one in result.sites} == {"440232", "440224"}
    assert result.never_places > 0 and any(one.metres is None for one in result.never)


def test_a_run_stops_when_it_is_told_to() -> None:
    seen: list[str] = []

    def tell(step: choosing.Step) -> None:
        seen.append(step)
        if step == "others":
            raise JobCancelled

    with pytest.raises(JobCancelled):
        siting.answer(siting_inputs.gather(FakeAnalysis(), AREA, KM12), siting.AT_ONCE, tell)
    assert seen == ["ways", "choose", "curve", "others"]


# ---- what has no answer ----


def nowhere(analysis: FakeAnalysis) -> dict[str, Any]:
    square = np.array([shapely.box(112, 24, 115, 26)], dtype=object)
    return {"ban": str(analysis.load(LayerKind.EXCLUSIONS, ShapeLayer(square, ("",), np.array([np.nan]))))}


def one_spot(analysis: FakeAnalysis) -> dict[str, Any]:
    held = settlements()
    spot = np.tile([[113.2, 24.7]], (40, 1))
    layer = PointLayer(held.ids, held.names, spot, held.people, held.cost, held.capacity)
    return {"people": str(analysis.load(LayerKind.SETTLEMENTS, layer))}


def empty(analysis: FakeAnalysis) -> dict[str, Any]:
    held = settlements()
    layer = PointLayer(held.ids, held.names, held.lonlat, held.people * 0, held.cost, held.capacity)
    return {"people": str(analysis.load(LayerKind.SETTLEMENTS, layer))}


def no_candidates(analysis: FakeAnalysis) -> dict[str, Any]:
    return {"sites": str(analysis.load(LayerKind.POPULATION, settlements()))}


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (nowhere, "siting_none_left"),
        (one_spot, "siting_one_place"),
        (empty, "siting_nobody"),
        (no_candidates, "siting_layer_kind"),
        (lambda _: {"people": "99"}, "siting_layer_gone"),
        (lambda _: {"n": 29}, "siting_too_many"),
        (lambda _: {"apart": 90.0, "kept": Kept.NONE}, "siting_spacing"),
        (lambda _: {"ask": Question.BUDGET}, "siting_no_budget"),
        (lambda _: {"ask": Question.BUDGET, "money": Decimal(9)}, "siting_no_costs"),
        (lambda _: {"ask": Question.BUDGET, "money": Decimal(9), "each": Decimal(10)}, "siting_too_dear"),
        (lambda _: {"ask": Question.CAPACITY}, "siting_no_room"),
        (lambda _: {"ask": Question.CAPACITY, "room": 9, "apart": 1.0}, "siting_room_spacing"),
        (lambda _: {"sites": "grid", "grid": 0.01}, "grid_too_fine"),
    ],
)
def test_what_cannot_be_answered_says_why(make: Callable[[FakeAnalysis], dict[str, Any]], code: str) -> None:
    analysis = FakeAnalysis()
    assert refused(analysis=analysis, **make(analysis)).code == code


def test_the_number_in_a_refusal_counts_new_sites_only() -> None:
    assert refused(n=29).values == {"p": 29, "candidates": 28}
    error = refused(apart=60.0, n=9, kept=Kept.NONE)
    assert error.values["p"] == 9 and 0 < int(str(error.values["fit"])) < 9


def test_no_area_is_no_question() -> None:
    for chosen in (
        ProjectFilter(),
        ProjectFilter(county=("440232", "310101")),
        ProjectFilter(county=("999999",)),
    ):
        with pytest.raises(BadInput) as raised:
            siting_inputs.gather(FakeAnalysis(), chosen, KM12)
        assert raised.value.code == "siting_no_area"


def test_too_many_ways_are_refused_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projects.analysis.siting.costs.LARGEST_TABLE", 100)
    assert refused(ask=Question.MEDIAN).code == "siting_too_large"
    monkeypatch.setattr("projects.analysis.siting.costs.MOST_PAIRS", 100)
    assert refused(km=80.0).code == "siting_too_large"
    assert found(km=1.0, n=1).sites, "few are near, so few are held"
