"""Distance coverage: everything adds up, whatever the order of the rows; numbers checked by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.access import two_step_floating_catchment
from gis.errors import BadInput
from projects.analysis.coverage.choosing import By, CoverageSettings, Decay, Supply
from projects.analysis.coverage.reach import MOST_ROWS, Question, compose, limits, reach
from projects.analysis.coverage.results import Answer, Band, Reach, as_json, of_json
from projects.analysis.coverage.ways import Measure, straight
from projects.analysis.demand import Demand, DemandKind, Weight
from projects.analysis.inputs import Placed, ShapeLayer
from projects.codes import Basis

DEGREE_M = 111_195.08
"""Metres of a degree of latitude on the sphere."""


def places(north_m: list[float], people: list[float], county: list[str | None] | None = None) -> Demand:
    """Return places so many metres north of 24.0."""
    count = len(north_m)
    return Demand(
        DemandKind.SETTLEMENTS,
        Weight.PEOPLE,
        tuple(f"v{n}" for n in range(count)),
        tuple(f"村{n}" for n in range(count)),
        tuple(county or ["440232"] * count),
        np.array([(113.0, 24.0 + one / DEGREE_M) for one in north_m]).reshape(-1, 2),
        np.array(people, dtype=float),
        Basis.REPORTED,
    )


def facilities(north_m: list[float], beds: list[float] | None = None) -> Placed:
    count = len(north_m)
    return Placed(
        tuple(f"SG-{n:04d}" for n in range(count)),
        tuple(f"院{n}" for n in range(count)),
        np.array([(113.0, 24.0 + one / DEGREE_M) for one in north_m]).reshape(-1, 2),
        np.ones(count, dtype=np.int64),
        ("hospital",) * count,
        ("投产",) * count,
        ("440232",) * count,
        (None,) * count,
        np.array(beds if beds is not None else [10.0] * count, dtype=float),
        (None,) * count,
        ("documented",) * count,
        count,
        {},
    )


def found(demand: Demand, placed: Placed, core: np.ndarray[Any, Any] | None = None, **settings: Any) -> Reach:
    return reach(Question(CoverageSettings(**settings), demand, placed, {"440232": "乳源"}, core))


def test_bands_by_hand() -> None:
    result = found(places([1_000, 4_000, 9_000], [10, 20, 30]), facilities([0]), limit=5)
    assert result.covered == (30.0, 10.0, 10.0) and result.uncovered == (30.0, 50.0, 50.0)
    assert result.bands == {Band.SURE: (10.0, 1), Band.DEPENDS: (20.0, 1), Band.GAP: (30.0, 1)}
    assert result.gap == (30.0, 1)
    assert result.median == pytest.approx(4_000, abs=1) and result.farthest == pytest.approx(9_000, abs=1)
    assert [row.id for row in result.rows] == ["v2", "v1", "v0"], "the worst served first"
    assert result.rows[0].band is Band.GAP and result.rows[0].facility == 0


@given(
    st.lists(st.tuples(st.floats(0, 60_000), st.integers(0, 5_000)), min_size=1, max_size=25),
    st.lists(st.floats(0, 60_000), min_size=1, max_size=6),
    st.floats(0.5, 30),
)
def test_every_sum_is_the_whole(rows: list[tuple[float, int]], at: list[float], limit: float) -> None:
    county = [None if n % 3 else "440232" for n in range(len(rows))]
    demand = places([one for one, _ in rows], [float(n) for _, n in rows], county)
    result = found(demand, facilities(at), limit=limit)
    whole = pytest.approx(demand.total)
    for yes, no in zip(result.covered, result.uncovered, strict=True):
        assert yes + no == whole
    assert sum(people for people, _ in result.bands.values()) == whole
    assert sum(count for _, count in result.bands.values()) == len(rows)
    assert sum(one.people for one in result.counties) == whole
    assert sum(one.places for one in result.counties) == len(rows)
    assert sum(one.gap for one in result.counties) == pytest.approx(result.gap[0])
    for n in range(len(result.factors)):
        assert sum(one.covered[n] for one in result.counties) == pytest.approx(result.covered[n])
    near = sum(row.people for row in result.rows if row.cost is not None and row.cost <= result.limit)
    assert sum(one.people for one in result.facilities) == pytest.approx(near)
    if result.access is not None:
        assert result.access.given == pytest.approx(result.access.reached)


@given(st.integers(1, 12), st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(count: int, sites: int, chance: Any) -> None:
    north = [chance.uniform(0, 40_000) for _ in range(count)]
    demand = places(north, [float(chance.randint(1, 900)) for _ in range(count)])
    placed = facilities(
        [chance.uniform(0, 40_000) for _ in range(sites)], list(map(float, range(5, 5 + sites)))
    )
    order = list(range(count))
    chance.shuffle(order)
    shuffled = replace(
        demand,
        ids=tuple(demand.ids[n] for n in order),
        names=tuple(demand.names[n] for n in order),
        lonlat=demand.lonlat[order],
        people=demand.people[order],
    )
    one, other = found(demand, placed), found(shuffled, placed)
    assert {row.id: row.band for row in one.rows} == {row.id: row.band for row in other.rows}
    first = {row.id: (row.people, row.cost, row.access) for row in one.rows}
    for row in other.rows:
        assert (row.people, row.cost, row.access) == pytest.approx(first[row.id])
    assert [f.people for f in one.facilities] == pytest.approx([f.people for f in other.facilities])


def test_access_is_that_of_the_tested_function_and_shows_two_catchments() -> None:
    demand, placed = places([0, 3_000, 12_000], [100, 300, 50]), facilities([0, 11_000], [8, 4])
    result = found(demand, placed, catch=10.0, decay=Decay.STEP)
    cost = [[0, 11_000], [3_000, 8_000], [12_000, 1_000]]
    want = two_step_floating_catchment([100, 300, 50], [8, 4], cost, 10_000)
    access = {row.id: row.access for row in result.rows}
    assert [access[f"v{n}"] for n in range(3)] == pytest.approx(want.tolist())
    wide = two_step_floating_catchment([100, 300, 50], [8, 4], cost, 15_000)
    other = {row.id: row.access_wide for row in result.rows}
    assert [other[f"v{n}"] for n in range(3)] == pytest.approx(wide.tolist())
    assert result.access is not None and result.access.given == pytest.approx(12.0)


def test_beds_nobody_reported_supply_nothing_and_are_counted() -> None:
    nan = float("nan")
    result = found(places([0], [100]), facilities([0, 1_000], [nan, 5.0]))
    assert result.access is not None
    assert (result.access.supply, result.access.unknown_supply) == (5.0, 1)
    assert result.facilities[0].beds is None and result.facilities[1].beds == 5
    refused = found(places([0], [100]), facilities([0], [nan]))
    assert refused.access is None and refused.no_access == "no_beds_known"
    assert refused.rows[0].access is None, "never a number beside the refusal"
    ones = found(places([0], [100]), facilities([0], [nan]), supply=Supply.ONE)
    assert ones.access is not None and ones.access.supply == 1.0
    assert ones.rows[0].access == pytest.approx(0.01)


def test_beds_unknown_in_reach_are_not_no_beds() -> None:
    nan = float("nan")
    demand, placed = places([0, 30_000, 60_000], [100, 20, 7]), facilities([0, 30_000], [5.0, nan])
    result = found(demand, placed)
    access = {row.id: row.access for row in result.rows}
    assert access["v0"] == pytest.approx(0.05) and access["v1"] is None and access["v2"] == 0.0
    assert result.access is not None
    assert (result.access.nobody, result.access.unclear) == (7.0, 20.0)
    ones = {row.id: row.access for row in found(demand, placed, supply=Supply.ONE).rows}
    assert ones["v1"] == pytest.approx(0.05)


def test_a_facility_far_from_everybody_is_no_supply_that_was_reached() -> None:
    result = found(places([0], [100]), facilities([0, 200_000], [5.0, 7.0]))
    assert result.access is not None
    assert (result.access.supply, result.access.reached) == (12.0, 5.0)
    assert result.access.given == pytest.approx(5.0)


def test_nobody_living_there_is_a_reason_and_no_division() -> None:
    result = found(places([0, 10], [0, 0]), facilities([0]))
    assert result.no_access == "nobody_lives_there" and result.people == 0
    assert result.median is not None


def test_neighbours_compete_for_the_supply_and_are_counted_nowhere_else() -> None:
    demand, placed = places([0, 500], [100, 300], ["440232", "431022"]), facilities([0])
    alone = found(demand.only(np.array([True, False])), placed, decay=Decay.STEP)
    both = found(demand, placed, np.array([True, False]), decay=Decay.STEP)
    assert both.people == 100 and both.places == 1 and len(both.counties) == 1
    assert both.covered == alone.covered
    assert alone.rows[0].access == pytest.approx(0.1) and both.rows[0].access == pytest.approx(0.025)
    assert both.access is not None and both.access.given == pytest.approx(both.access.reached)


def test_circles_count_people_within_speed_times_time() -> None:
    result = found(places([800, 2_000, 6_000], [1, 10, 100]), facilities([0]), detour=1.4)
    by_mode = {one.mode: (one.people, one.places) for one in result.circles}
    assert by_mode == {"walk": (1.0, 1), "bicycle": (11.0, 2), "car": (111.0, 3)}
    assert result.circles[0].radius_m == pytest.approx(5_000 / 4 / 1.4)


def test_the_curve_ends_at_twice_the_limit_and_holds_the_bands() -> None:
    result = found(places([1_000, 4_000, 9_000], [10, 20, 30]), facilities([0]), limit=5)
    assert result.curve[0][0] == 0.0 and result.curve[-1][0] == 10_000.0
    middle = dict(result.curve)[5_000.0]
    assert middle == result.covered
    assert all(b >= a for (_, one), (_, two) in zip(result.curve, result.curve[1:], strict=False)
               for a, b in zip(one, two, strict=True))  # fmt: skip


def road_layer(speed: float = 60.0) -> ShapeLayer:
    line = shapely.LineString([(113.0, 24.0), (113.0, 24.1)])
    return ShapeLayer(np.array([line], dtype=object), ("县道",), np.array([speed]))


def test_along_a_road_there_is_one_band_and_unreachable_places_are_a_gap() -> None:
    demand = places([1_000, 4_000, 9_000, 90_000], [10, 20, 30, 40])
    question = Question(CoverageSettings(roads=3, limit=5), demand, facilities([0]), {})
    result = reach(question, road_layer())
    assert result.measure is Measure.ROAD and result.factors == (1.0,)
    assert result.covered == (30.0,) and result.uncovered == (70.0,)
    assert result.bands[Band.NO_WAY] == (40.0, 1) and result.gap == (70.0, 2)
    assert result.no_road == 1 and result.rows[0].cost is None and result.rows[0].facility is None
    timed = Question(CoverageSettings(roads=3, by=By.MINUTES, minutes=5), demand, facilities([0]), {})
    minutes = reach(timed, road_layer())
    assert minutes.measure is Measure.MINUTES and minutes.limit == 5.0 and minutes.covered == (30.0,)


def test_limits_are_metres_or_minutes() -> None:
    assert limits(CoverageSettings()).limit == 5_000.0
    by_minutes = CoverageSettings(by=By.MINUTES, minutes=12)
    assert limits(by_minutes).limit == 5_000.0, "without roads there are no minutes"
    assert limits(replace(by_minutes, roads=1)).limit == 12.0
    assert limits(replace(by_minutes, roads=1)).catch == 24.0


def test_other_rows_than_those_measured_are_refused() -> None:
    demand, placed = places([0, 1], [1, 1]), facilities([0])
    question = Question(CoverageSettings(), demand, placed, {})
    with pytest.raises(ValueError, match="not those"):
        compose(question, straight(demand.lonlat[:1], placed.lonlat, 1_000.0))
    with pytest.raises(BadInput) as error:
        reach(replace(question, facilities=facilities([])))
    assert error.value.code == "no_facilities"


def test_a_result_of_many_places_keeps_the_worst_and_all_sums() -> None:
    count = MOST_ROWS + 50
    result = found(places([float(n) for n in range(count)], [1.0] * count), facilities([0]))
    assert len(result.rows) == MOST_ROWS and result.places == count and result.people == count
    assert result.rows[0].id == f"v{count - 1}"


def test_an_answer_travels_as_json() -> None:
    result = found(places([0, 9_000], [100, 5]), facilities([0, 1], [float("nan"), 3.0]))
    made = Answer(result, {3: 4, 0: 1}, {}, 2, {"category": "hospital"}, None)
    text = json.dumps(as_json(made))
    assert of_json(json.loads(text)) == made
    assert len(of_json(as_json(made, 1)).reach.rows) == 1
    with pytest.raises(ValueError, match="reach"):
        of_json({"left_out": {}})
