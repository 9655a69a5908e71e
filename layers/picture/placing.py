"""Where labels stand so that none covers another: boxes in points, placed one after the other.

A label stands at its anchor when there is room, else as near as possible, tried in sixteen directions at
growing distances; one that finds no room within reach is left out and told. Greedy placement after
Yoeli (1972), *The logic of automated map lettering*.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

GAP = 1.5
"""Free space around a label, in points."""

REACH = 72.0
"""Farthest that a label moves from its anchor, in points (an inch)."""

_RING = 7.0
"""Distance between the rings of places that are tried."""

_DIRECTIONS = tuple(2 * math.pi * k / 16 for k in (0, 8, 4, 12, 2, 6, 10, 14, 1, 3, 5, 7, 9, 11, 13, 15))


@dataclass(frozen=True, slots=True)
class Rect:
    """A box on paper, in points, y upwards."""

    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> Rect:
        """Return the box of a size with its middle at a place."""
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def middle(self) -> tuple[float, float]:
        """Middle of the box."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """Return the place in the box that is nearest to another."""
        return min(max(x, self.left), self.right), min(max(y, self.bottom), self.top)

    def meets(self, other: Rect, gap: float = 0.0) -> bool:
        """Tell whether two boxes have more than an edge in common, or are nearer than ``gap``.

        >>> Rect(0, 0, 2, 2).meets(Rect(2, 0, 4, 2)), Rect(0, 0, 2, 2).meets(Rect(2, 0, 4, 2), 1)
        (False, True)
        """
        across = self.left < other.right + gap and other.left < self.right + gap
        return across and self.bottom < other.top + gap and other.bottom < self.top + gap

    def inside(self, other: Rect) -> bool:
        """Tell whether this box lies within another."""
        across = self.left >= other.left and self.right <= other.right
        return across and self.bottom >= other.bottom and self.top <= other.top


@dataclass(frozen=True, slots=True)
class Wanted:
    """A label to be placed: the anchor it belongs to, its size, how far it may go, all in points."""

    x: float
    y: float
    width: float
    height: float
    reach: float = REACH
    beside: float = 0.0
    """Above 0: it never stands on its anchor, but this far beside it."""


def _spots(label: Wanted) -> Iterator[tuple[float, Rect]]:
    """Yield the places of a label, the best first, with how far each is from the anchor."""
    if not label.beside:
        yield 0.0, Rect.around(label.x, label.y, label.width, label.height)
    away = label.beside or _RING
    while away <= max(label.reach, label.beside):
        for angle in _DIRECTIONS:
            x = label.x + math.cos(angle) * (away + label.width / 2)
            y = label.y + math.sin(angle) * (away + label.height / 2)
            yield away, Rect.around(x, y, label.width, label.height)
        away += _RING


def place(
    labels: Sequence[Wanted], frame: Rect, taken: Iterable[Rect] = (), better_free: Sequence[Rect] = ()
) -> list[Rect | None]:
    """Return a box for each label, ``None`` for one without room; the first labels choose first.

    No box leaves ``frame``, meets another or one of ``taken``. Those of ``better_free`` (signs) are covered
    only where there is no free place as near as three rings farther.

    >>> a, b = place([Wanted(50, 50, 20, 10), Wanted(50, 50, 20, 10)], Rect(0, 0, 100, 100))
    >>> a == Rect(40, 45, 60, 55), b.meets(a)
    (True, False)
    """
    fixed, found = list(taken), []
    signs = np.array([(s.left, s.bottom, s.right, s.top) for s in better_free]).reshape(-1, 4)
    for label in labels:
        spot = _best(label, frame, fixed, signs)
        found.append(spot)
        if spot is not None:
            fixed.append(spot)
    return found


def _covered(spot: Rect, signs: np.ndarray) -> int:
    """Return how many signs (n × left, bottom, right, top) a box covers."""
    across = (spot.left < signs[:, 2]) & (signs[:, 0] < spot.right)
    return int((across & (spot.bottom < signs[:, 3]) & (signs[:, 1] < spot.top)).sum())


def _best(label: Wanted, frame: Rect, fixed: Sequence[Rect], signs: np.ndarray) -> Rect | None:
    """Return the place of least cost: its distance, and three rings for each sign that it covers."""
    best, least = None, math.inf
    for away, spot in _spots(label):
        if away >= least:
            break
        if not spot.inside(frame) or any(spot.meets(other, GAP) for other in fixed):
            continue
        cost = away + 3 * _RING * _covered(spot, signs)
        if cost < least:
            best, least = spot, cost
    return best
