"""Fictional projects of the whole nation: those of the practice database, drawn over all counties."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np

from data.demo.build import PER_PROJECT, number_of
from data.demo.ground import Spot
from data.demo.inventing import Invented, Wanted, invent
from data.synth.land import Land, scatter
from projects.names import normalised

CHUNK: Final = 10_000
"""So many projects are held in memory at a time."""

MARK: Final = "示例"
"""In front of every name, which ends as those of the practice database do."""


def chunks(land: Land, count: int, seed: int, today: date) -> Iterator[list[Invented]]:
    """Yield the projects of a seed, 10,000 at a time; each is the same in every size of library."""
    ground = land.ground()
    for begin in range(0, count, CHUNK):
        numbers = range(begin + 1, min(begin + CHUNK, count) + 1)
        wanted = [Wanted(n, number_of(n, 0), number_of(n, 2)) for n in numbers]
        yield [_named(invent(ground, one, seed, today)) for one in wanted]


def placed(land: Land, made: Sequence[Invented], seed: int) -> list[tuple[Invented, Spot]]:
    """Return the projects that have a point, with it: a random one of their county."""
    exact = [one for one in made if one.exact]
    positions = {county.code: index for index, county in enumerate(land.counties)}
    counties = np.array([positions[one.county.code] for one in exact], dtype=np.int64)
    points = scatter(land, counties, seed)
    return [(one, Spot(lon, lat)) for one, (lon, lat) in zip(exact, points.tolist(), strict=True)]


def _named(one: Invented) -> Invented:
    columns: dict[str, Any] = dict(one.columns)
    columns["name"] = MARK + columns["name"]
    columns["name_normalised"] = normalised(columns["name"])
    return replace(one, columns=columns)


__all__ = ["CHUNK", "PER_PROJECT", "chunks", "placed"]
