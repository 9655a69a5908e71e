"""Files become layers as jobs of their account, over the real database and its counties."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasterio.transform import from_origin
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.jobs import worker
from data.jobs.queue import PostgisJobs
from data.jobs.tasks import Entry
from data.jobs.tasks.layer_read import LONGEST_DETAIL, stored_detail
from data.settings import Settings
from data.store.analysis.adapter import PostgisAnalysis
from projects.analysis.inputs import LayerKind
from projects.analysis.layer_reading import Reason
from projects.work import Job, JobState
from services.office_files import keep_upload
from tests.db import making
from tests.db.copies import copy_of
from tests.unit.data.importers.layers.layer_files import NODES_OF_SHAOGUAN, osm, raster
from views.analysis.layers.form import SUFFIXES

pytestmark = pytest.mark.db

PREFECTURE = "440200"
TASKS = {"layer_read": Entry("data.jobs.tasks.layer_read")}
VILLAGES = (
    "村代码,村名,经度,纬度,常住人口\nV1,上村,113.50,24.80,320\nV1,下村,113.51,24.81,180\nV3,石塘,2,48,10\n"
)


@dataclass
class Planner:
    """A database with the real counties, a worker, and two people."""

    database: Database
    settings: Settings
    tokens: dict[str, str]

    def run(self, kind: LayerKind, name: str, content: bytes, who: str = "plan", **values: Any) -> Job:
        kept = keep_upload(self.settings, name, content, SUFFIXES[kind])
        arguments = {
            "kind": str(kind), "file": kept.name, "file_name": name, "name": "村庄", "source": "县统计局",
            "datum": "wgs84",
        } | values  # fmt: skip
        return self.submit(arguments, who)

    def submit(self, arguments: dict[str, Any], who: str = "plan") -> Job:
        jobs = PostgisJobs(self.database, self.tokens[who], TASKS)
        key = jobs.submit("layer_read", "检查", arguments)
        worker.run_waiting(self.database, self.settings, TASKS)
        return jobs.job(key)

    def analysis(self, who: str = "plan") -> PostgisAnalysis:
        return PostgisAnalysis(self.database, self.tokens[who], self.settings.files_dir / "layers")


@pytest.fixture
def planner(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Planner]:
    with copy_of(cluster, library_database) as database:
        with database.owning() as connection:
            tokens = {
                "plan": making.token_of(connection, "plan", "editor", unit_id="440203"),
                "other": making.token_of(connection, "other", "editor", unit_id="440204"),
            }
        yield Planner(database, Settings(data_dir=tmp_path_factory.mktemp("data")), tokens)


def test_a_file_is_looked_at_then_kept_then_shared(planner: Planner) -> None:
    seen = planner.run(LayerKind.SETTLEMENTS, "村.csv", VILLAGES.encode())
    assert seen.state is JobState.DONE, seen.message
    assert seen.result["layer"] is None and planner.analysis().layers() == ()
    assert seen.result["left_out"] == {Reason.SAME_ID: 1, Reason.OUTSIDE: 1}
    kept = planner.submit({**seen.result["arguments"], "keep": True, "data_date": "2024-12-31"})
    (info,) = planner.analysis().layers()
    assert kept.result["layer"] == info.id
    assert (info.rows, info.used, info.people, info.datum) == (3, 1, 320.0, "wgs84")
    assert str(info.data_date) == "2024-12-31" and info.source == "县统计局" and info.own
    assert info.detail["examples"][Reason.SAME_ID] == [["3", "V1 下村"]]
    content = planner.analysis().points(info.id)
    assert content.ids == ("V1",) and content.lonlat.tolist() == [[113.5, 24.8]]
    assert planner.analysis("other").layers() == ()
    planner.analysis().share(info.id, True)
    assert [one.own for one in planner.analysis("other").layers()] == [False]


def test_a_job_run_twice_keeps_one_layer(planner: Planner) -> None:
    done = planner.run(LayerKind.SETTLEMENTS, "村.csv", VILLAGES.encode(), keep=True)
    with planner.database.owning() as connection:  # as after a power cut: the job is taken up again
        connection.execute(
            text("UPDATE job SET state = 'waiting', result = NULL, finished_at = NULL WHERE id = :id"),
            {"id": done.id},
        )
    worker.run_waiting(planner.database, planner.settings, TASKS)
    again = PostgisJobs(planner.database, planner.tokens["plan"], TASKS).job(done.id)
    assert again.result["layer"] == done.result["layer"] and len(planner.analysis().layers()) == 1


def test_a_raster_is_cut_to_the_counties_and_held_against_the_census(
    planner: Planner, tmp_path: Path
) -> None:
    areas = planner.analysis().areas(PREFECTURE)
    people = float(np.nansum(areas.population))
    whole = np.full((250, 300), 50.0, dtype=np.float32)
    path = raster(tmp_path / "a.tif", whole, transform=from_origin(112.5, 26.0, 0.01, 0.01))
    done = planner.run(
        LayerKind.POPULATION, "人口.tif", path.read_bytes(), within=PREFECTURE, keep=True, datum="cgcs2000"
    )
    assert done.state is JobState.DONE, done.message
    result = done.result
    assert result["rows"] == 75_000 == result["used"] + sum(result["left_out"].values())
    census = result["detail"]["census"]
    assert len(census["counties"]) == len(areas.codes) and census["census"] == people
    # cells by their centres and by their shares agree, and the area of the prefecture is known
    assert sum(row[2] for row in census["counties"]) == pytest.approx(result["people"], rel=0.005)
    wide, high = result["detail"]["cell_m"]
    assert result["used"] * wide * high / 1e6 == pytest.approx(18_400, rel=0.02)
    assert planner.analysis().points(result["layer"]).people.sum() == result["people"]


def test_roads_of_an_osm_file_near_the_prefecture(planner: Planner, tmp_path: Path) -> None:
    ways = [([1, 2, 3], {"highway": "primary", "maxspeed": "60"}), ([4, 5], {"highway": "primary"})]
    path = osm(tmp_path / "a.osm", NODES_OF_SHAOGUAN, ways)
    done = planner.run(LayerKind.ROADS, "路.osm", path.read_bytes(), within=PREFECTURE, keep=True)
    assert done.state is JobState.DONE, done.message
    assert done.result["left_out"] == {Reason.BEYOND: 1} and done.result["detail"]["components"] == 1
    assert planner.analysis().shapes(done.result["layer"]).speed_kmh.tolist() == [60]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"datum": ""}, "坐标系"),
        ({"datum": "wgs72"}, "坐标系"),
        ({"source": " "}, "数据来源"),
        ({"kind": "treasure"}, "图层"),
        ({"data_date": "去年"}, "日期"),
        ({"file": "../../etc/passwd"}, "重新上传"),
        ({"columns": {"people": "没有"}}, "没有"),
    ],
)
def test_what_no_page_asks_fails_with_a_sentence(planner: Planner, values: dict[str, Any], said: str) -> None:
    kept = keep_upload(planner.settings, "村.csv", VILLAGES.encode())
    plain = {
        "kind": "settlements", "file": kept.name, "file_name": "村.csv", "name": "村庄", "source": "县统计局",
        "datum": "wgs84", "keep": True,
    }  # fmt: skip
    done = planner.submit(plain | values)
    assert done.state is JobState.FAILED and said in done.message
    assert planner.analysis().layers() == ()


def test_an_area_that_is_not_there_and_a_refused_raster(planner: Planner, tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", np.full((2, 2), 5.0), crs=None)
    content = path.read_bytes()
    assert "没有坐标系" in planner.run(LayerKind.POPULATION, "a.tif", content, within=PREFECTURE).message
    assert (
        "没有找到编号为 999999"
        in planner.run(LayerKind.POPULATION, "a.tif", content, within="999999").message
    )
    huge = raster(tmp_path / "b.tif", np.full((2, 2), 1e12), transform=from_origin(113.5, 24.9, 0.1, 0.1))
    assert (
        "超过全国人口"
        in planner.run(LayerKind.POPULATION, "b.tif", huge.read_bytes(), within=PREFECTURE).message
    )


def test_a_long_report_is_kept_as_far_as_it_fits() -> None:
    rows = [["12345678", "某某某某某某某某某某某某某某某某某某某某" * 3]] * 20
    detail = {
        "headings": ["列"] * 300,
        "examples": {str(reason): rows for reason in Reason},
        "census": {"counties": [["440232", "乳源", 1.0, 2.0, 0.5]] * 200, "ratio": 0.5},
        "other_sheets": [["表", 3]] * 50,
    }
    kept = stored_detail(detail)
    assert len(json.dumps(kept, ensure_ascii=False)) <= LONGEST_DETAIL
    assert (
        "headings" not in kept
        and kept["census"]["ratio"] == 0.5
        and set(kept["examples"]) == set(map(str, Reason))
    )
