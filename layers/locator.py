"""Where a project lies within its prefecture, a few centimetres wide: for the sheets of a printed book.

An area is filled when that is all that is known; a point is a filled disc where the place is exact and a ring
where it is only the seat of a township.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from matplotlib.collections import PolyCollection
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

Position = tuple[float, float]
"""(longitude, latitude) in WGS84 degrees."""
Ring = Sequence[Position]

DPI: Final = 160
LAND, LINE, HERE, DOT = "#f4f7f9", "#9aa9b5", "#cfe0ee", "#c8662c"


@dataclass(frozen=True, slots=True)
class Spot:
    """A position to be marked; ``exact`` is false for the seat of a township."""

    lon: float
    lat: float
    exact: bool


class Sketch:
    """The areas of one map, laid out once; ``png`` marks one place in them. For one thread."""

    def __init__(self, areas: Mapping[str, Sequence[Ring]], width_mm: float, height_mm: float) -> None:
        """Take outer rings by area code; ``width_mm`` × ``height_mm`` is the largest size of the picture."""
        corners = np.array([p for rings in areas.values() for ring in rings for p in ring], dtype=float)
        self._rings = [(code, ring) for code, held in areas.items() for ring in held]
        self._figure: tuple[Figure, PolyCollection, Line2D] | None = None
        self._low, self._high = corners.min(axis=0), corners.max(axis=0)
        self._stretch = 1 / math.cos(math.radians(float(corners[:, 1].mean())))
        across, up = self._high - self._low
        shape = max(across, 1e-6) / max(up, 1e-6) / self._stretch
        self._size = (min(width_mm, height_mm * shape), min(height_mm, width_mm / shape))

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the picture in millimetres."""
        return self._size

    def png(self, here: str | None, spot: Spot | None = None) -> bytes:
        """Return the picture with one area filled and one place marked, either of them optional."""
        figure, areas, mark = self._drawn()
        areas.set_facecolor([HERE if code == here else LAND for code, _ in self._rings])
        mark.set_visible(spot is not None)
        if spot is not None:
            mark.set_data([spot.lon], [spot.lat])
            mark.set_markerfacecolor(DOT if spot.exact else "white")
            mark.set_markeredgecolor("white" if spot.exact else DOT)
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=DPI)
        return file.getvalue()

    def _drawn(self) -> tuple[Figure, PolyCollection, Line2D]:
        """Return the figure with its areas and its mark, made when it is first wanted."""
        if self._figure is None:
            self._figure = self._draw()
        return self._figure

    def _draw(self) -> tuple[Figure, PolyCollection, Line2D]:
        from matplotlib.collections import PolyCollection
        from matplotlib.figure import Figure
        from matplotlib.lines import Line2D

        figure = Figure(figsize=(self._size[0] / 25.4, self._size[1] / 25.4))
        axes = figure.add_axes((0, 0, 1, 1), frameon=False)
        axes.set_axis_off()
        axes.set_aspect(self._stretch, adjustable="datalim")
        margin = (self._high - self._low) * 0.03
        axes.set_xlim(self._low[0] - margin[0], self._high[0] + margin[0])
        axes.set_ylim(self._low[1] - margin[1], self._high[1] + margin[1])
        outlines = [np.asarray(ring, dtype=float) for _, ring in self._rings]
        areas = PolyCollection(outlines, edgecolors=LINE, linewidths=0.6)
        mark = Line2D([], [], marker="o", markersize=6, markeredgewidth=1.4, linestyle="none", zorder=3)
        axes.add_collection(areas)
        axes.add_line(mark)
        return figure, areas, mark
