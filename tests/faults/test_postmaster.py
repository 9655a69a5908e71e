"""The database server killed under people at work, ten times: what was told to be saved is there, and whole.

A server of its own, with its usual safety (fsync on), filled with the library; the program brings it up again
by itself, as it does for whoever opens a page next, and the worker does when nobody comes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from data import wiring
from data.cluster import Cluster, process
from data.database import Database
from data.jobs import process as worker_process
from data.settings import Settings
from projects.errors import AtlasError, StorageUnavailable
from tests.conftest import FAST, scratch_folder
from tests.faults.ways import WAYS, World, people

pytestmark = [pytest.mark.db, pytest.mark.long]
ROUNDS = 10
AT_WORK = ("form", "attachment", "layer", "reply", "import", "job")
AT_MOST = {"layer": 9}
"""Savings of a way in one round, where an account may keep only so many."""


def kill(cluster: Cluster) -> int:
    """SIGKILL the server's main process and wait for its death; return its number."""
    status = cluster.status()
    assert status.pid
    os.kill(status.pid, signal.SIGKILL)
    while process.is_server(status.pid, status.data):
        time.sleep(0.01)
    return status.pid


@pytest.fixture(scope="module")
def office(cluster: Cluster, library_database: Database) -> Iterator[tuple[Cluster, World]]:
    """The filled library on a server of its own that keeps every promise."""
    name = str(library_database.owner.url.database)
    with scratch_folder() as folder:
        own = Cluster(folder)
        urls = own.ensure()
        dump = [cluster.program("pg_dump"), "--format=plain", "--schema=atlas", "-d", _plain(cluster, name)]
        load = [own.program("psql"), "--quiet", "--set=ON_ERROR_STOP=1", "-d", _plain(own, own.name)]
        with subprocess.Popen(dump, stdout=subprocess.PIPE) as source:
            subprocess.run(load, stdin=source.stdout, stdout=subprocess.DEVNULL, check=True)
        yield own, people(World(urls.app, urls.owner, folder / "files"))


def _plain(cluster: Cluster, name: str) -> str:
    """Return the superuser's address as PostgreSQL's own programs take it."""
    return cluster.superuser_url(name).replace("+psycopg", "")


def work(world: World, name: str, stop: threading.Event, saved: list[dict[str, object]]) -> None:
    """Write until the server is gone, and note what was told to be saved."""
    database, way = world.open(), WAYS[name]
    most = AT_MOST.get(name, 1_000_000)
    while not stop.is_set() and most:
        most -= 1
        try:
            facts = way.prepare(world, database)
            way.act(world, database, facts)
        except AtlasError as error:
            assert isinstance(error, StorageUnavailable), error
            break
        saved.append(facts)
    database.dispose()


def test_ten_times_killed_under_people_at_work_nothing_that_was_saved_is_lost(
    office: tuple[Cluster, World],
) -> None:
    cluster, world = office
    saved: dict[str, list[dict[str, object]]] = {name: [] for name in AT_WORK}
    for number in range(1, ROUNDS + 1):
        stop = threading.Event()
        goal = {name: len(saved[name]) for name in AT_WORK}
        crew = [threading.Thread(target=work, args=(world, name, stop, saved[name])) for name in AT_WORK]
        for one in crew:
            one.start()
        until = time.monotonic() + 120
        while any(len(saved[name]) == goal[name] for name in AT_WORK):
            assert time.monotonic() < until, "nobody could work"
            time.sleep(0.02)
        kill(cluster)
        for one in crew:
            one.join(60)
        stop.set()
        assert cluster.fell()
        if number % 2:
            cluster.ensure()
        else:  # nobody comes to a page: the worker sees to it
            assert worker_process.revived(Settings(data_dir=world.folder.parent))
        database = world.open()
        for name in AT_WORK:
            for facts in saved[name]:
                assert WAYS[name].seen(world, database, facts) >= 1, (number, name, facts)
            saved[name] = [] if name == "job" else saved[name]
        database.dispose()
    assert sum(map(len, saved.values())) >= ROUNDS


def test_a_server_that_was_stopped_in_order_stays_stopped() -> None:
    with scratch_folder() as folder:
        cluster = Cluster(folder, settings=FAST)
        cluster.ensure()
        settings = Settings(data_dir=folder)
        assert not wiring.revive(settings), "it runs"
        cluster.stop()
        assert not cluster.fell() and not wiring.revive(settings)
        assert not wiring.revive(Settings(data_dir=Path("/nowhere")))
        cluster.ensure()
        kill(cluster)
        assert wiring.revive(settings) and cluster.status().running


def test_what_is_listed_is_what_the_records_say_after_a_crash(office: tuple[Cluster, World]) -> None:
    cluster, world = office
    kill(cluster)
    cluster.ensure()
    database = world.open()
    with database.owning() as connection:
        wrong = connection.scalar(
            text(
                "SELECT count(*) FROM project p FULL JOIN project_facet f ON f.project_id = p.id"
                " WHERE (f.project_id IS NULL) <> (p.deleted_at IS NOT NULL OR p.merged_into_id IS NOT NULL)"
            )
        )
    assert wrong == 0
    database.dispose()
