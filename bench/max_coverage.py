"""The largest siting problems: maximal coverage of 600,000 places, and forty p-medians as in the literature.

Coverage: 60,000 candidates, each demand in reach of 30 on average, 1,000 sites; no other free program is
known to answer at this size. The p-medians are made as the classic ones are (J. E. Beasley, European Journal
of Operational Research 21, 1985): random graphs of 100 to 900 nodes with n² / 50 edges of length 1 to 100.
The peer is FasterPAM of ``kmedoids`` with the same seed, once; the proved bound judges both.
"""

import time

import kmedoids  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import shortest_path

from bench.calibration import calibrate, report
from gis.access import pairs_within
from gis.siting import max_coverage, p_median

DEMAND, CANDIDATES, SITES, DEGREE = 600_000, 60_000, 1_000, 30
_SIZES = {
    100: (5, 10, 10, 20, 33), 200: (5, 10, 20, 40, 67), 300: (5, 10, 30, 60, 100), 400: (5, 10, 40, 80, 133),
    500: (5, 10, 50, 100, 167), 600: (5, 10, 60, 120, 200), 700: (5, 10, 70, 140), 800: (5, 10, 80),
    900: (5, 10, 90),
}  # fmt: skip


def main() -> None:
    """Measure and print."""
    unit = calibrate().cpu_s
    report("maximal coverage", [_coverage(unit)])
    report("p-median: forty graphs", [_medians(unit)])


def _coverage(unit: float) -> dict[str, object]:
    random = np.random.default_rng(8)
    low, high = (110.0, 22.0), (116.0, 26.0)
    demand, candidates = random.uniform(low, high, (DEMAND, 2)), random.uniform(low, high, (CANDIDATES, 2))
    people = random.integers(1, 500, DEMAND)
    kilometres2 = 6.0 * 4.0 * 111.195**2 * np.cos(np.radians(24.0))
    radius = 1000.0 * float(np.sqrt(DEGREE / CANDIDATES * kilometres2 / np.pi))
    pairs = pairs_within(demand, candidates, radius)
    start = time.process_time()
    found = max_coverage(pairs, people, SITES, radius)
    seconds = time.process_time() - start
    return {
        "pairs": pairs.nnz, "mean_degree": pairs.nnz / DEMAND, "cpu_s": seconds,
        "calibration_loops": seconds / unit, "covered": found.objective, "bound": found.bound,
        "gap": found.gap,
    }  # fmt: skip


def _medians(unit: float) -> dict[str, object]:
    graphs = [(_graph(n, 100 * n + k), p) for n, numbers in _SIZES.items() for k, p in enumerate(numbers)]
    start = time.process_time()
    ours = [p_median(cost, None, p) for cost, p in graphs]
    between = time.process_time()
    peer = [kmedoids.fasterpam(cost, p, random_state=0).loss for cost, p in graphs]
    end = time.process_time()
    return {
        "cpu_s": between - start, "calibration_loops": (between - start) / unit,
        "mean_proved_gap": float(np.mean([one.gap for one in ours])),
        "fasterpam_cpu_s": end - between,
        "fasterpam_worse_by": float(
            np.mean([loss / one.objective - 1 for loss, one in zip(peer, ours, strict=True)])
        ),
    }  # fmt: skip


def _graph(nodes: int, seed: int) -> NDArray[np.float64]:
    random = np.random.default_rng(seed)
    length = np.full((nodes, nodes), np.inf)
    path = random.permutation(nodes)
    others = random.integers(0, nodes, (nodes * nodes // 50 - nodes + 1, 2))
    pairs = np.concatenate([np.column_stack([path[:-1], path[1:]]), others])
    costs = random.integers(1, 101, len(pairs))
    length[pairs[:, 0], pairs[:, 1]] = length[pairs[:, 1], pairs[:, 0]] = costs
    np.fill_diagonal(length, np.inf)
    edges = sparse.csr_array(np.where(np.isfinite(length), length, 0.0))
    return np.asarray(shortest_path(edges, directed=False))


if __name__ == "__main__":
    main()
