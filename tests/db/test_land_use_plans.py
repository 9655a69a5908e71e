"""Land-use plans over real tables: who sees a plan hears of it, where a place lies, what cannot be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import Point, box, mapping
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.jobs import worker
from data.jobs.queue import PostgisJobs
from data.jobs.tasks import Entry
from data.settings import Settings
from data.store.analysis import plans
from data.store.analysis.adapter import PostgisAnalysis
from projects.analysis.inputs import LayerInfo, LayerKind, ShapeLayer
from projects.analysis.land_use import LandClass, PlanOver
from projects.errors import BadValue, SignInNeeded
from projects.work import JobState
from services.office_files import keep_upload
from tests.db import making
from tests.db.copies import copy_of
from tests.db.test_analysis_layers import FENCES
from tests.unit.data.importers.layers.layer_files import frame
from views.analysis.layers.form import SUFFIXES

pytestmark = pytest.mark.db

PEOPLE = {"a": "440232", "b": "440281"}
HOMES, SHOPS = box(113.0, 24.0, 113.1, 24.1), box(113.1, 24.0, 113.2, 24.1)
PLAN = ShapeLayer(
    np.array([HOMES, SHOPS, box(113.15, 24.0, 113.2, 24.05)], dtype=object),
    ("居住用地", "商业用地", ""),
    np.full(3, np.nan),
    ("限高 54 米", "", ""),
)
INFO: LayerInfo = replace(
    FENCES, kind=LayerKind.LAND_USE, name="城区控规", rows=3, used=3, bounds=(113.0, 24.0, 113.2, 24.1)
)


class Town:
    """Two counties and their layers, in a copy of the library."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.settings = database, Settings(data_dir=folder)
        with database.owning() as connection:
            self.token = {
                name: making.token_of(connection, f"plan-{name}", "editor", unit_id=unit)
                for name, unit in PEOPLE.items()
            } | {"": ""}

    def of(self, who: str) -> PostgisAnalysis:
        return PostgisAnalysis(self.database, self.token[who], self.settings.files_dir / "layers")

    def over(self, place: Any, who: str = "a") -> tuple[PlanOver, ...]:
        return self.of(who).plans_over(mapping(place))


@pytest.fixture(scope="module")
def home(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as database:
        yield database


@pytest.fixture
def town(home: Database, tmp_path: Path) -> Iterator[Town]:
    yield Town(home, tmp_path)
    with home.owning() as connection:
        for table in ("analysis_layer", "job", "account_session"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("DELETE FROM account WHERE name LIKE 'plan-%'"))


def test_a_plan_comes_back_and_says_in_which_class_a_place_lies(town: Town) -> None:
    key = town.of("a").keep(INFO, PLAN)
    assert town.of("a").shapes(key).notes == PLAN.notes
    (found,) = town.over(Point(113.05, 24.05))
    assert found.info.name == "城区控规" and found.inside and found.share == 1
    assert found.classes == (LandClass("居住用地", "限高 54 米"),)
    (both,) = town.over(Point(113.17, 24.02))
    assert [one.name for one in both.classes] == ["商业用地", ""], "an unnamed class is one, not none"
    for far in (Point(113.05, 24.2), Point(113.05, 24.1 + 1e-6)):
        (outside,) = town.over(far)
        assert not outside.inside and outside.share == 0 and not outside.problem


def test_an_area_lies_in_what_it_covers_and_not_in_what_it_touches(town: Town) -> None:
    town.of("a").keep(INFO, PLAN)
    (inside,) = town.over(box(113.02, 24.02, 113.1, 24.08))
    assert [one.name for one in inside.classes] == ["居住用地"] and inside.share == pytest.approx(1)
    (half,) = town.over(box(112.9, 24.05, 113.1, 24.15))
    assert half.share == pytest.approx(0.25)
    (line,) = town.over(shapely.LineString([(113.05, 24.05), (113.05, 24.15)]))
    assert line.share == pytest.approx(0.5)


def test_only_who_may_see_a_plan_hears_of_it(town: Town) -> None:
    key = town.of("a").keep(INFO, PLAN)
    place = Point(113.05, 24.05)
    assert len(town.over(place)) == 1
    assert town.over(place, "b") == () == town.over(place, "")
    town.of("a").share(key, True)
    assert town.over(place, "b")[0].classes[0].name == "居住用地"
    assert town.over(place, "") == ()
    town.of("a").share(key, False)
    assert town.over(place, "b") == (), "polygons in memory tell nobody who may not see them any more"
    town.of("a").remove(key)
    assert town.over(place) == ()
    with pytest.raises(SignInNeeded):
        PostgisAnalysis(town.database, "x" * 43, Path("nowhere")).plans_over(mapping(place))


def test_a_damaged_plan_says_so_and_the_others_answer(town: Town) -> None:
    good = town.of("a").keep(INFO, PLAN)
    town.of("a").keep(replace(INFO, name="旧版"), PLAN)
    with town.database.owning() as connection:
        name = connection.scalar(text("SELECT file_name FROM analysis_layer WHERE name = '旧版'"))
    (town.of("a").folder() / str(name)).unlink()
    first, second = town.over(Point(113.05, 24.05))
    assert (first.info.id, first.inside) == (good, True)
    assert not second.inside and "不在服务器" in second.problem
    (_, far) = town.over(Point(110, 24))
    assert not far.problem, "a place beyond its bounds needs no file"


def test_of_very_many_plans_over_one_place_the_rest_says_that_it_was_not_read(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "MOST_READ", 1)
    town.of("a").keep(INFO, PLAN)
    newest = town.of("a").keep(INFO, PLAN)
    first, second = town.over(Point(113.05, 24.05))
    assert first.info.id == newest and first.inside
    assert not second.inside and "没有读取" in second.problem


def test_points_are_no_plan_and_a_plan_is_no_points(town: Town) -> None:
    key = town.of("a").keep(INFO, PLAN)
    with pytest.raises(BadValue, match="不适合"):
        town.of("a").points(key)


def test_a_map_file_becomes_a_plan_by_the_job(town: Town, tmp_path: Path) -> None:
    frame([HOMES, SHOPS, Point(113, 24)], {"用地性质": ["居住用地", None, "点"]}).to_file(tmp_path / "a.gpkg")
    kind = LayerKind.LAND_USE
    kept = keep_upload(town.settings, "控规.gpkg", (tmp_path / "a.gpkg").read_bytes(), SUFFIXES[kind])
    arguments = {
        "kind": str(kind), "file": kept.name, "file_name": "控规.gpkg", "name": "控规",
        "source": "自然资源局", "datum": "wgs84", "keep": True, "data_date": "2025-06-01",
    }  # fmt: skip
    tasks = {"layer_read": Entry("data.jobs.tasks.layer_read")}
    jobs = PostgisJobs(town.database, town.token["a"], tasks)
    key = jobs.submit("layer_read", "载入", arguments)
    worker.run_waiting(town.database, town.settings, tasks)
    done = jobs.job(key)
    assert done.state is JobState.DONE, done.message
    (found,) = town.over(Point(113.15, 24.05))
    assert (found.info.rows, found.info.used, found.info.source) == (3, 2, "自然资源局")
    assert found.classes == (LandClass(""),) and found.info.detail["land_class_count"] == 2
