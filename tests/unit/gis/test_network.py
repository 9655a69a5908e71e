"""Ways along roads: lengths, joints, components, and what no road reaches."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from shapely import LineString, MultiLineString, Point

from gis import network as module
from gis.errors import BadInput
from gis.geodesy import distance_m
from gis.network import road_costs, road_network, snap

CROSS = [
    LineString([(113.0, 24.0), (113.1, 24.0), (113.2, 24.0)]),
    LineString([(113.1, 24.0), (113.1, 24.1)]),
]
ISLAND = LineString([(114.0, 25.0), (114.1, 25.0)])
EAST, NORTH = (113.2, 24.0), (113.1, 24.1)


def test_ways_follow_the_roads() -> None:
    costs = road_costs(road_network(CROSS), [EAST, NORTH], [(113.0, 24.0)], 1e6)
    corner = (113.1, 24.0)
    straight = distance_m((113.0, 24.0), corner)
    wanted = [straight + distance_m(corner, EAST), straight + distance_m(corner, NORTH)]
    assert_allclose(costs.metres.toarray()[:, 0], wanted, rtol=1e-6)
    assert costs.metres[1, 0] > distance_m((113.0, 24.0), NORTH)


def test_the_stretch_to_the_road_counts_and_has_a_limit() -> None:
    off = (113.05, 24.003)
    costs = road_costs(road_network(CROSS), [off, (113.05, 24.02)], [(113.05, 24.0)], 1e6, farthest_m=500)
    assert costs.metres[0, 0] == pytest.approx(distance_m(off, (113.05, 24.0)), abs=50)
    assert_array_equal(costs.demand.joined, [True, False])
    assert costs.metres.nnz == 1


def test_two_components_are_reported_and_never_bridged() -> None:
    network = road_network([*CROSS, ISLAND])
    assert len(network.components) == 2
    assert network.components[0] > network.components[1]
    costs = road_costs(network, [EAST, (114.1, 25.0)], [(113.0, 24.0)], 1e9)
    assert_array_equal(costs.other_component, [1])
    assert_array_equal(costs.metres.indptr, [0, 1, 1])


def test_a_bridge_is_no_crossing_but_a_shared_vertex_is() -> None:
    over = LineString([(113.15, 23.9), (113.15, 24.1)])
    assert len(road_network([CROSS[0], over]).components) == 2
    assert len(road_network(CROSS).components) == 1
    assert len(road_network([MultiLineString(CROSS), None, LineString()]).components) == 1


def test_at_the_facility_itself_the_way_is_zero_and_stored() -> None:
    costs = road_costs(road_network(CROSS), [EAST], [EAST], 0.0)
    assert costs.metres.nnz == 1
    assert costs.metres[0, 0] == pytest.approx(0, abs=1e-6)


def test_the_limit_and_the_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    network = road_network(CROSS)
    places = np.column_stack([np.linspace(113.0, 113.2, 30), np.full(30, 24.0)])
    whole = road_costs(network, places, places[::3], 5000).metres.toarray()
    monkeypatch.setattr(module, "_CHUNK_CELLS", 1)
    assert_array_equal(road_costs(network, places, places[::3], 5000).metres.toarray(), whole)
    near = distance_m(places[:, None], places[None, ::3]) < 4800
    assert (whole[near] <= 5000).all()
    assert_allclose(whole[near], distance_m(places[:, None], places[None, ::3])[near], atol=101)


def test_the_quicker_of_two_parallel_roads_counts() -> None:
    slow, fast = CROSS[0], CROSS[0]
    network = road_network([slow, fast], [0.002, 0.001])
    edge = network.graph.data.max()
    assert edge == pytest.approx(0.05, rel=0.02)


def test_long_stretches_get_nodes() -> None:
    network = road_network([LineString([(113.0, 24.0), (113.2, 24.0)])])
    assert network.graph.data.max() <= module.LONGEST_PIECE_M + 1e-3
    assert network.graph.sum() / 2 == pytest.approx(float(distance_m((113.0, 24.0), EAST)), rel=1e-5)
    assert snap(network, [(113.07, 24.0)], 60).joined.all()


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "no_roads"),
        ([LineString()], "no_roads"),
        ([Point(113, 24)], "roads_not_lines"),
        ([LineString([(1e6, 2e6), (1e6, 3e6)])], "positions"),
    ],
)
def test_refusals(lines, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        road_network(lines)
    assert refused.value.code == code


def test_more_refusals() -> None:
    network = road_network(CROSS)
    with pytest.raises(BadInput, match="one factor"):
        road_network(CROSS, [1.0])
    with pytest.raises(BadInput, match="no facilities"):
        road_costs(network, [EAST], [], 1000)
    with pytest.raises(BadInput, match="no facility lies within"):
        road_costs(network, [EAST], [(115.0, 24.0)], 1000)
    with pytest.raises(BadInput, match="at least 0"):
        road_costs(network, [EAST], [NORTH], -1)
