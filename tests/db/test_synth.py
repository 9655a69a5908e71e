"""A library of the nation's size: marked, the same for a seed, whole or not there, as if typed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from data import cli, migrate, practice, setup, wiring
from data.cluster import Cluster
from data.database import Database
from data.demo.build import mark
from data.settings import Settings
from data.store import boundaries, owner_units
from data.store.library import PostgisLibrary
from data.synth import Size, fill
from projects.errors import BadValue, StorageUnavailable
from projects.filters import ProjectFilter
from projects.names import invented
from tests.db.copies import PACKAGE, add_record, copy_of, rows
from tests.db.practice_world import SQUARES, TODAY, empty_world

pytestmark = pytest.mark.db

SIZE = Size(clinics=1_500, projects=60)


@pytest.fixture(scope="module")
def empty(cluster: Cluster) -> Iterator[Database]:
    """Six counties and no record: never written to, copied by whoever writes."""
    with empty_world(cluster) as database:
        yield database


@pytest.fixture(scope="module")
def world(cluster: Cluster, empty: Database) -> Iterator[Database]:
    with copy_of(cluster, empty) as database:
        before = structure(database)
        fill(database, SIZE, seed=3, today=TODAY)
        assert structure(database) == before, "triggers and indexes are as they were"
        yield database


def structure(database: Database) -> list[tuple[Any, ...]]:
    """Return every index with its definition and every trigger with whether it works."""
    return [
        *rows(database, "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'atlas' ORDER BY 1"),
        *rows(
            database,
            "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger JOIN pg_class"
            " ON pg_class.oid = tgrelid WHERE NOT tgisinternal AND relnamespace = 'atlas'::regnamespace"
            " ORDER BY 1, 2",
        ),
    ]


def test_every_row_says_that_it_is_invented(world: Database) -> None:
    for table in ("project", "project_place", "finance_line", "milestone", "annual_plan", "project_party"):
        assert rows(world, f"SELECT DISTINCT basis FROM {table}") == [("demo",)], table
    assert practice.is_practice(world)
    names = rows(world, "SELECT name FROM project")
    assert len(names) == len(set(names)) == 1_560
    assert all(name.startswith("示例") and invented(name) for (name,) in names)
    sources = "SELECT DISTINCT entry ->> 'source' FROM project, jsonb_each(provenance) AS held (name, entry)"
    assert rows(world, sources) == [("demo",)]


def test_points_lie_in_the_county_they_name_as_the_database_would_have_said(world: Database) -> None:
    found = "SELECT project_id, county_code, county_codes, near_line FROM project_place ORDER BY 1"
    loaded = rows(world, found)
    declared = dict(rows(world, "SELECT id, county_code FROM project"))
    assert len(loaded) > 1_300 and all(declared[key] == county for key, county, *_ in loaded)
    assert 0 < sum(near for *_, near in loaded) < len(loaded)
    with world.owner.connect() as connection:
        # The trigger that a bulk load leaves out looks each place up by itself.
        connection.execute(text("UPDATE project_place SET geom = geom"))
        assert [tuple(row) for row in connection.execute(text(found))] == loaded
        connection.rollback()


def test_what_is_derived_is_what_the_triggers_derive(world: Database) -> None:
    found = "SELECT md5(string_agg(f::text, '|' ORDER BY project_id)), count(*) FROM project_facet f"
    ((digest, count),) = rows(world, found)
    assert count == 1_560
    with world.owner.connect() as connection:
        connection.execute(text("SELECT refresh_facets(array_agg(id)) FROM project"))
        assert tuple(connection.execute(text(found)).one()) == (digest, count)
        connection.rollback()


def test_the_mix_is_that_of_a_real_library(world: Database) -> None:
    counts = dict(rows(world, "SELECT precision, count(*) FROM project_facet GROUP BY 1"))
    assert set(counts) == {0, 1, 2, 3, 4, 5}, "some are known to a county or prefecture only, some to nothing"
    assert len(rows(world, "SELECT DISTINCT county_code FROM project WHERE county_code IS NOT NULL")) == 6
    assert len(rows(world, "SELECT DISTINCT stage FROM project")) >= 7
    assert len(rows(world, "SELECT DISTINCT category FROM project")) >= 10
    assert {key for (key,) in rows(world, "SELECT DISTINCT published FROM project")} == {True, False}
    money = rows(world, "SELECT sum(line_count), sum(milestone_count) FROM project_facet")
    assert money == [(300, 300)]
    anybody = PostgisLibrary(world).count(ProjectFilter()).matched
    assert 1_400 < anybody < 1_560, "unpublished ones are hidden"


def test_the_same_seed_gives_the_same_rows_and_another_one_others(
    cluster: Cluster, empty: Database, world: Database
) -> None:
    queries = {
        name: f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM (SELECT {columns} FROM {name}) t"
        for name, columns in {
            "project": "*",
            "project_place": "project_id, geom, precision, county_code, near_line",
            "finance_line": "project_id, source, status, amount, year",
            "milestone": "project_id, code, planned_on, actual_on",
        }.items()
    }
    with copy_of(cluster, empty) as again:
        fill(again, SIZE, seed=3, today=TODAY)
        assert {n: rows(again, q) for n, q in queries.items()} == {
            n: rows(world, q) for n, q in queries.items()
        }
    with copy_of(cluster, empty) as other:
        fill(other, SIZE, seed=4, today=TODAY)
        for name, query in queries.items():
            assert rows(other, query) != rows(world, query), name


def test_it_never_goes_into_a_database_with_records(
    cluster: Cluster, empty: Database, world: Database
) -> None:
    with copy_of(cluster, empty) as real:
        with real.owning() as connection:
            add_record(connection, "T-0001", "真实项目", (113.1, 24.1), "440203")
        before = rows(real, "SELECT * FROM project ORDER BY id"), structure(real)
        with pytest.raises(BadValue, match="holds records"):
            fill(real, SIZE, seed=3, today=TODAY)
        assert (rows(real, "SELECT * FROM project ORDER BY id"), structure(real)) == before
        assert not practice.is_practice(real)
    with pytest.raises(BadValue, match="holds records"):
        fill(world, SIZE, seed=3, today=TODAY)


class CutError(Exception):
    """What a test throws in the middle of a load."""


def test_a_load_that_is_cut_off_leaves_nothing_and_can_be_begun_again(
    cluster: Cluster, empty: Database
) -> None:
    with copy_of(cluster, empty) as database:
        before = structure(database)
        for moment in ("their counties", "projects", "indexes"):

            def cut(line: str, moment: str = moment) -> None:
                if moment in line:
                    raise CutError

            with pytest.raises(CutError):
                fill(database, Size(300, 20), seed=3, today=TODAY, report=cut)
            assert rows(database, "SELECT count(*) FROM project") == [(0,)], moment
            assert structure(database) == before and not practice.is_practice(database), moment
        fill(database, Size(300, 20), seed=3, today=TODAY)
        assert rows(database, "SELECT count(*) FROM project_facet") == [(320,)]


# ---- the command ----


def prepared(database: Database, seed: int, report: Callable[[str], None]) -> None:
    """Stand in for ``data.demo.prepare`` (which ``test_practice`` holds) with six counties."""
    migrate.upgrade(database.owner)
    with database.owning() as connection:
        mark(connection, seed)
        if not connection.scalar(text("SELECT count(*) FROM area")):
            boundaries.replace_all(connection, SQUARES, setup.store_source(connection, PACKAGE))
            owner_units.refresh(connection)


@pytest.fixture
def chosen(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of an installation on the tests' own server, as the command reads them."""
    cluster.drop_database("atlas_synth")
    settings = Settings(data_dir=cluster.folder)
    monkeypatch.setattr("data.settings.load", lambda: settings)
    monkeypatch.setattr("data.cli.synth.prepare", prepared)
    yield settings
    cluster.drop_database("atlas_synth")


def test_the_command_makes_serves_and_removes_it(
    chosen: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    served = chosen.model_copy(update={"demo": True, "demo_library": "synth"})
    with pytest.raises(StorageUnavailable, match="python -m data synth"):
        wiring.open_database(served)
    wanted = ["synth", "--clinics", "200", "--projects", "10", "--seed", "5"]
    assert cli.main(wanted) == 0
    assert "demo-admin" in capsys.readouterr().out
    opened = wiring.open_database(served)
    assert PostgisLibrary(opened).count(ProjectFilter()).matched > 190
    opened.dispose()
    assert cli.main(wanted) == 0
    assert "present, 210 fictional records" in capsys.readouterr().out
    assert served.files_dir.name == "synth", "its jobs are numbered apart from those of the others"
    assert cli.main(["synth", "--remove"]) == 0
    assert "atlas_synth removed" in capsys.readouterr().out
    assert cli.main(["synth", "--remove"]) == 0
    assert "there is no database" in capsys.readouterr().out
    assert cli.main(["synth", "--clinics", "-1"]) == 1


def test_the_command_leaves_a_real_library_in_its_place_alone(
    chosen: Settings, cluster: Cluster, empty: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    empty.dispose()
    urls = cluster.create_database("atlas_synth", str(empty.owner.url.database))
    standing = Database(urls.app, urls.owner)
    with standing.owning() as connection:
        add_record(connection, "T-0001", "真实项目", (113.1, 24.1), "440203")
    for command in (["synth", "--clinics", "10"], ["synth", "--remove"]):
        assert cli.main(command) == 1
        assert "does not say that it holds practice data" in capsys.readouterr().err
    assert rows(standing, "SELECT count(*) FROM project") == [(1,)]
    standing.dispose()
