"""Exclusions and land-use plans: the polygons of a map file → ``ShapeLayer``."""

from collections import Counter
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from data.importers.layers.columns import Columns
from data.importers.layers.files import LIMITS, content_of, read_book
from data.importers.layers.sheets import account, chosen_sheet, told
from data.importers.layers.systems import check_system
from data.importers.layers.tally import Tally, unknown_numbers
from data.importers.layers.values import LONGEST, text_of
from data.importers.office.grid import Book, Grid
from data.importers.office.guard import Limits
from gis.boundaries import area_km2, object_array, repair
from gis.coordinates import COUNTRY_BOX, is_swapped
from gis.datum import transform_geometry
from projects.analysis.inputs import LayerKind, ShapeLayer
from projects.analysis.layer_reading import (
    ROLES_OF,
    LayerOrder,
    LayerReading,
    LayerRefused,
    Note,
    Reason,
)
from projects.work import Progress

MOST_VERTICES: Final = 5_000_000
CLASSES: Final = 30
"""Classes of land use that a report lists, the largest first."""
_AREAS: Final = (3, 6)
_COLLECTION: Final = 7
_SHORT: Final = 60


class Polygons(NamedTuple):
    """The polygons in use, their names (of land use: classes), notes and sizes in km²."""

    shapes: list[Any]
    names: list[str]
    notes: list[str]
    sizes: list[float]


def read_areas(path: Path, order: LayerOrder, steps: Progress, limits: Limits = LIMITS) -> LayerReading:
    """Return the polygons of a map file; every row is used or left out with its reason.

    Polygons that cross themselves are mended and counted. Raises ``LayerRefused``, ``FileRefused``.
    """
    steps.step(0, 3, "读取文件")
    book, kind = read_book(content_of(path, order.file_name, limits), order.file_name, limits)
    grid, columns = _layer(book, order)
    check_system(order.file_name, grid.crs, grid.datum, order.datum)
    shapes = object_array(list(grid.shapes or ())[1:])
    if int(shapely.get_num_coordinates(shapes).sum()) > MOST_VERTICES:
        raise LayerRefused("too_many_rows", order.file_name, "5,000,000+", f"{MOST_VERTICES:,}")
    steps.step(1, 3, "核对图形")
    tally = Tally()
    found = _polygons(grid, columns, shapes, order, tally)
    steps.step(2, 3, "核对图形")
    return _reading(found, tally, order, told(book, kind, grid, columns, order) | account(tally))


def _layer(book: Book, order: LayerOrder) -> tuple[Grid, Columns]:
    if all(grid.shapes is None for grid in book.grids):
        raise LayerRefused("no_areas", order.file_name)
    try:
        return chosen_sheet(book, order, ROLES_OF[order.kind], lambda grid, _: _has_areas(grid))
    except LayerRefused as error:
        raise LayerRefused("no_areas", order.file_name) if error.key == "no_columns" else error from error


def _has_areas(grid: Grid) -> bool:
    shapes = object_array(list(grid.shapes or ()))
    return bool(np.isin(shapely.get_type_id(shapes), (*_AREAS, _COLLECTION)).any())


def _polygons(
    grid: Grid, columns: Columns, shapes: NDArray[np.object_], order: LayerOrder, tally: Tally
) -> Polygons:
    """Return the usable polygons in WGS84; the others are counted and named."""
    plan = order.kind is LayerKind.LAND_USE
    names = _texts(grid, columns, "class" if plan else "name", tally)
    notes = _texts(grid, columns, "note", tally)
    numbers = [i for i, shape in enumerate(shapes) if _usable(i, shape, names[i], tally)]
    chosen = shapes[np.array(numbers, dtype=np.int64)]
    crossing = ~shapely.is_valid(chosen)
    sound = repair(chosen)
    found = transform_geometry(_turned(sound, tally), str(order.datum))
    sizes = area_km2(found) if len(found) else np.empty(0)
    used = Polygons([], [], [], [])
    for i, shape, size, mended in zip(numbers, found, sizes, crossing, strict=True):
        if shape.is_empty or not size > 0:
            tally.leave(Reason.NO_AREA, str(i + 1), names[i])
        elif not _in_country(shape):
            tally.leave(Reason.OUTSIDE, str(i + 1), names[i])
        else:
            tally.note(Note.MENDED, int(mended))
            tally.note(Note.NO_CLASS, int(plan and not names[i]))
            used.shapes.append(shape)
            used.names.append(names[i] if plan else names[i] or str(i + 1))
            used.notes.append(notes[i])
            used.sizes.append(float(size))
    return used


def _texts(grid: Grid, columns: Columns, role: str, tally: Tally) -> list[str]:
    """Return the texts of a role row by row; those that are cut are counted."""
    whole = [text_of(row, columns.roles.get(role), LONGEST + 1) for row in grid.rows[1:]]
    tally.note(Note.LONG_TEXT, sum(len(text) > LONGEST for text in whole))
    return [text[:LONGEST] for text in whole]


def _usable(index: int, shape: Any, name: str, tally: Tally) -> bool:
    reason = _no_area(shape)
    if reason is not None:
        tally.leave(reason, str(index + 1), name)
    return reason is None


def _no_area(shape: Any) -> Reason | None:
    if shape is None or shape.is_empty:
        return Reason.NO_SHAPE
    if not bool(np.isfinite(shapely.get_coordinates(shape)).all()):
        return Reason.BROKEN_SHAPE
    return None if shapely.get_type_id(shape) in (*_AREAS, _COLLECTION) else Reason.NOT_AREA


def _turned(shapes: NDArray[np.object_], tally: Tally) -> NDArray[np.object_]:
    """Return polygons with swapped coordinates put right."""
    solid = np.flatnonzero(~shapely.is_empty(shapes))
    spots = shapely.get_coordinates(shapely.centroid(shapes[solid])).reshape(-1, 2)
    swapped = solid[np.array([is_swapped(x, y) for x, y in spots], dtype=bool)]
    result = shapes.copy()
    result[swapped] = shapely.transform(shapes[swapped], lambda c: c[:, ::-1])
    tally.note(Note.SWAPPED, len(swapped))
    return result


def _in_country(shape: Any) -> bool:
    west, south, east, north = COUNTRY_BOX
    x0, y0, x1, y1 = shape.bounds
    return bool(x0 <= east and x1 >= west and y0 <= north and y1 >= south)


def _reading(found: Polygons, tally: Tally, order: LayerOrder, detail: dict[str, Any]) -> LayerReading:
    whole = len(found.shapes) + sum(tally.left_out.values())
    if not whole:
        raise LayerRefused("no_rows", order.file_name)
    if not found.shapes:
        raise LayerRefused("nothing_left", order.file_name, str(whole), tally.words())
    shapes = object_array(found.shapes)
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    covered = float(area_km2(object_array([shapely.union_all(shapes)]))[0])
    return LayerReading(
        content=_content(found, shapes),
        rows=whole,
        used=len(shapes),
        left_out=dict(tally.left_out),
        people=None,
        bounds=(west, south, east, north),
        detail=detail | {"km2": round(covered, 3)} | _land(found, order.kind),
    )


def _content(found: Polygons, shapes: NDArray[np.object_]) -> ShapeLayer:
    notes = tuple(found.notes) if any(found.notes) else ()
    return ShapeLayer(shapes, tuple(found.names), unknown_numbers(len(shapes)), notes)


def _land(found: Polygons, kind: LayerKind) -> dict[str, Any]:
    """Return the classes of a plan with polygons and km², the largest first; a doubt if it names none."""
    if kind is not LayerKind.LAND_USE:
        return {}
    count = Counter(found.names)
    sizes = dict.fromkeys(count, 0.0)
    for name, size in zip(found.names, found.sizes, strict=True):
        sizes[name] += size
    largest = sorted(sizes.items(), key=lambda pair: -pair[1])[:CLASSES]
    listed = [[name[:_SHORT], count[name], round(km2, 4)] for name, km2 in largest]
    doubt = {} if any(found.names) else {"warnings": [{"code": "no_class"}]}
    return {"land_classes": listed, "land_class_count": len(count)} | doubt
