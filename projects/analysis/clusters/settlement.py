"""Whether records lie closer together than the places where people live: Ripley's K against settlement.

Only records of precision 1–2: one known to its township stands on the township's reference point, and those
points are what it would be compared with.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from gis.errors import BadInput
from gis.nearest import nearest
from gis.point_patterns import SIMULATIONS, k_against_settlement
from projects.analysis.clusters.density import rows_at
from projects.analysis.demand import Demand, Weight, from_layer, from_townships
from projects.analysis.given import Given, written
from projects.analysis.inputs import Areas, FloatArray, Placed, Townships
from projects.analysis.ports import Analysis
from projects.analysis.universe import around, gather
from projects.filters import ParamIssue, ProjectFilter

SEATS: Final = "seats"
STEPS: Final = 20
"""Even steps up to the farthest distance."""
REACH_KM: Final = (1.0, 100.0)
AT_ONCE: Final = 400
"""Up to so many records (or places) 999 draws take about a second or two; more go to the worker."""
LEAST: Final = 2
FEW: Final = 20
"""Under twenty records the test finds only the strongest patterns."""
LONGEST_KEY: Final = 9


@dataclass(frozen=True, slots=True)
class Against:
    """What the records are held against (``seats`` of townships, or the number of a layer), and how far."""

    places: str = SEATS
    reach_km: float = 20.0

    @property
    def layer(self) -> int | None:
        """The number of the layer, None for the seats of townships."""
        return None if self.places == SEATS else int(self.places)

    def distances_m(self, spacing_m: float) -> FloatArray:
        """Return the distances at which K is taken: none that is shorter than the places' own spacing.

        Two draws from one village (or one township's seat) stand on the same spot, while two projects there
        stand some way apart: below the spacing the draws are always closer together.
        """
        steps = np.linspace(self.reach_km / STEPS, self.reach_km, STEPS) * 1000
        return np.asarray(steps[steps >= spacing_m])

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the link."""
        return {"against": self.places, "reach": written(self.reach_km)}


def read(given: Mapping[str, str]) -> tuple[Against, list[ParamIssue]]:
    """Return the settings of a link, and what of it could not be used."""
    reader = Given(given)
    text = given.get("against", "") or SEATS
    numbered = text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY
    places = text if numbered else reader.one_of("against", (SEATS,), SEATS)
    return Against(places, reader.number("reach", "20", *REACH_KM)), reader.issues


@dataclass(frozen=True, slots=True)
class KResult:
    """What the comparison gives, as plain numbers that a job can hand over as JSON; distances in metres."""

    distances_m: tuple[float, ...]
    l_m: tuple[float, ...]
    expected: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    p: float
    closer: bool
    spacing_m: float
    n: int
    places: int
    left_out: int
    """Records that take no part: known to the township, county or less."""
    places_left_out: int
    simulations: int
    level: float
    seed: int
    weight: str
    basis: str
    """Of the weights: modelled for a raster."""
    source: str
    """Name of the layer, empty for seats."""
    prefectures: int
    """In how many prefectures the records lie."""

    @property
    def clustered(self) -> bool | None:
        """True: closer together than settlement, False: farther apart, None: no difference beyond chance."""
        return None if self.p > self.level else self.closer


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """The two sides of a comparison: records, the places of the same prefectures, and these counties."""

    placed: Placed
    demand: Demand
    areas: Areas

    @property
    def large(self) -> bool:
        """Whether the draws take longer than a reader waits: then a job does them."""
        return min(len(rows_at(self.placed, False)), len(self.demand)) > AT_ONCE


def prepare(
    analysis: Analysis, chosen: ProjectFilter, settings: Against, parents: Mapping[str, str]
) -> Patterns:
    """Read what is compared: places are those of the prefectures (or chosen counties) that hold records.

    ``parents``: county → prefecture. Raises BadInput ``few`` for fewer than two records, and what
    ``demand`` and the layer raise.
    """
    placed = analysis.placed(chosen)
    if len(placed) < LEAST:
        raise BadInput(f"{len(placed)} points have no distances between them", code="few")
    found = around(chosen, {code for code in placed.county if code}, parents)
    areas = gather(analysis.areas, found)
    if settings.layer is None:
        seats = together([analysis.townships(code) for code in found.scope])
        return Patterns(placed, from_townships(seats, areas, Weight.VILLAGES), areas)
    info, points = analysis.layer(settings.layer), analysis.points(settings.layer)
    weight = Weight.PEOPLE if np.isfinite(points.people).any() else Weight.PLACES
    return Patterns(placed, from_layer(info, points, areas, weight), areas)


def compared(placed: Placed, chosen: ProjectFilter, parents: Mapping[str, str]) -> list[int]:
    """Return the rows of precision 1–2 that are held against the places, in the order of their ids."""
    found = around(chosen, {code for code in placed.county if code}, parents)
    return [row for row in rows_at(placed, False).tolist() if found.inside(placed.county[row] or "")]


def together(parts: Sequence[Townships]) -> Townships:
    """Return the townships of several areas as one list, in code order."""
    rows = sorted(
        ((part, row) for part in parts for row in range(len(part.codes))),
        key=lambda one: one[0].codes[one[1]],
    )

    def column(name: str) -> list[Any]:
        return [getattr(part, name)[row] for part, row in rows]

    return Townships(
        codes=tuple(column("codes")),
        names=tuple(column("names")),
        county=tuple(column("county")),
        villages=np.array(column("villages"), dtype=np.int64),
        communities=np.array(column("communities"), dtype=np.int64),
        lonlat=np.array(column("lonlat"), dtype=np.float64).reshape(-1, 2),
        point_source=tuple(column("point_source")),
    )


def compare(
    patterns: Patterns, settings: Against, step: Callable[[int, int], object] | None = None
) -> KResult:
    """Hold the records of precision 1–2 that lie in the areas against the places.

    ``step`` as in ``gis.point_patterns``; what it raises ends the work. Raises BadInput ``few`` for fewer
    than two records, ``reach_short`` when all distances are below the spacing of the places, and
    ``places_missing`` when a county with records has no place in ``demand``: then the records would look
    clustered because of the gap in the file.
    """
    placed, demand, areas = patterns.placed, patterns.demand, patterns.areas
    counties = {code for row, code in enumerate(areas.codes) if areas.inside[row]}
    rows = [row for row in rows_at(placed, False).tolist() if placed.county[row] in counties]
    _check_cover({placed.county[row] for row in rows}, demand, areas)
    found = k_against_settlement(
        placed.lonlat[rows],
        demand.lonlat,
        _distances(settings, demand),
        population=demand.people,
        simulations=SIMULATIONS,
        step=step,
    )
    held = dict(zip(areas.codes, areas.prefectures, strict=True))
    return KResult(
        distances_m=_floats(found.distances_m),
        l_m=_floats(found.L),
        expected=_floats(found.expected),
        low=_floats(found.low),
        high=_floats(found.high),
        p=found.p,
        closer=found.closer,
        spacing_m=found.spacing_m,
        n=found.n,
        places=len(demand),
        left_out=placed.matched - found.n,
        places_left_out=sum(demand.missing.values()),
        simulations=found.simulations,
        level=found.level,
        seed=found.seed,
        weight=str(demand.weight),
        basis=str(demand.basis),
        source=demand.source,
        prefectures=len({held.get(str(placed.county[row])) for row in rows}),
    )


def _distances(settings: Against, demand: Demand) -> FloatArray:
    """Return the distances that mean something for these places; those refuse fewer than two spots."""
    spots = np.unique(demand.lonlat, axis=0)
    spacing = float(np.median(nearest(spots, spots, k=2).metres[:, -1]))
    found = settings.distances_m(spacing)
    if not len(found):
        raise BadInput(
            f"the places lie {spacing / 1000:.1f} km apart, more than {settings.reach_km:g} km: look farther",
            code="reach_short",
            spacing_km=round(spacing / 1000, 1),
            reach_km=settings.reach_km,
        )
    return found


def as_json(result: KResult) -> dict[str, Any]:
    """Return a result as JSON, for the row of a job."""
    return {name: getattr(result, name) for name in KResult.__dataclass_fields__}


def from_json(held: Mapping[str, Any]) -> KResult:
    """Return the result that ``as_json`` wrote; raises ``KeyError`` for one that is not whole."""
    values: dict[str, Any] = {name: _whole(held[name]) for name in KResult.__dataclass_fields__}
    return KResult(**values)


def _whole(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check_cover(counties: set[str | None], demand: Demand, areas: Areas) -> None:
    names = dict(zip(areas.codes, areas.names, strict=True))
    missing = sorted(str(code) for code in counties - set(demand.county))
    if missing:
        listed = "、".join(names[code] for code in missing[:5])
        raise BadInput(
            f"{len(missing)} counties have records but no settlement in the data ({listed}): load those too",
            code="places_missing",
            count=len(missing),
            names=listed,
        )


def _floats(values: FloatArray) -> tuple[float, ...]:
    return tuple(float(value) for value in values.tolist())
