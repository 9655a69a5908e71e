"""Every question of the pages of matters over 50,000 projects and 100,000 matters, as four accounts.

The records are fictional and live in a scratch server of their own. Each question runs under the row-level
security of its account, once to warm up and then ``ROUNDS`` times; the median counts. Run:
``python -m bench.matters``.
"""

import statistics
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from sqlalchemy import text

from bench import library
from bench.calibration import report
from data.cluster import Cluster
from data.database import Database
from data.demo.matters import add_matters
from data.store.matters.adapter import PostgisMatters
from projects.filters import ProjectFilter
from projects.matters.model import Timing
from projects.matters.ports import Asked
from tests.conftest import FAST
from tests.db import making

MATTERS: Final = 100_000
ROUNDS: Final = 7
LIMIT_S: Final = 0.15
COUNTY, CITY, PROVINCE = "440232", "440200", "440000"
PEOPLE: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "administrator": ("administrator", {}),
    "province": ("reviewer", {"scope_code": PROVINCE}),
    "city": ("reviewer", {"scope_code": CITY}),
    "county": ("editor", {"unit_id": COUNTY}),
}
ASKED: Final = {
    "everything": Asked(),
    "overdue": Asked(timings=(Timing.OVERDUE,)),
    "one county": Asked(ProjectFilter(county=(COUNTY,))),
    "one unit": Asked(unit_id=CITY),
    "words": Asked(words="医"),
    "one record": Asked(project_id="YS-0100"),
}


def fill(database: Database, matters: int = MATTERS) -> dict[str, str]:
    """Raise matters everywhere, make the accounts, and return who → session token."""
    with database.owning() as connection:
        add_matters(connection, date.today(), matters, "")
        tokens = {
            who: making.token_of(connection, f"bench-{who}", role, **more)
            for who, (role, more) in PEOPLE.items()
        }
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE matter"))
    return tokens


def questions(matters: PostgisMatters, today: date) -> Mapping[str, Callable[[], object]]:
    """Return what the pages ask, by name."""

    def page(asked: Asked, offset: int = 0) -> Callable[[], object]:
        return lambda: matters.page(asked, today, offset=offset)

    first = matters.page(Asked(), today, limit=1).items[0].id
    return {
        **{f"page: {name}": page(asked) for name, asked in ASKED.items()},
        "page: the last": page(Asked(), MATTERS // 2),
        "counts": lambda: matters.counts(Asked(), today),
        "by unit": lambda: matters.by_unit(Asked(), today),
        "one matter": lambda: matters.get(first, today),
        "units by name": lambda: matters.units("卫", within=COUNTY),
        "meetings": matters.meetings,
    }


def seconds(ask: Callable[[], object]) -> float:
    """Return the median of some rounds, after one to warm up."""
    ask()
    found = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        ask()
        found.append(perf_counter() - begun)
    return statistics.median(found)


def measure(database: Database, tokens: Mapping[str, str]) -> None:
    """Measure as each account and report."""
    today = date.today()
    for who, token in tokens.items():
        matters = PostgisMatters(database, token)
        found = {name: seconds(ask) for name, ask in questions(matters, today).items()}
        row = {
            "account": who,
            "matters": matters.counts(Asked(), today).matched,
            "ms": {name: round(1000 * value, 1) for name, value in found.items()},
            "limit_s": LIMIT_S,
            "within": max(found.values()) <= LIMIT_S,
        }
        report("matters", [row])


def main() -> None:
    """Fill a scratch server, measure, report."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder) / "cluster", settings=FAST)
        cluster.ensure()
        try:
            database, _ = library.make(cluster)
            measure(database, fill(database))
            database.dispose()
        finally:
            cluster.stop("immediate")


if __name__ == "__main__":
    main()
