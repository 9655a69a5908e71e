"""Practice data: in a database of their own that says so, and never a trace of them in a real one."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from data import backup, cli, practice, setup, wiring
from data.cluster import Cluster
from data.database import Database
from data.demo import build, people, prepare
from data.demo.build import mark
from data.exports import formats
from data.exports.request import ExportRequest
from data.settings import Settings
from data.store.library import PostgisLibrary
from data.store.plans import PostgisEditions
from data.store.targets import PostgisTargets
from projects.errors import BadValue, StorageUnavailable
from projects.filters import ProjectFilter
from projects.plans.editions import EditionKind
from projects.plans.ports import Wanted, Window
from tests.db import making
from tests.db.copies import copy_of, database_named, rows
from tests.db.office_world import office
from tests.db.practice_world import SQUARES, TODAY, empty_world, practice_world

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[Database]:
    with practice_world(cluster) as database:
        yield database


def test_every_project_place_line_and_step_is_marked(world: Database) -> None:
    for table in ("project", "project_place", "finance_line", "milestone", "annual_plan", "project_party"):
        assert rows(world, f"SELECT DISTINCT basis FROM {table}") == [("demo",)], table
    assert rows(world, "SELECT count(*) FROM project WHERE id NOT LIKE 'YS-%'") == [(0,)]
    values = "jsonb_each(provenance) AS held (name, entry)"
    found = rows(world, f"SELECT DISTINCT entry ->> 'basis', entry ->> 'source' FROM project, {values}")
    assert found == [("demo", "demo")]


def test_what_lists_and_maps_need_is_derived_at_the_end(world: Database) -> None:
    with world.reading() as connection:
        count = PostgisLibrary(world).count(ProjectFilter())
        published = connection.scalar(text("SELECT count(*) FROM project"))
    assert count.matched == published > 140
    assert count.points > 50 and count.county > 5
    sums = rows(
        world,
        "SELECT count(*) FROM project_facet f WHERE line_sum <> (SELECT coalesce(sum(amount), 0) FROM"
        " finance_line l WHERE l.project_id = f.project_id) OR milestone_count <> (SELECT count(*) FROM"
        " milestone m WHERE m.project_id = f.project_id)",
    )
    assert sums == [(0,)]
    assert rows(world, "SELECT sum(line_count), sum(milestone_count) FROM project_facet") == [(750, 750)]
    assert rows(world, "SELECT count(*) FROM history WHERE table_name = 'finance_line'") == [(750,)]


def test_points_lie_in_the_county_they_name(world: Database) -> None:
    found = rows(
        world,
        "SELECT count(*), count(*) FILTER (WHERE place.county_code = project.county_code)"
        " FROM project_place place JOIN project ON project.id = project_id",
    )
    assert found[0][0] == found[0][1] > 50


def test_all_statuses_stages_and_late_steps_come_up(world: Database) -> None:
    assert {r[0] for r in rows(world, "SELECT DISTINCT status FROM finance_line")} == {
        "拟申请", "申请", "批复", "到位", "支付",
    }  # fmt: skip
    assert len(rows(world, "SELECT DISTINCT stage FROM project")) >= 7
    funding = {r[0] for r in rows(world, "SELECT DISTINCT funding_status FROM project_facet")}
    assert {"未报", "未落实", "部分落实", "部分到位", "已到位"} <= funding
    late = "SELECT count(*) FROM project_facet WHERE due_on < DATE '2026-11-21'"
    assert rows(world, late)[0][0] > 10


def test_the_same_seed_builds_the_same_library(cluster: Cluster, world: Database) -> None:
    queries = (
        "SELECT id, name, county_code, stage, total_investment, updated_at FROM project ORDER BY id",
        "SELECT project_id, ST_AsText(geom), precision FROM project_place ORDER BY 1, 2",
        "SELECT project_id, source, status, amount, year FROM finance_line ORDER BY id",
        "SELECT project_id, code, planned_on, actual_on FROM milestone ORDER BY 1, 2",
    )
    with practice_world(cluster) as again:
        for query in queries:
            assert rows(again, query) == rows(world, query)


def test_a_plan_its_roll_over_and_a_catalogue_are_there_to_try(cluster: Cluster, world: Database) -> None:
    anybody, reviewer = PostgisEditions(world), PostgisEditions(world, reviewer_of(world))
    (plan,), (catalogue,) = (anybody.editions(kind, "440200") for kind in EditionKind)
    assert (plan.state, plan.number, plan.year, catalogue.state) == ("published", 1, 2026, "published")
    members = anybody.entries(plan.id, Wanted(), Window(500))
    assert members.matched > 40 and {one.snapshot["basis"] for one in members.rows} == {"demo"}
    assert any(one.plan for one in members.rows) and "演示" in plan.title
    waiting, *_ = reviewer.editions(EditionKind.ROLLING_PLAN, "440200")
    assert (waiting.state, waiting.year, waiting.base_id, reviewer.waiting()) == (
        "proposed",
        2027,
        plan.id,
        1,
    )
    assert waiting.entered > 5 and waiting.left > 5
    assert reviewer.compare(plan.id, waiting.id).changed > 5, "totals rose since"
    offered = anybody.entries(catalogue.id, Wanted(), Window(500))
    assert offered.matched > 3
    with practice_world(cluster) as again:
        query = "SELECT edition_id, project_id, change, reason, plan, digest FROM edition_entry ORDER BY 1, 2"
        assert rows(again, query) == rows(world, query)
        acting = PostgisEditions(again, reviewer_of(again))
        assert acting.decide(waiting.id, publish=True).number == 2, "as a real one"


def reviewer_of(database: Database) -> str:
    with database.owning() as connection:
        return making.token_of(connection, f"r-{uuid.uuid4().hex}", "reviewer", scope_code="440200")


def test_a_figure_that_waits_is_decided_like_a_real_one(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "read_package", lambda report: SQUARES)
    with database_named(cluster, "practice_figures") as database:
        prepare(database, 7, lambda line: None)
        build(database, 30, seed=7, today=TODAY)
        targets = PostgisTargets(database, reviewer_of(database))
        (waiting,) = (one for one in targets.reports() if one.state == "submitted")
        assert (waiting.area_code, waiting.period_to, waiting.basis) == ("440232", date(2025, 12, 31), "demo")
        assert "演示" in waiting.source_note
        assert targets.decide(waiting.id, True) == "accepted"
        query = "SELECT DISTINCT state FROM indicator_report"
        assert rows(database, query) == [("accepted",)]


def test_a_library_for_measuring_gets_no_editions(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["data.demo.build"], "EDITIONS_UP_TO", 20)
    with practice_world(cluster, 21) as large:
        assert rows(large, "SELECT count(*) FROM edition") == [(0,)]


def test_the_mark_is_read_by_anybody_and_written_by_none(world: Database) -> None:
    assert practice.marked(world) and practice.is_practice(world)
    with pytest.raises(DBAPIError, match=r"read-only|permission denied"), world.reading() as connection:
        connection.execute(text("UPDATE installation SET practice = false"))


@pytest.mark.parametrize("deed", ["UPDATE installation SET practice = false", "DELETE FROM installation"])
def test_a_practice_database_stays_one(world: Database, deed: str) -> None:
    with pytest.raises(DBAPIError, match="stays one"), world.owning() as connection:
        connection.execute(text(deed))


def test_a_library_never_becomes_practice_and_takes_no_practice_value(library_database: Database) -> None:
    with pytest.raises(DBAPIError, match="holds records"), library_database.owning() as connection:
        mark(connection, 1)
    with pytest.raises(BadValue, match="holds records"):
        build(library_database, 5, today=TODAY)
    assert not practice.marked(library_database)
    for statement in (
        "UPDATE project SET basis = 'demo'",
        "UPDATE project_place SET basis = 'demo'",
        "INSERT INTO finance_line (project_id, source, status, amount, basis)"
        " SELECT id, '其他', '到位', 1, 'demo' FROM project LIMIT 1",
        "INSERT INTO milestone (project_id, code, basis) SELECT id, 'landed', 'demo' FROM project LIMIT 1",
    ):
        with pytest.raises(DBAPIError, match="real library"), library_database.owning() as connection:
            connection.execute(text(statement))


def test_a_second_building_and_a_country_without_counties_are_refused(
    cluster: Cluster, world: Database
) -> None:
    with pytest.raises(BadValue, match="holds records"):
        build(world, 5, today=TODAY)
    with empty_world(cluster) as bare:
        with bare.owning() as connection:
            connection.execute(text("DELETE FROM area WHERE level = 'county'"))
        with pytest.raises(BadValue, match="load the boundaries"):
            build(bare, 5, today=TODAY)
        assert not practice.is_practice(bare), "nothing half done"


def test_preparing_leaves_out_every_real_record(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "read_package", lambda report: SQUARES)
    with database_named(cluster, "practice_prepared") as database:
        for _ in range(2):  # a second start of the app changes nothing
            prepare(database, 7, lambda line: None)
            assert rows(database, "SELECT count(*) FROM project") == [(0,)]
        assert practice.is_practice(database)
        built = build(database, 60, seed=7, today=TODAY)
        assert built.reports > 5 and built.visits > 3
        found = rows(database, "SELECT basis, state, count(*) FROM indicator_report GROUP BY 1, 2 ORDER BY 2")
        assert found == [("demo", "accepted", built.reports - 1), ("demo", "submitted", 1)]
        assert rows(database, "SELECT count(*) FROM promotion_event WHERE counterpart NOT LIKE '%演示%'") == [
            (0,)
        ]
        kept = rows(database, "SELECT (SELECT count(*) FROM target), (SELECT count(*) FROM unit)")
        assert kept[0][0] > 40 and kept[0][1] > 100
        with database.owning() as connection:
            connection.execute(text("UPDATE loaded SET version = 'old' WHERE part = 'gazetteer'"))
        setup.initialise(database, lambda line: None)
        assert rows(database, "SELECT count(*) FROM project") == [(60,)], "nor does an update of the program"


def test_a_practice_export_is_not_taken_over_by_a_real_library(
    cluster: Cluster, library_database: Database, tmp_path: Path, world: Database
) -> None:
    asked = ExportRequest(chosen=ProjectFilter(county=("440232",)), practice=True)
    assert formats.write("xlsx", PostgisLibrary(world), asked, tmp_path / "demo.xlsx") > 1000
    with copy_of(cluster, library_database) as copy, office(copy, tmp_path) as real:
        plan = real.preview(tmp_path / "demo.xlsx")
        assert {str(row.outcome) for row in plan.rows} == {"rejected"}
        records = [row for row in plan.rows if row.row.sheet == "项目"]
        assert len(records) > 5 and all("演示数据" in said(row) for row in records)
        named = {"类型": "项目点", "类别": "中医药", "县（市、区）": "乳源瑶族自治县"}
        retyped = real.preview(
            real.workbook(
                [
                    {**named, "项目名称": "云杉国医堂（演示0007）"},
                    {**named, "项目名称": "改了名的", "项目编号": "YS-0001"},
                    {**named, "项目名称": "瑶药演示基地"},
                ]
            )
        )
        assert [str(row.outcome) for row in retyped.rows] == ["rejected", "rejected", "new"]
        assert "YS-0001" in said(retyped.rows[1])


def test_a_backup_of_practice_does_not_take_the_place_of_a_real_library_nor_the_other_way(
    cluster: Cluster, world: Database, tmp_path: Path
) -> None:
    made_up, real = tmp_path / "demo.atlas", tmp_path / "real.atlas"
    backup.save(world, made_up)
    with empty_world(cluster) as small:
        before = state(small)
        with pytest.raises(BadValue, match="holds practice data"):
            backup.put_back(small, made_up)
        assert state(small) == before
        backup.save(small, real)
    with practice_world(cluster, 5) as other:
        with pytest.raises(BadValue, match="does not go into the practice database"):
            backup.put_back(other, real)
        assert rows(other, "SELECT count(*) FROM project") == [(5,)] and practice.is_practice(other)
        backup.put_back(other, made_up)
        assert rows(other, "SELECT count(*) FROM project") == [(150,)]


def said(row: Any) -> str:
    return " ".join(one.words()[0] for one in row.reasons)


# ---- where it stands ----


@pytest.fixture
def private(cluster: Cluster) -> Iterator[Settings]:
    """Settings whose private server is the tests' own, without a practice database before and after."""
    cluster.drop_database("atlas_demo")
    yield Settings(data_dir=cluster.folder, demo=True)
    cluster.drop_database("atlas_demo")


@pytest.fixture
def server(cluster: Cluster) -> Iterator[Settings]:
    """Settings that name a database of the same server by its address, as a user who may make databases."""
    name = "practice_real"
    for one in (name, name + "_demo"):
        cluster.drop_database(one)
    cluster.create_database(name)
    url = cluster.superuser_url(name).replace("postgresql+psycopg", "postgresql")
    yield Settings(database_url=url, demo=True)
    for one in (name, name + "_demo"):
        cluster.drop_database(one)


def fill(database: Database) -> None:
    """Put a few fictional projects in, without the country's boundaries."""
    from data import migrate
    from data.store import boundaries, owner_units
    from tests.db.copies import PACKAGE

    migrate.upgrade(database.owner)
    with database.owning() as connection:
        mark(connection, 7)
        boundaries.replace_all(connection, SQUARES, setup.store_source(connection, PACKAGE))
        owner_units.refresh(connection)
    build(database, 10, seed=7, today=TODAY)


@pytest.mark.parametrize("kind", ["private", "server"])
def test_made_served_and_removed_beside_the_real_one(
    kind: str, library_database: Database, request: pytest.FixtureRequest
) -> None:
    chosen: Settings = request.getfixturevalue(kind)
    before = state(library_database)
    with pytest.raises(StorageUnavailable, match="make demo"):
        wiring.open_database(chosen)
    made = practice.create(chosen)
    with pytest.raises(StorageUnavailable, match="make demo"):
        practice.opened(chosen)
    fill(made)
    again = practice.create(chosen)
    assert again.owner.url.database == made.owner.url.database
    served = wiring.open_database(chosen)
    assert PostgisLibrary(served).count(ProjectFilter()).matched > 5
    for opened in (made, again, served):
        opened.dispose()
    assert practice.remove(chosen) == made.owner.url.database
    assert practice.remove(chosen) is None
    assert practice.find(chosen) is None
    assert state(library_database) == before


def state(database: Database) -> list[tuple[Any, ...]]:
    """Return what a careless removal or building would change in a real library."""
    return [
        *rows(database, "SELECT id, version, updated_at FROM project ORDER BY id"),
        *rows(database, "SELECT count(*) FROM history"),
        *rows(database, "SELECT part, version, loaded_at FROM loaded ORDER BY part"),
        *rows(database, "SELECT practice FROM installation"),
    ]


def test_what_does_not_call_itself_practice_is_neither_filled_nor_removed(
    cluster: Cluster, private: Settings, library_database: Database
) -> None:
    library_database.dispose()
    with copy_of(cluster, library_database) as copy:
        copy.dispose()
        cluster.create_database("atlas_demo", str(copy.owner.url.database))
    for deed in (practice.create, practice.remove):
        with pytest.raises(BadValue, match="does not say that it holds practice data"):
            deed(private)
    with pytest.raises(StorageUnavailable, match="make demo"):
        practice.opened(private)
    urls = cluster.urls("atlas_demo")
    standing = Database(urls.app, urls.owner)
    assert PostgisLibrary(standing).count(ProjectFilter()).matched > 100
    standing.dispose()


def test_an_empty_database_in_its_place_is_taken(cluster: Cluster, private: Settings) -> None:
    cluster.create_database("atlas_demo")
    made = practice.create(private)
    assert made.owner.url.database == "atlas_demo"
    made.dispose()


def test_a_practice_database_is_not_served_as_the_real_one(
    world: Database, library_database: Database
) -> None:
    with pytest.raises(StorageUnavailable, match="DEMO"):
        practice.refuse_practice(world)
    assert practice.refuse_practice(library_database) is library_database


def test_an_address_that_names_the_practice_database_itself_serves_and_keeps_it(world: Database) -> None:
    url = make_url(str(world.owner.url)).set(drivername="postgresql").render_as_string(hide_password=False)
    chosen = Settings(database_url=url, demo=True)
    found = practice.opened(chosen)
    assert found.owner.url.database == world.owner.url.database
    found.dispose()
    with pytest.raises(BadValue, match="cannot drop its own"):
        practice.remove(chosen)


def test_a_server_that_refuses_is_told_with_what_to_ask_for(cluster: Cluster) -> None:
    cluster.drop_database("practice_poor")
    urls = cluster.create_database("practice_poor")
    chosen = Settings(database_url=urls.owner.replace("postgresql+psycopg", "postgresql"), demo=True)
    try:
        with pytest.raises(BadValue, match="CREATE DATABASE"):
            practice.create(chosen)
    finally:
        cluster.drop_database("practice_poor")


# ---- the command, the people ----


def test_the_command_makes_it_once_and_removes_it(
    private: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = private.model_copy(update={"demo": False})
    monkeypatch.setattr("data.settings.load", lambda: real)
    monkeypatch.setattr(setup, "read_package", lambda report: SQUARES)
    monkeypatch.setattr(people, "COUNTY", "440232")
    assert cli.main(["demo", "--projects", "12"]) == 0
    said = capsys.readouterr().out
    assert "demo-county" in said and "demo-admin" in said and "projects=12" in said
    assert cli.main(["demo"]) == 0
    assert "present, 12 fictional projects" in capsys.readouterr().out
    files = private.files_dir / "uploads"
    files.mkdir(parents=True)
    kept = real.files_dir / "uploads"
    assert kept != files
    assert cli.main(["demo", "--remove"]) == 0
    assert "atlas_demo removed" in capsys.readouterr().out and not files.exists()
    assert cli.main(["demo", "--remove"]) == 0
    assert "no practice database" in capsys.readouterr().out


@pytest.mark.parametrize("option", [["--projects", "0"], ["--projects", "2000000"], ["--seed", "-1"]])
def test_the_command_refuses_odd_sizes(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", *option]) == 1
    assert "must lie between" in capsys.readouterr().err


def test_one_account_of_each_role(cluster: Cluster) -> None:
    with empty_world(cluster) as database:
        with database.owning() as connection:
            made = people.add_people(connection)
        found = rows(database, "SELECT name, role, must_change_password FROM account ORDER BY name")
    assert [name for name, _, _ in found] == sorted(p.name for p in made)
    assert {role for _, role, _ in found} == {"editor", "reviewer", "administrator"}
    assert all(must for _, _, must in found) and len({p.password for p in made}) == 3
