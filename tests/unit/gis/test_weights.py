"""Neighbours: held against libpysal."""

import warnings

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from gis.errors import BadInput
from gis.geodesy import distance_m
from gis.weights import (
    attach_islands,
    checked_weights,
    islands,
    nearest_neighbours,
    queen,
    ring,
    row_standardised,
)

libpysal = pytest.importorskip("libpysal")
geopandas = pytest.importorskip("geopandas")


def squares(columns: int, rows: int) -> list[shapely.Polygon]:
    return [shapely.box(x, y, x + 1, y + 1) for y in range(rows) for x in range(columns)]


def as_pysal(weights) -> "libpysal.weights.W":
    return libpysal.weights.WSP(sparse.csr_matrix(weights)).to_W(silence_warnings=True)


def test_squares_touch_eight_around() -> None:
    weights = queen(squares(3, 3)).toarray()
    assert weights[4].tolist() == [1, 1, 1, 1, 0, 1, 1, 1, 1]
    assert weights[0].tolist() == [0, 1, 0, 1, 1, 0, 0, 0, 0]


def test_queen_agrees_with_libpysal() -> None:
    random = np.random.default_rng(1)
    cells = shapely.voronoi_polygons(shapely.multipoints(random.uniform(0, 1, (80, 2)))).geoms
    areas = [
        *cells,
        *squares(4, 3),
        shapely.multipolygons([shapely.box(50, 0, 51, 1), shapely.box(60, 0, 61, 1)]),
    ]
    areas = [
        shapely.transform(area, lambda at, shift=i >= 80: at + 100 * shift) for i, area in enumerate(areas)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle = libpysal.weights.Queen.from_dataframe(
            geopandas.GeoDataFrame(geometry=areas), use_index=False
        )
    assert_array_equal(queen(areas).toarray(), oracle.sparse.toarray())


def test_overlapping_areas_are_neighbours_and_apart_ones_are_not() -> None:
    areas = [shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3), shapely.box(3.001, 3, 4, 4)]
    assert queen(areas).toarray().tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert queen([]).shape == (0, 0)


@pytest.mark.parametrize(
    "wrong", [None, shapely.Polygon(), shapely.Point(1, 1), shapely.LineString([(0, 0), (1, 1)])]
)
def test_what_is_no_area_is_refused(wrong) -> None:
    with pytest.raises(BadInput, match=r"1 of 2 boundaries.*number 1") as refused:
        queen([shapely.box(0, 0, 1, 1), wrong])
    assert refused.value.values == {"count": 1, "first": 1}


def test_a_broken_boundary_is_refused() -> None:
    with np.errstate(invalid="ignore"):
        broken = shapely.Polygon([(0, 0), (1, np.nan), (1, 0), (0, 0)])
    with pytest.raises(BadInput, match="a boundary is broken"):
        queen([broken, shapely.box(0, 0, 2, 2)])


def test_nearest_neighbours_are_nearest_on_the_sphere() -> None:
    random = np.random.default_rng(2)
    points = np.column_stack((random.uniform(-180, 180, 60), random.uniform(60, 90, 60)))
    apart = distance_m(points[:, None], points[None]) + np.diag(np.full(60, np.inf))
    for k in (1, 4):
        weights = nearest_neighbours(points, k).toarray()
        expected = np.zeros((60, 60))
        np.put_along_axis(expected, np.argsort(apart, axis=1)[:, :k], 1.0, axis=1)
        assert_array_equal(weights, expected)


def test_points_on_one_spot_are_neighbours_of_each_other_and_never_of_themselves() -> None:
    weights = nearest_neighbours([(113, 24)] * 5 + [(114, 25)], 2).toarray()
    assert weights.sum(axis=1).tolist() == [2] * 6
    assert weights.diagonal().tolist() == [0] * 6


@pytest.mark.parametrize("k", [0, 3])
def test_as_many_neighbours_as_points_cannot_be(k) -> None:
    with pytest.raises(BadInput, match="take 1 to 2"):
        nearest_neighbours([(113, 24), (113, 25), (113, 26)], k)


def test_islands_get_their_nearest_as_in_libpysal() -> None:
    random = np.random.default_rng(3)
    areas = [*squares(3, 2), shapely.box(20, 0, 21, 1), shapely.box(-15, 0, -14, 1)]
    points = shapely.get_coordinates(shapely.centroid(areas)) + random.uniform(0, 0.01, (8, 2))
    weights = queen(areas)
    assert islands(weights).tolist() == [6, 7]
    attached = attach_islands(weights, points)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle = libpysal.weights.util.attach_islands(
            as_pysal(weights), as_pysal(nearest_neighbours(points, 1))
        )
    assert_array_equal(attached.toarray(), oracle.sparse.toarray())
    assert not len(islands(attached))


def test_two_islands_side_by_side_have_each_other_once() -> None:
    """The oracle counts such a pair twice, in one direction."""
    points = [(113, 24), (114, 24), (120, 24), (120.5, 24)]
    attached = attach_islands(sparse.csr_array(([1.0, 1.0], ([0, 1], [1, 0])), shape=(4, 4)), points)
    assert attached.toarray().tolist() == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]


def test_without_islands_nothing_is_attached() -> None:
    weights = queen(squares(2, 2))
    points = shapely.get_coordinates(shapely.centroid(squares(2, 2)))
    assert_array_equal(attach_islands(weights, points).toarray(), weights.toarray())
    alone = attach_islands(sparse.csr_array((1, 1)), [(113, 24)])
    assert islands(alone).tolist() == [0]
    with pytest.raises(BadInput, match="4 areas but 3 positions"):
        attach_islands(weights, points[:3])


def test_rows_sum_to_one_where_there_are_neighbours() -> None:
    weights = queen([*squares(3, 2), shapely.box(9, 9, 10, 10)])
    standard = row_standardised(weights)
    assert_allclose(standard.sum(axis=1), [1, 1, 1, 1, 1, 1, 0])
    oracle = as_pysal(weights)
    oracle.transform = "r"
    assert_allclose(standard.toarray(), oracle.sparse.toarray())
    assert weights.max() == 1


def test_an_area_that_neighbours_itself_alone_is_an_island() -> None:
    assert islands(sparse.csr_array(np.diag([1.0, 0.0]))).tolist() == [0, 1]


def test_the_ring_around_a_prefecture() -> None:
    weights = queen(squares(5, 5))
    inner = [6, 7, 11, 12]
    assert ring(weights, inner).tolist() == [0, 1, 2, 3, 5, 8, 10, 13, 15, 16, 17, 18]
    assert len(ring(weights, inner, order=2)) == 16 - 4 + 9
    assert ring(weights, []).tolist() == []
    one_way = sparse.csr_array(([1.0], ([0], [1])), shape=(2, 2))
    assert ring(one_way, [0]).tolist() == [1]
    assert ring(one_way, [1]).tolist() == [0]
    with pytest.raises(BadInput, match="25 areas"):
        ring(weights, [25])


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (np.eye(3), "SciPy sparse"),
        (sparse.csr_array((3, 2)), r"square.*\(3, 2\)"),
        (sparse.csr_array([[0, np.nan], [1, 0]]), "missing or infinite"),
        (sparse.csr_array([[0, -1.0], [1, 0]]), "negative"),
    ],
)
def test_weights_that_are_none_are_refused(wrong, told) -> None:
    with pytest.raises(BadInput, match=told):
        checked_weights(wrong)


def test_checking_leaves_the_given_matrix_alone() -> None:
    given = sparse.csr_array(([1.0, 0.0, 2.0], ([0, 0, 1], [2, 1, 0])), shape=(3, 3))
    stored = given.nnz
    checked = checked_weights(given)
    assert checked.nnz == 2
    assert given.nnz == stored
    assert_array_equal(checked.toarray(), given.toarray())
    assert_array_equal(checked_weights(sparse.coo_matrix(given)).toarray(), given.toarray())
