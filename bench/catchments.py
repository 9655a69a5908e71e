"""Twenty million pairs of demand and facility within a catchment: time and memory, and access from them.

Memory is what the process holds more at its peak than before, the positions already loaded.
"""

import time

import numpy as np

from bench.calibration import calibrate, forget_peak_memory, peak_memory_mb, report, timed
from bench.places import Positions, crowded
from gis.access import pairs_within, two_step_floating_catchment

DEMAND, FACILITIES, WANTED = 600_000, 30_000, 20_000_000
_SAMPLE = 5_000
_LIMIT_MB = 400


def main() -> None:
    """Measure and print."""
    unit = calibrate().cpu_s
    demand, facilities = crowded(DEMAND, 4), crowded(FACILITIES, 5)
    radius = _radius(demand, facilities)
    pairs_within(demand[:100], facilities, 1000.0)
    forget_peak_memory()
    before, start = peak_memory_mb(), time.process_time()
    pairs = pairs_within(demand, facilities, radius)
    build_s, more = time.process_time() - start, peak_memory_mb() - before
    people = np.random.default_rng(6).integers(1, 500, DEMAND)
    beds = np.random.default_rng(7).integers(1, 100, FACILITIES)
    access = timed(lambda: two_step_floating_catchment(people, beds, pairs, radius, "gaussian"))
    row: dict[str, object] = {
        "pairs": pairs.nnz, "radius_m": radius, "build_cpu_s": build_s, "more_memory_mb": more,
        "limit_mb": _LIMIT_MB, "two_step_cpu_s": access.cpu_s,
        "calibration_loops": (build_s + access.cpu_s) / unit,
    }  # fmt: skip
    report("catchments: pairs within a distance", [row])


def _radius(demand: Positions, facilities: Positions) -> float:
    """Return the radius at which a sample of the demand has the wanted number of pairs."""
    sample = demand[: DEMAND : DEMAND // _SAMPLE]
    low, high = 100.0, 200_000.0
    for _ in range(20):
        middle = (low + high) / 2
        found = pairs_within(sample, facilities, middle).nnz * DEMAND / len(sample)
        low, high = (middle, high) if found < WANTED else (low, middle)
    return round(high * 1.002)


if __name__ == "__main__":
    main()
