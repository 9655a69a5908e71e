"""Loaded layers: kept whole, seen by their owner until they are shared, whatever SQL is sent."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data.cluster import Cluster
from data.database import ANONYMOUS_ROLE, APP_ROLE, DOOR_ROLE, Database
from data.store.analysis import layers
from data.store.analysis.adapter import PostgisAnalysis
from projects.analysis.inputs import LayerInfo, LayerKind, PointLayer, ShapeLayer
from projects.errors import BadValue, NotAllowed, SignInNeeded, UnknownRecord
from tests.db import making
from tests.db.copies import copy_of

pytestmark = pytest.mark.db

OTHERS = ("b", "viewer")
PEOPLE: dict[str, tuple[str, dict[str, Any]]] = {
    "a": ("editor", {"unit_id": "440232"}),
    "b": ("editor", {"unit_id": "440281"}),
    "viewer": ("viewer", {}),
    "fresh": ("editor", {"unit_id": "440232", "must_change_password": True}),
    "admin": ("administrator", {}),
}
POINTS = PointLayer(
    ("1", "2"),
    ("上村", "下村"),
    np.array([[113.5, 24.5], [113.6, 24.6]]),
    np.array([120.0, np.nan]),
    np.full(2, np.nan),
    np.full(2, np.nan),
)
SHAPES = ShapeLayer(np.array([shapely.box(113, 24, 114, 25)], dtype=object), ("保护区",), np.array([np.nan]))
INFO = LayerInfo(
    id=0,
    kind=LayerKind.SETTLEMENTS,
    name="村庄",
    source="自然资源局",
    data_date=date(2025, 6, 1),
    datum="cgcs2000",
    rows=3,
    used=2,
    left_out={"没有坐标": 1},
    people=120.0,
    bounds=(113.5, 24.5, 113.6, 24.6),
    loaded_by="",
    loaded_at=datetime(2000, 1, 1, tzinfo=UTC),
    shared=False,
    own=False,
    detail={"编码": "GBK"},
)
FENCES = replace(
    INFO,
    kind=LayerKind.EXCLUSIONS,
    name="保护区",
    rows=1,
    used=1,
    left_out={},
    people=None,
    bounds=None,
    data_date=None,
)


class World:
    """People with layers of their own, in a copy of the library."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.token = {"": ""}
        with database.owning() as connection:
            for name, (role, more) in PEOPLE.items():
                self.token[name] = making.token_of(connection, f"who-{name}", role, **more)

    def of(self, who: str) -> PostgisAnalysis:
        return PostgisAnalysis(self.database, self.token[who], self.folder)

    def sql(self, who: str, statement: str, **values: Any) -> int:
        """Run a statement as an account past the program; how many rows it touched. Nothing of it stays."""
        with self.database.owning() as connection, making.acting(connection, self.token[who]):
            done = connection.execute(text(statement), values)
            return len(done.all()) if done.returns_rows else done.rowcount

    def value(self, query: str, **values: Any) -> Any:
        with self.database.owning() as connection:
            return connection.scalar(text(query), values)

    def file(self, key: int) -> Path:
        return self.folder / str(self.value("SELECT file_name FROM analysis_layer WHERE id = :key", key=key))


@pytest.fixture(scope="module")
def home(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as database:
        yield database


@pytest.fixture
def world(home: Database, tmp_path: Path) -> Iterator[World]:
    yield World(home, tmp_path / "layers")
    with home.owning() as connection:
        connection.execute(text("DELETE FROM analysis_layer"))
        connection.execute(text("DELETE FROM account_session"))
        connection.execute(text("DELETE FROM account WHERE name LIKE 'who-%'"))


# ---- keeping ----


def test_a_layer_comes_back_as_it_was_loaded(world: World) -> None:
    mine = world.of("a")
    key = mine.keep(INFO, POINTS)
    (found,) = mine.layers()
    assert found == mine.layer(key)
    assert found == replace(INFO, id=key, own=True, loaded_by="who-a", loaded_at=found.loaded_at)
    assert abs((found.loaded_at - datetime.now(UTC)).total_seconds()) < 600
    content = mine.points(key)
    assert (content.ids, content.names) == (POINTS.ids, POINTS.names)
    np.testing.assert_array_equal(content.lonlat, POINTS.lonlat)
    np.testing.assert_array_equal(content.people, POINTS.people)
    fence = mine.keep(FENCES, SHAPES)
    assert shapely.equals_identical(mine.shapes(fence).geometries, SHAPES.geometries).all()
    assert mine.layer(fence).people is None and mine.layer(fence).bounds is None
    assert [one.id for one in mine.layers()] == [fence, key], "the newest first"
    assert [one.id for one in mine.layers([LayerKind.EXCLUSIONS, LayerKind.ROADS])] == [fence]


def test_a_layer_of_another_kind_of_content_is_refused(world: World) -> None:
    mine = world.of("a")
    with pytest.raises(BadValue, match="不适合"):
        mine.keep(INFO, SHAPES)
    with pytest.raises(BadValue, match="不适合"):
        mine.keep(FENCES, POINTS)
    key, fence = mine.keep(INFO, POINTS), mine.keep(FENCES, SHAPES)
    with pytest.raises(BadValue, match="图层“村庄”的用途"):
        mine.shapes(key)
    with pytest.raises(BadValue, match="图层“保护区”的用途"):
        mine.points(fence)


@pytest.mark.parametrize(
    "change",
    [
        {"rows": 4},
        {"left_out": {}},
        {"name": ""},
        {"datum": ""},
        {"source": "x" * 501},
        {"bounds": (113.6, 24.5, 113.5, 24.6)},
        {"bounds": (500000.0, 24.5, 500001.0, 24.6)},
        {"people": -1.0},
        {"people": float("nan")},
        {"detail": {"x": float("nan")}},
        {"detail": {"x": "y" * 20_000}},
        {"rows": 2**31, "used": 2**31 - 1},
    ],
    ids=lambda change: str(change)[:40],
)
def test_a_layer_that_cannot_be_is_not_kept_and_leaves_no_file(world: World, change: dict[str, Any]) -> None:
    with pytest.raises(BadValue, match="没有保存"):
        world.of("a").keep(replace(INFO, **change), POINTS)
    assert world.of("a").layers() == ()
    assert not list(world.folder.glob("*"))


def test_words_that_no_database_takes_lose_what_cannot_be_kept(world: World) -> None:
    words = replace(INFO, name="村\0庄", source="\ud800x", left_out={"没有\0坐标": 1}, detail={"a\0": "b\0"})
    found = world.of("a").layer(world.of("a").keep(words, POINTS))
    assert (found.name, found.source, found.left_out, found.detail) == (
        "村庄",
        "?x",
        {"没有坐标": 1},
        {"a": "b"},
    )


def test_a_full_disk_keeps_neither_row_nor_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        world.of("a").keep(INFO, POINTS)
    assert world.of("a").layers() == () and not list(world.folder.glob("*"))


def test_one_account_has_room_for_so_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "MOST_PER_ACCOUNT", 2)
    keys = [world.of("a").keep(INFO, POINTS) for _ in range(2)]
    with pytest.raises(BadValue, match="2 个图层"):
        world.of("a").keep(INFO, POINTS)
    assert len(list(world.folder.glob("*"))) == 2
    world.of("b").keep(INFO, POINTS)
    world.of("a").remove(keys[0])
    world.of("a").keep(INFO, POINTS)


def test_a_missing_or_damaged_content_says_so_and_the_layer_can_be_removed(world: World) -> None:
    mine = world.of("a")
    key, other = mine.keep(INFO, POINTS), mine.keep(INFO, POINTS)
    world.file(key).unlink()
    world.file(other).write_bytes(b"PK broken")
    with pytest.raises(BadValue, match="不在服务器的数据文件夹里"):
        mine.points(key)
    with pytest.raises(BadValue, match="已损坏"):
        mine.points(other)
    assert len(mine.layers()) == 2, "the list still shows them"
    mine.remove(key)
    mine.remove(other)
    assert mine.layers() == () and not list(world.folder.glob("*"))


def test_removing_takes_the_file_and_nothing_else(world: World) -> None:
    mine = world.of("a")
    key, stays = mine.keep(INFO, POINTS), mine.keep(INFO, POINTS)
    gone = world.file(key)
    mine.remove(key)
    assert not gone.exists() and [one.id for one in mine.layers()] == [stays]
    assert len(mine.points(stays).ids) == 2
    for ask in (mine.layer, mine.points, mine.shapes, mine.remove):
        with pytest.raises(UnknownRecord):
            ask(key)


def test_what_no_row_names_is_cleared_away_when_it_is_old(world: World) -> None:
    key = world.of("a").keep(INFO, POINTS)
    orphan, fresh = world.folder / f"{'0' * 32}.npz", world.folder / f"{'1' * 32}.npz"
    for file in (orphan, fresh):
        file.write_bytes(b"x")
    for file in (orphan, world.file(key)):
        os.utime(file, (1000, 1000))
    assert layers.clear_away(world.database, world.folder, time.time() - 3600) == 1
    assert not orphan.exists() and fresh.exists() and len(world.of("a").points(key).ids) == 2
    assert layers.clear_away(world.database, world.folder / "nowhere", time.time()) == 0


# ---- who sees what ----


def unseen(world: World, who: str, key: int) -> None:
    """Hold that a layer does not exist for somebody, whichever way is tried."""
    there = world.of(who)
    assert key not in [one.id for one in there.layers()]
    for ask in (there.layer, there.points, there.shapes):
        with pytest.raises(UnknownRecord):
            ask(key)


def test_a_layer_is_its_loaders_own_until_it_is_shared(world: World) -> None:
    key = world.of("a").keep(INFO, POINTS)
    for who in ("", *OTHERS):
        unseen(world, who, key)
    world.of("a").share(key, True)
    for who in OTHERS:
        there = world.of(who)
        assert (there.layer(key).own, there.layer(key).shared) == (False, True)
        assert there.points(key).names == POINTS.names
    unseen(world, "", key)
    world.of("a").share(key, False)
    for who in ("", *OTHERS):
        unseen(world, who, key)


def test_an_administrator_sees_and_removes_but_does_not_share(world: World) -> None:
    key = world.of("a").keep(INFO, POINTS)
    assert world.of("admin").layer(key).own is False
    with pytest.raises(NotAllowed, match="不是您载入的"):
        world.of("admin").share(key, True)
    world.of("admin").remove(key)
    assert world.of("a").layers() == () and not list(world.folder.glob("*"))


def test_a_shared_layer_is_not_removed_or_changed_by_those_who_use_it(world: World) -> None:
    key = world.of("a").keep(replace(INFO, shared=True), POINTS)
    for who in OTHERS:
        with pytest.raises(NotAllowed, match="不是您载入的"):
            world.of(who).remove(key)
        with pytest.raises(NotAllowed, match="不是您载入的"):
            world.of(who).share(key, False)
    assert world.of("a").points(key).names == POINTS.names
    assert world.of("a").layer(key).shared


def test_nobody_without_a_session_keeps_shares_or_removes(world: World) -> None:
    key = world.of("a").keep(replace(INFO, shared=True), POINTS)
    for who in (world.of(""), PostgisAnalysis(world.database, "x" * 43, world.folder)):
        with pytest.raises(SignInNeeded):
            who.keep(INFO, POINTS)
        with pytest.raises(SignInNeeded):
            who.share(key, False)
    with pytest.raises(UnknownRecord):
        world.of("").remove(key)
    with pytest.raises(SignInNeeded):
        PostgisAnalysis(world.database, "x" * 43, world.folder).remove(key)
    assert world.of("").layers() == ()
    assert len(list(world.folder.glob("*"))) == 1


def test_an_ended_session_and_a_disabled_account_see_nothing_more(world: World) -> None:
    key = world.of("a").keep(INFO, POINTS)
    old = world.of("a")
    with world.database.owning() as connection:
        connection.execute(text("UPDATE account SET disabled_at = now() WHERE name = 'who-a'"))
    for ask in (old.layers, lambda: old.points(key), lambda: old.remove(key)):
        with pytest.raises(SignInNeeded):
            ask()
    assert world.of("admin").layer(key).loaded_by == "who-a"


def test_before_the_first_password_is_changed_nothing_is_kept(world: World) -> None:
    with pytest.raises(NotAllowed, match="password"):
        world.of("fresh").keep(INFO, POINTS)
    assert not list(world.folder.glob("*"))


# ---- attacks in SQL ----

COLUMNS = "kind, name, source, datum, rows, used, file_name, account_id, loaded_by"
FORGED = (
    f"INSERT INTO analysis_layer ({COLUMNS}) VALUES ('roads', 'x', '', 'wgs84', 0, 0, :file,"
    " {account}, {name})"
)
MINE = {"account": "acting_account()", "name": "acting_name()"}


def file_name(number: int = 0) -> str:
    return f"{number:032x}.npz"


def test_a_row_is_inserted_in_ones_own_name_only(world: World) -> None:
    assert world.sql("a", FORGED.format(**MINE), file=file_name()) == 1
    theirs = str(world.value("SELECT id FROM account WHERE name = 'who-b'"))
    for forged in (
        MINE | {"account": theirs},
        MINE | {"name": "'who-b'"},
        {"account": theirs, "name": "'who-b'"},
        MINE | {"name": "'system'"},
    ):
        with pytest.raises(NotAllowed):
            world.sql("a", FORGED.format(**forged), file=file_name())
    for who in ("", "fresh"):
        with pytest.raises(NotAllowed):
            world.sql(who, FORGED.format(**MINE), file=file_name())


@pytest.mark.parametrize("column", ["id", "loaded_at"])
def test_number_and_time_are_the_databases_word(world: World, column: str) -> None:
    value = {"id": "7", "loaded_at": "now()"}[column]
    statement = FORGED.format(**MINE).replace(COLUMNS, f"{COLUMNS}, {column}")[:-1] + f", {value})"
    with pytest.raises(NotAllowed):
        world.sql("a", statement, file=file_name())


def test_nobody_points_a_row_at_the_file_of_another(world: World) -> None:
    key = world.of("a").keep(replace(INFO, shared=True), POINTS)
    with pytest.raises(DBAPIError, match="uq_analysis_layer_file_name"):
        world.sql("b", FORGED.format(**MINE), file=world.file(key).name)
    for path in ("../secret_key", "/etc/passwd", f"../{file_name()}", f"{file_name()}\n", "x.npz", ""):
        with pytest.raises(DBAPIError, match="ck_analysis_layer_file_name_form"):
            world.sql("b", FORGED.format(**MINE), file=path)


@pytest.mark.parametrize("who", ["", "b", "viewer", "fresh", "admin"])
@pytest.mark.parametrize("shared", [False, True])
def test_what_belongs_to_another_is_not_changed_by_sql(world: World, who: str, shared: bool) -> None:
    key = world.of("a").keep(replace(INFO, shared=shared), POINTS)

    def touched(statement: str) -> int:
        try:
            return world.sql(who, statement, key=key)
        except NotAllowed:
            return 0

    assert touched("UPDATE analysis_layer SET shared = NOT shared WHERE id = :key") == 0
    assert touched("DELETE FROM analysis_layer WHERE id = :key") == (1 if who == "admin" else 0)
    sees = who == "admin" or (shared and who != "")
    assert touched("SELECT * FROM analysis_layer WHERE id = :key") == (1 if sees else 0)


def test_only_sharing_changes_of_a_layer_of_ones_own(world: World) -> None:
    key = world.of("a").keep(INFO, POINTS)
    assert world.sql("a", "UPDATE analysis_layer SET shared = true WHERE id = :key", key=key) == 1
    columns = world.value(
        "SELECT string_agg(column_name, ' ') FROM information_schema.columns"
        " WHERE table_name = 'analysis_layer'"
    ).split()
    for column in set(columns) - {"shared"}:
        with pytest.raises(NotAllowed):
            world.sql("a", f"UPDATE analysis_layer SET {column} = {column} WHERE id = :key", key=key)


@pytest.mark.parametrize("role", [APP_ROLE, ANONYMOUS_ROLE, DOOR_ROLE])
def test_rights_on_the_table_are_exactly_these(world: World, role: str) -> None:
    held = {
        right
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
        if world.value("SELECT has_table_privilege(:role, 'analysis_layer', :right)", role=role, right=right)
    }
    assert held == ({"SELECT", "DELETE"} if role == APP_ROLE else set())
    any_column = (
        "SELECT has_any_column_privilege(:role, 'analysis_layer', 'SELECT, INSERT, UPDATE, REFERENCES')"
    )
    assert world.value(any_column, role=role) is (role == APP_ROLE)


@pytest.mark.parametrize(
    ("policy", "attack"),
    [
        ("reads ON analysis_layer USING (true)", "SELECT * FROM analysis_layer WHERE id = :key"),
        (
            "updates ON analysis_layer USING (true) WITH CHECK (true)",
            "UPDATE analysis_layer SET shared = true WHERE id = :key",
        ),
        ("deletes ON analysis_layer USING (true)", "DELETE FROM analysis_layer WHERE id = :key"),
    ],
)
def test_each_fence_is_what_keeps_them_out(world: World, policy: str, attack: str) -> None:
    key = world.of("a").keep(replace(INFO, shared=not attack.startswith("SELECT")), POINTS)
    assert world.sql("b", attack, key=key) == 0
    with world.database.owning() as connection:
        step = connection.begin_nested()
        connection.exec_driver_sql(f"ALTER POLICY {policy}")
        with making.acting(connection, world.token["b"]):
            assert connection.execute(text(attack), {"key": key}).rowcount == 1
        step.rollback()
