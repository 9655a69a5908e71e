"""Hexagons: every point is counted once, in the cell it lies in; what is not known is not nothing."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from shapely.geometry import box, shape

from gis.errors import BadInput
from gis.hexagons import edge_km, fill, hexagons, polygons, resolution_for

CHINA = st.tuples(st.floats(73.5, 135), st.floats(18, 53.5))
WORLD = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
SHAOGUAN = box(112.9, 23.9, 114.8, 25.5)


def grown(cell):
    """The cell grown by a hundredth: edges are great circles, drawn as straight lines in degrees."""
    return shape(cell).buffer(0.01 * np.sqrt(shape(cell).area))


@given(st.lists(CHINA, max_size=30), st.integers(2, 12))
@settings(max_examples=60, deadline=None)
def test_every_point_is_counted_once_and_lies_in_its_cell(points, resolution) -> None:
    found = hexagons(points, resolution)
    assert found.counts.sum() == len(points)
    assert (found.counts > 0).all() and len(set(found.cells)) == len(found.cells)
    cells = polygons(found.cells)
    for (lon, lat), row in zip(points, found.of_point, strict=True):
        assert grown(cells[row]).covers(shapely.Point(lon, lat))
    assert_array_equal(np.bincount(found.of_point, minlength=len(cells)), found.counts)


@given(st.lists(st.tuples(WORLD, st.one_of(st.none(), st.integers(0, 1000))), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_sums_and_unknown_weights_add_up(rows) -> None:
    points, weights = zip(*rows, strict=True)
    found = hexagons(points, 1, [np.nan if weight is None else weight for weight in weights])
    assert np.nansum(found.sums) == sum(weight for weight in weights if weight is not None)
    assert found.unknown.sum() == sum(weight is None for weight in weights)
    assert_array_equal(np.isnan(found.sums), found.unknown == found.counts)


def test_without_weights_nothing_is_known_of_them() -> None:
    found = hexagons([(113.6, 24.8), (113.6, 24.8)], 7)
    assert found.counts.tolist() == found.unknown.tolist() == [2]
    assert np.isnan(found.sums).all()


def test_no_points_give_no_cells() -> None:
    found = hexagons([], 7, [])
    assert (found.cells, found.counts.size, found.of_point.size, polygons(found.cells)) == ((), 0, 0, ())


def test_cells_come_in_the_same_order_whatever_the_order_of_the_points() -> None:
    points = np.random.default_rng(1).uniform((112, 23), (115, 26), (500, 2))
    once, again = hexagons(points, 6), hexagons(points[::-1], 6)
    assert once.cells == again.cells == tuple(sorted(once.cells))
    assert_array_equal(once.counts, again.counts)
    assert_array_equal(once.of_point, again.of_point[::-1])


def test_cells_are_closed_rings_by_the_right_hand_rule() -> None:
    cells = polygons(hexagons(np.random.default_rng(2).uniform((74, 18), (135, 53), (50, 2)), 5).cells)
    for cell in cells:
        ring = cell["coordinates"][0]
        assert ring[0] == ring[-1] and len(ring) == 7
        assert shape(cell).is_valid and shape(cell).exterior.is_ccw


def test_a_cell_across_the_date_line_stays_small() -> None:
    found = hexagons([(179.999, 0.0), (-179.999, 0.0)], 4)
    for cell in map(shape, polygons(found.cells)):
        assert cell.bounds[2] - cell.bounds[0] < 1 and cell.bounds[2] > 179


def test_edges_and_the_resolution_nearest_to_one() -> None:
    edges = [edge_km(resolution) for resolution in range(16)]
    assert_allclose(np.divide(edges[:-1], edges[1:]), np.sqrt(7), rtol=0.01)
    assert [resolution_for(edge) for edge in edges] == list(range(16))
    assert resolution_for(edges[6] * 1.2) == resolution_for(edges[6] / 1.2) == 6
    cell = shape(polygons(hexagons([(113.6, 24.8)], 6).cells)[0])
    corners = np.array(cell.exterior.coords) * (np.cos(np.radians(24.8)), 1)
    lengths = np.hypot(*np.diff(corners, axis=0).T) * np.pi / 180 * 6371
    assert_allclose(lengths.mean(), edges[6], rtol=0.15)


@pytest.mark.parametrize("resolution", [5, 6, 7])
def test_a_filled_area_has_its_cells_and_no_others(resolution: int) -> None:
    area = SHAOGUAN.difference(box(113.5, 24.5, 114.0, 25.0))
    found = fill(area, resolution)
    assert shapely.contains_xy(area, *found.centres.T).all()
    assert found.cells == tuple(sorted(set(found.cells)))
    around = np.random.default_rng(3).uniform((112.9, 23.9), (114.8, 25.5), (3000, 2))
    met = hexagons(around, resolution)
    middles = shapely.get_coordinates([shape(cell).centroid for cell in polygons(met.cells)])
    well_inside = shapely.contains_xy(area.buffer(-0.02), *middles.T)
    assert set(np.array(met.cells)[well_inside]) <= set(found.cells)
    assert_array_equal(hexagons(found.centres, resolution).counts, np.ones(len(found.cells)))


def test_an_area_of_two_parts_is_filled_in_both_and_a_tiny_one_may_hold_no_centre() -> None:
    parts = [box(113, 24, 113.3, 24.3), box(114, 25, 114.3, 25.3)]
    found = fill(shapely.union_all(parts), 6)
    assert set(found.cells) == {cell for part in parts for cell in fill(part, 6).cells}
    tiny = fill(box(113, 24, 113.0001, 24.0001), 5)
    assert (tiny.cells, tiny.centres.shape) == ((), (0, 2))


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: hexagons([(113, 24)], 16), "resolution"),
        (lambda: hexagons([(113, 24)], -1), "resolution"),
        (lambda: edge_km(16), "resolution"),
        (lambda: polygons([]) or fill(SHAOGUAN, 16), "resolution"),
        (lambda: hexagons([(24, 113)], 5), "positions"),
        (lambda: hexagons([(np.nan, 24)], 5), "positions"),
        (lambda: hexagons([1, 2, 3], 5), "shape"),
        (lambda: hexagons([(113, 24)], 5, [1, 2]), "length"),
        (lambda: resolution_for(0), "edge"),
        (lambda: resolution_for(float("nan")), "edge"),
        (lambda: fill(shapely.Polygon(), 5), "empty_area"),
        (lambda: fill(shapely.Point(113, 24), 5), "empty_area"),
        (lambda: fill(box(73, 18, 135, 53), 9), "too_many_cells"),
    ],
)
def test_bad_input_says_so(call, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        call()
    assert caught.value.code == code
