"""History, versions and edit marks: written by the database, complete, exact, and nobody's to alter."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from data import migrate
from data.cluster import Cluster
from data.database import Database, note
from data.store import names
from data.store.library import PostgisLibrary
from tests.db import making
from tests.db.copies import copy_of

pytestmark = pytest.mark.db

A = "440232"
LINE = {"source": "其他", "status": "到位", "amount": "1.5", "basis": "reported"}
WATCHED = {
    "project",
    "project_alias",
    "project_area",
    "project_place",
    "project_party",
    "task_link",
    "finance_line",
    "annual_plan",
    "milestone",
    "approval_step",
    "slot",
    "attachment",
}


@pytest.fixture
def editor(cluster: Cluster, library_database: Database) -> Iterator[tuple[Database, str]]:
    """A copy of the library with an editor who publishes at once, and his token."""
    with copy_of(cluster, library_database) as database:
        with database.owning() as connection:
            token = making.token_of(connection, "editor", "editor", unit_id=A, display_name="张三")
            connection.execute(text("UPDATE owner_unit SET reviewed = false WHERE id = :a"), {"a": A})
        yield database, token


def steps(connection: Connection, key: str, since: int = 0) -> list[Any]:
    return list(
        connection.execute(
            text("SELECT * FROM history WHERE project_id = :key AND id > :since ORDER BY id"),
            {"key": key, "since": since},
        )
    )


def last(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT coalesce(max(id), 0) FROM history")) or 0)


def version(connection: Connection, key: str) -> int:
    return int(connection.scalar(text("SELECT version FROM project WHERE id = :key"), {"key": key}) or 0)


# ---- completeness ----


def test_every_table_of_a_record_is_watched(writing: Connection) -> None:
    found = set(
        writing.scalars(
            text(
                "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'history_%'"
                " GROUP BY 1 HAVING count(*) = 3"
            )
        )
    )
    assert found == WATCHED


KEYS = {
    "project": ("id", "id"),
    "project_alias": ("project_id", "alias"),
    "project_area": ("project_id", "concat_ws('/', county_code, relation)"),
    "slot": ("programme_id", "number::text"),
    "project_party": ("project_id", "concat_ws('/', role, unit_id)"),
    "annual_plan": ("project_id", "year::text"),
}


@pytest.mark.parametrize("table", sorted(WATCHED))
def test_everything_that_stands_has_a_line_as_it_stands(writing: Connection, table: str) -> None:
    project, key = KEYS.get(table, ("project_id", "id::text"))
    image = (
        "to_jsonb(r) || jsonb_build_object('geom', geom::text)" if table == "project_place" else "to_jsonb(r)"
    )
    stands = f"SELECT {project} AS project, {key} AS key, {image} AS image FROM {table} r"
    line = (
        "project_id = stands.project AND table_name = :t AND row_key = stands.key AND new_row = stands.image"
    )
    without = writing.scalar(
        text(
            f"SELECT count(*) FROM ({stands}) AS stands WHERE NOT EXISTS (SELECT FROM history WHERE {line})"
        ),
        {"t": table},
    )
    assert without == 0


def test_a_library_from_before_history_begins_with_a_baseline(cluster: Cluster) -> None:
    from alembic import command

    cluster.drop_database("history_old")
    urls = cluster.create_database("history_old")
    database = Database(urls.app, urls.owner)
    try:
        with database.owning() as connection:
            connection.execute(text("CREATE SCHEMA atlas"))
            command.upgrade(migrate._config(connection), "0002")
            connection.execute(
                text(
                    "INSERT INTO project (id, name, name_normalised, kind, category)"
                    " VALUES ('T-0001', 'n', 'n', 'site', 'other')"
                )
            )
            making.place(connection, "T-0001", "POINT(113.1 24.9)")
        migrate.upgrade(database.owner)
        with database.owning() as connection:
            found = steps(connection, "T-0001")
            assert [(s.table_name, s.operation, s.changed_by, s.reason) for s in found] == [
                ("project", "insert", "system", "baseline"),
                ("project_place", "insert", "system", "baseline"),
            ]
            assert found[0].new_row["name"] == "n"
    finally:
        database.dispose()
        cluster.drop_database("history_old")


# ---- what a line says ----


FILED = (
    "INSERT INTO change_set (title, kind, unit_id, filed_by, state)"
    " VALUES ('x', 'form', :unit, acting_name(), 'submitted') RETURNING id"
)


def test_who_when_old_new_and_why(editor: tuple[Database, str]) -> None:
    database, token = editor
    with database.writing(token, "first reason") as connection:
        key = making.project(connection, owner_unit_id=A, county_code=A, total_investment="12.345678")
        filed = connection.scalar(text(FILED), {"unit": A})
        note(connection, "second reason", filed)
        making.insert(connection, "finance_line", {"project_id": key, **LINE})
    with database.writing(token, "third") as connection:
        connection.execute(text("UPDATE project SET note = 'x' WHERE id = :key"), {"key": key})
        connection.execute(text("DELETE FROM finance_line WHERE project_id = :key"), {"key": key})
    with database.owning() as connection:
        found = steps(connection, key)
        assert [(s.table_name, s.operation, s.reason, s.change_set_id) for s in found] == [
            ("project", "insert", "first reason", None),
            ("finance_line", "insert", "second reason", filed),
            ("project", "update", "third", None),
            ("finance_line", "delete", "third", None),
        ]
        assert {s.changed_by for s in found} == {"editor"}
        assert [found[0].old_row, found[3].new_row] == [None, None]
        assert (found[2].old_row["note"], found[2].new_row["note"]) == (None, "x")
        assert found[3].old_row["amount"] == found[1].new_row["amount"] == 1.5
        assert len({(s.transaction_id, s.changed_at) for s in found}) == 2


def test_an_image_gives_the_row_back_to_the_last_bit(writing: Connection) -> None:
    key = making.project(
        writing, total_investment="12345678901234.123456", beds=3, contact='{"name": "张三"}'
    )
    shape = "POLYGON((113.1 24.9,113.2000000000000001 24.9,113.15 24.933333333333333,113.1 24.9))"
    making.place(writing, key, shape, precision=2)
    for table, column in (("project", "id"), ("project_place", "project_id")):
        same = writing.scalar(
            text(
                f"SELECT count(*) FROM {table} stored JOIN history ON history.project_id = :key"
                " AND table_name = :table AND operation = 'insert',"
                f" jsonb_populate_record(NULL::{table}, new_row) AS image"
                f" WHERE stored.{column} = :key AND image IS NOT DISTINCT FROM stored"
                + (" AND ST_OrderingEquals(image.geom, stored.geom)" if table == "project_place" else "")
            ),
            {"key": key, "table": table},
        )
        assert same == 1, table


def test_what_changes_nothing_is_no_line_and_no_version(writing: Connection) -> None:
    key = making.project(writing, note="x")
    making.place(writing, key, making.middle(writing, A))
    begin, stood = last(writing), version(writing, key)
    writing.execute(text("UPDATE project SET note = note WHERE id = :key"), {"key": key})
    writing.execute(text("UPDATE project_place SET geom = geom WHERE project_id = :key"), {"key": key})
    writing.execute(text("UPDATE project SET note = 'y' WHERE false"))
    assert steps(writing, key, begin) == []
    assert version(writing, key) == stood


def test_a_row_that_moves_leaves_one_record_and_enters_the_other(writing: Connection) -> None:
    one, two = making.project(writing), making.project(writing)
    making.insert(writing, "finance_line", {"project_id": one, **LINE})
    begin = last(writing)
    writing.execute(
        text("UPDATE finance_line SET project_id = :two WHERE project_id = :one"), {"one": one, "two": two}
    )
    assert [(s.operation, s.new_row) for s in steps(writing, one, begin)] == [("delete", None)]
    assert [(s.operation, s.old_row) for s in steps(writing, two, begin)] == [("insert", None)]


def test_what_goes_with_a_record_is_remembered(writing: Connection) -> None:
    key = making.project(writing)
    making.place(writing, key, making.middle(writing, A))
    making.insert(writing, "project_alias", {"project_id": key, "alias": "别名", "kind": "used"})
    begin = last(writing)
    writing.execute(text("DELETE FROM project WHERE id = :key"), {"key": key})
    gone = {(s.table_name, s.operation) for s in steps(writing, key, begin)}
    assert gone == {(t, "delete") for t in ("project", "project_place", "project_alias")}


def test_many_rows_in_one_statement_are_many_lines(writing: Connection) -> None:
    begin = last(writing)
    changed = writing.execute(text("UPDATE project SET note = coalesce(note, '') || '.'")).rowcount
    lines = writing.scalar(text("SELECT count(*) FROM history WHERE id > :begin"), {"begin": begin})
    assert lines == changed > 400


# ---- nobody lies ----


def test_stamps_and_version_are_the_databases_own(editor: tuple[Database, str]) -> None:
    database, token = editor
    lies = {
        "version": 99,
        "updated_by": "system",
        "updated_at": "2000-01-01",
        "created_by": "x",
        "created_at": "2000-01-01",
    }
    sets = ", ".join(f"{name} = :{name}" for name in lies)
    with database.writing(token) as connection:
        key = making.project(connection, owner_unit_id=A, **lies)
        row = connection.execute(text("SELECT * FROM project WHERE id = :key"), {"key": key}).one()
        assert (row.version, row.created_by, row.updated_by) == (1, "editor", "editor")
        assert row.created_at.year > 2000
        connection.execute(text(f"UPDATE project SET {sets} WHERE id = :key"), lies | {"key": key})
        row = connection.execute(text("SELECT * FROM project WHERE id = :key"), {"key": key}).one()
        assert (row.version, row.created_by, row.updated_by) == (2, "editor", "editor")
        assert row.updated_at.year > 2000
        connection.execute(text("UPDATE project SET version = 0 WHERE id = :key"), {"key": key})
        assert version(connection, key) == 3
    with pytest.raises(DBAPIError, match="keeps its id"), database.writing(token) as connection:
        connection.execute(text("UPDATE project SET id = 'TST-0999' WHERE id = :key"), {"key": key})


def test_the_name_in_the_history_is_the_sessions(editor: tuple[Database, str]) -> None:
    database, token = editor
    with database.writing(token) as connection:
        for name in ("atlas.account", "atlas.name", "atlas.changed_by"):
            connection.execute(text("SELECT set_config(:name, 'system', true)"), {"name": name})
        key = making.project(connection, owner_unit_id=A)
    with database.owning() as connection:
        assert {s.changed_by for s in steps(connection, key)} == {"editor"}


def test_a_load_of_the_library_leaves_alone_what_an_office_has_changed(editor: tuple[Database, str]) -> None:
    from data.importers.library import read_library
    from data.setup import gazetteer
    from data.store import library_load

    database, token = editor
    with database.writing(token) as connection:
        key = connection.scalar(text("SELECT min(id) FROM project WHERE owner_unit_id = :a"), {"a": A})
        connection.execute(text("UPDATE project SET name = '办公室改的' WHERE id = :key"), {"key": key})
    with database.owning() as connection:
        begin = last(connection)
        counts = library_load.load(connection, read_library(), gazetteer())
        assert counts["kept_as_edited"] == 1
        row = connection.execute(text("SELECT * FROM project WHERE id = :key"), {"key": key}).one()
        assert (row.name, row.updated_by, row.version) == ("办公室改的", "editor", 2)
        assert last(connection) == begin  # an unchanged line of the tables is no change of its record


# ---- marks for caches ----


def test_every_edit_gives_the_library_another_version(editor: tuple[Database, str]) -> None:
    database, token = editor
    library = PostgisLibrary(database)
    found = [library.version()]
    key = "SG-0001"
    with database.writing(token) as connection:
        key = making.project(connection, owner_unit_id=A)
    found.append(library.version())
    for statement in (
        "UPDATE project SET note = 'x' WHERE id = :key",
        "UPDATE project SET version = version + 1 WHERE id = :key",
        "INSERT INTO milestone (project_id, code, basis) VALUES (:key, 'commencement', 'reported')",
        "INSERT INTO annual_plan (project_id, year, amount, basis) VALUES (:key, 2026, 1, 'reported')",
    ):
        with database.writing(token) as connection:
            connection.execute(text(statement), {"key": key})
        found.append(library.version())
    assert len(set(found)) == len(found)
    assert library.for_session(token).version() == library.version() == found[-1]


def test_what_was_undone_leaves_no_mark(editor: tuple[Database, str]) -> None:
    database, token = editor
    before = PostgisLibrary(database).version()
    with pytest.raises(DBAPIError), database.writing(token) as connection:
        making.project(connection, owner_unit_id=A)
        connection.execute(text("SELECT 1 / 0"))
    assert PostgisLibrary(database).version() == before


def test_no_two_states_share_a_version_whatever_the_order_of_commits(editor: tuple[Database, str]) -> None:
    """A long upload that began first and ends last must be noticed too."""
    database, _ = editor
    with database.owner.connect() as slow, database.owner.connect() as quick, database.owner.connect() as eye:
        found = []

        def look() -> None:
            found.append(names.version(eye))
            eye.rollback()

        def add(connection: Connection, key: str) -> None:
            """With a number of its own series: next_project_id would make one wait for the other."""
            making.insert(connection, "project", {"id": key, "name_normalised": "x", **making.PROJECT})

        look()
        add(slow, "SLOW-0001")
        look()
        add(quick, "QUICK-0001")
        quick.commit()
        look()
        slow.commit()
        look()
        add(quick, "QUICK-0002")
        quick.commit()
        look()
        assert found[0] == found[1]
        assert len(set(found)) == 4
        look()
        assert found[-1] == found[-2]


# ---- facets ----


def test_no_transaction_ends_without_its_facets(editor: tuple[Database, str]) -> None:
    """Derived at once, or at the end for whoever asks for that; left out by nobody."""
    database, token = editor
    with database.writing(token) as connection:
        key = making.project(connection, owner_unit_id=A, county_code=A)
    for published, trick in ((False, "on"), (True, "never"), (False, "on")):
        with database.writing(token) as connection:
            connection.execute(text("SELECT set_config('atlas.derive_at_end', :v, true)"), {"v": trick})
            connection.execute(
                text("UPDATE project SET published = :p WHERE id = :key"), {"key": key, "p": published}
            )
            connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))
            connection.execute(text("SELECT set_config('atlas.derive_at_end', '', true)"))
        with database.owning() as connection:
            assert making.facet(connection, key).published is published
            assert connection.scalar(text("SELECT count(*) FROM facet_queue")) == 0
