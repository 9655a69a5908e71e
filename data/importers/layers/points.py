"""Settlements and candidates: a table or map file with one place in each row → ``PointLayer``."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from data.importers.layers.columns import Columns
from data.importers.layers.files import LIMITS, content_of, read_book
from data.importers.layers.positions import Judged, Positions, ordered
from data.importers.layers.sheets import account, chosen_sheet, told
from data.importers.layers.systems import check_system
from data.importers.layers.tally import Tally
from data.importers.layers.values import NUMBERS, Figures, figures_of, text_of
from data.importers.office.cells import is_blank, stripped
from data.importers.office.grid import Cell, Grid
from data.importers.office.guard import Limits
from gis.boundaries import object_array
from gis.datum import to_wgs84
from gis.geodesy import round_degrees
from projects.analysis.inputs import PointLayer
from projects.analysis.layer_reading import (
    ROLES_OF,
    LayerOrder,
    LayerReading,
    LayerRefused,
    Note,
    Reason,
)
from projects.work import Progress

MOST_ROWS: Final = 2_000_000
_EVERY: Final = 20_000
_POINTS, _LINES, _AREAS = (0,), (1, 2, 5), (3, 6)
"""Type numbers of shapely; a multipoint of one point is a point."""
_MULTIPOINT: Final = 4


class Row(NamedTuple):
    """One row that may be used: its number in the file (from 1), its texts and figures."""

    number: int
    id: str
    name: str
    figures: Figures


class Places(NamedTuple):
    """Rows with their positions in WGS84 (n, 2), and which rows each note is about."""

    rows: list[Row]
    lonlat: NDArray[np.float64]
    notes: dict[Note, NDArray[np.bool_]]


def read_points(path: Path, order: LayerOrder, steps: Progress, limits: Limits = LIMITS) -> LayerReading:
    """Return the places of a file in file order; every row is used or left out with its reason.

    Raises ``LayerRefused`` or ``FileRefused`` for a file that cannot be used.
    """
    steps.step(0, None, "读取文件")
    book, kind = read_book(content_of(path, order.file_name, limits), order.file_name, limits)
    roles = ROLES_OF[order.kind]
    grid, columns = chosen_sheet(book, order, roles, lambda g, c: c.placed or _has_places(g))
    if len(grid.rows) > MOST_ROWS:
        raise LayerRefused("too_many_rows", order.file_name, str(len(grid.rows)), str(MOST_ROWS))
    tally = Tally()
    if grid.shapes is not None:
        check_system(order.file_name, grid.crs, grid.datum, order.datum)
        rows, judged = _of_shapes(grid, columns, order, tally, steps)
    else:
        rows, judged = _of_table(grid, columns, order, tally, steps)
    steps.step(len(grid.rows), len(grid.rows), "核对坐标")
    places = _kept(rows, judged, columns, tally)
    _say(grid, columns, places, tally)
    return _reading(places, tally, order, told(book, kind, grid, columns, order) | account(tally))


def _has_places(grid: Grid) -> bool:
    return grid.shapes is not None and any(
        shape is not None and not shape.is_empty and shapely.get_type_id(shape) not in _LINES
        for shape in grid.shapes
    )


def _data_rows(grid: Grid, columns: Columns, steps: Progress) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield index and cells of the rows below the heading; a blank row of a table is none."""
    whole = len(grid.rows)
    for index in range(columns.first_row, whole):
        if index % _EVERY == 0:
            steps.step(index, whole, "读取行")
        row = grid.rows[index]
        if grid.shapes is not None or not all(map(is_blank, row)):
            yield index, row


def _row(index: int, row: Sequence[Cell], columns: Columns, *, first: int = 1) -> Row:
    roles = columns.roles
    key, name = text_of(row, roles.get("id")), text_of(row, roles.get("name"))
    return Row(index + first, key, name, figures_of(row, columns))


def _of_table(
    grid: Grid, columns: Columns, order: LayerOrder, tally: Tally, steps: Progress
) -> tuple[list[Row], Judged]:
    """Read the rows of a table with their positions."""
    positions, rows = Positions(columns, order.datum), []
    for index, cells in _data_rows(grid, columns, steps):
        row = _row(index, cells, columns)
        reason = row.figures.reason or positions.add(cells)
        if reason is None:
            rows.append(row)
        else:
            quoted = row.figures.quoted or row.name or row.id or _written(cells, columns)
            tally.leave(reason, str(row.number), quoted)
    return rows, positions.judged()


def _written(cells: Sequence[Cell], columns: Columns) -> str:
    """Return what a row says of its position, as it stands there."""
    used = [columns.roles[role] for role in ("lon", "lat", "lonlat") if role in columns.roles]
    return " ".join(stripped(cells[one.at]) for one in used if one.at < len(cells)).strip()


def _of_shapes(
    grid: Grid, columns: Columns, order: LayerOrder, tally: Tally, steps: Progress
) -> tuple[list[Row], Judged]:
    """Read the rows of a map file with the points that they draw, in WGS84."""
    shapes = object_array(list(grid.shapes or ()))
    kinds = shapely.get_type_id(shapes)
    rows, chosen = [], []
    for index, cells in _data_rows(grid, columns, steps):
        row = _row(index, cells, columns, first=0)
        reason = row.figures.reason or _no_place(shapes[index], int(kinds[index]))
        if reason is None:
            rows.append(row)
            chosen.append(index)
        else:
            tally.leave(reason, str(row.number), row.figures.quoted or row.name or row.id)
    spots, inner = _spots(shapes[np.array(chosen, dtype=np.int64)])
    lonlat, reasons, swapped = ordered(spots)
    return rows, Judged(
        to_wgs84(lonlat, str(order.datum)), reasons, {Note.SWAPPED: swapped, Note.INNER_POINT: inner}
    )


def _no_place(shape: Any, kind: int) -> Reason | None:
    """Return why a geometry is no place; its coordinates are judged later, with all others."""
    if shape is None or shape.is_empty:
        return Reason.NO_SHAPE
    if not bool(np.isfinite(shapely.get_coordinates(shape)).all()):
        return Reason.BROKEN_SHAPE
    several = kind == _MULTIPOINT and shapely.get_num_geometries(shape) > 1
    return Reason.NOT_PLACE if kind in _LINES or kind == 7 or several else None


def _spots(shapes: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return a position for each geometry, and which were areas: of those, a point inside."""
    inner = np.isin(shapely.get_type_id(shapes), _AREAS)
    mended = shapely.make_valid(shapes[inner]) if inner.any() else shapes[inner]
    spots = shapes.copy()
    spots[inner] = shapely.point_on_surface(mended)
    flat = shapely.get_coordinates(shapely.centroid(spots)) if len(spots) else np.empty((0, 2))
    return flat.reshape(-1, 2), np.asarray(inner)


def _kept(rows: Sequence[Row], judged: Judged, columns: Columns, tally: Tally) -> Places:
    """Return the rows in use: with a position, and an id of their own where the file has ids."""
    seen: set[str] = set()
    kept = []
    for index, (row, reason) in enumerate(zip(rows, judged.reasons, strict=True)):
        wrong, quoted = reason, row.name or row.id
        if reason is not None:
            lon, lat = judged.lonlat[index]
            quoted = f"{quoted} {lon:.7g}, {lat:.7g}".strip()
        elif "id" in columns.roles:
            wrong = Reason.NO_ID if not row.id else Reason.SAME_ID if row.id in seen else None
            quoted = row.name if not row.id else f"{row.id} {row.name}".strip()
        if wrong is None:
            seen.add(row.id)
            kept.append(index)
        else:
            tally.leave(wrong, str(row.number), quoted)
    chosen = np.array(kept, dtype=np.int64)
    notes = {note: about[chosen] for note, about in judged.notes.items()}
    return Places([rows[i] for i in kept], round_degrees(judged.lonlat[chosen]), notes)


def _say(grid: Grid, columns: Columns, places: Places, tally: Tally) -> None:
    """Note what there is to say of the rows in use."""
    for note, about in places.notes.items():
        tally.note(note, int(about.sum()))
    for row in places.rows:
        for remark in row.figures.notes:
            tally.note(remark)
    tally.note(Note.SAME_PLACE, len(places.lonlat) - len(np.unique(places.lonlat, axis=0)))
    if grid.formulas:
        used = [one.at for one in columns.roles.values()]
        computed = (any((row.number - 1, c) in grid.formulas for c in used) for row in places.rows)
        tally.note(Note.FORMULA, sum(computed))


def _reading(places: Places, tally: Tally, order: LayerOrder, detail: dict[str, Any]) -> LayerReading:
    rows, lonlat = places.rows, places.lonlat
    whole = len(rows) + sum(tally.left_out.values())
    if not whole:
        raise LayerRefused("no_rows", order.file_name)
    if not rows:
        raise LayerRefused("nothing_left", order.file_name, str(whole), tally.words())
    people, cost, capacity = (np.array([getattr(row.figures, name) for row in rows]) for name in NUMBERS)
    ids = tuple(row.id or str(row.number) for row in rows)
    names = tuple(row.name or row.id or str(row.number) for row in rows)
    (west, south), (east, north) = lonlat.min(axis=0).tolist(), lonlat.max(axis=0).tolist()
    return LayerReading(
        content=PointLayer(ids, names, lonlat, people, cost, capacity),
        rows=whole,
        used=len(rows),
        left_out=dict(tally.left_out),
        people=float(people.sum()) if "people" in detail["columns"] else None,
        bounds=(west, south, east, north),
        detail=detail,
    )
