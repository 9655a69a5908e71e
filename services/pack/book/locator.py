"""The small map of a sheet: the counties of its prefecture, its own one filled, its place marked."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from shapely.geometry import shape

from layers.locator import Position, Sketch, Spot
from layers.place_thumb import rings
from projects.codes import DRAWN_AS_POINT, Level, Precision
from projects.summary import Summary
from services.pack.bench import Bench

WIDTH_MM: Final = 46.0
HEIGHT_MM: Final = 40.0
_COARSE: Final = 0.004
"""Degrees that an outline may be off: less than a tenth of a millimetre on paper."""


class Locator:
    """Draws the small maps of one pack; the outlines of a prefecture are read once."""

    def __init__(self, bench: Bench) -> None:
        self._library = bench.library
        self._sketches: dict[str, Sketch | None] = {}
        self._areas: dict[tuple[str, str | None], bytes] = {}

    def png(self, summary: Summary) -> bytes | None:
        """Return the map of one record, None where not even a prefecture is known.

        What is known to a county alone is a filled county without any point.
        """
        within = summary.prefecture_code or summary.province_code
        known = summary.precision != Precision.UNLOCATED or summary.county_code
        sketch = self._sketch(within) if within and known else None
        if sketch is None:
            return None
        here, at = summary.county_code, spot(summary)
        if at is not None:
            return sketch.png(here, at)
        if (str(within), here) not in self._areas:
            self._areas[str(within), here] = sketch.png(here)
        return self._areas[str(within), here]

    def _sketch(self, within: str) -> Sketch | None:
        if within not in self._sketches:
            outlines = self._outlines(within)
            self._sketches[within] = Sketch(outlines, WIDTH_MM, HEIGHT_MM) if outlines else None
        return self._sketches[within]

    def _outlines(self, within: str) -> Mapping[str, Sequence[Sequence[Position]]]:
        rows = self._library.polygons(Level.COUNTY, within)
        return {row["code"]: list(_coarse(row["geometry"])) for row in rows}


def spot(summary: Summary) -> Spot | None:
    """Return where a record is marked: at its own geometry, never at the middle of an area."""
    if summary.geometry is None or summary.precision not in DRAWN_AS_POINT:
        return None
    point = shape(json.loads(summary.geometry)).representative_point()
    return Spot(point.x, point.y, summary.precision != Precision.TOWNSHIP)


def _coarse(geometry: str) -> Sequence[Sequence[Position]]:
    """Return the rings of a boundary with the corners that a small print can show."""
    simple = shape(json.loads(geometry)).simplify(_COARSE)
    return list(rings(simple.__geo_interface__))
