"""The records of a map one by one, or those of one view gathered in cells."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from layers.scene import Bounds, ClusterMark, Scene
from layers.stacking import stack
from projects.counts import Page
from projects.filters import ProjectFilter
from projects.ports import Cluster
from projects.summary import Summary
from services.map_marks import SignOf, by_category, point_marks, route_marks, shape_marks
from services.map_parts import Signs


class Gatherer(Protocol):
    """What a library answers about one view."""

    def clusters(self, chosen: ProjectFilter, bounds: Bounds) -> tuple[Cluster, ...]:
        """Return placed records of a view gathered on a grid."""

    def page(self, chosen: ProjectFilter, *, limit: int, offset: int = 0) -> Page:
        """Return one page of matching records."""


def with_clusters(
    scene: Scene, library: Gatherer, placed: ProjectFilter, bounds: Bounds, signs: Signs | None = None
) -> Scene:
    """Add the records of a view gathered in cells; one that is alone in its cell is drawn as itself.

    Cells are counted by category in the database; where signs mean something else, a cell is its number.
    """
    found = library.clusters(placed, bounds)
    alone = ProjectFilter(ids=tuple(c.ids[0] for c in found if c.count == 1))
    clusters = tuple(
        ClusterMark(c.id, c.lon, c.lat, c.count, {} if signs else c.by_category, c.bounds, c.ids)
        for c in found
        if c.count > 1
    )
    records = library.page(alone, limit=len(alone.ids)).items if alone.ids else ()
    live = replace(scene, clusters=clusters, live=True)
    return with_records(live, records, signs.of if signs else by_category)


def with_records(scene: Scene, records: Sequence[Summary], sign_of: SignOf) -> Scene:
    """Add records one by one: points (stacked where several stand on one spot), lines and polygons."""
    points, stacks = stack(mark for record in records for mark in point_marks(record, sign_of))
    return replace(
        scene,
        points=points,
        stacks=stacks,
        lines=(*scene.lines, *(mark for record in records for mark in route_marks(record, sign_of))),
        shapes=tuple(mark for record in records for mark in shape_marks(record, sign_of)),
    )
