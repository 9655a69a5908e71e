"""Fixtures for tests on real PostGIS servers, for all folders of tests."""

import fcntl
import os
import pickle
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Connection

from data import setup
from data.cli import boundaries as boundaries_command
from data.cluster import Cluster, ClusterError, ClusterUrls
from data.database import Database
from data.importers.boundaries import BoundarySet, read_package
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


SHARED = "ATLAS_TEST_SHARED"
"""Environment variable: a folder that the processes of one test run have in common."""


def pytest_configure(config: pytest.Config) -> None:
    """Make the common folder in the process that the others start from."""
    if SHARED not in os.environ:
        os.environ[SHARED] = tempfile.mkdtemp(prefix="atlas-shared-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(SHARED), ignore_errors=True))


def _package_once(report: Callable[[str], None] = lambda line: None) -> BoundarySet:
    """Read the package's boundaries once per test run: half a minute of work that never differs."""
    kept = Path(os.environ[SHARED]) / "boundaries.pickle"
    with kept.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            made = kept.with_suffix(".part")
            made.write_bytes(pickle.dumps(read_package(report)))
            made.rename(kept)
    found: BoundarySet = pickle.loads(kept.read_bytes())
    report(f"{len(found.areas)} boundaries as read before")
    return found


@pytest.fixture(autouse=True, scope="session")
def boundaries_read_once() -> Iterator[None]:
    """Let set-up and command line take the boundaries that were read before; the reader's own tests read."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (setup, boundaries_command):
            patch.setattr(module, "read_package", _package_once)
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
