"""False-discovery control: of the areas called significant, at most this share is expected to be chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import BadInput

FloatArray = NDArray[np.float64]

LEVEL = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Discoveries:
    """Which tests pass at ``level``; arrays in the order of the p-values."""

    significant: NDArray[np.bool_]
    adjusted: FloatArray
    """The smallest level at which each test would pass; NaN where there is no p."""
    threshold: float
    """The largest p that passed; NaN when none did."""
    level: float
    tests: int
    """How many p-values there were, without those that are NaN."""


def false_discovery(p: ArrayLike, level: float = LEVEL) -> Discoveries:
    """Apply the step-up rule of Benjamini and Hochberg (1995) to p-values of any shape (n,).

    NaN says that there was no test (an area without neighbours): it never passes and does not count.
    Raises BadInput for p outside 0…1 and a level that is not between 0 and 1.

    >>> false_discovery([0.001, 0.02, 0.03, 0.5]).significant
    array([ True,  True,  True, False])
    """
    values = np.asarray(p, dtype=np.float64).ravel()
    known = np.flatnonzero(~np.isnan(values))
    if ((values[known] < 0) | (values[known] > 1)).any():
        raise BadInput("a p-value must lie between 0 and 1", code="p")
    if not 0 < level < 1:
        raise BadInput(f"the level must lie between 0 and 1, not {level!r}", code="level", level=level)
    adjusted = np.full(len(values), np.nan)
    adjusted[known] = _adjusted(values[known])
    passed = np.zeros(len(values), dtype=np.bool_)
    passed[known] = adjusted[known] <= level * (1.0 + 1e-12)
    threshold = float(values[passed].max()) if passed.any() else float("nan")
    return Discoveries(passed, adjusted, threshold, level, len(known))


def _adjusted(p: FloatArray) -> FloatArray:
    """Return min over j ≥ i of p(j) · m / j, in the order of p."""
    order = np.argsort(p)[::-1]
    scaled = p[order] * len(p) / np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(scaled))
    return adjusted
