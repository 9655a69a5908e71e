"""Many people at once: changes of a filter by raw websocket sessions and by real browsers, all on loopback.

    python -m bench.people                  a library made for it, 1,000 points on one prefecture's map
    python -m bench.people FOLDER NAME      a database of a running private server (``python -m data synth``)

Three measurements, each bounded in people and minutes (about ten minutes together):

    steady       50 people, 3 of them real browsers, each changing a filter every 30 s for 3 minutes
    memory       what a session adds to the process: 8 people against 32, each after three changes
    saturation   16 people without a pause at one process and at two, both behind the shipped nginx and
                 PgBouncer, in turns one – two – one – two

``--people``, ``--minutes``, ``--browsers``, ``--only`` change that. A raw session speaks Streamlit's protobuf
(tests/scale/raw.py); its seconds end with the script. A browser's seconds end with the repainted map. The
generator's own CPU (with the browsers') is part of every row: on the same machine it takes from the app.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil
from playwright.sync_api import sync_playwright

from bench.calibration import calibrate, report
from bench.page import BASE, CODES, QUERY, fill
from bench.page import visit as browser_visit
from bench.stands import Cpu, Stand
from data import setup
from data.cluster import Cluster
from data.database import Database
from data.practice import is_practice
from projects.codes import CATEGORY_ZH
from tests.conftest import FAST
from tests.scale import rig
from tests.scale.raw import Visit, VisitError, visit
from tests.ui.conftest import CHROMIUM, address_of, served
from tests.ui.harness.server import CHROMIUM_ARGS

PEOPLE: Final = 50
EVERY_S: Final = 30.0
MINUTES: Final = 3.0
BROWSERS: Final = 3
CROWD: Final = 16
SATURATED_S: Final = 40.0
MEMORY: Final = (8, 32)
LABELS: Final = ("类别", "阶段", "资金状态")
"""The filters that people change; what they choose is drawn by lot, so that caches help as in life."""
LIMITS: Final = {"median_s": 2.0, "session_mb": 5.0, "app_mb": 500.0, "two_to_one": 1.4}


@dataclass
class Tally:
    """What happened to all of them."""

    seconds: list[float] = field(default_factory=list)
    browser_s: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def failure(self, error: BaseException) -> None:
        """Count a failure."""
        self.failed.append(f"{type(error).__name__}: {error}"[:200])


async def change(page: Visit, lot: random.Random, tally: Tally) -> None:
    """Change one filter of an open page and note how it went."""
    label = lot.choice([name for name in LABELS if page.captions(name)])
    captions = page.captions(label)
    answer = await page.choose(label, lot.sample(captions, min(len(captions), lot.randint(1, 3))))
    if answer.troubles:
        raise VisitError(answer.troubles[0])
    tally.seconds.append(answer.seconds)
    tally.received.append(answer.received)


async def person(stand: Stand, number: int, until: float, every_s: float, tally: Tally) -> None:
    """Open the map, and change a filter every so often until the end; each at a moment of his own."""
    lot = random.Random(number)
    try:
        await asyncio.sleep(every_s * lot.random())
        async with visit(stand.url, stand.query) as page:
            await page.open()
            due = time.monotonic() + every_s * lot.random()
            while due < until:
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                await change(page, lot, tally)
                due += every_s
            await asyncio.sleep(max(0.0, until - time.monotonic()))
    except Exception as error:  # noqa: BLE001 - every failure is one of the figures
        tally.failure(error)


async def crowd(stand: Stand, people: int, seconds: float, every_s: float, tally: Tally) -> None:
    """Let so many people work for so long."""
    until = time.monotonic() + seconds
    await asyncio.gather(*(person(stand, number, until, every_s, tally) for number in range(people)))


def browsers(stand: Stand, many: int, seconds: float, every_s: float, tally: Tally) -> None:
    """Let real browsers change the category in turns until the end; runs in a thread of its own."""
    until = time.monotonic() + seconds
    with sync_playwright() as p, ExitStack() as open_ones:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        try:
            readings = [open_ones.enter_context(browser_visit(browser, stand.url)) for _ in range(many)]
            for reading in readings:
                reading.open(QUERY if stand.query else "?category=" + ",".join(BASE))
                reading.rest()
            turns = ((one, code) for code in CODES[len(BASE) :] for one in readings)
            for reading, code in turns:
                started = time.monotonic()
                if started >= until:
                    break
                tally.browser_s.append(reading.choose("类别", CATEGORY_ZH[code]))
                time.sleep(max(0.0, every_s / many - (time.monotonic() - started)))
        except Exception as error:  # noqa: BLE001 - every failure is one of the figures
            tally.failure(error)
        finally:
            open_ones.close()
            browser.close()


def steady(stand: Stand, people: int, real: int, minutes: float) -> dict[str, object]:
    """Measure people who change a filter every half minute."""
    tally, cpu = Tally(), Cpu(stand)
    seconds = minutes * 60 + EVERY_S
    thread = threading.Thread(target=browsers, args=(stand, real, seconds, EVERY_S, tally))
    if real:
        thread.start()
    asyncio.run(crowd(stand, people - real, seconds, EVERY_S, tally))
    memory = stand.memory_mb()
    if real:
        thread.join()
    app, server, own, wall = cpu.used()
    changes = len(tally.seconds) + len(tally.browser_s)
    seconds_of_all = (tally.seconds + tally.browser_s) or [float("inf")]
    median = statistics.median(seconds_of_all)
    return {
        "processes": len(stand.ports),
        "people": people,
        "browsers": real,
        "changes": changes,
        "failed": len(tally.failed),
        "median_s": median,
        "p95_s": _p95(seconds_of_all),
        "worst_s": max(seconds_of_all),
        "browser_median_s": statistics.median(tally.browser_s) if tally.browser_s else 0.0,
        "kB_per_change": statistics.median(tally.received or [0]) / 1000,
        "app_cpu_percent": 100 * app / wall,
        "database_cpu_percent": 100 * server / wall,
        "generator_cpu_percent": 100 * own / wall,
        "load_of_machine": psutil.getloadavg()[0],
        "app_mb": memory,
        "within": median < LIMITS["median_s"] and not tally.failed and memory < LIMITS["app_mb"],
        "first_failures": "; ".join(tally.failed[:3]),
    }


def memory(stand: Stand) -> dict[str, object]:
    """Measure what a session adds to a process, from a few people to many, each after three changes."""
    tally = Tally()
    found = [asyncio.run(_held(stand, many, tally)) for many in (MEMORY[0], *MEMORY)]
    per = (found[2] - found[1]) / (MEMORY[1] - MEMORY[0])
    whole = stand.memory_mb()
    return {
        "sessions": MEMORY[1],
        "own_mb_few": found[1],
        "own_mb_many": found[2],
        "session_mb": per,
        "app_mb": whole,
        "failed": len(tally.failed),
        "within": per < LIMITS["session_mb"] and whole < LIMITS["app_mb"] and not tally.failed,
        "first_failures": "; ".join(tally.failed[:3]),
    }


async def _held(stand: Stand, many: int, tally: Tally) -> float:
    """Return what the process holds, in MB, while so many pages are open and three changes old."""
    ready, done, turn = asyncio.Semaphore(0), asyncio.Event(), asyncio.Semaphore(3)

    async def stay(number: int) -> None:
        lot = random.Random(1000 + number)
        async with AsyncExitStack() as opened:
            try:
                async with turn:
                    page = await opened.enter_async_context(visit(stand.url, stand.query))
                    await page.open()
                    for _ in range(3):
                        await change(page, lot, tally)
            except Exception as error:  # noqa: BLE001 - every failure is one of the figures
                tally.failure(error)
            ready.release()
            await done.wait()

    tasks = [asyncio.create_task(stay(number)) for number in range(many)]
    for _ in tasks:
        await ready.acquire()
    held = stand.own_mb()
    done.set()
    await asyncio.gather(*tasks)
    return held


def saturated(stand: Stand) -> dict[str, Any]:
    """Measure how many changes a second get through when nobody pauses."""
    asyncio.run(crowd(stand, len(stand.ports) * 2, 8.0, 0.0, Tally()))  # every process has met the page once
    tally, cpu = Tally(), Cpu(stand)
    asyncio.run(crowd(stand, CROWD, SATURATED_S, 0.0, tally))
    app, server, own, wall = cpu.used()
    changes = max(1, len(tally.seconds))
    return {
        "processes": len(stand.ports),
        "changes_per_s": len(tally.seconds) / wall,
        "failed": len(tally.failed),
        "median_s": statistics.median(tally.seconds or [0.0]),
        "app_cpu_s_per_change": app / changes,
        "database_cpu_s_per_change": server / changes,
        "generator_cpu_percent": 100 * own / wall,
        "first_failures": "; ".join(tally.failed[:3]),
    }


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


@contextmanager
def standing(database: Database, server: int, query: str, processes: int, proxied: bool) -> Iterator[Stand]:
    """Serve a database by so many processes, behind nginx and PgBouncer or bare."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as name, ExitStack() as running:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        settings = {"DATABASE_URL": address_of(database), "DEMO": str(is_practice(database)).lower()}
        if proxied:
            (folder / "pool").mkdir(mode=0o755)
            pool = running.enter_context(rig.pooler(folder / "pool", database))
            settings["DATABASE_POOL_URL"] = pool.replace("+psycopg", "")
        apps = [running.enter_context(served(folder, **settings)) for _ in range(processes)]
        ports = tuple(int(app.url.rpartition(":")[2]) for app in apps)
        pair = (ports[0], ports[-1])
        url = running.enter_context(rig.front(folder, pair)).url if proxied else apps[0].url
        yield Stand(url, ports, server, query)


def measure(database: Database, server: int, query: str, chosen: argparse.Namespace) -> None:
    """Measure what was asked for and print the tables."""
    title = "people: filter change → end of the script (browsers: repainted map)"

    def wanted(name: str) -> bool:
        return chosen.only in ("", name)

    def stand(processes: int, proxied: bool) -> Any:
        return standing(database, server, query, processes, proxied)

    if wanted("memory"):
        with stand(1, proxied=False) as one:
            report("people: memory of a session", [memory(one)])
    if wanted("steady"):
        for processes, proxied in ((1, False), (2, True)):
            with stand(processes, proxied) as one:
                report(title, [steady(one, chosen.people, chosen.browsers, chosen.minutes)])
    if wanted("saturation"):
        rates: dict[int, list[float]] = {1: [], 2: []}
        for processes in (1, 2, 1, 2):
            with stand(processes, proxied=True) as one:
                row = saturated(one)
            rates[processes].append(row["changes_per_s"])
            report("people: saturation behind nginx and PgBouncer", [row])
        ratio = sum(rates[2]) / sum(rates[1])
        summary = {
            "two_to_one": ratio,
            "limit": LIMITS["two_to_one"],
            "within": ratio >= LIMITS["two_to_one"],
        }
        report("people: two processes against one", [summary | {"calibration_cpu_s": calibrate().cpu_s}])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.people", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "place", nargs="*", metavar="FOLDER NAME", help="a running private server, a database"
    )
    parser.add_argument("--people", type=int, default=PEOPLE, choices=range(1, 201), metavar="1…200")
    parser.add_argument("--browsers", type=int, default=BROWSERS, choices=range(6), metavar="0…5")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--only", default="", choices=("", "steady", "memory", "saturation"))
    found = parser.parse_args()
    found.minutes = min(max(found.minutes, 0.5), 10.0)
    return found


def main() -> None:
    """Measure a database that is there, or one made for it."""
    chosen = _options()
    if len(chosen.place) == 2 and Path(chosen.place[0]).is_dir():
        cluster = Cluster(Path(chosen.place[0]).resolve(), settings=FAST)
        urls = cluster.urls(chosen.place[1])
        measure(Database(urls.app, urls.owner), cluster.status().pid or 0, "", chosen)
        return
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        cluster = Cluster(folder / "cluster", settings=FAST)
        try:
            urls = cluster.ensure()
            database = Database(urls.app, urls.owner)
            setup.initialise(database, lambda _: None)
            fill(database, 1_000)
            measure(database, cluster.status().pid or 0, "prefecture=440200", chosen)
            database.dispose()
        finally:
            cluster.stop("immediate")


if __name__ == "__main__":
    main()
