"""Outlines of exclusions for the eye: near the area, the largest first, none of them silently left out."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis.geojson import geometry_of
from projects.analysis.inputs import ShapeLayer
from projects.analysis.siting import barred as siting_barred
from projects.analysis.siting.barred import Barred, barred
from tests.fake_analysis import FakeAnalysis

AREAS = FakeAnalysis().areas("440200")


def layer(*shapes: shapely.Geometry) -> ShapeLayer:
    names = tuple(f"区{n}" for n in range(len(shapes)))
    return ShapeLayer(np.array(shapes, dtype=object), names, np.full(len(shapes), np.nan))


def centre() -> shapely.Point:
    return shapely.box(*shapely.total_bounds(AREAS.polygons[AREAS.inside]).tolist()).centroid


def test_the_largest_come_first_and_what_is_far_away_is_not_drawn() -> None:
    small, large = centre().buffer(0.01), centre().buffer(0.1, quad_segs=100)
    found = barred(layer(small, shapely.box(80, 40, 81, 41), large), AREAS)
    assert found.names == ("区2", "区0") and found.left == 0
    drawn = geometry_of(dict(found.outlines[0]))
    assert drawn.hausdorff_distance(large) <= siting_barred.SIMPLER * 1.01
    assert shapely.get_num_coordinates(drawn) < shapely.get_num_coordinates(large)


def test_more_than_can_be_drawn_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siting_barred, "MOST_DRAWN", 1)
    found = barred(layer(centre().buffer(0.01), centre().buffer(0.1)), AREAS)
    assert found.names == ("区1",) and found.left == 1


def test_nothing_to_draw_is_nothing() -> None:
    assert barred(layer(), AREAS) == Barred()
