"""Where a place lies in the land-use plans that a session may see.

Who sees a plan the database says each time (``Layers``); only what a plan's file holds is remembered, and a
file never changes.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from data.store.analysis import content
from data.store.analysis.layers import Kept, Layers
from gis.boundaries import object_array
from projects.analysis.inputs import FloatArray, LayerKind, ShapeLayer
from projects.analysis.land_use import LandClass, PlanOver
from projects.errors import BadValue

HELD: Final = 4
"""Plans whose polygons stay in memory."""
MOST_READ: Final = 20
"""Plans, the newest first, whose files are opened for one place; of the others nothing is said."""
_EVERYWHERE: Final = (-180.0, -90.0, 180.0, 90.0)


class _Plan(NamedTuple):
    layer: ShapeLayer
    tree: shapely.STRtree


def over(layers: Layers, geometry: Mapping[str, Any]) -> tuple[PlanOver, ...]:
    """Return what each visible plan says of a place (GeoJSON, WGS84), those it lies in first, then by age.

    A plan whose file is missing or damaged says so and keeps no other from answering.
    """
    place = shape(geometry)
    found, read = [], 0
    for kept in layers.kept((LayerKind.LAND_USE,)):
        if not place.intersects(shapely.box(*(kept.info.bounds or _EVERYWHERE))):
            found.append(PlanOver(kept.info, share=0.0))
        elif read < MOST_READ:
            read += 1
            found.append(_one(layers.folder, kept, place))
        else:
            found.append(PlanOver(kept.info, share=0.0, problem=_NOT_READ.format(most=MOST_READ)))
    return tuple(sorted(found, key=lambda one: not one.inside))


def _one(folder: Path, kept: Kept, place: BaseGeometry) -> PlanOver:
    try:
        plan = _plan(folder / kept.file_name)
    except BadValue as error:
        return PlanOver(kept.info, share=0.0, problem=str(error))
    dimension = int(shapely.get_dimensions(place))
    numbers = np.sort(plan.tree.query(place, predicate="intersects"))
    pieces = shapely.intersection(plan.layer.geometries[numbers], place)
    held = _sizes(pieces, dimension) > 0  # an area that only touches a polygon does not lie in it
    notes = plan.layer.notes or ("",) * len(plan.layer.names)
    classes = dict.fromkeys(LandClass(plan.layer.names[i], notes[i]) for i in numbers[held].tolist())
    covered, whole = _sizes(object_array([shapely.union_all(pieces[held]), place]), dimension)
    return PlanOver(kept.info, tuple(classes), min(1.0, float(covered / whole)))


def _sizes(pieces: NDArray[np.object_], dimension: int) -> FloatArray:
    """Return how much of a place pieces hold: points (dimension 0), lengths of a line, areas of an area."""
    measure = (shapely.get_num_coordinates, shapely.length, shapely.area)[dimension]
    return np.asarray(measure(pieces), dtype=np.float64)


@lru_cache(maxsize=HELD)
def _plan(path: Path) -> _Plan:
    layer = content.read_shapes(path)
    return _Plan(layer, shapely.STRtree(layer.geometries))


_NOT_READ: Final = (
    "此处的用地规划图层超过 {most} 个，没有读取这一个；请移除不用的图层。"
    " More than {most} plans lie over this place; this one was not read."
)
