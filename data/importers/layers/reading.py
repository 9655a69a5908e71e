"""``read_layer``: a planner's file → a layer of the kind asked for, with an account of every row."""

from collections.abc import Callable
from pathlib import Path

from data.importers.layers.files import LIMITS
from data.importers.layers.ground import Ground
from data.importers.office.guard import Limits
from projects.analysis.inputs import LayerKind
from projects.analysis.layer_reading import MOST_PEOPLE, LayerOrder, LayerReading, LayerRefused
from projects.work import Progress

__all__ = ["Ground", "read_layer"]


def read_layer(
    path: Path,
    order: LayerOrder,
    steps: Progress,
    ground: Callable[[], Ground | None],
    limits: Limits = LIMITS,
) -> LayerReading:
    """Read a file as a layer; ``ground`` is asked for the counties only where a kind needs them.

    For a raster ``ground`` must answer (the whole country, not ``chosen``, when no area is asked for); for
    roads ``None`` keeps all of them. Raises ``LayerRefused`` or ``FileRefused`` with one sentence.
    """
    found = _read(path, order, steps, ground, limits)
    if found.people is not None and found.people > MOST_PEOPLE:
        raise LayerRefused("not_people", order.file_name, f"{found.people:,.0f}")
    return found


def _read(
    path: Path, order: LayerOrder, steps: Progress, ground: Callable[[], Ground | None], limits: Limits
) -> LayerReading:
    if order.kind is LayerKind.POPULATION:
        from data.importers.layers.rasters import read_raster

        found = ground()
        if found is None:
            raise ValueError("a raster is read against counties")
        return read_raster(path, order, steps, found, limits)
    if order.kind is LayerKind.ROADS:
        from data.importers.layers.roads import read_roads

        return read_roads(path, order, steps, ground(), limits)
    if order.kind in (LayerKind.EXCLUSIONS, LayerKind.LAND_USE):
        from data.importers.layers.areas import read_areas

        return read_areas(path, order, steps, limits)
    from data.importers.layers.points import read_points

    return read_points(path, order, steps, limits)
