"""The pages of the office's week over 50,000 projects and 100,000 matters: filter change → page at rest.

Limit: 1.0 s. A real headless browser, a real PostGIS, all widgets, somebody signed in; every change is one
that no cache has met. ``python -m bench.week`` makes the library anew (some minutes) in a scratch server;
``python -m bench.week FOLDER NAME`` takes one that ``bench.library`` has made and adds what it lacks: a
history and matters, 300 meetings, a directory of 20,000 lines, a year of Monday lists, 5,000 findings.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Locator, Page, sync_playwright
from sqlalchemy import text

from bench import directories, leaders, library
from bench.calibration import report
from bench.page import WATCH, Cpu, Reading, _cpu_of, _pid_of, visit
from data.cluster import Cluster
from data.database import Database
from projects.matters.model import TIMING_ZH, Timing
from services.sign_in import COOKIE
from tests.conftest import FAST
from tests.db import making
from tests.ui.conftest import CHROMIUM, address_of, served
from tests.ui.harness.server import CHROMIUM_ARGS

LIMIT_S: Final = 1.0
AREA: Final = "440200"
COUNTIES: Final = ("440203", "440204", "440205", "440222", "440224")
PEOPLE: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "administrator": ("administrator", {}),
    "city": ("reviewer", {"scope_code": AREA}),
}
Step = Callable[[Page], None]
"""One thing that somebody does on a page."""

_MEETINGS: Final = """
    WITH made AS (
        INSERT INTO meeting (title, unit_id, unit_name, held_on, created_by)
        SELECT '第' || n || '次联席会议', own.id, own.name, CURRENT_DATE - n, 'bench'
          FROM generate_series(1, 300) AS n, owner_unit own WHERE own.id = '440200' RETURNING id)
    INSERT INTO meeting_item (meeting_id, matter_id, position)
    SELECT made.id, one.id, row_number() OVER (PARTITION BY made.id)
      FROM made CROSS JOIN LATERAL (
        SELECT id FROM matter WHERE '440200' = ANY (area_codes)
         ORDER BY id OFFSET 15 * made.id LIMIT 15) AS one"""
_ROUNDS: Final = """
    WITH made AS (
        INSERT INTO monday_round (made_on, made_by, folder)
        SELECT CURRENT_DATE - 7 * n, 'bench', md5('round' || n) FROM generate_series(1, 52) AS n
        RETURNING id),
    sheet AS (
        INSERT INTO monday_sheet (round_id, unit_id, unit_name, mark, file, file_name, wanting)
        SELECT made.id, own.id, own.name, left(md5(made.id || own.id), 16),
               lpad(own.turn::text, 4, '0') || '.xlsx',
               own.name || '.xlsx', '{"records": 12, "unknown": {"beds": 5}, "overdue_steps": 3}'
          FROM made, (SELECT id, name, row_number() OVER (ORDER BY id) AS turn FROM owner_unit
                       WHERE province_code = '440000') AS own RETURNING id)
    INSERT INTO monday_event (sheet_id, kind, noted_by, words)
    SELECT id, kind, 'bench', '王科长' FROM sheet, unnest(ARRAY['sent', 'returned']) AS kind
     WHERE kind = 'sent' OR id % 3 > 0"""
_FINDINGS: Final = """
    INSERT INTO evaluation (title, detail, project_id, rating, seen_on, state, unit_ids, written_by,
                            organisation, handed_in_at)
    SELECT '现场核查' || turn, repeat('情况。', 30), id, 'fair', CURRENT_DATE - 3, 'handed_in',
           units_concerned(id, NULL), 'bench', '某评价机构', now() - turn * interval '1 minute'
      FROM (SELECT id, row_number() OVER (ORDER BY md5(id)) AS turn FROM project
             WHERE owner_unit_id IS NOT NULL AND deleted_at IS NULL LIMIT 5000) AS one"""
FILLS: Final = {"meeting": _MEETINGS, "monday_round": _ROUNDS, "evaluation": _FINDINGS}
"""A table that may be empty → what fills it."""


def prepare(database: Database, folder: Path) -> dict[str, str]:
    """Add what the library lacks and return who → session token."""
    leaders.prepare(database, date.today())
    with database.owning() as connection:
        for table, statement in FILLS.items():
            if not connection.scalar(text(f"SELECT EXISTS (SELECT FROM {table})")):
                connection.execute(text(statement))
        lined = connection.scalar(text("SELECT EXISTS (SELECT FROM directory WHERE entries > 10000)"))
        number = connection.scalar(text("SELECT count(*) FROM account"))
        tokens = {
            who: making.token_of(connection, f"week-{who}-{number}", role, **more)
            for who, (role, more) in PEOPLE.items()
        }
    if not lined:
        directories.filled(database, folder)
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return tokens


def _press(find: Callable[[Page], Locator]) -> Step:
    """Return the step that presses something; the watch starts with the press."""

    def step(page: Page) -> None:
        found = find(page).first
        found.wait_for()
        page.evaluate(WATCH)
        found.click(no_wait_after=True)

    return step


def button(name: str) -> Step:
    """Return the step that presses a button, a pill or a segment by its words."""
    return _press(lambda page: page.get_by_role("button", name=name, exact=True))


def typed(label: str, words: str) -> Step:
    """Return the step that types words into a field; the watch starts with the key that sends them."""

    def step(page: Page) -> None:
        field = page.get_by_role("textbox", name=label, exact=True)
        field.fill(words)
        page.evaluate("() => { window.benchBegun = performance.now(); }")
        field.press("Enter", no_wait_after=True)

    return step


def chosen(label: str, words: str) -> Step:
    """Return the step that chooses an option of a box."""

    def step(page: Page) -> None:
        box = page.get_by_role("combobox", name=label, exact=True)
        box.click()
        box.press_sequentially(words)
        option = page.get_by_role("option", name=words).first
        option.wait_for()
        page.evaluate(WATCH)
        option.click(no_wait_after=True)

    return step


TIMINGS: Final = [button(TIMING_ZH[one]) for one in Timing]
PAGES: Final[Mapping[str, tuple[str, list[Step]]]] = {
    "matters: due dates": ("matters", TIMINGS),
    "matters: words": (
        "matters",
        [typed("标题或编号", words) for words in ("医院", "温泉", "养老", "康养", "药")],
    ),
    "matters: by unit": ("matters?show=units", TIMINGS),
    "meetings": ("meetings", [button("较早的")] * 5),
    "directories: words": (
        "directories?dir=vacant_space",
        [typed("查找", f"房屋{n}99") for n in range(1, 6)],
    ),
    "leaders: first of an area": (
        "leaders",
        [chosen("地区", words) for words in ("郴州", "秦皇岛", "桂林", "百色", "南宁")],
    ),
    "rounds": ("rounds", [button("打开")] * 5),
    "evaluation": ("evaluation", [typed("项目编号或六位地区代码，空着看全部", code) for code in COUNTIES]),
    "own unit": ("home", [chosen("单位", f"（{code}）") for code in COUNTIES]),
}
"""What is done → the page it is done on, and the steps one after the other."""


def changes(reading: Reading, address: str, steps: list[Step], cpu: Cpu) -> list[tuple[float, float, float]]:
    """Take the steps on a page; return seconds to a page at rest, and CPU-seconds of app and database."""
    reading.page.goto(f"{reading.url}/{address}")
    reading.rest()
    found = []
    for step in steps:
        app, server = cpu()
        step(reading.page)
        rest = reading.rest()
        now, server_now = cpu()
        found.append((rest, now - app, server_now - server))
    return found


def measured(browser: Browser, url: str, token: str, wanted: str, cpu: Cpu) -> dict[str, object]:
    """Measure one page as one person."""
    address, steps = PAGES[wanted]
    with visit(browser, url) as reading:
        reading.context.add_cookies([{"name": COOKIE, "value": token, "url": url}])
        found = changes(reading, address, steps, cpu)
    rest, app, server = (statistics.median(column) for column in zip(*found, strict=True))
    return {
        "page": wanted,
        "median_s": rest,
        "worst_s": max(one[0] for one in found),
        "app_cpu_s": app,
        "database_cpu_s": server,
        "limit_s": LIMIT_S,
        "within": rest <= LIMIT_S,
    }


def measure(database: Database, server: int, folder: Path) -> None:
    """Measure every page as every person and print the table."""
    tokens = prepare(database, folder)
    settings = {"DATABASE_URL": address_of(database), "DEMO": "true", "HOME_AREA": AREA}
    with served(folder, **settings) as app, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        cpu = partial(_cpu_of, (_pid_of(app.url.rpartition(":")[2]), server))
        for who, token in tokens.items():
            for name in PAGES:
                row = {"who": who} | measured(browser, app.url, token, name, cpu)
                report("week: change → page at rest, 50,000 projects, 100,000 matters", [row])
        browser.close()


def main() -> None:
    """Measure a library that is there, or one made for it."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        there = len(sys.argv) == 3
        cluster = Cluster(Path(sys.argv[1] if there else folder).resolve(), settings=FAST)
        if there:
            urls = cluster.urls(sys.argv[2])
            measure(Database(urls.app, urls.owner), cluster.status().pid or 0, Path(folder))
            return
        cluster.ensure()
        database, _ = library.make(cluster)
        measure(database, cluster.status().pid or 0, Path(folder))
        database.dispose()
        cluster.stop()


if __name__ == "__main__":
    main()
