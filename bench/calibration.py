"""A fixed piece of NumPy work that stands for the speed of this machine at this moment.

Seconds from a busy shared machine say little; seconds divided by this loop's seconds of the same run compare
across machines. The work never changes: change it and every recorded ratio loses its meaning.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Timing:
    """Wall-clock and CPU seconds of one run."""

    wall_s: float
    cpu_s: float


def timed(work: Callable[[], object]) -> Timing:
    """Run ``work`` once and return its seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Timing(time.perf_counter() - wall, time.process_time() - cpu)


def calibration_loop() -> float:
    """Do the fixed work: sines, a sort and a sum over the same million numbers, ten times."""
    values = np.random.default_rng(20201101).uniform(-180.0, 180.0, 1_000_000)
    total = 0.0
    for _ in range(10):
        total += float(np.sort(np.sin(values) * np.sqrt(np.abs(values))).sum())
    return total


def calibrate(runs: int = 3) -> Timing:
    """Return the fastest of a few runs of the calibration loop, by CPU seconds."""
    return min((timed(calibration_loop) for _ in range(runs)), key=lambda timing: timing.cpu_s)


def peak_memory_mb() -> float:
    """Return the largest resident memory of this process, in MB of a million bytes.

    Linux' own counter comes first: ru_maxrss of a child process starts at what its parent held.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def forget_peak_memory() -> None:
    """Start the peak anew at what is held now, where the system can (Linux)."""
    switch = Path("/proc/self/clear_refs")
    if switch.exists():
        switch.write_text("5")


def report(title: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows as a table for people and as JSON lines for programs."""
    print(f"\n{title}")
    for row in rows:
        print("  " + "  ".join(f"{key} {_short(value)}" for key, value in row.items()))
    for row in rows:
        print(json.dumps({"bench": title, **row}, ensure_ascii=False))


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
