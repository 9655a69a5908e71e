"""Records at one and the same position: stacked and counted, so that none hides another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from layers.scene import PointMark, StackMark

_DIGITS = 5
"""Decimals of a degree within which two positions are one (about a metre)."""


def _seat(mark: PointMark) -> tuple[float, float]:
    """Return the position two marks must share to lie on top of each other."""
    return round(mark.lon, _DIGITS), round(mark.lat, _DIGITS)


def _stack_of(marks: list[PointMark]) -> StackMark:
    """Join marks of one position; the first one's area names the place."""
    first = marks[0]
    lon, lat = _seat(first)
    return StackMark(
        id=f"at:{lon:.5f},{lat:.5f}",
        lon=lon,
        lat=lat,
        name=next((m.area for m in marks if m.area), ""),
        ids=tuple(m.id for m in marks),
        by_category=Counter(m.category for m in marks),
        precision=max(m.precision for m in marks),
    )


def stack(points: Iterable[PointMark]) -> tuple[tuple[PointMark, ...], tuple[StackMark, ...]]:
    """Split marks into those alone at their position and stacks of the others.

    Nothing is lost: ``len(alone) + sum(len(s.ids) for s in stacks)`` equals the number put in.
    A stack of mixed precision is drawn as its coarsest member.
    """
    seats: defaultdict[tuple[float, float], list[PointMark]] = defaultdict(list)
    for mark in points:
        seats[_seat(mark)].append(mark)
    alone = tuple(marks[0] for marks in seats.values() if len(marks) == 1)
    return alone, tuple(_stack_of(marks) for marks in seats.values() if len(marks) > 1)
