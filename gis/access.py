"""Who reaches care: nearest facility, coverage by distance, catchments, supply per person.

Arrays in, small frozen results out; positions are WGS84 degrees, shape (n, 2), lon first, and distances
metres. Rows mean what the caller says they mean: align them by id first (``align``). Only positions of
precision 1 or 2 belong in here: a point known only to its township has no distance to anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.alignment import align
from gis.costs import BoolArray, CostLike, FloatArray, IntArray, Sparse, amounts, check_limit, refuse, within
from gis.errors import BadInput
from gis.nearest import Nearest, nearest, pairs_within

__all__ = [
    "DETOURS",
    "Catchments",
    "CoverageBands",
    "Nearest",
    "align",
    "catchments",
    "circle_minutes",
    "coverage_bands",
    "nearest",
    "pairs_within",
    "per_population",
    "two_step_floating_catchment",
]

DETOURS: Final = (1.2, 1.4, 2.0)
"""Ways by road are this many times the straight line: gentle country, usual, mountains and rivers."""

Decay = Literal["gaussian"] | float | Callable[[FloatArray], ArrayLike] | None


@dataclass(frozen=True, slots=True, eq=False)
class CoverageBands:
    """People within the limit for each detour factor, and the places that are a gap whatever the detour.

    ``covered`` and ``uncovered`` are people per factor, each pair adding up to ``people``. ``sure`` places
    are covered for every factor, ``gap`` places for none, ``depends`` are between: only a road network
    can tell.
    """

    limit_m: float
    factors: tuple[float, ...]
    people: float
    covered: tuple[float, ...]
    uncovered: tuple[float, ...]
    sure: BoolArray
    depends: BoolArray
    gap: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Catchments:
    """Each demand place belongs to its nearest facility (straight-line Voronoi), no farther than a limit.

    ``facility`` per demand, -1 beyond the limit; ``metres`` to the nearest one in any case. ``people`` and
    ``places`` per facility; ``people_outside`` beyond the limit, so Σ people + people_outside = population.
    """

    facility: IntArray
    metres: FloatArray
    people: FloatArray
    places: IntArray
    people_outside: float


def coverage_bands(
    metres: ArrayLike, population: ArrayLike, limit_m: float, factors: tuple[float, ...] = DETOURS
) -> CoverageBands:
    """Return who is within ``limit_m`` when ways are the straight line times each factor.

    ``metres`` straight line to the nearest facility per place, infinity where there is none; ``population``
    people per place. Raises BadInput for NaN, negative values, and factors below 1.

    >>> bands = coverage_bands([1000, 4000, 9000], [10, 20, 30], limit_m=5000)
    >>> bands.covered, bands.gap
    ((30.0, 10.0, 10.0), array([False, False,  True]))
    """
    check_limit(limit_m)
    if not factors or min(factors) < 1.0:
        raise BadInput(
            f"detour factors are {factors}; a way is never shorter than 1 × the line", code="factors"
        )
    length = np.asarray(metres, dtype=np.float64)
    people = amounts(population, len(length), "the population")
    refuse(np.isnan(length) | (length < 0), "{count} distances are missing or negative (first at {where})")
    inside: BoolArray = np.array([length * factor <= limit_m for factor in factors])
    covered = tuple(float(people[one].sum()) for one in inside)
    uncovered = tuple(float(people[~one].sum()) for one in inside)
    sure, gap = np.asarray(inside.all(axis=0)), np.asarray(~inside.any(axis=0))
    return CoverageBands(
        float(limit_m),
        tuple(factors),
        float(people.sum()),
        covered,
        uncovered,
        sure,
        np.asarray(~sure & ~gap),
        gap,
    )


def catchments(
    demand: ArrayLike, facilities: ArrayLike, population: ArrayLike, limit_m: float | None = None
) -> Catchments:
    """Assign each demand position to its nearest facility and count people and places per facility.

    Errors as in ``nearest``; ``limit_m`` None means no limit. Of facilities on one spot one gets everything.
    """
    found = nearest(demand, facilities)
    people = amounts(population, len(found.index), "the population")
    if limit_m is not None:
        check_limit(limit_m)
    inside = np.isfinite(found.metres) if limit_m is None else found.metres <= limit_m
    facility = np.where(inside, found.index, -1)
    count = len(np.asarray(facilities))
    return Catchments(
        facility, found.metres,
        np.bincount(facility[inside], people[inside], count).astype(np.float64),
        np.bincount(facility[inside], minlength=count),
        float(people[~inside].sum()),
    )  # fmt: skip


def two_step_floating_catchment(
    population: ArrayLike, supply: ArrayLike, cost: CostLike, catchment: float, decay: Decay = None
) -> FloatArray:
    """Return supply units per person for each demand place (two-step floating catchment area).

    ``population`` people per demand, ``supply`` units (beds, doctors) per facility, ``cost`` demand ×
    facility, dense (infinity = unreachable) or sparse (absent = unreachable, a **stored 0 is zero
    distance**), ``catchment`` the largest cost d0 that counts, itself included.

    Step 1: ``R_j = S_j / Σ_k P_k f(d_kj)``. Step 2: ``A_i = Σ_j R_j f(d_ij)``. f(d) = 0 for d > d0, and up to
    d0 by ``decay``:

    * ``None`` - a binary step: f(d) = 1 (W. Luo and F. Wang, Environment and Planning B 30, 2003).
    * ``"gaussian"`` - f(d) = (exp(-(d/d0)²/2) - exp(-1/2)) / (1 - exp(-1/2)): 1 at d = 0, 0 at d = d0
      (D. Dai, Health and Place 16, 2010).
    * a number σ > 0 in the unit of cost - f(d) = exp(-d² / (2 σ²)), cut at d0, as ``gaussian(σ)`` of the
      package ``access``.
    * a function - f of an array of costs; values must be finite and at least 0.

    Σ A_i P_i = Σ S_j over the facilities with anybody in their catchment; a facility with nobody there gives
    nothing to anyone. 0 means that no facility with supply is within d0: that is a known zero.

    Raises BadInput for other shapes, NaN or negative values, and no facility or no demand.

    >>> two_step_floating_catchment([100, 300], [8], [[0.0], [5.0]], 10)
    array([0.02, 0.02])
    """
    near = within(cost, catchment)
    people = amounts(population, near.shape[0], "the population")
    units = amounts(supply, near.shape[1], "the supply")
    weights = _with_data(near, _decayed(near.data, float(catchment), decay))
    demand = weights.T @ people
    ratio = np.divide(units, demand, out=np.zeros_like(units), where=demand > 0)
    return np.asarray(weights @ ratio, dtype=np.float64)


def per_population(count: ArrayLike, population: ArrayLike, per: float = 1000.0) -> FloatArray:
    """Return ``count`` per so many people, elementwise: services, or beds per 1,000 people of 60 and above.

    Unknown stays unknown: NaN in either gives NaN, and so does a population of 0, for which no rate exists.
    Raises BadInput for other shapes and negative or infinite values.

    >>> per_population([5, 0, 3, float("nan")], [1000, 500, 0, 10])
    array([ 5.,  0., nan, nan])
    """
    amount, people = np.asarray(count, dtype=np.float64), np.asarray(population, dtype=np.float64)
    if amount.shape != people.shape:
        raise BadInput(
            f"counts have shape {amount.shape}, populations {people.shape}; align both by id", code="shape"
        )
    for values, what in ((amount, "counts"), (people, "populations")):
        wrong = np.atleast_1d((values < 0) | np.isinf(values))
        refuse(wrong, f"{{count}} {what} are negative or infinite (first at {{where}})")
    out = np.full(amount.shape, np.nan)
    return np.asarray(np.divide(amount * per, people, out=out, where=people > 0))


def circle_minutes(minutes: float, speed_kmh: float, detour: float = 1.0) -> float:
    """Return the straight-line metres that ``minutes`` reach at a speed when ways are ``detour`` × the line.

    >>> circle_minutes(15, 5), circle_minutes(15, 40, detour=1.25)
    (1250.0, 8000.0)
    """
    check_limit(minutes, "the time")
    check_limit(speed_kmh, "the speed")
    if not detour >= 1.0:
        raise BadInput(
            f"the detour factor is {detour}; a way is never shorter than 1 × the line", code="factors"
        )
    return speed_kmh * 1000.0 / 60.0 * minutes / detour


def _decayed(costs: NDArray[Any], catchment: float, decay: Decay) -> FloatArray:
    """Return f of costs that all lie in the catchment; the formulas stand in the caller's docstring."""
    if decay is None:
        return np.ones(len(costs))
    if isinstance(decay, str):
        return _dai(costs, catchment, decay)
    if callable(decay):
        weights = np.asarray(decay(costs), dtype=np.float64)
        if weights.shape != costs.shape:
            raise BadInput("the decay function must return one weight per cost", code="decay")
        refuse(~np.isfinite(weights) | (weights < 0), "{count} decay weights are negative or not finite")
        return weights
    if not decay > 0:
        raise BadInput(f"the decay width is {decay}; give more than 0", code="decay")
    return np.asarray(np.exp(-(costs**2) / (2.0 * float(decay) ** 2)))


def _dai(costs: NDArray[Any], catchment: float, decay: str) -> FloatArray:
    if decay != "gaussian":
        raise BadInput(f"there is no decay {decay!r}; there is 'gaussian'", code="decay", decay=decay)
    if not 0 < catchment < np.inf:
        raise BadInput(
            f"a Gaussian decay needs a catchment above 0 and finite, not {catchment}", code="decay"
        )
    edge = np.exp(-0.5)
    # Never below zero: at the very edge rounding may leave -1e-17.
    return np.asarray(np.maximum((np.exp(-0.5 * (costs / catchment) ** 2) - edge) / (1.0 - edge), 0.0))


def _with_data(matrix: Sparse, data: FloatArray) -> Sparse:
    return type(matrix)((data, matrix.indices, matrix.indptr), shape=matrix.shape)
