"""600,000 points on land against every county polygon: gis.join beside geopandas.sjoin(predicate="within").

Both get ready-made inputs of the kind they like best, so that neither pays for conversion; they run in turns,
and the smallest ratio of a pair is reported beside the median one. Memory is measured in its own process.
"""

import json
import subprocess
import sys
from functools import partial

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from bench.calibration import calibrate, forget_peak_memory, peak_memory_mb, report, timed
from bench.counties import county_polygons, land_points
from gis.join import UNMATCHED, assign

POINTS = 600_000
PAIRS = 5
NATION = "points on land over all counties"
PREFECTURE = "points crowded into one prefecture"


def main() -> None:
    """Measure and print; with the argument ``memory``, measure this process alone."""
    if sys.argv[1:] == ["memory"]:
        print(json.dumps(_memory()))
        return
    polygons = county_polygons()
    clouds = {NATION: land_points(polygons, POINTS), PREFECTURE: _crowded(polygons)}
    report(
        "join: gis.join.assign beside geopandas.sjoin within",
        [_race(n, c, polygons) for n, c in clouds.items()],
    )
    report("join: points lost", [_lost(clouds[NATION], polygons)])
    child = subprocess.run([sys.executable, "-m", "bench.join", "memory"], capture_output=True, check=True)
    report("join: memory", [json.loads(child.stdout)])


def _crowded(polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    """Points over the box of the ten counties around 113.6 E, 24.8 N (韶关)."""
    centres = shapely.get_coordinates(shapely.centroid(polygons))
    nearest = np.argsort(np.hypot(*(centres - (113.6, 24.8)).T))[:10]
    west, south, east, north = shapely.total_bounds(polygons[nearest])
    return np.random.default_rng(8).uniform((west, south), (east, north), (POINTS, 2))


def _race(name: str, points: NDArray[np.float64], polygons: NDArray[np.object_]) -> dict[str, object]:
    frames = (
        geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*points.T)),
        geopandas.GeoDataFrame(geometry=polygons.copy()),
    )
    ours, theirs = [], []
    for _ in range(PAIRS):
        ours.append(timed(partial(assign, points, polygons)))
        theirs.append(timed(partial(geopandas.sjoin, *frames, predicate="within")))
    cpu = [a.cpu_s / b.cpu_s for a, b in zip(ours, theirs, strict=True)]
    wall = [a.wall_s / b.wall_s for a, b in zip(ours, theirs, strict=True)]
    best = min(timing.cpu_s for timing in ours)
    return {
        "points": name,
        "assign_cpu_s": best,
        "sjoin_cpu_s": min(timing.cpu_s for timing in theirs),
        "cpu_ratio_min": min(cpu),
        "cpu_ratio_median": float(np.median(cpu)),
        "wall_ratio_min": min(wall),
        "wall_ratio_median": float(np.median(wall)),
        "calibration_loops": best / calibrate().cpu_s,
    }


def _lost(points: NDArray[np.float64], polygons: NDArray[np.object_]) -> dict[str, object]:
    """Count land points and county vertices (which lie on shared lines) that get no county; none may."""
    corners = np.unique(shapely.get_coordinates(polygons), axis=0)
    return {
        "land_points": len(points),
        "land_points_lost": int((assign(points, polygons) == UNMATCHED).sum()),
        "border_vertices": len(corners),
        "border_vertices_lost": int((assign(corners, polygons) == UNMATCHED).sum()),
    }


def _memory() -> dict[str, object]:
    polygons = county_polygons()
    points = land_points(polygons, POINTS)
    loading = peak_memory_mb()
    forget_peak_memory()
    before = peak_memory_mb()
    assign(points, polygons)
    after = peak_memory_mb()
    return {"peak_while_loading_mb": loading, "held_before_mb": before, "peak_of_assign_mb": after}


if __name__ == "__main__":
    main()
