"""The coverage job as the page asks for it: along loaded roads, over the filled library, with its limits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from data.cluster import Cluster
from data.database import Database
from data.jobs.queue import PostgisJobs
from data.jobs.tasks import coverage as task
from data.jobs.work import Work
from data.jobs.worker import run_waiting
from data.settings import Settings
from data.store.analysis.adapter import PostgisAnalysis
from projects.analysis.coverage.choosing import settings_of
from projects.analysis.coverage.inputs import answer
from projects.analysis.coverage.results import Band, of_json
from projects.analysis.coverage.ways import Measure
from projects.analysis.inputs import LayerInfo, LayerKind, PointLayer, ShapeLayer
from projects.filters import from_params
from projects.work import Job, JobCancelled, JobState
from tests.db import making
from tests.db.copies import copy_of

pytestmark = pytest.mark.db
RUYUAN = "440232"
FILTER = {"county": RUYUAN, "q": "测一测"}


@dataclass
class Case:
    """A library with two placed hospitals and a vague one, a road past the first, villages along it."""

    database: Database
    token: str
    settings: Settings
    roads: int
    villages: int

    def analysis(self) -> PostgisAnalysis:
        return PostgisAnalysis(self.database, self.token, self.settings.files_dir / "layers")

    def asked(self, **settings: Any) -> dict[str, Any]:
        own = {name: str(value) for name, value in settings.items()}
        return {"filter": FILTER, "settings": own, "within": [RUYUAN]}

    def run(self, arguments: dict[str, Any]) -> Job:
        jobs = PostgisJobs(self.database, self.token)
        key = jobs.submit("coverage", "覆盖", arguments)
        run_waiting(self.database, self.settings)
        return jobs.job(key)


def info(kind: LayerKind, rows: int) -> LayerInfo:
    now = datetime(2026, 5, 6, tzinfo=UTC)
    return LayerInfo(
        0, kind, "测试", "县统计局", None, "wgs84", rows, rows, {}, None, (113.2, 24.7, 113.5, 24.8), "", now,
        shared=False, own=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def case(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Case]:
    with copy_of(cluster, library_database) as database:
        settings = Settings(data_dir=tmp_path_factory.mktemp("coverage"))
        with database.owning() as connection:
            token = making.token_of(connection, "fugai", "viewer")
            for name, place, beds in (
                ("甲", "POINT(113.30 24.75)", 100),
                ("乙", "POINT(113.20 24.90)", None),
                ("丙", "", 50),
            ):
                key = making.project(
                    connection, name=f"测一测{name}", category="hospital", county_code=RUYUAN,
                    owner_unit_id=RUYUAN, prefecture_code="440200", beds=beds,
                )  # fmt: skip
                if place:
                    making.place(connection, key, place, precision=2, position=0, is_primary=True)
        store = PostgisAnalysis(database, token, settings.files_dir / "layers")
        line = shapely.LineString([(113.30, 24.75), (113.20, 24.75)])
        roads = store.keep(
            info(LayerKind.ROADS, 1),
            ShapeLayer(np.array([line], dtype=object), ("县道",), np.array([40.0])),
        )
        lonlat = np.array([(113.29, 24.75), (113.26, 24.75), (113.21, 24.75), (113.30, 24.95)])
        none = np.full(4, np.nan)
        villages = store.keep(
            info(LayerKind.SETTLEMENTS, 4),
            PointLayer(
                ("1", "2", "3", "4"),
                ("近村", "中村", "远村", "无路村"),
                lonlat,
                np.array([10.0, 20.0, 30.0, 40.0]),
                none,
                none,
            ),
        )
        yield Case(database, token, settings, roads, villages)


def test_a_job_along_roads_finds_what_the_same_question_finds_at_once(case: Case) -> None:
    asked = case.asked(roads=case.roads, demand=case.villages, edge=0)
    job = case.run(asked)
    assert job.state is JobState.DONE, job.message
    assert {name: job.result[name] for name in asked} == asked, "the page sees what was asked"
    found = of_json(job.result["answer"])
    chosen, _ = from_params(FILTER)
    settings, _ = settings_of(asked["settings"])
    assert found == answer(case.analysis(), chosen, settings, [RUYUAN])
    reach = found.reach
    assert reach.measure is Measure.ROAD and reach.covered == (30.0,) and reach.uncovered == (70.0,)
    assert {row.name: row.band for row in reach.rows} == {
        "近村": Band.SURE, "中村": Band.SURE, "远村": Band.GAP, "无路村": Band.NO_WAY,
    }  # fmt: skip
    assert sum(found.left_out.values()) == 1, "the hospital without a place enters no distance"
    assert [one.joined for one in reach.facilities] == [True, False]


def test_minutes_by_the_speed_of_the_road(case: Case) -> None:
    job = case.run(case.asked(roads=case.roads, demand=case.villages, by="minutes", minutes=10, edge=0))
    reach = of_json(job.result["answer"]).reach
    assert reach.measure is Measure.MINUTES and reach.covered == (30.0,)


def test_what_has_no_answer_is_told_with_its_code(case: Case) -> None:
    job = case.run(case.asked(roads=case.villages, edge=0))
    assert job.state is JobState.DONE and "answer" not in job.result
    assert job.result["refused"] == "not_roads" and job.result["values"] == {"kind": "settlements"}
    asked = case.asked(roads=case.roads) | {"filter": FILTER | {"category": "tcm"}}
    refused = case.run(asked).result
    assert refused["refused"] == "no_placed_facilities" and refused["values"]["left_out"] == 0


def test_without_an_area_the_job_fails_in_words(case: Case) -> None:
    job = case.run(case.asked() | {"within": []})
    assert job.state is JobState.FAILED and "没有指定地区" in job.message


def test_somebody_elses_layer_is_not_there(case: Case) -> None:
    with case.database.owning() as connection:
        other = making.token_of(connection, "taren", "viewer")
    jobs = PostgisJobs(case.database, other)
    key = jobs.submit("coverage", "覆盖", case.asked(roads=case.roads))
    run_waiting(case.database, case.settings)
    assert jobs.job(key).state is JobState.FAILED


class Cancelling:
    """A progress that is told to stop at its second step."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def step(self, done: int, of: int | None = None, message: str = "") -> None:
        self.seen.append(message)
        if len(self.seen) > 1:
            raise JobCancelled


def test_a_cancelled_run_leaves_no_number(case: Case, tmp_path: Path) -> None:
    work = Work(case.database, case.token, case.settings, tmp_path, 1, 1)
    progress = Cancelling()
    with pytest.raises(JobCancelled):
        task.run(work, case.asked(roads=case.roads, demand=case.villages), progress)
    assert progress.seen[-1] == "按道路计算" and not list(tmp_path.iterdir())


def test_seats_of_the_real_library_add_up_to_the_census(case: Case) -> None:
    chosen, _ = from_params(FILTER | {"county": RUYUAN})
    settings, _ = settings_of({"edge": "1"})
    reach = answer(case.analysis(), chosen, settings, [RUYUAN]).reach
    areas = case.analysis().areas(RUYUAN)
    assert reach.people + reach.missing_people == areas.population[0]
    assert reach.covered[0] + reach.uncovered[0] == reach.people
    assert {one.code for one in reach.counties} == {RUYUAN}, "the ring competes, it is not reported"
