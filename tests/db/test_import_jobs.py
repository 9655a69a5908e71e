"""The two import jobs as the page asks for them, run by a worker."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.jobs.queue import PostgisJobs
from data.jobs.tasks import import_commit
from data.jobs.work import Work
from data.jobs.worker import run_waiting
from data.settings import Settings
from projects.intake.cells import Outcome
from projects.intake.preview import rows_of
from projects.work import Job, JobState
from services.office_files import keep_upload, stored
from tests.db.copies import copy_of
from tests.db.office_world import COUNTY, Office, Rows, office

pytestmark = pytest.mark.db
ROW: dict[str, Any] = {
    "项目名称": "排队的项目",
    "类型": "项目点",
    "类别": "健康养老",
    "县（市、区）": "乳源瑶族自治县",
}


@pytest.fixture(scope="module")
def world(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    with copy_of(cluster, library_database) as copy, office(copy, tmp_path_factory.mktemp("office")) as made:
        yield made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


def upload(world: Office, settings: Settings, rows: Rows) -> dict[str, Any]:
    """Keep a workbook as the page does and return the arguments of its check."""
    path = world.workbook(rows)
    kept = keep_upload(settings, path.name, path.read_bytes())
    return {
        "file": kept.name,
        "name": path.name,
        "sha256": kept.sha256,
        "unit": COUNTY,
        "mode": "upsert",
        "datum": "",
        "keep_existing": False,
    }


def run(world: Office, settings: Settings, kind: str, arguments: dict[str, Any], who: str = "ruyuan") -> Job:
    jobs = PostgisJobs(world.database, world.tokens[who])
    key = jobs.submit(kind, kind, arguments)
    run_waiting(world.database, settings)
    return jobs.job(key)


def test_check_then_submit_as_the_page_does(world: Office, settings: Settings) -> None:
    arguments = upload(world, settings, [ROW, {**ROW, "项目名称": "坏的", "床位（张）": "约三百"}])
    shown = run(world, settings, "import_preview", arguments)
    assert shown.state is JobState.DONE, shown.message
    assert shown.result["counts"] == {"new": 1, "updated": 0, "unchanged": 0, "held": 0, "rejected": 1}
    rows = rows_of(stored(settings, shown.result["preview"]).open(encoding="utf-8"))
    assert [row.outcome for row in rows] == [Outcome.NEW, Outcome.REJECTED]
    asked = {**shown.result["arguments"], "preview_job": shown.id, "reason": "季报", "choices": {}}
    done = run(world, settings, "import_commit", asked)
    assert done.state is JobState.DONE and done.result["state"] == "accepted", done.message
    assert done.result["rows_in"] == sum(done.result["counts"].values()) == 2
    assert stored(settings, done.result["returned"]).read_bytes().startswith(b"PK")
    filed = done.result["change_set"]
    assert world.value("SELECT job_id FROM change_set WHERE id = :id", id=filed) == done.id


def test_a_job_run_again_after_a_power_cut_files_nothing_twice(world: Office, settings: Settings) -> None:
    arguments = upload(world, settings, [{**ROW, "项目名称": "断电后再来"}])
    asked = {**arguments, "preview_job": None, "reason": "x", "choices": {}}
    done = run(world, settings, "import_commit", asked)
    sets = world.value("SELECT count(*) FROM change_set")
    work = Work(world.database, world.tokens["ruyuan"], settings, settings.data_dir, done.id, 0)

    class Quiet:
        def step(self, done: int, of: int | None = None, message: str = "") -> None: ...

    again = import_commit.run(work, asked, Quiet())
    assert again["change_set"] == done.result["change_set"] and again["counts"]["new"] == 1
    assert world.value("SELECT count(*) FROM change_set") == sets


def test_a_library_that_changed_gives_a_new_preview(world: Office, settings: Settings) -> None:
    key = world.ids()[0]
    arguments = upload(world, settings, [{"项目编号": key, "床位（张）": 5}])
    shown = run(world, settings, "import_preview", arguments)
    assert world.commit(world.workbook([{"项目编号": key, "床位（张）": 4}])).filed
    asked = {**shown.result["arguments"], "preview_job": shown.id, "reason": "x", "choices": {}}
    done = run(world, settings, "import_commit", asked)
    assert done.result["changed"] and done.result["change_set"] is None
    rows = rows_of(stored(settings, done.result["preview"]).open(encoding="utf-8"))
    assert [change.old for change in rows[0].changes] == [4]
    sure = {**done.result["arguments"], "preview_job": done.id, "reason": "x", "choices": {}}
    assert run(world, settings, "import_commit", sure).result["state"] == "accepted"


def test_a_file_with_nothing_to_take_comes_back_at_once(world: Office, settings: Settings) -> None:
    shown = run(world, settings, "import_preview", upload(world, settings, [{"项目编号": "SG-999999"}]))
    assert stored(settings, shown.result["returned"]).is_file()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"file": "../../etc/passwd"}, "重新上传"),
        ({"file": "0" * 64 + ".xlsx"}, "重新上传"),
        ({"unit": "440281"}, "440281"),
        ({"datum": "mars"}, "坐标系"),
    ],
)
def test_arguments_that_no_page_makes_fail_in_a_sentence(
    world: Office, settings: Settings, changes: dict[str, Any], words: str
) -> None:
    arguments = upload(world, settings, [ROW]) | changes
    job = run(world, settings, "import_preview", arguments)
    assert job.state is JobState.FAILED and words in job.message


def test_a_picture_called_xlsx_is_refused_in_a_sentence(world: Office, settings: Settings) -> None:
    kept = keep_upload(settings, "图.xlsx", b"\x89PNG\r\n\x1a\n" + b"x" * 100)
    arguments = {"file": kept.name, "name": "图.xlsx", "unit": COUNTY}
    job = run(world, settings, "import_preview", arguments)
    assert job.state is JobState.FAILED and "图片" in job.message
    with world.database.owning() as connection:
        assert (
            connection.scalar(
                text("SELECT count(*) FROM account_session WHERE kind = 'job' AND revoked_at IS NULL")
            )
            == 0
        )
