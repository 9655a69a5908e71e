"""The pages of figures over 50,000 projects with 250,000 finance lines: filter change → page at rest.

Limit of the project: 1.0 s. A real headless browser, a real PostGIS, all widgets; every change is one that no
cache has met. ``python -m bench.figures`` makes the library anew (some minutes) in a scratch server;
``python -m bench.figures FOLDER NAME`` takes one that ``bench.library`` has made.
"""

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from bench import library
from bench.calibration import report
from bench.page import BASE, CODES, visit
from data.cluster import Cluster
from data.database import Database
from projects.codes import CATEGORY_ZH
from tests.conftest import FAST
from tests.ui.conftest import CHROMIUM, address_of, served
from tests.ui.harness.server import CHROMIUM_ARGS

LIMIT_S: Final = 1.0
PAGES: Final = (
    "funding",
    "funding?show=lines",
    "funding?show=gap",
    "funding?show=projects",
    "dispatch",
    "promotion",
    "promotion?tab=funnel",
    "scores",
)
"""The pages with a filter of records; those of plans and targets go by area."""


def changes(browser: Browser, url: str, page: str) -> list[float]:
    """Add one category after another; return the seconds from each press to the page at rest."""
    joint = "&" if "?" in page else "?"
    with visit(browser, url) as reading:
        reading.page.goto(f"{url}/{page}{joint}category={','.join(BASE)}")
        reading.rest()
        found = []
        for code in CODES[len(BASE) :]:
            reading.press("类别", CATEGORY_ZH[code])
            found.append(reading.rest())
        return found


def measure(database: Database) -> None:
    """Measure every page over a practice library and print the table."""
    rows = []
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), DATABASE_URL=address_of(database), DEMO="true") as app,
        sync_playwright() as p,
    ):
        browser = p.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        for page in PAGES:
            seconds = changes(browser, app.url, page)
            median = statistics.median(seconds)
            row = {"page": page, "median_s": median, "worst_s": max(seconds)}
            rows.append(row | {"limit_s": LIMIT_S, "within": median <= LIMIT_S})
        browser.close()
    report("figures: filter change → page at rest, 50,000 projects", rows)


def main() -> None:
    """Measure a library that is there, or one made for it."""
    if len(sys.argv) == 3:
        cluster = Cluster(Path(sys.argv[1]).resolve(), settings=FAST)
        urls = cluster.urls(sys.argv[2])
        measure(Database(urls.app, urls.owner))
        return
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder), settings=FAST)
        cluster.ensure()
        database, _ = library.make(cluster)
        measure(database)
        database.dispose()
        cluster.stop()


if __name__ == "__main__":
    main()
