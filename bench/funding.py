"""Every question of the page *Funding* over 50,000 projects with 250,000 finance lines, as anonymous.

The records are synthetic, lie in the real counties of the five prefectures and live in a scratch server of
their own. Each question runs under the row-level security of a reader who has not signed in, once to warm
up and then ``ROUNDS`` times; the median counts. Run: ``python -m bench.funding``.
"""

import json
import os
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from sqlalchemy import text

from bench.calibration import calibrate, report
from data import setup
from data.cluster import Cluster
from data.database import Database
from data.store.money.ledger import PostgisLedger
from projects.codes import Category, FinanceSource, FinanceStatus
from projects.filters import ProjectFilter
from projects.money.ports import Order, Paging

PROJECTS: Final = int(os.environ.get("BENCH_FUNDING_PROJECTS", "50000"))
LINES_EACH: Final = 5
ROUNDS: Final = 5
FAST: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

FILL: Final = (
    "CREATE TEMP TABLE spot AS SELECT row_number() OVER (ORDER BY code) - 1 AS place, code, province_code,"
    " prefecture_code FROM area WHERE level = 'county' AND prefecture_code = ANY"
    " (SELECT DISTINCT prefecture_code FROM project WHERE prefecture_code IS NOT NULL)",
    "INSERT INTO project (id, name, name_normalised, kind, category, basis, county_code, county_basis,"
    " prefecture_code, province_code, total_investment, delivery_mode, beds, owner_unit_id)"
    " SELECT 'BX-' || lpad(n::text, 6, '0'), '测速项目' || n, '测速项目' || n, 'site',"
    " (CAST(:codes AS text[]))[n % 15 + 1], 'reported', spot.code, 'documented', spot.prefecture_code,"
    " spot.province_code, CASE WHEN n % 4 > 0 THEN (n::bigint * 7919 % 900000) / 10.0 END,"
    " (ARRAY['政府投资', 'PPP', '公建民营', '未明确'])[n % 4 + 1], CASE WHEN n % 3 = 0 THEN n % 400 END,"
    " spot.code FROM generate_series(1, :projects) n"
    " JOIN spot ON place = n * 31 % (SELECT count(*) FROM spot)",
    "INSERT INTO finance_line (project_id, source, status, amount, year, subsidy, basis)"
    " SELECT 'BX-' || lpad((n % :projects * 17 % :projects + 1)::text, 6, '0'),"
    " (CAST(:sources AS text[]))[n * 13 % 21 + 1], (CAST(:statuses AS text[]))[n * 7 % 5 + 1],"
    " (n::bigint * 104729 % 9000000) / 1000.0, CASE WHEN n % 9 > 0 THEN 2020 + n % 9 END, n % 11 = 0,"
    " 'reported'"
    " FROM generate_series(1, :lines) n WHERE n % :projects % 5 > 0",
    "INSERT INTO annual_plan (project_id, year, amount, basis)"
    " SELECT id, year, 500, 'reported' FROM project, generate_series(2024, 2026) year WHERE id LIKE 'BX-%'",
    "ANALYZE",
    "SELECT refresh_facets()",
    "ANALYZE",
)
"""Every fourth project without a total, every fifth without a line: unknowns are part of the work."""


def fill(database: Database, projects: int) -> None:
    """Put synthetic projects with their lines into a library that is loaded."""
    values = {
        "projects": projects,
        "lines": projects * (LINES_EACH + 1) * 25 // 24,
        "codes": [str(c) for c in Category],
        "sources": [str(s) for s in FinanceSource],
        "statuses": [str(s) for s in FinanceStatus],
    }
    tables = ("project", "finance_line")
    with database.owning() as connection:
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER facets_insert"))
        for statement in FILL:
            wanted = {name: value for name, value in values.items() if re.search(rf":{name}\b", statement)}
            connection.execute(text(statement), wanted)
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER facets_insert"))


def questions(ledger: PostgisLedger) -> Mapping[str, Callable[[ProjectFilter], object]]:
    """Return what one drawing of the page asks, by name."""
    return {
        "overview": ledger.overview,
        "lines": ledger.lines,
        "plans": ledger.plans,
        "flagged": lambda chosen: ledger.projects(chosen, Paging(25), flagged=True),
        "projects": lambda chosen: ledger.projects(chosen, Paging(100), Order.GAP),
        "residents": lambda _: ledger.residents(),
    }


def measure(ledger: PostgisLedger, chosen: ProjectFilter) -> dict[str, float]:
    """Return milliseconds per question, and of all together."""
    found: dict[str, float] = {}
    for name, ask in questions(ledger).items():
        ask(chosen)
        found[name] = 1000 * statistics.median(_seconds(ask, chosen) for _ in range(ROUNDS))
    return found | {"all": sum(found.values())}


def _seconds(ask: Callable[[ProjectFilter], object], chosen: ProjectFilter) -> float:
    begun = perf_counter()
    ask(chosen)
    return perf_counter() - begun


def row(case: str, counts: Mapping[str, Any], found: Mapping[str, float]) -> dict[str, object]:
    """Return one line of the report."""
    return {"case": case, **counts, "ms": {name: round(value, 1) for name, value in found.items()}}


def main() -> None:
    """Fill a scratch server, measure, report."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder) / "cluster", settings=FAST)
        urls = cluster.ensure()
        database = Database(urls.app, urls.owner)
        try:
            setup.initialise(database, lambda line: print(line, file=sys.stderr))
            fill(database, PROJECTS)
            _report(database)
        finally:
            database.dispose()
            cluster.stop("immediate")


def _report(database: Database) -> None:
    ledger = PostgisLedger(database, "")
    with database.owning() as connection:
        counts = {
            "projects": connection.scalar(text("SELECT count(*) FROM project_facet")),
            "lines": connection.scalar(text("SELECT count(*) FROM finance_line")),
        }
    for case, chosen in {
        "everything": ProjectFilter(),
        "one prefecture": ProjectFilter(prefecture=("440200",)),
        "one category": ProjectFilter(category=(Category.ELDERLY_CARE,)),
    }.items():
        report("funding", [row(case, counts, measure(ledger, chosen))])
    print(json.dumps({"calibration": repr(calibrate())}, ensure_ascii=False))


if __name__ == "__main__":
    main()
