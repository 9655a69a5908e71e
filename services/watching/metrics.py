"""The figures of this process for Prometheus, and those of the database that every process tells alike.

Each app process keeps its own figures and answers its own ``/metrics``: Prometheus adds them up. Names and
labels are bounded: routes by their pattern, pages by their name, never an address, an id or a name.
"""

import logging
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from data import slow
from data.store.watch import Figures
from services.watching.glance import Glance

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY: Final = CollectorRegistry()
SECONDS: Final = (0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 5.0, 10.0, 30.0)

ProcessCollector(registry=REGISTRY)
REQUESTS: Final = Counter(
    "atlas_requests",
    "Requests answered, by route and status.",
    ["method", "route", "code"],
    registry=REGISTRY,
)
REQUEST_SECONDS: Final = Histogram(
    "atlas_request_seconds",
    "Time until a request was answered in full.",
    ["route"],
    buckets=SECONDS,
    registry=REGISTRY,
)
PAGE_SECONDS: Final = Histogram(
    "atlas_page_run_seconds",
    "Time of a run of a page's script.",
    ["page"],
    buckets=SECONDS,
    registry=REGISTRY,
)
LINES: Final = Counter("atlas_log_lines", "Warnings and errors in the log.", ["level"], registry=REGISTRY)
SOCKETS: Final = Gauge("atlas_pages_open", "Browser tabs connected to this process.", registry=REGISTRY)


class Counting(logging.Handler):
    """Counts warnings and errors."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        """Count a line."""
        LINES.labels(record.levelname).inc()


def count_lines() -> None:
    """Count what this process logs from here on."""
    root = logging.getLogger()
    if not any(isinstance(handler, Counting) for handler in root.handlers):
        root.addHandler(Counting())


class _Queries(Collector):
    """What the queries of this process took."""

    def collect(self) -> Iterable[Metric]:
        """Yield the figures."""
        tally = slow.TALLY
        yield CounterMetricFamily("atlas_queries", "Statements sent to the database.", value=tally.asked)
        yield CounterMetricFamily(
            "atlas_slow_queries", "Statements that took SLOW_QUERY_MS or longer.", value=tally.slow
        )
        yield CounterMetricFamily("atlas_query_seconds", "Time of all statements.", value=tally.seconds)


REGISTRY.register(_Queries())


class FromDatabase(Collector):
    """What the database says; without an answer ``atlas_database_up`` is 0 and the rest is left out."""

    def __init__(self, look: Callable[[], Figures], data_dir: Path) -> None:
        self._glance = Glance(look)
        self._data_dir = data_dir

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked when this is registered."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Yield the figures."""
        yield from _disk(self._data_dir)
        found = self._glance.ask().value
        yield _gauge(
            "atlas_database_up", "Whether the database answered within two seconds.", found is not None
        )
        if found is not None:
            yield from _of_database(found)


def _disk(folder: Path) -> Iterable[Metric]:
    try:
        disk = shutil.disk_usage(folder)
    except OSError:
        return
    yield _gauge("atlas_disk_free_bytes", "Room on the disk of the data folder.", disk.free)
    yield _gauge("atlas_disk_size_bytes", "Size of the disk of the data folder.", disk.total)


def _of_database(found: Figures) -> Iterable[Metric]:
    current = found.schema == found.newest_schema
    yield _gauge("atlas_schema_current", "Whether the database has the schema of this program.", current)
    yield _gauge("atlas_database_size_bytes", "Size of the database.", found.size)
    yield _gauge("atlas_sessions_open", "Sign-ins that have not ended.", found.sessions)
    jobs = GaugeMetricFamily("atlas_jobs", "Jobs by state.", labels=["state"])
    for state in ("waiting", "running", "done", "failed", "cancelled"):
        jobs.add_metric([state], found.queue.states.get(state, 0))
    yield jobs
    yield _gauge("atlas_queue_age_seconds", "How long the oldest waiting job waits.", found.queue.oldest_s)
    yield _gauge("atlas_worker_up", "Whether a worker is there.", found.queue.worker)
    rows = CounterMetricFamily("atlas_import_rows", "Rows of imports, by outcome.", labels=["outcome"])
    for outcome, number in sorted(found.imported.items()):
        rows.add_metric([outcome], number)
    yield rows
    tried = GaugeMetricFamily("atlas_sign_ins_last_day", "The record of sign-ins.", labels=["way", "event"])
    for (way, event), number in sorted(found.sign_ins.items()):
        tried.add_metric([str(way), str(event)], number)
    yield tried
    for name, words, age in (
        ("atlas_backup_age_seconds", "Since the newest backup was complete.", found.backup_age_s),
        ("atlas_backup_proof_age_seconds", "Since a backup was last proved.", found.proof_age_s),
    ):
        if age is not None:
            yield _gauge(name, words, age)


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=float(value))


def exposition(*more: Collector) -> bytes:
    """Return the text that Prometheus reads: this process's figures and those of ``more``."""
    asked = CollectorRegistry()
    for collector in more:
        asked.register(collector)
    return generate_latest(REGISTRY) + generate_latest(asked)
