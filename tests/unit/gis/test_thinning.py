"""Polygons for the eye: fewer vertices, none lost, the largest first."""

from __future__ import annotations

import numpy as np
import shapely

from gis.thinning import as_geojson, largest, thinned


def discs(radii: list[float]) -> np.ndarray:
    found = [shapely.Point(113 + n, 24).buffer(r, quad_segs=200) for n, r in enumerate(radii)]
    return np.array(found, dtype=np.object_)


def test_the_largest_keep_their_order() -> None:
    assert largest(discs([0.1, 0.3, 0.2, 0.05]), 2).tolist() == [1, 2]
    assert largest(discs([0.1]), 5).tolist() == [0]


def test_few_vertices_are_left_alone_and_many_become_few_without_losing_a_polygon() -> None:
    whole = discs([0.3, 0.0001])
    assert thinned(whole, 10_000) is whole
    few = thinned(whole, 100)
    assert shapely.get_num_coordinates(few).sum() <= 100
    assert not shapely.is_empty(few).any() and shapely.is_valid(few).all()
    assert shapely.area(few)[0] > 0.9 * shapely.area(whole)[0]


def test_geojson_is_the_same_polygon() -> None:
    (disc,) = discs([0.1])
    (found,) = as_geojson(np.array([disc], dtype=np.object_))
    assert found["type"] == "Polygon" and shapely.geometry.shape(found).equals(disc)


def test_a_request_that_cannot_be_met_ends() -> None:
    few = thinned(discs([0.3, 0.2]), 1)
    assert len(few) == 2 and not shapely.is_empty(few).any()
