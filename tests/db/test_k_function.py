"""K against settlement as a job over the real database: as the page answers; no number when stopped."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from data.cluster import Cluster
from data.database import Database
from data.jobs import worker
from data.jobs.queue import PostgisJobs
from data.jobs.tasks import k_function
from data.jobs.work import Work
from data.settings import Settings
from data.store.analysis.adapter import PostgisAnalysis
from data.store.library import PostgisLibrary
from projects.analysis.clusters import settlement as against
from projects.filters import ProjectFilter
from projects.work import Job, JobCancelled, JobState
from tests.db import making
from tests.db.copies import copy_of

pytestmark = pytest.mark.db

CITY, COUNTY = "440200", "440232"
OURS = ProjectFilter(q="测一测")


@dataclass
class World:
    """A copy of the library with a knot of placed records, and somebody who may ask."""

    database: Database
    settings: Settings
    token: str

    @property
    def analysis(self) -> PostgisAnalysis:
        return PostgisAnalysis(self.database, self.token, self.settings.files_dir / "layers")

    def run(self, **arguments: Any) -> Job:
        jobs = PostgisJobs(self.database, self.token)
        key = jobs.submit("k_function", "与居民点比较", arguments)
        worker.run_waiting(self.database, self.settings)
        return jobs.job(key)


@pytest.fixture
def world(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        chance = np.random.default_rng(2)
        with database.owning() as connection:
            for number in range(12):
                key = making.project(
                    connection,
                    name=f"测一测{number}",
                    county_code=COUNTY,
                    owner_unit_id=COUNTY,
                    prefecture_code=CITY,
                )
                lon, lat = chance.normal((113.28, 24.77), 0.01)
                making.place(connection, key, f"POINT({lon} {lat})", precision=1, position=0, is_primary=True)
            token = making.token_of(connection, "asks", "editor", unit_id=COUNTY)
        folder = tmp_path_factory.mktemp("data")
        yield World(database, Settings(ATLAS_DATA_DIR=folder), token)


def test_a_job_answers_as_the_page_would(world: World) -> None:
    job = world.run(filter=OURS.to_params(), against="seats", reach="15")
    assert job.state is JobState.DONE, job.message
    settings = against.Against(reach_km=15)
    parents = PostgisLibrary(world.database).prefecture_of()
    here = against.compare(against.prepare(world.analysis, OURS, settings, parents), settings)
    assert against.from_json(job.result["k"]) == here
    assert here.n == 12 and here.clustered is True and here.places > 90
    assert job.result["settings"] == {"filter": OURS.to_params(), **settings.params}
    assert job.result["day"]


def test_input_without_an_answer_is_a_sentence_and_no_number(world: World) -> None:
    job = world.run(filter={"q": "没有这样的记录"}, against="seats", reach="20")
    assert job.state is JobState.DONE and job.result["code"] == "few" and "k" not in job.result


def test_a_layer_of_somebody_else_fails_the_job(world: World) -> None:
    job = world.run(filter=OURS.to_params(), against="77", reach="20")
    assert job.state is JobState.FAILED and not job.result


def test_a_cancelled_run_ends_at_its_next_step(world: World) -> None:
    class Asked:
        steps = 0

        def step(self, done: int, of: int | None = None, message: str = "") -> None:
            self.steps += 1
            if done == 5:
                raise JobCancelled("已取消")

    asked = Asked()
    work = Work(world.database, world.token, world.settings, world.settings.files_dir, 1, 1)
    with pytest.raises(JobCancelled):
        k_function.run(work, {"filter": OURS.to_params()}, asked)
    assert asked.steps == 5
