"""The map at the nation's size in a real headless browser: filter → repaint, pan and zoom, bytes sent.

Limits of the project: filter → repainted map within 1.0 s and 50 kB, pan or zoom within 300 ms, at 600,000
points. ``python -m bench.nation FOLDER NAME`` measures a database of a private server that ``python -m data
synth`` has filled; every change is one that no cache has met. Bytes are those that travel on the socket,
deflated (``frames_kb``: before that). Seconds on a busy machine say little: the CPU-seconds of app and
database stand beside them.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from bench.calibration import calibrate, report
from bench.page import DRAWN, SIZE, Reading, _cpu_of, _pid_of, visit
from data.cluster import Cluster
from data.database import Database
from projects.codes import CATEGORY_ZH, Category
from tests.conftest import FAST
from tests.ui.conftest import CHROMIUM, address_of, served
from tests.ui.harness.server import CHROMIUM_ARGS

LIMIT_S: Final = 1.0
LIMIT_KB: Final = 50.0
MOVE_LIMIT_S: Final = 0.3
MOVES: Final = 6
START: Final = "village_clinic"
"""What the page opens on: nearly all records; each change adds one more category."""
ADDED: Final = ("hospital", "tcm", "sports", "education", "insurance")
MOVED: Final = DRAWN.replace("drawn", "moved")
"""How often the map has drawn the marks of another view."""
Row = dict[str, float]
Cpu = Callable[[], tuple[float, float]]


def changes(reading: Reading, cpu: Cpu) -> list[Row]:
    """Add one category after another; return seconds, kB and CPU-seconds of each."""
    found = []
    for code in ADDED:
        sent, wire, (app, server) = reading.received, reading.wire, cpu()
        seconds = reading.choose("类别", CATEGORY_ZH[Category(code)])
        repaint_kb, wire_kb = (reading.received - sent) / 1000, (reading.wire - wire) / 1000
        rest = reading.rest()
        app_now, server_now = cpu()
        found.append(
            {
                "s": seconds,
                "rest_s": rest,
                "frames_kb": repaint_kb,
                "kb": wire_kb,
                "rest_kb": (reading.received - sent) / 1000,
                "app_cpu_s": app_now - app,
                "database_cpu_s": server_now - server,
            }
        )
    return found


def moves(reading: Reading, cpu: Cpu) -> list[Row]:
    """Zoom in step by step and pan after each; return seconds from the gesture to the new cells."""
    box = reading.page.locator('[data-testid="stMain"] .atlas').first.bounding_box()
    assert box is not None, "no map on the page"
    x, y = box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.5
    mouse, found = reading.page.mouse, []
    for turn in range(MOVES):
        before, sent, (app, server) = int(reading.page.evaluate(MOVED)), reading.received, cpu()
        mouse.move(x, y)
        if turn % 2:
            mouse.down()
            mouse.move(x - 90, y + 30, steps=4)
            began = time.perf_counter()
            mouse.up()
        else:
            began = time.perf_counter()
            mouse.wheel(0, -240)
        reading.page.wait_for_function(f"moved => ({MOVED})() > moved", arg=before, timeout=60_000)
        seconds = time.perf_counter() - began
        reading.rest()
        app_now, server_now = cpu()
        found.append(
            {
                "s": seconds,
                "kb": (reading.received - sent) / 1000,
                "app_cpu_s": app_now - app,
                "database_cpu_s": server_now - server,
            }
        )
    return found


def summary(what: str, found: list[Row], limit_s: float, limit_kb: float | None = None) -> dict[str, object]:
    """Return the medians of some measurements and whether the limits hold on them."""
    medians = {name: statistics.median(row[name] for row in found) for name in found[0]}
    within = medians["s"] <= limit_s and (limit_kb is None or medians["kb"] <= limit_kb)
    return {"what": what, **medians, "limit_s": limit_s, "within": within, "calibration_s": calibrate().cpu_s}


def measure(cluster: Cluster, database: Database) -> None:
    """Serve the app over a filled database, measure, and print the table."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), DATABASE_URL=address_of(database), DEMO="true") as app,
        sync_playwright() as p,
    ):
        browser = p.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        cpu = partial(_cpu_of, (_pid_of(app.url.rpartition(":")[2]), cluster.status().pid or 0))
        with visit(browser, app.url) as reading:
            opened = reading.open(f"?category={START}")
            reading.rest()
            size = dict(reading.page.evaluate(SIZE))
            rows = [summary("filter → repaint", changes(reading, cpu), LIMIT_S, LIMIT_KB)]
            rows.append(summary("pan or zoom", moves(reading, cpu), MOVE_LIMIT_S))
        browser.close()
    report(f"the nation's map: {size}, first page {opened:.2f} s", rows)


def main(folder: str, name: str) -> None:
    """Measure a database of the private server of a folder."""
    cluster = Cluster(Path(folder).resolve(), settings=FAST)
    cluster.ensure()
    urls = cluster.urls(name)
    database = Database(urls.app, urls.owner)
    measure(cluster, database)
    database.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
