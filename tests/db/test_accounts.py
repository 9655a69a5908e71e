"""Accounts and sessions in the real database: lock-out, renewal, revocation, and who may administer."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from data import cli, passwords, wiring
from data.cli import user
from data.cluster import Cluster
from data.database import Database
from data.store import accounts
from data.store.accounts import PostgisAccounts
from data.store.sessions import Doorkeeper, Outcome, new_token
from projects.accounts import OFFICE, Placement
from projects.errors import AtlasError, BadValue, NotAllowed, SignInNeeded, StorageUnavailable, UnknownRecord
from projects.identity import NOBODY, Role
from tests.db.copies import copy_of

pytestmark = pytest.mark.db

FIRST, OWN = "first-password-1", "一句自己的话 own"
WUJIANG, RUYUAN = "440203", "440232"


QUICK: Any = {"time_cost": 1, "memory_cost": 1024, "parallelism": 1}


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash with little work: what is tried here does not depend on how much."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(**QUICK))
    passwords._dummy.cache_clear()
    yield
    passwords._dummy.cache_clear()


@pytest.fixture(scope="module")
def copied(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    """A copy of the filled library that this module may change."""
    with copy_of(cluster, library_database) as copy:
        yield copy


@pytest.fixture
def database(copied: Database) -> Iterator[Database]:
    """The copy with three accounts that have changed their first password."""
    with copied.owning() as connection:
        connection.execute(text("DELETE FROM account_session"))
        connection.execute(text("DELETE FROM account"))
        connection.execute(text("UPDATE owner_unit SET reviewed = true"))
        for name, placement in (
            ("boss", Placement(Role.ADMINISTRATOR)),
            ("wu", Placement(Role.EDITOR, WUJIANG)),
            ("city", Placement(Role.REVIEWER, "", "440200")),
        ):
            accounts.add(connection, name, name.title(), placement, FIRST)
        connection.execute(text("UPDATE account SET must_change_password = false"))
    yield copied


@pytest.fixture
def door(database: Database) -> Doorkeeper:
    return Doorkeeper(database, 10)


def token(door: Doorkeeper, name: str, password: str = FIRST, presented: str = "") -> str:
    found = door.sign_in(name, password, presented)
    assert found.outcome is Outcome.IN
    return found.token


def run(database: Database, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """Run a statement as the owner and return its rows."""
    with database.owning() as connection:
        done = connection.execute(text(statement), values)
        return [tuple(r) for r in done] if done.returns_rows else []


# ---- signing in ----


def test_a_session_stands_for_its_account_with_unit_and_role(door: Doorkeeper) -> None:
    me = door.identity(token(door, " WU "))
    assert (me.name, me.role, me.unit.id if me.unit else "", me.unit.name if me.unit else "") == (
        "wu",
        Role.EDITOR,
        WUJIANG,
        "武江区",
    )
    assert door.identity(token(door, "city")).scope_code == "440200"


def test_only_the_hash_of_a_token_is_kept(database: Database, door: Doorkeeper) -> None:
    held = token(door, "wu")
    dump = str(run(database, "SELECT token_sha256, account_id, kind FROM account_session"))
    assert held not in dump
    stored = run(database, "SELECT encode(token_sha256, 'hex') FROM account_session")[0][0]
    assert door.identity(stored) == NOBODY
    assert door.identity(stored[:43]) == NOBODY


@pytest.mark.parametrize("forged", ["", "x", "a" * 43, "'; DROP TABLE account; --", "\x00" * 43, "é" * 43])
def test_a_forged_token_is_nobody(door: Doorkeeper, forged: str) -> None:
    token(door, "wu")
    assert door.identity(forged) == NOBODY


def test_an_expired_and_a_revoked_session_are_nobody(database: Database, door: Doorkeeper) -> None:
    one, two = token(door, "wu"), token(door, "city")
    run(
        database,
        "UPDATE account_session SET expires_at = now() WHERE token_sha256 = sha256(:t)",
        t=one.encode(),
    )
    door.sign_out(two)
    assert door.identity(one) == door.identity(two) == NOBODY


def test_unknown_closed_locked_and_wrong_get_the_same_answer_and_the_same_work(
    database: Database, door: Doorkeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(database, "UPDATE account SET disabled_at = now() WHERE name = 'city'")
    run(database, "UPDATE account SET locked_until = now() + interval '1 hour' WHERE name = 'boss'")
    door.office_token()
    checked: list[str] = []

    class Watching(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Any:
            checked.append(str(hash).rsplit("$", 2)[0])
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "HASHER", Watching(**QUICK))
    answers = {
        door.sign_in(name, password)
        for name, password in (
            ("nobody", FIRST),
            ("city", FIRST),
            ("boss", FIRST),
            ("wu", "wrong"),
            (OFFICE, FIRST),
        )
    }
    assert len(answers) == 1
    assert answers.pop().token == ""
    assert len(checked) == 5
    assert len(set(checked)) == 1


def test_five_failures_lock_and_each_further_one_doubles_the_time(
    database: Database, door: Doorkeeper
) -> None:
    minutes = []
    for attempt in range(1, 12):
        assert door.sign_in("wu", "wrong").outcome is Outcome.REFUSED
        left = run(
            database, "SELECT extract(epoch FROM locked_until - now()) FROM account WHERE name = 'wu'"
        )[0][0]
        minutes.append(0 if left is None else round(float(left) / 60))
        if attempt == 5:
            assert door.sign_in("wu", FIRST).outcome is Outcome.REFUSED, (
                "locked: the right password does not help"
            )
            assert door.sign_in("wu", "wrong").outcome is Outcome.REFUSED
        run(
            database,
            "UPDATE account SET locked_until = now() - interval '1 second' WHERE locked_until IS NOT NULL",
        )
    assert minutes == [0, 0, 0, 0, 15, 30, 60, 120, 240, 240, 240]
    assert door.sign_in("wu", FIRST).outcome is Outcome.IN
    assert run(database, "SELECT failed_attempts, locked_until FROM account WHERE name = 'wu'") == [(0, None)]


def test_knocking_at_a_locked_account_does_not_prolong_the_lock(database: Database, door: Doorkeeper) -> None:
    for _ in range(5):
        door.sign_in("wu", "wrong")
    before = run(database, "SELECT locked_until, failed_attempts FROM account WHERE name = 'wu'")
    for _ in range(3):
        door.sign_in("wu", "wrong")
    assert run(database, "SELECT locked_until, failed_attempts FROM account WHERE name = 'wu'") == before


def test_a_success_in_between_starts_the_count_again(database: Database, door: Doorkeeper) -> None:
    for password in ["wrong"] * 4 + [FIRST] + ["wrong"] * 4:
        door.sign_in("wu", password)
    assert door.sign_in("wu", FIRST).outcome is Outcome.IN


def test_guesses_at_the_same_moment_all_count(database: Database, door: Doorkeeper) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: door.sign_in("wu", "wrong"), range(4)))
    assert run(database, "SELECT failed_attempts FROM account WHERE name = 'wu'") == [(4,)]


def test_people_signing_in_at_the_same_moment_get_sessions_of_their_own(door: Doorkeeper) -> None:
    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(lambda _: token(door, "wu"), range(4)))
    assert len(set(tokens)) == 4
    assert {door.identity(t).name for t in tokens} == {"wu"}


def test_a_hash_with_old_parameters_is_renewed_at_sign_in(database: Database, door: Doorkeeper) -> None:
    old = PasswordHasher(time_cost=2, memory_cost=512, parallelism=1).hash(FIRST)
    run(database, "UPDATE account SET password_hash = :h WHERE name = 'wu'", h=old)
    token(door, "wu")
    renewed = run(database, "SELECT password_hash FROM account WHERE name = 'wu'")[0][0]
    assert renewed != old
    assert not passwords.outdated(renewed)
    token(door, "wu")


# ---- taking a session up again, and fixation ----


def ended(database: Database, held: str, ago: str, made: str = "1 day") -> None:
    run(
        database,
        "UPDATE account_session SET expires_at = now() - CAST(:ago AS interval),"
        " created_at = now() - CAST(:made AS interval) WHERE token_sha256 = sha256(:t)",
        ago=ago,
        made=made,
        t=held.encode(),
    )


def test_an_ended_session_of_the_same_account_is_taken_up_under_its_token(
    database: Database, door: Doorkeeper
) -> None:
    held = token(door, "wu")
    ended(database, held, "23 hours")
    assert door.identity(held) == NOBODY
    assert token(door, "wu", presented=held) == held
    assert door.identity(held).name == "wu"
    assert token(door, "wu") != held


@pytest.mark.parametrize(
    ("ago", "made"),
    [("25 hours", "2 days"), ("1 hour", "8 days")],
    ids=["ended too long ago", "made too long ago"],
)
def test_an_old_session_is_not_taken_up(database: Database, door: Doorkeeper, ago: str, made: str) -> None:
    held = token(door, "wu")
    ended(database, held, ago, made)
    assert token(door, "wu", presented=held) != held
    assert door.identity(held) == NOBODY


def test_a_revoked_session_is_never_taken_up(database: Database, door: Doorkeeper) -> None:
    held = token(door, "wu")
    door.sign_out(held)
    assert token(door, "wu", presented=held) != held
    assert door.identity(held) == NOBODY


def test_a_token_planted_by_somebody_else_is_not_signed_in_with(database: Database, door: Doorkeeper) -> None:
    planted = token(door, "wu")
    mine = token(door, "city", presented=planted)
    assert mine != planted
    assert door.identity(planted) == NOBODY, "the browser's former session is ended, not left behind"
    ended(database, planted, "1 hour")
    unknown = new_token()
    assert token(door, "city", presented=unknown) != unknown


def test_rows_of_long_ended_sessions_go(database: Database, door: Doorkeeper) -> None:
    old, late = token(door, "wu"), token(door, "city")
    ended(database, old, "31 days", "32 days")
    ended(database, late, "29 days", "30 days")
    token(door, "wu")
    assert run(database, "SELECT count(*) FROM account_session") == [(2,)]


@pytest.mark.parametrize("kind", ["job", "office", "command"])
def test_sessions_that_are_no_browsers_are_not_taken_up(
    database: Database, door: Doorkeeper, kind: str
) -> None:
    held = token(door, "wu")
    run(database, "UPDATE account_session SET kind = :k", k=kind)
    assert token(door, "wu", presented=held) != held


# ---- passwords ----


def test_a_new_password_ends_all_other_sessions(door: Doorkeeper) -> None:
    here, there, other = token(door, "wu"), token(door, "wu"), token(door, "city")
    assert door.change_password(here, FIRST, OWN).outcome is Outcome.IN
    assert door.identity(here).name == "wu"
    assert door.identity(there) == NOBODY
    assert door.identity(other).name == "city"
    assert door.sign_in("wu", FIRST).outcome is Outcome.REFUSED
    assert door.sign_in("wu", OWN).outcome is Outcome.IN


@pytest.mark.parametrize(
    ("new", "outcome"),
    [
        ("short", Outcome.WEAK),
        (WUJIANG + "    ", Outcome.WEAK),
        ("1234567890", Outcome.WEAK),
        (FIRST, Outcome.SAME),
    ],
)
def test_a_bad_new_password_changes_nothing(door: Doorkeeper, new: str, outcome: Outcome) -> None:
    here = token(door, "wu")
    assert door.change_password(here, FIRST, new).outcome is outcome
    assert door.sign_in("wu", FIRST).outcome is Outcome.IN


def test_guessing_the_present_password_locks_too(door: Doorkeeper) -> None:
    here = token(door, "wu")
    for _ in range(5):
        assert door.change_password(here, "wrong", OWN).outcome is Outcome.WRONG_CURRENT
    assert door.change_password(here, FIRST, OWN).outcome is Outcome.WRONG_CURRENT
    assert door.sign_in("wu", FIRST).outcome is Outcome.REFUSED


def test_an_ended_session_changes_no_password(door: Doorkeeper) -> None:
    here = token(door, "wu")
    door.sign_out(here)
    assert door.change_password(here, FIRST, OWN).outcome is Outcome.REFUSED


def test_the_first_password_must_be_changed_before_anything_is_written(
    database: Database, door: Doorkeeper
) -> None:
    run(database, "UPDATE account SET must_change_password = true WHERE name IN ('boss', 'wu')")
    admission = door.sign_in("wu", FIRST)
    assert admission.must_change_password
    with pytest.raises(NotAllowed), database.writing(admission.token):
        pass
    with pytest.raises(NotAllowed):
        PostgisAccounts(database, token(door, "boss")).all()
    door.change_password(admission.token, FIRST, OWN)
    with database.writing(admission.token):
        pass


def test_signing_out_elsewhere_leaves_this_session(door: Doorkeeper) -> None:
    here, there = token(door, "wu"), token(door, "wu")
    door.sign_out_elsewhere(here)
    assert door.identity(here).name == "wu"
    assert door.identity(there) == NOBODY
    with pytest.raises(SignInNeeded):
        door.sign_out_elsewhere(there)


# ---- administration ----

DEEDS: tuple[Callable[[PostgisAccounts], Any], ...] = (
    lambda a: a.all(),
    lambda a: a.add("new", "", Placement(Role.ADMINISTRATOR)),
    lambda a: a.reset("boss"),
    lambda a: a.unlock("boss"),
    lambda a: a.disable("boss"),
    lambda a: a.enable("boss"),
    lambda a: a.set_placement("wu", Placement(Role.ADMINISTRATOR)),
    lambda a: a.find_units("武江"),
    lambda a: a.unreviewed_units(),
    lambda a: a.set_reviewed([WUJIANG], False),
)


def everything(database: Database) -> list[Any]:
    return run(database, "SELECT a.* FROM account a ORDER BY id") + run(
        database, "SELECT id FROM owner_unit WHERE NOT reviewed"
    )


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_but_an_administrator_administers(
    database: Database, door: Doorkeeper, deed: Callable[[PostgisAccounts], Any]
) -> None:
    tokens = {name: token(door, name) for name in ("wu", "city", "boss")}
    revoked = token(door, "boss")
    door.sign_out(revoked)
    before = everything(database)
    for name in ("wu", "city"):
        with pytest.raises(NotAllowed):
            deed(PostgisAccounts(database, tokens[name]))
    for forged in ("", "x", new_token(), revoked):
        with pytest.raises(SignInNeeded):
            deed(PostgisAccounts(database, forged))
    assert everything(database) == before
    run(database, "UPDATE account SET role = 'viewer' WHERE name = 'boss'")
    with pytest.raises(NotAllowed):
        deed(PostgisAccounts(database, tokens["boss"]))


def test_every_deed_of_the_administration_is_tried_above() -> None:
    public = {name for name in vars(PostgisAccounts) if not name.startswith("_")}
    tried = {name for deed in DEEDS for name in deed.__code__.co_names}
    assert public == tried & public


@pytest.fixture
def office(database: Database, door: Doorkeeper) -> PostgisAccounts:
    """The administration, opened by boss."""
    return PostgisAccounts(database, token(door, "boss"))


def test_a_new_account_signs_in_with_its_one_time_password(office: PostgisAccounts, door: Doorkeeper) -> None:
    password = office.add(" Li.Si ", "李四", Placement(Role.EDITOR, RUYUAN))
    found = door.sign_in("li.si", password)
    assert found.must_change_password
    assert {a.name: a.place_name for a in office.all()}["li.si"] == "乳源瑶族自治县"
    again = office.reset("li.si")
    assert again != password
    assert door.identity(found.token) == NOBODY
    assert door.sign_in("li.si", password).outcome is Outcome.REFUSED
    assert door.sign_in("li.si", again).outcome is Outcome.IN


@pytest.mark.parametrize(
    ("name", "placement"),
    [
        ("wu", Placement(Role.VIEWER)),
        (" WU", Placement(Role.VIEWER)),
        ("a\r\nb", Placement(Role.VIEWER)),
        (OFFICE, Placement(Role.VIEWER)),
        ("new", Placement(Role.EDITOR)),
        ("new", Placement(Role.EDITOR, "999999")),
        ("new", Placement(Role.REVIEWER, "", "999999")),
        ("new", Placement(Role.REVIEWER, "440200")),
        ("new", Placement(Role.ANONYMOUS)),
    ],
)
def test_an_account_that_means_nothing_is_not_made(
    database: Database, office: PostgisAccounts, name: str, placement: Placement
) -> None:
    before = everything(database)
    with pytest.raises(BadValue):
        office.add(name, "", placement)
    assert everything(database) == before


def test_a_closed_account_loses_its_sessions_at_once_and_for_good(
    office: PostgisAccounts, door: Doorkeeper
) -> None:
    held = token(door, "wu")
    office.disable("WU")
    assert door.identity(held) == NOBODY
    assert door.sign_in("wu", FIRST).outcome is Outcome.REFUSED
    office.enable("wu")
    assert door.identity(held) == NOBODY
    assert token(door, "wu", presented=held) != held


def test_an_administrator_lifts_a_lock(office: PostgisAccounts, door: Doorkeeper) -> None:
    for _ in range(5):
        door.sign_in("wu", "wrong")
    assert {a.name for a in office.all() if a.locked_until} == {"wu"}
    office.unlock("wu")
    assert door.sign_in("wu", FIRST).outcome is Outcome.IN


def test_a_changed_role_acts_at_once(office: PostgisAccounts, door: Doorkeeper) -> None:
    held = token(door, "wu")
    office.set_placement("wu", Placement(Role.REVIEWER, "", "440200"))
    me = door.identity(held)
    assert (me.role, me.unit, me.scope_code) == (Role.REVIEWER, None, "440200")


def test_nobody_closes_the_last_administrator_or_oneself(
    database: Database, office: PostgisAccounts, door: Doorkeeper
) -> None:
    door.office_token()
    deeds: tuple[Callable[[], None], ...] = (
        lambda: office.disable("boss"),
        lambda: office.disable(" BOSS "),
        lambda: office.set_placement("boss", Placement(Role.VIEWER)),
        lambda: office.set_placement(OFFICE, Placement(Role.VIEWER)),
    )
    for deed in deeds:
        with pytest.raises(BadValue):
            deed()
    with pytest.raises(BadValue, match="最后"), database.owning() as connection:
        accounts.disable(connection, "boss")
    office.add("second", "", Placement(Role.ADMINISTRATOR))
    with database.owning() as connection:
        accounts.disable(connection, "boss")


def test_unknown_names_are_said(office: PostgisAccounts) -> None:
    for deed in (office.reset, office.unlock, office.disable, office.enable):
        with pytest.raises(UnknownRecord, match="nobody"):
            deed("nobody")
    with pytest.raises(UnknownRecord):
        office.set_reviewed(["999999"], False)


def test_units_are_found_by_name_and_code_and_switched(office: PostgisAccounts) -> None:
    assert [u.id for u in office.find_units(WUJIANG)] == [WUJIANG]
    assert WUJIANG in {u.id for u in office.find_units("武江")}
    assert len(office.find_units("4402", 5)) == 5
    assert office.find_units("%") == ()
    office.set_reviewed([WUJIANG, RUYUAN], False)
    assert {u.id for u in office.unreviewed_units()} == {WUJIANG, RUYUAN}
    with pytest.raises(UnknownRecord):
        office.set_reviewed([WUJIANG, "999999"], True)
    assert len(office.unreviewed_units()) == 2, "all of it or nothing"


# ---- the roles of the database ----


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT password_hash FROM account",
        "SELECT failed_attempts FROM account",
        "SELECT token_sha256 FROM account_session",
        "UPDATE account SET role = 'administrator'",
        "INSERT INTO account_session (token_sha256, account_id, kind, expires_at) VALUES ('x', 1, 'job', now())",  # noqa: E501
        "UPDATE account_session SET expires_at = now() + interval '1 year'",
        "UPDATE owner_unit SET reviewed = false",
        "SET LOCAL ROLE atlas_door",
        "RESET ROLE; UPDATE account SET role = 'administrator'",
    ],
)
def test_the_app_role_reaches_no_password_and_no_session(
    database: Database, door: Doorkeeper, statement: str
) -> None:
    held = token(door, "wu")
    before = everything(database)
    with pytest.raises((NotAllowed, StorageUnavailable)), database.writing(held) as connection:
        for part in statement.split(";"):
            connection.exec_driver_sql(part)
    assert everything(database) == before


def test_the_door_sees_nothing_of_the_library(database: Database) -> None:
    for table in ("project", "history", "change_set", "draft", "attachment"):
        with pytest.raises(NotAllowed), database.door() as connection:
            connection.execute(text(f"SELECT 1 FROM {table} LIMIT 1"))


# ---- the office and the provider ----


def test_the_office_account_is_made_once_and_cannot_sign_in_by_form(
    database: Database, door: Doorkeeper
) -> None:
    one, two = door.office_token(), door.office_token()
    assert one != two
    me = door.identity(one)
    assert (me.name, me.role, me.display_name) == (OFFICE, Role.ADMINISTRATOR, "本机办公室")
    assert run(database, "SELECT count(*) FROM account WHERE name = 'office'") == [(1,)]
    assert door.sign_in(OFFICE, "").outcome is Outcome.REFUSED
    with pytest.raises(BadValue), database.owning() as connection:
        accounts.set_password(connection, OFFICE, FIRST)


def test_a_closed_office_account_acts_no_more(door: Doorkeeper, office: PostgisAccounts) -> None:
    held = door.office_token()
    office.disable(OFFICE)
    assert door.identity(held) == NOBODY
    with pytest.raises(SignInNeeded):
        door.office_token()


def test_a_providers_word_sets_role_and_unit_at_each_sign_in(database: Database, door: Doorkeeper) -> None:
    first = door.admit_external("iss|1", "li+1", "李", Placement(Role.EDITOR, WUJIANG))
    assert not first.must_change_password
    second = door.admit_external("iss|1", "other+1", "李四", Placement(Role.REVIEWER, "", "440200"))
    me = door.identity(first.token)
    assert me == door.identity(second.token)
    assert (me.name, me.display_name, me.role, me.unit) == ("li+1", "李四", Role.REVIEWER, None)
    other = door.admit_external("iss|2", "li+2", "李", Placement(Role.VIEWER))
    assert door.identity(other.token).account_id != me.account_id


def test_a_provider_account_has_no_password_and_follows_the_provider(
    office: PostgisAccounts, door: Doorkeeper
) -> None:
    held = door.admit_external("iss|1", "li+1", "李", Placement(Role.EDITOR, WUJIANG)).token
    assert door.sign_in("li+1", "").outcome is Outcome.REFUSED
    assert door.change_password(held, "", OWN).outcome is Outcome.WRONG_CURRENT
    for deed in (
        lambda: office.reset("li+1"),
        lambda: office.set_placement("li+1", Placement(Role.ADMINISTRATOR)),
    ):
        with pytest.raises(BadValue):
            deed()
    office.disable("li+1")
    assert door.identity(held) == NOBODY
    assert door.admit_external("iss|1", "li+1", "李", Placement(Role.VIEWER)).outcome is Outcome.REFUSED


def test_a_group_table_with_an_unknown_unit_lets_nobody_in(database: Database, door: Doorkeeper) -> None:
    before = everything(database)
    for placement in (Placement(Role.EDITOR, "999999"), Placement(Role.REVIEWER, "", "999999")):
        with pytest.raises(BadValue):
            door.admit_external("iss|9", "x+9", "x", placement)
    assert everything(database) == before


def test_a_provider_cannot_take_over_a_local_account(database: Database, door: Doorkeeper) -> None:
    with pytest.raises(AtlasError):
        door.admit_external("iss|1", "boss", "x", Placement(Role.VIEWER))
    assert run(database, "SELECT role, external_subject FROM account WHERE name = 'boss'") == [
        ("administrator", None)
    ]


# ---- the command line ----


@pytest.fixture
def command(database: Database, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Return a function that runs ``python -m data user …`` on the copy."""
    monkeypatch.setattr(wiring, "open_database", lambda settings, report=None: database)
    if "user" not in cli.parser().format_help():
        built = cli.parser

        def with_user() -> Any:
            top = built()
            user.add_to(next(a for a in top._actions if hasattr(a, "add_parser")))
            return top

        monkeypatch.setattr(cli, "parser", with_user)
    return lambda *words: cli.main(["user", *words])


def test_the_command_line_keeps_accounts(
    command: Callable[..., int], door: Doorkeeper, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--role", "editor", "--unit", RUYUAN, "--display", "李四", "--random")
    assert command("add", "Li.Si", *words) == 0
    password = capsys.readouterr().out.strip().rsplit(" ", 1)[1]
    assert door.sign_in("li.si", password).must_change_password
    kept = tmp_path / "p"
    kept.write_text("another sentence\r\nsecond line\n", encoding="utf-8")
    assert command("reset", "li.si", "--password-file", str(kept)) == 0
    assert "sentence" not in capsys.readouterr().out
    assert door.sign_in("li.si", "another sentence").outcome is Outcome.IN
    assert command("set", "li.si", "--role", "reviewer", "--scope", "440200") == 0
    assert command("disable", "li.si") == 0
    capsys.readouterr()
    assert command("list") == 0
    line = next(li for li in capsys.readouterr().out.splitlines() if li.startswith("li.si"))
    assert "reviewer · 440200 韶关市 · disabled, must change password" in line
    assert command("enable", "li.si") == command("unlock", "li.si") == 0
    assert command("unit", WUJIANG, "--reviewed", "off") == 0
    assert "武江区: changes are published at once" in capsys.readouterr().out


@pytest.mark.parametrize(
    "case",
    [
        (("add", "x", "--role", "viewer", "--random"), 1, "x"),
        (("add", "new", "--role", "editor", "--random"), 1, "单位"),
        (("add", "new", "--role", "editor", "--unit", "000000", "--random"), 1, "000000"),
        (("add", "wu", "--role", "viewer", "--random"), 1, "wu"),
        (("add", "new", "--role", "viewer"), 1, "--random"),
        (("reset", "nobody", "--random"), 1, "nobody"),
        (("disable", "boss"), 1, "最后"),
        (("set", "wu"), 1, "--role"),
        (("unit", "000000", "--reviewed", "on"), 1, "000000"),
        (("add", "new", "--role", "king"), 2, "king"),
    ],
)
def test_a_wrong_command_is_one_line_and_changes_nothing(
    database: Database,
    command: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    case: tuple[tuple[str, ...], int, str],
) -> None:
    words, code, says = case
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    before = everything(database)
    if code == 2:
        with pytest.raises(SystemExit):
            command(*words)
    else:
        assert command(*words) == code
    assert says in capsys.readouterr().err
    assert everything(database) == before


def test_a_weak_password_from_a_file_is_refused(
    command: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for n, weak in enumerate(["", "short", "1234567890", "new.person"]):
        kept = tmp_path / f"p{n}"
        kept.write_text(weak)
        assert command("add", "new.person", "--role", "viewer", "--password-file", str(kept)) == 1
        assert "refused" in capsys.readouterr().err
