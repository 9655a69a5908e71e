"""Fixtures for tests on real PostGIS servers, for all folders of tests."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Connection

from data import setup
from data.cluster import Cluster, ClusterError, ClusterUrls
from data.database import Database
from data.settings import ROOT
from data.store.library import PostgisLibrary

hypothesis.settings.register_profile("atlas", deadline=None)  # a busy machine makes no test fail
hypothesis.settings.load_profile("atlas")

FAST: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Settings for servers whose data may die with the computer, not for anything an office uses."""


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A short folder that the server's user can reach; its server is stopped at the end.

    pytest's own folders are closed to other users, and root's server runs as another user.
    """
    folder = Path(tempfile.mkdtemp(prefix="atlas-test-")).resolve()
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for lock in folder.rglob("cluster.lock"):
            discard(lock.parent)
        shutil.rmtree(folder, ignore_errors=True)


def discard(folder: Path) -> None:
    """Stop a scratch server, if it runs."""
    with suppress(ClusterError):
        Cluster(folder).stop("immediate")


@pytest.fixture(autouse=True, scope="session")
def own_servers_only() -> Iterator[None]:
    """Keep tests off the checkout's own server: what a desk works with is neither read nor filled by them.

    A page under test that was not given a fake of what it asks for meets a database that is away.
    """
    ensure = Cluster.ensure

    def guarded(cluster: Cluster) -> ClusterUrls:
        if cluster.folder == ROOT / "var":
            raise ClusterError("a test asked for the database of this checkout: give the page a fake")
        return ensure(cluster)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cluster, "ensure", guarded)
        yield


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Give one test a folder for servers of its own."""
    with scratch_folder() as folder:
        yield folder


KEPT = os.environ.get("ATLAS_TEST_KEEP", "")
"""A folder that keeps one server and a filled database between runs at a desk; unset, all is made anew."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One server for the whole session, with its database, extensions and roles, but without migrations."""
    if KEPT:
        kept = Cluster(Path(KEPT) / "cluster", settings=FAST)
        kept.ensure()
        yield kept
        return
    with scratch_folder() as folder:
        shared = Cluster(folder / "cluster", settings=FAST)
        shared.ensure()
        yield shared


# ---- databases with migrations, built on `cluster`, go below this line ----


@pytest.fixture(scope="session")
def library_database(cluster: Cluster) -> Iterator[Database]:
    """Migrated and filled with the real boundaries and library; read from it, write in `writing`."""
    if KEPT:
        name = f"run_{uuid.uuid4().hex}"
        urls = cluster.create_database(name, "filled")
    else:
        name, urls = "", cluster.ensure()
    database = Database(urls.app, urls.owner)
    setup.initialise(database, lambda line: None)
    yield database
    database.dispose()
    if name:
        cluster.drop_database(name)


@pytest.fixture(scope="session")
def library(library_database: Database) -> PostgisLibrary:
    """The filled library as the pages see it."""
    return PostgisLibrary(library_database)


@pytest.fixture
def writing(library_database: Database) -> Iterator[Connection]:
    """An owner's connection to the filled library whose changes are rolled back after the test."""
    with library_database.owner.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()
