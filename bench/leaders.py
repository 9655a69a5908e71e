"""The leaders' page over 50,000 projects, 100,000 matters and a week of 15,000 changes, against 1.0 s.

``python -m bench.leaders FOLDER [NAME]`` reads a library made by ``bench.library`` in the private server of
``FOLDER`` (``bench_money``), gives it a history and matters where it has none, and measures: the first
visitor of a version of the library (nothing kept), the next one (figures kept, matters asked anew), one A4.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from sqlalchemy import Connection, text

from bench.calibration import report
from data import setup
from data.cluster import Cluster
from data.database import Database
from data.demo.matters import add_matters
from data.settings import Settings
from data.store.matters.adapter import PostgisMatters
from data.store.targets import PostgisTargets
from data.store.week import PostgisWeek
from projects.packs import Order
from services.leaders import a4
from services.leaders.board import Rows, board
from services.leaders.figures import Figures, Told, chosen_of, read, told
from services.pack.bench import Bench
from services.pack.benches import bench_of
from tests.conftest import FAST
from tests.db import making

NAME: Final = "bench_money"
AREA: Final = "440200"
MATTERS: Final = 100_000
LIMIT_S: Final = 1.0
ROUNDS: Final = 5
ROWS: Final = Rows(5, 8, 9)
BASELINE: Final = (
    "INSERT INTO history (project_id, table_name, row_key, operation, new_row, changed_by, reason,"
    " transaction_id, changed_at) SELECT {key}, '{table}', r.id::text, 'insert', to_jsonb(r), 'system',"
    " 'baseline', 1, now() - interval '200 days' FROM {table} r"
)
WEEK: Final = (
    "INSERT INTO history (project_id, table_name, row_key, operation, old_row, new_row, changed_by,"
    " transaction_id, changed_at) SELECT id, 'project', id, 'update', to_jsonb(p), to_jsonb(p)"
    " || jsonb_build_object('version', version + 1, 'beds', 77, 'stage', CASE WHEN ascii(md5(id)) % 3 = 0"
    " THEN '竣工' ELSE stage END), 'bench', 2, now() - random() * interval '6 days'"
    " FROM project p ORDER BY md5(id) LIMIT 10000",
    "INSERT INTO history (project_id, table_name, row_key, operation, new_row, changed_by, transaction_id,"
    " changed_at) SELECT project_id, 'finance_line', id::text, 'insert', to_jsonb(p)"
    " || jsonb_build_object('status', '到位'), 'bench', 2, now() - random() * interval '6 days'"
    " FROM finance_line p ORDER BY md5(id::text) LIMIT 5000",
)


def prepare(database: Database, today: date) -> str:
    """Give the library a history and matters unless it has them; return the token of a reviewer."""
    setup.initialise(database, lambda _line: None)
    with database.owning() as connection:
        if not connection.scalar(text("SELECT EXISTS (SELECT FROM history WHERE changed_by <> 'system')")):
            _history(connection)
        if not connection.scalar(text("SELECT EXISTS (SELECT FROM matter)")):
            add_matters(connection, today, MATTERS, "")
        number = connection.scalar(text("SELECT count(*) FROM account"))
        token = making.token_of(connection, f"leader{number}", "reviewer", scope_code=AREA)
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return token


def _history(connection: Connection) -> None:
    for table, key in (("project", "id"), ("finance_line", "project_id"), ("milestone", "project_id")):
        connection.execute(text(BASELINE.format(table=table, key=key)))
    for statement in WEEK:
        connection.execute(text(statement))


class Visit:
    """One visitor of the page; ``figures`` are kept between visits, as the page keeps them."""

    def __init__(self, database: Database, token: str, today: date, folder: Path) -> None:
        self.database, self.token, self.today = database, token, today
        self.settings = Settings(data_dir=folder)
        self.since = today - timedelta(days=7)

    def bench(self) -> Bench:
        """Return the means of a page, nothing of them read yet."""
        return bench_of(self.database, "", self.settings, Order(chosen=chosen_of(self.area())))

    def area(self) -> Any:
        """Return the area of the page."""
        from data.store.library import PostgisLibrary

        return PostgisLibrary(self.database).area(AREA)

    def first(self) -> tuple[Bench, Figures, Told]:
        """Read everything anew."""
        bench = self.bench()
        figures = read(bench, self.area(), lambda: PostgisTargets(self.database).board(bench.when))
        week = PostgisWeek(self.database, self.token)
        seen = told(
            PostgisMatters(self.database, self.token),
            lambda: week.changes(bench.request.chosen, self.since, self.today),
            bench.request.chosen,
            self.today,
        )
        board(bench, figures, seen, self.since, ROWS)
        return bench, figures, seen

    def next(self, bench: Bench, figures: Figures, seen: Told) -> None:
        """Read what is never kept: the matters."""
        chosen, changes = bench.request.chosen, seen.changes
        matters = PostgisMatters(self.database, self.token)
        again = told(matters, (lambda: changes) if changes else None, chosen, self.today)
        board(bench, figures, again, self.since, ROWS)


def measure(visit: Visit) -> list[dict[str, object]]:
    """Return the seconds of each kind of visit."""
    first, later = [], []
    for _ in range(ROUNDS):
        begun = perf_counter()
        held = visit.first()
        first.append(perf_counter() - begun)
        begun = perf_counter()
        visit.next(*held)
        later.append(perf_counter() - begun)
    begun = perf_counter()
    a4.page_pdf(held[0], lambda rows: board(*held, visit.since, rows), held[1].picture)
    printed = round(perf_counter() - begun, 3)
    return [_told("first", first), _told("next", later), {"visit": "A4", "median_s": printed}]


def _told(name: str, seconds: list[float]) -> dict[str, object]:
    middle = sorted(seconds)[len(seconds) // 2]
    return {"visit": name, "median_s": round(middle, 3), "limit_s": LIMIT_S, "within": middle <= LIMIT_S}


def main(folder: str = "", name: str = NAME) -> None:
    """Measure over the library in the private server of a folder."""
    if not folder:
        print("usage: python -m bench.leaders FOLDER [NAME]", file=sys.stderr)
        return
    cluster = Cluster(Path(folder).resolve(), settings=FAST)
    cluster.ensure()
    urls = cluster.urls(name)
    database = Database(urls.app, urls.owner)
    today = date.today()
    token = prepare(database, today)
    report("leaders: 50,000 projects, 100,000 matters", measure(Visit(database, token, today, Path(folder))))
    database.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
