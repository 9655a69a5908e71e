"""The column beside a printed map: the legend, and under it the list of areas with their numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layers.fonts import width as text_width
from layers.legend_rows import Section, sections
from layers.palette import BORDER
from layers.picture.legend import Legend
from layers.picture.naming import shortened
from layers.picture.paper import POINTS, Box, Paper, write
from layers.scene import Counts, Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SCALES = (0.84, 0.8, 0.76, 0.72, 0.68, 0.64, 0.6)
"""Sizes of the legend that are tried, of its usual size; the largest that leaves room for the list."""

_GAP = 0.14
_ROW, _TYPE, _HEAD = 0.155, 7.6, 8.8
_QUIET = "#51606E"


@dataclass(frozen=True, slots=True)
class Listing:
    """The areas of a map with their numbers, in order, and what the numbers are.

    ``more`` is the sentence for areas that found no room in the list, with ``{n}`` areas and ``{total}``.
    """

    title: str
    rows: tuple[tuple[str, int], ...]
    more: str


class Column:
    """Legend and list laid out in a box of the paper."""

    def __init__(
        self, scene: Scene, known: Counts | None, listing: Listing | None, box: Box, scale: float
    ) -> None:
        self._box, self._scale, self._listing = box, scale, listing
        found = sections(scene, paper=True, known=known)
        words = scene.labels.words
        signs = [s for s in found if s.title in (words["category"], words["funding"])]
        others = [s for s in found if s not in signs]
        self._legends = self._fitting([part for part in (others, signs) if part])

    def _legend_width(self, parts: int) -> float:
        return (self._box[2] - _GAP * (parts - 1)) / parts

    def _fitting(self, parts: Sequence[list[Section]]) -> list[Legend]:
        """Return the legends side by side, as large as there is room for them and the list."""
        if not parts:
            return []
        wide, wanted = self._legend_width(len(parts)), self._list_height(len(self._rows))
        made: list[Legend] = []
        for size in SCALES:
            made = [Legend(Scene(), wide, size * self._scale, part) for part in parts]
            if max(legend.height for legend in made) + wanted <= self._box[3]:
                break
        return made

    @property
    def _rows(self) -> tuple[tuple[str, int], ...]:
        return self._listing.rows if self._listing else ()

    def _list_height(self, rows: int) -> float:
        """Return the height of a list in two columns with its heading, 0 without a row."""
        return (math.ceil(rows / 2) * _ROW + 0.34) * self._scale if rows else 0.0

    def draw(self, paper: Paper) -> None:
        """Draw the legend and the list."""
        left, bottom, _, height = self._box
        wide = self._legend_width(max(len(self._legends), 1))
        for k, legend in enumerate(self._legends):
            legend.draw(paper.axes((left + k * (wide + _GAP), bottom, wide, height), zorder=2))
        used = max((legend.height for legend in self._legends), default=0.0)
        if self._listing and self._rows:
            self._draw_list(paper.axes(self._box, zorder=2), self._listing, height - used)

    def _draw_list(self, axes: Axes, listing: Listing, room: float) -> None:
        """Draw the list downwards from below the legend; what finds no room is summed up in a sentence."""
        scale, width = self._scale, self._box[2]
        y = room - 0.16 * scale
        axes.plot([0, width], [y + 0.06 * scale] * 2, color=BORDER, linewidth=0.7)
        write(axes, 0, y - 0.02 * scale, listing.title, _HEAD * scale, va="top")
        fits = max(0, int((y - 0.18 * scale) / (_ROW * scale)))
        shown, rest = listing.rows, listing.rows[:0]
        if math.ceil(len(shown) / 2) > fits:
            kept = 2 * max(fits - 1, 0)
            shown, rest = listing.rows[:kept], listing.rows[kept:]
        y -= 0.2 * scale
        deep = math.ceil(len(shown) / 2)
        for k, row in enumerate(shown):
            self._draw_row(axes, row, (k // deep) * (width + _GAP) / 2, y - (k % deep) * _ROW * scale)
        if rest:
            more = listing.more.format(n=len(rest), total=f"{sum(n for _, n in rest):,}")
            write(axes, 0, y - deep * _ROW * scale, more, _TYPE * scale, va="top", color=_QUIET)

    def _draw_row(self, axes: Axes, row: tuple[str, int], x: float, y: float) -> None:
        """Draw one line: name at the left, number at the right."""
        size, wide = _TYPE * self._scale, (self._box[2] - _GAP) / 2
        number = f"{row[1]:,}"
        room = wide * POINTS - text_width(number, size) - 6
        write(axes, x, y, shortened(row[0], size, room), size, va="top")
        write(axes, x + wide, y, number, size, va="top", ha="right", color=_QUIET)
