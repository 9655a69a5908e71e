"""Roads: the lines of a road file near the area, to walk or drive on, and how they connect."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from data.importers.layers.files import LIMITS, content_of
from data.importers.layers.ground import Ground
from data.importers.layers.road_file import Roads, read_road_file
from data.importers.layers.road_words import CLASSES, CLOSED, speed_of
from data.importers.layers.sheets import account
from data.importers.layers.tally import Tally
from data.importers.layers.values import LONGEST
from data.importers.office.guard import Limits
from gis.coordinates import COUNTRY_BOX
from gis.errors import BadInput
from gis.geodesy import distance_m
from gis.network import road_network
from projects.analysis.inputs import BoolArray, FloatArray, ShapeLayer
from projects.analysis.layer_reading import LayerOrder, LayerReading, LayerRefused, Note, Reason
from projects.values import cleaned
from projects.work import Progress

MARGIN_M: Final = 20_000.0
"""So far beyond the area roads are kept: the way to the next hospital may lead outside."""
MOST_KM: Final = 150_000
"""A network has a node every 50 m: three million of them, and a prefecture has a fifth of that."""
WHOLE: Final = 0.98
"""A largest part with so much of the roads is taken for the whole: short stubs are always cut off."""
_METRES_PER_DEGREE: Final = 111_195.0
_LINES: Final = (1, 2, 5)


def read_roads(
    path: Path, order: LayerOrder, steps: Progress, ground: Ground | None, limits: Limits = LIMITS
) -> LayerReading:
    """Return the roads in and around the area; every row is used or left out with its reason.

    With class words (``highway``) only those of the way of travelling are taken. Parts that are not connected
    are counted and never joined. Raises ``LayerRefused``, ``FileRefused``.
    """
    steps.step(0, 3, "读取道路")
    roads = read_road_file(content_of(path, order.file_name, limits), order, limits)
    tally = Tally()
    steps.step(1, 3, "核对图形")
    kept = _usable(roads, order, ground, tally)
    if not len(kept):
        raise LayerRefused("nothing_left", order.file_name, f"{len(roads.shapes):,}", tally.words())
    names = [cleaned(str(text or ""))[:LONGEST] for text in _at(roads.column("name"), kept)]
    content = ShapeLayer(roads.shapes[kept], tuple(names), _speeds(_at(roads.column("speed"), kept), tally))
    steps.step(2, 3, "检查连通")
    detail = _detail(roads, content, order) | account(tally)
    west, south, east, north = shapely.total_bounds(content.geometries).tolist()
    return LayerReading(
        content=content,
        rows=len(roads.shapes),
        used=len(kept),
        left_out=dict(tally.left_out),
        people=None,
        bounds=(west, south, east, north),
        detail=detail,
    )


def _at(column: Sequence[Any], rows: NDArray[np.intp]) -> list[Any]:
    return [column[i] for i in rows]


def _usable(roads: Roads, order: LayerOrder, ground: Ground | None, tally: Tally) -> NDArray[np.intp]:
    """Return the rows in use; the others are counted, each under its first reason."""
    shapes = roads.shapes
    allowed = CLASSES[order.travel]
    classes = np.array([not given or str(given) in allowed for given in roads.column("class")], dtype=bool)
    closed = np.array([str(given or "") in CLOSED for given in roads.column("access")], dtype=bool)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    lines = np.isin(shapely.get_type_id(shapes), _LINES)
    bounds = shapely.bounds(shapes)
    checks: tuple[tuple[Reason, BoolArray], ...] = (
        (Reason.NO_SHAPE, empty),
        (Reason.NOT_LINE, ~lines),
        (Reason.BROKEN_SHAPE, ~np.isfinite(bounds).all(axis=1)),
        (Reason.BEYOND, ~_touches(bounds, _box(ground)) if ground else np.zeros(len(shapes), dtype=bool)),
        (Reason.OUTSIDE, ~_touches(bounds, COUNTRY_BOX)),
        (Reason.ROAD_CLASS, ~classes),
        (Reason.CLOSED, closed),
    )
    free = np.ones(len(shapes), dtype=bool)
    for reason, wrong in checks:
        hit = np.flatnonzero(free & wrong)
        tally.leave_many(reason, len(hit), ((str(i + 1), _told(roads, i)) for i in hit.tolist()))
        free[hit] = False
    return np.flatnonzero(free)


def _told(roads: Roads, row: int) -> str:
    words = (roads.column("class")[row], roads.column("name")[row])
    return cleaned(" ".join(str(word) for word in words if word))


def _touches(bounds: FloatArray, box: tuple[float, float, float, float]) -> BoolArray:
    west, south, east, north = box
    across = (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
    return np.asarray(across & (bounds[:, 1] <= north) & (bounds[:, 3] >= south))


def _box(ground: Ground) -> tuple[float, float, float, float]:
    """Return the box around the area with its margin, degrees."""
    west, south, east, north = ground.bounds
    up = MARGIN_M / _METRES_PER_DEGREE
    aside = up / np.cos(np.radians(max(abs(south), abs(north))))
    return west - aside, south - up, east + aside, north + up


def _speeds(column: Sequence[Any], tally: Tally) -> FloatArray:
    read = [speed_of(value) for value in column]
    tally.note(Note.SPEED_UNREAD, sum(unread for _, unread in read))
    return np.array([speed for speed, _ in read], dtype=np.float64)


def _detail(roads: Roads, content: ShapeLayer, order: LayerOrder) -> dict[str, Any]:
    km = length_km(content.geometries)
    if km > MOST_KM:
        raise LayerRefused("too_much_road", f"{km:,.0f}", f"{MOST_KM:,}")
    parts = _components(content.geometries, order)
    share = float(parts[0] / parts.sum())
    warnings = [{"code": "road_parts", "parts": len(parts), "share": share}] if share < WHOLE else []
    return {
        "file": order.file_name,
        "format": roads.format,
        "crs": roads.crs,
        "sheet": roads.layer,
        "other_sheets": [[name, 0] for name in roads.other_layers],
        "travel": order.travel,
        "classes": "class" in roads.columns,
        "km": round(km, 3),
        "components": len(parts),
        "largest_share": share,
        "with_speed": int((~np.isnan(content.speed_kmh)).sum()),
        "warnings": warnings,
    }


def _components(lines: NDArray[np.object_], order: LayerOrder) -> NDArray[np.int64]:
    """Return the nodes of each connected part, the largest first (a node every 50 m at most)."""
    try:
        return road_network(lines).components
    except BadInput as error:
        raise LayerRefused("file_unreadable", order.file_name, str(error)) from error


def length_km(lines: NDArray[np.object_]) -> float:
    """Return the length of lines in WGS84 along great circles, in km."""
    points, owner = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    same = owner[1:] == owner[:-1]
    return float(distance_m(points[:-1][same], points[1:][same]).sum() / 1000)
