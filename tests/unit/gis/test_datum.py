"""Datum conversion: against coord-convert, back and forth, at the edge of the box, with bad input."""

import tracemalloc

import numpy as np
import pytest
import shapely
from coord_convert import transform as oracle
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from gis.datum import (
    BOX,
    DATUMS,
    bd09_to_wgs84,
    gcj02_to_wgs84,
    to_wgs84,
    transform_geometry,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from gis.geodesy import distance_m

ALL = (wgs84_to_gcj02, gcj02_to_wgs84, wgs84_to_bd09, bd09_to_wgs84)
PAIRS = ((wgs84_to_gcj02, gcj02_to_wgs84), (wgs84_to_bd09, bd09_to_wgs84))
WEST, SOUTH, EAST, NORTH = BOX
RUYUAN = [[113.2759, 24.7762]]

in_box = st.tuples(st.floats(WEST, EAST), st.floats(SOUTH, NORTH))


def spread(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform((WEST, SOUTH), (EAST, NORTH), (count, 2))


def test_forward_formulas_agree_with_coord_convert() -> None:
    points = spread(3000)
    assert_allclose(wgs84_to_gcj02(points), [oracle.wgs2gcj(*p) for p in points], rtol=0, atol=1e-12)
    assert_allclose(wgs84_to_bd09(points), [oracle.wgs2bd(*p) for p in points], rtol=0, atol=1e-12)


def test_inverse_agrees_with_coord_convert_to_its_own_precision() -> None:
    points = spread(500, seed=2)
    theirs = np.array([oracle.gcj2wgs(*p) for p in points])
    assert distance_m(gcj02_to_wgs84(points), theirs).max() < 0.01
    baidu = np.array([oracle.bd2wgs(*p) for p in points])  # its BD-09 inverse is one-step: decimetres
    assert distance_m(bd09_to_wgs84(points), baidu).max() < 1.0


def test_shift_in_the_area_is_some_six_hundred_metres() -> None:
    assert 600 < distance_m(RUYUAN, wgs84_to_gcj02(RUYUAN))[0] < 680


@pytest.mark.parametrize(("there", "back"), PAIRS)
@given(point=in_box)
def test_round_trip_is_within_a_micrometre(there, back, point) -> None:
    start = np.array([point])
    assert distance_m(back(there(start)), start)[0] < 1e-6


@pytest.mark.parametrize(("there", "back"), PAIRS)
def test_round_trip_on_the_kinks_and_edges(there, back) -> None:
    lons = [WEST, np.nextafter(WEST, 200), 105.0, 105.0 + 1e-13, np.nextafter(EAST, 0), EAST]
    lats = [SOUTH, np.nextafter(SOUTH, 90), 35.0, 35.0 - 1e-13, np.nextafter(NORTH, 0), NORTH]
    points = np.array([(lon, lat) for lon in lons for lat in lats])
    assert distance_m(back(there(points)), points).max() < 1e-6


@pytest.mark.parametrize(("there", "back"), PAIRS)
def test_inverse_then_forward_returns_inside_china(there, back) -> None:
    points = np.random.default_rng(3).uniform((75, 18), (134, 53), (20_000, 2))
    assert distance_m(there(back(points)), points).max() < 1e-6


@pytest.mark.parametrize("convert", ALL)
def test_far_outside_the_box_nothing_changes(convert) -> None:
    points = np.array(
        [[-0.1276, 51.5072], [139.6917, 35.6895], [151.2, -33.87], [100.0, 0.5], [0, 0], [180, 90]]
    )
    assert_array_equal(convert(points), points)


@pytest.mark.parametrize("convert", [wgs84_to_gcj02, wgs84_to_bd09])
def test_forward_applies_on_the_edge_and_not_beyond(convert) -> None:
    beyond = np.array(
        [[np.nextafter(WEST, 0), 30], [np.nextafter(EAST, 180), 30], [100, np.nextafter(NORTH, 90)]]
    )
    assert_array_equal(convert(beyond), beyond)
    assert (convert([[WEST, 30.0]]) != [[WEST, 30.0]]).all()


@pytest.mark.parametrize("place", [(114.17, 22.32), (113.54, 22.19), (121.56, 25.03)])
def test_hong_kong_macau_taiwan_lie_in_the_box(place) -> None:
    assert distance_m([place], wgs84_to_gcj02([place]))[0] > 300


@pytest.mark.parametrize("convert", ALL)
def test_empty_arrays_stay_empty(convert) -> None:
    assert convert(np.empty((0, 2))).shape == (0, 2)
    assert convert([]).shape == (0, 2)


@pytest.mark.parametrize("convert", ALL)
def test_nan_spoils_its_own_row_only(convert) -> None:
    points = np.array([[113.5, 24.8], [np.nan, 24.8], [113.5, np.nan], [np.nan, np.nan], [113.5, 24.8]])
    moved = convert(points)
    assert np.isnan(moved[1:4]).all()
    assert_array_equal(moved[[0, 4]], convert(points[[0, 4]]))


@pytest.mark.parametrize("convert", ALL)
def test_infinite_positions_stay_and_do_not_warn(convert) -> None:
    with np.errstate(all="raise"):
        assert_array_equal(convert([[np.inf, 24.8]]), [[np.inf, 24.8]])


@pytest.mark.parametrize("convert", ALL)
@pytest.mark.parametrize("shape", [(2,), (3, 3), (1, 2, 2), (4, 1), (0, 3)])
def test_wrong_shape_is_refused_and_named(convert, shape) -> None:
    with pytest.raises(ValueError, match=r"\(n, 2\).*" + str(shape).replace("(", r"\(").replace(")", r"\)")):
        convert(np.zeros(shape))


@pytest.mark.parametrize("convert", ALL)
def test_result_does_not_depend_on_neighbours_or_chunks(convert) -> None:
    points = spread(40_000, seed=4)
    picked = np.random.default_rng(5).choice(len(points), 50, replace=False)
    alone = np.vstack([convert(points[[i]]) for i in picked])
    assert distance_m(convert(points)[picked], alone).max() < 1e-6


@pytest.mark.parametrize("convert", ALL)
def test_input_is_not_changed_and_may_be_integer_or_strided(convert) -> None:
    points = spread(10)
    copy = points.copy()
    convert(points)
    assert_array_equal(points, copy)
    assert_array_equal(convert([[113, 24]]), convert([[113.0, 24.0]]))
    assert_array_equal(convert(points[::2]), convert(points[::2].copy()))


def test_memory_stays_near_the_result() -> None:
    points = np.random.default_rng(6).uniform((80, 20), (130, 50), (400_000, 2))
    tracemalloc.start()
    gcj02_to_wgs84(points)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2.5 * points.nbytes


def test_to_wgs84_knows_the_four_datums_and_no_other() -> None:
    for datum in ("wgs84", "cgcs2000"):
        assert_array_equal(to_wgs84(RUYUAN, datum), RUYUAN)
    assert_array_equal(to_wgs84(RUYUAN, "gcj02"), gcj02_to_wgs84(RUYUAN))
    assert_array_equal(to_wgs84(RUYUAN, "bd09"), bd09_to_wgs84(RUYUAN))
    assert set(DATUMS) == {"wgs84", "cgcs2000", "gcj02", "bd09"}
    for wrong in ("unknown", "", "GCJ02", "epsg:4326"):
        with pytest.raises(ValueError, match="unknown datum"):
            to_wgs84(RUYUAN, wrong)


def test_to_wgs84_hands_out_a_copy() -> None:
    points = np.array(RUYUAN)
    to_wgs84(points, "wgs84")[0, 0] = 0
    assert points[0, 0] == RUYUAN[0][0]


def test_transform_geometry_moves_every_vertex_and_keeps_the_structure() -> None:
    square = shapely.box(113, 24, 114, 25)
    holed = shapely.Polygon(square.exterior, [shapely.box(113.4, 24.4, 113.6, 24.6).exterior])
    moved = transform_geometry(shapely.MultiPolygon([holed, shapely.box(115, 24, 116, 25)]), "gcj02")
    assert [len(part.interiors) for part in moved.geoms] == [1, 0]
    expected = gcj02_to_wgs84(shapely.get_coordinates(holed))
    assert_array_equal(shapely.get_coordinates(moved.geoms[0]), expected)


def test_transform_geometry_takes_arrays_with_none_empty_and_heights() -> None:
    shapes = np.array([shapely.Point(113, 24), None, shapely.Point(), shapely.Point(113, 24, 88.5)])
    flat, nothing, empty, high = transform_geometry(shapes, "bd09")
    assert nothing is None
    assert empty.is_empty
    assert not flat.has_z
    assert high.z == 88.5
    assert (high.x, high.y) == (flat.x, flat.y) == tuple(bd09_to_wgs84([[113, 24]])[0])
    assert transform_geometry(None, "gcj02") is None


def test_transform_geometry_refuses_unknown_datum_even_for_empty_input() -> None:
    for nothing in (shapely.Point(), [], None):
        with pytest.raises(ValueError, match="unknown datum"):
            transform_geometry(nothing, "unknown")


def test_shared_vertices_of_neighbours_stay_shared() -> None:
    left, right = shapely.box(113, 24, 114, 25), shapely.box(114, 24, 115, 25)
    a, b = transform_geometry([left, right], "gcj02")
    assert a.touches(b)
    assert a.intersection(b).length > 0.9
