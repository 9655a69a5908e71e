"""Coverage arithmetic on polygons small enough to check by hand."""

from itertools import pairwise

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from gis import boundaries as b


def grid(columns: int = 3, rows: int = 2, wobble: float = 0.0) -> b.Geometries:
    """Squares of 0.2 degrees near Shaoguan whose shared edges run through the same wobbling vertices."""

    def edge(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
        t = np.linspace(0, 1, 40)[1:-1]
        x, y = start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t
        shift = wobble * np.sin(x * 900 + y * 700) * np.sin(np.pi * t)
        return [start, *zip(x + shift, y + shift, strict=True)]

    def square(i: int, j: int) -> Polygon:
        corners = [(113 + 0.2 * (i + di), 24 + 0.2 * (j + dj)) for di, dj in ((0, 0), (1, 0), (1, 1), (0, 1))]
        ring: list[tuple[float, float]] = []
        for a, z in pairwise([*corners, corners[0]]):
            low, high = sorted([a, z])
            line = [*edge(low, high), high]
            ring += (line if (low, high) == (a, z) else line[::-1])[:-1]
        return Polygon(ring)

    squares = [square(i, j) for j in range(rows) for i in range(columns)]
    return b.move_vertices(b.as_multipolygons(squares), lambda xy: xy)


def shared_edges(geometries: b.Geometries) -> set[tuple[tuple[float, float], ...]]:
    """Segments that occur in two polygons, each in one direction."""
    seen: dict[tuple[tuple[float, float], ...], int] = {}
    for geometry in geometries:
        for part in geometry.geoms:
            for a, z in pairwise(part.exterior.coords):
                key = (min(a, z), max(a, z))
                seen[key] = seen.get(key, 0) + 1
    return {key for key, count in seen.items() if count == 2}


def test_repair_keeps_land_that_a_ring_covers_twice() -> None:
    overlapping = Polygon([(0, 0), (4, 0), (4, 3), (1, 3), (1, 1), (5, 1), (5, 4), (0, 4)])
    twice_covered = Point(2, 2)
    assert not shapely.make_valid(overlapping).contains(twice_covered)  # what the default would lose
    mended = b.repair([overlapping])[0]
    assert mended.is_valid
    assert mended.contains(twice_covered)
    assert mended.area == pytest.approx(19.0)


def test_repair_keeps_land_where_two_parts_overlap() -> None:
    mended = b.repair([MultiPolygon([box(0, 0, 2, 2), box(1, 1, 3, 3)])])[0]
    assert mended.equals(shapely.union(box(0, 0, 2, 2), box(1, 1, 3, 3)))


def test_repair_of_a_bow_tie_keeps_both_halves_and_of_a_line_keeps_nothing() -> None:
    bow_tie, spike = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), Polygon([(0, 0), (1, 1), (0, 0)])
    mended = b.repair([bow_tie, spike, None])
    assert [g.geom_type for g in mended] == ["MultiPolygon"] * 3
    assert mended[0].area == pytest.approx(2.0)
    assert mended[1].is_empty
    assert mended[2].is_empty


def test_as_multipolygons_drops_lines_and_points_of_a_collection() -> None:
    mixed = shapely.GeometryCollection(
        [box(0, 0, 1, 1), MultiPolygon([box(2, 0, 3, 1)]), LineString([(0, 0), (9, 9)])]
    )
    assert b.as_multipolygons([mixed])[0].equals(MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)]))


def test_moving_converts_each_vertex_once_and_keeps_neighbours_joined() -> None:
    squares, calls = grid(wobble=0.01), []

    def shaky(xy: b.Coordinates) -> b.Coordinates:
        calls.append(len(xy))
        return xy + np.random.default_rng(0).normal(0, 1e-5, xy.shape)  # differs for each vertex it is given

    moved = b.move_vertices(squares, shaky)
    vertices = {tuple(v) for v in shapely.get_coordinates(squares)}
    assert calls == [len(vertices)]
    assert shapely.coverage_is_valid(moved)
    assert len(shared_edges(moved)) == len(shared_edges(squares)) > 0
    assert np.array_equal(
        shapely.get_coordinates(moved), np.round(shapely.get_coordinates(moved), b.DECIMALS)
    )
    assert shapely.coverage_is_valid(squares)  # the input is left alone


def test_moving_nothing_is_allowed() -> None:
    assert len(b.move_vertices(b.object_array([]), lambda xy: xy)) == 0


def test_faults_measure_an_overlap_and_a_gap_in_square_kilometres() -> None:
    left, right = box(113, 24, 113.2, 24.2), box(113.1, 24, 113.3, 24.1)
    land = box(113, 24, 113.3, 24.2)
    faults = b.coverage_faults(b.as_multipolygons([left, right]), land)
    overlap, gap = box(113.1, 24, 113.2, 24.1), box(113.2, 24.1, 113.3, 24.2)
    assert not faults.valid
    assert faults.pairs == ((0, 1),)
    assert faults.overlap_km2 == pytest.approx(b.area_km2(b.as_multipolygons([overlap]))[0])
    assert faults.gap_km2 == pytest.approx(b.area_km2(b.as_multipolygons([gap]))[0])
    assert faults.gaps[0].equals(gap)


def test_a_clean_coverage_has_no_faults() -> None:
    squares = grid(wobble=0.01)
    faults = b.coverage_faults(squares, shapely.union_all(squares))
    assert (faults.valid, faults.pairs, faults.overlap_km2, faults.gaps) == (True, (), 0.0, ())


def test_a_sliver_goes_to_the_longest_shared_border_and_an_island_to_the_nearest() -> None:
    squares = b.as_multipolygons([box(0, 0, 1, 1), box(0, 1, 1, 3)])
    assert b.give_away(squares, box(1, 0.5, 1.1, 3)) == 1
    assert b.give_away(squares, box(1, 0.5, 1.1, 3), candidates=[0]) == 0
    assert b.give_away(squares, box(5, 0, 6, 0.5)) == 0


def test_retile_gives_overlaps_to_the_lowest_index_and_gaps_to_a_neighbour() -> None:
    land = box(0, 0, 4, 2)
    dirty = b.as_multipolygons([box(0, 0, 2.1, 2), box(1.9, 0, 3.5, 2), box(3.6, 0, 4, 2)])
    clean = b.retile(dirty, land)
    assert shapely.coverage_is_valid(clean)
    assert shapely.union_all(clean).equals(land)
    assert shapely.area(clean).sum() == pytest.approx(land.area)
    assert clean[0].equals(dirty[0])
    assert clean[1].contains(Point(3.55, 1))  # both borders are equally long: the lower index
    assert clean[2].equals(dirty[2])


def test_retile_leaves_an_empty_polygon_where_everything_was_taken() -> None:
    clean = b.retile(b.as_multipolygons([box(0, 0, 4, 4), box(1, 1, 2, 2)]))
    assert clean[1].is_empty
    assert clean[0].area == pytest.approx(16)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 8)] * 4), min_size=2, max_size=6))
def test_retile_never_loses_or_doubles_land(corners: list[tuple[int, int, int, int]]) -> None:
    boxes = [box(x, y, x + w + 1, y + h + 1) for x, y, w, h in corners]
    clean = b.retile(b.as_multipolygons(boxes))
    assert shapely.area(clean).sum() == pytest.approx(shapely.union_all(boxes).area)
    assert shapely.coverage_is_valid(clean[~shapely.is_empty(clean)])
    for i, polygon in enumerate(clean):  # nobody holds what a lower index claims
        assert all(shapely.intersection(polygon, boxes[j]).area == pytest.approx(0) for j in range(i))


def test_simplified_neighbours_share_exactly_the_same_edges() -> None:
    squares = grid(wobble=0.004)
    simple = b.simplify_together(squares, 500)
    assert shapely.get_num_coordinates(simple).sum() < shapely.get_num_coordinates(squares).sum() * 0.6
    assert shapely.is_valid(simple).all()
    assert shapely.coverage_is_valid(simple)
    inner = shapely.length(shapely.boundary(simple)).sum() - shapely.length(
        shapely.union_all(simple).boundary
    )
    shared = sum(LineString(segment).length for segment in shared_edges(simple))
    assert shared * 2 == pytest.approx(inner)
    values = shapely.get_coordinates(simple)
    assert np.array_equal(values, np.round(values, b.DISPLAY_DECIMALS))


def test_rounding_that_would_erase_a_polygon_keeps_more_decimals() -> None:
    islet = box(113.00001, 24.00001, 113.00004, 24.00004)
    kept = b.simplify_together(b.as_multipolygons([islet, box(114, 24, 115, 25)]), 1, decimals=4)
    assert kept[0].is_valid
    assert kept[0].area > 0


def test_dissolved_levels_keep_the_vertices_of_the_level_below() -> None:
    squares = grid(wobble=0.004)
    merged = b.dissolve(squares, ["b", "a", "a", "b", "a", "a"])
    assert list(merged) == ["a", "b"]
    assert merged["a"].equals(shapely.union_all(squares[[1, 2, 4, 5]]))
    below = {tuple(v) for v in shapely.get_coordinates(squares)}
    assert {tuple(v) for v in shapely.get_coordinates(merged["a"])} <= below
    assert all(g.geom_type == "MultiPolygon" for g in merged.values())


@pytest.mark.parametrize("south", [4.0, 24.0, 53.0])
def test_area_agrees_with_the_geodesic_of_pyproj(south: float) -> None:
    polygon = shapely.segmentize(box(113, south, 113.5, south + 0.5), 0.001)
    geodesic, _ = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(polygon)
    assert b.area_km2(b.as_multipolygons([polygon]))[0] == pytest.approx(abs(geodesic) / 1e6, rel=1e-6)
    assert b.area_km2(b.object_array([])).size == 0


def test_labels_lie_inside_deep_and_fall_back_to_the_exact_surface() -> None:
    horseshoe = Polygon([(0, 0), (6, 0), (6, 6), (5, 6), (5, 2), (1, 2), (1, 6), (0, 6)])
    label = b.label_points(b.as_multipolygons([horseshoe]), b.as_multipolygons([horseshoe]))[0]
    assert horseshoe.contains(label)
    assert horseshoe.boundary.distance(label) > 0.9
    elsewhere = b.label_points(b.as_multipolygons([horseshoe]), b.as_multipolygons([box(2, 3, 4, 5)]))[0]
    assert horseshoe.contains(elsewhere)


def test_the_inset_box_holds_the_islands_and_not_the_north() -> None:
    islands = b.object_array([Point(112.3, 16.8), Point(112.3, 3.9), Point(116.4, 39.9)])
    assert b.in_south_china_sea_inset(islands).tolist() == [True, True, False]
    assert b.south_china_sea_inset().bounds == b.SOUTH_CHINA_SEA_INSET_4326
