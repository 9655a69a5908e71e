"""What runs for these tests: skipped with a reason where nginx or PgBouncer is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.cluster import Cluster
from data.database import Database
from tests.conftest import scratch_folder
from tests.db.copies import copy_of
from tests.scale import rig


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the users of nginx and PgBouncer can reach."""
    with scratch_folder() as made:
        yield made


@pytest.fixture(scope="module")
def copied(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    """A copy of the filled library in which people sign in."""
    with copy_of(cluster, library_database) as copy:
        yield copy


@pytest.fixture(scope="module")
def pool_url(copied: Database) -> Iterator[str]:
    """The copy by way of a PgBouncer with a single connection to the server: everybody takes turns."""
    if rig.PGBOUNCER is None:
        pytest.skip("no pgbouncer on this machine (Debian: apt-get install pgbouncer)")
    with scratch_folder() as place, rig.pooler(place, copied, size=1) as url:
        yield url


@pytest.fixture(scope="module")
def needs_nginx() -> None:
    """Skip where there is no nginx."""
    if rig.NGINX is None:
        pytest.skip("no nginx on this machine (Debian: apt-get install nginx-light)")
