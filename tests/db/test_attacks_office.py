"""Attacks through what the pages use: desk, files and jobs, each with another county's things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.jobs.queue import PostgisJobs
from data.jobs.worker import run_waiting
from data.settings import Settings
from data.store.desk import PostgisDesk
from projects.errors import AtlasError, NotAllowed, UnknownRecord
from projects.filing.changes import Decision, Entry, FieldChange, Filed, Kind, Operation, Request, State
from projects.intake.matching import key_of
from projects.work import JobState
from services import office_files
from tests.db import making
from tests.db.copies import copy_of
from tests.db.office_world import Office, office
from tests.db.test_access import CITY, A, B, World
from tests.db.test_access_changes import ENTRY, SET, entry, head

pytestmark = pytest.mark.db
SECRET = "ZZ绝密储备ZZ"


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        made = World(database)
        with database.owning() as connection:
            for state in ("hidden", "deleted", "merged"):
                making.change(
                    connection, made.record[f"{B} {state}"], name=SECRET, address=SECRET, note=SECRET
                )
        yield made


def desk(world: World, who: str) -> PostgisDesk:
    return PostgisDesk(world.database, world.token[who])


def row(world: World, key: str) -> tuple[Any, ...]:
    """Return what an attack would change of a record, as the owner sees it."""
    with world.database.owning() as connection:
        return tuple(
            connection.execute(
                text(
                    "SELECT version, owner_unit_id, published, deleted_at, merged_into_id, note FROM project"
                    " WHERE id = :key"
                ),
                {"key": key},
            ).one()
        )


# ---- change requests ----


def ask(operation: Operation, key: str, target: str = "", **values: Any) -> Entry:
    changes = tuple(FieldChange(path.replace("__", "/"), None, new) for path, new in values.items())
    return Entry(operation, key, 1, changes, "x", target_id=target)


def request(*entries: Entry, unit: str = A, kind: Kind = Kind.FORM) -> Request:
    return Request(kind, "x", unit, "x", entries)


REQUESTS: dict[str, Callable[[World], Request]] = {
    "change": lambda w: request(ask(Operation.UPDATE, w.record[f"{B} open"], note="x")),
    "take": lambda w: request(ask(Operation.UPDATE, w.record[f"{B} open"], owner_unit_id=A)),
    "unpublish": lambda w: request(ask(Operation.UPDATE, w.record[f"{B} open"], published=False)),
    "publish hidden": lambda w: request(ask(Operation.UPDATE, w.record[f"{B} hidden"], published=True)),
    "delete": lambda w: request(ask(Operation.DELETE, w.record[f"{B} open"])),
    "revive": lambda w: request(ask(Operation.RESTORE, w.record[f"{B} deleted"])),
    "merge theirs into mine": lambda w: request(
        ask(Operation.MERGE, w.record[f"{B} open"], w.record[f"{A} open"])
    ),
    "merge mine into hidden": lambda w: request(
        ask(Operation.MERGE, w.record[f"{A} open"], w.record[f"{B} hidden"])
    ),
    "for their unit": lambda w: request(ask(Operation.UPDATE, w.record[f"{A} open"], note="x"), unit=B),
    "claim what is not open": lambda w: request(
        ask(Operation.UPDATE, w.record[f"{B} open"], county_code=A), kind=Kind.CLAIM
    ),
    "below a hidden record": lambda w: request(
        ask(Operation.UPDATE, w.record[f"{A} open"], parent_id=w.record[f"{B} hidden"])
    ),
}


@pytest.mark.parametrize("attack", REQUESTS)
def test_no_request_touches_a_record_of_another_unit(world: World, attack: str) -> None:
    """The unit that publishes by itself, the reviewed one and the reviewer of another prefecture."""
    before = {key: row(world, key) for key in world.record.values()}
    for who in ("a", "fresh", "viewer", "other"):
        with pytest.raises(AtlasError) as caught:
            desk(world, who).file(REQUESTS[attack](world))
        assert SECRET not in str(caught.value), "a refusal tells nothing of what it hides"
    assert {key: row(world, key) for key in world.record.values()} == before


@pytest.mark.parametrize("values", [{"owner_unit_id": B}, {"owner_unit_id": CITY}])
def test_to_give_a_record_away_or_make_one_for_others_somebody_over_both_must_agree(
    world: World, values: dict[str, Any]
) -> None:
    mine = world.record[f"{A} open"]
    before = row(world, mine)
    made = ask(Operation.INSERT, "", name="塞给别人", kind="site", category="tcm", **values)
    for one in (request(ask(Operation.UPDATE, mine, **values)), request(made)):
        with pytest.raises(NotAllowed):
            decide(world, "a", file(world, "a", one))
    assert row(world, mine) == before
    with world.database.owning() as connection:
        assert connection.scalar(text("SELECT count(*) FROM project WHERE name = '塞给别人'")) == 0


def file(world: World, who: str, one: Request) -> int:
    held = {e.project_id: desk(world, who).held(e.project_id).document for e in one.entries if e.project_id}
    entries = tuple(
        Entry(
            e.operation,
            e.project_id,
            e.base_version,
            tuple(FieldChange(c.path, held.get(e.project_id, {}).get(c.path), c.new) for c in e.changes),
            e.label,
        )
        for e in one.entries
    )
    filed: Filed = desk(world, who).file(Request(one.kind, one.title, one.unit_id, one.reason, entries))
    assert filed.state is State.SUBMITTED
    return filed.id


def decide(world: World, who: str, key: int) -> Filed:
    found = desk(world, who).change_set(key).entries
    return desk(world, who).decide(key, {c.id: Decision.ACCEPTED for e in found for c in e.changes}, {}, "")


def test_a_merge_of_ones_own_record_does_not_write_into_the_others(world: World) -> None:
    mine, theirs = world.record[f"{A} open"], world.record[f"{B} open"]
    before = row(world, mine), row(world, theirs)
    filed = desk(world, "a").file(request(ask(Operation.MERGE, mine, theirs)))
    assert filed.state is State.SUBMITTED
    with pytest.raises(NotAllowed):
        decide(world, "a", filed.id)
    for who in ("b", "other", "viewer"):
        with pytest.raises((NotAllowed, UnknownRecord)):
            decide(world, who, filed.id)
    assert (row(world, mine), row(world, theirs)) == before
    desk(world, "a").withdraw(filed.id)


def test_an_editor_under_review_and_a_reviewer_elsewhere_decide_nothing(world: World) -> None:
    filed = desk(world, "b").file(
        request(ask(Operation.UPDATE, world.record[f"{B} open"], note="新"), unit=B)
    )
    assert filed.state is State.SUBMITTED
    changes = {
        c.id: Decision.ACCEPTED for e in desk(world, "city").change_set(filed.id).entries for c in e.changes
    }
    for who in ("b", "a", "other", "viewer", "fresh"):
        with pytest.raises((NotAllowed, UnknownRecord)):
            desk(world, who).decide(filed.id, changes, {}, "")
    for who in ("a", "other", "viewer"):
        with pytest.raises((NotAllowed, UnknownRecord)):
            desk(world, who).withdraw(filed.id)
        assert desk(world, who).queue(unit_id=B) == ()
    assert row(world, world.record[f"{B} open"])[-1] is None


def test_a_change_set_written_past_the_program_takes_no_right_with_it(world: World) -> None:
    """Its rows may be written over SQL: a foreign target, a path that is no field, another's history."""
    mine, theirs = world.record[f"{A} open"], world.record[f"{B} open"]
    with world.database.owning() as connection:
        step = connection.scalar(text("SELECT min(id) FROM history WHERE project_id = :key"), {"key": theirs})
    for operation, target, path, locator in (
        ("merge", theirs, "merged_into_id", None),
        ("update", None, "id", None),
        ("update", None, "version", None),
        ("update", None, "created_by", None),
        ("restore", None, "note", f"history/{step}"),
        ("update", None, "../note", None),
    ):
        with world.database.writing(world.token["a"]) as connection:
            key = int(connection.scalar(text(SET), head(A, "a")) or 0)
            one = connection.scalar(text(ENTRY), entry(key, mine, operation, target))
            value = f'"{theirs}"' if target else '"x"'
            connection.execute(
                text(
                    "INSERT INTO change (entry_id, path, new_value, locator)"
                    " VALUES (:entry, :path, CAST(:value AS jsonb), :locator)"
                ),
                {"entry": one, "path": path, "value": value, "locator": locator},
            )
        before = row(world, mine), row(world, theirs)
        with pytest.raises(AtlasError):
            decide(world, "a", key)
        assert (row(world, mine), row(world, theirs)) == before, path


def test_another_records_history_is_neither_shown_nor_put_back(world: World) -> None:
    mine, hidden = world.record[f"{A} open"], world.record[f"{B} hidden"]
    with world.database.owning() as connection:
        steps = connection.scalars(
            text("SELECT id FROM history WHERE project_id = :key"), {"key": hidden}
        ).all()
    for step in steps:
        with pytest.raises(UnknownRecord):
            desk(world, "a").document_at(hidden, step)
        with suppress(UnknownRecord):
            assert SECRET not in str(desk(world, "a").document_at(mine, step))
        taken = Entry(
            Operation.RESTORE, mine, 1, (FieldChange("note", None, SECRET, f"history/{step}"),), "x"
        )
        with pytest.raises(AtlasError):
            desk(world, "a").file(request(taken))
    for question in (desk(world, "a").held, desk(world, "a").history):
        with pytest.raises(UnknownRecord):
            question(hidden)
    assert desk(world, "a").held_many([hidden]) == {}
    assert SECRET not in str(desk(world, "a").held_by_unit(B)) + str(desk(world, "a").open_records(B))
    assert SECRET not in str(desk(world, "a").lookalikes(SECRET, B))


def test_drafts_are_kept_apart_by_account_whatever_they_are_called(world: World) -> None:
    desk(world, "b").save_draft("new", None, {"name": SECRET})
    desk(world, "a").save_draft("new", None, {"name": "甲"})
    assert desk(world, "a").draft("new").content == {"name": "甲"}  # type: ignore[union-attr]
    desk(world, "a").drop_draft("new")
    assert desk(world, "b").draft("new").content == {"name": SECRET}  # type: ignore[union-attr]
    assert desk(world, "admin").drafts() == ()


# ---- files ----


@dataclass
class Files:
    """An office that imports, and the folder of the program's own files."""

    office: Office
    settings: Settings

    def upload(self, rows: list[dict[str, Any]], unit: str) -> dict[str, Any]:
        path = self.office.workbook(rows)
        kept = office_files.keep_upload(self.settings, path.name, path.read_bytes())
        return {"file": kept.name, "name": path.name, "unit": unit}

    def run(self, who: str, kind: str, arguments: dict[str, Any]) -> Any:
        jobs = PostgisJobs(self.office.database, self.office.tokens[who])
        key = jobs.submit(kind, kind, arguments)
        run_waiting(self.office.database, self.settings)
        return jobs.job(key)


@pytest.fixture(scope="module")
def files(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Files]:
    with copy_of(cluster, library_database) as copy, office(copy, tmp_path_factory.mktemp("office")) as made:
        yield Files(made, Settings(data_dir=tmp_path_factory.mktemp("data")))


def named(name: str, **more: Any) -> dict[str, Any]:
    return {"项目名称": name, "类型": "项目点", "类别": "健康养老", "县（市、区）": "乳源瑶族自治县", **more}


def test_what_jobs_leave_for_one_county_is_no_upload_of_another(files: Files) -> None:
    """Returned workbooks and previews lie beside the uploads under plain numbers."""
    bad = {**named(SECRET, **{"床位（张）": "约三百"}), "县（市、区）": "乐昌市"}
    theirs = files.run("lechang", "import_preview", files.upload([bad], B))
    left = [theirs.result["returned"], theirs.result["preview"]]
    for name in [
        *left,
        f"../uploads/{left[0]}",
        f"./{left[0]}",
        "../secret_key",
        "",
        ".",
        "a" * 64,
        "a" * 64 + ".xlsx\n",
    ]:
        job = files.run("ruyuan", "import_preview", {"file": name, "name": "x.xlsx", "unit": A})
        assert job.state is JobState.FAILED and not job.result, name
    mine = PostgisJobs(files.office.database, files.office.tokens["ruyuan"])
    for question in (mine.job, mine.cancel):
        with pytest.raises(UnknownRecord):
            question(theirs.id)


def test_a_change_set_under_a_jobs_number_does_not_pass_for_what_the_job_filed(files: Files) -> None:
    """Else a neighbour who knows the next number could make a county's upload end as filed already."""
    database, victim = (
        files.office.database,
        PostgisJobs(files.office.database, files.office.tokens["lechang"]),
    )
    arguments = files.upload([{**named("真的要提交"), "县（市、区）": "乐昌市"}], B)
    key = victim.submit("import_commit", "x", arguments | {"reason": "x"})
    with database.writing(files.office.tokens["ruyuan"]) as connection:
        forged = connection.scalar(
            text(
                "INSERT INTO change_set (title, kind, unit_id, filed_by, state, job_id)"
                " VALUES ('x', 'import', :unit, acting_name(), 'submitted', :job) RETURNING id"
            ),
            {"unit": A, "job": key},
        )
        connection.execute(
            text(ENTRY), entry(int(forged or 0), files.office.ids(A)[0], "merge", files.office.ids(B)[0])
        )
    run_waiting(database, files.settings)
    done = victim.job(key)
    assert done.result["counts"]["new"] == 1 and done.result["change_set"] not in (None, forged)


@pytest.mark.parametrize(
    "cells",
    [
        {"归属单位": "乐昌市"},
        {"归属单位": B},
        {"已发布": "是"},
        {"版本": 999999},
        {"版本": -1},
        {"版本": "x"},
        {"数据版本": 10**30},
    ],
)
def test_a_column_that_no_office_fills_in_moves_nothing(files: Files, cells: dict[str, Any]) -> None:
    made = files.office
    key = made.ids(A)[0]
    held = "SELECT (owner_unit_id, published, county_code)::text FROM project WHERE id = :id"
    before = made.value(held, id=key)
    theirs = made.value("SELECT count(*) FROM project WHERE owner_unit_id = :b", b=B)
    made.commit(made.workbook([{"项目编号": key, **cells}, named(f"新 {cells}", **cells)]))
    assert made.value(held, id=key) == before
    assert made.value("SELECT count(*) FROM project WHERE owner_unit_id = :b", b=B) == theirs


def test_a_held_row_is_not_led_to_another_countys_record(files: Files) -> None:
    """The page's decision is only words in a job: it may name any record."""
    made = files.office
    with made.database.owning() as connection:
        hidden = making.project(connection, name=SECRET, county_code=B, owner_unit_id=B, published=False)
    own = made.value("SELECT name FROM project WHERE id = :id", id=made.ids(A)[0])
    path = made.workbook([named(f"{own}项目", **{"床位（张）": 7})])
    row_key = key_of(made.preview(path).rows[0].row)
    for target in (made.ids(B)[0], hidden, "NO-0001", "'; DROP TABLE project; --"):
        state = made.value("SELECT version FROM project WHERE id = :id", id=target)
        done = made.commit(path, decisions={row_key: target})
        assert done.filed is None and SECRET not in str(done.plan.rows[0].candidates)
        assert made.value("SELECT version FROM project WHERE id = :id", id=target) == state


@pytest.mark.parametrize(
    "name",
    ["../../x.xlsx", "..\\x.xlsx", "/etc/cron.d/x.csv", "x\0.csv", "<img src=x>.csv", "a" * 400 + ".xlsx"],
)
def test_the_name_of_an_upload_is_only_a_word(files: Files, name: str) -> None:
    content = "项目名称\n甲\n".encode()
    kept = office_files.keep_upload(files.settings, name, content)
    assert office_files.stored(files.settings, kept.name).parent == office_files.folder(files.settings)
    assert not [p for p in files.settings.data_dir.rglob("*") if p.is_file() and name[:3] == p.name[:3]]
    job = files.run("ruyuan", "import_preview", {"file": kept.name, "name": name, "unit": A})
    assert job.state in (JobState.DONE, JobState.FAILED) and "Traceback" not in (job.message or "")
