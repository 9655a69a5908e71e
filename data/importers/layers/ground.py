"""The ground that a file is read against: the counties of the chosen area with their census residents."""

from typing import Any, Final, NamedTuple

import numpy as np
import shapely

from projects.analysis.inputs import Areas, BoolArray, FloatArray

SHOWN: Final = 200
"""Counties named in a comparison; of more, those that differ most."""
LOWEST_RATIO: Final = 0.7
HIGHEST_RATIO: Final = 1.3


class Ground(NamedTuple):
    """County units of the area asked for; ``chosen`` is False when the whole country stands in for it."""

    areas: Areas
    chosen: bool = True

    @property
    def inside(self) -> BoolArray:
        """Which units belong to the area (not to the ring around it)."""
        return self.areas.inside

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the area in degrees."""
        west, south, east, north = shapely.total_bounds(self.areas.polygons[self.inside]).tolist()
        return west, south, east, north


def compared(ground: Ground, people: FloatArray) -> dict[str, Any]:
    """Return people of a file against the census by county, and the ratio of the sums where both are known.

    ``people`` are aligned with the ground's counties; the census unknown (NaN) gives no ratio. Counties
    without anybody in a file that is not cut to the area are not listed: the file is not about them.
    """
    areas = ground.areas
    told = ground.inside & ((people > 0) | ground.chosen)
    known = told & ~np.isnan(areas.population)
    census = float(areas.population[known].sum())
    here = float(people[known].sum())
    rows = [_row(areas, i, float(people[i])) for i in np.flatnonzero(told).tolist()]
    rows.sort(key=lambda row: -abs((row[4] if row[4] is not None else 1.0) - 1.0))
    return {
        "year": areas.census_year,
        "file": here,
        "census": census if known.any() else None,
        "ratio": here / census if census > 0 else None,
        "counties": rows[:SHOWN],
        "without_census": int((told & ~known).sum()),
    }


def _row(areas: Areas, index: int, people: float) -> list[Any]:
    census = float(areas.population[index])
    known = not np.isnan(census)
    ratio = people / census if known and census > 0 else None
    return [areas.codes[index], areas.names[index], people, census if known else None, ratio]


def doubtful(ratio: float | None) -> bool:
    """Tell whether a file holds so many or so few people that it hardly fits the area.

    >>> doubtful(0.69), doubtful(1.0), doubtful(1.31), doubtful(None)
    (True, False, True, False)
    """
    return ratio is not None and not LOWEST_RATIO <= ratio <= HIGHEST_RATIO
