"""Jobs of analyses submitted past their pages: forged arguments are refused in words, nothing is computed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.cluster import Cluster
from data.database import Database
from data.jobs.queue import PostgisJobs
from data.jobs.worker import run_waiting
from data.settings import Settings
from projects.work import JobState
from tests.db import making
from tests.db.copies import copy_of

pytestmark = pytest.mark.db
CITY = {"prefecture": "440200"}


@pytest.fixture(scope="module")
def database(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as copy:
        yield copy


@pytest.fixture(scope="module")
def queue(database: Database) -> tuple[Database, PostgisJobs]:
    with database.owning() as connection:
        return database, PostgisJobs(database, making.token_of(connection, "weizao", "viewer"))


@pytest.mark.parametrize(
    ("kind", "arguments", "named"),
    [
        ("siting", {"filter": {"county": "' OR 1=1"}, "settings": {}}, "county="),
        ("siting", {"filter": CITY, "settings": {"grid": "0.001", "sites": "grid"}}, "grid=0.001"),
        ("coverage", {"filter": {"category": "x"}, "settings": {}, "within": ["440200"]}, "category=x"),
        ("coverage", {"filter": CITY, "settings": {"catch": "1e308"}, "within": ["440200"]}, "catch=1e308"),
        ("coverage", {"filter": CITY, "settings": {}, "within": [str(n) for n in range(501)]}, "地区太多"),
        ("coverage", {"filter": CITY, "settings": {}, "within": "440200"}, "没有指定地区"),
        ("k_function", {"filter": {"stage": "<b>"}, "against": "seats"}, "stage=<b>"),
        ("k_function", {"filter": CITY, "reach": "nan"}, "reach=nan"),
    ],
)
def test_forged_arguments_are_refused_and_never_answer_another_question(
    queue: tuple[Database, PostgisJobs], tmp_path: Path, kind: str, arguments: dict[str, Any], named: str
) -> None:
    database, jobs = queue
    key = jobs.submit(kind, "伪造", arguments)
    run_waiting(database, Settings(data_dir=tmp_path))
    job = jobs.job(key)
    assert job.state is JobState.FAILED and named in job.message and not job.result
