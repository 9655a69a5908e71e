"""A migration that is broken off: the program killed in the middle of it, the server killed under it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from data import migrate
from data.cluster import Cluster
from data.database import Database
from projects.errors import StorageUnavailable
from tests.db.copies import database_named

pytestmark = pytest.mark.db
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[Database]:
    with database_named(cluster, f"broken_{uuid.uuid4().hex}") as database:
        yield database


def schema(database: Database) -> object:
    with database.owner.connect() as connection:
        return connection.scalar(text("SELECT to_regnamespace('atlas')"))


def migrate_and_die(url: str, at: int) -> None:
    """Migrate in a process that is killed before its so-many-th migration."""
    real = command.upgrade

    def some(config: Config, revision: str) -> None:
        real(config, f"{at:04d}")
        os.kill(os.getpid(), signal.SIGKILL)

    command.upgrade = some  # type: ignore[assignment]
    migrate.upgrade(Database(url).owner)


def test_a_program_killed_while_it_migrates_leaves_nothing_and_the_next_start_does_it(
    empty: Database,
) -> None:
    url = empty.owner.url.render_as_string(hide_password=False)
    process = FORK.Process(target=migrate_and_die, args=(url, 9))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    assert migrate.upgrade(empty.owner) == migrate.head(), (
        "it waits for the dead one's lock, then does it all"
    )


def test_a_server_that_ends_the_connection_while_it_migrates_is_said_and_leaves_nothing(
    cluster: Cluster, empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = command.upgrade

    def cut_off(config: Config, revision: str) -> None:
        real(config, "0003")
        connection = config.attributes["connection"]
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
        with psycopg.connect(cluster.superuser_url().replace("+psycopg", "")) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        real(config, revision)

    monkeypatch.setattr(command, "upgrade", cut_off)
    with pytest.raises(StorageUnavailable, match="Nothing was changed"):
        migrate.upgrade(empty.owner)
    assert schema(empty) is None
