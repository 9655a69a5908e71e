"""Marks that would hide each other on paper, where nobody can zoom in: gathered into one with a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from layers.scene import AreaBadge, ClusterMark, PointMark, Scene, SlotSymbol, StackMark

Mark = PointMark | StackMark | ClusterMark
Placed = Mark | SlotSymbol | AreaBadge

CLOSE = 0.8
"""Nearer than this share of their two radii, of two signs one cannot be read."""

SIGN = 6.0
"""Radius of a single record's sign, in points."""


def disc(number: int) -> float:
    """Return the radius of a disc with a number, in points."""
    return min(15.0, 7 + 1.3 * len(f"{number:,}"))


def number_of(mark: Mark) -> int:
    """Return how many records a mark stands for."""
    if isinstance(mark, ClusterMark):
        return mark.count
    return len(mark.ids) if isinstance(mark, StackMark) else 1


def ids_of(mark: Mark) -> tuple[str, ...]:
    """Return the records of a mark, as far as it knows them."""
    return (mark.id,) if isinstance(mark, PointMark) else mark.ids


def _counts(mark: Mark) -> Counter[str]:
    """Return the records of a mark by sign."""
    return Counter({mark.category: 1}) if isinstance(mark, PointMark) else Counter(mark.by_category)


def _joined(marks: Sequence[Mark]) -> ClusterMark:
    """Return one mark for several, at the mean place of their records."""
    weights = [number_of(mark) for mark in marks]
    lon = float(np.average([mark.lon for mark in marks], weights=weights))
    lat = float(np.average([mark.lat for mark in marks], weights=weights))
    counts = sum((_counts(mark) for mark in marks), Counter())
    ids = tuple(key for mark in marks for key in ids_of(mark))
    return ClusterMark(f"near:{marks[0].id}", lon, lat, sum(weights), counts, None, ids)


def _radius(mark: Mark) -> float:
    """Return how large a mark is drawn, in points."""
    return SIGN if isinstance(mark, PointMark) else disc(number_of(mark))


def _groups(at: np.ndarray, radius: np.ndarray) -> list[np.ndarray]:
    """Split places (n × 2) into groups of a middle one and those it touches, the most crowded first."""
    apart = CLOSE * (radius[:, None] + radius[None, :])
    near = np.hypot(*(at[:, None, :] - at[None, :, :]).transpose(2, 0, 1)) < apart
    crowd, groups = near.sum(axis=1), []
    left = np.ones(len(at), dtype=bool)
    while left.any():
        members = np.flatnonzero(near[int(np.where(left, crowd, -1).argmax())] & left)
        left[members] = False
        crowd = crowd - near[members].sum(axis=0)
        groups.append(members)
    return groups


def _once(marks: Sequence[Mark], per_degree: tuple[float, float]) -> list[Mark]:
    """Join what touches; a disc is larger than the signs it stands for and may touch the next one."""
    at = np.array([(mark.lon, mark.lat) for mark in marks]) * np.array(per_degree)
    found = _groups(at, np.array([_radius(mark) for mark in marks]))
    groups = [[marks[k] for k in members] for members in found]
    return [group[0] if len(group) == 1 else _joined(group) for group in groups]


def gathered(scene: Scene, per_degree: tuple[float, float]) -> Scene:
    """Return a scene in which no mark hides another; no record is lost.

    ``per_degree``: points of paper that a degree of longitude and of latitude take. A mark that is alone
    stays what it is; several become a :class:`ClusterMark` with the number of their records.
    """
    marks: list[Mark] = [*scene.points, *scene.stacks, *scene.clusters]
    before = 0
    while len(marks) > 1 and len(marks) != before:
        before, marks = len(marks), _once(marks, per_degree)
    return replace(
        scene,
        points=tuple(m for m in marks if isinstance(m, PointMark)),
        stacks=tuple(m for m in marks if isinstance(m, StackMark)),
        clusters=tuple(m for m in marks if isinstance(m, ClusterMark)),
    )
