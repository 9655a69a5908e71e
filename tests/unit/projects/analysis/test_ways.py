"""Distances: by line and by road one shape of result; what no road reaches stays out of reach."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from gis.errors import BadInput
from gis.geodesy import distance_m
from projects.analysis.coverage import ways
from projects.analysis.coverage.ways import Measure, by_road, roads_of, straight
from projects.analysis.inputs import ShapeLayer

ROAD = shapely.LineString([(113.0, 24.8), (113.1, 24.8), (113.1, 24.9)])
FAR_ROAD = shapely.LineString([(114.0, 24.8), (114.1, 24.8)])


def layer(*lines: Any, speed: tuple[float, ...] = ()) -> ShapeLayer:
    speeds = np.array(speed or [np.nan] * len(lines))
    return ShapeLayer(np.array(lines, dtype=object), ("",) * len(lines), speeds)


def metres(*lines: Any, **values: Any) -> ways.Roads:
    return roads_of(layer(*lines, **values), minutes=False, pace_kmh=20)


def test_the_straight_line_is_the_great_circle_and_pairs_stop_at_the_catchment() -> None:
    demand = np.array([(113.0, 24.8), (113.0, 25.2)])
    found = straight(demand, np.array([(113.0, 24.8), (113.05, 24.8)]), 6_000.0)
    assert found.facility.tolist()[0] == 0 and found.cost[0] == 0.0
    assert found.pairs.nnz == 2, "the pair at no distance is kept, the far place has none"
    assert found.factors == (1.2, 1.4, 2.0) and found.measure is Measure.STRAIGHT


def test_a_road_is_never_shorter_than_the_line() -> None:
    chance = np.random.default_rng(3)
    demand = np.column_stack([chance.uniform(113.0, 113.1, 60), np.full(60, 24.8)])
    facilities = np.array([(113.1, 24.9), (113.1, 24.85)])
    road = by_road(metres(ROAD), demand, facilities, 50_000.0)
    line = straight(demand, facilities, 50_000.0)
    assert np.isfinite(road.cost).all()
    assert (road.cost >= line.cost - 1.0).all() and road.factors == (1.0,)
    corner = distance_m([113.1, 24.8], facilities[1])
    want = distance_m(demand, [113.1, 24.8]) + corner
    assert road.cost == pytest.approx(want, abs=110), "joined to a node every 50 m, there and here"


def test_groups_of_facilities_give_what_one_search_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(4)
    demand = np.column_stack([chance.uniform(113.0, 113.1, 40), np.full(40, 24.8)])
    facilities = np.column_stack([np.full(9, 113.1), chance.uniform(24.8, 24.9, 9)])
    whole = by_road(metres(ROAD), demand, facilities, 8_000.0)
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(ways, "CELLS", 1)
    parts = by_road(metres(ROAD), demand, facilities, 8_000.0, lambda done, of: seen.append((done, of)))
    assert parts.facility.tolist() == whole.facility.tolist()
    assert parts.cost == pytest.approx(whole.cost)
    assert (parts.pairs != whole.pairs).nnz == 0 and parts.pairs.nnz == whole.pairs.nnz
    assert seen == [(n, 9) for n in range(9)]


def test_two_components_and_no_road_are_told_apart() -> None:
    demand = np.array([(113.02, 24.8), (114.05, 24.8), (113.5, 25.4)])
    found = by_road(metres(ROAD, FAR_ROAD), demand, np.array([(113.1, 24.85)]), 50_000.0)
    assert np.isfinite(found.cost).tolist() == [True, False, False]
    assert found.facility.tolist() == [0, -1, -1]
    assert found.apart.tolist() == [1] and found.no_road.tolist() == [2]


def test_a_facility_on_the_other_component_is_no_reason_to_call_a_place_apart() -> None:
    demand = np.array([(113.02, 24.8), (114.05, 24.8)])
    facilities = np.array([(113.1, 24.85), (114.1, 24.8), (112.0, 23.0)])
    found = by_road(metres(ROAD, FAR_ROAD), demand, facilities, 50_000.0)
    assert found.apart.tolist() == [] and found.facility.tolist() == [0, 1]
    assert found.facilities_no_road.tolist() == [2]
    assert metres(ROAD, FAR_ROAD).components[0] > metres(ROAD, FAR_ROAD).components[1]


def test_minutes_are_metres_over_speed() -> None:
    roads = roads_of(layer(ROAD, speed=(60.0,)), minutes=True, pace_kmh=20)
    start, end = np.array([(113.0, 24.8)]), np.array([(113.1, 24.8)])
    found = by_road(roads, start, end, 30.0)
    assert found.measure is Measure.MINUTES
    assert found.cost[0] == pytest.approx(float(distance_m(start[0], end[0])) / 1000.0, rel=1e-3)
    assert found.pairs.data == pytest.approx(found.cost)
    assert by_road(roads, start, end, 5.0).pairs.nnz == 0, "ten minutes are no five"


def test_roads_without_speed_take_the_pace_and_are_counted() -> None:
    roads = roads_of(layer(ROAD, FAR_ROAD, speed=(np.nan, 60.0)), minutes=True, pace_kmh=20)
    assert roads.without_speed == 1
    start, end = np.array([(113.0, 24.8)]), np.array([(113.1, 24.8)])
    found = by_road(roads, start, end, 90.0)
    assert found.cost[0] == pytest.approx(float(distance_m(start[0], end[0])) / 1000.0 * 3.0, rel=1e-3)
    with pytest.raises(BadInput) as error:
        roads_of(layer(ROAD), minutes=True, pace_kmh=20)
    assert error.value.code == "no_speeds"


def test_what_cannot_be_measured_is_refused() -> None:
    here = np.array([(113.0, 24.8)])
    nothing = np.empty((0, 2))
    with pytest.raises(BadInput) as error:
        straight(here, nothing, 1_000.0)
    assert error.value.code == "no_facilities"
    with pytest.raises(BadInput) as error:
        by_road(metres(ROAD), here, nothing, 1_000.0)
    assert error.value.code == "no_facilities"
    with pytest.raises(BadInput) as error:
        by_road(metres(ROAD), here, np.array([(100.0, 30.0)]), 1_000.0)
    assert error.value.code == "no_road_near"


def test_a_catchment_beyond_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "MOST_PAIRS", 10)
    spot = np.full((20, 2), (113.0, 24.8))
    with pytest.raises(BadInput) as error:
        straight(spot, spot, 1_000.0)
    assert error.value.code == "too_many_pairs" and error.value.values["most"] == 10


def test_some_places_keep_their_ways() -> None:
    demand = np.array([(113.02, 24.8), (114.05, 24.8), (113.5, 25.4), (113.05, 24.8)])
    found = by_road(metres(ROAD, FAR_ROAD), demand, np.array([(113.1, 24.85)]), 50_000.0)
    some = found.only(np.array([False, True, True, True]))
    assert some.cost.tolist() == found.cost[1:].tolist()
    assert some.apart.tolist() == [0] and some.no_road.tolist() == [1]
    assert some.pairs.shape == (3, 1) and some.pairs[[2]].data.tolist() == found.pairs[[3]].data.tolist()
