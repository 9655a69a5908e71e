"""A copy of the filled library with people in it, and a go-between that breaks their connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from data.cluster import Cluster
from data.database import Database
from tests.conftest import scratch_folder
from tests.db.copies import copy_of
from tests.faults.cutting import Cutter
from tests.faults.ways import World, people


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    """People in a copy of the library, with a data folder."""
    with copy_of(cluster, library_database) as copy, scratch_folder() as folder:
        yield people(
            World(
                copy._app.url.render_as_string(hide_password=False),
                copy.owner.url.render_as_string(hide_password=False),
                folder,
            )
        )


@pytest.fixture(scope="module")
def database(world: World) -> Iterator[Database]:
    """The world's database without a go-between."""
    opened = world.open()
    yield opened
    opened.dispose()


@dataclass(frozen=True)
class Site:
    """The world, its database, and the same reached through the go-between."""

    world: World
    database: Database
    beyond: World
    cutter: Cutter


@pytest.fixture
def site(world: World, database: Database) -> Iterator[Site]:
    """Give one test a go-between of its own."""
    with scratch_folder() as folder:
        cutter = Cutter(folder, world.app_url)
        beyond = world.through(cutter.url(world.app_url), cutter.url(world.owner_url))
        yield Site(world, database, beyond, cutter)
        cutter.close()


@pytest.fixture
def ending(cluster: Cluster, world: World) -> Callable[[int], None]:
    """How an administrator ends a connection at the server: by its number, and it is gone."""

    def end(pid: int) -> None:
        with psycopg.connect(cluster.superuser_url().replace("+psycopg", "")) as connection:
            connection.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    return end


def left_over(folder: Path) -> list[Path]:
    """Return what lies in a data folder under the name of something that is not whole yet."""
    return [path for path in folder.rglob("*") if path.name.startswith(".")]
