"""A thumbnail of a moved place: where it was, where it is asked to be, how far, and the county's line."""

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import streamlit as st

from gis.geodesy import distance_m
from layers.html import element, escape
from projects.codes import Level
from projects.fields import JsonValue
from views import values
from views.shell import Shell

Position = tuple[float, float]
"""(longitude, latitude) in WGS84 degrees."""

WIDTH: Final = 240
HEIGHT: Final = 160
LEAST_M: Final = 400.0
"""Smallest half height shown, in metres: a nudge by ten metres is not drawn as a journey."""
METRES_PER_DEGREE: Final = 111_195.0
"""Of latitude, on the sphere of ``gis.geodesy``."""
MAX_VERTICES: Final = 4000


def metres(old: JsonValue, new: JsonValue) -> float | None:
    """Return how far a place moves, in metres; None where one of the two is no point."""
    start, end = values.lonlat(old), values.lonlat(new)
    return float(distance_m(start, end)) if start and end else None


def distance_words(shell: Shell, old: JsonValue, new: JsonValue) -> str:
    """Return how far a place moves, in words; empty when that cannot be said."""
    far = metres(old, new)
    if far is None:
        return ""
    text = f"{far:,.0f} m" if far < 10_000 else f"{far / 1000:,.1f} km"
    return shell.translate("移动 {distance}").format(distance=text)


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


def draw(shell: Shell, old: JsonValue, new: JsonValue, county: str) -> None:
    """Draw the thumbnail with its words and the distance."""
    _ = shell.translate
    image = picture(values.lonlat(old), values.lonlat(new), outline(shell, county))
    if not image:
        return
    legend = _("空心为原位置，实心为申请的位置，灰线为县界")
    far = distance_words(shell, old, new)
    words = element("p", escape("　".join(part for part in (far, legend) if part)), class_="atlas-muted")
    data = "data:image/svg+xml;base64," + b64encode(image.encode()).decode()
    st.html(element("img", src=data, alt=far or _("位置"), class_="atlas-thumb") + words)


def outline(shell: Shell, county: str) -> list[list[Position]]:
    """Return the county's display line as rings of positions, read once per version; empty for no county."""
    area = shell.library.area(county) if county else None
    if area is None or area.level is not Level.COUNTY:
        return []
    key = (shell.version, county)
    kept = st.session_state.get("thumb-outline")
    if kept is None or kept[0] != key:
        rows = shell.library.polygons(Level.COUNTY, county)
        rings = [list(ring) for row in rows for ring in _rings(row["geometry"])]
        kept = st.session_state["thumb-outline"] = (key, rings)
    found: list[list[Position]] = kept[1]
    return found


def _rings(geometry: str | dict[str, Any]) -> Iterator[list[Position]]:
    """Yield the rings of a GeoJSON polygon or multipolygon, thinned to what a thumbnail can show."""
    shape = json.loads(geometry) if isinstance(geometry, str) else geometry
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            step = max(1, len(ring) // MAX_VERTICES)
            yield [(float(p[0]), float(p[1])) for p in ring[::step]]
