"""Conversion of every county vertex from GCJ-02: under 5 CPU-seconds, back within 1e-6 m."""

import numpy as np
import shapely

from bench.calibration import calibrate, forget_peak_memory, peak_memory_mb, report, timed
from bench.counties import county_polygons
from gis.datum import bd09_to_wgs84, gcj02_to_wgs84, transform_geometry, wgs84_to_bd09, wgs84_to_gcj02
from gis.geodesy import distance_m


def main() -> None:
    """Measure and print."""
    unit = calibrate()
    polygons = county_polygons()
    vertices = shapely.get_coordinates(polygons)
    work = {
        "gcj02_to_wgs84": lambda: gcj02_to_wgs84(vertices),
        "bd09_to_wgs84": lambda: bd09_to_wgs84(vertices),
        "wgs84_to_gcj02": lambda: wgs84_to_gcj02(vertices),
        "transform_geometry": lambda: transform_geometry(polygons, "gcj02"),
    }
    rows: list[dict[str, object]] = []
    for name, run in work.items():
        forget_peak_memory()
        before = peak_memory_mb()
        best = min((timed(run) for _ in range(3)), key=lambda timing: timing.cpu_s)
        rows.append(
            {
                "what": name,
                "vertices": len(vertices),
                "wall_s": best.wall_s,
                "cpu_s": best.cpu_s,
                "calibration_loops": best.cpu_s / unit.cpu_s,
                "peak_growth_mb": peak_memory_mb() - before,
            }
        )
    report("datum: all county vertices", rows)
    report(
        "datum: round trip, metres",
        [
            {
                "datum": "gcj02",
                "largest_error_m": _error_m(wgs84_to_gcj02(gcj02_to_wgs84(vertices)), vertices),
            },
            {"datum": "bd09", "largest_error_m": _error_m(wgs84_to_bd09(bd09_to_wgs84(vertices)), vertices)},
        ],
    )


def _error_m(there_and_back: np.ndarray, vertices: np.ndarray) -> float:
    return float(distance_m(there_and_back, vertices).max())


if __name__ == "__main__":
    main()
