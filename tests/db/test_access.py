"""Attacks on the database as its roles: who reads, writes, files and decides what, whatever SQL is sent.

County A (乳源) publishes by itself, county B (乐昌) is reviewed by its city; both lie in 韶关.
The other prefecture is 郴州.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from data.cluster import Cluster
from data.database import Database
from data.store import owner_units
from data.store.library import PostgisLibrary
from data.tables import Base
from projects.errors import AtlasError, NotAllowed, SignInNeeded, UnknownRecord
from projects.filters import ProjectFilter
from tests.db import making
from tests.db.copies import copy_of

pytestmark = pytest.mark.db

A, B, CITY, OTHER_CITY = "440232", "440281", "440200", "431000"
CONTACT = '{"name": "张三", "phone": "13800000000"}'
ROLES: dict[str, tuple[str, dict[str, Any]]] = {
    "a": ("editor", {"unit_id": A}),
    "b": ("editor", {"unit_id": B}),
    "city": ("reviewer", {"scope_code": CITY}),
    "other": ("reviewer", {"scope_code": OTHER_CITY}),
    "admin": ("administrator", {}),
    "viewer": ("viewer", {}),
    "fresh": ("editor", {"unit_id": A, "must_change_password": True}),
}


class World:
    """A copy of the library with accounts, and records of both counties in every state."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.library = PostgisLibrary(database)
        self.token = {"": ""}
        self.record: dict[str, str] = {}
        with database.owning() as connection:
            for name, (role, values) in ROLES.items():
                self.token[name] = making.token_of(connection, f"who-{name}", role, **values)
            assert owner_units.review(connection, A, False)
            for county in (A, B):
                self._records(connection, county)

    def _records(self, connection: Connection, county: str) -> None:
        states: dict[str, dict[str, Any]] = {
            "open": {"contact": CONTACT},
            "hidden": {"published": False},
            "deleted": {"deleted_at": "2026-01-01"},
            "merged": {"merged_into_id": "SG-0001"},
        }
        for state, values in states.items():
            key = making.project(connection, owner_unit_id=county, county_code=county, **values)
            making.place(connection, key, making.middle(connection, county))
            making.insert(connection, "finance_line", {"project_id": key, **LINE})
            self.record[f"{county} {state}"] = key

    def scalar(self, who: str, query: str, **values: Any) -> Any:
        with self.database.reading(self.token[who]) as connection:
            return connection.scalar(text(query), values)

    def names(self, who: str, query: str, **values: Any) -> set[Any]:
        with self.database.reading(self.token[who]) as connection:
            return set(connection.scalars(text(query), values))

    @contextmanager
    def writing(self, who: str) -> Iterator[Callable[..., int]]:
        """Give a function that runs one statement as that account; nothing of it stays."""
        try:
            with self.database.writing(self.token[who]) as connection:

                def run(statement: str, **values: Any) -> int:
                    done = connection.execute(text(statement), values)
                    return int(done.scalar() or 0) if done.returns_rows else done.rowcount

                yield run
                raise Undone
        except Undone:
            pass

    def refused(self, who: str, statement: str, **values: Any) -> None:
        with pytest.raises(NotAllowed), self.writing(who) as run:
            run(statement, **values)


class Undone(Exception):  # noqa: N818 - reads as what happened
    """Ends a transaction that a test wants to leave no trace."""


LINE = {"source": "其他", "status": "到位", "amount": 1, "basis": "reported"}


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        yield World(database)


# ---- reading ----


@pytest.mark.parametrize("state", ["hidden", "deleted", "merged"])
@pytest.mark.parametrize("table", ["project", "project_place", "finance_line", "history", "project_facet"])
def test_what_is_not_published_is_seen_by_its_unit_and_those_above(
    world: World, state: str, table: str
) -> None:
    key = world.record[f"{B} {state}"]
    column = "id" if table == "project" else "project_id"
    query = f"SELECT count(*) FROM {table} WHERE {column} = :key"
    for who in ("a", "other", "viewer", "fresh"):
        assert world.scalar(who, query, key=key) == 0, who
    if table != "history":
        assert world.scalar("", query, key=key) == 0
    if table == "project_facet" and state != "hidden":
        return  # what is deleted or merged has left lists and maps for everybody
    for who in ("b", "city", "admin"):
        assert world.scalar(who, query, key=key) > 0, who


def test_the_record_card_of_an_unpublished_record_is_for_its_unit(world: World) -> None:
    key = world.record[f"{B} hidden"]
    for who in ("", "a", "viewer", "other"):
        with pytest.raises(UnknownRecord):
            world.library.for_session(world.token[who]).record(key)
    for who in ("b", "city", "admin"):
        assert world.library.for_session(world.token[who]).record(key).summary.id == key


def test_map_table_and_export_hold_the_same_records_for_everybody(world: World) -> None:
    found = {
        who: [row.id for row in world.library.for_session(token).stream(ProjectFilter())]
        for who, token in world.token.items()
    }
    assert world.record[f"{A} open"] in found[""]
    assert world.record[f"{A} hidden"] not in found[""]
    assert all(ids == found[""] for ids in found.values())


def test_nobody_reads_contacts_history_or_filed_changes_without_signing_in(world: World) -> None:
    for query in (
        "SELECT contact FROM project",
        "SELECT * FROM project",
        "SELECT updated_by FROM project",
        "SELECT confirmed_by FROM slot",
        *(f"SELECT * FROM {table}" for table in ("history", "attachment", "draft", "change_set", "change")),
    ):
        with pytest.raises(NotAllowed):
            world.scalar("", query)
    key = world.record[f"{B} open"]
    assert world.scalar("viewer", "SELECT contact ->> 'name' FROM project WHERE id = :key", key=key) == "张三"


def test_with_anonymous_reading_switched_off_nobody_sees_a_record(world: World) -> None:
    with world.database.owning() as connection:
        owner_units.set_policy(connection, False)
    try:
        for table in ("project", "project_facet", "project_place", "task_link", "data_issue", "slot"):
            query = f"SELECT count(*) FROM (SELECT {'id' if table == 'slot' else 1} FROM {table}) AS rows"
            if table == "project":
                query = "SELECT count(id) FROM project"
            assert world.scalar("", query) == 0, table
        assert world.library.count(ProjectFilter()).matched == 0
        assert world.library.for_session(world.token["viewer"]).count(ProjectFilter()).matched > 400
    finally:
        with world.database.owning() as connection:
            owner_units.set_policy(connection, True)


def test_a_function_that_tells_what_it_is_given_is_told_nothing_hidden(world: World) -> None:
    """The classic hole in row-level security: a cheap filter of one's own that runs before the policy."""
    key = world.record[f"{B} hidden"]
    with world.writing("a") as run:
        run("CREATE TEMP TABLE heard (id text)")
        run(
            "CREATE FUNCTION pg_temp.spy(seen text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001"
            " AS 'BEGIN INSERT INTO pg_temp.heard VALUES (seen); RETURN true; END'"
        )
        run("SELECT count(*) FROM project WHERE pg_temp.spy(id)")
        assert run("SELECT count(*) FROM pg_temp.heard") > 0
        assert run("SELECT count(*) FROM pg_temp.heard WHERE id = :key", key=key) == 0


# ---- writing ----


def test_an_editor_changes_his_own_units_records_and_no_others(world: World) -> None:
    update = "UPDATE project SET note = 'x' WHERE id = :key"
    mine, theirs = world.record[f"{A} open"], world.record[f"{B} open"]
    with world.writing("a") as run:
        assert run(update, key=mine) == 1
        assert run(update, key=theirs) == 0
        owned = run("SELECT count(*) FROM project WHERE owner_unit_id = :a", a=A)
        assert run("UPDATE project SET note = 'x'") == owned > 4  # his, in every state
        assert run("UPDATE project_place SET note = 'x' WHERE project_id = :key", key=theirs) == 0
        assert run("DELETE FROM project_place WHERE project_id = :key", key=theirs) == 0
        assert run("DELETE FROM finance_line WHERE project_id = :key", key=mine) == 1
    with world.writing("city") as run:
        assert run(update, key=mine) == run(update, key=theirs) == 1
    for who in ("viewer", "other", "b"):  # b's unit is reviewed: it files and waits
        if who == "viewer":
            with world.writing(who) as run:
                assert run(update, key=mine) == 0
        else:
            with world.writing(who) as run:
                assert run(update, key=theirs) == 0


def test_a_record_is_neither_given_away_nor_taken(world: World) -> None:
    move = "UPDATE project SET owner_unit_id = :unit WHERE id = :key"
    for unit in (B, CITY, None):
        world.refused("a", move, unit=unit, key=world.record[f"{A} open"])
    with world.writing("a") as run:
        assert run(move, unit=A, key=world.record[f"{B} open"]) == 0
    with world.writing("city") as run:
        assert run(move, unit=A, key=world.record[f"{B} open"]) == 1
    world.refused("city", move, unit=OTHER_CITY, key=world.record[f"{A} open"])
    with world.writing("admin") as run:
        assert run(move, unit=OTHER_CITY, key=world.record[f"{A} open"]) == 1


CHILDREN: dict[str, dict[str, Any]] = {
    "project_place": {
        "geom": "SRID=4326;POINT(113.3 24.8)",
        "precision": 3,
        "method": "gps",
        "basis": "reported",
        "datum_entered": "wgs84",
        "position": 7,
        "is_primary": False,
    },
    "project_alias": {"alias": "x", "kind": "x"},
    "project_area": {"county_code": "440203", "relation": "touches", "basis": "reported"},
    "project_party": {"role": "owner", "unit_id": "sg-gov", "basis": "reported"},
    "task_link": {"task_id": "", "printed_name": "x", "quote": "x"},
    "finance_line": LINE,
    "annual_plan": {"year": 2026, "amount": 1, "basis": "reported"},
    "milestone": {"code": "commencement", "basis": "reported"},
    "approval_step": {"code": "fireDesign", "basis": "reported"},
    "data_issue": {
        "code": "missing_value",
        "severity": "info",
        "field": "x",
        "value": "x",
        "action": "x",
        "remedy": "x",
    },
}
# Tested apart, or derived.
OTHERWISE = {"project_facet", "facet_queue", "attachment", "change_entry", "slot", "history"}
# In test_attacks_figures: frozen, noted, reported, derived.
# In test_shown.
OTHERWISE |= {"promotion_shown"}
OTHERWISE |= {"edition_entry", "promotion_event", "indicator_report", "project_schedule"}
# In test_evaluations.
OTHERWISE |= {"evaluation"}
LATER = {"matter"}


def test_no_table_of_records_is_forgotten_here() -> None:
    named = {name for name, table in Base.metadata.tables.items() if "project_id" in table.columns}
    assert named == set(CHILDREN) | OTHERWISE | LATER


def child(world: World, table: str, key: str) -> tuple[str, dict[str, Any]]:
    values = {"project_id": key, **CHILDREN[table]}
    if table == "task_link":
        values["task_id"] = world.scalar("admin", "SELECT min(id) FROM task")
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    return f"INSERT INTO {table} ({names}) VALUES ({marks})", values


@pytest.mark.parametrize("table", CHILDREN)
def test_nothing_is_hung_on_another_units_record(world: World, table: str) -> None:
    for state in ("open", "hidden"):
        statement, values = child(world, table, world.record[f"{B} {state}"])
        world.refused("a", statement, **values)
        world.refused("b", statement, **values)
        world.refused("viewer", statement, **values)
    statement, values = child(world, table, world.record[f"{A} open"])
    move = f"UPDATE {table} SET project_id = :other WHERE project_id = :key"
    keys = {"key": values["project_id"], "other": world.record[f"{B} open"]}
    with world.writing("a") as run:
        assert run(statement, **values) == 1
    with pytest.raises(NotAllowed), world.writing("a") as run:
        run(statement, **values)
        run(move, **keys)


def new_record(run: Callable[..., int], owner: str | None, key: str) -> int:
    return run(
        "INSERT INTO project (id, name, name_normalised, kind, category, owner_unit_id)"
        " VALUES (:key, 'n', 'n', 'site', 'other', :owner)",
        key=key,
        owner=owner,
    )


def next_id(world: World, who: str) -> str:
    with world.database.writing(world.token[who]) as connection:
        return str(connection.scalar(text("SELECT next_project_id('TST')")))


def test_a_new_record_belongs_to_ones_own_unit_and_has_a_number_that_was_given_out(world: World) -> None:
    key = next_id(world, "a")
    with world.writing("a") as run:
        assert new_record(run, A, key) == 1
    for who, owner in (("a", B), ("a", None), ("b", B), ("viewer", A), ("city", OTHER_CITY)):
        with pytest.raises(NotAllowed), world.writing(who) as run:
            new_record(run, owner, key)
    with pytest.raises(DBAPIError, match="never given out"), world.writing("a") as run:
        new_record(run, A, "TST-999999999")


def test_records_are_never_deleted_for_good(world: World) -> None:
    for who in ("a", "city", "admin"):
        world.refused(who, "DELETE FROM project WHERE id = :key", key=world.record[f"{A} open"])
    with world.writing("a") as run:
        assert (
            run("UPDATE project SET deleted_at = now() WHERE id = :key", key=world.record[f"{A} open"]) == 1
        )


def test_before_the_first_password_is_changed_nothing_is_written(world: World) -> None:
    with pytest.raises(NotAllowed, match="password"), world.writing("fresh"):
        pass
    with world.database._app.connect() as connection, pytest.raises(DBAPIError, match="row-level security"):
        connection.exec_driver_sql("SET TRANSACTION READ WRITE; SET LOCAL ROLE atlas_app")
        connection.execute(text("SELECT set_config('atlas.session', :t, true)"), {"t": world.token["fresh"]})
        assert connection.execute(text("UPDATE project SET note = 'x'")).rowcount == 0
        connection.execute(
            text(
                "INSERT INTO draft (account_id, subject, content) SELECT acting_account(), 'new', '{}'::jsonb"
            )
        )


# ---- drafts, jobs, accounts ----


def test_drafts_jobs_and_accounts_of_others_are_out_of_sight(world: World) -> None:
    draft = "INSERT INTO draft (account_id, subject, content) VALUES (:id, 'new', '{}')"
    numbers = {who: world.scalar(who, "SELECT acting_account()") for who in ("a", "b", "admin")}
    with world.database.owning() as connection:
        connection.execute(text(draft), {"id": numbers["b"]})
        connection.execute(
            text("INSERT INTO job (kind, arguments, account_id) VALUES ('x', '{}', :id)"),
            {"id": numbers["b"]},
        )
    for who in ("a", "city", "viewer"):
        assert world.scalar(who, "SELECT count(*) FROM draft") == 0
        assert world.scalar(who, "SELECT count(*) FROM job") == 0
    assert world.scalar("b", "SELECT count(*) FROM draft") == 1
    assert world.scalar("admin", "SELECT count(*) FROM draft") == 0  # what is typed is nobody else's
    assert world.scalar("admin", "SELECT count(*) FROM job") == 1
    world.refused("a", draft, id=numbers["b"])
    with world.writing("a") as run:
        assert run("UPDATE draft SET content = '{}'") == run("DELETE FROM draft") == 0
        assert run(draft, id=numbers["a"]) == 1
    for who in ("a", "admin"):
        assert world.names(who, "SELECT name FROM account") == {f"who-{who}"}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT password_hash FROM account",
        "SELECT * FROM account",
        "SELECT * FROM account_session",
        "UPDATE account SET role = 'administrator'",
        "UPDATE account SET unit_id = '440281'",
        "INSERT INTO account_session (token_sha256, account_id, kind, expires_at)"
        " SELECT sha256('x'), 1, 'browser', '2099-01-01'",
        "UPDATE owner_unit SET reviewed = false",
        "UPDATE slot SET county_code = '440232', state = 'claimed'",
        "SELECT acting()",
    ],
)
def test_accounts_and_their_units_are_changed_through_the_door_only(world: World, query: str) -> None:
    for who in ("a", "city", "admin"):
        world.refused(who, query)


def test_the_door_sees_accounts_and_nothing_of_the_library(world: World) -> None:
    with world.database.door() as connection:
        assert connection.scalar(text("SELECT count(*) FROM account")) == len(ROLES)
    for query in (
        "SELECT 1 FROM project",
        "SELECT 1 FROM history",
        "SELECT who_am_i()",
        "SELECT 1 FROM draft",
    ):
        with pytest.raises(NotAllowed), world.database.door() as connection:
            connection.execute(text(query))


# ---- identity ----


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE atlas_owner",
        "SET LOCAL ROLE atlas_owner",
        "SET ROLE atlas_door",
        "SET ROLE atlas_admin",
        "SET SESSION AUTHORIZATION atlas_owner",
        "SET row_security = off; SELECT 1 FROM project",
    ],
)
def test_no_sql_leads_to_a_stronger_role(world: World, statement: str) -> None:
    for who in ("", "a", "admin"):
        with pytest.raises(AtlasError) as caught, world.database.reading(world.token[who]) as connection:
            connection.exec_driver_sql(statement)
        assert caught.value.__cause__.orig.sqlstate == "42501"  # type: ignore[union-attr]


def test_without_a_role_of_the_transaction_the_pages_connection_is_nobody(world: World) -> None:
    """Somebody who gets rid of the role has the connection's own rights: an app role without a session."""
    with world.database.reading() as connection:
        connection.exec_driver_sql("RESET ROLE")
        assert connection.scalar(text("SELECT current_user")) == "atlas_app"
        assert connection.scalar(text("SELECT count(*) FROM project")) == 0
        assert connection.scalar(text("SELECT count(*) FROM project_facet")) == 0


def test_an_identity_cannot_be_guessed(world: World) -> None:
    number = world.scalar("b", "SELECT acting_account()")
    digest = hashlib.sha256(world.token["b"].encode()).hexdigest()
    with world.database.reading(world.token["a"]) as connection:
        for guess in (str(number), "who-b", digest, f"\\x{digest}", "administrator", "", "' OR true --"):
            connection.execute(text("SELECT set_config('atlas.session', :guess, true)"), {"guess": guess})
            assert connection.scalar(text("SELECT acting_account()")) is None
            assert connection.scalar(text("SELECT count(*) FROM project")) == 0
        for name in ("atlas.account", "atlas.role", "atlas.unit"):
            connection.execute(text("SELECT set_config(:name, 'administrator', true)"), {"name": name})
        assert not connection.scalar(text("SELECT sees_everything()"))
        assert connection.execute(text("SELECT * FROM who_am_i()")).all() == []


@pytest.mark.parametrize(
    "ending",
    [
        "UPDATE account_session SET expires_at = now() - interval '1 second' WHERE account_id = :id",
        "UPDATE account_session SET revoked_at = now() WHERE account_id = :id",
        "UPDATE account SET disabled_at = now() WHERE id = :id",
    ],
)
def test_an_ended_session_opens_nothing(world: World, ending: str) -> None:
    with world.database.owning() as connection:
        number = making.account(connection, f"leaver-{hash(ending) % 10**6}", "administrator")
        token = making.session(connection, number)
    with world.database.reading(token) as connection:
        assert connection.scalar(text("SELECT sees_everything()"))
    with world.database.owning() as connection:
        connection.execute(text(ending), {"id": number})
    for opened in (world.database.reading, world.database.writing):
        with pytest.raises(SignInNeeded), opened(token):
            pass
    with world.database.reading() as connection:  # the same by hand
        connection.exec_driver_sql("SET LOCAL ROLE atlas_app")
        connection.execute(text("SELECT set_config('atlas.session', :token, true)"), {"token": token})
        assert connection.scalar(text("SELECT count(*) FROM project")) == 0


@pytest.mark.parametrize("token", ["x", "a" * 10_000, "\0", "汉字", "'; RESET ROLE; --"])
def test_a_forged_token_is_refused_whatever_it_is(world: World, token: str) -> None:
    for opened in (world.database.reading, world.database.writing):
        with pytest.raises(SignInNeeded), opened(token):
            pass
    with pytest.raises(SignInNeeded):
        world.library.for_session(token).count(ProjectFilter())


def test_an_empty_token_writes_nothing(world: World) -> None:
    with pytest.raises(SignInNeeded), world.database.writing(""):
        pass


def test_a_changed_role_or_unit_acts_at_once(world: World) -> None:
    with world.database.owning() as connection:
        number = making.account(connection, "mover", "editor", unit_id=A)
        token = making.session(connection, number)

    def may(key: str) -> bool:
        with world.database.reading(token) as connection:
            return bool(connection.scalar(text("SELECT may_file_for(:key)"), {"key": key}))

    def become(**values: Any) -> None:
        sets = ", ".join(f"{name} = :{name}" for name in values)
        with world.database.door() as connection:
            connection.execute(text(f"UPDATE account SET {sets} WHERE id = :id"), {**values, "id": number})

    mine, theirs = world.record[f"{A} open"], world.record[f"{B} open"]
    assert (may(mine), may(theirs)) == (True, False)
    become(unit_id=B)
    assert (may(mine), may(theirs)) == (False, True)
    become(role="reviewer", scope_code=CITY)
    assert (may(mine), may(theirs)) == (True, True)
    become(role="viewer")
    assert (may(mine), may(theirs)) == (False, False)


def test_tables_and_functions_of_ones_own_do_not_stand_in_for_ours(world: World) -> None:
    with world.writing("a") as run:
        for table in ("owner_unit", "project", "project_facet", "change_set"):
            run(f"CREATE TEMP TABLE {table} (LIKE atlas.{table})")
        run("CREATE TEMP TABLE account AS SELECT 1 AS id, 'x' AS name, 'administrator' AS role")
        run("CREATE TEMP TABLE account_session AS SELECT sha256('x') AS token_sha256, 1 AS account_id")
        run("CREATE FUNCTION pg_temp.acting_account() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
        run("CREATE FUNCTION pg_temp.sees_everything() RETURNS boolean LANGUAGE sql AS 'SELECT true'")
        run("CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT NULL::bytea'")
        run("SET LOCAL search_path = pg_temp, atlas, public")
        assert run("SELECT count(*) FROM atlas.who_am_i() WHERE unit_id = :a", a=A) == 1
        assert run("UPDATE atlas.project SET note = 'x' WHERE id = :key", key=world.record[f"{B} open"]) == 0
        hidden = world.record[f"{B} hidden"]
        assert run("SELECT count(*) FROM atlas.project WHERE id = :key", key=hidden) == 0


# ---- the pool ----


@pytest.fixture
def one_connection(world: World) -> Iterator[Database]:
    """The same database through a pool of one connection, so that everybody gets the same."""
    database = Database(str(world.database._app.url), str(world.database.owner.url))
    yield database
    database.dispose()


def backend(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def left_over(connection: Connection) -> tuple[Any, ...]:
    return tuple(
        connection.execute(
            text(
                "SELECT current_user, current_setting('atlas.session'), current_setting('atlas.reason'),"
                " current_setting('atlas.change_set'), current_setting('search_path'),"
                " (SELECT count(*) FROM who_am_i())"
            )
        ).one()
    )


CLEAN = ("atlas_anonymous", "", "", "", "atlas, public, pg_temp", 0)


def test_a_connection_from_the_pool_has_forgotten_who_used_it(one_connection: Database, world: World) -> None:
    with one_connection.writing(world.token["admin"], "why", 7) as connection:
        first = backend(connection)
    with one_connection.reading() as connection:
        assert backend(connection) == first
        assert left_over(connection) == CLEAN
    with pytest.raises(DBAPIError), one_connection.writing(world.token["admin"], "why") as connection:
        connection.execute(text("SELECT 1 / 0"))
    with one_connection.reading() as connection:
        assert (backend(connection), left_over(connection)) == (first, CLEAN)
    with one_connection.reading(world.token["a"]) as connection:
        assert backend(connection) == first
        assert connection.scalar(text("SELECT acting_name()")) == "who-a"


def test_what_somebody_leaves_in_a_connection_deceives_nobody_after_him(
    one_connection: Database, world: World
) -> None:
    """Settings for the whole session, and temporary tables, outlive a transaction."""
    with one_connection.writing(world.token["a"]) as connection:
        first = backend(connection)
        connection.exec_driver_sql("CREATE TEMP TABLE project_facet AS SELECT 1 AS trap")
        connection.exec_driver_sql("SET search_path = pg_temp, atlas, public")
        connection.exec_driver_sql(f"SET atlas.session = '{world.token['a']}'")
        connection.exec_driver_sql("SET atlas.reason = 'mine'")
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql("SET default_transaction_read_only = off")
    with one_connection.reading() as connection:
        assert backend(connection) == first
        assert left_over(connection) == CLEAN
        assert connection.scalar(text("SHOW statement_timeout")) == "30s"
        assert connection.scalar(text("SHOW transaction_read_only")) == "on"
        assert connection.scalar(text("SELECT count(*) FROM project_facet")) > 400
    with one_connection.writing(world.token["city"]) as connection:
        assert connection.scalar(text("SELECT acting_name()")) == "who-city"
        assert connection.scalar(text("SELECT current_setting('atlas.reason')")) == ""


def test_an_engine_used_without_a_door_is_nobody(world: World) -> None:
    with world.database._app.begin() as connection:
        assert left_over(connection) == CLEAN
        assert connection.scalar(text("SHOW transaction_read_only")) == "on"


def test_one_address_for_all_doors_takes_the_roles_as_well(world: World) -> None:
    """With ``DATABASE_URL`` the owner's connection serves everybody; its rights are given up each time."""
    database = Database(world.database.owner.url.render_as_string(hide_password=False))
    try:
        with database.reading() as connection:
            assert left_over(connection) == CLEAN
        with database.reading(world.token["a"]) as connection:
            hidden = world.record[f"{B} hidden"]
            query = text("SELECT count(*) FROM project WHERE id = :key")
            assert connection.scalar(query, {"key": hidden}) == 0
        with database.owning() as connection:
            assert connection.scalar(query, {"key": hidden}) == 1
    finally:
        database.dispose()


def test_the_private_servers_superuser_is_reached_by_nobody(world: World, cluster: Cluster) -> None:
    engine = create_engine(str(world.database._app.url))
    with engine.connect() as connection:
        roles = connection.scalars(
            text("SELECT rolname FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER') ORDER BY 1")
        )
        assert list(roles) == ["atlas_anonymous", "atlas_app"]
    engine.dispose()
