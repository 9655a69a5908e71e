"""Who reads what through the open interface: tokens of units, sessions, nobody; and who makes tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from starlette.testclient import TestClient

from data import backup, cli, wiring
from data.cluster import Cluster
from data.database import Database
from data.store import tokens
from data.store.library import PostgisLibrary
from data.store.tokens import PostgisTokens
from projects.errors import BadValue, NotAllowed, SignInNeeded, StorageUnavailable, UnknownRecord
from projects.filters import ProjectFilter
from services.ogc import callers, door
from services.sign_in import COOKIE
from tests.db.copies import copy_of
from tests.db.ogc_world import browser
from tests.db.test_access import A, B, World

pytestmark = pytest.mark.db
ITEMS = "/ogc/collections/projects/items?limit=10000"
PLACES = ("/ogc/", "/ogc/collections", ITEMS, "/ogc/collections/counties/items", "/ogc/conformance",
          "/ogc/collections/projects/tiles/WebMercatorQuad/3/6/3")  # fmt: skip


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        yield World(database)


@pytest.fixture
def made(world: World) -> Iterator[Callable[..., str]]:
    """Make tokens as an administrator; they are gone afterwards."""
    yield PostgisTokens(world.database, world.token["admin"]).make
    with world.database.owning() as connection:
        connection.execute(text("DELETE FROM api_token"))


@pytest.fixture
def closed(world: World) -> Iterator[TestClient]:
    """The interface of an office where nobody reads without signing in."""
    with browser(world.database, anonymous=False) as client:
        yield client


@pytest.fixture
def opened(world: World) -> Iterator[TestClient]:
    with browser(world.database) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def ids(answer: Any) -> set[str]:
    assert answer.status_code == 200, answer.text
    return {one["id"] for one in answer.json()["features"]}


def row(world: World) -> Any:
    with world.database.owning() as connection:
        return connection.execute(text("SELECT * FROM api_token ORDER BY id DESC LIMIT 1")).one()


# ---- who reads what ----


@pytest.mark.parametrize("path", PLACES)
def test_nobody_reads_where_nobody_may(closed: TestClient, path: str) -> None:
    answer = closed.get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "令牌" in answer.json()["description"]


def test_a_token_reads_what_a_viewer_reads_and_nothing_hidden(
    closed: TestClient, made: Callable[..., str], world: World
) -> None:
    found = ids(closed.get(ITEMS, headers=bearer(made(A, "QGIS"))))
    viewer = PostgisLibrary(world.database).for_session(world.token["viewer"])
    assert found == {record.id for record in viewer.stream(ProjectFilter())}
    hidden = {
        world.record[f"{county} {state}"] for county in (A, B) for state in ("hidden", "deleted", "merged")
    }
    assert not found & hidden
    assert {world.record[f"{A} open"], world.record[f"{B} open"]} <= found


def test_nobody_reads_published_records_where_the_office_allows_it(opened: TestClient, world: World) -> None:
    found = ids(opened.get(ITEMS))
    assert found == {record.id for record in PostgisLibrary(world.database).stream(ProjectFilter())}


@pytest.mark.parametrize("header", ["Bearer atlas_nobody", "Bearer x", "Basic eDp5", "", "Bearer "])
@pytest.mark.parametrize("path", PLACES)
def test_a_wrong_token_is_refused_also_where_nobody_may_read(
    opened: TestClient, header: str, path: str
) -> None:
    """Whoever sends one expects more than anonymous reading: less would look like all there is."""
    assert opened.get(path, headers={"Authorization": header}).status_code == 401


@pytest.mark.parametrize(
    "ending",
    ["revoked_at = now()", "expires_at = now() - interval '1 s', created_at = now() - interval '1 d'"],
)
def test_an_ended_token_opens_nothing_at_once(
    opened: TestClient, made: Callable[..., str], world: World, ending: str
) -> None:
    token = made(A, "QGIS")
    assert opened.get(ITEMS, headers=bearer(token)).status_code == 200
    with world.database.owning() as connection:
        connection.execute(text(f"UPDATE api_token SET {ending}"))
    assert opened.get(ITEMS, headers=bearer(token)).status_code == 401


def test_a_browser_reads_with_its_session_and_not_with_a_token_in_its_place(
    closed: TestClient, made: Callable[..., str], world: World
) -> None:
    assert closed.get(ITEMS, cookies={COOKIE: world.token["viewer"]}).status_code == 200
    closed.cookies.clear()
    assert closed.get(ITEMS, cookies={COOKIE: made(A, "QGIS")}).status_code == 401
    closed.cookies.clear()
    assert closed.get(ITEMS, cookies={COOKIE: "A" * 43}).status_code == 401


def test_a_session_is_no_token(closed: TestClient, world: World) -> None:
    assert closed.get(ITEMS, headers=bearer(world.token["admin"])).status_code == 401


def test_who_asked_before_leaves_nothing_behind(closed: TestClient, made: Callable[..., str]) -> None:
    token = made(A, "QGIS")
    for _ in range(door.MOST * 3):
        assert closed.get(ITEMS, headers=bearer(token)).status_code == 200
        assert closed.get(ITEMS).status_code == 401


def test_callers_at_the_same_time_are_not_taken_for_each_other(
    made: Callable[..., str], world: World
) -> None:
    """More callers than connections, each on one that was another's just before."""
    tokens = [made(A, "QGIS"), made(B, "GIS"), world.token["admin"], ""]
    opened = door.Door(lambda: world.database.app_address, anonymous_reads=True)

    async def who(token: str) -> tuple[str, str]:
        mark = callers._CALLER.set(callers.Caller(token))
        try:
            async with opened.acquire() as connection:
                await connection.fetchval("SELECT pg_sleep(0.002)")
                row = await connection.fetchrow(
                    "SELECT current_setting('atlas.session') AS given, current_user AS r"
                )
                return row["given"], row["r"]
        finally:
            callers._CALLER.reset(mark)

    async def everybody() -> list[tuple[str, str]]:
        try:
            return await asyncio.gather(*(who(token) for token in tokens * (door.MOST * 3)))
        finally:
            await opened.close()

    roles = {token: "atlas_app" if token else "atlas_anonymous" for token in tokens}
    assert asyncio.run(everybody()) == list(roles.items()) * (door.MOST * 3)


def test_a_token_writes_nothing(made: Callable[..., str], world: World) -> None:
    token = made(A, "QGIS")
    with world.database.reading(token) as connection:
        me = connection.execute(text("SELECT * FROM who_am_i()")).one()
        assert (me.role, me.unit_id, me.account_id < 0) == ("viewer", A, True)
        assert not connection.scalar(text("SELECT may_file() OR sees_everything() OR writes_everything()"))
    for statement in (
        "UPDATE project SET name = 'x'",
        "INSERT INTO draft (account_id, key, content) VALUES (acting_account(), 'x', '{}')",
        "SELECT make_api_token('440232', 'x', 'x'::bytea, 1)",
        "SELECT revoke_api_token(1)",
    ):
        with world.database.owner.connect() as connection, connection.begin() as step:
            connection.execute(text("SET LOCAL ROLE atlas_app"))
            connection.execute(text("SELECT set_config('atlas.session', :t, true)"), {"t": token})
            with pytest.raises(Exception, match=r"denied|policy|administrator|column"):
                assert connection.execute(text(statement)).rowcount == 0
                raise PermissionError("denied: no row was changed")
            step.rollback()


def test_its_use_is_noted_once_in_a_while(
    closed: TestClient, made: Callable[..., str], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = made(A, "QGIS")
    assert row(world).last_used_at is None
    closed.get("/ogc/", headers=bearer(token))
    first = row(world).last_used_at
    assert abs((datetime.now(UTC) - first).total_seconds()) < 60
    monkeypatch.setattr(door, "NOTED_S", 0)
    closed.get("/ogc/", headers=bearer(token))
    assert row(world).last_used_at == first


def test_the_database_away_is_said_and_forgotten_when_it_is_back(world: World) -> None:
    with browser(world.database) as client:
        assert client.get(ITEMS).status_code == 200
        parts = world.database.app_address
        own = create_engine("postgresql+psycopg://", connect_args=dict(parts))
        with own.connect() as connection:
            ended = connection.scalars(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'atlas-ogc' AND datname = current_database()"
                )
            ).all()
        own.dispose()
        assert ended
        answers = [client.get(ITEMS).status_code for _ in range(3)]
        assert answers[-1] == 200
        assert set(answers) <= {200, 503}


def test_an_address_that_cannot_be_reached_is_a_503(world: World) -> None:
    from starlette.applications import Starlette

    from data.settings import Settings
    from services.ogc.serving import OpenInterface
    from services.sign_in import by_cookie

    def away() -> Any:
        raise StorageUnavailable("no server")

    interface = OpenInterface(away, Settings(), by_cookie)
    with TestClient(Starlette(routes=interface.routes), raise_server_exceptions=False) as client:
        answer = client.get(ITEMS)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert "no server" not in answer.text


# ---- who makes tokens ----


def test_an_administrator_makes_lists_and_revokes(world: World, made: Callable[..., str]) -> None:
    port = PostgisTokens(world.database, world.token["admin"])
    token = made(A, " QGIS 规划科 ", 30)
    (found,) = port.all()
    assert (found.unit_id, found.title, found.created_by) == (A, "QGIS 规划科", "who-admin")
    assert (found.expires_at - found.created_at).days == 30
    assert found.lives(datetime.now(UTC))
    assert token not in repr(found)
    assert (port.all(A), port.all(B)) == ((found,), ())
    port.revoke(found.id)
    port.revoke(found.id)
    assert not port.all()[0].lives(datetime.now(UTC))
    with pytest.raises(UnknownRecord, match="999"):
        port.revoke(999)


@pytest.mark.parametrize("who", ["a", "city", "viewer"])
def test_nobody_else_does(world: World, made: Callable[..., str], who: str) -> None:
    made(A, "QGIS")
    port = PostgisTokens(world.database, world.token[who])
    for deed in (port.all, lambda: port.make(A, "x"), lambda: port.revoke(1)):
        with pytest.raises(NotAllowed):
            deed()
    with pytest.raises(SignInNeeded):
        PostgisTokens(world.database, "").make(A, "x")


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ((A, "", 30), BadValue),
        ((A, "长" * 81, 30), BadValue),
        ((A, "a\nb", 30), BadValue),
        ((A, "\u202eb", 30), BadValue),
        ((A, "x", 0), BadValue),
        ((A, "x", 1101), BadValue),
        (("nix", "x", 30), UnknownRecord),
    ],
)
def test_rules_of_a_token(
    made: Callable[..., str], world: World, asked: tuple[str, str, int], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        made(*asked)
    assert PostgisTokens(world.database, world.token["admin"]).all() == ()


def test_a_restored_backup_brings_no_token_to_life(world: World, made: Callable[..., str]) -> None:
    """The backup does not know which tokens were revoked after it."""
    made(A, "QGIS")
    living = text("SELECT count(*) FROM api_token WHERE revoked_at IS NULL")
    with world.database.owner.connect() as connection, connection.begin() as step:
        assert connection.scalar(living) == 1
        backup._begin_anew(connection, "a.dump")
        assert connection.scalar(living) == 0
        step.rollback()


def test_the_table_keeps_the_hash_alone(world: World, made: Callable[..., str]) -> None:
    token = made(A, "QGIS")
    assert token.encode() not in bytes(row(world).token_sha256)
    assert token not in str(row(world))


def test_the_command_line(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(wiring, "open_database", lambda _settings: world.database)
    assert cli.main(["token", "make", A, "省平台", "--days", "10"]) == 0
    token = capsys.readouterr().out.split()[-1]
    with world.database.reading(token) as connection:
        assert connection.scalar(text("SELECT signed_in()"))
        key = connection.scalar(text("SELECT -acting_account()"))
    assert cli.main(["token", "list", "--unit", A]) == 0
    told = capsys.readouterr().out
    assert f"{key} · 省平台 · {A}" in told
    assert token not in told
    assert cli.main(["token", "revoke", str(key)]) == 0
    assert cli.main(["token", "revoke", "424242"]) == 1
    assert cli.main(["token", "make", "nix", "x"]) == 1
    with pytest.raises(SignInNeeded), world.database.reading(token):
        pass
    with world.database.owning() as connection:
        assert tokens.listed(connection)[0].revoked_at is not None
        connection.execute(text("DELETE FROM api_token"))
