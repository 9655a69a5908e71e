"""Local Moran of 2,900 areas with 9,999 permutations: gis.statistics beside esda's Moran_Local.

esda compiles itself with numba where that is installed; its first run is not counted. Both run on one core
of a process of their own, in turns, on the neighbourhoods of random points (Delaunay, six neighbours on
average).
"""

import importlib.util
import os
import subprocess
import sys
import warnings
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix
from scipy.spatial import Delaunay

from bench.calibration import calibrate, report, timed
from gis.statistics import local_g, local_moran, moran
from gis.weights import row_standardised

AREAS, PERMUTATIONS = 2_900, 9_999
PAIRS = 5
ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def main() -> None:
    """Measure in a process that keeps to one core, and print."""
    if any(os.environ.get(name) != value for name, value in ONE_CORE.items()):
        subprocess.run([sys.executable, "-m", "bench.local_moran"], env=os.environ | ONE_CORE, check=True)
        return
    values, weights = _areas()
    report("local Moran: gis.statistics beside esda", [_race(values, weights)])
    own = [
        {"statistic": work.__name__, "cpu_s": timed(partial(work, values, weights)).cpu_s}
        for work in (moran, local_moran, local_g)
    ]
    report("local Moran: the others, 9,999 permutations", own)


def _areas() -> tuple[NDArray[np.float64], Any]:
    random = np.random.default_rng(11)
    corners = Delaunay(random.uniform(0, 1, (AREAS, 2))).simplices
    ends = np.concatenate([corners[:, [a, b]] for a in range(3) for b in range(3) if a != b])
    links = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(AREAS, AREAS))
    links.sum_duplicates()
    links.data[:] = 1.0
    return random.lognormal(size=AREAS), row_standardised(links)


def _race(values: NDArray[np.float64], weights: Any) -> dict[str, object]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda import Moran_Local
        from libpysal.weights import WSP

        links = WSP(csr_matrix(weights)).to_W(silence_warnings=True)
        peer = partial(Moran_Local, values, links, seed=1, keep_simulations=False)
        peer(permutations=9)  # compiles
        ours, theirs = [], []
        for _ in range(PAIRS):
            ours.append(timed(partial(local_moran, values, weights, PERMUTATIONS)))
            theirs.append(timed(partial(peer, permutations=PERMUTATIONS)))
    best = min(timing.cpu_s for timing in ours)
    return {
        "compiled_peer": importlib.util.find_spec("numba") is not None,
        "ours_cpu_s": best,
        "esda_cpu_s": min(timing.cpu_s for timing in theirs),
        "cpu_ratio_median": float(np.median([a.cpu_s / b.cpu_s for a, b in zip(ours, theirs, strict=True)])),
        "wall_ratio_median": float(
            np.median([a.wall_s / b.wall_s for a, b in zip(ours, theirs, strict=True)])
        ),
        "calibration_loops": best / calibrate().cpu_s,
    }


if __name__ == "__main__":
    main()
