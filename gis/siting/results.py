"""What a siting function answers, and the rules that a choice of sites keeps."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gis.costs import BoolArray, IntArray, some
from gis.errors import BadInput

_CLOSE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Siting:
    """A choice of sites and how good it is.

    ``chosen`` are candidate indices, ascending, existing sites (``fixed``) among them. ``bound``: no choice
    under the same rules can have a better objective than this (lower for costs and numbers of sites, higher
    for people covered); infinite when none was worked out. ``gap`` is |objective - bound| / |objective|, so
    0 means proved best. ``unserved`` are the demand rows that no chosen site reaches.
    """

    chosen: tuple[int, ...]
    objective: float
    bound: float
    gap: float
    method: str
    fixed: tuple[int, ...] = ()
    unserved: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @property
    def proved(self) -> bool:
        """Whether no other choice can be better."""
        return self.gap == 0.0

    @property
    def added(self) -> tuple[int, ...]:
        """The chosen sites that do not exist yet."""
        return tuple(one for one in self.chosen if one not in set(self.fixed))


def gap_of(objective: float, bound: float) -> float:
    """Return |objective - bound| / |objective|; rounding alone is no gap, an infinite bound an infinite one.

    >>> gap_of(200.0, 190.0), gap_of(0.0, 0.0), gap_of(5.0, float("-inf"))
    (0.05, 0.0, inf)
    """
    if not math.isfinite(bound):
        return math.inf
    distance = abs(objective - bound)
    if distance <= _CLOSE * max(1.0, abs(objective)):
        return 0.0
    return distance / abs(objective) if objective else math.inf


def siting(  # noqa: PLR0913, PLR0917 - the fields of the result
    chosen: ArrayLike, objective: float, bound: float, method: str, rules: "Rules", unserved: ArrayLike = ()
) -> Siting:
    """Return a finished result: indices sorted, gap worked out, at gap 0 the bound is the objective."""
    gap = gap_of(objective, bound)
    return Siting(
        tuple(sorted(int(one) for one in np.asarray(chosen, dtype=np.int64))),
        float(objective),
        float(objective) if gap == 0.0 else float(bound),
        gap,
        method,
        tuple(int(one) for one in rules.fixed),
        np.asarray(unserved, dtype=np.int64),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Which candidates may be chosen: existing ones stay, forbidden ones never, some not together.

    ``fixed`` ascending indices; ``open`` a flag per candidate, fixed ones included; ``conflicts`` a symmetric
    CSR matrix of pairs that stand too near each other, or None. Fixed sites may stand near each other, but
    candidates too near a fixed site are not open.
    """

    fixed: IntArray
    open: BoolArray
    conflicts: Any = field(default=None)

    def take(self, columns: IntArray) -> "Rules":
        """Return the same rules for some of the candidates, all fixed ones among them."""
        place = np.full(len(self.open), -1)
        place[columns] = np.arange(len(columns))
        pairs = None if self.conflicts is None else self.conflicts[columns][:, columns]
        return Rules(place[self.fixed], self.open[columns], pairs)


def rules_for(
    candidates: int, fixed: ArrayLike = (), forbidden: ArrayLike = (), conflicts: Any = None
) -> Rules:
    """Check and gather the rules for so many candidates.

    ``fixed`` and ``forbidden`` are indices or flags per candidate; a fixed site is never forbidden.
    ``conflicts`` is candidate × candidate, sparse (``gis.siting.spacing_conflicts``). Raises BadInput for
    indices that do not exist, another shape, or when nothing is left to choose.
    """
    kept = _indices(fixed, candidates, "existing sites")
    allowed = np.ones(candidates, dtype=bool)
    allowed[_indices(forbidden, candidates, "forbidden candidates")] = False
    pairs = _conflict_pairs(conflicts, candidates)
    if pairs is not None and len(kept):
        allowed[pairs[kept].indices] = False
    allowed[kept] = True
    if not allowed.any():
        raise BadInput(
            f"all {candidates} candidates are excluded; allow some of them or loosen the spacing",
            code="all_excluded", candidates=candidates,
        )  # fmt: skip
    return Rules(kept, allowed, pairs)


def check_number(p: int, rules: Rules) -> int:
    """Return how many sites to choose, or raise BadInput when so many cannot be chosen."""
    usable = int(rules.open.sum())
    if isinstance(p, bool) or int(p) != p or p < 1:
        raise BadInput(f"the number of sites is {p}; give a whole number of at least 1", code="number", p=p)
    if p > usable:
        raise BadInput(
            f"{p} sites are wanted, but only {usable} candidates may be chosen; ask for at most {usable}",
            code="too_many", p=p, candidates=usable,
        )  # fmt: skip
    if p < len(rules.fixed):
        raise BadInput(
            f"{len(rules.fixed)} existing sites are kept, so the number of sites, existing ones included, "
            f"cannot be {p}",
            code="fixed_too_many", p=p, fixed=len(rules.fixed),
        )  # fmt: skip
    return int(p)


def spacing_error(p: int, fit: int) -> BadInput:
    """Return what is said when fewer sites than wanted fit with the spacing."""
    return BadInput(
        f"only {fit} of {p} sites fit with this spacing; ask for fewer or a smaller spacing",
        code="spacing", p=p, fit=fit,
    )  # fmt: skip


def _indices(places: ArrayLike, candidates: int, what: str) -> IntArray:
    array = np.asarray(places)
    if array.dtype == bool:
        if array.shape != (candidates,):
            raise BadInput(f"{what}: {array.shape} flags for {candidates} candidates", code="shape")
        return np.flatnonzero(array)
    indices = np.unique(array.astype(np.int64))
    wrong = indices[(indices < 0) | (indices >= candidates)]
    if len(wrong):
        raise BadInput(
            f"{what}: there is no candidate {some(wrong)}; candidates are 0 to {candidates - 1}", code="index"
        )
    return indices


def _conflict_pairs(conflicts: Any, candidates: int) -> Any:
    if conflicts is None:
        return None
    pairs = sparse.csr_array(conflicts)
    if pairs.shape != (candidates, candidates):
        raise BadInput(f"conflicts have shape {pairs.shape} for {candidates} candidates", code="shape")
    pairs = sparse.csr_array((np.ones(pairs.nnz), pairs.indices, pairs.indptr), shape=pairs.shape)
    pairs = sparse.csr_array(pairs.maximum(pairs.T))
    pairs.setdiag(0)
    pairs.eliminate_zeros()
    return pairs if pairs.nnz else None


def only_reached(reached: BoolArray, leave_out: bool, how: str) -> IntArray:
    """Return the demand rows that can be reached at all.

    Raises BadInput when there are others and they are not to be left out, or when there are none. ``how``
    says of what they are out of reach.
    """
    lost = np.flatnonzero(~reached)
    if len(lost) and not leave_out:
        raise BadInput(
            f"{len(lost)} of {len(reached)} demand places are out of reach of {how} (rows {some(lost)}); add "
            "candidates, allow longer ways or leave them out",
            code="unreachable", count=len(lost), total=len(reached),
        )  # fmt: skip
    if len(lost) == len(reached):
        raise BadInput(f"all demand places are out of reach of {how}", code="unreachable", count=len(lost))
    return np.flatnonzero(reached)


def filled(sites: IntArray, p: int, rules: Rules) -> IntArray:
    """Return exactly ``p`` sites: the given ones and the first others that the spacing allows."""
    taken = list(sites.tolist())
    free = rules.open.copy()
    free[sites] = False
    for one in np.flatnonzero(free).tolist():
        if len(taken) >= p:
            break
        if rules.conflicts is None or not np.isin(rules.conflicts[[one]].indices, taken).any():
            taken.append(one)
    return np.asarray(taken, dtype=np.int64)
