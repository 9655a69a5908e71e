"""Candidates: grids in metres, exclusion, spacing."""

from typing import Any

import numpy as np
import pytest
import shapely
from numpy.testing import assert_array_equal
from pyproj import Geod
from shapely import MultiPolygon, Point, Polygon, box

from gis.errors import BadInput
from gis.geodesy import distance_m
from gis.siting import candidates, excluded, grid_candidates, spacing_conflicts

COUNTY = box(113.0, 24.0, 113.5, 24.6)


@pytest.mark.parametrize("south", [1.0, 24.0, 52.0])
def test_each_point_stands_for_the_same_area(south: float) -> None:
    area = box(113.0, south, 115.0, south + 2.0)
    grid = grid_candidates(area, 2000)
    square_metres = abs(Geod(ellps="WGS84").geometry_area_perimeter(area)[0])
    assert len(grid) * 2000**2 == pytest.approx(square_metres, rel=0.015)
    row = grid[grid[:, 1] == grid[0, 1]]
    assert distance_m(row[0], row[1]) == pytest.approx(2000, rel=1e-3)
    assert np.diff(np.unique(grid[:, 1])) * 111_195 == pytest.approx(2000, rel=1e-3)


def test_grid_stays_inside_and_out_of_holes() -> None:
    ring = COUNTY.difference(Point(113.25, 24.3).buffer(0.1))
    grid = grid_candidates(MultiPolygon([ring, box(114, 24, 114.1, 24.1)]), 1000)
    assert all(Point(*one).distance(ring) == 0 or one[0] >= 114 for one in grid)
    assert (distance_m(grid, [113.25, 24.3]) > 10_000).all()


@pytest.mark.parametrize(
    ("area", "spacing", "code"),
    [
        (Polygon(), 1000, "empty_area"),
        (None, 1000, "empty_area"),
        (COUNTY, 0, "spacing"),
        (COUNTY, float("nan"), "spacing"),
        (COUNTY, float("inf"), "spacing"),
        (COUNTY, 1, "grid_too_fine"),
        (COUNTY, 1e-9, "grid_too_fine"),
        (box(113.0001, 24.0001, 113.0002, 24.0002), 5000, "grid_too_wide"),
    ],
)
def test_grid_refusals(area, spacing, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        grid_candidates(area, spacing)
    assert refused.value.code == code


def test_exclusion_takes_the_edge_and_ignores_the_empty() -> None:
    points = [[113.0, 24.0], [113.2, 24.2], [115.0, 24.0]]
    assert_array_equal(excluded(points, [COUNTY, Polygon(), None]), [True, True, False])
    assert not excluded(points, []).any()
    assert excluded(np.empty((0, 2)), [COUNTY]).shape == (0,)


def test_a_polygon_of_many_corners_is_looked_at_once_and_not_for_each_point(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turn = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    reach = 0.5 + 0.01 * np.sin(5_000 * turn)
    lake = Polygon(np.column_stack([113 + reach * np.cos(turn), 24 + reach * np.sin(turn)]))
    points = np.random.default_rng(1).uniform([112.3, 23.3], [113.7, 24.7], (500, 2))
    trees: list[int] = []

    class Watched(shapely.STRtree):
        def __init__(self, geometries: list[object]) -> None:
            trees.append(len(geometries))
            super().__init__(geometries)

    monkeypatch.setattr(shapely, "STRtree", Watched)
    found = excluded(points, [lake])
    shapely.prepare(lake)
    assert_array_equal(found, shapely.intersects_xy(lake, points[:, 0], points[:, 1]))
    assert trees == [len(points)], "the polygon asks: only what asks is prepared"


@pytest.mark.parametrize("points", [np.full((200, 2), 24.0), [[113 + n / 1000, 24.0] for n in range(200)]])
def test_too_many_pairs_within_the_spacing_are_refused_before_they_are_written_down(
    points: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "MOST_CONFLICTS", 200 * 199 // 2)
    assert spacing_conflicts(points, 100_000).nnz == 200 * 199
    monkeypatch.setattr(candidates, "MOST_CONFLICTS", 200 * 199 // 2 - 1)
    with pytest.raises(BadInput) as refused:
        spacing_conflicts(points, 100_000)
    assert refused.value.code == "spacing_pairs" and refused.value.values["km"] == 100
    assert spacing_conflicts(points, 0).nnz == 0


def test_spacing_is_measured_in_metres_across_the_date_line() -> None:
    points = np.array([[179.999, 0.0], [-179.999, 0.0], [113.0, 24.0], [113.0, 24.0]])
    near = spacing_conflicts(points, 300).toarray()
    assert_array_equal(near, near.T)
    assert near[0, 1] == near[2, 3] == 1
    assert near.sum() == 4
    assert spacing_conflicts(points, 0).nnz == 0
    apart = float(distance_m(points[0], points[1]))
    assert spacing_conflicts(points[:2], apart * (1 + 1e-9)).nnz == 2
    assert spacing_conflicts(points[:2], apart * (1 - 1e-9)).nnz == 0
    with pytest.raises(BadInput, match="the spacing"):
        spacing_conflicts(points, -1)
