"""A library as large as a province's: 50,000 fictional projects, 250,000 finance lines, 250,000 milestones.

Other measurements read from it. Run ``python -m bench.library FOLDER [NAME] [PROJECTS]``: makes the database
``NAME`` (``bench_money``) anew in the private server of ``FOLDER`` and prints how long each part took.
"""

import sys
import time
from pathlib import Path
from typing import Final

from data.cluster import Cluster
from data.database import Database
from data.demo import Built, build, prepare
from tests.conftest import FAST

NAME: Final = "bench_money"
PROJECTS: Final = 50_000


def make(cluster: Cluster, name: str = NAME, projects: int = PROJECTS) -> tuple[Database, Built]:
    """Make the database anew and fill it; the caller disposes of it."""
    began = time.perf_counter()

    def report(line: str) -> None:
        print(f"[{time.perf_counter() - began:6.1f} s] {line}", file=sys.stderr, flush=True)

    cluster.drop_database(name)
    urls = cluster.create_database(name)
    database = Database(urls.app, urls.owner)
    prepare(database, 2026, report)
    built = build(database, projects, history=False, report=report)
    report(str(built))
    return database, built


def main(folder: str, name: str = NAME, projects: str = str(PROJECTS)) -> None:
    """Make the library in the private server of a folder."""
    cluster = Cluster(Path(folder).resolve(), settings=FAST)
    cluster.ensure()
    database, _ = make(cluster, name, int(projects))
    database.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
