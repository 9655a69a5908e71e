"""Bulk join: the rule for shared lines, against brute force, odd input, and real counties."""

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from gis import join
from gis.join import assign

LEFT, RIGHT = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)


def brute_force(points: np.ndarray, polygons: list[shapely.Geometry]) -> list[int]:
    """The rule word for word: the first polygon that intersects the point."""
    shapes = [shapely.Point(p) for p in points]
    return [next((i for i, g in enumerate(polygons) if g.intersects(p)), -1) for p in shapes]


def test_inside_outside_and_shared_line() -> None:
    points = [[0.5, 0.5], [1.5, 0.5], [3, 3], [1.0, 0.5], [1.0, 0.0], [0.0, 0.5]]
    assert_array_equal(assign(points, [LEFT, RIGHT]), [0, 1, -1, 0, 0, 0])
    assert_array_equal(assign(points, [RIGHT, LEFT]), [1, 0, -1, 0, 0, 1])


def test_result_is_int64_in_the_order_of_the_points() -> None:
    points = [[1.9, 0.5], [0.1, 0.5], [1.2, 0.5], [0.7, 0.5]]
    result = assign(points, [LEFT, RIGHT])
    assert result.dtype == np.int64
    assert_array_equal(result, [1, 0, 1, 0])


def test_overlap_goes_to_the_lowest_index() -> None:
    small = shapely.box(0.4, 0.4, 0.6, 0.6)
    assert_array_equal(assign([[0.5, 0.5]], [small, LEFT]), [0])
    assert_array_equal(assign([[0.5, 0.5]], [LEFT, small]), [0])


def test_holes_and_islands() -> None:
    ring = shapely.difference(shapely.box(0, 0, 10, 10), shapely.box(4, 4, 6, 6))
    pair = shapely.MultiPolygon([shapely.box(4.5, 4.5, 5.5, 5.5), shapely.box(20, 0, 21, 1)])
    points = [[5, 5], [4.2, 5], [4, 5], [1, 1], [20.5, 0.5], [15, 0.5]]
    assert_array_equal(assign(points, [ring, pair]), [1, -1, 0, 0, 1, -1])


@st.composite
def tiles_and_points(draw):
    """Coarse cells of a whole-number grid merged at random into polygons, points on a half-unit grid."""
    size = draw(st.integers(1, 4))
    owners = draw(st.lists(st.integers(0, 4), min_size=size * size, max_size=size * size))
    cells = [shapely.box(i % size, i // size, i % size + 1, i // size + 1) for i in range(size * size)]
    groups = [[c for c, o in zip(cells, owners, strict=True) if o == owner] for owner in range(5)]
    polygons = [shapely.union_all(group) for group in groups if group]
    half = st.integers(-1, 2 * size + 1).map(lambda i: i / 2)
    return polygons, np.array(draw(st.lists(st.tuples(half, half), min_size=1, max_size=60)))


@settings(max_examples=150)
@given(case=tiles_and_points())
def test_grid_points_on_edges_and_corners_match_brute_force(case) -> None:
    polygons, points = case
    assert_array_equal(assign(points, polygons), brute_force(points, polygons))


@settings(max_examples=60)
@given(case=tiles_and_points(), threshold=st.sampled_from([1, 10**9]))
def test_with_and_without_edge_index_agree(case, threshold) -> None:
    polygons, points = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(join, "_PREPARE_FROM", threshold)
        assert_array_equal(assign(points, polygons), brute_force(points, polygons))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_random_triangles_match_brute_force(seed) -> None:
    random = np.random.default_rng(seed)
    polygons = [shapely.Polygon(random.integers(0, 8, (3, 2))).buffer(0) for _ in range(8)]
    points = np.vstack([random.uniform(0, 8, (40, 2)), random.integers(0, 8, (40, 2))])
    assert_array_equal(assign(points, polygons), brute_force(points, polygons))


def test_every_vertex_of_slanted_neighbours_is_held_where_within_loses_it() -> None:
    random = np.random.default_rng(11)
    sites = shapely.MultiPoint(random.uniform(113, 115, (300, 2)))
    polygons = np.array(shapely.voronoi_polygons(sites).geoms)
    corners = np.unique(shapely.get_coordinates(polygons), axis=0)
    owners = assign(corners, polygons)
    assert (owners >= 0).all()
    assert shapely.intersects_xy(polygons[owners], corners[:, 0], corners[:, 1]).all()
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*corners.T))
    lost = geopandas.sjoin(points, geopandas.GeoDataFrame(geometry=polygons), predicate="within")
    assert len(lost) == 0


def test_agrees_with_sjoin_away_from_lines() -> None:
    random = np.random.default_rng(12)
    polygons = np.array(shapely.voronoi_polygons(shapely.MultiPoint(random.uniform(0, 50, (200, 2)))).geoms)
    points = random.uniform(-5, 55, (20_000, 2))
    frame = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*points.T))
    theirs = geopandas.sjoin(frame, geopandas.GeoDataFrame(geometry=polygons), predicate="within")
    expected = np.full(len(points), -1)
    expected[theirs.index] = theirs["index_right"]
    assert_array_equal(assign(points, polygons), expected)


def test_order_of_points_does_not_matter() -> None:
    random = np.random.default_rng(13)
    points = random.integers(0, 5, (500, 2)).astype(float)
    polygons = [LEFT, RIGHT, shapely.box(1, 1, 4, 4)]
    shuffled = random.permutation(len(points))
    assert_array_equal(assign(points[shuffled], polygons), assign(points, polygons)[shuffled])


def test_missing_points_and_polygons_hold_nothing() -> None:
    polygons = [None, shapely.Polygon(), LEFT]
    points = [[0.5, 0.5], [np.nan, 0.5], [0.5, np.nan], [np.nan, np.nan], [np.inf, 0.5]]
    assert_array_equal(assign(points, polygons), [2, -1, -1, -1, -1])


@pytest.mark.parametrize(
    "nothing", [[], np.empty((0, 2)), np.array([], dtype=object), geopandas.GeoSeries([])]
)
def test_no_points(nothing) -> None:
    result = assign(nothing, [LEFT])
    assert result.shape == (0,)
    assert result.dtype == np.int64


@pytest.mark.parametrize("nothing", [[], np.array([], dtype=object), geopandas.GeoSeries([])])
def test_no_polygons(nothing) -> None:
    assert_array_equal(assign([[0.5, 0.5]], nothing), [-1])


@pytest.mark.parametrize(
    "wrap", [list, np.array, geopandas.GeoSeries, lambda p: geopandas.GeoSeries(p).array]
)
def test_shapely_points_in_any_container(wrap) -> None:
    points = wrap([shapely.Point(1.5, 0.5), None, shapely.Point(), shapely.Point(0.5, 0.5, 9)])
    assert_array_equal(assign(points, geopandas.GeoSeries([LEFT, RIGHT])), [1, -1, -1, 0])


def test_indices_count_positions_whatever_the_labels() -> None:
    polygons = geopandas.GeoSeries([LEFT, RIGHT], index=[440232, 440233])
    assert_array_equal(assign([[1.5, 0.5]], polygons), [1])


def test_callers_polygons_are_left_as_they_were() -> None:
    fresh, prepared = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    shapely.prepare(prepared)
    points = np.random.default_rng(14).uniform(0, 2, (500, 2))
    copy = points.copy()
    assign(points, [fresh, prepared])
    assert list(shapely.is_prepared([fresh, prepared])) == [False, True]
    assert_array_equal(points, copy)


def test_different_crs_are_refused_and_named() -> None:
    points = geopandas.GeoSeries([shapely.Point(0, 0)], crs=4326)
    with pytest.raises(ValueError, match=r"4326.*4490"):
        assign(points, geopandas.GeoSeries([LEFT], crs=4490))
    assert_array_equal(assign(points, geopandas.GeoSeries([LEFT])), [0])


@pytest.mark.parametrize(
    ("points", "polygons", "message"),
    [
        ([[1, 2, 3]], [LEFT], r"\(1, 3\)"),
        ([1, 2], [LEFT], r"\(2,\)"),
        ([shapely.LineString([(0, 0), (1, 1)])], [LEFT], "LineString at position 0"),
        ([[0, 0]], [LEFT, shapely.Point(0, 0)], "Point at position 1"),
        ([[0, 0]], LEFT, "put it in a list"),
        ([[0, 0]], ["LEFT"], "flat sequence"),
    ],
)
def test_wrong_input_is_refused_and_named(points, polygons, message) -> None:
    with pytest.raises(ValueError, match=message):
        assign(points, polygons)
