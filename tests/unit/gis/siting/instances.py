"""Small siting problems with answers found by trying everything."""

from collections.abc import Callable, Iterator
from itertools import combinations

import numpy as np
from hypothesis import strategies as st
from scipy import sparse


def graph(nodes: int, seed: int) -> np.ndarray:
    """Shortest ways between all nodes of a random graph, made as the classic p-median instances are."""
    random = np.random.default_rng(seed)
    length = np.zeros((nodes, nodes))
    path = random.permutation(nodes)
    ends = np.concatenate([
        np.column_stack([path[:-1], path[1:]]), random.integers(0, nodes, (nodes * nodes // 50, 2)),
    ])  # fmt: skip
    length[ends[:, 0], ends[:, 1]] = random.integers(1, 101, len(ends))
    np.fill_diagonal(length, 0)
    return sparse.csgraph.shortest_path(sparse.csr_array(length), directed=False)


def plane(demand: int, candidates: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    here, there = random.random((demand, 2)), random.random((candidates, 2))
    return np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))


def choices(candidates: int, p: int, allowed: Callable[[tuple[int, ...]], bool]) -> Iterator[tuple[int, ...]]:
    return (one for one in combinations(range(candidates), p) if allowed(one))


def as_sparse(cost: np.ndarray) -> sparse.csr_array:
    """The same costs with every finite pair stored, zeros too."""
    rows, columns = np.nonzero(np.isfinite(cost))
    return sparse.csr_array((cost[rows, columns], (rows, columns)), shape=cost.shape)


@st.composite
def problems(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int]:
    """Costs, weights and p of a small problem with whole costs, zeros and ties among them."""
    demand, candidates = draw(st.integers(1, 7)), draw(st.integers(1, 6))
    costs = draw(st.lists(st.integers(0, 9), min_size=demand * candidates, max_size=demand * candidates))
    weights = draw(st.lists(st.integers(1, 5), min_size=demand, max_size=demand))
    p = draw(st.integers(1, candidates))
    return np.array(costs, float).reshape(demand, candidates), np.array(weights, float), p
