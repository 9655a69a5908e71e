"""Density clusters: held against scikit-learn's DBSCAN and against the definition itself."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.cluster import DBSCAN

from gis import clusters
from gis.clusters import NOISE, density_clusters, noise_share, outlines, sensitivity
from gis.errors import BadInput
from gis.geodesy import EARTH_RADIUS_M, distance_m

KM = 1000.0


def by_sklearn(points, eps_m, min_points):
    model = DBSCAN(
        eps=eps_m / EARTH_RADIUS_M, min_samples=min_points, metric="haversine", algorithm="ball_tree"
    )
    return model.fit(np.radians(np.asarray(points)[:, ::-1])).labels_


def by_definition(points, eps_m, min_points):
    """Follow the paper literally, from all distances."""
    near = distance_m(points[:, None], points[None]) <= eps_m + 1e-6
    core = near.sum(axis=1) >= min_points
    labels = np.full(len(points), NOISE)
    for number, seed in enumerate(iter(lambda: next(np.flatnonzero(core & (labels < 0)).flat, -1), -1)):
        members = np.zeros(len(points), dtype=bool)
        members[seed] = True
        while (grown := members | near[members & core].any(axis=0)).sum() > members.sum():
            members = grown
        labels[members & (labels < 0)] = number
    return labels


def cloud(kind: str, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    match kind:
        case "towns":
            towns = random.uniform((113, 24), (114, 25), (20, 2))
            return towns[random.integers(20, size=500)] + random.normal(0, 0.01, (500, 2))
        case "even":
            return random.uniform((113, 24), (114, 25), (800, 2))
        case "piled":
            spots = random.uniform((113, 24), (113.2, 24.2), (25, 2))
            return spots[random.integers(25, size=400)]
        case "pole":
            lat = 90 - np.abs(random.normal(0, 0.05, 300))
            return np.column_stack((random.uniform(-180, 180, 300), lat))
        case "date line":
            east = 180 + random.uniform(-0.2, 0.2, 400)
            return np.column_stack(((east + 180) % 360 - 180, random.uniform(-17.2, -16.8, 400)))
    raise AssertionError(kind)


@pytest.mark.parametrize("kind", ["towns", "even", "piled", "pole", "date line"])
@pytest.mark.parametrize(("eps_m", "min_points"), [(2 * KM, 5), (500, 2), (3 * KM, 20), (4 * KM, 80)])
def test_same_labels_as_sklearn(kind, eps_m, min_points) -> None:
    points = cloud(kind, 1)
    labels = density_clusters(points, eps_m, min_points)
    assert labels.dtype == np.int64
    assert_array_equal(labels, by_sklearn(points, eps_m, min_points))


@pytest.mark.parametrize("kind", ["towns", "even", "pole"])
def test_small_portions_change_nothing(kind, monkeypatch) -> None:
    points = cloud(kind, 2)
    expected = by_sklearn(points, 2 * KM, 4)
    for name, size in {"_PORTION": 50, "_CUBES": 3, "_BY_TREE": 10, "_NEAREST": 2, "_ONE_BY_ONE": 3}.items():
        monkeypatch.setattr(clusters, name, size)
    assert_array_equal(density_clusters(points, 2 * KM, 4), expected)


grid = arrays(np.int64, st.tuples(st.integers(1, 40), st.just(2)), elements=st.integers(0, 12))
"""Positions on a coarse grid: many coincide, and many lie exactly at ε."""


@settings(max_examples=200, deadline=None)
@given(cells=grid, step=st.sampled_from([0.5, 1.0, 1.2, 2.5]), min_points=st.integers(1, 8))
def test_the_definition_holds_and_ties_are_within(cells, step, min_points) -> None:
    points = np.column_stack((113 + cells[:, 0] * 0.01, cells[:, 1] * 0.01))
    eps = float(distance_m([0, 0], [0, 0.01])) * step
    assert_array_equal(density_clusters(points, eps, min_points), by_definition(points, eps, min_points))


@settings(max_examples=50, deadline=None)
@given(order=st.permutations(range(60)))
def test_another_order_of_rows_gives_the_same_noise_and_the_same_clusters_of_core_points(order) -> None:
    points = cloud("towns", 3)[:60]
    before, after = density_clusters(points, 3 * KM, 4)[order], density_clusters(points[order], 3 * KM, 4)
    assert_array_equal(before == NOISE, after == NOISE)
    near = distance_m(points[:, None], points[None]) <= 3 * KM
    core = (near.sum(axis=1) >= 4)[order]
    pairs = {*zip(before[core].tolist(), after[core].tolist(), strict=True)}
    assert len(pairs) == before.max() + 1 == after.max() + 1


def test_a_border_point_goes_to_the_cluster_found_first() -> None:
    """Between two clusters, within ε of the inner point of each, and itself with too few around it."""
    east = [(113.018, 24.0), (113.019, 24.0), (113.020, 24.0)]
    west = [(226 - lon, lat) for lon, lat in east]
    for first, second in ((east, west), (west, east)):
        points = [*first, *second, (113.0, 24.0)]
        assert density_clusters(points, 1900, 4).tolist() == [0, 0, 0, 1, 1, 1, 0]
        assert_array_equal(by_sklearn(points, 1900, 4), [0, 0, 0, 1, 1, 1, 0])


def test_min_points_counts_the_point_itself() -> None:
    pair = [(113.0, 24.0), (113.001, 24.0)]
    assert density_clusters(pair, 200, 2).tolist() == [0, 0]
    assert density_clusters(pair, 200, 3).tolist() == [NOISE, NOISE]
    assert density_clusters(pair, 50, 1).tolist() == [0, 1]


def test_few_points_have_answers() -> None:
    assert density_clusters([], 2000, 5).shape == (0,)
    assert density_clusters([(113, 24)], 2000, 5).tolist() == [NOISE]
    assert density_clusters([(113, 24)], 2000, 1).tolist() == [0]


def test_all_points_on_one_spot_are_one_cluster() -> None:
    assert set(density_clusters([(113, 24)] * 1000, 0.001, 1000).tolist()) == {0}
    assert set(density_clusters([(113, 24)] * 1000, 0.001, 1001).tolist()) == {NOISE}


def test_both_names_of_the_date_line_are_one_place() -> None:
    assert density_clusters([(180, 10), (-180, 10), (180, 10)], 1, 3).tolist() == [0, 0, 0]


def test_beyond_half_the_circumference_everything_is_near() -> None:
    assert density_clusters([(0, 0), (180, 0), (0, 90)], 3e7, 3).tolist() == [0, 0, 0]


def test_a_dense_crowd_needs_no_list_of_its_pairs() -> None:
    """Two crowds of 20,000 within ε of themselves would make 400 million pairs."""
    random = np.random.default_rng(4)
    crowd = np.concatenate(
        [random.normal(centre, 0.001, (20_000, 2)) for centre in ((113, 24), (113.06, 24))]
    )
    labels = density_clusters(crowd, 2 * KM, 5)
    assert_array_equal(labels, np.repeat([0, 1], 20_000))


def test_clumps_that_barely_reach_each_other_are_one_cluster() -> None:
    """Nearest neighbours stay within a clump: only the comparison of clumps finds the links."""
    random = np.random.default_rng(5)
    for size in (20, 100):
        clumps = [random.normal((113 + 0.0185 * at, 24), 0.0002, (size, 2)) for at in range(6)]
        clumps.append(random.normal((113 + 0.0185 * 7, 24), 0.0002, (size, 2)))
        points = np.concatenate(clumps)
        labels = density_clusters(points, 2 * KM, 5)
        assert_array_equal(labels, by_sklearn(points, 2 * KM, 5))
        assert np.bincount(labels).tolist() == [6 * size, size]


@pytest.mark.parametrize("eps", [0, -1, np.nan, np.inf])
def test_a_distance_that_is_none_is_refused(eps) -> None:
    with pytest.raises(BadInput, match="positive number of metres") as refused:
        density_clusters([(113, 24)], eps, 5)
    assert refused.value.code == "eps"


@pytest.mark.parametrize("size", [0, -3, 2.5])
def test_a_minimum_size_that_is_none_is_refused(size) -> None:
    with pytest.raises(BadInput, match="whole number from 1"):
        density_clusters([(113, 24)], 100, size)


def test_positions_that_are_none_are_refused() -> None:
    with pytest.raises(BadInput, match="check the order"):
        density_clusters([(24, 113)], 100, 5)
    with pytest.raises(BadInput, match="missing"):
        density_clusters([(113, np.nan)], 100, 5)


def test_share_of_noise() -> None:
    assert noise_share(np.array([0, NOISE, 1, NOISE])) == 0.5
    assert np.isnan(noise_share(np.array([], dtype=np.int64)))


def test_sensitivity_is_three_runs() -> None:
    points = cloud("towns", 5)
    result = sensitivity(points, 2 * KM, 5)
    assert_array_equal(result.eps_m, [1 * KM, 2 * KM, 4 * KM])
    for at, eps in enumerate(result.eps_m):
        labels = by_sklearn(points, eps, 5)
        assert result.clusters[at] == labels.max() + 1
        assert result.noise_share[at] == np.mean(labels == NOISE)
        assert result.largest[at] == max(np.bincount(labels[labels >= 0]), default=0)
    assert_array_equal(sensitivity([], 2 * KM, 5).clusters, [0, 0, 0])


def test_outlines_count_and_hold_their_points() -> None:
    points = cloud("towns", 6)
    labels = density_clusters(points, 2 * KM, 5)
    found = outlines(points, labels)
    assert_array_equal(found.counts, np.bincount(labels[labels != NOISE]))
    for number, hull in enumerate(found.hulls):
        assert hull.buffer(1e-12).covers(shapely.multipoints(points[labels == number]))
    assert_allclose(found.hulls[0].area, shapely.multipoints(points[labels == 0]).convex_hull.area)


def test_outlines_of_one_spot_and_of_a_line() -> None:
    points = [(113, 24)] * 3 + [(114, 24), (114.001, 24), (114.002, 24)]
    found = outlines(points, density_clusters(points, 200, 3))
    assert [hull.geom_type for hull in found.hulls] == ["Point", "LineString"]
    assert found.counts.tolist() == [3, 3]
    nothing = outlines([(113, 24)], np.array([NOISE]))
    assert len(nothing.hulls) == len(nothing.counts) == 0


def test_outlines_refuse_labels_of_other_points() -> None:
    with pytest.raises(BadInput, match="2 points but 1 labels"):
        outlines([(113, 24), (113, 25)], np.array([0]))
