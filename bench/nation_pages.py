"""Every page over the nation's library: seconds of the database and of Python, rows, memory.

``python -m bench.nation_pages FOLDER NAME [PAGE …]`` draws each page (its tabs by their addresses) once for
nobody and once for an administrator, over a database of a private server that ``python -m data synth`` has
filled. Seconds are CPU-seconds, so that a busy machine matters little; those of the database are its
process's, without what parallel workers did. ``first`` is the first visitor after a change of the library,
``next`` the one after, for whom sums are kept. Exports are measured by themselves: rows, seconds, memory.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event
from streamlit.testing.v1 import AppTest

from bench.calibration import forget_peak_memory, peak_memory_mb, report
from data import settings as settings_module
from data import wiring
from data.cluster import Cluster
from data.database import Database
from data.exports import formats
from data.exports.request import ExportRequest
from data.store.library import PostgisLibrary
from data.store.sessions import Doorkeeper
from projects.filters import ProjectFilter
from projects.identity import NOBODY, Role
from tests.conftest import FAST
from tests.db import making
from views import main as main_module
from views import rooms, shell
from views.i18n import translator
from views.who import Who

Figures = dict[str, object]

LIMIT_S: Final = 3.0
"""CPU-seconds of the database for one page."""
STREAMED: Final = ("csv", "geojson")
COUNTY: Final = "440232"
VISITS: Final[tuple[tuple[str, Mapping[str, str]], ...]] = (
    ("map", {}),
    ("home", {}),
    ("packs", {}),
    ("leaders", {}),
    ("matters", {}),
    ("meetings", {}),
    ("directories", {}),
    ("rounds", {}),
    ("evaluation", {}),
    *(("funding", {"show": one}) for one in ("reported", "gap", "map", "projects")),
    *(("dispatch", {"show": one}) for one in ("lights", "steps", "clashes", "years", "approvals")),
    ("rolling", {}),
    ("rolling", {"show": "make", "area": COUNTY}),
    ("catalogue", {}),
    ("catalogue", {"show": "make", "area": COUNTY}),
    *(("promotion", {"tab": one}) for one in ("opportunities", "compare", "events", "funnel")),
    ("targets", {}),
    ("targets", {"view": "beds"}),
    ("indicators", {}),
    ("scores", {}),
    ("scores", {"by": "unit"}),
    ("clusters", {}),
    ("coverage", {}),
    ("siting", {}),
    ("layers", {}),
    ("import", {}),
    ("bulk", {}),
    ("review", {}),
    ("claims", {}),
    ("clinics", {}),
    ("edit", {"id": "YS-0000001"}),
    ("edit", {"new": "1"}),
    ("merge", {"id": "YS-0000001"}),
    ("history", {}),
    ("geocode", {}),
    ("sources", {}),
    ("account", {}),
    ("accounts", {}),
    ("status", {}),
)


@dataclass
class Spent:
    """What one visit cost."""

    database_s: float = 0.0
    rows: int = 0
    longest_s: float = 0.0


def cpu_of(process: int) -> float:
    """Return the CPU-seconds that a process has used, 0 where the system does not say or it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Meter:
    """Adds up what the statements of the pages cost the database."""

    def __init__(self, database: Database) -> None:
        self.spent = Spent()
        event.listen(database._app, "before_cursor_execute", self._begin)
        event.listen(database._app, "after_cursor_execute", self._end)
        event.listen(database._app, "handle_error", self._broken)

    def _begin(self, connection: Any, *given: Any) -> None:
        del given
        process = connection.connection.driver_connection.info.backend_pid
        connection.info["metered"] = process, cpu_of(process)

    def _end(self, connection: Any, cursor: Any, statement: str, *given: Any) -> None:
        del given
        del statement
        self._add(connection, max(cursor.rowcount, 0))

    def _broken(self, context: Any) -> None:
        if context.connection is not None and context.statement:
            self._add(context.connection, 0)

    def _add(self, connection: Any, rows: int) -> None:
        process, before = connection.info.pop("metered", (0, 0.0))
        seconds = cpu_of(process) - before
        self.spent.database_s += seconds
        self.spent.rows += rows
        self.spent.longest_s = max(self.spent.longest_s, seconds)


def enter() -> None:
    """Go through the door of a page; for ``AppTest.from_function``."""
    import streamlit as st

    from views import main, rooms
    from views.i18n import translator

    words = translator("zh")
    room = next(room for room in rooms.rooms(words) if room.path == st.session_state["room"])
    main._enter(room, "zh", st.session_state["here"], words)


def visit(room: str, params: Mapping[str, str], here: Who) -> AppTest:
    """Draw one page once."""
    at = AppTest.from_function(enter, default_timeout=600)
    at.session_state["room"], at.session_state["here"], at.session_state["language"] = room, here, "zh"
    for name, value in params.items():
        at.query_params[name] = value
    return at.run()


def said(at: AppTest) -> str:
    """Return what went wrong on a page, empty when nothing did."""
    bodies = [str(one.proto.body) for one in at.get("html")]
    broken = [body for body in bodies if "atlas-notice" in body and ("用时太久" in body or "出错了" in body)]
    return "; ".join([*(str(one.value) for one in at.exception), *broken])[:300]


def measured(meter: Meter, room: str, params: Mapping[str, str], here: Who) -> Figures:
    """Return the figures of one visit."""
    meter.spent = Spent()
    forget_peak_memory()
    began, cpu = time.perf_counter(), time.process_time()
    at = visit(room, params, here)
    spent = meter.spent
    return {
        "page": room + "".join(f" {name}={value}" for name, value in params.items()),
        "database_s": round(spent.database_s, 2),
        "python_s": round(time.process_time() - cpu, 2),
        "wall_s": round(time.perf_counter() - began, 1),
        "rows": spent.rows,
        "longest_s": round(spent.longest_s, 2),
        "peak_mb": round(peak_memory_mb()),
        "within": spent.database_s <= LIMIT_S,
        "said": said(at),
    }


def exported(library: PostgisLibrary) -> Iterator[Figures]:
    """Yield the figures of the exports of all records that stream."""
    request = ExportRequest.of(settings_module.Settings(demo=True), ProjectFilter())
    for name in STREAMED:
        forget_peak_memory()
        before, cpu = peak_memory_mb(), time.process_time()
        size = sum(map(len, formats.stream(name, library, request)))
        yield {
            "export": name,
            "mb": round(size / 1e6),
            "python_s": round(time.process_time() - cpu, 1),
            "before_mb": round(before),
            "peak_mb": round(peak_memory_mb()),
        }


@contextmanager
def wired(database: Database) -> Iterator[None]:
    """Let the pages of this process read one database."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_module.Settings(data_dir=Path(folder), demo=True)
        replaced: tuple[tuple[Any, str, Any], ...] = (
            (wiring, "database", lambda: database),
            (wiring, "library", lambda: PostgisLibrary(database)),
            (wiring, "doorkeeper", lambda: Doorkeeper(database, 8)),
            *((module, "load", lambda: settings) for module in (settings_module, main_module, shell)),
        )
        for module, name, instead in replaced:
            setattr(module, name, cache(instead))
        yield


def visitors(room: str, token: str) -> Who:
    """Return who visits a page: nobody in particular where it is open to everybody, an administrator else."""
    open_to = next(one.roles for one in rooms.rooms(translator("zh")) if one.path == room)
    if Role.ANONYMOUS in open_to:
        return Who(identity=NOBODY)
    return Who(token=token, identity=wiring.doorkeeper().identity(token))


def main(folder: str, name: str, *wanted: str) -> None:
    """Measure a database of the private server of a folder: all pages and exports, or the named pages."""
    cluster = Cluster(Path(folder).resolve(), settings=FAST)
    cluster.ensure()
    urls = cluster.urls(name)
    database = Database(urls.app, urls.owner)
    with database.owning() as connection:
        token = making.token_of(connection, f"pages{time.time_ns()}", "administrator")
    meter = Meter(database)
    with wired(database):
        for turn in ("first", "next"):
            visits = [visit for visit in VISITS if not wanted or visit[0] in wanted]
            rows = [measured(meter, room, params, visitors(room, token)) for room, params in visits]
            report(f"the nation's pages, {turn} visitor", rows)
    if not wanted:
        report("exports of all records", list(exported(PostgisLibrary(database))))
    database.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
