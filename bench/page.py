"""The whole page in a real headless browser: the first page, and filter change → repainted map.

Limits of the project: first page after a warm start within 5 s; filter change → repainted map within 1.0 s
with 1,000 points and 1.2 s with 10,000, under 1 MB sent. ``bench.repaint`` measures the drawing alone; here
are the real library, a real PostGIS, all widgets, the matrix and the table. Every change is one that no cache
has met. Outside hosts are blocked. Run: ``python -m bench.page`` (needs chromium and the fetched map assets).
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import text

from bench.calibration import calibrate, report
from data import setup
from data.cluster import Cluster
from data.database import Database
from projects.codes import CATEGORY_ZH, Category
from tests.conftest import FAST
from tests.ui.conftest import CHROMIUM, address_of, served
from tests.ui.harness.server import CHROMIUM_ARGS

ROUNDS: Final = 7
FIRST_LIMIT_S: Final = 5.0
SENT_LIMIT_MB: Final = 1.0
CHANGE_LIMITS_S: Final = {1_000: 1.0, 10_000: 1.2, 100_000: None}
"""Points on the map → seconds allowed for a change; 100,000 is measured without a limit."""

CODES: Final = tuple(Category)
BASE: Final = CODES[: len(CODES) - ROUNDS]
"""The page opens on these categories; each round adds one of the rest, so that no filter comes twice."""

QUERY: Final = "?prefecture=440200&category=" + ",".join(BASE)

EXTRA_SHARE: Final = 50
"""Each added category brings one point for so many of the base: the map stays as full as its row says."""

FILL: Final = (
    "INSERT INTO project (id, name, name_normalised, kind, category, basis)"
    " SELECT 'DEMO-' || lpad(n::text, 6, '0'), '演示项目' || n, '演示项目' || n, 'site', CASE WHEN n <= :base"
    " THEN (CAST(:base_codes AS text[]))[n % :bases + 1]"
    " ELSE (CAST(:extra_codes AS text[]))[n % :extras + 1] END, 'modelled'"
    " FROM generate_series(1, :total) n",
    "INSERT INTO project_place (project_id, geom, precision, method, basis, datum_entered, source)"
    " SELECT 'DEMO-' || lpad(spot.path[1]::text, 6, '0'), spot.geom, spot.path[1] % 3 + 1,"
    " 'map_click', 'modelled', 'wgs84', '演示'"
    " FROM area, ST_Dump(ST_GeneratePoints(area.geom, :total, 7)) AS spot"
    " WHERE area.level = 'prefecture' AND area.code = '440200'",
    "ANALYZE",
    "SELECT refresh_facets()",
    "ANALYZE",
)
"""Placed made-up records spread over 韶关; the county of each is worked out by the database as always."""

WATCH: Final = """() => {
    window.benchBegun = null;
    document.addEventListener("pointerdown", () => { window.benchBegun = performance.now(); },
        { capture: true, once: true });
}"""
MAP: Final = """
    const frame = document.querySelector('iframe[title^="streamlit_folium"]');
    if (!frame && !(window.benchMap && window.benchMap.isConnected))
        window.benchMap = [...document.querySelectorAll("*")]
            .map(e => e.shadowRoot && e.shadowRoot.querySelector(".atlas")).find(Boolean);
    const own = frame ? frame.contentDocument && frame.contentDocument.body : window.benchMap;
"""
"""Find what the map stands in: the frame of folium, or the shadow tree of the own component."""

DRAWN: Final = f"() => {{ {MAP} return Number((own && own.dataset.drawn) || 0); }}"
"""The serial of the drawing on the screen, set by the drawing script of either engine when it is done."""

NEWER: Final = f"drawn => ({DRAWN})() > drawn"
ENDED: Final = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
    () => done(performance.now() - (window.benchBegun || 0)))))"""
SIZE: Final = """() => { MAP
    const s = (frame ? frame.contentWindow : own).atlas.scene, points = s.points ? s.points.id.length : 0;
    const rows = name => s[name] || [], sum = numbers => numbers.reduce((a, b) => a + b, 0);
    return { engine: frame ? "folium" : "component", marks: points
        + sum(["clusters", "stacks", "badges"].map(name => rows(name).length)),
        records: points + sum(rows("clusters").map(c => c[3])) + sum(rows("stacks").map(c => c[4].length)) };
}""".replace("MAP", MAP)
"""Which engine drew, how many marks stand on the map, how many placed records those stand for."""


Cpu = Callable[[], tuple[float, float]]
"""CPU-seconds so far of the app and of the database server."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the filter: seconds to the repainted map and to a page at rest, bytes, CPU-seconds."""

    repaint_s: float
    rest_s: float
    sent_mb: float
    app_cpu_s: float
    database_cpu_s: float


class Reading:
    """One visit: a browser context of its own, behind a wall, that counts what its sockets bring."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url, self.received, self.wire = url, 0, 0
        self._deflate = zlib.compressobj(wbits=-12, memLevel=5)
        self.context = browser.new_context(viewport={"width": 1366, "height": 768})
        self.context.route("**/*", lambda r: r.continue_() if r.request.url.startswith(url) else r.abort())
        self.page: Page = self.context.new_page()
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._add))

    def _add(self, payload: Any) -> None:
        """Count a frame as the page gets it, and as it travels: deflated as the server does (RFC 7692)."""
        frame = payload if isinstance(payload, bytes) else str(payload).encode()
        self.received += len(frame)
        sent = self._deflate.compress(frame) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        self.wire += len(sent) - 4

    def open(self, query: str) -> float:
        """Open an address and return the seconds from the request to the drawn map."""
        self.page.goto(f"{self.url}/{query}", wait_until="commit")
        return self.drawn(0)

    def drawn(self, after: int) -> float:
        """Wait for a newer drawing and two frames; return seconds since the press (or the request)."""
        self.page.wait_for_function(NEWER, arg=after, timeout=60_000)
        return float(self.page.evaluate(ENDED)) / 1000

    def rest(self) -> float:
        """Wait until no script has run for a second; return the seconds until the last one ended."""
        app, still, begun = self.page.locator('[data-testid="stApp"]'), 0, None
        for _ in range(600):
            running = app.get_attribute("data-test-script-state") != "notRunning"
            now = float(self.page.evaluate("() => performance.now() - (window.benchBegun || 0)")) / 1000
            still, begun = (0, None) if running else (still + 1, begun or now)
            if still >= 10 and begun is not None:
                return begun
            self.page.wait_for_timeout(100)
        raise RuntimeError("the page did not come to rest within a minute")

    def choose(self, label: str, words: str) -> float:
        """Choose an option of a filter widget and return the seconds from the press to the repainted map."""
        before = int(self.page.evaluate(DRAWN))
        self.press(label, words)
        return self.drawn(before)

    def press(self, label: str, words: str) -> None:
        """Choose an option of a filter widget; the watch starts with the press."""
        box = self.page.get_by_role("combobox", name=label, exact=True)
        box.click()
        box.press_sequentially(words)
        option = self.page.get_by_role("option", name=words).first
        option.wait_for()
        self.page.evaluate(WATCH)
        option.click(no_wait_after=True)


@contextmanager
def visit(browser: Browser, url: str) -> Iterator[Reading]:
    """Make a visit and close its browser context."""
    found = Reading(browser, url)
    try:
        yield found
    finally:
        found.context.close()


def fill(database: Database, points: int) -> None:
    """Add ``points`` placed demo records in the base categories, and a fiftieth in each of the others."""
    values = {
        "base": points,
        "total": points + ROUNDS * max(1, points // EXTRA_SHARE),
        "base_codes": [str(code) for code in BASE],
        "extra_codes": [str(code) for code in CODES[len(BASE) :]],
        "bases": len(BASE),
        "extras": ROUNDS,
    }
    tables = ("project", "project_place")
    with database.owning() as connection:
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER facets_insert"))
        for statement in FILL:
            wanted = {name: value for name, value in values.items() if re.search(rf":{name}\b", statement)}
            connection.execute(text(statement), wanted)
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER facets_insert"))


def first_pages(browser: Browser, url: str, query: str) -> list[float]:
    """Return the seconds of first pages: server up and visited once before, the browser's cache empty."""
    seconds = []
    for _ in range(ROUNDS + 1):
        with visit(browser, url) as reading:
            seconds.append(reading.open(query))
            reading.rest()
    return seconds[1:]


def changes(browser: Browser, url: str, cpu: Cpu) -> tuple[list[Change], dict[str, Any]]:
    """Add one category after another; return what each change cost, and what was drawn before the first."""
    found = []
    with visit(browser, url) as reading:
        reading.open(QUERY)
        reading.rest()
        size = dict(reading.page.evaluate(SIZE))
        for code in CODES[len(BASE) :]:
            sent, (app, server) = reading.received, cpu()
            repaint = reading.choose("类别", CATEGORY_ZH[code])
            rest = reading.rest()
            app_now, server_now = cpu()
            found.append(
                Change(repaint, rest, (reading.received - sent) / 1e6, app_now - app, server_now - server)
            )
    return found, size


def measure(cluster: Cluster, filled: Database, folder: Path, cases: tuple[int, ...]) -> None:
    """Measure the library as it is, then copies of it with demo points."""
    first, changed = [], []
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        with served(folder, DATABASE_URL=address_of(filled)) as app:
            for query, what in (("", "library, whole country"), ("?prefecture=440200", "library, 韶关")):
                first.append(_first_row(what, first_pages(browser, app.url, query)))
        for points in cases:
            with _copy(cluster, filled, points) as database:
                with served(folder, DATABASE_URL=address_of(database)) as app:
                    opened = first_pages(browser, app.url, QUERY)
                    processes = _pid_of(app.url.rpartition(":")[2]), cluster.status().pid or 0
                    found, size = changes(browser, app.url, partial(_cpu_of, processes))
                first.append(_first_row(f"{points:,} demo points, 韶关", opened))
                changed.append(_change_row(points, found, size))
        browser.close()
    report("page: first page after a warm start", first)
    report("page: filter change → repainted map", changed)


@contextmanager
def _copy(cluster: Cluster, filled: Database, points: int) -> Iterator[Database]:
    """Copy the filled database, add demo points, hand it out and drop it."""
    filled.dispose()  # no connection may be open on what is copied
    name = f"bench_{points}"
    urls = cluster.create_database(name, str(filled.owner.url.database))
    database = Database(urls.app, urls.owner)
    try:
        fill(database, points)
        yield database
    finally:
        database.dispose()
        cluster.drop_database(name)


def _first_row(what: str, seconds: list[float]) -> dict[str, object]:
    median = statistics.median(seconds)
    return {
        "page": what,
        "median_s": median,
        "worst_s": max(seconds),
        "limit_s": FIRST_LIMIT_S,
        "within": median <= FIRST_LIMIT_S,
        "calibration_loops": median / calibrate().cpu_s,
    }


def _change_row(points: int, found: list[Change], size: dict[str, Any]) -> dict[str, object]:
    def median(name: str) -> float:
        return float(statistics.median(getattr(change, name) for change in found))

    limit = CHANGE_LIMITS_S.get(points)
    repaint, sent = median("repaint_s"), median("sent_mb")
    return {
        "points": points,
        **size,
        "repaint_median_s": repaint,
        "repaint_worst_s": max(change.repaint_s for change in found),
        "limit_s": limit or "none",
        "page_at_rest_s": median("rest_s"),
        "sent_mb": sent,
        "app_cpu_s": median("app_cpu_s"),
        "database_cpu_s": median("database_cpu_s"),
        "calibration_loops": repaint / calibrate().cpu_s,
        "within": (limit is None or repaint <= limit) and sent < SENT_LIMIT_MB,
    }


def _pid_of(port: str) -> int:
    """Return the process of ours that serves a port."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            if b"streamlit" in words and port.encode() in words and _stat(entry)[1] == os.getpid():
                return int(entry.name)
        except OSError:
            continue  # ended meanwhile
    raise RuntimeError(f"no process of this measurement serves port {port}")


def _stat(entry: Path) -> tuple[int, int, int]:
    """Return the id, the parent and the clock ticks (own and of ended children) of a process."""
    fields = (entry / "stat").read_text().rpartition(")")[2].split()
    return int(entry.name), int(fields[1]), sum(int(n) for n in fields[11:15])


def _cpu_of(processes: tuple[int, int]) -> tuple[float, float]:
    """Return the CPU-seconds so far of the app and of the database server."""
    return _cpu_s(processes[0]), _cpu_s(processes[1])


def _cpu_s(pid: int) -> float:
    """Return the CPU-seconds of a process and its children."""
    ticks = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            own, parent, used = _stat(entry)
        except OSError:
            continue  # ended meanwhile
        ticks += used if pid in (own, parent) else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        cluster = Cluster(folder / "cluster", settings=FAST)
        try:
            urls = cluster.ensure()
            filled = Database(urls.app, urls.owner)
            setup.initialise(filled, lambda line: print(line, file=sys.stderr, flush=True))
            measure(cluster, filled, folder, tuple(CHANGE_LIMITS_S))
        finally:
            cluster.stop("immediate")


if __name__ == "__main__":
    main()
