"""Seconds and bytes of a backup, its proof and its way back, for the filled library (or a named database).

    python -m bench.backups [FOLDER_OF_A_CLUSTER DATABASE]

CPU seconds are those of this program and its children (pg_dump, psql); the server's own are not in them.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from data import setup
from data.backups import making, proving, restoring
from data.cluster import Cluster
from data.database import Database
from data.settings import Settings
from tests.conftest import FAST, scratch_folder
from tests.db.copies import database_named


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long a step took, by the clock and in CPU seconds."""
    began, used = time.monotonic(), cpu()
    yield
    print(f"{what:<28} {time.monotonic() - began:7.1f} s   {cpu() - used:6.1f} CPU-s")


def cpu() -> float:
    """Return the CPU seconds of this program and of its ended children."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def measure(cluster: Cluster, database: Database) -> None:
    """Make, prove, repeat and put back one backup."""

    def scratch() -> AbstractContextManager[Database]:
        return database_named(cluster, "bench_proof")

    with tempfile.TemporaryDirectory() as place:
        settings = Settings(data_dir=Path(place) / "data", backup_dir=Path(place) / "backups")
        with timed("backup, rows summed up"):
            made = making.make(database, settings, None, lambda: None)
        assert made is not None
        rows = sum(table.rows for table in made.manifest.tables.values())
        print(f"{rows} rows in {len(made.manifest.tables)} tables, {made.manifest.size_bytes / 1e6:.1f} MB")
        with timed("proof"):
            proof = proving.prove(made.folder, made.manifest, scratch, lambda: None)
        print(proof.words)
        with database_named(cluster, "bench_back") as blank, timed("restored into an empty one"):
            restoring.put_back(blank, settings, made.folder)


def main() -> None:
    """Measure a named database, or the filled library in a server of its own."""
    if len(sys.argv) == 3:
        cluster = Cluster(Path(sys.argv[1]).resolve(), settings=FAST)
        urls = cluster.urls(sys.argv[2])
        measure(cluster, Database(urls.app, urls.owner))
        return
    with scratch_folder() as folder:
        cluster = Cluster(folder / "cluster")
        urls = cluster.ensure()
        database = Database(urls.app, urls.owner)
        setup.initialise(database, lambda _: None)
        measure(cluster, database)


if __name__ == "__main__":
    main()
