"""Pages through PgBouncer: everybody takes turns on one connection, and nobody is taken for anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import pytest
from sqlalchemy import make_url, text

from data.cluster import Cluster
from data.database import Database
from data.store.library import PostgisLibrary
from data.store.sessions import Doorkeeper
from projects.errors import StorageUnavailable
from projects.filters import ProjectFilter
from tests.db.making import token_of

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def direct(copied: Database) -> Database:
    return copied


@pytest.fixture(scope="module")
def pooled(copied: Database, pool_url: str) -> Iterator[Database]:
    address = copied.owner.url.render_as_string(hide_password=False)
    opened = Database(address).through(pool_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def tokens(copied: Database) -> dict[str, str]:
    with copied.owning() as connection:
        return {name: token_of(connection, name, "administrator") for name in ("pool-a", "pool-b")}


def test_the_library_is_the_same_through_the_pooler(direct: Database, pooled: Database) -> None:
    wanted, found = (PostgisLibrary(one).page(ProjectFilter(), limit=20) for one in (direct, pooled))
    assert found == wanted and found.items


def test_nobody_is_taken_for_anybody_else(pooled: Database, tokens: dict[str, str]) -> None:
    door = Doorkeeper(pooled, 1)
    asked = [("", ""), *((tokens[name], name) for name in tokens)]

    def who(given: tuple[str, str]) -> bool:
        token, name = given
        with pooled.reading(token) as connection:
            held = connection.scalar(text("SELECT current_setting('atlas.session', true)"))
            role = connection.scalar(text("SELECT current_user"))
        expected = "atlas_app" if token else "atlas_anonymous"
        return held == token and role == expected and door.identity(token).name == name

    with ThreadPoolExecutor(6) as many:
        assert all(many.map(who, islice(cycle(asked), 60)))


def test_nothing_stays_in_the_shared_connection(
    pooled: Database, pool_url: str, tokens: dict[str, str]
) -> None:
    with pooled.reading(tokens["pool-a"]) as connection:
        number = connection.scalar(text("SELECT pg_backend_pid()"))
    with pooled._app.connect().execution_options(isolation_level="AUTOCOMMIT") as bare:
        left = bare.exec_driver_sql(
            "SELECT pg_backend_pid(), current_user = session_user, current_setting('atlas.session', true)"
        ).one()
    assert left[0] == number, "PgBouncer has one connection, so it is the same one"
    assert left[1] and not left[2]


def test_sign_in_and_long_work_do_not_go_through_it(pooled: Database) -> None:
    with pooled.door() as door, pooled.owning() as owner, pooled.reading() as page:
        query = "SELECT pg_backend_pid(), inet_client_addr() IS NULL AS direct"
        numbers = {one.execute(text(query)).one()[0] for one in (door, owner, page)}
    assert len(numbers) == 3
    assert make_url(str(pooled.owner.url)).port != pooled._app.url.port
    assert pooled.app_address["host"] == pooled.owner.url.query["host"], "the open interface stays direct"


def test_a_pooler_of_another_database_is_refused(
    cluster: Cluster, library_database: Database, copied: Database, pool_url: str
) -> None:
    address = library_database.owner.url.render_as_string(hide_password=False)
    opened = Database(address).through(pool_url)
    with opened.reading() as connection:
        name = connection.scalar(text("SELECT current_database()"))
    assert name == library_database.owner.url.database, "the name is that of the direct address"
    opened.dispose()


def test_a_pooler_that_is_away_is_told_with_what_to_do(copied: Database) -> None:
    address = copied.owner.url.render_as_string(hide_password=False)
    with pytest.raises(StorageUnavailable, match="DATABASE_POOL_URL cannot be used") as told:
        Database(address).through("postgresql+psycopg://somebody:sesame@127.0.0.1:1/atlas")
    assert "sesame" not in str(told.value)


def test_a_wrong_password_of_the_pooler_is_told(copied: Database, pool_url: str) -> None:
    wrong = make_url(pool_url).set(password="wrong-one").render_as_string(hide_password=False)
    with pytest.raises(StorageUnavailable, match="DATABASE_POOL_URL cannot be used") as told:
        Database(copied.owner.url.render_as_string(hide_password=False)).through(wrong)
    assert "wrong-one" not in str(told.value)
