"""A small drawing of a moved place: where it was, where it is asked to be, and the county's line, as SVG."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from gis.geodesy import distance_m

Position = tuple[float, float]
"""(longitude, latitude) in WGS84 degrees."""

WIDTH: Final = 240
HEIGHT: Final = 160
LEAST_M: Final = 400.0
"""Smallest half height shown, in metres: a nudge by ten metres is not drawn as a journey."""
METRES_PER_DEGREE: Final = 111_195.0
"""Of latitude, on the sphere of ``gis.geodesy``."""
MAX_VERTICES: Final = 4000


def picture(old: Position | None, new: Position | None, outline: Sequence[Sequence[Position]] = ()) -> str:
    """Return an SVG of the two positions, north up, with a scale; empty when there is no position."""
    known = [p for p in (old, new) if p]
    if not known:
        return ""
    lon, lat = (float(v) for v in np.mean(known, axis=0))
    half = _half_height(known, outline)
    scale = HEIGHT / 2 / half
    east = METRES_PER_DEGREE * float(np.cos(np.radians(lat))) * scale

    def xy(p: Position) -> str:
        x, y = WIDTH / 2 + (p[0] - lon) * east, HEIGHT / 2 - (p[1] - lat) * METRES_PER_DEGREE * scale
        return f"{x:.1f},{y:.1f}"

    lines = "".join(
        f'<polyline points="{" ".join(xy(p) for p in ring)}" fill="none" stroke="#7d8b97"'
        ' stroke-width="1.5"/>'
        for ring in outline
    )
    body = lines + _arrow(old, new, xy) + _scale_bar(half)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' xmlns="http://www.w3.org/2000/svg">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f4f7f9"/>{body}</svg>'
    )


def _half_height(known: Sequence[Position], outline: Sequence[Sequence[Position]]) -> float:
    """Return metres from the middle to the upper edge; a position alone shows its whole county."""
    if len(known) == 1 and outline:
        return 1.05 * max(float(np.max(distance_m(known[0], ring))) for ring in outline)
    return max(LEAST_M, 0.9 * float(distance_m(known[0], known[-1])))


def _arrow(old: Position | None, new: Position | None, xy: Any) -> str:
    """Return the old place as an open ring, the new one as a full disc, and a line between them."""
    parts = []
    if old and new:
        (x1, y1), (x2, y2) = xy(old).split(","), xy(new).split(",")
        parts.append(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#1d5a8c" stroke-dasharray="4 3"/>'
        )
    for position, look in ((old, 'fill="#fff" stroke="#6d7882"'), (new, 'fill="#c8662c" stroke="#fff"')):
        if position:
            x, y = xy(position).split(",")
            parts.append(f'<circle cx="{x}" cy="{y}" r="6" {look} stroke-width="2"/>')
    return "".join(parts)


def _scale_bar(half: float) -> str:
    """Return a bar of a round length, at most a third of the width."""
    widest = half * 2 * WIDTH / HEIGHT / 3
    length = next(
        n * 10**k for k in range(6, -1, -1) for n in (5, 2, 1) if n * 10**k <= widest or (k == 0 and n == 1)
    )
    pixels = length / (2 * half) * HEIGHT
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length} m"
    y = HEIGHT - 10
    return (
        f'<line x1="10" y1="{y}" x2="{10 + pixels:.1f}" y2="{y}" stroke="#34495c" stroke-width="2"/>'
        f'<text x="{16 + pixels:.1f}" y="{y + 4}" font-size="11" fill="#34495c">{text}</text>'
    )


def rings(geometry: str | dict[str, Any]) -> Iterator[list[Position]]:
    """Yield the rings of a GeoJSON polygon or multipolygon, thinned to what a thumbnail can show."""
    shape = json.loads(geometry) if isinstance(geometry, str) else geometry
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            step = max(1, len(ring) // MAX_VERTICES)
            yield [(float(p[0]), float(p[1])) for p in ring[::step]]
