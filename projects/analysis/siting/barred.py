"""The polygons in which nothing is built, as they are drawn: simplified, the largest ones, near the area."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from gis.geojson import geometry_member
from projects.analysis.exhibit import GeoJson
from projects.analysis.inputs import Areas, ShapeLayer

MOST_DRAWN: Final = 300
"""More outlines would cover the map and tell nothing."""
SIMPLER: Final = 0.0002
"""Degrees (about 20 m) by which a drawn outline may leave the true one."""


@dataclass(frozen=True, slots=True)
class Barred:
    """What is drawn of a layer of exclusions; ``left`` polygons in the frame of the area are not."""

    names: tuple[str, ...] = ()
    outlines: tuple[GeoJson, ...] = ()
    left: int = 0


def barred(layer: ShapeLayer, areas: Areas) -> Barred:
    """Return the outlines of a layer that touch the frame of the inside areas, the largest ones first.

    They are for the eye: which candidates are barred is decided with the polygons as they were loaded.
    """
    if not len(layer.geometries) or not areas.inside.any():
        return Barred()
    frame = shapely.box(*shapely.total_bounds(areas.polygons[areas.inside]).tolist())
    near = np.flatnonzero(shapely.intersects(layer.geometries, frame))
    size = shapely.area(layer.geometries[near])
    rows = near[np.argsort(-size, kind="stable")]
    drawn = rows[:MOST_DRAWN]
    simple = shapely.simplify(layer.geometries[drawn], SIMPLER)
    pairs = [
        (layer.names[row], member)
        for row, one in zip(drawn.tolist(), simple.tolist(), strict=True)
        if (member := geometry_member(one)) is not None
    ]
    return Barred(tuple(name for name, _ in pairs), tuple(one for _, one in pairs), len(rows) - len(pairs))
