"""Filter change → repainted map in a real headless browser: wall time, server CPU, bytes on the socket.

Limits of the project: 1,000 points within 1.0 s, 10,000 within 1.2 s, under 1 MB sent.
Run: ``python -m bench.repaint`` (needs chromium, Playwright and the fetched map assets). Every outside
host is blocked. The clock runs from the click on the filter button to the frame after the drawing.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.ui.harness.server import CHROMIUM_ARGS, harness

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium"
ROUNDS = 5
LIMIT_MB = 1.0


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table: what is drawn, by which engine, and how long it may take (0 = no limit)."""

    kind: str
    engine: str
    points: int
    limit_s: float = 0.0


CASES = (
    Case("many", "folium", 150),
    Case("many", "component", 150),
    Case("many", "folium", 1_000, 1.0),
    Case("many", "component", 1_000, 1.0),
    Case("many", "folium", 2_000),
    Case("many", "component", 2_000),
    Case("clustered", "component", 10_000, 1.2),
    Case("clustered", "component", 100_000),
)


@dataclass(frozen=True, slots=True)
class Result:
    """Median seconds, the slowest round, and megabytes sent per repaint."""

    case: Case
    median_s: float
    worst_s: float
    sent_mb: float

    @property
    def ok(self) -> bool:
        """Tell whether the limits hold (on the median)."""
        in_time = not self.case.limit_s or self.median_s <= self.case.limit_s
        return in_time and (self.sent_mb < LIMIT_MB or not self.case.limit_s)


class _Counter:
    """Bytes that the page's web sockets received."""

    def __init__(self, page: Page) -> None:
        self.received = 0
        page.on("websocket", lambda socket: socket.on("framereceived", self._add))

    def _add(self, payload: Any) -> None:
        """Add one frame."""
        self.received += len(payload if isinstance(payload, bytes) else str(payload).encode())


def _wait_drawn(page: Page, engine: str, serial: int) -> None:
    """Wait until the drawing of that serial is on the screen."""
    if engine == "folium":
        frame = page.frame_locator('iframe[title^="streamlit_folium"]')
        frame.locator(f'body[data-drawn="{serial}"]').wait_for(state="attached", timeout=60_000)
    else:
        page.locator(f'.atlas[data-drawn="{serial}"]').wait_for(state="attached", timeout=60_000)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def _round(page: Page, case: Case, serial: int) -> float:
    """Press the filter button and return the seconds until the new drawing is visible."""
    page.wait_for_timeout(700)
    begun = time.perf_counter()
    page.get_by_role("button", name="换一批").click(no_wait_after=True)
    _wait_drawn(page, case.engine, serial)
    return time.perf_counter() - begun


def measure(browser: Browser, address: str, case: Case) -> Result:
    """Open the page of a case, change the filter a few times, and return the figures."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.route("**/*", lambda route: route.continue_() if address in route.request.url else route.abort())
    page = context.new_page()
    counter = _Counter(page)
    page.goto(f"{address}/?kind={case.kind}&engine={case.engine}&n={case.points}")
    _wait_drawn(page, case.engine, 1)
    page.wait_for_timeout(1500)
    before = counter.received
    seconds = [_round(page, case, serial) for serial in range(2, 2 + ROUNDS)]
    sent = (counter.received - before) / ROUNDS / 1e6
    context.close()
    return Result(case, statistics.median(seconds), max(seconds), sent)


def table(results: list[Result]) -> str:
    """Return the figures as a Markdown table."""
    lines = [
        "| points | drawn as | engine | median s | worst s | limit s | MB sent | ok |",
        "|---:|---|---|---:|---:|---:|---:|---|",
    ]
    for r in results:
        limit = f"{r.case.limit_s:.1f}" if r.case.limit_s else "–"
        lines.append(
            f"| {r.case.points:,} | {r.case.kind} | {r.case.engine} | {r.median_s:.2f} | {r.worst_s:.2f} "
            f"| {limit} | {r.sent_mb:.3f} | {'yes' if r.ok else 'NO'} |"
        )
    return "\n".join(lines)


def run() -> list[Result]:
    """Serve the harness and measure every case, one after the other."""
    with tempfile.TemporaryDirectory() as scratch, harness(Path(scratch)) as address, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        try:
            return [measure(browser, address, case) for case in CASES]
        finally:
            browser.close()


def main() -> None:
    """Measure and print."""
    print(table(run()))


if __name__ == "__main__":
    main()
