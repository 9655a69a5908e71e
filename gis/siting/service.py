"""A table of costs, dense or sparse, and who is served by which of the chosen sites."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gis.costs import BoolArray, CostLike, FloatArray, IntArray, Sparse, dense_costs, row_of, sparse_costs


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Checked costs, demand × candidate: ``dense`` with infinity or ``stored`` as CSR, the other is None."""

    dense: Any
    stored: Any

    @classmethod
    def of(cls, cost: CostLike, largest_dense: int) -> "Table":
        """Check costs and hold them densely when there are at most so many pairs."""
        size = np.prod(cost.shape if sparse.issparse(cost) else np.shape(cost), dtype=np.float64)
        if size <= largest_dense:
            return cls(dense_costs(cost), None)
        return cls(None, sparse_costs(cost))

    @property
    def is_dense(self) -> bool:
        """Whether costs are held densely."""
        return self.dense is not None

    @property
    def demands(self) -> int:
        """Rows."""
        return int((self.dense if self.is_dense else self.stored).shape[0])

    @property
    def candidates(self) -> int:
        """Columns."""
        return int((self.dense if self.is_dense else self.stored).shape[1])

    def take(self, rows: IntArray, columns: IntArray) -> "Table":
        """Return some rows and columns; all of them without a copy."""
        if len(rows) == self.demands and len(columns) == self.candidates:
            return self
        if self.is_dense:
            return Table(self.dense[np.ix_(rows, columns)], None)
        return Table(None, sparse.csr_array(self.stored[rows][:, columns]))

    def reached(self, columns: IntArray) -> BoolArray:
        """Flag the demand that at least one of the candidates reaches."""
        if self.is_dense:
            if len(columns) == self.candidates:
                return np.asarray(np.isfinite(self.dense.min(axis=1)))
            return np.asarray(np.isfinite(self.dense[:, columns]).any(axis=1))
        usable = np.zeros(self.candidates, dtype=bool)
        usable[columns] = True
        return np.bincount(row_of(self.stored), usable[self.stored.indices], self.demands) > 0

    def nearest(self, chosen: IntArray) -> tuple[IntArray, FloatArray]:
        """Return the cheapest chosen candidate of each demand (-1: none) and its cost (infinity)."""
        if self.is_dense:
            costs = self.dense[:, chosen]
            best = costs.argmin(axis=1)
            lowest = costs[np.arange(len(costs)), best]
            return np.where(np.isfinite(lowest), chosen[best], -1), lowest
        return _nearest_stored(self.stored, chosen)


def nearest_chosen(cost: CostLike, chosen: ArrayLike) -> tuple[IntArray, FloatArray]:
    """Return for each demand the chosen candidate that serves it at the lowest cost, and that cost.

    A demand that none of them reaches has candidate -1 and cost infinity; of equal costs the lower index
    wins.

    >>> nearest_chosen([[5.0, 1.0, 2.0], [7.0, 9.0, float("inf")]], [0, 2])
    (array([2, 0]), array([2., 7.]))
    """
    sites = np.unique(np.asarray(chosen, dtype=np.int64))
    return Table.of(cost, 0 if sparse.issparse(cost) else 2**62).nearest(sites)


def _nearest_stored(stored: Sparse, chosen: IntArray) -> tuple[IntArray, FloatArray]:
    open_ = np.zeros(stored.shape[1], dtype=bool)
    open_[chosen] = True
    kept = open_[stored.indices]
    rows, columns, costs = row_of(stored)[kept], stored.indices[kept], stored.data[kept]
    lowest = np.full(stored.shape[0], np.inf)
    np.minimum.at(lowest, rows, costs)
    site = np.full(stored.shape[0], -1, dtype=np.int64)
    at_lowest = costs == lowest[rows]
    # Written backwards, so that the lowest index stays.
    site[rows[at_lowest][::-1]] = columns[at_lowest][::-1]
    return site, lowest
