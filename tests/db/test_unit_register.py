"""Units that were renamed or merged: names, rights that follow, files that print old names, the registry."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from data.cli import main
from data.cluster import Cluster
from data.database import Database
from data.importers.library import read_library
from data.importers.office.matching import standardised
from data.store import accounts, images, owner_units, sessions, unit_register, units
from data.store.desk import PostgisDesk
from data.store.sessions import Doorkeeper
from projects.accounts import Placement
from projects.errors import BadValue, NotAllowed, SignInNeeded, UnknownRecord
from projects.identity import Role
from projects.intake.importing import TypedRow
from projects.intake.issues import IssueCode, Severity
from projects.unit_register import OfficeUnit
from tests.db import making
from tests.db.copies import copy_of
from tests.db.evaluation_world import CIVIL, HEALTH, OTHER, RUYUAN, World, build

pytestmark = pytest.mark.db
DAY = date(2019, 3, 1)
OLD_NAME = "韶关市卫生和计划生育局"
NEW_NAME = "韶关市卫生健康局"
WHY = "韶机编〔2019〕1号"


@pytest.fixture(scope="module")
def copy(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        yield build(database)


@pytest.fixture
def world(copy: World) -> Iterator[World]:
    """The copy, in which the registry is put back after each test."""
    yield copy
    with copy.database.owning() as connection:
        connection.execute(text("DELETE FROM unit_change"))
        connection.execute(text("UPDATE unit SET successor_id = NULL, valid_to = NULL"))
        connection.execute(text("DELETE FROM unit_alias WHERE alias = :name"), {"name": OLD_NAME})
        for table in ("unit", "owner_unit"):
            connection.execute(
                text(f"UPDATE {table} SET name = :name WHERE id = :id"),
                {"name": OLD_NAME, "id": HEALTH},
            )


def unit(world: World, key: str) -> OfficeUnit:
    found, _ = world.register("admin").page(key)
    return next(one for one in found if one.id == key)


def readable(world: World, who: str) -> set[str]:
    return set(world.scalar("SELECT readable_units()", who))


# ---- renaming ----


def test_a_renamed_unit_keeps_its_id_and_its_old_name_is_understood(world: World) -> None:
    world.register("admin").rename(HEALTH, f" {NEW_NAME} ", DAY, WHY)
    one = unit(world, HEALTH)
    assert (one.name, one.aliases[0], one.successor_id) == (NEW_NAME, OLD_NAME, "")
    assert world.scalar("SELECT name FROM owner_unit WHERE id = :id", id=HEALTH) == NEW_NAME
    assert [
        u.id for u in world.register("viewer").page("卫生和计划生育局")[0] if u.area_code == "440200"
    ] == [HEALTH]
    with world.database.reading(world.token["ruyuan"]) as connection:
        assert units.known(connection, [OLD_NAME, NEW_NAME, "市卫计局"])[OLD_NAME] == (HEALTH, NEW_NAME)
        assert units.former(connection, [OLD_NAME, NEW_NAME, "市卫健局"]) == {OLD_NAME: NEW_NAME}
    deed = world.register("admin").deeds()[0]
    assert (deed.kind, deed.old_name, deed.new_name, deed.since, deed.source, deed.made_by) == (
        "renamed", OLD_NAME, NEW_NAME, DAY, WHY, "ev-admin",
    )  # fmt: skip


def test_a_load_of_the_library_does_not_bring_the_old_name_back(world: World) -> None:
    from data import setup

    world.register("admin").rename(HEALTH, NEW_NAME, DAY, WHY)
    with world.database.owning() as connection:
        connection.execute(text("UPDATE loaded SET version = 'older' WHERE part = 'library'"))
    setup.initialise(world.database, lambda line: None)
    assert unit(world, HEALTH).name == NEW_NAME
    assert world.scalar("SELECT name FROM owner_unit WHERE id = :id", id=HEALTH) == NEW_NAME
    assert any(one["unit_id"] == HEALTH and one["name"] == OLD_NAME for one in read_library().units)


def test_a_name_taken_by_another_unit_is_refused(world: World) -> None:
    taken = unit(world, CIVIL).name
    with pytest.raises(BadValue, match="合并"):
        world.register("admin").rename(HEALTH, taken, DAY, WHY)


# ---- merging: rights follow, nothing is moved ----


def test_who_belongs_to_the_successor_reads_and_files_what_the_old_unit_left(world: World) -> None:
    hidden = "SELECT count(*) FROM project WHERE id = :id"
    key = world.record["of_health"]
    assert (world.scalar(hidden, "civil", id=key), world.scalar(hidden, "health", id=key)) == (0, 1)
    world.register("admin").merge(HEALTH, CIVIL, DAY, WHY)
    assert readable(world, "civil") == readable(world, "health") == {HEALTH, CIVIL}
    for who in ("civil", "health"):
        assert world.scalar(hidden, who, id=key) == 1
        assert world.scalar("SELECT may_file_for(:id)", who, id=key) is True
        own = PostgisDesk(world.database, world.token[who]).units()
        assert [one.id for one in own] == [CIVIL, HEALTH], "the unit that stands comes first"
    assert world.scalar("SELECT owner_unit_id FROM project WHERE id = :id", id=key) == HEALTH, "nothing moved"
    assert readable(world, "ruyuan") == {RUYUAN}
    assert HEALTH in readable(world, "reviewer") and readable(world, "stranger").isdisjoint({HEALTH, CIVIL})


def test_a_chain_of_mergers_leads_to_the_last_unit(world: World) -> None:
    with world.database.owning() as connection:
        making.insert(
            connection,
            "unit",
            {"id": "sg-big", "name": "韶关市大健康局", "kind": "department", "area_code": "440200"},
        )
        owner_units.refresh(connection)
    admin = world.register("admin")
    admin.merge(HEALTH, CIVIL, DAY, WHY)
    admin.merge(CIVIL, "sg-big", date(2024, 1, 1), WHY)
    assert readable(world, "health") == readable(world, "civil") == {HEALTH, CIVIL, "sg-big"}
    assert world.register("viewer").current(HEALTH).id == "sg-big"
    assert world.register("viewer").current(RUYUAN).name == "乳源瑶族自治县"
    with world.database.reading(world.token["ruyuan"]) as connection:
        assert units.known(connection, [OLD_NAME])[OLD_NAME] == ("sg-big", "韶关市大健康局")


def test_whoever_signs_in_after_the_merger_is_told_where_they_belong(world: World) -> None:
    world.register("admin").merge(HEALTH, CIVIL, DAY, WHY)
    door = Doorkeeper(world.database, 8)
    me = door.identity(world.token["health"])
    assert (me.unit and me.unit.id, me.former_unit, me.merged_on) == (CIVIL, OLD_NAME, DAY)
    assert door.identity(world.token["civil"]).former_unit == ""
    with world.database.door() as connection:
        listed = {one.name: one.place_name for one in accounts.listed(connection)}
        assert listed["ev-health"] == f"{OLD_NAME} → 韶关市民政局"
        found = [one.id for one in accounts.find_units(connection, "卫计局")]
        assert HEALTH not in found
        with pytest.raises(BadValue, match="韶关市民政局"):
            accounts.add(connection, "xin.ren", "", Placement(Role.EDITOR, HEALTH), "x" * 20)


@pytest.mark.parametrize(
    ("deed", "arguments", "words"),
    [
        ("merge", (HEALTH, HEALTH), "自己"),
        ("merge", (RUYUAN, HEALTH), "行政区划"),
        ("merge", (HEALTH, RUYUAN), "行政区划"),
        ("rename", (RUYUAN, "乳源县"), "行政区划"),
        ("rename", (HEALTH, "  "), "单位名称"),
        ("rename", (HEALTH, "甲\n乙"), "单位名称"),
        ("rename", (HEALTH, OLD_NAME), "不用更名"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    world: World, deed: str, arguments: tuple[str, str], words: str
) -> None:
    with pytest.raises(BadValue, match=words):
        getattr(world.register("admin"), deed)(*arguments, DAY, WHY)
    assert world.scalar("SELECT count(*) FROM unit_change") == 0


def test_rings_other_kinds_the_future_and_no_source_are_refused(world: World) -> None:
    admin = world.register("admin")
    with world.database.owning() as connection:
        making.insert(connection, "unit", {"id": "firm", "name": "某公司", "kind": "enterprise"})
    with pytest.raises(BadValue, match="同一类"):
        admin.merge(HEALTH, "firm", DAY, WHY)
    with pytest.raises(BadValue, match="今天以后"):
        admin.merge(HEALTH, CIVIL, date.today() + timedelta(days=3), WHY)
    with pytest.raises(BadValue, match="依据"):
        admin.merge(HEALTH, CIVIL, DAY, " ")
    with pytest.raises(UnknownRecord):
        admin.merge(HEALTH, "no-such", DAY, WHY)
    admin.merge(HEALTH, CIVIL, DAY, WHY)
    with pytest.raises(BadValue, match="已并入"):
        admin.merge(CIVIL, HEALTH, DAY, WHY)
    with pytest.raises(BadValue, match="已并入"):
        admin.rename(HEALTH, "又一名", DAY, WHY)
    with pytest.raises(BadValue, match="已并入"):
        admin.merge(HEALTH, OTHER, DAY, WHY)


@pytest.mark.parametrize("who", ["ruyuan", "health", "reviewer", "viewer", "evaluator"])
def test_only_administrators_rename_and_merge(world: World, who: str) -> None:
    with pytest.raises(NotAllowed, match="管理员"):
        world.register(who).rename(HEALTH, NEW_NAME, DAY, WHY)
    with pytest.raises(NotAllowed, match="管理员"):
        world.register(who).merge(HEALTH, CIVIL, DAY, WHY)
    for statement in (
        "SELECT rename_unit('sg-health', 'xx', DATE '2019-01-01', 'x')",
        "SELECT merge_unit('sg-health', 'sg-civil', DATE '2019-01-01', 'x')",
    ):
        with pytest.raises(NotAllowed), world.database.writing(world.token[who]) as connection:
            connection.execute(text(statement))


def test_nobody_without_a_session_reads_the_register(world: World) -> None:
    register = unit_register.PostgisUnitRegister(world.database, "")
    with pytest.raises(SignInNeeded):
        register.page()
    with pytest.raises(SignInNeeded):
        register.rename(HEALTH, NEW_NAME, DAY, WHY)


def test_only_administrators_see_how_many_accounts_a_unit_has(world: World) -> None:
    assert unit(world, HEALTH).accounts == 1
    assert next(u for u in world.register("viewer").page(HEALTH)[0]).accounts == 0


def test_pages_count_and_come_in_order(world: World) -> None:
    admin = world.register("admin")
    every, count = admin.page(limit=1000)
    assert len(every) == count == world.scalar("SELECT count(*) FROM unit")
    assert [u.id for u in admin.page(limit=10)[0] + admin.page(limit=10, offset=10)[0]] == [
        u.id for u in every[:20]
    ]
    assert admin.page("100%_没有")[1] == 0


# ---- files that print old names ----


def row(**document: Any) -> TypedRow:
    return TypedRow("项目", 2, "", "", "某项目", RUYUAN, document, (), {}, ())


def test_a_file_naming_a_former_unit_is_read_for_the_successor_and_told_so(world: World) -> None:
    world.register("admin").merge(HEALTH, CIVIL, DAY, WHY)
    with world.database.reading(world.token["ruyuan"]) as connection:
        given = row(**{"party/owner": [OLD_NAME], "party/operator": ["韶关市教育局"]})
        (read,) = standardised(connection, [given])
    assert read.document["party/owner"] == ["韶关市民政局"]
    assert [(i.code, i.severity, i.values) for i in read.issues] == [
        (IssueCode.UNIT_RENAMED, Severity.NOTICE, (OLD_NAME, "韶关市民政局"))
    ]
    assert OLD_NAME in read.issues[0].words("en")[0]


def test_another_way_to_write_a_name_of_today_is_no_notice(world: World) -> None:
    with world.database.reading(world.token["ruyuan"]) as connection:
        (read,) = standardised(connection, [row(**{"party/owner": ["市卫计局"]})])
    assert read.document["party/owner"] == [OLD_NAME] and read.issues == ()


def test_an_abbreviation_of_many_cities_is_that_of_ones_own(world: World) -> None:
    """市卫计局 is printed in several documents; a file from 韶关 means its own."""
    with world.database.reading(world.token["ruyuan"]) as connection:
        assert units.known(connection, ["市卫计局"])["市卫计局"][0] == HEALTH
    with world.database.reading(world.token["stranger"]) as connection:
        assert units.known(connection, ["市卫计局"])["市卫计局"][0] == OTHER


def test_a_record_shows_the_successor_once_and_an_unchanged_workbook_changes_nothing(world: World) -> None:
    key = world.record["open"]
    with world.database.owning() as connection:
        for position, one in enumerate((HEALTH, CIVIL)):
            making.insert(
                connection,
                "project_party",
                {
                    "project_id": key,
                    "role": "owner",
                    "unit_id": one,
                    "basis": "reported",
                    "position": position,
                },
            )
    world.register("admin").merge(HEALTH, CIVIL, DAY, WHY)
    with world.database.reading(world.token["ruyuan"]) as connection:
        held = images.standing(connection, [key])[key]
        assert held.document["party/owner"] == ["韶关市民政局"]
        (read,) = standardised(connection, [row(**{"party/owner": [OLD_NAME, "韶关市民政局"]})])
    assert read.document["party/owner"] == held.document["party/owner"]
    assert world.scalar("SELECT count(*) FROM project_party WHERE project_id = :id", id=key) == 2


# ---- the command line ----


def test_the_command_line_renames_merges_and_lists(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from data.cli import unit as command

    monkeypatch.setattr(command, "_owning", world.database.owning)
    day = ["--since", "2019-03-01", "--source", WHY]
    assert main(["unit", "rename", HEALTH, "--name", NEW_NAME, *day]) == 0
    assert main(["unit", "merge", HEALTH, "--into", CIVIL, *day]) == 0
    capsys.readouterr()
    assert main(["unit", "list", "卫生和计划生育局"]) == 0
    shown = capsys.readouterr().out
    assert f"{HEALTH} · {NEW_NAME}" in shown and f"merged into {CIVIL} 韶关市民政局 2019-03-01" in shown
    assert main(["unit", "merge", HEALTH, "--into", CIVIL, *day]) == 1
    assert main(["unit", "merge", CIVIL, "--into", OTHER, "--since", "tomorrow", "--source", "x"]) == 1
    told = capsys.readouterr().err
    assert "已并入" in told and "2019-03-01" in told
    assert world.register("admin").deeds()[0].made_by == unit_register.COMMAND_LINE


def test_without_a_merger_nobody_is_told_anything(world: World) -> None:
    with world.database.reading(world.token["health"]) as connection:
        me = sessions.identity_of(connection)
    assert (me.unit and me.unit.id, me.former_unit, me.merged_on) == (HEALTH, "", None)
