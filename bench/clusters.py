"""600,000 points by density, 2 km and 5 points: gis.clusters beside scikit-learn's DBSCAN with haversine.

Both get ready-made inputs of the kind they like best and run in turns; their labels must be equal. A third
cloud, points piled up on few spots, would make too many pairs for a list and is measured alone.
"""

import json
import subprocess
import sys
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN

from bench.calibration import calibrate, forget_peak_memory, peak_memory_mb, report, timed
from bench.counties import county_polygons, land_points
from gis.clusters import NOISE, density_clusters
from gis.geodesy import EARTH_RADIUS_M

POINTS, EPS_M, LEAST = 600_000, 2000.0, 5
PAIRS = 3
PREFECTURE = (112.8, 23.9, 114.7, 25.5)


def main() -> None:
    """Measure and print; with the argument ``memory``, measure this process alone."""
    if sys.argv[1:2] == ["memory"]:
        print(json.dumps(_memory(sys.argv[2])))
        return
    clouds = _clouds()
    report(
        "clusters: density_clusters beside sklearn DBSCAN (haversine)", [_race(*c) for c in clouds.items()]
    )
    alone = {"crowded into one prefecture": _crowded(), "piled on 50 spots": _piled()}
    report("clusters: crowds alone", [_alone(*cloud) for cloud in alone.items()])
    rows = []
    for name in (*clouds, *alone):
        child = [sys.executable, "-m", "bench.clusters", "memory", name]
        rows.append(json.loads(subprocess.run(child, capture_output=True, check=True).stdout))
    report("clusters: memory beyond the points", rows)


def _clouds() -> dict[str, NDArray[np.float64]]:
    land = land_points(county_polygons(), POINTS)
    random = np.random.default_rng(9)
    towns = land[random.integers(30_000, size=POINTS)] + random.normal(0, 0.01, (POINTS, 2))
    return {"evenly over all counties": land, "around 30,000 towns": towns}


def _crowded() -> NDArray[np.float64]:
    return np.random.default_rng(8).uniform(PREFECTURE[:2], PREFECTURE[2:], (POINTS, 2))


def _piled() -> NDArray[np.float64]:
    random = np.random.default_rng(10)
    return random.uniform(PREFECTURE[:2], PREFECTURE[2:], (50, 2))[random.integers(50, size=POINTS)]


def _race(name: str, points: NDArray[np.float64]) -> dict[str, object]:
    peer = DBSCAN(eps=EPS_M / EARTH_RADIUS_M, min_samples=LEAST, metric="haversine", algorithm="ball_tree")
    latlon = np.radians(points[:, ::-1])
    ours, theirs = [], []
    for _ in range(PAIRS):
        ours.append(timed(partial(density_clusters, points, EPS_M, LEAST)))
        theirs.append(timed(partial(peer.fit, latlon)))
    labels = density_clusters(points, EPS_M, LEAST)
    best = min(timing.cpu_s for timing in ours)
    return {
        "points": name,
        "ours_cpu_s": best,
        "dbscan_cpu_s": min(timing.cpu_s for timing in theirs),
        "cpu_ratio_median": float(np.median([a.cpu_s / b.cpu_s for a, b in zip(ours, theirs, strict=True)])),
        "wall_ratio_median": float(
            np.median([a.wall_s / b.wall_s for a, b in zip(ours, theirs, strict=True)])
        ),
        "same_labels": bool((labels == peer.labels_).all()),
        "clusters": int(labels.max()) + 1,
        "noise_share": float(np.mean(labels == NOISE)),
        "calibration_loops": best / calibrate().cpu_s,
    }


def _alone(name: str, points: NDArray[np.float64]) -> dict[str, object]:
    return {"points": name, "ours_cpu_s": timed(partial(density_clusters, points, EPS_M, LEAST)).cpu_s}


def _memory(name: str) -> dict[str, object]:
    makers = {"crowded into one prefecture": _crowded, "piled on 50 spots": _piled}
    points = makers[name]() if name in makers else _clouds()[name]
    forget_peak_memory()
    before = peak_memory_mb()
    density_clusters(points, EPS_M, LEAST)
    return {"points": name, "held_before_mb": before, "peak_mb": peak_memory_mb()}


if __name__ == "__main__":
    main()
