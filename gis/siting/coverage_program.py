"""Covering problems as programs for HiGHS, and how their answers come back as sites."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from gis.costs import BoolArray, FloatArray, IntArray, Sparse
from gis.siting.mip import Program, solve
from gis.siting.results import Rules
from gis.siting.sparse_interchange import SparseInterchange


@dataclass(frozen=True, slots=True, eq=False)
class Covering:
    """Who is in whose reach: ``pairs`` (CSR of stored zeros), ``people`` per row, ``rules`` per column.

    ``columns`` are the same pairs as CSC.
    """

    pairs: Sparse
    columns: Sparse
    people: FloatArray
    rules: Rules

    def uncovered(self, sites: IntArray) -> float:
        """Return the people of all demand that none of the sites covers."""
        left = self.people.copy()
        left[self.columns[:, sites].indices] = 0.0
        return float(left.sum())

    def search(self, most: int) -> SparseInterchange:
        """Return a search for at most so many sites, the fixed ones open."""
        return SparseInterchange(self.pairs, self.people, self.rules, most, self.columns)


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """How much may be built: at most so many sites, and at most so much money for those not existing yet."""

    sites: int
    unit_costs: FloatArray | None = None
    budget: float = math.inf


def best_covering(
    problem: Covering, sites: IntArray, limits: Limits, columns: IntArray, seconds: float
) -> tuple[IntArray, float]:
    """Look for sites among ``columns`` that leave fewer people uncovered than ``sites``, some of them.

    Returns the best sites found and a lower bound for the people not covered *by any choice among the
    columns*.
    """
    taken, place = problem.rules.take(columns), np.full(problem.pairs.shape[1], -1)
    place[columns] = np.arange(len(columns))
    covers, people = merged(sparse.csr_array(problem.pairs[:, columns]), problem.people)
    if limits.unit_costs is not None:
        limits = Limits(limits.sites, limits.unit_costs[columns], limits.budget)
    answer = solve(
        coverage_program(covers, people, taken, limits), seconds, start=_start(covers, place[sites])
    )
    found = None if answer.values is None else np.flatnonzero(answer.values[: covers.shape[1]] > 0.5)
    return (sites if found is None else columns[found]), answer.bound + float(people.sum())


def coverage_program(covers: Sparse, people: FloatArray, rules: Rules, limits: Limits) -> Program:
    """Return: maximise the people covered (as the least of minus their sum) within the limits.

    Variables: one binary per candidate, then one per demand (continuous: it takes 0 or 1 by itself).
    """
    demands, candidates = covers.shape
    rest = np.zeros(demands)
    links = sparse.hstack([_ones(covers), -sparse.eye_array(demands)])
    rows = [np.r_[np.ones(candidates), rest]]
    most = [float(limits.sites)]
    if limits.unit_costs is not None:
        rows.append(np.r_[np.where(fixed_low(rules, candidates) > 0, 0.0, limits.unit_costs), rest])
        most.append(limits.budget)
    apart, most_apart = conflict_rows(rules, candidates + demands)
    high = np.concatenate([np.full(demands, np.inf), most, most_apart])
    return Program(
        np.r_[np.zeros(candidates), -people],
        sparse.vstack([links, np.asarray(rows), apart]),
        np.where(np.isinf(high), 0.0, -np.inf),
        high,
        np.r_[rules.open.astype(float), np.ones(demands)],
        np.arange(candidates + demands) < candidates,
        fixed_low(rules, candidates + demands),
    )


def covered_by(pairs: Sparse, opened: BoolArray) -> BoolArray:
    """Flag the rows of a CSR matrix with a stored entry in one of the flagged columns."""
    hits = np.concatenate([[0], np.cumsum(opened[pairs.indices])])[pairs.indptr]
    return np.asarray(np.diff(hits) > 0)


def conflict_rows(rules: Rules, variables: int) -> tuple[Any, FloatArray]:
    """Return rows that allow one of each pair that stands too near, and their upper limits."""
    if rules.conflicts is None:
        return sparse.csr_array((0, variables)), np.empty(0)
    upper = sparse.coo_array(sparse.triu(rules.conflicts, 1))
    both = np.isin(upper.row, rules.fixed) & np.isin(upper.col, rules.fixed)
    first, second = upper.row[~both], upper.col[~both]
    count = len(first)
    at = np.tile(np.arange(count), 2), np.concatenate([first, second])
    return sparse.csr_array((np.ones(2 * count), at), shape=(count, variables)), np.ones(count)


def fixed_low(rules: Rules, variables: int) -> FloatArray:
    """Return the lower limits of all variables: 1 for the fixed sites, which come first, 0 for the rest."""
    low = np.zeros(variables)
    low[rules.fixed] = 1.0
    return low


def merged(covers: Sparse, people: FloatArray) -> tuple[Sparse, FloatArray]:
    """Return demand rows that the same candidates cover as one row with the people of all of them."""
    patterns: dict[bytes, int] = {}
    kept: list[int] = []
    group = np.empty(covers.shape[0], dtype=np.int64)
    for row in range(covers.shape[0]):
        columns = covers.indices[covers.indptr[row] : covers.indptr[row + 1]].tobytes()
        if columns not in patterns:
            patterns[columns] = len(kept)
            kept.append(row)
        group[row] = patterns[columns]
    return sparse.csr_array(covers[kept]), np.bincount(group, people, len(kept)).astype(np.float64)


def _start(covers: Sparse, sites: IntArray) -> FloatArray:
    opened = np.zeros(covers.shape[1])
    opened[sites] = 1.0
    return np.concatenate([opened, np.minimum(_ones(covers) @ opened, 1.0)])


def _ones(covers: Sparse) -> Sparse:
    return sparse.csr_array((np.ones(covers.nnz), covers.indices, covers.indptr), shape=covers.shape)
