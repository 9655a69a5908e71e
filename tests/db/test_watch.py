"""Watching in the real database: the record of sign-ins, open sessions, how things stand, the figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data import passwords, wiring
from data.about import About, about
from data.cluster import Cluster
from data.database import Database
from data.jobs import upkeep
from data.settings import Settings
from data.store import accounts, sign_ins, watch
from data.store.sessions import FAILURES, Doorkeeper
from data.store.watch import PostgisWatch
from projects.accounts import Placement
from projects.errors import NotAllowed, SignInNeeded
from projects.identity import Role
from projects.watch import Event, Way
from tests.db.copies import copy_of

pytestmark = pytest.mark.db

PASSWORD, NEXT = "first-password-1", "一句自己的话 own"
OLD = "INSERT INTO sign_in (at, way, outcome) VALUES (now() - interval '181 days', 'password', 'in')"
QUICK: Any = {"time_cost": 1, "memory_cost": 1024, "parallelism": 1}


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(**QUICK))
    passwords._dummy.cache_clear()
    yield
    passwords._dummy.cache_clear()


@pytest.fixture(scope="module")
def copied(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as copy:
        yield copy


@pytest.fixture
def database(copied: Database) -> Iterator[Database]:
    """A database with an administrator and an editor, and an empty record."""
    with copied.owning() as connection:
        connection.execute(text("ALTER TABLE sign_in DISABLE TRIGGER USER"))
        for table in ("sign_in", "job", "account_session", "account"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("ALTER TABLE sign_in ENABLE TRIGGER USER"))
        accounts.add(connection, "boss", "老板", Placement(Role.ADMINISTRATOR), PASSWORD)
        accounts.add(connection, "wu", "吴某", Placement(Role.EDITOR, "440203"), PASSWORD)
        connection.execute(text("UPDATE account SET must_change_password = false"))
    yield copied


@pytest.fixture
def door(database: Database) -> Doorkeeper:
    return Doorkeeper(database, 10)


@pytest.fixture
def boss(database: Database, door: Doorkeeper, tmp_path: Path) -> PostgisWatch:
    return PostgisWatch(database, door.sign_in("boss", PASSWORD).token, tmp_path)


def events(seen: PostgisWatch, name: str = "wu", **more: bool) -> list[Event]:
    """Return what happened to an account, the oldest first."""
    return [line.event for line in reversed(seen.sign_ins(**more)) if line.name == name]


def test_each_attempt_is_written_down_with_its_request_and_network(
    door: Doorkeeper, boss: PostgisWatch
) -> None:
    with about(About(request="req-00000001", address="203.0.113.0/24")):
        door.sign_in("wu", "not it")
    token = door.sign_in("WU ", PASSWORD).token
    door.sign_out(token)
    door.sign_out(token)
    assert events(boss) == [Event.WRONG, Event.IN, Event.OUT]
    (wrong,) = boss.sign_ins(refused=True)
    assert (wrong.request, wrong.address, wrong.way) == ("req-00000001", "203.0.113.0/24", Way.PASSWORD)


def test_an_unknown_name_is_kept_as_a_mark_only(
    door: Doorkeeper, boss: PostgisWatch, database: Database
) -> None:
    for name in ("meine-geheime-Passphrase", "meine-geheime-Passphrase", "jemand"):
        door.sign_in(name, "x")
    lines = boss.sign_ins(refused=True)
    assert [line.event for line in lines] == [Event.UNKNOWN] * 3 and {line.account for line in lines} == {
        None
    }
    assert lines[1].name == lines[2].name != lines[0].name, "the same name is known again"
    with database.owning() as connection:
        kept = str(connection.execute(text("SELECT * FROM sign_in")).all())
    assert "geheime" not in kept and "jemand" not in kept


def test_a_lock_and_what_follows(door: Doorkeeper, boss: PostgisWatch, database: Database) -> None:
    for _ in range(FAILURES):
        door.sign_in("wu", "not it")
    door.sign_in("wu", PASSWORD)
    wanted = [Event.WRONG] * (FAILURES - 1) + [Event.LOCKED_OUT, Event.LOCKED]
    assert events(boss) == wanted
    administration = accounts.PostgisAccounts(database, boss._token)
    administration.reset("wu")
    administration.disable("wu")
    door.sign_in("wu", PASSWORD)
    assert events(boss) == [*wanted, Event.RESET, Event.ENDED, Event.CLOSED]


def test_passwords_and_other_devices(door: Doorkeeper, boss: PostgisWatch) -> None:
    token = door.sign_in("wu", PASSWORD).token
    door.change_password(token, "not it", NEXT)
    door.change_password(token, PASSWORD, NEXT)
    door.sign_out_elsewhere(token)
    assert events(boss) == [Event.IN, Event.WRONG_CURRENT, Event.CHANGED, Event.ENDED]


def test_provider_and_office_are_told_apart(door: Doorkeeper, boss: PostgisWatch) -> None:
    door.admit_external("issuer|1", "li.si", "李四", Placement(Role.VIEWER, "440203"))
    door.office_token()
    found = {(line.way, line.event) for line in boss.sign_ins()}
    assert {(Way.PROVIDER, Event.IN), (Way.OFFICE, Event.IN)} <= found


def test_a_refused_transaction_leaves_no_line(database: Database, boss: PostgisWatch) -> None:
    with pytest.raises(ZeroDivisionError), database.door() as connection:
        sign_ins.note(connection, Event.IN, Way.PASSWORD, 1)
        raise ZeroDivisionError
    assert len(boss.sign_ins()) == 1, "the administrator's own"


def test_nobody_changes_the_record_and_the_old_goes(database: Database, door: Doorkeeper) -> None:
    door.sign_in("wu", "not it")
    for statement in ("UPDATE sign_in SET outcome = 'in'", "DELETE FROM sign_in", "TRUNCATE sign_in"):
        with pytest.raises((DBAPIError, NotAllowed)), database.owning() as connection:
            connection.execute(text(statement))
        with pytest.raises((DBAPIError, NotAllowed)), database.door() as connection:
            connection.execute(text(statement))
    with database.door() as connection, pytest.raises(DBAPIError), connection.begin_nested():
        connection.execute(text("SELECT * FROM sign_in"))
    with database.owning() as connection:
        connection.execute(text(OLD))
        assert sign_ins.clear_away(connection) == 1
        assert connection.scalar(text("SELECT count(*) FROM sign_in")) == 1


def test_upkeep_clears_the_record(database: Database, tmp_path: Path) -> None:
    with database.owning() as connection:
        connection.execute(text(OLD))
    upkeep.clean(database, Settings(data_dir=tmp_path))
    with database.owning() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sign_in")) == 0


def test_everybody_reads_their_own_lines_and_administrators_all(
    database: Database, door: Doorkeeper, boss: PostgisWatch, tmp_path: Path
) -> None:
    own = PostgisWatch(database, door.sign_in("wu", PASSWORD).token, tmp_path)
    door.sign_in("boss", "not it")
    assert {line.name for line in own.mine()} == {"wu"}
    assert {line.name for line in boss.mine()} == {"boss"}
    with database.reading(own._token) as connection:
        assert {line.name for line in sign_ins.read(connection, 99)} == {"wu"}, "the database keeps it so"
    for refused in (own.standing, own.sessions, own.sign_ins, own.lines, lambda: own.end("x")):
        with pytest.raises(NotAllowed):
            refused()
    nobody = PostgisWatch(database, "", tmp_path)
    for closed in (nobody.standing, nobody.sessions, nobody.sign_ins, nobody.lines, nobody.mine):
        with pytest.raises(SignInNeeded):
            closed()


def test_a_session_is_listed_without_anything_that_opens_it_and_ended(
    database: Database, door: Doorkeeper, boss: PostgisWatch
) -> None:
    token = door.sign_in("wu", PASSWORD).token
    by_name = {one.account: one for one in boss.sessions()}
    assert by_name["boss"].own and not by_name["wu"].own
    assert token not in repr(boss.sessions())
    assert not boss.end("0" * 16) and not boss.end("")
    assert boss.end(by_name["wu"].key) and not boss.end(by_name["wu"].key)
    assert not door.identity(token).signed_in
    assert {one.account for one in boss.sessions()} == {"boss"}
    assert events(boss)[-1] is Event.ENDED


def test_the_standing_of_an_installation(database: Database, boss: PostgisWatch) -> None:
    found = boss.standing()
    assert found.current and found.schema == found.newest_schema
    assert found.server.startswith("15") or found.server
    assert found.size > 1_000_000 and found.tables[0].size >= found.tables[-1].size > 0
    assert found.sessions == 1 and not found.queue.worker and found.kept.made is None
    assert 0 < found.disk_free <= found.disk_all


def test_figures_count_what_is_there(database: Database, door: Doorkeeper, boss: PostgisWatch) -> None:
    door.sign_in("wu", "not it")
    with database.owning() as connection:
        insert = (
            "INSERT INTO job (kind, title, arguments, account_id, state, result, created_at, finished_at)"
            " SELECT :kind, 'x', '{}', id, :state, CAST(:result AS jsonb), now() - interval '90 s', CASE WHEN"
            " :state = 'done' THEN now() END FROM account WHERE name = 'wu'"
        )
        for kind, state, result in (
            ("import_commit", "done", '{"counts": {"new": 4, "rejected": 1}}'),
            ("import_commit", "done", '{"counts": {"new": 2}}'),
            ("import_commit", "done", '{"counts": {"new": 50}, "changed": true}'),
            ("import_preview", "done", '{"counts": {"new": 70}}'),
            ("monday", "waiting", "{}"),
        ):
            connection.execute(text(insert), {"kind": kind, "state": state, "result": result})
    found = watch.figures(database)
    assert found.imported == {"new": 6, "rejected": 1}
    assert found.sign_ins == {(Way.PASSWORD, Event.IN): 1, (Way.PASSWORD, Event.WRONG): 1}
    assert found.queue.states["waiting"] == 1 and found.queue.oldest_s >= 90
    assert watch.schema_of(database) == (watch.newest(), watch.newest())
    assert found.backup_age_s is None


def test_each_transaction_tells_the_log_whose_it_is(database: Database, door: Doorkeeper) -> None:
    token = door.sign_in("wu", PASSWORD).token
    with about(About(request="r")) as told, database.reading(token) as connection:
        mine = connection.scalar(text("SELECT acting_account()"))
    assert told.account == mine is not None
    with about(About()) as told, database.reading() as connection:
        connection.scalar(text("SELECT 1"))
    assert told.account == 0


def test_an_error_of_the_server_quotes_nothing_that_was_typed(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught, database.owning() as connection:
        connection.execute(text("SELECT CAST(:x AS integer) FROM job"), {"x": "1"})
        connection.execute(text("INSERT INTO job (kind) VALUES (:kind)"), {"kind": "王某某 13800138000"})
    from data.logs import clean

    assert "王某某" in str(caught.value), "the server quotes the row"
    assert "王某某" not in clean(str(caught.value))


def test_the_wiring_gives_it(database: Database, monkeypatch: pytest.MonkeyPatch, boss: PostgisWatch) -> None:
    monkeypatch.setattr(wiring, "database", lambda: database)
    assert wiring.watch(boss._token).mine()[0].event is Event.IN
