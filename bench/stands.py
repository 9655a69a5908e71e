"""What ``bench.people`` measures at: app processes with their memory, and the CPU that everybody takes."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil

from tests.scale import rig


@dataclass(frozen=True, slots=True)
class Stand:
    """What is measured: where it answers, its processes, the database's postmaster."""

    url: str
    ports: tuple[int, ...]
    server: int
    query: str

    def memory_mb(self) -> float:
        """Return the resident memory of the largest app process, in MB of a million bytes."""
        return max(rig.server_of(port).memory_info().rss for port in self.ports) / 1e6

    def own_mb(self) -> float:
        """Return what belongs to the app processes alone, in MB of a million bytes."""
        return sum(rig.server_of(port).memory_full_info().uss for port in self.ports) / 1e6


class Cpu:
    """CPU-seconds since its making: app processes, database server, and the generator with its browsers."""

    def __init__(self, stand: Stand) -> None:
        self._apps = [rig.server_of(port).pid for port in stand.ports]
        self._server = stand.server
        self._before = self._now()
        self._begun = time.monotonic()

    def used(self) -> tuple[float, float, float, float]:
        """Return CPU-seconds of app, database and generator, and the seconds that have passed."""
        app, server, own = (now - was for now, was in zip(self._now(), self._before, strict=True))
        return app, server, own, time.monotonic() - self._begun

    def _now(self) -> tuple[float, float, float]:
        me = psutil.Process()
        theirs = {child.pid for pid in self._apps for child in [psutil.Process(pid)]}
        others = [one for one in me.children(recursive=True) if one.pid not in theirs and _is_browser(one)]
        app = sum(_cpu(psutil.Process(pid)) for pid in self._apps)
        server = sum(_cpu(one) for one in _tree(self._server))
        return app, server, _cpu(me) + sum(map(_cpu, others))


def _is_browser(process: psutil.Process) -> bool:
    try:
        return "chrom" in process.name() or "node" in process.name()
    except psutil.Error:
        return False


def _tree(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def _cpu(process: psutil.Process) -> float:
    """Return the CPU-seconds of a process and of its ended children."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
