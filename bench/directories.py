"""A directory of 20,000 lines as an app session reads it: page, search, flag, map, listing, file.

Limit: 0.15 s for a page of lines (with counts) under row-level security. Run:
``python -m bench.directories``.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import text

from data import setup
from data.cluster import Cluster
from data.database import Database
from data.settings import Settings
from data.store.directories.adapter import PostgisDirectories
from projects.directories.model import MOST_ENTRIES, Verdict
from projects.directories.ports import EntriesAsked
from tests.conftest import FAST
from tests.db import making

LIMIT_S: Final = 0.15
ROUNDS: Final = 5
AREA: Final = "440200"
EDITIONS: Final = 300
"""Further published editions, so that the policies have something to look through."""

_FILL: Final = text("""
    INSERT INTO directory_entry (directory_id, key, position, cells, contacts, lon, lat, precision,
                                 datum_entered, coordinates_entered, county_code, changed_by)
    SELECT :key, nextval('directory_entry_key'), n,
           jsonb_build_object('name', '某处闲置房屋' || n,
                              'kind', CASE n % 3 WHEN 0 THEN '办公楼宇' ELSE '土地' END,
                              'new_building', n % 2 = 0, 'floor_area_m2', (n % 6000)::text,
                              'address', '某路' || n || '号', 'note', repeat('备注', 40)),
           '{"contact": "某人 0000"}', 113 + (n % 1000) / 1000.0, 24 + (n % 997) / 1000.0, 1, 'wgs84', '',
           '440232', 'x'
      FROM generate_series(1, :lines) AS n""")
_OTHERS: Final = text("""
    INSERT INTO directory (definition, made_with, area_code, unit_id, title, valid_on, state, number,
                           created_by, published_at)
    SELECT 'pilots', made_with, :area, unit_id, title, valid_on, 'published', n, 'x', now()
      FROM directory, generate_series(1, :count) AS n WHERE directory.id = :key""")


def filled(database: Database, folder: Path) -> tuple[PostgisDirectories, int]:
    """Publish an edition of 20,000 lines among others and return who reads it, with its number."""
    with database.owning() as connection:
        token = making.token_of(connection, "bench-city", "reviewer", scope_code=AREA)
    reader = PostgisDirectories(database, token, Settings(data_dir=folder))
    key = reader.start("vacant_space", AREA, "闲置资源", date(2026, 6, 1))
    with database.owning() as connection:
        connection.execute(_FILL, {"key": key, "lines": MOST_ENTRIES})
        count = text("UPDATE directory SET entries = :lines WHERE id = :key")
        connection.execute(count, {"key": key, "lines": MOST_ENTRIES})
        connection.execute(_OTHERS, {"key": key, "area": AREA, "count": EDITIONS})
        connection.execute(text("ANALYZE directory"))
        connection.execute(text("ANALYZE directory_entry"))
    reader.publish(key)
    return reader, key


def best(task: Callable[[], object]) -> float:
    """Return the median of some rounds, in seconds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        task()
        times.append(time.perf_counter() - begun)
    return sorted(times)[ROUNDS // 2]


def measure(database: Database, folder: Path) -> None:
    """Print what each question takes."""
    reader, key = filled(database, folder)
    flagged = EntriesAsked(flags={"area_for_subsidy": Verdict.YES})
    content, name = reader.workbook(key, "", "zh")
    draft = reader.start("vacant_space", AREA, "下一版", date(2026, 9, 1), copy_of=key)
    questions: list[tuple[str, Callable[[], object], float | None]] = [
        ("page of 50", lambda: reader.entries(key, EntriesAsked()), LIMIT_S),
        ("last page", lambda: reader.entries(key, EntriesAsked(), offset=MOST_ENTRIES - 50), LIMIT_S),
        ("words", lambda: reader.entries(key, EntriesAsked(words="房屋1999")), LIMIT_S),
        ("flag", lambda: reader.entries(key, flagged), LIMIT_S),
        ("choice", lambda: reader.entries(key, EntriesAsked(choices={"kind": ("土地",)})), LIMIT_S),
        ("list of editions", reader.editions, LIMIT_S),
        ("lines of a record", lambda: reader.lines_of("SG-0001"), LIMIT_S),
        ("all lines", lambda: reader.entries(key, EntriesAsked(), limit=None), None),
        ("xlsx", lambda: reader.workbook(key, "", "zh"), None),
        ("preview of the same xlsx", lambda: reader.preview(draft, content, name), None),
    ]
    for title, task, limit in questions:
        seconds = best(task)
        verdict = "" if limit is None else " ok" if seconds <= limit else f" OVER {limit}"
        print(f"{title:28} {seconds * 1000:8.1f} ms{verdict}", flush=True)


def main() -> None:
    """Measure on a server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder) / "cluster", settings=FAST)
        urls = cluster.ensure()
        database = Database(urls.app, urls.owner)
        try:
            setup.initialise(database, print)
            measure(database, Path(folder))
        finally:
            database.dispose()
            cluster.stop()


if __name__ == "__main__":
    main()
