"""Where sites could stand: seats of townships, a grid, or a loaded list, less those that cannot be chosen.

Nothing vanishes: every candidate that takes no part is counted with its reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import numpy as np
import shapely

from gis.errors import BadInput
from gis.geodesy import round_degrees
from gis.join import assign
from projects.analysis.inputs import Areas, BoolArray, FloatArray, IntArray, LayerInfo, PointLayer, Townships

T = TypeVar("T")

TOWNSHIP_PRECISION: Final = 3
"""A seat stands for its township; a point of a grid is no better known than to its square."""
VILLAGE_PRECISION: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Places where something could be built, aligned row by row with ``ids``; unknown numbers are NaN.

    ``precision`` is how well the place of a site there would be known (standards: 2 village, 3 township).
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    lonlat: FloatArray
    county: tuple[str | None, ...]
    township: tuple[str | None, ...]
    precision: int
    cost: FloatArray
    """万元."""
    capacity: FloatArray
    """People."""
    source: str = ""
    left_out: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Hold rows together."""
        columns = (self.ids, self.names, self.lonlat, self.county, self.township, self.cost, self.capacity)
        if len({len(one) for one in columns}) > 1:
            raise ValueError("candidates: one value for each row is needed")

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.ids)

    def without(self, which: BoolArray, why: str) -> "Candidates":
        """Return the others, those left out counted under a reason."""
        if not which.any():
            return self
        rows = np.flatnonzero(~which)
        counted = dict(self.left_out)
        counted[why] = counted.get(why, 0) + int(which.sum())
        return Candidates(
            picked(self.ids, rows), picked(self.names, rows), self.lonlat[rows], picked(self.county, rows),
            picked(self.township, rows), self.precision, self.cost[rows], self.capacity[rows], self.source,
            counted,
        )  # fmt: skip


def of_townships(townships: Townships, areas: Areas) -> Candidates:
    """Return the seats of townships of the inside areas; their price and room are not known."""
    inside = {code for code, held in zip(areas.codes, areas.inside.tolist(), strict=True) if held}
    unknown = np.full(len(townships.codes), np.nan)
    found = Candidates(
        townships.codes, townships.names, townships.lonlat.reshape(-1, 2), townships.county, townships.codes,
        TOWNSHIP_PRECISION, unknown, unknown,
    )  # fmt: skip
    outside = np.array([county not in inside for county in found.county], dtype=bool)
    return _placed(found.without(outside, "outside"))


def of_layer(info: LayerInfo, layer: PointLayer, areas: Areas) -> Candidates:
    """Return the points of a loaded list that lie in the inside areas.

    The place of a site there is known to the village only when the layer says so (``detail["precision"]``
    of 1 or 2); else to the township.
    """
    said = info.detail.get("precision")
    precision = VILLAGE_PRECISION if said in (1, 2) else TOWNSHIP_PRECISION
    county = counties_of(layer.lonlat, areas)
    found = Candidates(
        layer.ids, layer.names, layer.lonlat.reshape(-1, 2), county, (None,) * len(layer.ids), precision,
        layer.cost, layer.capacity, info.name,
    )  # fmt: skip
    return _placed(found.without(np.array([one is None for one in county], dtype=bool), "outside"))


def of_grid(areas: Areas, spacing_m: float) -> Candidates:
    """Return the points of a grid over the inside areas; raises BadInput as ``grid_candidates`` does."""
    from gis.siting import grid_candidates

    lonlat = round_degrees(grid_candidates(shapely.union_all(areas.polygons[areas.inside]), spacing_m))
    names = tuple(f"{lon:.3f}, {lat:.3f}" for lon, lat in lonlat.tolist())
    unknown, none = np.full(len(lonlat), np.nan), (None,) * len(lonlat)
    ids = tuple(f"grid-{lon:.5f}-{lat:.5f}" for lon, lat in lonlat.tolist())
    return Candidates(
        ids, names, lonlat, counties_of(lonlat, areas), none, TOWNSHIP_PRECISION, unknown, unknown
    )


def counties_of(lonlat: FloatArray, areas: Areas) -> tuple[str | None, ...]:
    """Return the inside county unit that holds each position, None where none does."""
    owner = assign(lonlat.reshape(-1, 2), areas.polygons)
    held = areas.inside.tolist()
    return tuple(areas.codes[at] if at >= 0 and held[at] else None for at in owner.tolist())


def remaining(candidates: Candidates, exclusions: Sequence[Any]) -> Candidates:
    """Return the candidates outside the polygons, each position once.

    Raises BadInput ``siting_none_left`` when nothing is left.
    """
    from gis.siting import excluded

    barred = excluded(candidates.lonlat, exclusions)
    left = _each_once(candidates.without(barred, "excluded"))
    if not len(left):
        raise none_left(left)
    return left


def none_left(candidates: Candidates) -> BadInput:
    """Return what is said when no candidate can be chosen."""
    out = dict(candidates.left_out)
    return BadInput(
        f"no candidate is left: {out}; allow others", code="siting_none_left", total=sum(out.values()),
        excluded=out.get("excluded", 0),
    )  # fmt: skip


def _placed(candidates: Candidates) -> Candidates:
    return candidates.without(np.asarray(~np.isfinite(candidates.lonlat).all(axis=1)), "no_position")


def _each_once(candidates: Candidates) -> Candidates:
    """Leave out candidates at a position that an earlier one has: two sites there would be one."""
    _, first = np.unique(round_degrees(candidates.lonlat), axis=0, return_index=True)
    again = np.ones(len(candidates), dtype=bool)
    again[first] = False
    return candidates.without(again, "same_spot")


def picked(values: Sequence[T], rows: IntArray) -> tuple[T, ...]:
    """Return some values by row."""
    return tuple(values[row] for row in rows.tolist())
