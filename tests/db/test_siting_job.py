"""The siting job as the page asks for it, run by a worker over the filled library."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.cluster import Cluster
from data.database import Database
from data.jobs.queue import PostgisJobs
from data.jobs.tasks import siting as task
from data.jobs.work import Work
from data.jobs.worker import run_waiting
from data.settings import Settings
from data.store.analysis.adapter import PostgisAnalysis
from projects.analysis.siting import inputs as siting_inputs
from projects.analysis.siting import settings as siting_settings
from projects.analysis.siting import solving as siting
from projects.analysis.siting.result import from_json
from projects.filters import from_params
from projects.work import Job, JobCancelled, JobState
from tests.db import making
from tests.db.copies import copy_of

pytestmark = pytest.mark.db
ASKED: dict[str, Any] = {"filter": {"prefecture": "440200"}, "settings": {"km": "12", "kept": "all"}}


@pytest.fixture(scope="module")
def database(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as copy:
        yield copy


@pytest.fixture(scope="module")
def token(database: Database) -> str:
    with database.owning() as connection:
        return making.token_of(connection, "xuanzhi", "viewer")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


def run(database: Database, settings: Settings, token: str, arguments: dict[str, Any]) -> Job:
    jobs = PostgisJobs(database, token)
    key = jobs.submit("siting", "选址", arguments)
    run_waiting(database, settings)
    return jobs.job(key)


def test_a_job_finds_what_the_page_finds(database: Database, settings: Settings, token: str) -> None:
    job = run(database, settings, token, ASKED)
    assert job.state is JobState.DONE and job.share == 1.0
    result = from_json(job.result["result"])
    chosen, _ = from_params(ASKED["filter"])
    wanted, _ = siting_settings.read(ASKED["settings"])
    analysis = PostgisAnalysis(database, token, settings.files_dir / "layers")
    at_once = siting.answer(siting_inputs.gather(analysis, chosen, wanted))
    assert [one.id for one in result.sites] == [one.id for one in at_once.sites]
    assert result.objective == at_once.objective and len(result.sites) == 3 and result.proved
    assert {name: job.result[name] for name in ASKED} == ASKED, "the page sees what was asked"


def test_what_has_no_answer_is_told_with_its_code(database: Database, settings: Settings, token: str) -> None:
    job = run(database, settings, token, {**ASKED, "settings": {"n": "200"}})
    assert job.state is JobState.DONE and "result" not in job.result
    refused = job.result["refused"]
    assert refused["code"] == "siting_too_many" and refused["values"]["p"] == 200


def test_settings_that_mean_nothing_fail_the_job(database: Database, settings: Settings, token: str) -> None:
    job = run(database, settings, token, {**ASKED, "settings": {"ask": "best"}})
    assert job.state is JobState.FAILED and "ask=best" in job.message


class Cancelling:
    """A progress that is told to stop at one of the steps."""

    def __init__(self, at: str) -> None:
        self.at, self.seen = at, list[str]()

    def step(self, done: int, of: int | None = None, message: str = "") -> None:
        self.seen.append(message)
        if message == self.at:
            raise JobCancelled


def test_a_cancelled_run_leaves_no_number(
    database: Database, settings: Settings, token: str, tmp_path: Path
) -> None:
    work = Work(database, token, settings, tmp_path, 1, 1)
    progress = Cancelling(task.MESSAGES["curve"])
    with pytest.raises(JobCancelled):
        task.run(work, ASKED, progress)
    assert progress.seen[-1] == task.MESSAGES["curve"] and not list(tmp_path.rglob("*.json"))
