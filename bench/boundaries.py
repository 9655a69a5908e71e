"""Boundaries from package to rows: under 60 seconds on one core and 1.5 GB; sizes of the copies drawn."""

import itertools
import time

import numpy as np
import shapely

from bench.calibration import calibrate, forget_peak_memory, peak_memory_mb, report
from data.importers.boundaries import read_package
from data.importers.boundary_rows import LEVELS, BoundarySet
from gis.boundaries import coverage_faults, object_array
from gis.join import assign

_SAMPLE = 200_000


def main() -> None:
    """Measure and print."""
    unit = calibrate().cpu_s
    forget_peak_memory()
    steps: list[tuple[str, float]] = [("start", time.process_time())]
    boundaries = read_package(lambda line: steps.append((line, time.process_time())))
    rows: list[dict[str, object]] = [
        {"step": line, "cpu_s": now - before, "calibration_loops": (now - before) / unit}
        for (_, before), (line, now) in itertools.pairwise(steps)
    ]
    total = steps[-1][1] - steps[0][1]
    rows.append(
        {"step": "total", "cpu_s": total, "calibration_loops": total / unit, "peak_mb": peak_memory_mb()}
    )
    report("boundaries: read the package", rows)
    report("boundaries: GeoJSON of the copies", [_size(boundaries, n, s) for n in LEVELS for s in _SCALES])
    report("boundaries: land points in county units", [_guarantee(boundaries)])


_SCALES = ("display", "overview")


def _size(boundaries: BoundarySet, level: str, scale: str) -> dict[str, object]:
    shapes = [getattr(row, scale) for row in boundaries.areas if row.level == level]
    megabytes = sum(len(text) for text in shapely.to_geojson(shapes)) / 1e6
    vertices = int(shapely.get_num_coordinates(shapes).sum())
    return {"level": level, "scale": scale, "areas": len(shapes), "vertices": vertices, "mb": megabytes}


def _guarantee(boundaries: BoundarySet) -> dict[str, object]:
    """Count points of the nation's polygon by the number of county units that hold them."""
    counties = object_array([row.geom for row in boundaries.at("county")])
    random = np.random.default_rng(7)
    box = np.column_stack([random.uniform(73.4, 135.2, _SAMPLE * 5), random.uniform(3.8, 53.6, _SAMPLE * 5)])
    nation = boundaries.at("nation")[0].geom
    land = box[assign(box, [nation]) == 0][:_SAMPLE]
    faults = coverage_faults(counties, nation)
    return {
        "points": len(land),
        "in_no_unit": int((assign(land, counties) < 0).sum()),
        "overlap_km2": faults.overlap_km2,
        "gap_km2": faults.gap_km2,
    }


if __name__ == "__main__":
    main()
