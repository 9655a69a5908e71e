"""Shading of areas: fixed classes, so that the same colour means the same number on every map.

Quantiles would repaint a county because its neighbours changed; a policy threshold does not move.
"""

from __future__ import annotations

from collections.abc import Mapping

from layers.palette import SEQUENTIAL
from layers.scene import Choropleth

COUNT_BREAKS: tuple[float, ...] = (1, 5, 10, 20)
"""Classes for numbers of records per county: none, 1–4, 5–9, 10–19, 20 and more."""

RATE_BREAKS: tuple[float, ...] = (0.5, 1, 2, 4)
"""Classes for records per 10,000 residents aged 60+."""


GAP_BREAKS: tuple[float, ...] = (0.1, 1, 5, 20)
"""Classes for a known gap in 亿元: below 1,000 万元, to 1 亿, 5 亿, 20 亿, and more."""

PER_THOUSAND_BREAKS: tuple[float, ...] = (10, 50, 200, 1000)
"""Classes for reported money in 万元 per 1,000 residents."""

REPORTED_BREAKS: tuple[float, ...] = (1, 25, 50, 75)
"""Classes for the percentage of projects whose money has been reported; below 1: nobody has."""


def by_given(
    values: Mapping[str, float | None], breaks: tuple[float, ...], title: str, note: str = "", unit: str = ""
) -> Choropleth:
    """Shade by numbers worked out elsewhere; ``None`` and absent areas are unknown and hatched, never 0."""
    return Choropleth(title, dict(values), breaks, SEQUENTIAL, note, unit)


def by_count(counts: Mapping[str, int], title: str, note: str = "", unit: str = "") -> Choropleth:
    """Shade by number of records; ``counts`` must hold 0 for areas that were counted and have none."""
    return Choropleth(title, dict(counts), COUNT_BREAKS, SEQUENTIAL, note, unit)


def by_rate(
    counts: Mapping[str, int],
    residents: Mapping[str, float | None],
    title: str,
    note: str = "",
    unit: str = "",
) -> Choropleth:
    """Shade by records per 10,000 residents; no or zero residents known → unknown, hatched, never 0."""
    return Choropleth(title, rates(counts, residents), RATE_BREAKS, SEQUENTIAL, note, unit)


def rates(counts: Mapping[str, int], residents: Mapping[str, float | None]) -> dict[str, float | None]:
    """Return records per 10,000 residents by area code, ``None`` where the residents are not known.

    >>> rates({"a": 2, "b": 1}, {"a": 10000.0, "b": None})
    {'a': 2.0, 'b': None}
    """

    def rate(code: str) -> float | None:
        people = residents.get(code)
        return counts[code] / people * 10_000 if people else None

    return {code: rate(code) for code in counts}
