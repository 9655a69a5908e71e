"""Costs between demand and facilities: one checked form for coverage and siting.

A cost is metres, minutes or money, shape demand × facility. Dense arrays say *unreachable* with infinity;
sparse matrices say it by leaving the pair out, and a **stored zero is a cost of zero**. SciPy forgets stored
zeros in comparisons and sums, so everything here works on ``data`` and never on the matrix as a number.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from gis.errors import BadInput

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
CostLike = Any
"""A dense array or a SciPy sparse matrix or array."""
Sparse = Any

_NAMED: Final = 5


def sparse_costs(cost: CostLike) -> Sparse:
    """Return costs as a CSR array with sorted int32 columns and every reachable pair stored, zeros too.

    Raises BadInput for another shape, NaN, negative costs, or a pair that is given twice.
    """
    if sparse.issparse(cost):
        return _checked_sparse(cost)
    dense = _checked_dense(cost)
    rows, columns = np.nonzero(np.isfinite(dense))
    return sparse.csr_array((dense[rows, columns], (rows, columns)), shape=dense.shape)


def dense_costs(cost: CostLike) -> FloatArray:
    """Return costs as a dense float array with infinity for what cannot be reached; errors as above."""
    if not sparse.issparse(cost):
        return _checked_dense(cost)
    stored = _checked_sparse(cost)
    dense = np.full(stored.shape, np.inf)
    dense[row_of(stored), stored.indices] = stored.data
    return dense


def row_of(matrix: Sparse) -> NDArray[np.int32]:
    """Return the row of every stored entry of a CSR matrix (the column, of a CSC one)."""
    return np.repeat(np.arange(len(matrix.indptr) - 1, dtype=np.int32), np.diff(matrix.indptr))


def within(cost: CostLike, limit: float) -> Sparse:
    """Return the reachable pairs that cost at most ``limit`` as a CSR array of costs; stored zeros stay.

    Raises BadInput for a negative limit or NaN, and as ``sparse_costs`` does.
    """
    check_limit(limit)
    stored = sparse_costs(cost)
    near = stored.data <= limit
    counts = np.concatenate([[0], np.cumsum(near)])[stored.indptr]
    return sparse.csr_array((stored.data[near], stored.indices[near], counts), shape=stored.shape)


def check_limit(limit: float, what: str = "the distance limit") -> None:
    """Raise BadInput unless a limit is a number of at least zero (infinity is allowed)."""
    if not limit >= 0:
        raise BadInput(
            f"{what} is {limit}; give a number of at least 0", code="negative", what=what, value=limit
        )


def amounts(values: ArrayLike, count: int, what: str) -> FloatArray:
    """Return ``count`` finite amounts of at least zero (people, beds, weights), or raise BadInput."""
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (count,):
        raise BadInput(
            f"{what} has shape {array.shape}, but the costs need {count} values; align both by id",
            code="shape", what=what, expected=count,
        )  # fmt: skip
    refuse(~np.isfinite(array), f"{what}: {{count}} values are missing or infinite (first at {{where}})")
    refuse(array < 0, f"{what}: {{count}} values are negative (first at {{where}})")
    return array


def refuse(bad: BoolArray, sentence: str) -> None:
    """Raise BadInput when any flag is set; ``{count}`` and ``{where}`` in the sentence are filled in."""
    if bad.any():
        count, where = int(bad.sum()), some(np.flatnonzero(bad))
        text = sentence.format(count=count, where=where)
        raise BadInput(f"{text}; correct them or leave these rows out", code="values", count=count)


def some(places: ArrayLike) -> str:
    """Return the first few of many indices for a sentence.

    >>> some(range(8))
    '0, 1, 2, 3, 4 …'
    """
    listed = list(np.asarray(places))
    return ", ".join(str(int(one)) for one in listed[:_NAMED]) + (" …" if len(listed) > _NAMED else "")


def _check_shape(shape: tuple[int, ...]) -> None:
    if len(shape) != 2:
        raise BadInput(f"costs must be demand × facility, this has shape {shape}", code="shape")
    if shape[0] == 0:
        raise BadInput("there is no demand: give at least one place with people", code="no_demand")
    if shape[1] == 0:
        raise BadInput("there are no facilities: give at least one", code="no_facilities")


def _checked_dense(cost: ArrayLike) -> FloatArray:
    dense = np.asarray(cost, dtype=np.float64)
    _check_shape(dense.shape)
    # One pass answers for nearly all input: the smallest is NaN when anything is.
    smallest = dense.min()
    if not smallest >= 0:
        refuse(np.asarray(np.isnan(dense).any(axis=1)), "{count} rows of costs hold NaN (first rows {where})")
        refuse(
            np.asarray((dense < 0).any(axis=1)),
            "{count} rows of costs hold negative costs (first rows {where})",
        )
    return dense


def _checked_sparse(cost: Sparse) -> Sparse:
    _check_shape(cost.shape)
    if cost.format not in ("csr", "csc"):
        _refuse_twice(cost)
    stored = sparse.csr_array(cost)
    if not stored.has_canonical_format:
        stored = stored.copy()  # the arrays are the caller's
        stored.sort_indices()
        same_row = np.diff(row_of(stored)) == 0
        if (same_row & (np.diff(stored.indices) == 0)).any():
            raise BadInput("a pair of demand and facility has two costs; keep one", code="twice")
    data = np.asarray(stored.data, dtype=np.float64)
    refuse(np.isnan(data), "{count} stored costs are NaN (first entries {where})")
    refuse(data < 0, "{count} stored costs are negative (first entries {where})")
    return _only_finite(stored, data)


def _refuse_twice(cost: Sparse) -> None:
    """Conversion adds the costs of a pair that is given twice; so look before."""
    if cost.format == "coo" and len(cost.data):
        key = cost.row.astype(np.int64) * cost.shape[1] + cost.col
        if len(np.unique(key)) < len(key):
            raise BadInput("a pair of demand and facility has two costs; keep one", code="twice")


def _only_finite(stored: Sparse, data: FloatArray) -> Sparse:
    if data is stored.data and np.isfinite(data).all():
        return stored
    finite = np.isfinite(data)
    counts = np.concatenate([[0], np.cumsum(finite)])[stored.indptr]
    return sparse.csr_array((data[finite], stored.indices[finite], counts), shape=stored.shape)
