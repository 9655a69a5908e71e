"""Set cover: the fewest sites that leave nobody beyond the distance limit."""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gis.costs import BoolArray, CostLike, FloatArray, IntArray, Sparse, within
from gis.errors import BadInput
from gis.siting.coverage_program import conflict_rows, fixed_low
from gis.siting.lagrange import cover_bound
from gis.siting.mip import Answer, Program, solve
from gis.siting.results import Rules, Siting, only_reached, rules_for, siting
from gis.siting.sparse_interchange import SparseInterchange

LARGEST_EXACT: Final = 1_000_000
"""Up to so many stored pairs the fewest sites are looked for with a proof."""
_LARGEST_REDUCED = 2_000
_PASSES = 4


def set_cover(  # noqa: PLR0913 - all keywords, all with defaults but two
    cost: CostLike,
    radius: float,
    *,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    conflicts: Any = None,
    leave_out: bool = False,
    time_limit_s: float = 100.0,
) -> Siting:
    """Choose as few sites as possible so that every demand has one within ``radius``.

    ``cost`` demand × candidate as in ``p_median``. The objective is the number of sites, the ``fixed`` ones
    (kept) included. Greedy choice first, then HiGHS on what dominance leaves of the problem (a demand that is
    covered whenever another one is, a candidate that covers less than another one); ``bound`` is what is
    proved. Raises BadInput when a demand has no candidate within ``radius``; with ``leave_out`` such demand
    is listed in ``unserved`` instead.

    >>> set_cover([[0, 4, 9], [4, 0, 4], [9, 4, 0]], radius=4).chosen
    (1,)
    """
    near = within(cost, radius)
    rules = rules_for(near.shape[1], fixed, forbidden, conflicts)
    columns = np.flatnonzero(rules.open)
    inner = sparse.csr_array(near[:, columns])
    rows = only_reached(np.diff(inner.indptr) > 0, leave_out, f"every open candidate within {radius:g}")
    covers, taken = ones(sparse.csr_array(inner[rows])), rules.take(columns)
    sites = greedy_cover(covers, taken)
    better, bound = _prove(covers, taken, sites, time_limit_s)
    chosen = columns[better]
    left = np.setdiff1d(np.arange(near.shape[0]), rows)
    return siting(chosen, len(chosen), bound, "greedy, HiGHS", rules, left)


def _prove(covers: Sparse, rules: Rules, sites: IntArray | None, seconds: float) -> tuple[IntArray, float]:
    if covers.nnz > LARGEST_EXACT:
        if sites is None:
            raise _no_fit()
        return sites, max(cover_bound(covers, rules.fixed), float(len(rules.fixed)))
    answer, better = cover_answer(covers, rules, math.inf, seconds, start=sites)
    if better is None:
        raise _no_fit()
    return better, math.ceil(answer.bound - 1e-6) if math.isfinite(answer.bound) else 1.0


def _no_fit() -> BadInput:
    return BadInput(
        "no choice with this spacing reaches everyone; choose a smaller spacing or a larger distance",
        code="spacing",
    )


def greedy_cover(covers: Sparse, rules: Rules) -> IntArray | None:
    """Return sites that cover every row, found greedily, needless ones dropped; None when spacing forbids."""
    zeros = sparse.csr_array((np.zeros(covers.nnz), covers.indices, covers.indptr), shape=covers.shape)
    search = SparseInterchange(zeros, np.ones(covers.shape[0]), rules, covers.shape[1])
    search.greedy(covers.shape[1], idle=False)
    if search.total > 0.5:
        return None
    return _without_needless(covers, np.asarray(search.sites, dtype=np.int64), rules)


def _without_needless(covers: Sparse, sites: IntArray, rules: Rules) -> IntArray:
    by_site = sparse.csc_array(covers)
    times = np.asarray(by_site[:, sites].sum(axis=1)).ravel()
    kept = []
    for site in sites[::-1].tolist():
        rows = by_site.indices[by_site.indptr[site] : by_site.indptr[site + 1]]
        if site not in rules.fixed and (times[rows] > 1).all():
            times[rows] -= 1
        else:
            kept.append(site)
    return np.asarray(kept, dtype=np.int64)


def cover_answer(  # noqa: PLR0913 - the problem, and three ways to ask
    covers: Sparse,
    rules: Rules,
    most: float,
    seconds: float,
    *,
    start: IntArray | None = None,
    relaxed: bool = False,
) -> tuple[Answer, IntArray | None]:
    """Ask HiGHS for the fewest sites that cover every row.

    ``most`` finite: any choice of at most so many will do, and there may be none. ``relaxed`` allows parts of
    sites: only the bound means anything then. Returns the answer and the sites found.
    """
    rows, columns = reduced(covers, rules) if rules.conflicts is None else _all(covers)
    taken = rules.take(columns)
    inner = sparse.csr_array(covers[rows][:, columns])
    candidates = len(columns)
    parts, most_near = conflict_rows(taken, candidates)
    matrix = sparse.vstack([inner, np.ones((1, candidates)), parts])
    low = np.r_[np.ones(len(rows)), 0.0, np.full(len(most_near), -np.inf)]
    high = np.r_[np.full(len(rows), np.inf), most if math.isfinite(most) else candidates, most_near]
    everywhere = np.ones(candidates)
    program = Program(
        everywhere,
        matrix,
        low,
        high,
        everywhere,
        np.full(candidates, not relaxed),
        fixed_low(taken, candidates),
    )
    first = _as_start(start, covers.shape[1], columns)
    answer = solve(program, seconds, start=first, stop_below=most if math.isfinite(most) else None)
    if answer.values is None or relaxed:
        return answer, None
    return answer, columns[answer.values > 0.5]


def _as_start(start: IntArray | None, candidates: int, columns: IntArray) -> FloatArray | None:
    """Return the start among the columns that are left, or None when a dominated candidate is part of it."""
    if start is None or not np.isin(start, columns).all():
        return None
    opened = np.zeros(candidates)
    opened[start] = 1.0
    return opened[columns]


def _all(covers: Sparse) -> tuple[IntArray, IntArray]:
    return np.arange(covers.shape[0]), np.arange(covers.shape[1])


def reduced(covers: Sparse, rules: Rules) -> tuple[IntArray, IntArray]:
    """Return the rows and columns that are left when dominated ones are dropped; fixed columns stay.

    A row goes when every candidate of another row covers it too; a column goes when another one covers all
    its rows and more (of equal ones the first stays). Valid only where all sites count alike. Problems too
    large for it are returned whole.
    """
    rows, columns = _all(covers)
    if max(covers.shape) > _LARGEST_REDUCED:
        return rows, columns
    flags = np.asarray(covers.todense(), dtype=np.float32)
    kept = np.zeros(covers.shape[1], dtype=bool)
    kept[rules.fixed] = True
    for _ in range(_PASSES):
        size = len(rows) + len(columns)
        stay = ~_contains_another(flags)
        rows, flags = rows[stay], flags[stay]
        stay = ~_inside_another(flags.T) | kept[columns]
        columns, flags = columns[stay], flags[:, stay]
        if len(rows) + len(columns) == size:
            break
    return rows, columns


def _contains_another(sets: Any) -> BoolArray:
    """Flag sets that contain a whole other set (of equal ones all but the first)."""
    common, size = sets @ sets.T, sets.sum(axis=1)
    contains = common == size[None, :]
    return _strictly(contains, size[:, None] > size[None, :])


def _inside_another(sets: Any) -> BoolArray:
    """Flag sets that lie wholly in another set (of equal ones all but the first)."""
    common, size = sets @ sets.T, sets.sum(axis=1)
    inside = common == size[:, None]
    return _strictly(inside, size[:, None] < size[None, :])


def _strictly(related: BoolArray, unequal: BoolArray) -> BoolArray:
    earlier = np.tri(len(related), k=-1, dtype=bool)
    return np.asarray((related & (unequal | earlier)).any(axis=1))


def ones(matrix: Sparse) -> Sparse:
    """Return a matrix that holds 1 wherever something is stored."""
    return sparse.csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)
