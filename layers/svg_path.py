"""The shapes of the palette (SVG path data) as matplotlib paths, so that each shape is written down once.

Reads what the palette uses: absolute M, L, H, V, C, A (circular) and Z. The y axis is turned upwards.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from layers.palette import SHAPES

if TYPE_CHECKING:
    from matplotlib.path import Path as Outline

_COMMAND = re.compile(r"([MLHVACZ])([^MLHVACZ]*)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)")
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "A": 7, "Z": 0}
_STEPS = 16
"""Straight pieces of an arc: a sign is a few millimetres wide."""

Position = tuple[float, float]


def _arc(start: Position, numbers: tuple[float, ...]) -> Iterator[Position]:
    """Yield the positions of a circular arc after its start (SVG 1.1, appendix F.6.5, for equal radii)."""
    radius, large, sweep, end = numbers[0], bool(numbers[3]), bool(numbers[4]), (numbers[5], numbers[6])
    chord = math.dist(start, end)
    radius = max(radius, chord / 2)
    rise = math.sqrt(max(radius**2 - (chord / 2) ** 2, 0)) * (1 if large != sweep else -1)
    along = ((end[0] - start[0]) / chord, (end[1] - start[1]) / chord)
    middle = (start[0] + end[0]) / 2 - rise * along[1], (start[1] + end[1]) / 2 + rise * along[0]
    first = math.atan2(start[1] - middle[1], start[0] - middle[0])
    last = math.atan2(end[1] - middle[1], end[0] - middle[0])
    turn = (last - first) % math.tau if sweep else -((first - last) % math.tau)
    for k in range(1, _STEPS + 1):
        angle = first + turn * k / _STEPS
        yield middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle)


def _curve(start: Position, n: tuple[float, ...]) -> Iterator[Position]:
    """Yield the positions of a cubic Bézier curve after its start."""
    for k in range(1, _STEPS + 1):
        t = k / _STEPS
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
        yield (
            a * start[0] + b * n[0] + c * n[2] + d * n[4],
            a * start[1] + b * n[1] + c * n[3] + d * n[5],
        )


def _after(at: Position, command: str, n: tuple[float, ...]) -> list[Position]:
    """Return the positions that a command adds."""
    if command == "A":
        return list(_arc(at, n))
    if command == "C":
        return list(_curve(at, n))
    straight = {"H": lambda: (n[0], at[1]), "V": lambda: (at[0], n[0])}
    return [straight.get(command, lambda: (n[0], n[1]))()]


def _commands(data: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Yield each command with its numbers, repeated ones one by one."""
    for command, text in _COMMAND.findall(data):
        numbers = tuple(float(x) for x in _NUMBER.findall(text))
        takes = _TAKES[command]
        for k in range(0, len(numbers), takes or 1):
            yield command, numbers[k : k + takes]


def outline(data: str) -> list[Position]:
    """Return the closed outline of path data, y downwards as written.

    >>> outline("M0-1L1 1H-1Z")
    [(0.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
    """
    found: list[Position] = []
    for command, numbers in _commands(data):
        found.extend(_after(found[-1] if found else (0.0, 0.0), command, numbers))
    return found


@cache
def shape(name: str) -> Outline:
    """Return a shape of the palette as a matplotlib path, in units of the mark's radius, y upwards."""
    from matplotlib.path import Path

    corners = [(x, -y) for x, y in outline(SHAPES[name])]
    return Path(np.array([*corners, corners[0]]), closed=True)


@cache
def pin() -> Outline:
    """Return the pin of a chosen place: tip at (0, 0), head of radius 1 round (0, 1.5), y upwards."""
    from matplotlib.path import Path

    side = math.acos(1 / 1.5)
    angles = np.linspace(-math.pi / 2 + side, 1.5 * math.pi - side, 40)
    head = np.column_stack([np.cos(angles), 1.5 + np.sin(angles)])
    return Path(np.vstack([[0, 0], head, [0, 0]]), closed=True)
